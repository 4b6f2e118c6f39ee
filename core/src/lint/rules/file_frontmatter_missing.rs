//! `file/frontmatter-missing`: a file that needs keys has no head of keys.

use crate::diagnostic::Severity;
use crate::frontmatter::Frontmatter;
use crate::lint::{Check, Rule, Sink, Source};
use crate::schema::FileKind;
use crate::span::Span;

/// See the page.
pub static RULE: Rule = Rule::new(
    "file/frontmatter-missing",
    Severity::Error,
    "A file that needs keys has no head of keys.",
    Check::Source(check),
);

fn check(source: &Source, sink: &mut Sink) {
    let severity = match source.kind() {
        Some(FileKind::Plan | FileKind::Unit) => Severity::Error,
        Some(FileKind::Gate) => Severity::Warning,
        _ => return,
    };
    if source.document().is_some_and(|doc| doc.frontmatter == Frontmatter::Absent) {
        sink.report(Span::at(0), "the file has no keys: its first line is not `---`")
            .severity(severity)
            .help("start the file with `---`, the keys, and another `---`");
    }
}
