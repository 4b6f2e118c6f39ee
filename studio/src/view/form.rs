//! A file's title, keys and sections as a form. What is typed into a field is in the file at each key, and one step
//! of the undo log until the field is left.

use super::field::Typed;
use super::{Item, code, list, live};
use crate::app::{Place, Studio, When};
use crate::browser;
use crate::command::{Command, value_of_field};
use crate::form::{self, Control, Field, Form, Notes, Part, Prose};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use specfuse_core::path::RelPath;
use specfuse_core::schema::FileKind;

/// The field of a file's title.
const TITLE: &str = "key-title-heading";

/// The form of a file, as it is now.
type Now = Memo<Option<Form>>;

/// The form of the file at `path`.
pub fn form(studio: Studio, path: RelPath) -> impl IntoView {
    let file = path.clone();
    let now: Now = Memo::new(move |_| {
        studio.version.track();
        studio.read(|d| form::form(d, &file)).flatten()
    });
    // The form is built once; each field then follows its own part of the document.
    let shapes = Memo::new(move |_| {
        now.with(|form| {
            let form = form.as_ref()?;
            let fields = form.fields.iter().map(|f| (f.name, f.control as u8, f.part)).collect::<Vec<_>>();
            let sections = form.sections.iter().map(|s| s.name).collect::<Vec<_>>();
            Some((form.kind, form.title.is_some(), fields, sections))
        })
    });
    live(move || {
        let path = path.clone();
        let form = shapes.get().map(|(kind, titled, shapes, sections)| {
            let rows = |part: Part| {
                let of_part = shapes.iter().filter(move |shape| shape.2 == part);
                of_part
                    .map(|shape| row(studio, path.clone(), kind, shape.0, now).into_any())
                    .collect::<Vec<_>>()
            };
            let folded = |part: Part, summary: &'static str| {
                let rows = rows(part);
                (!rows.is_empty())
                    .then(|| view! { <details class="more"><summary>{summary}</summary>{rows}</details> })
            };
            let more = if titled { "More keys" } else { "What holds for every set" };
            let (more, driver) = (folded(Part::More, more), folded(Part::Driver, "Written by the driver"));
            let sections: Vec<_> = sections
                .into_iter()
                .map(|name| section(studio, path.clone(), name, now).into_any())
                .collect();
            view! {
                <div class="form">
                    {titled.then(|| title(studio, path.clone(), now).into_any())}
                    {rows(Part::Common)}
                    {sections}
                    {more}
                    {driver}
                    {unknown(now).into_any()}
                </div>
            }
        });
        form.into_any()
    })
}

/// What is wrong, and below it what the field means.
fn hints(
    id: String,
    notes: impl Fn() -> Notes + Send + Sync + 'static,
    meaning: &'static str,
) -> impl IntoView {
    let notes = live(move || {
        let note = |(weight, words): (&'static str, String)| {
            view! { <span class="field-note" data-severity=weight>{code(&words)}</span> }.into_any()
        };
        notes().into_iter().map(note).collect::<Vec<_>>().into_any()
    });
    view! { <p class="hint" id=id>{notes}{code(meaning)}</p> }
}

/// As a field says it of itself.
fn is_wrong(notes: &Notes) -> Option<&'static str> {
    notes.iter().any(|(weight, _)| *weight == "error").then_some("true")
}

/// A file's title or section, with its notes.
fn prose(now: Now, pick: impl Fn(&Form) -> Option<Prose> + Send + Sync + 'static) -> Memo<Option<Prose>> {
    Memo::new(move |_| now.with(|form| form.as_ref().and_then(&pick)))
}

fn title(studio: Studio, path: RelPath, now: Now) -> impl IntoView {
    let title = prose(now, |form| form.title.clone());
    let value = move || title.try_with(|t| Some(t.as_ref()?.value.clone())).flatten().unwrap_or_default();
    let notes = move || title.with(|t| t.as_ref().map_or_else(Notes::new, |t| t.notes.clone()));
    let invalid = live(move || is_wrong(&notes()));
    let place = (path.clone(), form::TITLE);
    let field = Typed::new(studio, TITLE.to_owned(), value, move |title| {
        Some(Command::SetTitle { path: path.clone(), title })
    });
    let field = field.held_for(place);
    view! {
        <div class="field">
            <label for=TITLE>"Title"</label>
            <input id=TITLE type="text" autocomplete="off" aria-describedby="hint-title-heading" aria-invalid=invalid prop:value=field.value()
                on:input=field.typing() on:change=field.left() on:blur=move |_| studio.pause() />
            {hints("hint-title-heading".to_owned(), notes, "The heading of the file.").into_any()}
        </div>
    }
}

