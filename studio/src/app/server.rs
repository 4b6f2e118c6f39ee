//! The checkout behind the page: opened by itself when `specfuse-loop studio` serves it, and kept in line with
//! what changes on disk. Saving goes the way of every folder.

use super::Studio;
use crate::browser::{DiskFolder, Server};
use crate::document::Document;
use crate::server::{self, Answer};
use leptos::task::spawn_local;
use specfuse_core::path::RelPath;

impl Studio {
    /// Opens the checkout when the page came with the word of its server.
    pub fn begin_server(self) {
        let Some(server) = Server::find() else { return };
        spawn_local(async move {
            match server.plan().await {
                Ok(answer) => self.open_checkout(server, answer),
                Err(why) => self.refuse(format!("The checkout is not open: {why}.")),
            }
        });
    }

    fn open_checkout(self, mut server: Server, answer: Answer) {
        let version = answer.version;
        server.title = answer.title.clone();
        match Document::open(server::files(answer), &server.title) {
            Ok(document) => {
                self.open(document, Some(DiskFolder::Served(server.clone())));
                spawn_local(self.follow_disk(server, version));
            }
            Err(why) => self.refuse(format!("Not opened: {why}.")),
        }
    }

    /// Whether what is open is the checkout that the server serves.
    pub(super) fn is_served(self) -> bool {
        matches!(self.saving.handle(), Some(DiskFolder::Served(_)))
    }

    /// Takes over what changes on disk, as long as the checkout is open.
    async fn follow_disk(self, server: Server, mut version: u64) {
        while self.is_served() {
            match server.changes(version).await {
                Ok(answer) => {
                    version = answer.version;
                    self.take_changes(answer);
                }
                Err(_) => {
                    return self.refuse(
                        "The server has stopped: changes on disk are no longer seen. What you do is kept here; start \
                         `specfuse-loop studio` again, or export a zip."
                            .to_owned(),
                    );
                }
            }
        }
    }

    fn take_changes(self, answer: Answer) {
        if !self.is_served() {
            return;
        }
        let Some((take, both)) = self.read(|document| server::sort(document, answer.files)) else { return };
        if !take.is_empty() {
            self.with_work(move |work| {
                self.write(|document| (work.take)(document, take));
            });
        }
        self.tell_both(&both);
    }

    /// Says what was changed on disk, and here, too.
    pub(super) fn tell_both(self, both: &[RelPath]) {
        if !both.is_empty() {
            let names: Vec<&str> = both.iter().map(RelPath::file_name).collect();
            let names = names.join(", ");
            self.refuse(format!(
                "Changed on disk, and here, too: {names}. Yours is kept; saving asks which it shall be."
            ));
        }
    }
}
