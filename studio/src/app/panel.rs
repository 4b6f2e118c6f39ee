//! The panel below the graph, and what the graph shows while it is up.

use super::{Panel, Studio, Target};
use crate::scene::Overlay;
use leptos::prelude::*;

impl Studio {
    /// Brings a panel up.
    pub fn show_panel(self, panel: Panel) {
        self.panel.set(panel);
        self.refresh_panel();
        self.refresh_scene();
        self.begin_follow();
    }

    /// Brings what the panel shows, and what it lays over the graph, in line with the document.
    pub fn refresh_panel(self) {
        match self.panel.get_untracked() {
            Panel::Problems => self.lay_over(None),
            Panel::Play => self.refresh_play(),
            Panel::Watch => self.refresh_watch(),
        }
    }

    /// Closes what is asked, and shows something in the inspector.
    pub fn show_instead(self, target: Target) {
        self.dialog.set(None);
        self.target.set(Some(target));
    }

    /// What the graph shows in place of what the files say, from the next time that it is drawn.
    pub(super) fn lay_over(self, overlay: Option<Overlay>) {
        self.overlay.set_value(overlay);
    }
}