/// The editor of a section.
fn section(studio: Studio, path: RelPath, name: &'static str, now: Now) -> impl IntoView {
    let section = prose(now, move |form| form.sections.iter().find(|s| s.name == name).cloned());
    let meaning = section.with_untracked(|s| s.as_ref().map_or("", |s| s.meaning));
    // White space around a section is not its text; a person who types it should still see it.
    let value = live(move || {
        let text = section.with(|s| s.as_ref().map_or(String::new(), |s| s.value.clone()));
        let id = section_id(name);
        browser::field_value(&id).filter(|field| field.trim() == text.trim()).unwrap_or(text)
    });
    let missing = live(move || section.with(|s| s.as_ref().is_some_and(|s| !s.there)));
    let notes = move || section.with(|s| s.as_ref().map_or_else(Notes::new, |s| s.notes.clone()));
    let invalid = live(move || is_wrong(&notes()));
    let (id, hint) = (section_id(name), format!("hint-{}", section_id(name)));
    view! {
        <div class="field section" class:missing=missing>
            <label for=id.clone()>{name}</label>
            <textarea
                id=id rows="3" placeholder=meaning aria-describedby=hint.clone() aria-invalid=invalid prop:value=value
                on:input=move |event| studio.type_section(&path, name, &event_target_value(&event))
                on:blur=move |_| studio.pause()
            ></textarea>
            {hints(hint, notes, meaning).into_any()}
        </div>
    }
}

fn section_id(name: &str) -> String {
    format!("section-{}", name.replace(' ', "-"))
}

/// Keys that no table knows.
fn unknown(now: Now) -> impl IntoView {
    let keys =
        Memo::new(move |_| now.with(|form| form.as_ref().map_or_else(Vec::new, |f| f.unknown.clone())));
    live(move || {
        let keys = keys.get();
        let row = |(key, text): (String, String)| view! { <dt>{key}</dt><dd>{text}</dd> }.into_any();
        let some = (!keys.is_empty()).then(|| {
            view! {
                <details class="more">
                    <summary>"Other keys"</summary>
                    <p class="hint">"No table knows these. They are kept as they are; change them in the text."</p>
                    <dl class="unknown">{keys.into_iter().map(row).collect::<Vec<_>>()}</dl>
                </details>
            }
        });
        some.into_any()
    })
}

fn row(studio: Studio, path: RelPath, kind: FileKind, name: &'static str, now: Now) -> impl IntoView {
    let field = Memo::new(move |_| {
        now.with(|form| form.as_ref()?.fields.iter().find(|field| field.name == name).cloned())
    });
    let id = format!("key-{name}");
    let hint = format!("hint-{name}");
    let first = field.get_untracked();
    let place = (path.clone(), name);
    let command = move |text: String| {
        let key = form::key(kind, name)?;
        let value = value_of_field(key.ty, &text);
        Some(Command::SetKey { path: path.clone(), kind, key: key.name, value })
    };
    let notes = move || field.with(|f| f.as_ref().map_or_else(Notes::new, |f| f.notes.clone()));
    let wrong = live(move || is_wrong(&notes()).is_some());
    let meaning = first.as_ref().map_or("", |f| f.meaning);
    let required = first.as_ref().is_some_and(|f| f.required);
    let input = first.map(|first| control(studio, &first, place, (&id, &hint), field, command).into_any());
    view! {
        <div class="field" class:wrong=wrong>
            <label for=id.clone()>{name}{required.then(|| view! { <span class="required" title="required">"*"</span> })}</label>
            {input}
            {hints(hint, notes, meaning).into_any()}
        </div>
    }
}

