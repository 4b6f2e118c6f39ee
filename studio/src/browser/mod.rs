//! The only room that touches the browser: files in and out, focus, keys, sizes. Everything else of
//! the studio speaks to it in plain values.

mod clipboard;
mod disk;
mod editor;
mod js;
mod keys;
mod link;
mod live;
mod lock;
mod open;
mod picture;
mod pointer;
mod server;
mod store;

pub use clipboard::{hand_out, has_selected_text, on_paste};
pub use disk::DiskFolder;
pub use editor::{Asked, Editor, EditorModule, fetch_editor};
pub use keys::{Key, on_key};
pub use link::{address, clear_fragment, copy, fragment, on_fragment};
pub use live::{Look, Stamp, has_folder, keep_folder, look_again};
pub use lock::{hold, release};
pub use open::{Opened, Opening, has_folders, on_drop, pick_files, pick_folder, pick_target};
pub use picture::png;
pub use pointer::{capture, id_of, id_under, is_on_control, is_over, pinch, place_in};
pub use server::Server;
pub use store::{all_kept, is_kept, keep, kept};

use keys::in_field;

use js_sys::Uint8Array;
use leptos::mount::{mount_to, mount_to_body};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use std::time::Duration;
use web_sys::{
    Blob, Element, Event, HtmlDialogElement, HtmlElement, HtmlInputElement, HtmlSelectElement,
    HtmlTextAreaElement, Node, NodeList, ScrollIntoViewOptions, ScrollLogicalPosition, Url,
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

/// Draws `view` where nobody sees it, and drops it.
pub fn draw_unseen<V: IntoView + 'static>(view: impl FnOnce() -> V + 'static) {
    if let Ok(place) = document().create_element("div") {
        drop(mount_to(place.unchecked_into(), view));
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

/// Calls `act` once what runs now is over, and before anything else is done.
pub fn soon(act: impl FnOnce() + 'static) {
    queue_microtask(act);
}

/// Runs something that waits.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    leptos::task::spawn_local(task);
}

/// Calls `act` once the next frame is being drawn.
pub fn after_frame(act: impl FnOnce() + 'static) {
    request_animation_frame(act);
}

/// Calls `act` once the next frame has been drawn.
pub fn after_paint(act: impl FnOnce() + 'static) {
    after_frame(move || after_milliseconds(0, act));
}

/// Calls `act` after so many seconds.
pub fn after_seconds(seconds: u64, act: impl FnOnce() + 'static) {
    after_milliseconds(seconds * 1000, act);
}

/// Calls `act` whenever the person comes back to the page.
pub fn on_return(act: impl Fn() + 'static) {
    let handle = window_event_listener_untyped("focus", move |_| act());
    on_cleanup(move || handle.remove());
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

/// Moves the focus so many steps among the elements of `list` that `selector` finds; whether there are some.
pub fn step_focus(list: &str, selector: &str, step: i32) -> bool {
    let all = element(list).and_then(|list| list.query_selector_all(selector).ok());
    let Some(all) = all.filter(|all| all.length() > 0) else { return false };
    let now: Option<Node> = document().active_element().map(JsCast::unchecked_into);
    let here = (0..all.length()).find(|at| all.item(*at) == now).map_or(-1, |at| at as i32);
    let there = (here + step).clamp(0, all.length() as i32 - 1);
    if let Some(element) = all.item(there as u32) {
        let _ = element.unchecked_into::<HtmlElement>().focus();
    }
    true
}

/// What a text field shows.
pub fn field_value(id: &str) -> Option<String> {
    let element = element(id)?;
    let line = element.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::value);
    line.or_else(|| element.dyn_ref::<HtmlTextAreaElement>().map(HtmlTextAreaElement::value))
}

/// Lets the field with this id show `text`.
pub fn show_value(id: &str, text: &str) {
    element(id).into_iter().for_each(|field| set_value(&field, text));
}

/// Shows `text` in the field that was changed.
pub fn show(changed: &Event, text: &str) {
    let field = changed.target().and_then(|target| target.dyn_into::<Element>().ok());
    field.into_iter().for_each(|field| set_value(&field, text));
}

fn set_value(field: &Element, text: &str) {
    if let Some(line) = field.dyn_ref::<HtmlInputElement>() {
        line.set_value(text);
    } else if let Some(lines) = field.dyn_ref::<HtmlTextAreaElement>() {
        lines.set_value(text);
    }
}

/// Shows the choice `value` of a list of choices.
pub fn choose(id: &str, value: &str) {
    if let Some(choices) = element(id).and_then(|element| element.dyn_into::<HtmlSelectElement>().ok()) {
        choices.set_value(value);
    }
}

/// Calls `act` once there is nothing else to do; never where a browser cannot say so.
pub fn when_idle(act: impl Fn() + 'static) {
    request_idle_callback(act);
}

/// Empties the text fields of an element.
pub fn clear_fields(id: &str) {
    let fields = element(id).and_then(|element| element.query_selector_all("input").ok());
    for at in 0..fields.as_ref().map_or(0, NodeList::length) {
        let field = fields.as_ref().and_then(|fields| fields.item(at)?.dyn_into::<HtmlInputElement>().ok());
        field.into_iter().for_each(|field| field.set_value(""));
    }
}

/// What the text fields of an element hold.
pub fn fields_of(id: &str) -> Vec<String> {
    let fields = element(id).and_then(|element| element.query_selector_all("input").ok());
    let value =
        |at| fields.as_ref()?.item(at)?.dyn_into::<HtmlInputElement>().ok().map(|field| field.value());
    (0..fields.as_ref().map_or(0, NodeList::length)).filter_map(value).collect()
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

/// What is selected in the text field that has the focus, in UTF-16 units.
pub fn text_selection(id: &str) -> Option<(u32, u32)> {
    focused().filter(|focused| focused == id)?;
    let field = element(id)?.dyn_into::<HtmlTextAreaElement>().ok()?;
    Some((field.selection_start().ok()??, field.selection_end().ok()??))
}

/// The room inside an element.
pub fn inner_size(id: &str) -> Option<(f64, f64)> {
    let element = element(id)?;
    Some((f64::from(element.client_width()), f64::from(element.client_height())))
}

/// Once its content has grown by `factor`, scrolls an element so that what was at `at` of it, or else in its
/// middle, is there again. `inset` is how far from its left edge the content began before, and begins now.
pub fn keep_place(id: &str, at: Option<(f64, f64)>, factor: f64, inset: (f64, f64)) {
    let Some(element) = element(id) else { return };
    after_frame(move || {
        let middle = (f64::from(element.client_width()) / 2.0, f64::from(element.client_height()) / 2.0);
        let (x, y) = at.unwrap_or(middle);
        let from_edge = f64::from(element.scroll_left()) + x - inset.0;
        element.set_scroll_left((from_edge * factor - x + inset.1).round() as i32);
        element.set_scroll_top(((f64::from(element.scroll_top()) + y) * factor - y).round() as i32);
    });
}

/// Scrolls an element there.
pub fn scroll_to(id: &str, x: f64, y: f64) {
    if let Some(element) = element(id) {
        element.scroll_to_with_x_and_y(x, y);
    }
}

/// The part of the picture inside that an element shows: left, top, width, height, from the picture's corner.
pub fn view_of(id: &str, picture: &str) -> Option<(f64, f64, f64, f64)> {
    let element = element(id)?;
    let (frame, picture) =
        (element.get_bounding_client_rect(), self::element(picture)?.get_bounding_client_rect());
    let (left, top) = (frame.left() - picture.left(), frame.top() - picture.top());
    Some((left, top, f64::from(element.client_width()), f64::from(element.client_height())))
}

/// Whether the page is drawn in dark colours.
pub fn is_dark() -> bool {
    let Ok(Some(style)) = document().body().map_or(Ok(None), |body| window().get_computed_style(&body))
    else {
        return false;
    };
    // The text's colour as `rgb(232, 233, 235)`: light text stands on a dark ground.
    let color = style.get_property_value("color").unwrap_or_default();
    let first = color.split(|c: char| !c.is_ascii_digit()).find_map(|part| part.parse::<u32>().ok());
    first.is_some_and(|red| red > 127)
}

/// Whether the focus is in something that `selector` means.
pub fn is_focus_in(selector: &str) -> bool {
    let here = document().active_element();
    here.is_some_and(|here| here.closest(selector).is_ok_and(|found| found.is_some()))
}

/// Moves the focus to the first element that `selector` means.
pub fn focus_first(selector: &str) {
    if let Ok(Some(first)) = document().query_selector(selector) {
        // An element that cannot take the focus leaves it where it is.
        let _ = first.unchecked_into::<HtmlElement>().focus();
    }
}

/// Lets the field that has the focus tell what was typed, and takes the focus from it.
pub fn leave_field() {
    let field =
        document().active_element().filter(|element| element.matches("input, textarea").unwrap_or(false));
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
        let _ = field.blur();
    }
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

/// Closes a `<dialog>`, which gives the focus back to where it was; whether there was one.
pub fn close_dialog(id: &str) -> bool {
    let dialog = element(id).and_then(|e| e.dyn_into::<HtmlDialogElement>().ok());
    dialog.iter().for_each(HtmlDialogElement::close);
    dialog.is_some()
}

/// Whether nothing has the focus.
pub fn is_focus_lost() -> bool {
    document().active_element().is_none_or(|element| element.tag_name() == "BODY")
}

/// Whether a `<dialog>` is shown; `None` when there is none. It is not from the moment in which a person closes it, while
/// the page hears of that a little later.
pub fn is_shown(dialog: &str) -> Option<bool> {
    element(dialog)?.dyn_into::<HtmlDialogElement>().ok().map(|dialog| dialog.open())
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
