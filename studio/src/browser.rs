//! The only file that touches the browser: files in, files out, focus, keys and sizes.

use crate::folder::{self, File};
use js_sys::{AsyncIterator, Function, Promise, Reflect, Uint8Array};
use leptos::mount::{mount_to, mount_to_body};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use specfuse_core::ordered;
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, DragEvent, Element, FileList, FileSystemDirectoryEntry, FileSystemDirectoryHandle, FileSystemEntry,
    FileSystemFileEntry, FileSystemFileHandle, FileSystemHandle, FileSystemHandleKind, HtmlElement,
    HtmlInputElement, HtmlTextAreaElement, KeyboardEvent, PointerEvent, Url,
};

/// Files and the name of what holds them, or why there are none, in words.
pub type Opened = Result<(Vec<File>, String), String>;

/// A key as it was pressed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    /// Its name, letters in lower case.
    pub name: String,
    /// Whether Ctrl or Command was held.
    pub command: bool,
    /// Whether Shift was held.
    pub shift: bool,
    /// Whether it went into a field that takes text.
    pub in_field: bool,
}

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

/// Calls `act` for every key; the browser's own action is left out when it says true.
pub fn on_key(act: impl Fn(Key) -> bool + 'static) {
    let handle = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
        let in_field =
            target.is_some_and(|t| matches!(t.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
        let name = event.key();
        let name = if name.chars().count() == 1 { name.to_ascii_lowercase() } else { name };
        let command = event.ctrl_key() || event.meta_key();
        if !event.alt_key() && act(Key { name, command, shift: event.shift_key(), in_field }) {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

/// Calls `done` with what is dropped on the page: a folder, a zip or files.
pub fn on_drop(done: impl Fn(Opened) + Copy + 'static) {
    let over = window_event_listener(leptos::ev::dragover, |event: DragEvent| event.prevent_default());
    let drop = window_event_listener(leptos::ev::drop, move |event: DragEvent| {
        event.prevent_default();
        let Some(data) = event.data_transfer() else { return };
        let items = data.items();
        let entries: Vec<FileSystemEntry> = (0..items.length())
            .filter_map(|at| items.get(at)?.webkit_get_as_entry().ok().flatten())
            .collect();
        spawn_local(async move { done(read_entries(entries).await.map_err(words)) });
    });
    on_cleanup(move || {
        over.remove();
        drop.remove();
    });
}

async fn read_entries(entries: Vec<FileSystemEntry>) -> Result<(Vec<File>, String), JsValue> {
    let title = entries.first().map_or_else(|| "plan".to_owned(), FileSystemEntry::name);
    let mut found = Vec::new();
    let mut open = entries;
    while let Some(entry) = open.pop() {
        let name = entry.full_path().trim_start_matches('/').to_owned();
        if entry.is_directory() {
            let hidden = matches!(entry.name().as_str(), ".git" | "node_modules" | "target" | ".loop");
            if !hidden {
                open.extend(children(entry.unchecked_into()).await?);
            }
        } else {
            found.push((name, entry.unchecked_into::<FileSystemFileEntry>()));
        }
    }
    ordered::sort_by(&mut found, |a, b| a.0.cmp(&b.0));
    let in_repository = folder::is_repository(found.iter().map(|(name, _)| name.as_str()));
    let mut files = Vec::new();
    for (name, entry) in found {
        let zip = entry.name().to_ascii_lowercase().ends_with(".zip");
        if zip || folder::is_wanted(&name, in_repository) {
            let read = Promise::new(&mut |yes: Function, no: Function| {
                entry.file_with_callback_and_callback(&yes, &no)
            });
            let blob: Blob = JsFuture::from(read).await?.unchecked_into();
            files.push(file(name, &blob).await?);
        }
    }
    Ok((files, title))
}

/// All entries of a dropped folder: the reader gives them a hundred at a time.
async fn children(folder: FileSystemDirectoryEntry) -> Result<Vec<FileSystemEntry>, JsValue> {
    let reader = folder.create_reader();
    let mut all = Vec::new();
    loop {
        let read = Promise::new(&mut |yes: Function, no: Function| {
            // A refusal comes through `no`.
            let _ = reader.read_entries_with_callback_and_callback(&yes, &no);
        });
        let some = js_sys::Array::from(&JsFuture::from(read).await?);
        if some.length() == 0 {
            return Ok(all);
        }
        all.extend(some.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
    }
}

/// Lets a person choose a folder: by the File System Access API where the browser has it, by a
/// directory input otherwise.
pub fn pick_folder(done: impl Fn(Opened) + Copy + 'static) {
    let picker = Reflect::get(&window(), &"showDirectoryPicker".into())
        .ok()
        .and_then(|f| f.dyn_into::<Function>().ok());
    let Some(picker) = picker else {
        pick_files(true, done);
        return;
    };
    spawn_local(async move {
        let asked = picker.call0(&window()).map(Promise::unchecked_from_js);
        let handle: Result<JsValue, JsValue> = match asked {
            Ok(promise) => JsFuture::from(promise).await,
            Err(error) => Err(error),
        };
        match handle {
            // The person closed the picker.
            Err(error) if is_abort(&error) => {}
            Err(error) => done(Err(words(error))),
            Ok(handle) => done(read_handle(handle.unchecked_into()).await.map_err(words)),
        }
    });
}

fn is_abort(error: &JsValue) -> bool {
    error.dyn_ref::<js_sys::Error>().is_some_and(|error| error.name() == "AbortError")
}

async fn read_handle(root: FileSystemDirectoryHandle) -> Result<(Vec<File>, String), JsValue> {
    let title = root.name();
    let mut found = Vec::new();
    let mut open = vec![(title.clone(), root)];
    while let Some((path, folder)) = open.pop() {
        let entries: AsyncIterator = folder.values();
        loop {
            let next = JsFuture::from(entries.next_iterator()?).await?;
            if Reflect::get(&next, &"done".into())?.is_truthy() {
                break;
            }
            let entry: FileSystemHandle = Reflect::get(&next, &"value".into())?.unchecked_into();
            let name = format!("{path}/{}", entry.name());
            match entry.kind() {
                FileSystemHandleKind::Directory => {
                    if !matches!(entry.name().as_str(), ".git" | "node_modules" | "target" | ".loop") {
                        open.push((name, entry.unchecked_into()));
                    }
                }
                _ => found.push((name, entry.unchecked_into::<FileSystemFileHandle>())),
            }
        }
    }
    ordered::sort_by(&mut found, |a, b| a.0.cmp(&b.0));
    let in_repository = folder::is_repository(found.iter().map(|(name, _)| name.as_str()));
    let mut files = Vec::new();
    for (name, handle) in found.into_iter().filter(|(name, _)| folder::is_wanted(name, in_repository)) {
        let blob: Blob = JsFuture::from(handle.get_file()).await?.unchecked_into();
        files.push(file(name, &blob).await?);
    }
    Ok((files, title))
}

/// Lets a person choose a zip, or with `directory` a folder.
pub fn pick_files(directory: bool, done: impl Fn(Opened) + Copy + 'static) {
    let Ok(element) = document().create_element("input") else { return };
    let input: HtmlInputElement = element.unchecked_into();
    input.set_type("file");
    input.set_webkitdirectory(directory);
    if !directory {
        input.set_accept(".zip,application/zip");
    }
    let chosen = input.clone();
    let change = Closure::once_into_js(move || {
        let list = chosen.files();
        spawn_local(async move {
            if let Some(list) = list.filter(|list| list.length() > 0) {
                done(read_list(list).await.map_err(words));
            }
        });
    });
    input.set_onchange(Some(change.unchecked_ref()));
    input.click();
}

async fn read_list(list: FileList) -> Result<(Vec<File>, String), JsValue> {
    let all: Vec<web_sys::File> = (0..list.length()).filter_map(|at| list.get(at)).collect();
    let path = |file: &web_sys::File| {
        let relative = Reflect::get(file, &"webkitRelativePath".into()).ok().and_then(|p| p.as_string());
        relative.filter(|p| !p.is_empty()).unwrap_or_else(|| file.name())
    };
    let mut named: Vec<(String, web_sys::File)> = all.into_iter().map(|file| (path(&file), file)).collect();
    ordered::sort_by(&mut named, |a, b| a.0.cmp(&b.0));
    let title = named.first().and_then(|(name, _)| name.split('/').next()).unwrap_or("plan").to_owned();
    let in_repository = folder::is_repository(named.iter().map(|(name, _)| name.as_str()));
    let mut files = Vec::new();
    for (name, blob) in named.into_iter().filter(|(name, _)| folder::is_wanted(name, in_repository)) {
        files.push(file(name, &blob).await?);
    }
    Ok((files, title))
}

async fn file(name: String, blob: &Blob) -> Result<File, JsValue> {
    let buffer = JsFuture::from(blob.array_buffer()).await?;
    Ok(File { name: name.into_bytes(), bytes: Uint8Array::new(&buffer).to_vec().into(), mode: None })
}

fn words(error: JsValue) -> String {
    let text = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    text.unwrap_or_else(|| "the browser could not read it".to_owned())
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
    set_timeout(act, Duration::from_secs(seconds));
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
