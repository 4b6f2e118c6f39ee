//! An SVG as pixels.

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement, Url};

/// As many pixels at most: more than browsers draw gives an empty picture in some.
const MOST: f64 = 16_000_000.0;
const LONGEST: f64 = 8_000.0;

/// Draws an SVG of this size, twice as large where that is possible, and gives it to `done` as PNG.
pub fn png(svg: &str, width: f64, height: f64, done: impl Fn(Option<Vec<u8>>) + 'static) {
    let kind = BlobPropertyBag::new();
    kind.set_type("image/svg+xml");
    let parts = Array::of1(&svg.into());
    let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &kind) else { return done(None) };
    let Ok(url) = Url::create_object_url_with_blob(&blob) else { return done(None) };
    let Ok(image) = HtmlImageElement::new() else { return done(None) };
    image.set_src(&url);
    let (width, height) = (width.max(1.0), height.max(1.0));
    let scale = 2f64.min((MOST / (width * height)).sqrt()).min(LONGEST / width).min(LONGEST / height);
    spawn_local(async move {
        let read = JsFuture::from(image.decode()).await.is_ok();
        let drawn = if read { draw(&image, width * scale, height * scale) } else { None };
        // The address is no longer needed; there is nothing to do when it is gone already.
        let _ = Url::revoke_object_url(&url);
        let Some(canvas) = drawn else { return done(None) };
        let take = Closure::once_into_js(move |blob: Option<Blob>| {
            spawn_local(async move {
                let Some(blob) = blob else { return done(None) };
                let bytes = JsFuture::from(blob.array_buffer()).await.ok();
                done(bytes.map(|bytes| Uint8Array::new(&bytes).to_vec()));
            });
        });
        // Fails only for pictures of other sites, which this is not.
        let _ = canvas.to_blob(take.unchecked_ref());
    });
}

fn draw(image: &HtmlImageElement, width: f64, height: f64) -> Option<HtmlCanvasElement> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.draw_image_with_html_image_element_and_dw_and_dh(image, 0.0, 0.0, width, height).ok()?;
    Some(canvas)
}