/// A list of texts: a field for each, and one for the next. Blank ones are left out when the list is written.
fn items(
    studio: Studio,
    id: String,
    hint: String,
    default: &'static str,
    current: impl Fn() -> String + Send + Sync + 'static,
    command: impl Fn(String) -> Option<Command> + Clone + Send + Sync + 'static,
) -> AnyView {
    let texts = Memo::new(move |_| current().lines().map(str::to_owned).collect::<Vec<_>>());
    let row = move |at: usize| {
        let own = if at == 0 { id.clone() } else { format!("{id}-{at}") };
        let next = format!("{id}-{}", at + 1);
        let command = command.clone();
        let current = move || texts.try_with(|t| t.get(at).cloned()).flatten().unwrap_or_default();
        let field = Typed::new(studio, own.clone(), current, move |text| {
            command(with_item(texts.try_get_untracked()?, at, text))
        });
        let is_new = move || texts.with(|t| at >= t.len());
        let placeholder = live(move || match is_new() {
            true if at == 0 && !default.is_empty() => default,
            true => "add …",
            false => "",
        });
        let (entered, typed, gone) = (field.clone(), field.clone(), field.clone());
        let enter = move |event: KeyboardEvent| {
            if event.key() == "Enter" {
                // The browser would tell of it later, when the next letter is in the old field already.
                event.prevent_default();
                entered.take(event_target_value(&event), When::Left);
                let next = next.clone();
                browser::soon(move || browser::focus(&next));
            }
        };
        // An entry that is blank while it is typed goes once its field is left: until then the others keep theirs.
        let typing = move |event| {
            let text = event_target_value(&event);
            if !text.trim().is_empty() {
                typed.take(text, When::Typing);
            }
        };
        view! {
            <span class="item">
                <input
                    id=own type="text" spellcheck="false" autocomplete="off" aria-describedby=hint.clone() placeholder=placeholder
                    aria-label=(at > 0).then(|| format!("Entry {}", at + 1)) prop:value=field.value()
                    on:keydown=enter on:input=typing on:change=field.left() on:blur=move |_| studio.pause()
                />
                <button class="quiet" hidden=live(is_new) aria-label=format!("Remove entry {}", at + 1) title="Remove"
                    on:click=move |_| gone.take(String::new(), When::Chosen)>"×"</button>
            </span>
        }
        .into_any()
    };
    let rows = live(move || {
        let row = |at: usize| {
            let row = row.clone();
            Item { key: at.to_string(), view: live(move || row(at)) }
        };
        texts.with(|texts| (0..=texts.len()).map(row).collect())
    });
    view! { <span class="items">{list(rows)}</span> }.into_any()
}

/// The entries of a list with another text in a place.
fn with_item(mut all: Vec<String>, at: usize, text: String) -> String {
    match all.get_mut(at) {
        Some(old) => *old = text,
        None => all.push(text),
    }
    all.join("\n")
}

fn control(
    studio: Studio,
    first: &Field,
    place: Place,
    (id, hint): (&str, &str),
    field: Memo<Option<Field>>,
    command: impl Fn(String) -> Option<Command> + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let current = move || field.try_with(|f| Some(f.as_ref()?.value.clone())).flatten().unwrap_or_default();
    let value = live(current);
    let invalid = live(move || field.with(|f| is_wrong(&f.as_ref()?.notes)));
    let (id, hint) = (id.to_owned(), hint.to_owned());
    let default = first.default;
    if first.control == Control::Items {
        return items(studio, id, hint, default, current, command).into_any();
    }
    let typed = Typed::new(studio, id.clone(), current, command).held_for(place);
    let (switched, chosen) = (typed.clone(), typed.clone());
    let toggle = move |event| switched.take(event_target_checked(&event).to_string(), When::Chosen);
    let choose = move |event| chosen.take(event_target_value(&event), When::Chosen);
    match first.control {
        Control::Choice => {
            let words = first.words.clone();
            let none = if default.is_empty() { "not set".to_owned() } else { format!("default: {default}") };
            let options = live(move || super::options(&current(), &words, &none));
            view! { <select id=id aria-describedby=hint aria-invalid=invalid prop:value=value on:change=choose>{options}</select> }.into_any()
        }
        Control::Switch => {
            let on_now = live(move || match current().as_str() {
                "" => default == "true",
                text => text == "true",
            });
            let state = live(move || match current().as_str() {
                "" if default == "true" => "on by default",
                "" => "off by default",
                "true" => "on",
                _ => "off",
            });
            view! {
                <span class="switch">
                    <input id=id type="checkbox" role="switch" aria-describedby=hint aria-invalid=invalid prop:checked=on_now on:change=toggle />
                    <span class="switch-state">{state}</span>
                </span>
            }.into_any()
        }
        Control::Paragraph => view! {
            <textarea id=id rows="2" aria-describedby=hint aria-invalid=invalid prop:value=typed.value()
                on:input=typed.typing() on:change=typed.left() on:blur=move |_| studio.pause()></textarea>
        }.into_any(),
        Control::Written => view! {
            <textarea id=id rows="2" readonly aria-describedby=hint aria-invalid=invalid title="Change this in the text"
                prop:value=value></textarea>
        }.into_any(),
        Control::Line | Control::Number | Control::Items => {
            let mode = if first.control == Control::Number { "decimal" } else { "text" };
            view! {
                <input id=id type="text" inputmode=mode spellcheck="false" autocomplete="off" aria-describedby=hint
                    aria-invalid=invalid placeholder=default prop:value=typed.value()
                    on:input=typed.typing() on:change=typed.left() on:blur=move |_| studio.pause() />
            }.into_any()
        }
    }
}
