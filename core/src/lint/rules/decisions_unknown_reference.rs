//! `decisions/unknown-reference`

use super::decisions_override_incomplete::{DECISIONS, is_decision};
use crate::diagnostic::Severity;
use crate::frontmatter::Document;
use crate::lint::entries::entries;
use crate::lint::words::words;
use crate::lint::{Check, Context, Rule, Sink};
use crate::near::did_you_mean;
use crate::ordered;
use crate::path::RelPath;
use std::collections::BTreeSet;

/// See the page.
pub static RULE: Rule = Rule::new(
    "decisions/unknown-reference",
    Severity::Error,
    "The plan, a gate or a unit cites a decision that DECISIONS.md does not hold.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    let feature = context.feature;
    let Some(registry) = feature.document(DECISIONS) else { return };
    let known = ordered::set(entries(registry).into_iter().map(|entry| entry.name.value));
    let plan = feature.plan.iter().map(|plan| (&plan.path, &plan.doc));
    let gates =
        feature.gates.iter().filter_map(|gate| gate.file.as_ref()).map(|file| (&file.path, &file.doc));
    let units =
        feature.units.iter().filter_map(|unit| unit.file.as_ref()).map(|file| (&file.path, &file.doc));
    for (path, doc) in plan.chain(gates).chain(units) {
        check_file(path, doc, &known, sink);
    }
}

fn check_file(path: &RelPath, doc: &Document, known: &BTreeSet<String>, sink: &mut Sink) {
    let mut said = BTreeSet::new();
    for cited in words(&doc.text, doc.body.span, is_decision) {
        let id = cited.slice(&doc.text);
        if known.contains(id) || doc.body.in_fence(cited.start as usize) || !said.insert(id) {
            continue;
        }
        let ask = did_you_mean(id, known.iter().map(String::as_str));
        sink.report_in(path, cited, format!("`{id}` is no decision of {DECISIONS}{ask}"))
            .help(format!("add `### {id}` to {DECISIONS}, or cite the one that is meant"));
    }
}
