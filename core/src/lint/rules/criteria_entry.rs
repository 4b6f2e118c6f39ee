//! `criteria/entry`

use crate::diagnostic::Severity;
use crate::frontmatter::Document;
use crate::lint::entries::{Entry, entries};
use crate::lint::{Check, Rule, Sink};
use crate::model::gate::number_of;
use crate::model::id::UnitName;
use crate::path::RelPath;
use std::collections::BTreeMap;

/// See the page.
pub static RULE: Rule = Rule::new(
    "criteria/entry",
    Severity::Warning,
    "An entry of a criteria file cannot be matched to its criterion, or says too little.",
    Check::Document(check),
);

/// What an entry must say besides its kind and state, which have rules of their own.
const FIELDS: [&str; 5] = ["criterion", "oracle", "kind", "state", "attempt"];

/// The entries of a criteria file; none when the file is something else.
pub(crate) fn criteria(path: &RelPath, doc: &Document) -> Vec<Entry> {
    match number_of(path.file_name(), "-CRITERIA.md") {
        Some(_) => entries(doc),
        None => Vec::new(),
    }
}

fn check(path: &RelPath, doc: &Document, sink: &mut Sink) {
    let all = criteria(path, doc);
    let mut seen = BTreeMap::new();
    for entry in &all {
        check_name(entry, sink);
        if let Some(first) = seen.insert(entry.name.value.as_str(), entry.name.span) {
            sink.report(entry.name.span, format!("`{}` has two entries", entry.name.value))
                .label(first, "the other one")
                .help("keep the newer one; nobody can tell which of them counts");
        }
        check_fields(entry, sink);
    }
}

fn check_name(entry: &Entry, sink: &mut Sink) {
    let name = entry.name.value.as_str();
    let number = |n: &str| !n.is_empty() && n.len() <= 4 && n.bytes().all(|b| b.is_ascii_digit());
    let ok = name.split_once('#').is_some_and(|(unit, n)| UnitName::parse(unit).is_some() && number(n));
    if !ok {
        sink.report(entry.name.span, format!("`{name}` names no criterion"))
            .help("entries are headed by unit and number: `### T01#2` is the second criterion of T01");
    }
}

fn check_fields(entry: &Entry, sink: &mut Sink) {
    let missing: Vec<String> =
        FIELDS.iter().filter(|name| entry.value(name).is_none()).map(|name| format!("`{name}`")).collect();
    if !missing.is_empty() {
        let list = missing.join(", ");
        sink.report(entry.name.span, format!("`{}` says nothing of {list}", entry.name.value))
            .help("write each as a line of the entry: `- **state:** `pass``");
    }
    let Some(attempt) = entry.value("attempt") else { return };
    if !attempt.value.parse::<u32>().is_ok_and(|n| n >= 1) {
        sink.report(attempt.span, format!("`{}` is no attempt's number", attempt.value))
            .help("write the attempt of the close that ran the check, from 1");
    }
}
