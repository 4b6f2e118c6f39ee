//! What the page shows before anything is open: what it is for, and three ways in.

use crate::app::Studio;
use crate::browser;
use leptos::prelude::*;

/// The first look.
pub fn welcome(studio: Studio) -> impl IntoView {
    let folder = move |_| browser::pick_folder(move |files| studio.receive(files));
    let zip = move |_| browser::pick_files(false, move |files| studio.receive(files));
    view! {
        <main class="welcome">
            <h2>"Draw a plan, write its units, see what is wrong while you type."</h2>
            <p>
                "Open a repository with a "<code>".specfuse"</code>" folder, or one feature's folder. Everything stays on "
                "this computer; what you do not change keeps every byte."
            </p>
            <div class="ways">
                <button class="way primary" on:click=move |_| studio.open_example()>
                    <strong>"Open the example"</strong>
                    <span>"A small plan with two gates, to look around in."</span>
                </button>
                <button class="way" on:click=folder>
                    <strong>"Open a folder"</strong>
                    <span>"A repository or a feature on this computer."</span>
                </button>
                <button class="way" on:click=zip>
                    <strong>"Open a zip"</strong>
                    <span>"The same, packed. You get a zip back."</span>
                </button>
            </div>
            <p class="hint">"You can also drop a folder or a zip anywhere on this page."</p>
        </main>
    }
}
