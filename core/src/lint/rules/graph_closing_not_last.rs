//! `graph/closing-not-last`: a closing unit does not depend on every substantive unit of its gate.

use crate::diagnostic::Severity;
use crate::edit;
use crate::fix::Fix;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::Gate;
use crate::model::Unit;
use crate::model::status::GateStatus;
use crate::model::status::UnitStatus;
use crate::ordered;
use std::collections::BTreeSet;

/// See the page.
pub static RULE: Rule = Rule::new(
    "graph/closing-not-last",
    Severity::Warning,
    "A closing unit does not depend on every substantive unit of its gate.",
    Check::Feature(check),
)
.beyond_python();

/// A gate with more closing units than this is no gate (`closing/shape` says so), and what each of
/// them misses is not worked out.
const MANY: usize = 16;

/// The units that a message names.
const NAMED: usize = 8;

/// As many edges as a fix adds.
const MENDED: usize = 200;

fn check(context: &Context, sink: &mut Sink) {
    let feature = context.feature;
    let circular = ordered::set(context.graph.cycles().into_iter().flatten());
    // Nobody can depend on a unit without an id, or on the second one of an id.
    let mut seen = BTreeSet::new();
    let units = feature.units.iter().enumerate();
    let named = units.filter(|(_, u)| !u.id().is_empty() && seen.insert(u.id()));
    let first = ordered::set(named.map(|(index, _)| index));
    for gate in feature.gates.iter().filter(|gate| gate.status() != Some(GateStatus::Passed)) {
        for (index, unit) in feature.units_of(gate).filter(|(_, unit)| unit.is_closing()).take(MANY) {
            let declared = context.graph.declared(index);
            let follows =
                declared.iter().any(|(dep, _)| gate.units.contains(dep) && feature.units[*dep].is_closing());
            if !follows && !circular.contains(&index) && !unit.status().is_some_and(UnitStatus::is_final) {
                report(context, gate, index, &first, sink);
            }
        }
    }
}

fn report(context: &Context, gate: &Gate, index: usize, first: &BTreeSet<usize>, sink: &mut Sink) {
    let units = &context.feature.units;
    let behind = upstream(context, gate, index);
    let wanted = |(i, unit): &(usize, &Unit)| {
        !unit.is_closing()
            && unit.status() != Some(UnitStatus::Abandoned)
            && !behind.contains(i)
            && first.contains(i)
    };
    let missing: Vec<usize> = context.feature.units_of(gate).filter(wanted).map(|(i, _)| i).collect();
    if missing.is_empty() {
        return;
    }
    let unit = &units[index];
    let at = unit.entry.depends_on_span.filter(|span| !span.is_empty());
    let at = at.or(unit.entry.id.span()).unwrap_or(unit.entry.span);
    let (own, names) = (unit.short_id(), named(units, &missing));
    let message = format!("{own} closes gate {} and does not wait for {names}", gate.number);
    let report = sink.report(at, message).help("the driver waits for them all the same; say so in the graph");
    let ends = ends(context, &missing);
    // In a circle each waits for another, and nobody is the end.
    if (1..=MENDED).contains(&ends.len())
        && let Ok(edits) = edit::add_edges(context.tree, context.feature, index, &ends)
    {
        report.fix(Fix::safe(format!("let {own} wait for {}", named(units, &ends)), edits));
    }
}

/// What `those` are called, the first of them.
fn named(units: &[Unit], those: &[usize]) -> String {
    let mut names: Vec<String> =
        those.iter().take(NAMED).map(|unit| units[*unit].short_id().to_owned()).collect();
    if those.len() > NAMED {
        names.push(format!("{} more", those.len() - NAMED));
    }
    names.join(", ")
}

/// What the unit declares to wait for inside its gate, directly or through others.
fn upstream(context: &Context, gate: &Gate, index: usize) -> BTreeSet<usize> {
    let mut seen = BTreeSet::new();
    let mut stack = vec![index];
    while let Some(unit) = stack.pop() {
        for (dependency, _) in context.graph.declared(unit) {
            if gate.units.contains(&dependency) && seen.insert(dependency) {
                stack.push(dependency);
            }
        }
    }
    seen
}

/// Those of `missing` that no other of them waits for: they bring the rest with them.
fn ends(context: &Context, missing: &[usize]) -> Vec<usize> {
    let declared = missing.iter().flat_map(|unit| context.graph.declared(*unit));
    let waited = ordered::set(declared.map(|(dependency, _)| dependency));
    missing.iter().copied().filter(|unit| !waited.contains(unit)).collect()
}
