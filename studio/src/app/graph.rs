//! What a person sees and selects in the graph, as signals; and selecting, connecting, going from unit to unit.

use super::{Studio, Target};
use crate::browser;
use crate::command::{Command, GraphCommand, name_of};
use crate::document::Document;
use crate::find::Find;
use crate::selection::{Edge, Selection};
use leptos::prelude::*;
use specfuse_core::graph::Graph;
use specfuse_core::layout::Point;
use std::collections::BTreeSet;

/// What is drawn over the graph.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Highlight {
    /// The chain that costs most.
    CriticalPath,
    /// What can be done at the same time.
    Waves,
}

/// A dependency that is being drawn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Connecting {
    /// The units at its begin.
    pub units: BTreeSet<usize>,
    /// Whether they wait for the one to be chosen; otherwise that one waits for them.
    pub waiting: bool,
}

/// What a pointer holds; places are the picture's.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Drag {
    /// The picture itself; the pointer's last place on the screen.
    Pan(i32, i32),
    /// A corner of a rectangle that selects what is in it, and the one across.
    Marquee(Point, Point),
    /// The end of a dependency of a unit.
    Line(usize, Point),
    /// A box: of which unit, from where, to where; not yet when it has hardly moved.
    Box(usize, Point, Point),
}

/// What is selected, sought and shown in the graph.
#[derive(Clone, Copy)]
pub struct State {
    /// What is selected.
    pub selection: RwSignal<Selection>,
    /// The dependency that is being drawn by keys.
    pub connecting: RwSignal<Option<Connecting>>,
    /// What a pointer holds.
    pub drag: RwSignal<Option<Drag>>,
    /// Where a pointer was pressed last, on the screen.
    pub pressed: RwSignal<(i32, i32)>,
    /// The magnification.
    pub zoom: RwSignal<f64>,
    /// The part that is in view, in the picture's units: left, top, width, height.
    pub frame: RwSignal<(f64, f64, f64, f64)>,
    /// What is drawn over it.
    pub highlight: RwSignal<Option<Highlight>>,
    /// Whether the search is open.
    pub finding: RwSignal<bool>,
    /// What is sought.
    pub find: RwSignal<Find>,
    /// The units that are meant, in the order of the graph.
    pub found: RwSignal<Vec<usize>>,
    /// The unit that was taken out of the selection last, and may have the focus still.
    pub(super) let_go: StoredValue<Option<usize>>,
    /// The units that were copied, as text.
    pub clip: RwSignal<String>,
}

impl State {
    pub(super) fn new() -> State {
        State {
            selection: RwSignal::new(Selection::default()),
            connecting: RwSignal::new(None),
            drag: RwSignal::new(None),
            pressed: RwSignal::new((0, 0)),
            zoom: RwSignal::new(1.0),
            frame: RwSignal::new((0.0, 0.0, 0.0, 0.0)),
            highlight: RwSignal::new(None),
            finding: RwSignal::new(false),
            find: RwSignal::new(Find::default()),
            found: RwSignal::new(Vec::new()),
            let_go: StoredValue::new(None),
            clip: RwSignal::new(String::new()),
        }
    }

    /// For another document; what was copied stays.
    pub(super) fn reset(self) {
        self.connecting.set(None);
        self.drag.set(None);
        self.highlight.set(None);
        self.finding.set(false);
        self.find.set(Find::default());
    }
}

/// What the inspector shows: one side of what is selected.
#[derive(Clone, Copy)]
pub struct Shown(pub RwSignal<Selection>);

impl Shown {
    /// What it shows.
    pub fn get(self) -> Option<Target> {
        self.0.with(|selection| selection.target().cloned())
    }

    /// As [`Shown::get`], without following changes.
    pub fn get_untracked(self) -> Option<Target> {
        self.0.with_untracked(|selection| selection.target().cloned())
    }

    /// Selects this alone.
    pub fn set(self, target: Option<Target>) {
        self.0.set(Selection::of(target));
    }
}

