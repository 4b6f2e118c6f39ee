//! Where a pointer is, and keeping hold of it.

use super::element;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, Event, MouseEvent, PointerEvent, TouchEvent};

/// Where a pointer is inside an element's content, scrolled parts included.
pub fn place_in(id: &str, event: &MouseEvent) -> Option<(f64, f64)> {
    let frame = element(id)?.get_bounding_client_rect();
    Some((f64::from(event.client_x()) - frame.left(), f64::from(event.client_y()) - frame.top()))
}

/// The id of the nearest element with one, where a pointer is.
pub fn id_under(event: &PointerEvent) -> Option<String> {
    let under = document().element_from_point(event.client_x() as f32, event.client_y() as f32)?;
    under.closest("[id]").ok().flatten().map(|element| element.id())
}

/// Whether a pointer is over an element, and not beside the window.
pub fn is_over(id: &str, event: &PointerEvent) -> bool {
    let under = document().element_from_point(event.client_x() as f32, event.client_y() as f32);
    under.zip(element(id)).is_some_and(|(under, element)| element.contains(Some(&under)))
}

/// The id of the nearest element with one that an event came from.
pub fn id_of(event: &Event) -> Option<String> {
    let from = event.target().and_then(|target| target.dyn_into::<Element>().ok())?;
    from.closest("[id]").ok().flatten().map(|element| element.id())
}

/// Whether an event came from a button or from something in it.
pub fn is_on_control(event: &Event) -> bool {
    let from = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    from.and_then(|element| element.closest("button").ok().flatten()).is_some()
}

/// Of two fingers: how far they are apart, and the place between them inside an element's frame.
pub fn pinch(id: &str, event: &TouchEvent) -> Option<(f64, (f64, f64))> {
    let touches = event.touches();
    let (one, two) = (touches.get(0)?, touches.get(1)?);
    let frame = element(id)?.get_bounding_client_rect();
    let [x1, y1, x2, y2] = [one.client_x(), one.client_y(), two.client_x(), two.client_y()].map(f64::from);
    let middle = ((x1 + x2) / 2.0 - frame.left(), (y1 + y2) / 2.0 - frame.top());
    Some(((x1 - x2).hypot(y1 - y2), middle))
}

/// Keeps a pointer's events coming to the element they began at.
pub fn capture(event: &PointerEvent) {
    if let Some(element) = event.current_target().and_then(|t| t.dyn_into::<Element>().ok()) {
        // A pointer that is gone already needs no capture.
        let _ = element.set_pointer_capture(event.pointer_id());
    }
}
