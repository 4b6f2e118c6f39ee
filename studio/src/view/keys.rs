//! The key sheet: every action that has keys, from the one table of actions.

use crate::action::{ACTIONS, Entry, Group, shown};
use leptos::prelude::*;

/// All keys, by group.
pub fn keys() -> impl IntoView {
    let of_group = |group: Group| ACTIONS.iter().filter(move |e| e.group == group && !e.keys.is_empty());
    let row = |entry: &Entry| {
        let keys = entry.keys.iter().map(|keys| view! { <kbd>{shown(keys)}</kbd> }.into_any());
        view! { <div><dt>{entry.title}</dt><dd>{keys.collect::<Vec<_>>()}</dd></div> }.into_any()
    };
    let group = |group: Group| {
        view! { <section><h3>{group.title()}</h3><dl>{of_group(group).map(row).collect::<Vec<_>>()}</dl></section> }
            .into_any()
    };
    view! {
        <div class="keys" tabindex="0" role="group" aria-label="Keys"><div>{Group::ALL.map(group).into_iter().collect::<Vec<_>>()}</div></div>
        <p class="hint">"Arrows go from unit to unit, Home and End to the first and the last; Enter opens one. On a Mac, Ctrl is Command."</p>
        <form method="dialog" class="buttons"><button autofocus>"Close"</button></form>
    }
}
