//! Opening: what was picked, dropped, read or kept becomes the document that the page shows.

use super::{Dialog, Panel, Studio, Target, keeping};
use crate::browser;
use crate::document::Document;
use crate::folder::File;
use crate::persist::Keeper;
use crate::problems::Filter;
use crate::scene::Drawn;
use leptos::prelude::*;
use specfuse_core::path::RelPath;

impl Studio {
    /// Opens what was picked, dropped or read, or says why not.
    pub fn receive(self, opened: browser::Opening) {
        self.with_plan(move |plan| (plan.receive)(self, opened));
    }

    /// As [`Studio::receive`], in the chunk `plan`.
    pub fn receive_now(self, opened: browser::Opening) {
        let is_zip = |opened: &browser::Opened| match opened.files.as_slice() {
            [only] => only.name.to_ascii_lowercase().ends_with(b".zip"),
            _ => false,
        };
        let are_zips = |opened: &browser::Opened| {
            let is_one = |file: &File| file.name.to_ascii_lowercase().ends_with(b".zip");
            opened.files.len() > 1 && opened.files.iter().all(is_one)
        };
        match opened {
            Ok(opened) if are_zips(&opened) => {
                self.receive_files(Err("these are several zips; open one at a time".to_owned()), "", None);
            }
            Ok(opened) if is_zip(&opened) => self.with_work(move |work| {
                let files = (work.unzip)(&opened.files[0].bytes).map_err(|why| why.to_string());
                self.receive_files(files, &opened.title, opened.folder);
            }),
            Ok(opened) => self.receive_files(Ok(opened.files), &opened.title, opened.folder),
            Err(why) => self.receive_files(Err(why), "", None),
        }
    }

    fn receive_files(
        self,
        files: Result<Vec<File>, String>,
        title: &str,
        folder: Option<browser::DiskFolder>,
    ) {
        match files.and_then(|files| Document::open_to_draw(files, title).map_err(|why| why.to_string())) {
            Ok(document) => self.open(document, folder),
            Err(why) => self.refuse(format!("Not opened: {why}.")),
        }
    }

    /// Offers the ways to open something else.
    pub fn begin_open(self) {
        self.list_kept();
        self.dialog.set(self.is_open.get_untracked().then_some(Dialog::Open));
    }

    /// Opens the bundled example.
    pub fn open_example(self) {
        self.with_plan(move |plan| (plan.example)(self));
    }

    /// As [`Studio::open_example`], in the chunk `plan`.
    pub fn open_example_now(self) {
        self.open(Document::example(), None);
    }

    pub(super) fn open(self, mut document: Document, folder: Option<browser::DiskFolder>) {
        document.take_snapshot("opened", browser::now());
        self.open_as(document, Keeper::new(browser::new_key()), folder);
    }

    /// Shows a document.
    pub(super) fn show(self, next: keeping::Next) {
        let keeping::Next { document, keeper, folder } = next;
        self.dialog.set(None);
        self.panel.set(Panel::Problems);
        self.overlay.set_value(None);
        self.watch.forget();
        self.saving.set(folder);
        self.begin_holding(&document, &keeper);
        self.keep_as(keeper);
        self.document.set_value(Some(document));
        self.target.set(None);
        self.graph.reset();
        self.nodes.set(Vec::new());
        self.drawn.update_value(Drawn::forget);
        self.groups.set(Vec::new());
        self.filter.update(Filter::open);
        if !browser::is_wide() {
            self.outlined.set(true);
        }
        self.refresh();
        self.keep_soon();
        self.settled.set(false);
        self.is_placed.set(false);
        self.is_open.set(true);
        // Once the workspace is there, without its boxes: then its size is known at little cost, and hundreds of
        // boxes get their style once.
        browser::spawn(async move { self.place() });
        browser::after_paint(move || {
            self.write(Document::judge);
            self.settled.set(true);
            if browser::is_focus_lost() {
                self.focus_shown();
            }
        });
        let (units, header) = (self.nodes.with_untracked(Vec::len), self.header.get_untracked());
        self.say(format!("Opened {}: {units} units.", header.title));
        self.select_first();
        if header.features > 1 && header.lock.is_none() {
            self.dialog.set(Some(Dialog::Features));
        }
    }

    fn select_first(self) {
        let first = self.read(|d| if d.feature().units.is_empty() { None } else { Some(Target::Unit(0)) });
        let plan = || self.read(|d| d.feature().folder.join("PLAN.md").ok()).flatten().map(Target::File);
        self.target.set(first.flatten().or_else(plan));
    }

    fn place(self) {
        if browser::is_wide() {
            self.fit();
        }
        self.is_placed.set(true);
    }

    /// Shows another feature of what is open.
    pub fn choose(self, folder: &RelPath) {
        self.dialog.set(None);
        self.write(|document| document.choose(folder));
        self.arrive();
    }

    /// Shows a feature that was not shown before: nothing that was chosen for another holds for it.
    pub(super) fn arrive(self) {
        self.watch.only.set(None);
        self.play.setup.update(|setup| setup.outcomes.clear());
        self.refresh();
        self.select_first();
        self.place();
        self.focus_shown();
    }
}
