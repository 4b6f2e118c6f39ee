//! The list of features: which one is shown, and how far each is.

use super::{button, live};
use crate::action::Action;
use crate::app::Studio;
use crate::features::{self, Row};
use crate::problems::summary;
use leptos::prelude::*;

/// From how many on a field to find one is worth its room.
const MANY: usize = 9;

/// All features, each a button that shows it.
pub fn features(studio: Studio) -> impl IntoView {
    let rows = studio.read(features::rows).unwrap_or_default();
    let find = RwSignal::new(String::new());
    let field = (rows.len() >= MANY).then(|| {
        view! {
            <input type="search" aria-label="Find a feature" placeholder="Find a feature" autofocus
                prop:value=find on:input=move |event| find.set(event_target_value(&event)) />
        }
    });
    let shown: Vec<AnyView> = rows.into_iter().map(|row| feature(studio, row, find)).collect();
    view! {
        {field}
        <ul class="features">{shown}</ul>
        <div class="buttons">
            {button(studio, Action::NewFeature, "New feature", "")}
            <button on:click=move |_| studio.dialog.set(None)>"Close"</button>
        </div>
    }
}

fn feature(studio: Studio, row: Row, find: RwSignal<String>) -> AnyView {
    let name = row.folder.file_name().to_owned();
    let searched = format!("{} {name} {}", row.title, row.status).to_lowercase();
    let hidden = live(move || !find.with(|find| searched.contains(&find.trim().to_lowercase())));
    let state = if row.counts.errors > 0 { "error" } else { "" };
    let (folder, status, shown) = (row.folder, row.status, row.shown);
    view! {
        <li hidden=hidden>
            <button class="feature" aria-current=shown.then_some("true") autofocus=shown on:click=move |_| studio.choose(&folder)>
                <span class="feature-name">{row.title}</span>
                <span class="feature-status" data-status=status.clone()>{status.clone()}</span>
                <span class="feature-folder">{name}</span>
                <span class="feature-facts">{row.progress}</span>
                <span class="feature-problems" data-state=state>{summary(row.counts)}</span>
            </button>
        </li>
    }
    .into_any()
}
