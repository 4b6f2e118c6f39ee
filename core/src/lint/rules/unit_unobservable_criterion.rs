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

#[cfg(test)]
mod tests {
    use crate::lint::testing::check;

    fn weight(keys: &str, criterion: &str) -> String {
        let text = format!(
            "---\nid: FEAT-2026-0001/T01\nplanned_cost_usd: 2\nproduces: src/date.rs\n{keys}---\n# Read\n\n**Context.** c\n\n**Acceptance criteria.**\n{criterion}\n\n**Do not touch.** x\n\n**Verification.** x\n\n**Escalation triggers.** x\n"
        );
        let found = check(&[("WU-01-a.md", &text)]);
        let own = found.lines().find(|line| line.contains("unit/unobservable-criterion"));
        own.and_then(|line| line.split_whitespace().nth(1)).unwrap_or("none").to_owned()
    }

    #[test]
    fn bullets_of_armed_units_are_errors() {
        assert_eq!(weight("", "- Works in production."), "error");
        assert_eq!(weight("status: ready\n", "- After merge it works."), "error");
        assert_eq!(weight("", "1. Works in production."), "warning");
        assert_eq!(weight("", "- Works in staging."), "warning");
        assert_eq!(weight("status: draft\n", "- Works in production."), "warning");
        assert_eq!(weight("oracle_env: macos_local\n", "- Works in prod."), "error");
    }

    #[test]
    fn what_is_checked_or_judged_elsewhere_is_none() {
        assert_eq!(weight("", "- Works in production: `curl x`."), "none");
        assert_eq!(weight("", "- The reproduction works."), "none");
        assert_eq!(weight("human_only: true\n", "- Works in production."), "none");
        assert_eq!(weight("oracle_env: staging\n", "- Works in production."), "none");
        assert_eq!(weight("status: blocked_human\n", "- Works in production."), "none");
    }
}
