//! Which unit is next, which never will be, and in which order a gate goes when all is well.

use super::plan::{PlanView, UnitView};
use crate::graph::Graph;
use crate::model::Feature;
use crate::model::status::{UnitStatus, UnitType};
use std::collections::BTreeSet;

/// The units of a gate that may be dispatched now, in graph order.
pub fn ready(plan: &PlanView, gate: usize) -> Vec<&UnitView> {
    free(plan, gate, UnitView::is_dispatchable)
}

/// The first human unit of a gate whose turn it is.
pub fn human(plan: &PlanView, gate: usize) -> Option<&UnitView> {
    let is_open = |unit: &UnitView| !unit.is_final() && unit.status != Some(UnitStatus::Draft);
    free(plan, gate, |unit| unit.kind == Some(UnitType::Human) && is_open(unit)).into_iter().next()
}

fn free(plan: &PlanView, gate: usize, wanted: impl Fn(&UnitView) -> bool) -> Vec<&UnitView> {
    let closing = plan.units_of(gate).filter(|unit| !unit.is_closing()).all(UnitView::is_final);
    let is_free = |unit: &&UnitView| {
        unit.depends_on.iter().all(|id| is_done(plan, id)) && (closing || !unit.is_closing())
    };
    plan.units_of(gate).filter(|unit| wanted(unit)).filter(is_free).collect()
}

fn is_done(plan: &PlanView, id: &str) -> bool {
    plan.units.get(id).is_some_and(|unit| unit.status == Some(UnitStatus::Done))
}

/// Whether the gate is complete: it has units, all of them are in the plan, and each is done or
/// abandoned.
pub fn is_complete(plan: &PlanView, gate: usize) -> bool {
    let Some(view) = plan.gates.get(gate) else { return false };
    let is_final = |id: &String| plan.units.get(id).is_some_and(UnitView::is_final);
    !view.units.is_empty() && view.units.iter().all(is_final)
}

/// The open units of a gate in which nothing is ready, each with its cause, in graph order.
pub fn stranded(plan: &PlanView, gate: usize) -> Vec<(&UnitView, String)> {
    let open = plan.units_of(gate).filter(|unit| !unit.is_final());
    open.map(|unit| (unit, cause(plan, gate, unit))).collect()
}

fn cause(plan: &PlanView, gate: usize, unit: &UnitView) -> String {
    match (unit.status, unit.kind) {
        (None, _) => return "its status is missing or no known word".into(),
        (Some(UnitStatus::BlockedHuman), _) => return "it is blocked and needs a person".into(),
        (Some(UnitStatus::Draft), _) => return "it is a draft; arm it".into(),
        (Some(UnitStatus::InReview), _) => return "it is in review".into(),
        (_, None) => return "its type is missing or no known word".into(),
        _ => {}
    }
    for id in &unit.depends_on {
        match plan.units.get(id) {
            None => return format!("it depends on {id}, which is no unit"),
            Some(dep) if dep.status == Some(UnitStatus::Abandoned) => {
                return format!("it depends on {}, which was abandoned", dep.short());
            }
            Some(dep) if in_circle(plan, &unit.id, &dep.id) => {
                return format!("it depends on {}, which waits for it: a cycle", dep.short());
            }
            Some(dep) if !dep.is_final() => return format!("it waits for {}", dep.short()),
            Some(_) => {}
        }
    }
    let waits = plan.units_of(gate).find(|other| !other.is_closing() && !other.is_final());
    match waits.filter(|_| unit.is_closing()) {
        Some(other) => format!("it closes the gate and waits for {}", other.short()),
        None => "nobody knows why; say so in an issue".into(),
    }
}

/// Whether `from` waits, directly or through others, for `unit`.
fn in_circle(plan: &PlanView, unit: &str, from: &str) -> bool {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut stack = vec![from];
    while let Some(id) = stack.pop() {
        if id == unit {
            return true;
        }
        if seen.insert(id) {
            let deps = plan.units.get(id).map(|view| &view.depends_on[..]).unwrap_or_default();
            stack.extend(deps.iter().map(String::as_str));
        }
    }
    false
}

/// The units (indices into [`Feature::units`]) that a run of `gate` would dispatch, in that order, if
/// every one passed: in rounds, each of what is ready when it begins. Human units, which are never dispatched, count as done in their turn.
pub fn walk(feature: &Feature, gate: usize) -> Vec<usize> {
    let graph = Graph::of(feature);
    let Some(view) = feature.gates.get(gate) else { return Vec::new() };
    let mut behind: BTreeSet<usize> = (0..feature.units.len())
        .filter(|index| feature.units[*index].status() == Some(UnitStatus::Done))
        .collect();
    let abandoned = |index: usize| feature.units[index].status() == Some(UnitStatus::Abandoned);
    let unknown: BTreeSet<usize> = graph.unknown().iter().map(|(unit, _)| *unit).collect();
    let mut open: Vec<usize> = view
        .units
        .clone()
        .filter(|index| {
            let stands = feature.units[*index].status();
            stands.is_some_and(|s| s.is_dispatchable() || s == UnitStatus::InProgress)
                && feature.units[*index].kind().is_some()
                && !unknown.contains(index)
        })
        .collect();
    // Per unit: what it waits for, and whether only the closing rule says so. That rule is content
    // with a unit that was given up; a declared edge is not.
    let waits: Vec<Vec<(usize, bool)>> = (0..feature.units.len())
        .map(|index| {
            let declared: BTreeSet<usize> = graph.declared(index).into_iter().map(|(dep, _)| dep).collect();
            graph.deps(index).map(|dep| (dep, !declared.contains(&dep))).collect()
        })
        .collect();
    let mut order = Vec::new();
    loop {
        let is_free = |index: &usize| {
            waits[*index].iter().all(|(dep, by_rule)| behind.contains(dep) || (*by_rule && abandoned(*dep)))
        };
        let (round, rest): (Vec<usize>, Vec<usize>) = open.into_iter().partition(is_free);
        if round.is_empty() {
            return order;
        }
        open = rest;
        behind.extend(&round);
        order.extend(round.into_iter().filter(|index| feature.units[*index].kind() != Some(UnitType::Human)));
    }
}
