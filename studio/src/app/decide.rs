//! What a person decides at a gate: asked in a dialog, shown as a diff, done as one step.

use super::{Dialog, Studio, Target};
use crate::command::{Command, Refused};
use crate::diff::{self, FileDiff};
use crate::document::Document;
use crate::gates::{self, Ask, Words};
use leptos::prelude::*;
use specfuse_core::model::status::PlanStatus;

impl Studio {
    /// Asks a person to decide something.
    pub fn ask(self, ask: Ask) {
        if !self.refuses_change() {
            self.dialog.set(Some(Dialog::Decide(ask)));
        }
    }

    /// What a decision would change.
    ///
    /// # Errors
    /// Why it cannot be done.
    pub fn preview(self, ask: &Ask, words: &Words) -> Result<Vec<FileDiff>, Refused> {
        let changes = |document: &Document| {
            let before = document.tree();
            let edits = ask.edits(before, document.feature(), words)?;
            let after = edits.apply(before).map_err(|why| Refused(why.to_string()))?;
            Ok(diff::between(before, &after))
        };
        self.read(changes).unwrap_or_else(|| Ok(Vec::new()))
    }

    /// Does what was decided.
    pub fn settle(self, ask: Ask, words: Words) {
        if self.perform(&Command::Decide(ask, words)) {
            self.dialog.set(None);
        }
    }

    /// What can be decided about what the inspector shows.
    pub fn asks(self) -> Vec<Ask> {
        let target = self.target.get();
        let asks = |d: &Document| match &target {
            Some(Target::Unit(unit)) => gates::of_unit(d.feature(), *unit),
            Some(Target::File(path)) => gates::of_file(d.tree(), d.feature(), path),
            None => Vec::new(),
        };
        self.read(asks).unwrap_or_default()
    }

    /// Asks about the selected unit.
    pub(super) fn ask_unit(self, ask: fn(String) -> Ask) {
        let Some(Target::Unit(unit)) = self.target.get_untracked() else { return };
        let id = self.read(|d| d.feature().units.get(unit).map(|unit| unit.id().to_owned()));
        if let Some(id) = id.flatten() {
            self.ask(ask(id));
        }
    }

    /// Asks about arming: the gate at hand when it has drafts, or else the first that has.
    pub(super) fn ask_arm(self) {
        let at_hand = self.gate_at_hand();
        let number = |d: &Document| {
            let feature = d.feature();
            gates::drafted(feature, at_hand).map(|gate| feature.gates[gate].number)
        };
        match self.read(number).flatten() {
            Some(number) => self.ask(Ask::Arm(number)),
            None => self.refuse("No gate has drafts to arm.".to_owned()),
        }
    }

    /// Asks about taking an arming back: of the gate at hand.
    pub(super) fn ask_disarm(self) {
        let gate = self.gate_at_hand();
        let number = |d: &Document| {
            let feature = d.feature();
            let last = || feature.current_gate();
            Some(feature.gates.get(gate.or_else(last)?)?.number)
        };
        if let Some(number) = self.read(number).flatten() {
            self.ask(Ask::Disarm(number));
        }
    }

    /// Asks about putting the feature off, or about taking it up when it was.
    pub(super) fn ask_defer(self) {
        let deferred = self.read(|d| d.feature().status() == Some(PlanStatus::Deferred)).unwrap_or(false);
        self.ask(if deferred { Ask::Resume } else { Ask::Defer });
    }

    /// The gate of what the inspector shows.
    fn gate_at_hand(self) -> Option<usize> {
        let target = self.target.get_untracked()?;
        let gate = |d: &Document| match &target {
            Target::Unit(unit) => d.feature().units.get(*unit).map(|unit| unit.gate),
            Target::File(path) => {
                d.feature().gates.iter().position(|gate| gate.path.as_ref().ok() == Some(path))
            }
        };
        self.read(gate).flatten()
    }
}
