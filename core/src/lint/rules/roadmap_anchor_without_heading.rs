//! `roadmap/anchor-without-heading`

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::id::FeatureId;
use crate::model::roadmap::{Follower, Roadmap};

/// See the page.
pub static RULE: Rule = Rule::new(
    "roadmap/anchor-without-heading",
    Severity::Error,
    "A feature's anchor does not stand directly above a heading.",
    Check::Roadmap(check),
);

/// Whether an anchor is one of a feature.
pub(crate) fn is_feature(anchor: &str) -> bool {
    FeatureId::parse(&anchor.to_ascii_uppercase()).is_some()
}

fn check(roadmap: &Roadmap, sink: &mut Sink) {
    for (index, anchor) in roadmap.anchors.iter().enumerate().filter(|(_, a)| is_feature(&a.value)) {
        if roadmap.follower(index) == Follower::Other {
            sink.report(anchor.span, format!("no heading stands below the anchor `{}`", anchor.value))
                .help("put the anchor on the line above the feature's heading, or delete it");
        }
    }
}
