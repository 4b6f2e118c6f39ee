//! The task graph: what depends on what, in which order units go, and why one never will.
//!
//! Nodes are numbered in graph order, as in [`Feature::units`]. Two kinds of edge count: those a plan
//! declares, and the rule that a closing unit waits for every substantive unit of its gate. Everything
//! here is linear in units and edges, except [`Graph::redundant_edges`].

use crate::model::status::{UnitStatus, UnitType};
use crate::model::{Feature, Unit};
use crate::ordered;
use petgraph::Direction;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A unit as the graph sees it.
#[derive(Clone, Debug)]
pub struct Node<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its gate, counted from 0.
    pub gate: usize,
    /// What it is for; `None` when unknown.
    pub kind: Option<UnitType>,
    /// Where it stands; `None` when unknown.
    pub status: Option<UnitStatus>,
    /// The ids it declares to depend on.
    pub depends_on: Vec<&'a str>,
}

/// As many closing units of one gate wait for all of its units without saying so. A sound plan has
/// four at most; without a bound a hostile one would have an edge for each pair of its units.
const MOST_CLOSING: usize = 16;

/// A feature's task graph.
#[derive(Clone, Debug)]
pub struct Graph {
    /// An edge leads from a unit to one that waits for it; its weight says who asked for it.
    edges: DiGraph<Stand, EdgeKind>,
    unknown: Vec<(usize, usize)>,
}

/// What is kept of a [`Node`].
#[derive(Clone, Copy, Debug)]
struct Stand {
    gate: usize,
    kind: Option<UnitType>,
    status: Option<UnitStatus>,
}

/// Where an edge comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum EdgeKind {
    /// `depends_on` says so; the index into that list.
    Declared(usize),
    /// A closing unit waits for its gate's substantive units.
    Closing,
}

/// Why a unit that is not finished will never be dispatched.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Stranded {
    /// A person must act on the unit itself: it is blocked, in review, or a draft.
    Waiting(UnitStatus),
    /// Its status is no known word, or its file is missing.
    UnknownStatus,
    /// Its type is no known word.
    UnknownType,
    /// It waits for a unit that was given up.
    Abandoned(usize),
    /// It is part of a circle; the circle, in the order of its edges.
    Cycle(Vec<usize>),
    /// It waits for a unit of a later gate.
    LaterGate(usize),
    /// It waits for a unit of an earlier gate that is not done.
    EarlierGate(usize),
    /// It names a dependency that is no unit; its index in `depends_on`.
    Unknown(usize),
    /// It waits for a unit that is stranded itself.
    Behind(usize),
}

impl Stranded {
    /// The cause in words. `name` names a unit, `dependency` what stands at a place of `depends_on`.
    pub fn describe(&self, name: impl Fn(usize) -> String, dependency: impl Fn(usize) -> String) -> String {
        match self {
            Stranded::Waiting(UnitStatus::BlockedHuman) => "it is blocked and needs a person".into(),
            Stranded::Waiting(UnitStatus::Draft) => "it is a draft; arm it".into(),
            Stranded::Waiting(status) => format!("it stands at {status}"),
            Stranded::UnknownStatus => "its status is missing or no known word".into(),
            Stranded::UnknownType => "its type is missing or no known word".into(),
            Stranded::Abandoned(unit) => format!("it depends on {}, which was abandoned", name(*unit)),
            Stranded::Cycle(cycle) => {
                let path: Vec<String> = cycle.iter().chain(cycle.first()).map(|unit| name(*unit)).collect();
                format!("it is in a cycle: {}", path.join(" → "))
            }
            Stranded::LaterGate(unit) => format!("it waits for {} of a later gate", name(*unit)),
            Stranded::EarlierGate(unit) => {
                format!("it waits for {} of an earlier gate, which is not done", name(*unit))
            }
            Stranded::Unknown(place) => format!("it depends on {}, which is no unit", dependency(*place)),
            Stranded::Behind(unit) => format!("it waits for {}", name(*unit)),
        }
    }
}

impl<'a> Node<'a> {
    fn of(unit: &'a Unit) -> Node<'a> {
        Node {
            id: unit.id(),
            gate: unit.gate,
            kind: unit.kind(),
            status: unit.status(),
            depends_on: unit.entry.depends_on.iter().map(|id| id.value.as_str()).collect(),
        }
    }
}

impl Stand {
    fn is_closing(self) -> bool {
        self.kind.is_some_and(UnitType::is_closing)
    }

