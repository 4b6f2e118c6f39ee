//! Changing the graph: what each action does with what is selected.

use super::{Dialog, Studio, Target};
use crate::action::Action;
use crate::browser;
use crate::command::{Command, GraphCommand};
use crate::document::Document;
use crate::text::capital;
use leptos::prelude::*;
use specfuse_core::edit;
use specfuse_core::model::id::short;
use specfuse_core::model::status::UnitType;
use std::collections::BTreeSet;

impl Studio {
    /// Does an action with what is selected.
    pub(super) fn edit(self, action: Action) {
        let (chosen, edge) = (self.chosen(), self.graph.selection.with_untracked(|s| s.edge()));
        let units = self.ids(&chosen);
        match action {
            Action::ConnectTo => self.toggle_connect(true),
            Action::Disconnect => match edge {
                Some((first, then)) => self.disconnect(first, then),
                None => self.disconnect_all(&chosen),
            },
            Action::Rename => self.dialog.set(self.primary().map(Dialog::Rename)),
            Action::Duplicate => self.make_or_refuse(GraphCommand::Duplicate(units)),
            Action::Copy => self.copy(&chosen),
            Action::Cut => {
                self.copy(&chosen);
                self.take_away(GraphCommand::Delete { units, reconnect: false });
            }
            Action::Paste => self.paste_clip(),
            Action::Delete => match edge {
                Some((first, then)) => self.disconnect(first, then),
                None => self.take_away(GraphCommand::Delete { units, reconnect: false }),
            },
            Action::DeleteReconnect => self.take_away(GraphCommand::Delete { units, reconnect: true }),
            Action::MoveUp => self.move_by(units, -1),
            Action::MoveDown => self.move_by(units, 1),
            Action::MoveForward => self.move_in_plan(&chosen, false),
            Action::MoveBack => self.move_in_plan(&chosen, true),
            Action::AddGate => self.act(&Command::Graph(GraphCommand::AddGate)),
            Action::GateUp => self.move_gate(-1),
            Action::GateDown => self.move_gate(1),
            Action::DeleteGate => self.dialog.set(self.gate().map(Dialog::DeleteGate)),
            _ => {}
        }
    }

    /// The unit that is shown.
    fn primary(self) -> Option<usize> {
        self.graph.selection.with_untracked(|selection| selection.primary())
    }

    /// The gate of the unit that is shown, or the one whose file is.
    pub fn gate(self) -> Option<u32> {
        let target = self.target.get()?;
        self.read(|d| {
            let feature = d.feature();
            let gate = match &target {
                Target::Unit(unit) => feature.gates.get(feature.units.get(*unit)?.gate),
                Target::File(path) => feature.gates.iter().find(|gate| gate.path.as_ref().ok() == Some(path)),
            };
            gate.map(|gate| gate.number)
        })
        .flatten()
    }

    /// Does it and selects the units that came by it.
    ///
    /// # Errors
    /// Why it cannot be done, in words for the person.
    fn make(self, command: GraphCommand) -> Result<(), String> {
        let known: Vec<String> = self.read(ids).unwrap_or_default();
        let (label, copies) = (command.label(), command.copies());
        self.attempt(&Command::Graph(command))?;
        let now = self.read(ids).unwrap_or_default();
        let new: Vec<usize> = (0..now.len()).filter(|unit| !known.contains(&now[*unit])).collect();
        match copies.saturating_sub(new.len()) {
            0 => {}
            1 => self.say(capital(&format!("{label}, without a closing unit: a gate has its own."))),
            many => self.say(capital(&format!("{label}, without {many} closing units: a gate has its own."))),
        }
        if let Some(first) = new.first().copied() {
            self.target.set(Some(Target::Unit(first)));
            self.graph.selection.update(|selection| selection.add(new));
            self.focus_unit_soon(first);
        }
        Ok(())
    }

    /// As [`Studio::make`]; a refusal is said.
    fn make_or_refuse(self, command: GraphCommand) {
        self.make(command).unwrap_or_else(|why| self.refuse(why));
    }

    /// Adds a unit to a gate, selects it, and closes the dialog that asked for it.
    ///
    /// # Errors
    /// Why it cannot be added.
    pub fn add_unit(self, gate: u32, title: &str, kind: UnitType, waits: Vec<String>) -> Result<(), String> {
        let title = title.trim().to_owned();
        if !title.is_empty() {
            self.make(GraphCommand::Add { gate, title, kind, waits })?;
        }
        self.dialog.set(None);
        Ok(())
    }

    /// Begins adding a unit to a gate.
    pub fn begin_add_to(self, gate: u32) {
        if !self.refuses_change() {
            self.dialog.set(Some(Dialog::AddUnit(gate)));
        }
    }

    /// Begins adding a unit to the gate of the selected one, or to the first.
    pub fn begin_add(self) {
        let first = || self.read(|d| d.feature().gates.first().map(|gate| gate.number)).flatten();
        match untrack(|| self.gate()).or_else(first) {
            Some(gate) => self.begin_add_to(gate),
            None => self.say("There is no gate yet. Press Shift+G to add one.".to_owned()),
        }
    }

