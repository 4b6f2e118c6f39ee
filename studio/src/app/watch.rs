//! Watching a run: its log is read again whenever it has changed.

use super::Studio;
use crate::watch::Run;
use leptos::prelude::*;

/// What the panel shows of a run.
#[derive(Clone, Copy)]
pub struct Watch {
    /// The run.
    pub run: RwSignal<Run>,
    /// The unit whose events alone are listed.
    pub only: RwSignal<Option<String>>,
}

impl Watch {
    pub(super) fn new() -> Watch {
        Watch { run: RwSignal::new(Run::default()), only: RwSignal::new(None) }
    }
}

impl Studio {
    /// Reads the log again, when the panel is up.
    pub(super) fn refresh_watch(self) {
        let Some(run) = self.read(|d| Run::of(d.feature())) else { return };
        self.lay_over(Some(run.overlay.clone()));
        super::refresh::set_if_new(self.watch.run, run);
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
