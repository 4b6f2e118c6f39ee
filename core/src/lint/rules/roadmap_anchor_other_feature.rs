//! `roadmap/anchor-other-feature`

use super::roadmap_anchor_without_heading::is_feature;
use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::roadmap::{Follower, Roadmap};

/// See the page.
pub static RULE: Rule = Rule::new(
    "roadmap/anchor-other-feature",
    Severity::Error,
    "A feature's anchor stands above another feature's heading.",
    Check::Roadmap(check),
);

fn check(roadmap: &Roadmap, sink: &mut Sink) {
    for (index, anchor) in roadmap.anchors.iter().enumerate().filter(|(_, a)| is_feature(&a.value)) {
        let Follower::Heading(heading) = roadmap.follower(index) else { continue };
        let named = heading.text.value.split([' ', ':', ',']).next().unwrap_or("");
        if is_feature(named) && !named.eq_ignore_ascii_case(&anchor.value) {
            sink.report(anchor.span, format!("the anchor `{}` stands above {named}", anchor.value))
                .label(heading.span, "the heading")
                .help(format!("write `<a id=\"{}\"></a>`, and mend the links", named.to_ascii_lowercase()));
        }
    }
}
