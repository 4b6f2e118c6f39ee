//! Where a pointer is, and keeping hold of it.

use super::element;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};

/// Where a pointer is inside an element's content, scrolled parts included.
pub fn place_in(id: &str, event: &PointerEvent) -> Option<(f64, f64)> {
    let frame = element(id)?.get_bounding_client_rect();
    Some((f64::from(event.client_x()) - frame.left(), f64::from(event.client_y()) - frame.top()))
}

/// The id of the nearest element with one, where a pointer is.
pub fn id_under(event: &PointerEvent) -> Option<String> {
    let under = document().element_from_point(event.client_x() as f32, event.client_y() as f32)?;
    under.closest("[id]").ok().flatten().map(|element| element.id())
}

/// Keeps a pointer's events coming to the element they began at.
pub fn capture(event: &PointerEvent) {
    if let Some(element) = event.current_target().and_then(|t| t.dyn_into::<Element>().ok()) {
        // A pointer that is gone already needs no capture.
        let _ = element.set_pointer_capture(event.pointer_id());
    }
}
