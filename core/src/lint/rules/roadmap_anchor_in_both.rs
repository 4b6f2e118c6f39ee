//! `roadmap/anchor-in-both`

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::ordered;

/// See the page.
pub static RULE: Rule = Rule::new(
    "roadmap/anchor-in-both",
    Severity::Error,
    "An anchor is defined in the roadmap and in its archive.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    let (Some(roadmap), Some(archive)) = (&context.feature.roadmap, &context.feature.archive) else { return };
    let here = ordered::map(roadmap.anchors.iter().rev().map(|a| (a.value.as_str(), a.span)));
    for anchor in &archive.anchors {
        if let Some(span) = here.get(anchor.value.as_str()) {
            sink.report_in(
                &roadmap.path,
                *span,
                format!("the anchor `{}` is in the archive too", anchor.value),
            )
            .label_in(&archive.path, anchor.span, "the other one")
            .help("a finished feature's section lives in the archive, every other one in the roadmap");
        }
    }
}
