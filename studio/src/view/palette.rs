//! The command palette: a field and a list that follows it.

use super::live;
use crate::action::shown;
use crate::app::{Studio, Target};
use crate::browser;
use crate::palette::{Choice, Row, rows};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

fn row_id(index: usize) -> String {
    format!("choice-{index}")
}

/// The palette's field and rows.
pub fn palette(studio: Studio) -> impl IntoView {
    let query = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    // Made once for each query: the dialog is open, so nothing else changes meanwhile.
    let found = Memo::new(move |_| {
        let find = |document: Option<&_>| query.with(|q| rows(q, |action| studio.can(action), document));
        studio.read(|document| find(Some(document))).unwrap_or_else(|| find(None))
    });
    let choose = move |index: usize| {
        if let Some(row) = found.with_untracked(|rows| rows.get(index).cloned()) {
            // The focus first goes back to where it was.
            studio.dialog.set(None);
            browser::after_frame(move || studio.choose_row(row.choice));
        }
    };
    let key = move |event: KeyboardEvent| {
        let count = found.with_untracked(Vec::len).max(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1) % count),
            "ArrowUp" => at.update(|at| *at = (*at + count - 1) % count),
            "Enter" => choose(at.get_untracked()),
            _ => return,
        }
        event.prevent_default();
        browser::reveal(&row_id(at.get_untracked()));
    };
    let list = live(move || {
        let rows = found.get();
        let rows: Vec<AnyView> = rows
            .into_iter()
            .enumerate()
            .map(|(index, row)| option(index, row, at, choose).into_any())
            .collect();
        rows.into_any()
    });
    let none = move || found.with(Vec::is_empty);
    let nothing = live(move || if none() { "Nothing is called that. Try fewer letters." } else { "" });
    view! {
        <div class="palette-head">
            <input
                id="palette-field" type="text" role="combobox" autofocus autocomplete="off" spellcheck="false"
                aria-label="Find an action, a unit or a file" aria-controls="palette-list"
                aria-expanded=live(move || (!none()).to_string())
                aria-activedescendant=live(move || (!none()).then(|| row_id(at.get()))) placeholder="An action, a unit, a file …"
                on:input=move |event| { at.set(0); query.set(event_target_value(&event)); }
                on:keydown=key
            />
            <button class="quiet" aria-label="Close" title="Close (Esc)" on:click=move |_| studio.dialog.set(None)>"×"</button>
        </div>
        <ul id="palette-list" class="palette" role="listbox" aria-label="Found" hidden=live(none)>{list}</ul>
        <p class="empty" role="status" hidden=live(move || !none())>{nothing}</p>
    }
}

fn option(
    index: usize,
    row: Row,
    at: RwSignal<usize>,
    choose: impl Fn(usize) + Copy + 'static,
) -> impl IntoView {
    let selected = move || at.get() == index;
    let detail = match row.choice {
        Choice::Run(_) => view! { <kbd>{shown(row.detail)}</kbd> }.into_any(),
        _ => view! { <span class="soft">{row.detail}</span> }.into_any(),
    };
    view! {
        <li
            id=row_id(index) role="option" aria-selected=live(move || selected().to_string())
            on:pointermove=move |_| at.set(index) on:click=move |_| choose(index)
        >
            <span>{row.title}</span>{detail}
        </li>
    }
}

impl Studio {
    fn choose_row(self, choice: Choice) {
        match choice {
            Choice::Run(action) => {
                self.run(action);
            }
            Choice::Unit(unit) => {
                self.target.set(Some(Target::Unit(unit)));
                self.focus_unit(unit);
            }
            Choice::File(path) => {
                self.target.set(Some(Target::File(path)));
                browser::soon(Studio::focus_pane);
            }
        }
    }
}
