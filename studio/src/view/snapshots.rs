//! The history of a document: earlier states, what differs from now, and the way back to one.

use super::live;
use crate::app::Studio;
use crate::browser;
use crate::persist::ago;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// A list of states beside what the chosen one would change.
pub fn snapshots(studio: Studio) -> impl IntoView {
    let chosen = RwSignal::new(None::<usize>);
    let name = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        studio.name_snapshot(&name.get_untracked());
        name.set(String::new());
        chosen.set(None);
    };
    view! {
        <form class="name-state" on:submit=submit>
            <label for="state-name">"Name the state as it is now"</label>
            <div class="row">
                <input id="state-name" type="text" autocomplete="off" maxlength="80" placeholder="Before the review"
                    prop:value=name on:input=move |event| name.set(event_target_value(&event)) />
                <button type="submit" disabled=live(move || name.with(|n| n.trim().is_empty()))>"Keep this state"</button>
            </div>
        </form>
        <div class="history">
            <ul class="states" aria-label="Earlier states">{live(move || rows(studio, chosen).into_any())}</ul>
            <div class="preview">{live(move || preview(studio, chosen).into_any())}</div>
        </div>
        <form method="dialog" class="buttons"><button>"Close"</button></form>
    }
}

fn rows(studio: Studio, chosen: RwSignal<Option<usize>>) -> Vec<AnyView> {
    studio.version.track();
    let now = browser::now();
    let row = |(at, snapshot): (usize, &crate::snapshots::Snapshot)| {
        let (label, when) = (snapshot.label.clone(), ago(now, snapshot.at));
        let class = if snapshot.named { "state named" } else { "state" };
        view! {
            <li><button class=class aria-pressed=live(move || (chosen.get() == Some(at)).to_string()) on:click=move |_| chosen.set(Some(at))>
                <span class="state-label">{label}</span><span class="state-time">{when}</span>
            </button></li>
        }
        .into_any()
    };
    studio.read(|d| d.snapshots().list().iter().enumerate().rev().map(row).collect()).unwrap_or_default()
}

fn preview(studio: Studio, chosen: RwSignal<Option<usize>>) -> AnyView {
    studio.version.track();
    let Some(at) = chosen.get() else {
        return view! { <p class="empty">"Choose a state to see what going back to it would change. A state is kept when the document is opened and saved, and for each minute of change."</p> }.into_any();
    };
    let Some(diffs) = studio.read(|document| document.preview(at)).flatten() else { return ().into_any() };
    if diffs.is_empty() {
        return view! { <p class="empty">"This is how the document is now."</p> }.into_any();
    }
    let forget = move |_| {
        chosen.set(None);
        studio.forget_snapshot(at);
    };
    view! {
        <div class="preview-head">
            <p class="hint">"Going back changes this; it is one step that Undo takes back."</p>
            <button on:click=forget>"Forget this state"</button>
            <button class="primary" disabled=live(move || studio.is_locked()) on:click=move |_| studio.restore(at)>"Go back to this"</button>
        </div>
        <div class="diffs">{super::diff::diffs(diffs)}</div>
    }
    .into_any()
}
