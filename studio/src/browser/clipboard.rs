//! The clipboard: text in and out.

use super::{copy, in_field};
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::ClipboardEvent;

/// Calls `act` with a text that is pasted anywhere but into a field.
pub fn on_paste(act: impl Fn(String) + 'static) {
    let handle = window_event_listener(leptos::ev::paste, move |event: ClipboardEvent| {
        if !in_field(&event) {
            let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok());
            act(text.unwrap_or_default());
        }
    });
    on_cleanup(move || handle.remove());
}

/// Puts a text into the clipboard. Where the browser refuses, the studio's own still has it.
pub fn hand_out(text: String) {
    spawn_local(async move {
        copy(&text).await;
    });
}

/// Whether a part of the page's text is selected.
pub fn has_selected_text() -> bool {
    let selection = window().get_selection().ok().flatten();
    selection.is_some_and(|selection| !selection.is_collapsed())
}