impl Studio {
    /// Selects a unit, or ends the dependency that is being drawn at it; `add` keeps what is selected.
    pub fn pick(self, unit: usize, add: bool) {
        if let Some(begun) = self.graph.connecting.get_untracked() {
            self.graph.connecting.set(None);
            let one = BTreeSet::from([unit]);
            match begun.waiting {
                true => self.connect(&one, &begun.units),
                false => self.connect(&begun.units, &one),
            }
        } else if add {
            self.graph.selection.update(|selection| selection.toggle(unit));
            let is_in = self.graph.selection.with_untracked(|selection| selection.units().contains(&unit));
            self.graph.let_go.set_value((!is_in).then_some(unit));
            self.say_selected();
        } else {
            self.target.set(Some(Target::Unit(unit)));
        }
    }

    /// Selects units, beside what is selected with `add`.
    pub fn pick_all(self, units: Vec<usize>, add: bool) {
        self.graph.selection.update(|selection| {
            if !add {
                *selection = Selection::default();
            }
            selection.add(units);
        });
        self.say_selected();
    }

    fn say_selected(self) {
        let count = self.graph.selection.with_untracked(|s| s.units().len());
        let unit = if count == 1 { "unit" } else { "units" };
        self.say(format!("{count} {unit} selected."));
    }

    pub(super) fn select_all(self) {
        let all = self.nodes.with_untracked(Vec::len);
        self.pick_all((0..all).collect(), true);
    }

    /// Adds what the selected units wait for, or what waits for them, however far away.
    pub(super) fn select_reach(self, upstream: bool) {
        let chosen = self.chosen();
        let reach = self.read(|d| {
            let graph = Graph::of(d.feature());
            let of = |unit: &usize| if upstream { graph.upstream(*unit) } else { graph.downstream(*unit) };
            chosen.iter().flat_map(of).collect::<Vec<_>>()
        });
        self.pick_all(reach.unwrap_or_default(), true);
    }

    /// The selected units.
    pub(super) fn chosen(self) -> BTreeSet<usize> {
        self.graph.selection.with_untracked(|selection| selection.units().clone())
    }

    /// What commands call these units.
    pub(super) fn ids(self, units: &BTreeSet<usize>) -> Vec<String> {
        let names = |d: &Document| units.iter().filter_map(|unit| name_of(d.feature(), *unit)).collect();
        self.read(names).unwrap_or_default()
    }

    /// Lets each of `then` wait for each of `first`.
    pub fn connect(self, first: &BTreeSet<usize>, then: &BTreeSet<usize>) {
        self.act(&Command::Graph(GraphCommand::Connect(self.ids(first), self.ids(then))));
    }

    /// Begins a dependency at the selected units, or stops the one that is being drawn.
    pub fn toggle_connect(self, waiting: bool) {
        let units = self.chosen();
        if self.graph.connecting.get_untracked().is_some() || units.is_empty() {
            self.graph.connecting.set(None);
            return;
        }
        let names = match self.ids(&units).as_slice() {
            [one] => specfuse_core::model::id::short(one).to_owned(),
            many => format!("the {} selected units", many.len()),
        };
        self.graph.connecting.set(Some(Connecting { units, waiting }));
        let what = if waiting {
            format!("Choose the unit that {names} should wait for")
        } else {
            format!("Choose the unit that should wait for {names}")
        };
        self.say(format!("{what}: click it, or go there with the arrows and press Enter. Esc stops."));
    }

    /// Selects a dependency.
    pub fn pick_edge(self, edge: Edge) {
        self.graph.selection.set(Selection::of_edge(edge));
        let names = |unit: usize| {
            self.read(|d| d.feature().units.get(unit).map(|u| u.short_id().to_owned()))
                .flatten()
                .unwrap_or_default()
        };
        let (first, then) = (names(edge.0), names(edge.1));
        self.say(format!("{then} waits for {first}. Delete takes that away."));
    }

