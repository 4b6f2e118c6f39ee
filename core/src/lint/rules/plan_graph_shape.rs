//! `plan/graph-shape`: the task graph is not made of numbered gates with units that have an id and a file.

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::plan::Plan;
use crate::path::PathError;
use crate::path::RelPath;
use crate::span::Span;
use crate::yaml::Map;
use crate::yaml::Node;
use std::collections::BTreeMap;

/// See the page.
pub static RULE: Rule = Rule::new(
    "plan/graph-shape",
    Severity::Error,
    "The task graph is not made of numbered gates with units that have an id and a file.",
    Check::Plan(check),
);

fn check(plan: &Plan, sink: &mut Sink) {
    let root = plan.graph.as_ref().and_then(|graph| graph.yaml.root.as_map());
    let Some(entry) = root.and_then(|root| root.entry("gates")) else { return };
    let Some(gates) = entry.value.as_seq() else {
        sink.report(entry.key.span, format!("`gates` is {}, not a list of gates", entry.value.describe()));
        return;
    };
    if gates.items.is_empty() {
        sink.report(entry.key.span, "the graph has no gate").severity(Severity::Warning);
    }
    let mut numbers = Numbers::default();
    for item in &gates.items {
        match item.value.as_map() {
            Some(gate) => check_gate(item.span, gate, &mut numbers, sink),
            None => {
                sink.report(
                    item.span,
                    format!(
                        "a gate is {}, not a map with `gate`, `file` and `work_units`",
                        item.value.describe()
                    ),
                );
            }
        }
    }
}

/// The gate numbers seen so far, and the last of them.
#[derive(Default)]
struct Numbers {
    seen: BTreeMap<i64, Span>,
    last: i64,
}

fn check_gate(span: Span, gate: &Map, numbers: &mut Numbers, sink: &mut Sink) {
    match gate.get("gate").filter(|node| !node.is_null()) {
        None => {
            sink.report(start(span), "this gate has no number (`gate:`)");
        }
        Some(node) => match node.as_scalar().and_then(|s| s.as_int()).filter(|n| *n >= 1) {
            None => {
                sink.report(node.span, "a gate's number is a whole number from 1");
            }
            Some(number) => check_number(number, node.span, numbers, sink),
        },
    }
    if gate.get("file").is_none_or(Node::is_null) {
        sink.report(start(span), "this gate has no `file`")
            .severity(Severity::Warning)
            .help("the file of its number is used");
    } else {
        check_file(gate, sink);
    }
    let Some(units) = gate.get("work_units").filter(|node| !node.is_null()) else { return };
    match units.as_seq() {
        None => {
            sink.report(units.span, format!("`work_units` is {}, not a list", units.describe()));
        }
        Some(units) => units.items.iter().for_each(|item| check_unit(item.span, &item.value, sink)),
    }
}

fn check_number(number: i64, span: Span, numbers: &mut Numbers, sink: &mut Sink) {
    if let Some(first) = numbers.seen.get(&number) {
        sink.report(span, format!("gate {number} is there already")).label(*first, "first here");
    } else if number != numbers.last + 1 {
        let message =
            format!("gate {number} follows gate {}; gates are numbered 1, 2, 3 in order", numbers.last);
        sink.report(span, message).severity(Severity::Warning);
    }
    numbers.seen.entry(number).or_insert(span);
    numbers.last = number;
}

fn check_unit(span: Span, unit: &Node, sink: &mut Sink) {
    let Some(map) = unit.as_map() else {
        sink.report(span, format!("a unit is {}, not a map with `id` and `file`", unit.describe()));
        return;
    };
    for key in ["id", "file"] {
        let text = map.get(key).and_then(Node::as_text);
        if text.is_none_or(|text| text.trim().is_empty()) {
            sink.report(start(span), format!("this unit has no `{key}`"));
        }
    }
    check_file(map, sink);
}

fn check_file(map: &Map, sink: &mut Sink) {
    let Some(file) = map.get("file") else { return };
    match file.as_text().map(RelPath::new) {
        None if !file.is_null() => {
            sink.report(file.span, format!("`file` is {}, not a file's name", file.describe()));
        }
        Some(Err(PathError::Empty)) => drop(sink.report(file.span, "`file` names no file")),
        _ => {}
    }
}

/// The first byte of an entry: where something is missing from it.
fn start(span: Span) -> Span {
    Span { start: span.start, end: (span.start + 1).min(span.end) }
}
