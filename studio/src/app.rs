//! The page as a whole: what it shows before anything is open.

use leptos::prelude::*;
use specfuse_core::path::RelPath;
use specfuse_core::tree::Tree;

/// The studio's page.
#[component]
pub fn App() -> impl IntoView {
    let tree = RwSignal::new(example());
    let files = move || tree.with(|tree| tree.iter().map(|(path, _)| path.to_string()).collect::<Vec<_>>());
    view! {
        <h1>"Specfuse Studio"</h1>
        <p id="count">{move || files().len()} " file(s)"</p>
        <ul id="files">
            <For each=files key=|path| path.clone() let:path>
                <li>{path}</li>
            </For>
        </ul>
    }
}

fn example() -> Tree {
    let mut tree = Tree::new();
    if let Ok(path) = RelPath::new(".specfuse/features/example/PLAN.md") {
        tree.insert_text(path, "---\nfeature_id: FEAT-2026-0001\n---\n");
    }
    tree
}
