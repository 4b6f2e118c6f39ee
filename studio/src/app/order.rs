//! Changing the order in which the plan names the units of a gate. Where they go is decided in `order`.

use super::Studio;
use crate::browser;
use crate::command::{Command, GraphCommand};
use crate::order::{self, Place};
use specfuse_core::layout::Point;
use std::collections::BTreeSet;

impl Studio {
    /// Moves units by one place.
    pub(super) fn move_in_plan(self, chosen: &BTreeSet<usize>, back: bool) {
        match self.read(|d| order::neighbour(d.feature(), chosen, back)) {
            Some(Ok(beside)) => self.put_beside(chosen, beside, back),
            Some(Err(why)) => self.refuse(format!("{why}.")),
            None => {}
        }
    }

    /// Where dragged boxes would go within their gate.
    pub fn place_in_plan(
        self,
        units: &BTreeSet<usize>,
        unit: usize,
        from: Point,
        to: Point,
    ) -> Option<Place> {
        self.read(|d| order::dropped(d.feature(), &d.layout().boxes, units, unit, (from, to))).flatten()
    }

    /// Puts units into a place.
    pub fn put_in_plan(self, units: &BTreeSet<usize>, place: Place) {
        self.put_beside(units, place.beside, place.behind);
    }

    fn put_beside(self, units: &BTreeSet<usize>, beside: usize, behind: bool) {
        let Some(beside) = self.ids(&BTreeSet::from([beside])).pop() else { return };
        let focused = browser::focused();
        let reorder = GraphCommand::Reorder { units: self.ids(units), beside, behind };
        if self.perform(&Command::Graph(reorder)) && focused.is_some() {
            self.focus_shown();
        }
    }
}
