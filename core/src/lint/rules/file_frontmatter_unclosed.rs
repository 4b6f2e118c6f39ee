//! `file/frontmatter-unclosed`: the head of keys is opened and never closed.

use crate::diagnostic::Severity;
use crate::frontmatter::Frontmatter;
use crate::lint::{Check, Rule, Sink, Source};
use crate::schema::FileKind;

/// See the page.
pub static RULE: Rule = Rule::new(
    "file/frontmatter-unclosed",
    Severity::Error,
    "The head of keys is opened and never closed.",
    Check::Source(check),
);

fn check(source: &Source, sink: &mut Sink) {
    let severity = match source.kind() {
        Some(FileKind::Plan | FileKind::Unit | FileKind::Gate) => Severity::Error,
        Some(FileKind::Review) => Severity::Warning,
        _ => return,
    };
    if let Some(Frontmatter::Unclosed { open }) = source.document().map(|doc| &doc.frontmatter) {
        sink.report(*open, "this `---` opens the keys, and no other `---` closes them")
            .severity(severity)
            .help("put a line `---` below the last key");
    }
}
