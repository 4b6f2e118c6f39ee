//! The dialogs that ask before a unit gets another name and before a gate goes.

use super::{live, refused};
use crate::app::Studio;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// Asks for another title and id of a unit.
pub fn rename(studio: Studio, unit: usize) -> impl IntoView {
    let now = studio.read(|d| {
        let unit = d.feature().units.get(unit)?;
        Some((unit.title().to_owned(), unit.short_id().to_owned()))
    });
    let (title, id) = now.flatten().unwrap_or_default();
    let (title, id) = (RwSignal::new(title), RwSignal::new(id));
    let wrong = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let renamed = studio.rename(unit, &title.get_untracked(), &id.get_untracked());
        renamed.unwrap_or_else(|why| wrong.set(why));
    };
    let blank = live(move || title.with(|t| t.trim().is_empty()) || id.with(|t| t.trim().is_empty()));
    view! {
        <form on:submit=submit>
            <label for="rename-title">"Title"</label>
            <input id="rename-title" type="text" autofocus autocomplete="off" prop:value=title
                on:input=move |event| title.set(event_target_value(&event)) />
            <label for="rename-id">"Id"</label>
            <input id="rename-id" type="text" autocomplete="off" spellcheck="false" prop:value=id
                on:input=move |event| id.set(event_target_value(&event)) />
            <p class="hint">"Another id is written wherever the plan, its files and the roadmap name the unit."</p>
            {refused(wrong).into_any()}
            <div class="buttons">
                <button type="button" on:click=move |_| studio.dialog.set(None)>"Cancel"</button>
                <button type="submit" class="primary" disabled=blank>"Rename"</button>
            </div>
        </form>
    }
}

/// Asks whether a gate should go.
pub fn delete_gate(studio: Studio, number: u32) -> impl IntoView {
    let count = studio.read(|d| {
        let gate = d.feature().find_gate(number)?;
        Some(d.feature().gates[gate].units.len())
    });
    let words = match count.flatten().unwrap_or(0) {
        0 => "It has no units. Later gates are numbered anew.".to_owned(),
        1 => "Its unit goes with it, and every dependency on that. Later gates are numbered anew.".to_owned(),
        n => {
            format!("Its {n} units go with it, and every dependency on them. Later gates are numbered anew.")
        }
    };
    view! {
        <form method="dialog">
            <p>{words}</p>
            <p class="hint">"Undo brings it back."</p>
            <div class="buttons">
                <button type="submit">"Cancel"</button>
                <button type="button" class="primary" autofocus on:click=move |_| studio.delete_gate(number)>"Delete gate"</button>
            </div>
        </form>
    }
}
