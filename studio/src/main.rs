//! The studio's entry: mounts the page. Everything but `view` and `browser` is plain Rust that is
//! tested natively.

mod action;
mod app;
mod browser;
mod chart;
mod command;
mod delta;
mod diff;
mod document;
mod editor;
mod features;
mod find;
mod folder;
mod form;
mod gates;
mod history;
mod later;
mod markup;
mod order;
mod outline;
mod pack;
#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod page_tests;
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
mod view;
mod watch;
mod zip;

fn main() {
    console_error_panic_hook::set_once();
    browser::mount(app::App);
}