    /// Selects the next dependency of the unit that is shown.
    pub(super) fn next_edge(self) {
        let (unit, now) = self.graph.selection.with_untracked(|s| (s.primary(), s.edge()));
        let Some(unit) = unit else { return };
        // Of a selected dependency's two ends, the one it was reached from is not known: the later one.
        let edges = self.read(|d| {
            let all = d.layout().edges.iter().map(|edge| (edge.from, edge.to));
            all.filter(|(from, to)| *from == unit || *to == unit).collect::<Vec<_>>()
        });
        let edges = edges.unwrap_or_default();
        let at = now.and_then(|now| edges.iter().position(|edge| *edge == now)).map_or(0, |at| at + 1);
        match edges.get(at % edges.len().max(1)) {
            Some(edge) => self.pick_edge(*edge),
            None => self.say("It has no dependency.".to_owned()),
        }
    }

    /// Goes to the neighbour of the unit that has the focus; Shift adds it to what is selected, Ctrl selects
    /// nothing.
    pub(super) fn go(self, chord: &str) -> bool {
        let elsewhere = browser::is_focus_in("button, input, select, textarea, summary, a");
        let shown = || self.graph.selection.with_untracked(|s| s.primary()).filter(|_| !elsewhere);
        let here = self.focused_unit().or_else(shown);
        let (held, key) = chord.split_once('+').unwrap_or(("", chord));
        let direction = match key {
            "ArrowRight" => (1, 0),
            "ArrowLeft" => (-1, 0),
            "ArrowDown" => (0, 1),
            "ArrowUp" => (0, -1),
            "Home" | "End" => (0, 0),
            "Enter" if held.is_empty() => return here.is_some_and(|unit| self.enter(unit)),
            " " if held == "Ctrl" => {
                here.into_iter().for_each(|unit| self.pick(unit, true));
                return here.is_some();
            }
            _ => return false,
        };
        let last = self.nodes.with_untracked(Vec::len).saturating_sub(1);
        let Some(here) = here else { return !elsewhere && self.go_in(if key == "End" { last } else { 0 }) };
        let there = match key {
            "Home" => Some(0),
            "End" => Some(last),
            _ => self.neighbour(here, direction),
        };
        let Some(there) = there else { return !self.outlined.get_untracked() };
        self.focus_unit(there);
        match held {
            "Shift" => self.pick_all(vec![here, there], true),
            "" if self.graph.connecting.get_untracked().is_none() => self.pick(there, false),
            _ => {}
        }
        true
    }

    /// Where nothing is selected and nothing has the focus, an arrow begins at a unit.
    fn go_in(self, unit: usize) -> bool {
        let is_here = browser::is_focus_lost() || browser::is_focus_in(".graph");
        let goes = is_here && self.nodes.with_untracked(|nodes| !nodes.is_empty());
        if goes {
            self.focus_unit(unit);
            self.pick(unit, false);
        }
        goes
    }

    /// The unit beside another, as it is drawn: in the outline above or below.
    fn neighbour(self, here: usize, direction: (i8, i8)) -> Option<usize> {
        if !self.outlined.get_untracked() {
            return self.read(|d| d.layout().neighbour(here, direction)).flatten();
        }
        let there = match direction {
            (0, 1) => here + 1,
            (0, _) => here.checked_sub(1)?,
            _ => return None,
        };
        (there < self.nodes.with_untracked(Vec::len)).then_some(there)
    }

    /// Ends a dependency at a unit, selects it, or, when it is selected, goes to its form or text.
    fn enter(self, unit: usize) -> bool {
        let shown = self.graph.selection.with_untracked(|s| s.primary() == Some(unit) && s.edge().is_none());
        if shown && self.graph.connecting.get_untracked().is_none() {
            Studio::focus_pane();
        } else {
            self.pick(unit, false);
        }
        true
    }
}
