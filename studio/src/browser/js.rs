//! Calls by name, for what is used once or not everywhere there: each typed import costs the page bytes, and
//! a call by name says as an error that a browser does not know it.

use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// What `object` has under `name`.
pub fn get(object: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(object, &name.into())
}

/// Calls the method `name` of `object`.
pub fn call(object: &JsValue, name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let method = get(object, name)?.dyn_into::<Function>()?;
    let list = Array::new();
    for argument in arguments {
        list.push(argument);
    }
    method.apply(object, &list)
}

/// As [`call`], and waits for what it promises.
pub async fn wait(object: &JsValue, name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let promise: Promise = call(object, name, arguments)?.unchecked_into();
    JsFuture::from(promise).await
}

/// An object with one entry.
pub fn object(name: &str, value: impl Into<JsValue>) -> JsValue {
    let object = Object::new();
    // Setting an entry of a fresh object cannot fail.
    let _ = Reflect::set(&object, &name.into(), &value.into());
    object.into()
}
