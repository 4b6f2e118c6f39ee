//! The plan as an outline: what the graph shows, in words and in order, for everyone who reads
//! rather than looks, and for narrow windows.

use crate::document::{Counts, Document};
use crate::scene::{dollars, gate_status, status_word};
use specfuse_core::layout::Layout;
use specfuse_core::model::{Feature, Unit};

/// A gate with its units.
#[derive(Clone, PartialEq, Debug)]
pub struct Gate {
    /// Its number.
    pub number: u32,
    /// `open`, `awaiting review`, `passed`, `unknown status`.
    pub status: String,
    /// Its units, in the order of the plan.
    pub units: Vec<Row>,
}

/// A unit as a row.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// Its place in the feature.
    pub unit: usize,
    /// Its id without the feature.
    pub short: String,
    /// Its title.
    pub title: String,
    /// Status, type, cost and problems, as words.
    pub facts: String,
    /// Status as a word.
    pub status: String,
    /// `waits for T01 and T02; T04 waits for it`; empty when neither.
    pub edges: String,
    /// What lint says of it.
    pub counts: Counts,
}

/// The outline of a document.
pub fn outline(document: &Document) -> Vec<Gate> {
    let feature = document.feature();
    let layout = document.layout();
    let counts = document.counts();
    let row = |(unit, read): (usize, &Unit)| row(feature, layout, unit, read, counts[unit]);
    let gate = |gate: &specfuse_core::model::Gate| Gate {
        number: gate.number,
        status: gate_status(gate.status()),
        units: feature.units_of(gate).map(row).collect(),
    };
    feature.gates.iter().map(gate).collect()
}

fn row(feature: &Feature, layout: &Layout, unit: usize, read: &Unit, counts: Counts) -> Row {
    let status = status_word(read.status());
    let mut facts = vec![status.clone()];
    facts.extend(read.kind().map(|kind| kind.to_string()));
    facts.extend(read.planned_cost_usd().map(dollars));
    if counts.total() > 0 {
        facts.push(crate::problems::summary(counts));
    }
    Row {
        unit,
        short: read.short_id().to_owned(),
        title: read.title().to_owned(),
        facts: facts.join(", "),
        status,
        edges: edges(
            &names(feature, layout.edges.iter().filter(|edge| edge.to == unit).map(|edge| edge.from)),
            &names(feature, layout.edges.iter().filter(|edge| edge.from == unit).map(|edge| edge.to)),
        ),
        counts,
    }
}

fn names(feature: &Feature, units: impl Iterator<Item = usize>) -> Vec<String> {
    units.filter_map(|unit| feature.units.get(unit)).map(|unit| unit.short_id().to_owned()).collect()
}

fn edges(before: &[String], after: &[String]) -> String {
    let waits = if before.is_empty() { String::new() } else { ["waits for ", &listed(before)].concat() };
    let verb = if after.len() == 1 { " waits for it" } else { " wait for it" };
    let is_waited_for = if after.is_empty() { String::new() } else { [&listed(after), verb].concat() };
    let parts: Vec<String> = [waits, is_waited_for].into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("; ")
}

/// `a`, `a and b`, `a, b and c`.
fn listed(names: &[String]) -> String {
    match names {
        [all @ .., last] if !all.is_empty() => [&all.join(", "), " and ", last].concat(),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_reads_as_it_is_drawn() {
        let outline = outline(&Document::example());
        let numbers: Vec<_> = outline.iter().map(|gate| (gate.number, gate.units.len())).collect();
        assert_eq!(numbers.len(), 2);
        assert_eq!(outline.iter().map(|gate| gate.units.len()).sum::<usize>(), 8);
        let first = &outline[0].units[0];
        assert_eq!(first.facts, "pending, implementation, $1.20");
        assert_eq!(first.edges, "T02 and T03 wait for it");
        assert!(outline[0].units[1].edges.starts_with("waits for T01; "), "{}", outline[0].units[1].edges);
    }
}
