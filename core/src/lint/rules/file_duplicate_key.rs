//! `file/duplicate-key`: a key is written twice.

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink, Source, files};
use crate::yaml::ProblemKind;

/// See the page.
pub static RULE: Rule =
    Rule::new("file/duplicate-key", Severity::Error, "A key is written twice.", Check::Source(check))
        .beyond_python();

fn check(source: &Source, sink: &mut Sink) {
    for document in source.yaml() {
        for problem in &document.problems {
            if let ProblemKind::DuplicateKey { first } = problem.kind {
                let key = problem.span.slice(source.text());
                sink.report(problem.span, format!("`{key}` was written before; the first one counts"))
                    .severity(files::weight(source))
                    .label(first, "first written here")
                    .help("keep one of the two");
            }
        }
    }
}