    fn is_final(self) -> bool {
        self.status.is_some_and(UnitStatus::is_final)
    }

    /// Whether the driver may dispatch it. A unit found in progress was left by a driver that is gone
    /// (only one holds the lock), so it is as good as pending.
    fn is_dispatchable(self) -> bool {
        let stands = self.status.is_some_and(|s| s.is_dispatchable() || s == UnitStatus::InProgress);
        stands && self.kind.is_some()
    }
}

impl Graph {
    /// The graph of a feature.
    pub fn of(feature: &Feature) -> Graph {
        Graph::new(feature.units.iter().map(Node::of).collect())
    }

    /// The graph of units in graph order. The first unit of an id is the one that others depend on.
    pub fn new(nodes: Vec<Node<'_>>) -> Graph {
        let mut graph = Graph { edges: DiGraph::new(), unknown: Vec::new() };
        let mut by_id: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, unit) in nodes.iter().enumerate() {
            graph.edges.add_node(Stand { gate: unit.gate, kind: unit.kind, status: unit.status });
            by_id.entry(unit.id).or_insert(index);
        }
        for (index, unit) in nodes.iter().enumerate() {
            graph.add_declared(index, &unit.depends_on, &by_id);
        }
        graph.add_closing();
        graph
    }

    fn add_declared(&mut self, index: usize, depends_on: &[&str], by_id: &BTreeMap<&str, usize>) {
        let mut seen = BTreeSet::new();
        for (place, id) in depends_on.iter().enumerate() {
            match by_id.get(id) {
                Some(dependency) if seen.insert(*dependency) => {
                    self.edges.add_edge(node(*dependency), node(index), EdgeKind::Declared(place));
                }
                Some(_) => {}
                None => self.unknown.push((index, place)),
            }
        }
    }

    fn add_closing(&mut self) {
        let mut gates: BTreeMap<usize, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for unit in 0..self.len() {
            let stand = self.edges[node(unit)];
            let (closing, substantive) = gates.entry(stand.gate).or_default();
            if stand.is_closing() { closing.push(unit) } else { substantive.push(unit) }
        }
        for (closing, substantive) in gates.into_values() {
            for closer in closing.into_iter().take(MOST_CLOSING) {
                let declared = ordered::set(self.deps(closer));
                for unit in substantive.iter().filter(|unit| !declared.contains(unit)) {
                    self.edges.add_edge(node(*unit), node(closer), EdgeKind::Closing);
                }
            }
        }
    }

