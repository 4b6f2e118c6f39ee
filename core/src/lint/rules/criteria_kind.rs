//! `criteria/kind`

use super::criteria_entry::criteria;
use crate::diagnostic::Severity;
use crate::frontmatter::Document;
use crate::lint::{Check, Rule, Sink};
use crate::near::did_you_mean;
use crate::path::RelPath;

/// See the page.
pub static RULE: Rule = Rule::new(
    "criteria/kind",
    Severity::Warning,
    "A criterion's `kind` is neither `narrow` nor `broad`.",
    Check::Document(check),
);

const KINDS: [&str; 2] = ["narrow", "broad"];

fn check(path: &RelPath, doc: &Document, sink: &mut Sink) {
    for entry in criteria(path, doc) {
        if let Some(kind) = entry.value("kind").filter(|kind| !KINDS.contains(&kind.value.as_str())) {
            let ask = did_you_mean(&kind.value, KINDS);
            sink.report(kind.span, format!("`{}` is no kind of check{ask}", kind.value))
                .help("`narrow` checks named things and may be carried over; `broad` runs at every attempt");
        }
    }
}
