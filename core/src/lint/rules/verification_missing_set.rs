//! `verification/missing-set`: a verification set that some unit's type needs is absent or empty.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::Unit;
use crate::model::status::UnitStatus;
use crate::model::status::UnitType;
use crate::model::verification::Verification;
use crate::path::RelPath;
use crate::span::Span;
use std::collections::BTreeMap;

/// See the page.
pub static RULE: Rule = Rule::new(
    "verification/missing-set",
    Severity::Error,
    "A verification set that some unit's type needs is absent or empty.",
    Check::Feature(check),
)
.beyond_python();

fn check(context: &Context, sink: &mut Sink) {
    let mut needed: BTreeMap<&str, &Unit> = BTreeMap::new();
    for unit in context.feature.units.iter().filter(|unit| !unit.status().is_some_and(UnitStatus::is_final)) {
        if let Some(set) = unit.kind().and_then(UnitType::verification_set) {
            needed.entry(set).or_insert(unit);
        }
    }
    let Some(file) = &context.feature.verification else { return absent(context, &needed, sink) };
    for (name, unit) in needed {
        let set = file.set(name);
        // A set that cannot be read is `verification/shape`.
        if set.is_some_and(|set| !set.checks.is_empty() || !is_empty(set.name.value.as_str(), file)) {
            continue;
        }
        let at = set.map_or(Span::at(0), |set| set.name.span);
        let state = if set.is_some() { "is empty" } else { "is not there" };
        let report = sink
            .report_in(&file.path, at, format!("the set `{name}` {state}, and {} needs it", unit.short_id()))
            .help(format!("add `{name}:` with at least one check (`name`, `command`)"));
        if let Ok(path) = &unit.path {
            let span = unit.file.as_ref().and_then(|file| file.kind.span()).unwrap_or_default();
            report.label_in(path, span, "a unit that is judged by it");
        }
    }
}

fn is_empty(name: &str, file: &Verification) -> bool {
    let value = file.yaml.root.as_map().and_then(|map| map.get(name));
    value.is_none_or(|node| node.is_null() || node.as_seq().is_some_and(|seq| seq.items.is_empty()))
}

/// Says so once, unless only the feature's folder was loaded.
fn absent(context: &Context, needed: &BTreeMap<&str, &Unit>, sink: &mut Sink) {
    let path = RelPath::new(".specfuse/verification.yml").expect("a plain path");
    let features = RelPath::new(crate::parse::FEATURES).expect("a plain path");
    let repository = context.tree.iter().any(|(path, _)| path.below(&features).is_none());
    if let (Some((name, unit)), true, None) = (needed.first_key_value(), repository, context.tree.get(&path))
    {
        sink.report_in(
            &path,
            Span::at(0),
            format!("verification.yml is not there, and {} needs its set `{name}`", unit.short_id()),
        )
        .help("write it: a set is a list of checks, each with `name` and `command`");
    }
}
