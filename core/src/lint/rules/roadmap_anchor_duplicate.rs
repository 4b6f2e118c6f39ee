//! `roadmap/anchor-duplicate`

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::roadmap::Roadmap;
use std::collections::BTreeMap;

/// See the page.
pub static RULE: Rule = Rule::new(
    "roadmap/anchor-duplicate",
    Severity::Error,
    "An anchor is defined twice in a file.",
    Check::Roadmap(check),
);

fn check(roadmap: &Roadmap, sink: &mut Sink) {
    let mut seen = BTreeMap::new();
    for anchor in &roadmap.anchors {
        match seen.get(anchor.value.as_str()) {
            None => {
                seen.insert(anchor.value.as_str(), anchor.span);
            }
            Some(first) => {
                sink.report(anchor.span, format!("the anchor `{}` is there twice", anchor.value))
                    .label(*first, "the first one; links lead here")
                    .help("keep one section for each feature");
            }
        }
    }
}
