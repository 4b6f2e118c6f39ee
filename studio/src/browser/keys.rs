//! Keys as they are pressed anywhere on the page.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent};

/// A key as it was pressed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    /// With what was held, as `Ctrl+Shift+Z`, `?`, `N`, `ArrowLeft`: letters in upper case, Command as Ctrl,
    /// and Shift only where the key itself does not say so.
    pub chord: String,
    /// Whether it went into a field that takes text.
    pub in_field: bool,
    /// Whether that field is a part of the plan: its text is undone with the plan, that of any other by itself.
    pub in_plan: bool,
}

/// Calls `act` for every key; the browser's own action is left out when it says true.
pub fn on_key(act: impl Fn(Key) -> bool + 'static) {
    let handle = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        // What has the focus was asked first: the text editor has keys of its own.
        if !event.default_prevented() && act(key(&event)) {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

fn key(event: &KeyboardEvent) -> Key {
    let in_plan = super::is_focus_in(".inspector") && !super::is_focus_in(".adder");
    Key { chord: chord(event), in_field: in_field(event), in_plan }
}

/// Whether an event goes into a field that takes text.
pub(super) fn in_field(event: &Event) -> bool {
    let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
    target.is_some_and(|t| t.closest("input, textarea, select, [contenteditable]").is_ok_and(|t| t.is_some()))
}

fn chord(event: &KeyboardEvent) -> String {
    let name = event.key();
    let (single, letter) = (name.chars().count() == 1, name.chars().all(char::is_alphabetic));
    let held = [
        (event.ctrl_key() || event.meta_key(), "Ctrl+"),
        (event.alt_key(), "Alt+"),
        (event.shift_key() && (!single || letter), "Shift+"),
    ];
    let mut chord: String = held.into_iter().filter_map(|(is, word)| is.then_some(word)).collect();
    chord.push_str(&if single { name.to_uppercase() } else { name });
    chord
}
