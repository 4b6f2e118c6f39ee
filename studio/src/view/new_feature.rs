//! The form that makes a new feature.

use super::{live, refused};
use crate::app::Studio;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// Asks for what a feature begins with.
pub fn new_feature(studio: Studio) -> impl IntoView {
    let [id, title, branch, goal] =
        [studio.next_id(), String::new(), String::new(), String::new()].map(RwSignal::new);
    let wrong = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let [id, title, branch, goal] = [id, title, branch, goal].map(|field| field.get_untracked());
        if let Err(why) = studio.new_feature(&id, &title, &branch, &goal) {
            wrong.set(why);
        }
    };
    let suggested = live(move || studio.suggested_branch(&id.get(), &title.get()));
    let missing = live(move || [title, goal].iter().any(|field| field.with(|text| text.trim().is_empty())));
    view! {
        <form class="new-feature" on:submit=submit>
            {field("feature-title-field", "Title", "What people call it", title)}
            {field("feature-goal", "Goal", "What will be true once it is done", goal)}
            <div class="pair">
                {field("feature-id", "Id", "FEAT-2026-0001", id)}
                <div>
                    <label for="feature-branch">"Branch"</label>
                    <input id="feature-branch" type="text" autocomplete="off" spellcheck="false" placeholder=suggested
                        prop:value=branch on:input=move |event| branch.set(event_target_value(&event)) />
                </div>
            </div>
            <p class="hint">"One gate with one unit and its close, as drafts. The branch may stay empty: the one that is shown is taken."</p>
            {refused(wrong).into_any()}
            <div class="buttons">
                <button type="button" on:click=move |_| studio.dialog.set(None)>"Cancel"</button>
                <button type="submit" class="primary" disabled=missing>"Make the feature"</button>
            </div>
        </form>
    }
}

fn field(id: &'static str, label: &'static str, example: &'static str, value: RwSignal<String>) -> AnyView {
    view! {
        <div>
            <label for=id>{label}</label>
            <input id=id type="text" autocomplete="off" placeholder=example autofocus=id == "feature-title-field"
                prop:value=value on:input=move |event| value.set(event_target_value(&event)) />
        </div>
    }
    .into_any()
}
