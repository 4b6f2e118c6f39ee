//! `criteria/state`

use super::criteria_entry::criteria;
use crate::diagnostic::Severity;
use crate::frontmatter::Document;
use crate::lint::{Check, Rule, Sink};
use crate::near::did_you_mean;
use crate::path::RelPath;

/// See the page.
pub static RULE: Rule = Rule::new(
    "criteria/state",
    Severity::Warning,
    "A criterion's `state` is not `pass`, `fail` or `unverified`.",
    Check::Document(check),
);

const STATES: [&str; 3] = ["pass", "fail", "unverified"];

fn check(path: &RelPath, doc: &Document, sink: &mut Sink) {
    for entry in criteria(path, doc) {
        if let Some(state) = entry.value("state").filter(|state| !STATES.contains(&state.value.as_str())) {
            let ask = did_you_mean(&state.value, STATES);
            sink.report(state.span, format!("`{}` is no state of a criterion{ask}", state.value))
                .help("known are `pass`, `fail` and `unverified`");
        }
    }
}
