//! `roadmap/anchor-before-anchor`

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::roadmap::{Follower, Roadmap};

/// See the page.
pub static RULE: Rule = Rule::new(
    "roadmap/anchor-before-anchor",
    Severity::Error,
    "Two anchors stand above the same heading.",
    Check::Roadmap(check),
);

fn check(roadmap: &Roadmap, sink: &mut Sink) {
    for (index, anchor) in roadmap.anchors.iter().enumerate() {
        if let Follower::Anchor(next) = roadmap.follower(index) {
            let other = &roadmap.anchors[next];
            sink.report(anchor.span, format!("the anchor `{}` stands above another one", anchor.value))
                .label(other.span, format!("`{}` is the one that counts", other.value))
                .help("give it its own heading, or delete it");
        }
    }
}
