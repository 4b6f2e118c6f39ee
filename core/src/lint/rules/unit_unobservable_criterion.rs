//! `unit/unobservable-criterion`

use crate::diagnostic::Severity;
use crate::lint::words::find_phrase;
use crate::lint::{Check, Rule, Sink};
use crate::markdown::ListItem;
use crate::model::status::{UnitStatus, UnitType};
use crate::model::work_unit::WorkUnit;

/// See the page.
pub static RULE: Rule = Rule::new(
    "unit/unobservable-criterion",
    Severity::Error,
    "A criterion speaks of what no session can see.",
    Check::Unit(check),
);

/// What older tools refuse too.
const CERTAIN: &[&str] =
    &["in production", "in prod", "after merge", "post-merge", "operator confirms", "human confirms"];

/// What is as far out of a session's reach and was let through.
const LIKELY: &[&str] = &[
    "after the merge",
    "after merging",
    "once merged",
    "after deployment",
    "after deploy",
    "after release",
    "once deployed",
    "in staging",
    "operator verifies",
    "operator approves",
    "user confirms",
    "customer confirms",
    "reviewer confirms",
    "signs off",
    "in the wild",
    "live traffic",
];

fn check(unit: &WorkUnit, sink: &mut Sink) {
    let armed = unit.status().is_some_and(UnitStatus::is_dispatchable);
    let draft = unit.status() == Some(UnitStatus::Draft);
    if !(armed || draft) || unit.kind() == Some(UnitType::Human) || is_elsewhere(unit) {
        return;
    }
    let Some(section) = unit.doc.body.section("Acceptance criteria") else { return };
    let text = &*unit.doc.text;
    for item in unit.doc.body.items(text, section.body) {
        if item.text.slice(text).contains('`') {
            continue;
        }
        let certain = find_phrase(text, item.text, CERTAIN);
        let Some((span, phrase)) = certain.or_else(|| find_phrase(text, item.text, LIKELY)) else { continue };
        let error = armed && certain.is_some() && is_bullet(item, text);
        sink.report(span, format!("no session can see what happens \"{phrase}\""))
            .severity(if error { Severity::Error } else { Severity::Warning })
            .help(
                "name a check that runs here, in backticks; or set `human_only` or an `oracle_env` outside",
            );
    }
}

/// Whether a person, or a place other than this checkout, judges the unit.
fn is_elsewhere(unit: &WorkUnit) -> bool {
    let local = |env: &String| env == "local" || env.ends_with("_local");
    unit.human_only.get() == Some(&true) || unit.oracle_env.get().is_some_and(|env| !local(env))
}

/// Older tools read bullets only: a numbered criterion is never more than a warning.
fn is_bullet(item: ListItem, text: &str) -> bool {
    item.span.slice(text).starts_with('-')
}
