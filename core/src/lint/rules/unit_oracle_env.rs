//! `unit/oracle-env`

use crate::diagnostic::Severity;
use crate::lint::words::find_phrase;
use crate::lint::{Check, Rule, Sink};
use crate::model::work_unit::WorkUnit;

/// See the page.
pub static RULE: Rule = Rule::new(
    "unit/oracle-env",
    Severity::Warning,
    "Criteria speak of long or repeated checks, and the unit does not say where they run.",
    Check::Unit(check),
);

/// Words for checks whose outcome depends on where they run.
const WORDS: &[&str] = &[
    "test loop",
    "test loops",
    "audit",
    "audits",
    "e2e",
    "end-to-end test",
    "end-to-end tests",
    "repeated run",
    "repeated runs",
    "consecutive runs",
];

fn check(unit: &WorkUnit, sink: &mut Sink) {
    if !unit.oracle_env.is_absent() || unit.status().is_some_and(|status| status.is_final()) {
        return;
    }
    let Some(section) = unit.doc.body.section("Acceptance criteria") else { return };
    if let Some((span, word)) = find_phrase(&unit.doc.text, section.body, WORDS) {
        sink.report(span, format!("the criteria speak of \"{word}\", and the unit has no `oracle_env`"))
            .help("say where that check runs: `oracle_env: linux_ci`, `macos_local`, …");
    }
}
