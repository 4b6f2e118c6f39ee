//! A small dialog that asks for a new unit's title.

use super::live;
use crate::app::Studio;
use crate::browser;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The dialog, there while a unit is being added.
pub fn add_unit(studio: Studio) -> impl IntoView {
    let title = RwSignal::new(String::new());
    Effect::new(move |_| {
        if studio.adding.get().is_some() {
            title.set(String::new());
            browser::after_frame(|| browser::focus("new-title"));
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(gate) = studio.adding.get_untracked() {
            studio.add_unit(gate, &title.get_untracked());
        }
    };
    let dialog = move |gate: u32| {
        view! {
            <div class="veil" on:click=move |_| studio.adding.set(None)></div>
            <form class="dialog" role="dialog" aria-modal="true" aria-labelledby="new-label" on:submit=submit>
                <h2 id="new-label">{format!("New unit in gate {gate}")}</h2>
                <label for="new-title">"Title"</label>
                <input id="new-title" type="text" autocomplete="off" maxlength="72" placeholder="What will be there when it is done"
                    prop:value=title on:input=move |event| title.set(event_target_value(&event)) />
                <p class="hint">"Its sections are written for you to fill in. Connect it afterwards with c."</p>
                <div class="buttons">
                    <button type="button" on:click=move |_| studio.adding.set(None)>"Cancel"</button>
                    <button type="submit" class="primary" disabled=live(move || title.with(|t| t.trim().is_empty()))>"Add unit"</button>
                </div>
            </form>
        }
    };
    live(move || studio.adding.get().map(|gate| dialog(gate).into_any()).into_any())
}
