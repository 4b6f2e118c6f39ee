//! The studio's entry: mounts the page. Only what needs a browser (`app`, `browser`, `later`, `view`) stays in the
//! browser's program; all else is plain Rust that is tested natively, without a browser's libraries.

// What only those four use is dead in a native program; the browser's is looked at for what nobody uses.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]

mod action;
#[cfg(target_arch = "wasm32")]
mod app;
#[cfg(target_arch = "wasm32")]
mod browser;
mod chart;
mod command;
mod delta;
mod diff;
mod document;
mod editor;
mod face;
mod features;
mod find;
mod folder;
mod form;
mod gates;
mod geometry;
mod history;
mod judge;
#[cfg(target_arch = "wasm32")]
mod later;
mod markup;
mod order;
mod outline;
mod pack;
mod palette;
mod persist;
mod picture;
mod player;
mod problems;
mod save;
mod scene;
mod selection;
mod server;
mod share;
mod snapshots;
mod table;
mod text;
mod theme;
#[cfg(target_arch = "wasm32")]
mod view;
mod watch;
mod zip;

#[cfg(target_arch = "wasm32")]
fn main() {
    console_error_panic_hook::set_once();
    browser::mount(app::App);
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("The studio runs in a browser: cargo run --release -- studio serves it beside a checkout.");
}
