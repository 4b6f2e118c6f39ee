//! A file of the opened folder that another program writes: looked at again, and read when it has changed.

use super::disk::DiskFolder;
use super::open::words;
use js_sys::Uint8Array;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::{JsCast, JsValue};
use std::cell::RefCell;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileSystemDirectoryHandle, FileSystemFileHandle};

thread_local! {
    /// The folder of what is open.
    static FOLDER: RefCell<Option<FileSystemDirectoryHandle>> = const { RefCell::new(None) };
}

/// Keeps the folder of what is open, when it has one, so that its files can be read again.
pub fn keep_folder(folder: Option<&DiskFolder>) {
    // A server tells by itself what changes.
    FOLDER.set(folder.and_then(|folder| match folder {
        DiskFolder::Here(handle) => Some(handle.clone()),
        DiskFolder::Served(_) => None,
    }));
}

/// Whether files of the opened folder can be read again.
pub fn has_folder() -> bool {
    FOLDER.with_borrow(Option::is_some)
}

/// What tells one state of a file from the next: when it was written, and how long it is.
pub type Stamp = (f64, f64);

/// What a look at a file came to: its stamp with its bytes when it is another than the known one, nothing
/// when it is the same or not there, or why it could not be read, in words.
pub type Look = Result<Option<(Stamp, Vec<u8>)>, String>;

/// Looks at the file `name` of the kept folder, whose own name comes first.
pub fn look_again(name: String, known: Option<Stamp>, done: impl FnOnce(Look) + 'static) {
    let Some(folder) = FOLDER.with_borrow(Clone::clone) else { return done(Ok(None)) };
    spawn_local(async move {
        let found = match look(folder, &name, known).await {
            Err(error) if is_absent(&error) => Ok(None),
            other => other.map_err(words),
        };
        done(found);
    });
}

async fn look(
    root: FileSystemDirectoryHandle,
    name: &str,
    known: Option<Stamp>,
) -> Result<Option<(Stamp, Vec<u8>)>, JsValue> {
    let mut parts: Vec<&str> = name.split('/').skip(1).collect();
    let Some(file) = parts.pop() else { return Ok(None) };
    let mut folder = root;
    for part in parts {
        folder = JsFuture::from(folder.get_directory_handle(part)).await?.unchecked_into();
    }
    let handle: FileSystemFileHandle = JsFuture::from(folder.get_file_handle(file)).await?.unchecked_into();
    let file: File = JsFuture::from(handle.get_file()).await?.unchecked_into();
    let stamp = (file.last_modified(), file.size());
    if known == Some(stamp) {
        return Ok(None);
    }
    let buffer = JsFuture::from(file.array_buffer()).await?;
    Ok(Some((stamp, Uint8Array::new(&buffer).to_vec())))
}

fn is_absent(error: &JsValue) -> bool {
    error.dyn_ref::<js_sys::Error>().is_some_and(|error| error.name() == "NotFoundError")
}
