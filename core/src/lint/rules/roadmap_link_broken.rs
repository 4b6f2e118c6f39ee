//! `roadmap/link-broken`

use super::roadmap_anchor_without_heading::is_feature;
use crate::diagnostic::Severity;
use crate::fix::TextEdit;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::roadmap::{Reference, Roadmap};
use crate::ordered;
use std::collections::BTreeSet;

/// See the page.
pub static RULE: Rule = Rule::new(
    "roadmap/link-broken",
    Severity::Error,
    "A link to a feature's section leads nowhere.",
    Check::Feature(check),
);

const ROADMAP: &str = "roadmap.md";
const ARCHIVE: &str = "roadmap-archive.md";

fn check(context: &Context, sink: &mut Sink) {
    let feature = context.feature;
    let of = |file: Option<&Roadmap>| {
        let anchors = file.into_iter().flat_map(|file| &file.anchors);
        ordered::set(anchors.map(|anchor| anchor.value.clone()))
    };
    let anchors =
        Anchors { roadmap: of(feature.roadmap.as_deref()), archive: of(feature.archive.as_deref()) };
    for file in feature.roadmap.iter().chain(&feature.archive) {
        for link in file.references.iter().filter(|link| is_feature(&link.anchor)) {
            anchors.check(file, link, sink);
        }
    }
}

struct Anchors {
    roadmap: BTreeSet<String>,
    archive: BTreeSet<String>,
}

impl Anchors {
    fn of(&self, file: &str) -> &BTreeSet<String> {
        if file == ARCHIVE { &self.archive } else { &self.roadmap }
    }

    fn check(&self, from: &Roadmap, link: &Reference, sink: &mut Sink) {
        let own = if from.path.file_name() == ARCHIVE { ARCHIVE } else { ROADMAP };
        let target = match link.file.trim_start_matches("./") {
            "" => own,
            name @ (ROADMAP | ARCHIVE) => name,
            _ => return,
        };
        if self.of(target).contains(&link.anchor) || in_code(from, link) {
            return;
        }
        let other = if target == ARCHIVE { ROADMAP } else { ARCHIVE };
        let report = sink.report_in(&from.path, link.span, format!("`#{}` is not in {target}", link.anchor));
        if self.of(other).contains(&link.anchor) {
            let file = if other == own { "" } else { other };
            let edit = TextEdit::replace(link.span, format!("{file}#{}", link.anchor));
            report.help(format!("the section is in {other}")).fix_safe(format!("link to {other}"), edit);
        } else {
            report.help("no such section is in either file: add it, or link what is meant");
        }
    }
}

/// Whether the link stands in backticks, as an example.
fn in_code(file: &Roadmap, link: &Reference) -> bool {
    let before = &file.doc.text[..link.span.start as usize];
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    before[line..].matches('`').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::check;

    const TABLE: &str = "| Feature ID | Status |\n|---|---|\n| FEAT-2026-0001 | active |\n\n";
    const ARCHIVE: &str = "<a id=\"feat-2025-0009\"></a>\n## FEAT-2025-0009 Numbers\n";

    fn found(line: &str) -> String {
        check(&[
            (".specfuse/roadmap.md", &format!("{TABLE}{line}\n")),
            (".specfuse/roadmap-archive.md", ARCHIVE),
        ])
    }

    #[test]
    fn each_file_has_its_own_anchors() {
        assert_eq!(found("[a](roadmap-archive.md#feat-2025-0009)"), "");
        assert_eq!(found("`[a](#feat-2025-0009)` [b](#feat-yyyy-nnnn) [c](other.md#feat-2025-0001)"), "");
        let moved = found("[a](#feat-2025-0009)");
        assert!(
            moved.contains("`#feat-2025-0009` is not in roadmap.md") && moved.contains("Safe: link to"),
            "{moved}"
        );
        let gone = found("[a](roadmap-archive.md#feat-2025-0001)");
        assert!(gone.contains("is not in roadmap-archive.md") && !gone.contains("Safe"), "{gone}");
    }
}
