//! The bar at the top: what is open, and what can be done with all of it.

use super::{button, live};
use crate::action::Action;
use crate::app::Studio;
use crate::browser;
use crate::later::plan;
use leptos::prelude::*;

/// The top bar.
pub fn bar(studio: Studio) -> impl IntoView {
    view! {
        <header class="bar">
            <h1><a href="../" title="Specfuse">"Specfuse Studio"</a></h1>
            {live(move || studio.is_open.get().then(plan::here).flatten().map(|plan| (plan.bar)(studio)).into_any())}
            {colours(studio).into_any()}
        </header>
    }
}

/// Light, dark or as the system has it: there before anything is open.
fn colours(studio: Studio) -> impl IntoView {
    let label = live(move || ["Colours: ", studio.theme.get().word()].concat());
    view! {
        <button
            class="colours square" aria-label=label title="Switch colours: system, light, dark"
            on:click=move |_| studio.next_theme()
        ><span class="disc"></span></button>
    }
}

/// What the bar shows of an open document.
pub fn of_document(studio: Studio) -> impl IntoView {
    let header = studio.header;
    view! {
        <div class="what">
            <span class="feature-title" id="feature-title">{live(move || header.with(|h| h.title.clone()))}</span>
            {features(studio).into_any()}
            {saved(studio).into_any()}
        </div>
        <div class="actions" role="toolbar" aria-label="Document">
            {history(studio).into_any()}
            {button(studio, Action::Palette, "Actions …", "")}
            {button(studio, Action::Snapshots, "History", "")}
            {button(studio, Action::Share, "Share", "")}
            {button(studio, Action::Open, "Open", "")}
            {live(move || match studio.saving.folder.with(Option::is_some) || browser::has_folders() {
                true => view! {
                    {button(studio, Action::ExportZip, "Export zip", "")}
                    {button(studio, Action::Save, "Save", "primary")}
                }.into_any(),
                false => button(studio, Action::ExportZip, "Export zip", "primary"),
            })}
        </div>
    }
}

fn history(studio: Studio) -> impl IntoView {
    let undo = move || studio.header.with(|h| h.undo.clone());
    let redo = move || studio.header.with(|h| h.redo.clone());
    let title = |action: Action, label: Option<String>| match label {
        Some(label) => format!("{}: {label}", action.hint()),
        None => format!("Nothing to {}", action.entry().title.to_ascii_lowercase()),
    };
    view! {
        <button
            disabled=live(move || !studio.can(Action::Undo)) title=live(move || title(Action::Undo, undo()))
            on:click=move |_| { studio.run(Action::Undo); }
        >"Undo"</button>
        <button
            disabled=live(move || redo().is_none()) title=live(move || title(Action::Redo, redo()))
            on:click=move |_| { studio.run(Action::Redo); }
        >"Redo"</button>
    }
}

/// Which feature is shown, and a button for all of them.
fn features(studio: Studio) -> impl IntoView {
    let header = studio.header;
    let words = live(move || match header.with(|h| h.features) {
        0 | 1 => header.with(|h| h.folder.clone()),
        n => format!("{} · {n} features", header.with(|h| h.folder.clone())),
    });
    view! {
        <button class="switch" title=Action::Features.hint() aria-haspopup="dialog" on:click=move |_| { studio.run(Action::Features); }>
            {words}
        </button>
    }
}

/// Whether everything is saved, and where.
fn saved(studio: Studio) -> impl IntoView {
    let changed = move || studio.header.with(|h| h.changed);
    let words = move || match (changed(), studio.saving.folder.get()) {
        (true, Some(folder)) => ("edited", format!("There are changes that {folder} does not have yet")),
        (true, None) => ("edited", "There are changes that were not handed out as a zip".to_owned()),
        (false, Some(folder)) => ("saved", format!("{folder} has it all")),
        (false, None) => ("", String::new()),
    };
    view! {
        <span class="changed" id="saved" data-state=live(move || words().0) title=live(move || words().1)>{live(move || words().0)}</span>
    }
}
