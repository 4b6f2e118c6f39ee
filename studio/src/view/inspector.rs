//! The panel on the right: the selected unit, gate or file, as a form or as text.

use super::live;
use crate::app::{Studio, Tab, Target};
use crate::browser;
use crate::command::Command;
use crate::document::Document;
use leptos::prelude::*;
use specfuse_core::model::id::short;
use specfuse_core::path::RelPath;

/// The id of the choice of files.
const FILE: &str = "file";

/// The inspector.
pub fn inspector(studio: Studio) -> impl IntoView {
    let path = Memo::new(move |_| {
        studio.version.track();
        studio.path()
    });
    let has_form = Memo::new(move |_| {
        studio.version.track();
        let Some(path) = studio.own_path() else { return false };
        let tables = |d: &Document| crate::table::tables(d, &path).is_some();
        studio.read(|d| crate::form::document(d.feature(), &path).is_some() || tables(d)).unwrap_or(false)
    });
    let of_unit = Memo::new(move |_| matches!(studio.target.get(), Some(Target::Unit(_))));
    let tab = Memo::new(move |_| match studio.tab.get() {
        Tab::Form if has_form.get() => Tab::Form,
        Tab::Plan if of_unit.get() => Tab::Plan,
        _ => Tab::Text,
    });
    let tab_button = move |own: Tab, id: &'static str, words: &'static str| {
        let hidden = live(move || own == Tab::Plan && !of_unit.get());
        view! {
            <button role="tab" id=id aria-controls="pane" hidden=hidden
                disabled=live(move || own == Tab::Form && !has_form.get())
                aria-selected=live(move || (tab.get() == own).to_string())
                on:click=move |_| studio.show_tab(own)>{words}</button>
        }
        .into_any()
    };
    view! {
        <aside class="inspector" aria-label="Inspector">
            {heading(studio, path).into_any()}
            <div class="tabs" role="tablist" aria-label="View">
                {tab_button(Tab::Form, "tab-form", "Form")}
                {tab_button(Tab::Text, "tab-text", "Text")}
                {tab_button(Tab::Plan, "tab-plan", "In the plan")}
            </div>
            {super::share::reminder(studio)}
            <div class="pane" id="pane" role="tabpanel" tabindex=live(move || studio.is_locked().then_some("0"))>
                {live(move || match (path.get(), tab.get()) {
                    (None, _) => view! { <p class="empty">"Select a unit, or choose a file above."</p> }.into_any(),
                    (Some(path), Tab::Form) if studio.read(|d| crate::table::tables(d, &path).is_some()) == Some(true) => {
                        fields(studio, super::table::tables(studio, path).into_any())
                    }
                    (Some(path), Tab::Form) => fields(studio, view! {
                        {waits(studio).into_any()}
                        {super::form::form(studio, path).into_any()}
                    }.into_any()),
                    (Some(path), _) => super::text::text(studio, path).into_any(),
                })}
            </div>
        </aside>
    }
}

/// Fields that take nothing while the document can only be read.
fn fields(studio: Studio, fields: AnyView) -> AnyView {
    view! { <fieldset class="fields" disabled=live(move || studio.is_locked())>{fields}</fieldset> }
        .into_any()
}

/// What is shown, and a choice of every file.
fn heading(studio: Studio, path: Memo<Option<RelPath>>) -> impl IntoView {
    let title = move || {
        studio.version.track();
        let unit = match studio.target.get()? {
            Target::Unit(unit) => unit,
            Target::File(path) => return Some(path.file_name().to_owned()),
        };
        studio
            .read(|d| d.feature().units.get(unit).map(|u| format!("{} · {}", u.short_id(), u.title())))
            .flatten()
    };
    let files = Memo::new(move |_| {
        studio.version.track();
        studio.read(|d| d.tree().iter().map(|(path, _)| path.clone()).collect::<Vec<_>>()).unwrap_or_default()
    });
    let choose = move |event| {
        RelPath::new(&event_target_value(&event)).into_iter().for_each(|path| studio.choose_file(path));
    };
    let option = move |file: RelPath| {
        let folder = studio.read(|d| d.feature().folder.clone());
        let name = folder.and_then(|f| file.below(&f).map(str::to_owned)).unwrap_or_else(|| file.to_string());
        view! { <option value=file.to_string()>{name}</option> }.into_any()
    };
    // One thing to follow for all of them, not one for each: there may be hundreds.
    Effect::new(move |_| {
        let shown = path.get();
        files.track();
        // Once the list itself is in line.
        browser::soon(move || browser::choose(FILE, shown.as_ref().map_or("", RelPath::as_str)));
    });
    view! {
        <div class="inspector-head">
            <h2 id="inspector-title">{live(move || title().unwrap_or_else(|| "Nothing selected".to_owned()))}</h2>
            <select aria-label="File" id=FILE on:change=choose>
                <option value="" disabled=true hidden=true>"Choose a file …"</option>
                {live(move || files.get().into_iter().map(option).collect::<Vec<_>>().into_any())}
            </select>
            {super::decide::offers(studio).into_any()}
        </div>
    }
}

/// What the selected unit waits for: each can be taken away, others added.
fn waits(studio: Studio) -> impl IntoView {
    let state = Memo::new(move |_| {
        studio.version.track();
        let Some(Target::Unit(unit)) = studio.target.get() else { return None };
        studio
            .read(|d| {
                let feature = d.feature();
                let own = feature.units.get(unit)?;
                let waits: Vec<String> = own.entry.depends_on.iter().map(|d| d.value.clone()).collect();
                let others = feature.units.iter().map(|u| u.id().to_owned());
                let others = others.filter(|id| id != own.id() && !waits.contains(id)).collect::<Vec<_>>();
                Some((own.id().to_owned(), waits, others))
            })
            .flatten()
    });
    let chip = move |then: String, first: String| {
        let name = short(&first).to_owned();
        let label = format!("No longer wait for {name}");
        let command = Command::Disconnect { first, then };
        view! {
            <li class="chip">{name}
                <button class="quiet" aria-label=label.clone() title=label on:click=move |_| studio.act(&command)>"×"</button>
            </li>
        }
        .into_any()
    };
    let adder = move |then: String, others: Vec<String>| {
        let add = move |event| {
            let first = event_target_value(&event);
            if !first.is_empty() {
                studio.act(&Command::Connect { first, then: then.clone() });
            }
        };
        let option =
            |id: String| view! { <option value=id.clone()>{short(&id).to_owned()}</option> }.into_any();
        view! {
            <select aria-label="Wait for another unit" on:change=add>
                <option value="">"add …"</option>
                {others.into_iter().map(option).collect::<Vec<_>>()}
            </select>
        }
    };
    live(move || {
        let waits = state.get().map(|(then, waits, others)| {
            view! {
                <div class="waits">
                    <span class="label" id="waits-label">"Waits for"</span>
                    <ul class="chips" aria-labelledby="waits-label">
                        {waits.into_iter().map(|first| chip(then.clone(), first)).collect::<Vec<_>>()}
                        <li>{adder(then.clone(), others).into_any()}</li>
                    </ul>
                </div>
            }
        });
        waits.into_any()
    })
}
