//! Watching a run: its log is read again whenever it has changed, and while the panel is up the file is
//! looked at every second.

use super::{Panel, Studio};
use crate::browser::{self, Look, Stamp};
use crate::watch::Run;
use leptos::prelude::*;
use specfuse_core::path::RelPath;
use specfuse_core::tree::Entry;

/// What the panel shows of a run.
#[derive(Clone, Copy)]
pub struct Watch {
    /// The run.
    pub run: RwSignal<Run>,
    /// The unit whose events alone are listed.
    pub only: RwSignal<Option<String>>,
    /// Whether the log is followed: the folder can be read again.
    pub follows: RwSignal<bool>,
    stamp: StoredValue<Option<Stamp>>,
}

impl Watch {
    pub(super) fn new() -> Watch {
        Watch {
            run: RwSignal::new(Run::default()),
            only: RwSignal::new(None),
            follows: RwSignal::new(false),
            stamp: StoredValue::new(None),
        }
    }

    /// Something else is open.
    pub(super) fn forget(self) {
        self.only.set(None);
        self.stamp.set_value(None);
    }
}

impl Studio {
    /// Reads the log again.
    pub(super) fn refresh_watch(self) {
        let Some(run) = self.read(|d| Run::of(d.feature())) else { return };
        self.lay_over(Some(run.overlay.clone()));
        super::refresh::set_if_new(self.watch.run, run);
    }

    /// Begins to follow the log, unless that goes on already.
    pub(super) fn begin_follow(self) {
        if !self.watch.follows.get_untracked() {
            self.follow();
        }
    }

    /// Follows the log on disk while the panel is up and the folder can be read.
    fn follow(self) {
        let served = self.is_served();
        if self.panel.get_untracked() != Panel::Watch || !(served || browser::has_folder()) {
            return self.watch.follows.set(false);
        }
        self.watch.follows.set(true);
        if served {
            return;
        }
        let Some(Some(name)) = self.read(|d| d.name_of(&d.log_path()?)) else { return };
        let known = self.watch.stamp.get_value();
        browser::look_again(name, known, move |found| self.looked(found));
    }

    fn looked(self, found: Look) {
        match found {
            Ok(Some((stamp, bytes))) => {
                self.watch.stamp.set_value(Some(stamp));
                if let Entry::Text(text) = Entry::from_bytes(bytes) {
                    self.receive_log(&text);
                }
            }
            Ok(None) => {}
            Err(why) => {
                self.watch.follows.set(false);
                return self.refuse(format!(
                    "The log is no longer followed: {why}. Open the folder again to go on."
                ));
            }
        }
        browser::after_seconds(1, move || self.follow());
    }

    /// Takes over what the log says now, from wherever it comes.
    pub fn receive_log(self, text: &str) {
        let path = self.read(|d| d.log_path()).flatten();
        let known = |path: &RelPath| {
            self.read(|d| d.tree().text(path).is_some_and(|old| **old == *text)) == Some(true)
        };
        if let Some(path) = path.filter(|path| !known(path)) {
            let told = vec![(path, Some(text.into()))];
            self.with_work(move |work| {
                self.write(|document| (work.take)(document, told));
            });
        }
    }

    /// Lists the events of one unit alone; of all with `None`.
    pub fn watch_only(self, unit: Option<String>) {
        let index = |id: &String| self.read(|d| d.feature().find_unit(id)).flatten();
        if let Some(index) = unit.as_ref().and_then(index) {
            self.target.set(Some(super::Target::Unit(index)));
        }
        self.watch.only.set(unit);
    }
}
