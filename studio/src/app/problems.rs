//! Which problems are listed, and the keys in their list.

use super::{Studio, Target};
use crate::browser;
use crate::problems::Filter;
use leptos::prelude::*;
use specfuse_core::diagnostic::Severity;

impl Studio {
    /// The unit that is selected.
    pub(super) fn selected_unit(self) -> Option<usize> {
        match self.target.get_untracked() {
            Some(Target::Unit(unit)) => Some(unit),
            _ => None,
        }
    }

    /// Lists the problems anew whenever the filter changes, or the unit that it asks for.
    pub fn follow_filter(self) {
        if self.filter.with(|filter| filter.unit_only) {
            self.graph.selection.track();
        }
        self.list_problems();
    }

    /// Shows or leaves out the problems of a weight.
    pub fn toggle_severity(self, severity: Severity) {
        self.filter.update(|Filter { hidden, .. }| {
            let before = hidden.len();
            hidden.retain(|other| *other != severity);
            if hidden.len() == before {
                hidden.push(severity);
            }
        });
    }

    /// Goes up or down in the list of problems; whether the key was one for that.
    pub fn go_in_problems(self, list: &str, key: &str) -> bool {
        let step = match key {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return false,
        };
        browser::step_focus(list, "button.go", step)
    }
}
