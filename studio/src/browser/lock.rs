//! One tab at a time: a name that only one tab of this browser can hold. The browser lets go of it when
//! the tab is closed or dies.

use super::js::{call, get, object};
use js_sys::{Function, Promise};
use leptos::prelude::window;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use std::cell::RefCell;
use wasm_bindgen_futures::JsFuture;

thread_local! {
    /// Lets go of the name that is held.
    static RELEASE: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Holds `name`, and lets go of what was held before. Whether it was free; with `take`, it is taken from the
/// tab that has it. `lost` is called when another tab takes it from this one. A browser that cannot tell
/// tabs apart says that it is free.
pub async fn hold(name: &str, take: bool, lost: impl FnOnce() + 'static) -> bool {
    request(name, take, lost).await.unwrap_or(true)
}

async fn request(name: &str, take: bool, lost: impl FnOnce() + 'static) -> Result<bool, JsValue> {
    let locks = get(&get(&window(), "navigator")?, "locks")?;
    let options = object(if take { "steal" } else { "ifAvailable" }, true);
    let (held, release) = open_promise();
    let (answer, tell) = open_promise();
    let callback = Closure::once_into_js(move |lock: JsValue| {
        let free = !lock.is_null();
        // Whoever waits for the answer does not throw.
        let _ = tell.call1(&JsValue::NULL, &free.into());
        // As long as this promise is open, the name is held.
        if free { held.into() } else { JsValue::UNDEFINED }
    });
    let ended: Promise = call(&locks, "request", &[name.into(), options, callback])?.unchecked_into();
    spawn_local(async move {
        if JsFuture::from(ended).await.is_err() {
            lost();
        }
    });
    let free = JsFuture::from(answer).await?.is_truthy();
    if free {
        self::release();
        RELEASE.set(Some(release));
    }
    Ok(free)
}

/// Lets go of the name that is held, if any.
pub fn release() {
    if let Some(release) = RELEASE.take() {
        // A promise that is settled already stays as it is.
        let _ = release.call0(&JsValue::NULL);
    }
}

/// A promise, and what settles it.
fn open_promise() -> (Promise, Function) {
    let mut settle = JsValue::UNDEFINED;
    let promise = Promise::new(&mut |yes, _| settle = yes.into());
    (promise, settle.unchecked_into())
}
