//! What the page shows before anything is open: what it is for, and the ways in.

use crate::app::Studio;
use leptos::prelude::*;

/// The first look.
pub fn welcome(studio: Studio) -> impl IntoView {
    view! {
        <main class="welcome">
            <h2>"Draw a plan, write its units, see what is wrong while you type."</h2>
            <p>
                "Open a repository with a "<code>".specfuse"</code>" folder, or one feature's folder. Everything stays on "
                "this computer; what you do not change keeps every byte."
            </p>
            {super::open::ways(studio).into_any()}
            <p class="hint">"You can also drop a folder or a zip anywhere on this page."</p>
        </main>
    }
}
