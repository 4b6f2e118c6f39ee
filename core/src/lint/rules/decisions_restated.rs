//! `decisions/restated`

use super::decisions_override_incomplete::{DECISIONS, is_decision};
use crate::diagnostic::Severity;
use crate::frontmatter::Document;
use crate::lint::entries::entries;
use crate::lint::{Check, Context, Rule, Sink};
use crate::path::RelPath;
use crate::span::{Span, Spanned};

/// See the page.
pub static RULE: Rule = Rule::new(
    "decisions/restated",
    Severity::Warning,
    "A decision's own words stand in the plan, a gate or a unit.",
    Check::Feature(check),
);

/// Shorter statements may well turn up by chance.
const FEWEST_CHARS: usize = 24;
/// Registries with more decisions are only checked this far: each costs one pass over the files.
const MOST_DECISIONS: usize = 64;

fn check(context: &Context, sink: &mut Sink) {
    let feature = context.feature;
    let Some((path, registry)) =
        feature.folder.join(DECISIONS).ok().and_then(|path| feature.documents.get_key_value(&path))
    else {
        return;
    };
    let decided: Vec<(String, Spanned<String>)> = entries(registry)
        .into_iter()
        .filter(|entry| is_decision(&entry.name.value))
        .filter_map(|entry| Some((entry.name.value.clone(), entry.value("statement")?.clone())))
        .filter(|(_, statement)| statement.value.trim_end_matches('.').len() >= FEWEST_CHARS)
        .take(MOST_DECISIONS)
        .collect();
    let plan = feature.plan.iter().map(|plan| (&plan.path, &plan.doc));
    let gates =
        feature.gates.iter().filter_map(|gate| gate.file.as_ref()).map(|file| (&file.path, &file.doc));
    let open = feature.units.iter().filter(|unit| !unit.status().is_some_and(|status| status.is_final()));
    let units = open.filter_map(|unit| unit.file.as_ref()).map(|file| (&file.path, &file.doc));
    for (file, doc) in plan.chain(gates).chain(units) {
        for (id, statement) in &decided {
            check_file(file, doc, id, statement, path, sink);
        }
    }
}

fn check_file(
    file: &RelPath,
    doc: &Document,
    id: &str,
    statement: &Spanned<String>,
    registry: &RelPath,
    sink: &mut Sink,
) {
    let words = statement.value.trim_end_matches('.');
    let Some(at) = doc.body.span.slice(&doc.text).find(words) else { return };
    let start = doc.body.span.start as usize + at;
    sink.report_in(
        file,
        Span::new(start, start + words.len()),
        format!("this repeats decision {id} word for word"),
    )
    .label_in(registry, statement.span, "the decision itself")
    .help(format!("cite `{id}` instead: when the decision changes, the copy does not"));
}
