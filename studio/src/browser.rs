//! The only file that touches the browser.

use leptos::mount::{mount_to, mount_to_body};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

/// Puts `view` into the element `#studio`, or into the body when there is none, for good.
pub fn mount<V: IntoView + 'static>(view: impl FnOnce() -> V + 'static) {
    match document().get_element_by_id("studio") {
        Some(place) => {
            place.set_inner_html("");
            mount_to(place.unchecked_into(), view).forget();
        }
        None => mount_to_body(view),
    }
}
