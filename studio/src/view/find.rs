//! The row that finds units: words, a status, a type.

use super::live;
use crate::app::Studio;
use crate::find::Find;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use specfuse_core::model::status::{UnitStatus, UnitType, Vocabulary};

/// The field for words.
pub const FIELD: &str = "find-text";

/// The row, while it is open.
pub fn find(studio: Studio) -> impl IntoView {
    live(move || studio.graph.finding.get().then(|| row(studio).into_any()).into_any())
}

fn row(studio: Studio) -> impl IntoView {
    let find = studio.graph.find;
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            studio.find_next(event.shift_key());
        }
        "Escape" => {
            event.stop_propagation();
            studio.end_find();
            crate::browser::focus_first(".face[aria-pressed=true]");
        }
        _ => {}
    };
    let count = move || match (find.with(Find::is_empty), studio.graph.found.with(Vec::len)) {
        (true, _) => String::new(),
        (false, 0) => "no unit".to_owned(),
        (false, 1) => "1 unit".to_owned(),
        (false, n) => format!("{n} units"),
    };
    view! {
        <div class="find" role="search" aria-label="Find units" on:keydown=keys>
            <input id=FIELD type="search" aria-label="Words of the id or title" placeholder="Find units" autocomplete="off"
                prop:value=move || find.with(|f| f.text.clone())
                on:input=move |event| find.update(|f| f.text = event_target_value(&event)) />
            <select aria-label="Status" on:change=move |event| find.update(|f| f.status = event_target_value(&event))>
                <option value="">"any status"</option>
                {UnitStatus::WORDS.iter().map(|(status, _)| option(crate::scene::status_word(Some(*status)))).collect::<Vec<_>>()}
            </select>
            <select aria-label="Type" on:change=move |event| find.update(|f| f.kind = event_target_value(&event))>
                <option value="">"any type"</option>
                {UnitType::WORDS.iter().map(|(_, word)| option((*word).to_owned())).collect::<Vec<_>>()}
            </select>
            <output class="found">{live(count)}</output>
            <button class="quiet" aria-label="Close the search" title="Close the search (Esc)" on:click=move |_| studio.end_find()>"×"</button>
        </div>
    }
}

fn option(word: String) -> AnyView {
    view! { <option value=word.clone()>{word.clone()}</option> }.into_any()
}
