//! The studio's entry: mounts the page.

mod app;
mod browser;
#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod page_tests;

fn main() {
    console_error_panic_hook::set_once();
    browser::mount(app::App);
}
