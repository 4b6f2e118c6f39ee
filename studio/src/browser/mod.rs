//! The only room that touches the browser: files in and out, focus, keys, sizes. Everything else of
//! the studio speaks to it in plain values.

mod disk;
mod js;
mod keys;
mod link;
mod live;
mod lock;
mod open;
mod pointer;
mod server;
mod store;

pub use disk::DiskFolder;
pub use keys::{Key, on_key};
pub use link::{address, clear_fragment, copy, fragment, on_fragment};
pub use live::{Look, Stamp, has_folder, keep_folder, look_again};
pub use lock::hold;
pub use open::{Opening, on_drop, pick_files, pick_folder};
pub use pointer::{capture, id_under, place_in};
pub use server::Server;
pub use store::{all_kept, keep, kept};

use js_sys::Uint8Array;
use leptos::mount::{mount_to, mount_to_body};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use std::time::Duration;
use web_sys::{
    Blob, HtmlDialogElement, HtmlElement, HtmlTextAreaElement, ScrollIntoViewOptions, ScrollLogicalPosition,
    Url,
};

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

/// Hands `bytes` to the person as a file.
pub fn download(name: &str, bytes: &[u8]) {
    let parts = js_sys::Array::of1(&Uint8Array::from(bytes));
    let Ok(blob) = Blob::new_with_u8_array_sequence(&parts) else { return };
    let Ok(url) = Url::create_object_url_with_blob(&blob) else { return };
    if let Ok(element) = document().create_element("a") {
        // Failing to set an attribute on an element of our own is not possible.
        let _ = element.set_attribute("href", &url);
        let _ = element.set_attribute("download", name);
        element.unchecked_into::<HtmlElement>().click();
    }
    after_seconds(30, move || drop(Url::revoke_object_url(&url)));
}

/// Calls `act` once the next frame is being drawn.
pub fn after_frame(act: impl FnOnce() + 'static) {
    request_animation_frame(act);
}

/// Calls `act` after so many seconds.
pub fn after_seconds(seconds: u64, act: impl FnOnce() + 'static) {
    after_milliseconds(seconds * 1000, act);
}

/// Calls `act` after so many milliseconds.
pub fn after_milliseconds(milliseconds: u64, act: impl FnOnce() + 'static) {
    set_timeout(act, Duration::from_millis(milliseconds));
}

/// The time, in milliseconds since 1970.
pub fn now() -> u64 {
    js_sys::Date::now() as u64
}

/// The year, where the person is.
pub fn year() -> u32 {
    js_sys::Date::new_0().get_full_year()
}

/// A name that nothing else has.
pub fn new_key() -> String {
    format!("{}-{}", now(), (js_sys::Math::random() * 1e9) as u32)
}

/// Calls `hide` when the page is hidden or goes, which may be the last that it hears. When it is closed
/// while `would_lose` says true, the browser asks the person first.
pub fn on_leave(hide: impl Fn() + Copy + 'static, would_lose: impl Fn() -> bool + 'static) {
    let handles = [
        window_event_listener_untyped("visibilitychange", move |_| hide()),
        window_event_listener_untyped("pagehide", move |_| hide()),
        window_event_listener_untyped("beforeunload", move |event| {
            hide();
            if would_lose() {
                event.prevent_default();
            }
        }),
    ];
    on_cleanup(move || handles.into_iter().for_each(|handle| handle.remove()));
}

/// Calls `act` after so many milliseconds.
pub fn after_millis(millis: u64, act: impl FnOnce() + 'static) {
    set_timeout(act, Duration::from_millis(millis));
}

/// Now, as RFC 3339 in UTC.
pub fn timestamp() -> String {
    js_sys::Date::new_0().to_iso_string().into()
}

/// Whether the person asked for less motion.
pub fn wants_less_motion() -> bool {
    let asked = window().match_media("(prefers-reduced-motion: reduce)");
    asked.ok().flatten().is_some_and(|asked| asked.matches())
}

/// Whether there is room for panels side by side.
pub fn is_wide() -> bool {
    window().inner_width().ok().and_then(|width| width.as_f64()).is_some_and(|width| width > 860.0)
}

fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id).map(JsCast::unchecked_into)
}

/// Moves the focus to an element and brings it into view.
pub fn focus(id: &str) {
    if let Some(element) = element(id) {
        let _ = element.focus();
    }
}

/// The id of the element that has the focus.
pub fn focused() -> Option<String> {
    document().active_element().map(|element| element.id()).filter(|id| !id.is_empty())
}

/// Selects a part of a text field, in UTF-16 units, and scrolls there.
pub fn select_text(id: &str, start: u32, end: u32) {
    let Some(field) = element(id).and_then(|e| e.dyn_into::<HtmlTextAreaElement>().ok()) else { return };
    let _ = field.focus();
    let _ = field.set_selection_range(start, end);
    let lines =
        field.value().encode_utf16().take(start as usize).filter(|unit| *unit == u16::from(b'\n')).count();
    let all = field.value().matches('\n').count().max(1);
    let place = f64::from(field.scroll_height()) * lines as f64 / all as f64;
    field.set_scroll_top((place - f64::from(field.client_height()) / 2.0).max(0.0) as i32);
}

/// The room inside an element.
pub fn inner_size(id: &str) -> Option<(f64, f64)> {
    let element = element(id)?;
    Some((f64::from(element.client_width()), f64::from(element.client_height())))
}

/// After its content grew by `factor`, scrolls an element so that its middle shows what it showed.
pub fn keep_middle(id: &str, factor: f64) {
    let Some(element) = element(id) else { return };
    let (half_width, half_height) =
        (f64::from(element.client_width()) / 2.0, f64::from(element.client_height()) / 2.0);
    let x = (f64::from(element.scroll_left()) + half_width) * factor - half_width;
    let y = (f64::from(element.scroll_top()) + half_height) * factor - half_height;
    after_frame(move || {
        element.set_scroll_left(x as i32);
        element.set_scroll_top(y as i32);
    });
}

/// Scrolls an element by so much.
pub fn scroll_by(id: &str, x: f64, y: f64) {
    if let Some(element) = element(id) {
        element.scroll_by_with_x_and_y(x, y);
    }
}

/// Shows a `<dialog>` over everything; the browser keeps the focus inside.
pub fn show_dialog(id: &str) {
    if let Some(dialog) = element(id).and_then(|e| e.dyn_into::<HtmlDialogElement>().ok()) {
        // Fails only for one that is shown already.
        let _ = dialog.show_modal();
    }
}

/// Brings an element into view where it scrolls.
pub fn reveal(id: &str) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    if let Some(element) = element(id) {
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Tells the page's styles which colours to use.
pub fn set_theme(word: &str) {
    if let Some(root) = document().document_element() {
        // Failing to set an attribute is not possible for a name like this.
        let _ = root.set_attribute("data-theme", word);
    }
}

/// Keeps a small choice for the next visit; where the browser keeps nothing, it holds until then.
pub fn remember(name: &str, word: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(name, word);
    }
}

/// What [`remember`] kept.
pub fn remembered(name: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(name).ok()?
}