    /// The units of a gate, in graph order.
    fn units_of(&self, gate: usize) -> impl Iterator<Item = (usize, Stand)> + '_ {
        (0..self.len())
            .map(|unit| (unit, self.edges[node(unit)]))
            .filter(move |(_, stand)| stand.gate == gate)
    }

    /// How many units there are.
    pub fn len(&self) -> usize {
        self.edges.node_count()
    }

    /// Whether there is no unit.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every unit that `unit` waits for, each once, in graph order.
    pub fn deps(&self, unit: usize) -> impl Iterator<Item = usize> + use<'_> {
        self.beside(unit, Direction::Incoming).into_iter()
    }

    /// Every unit that waits for `unit`, each once, in graph order.
    pub fn dependents(&self, unit: usize) -> impl Iterator<Item = usize> + use<'_> {
        self.beside(unit, Direction::Outgoing).into_iter()
    }

    fn beside(&self, unit: usize, direction: Direction) -> Vec<usize> {
        let neighbors = self.edges.neighbors_directed(node(unit), direction);
        let mut beside: Vec<usize> = neighbors.map(NodeIndex::index).collect();
        ordered::sort_by(&mut beside, Ord::cmp);
        beside.dedup();
        beside
    }

    /// The units that `unit` declares to depend on, with their places in `depends_on`, in that order.
    pub fn declared(&self, unit: usize) -> Vec<(usize, usize)> {
        let mut declared: Vec<_> = self
            .edges
            .edges_directed(node(unit), Direction::Incoming)
            .filter_map(|edge| match edge.weight() {
                EdgeKind::Declared(place) => Some((edge.source().index(), *place)),
                EdgeKind::Closing => None,
            })
            .collect();
        ordered::sort_by_key(&mut declared, |(_, place)| *place);
        declared
    }

    /// Dependencies that are no unit: the unit, and the place in its `depends_on`.
    pub fn unknown(&self) -> &[(usize, usize)] {
        &self.unknown
    }

    /// The circles: one for each group of units that wait for each other, as a shortest path in
    /// the direction of waiting (each unit waits for the next, the last for the first), starting
    /// at the first unit in graph order that lies on one.
    pub fn cycles(&self) -> Vec<Vec<usize>> {
        let mut cycles: Vec<Vec<usize>> = kosaraju_scc(&self.edges)
            .into_iter()
            .filter(|group| group.len() > 1 || self.edges.contains_edge(group[0], group[0]))
            .filter_map(|group| {
                let members = ordered::set(group.iter().map(|n| n.index()));
                let start = *members.first()?;
                self.path_within(start, start, Some(&members))
            })
            .collect();
        ordered::sort_by(&mut cycles, Vec::cmp);
        cycles
    }

    /// A shortest path along waiting: `from` waits for the second, and so on to a unit that waits
    /// for `to`. `from` is in it, `to` only at the start of a circle.
    fn path_within(&self, from: usize, to: usize, members: Option<&BTreeSet<usize>>) -> Option<Vec<usize>> {
        let mut came: BTreeMap<usize, usize> = BTreeMap::new();
        let mut queue = VecDeque::from([from]);
        while let Some(unit) = queue.pop_front() {
            for dep in self.deps(unit) {
                if dep == to {
                    return Some(retrace(&came, from, unit));
                }
                if members.is_none_or(|m| m.contains(&dep)) && dep != from && !came.contains_key(&dep) {
                    came.insert(dep, unit);
                    queue.push_back(dep);
                }
            }
        }
        None
    }

    /// Why `unit` may not come to depend on `dependency`: the units from `dependency` to `unit` along
    /// waiting, both included, which the new edge would close to a circle.
    pub fn would_cycle(&self, unit: usize, dependency: usize) -> Option<Vec<usize>> {
        if unit == dependency {
            return Some(vec![unit]);
        }
        let mut path = self.path_within(dependency, unit, None)?;
        path.push(unit);
        Some(path)
    }

    /// Whether `unit` waits for `other`, directly or through others.
    pub fn waits_for(&self, unit: usize, other: usize) -> bool {
        self.upstream(unit).contains(&other)
    }

    /// Everything that `unit` waits for, directly or through others.
    pub fn upstream(&self, unit: usize) -> BTreeSet<usize> {
        self.reach(unit, Direction::Incoming)
    }

    /// Everything that waits for `unit`, directly or through others.
    pub fn downstream(&self, unit: usize) -> BTreeSet<usize> {
        self.reach(unit, Direction::Outgoing)
    }

    fn reach(&self, unit: usize, direction: Direction) -> BTreeSet<usize> {
        let mut seen = BTreeSet::new();
        let mut stack = vec![node(unit)];
        while let Some(at) = stack.pop() {
            for next in self.edges.neighbors_directed(at, direction) {
                if seen.insert(next.index()) {
                    stack.push(next);
                }
            }
        }
        seen
    }

    /// The order in which units go when each passes, in rounds: what is ready together goes in graph
    /// order, and what becomes ready meanwhile waits for the next round. Units on or behind a circle are
    /// left out.
    pub fn order(&self) -> Vec<usize> {
        let mut open: Vec<usize> = (0..self.len()).map(|u| self.deps(u).count()).collect();
        let mut round: Vec<usize> = (0..self.len()).filter(|u| open[*u] == 0).collect();
        let mut order = Vec::with_capacity(self.len());
        while !round.is_empty() {
            let mut next = BTreeSet::new();
            for dependent in round.iter().flat_map(|unit| self.dependents(*unit)) {
                open[dependent] -= 1;
                if open[dependent] == 0 {
                    next.insert(dependent);
                }
            }
            order.append(&mut round);
            round.extend(next);
        }
        order
    }

    /// The units in waves: each wave needs only the ones before it, and a gate starts when the one
    /// before it has ended. Units on or behind a circle are left out.
    pub fn waves(&self) -> Vec<Vec<usize>> {
        let mut waves: Vec<Vec<usize>> = Vec::new();
        let (mut wave_of, mut gate_start, mut gate) = (vec![0; self.len()], 0, 0);
        let mut order = self.order();
        ordered::sort_by_key(&mut order, |unit| self.gate(*unit));
        for unit in order {
            if self.gate(unit) != gate {
                gate = self.gate(unit);
                gate_start = waves.len();
            }
            let after = self.deps(unit).map(|dep| wave_of[dep] + 1).max().unwrap_or(0);
            wave_of[unit] = after.max(gate_start);
            if waves.len() <= wave_of[unit] {
                waves.resize(wave_of[unit] + 1, Vec::new());
            }
            waves[wave_of[unit]].push(unit);
        }
        waves.retain(|wave| !wave.is_empty());
        waves.iter_mut().for_each(|wave| ordered::sort_by(wave, Ord::cmp));
        waves
    }

    /// The chain of units with the greatest total of `weight` (planned cost, or seconds), and that
    /// total. Gates follow each other, so the chain runs through all of them. Weights below zero and
    /// not-a-number count as zero.
    pub fn critical_path(&self, weight: impl Fn(usize) -> f64) -> (f64, Vec<usize>) {
        let mut best: Vec<(f64, Option<usize>)> = vec![(0.0, None); self.len()];
        let (mut last, mut gate_before, mut gate): (Option<usize>, Option<usize>, usize) = (None, None, 0);
        let mut order = self.order();
        ordered::sort_by_key(&mut order, |unit| self.gate(*unit));
        for unit in order {
            if self.gate(unit) != gate {
                (gate, gate_before) = (self.gate(unit), last);
            }
            let before = self
                .deps(unit)
                .chain(gate_before)
                .max_by(|a, b| best[*a].0.total_cmp(&best[*b].0).then(b.cmp(a)));
            best[unit] = (before.map_or(0.0, |dep| best[dep].0) + weight(unit).max(0.0), before);
            if last.is_none_or(|l| best[unit].0 > best[l].0) {
                last = Some(unit);
            }
        }
        let mut path: Vec<usize> = std::iter::successors(last, |unit| best[*unit].1).collect();
        path.reverse();
        (last.map_or(0.0, |unit| best[unit].0), path)
    }

    /// Declared edges that others imply: unit and dependency. Quadratic in the worst case, with a
    /// small factor (bit sets).
    pub fn redundant_edges(&self) -> Vec<(usize, usize)> {
        let words = self.len().div_ceil(64);
        let mut above: Vec<Vec<u64>> = vec![Vec::new(); self.len()];
        let mut redundant = Vec::new();
        for unit in self.order() {
            let declared = self.declared(unit);
            let mut through = vec![0u64; words];
            for (dep, _) in &declared {
                through.iter_mut().zip(&above[*dep]).for_each(|(all, bits)| *all |= bits);
            }
            redundant
                .extend(declared.iter().filter(|(dep, _)| bit(&through, *dep)).map(|(dep, _)| (unit, *dep)));
            for dep in self.deps(unit) {
                through.iter_mut().zip(&above[dep]).for_each(|(all, bits)| *all |= bits);
                through[dep / 64] |= 1 << (dep % 64);
            }
            above[unit] = through;
        }
        ordered::sort_by(&mut redundant, Ord::cmp);
        redundant
    }

    fn gate(&self, unit: usize) -> usize {
        self.edges[node(unit)].gate
    }

    /// The units of `gate` that may be dispatched now, in graph order.
    pub fn ready(&self, gate: usize) -> Vec<usize> {
        let free = self.units_of(gate).filter(|(_, stand)| stand.is_dispatchable());
        let free = free.filter(|(_, stand)| stand.kind != Some(UnitType::Human));
        free.map(|(unit, _)| unit).filter(|unit| self.is_free(*unit, |dep| self.is_done(dep))).collect()
    }

    /// The first step for a person in `gate` whose turn it is.
    pub fn human(&self, gate: usize) -> Option<usize> {
        let open = |stand: &Stand| !stand.is_final() && stand.status != Some(UnitStatus::Draft);
        let human =
            self.units_of(gate).filter(|(_, stand)| stand.kind == Some(UnitType::Human) && open(stand));
        human.map(|(unit, _)| unit).find(|unit| self.is_free(*unit, |dep| self.is_done(dep)))
    }

    /// The units that a run of `gate` would dispatch, in that order, if every one passed: in rounds, each
    /// of what is ready when it begins. A person's steps, which are never dispatched, count as done in
    /// their turn.
    pub fn walk(&self, gate: usize) -> Vec<usize> {
        let mut behind = ordered::set((0..self.len()).filter(|unit| self.is_done(*unit)));
        let open = self.units_of(gate).filter(|(_, stand)| stand.is_dispatchable());
        let mut open: Vec<usize> = open.map(|(unit, _)| unit).collect();
        let mut walk = Vec::new();
        loop {
            let (round, rest): (Vec<usize>, Vec<usize>) =
                open.into_iter().partition(|unit| self.is_free(*unit, |dep| behind.contains(&dep)));
            if round.is_empty() {
                return walk;
            }
            open = rest;
            behind.extend(&round);
            walk.extend(
                round.into_iter().filter(|unit| self.edges[node(*unit)].kind != Some(UnitType::Human)),
            );
        }
    }

    fn is_done(&self, unit: usize) -> bool {
        self.edges[node(unit)].status == Some(UnitStatus::Done)
    }

    /// Whether nothing keeps `unit` from going. A unit that was given up keeps only those that name it:
    /// the closing rule is content with it.
    fn is_free(&self, unit: usize, done: impl Fn(usize) -> bool) -> bool {
        let mut waits = self.edges.edges_directed(node(unit), Direction::Incoming);
        waits.all(|edge| {
            let dep = edge.source().index();
            let given_up = self.edges[edge.source()].status == Some(UnitStatus::Abandoned);
            done(dep) || *edge.weight() == EdgeKind::Closing && given_up
        }) && self.unknown_of(unit).is_none()
    }

    /// The first place of `depends_on` that names no unit.
    fn unknown_of(&self, unit: usize) -> Option<usize> {
        let from = self.unknown.partition_point(|(other, _)| *other < unit);
        self.unknown.get(from).filter(|(other, _)| *other == unit).map(|(_, place)| *place)
    }

    /// Why units of `gate` will never be dispatched although they are not finished, in graph order.
    /// A unit that can still become ready once others pass is not listed.
    pub fn stranded(&self, gate: usize) -> Vec<(usize, Stranded)> {
        let cycles = self.cycles();
        let open = self.units_of(gate).filter(|(_, stand)| !stand.is_final());
        let own = open.filter_map(|(unit, stand)| Some((unit, self.own_cause(unit, stand, &cycles)?)));
        let mut known = ordered::map(own);
        let mut queue: VecDeque<usize> = known.keys().copied().collect();
        while let Some(unit) = queue.pop_front() {
            for dependent in self.dependents(unit) {
                let stand = self.edges[node(dependent)];
                if stand.gate == gate && !stand.is_final() && !known.contains_key(&dependent) {
                    known.insert(dependent, Stranded::Behind(unit));
                    queue.push_back(dependent);
                }
            }
        }
        known.into_iter().collect()
    }

    fn own_cause(&self, unit: usize, stand: Stand, cycles: &[Vec<usize>]) -> Option<Stranded> {
        match stand.status {
            Some(status @ (UnitStatus::BlockedHuman | UnitStatus::InReview | UnitStatus::Draft)) => {
                return Some(Stranded::Waiting(status));
            }
            Some(_) if stand.kind.is_none() => return Some(Stranded::UnknownType),
            Some(_) => {}
            None => return Some(Stranded::UnknownStatus),
        }
        if let Some(cycle) = cycles.iter().find(|cycle| cycle.contains(&unit)) {
            return Some(Stranded::Cycle(cycle.clone()));
        }
        if let Some(place) = self.unknown_of(unit) {
            return Some(Stranded::Unknown(place));
        }
        self.edges.edges_directed(node(unit), Direction::Incoming).find_map(|edge| {
            let (dep, other) = (edge.source().index(), self.edges[edge.source()]);
            match other.status {
                Some(UnitStatus::Done) => None,
                Some(UnitStatus::Abandoned) => {
                    (*edge.weight() != EdgeKind::Closing).then_some(Stranded::Abandoned(dep))
                }
                _ if other.gate > stand.gate => Some(Stranded::LaterGate(dep)),
                _ if other.gate < stand.gate => Some(Stranded::EarlierGate(dep)),
                _ => None,
            }
        })
    }
}

fn node(unit: usize) -> NodeIndex {
    NodeIndex::new(unit)
}

fn bit(bits: &[u64], at: usize) -> bool {
    bits.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}

fn retrace(came: &BTreeMap<usize, usize>, from: usize, to: usize) -> Vec<usize> {
    let mut path: Vec<usize> = std::iter::successors(Some(to), |unit| came.get(unit).copied()).collect();
    if path.last() != Some(&from) {
        path.push(from);
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests;
