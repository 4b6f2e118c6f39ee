//! The page in a real browser: it mounts and shows what core read.

use crate::{app, browser};
use leptos::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_page_mounts_into_its_place() {
    let place = document().create_element("div").unwrap();
    place.set_id("studio");
    document().body().unwrap().append_child(&place).unwrap();
    browser::mount(app::App);
    let heading = place.query_selector("h1").unwrap().unwrap();
    assert_eq!(heading.text_content().as_deref(), Some("Specfuse Studio"));
}
