//! Files in: dropped, or chosen as a folder or a zip.

use super::disk::DiskFolder;
use super::js;
use crate::folder::{self, File};
use js_sys::{AsyncIterator, Function, Promise, Reflect, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use specfuse_core::ordered;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, DragEvent, FileList, FileSystemDirectoryEntry, FileSystemDirectoryHandle, FileSystemEntry,
    FileSystemFileEntry, FileSystemFileHandle, FileSystemHandle, FileSystemHandleKind, HtmlInputElement,
};

/// What was opened.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    /// The files.
    pub files: Vec<File>,
    /// What their folder or zip is called.
    pub title: String,
    /// The folder, where they can be written back.
    pub folder: Option<DiskFolder>,
}

/// What was opened, or why nothing was, in words.
pub type Opening = Result<Opened, String>;

/// Calls `done` with what is dropped on the page: a folder, a zip or files.
pub fn on_drop(done: impl Fn(Opening) + Copy + 'static) {
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

async fn read_entries(entries: Vec<FileSystemEntry>) -> Result<Opened, JsValue> {
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
    Ok(Opened { files, title, folder: None })
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
pub fn pick_folder(done: impl Fn(Opening) + Copy + 'static) {
    if !has_folders() {
        pick_files(true, done);
        return;
    }
    spawn_local(async move {
        match pick(&[]).await {
            Some(Ok(handle)) => done(read_handle(handle).await.map_err(words)),
            Some(Err(why)) => done(Err(why)),
            None => {}
        }
    });
}

/// Whether the browser gives out folders that can be written into.
pub fn has_folders() -> bool {
    js::get(&window(), PICKER).is_ok_and(|picker| picker.is_function())
}

/// Lets a person choose a folder to write into.
pub fn pick_target(done: impl FnOnce(Result<DiskFolder, String>) + 'static) {
    spawn_local(async move {
        if let Some(picked) = pick(&[js::object("mode", "readwrite")]).await {
            done(picked.map(DiskFolder::Here));
        }
    });
}

const PICKER: &str = "showDirectoryPicker";

/// The folder that a person chooses; `None` when the picker is closed without one.
async fn pick(options: &[JsValue]) -> Option<Result<FileSystemDirectoryHandle, String>> {
    match js::wait(&window(), PICKER, options).await {
        Ok(handle) => Some(Ok(handle.unchecked_into())),
        Err(error) if is_abort(&error) => None,
        Err(error) => Some(Err(words(error))),
    }
}

fn is_abort(error: &JsValue) -> bool {
    error.dyn_ref::<js_sys::Error>().is_some_and(|error| error.name() == "AbortError")
}

async fn read_handle(root: FileSystemDirectoryHandle) -> Result<Opened, JsValue> {
    let (title, folder) = (root.name(), DiskFolder::Here(root.clone()));
    let files = read_below(title.clone(), root).await?;
    Ok(Opened { files, title, folder: Some(folder) })
}

/// The plans' files of an opened folder, as they are now.
pub(super) async fn read_plans(root: &FileSystemDirectoryHandle) -> Result<Vec<File>, JsValue> {
    let (title, whole) = (root.name(), root.clone());
    // Of a repository the rest need not be gone through again.
    match JsFuture::from(root.get_directory_handle(".specfuse")).await {
        Ok(plans) => read_below(format!("{title}/.specfuse"), plans.unchecked_into()).await,
        Err(_) => read_below(title, whole).await,
    }
}

/// The wanted files below a folder that is called `name`.
async fn read_below(name: String, root: FileSystemDirectoryHandle) -> Result<Vec<File>, JsValue> {
    let mut found = Vec::new();
    let mut open = vec![(name, root)];
    while let Some((path, inner)) = open.pop() {
        let entries: AsyncIterator = inner.values();
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
    Ok(files)
}

/// Lets a person choose a zip, or with `directory` a folder.
pub fn pick_files(directory: bool, done: impl Fn(Opening) + Copy + 'static) {
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

async fn read_list(list: FileList) -> Result<Opened, JsValue> {
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
    Ok(Opened { files, title, folder: None })
}

async fn file(name: String, blob: &Blob) -> Result<File, JsValue> {
    let buffer = JsFuture::from(blob.array_buffer()).await?;
    Ok(File { name: name.into_bytes(), bytes: Uint8Array::new(&buffer).to_vec().into(), mode: None })
}

/// What the browser says of an error.
pub(super) fn words(error: JsValue) -> String {
    let text = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    text.unwrap_or_else(|| "the browser does not say why".to_owned())
}
