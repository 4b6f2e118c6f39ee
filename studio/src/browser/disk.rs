//! A folder on this computer that a person opened: its files are read and written one at a time, and its
//! handle is kept for the next visit.

use super::js::{object, wait};
use super::open::{read_plans, words};
use super::server::Server;
use super::store;
use crate::folder::File;
use js_sys::Uint8Array;
use leptos::wasm_bindgen::{JsCast, JsValue};
use web_sys::FileSystemDirectoryHandle;

/// A folder on this computer.
#[derive(Clone, Debug)]
pub enum DiskFolder {
    /// By the browser's handle.
    Here(FileSystemDirectoryHandle),
    /// Behind the server that the page came from.
    Served(Server),
}

impl DiskFolder {
    /// What it is called.
    pub fn name(&self) -> String {
        match self {
            DiskFolder::Here(handle) => handle.name(),
            DiskFolder::Served(server) => server.title.clone(),
        }
    }

    /// Whether it is behind the server that the page came from.
    pub fn is_served(&self) -> bool {
        matches!(self, DiskFolder::Served(_))
    }

    /// The bytes of the file `name` (with `/` between its parts); `None` when there is none.
    ///
    /// # Errors
    /// The browser's words when it cannot be read.
    pub async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        let handle = match self {
            DiskFolder::Here(handle) => handle,
            DiskFolder::Served(server) => return server.read(name).await,
        };
        match read_there(handle, name).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(words(error)),
        }
    }

    /// All of the plans' files, as opening the folder reads them.
    ///
    /// # Errors
    /// The browser's words when they cannot be read.
    pub async fn plans(&self) -> Result<Vec<File>, String> {
        match self {
            DiskFolder::Here(handle) => read_plans(handle).await.map_err(words),
            // A server tells by itself what changes.
            DiskFolder::Served(_) => Ok(Vec::new()),
        }
    }

    /// Writes the file `name` as a whole over what is `known` to stand there, or takes it away. The browser puts it
    /// in place at once when all of it is written; a server also compares.
    ///
    /// # Errors
    /// The browser's words when it cannot; then the file is as it was.
    pub async fn write(&self, name: &str, known: Option<&[u8]>, bytes: Option<&[u8]>) -> Result<(), String> {
        let done = match (self, bytes) {
            (DiskFolder::Served(server), _) => return server.write(name, known, bytes).await,
            (DiskFolder::Here(handle), Some(bytes)) => write_there(handle, name, bytes).await,
            (DiskFolder::Here(handle), None) => remove(handle, name).await,
        };
        done.map_err(words)
    }

    /// Whether the person lets us write; asks when that is not decided. To be called while a key or click is
    /// being handled, as browsers ask only then.
    pub async fn may_write(&self) -> bool {
        let DiskFolder::Here(handle) = self else { return true };
        for ask in ["queryPermission", "requestPermission"] {
            let answer = wait(handle, ask, &[object("mode", "readwrite")]).await;
            if answer.is_ok_and(|answer| answer == "granted") {
                return true;
            }
        }
        false
    }

    /// Keeps the handle.
    ///
    /// # Errors
    /// The browser's words when it cannot.
    pub async fn keep(&self, place: String) -> Result<(), String> {
        // The server is found again by the word that the tab keeps.
        let DiskFolder::Here(handle) = self else { return Ok(()) };
        store::change(|store| store.put_with_key(handle, &place.into()).map(drop)).await
    }

    /// The handle that is kept.
    pub async fn kept(place: String) -> Option<DiskFolder> {
        let value = store::ask(|store| store.get(&place.into())).await.ok()?;
        value.dyn_into().ok().map(DiskFolder::Here)
    }
}

/// The folder of `name`, and the name in it.
async fn folder<'a>(
    root: &FileSystemDirectoryHandle,
    name: &'a str,
    create: bool,
) -> Result<(JsValue, &'a str), JsValue> {
    let (mut at, mut rest) = (JsValue::from(root.clone()), name);
    while let Some((part, tail)) = rest.split_once('/') {
        at = wait(&at, "getDirectoryHandle", &[part.into(), object("create", create)]).await?;
        rest = tail;
    }
    Ok((at, rest))
}

async fn read_there(root: &FileSystemDirectoryHandle, name: &str) -> Result<Vec<u8>, JsValue> {
    let (folder, name) = folder(root, name, false).await?;
    let file = wait(&folder, "getFileHandle", &[name.into()]).await?;
    let blob = wait(&file, "getFile", &[]).await?;
    Ok(Uint8Array::new(&wait(&blob, "arrayBuffer", &[]).await?).to_vec())
}

async fn write_there(root: &FileSystemDirectoryHandle, name: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let (folder, name) = folder(root, name, true).await?;
    let file = wait(&folder, "getFileHandle", &[name.into(), object("create", true)]).await?;
    let stream = wait(&file, "createWritable", &[]).await?;
    wait(&stream, "write", &[Uint8Array::from(bytes).into()]).await?;
    wait(&stream, "close", &[]).await.map(drop)
}

async fn remove(root: &FileSystemDirectoryHandle, name: &str) -> Result<(), JsValue> {
    let (folder, name) = folder(root, name, false).await?;
    wait(&folder, "removeEntry", &[name.into()]).await.map(drop)
}

fn is_missing(error: &JsValue) -> bool {
    error.dyn_ref::<js_sys::Error>().is_some_and(|error| error.name() == "NotFoundError")
}
