//! The text editor: a module of its own, fetched when a text is first shown. Both sides hand each other
//! texts, places in UTF-16 units, and flat lists.

use super::element;
use crate::editor::Cell;
use js_sys::{Array, Promise, Uint32Array};
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsValue;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = specfuseEditor)]
    fn fetch_module() -> Result<Promise, JsValue>;

    /// The module.
    #[wasm_bindgen(js_name = Object)]
    type Module;

    #[wasm_bindgen(method)]
    fn open(this: &Module, place: &HtmlElement, text: &str, label: &str, names: Array, ask: &Ask) -> View;

    #[wasm_bindgen(js_name = Object)]
    type View;

    #[wasm_bindgen(method)]
    fn show(this: &View, text: &str, colours: Uint32Array, findings: Array, locked: bool, goes: bool);

    #[wasm_bindgen(method)]
    fn select(this: &View, from: u32, to: u32, focus: bool);

    #[wasm_bindgen(method)]
    fn fixes(this: &View) -> bool;

    #[wasm_bindgen(method)]
    fn close(this: &View);
}

type Ask = Closure<dyn Fn(String, String, u32, u32) -> Array>;

/// The fetched module.
pub struct EditorModule(Module);

/// An editor that is shown. It goes when it is dropped.
pub struct Editor {
    view: View,
    _ask: Ask,
}

/// What an editor tells, or asks.
pub enum Asked {
    /// This is its text now.
    Changed(String),
    /// The caret is here.
    Selected(u32),
    /// What could stand here?
    Complete(u32),
    /// What is here?
    Hover(u32),
    /// The fix of this finding is wanted.
    Fix(u32),
    /// It lost the focus.
    Left,
}

/// Fetches the module; `done` gets none when that is not possible.
pub fn fetch_editor(done: impl FnOnce(Option<EditorModule>) + 'static) {
    use leptos::wasm_bindgen::JsCast;
    spawn_local(async move {
        let module = match fetch_module() {
            Ok(promise) => JsFuture::from(promise).await.ok(),
            Err(_) => None,
        };
        done(module.map(|module| EditorModule(module.unchecked_into())));
    });
}

impl EditorModule {
    /// Opens an editor in the element `place`. `names` are the kinds of colours.
    pub fn open(
        &self,
        place: &str,
        text: &str,
        label: &str,
        names: &[&str],
        answer: impl Fn(Asked) -> Vec<Cell> + 'static,
    ) -> Option<Editor> {
        let place = element(place)?;
        let ask = Ask::new(move |what: String, text: String, from: u32, to: u32| {
            let asked = match what.as_str() {
                "changed" => Asked::Changed(text),
                "selected" => Asked::Selected(to),
                "complete" => Asked::Complete(from),
                "hover" => Asked::Hover(from),
                "fix" => Asked::Fix(from),
                _ => Asked::Left,
            };
            array(answer(asked))
        });
        let names = names.iter().map(|name| JsValue::from_str(name)).collect();
        let view = self.0.open(&place, text, label, names, &ask);
        Some(Editor { view, _ask: ask })
    }
}

impl Editor {
    /// Brings text, colours and findings up to date; with `locked`, nothing can be typed; with `goes`, the
    /// caret goes to what changed.
    pub fn show(&self, text: &str, colours: &[u32], findings: Vec<Cell>, locked: bool, goes: bool) {
        self.view.show(text, Uint32Array::from(colours), array(findings), locked, goes);
    }

    /// Selects a range and brings it into view.
    pub fn select(&self, from: u32, to: u32, focus: bool) {
        self.view.select(from, to, focus);
    }

    /// Shows what is wrong on the caret's line, with its fixes; whether there is something.
    pub fn fixes(&self) -> bool {
        self.view.fixes()
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.view.close();
    }
}

fn array(cells: Vec<Cell>) -> Array {
    let value = |cell| match cell {
        Cell::Text(text) => JsValue::from(text),
        Cell::Number(number) => JsValue::from(number),
    };
    cells.into_iter().map(value).collect()
}
