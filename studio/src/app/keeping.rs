//! Keeping the document in the browser while it is edited, and going on with one that was kept. What is
//! written and when is decided in `persist`.

use super::{Dialog, Studio};
use crate::browser::{self, DiskFolder};
use crate::document::Document;
use crate::persist::{self, Head, Keeper, Part};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A document that is to be opened.
pub(super) struct Next {
    pub(super) document: Document,
    pub(super) keeper: Keeper,
    pub(super) folder: Option<DiskFolder>,
}

/// What is kept, and what keeps the open document.
#[derive(Clone, Copy)]
pub struct State {
    /// The kept documents, newest first.
    pub heads: RwSignal<Vec<Head>>,
    keeper: StoredValue<Keeper>,
    /// What waits for the person's word to be opened.
    next: StoredValue<Option<Next>, LocalStorage>,
}

impl State {
    /// Nothing is known yet.
    pub fn new() -> State {
        State {
            heads: RwSignal::new(Vec::new()),
            keeper: StoredValue::new(Keeper::default()),
            next: StoredValue::new_local(None),
        }
    }

    /// Keeps all of the open document once more.
    pub(super) fn begin_anew(self) {
        self.keeper.update_value(Keeper::begin_anew);
    }

    /// What tells the open document from the others.
    pub fn key(self) -> String {
        self.keeper.with_value(|keeper| keeper.key.clone())
    }
}

impl Studio {
    /// Looks up what is kept, and sees to it that nothing is lost when the page goes.
    pub fn begin_keeping(self) {
        self.list_kept();
        browser::on_return(move || {
            if self.saving.handle().is_some() {
                self.with_work(move |work| (work.look_at_disk)(self));
            }
        });
        browser::on_leave(move || self.keep_now(), move || self.would_lose());
    }

    /// Keeps the document for the first time under a name of its own, or goes on with one that is kept.
    pub(super) fn keep_as(self, keeper: Keeper) {
        self.keep.keeper.set_value(keeper);
    }

    /// After an edit: sees to it that the document is kept shortly.
    pub(super) fn keep_soon(self) {
        let wait =
            |document: &Document| self.keep.keeper.try_update_value(|keeper| keeper.is_to_wait(document));
        if self.read(wait).flatten() == Some(true) {
            browser::after_milliseconds(persist::DELAY, move || self.keep_now());
        }
    }

    /// Keeps what is not kept yet.
    pub fn keep_now(self) {
        spawn_local(self.keep_at_once());
    }

    /// The same, and waits until it is done.
    pub(super) async fn keep_at_once(self) {
        let now = browser::now();
        self.document.update_value(|document| {
            document.iter_mut().filter(|d| d.is_changed()).for_each(|d| d.take_snapshot_if_due(now));
        });
        let due = |document: &Document| self.keep.keeper.try_update_value(|keeper| keeper.due(document, now));
        let Some((due, entries)) = self.read(due).flatten().flatten() else { return };
        let key = self.keep.key();
        if self.keep.keeper.with_value(Keeper::is_first)
            && let Some(folder) = self.saving.handle()
        {
            // Without it the document is kept all the same, and is saved as a zip.
            let _ = folder.keep(Part::Folder.place(&key)).await;
        }
        let written = browser::keep(entries).await;
        // Another document may have been opened meanwhile.
        let told = |keeper: &mut Keeper| if keeper.key == key { keeper.done(due, written) } else { None };
        if let Some(words) = self.keep.keeper.try_update_value(told).flatten() {
            return self.refuse(words);
        }
        if !browser::is_kept(Part::Base.place(&key)).await && self.keep.key() == key {
            self.keep.begin_anew();
            self.keep_soon();
        }
    }

    fn would_lose(self) -> bool {
        let would = |document: &Document| self.keep.keeper.with_value(|keeper| keeper.would_lose(document));
        self.read(would) == Some(true)
    }

    /// Opens a document. What is open stays kept; where that cannot be, the person is asked first.
    pub(super) fn open_as(self, document: Document, keeper: Keeper, folder: Option<DiskFolder>) {
        // What is half typed belongs to what is open now.
        browser::leave_field();
        let next = Next { document, keeper, folder };
        if !self.would_lose() {
            return self.show(next);
        }
        spawn_local(async move {
            self.keep_at_once().await;
            if self.would_lose() {
                self.keep.next.set_value(Some(next));
                self.dialog.set(Some(Dialog::Replace));
            } else {
                self.show(next);
            }
        });
    }

    /// Opens what was waiting for the person's word.
    pub fn replace(self) {
        self.keep.next.try_update_value(Option::take).flatten().into_iter().for_each(|next| self.show(next));
    }

    /// Brings the list of what is kept up to date.
    pub fn list_kept(self) {
        spawn_local(async move {
            // Where nothing can be kept, nothing is there to be listed; the first edit will say so.
            let found = browser::all_kept("head").await.unwrap_or_default();
            let heads = found.iter().filter_map(|bytes| Head::read(bytes)).collect();
            let heads = persist::newest_first(heads);
            persist::outdated(&heads, browser::now()).iter().for_each(|key| self.remove_kept(key));
            self.keep.heads.set(heads);
        });
    }

    /// Forgets a kept document; asks first when that would lose something.
    pub fn begin_forget(self, head: Head) {
        match head.changed {
            true => self.dialog.set(Some(Dialog::Forget(head))),
            false => self.forget(&head.key),
        }
    }

    /// Forgets a kept document.
    pub fn forget(self, key: &str) {
        self.dialog.set(None);
        self.keep.heads.update(|heads| heads.retain(|head| head.key != key));
        self.remove_kept(key);
    }

    fn remove_kept(self, key: &str) {
        let entries = Part::ALL.map(|part| (part.place(key), None)).into();
        spawn_local(async move {
            if let Err(why) = browser::keep(entries).await {
                self.refuse(format!("Not forgotten: {why}."));
            }
        });
    }
}
