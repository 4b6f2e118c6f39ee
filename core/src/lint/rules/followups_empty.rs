//! `followups/empty`

use crate::diagnostic::Severity;
use crate::lint::entries::entries;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::status::{UnitStatus, UnitType, Verdict};

/// See the page.
pub static RULE: Rule = Rule::new(
    "followups/empty",
    Severity::Warning,
    "The verdict is `not_met`, and FOLLOW-UPS.md does not say what is left.",
    Check::Feature(check),
);

const FILE: &str = "FOLLOW-UPS.md";

fn check(context: &Context, sink: &mut Sink) {
    let written = context.feature.document(FILE);
    if written.is_some_and(|doc| !entries(doc).is_empty()) {
        return;
    }
    for file in context.feature.units.iter().filter_map(|unit| unit.file.as_ref()) {
        use UnitStatus::{BlockedHuman, Done, InReview};
        let ran = matches!(file.status(), Some(BlockedHuman | Done | InReview));
        let not_met = ran && file.verdict.get() == Some(&Verdict::NotMet);
        if let Some(span) = file.verdict.span().filter(|_| not_met && file.kind() == Some(UnitType::Close)) {
            let state = if written.is_some() { "has no entry" } else { "is not there" };
            sink.report_in(&file.path, span, format!("the verdict is `not_met`, and {FILE} {state}"))
                .help("write one `### …` entry for each criterion that failed");
        }
    }
}
