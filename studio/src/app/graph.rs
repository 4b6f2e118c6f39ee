//! What a person does in the graph: picking, connecting, adding, looking closer.

use super::{Dialog, Studio, Target};
use crate::browser;
use crate::command::Command;
use crate::document::Document;
use crate::view;
use leptos::prelude::*;

impl Studio {
    /// Selects a unit, or ends the dependency that is being drawn at it.
    pub fn pick(self, unit: usize) {
        match self.connecting.get_untracked() {
            Some(first) => self.connect(first, unit),
            None => self.target.set(Some(Target::Unit(unit))),
        }
    }

    /// Makes `then` wait for `first`.
    pub fn connect(self, first: usize, then: usize) {
        self.connecting.set(None);
        let id = |unit: usize| move |d: &Document| d.feature().units.get(unit).map(|u| u.id().to_owned());
        if let (Some(Some(first)), Some(Some(then))) = (self.read(id(first)), self.read(id(then))) {
            self.perform(&Command::Connect { first, then });
        }
    }

    /// Begins a dependency at the selected unit, or stops the one that is being drawn.
    pub fn toggle_connect(self) {
        match (self.connecting.get_untracked(), self.target.get_untracked()) {
            (Some(_), _) => self.connecting.set(None),
            (None, Some(Target::Unit(unit))) => self.begin_connect(unit),
            _ => {}
        }
    }

    /// Begins a dependency at a unit.
    pub fn begin_connect(self, unit: usize) {
        self.connecting.set(Some(unit));
        let name = self.read(|d| d.feature().units.get(unit).map(|u| u.short_id().to_owned())).flatten();
        self.say(format!(
            "Choose the unit that should wait for {}: click it, or go there with the arrows and press Enter. Esc stops.",
            name.unwrap_or_default()
        ));
    }

    /// Adds a unit to a gate and selects it.
    pub fn add_unit(self, gate: u32, title: &str) {
        self.dialog.set(None);
        let title = title.trim().to_owned();
        let known: Vec<String> = self.read(ids).unwrap_or_default();
        if !title.is_empty() && self.perform(&Command::AddUnit { gate, title }) {
            let new = self.read(ids).unwrap_or_default().iter().position(|id| !known.contains(id));
            if let Some(unit) = new {
                self.target.set(Some(Target::Unit(unit)));
                browser::after_frame(move || browser::focus(&view::graph::node_id(unit)));
            }
        }
    }

    /// Begins adding a unit to the gate of the selected one.
    pub fn begin_add(self) {
        let unit = match self.target.get_untracked() {
            Some(Target::Unit(unit)) => unit,
            _ => 0,
        };
        let gate = self.read(|d| {
            let feature = d.feature();
            let gate = feature.units.get(unit).map_or(0, |unit| unit.gate);
            feature.gates.get(gate).map(|gate| gate.number)
        });
        self.dialog.set(gate.flatten().map(Dialog::AddUnit));
    }

    /// Shows all of the graph.
    pub fn fit(self) {
        if let Some((width, height)) = browser::inner_size(view::graph::CANVAS) {
            let (all_width, all_height) = self.size.get_untracked();
            let zoom = (width / all_width.max(1.0)).min(height / all_height.max(1.0));
            self.zoom.set(zoom.clamp(0.25, 1.0));
        }
    }

    /// Changes the magnification, keeping the middle where it is.
    pub fn zoom_by(self, factor: f64) {
        let old = self.zoom.get_untracked();
        let new = (old * factor).clamp(0.25, 2.0);
        self.zoom.set(new);
        browser::keep_middle(view::graph::CANVAS, new / old);
    }

    /// Goes to the neighbour of the unit that has the focus.
    pub(super) fn go(self, arrow: &str) -> bool {
        let direction = match arrow {
            "ArrowRight" => (1, 0),
            "ArrowLeft" => (-1, 0),
            "ArrowDown" => (0, 1),
            "ArrowUp" => (0, -1),
            _ => return false,
        };
        let Some(here) = browser::focused().and_then(|id| view::graph::unit_of_id(&id)) else { return false };
        let Some(there) = self.read(|d| d.layout().neighbour(here, direction)).flatten() else { return true };
        browser::focus(&view::graph::node_id(there));
        if self.connecting.get_untracked().is_none() {
            self.target.set(Some(Target::Unit(there)));
        }
        true
    }
}

fn ids(document: &Document) -> Vec<String> {
    document.feature().units.iter().map(|unit| unit.id().to_owned()).collect()
}