    /// Gives a unit another title and id, and closes the dialog that asked for them.
    ///
    /// # Errors
    /// Why it cannot be called so.
    pub fn rename(self, unit: usize, title: &str, id: &str) -> Result<(), String> {
        if let [old] = self.ids(&BTreeSet::from([unit])).as_slice() {
            let id = if id.trim() == short(old) { old.clone() } else { id.trim().to_owned() };
            let (unit, title) = (old.clone(), title.trim().to_owned());
            let (was, is) = (short(&unit).to_owned(), short(&id).to_owned());
            self.attempt(&Command::Graph(GraphCommand::Rename { unit, id, title }))?;
            self.play.rename(&was, &is);
            self.refresh();
        }
        self.dialog.set(None);
        self.focus_shown();
        Ok(())
    }

    /// Takes units away and goes to what is nearest.
    fn take_away(self, command: GraphCommand) {
        let (last, count) = (self.chosen().last().copied(), self.nodes.with_untracked(Vec::len));
        if self.perform(&Command::Graph(command)) {
            let now = self.nodes.with_untracked(Vec::len);
            let gone = count.saturating_sub(now);
            let next = last.map(|last| (last + 1).saturating_sub(gone).min(now.saturating_sub(1)));
            self.target.set(next.filter(|_| now > 0).map(Target::Unit));
            next.into_iter().for_each(|unit| self.focus_unit_soon(unit));
        }
    }

    /// Lets one unit no longer wait for another.
    fn disconnect(self, first: usize, then: usize) {
        let (first, then) = (self.ids(&BTreeSet::from([first])), self.ids(&BTreeSet::from([then])));
        let edges: Vec<(String, String)> = first.into_iter().zip(then).collect();
        if self.perform(&Command::Graph(GraphCommand::Disconnect(edges))) {
            self.target.set(self.target.get_untracked());
        }
    }

    fn disconnect_all(self, chosen: &BTreeSet<usize>) {
        let edges = self.read(|d| {
            let id = |unit: usize| d.feature().units[unit].id().to_owned();
            let all = d.layout().edges.iter();
            let inner = all.filter(|edge| chosen.contains(&edge.from) && chosen.contains(&edge.to));
            inner.map(|edge| (id(edge.from), id(edge.to))).collect::<Vec<_>>()
        });
        match edges {
            Some(edges) if !edges.is_empty() => {
                self.act(&Command::Graph(GraphCommand::Disconnect(edges)));
            }
            _ => self.say("None of the selected units waits for another of them.".to_owned()),
        }
    }

    /// Moves units to a gate.
    pub fn move_to(self, units: &BTreeSet<usize>, gate: u32) {
        self.act(&Command::Graph(GraphCommand::Move { units: self.ids(units), gate }));
    }

    fn move_by(self, units: Vec<String>, by: i64) {
        match self.gate_beside(by) {
            Some((_, gate)) => {
                self.act(&Command::Graph(GraphCommand::Move { units, gate }));
            }
            None => self.say("There is no gate on that side.".to_owned()),
        }
    }

    fn move_gate(self, by: i64) {
        match self.gate_beside(by) {
            Some((from, to)) => {
                self.act(&Command::Graph(GraphCommand::MoveGate(from, to)));
            }
            None => self.say("There is no gate on that side.".to_owned()),
        }
    }

    /// The gate at hand and the one beside it.
    fn gate_beside(self, by: i64) -> Option<(u32, u32)> {
        let number = untrack(|| self.gate())?;
        let beside = |d: &Document| {
            let gates = &d.feature().gates;
            let at = gates.iter().position(|gate| gate.number == number)?;
            gates.get(usize::try_from(at as i64 + by).ok()?).map(|gate| (number, gate.number))
        };
        self.read(beside).flatten()
    }

    /// Takes a gate away with its units.
    pub fn delete_gate(self, number: u32) {
        self.dialog.set(None);
        self.act(&Command::Graph(GraphCommand::DeleteGate(number)));
    }

    fn copy(self, chosen: &BTreeSet<usize>) {
        let units: Vec<usize> = chosen.iter().copied().collect();
        let text = self.read(|d| edit::copy_units(d.tree(), d.feature(), &units)).unwrap_or_default();
        browser::hand_out(text.clone());
        self.graph.clip.set(text);
        self.say(format!("Copied {} {}.", units.len(), if units.len() == 1 { "unit" } else { "units" }));
    }

    fn paste_clip(self) {
        self.paste(self.graph.clip.get_untracked());
    }

    /// Adds the units of a text to the gate at hand.
    pub fn paste(self, text: String) {
        let text = if text.is_empty() { self.graph.clip.get_untracked() } else { text };
        let first = || self.read(|d| d.feature().gates.first().map(|gate| gate.number)).flatten();
        if let Some(gate) = untrack(|| self.gate()).or_else(first)
            && !self.is_asking()
        {
            self.make_or_refuse(GraphCommand::Paste { gate, text });
        }
    }
}

fn ids(document: &Document) -> Vec<String> {
    document.feature().units.iter().map(|unit| unit.id().to_owned()).collect()
}
