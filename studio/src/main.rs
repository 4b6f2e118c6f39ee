//! The studio's entry: mounts the page.

mod app;
mod browser;

fn main() {
    console_error_panic_hook::set_once();
    browser::mount(app::App);
}
