//! Views draw, nothing else: they read the studio's signals and send actions back.

pub mod add;
pub mod bar;
pub mod form;
pub mod graph;
pub mod inspector;
pub mod problems;
pub mod text;
pub mod welcome;

use crate::app::Studio;
use leptos::prelude::*;

/// The three panels of an open document.
pub fn workspace(studio: Studio) -> impl IntoView {
    view! {
        <main class="workspace">
            {graph::graph(studio).into_any()}
            {inspector::inspector(studio).into_any()}
            {problems::problems(studio).into_any()}
        </main>
        {add::add_unit(studio).into_any()}
    }
}

/// What happened last, for eyes and for screen readers.
pub fn notice(studio: Studio) -> impl IntoView {
    let text = move || studio.notice.with(|notice| notice.text.clone());
    let refused = move || studio.notice.with(|notice| notice.refused);
    view! {
        <div class="notice" class:refused=refused class:silent=move || text().is_empty()>
            <p id="notice" role="status" aria-live="polite">{text}</p>
            <button class="quiet" aria-label="Close message" on:click=move |_| studio.say(String::new())>"×"</button>
        </div>
    }
}
