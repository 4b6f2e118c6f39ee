//! The page's address: what a shared link holds after `#`, and the clipboard that a link goes to.

use super::js::{call, get, wait};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsValue;

fn location(part: &str) -> String {
    let part = get(&window(), "location").and_then(|location| get(&location, part));
    part.ok().and_then(|part| part.as_string()).unwrap_or_default()
}

/// The address of this page without what a link holds.
pub fn address() -> String {
    location("href").split('#').next().unwrap_or_default().to_owned()
}

/// What stands after `#` in the address.
pub fn fragment() -> String {
    location("hash")
}

/// Calls `act` when that changes.
pub fn on_fragment(act: impl Fn() + 'static) {
    let handle = window_event_listener_untyped("hashchange", move |_| act());
    on_cleanup(move || handle.remove());
}

/// Takes it out of the address, without another entry in the browser's history.
pub fn clear_fragment() {
    if !fragment().is_empty() {
        let arguments = [JsValue::NULL, "".into(), address().into()];
        // Where the address cannot be changed, the next visit opens the link again: no harm.
        let _ = get(&window(), "history").and_then(|history| call(&history, "replaceState", &arguments));
    }
}

/// Puts a text on the clipboard. Whether the browser allowed it.
pub async fn copy(text: &str) -> bool {
    let clipboard = get(&window(), "navigator").and_then(|navigator| get(&navigator, "clipboard"));
    match clipboard {
        Ok(clipboard) => wait(&clipboard, "writeText", &[text.into()]).await.is_ok(),
        Err(_) => false,
    }
}
