//! Links that hold a feature, and documents that can only be read until somebody says otherwise.

use super::Studio;
use crate::browser;
use crate::document::{Document, Lock};
use crate::persist::Keeper;
use crate::share;
use crate::view;
use leptos::prelude::*;
use leptos::task::spawn_local;

impl Studio {
    /// Opens the link that the page was called with, and those it is called with later.
    pub fn begin_links(self) {
        self.open_link();
        browser::on_fragment(move || self.open_link());
    }

    fn open_link(self) {
        let Some(opened) = share::open(&browser::fragment()) else { return };
        let document = opened
            .map_err(|why| why.to_string())
            .and_then(|(files, title)| Document::open(files, &title).map_err(|why| why.to_string()));
        match document {
            Ok(mut document) => {
                document.lock(Lock::Link);
                self.open_as(document, Keeper::new(browser::new_key()), None);
            }
            Err(why) => {
                browser::clear_fragment();
                self.refuse(format!("Not opened: {why}."));
            }
        }
    }

    /// Lets a document that could only be read be edited.
    pub fn unlock(self, lock: Lock) {
        match lock {
            Lock::Link => {
                self.write(Document::adopt);
                browser::clear_fragment();
                self.say("It is yours now, and kept in this browser.".to_owned());
            }
            Lock::Elsewhere => self.take_over(),
        }
    }

    /// Puts a link on the clipboard.
    pub fn copy_link(self, link: String) {
        spawn_local(async move {
            if browser::copy(&link).await {
                self.dialog.set(None);
                self.say("The link is on the clipboard.".to_owned());
            } else {
                let length = link.len() as u32;
                browser::select_text(view::share::FIELD, 0, length);
            }
        });
    }
}
