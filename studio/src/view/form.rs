//! A file's keys as a form. What is typed becomes one edit when the field is left.

use super::live;
use crate::app::Studio;
use crate::command::{Command, value_of_field};
use crate::form::{self, Control, Field, Part};
use leptos::prelude::*;
use specfuse_core::path::RelPath;
use specfuse_core::schema::{self, FileKind};

/// The form of the file at `path`.
pub fn form(studio: Studio, path: RelPath) -> impl IntoView {
    let file = path.clone();
    let fields = Memo::new(move |_| {
        studio.version.track();
        studio
            .read(|d| {
                let (kind, doc) = form::document(d.feature(), &file)?;
                Some((kind, form::fields(kind, doc)))
            })
            .flatten()
    });
    // The form is built once; each field then follows its own part of the document.
    let names = Memo::new(move |_| {
        fields.with(|f| f.as_ref().map(|(kind, list)| (*kind, list.iter().map(shape).collect::<Vec<_>>())))
    });
    live(move || {
        let path = path.clone();
        let form = names.get().map(|(kind, shapes)| {
            let rows = |part: Part| {
                let of_part = shapes.iter().filter(move |shape| shape.2 == part);
                let row = |shape: &(&'static str, u8, Part)| {
                    let name = shape.0;
                    let field = Memo::new(move |_| {
                        fields.with(|f| f.as_ref()?.1.iter().find(|field| field.name == name).cloned())
                    });
                    row(studio, path.clone(), kind, name, field).into_any()
                };
                of_part.map(row).collect::<Vec<_>>()
            };
            let folded = |part: Part, summary: &'static str| {
                let rows = rows(part);
                (!rows.is_empty())
                    .then(|| view! { <details class="more"><summary>{summary}</summary>{rows}</details> })
            };
            let (more, driver) =
                (folded(Part::More, "More keys"), folded(Part::Driver, "Written by the driver"));
            view! { <div class="form">{rows(Part::Common)}{more}{driver}</div> }
        });
        form.into_any()
    })
}

/// What decides how a field is built.
fn shape(field: &Field) -> (&'static str, u8, Part) {
    (field.name, field.control as u8, field.part)
}

fn row(
    studio: Studio,
    path: RelPath,
    kind: FileKind,
    name: &'static str,
    field: Memo<Option<Field>>,
) -> impl IntoView {
    let id = format!("key-{name}");
    let hint_id = format!("hint-{name}");
    let first = field.get_untracked();
    let change = move |text: String| {
        if let Some(key) = schema::find(kind, name) {
            let value = value_of_field(key.ty, &text);
            studio.act(&Command::SetKey { path: path.clone(), kind, key: key.name, value });
        }
    };
    let wrong = move || field.with(|f| f.as_ref()?.wrong.clone()).map(|why| format!("Must be {why}."));
    let meaning = first.as_ref().map_or("", |f| f.meaning);
    let required = first.as_ref().is_some_and(|f| f.required);
    let input = first.map(|field_now| control(&field_now, &id, &hint_id, field, change).into_any());
    view! {
        <div class="field" class:wrong=live(move || wrong().is_some())>
            <label for=id.clone()>{name}{required.then(|| view! { <span class="required" title="required">"*"</span> })}</label>
            {input}
            <p class="hint" id=hint_id.clone()>{live(move || wrong().unwrap_or_else(|| meaning.to_owned()))}</p>
        </div>
    }
}

fn control(
    now: &Field,
    id: &str,
    hint: &str,
    field: Memo<Option<Field>>,
    change: impl Fn(String) + Clone + 'static,
) -> impl IntoView {
    let current = move || field.with(|f| f.as_ref().map_or(String::new(), |f| f.value.clone()));
    let value = live(current);
    let wrong = move || field.with(|f| f.as_ref().is_some_and(|f| f.wrong.is_some()));
    let invalid = live(move || wrong().then_some("true"));
    let (id, hint) = (id.to_owned(), hint.to_owned());
    let default = now.default;
    let on = move |event| change(event_target_value(&event));
    match now.control {
        Control::Choice => {
            let words = now.words.clone();
            let none = if default.is_empty() { "not set".to_owned() } else { format!("default: {default}") };
            let options = live(move || {
                let value = current();
                let mut all: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
                if !value.is_empty() && !all.contains(&value) {
                    all.insert(0, value.clone());
                }
                let option = |word: String| view! { <option value=word.clone() selected=word == value>{word.clone()}</option> }.into_any();
                view! {
                    <option value="" selected=value.is_empty()>{none.clone()}</option>
                    {all.into_iter().map(option).collect::<Vec<_>>()}
                }
                .into_any()
            });
            view! { <select id=id aria-describedby=hint aria-invalid=invalid prop:value=value on:change=on>{options}</select> }.into_any()
        }
        Control::Lines => view! {
            <textarea id=id rows="2" spellcheck="false" aria-describedby=hint aria-invalid=invalid placeholder=default
                prop:value=value on:change=on></textarea>
        }.into_any(),
        Control::Written => view! {
            <textarea id=id rows="2" readonly aria-describedby=hint aria-invalid=invalid title="Change this in the text"
                prop:value=value></textarea>
        }.into_any(),
        Control::Line | Control::Number => {
            let mode = if now.control == Control::Number { "decimal" } else { "text" };
            view! {
                <input id=id type="text" inputmode=mode spellcheck="false" autocomplete="off" aria-describedby=hint
                    aria-invalid=invalid placeholder=default prop:value=value on:change=on />
            }.into_any()
        }
    }
}
