//! One document in two tabs: the second one says so, and reads or takes over.

use super::{Dialog, Studio};
use crate::browser;
use crate::document::{Document, Lock};
use crate::persist::{self, Head, Keeper, Part};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How a kept document is gone on with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hold {
    /// When no other tab has it; otherwise the person is asked.
    Ask,
    /// Also when another tab has it: that one can only read from then on.
    Take,
    /// Only to read.
    Look,
}

impl Studio {
    /// Goes on with a kept document.
    pub fn resume(self, head: Head, hold: Hold) {
        self.dialog.set(None);
        if self.keep.key() == head.key && !untrack(|| self.is_locked()) {
            return;
        }
        spawn_local(async move {
            let mine = match hold {
                Hold::Look => false,
                Hold::Ask | Hold::Take => self.hold(&head.key, hold == Hold::Take).await,
            };
            if !mine && hold == Hold::Ask {
                self.dialog.set(Some(Dialog::Elsewhere(head)));
                return;
            }
            match read(&head.key).await {
                Some(mut document) => {
                    if !mine {
                        document.lock(Lock::Elsewhere);
                    }
                    let folder = browser::DiskFolder::kept(Part::Folder.place(&head.key)).await;
                    self.open_as(document, Keeper::resumed(head.key), folder);
                }
                None => self.refuse("What was kept of it cannot be read.".to_owned()),
            }
        });
    }

    /// Holds a document that was just opened; one that was kept is held before it is read.
    pub(super) fn begin_holding(self, document: &Document, keeper: &Keeper) {
        if document.locked() != Some(Lock::Link) {
            browser::clear_fragment();
        }
        if document.locked() == Some(Lock::Elsewhere) {
            browser::release();
        }
        if keeper.is_first() {
            let key = keeper.key.clone();
            spawn_local(async move {
                // Nobody else knows its key.
                let _ = self.hold(&key, false).await;
            });
        }
    }

    /// Holds a document for this tab. Whether no other tab has it, or, with `take`, had it.
    pub(super) async fn hold(self, key: &str, take: bool) -> bool {
        let held = key.to_owned();
        let lost = move || {
            // Another document may have been opened since.
            if self.keep.key() == held {
                browser::leave_field();
                self.write(|document| document.lock(Lock::Elsewhere));
                self.refuse("Another tab took this over. What was changed here is kept there.".to_owned());
            }
        };
        browser::hold(&format!("specfuse-studio/{key}"), take, lost).await
    }

    /// Takes the document over from the other tab, as that one kept it.
    pub(super) fn take_over(self) {
        let key = self.keep.key();
        self.resume(Head { key, ..Head::default() }, Hold::Take);
    }
}

async fn read(key: &str) -> Option<Document> {
    let places = [Part::Base, Part::Work, Part::Snapshots].map(|part| part.place(key));
    let [base, work, snapshots] = browser::kept(places).await.ok()?;
    persist::document(&base?, &work?, snapshots.as_deref())
}
