//! The dialog that asks for a new unit's title.

use super::live;
use crate::app::Studio;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// Asks for the title of a unit to be added to `gate`.
pub fn add_unit(studio: Studio, gate: u32) -> impl IntoView {
    let title = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        studio.add_unit(gate, &title.get_untracked());
    };
    view! {
        <form on:submit=submit>
            <label for="new-title">"Title"</label>
            <input id="new-title" type="text" autofocus autocomplete="off" maxlength="72" placeholder="What will be there when it is done"
                prop:value=title on:input=move |event| title.set(event_target_value(&event)) />
            <p class="hint">"Its sections are written for you to fill in. Connect it afterwards with c."</p>
            <div class="buttons">
                <button type="button" on:click=move |_| studio.dialog.set(None)>"Cancel"</button>
                <button type="submit" class="primary" disabled=live(move || title.with(|t| t.trim().is_empty()))>"Add unit"</button>
            </div>
        </form>
    }
}
