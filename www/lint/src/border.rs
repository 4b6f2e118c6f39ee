//! Where JavaScript values come in and go out.

use crate::{answer, wire};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};

/// Findings of every feature in `files`, texts by path.
///
/// # Errors
/// When `files` or `facts` are no such objects, or a path could leave the repository.
#[wasm_bindgen]
pub fn lint(files: JsValue, facts: JsValue) -> Result<JsValue, JsError> {
    let facts = if facts.is_undefined() { wire::FactsWire::default() } else { read(facts, "the facts")? };
    let findings = answer::lint(read(files, "the files")?, facts).map_err(|why| JsError::new(&why))?;
    written(&findings)
}

/// Order, waves and circles of every feature in `files`, texts by path.
///
/// # Errors
/// As [`lint`].
#[wasm_bindgen]
pub fn plan(files: JsValue) -> Result<JsValue, JsError> {
    let plans = answer::plan(read(files, "the files")?).map_err(|why| JsError::new(&why))?;
    written(&plans)
}

fn read<T: serde::de::DeserializeOwned>(value: JsValue, what: &str) -> Result<T, JsError> {
    serde_wasm_bindgen::from_value(value)
        .map_err(|why| JsError::new(&format!("{what} were not understood: {why}")))
}

fn written(value: &impl Serialize) -> Result<JsValue, JsError> {
    value.serialize(&Serializer::json_compatible()).map_err(|why| JsError::new(&why.to_string()))
}
