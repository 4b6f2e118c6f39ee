//! The dialog that asks for a new unit's title, its type, and what it waits for.

use super::{live, refused};
use crate::app::Studio;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use specfuse_core::model::status::{UnitType, Vocabulary};
use std::collections::BTreeSet;

/// Asks for a unit to be added to `gate`.
pub fn add_unit(studio: Studio, gate: u32) -> impl IntoView {
    let title = RwSignal::new(String::new());
    let kind = RwSignal::new(UnitType::Implementation);
    let waits = RwSignal::new(BTreeSet::<String>::new());
    let wrong = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let waits = waits.get_untracked().into_iter().collect();
        let added = studio.add_unit(gate, &title.get_untracked(), kind.get_untracked(), waits);
        added.unwrap_or_else(|why| wrong.set(why));
    };
    let option = |(_, word): &(UnitType, &'static str)| {
        let selected = *word == UnitType::Implementation.word();
        view! { <option value=*word selected=selected>{*word}</option> }.into_any()
    };
    let choose = move |event| {
        kind.set(UnitType::parse(&event_target_value(&event)).unwrap_or(UnitType::Implementation))
    };
    view! {
        <form on:submit=submit>
            <label for="new-title">"Title"</label>
            <input id="new-title" type="text" autofocus autocomplete="off" maxlength="72" placeholder="What will be there when it is done"
                prop:value=title on:input=move |event| title.set(event_target_value(&event)) />
            <label for="new-kind">"Type"</label>
            <select id="new-kind" on:change=choose>{UnitType::WORDS.iter().map(option).collect::<Vec<_>>()}</select>
            {candidates(studio, gate, waits).into_any()}
            <p class="hint">"Its sections are written for you to fill in."</p>
            {refused(wrong).into_any()}
            <div class="buttons">
                <button type="button" on:click=move |_| studio.dialog.set(None)>"Cancel"</button>
                <button type="submit" class="primary" disabled=live(move || title.with(|t| t.trim().is_empty()))>"Add unit"</button>
            </div>
        </form>
    }
}

/// The units that it may wait for: those of its gate and of earlier ones.
fn candidates(studio: Studio, gate: u32, waits: RwSignal<BTreeSet<String>>) -> Option<AnyView> {
    let units = studio.read(|d| {
        let feature = d.feature();
        let last = feature.find_gate(gate).unwrap_or(0);
        let earlier = feature.units.iter().filter(|unit| unit.gate <= last && !unit.id().is_empty());
        earlier
            .map(|unit| (unit.id().to_owned(), unit.short_id().to_owned(), unit.title().to_owned()))
            .collect::<Vec<_>>()
    });
    let units = units.filter(|units| !units.is_empty())?;
    let row = |(id, short, title): (String, String, String)| {
        let toggle = move |_| {
            waits.update(|waits| {
                if !waits.remove(&id) {
                    waits.insert(id.clone());
                }
            })
        };
        view! { <label class="choice"><input type="checkbox" on:change=toggle /><code>{short}</code><span>{title}</span></label> }
            .into_any()
    };
    let view = view! {
        <fieldset class="choices">
            <legend>"Waits for"</legend>
            {units.into_iter().map(row).collect::<Vec<_>>()}
        </fieldset>
    };
    Some(view.into_any())
}
