//! The server of `specfuse-loop studio`, when this page came from one: the plan's files in its checkout are read
//! and written through it, and it tells what changes there.

use super::js::{call, get, object, wait};
use super::open::words;
use crate::server::{Answer, Told};
use js_sys::{Array, JSON, Object, Uint8Array, encode_uri_component};
use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, JsValue};

/// Where the word is kept that the server lets in: for this tab, as long as it is open.
const PLACE: &str = "specfuse-token";

/// The server, and what its checkout is called.
#[derive(Clone, Debug)]
pub struct Server {
    token: String,
    /// What the checkout is called.
    pub title: String,
}

impl Server {
    /// The server, when the page was opened with the word that it lets in; takes that out of the address.
    pub fn find() -> Option<Server> {
        let server = |token: String| Server { token, title: "the checkout".to_owned() };
        let storage = get(&window(), "sessionStorage").ok()?;
        let location = get(&window(), "location").ok()?;
        let hash = get(&location, "hash").ok()?.as_string()?;
        if let Some(token) = hash.strip_prefix("#token=") {
            let _ = call(&storage, "setItem", &[PLACE.into(), token.into()]);
            let history = get(&window(), "history").ok()?;
            let _ = call(&history, "replaceState", &[JsValue::NULL, "".into(), "./".into()]);
            return Some(server(token.to_owned()));
        }
        call(&storage, "getItem", &[PLACE.into()]).ok()?.as_string().map(server)
    }

    /// The whole plan.
    ///
    /// # Errors
    /// Why it is not to be had, in words.
    pub async fn plan(&self) -> Result<Answer, String> {
        self.files("plan").await
    }

    /// What changed after a version; answers when something did, or after a while.
    ///
    /// # Errors
    /// Why that cannot be told, in words.
    pub async fn changes(&self, since: u64) -> Result<Answer, String> {
        self.files(&format!("changes?since={since}")).await
    }

    async fn files(&self, question: &str) -> Result<Answer, String> {
        let (status, response) = self.ask(question, None).await.map_err(words)?;
        match status {
            200 => Ok(answer(&wait(&response, "json", &[]).await.map_err(words)?)),
            401 => Err("use the address that `specfuse-loop studio` printed last".to_owned()),
            _ => Err(refusal(&response).await),
        }
    }

    /// The bytes of a file; `None` when there is none.
    ///
    /// # Errors
    /// Why it cannot be read, in words.
    pub(super) async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        let question = format!("file/{}", String::from(encode_uri_component(name)));
        let (status, response) = self.ask(&question, None).await.map_err(words)?;
        match status {
            200 => {
                let buffer = wait(&response, "arrayBuffer", &[]).await.map_err(words)?;
                Ok(Some(Uint8Array::new(&buffer).to_vec()))
            }
            404 => Ok(None),
            _ => Err(refusal(&response).await),
        }
    }

    /// Puts `bytes` in the place of `known`; the server compares and writes in one step.
    ///
    /// # Errors
    /// Why nothing was written, in words.
    pub(super) async fn write(
        &self,
        name: &str,
        known: Option<&[u8]>,
        bytes: Option<&[u8]>,
    ) -> Result<(), String> {
        let text = |bytes: Option<&[u8]>| match bytes {
            Some(bytes) => String::from_utf8_lossy(bytes).as_ref().into(),
            None => JsValue::NULL,
        };
        let file = entries(&[("path", name.into()), ("before", text(known)), ("after", text(bytes))]);
        let body = JSON::stringify(&object("files", Array::of1(&file))).map_err(words)?;
        let (status, response) = self.ask("save", Some(body.into())).await.map_err(words)?;
        if status == 200 { Ok(()) } else { Err(refusal(&response).await) }
    }

    async fn ask(&self, question: &str, body: Option<JsValue>) -> Result<(u16, JsValue), JsValue> {
        let headers = object("Authorization", format!("Bearer {}", self.token));
        let method = if body.is_some() { "POST" } else { "GET" };
        let options = entries(&[
            ("headers", headers),
            ("cache", "no-store".into()),
            ("method", method.into()),
            ("body", body.unwrap_or(JsValue::UNDEFINED)),
        ]);
        let response = wait(&window(), "fetch", &[format!("./api/{question}").into(), options]).await?;
        Ok((get(&response, "status")?.as_f64().unwrap_or_default() as u16, response))
    }
}

/// What a refusal says.
async fn refusal(response: &JsValue) -> String {
    let said = wait(response, "json", &[]).await.and_then(|value| get(&value, "error"));
    said.ok().and_then(|words| words.as_string()).unwrap_or_else(|| "the server refuses".to_owned())
}

fn entries(entries: &[(&str, JsValue)]) -> JsValue {
    let made = Object::new();
    for (name, value) in entries {
        Object::assign(&made, object(name, value.clone()).unchecked_ref());
    }
    made.into()
}

fn answer(value: &JsValue) -> Answer {
    let of = |object: &JsValue, name: &str| get(object, name).unwrap_or(JsValue::UNDEFINED);
    let told = |file: JsValue| {
        let (text, opaque) = (of(&file, "text").as_string(), of(&file, "opaque").is_truthy());
        Some(Told { path: of(&file, "path").as_string()?, text, opaque })
    };
    Answer {
        version: of(value, "version").as_f64().unwrap_or_default() as u64,
        title: of(value, "title").as_string().unwrap_or_default(),
        files: Array::from(&of(value, "files")).iter().filter_map(told).collect(),
    }
}
