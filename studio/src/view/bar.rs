//! The bar at the top: what is open, and what can be done with all of it.

use super::{button, live};
use crate::action::Action;
use crate::app::Studio;
use leptos::prelude::*;
use specfuse_core::path::RelPath;

/// The top bar.
pub fn bar(studio: Studio) -> impl IntoView {
    let header = studio.header;
    view! {
        <header class="bar">
            <h1><a href="../" title="Specfuse">"Specfuse Studio"</a></h1>
            <Show when=move || studio.is_open.get()>
                <div class="what">
                    <span class="feature-title" id="feature-title">{live(move || header.with(|h| h.title.clone()))}</span>
                    {live(move || features(studio).into_any())}
                    <Show when=move || header.with(|h| h.changed)>
                        <span class="changed" title="There are changes that were not saved">"edited"</span>
                    </Show>
                </div>
                <div class="actions" role="toolbar" aria-label="Document">
                    {history(studio).into_any()}
                    {button(studio, Action::Open, "Open", "")}
                    {button(studio, Action::ExportZip, "Export zip", "primary")}
                </div>
            </Show>
        </header>
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
            disabled=live(move || undo().is_none()) title=live(move || title(Action::Undo, undo()))
            on:click=move |_| studio.undo()
        >"Undo"</button>
        <button
            disabled=live(move || redo().is_none()) title=live(move || title(Action::Redo, redo()))
            on:click=move |_| studio.redo()
        >"Redo"</button>
    }
}

/// Which feature is shown: a choice when there are several.
fn features(studio: Studio) -> impl IntoView {
    let header = studio.header.get();
    if header.features.len() < 2 {
        return view! { <span class="folder">{header.folder}</span> }.into_any();
    }
    let choose = move |event| {
        let name = event_target_value(&event);
        if let Ok(folder) = RelPath::new(&format!("{}/{name}", specfuse_core::parse::FEATURES)) {
            studio.choose(&folder);
        }
    };
    let option = |folder: &RelPath| {
        let name = folder.file_name().to_owned();
        let selected = name == header.folder;
        view! { <option value=name.clone() selected=selected>{name.clone()}</option> }.into_any()
    };
    view! {
        <select aria-label="Feature" on:change=choose>
            {header.features.iter().map(option).collect::<Vec<_>>()}
        </select>
    }
    .into_any()
}
