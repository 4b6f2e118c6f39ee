//! `verification/narrow`: a narrow command is not completely described.

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::field::Field;
use crate::model::verification::Verification;
use crate::path::RelPath;

/// See the page.
pub static RULE: Rule = Rule::new(
    "verification/narrow",
    Severity::Error,
    "A narrow command is not completely described.",
    Check::Verification(check),
)
.beyond_python();

/// How tests are named for a narrow command.
const FORMATS: [&str; 3] = ["path", "module", "name"];

fn check(file: &Verification, sink: &mut Sink) {
    for check in file.sets.iter().flat_map(|set| &set.checks) {
        if let Field::Invalid(text) = &check.narrow_command {
            sink.report(text.span, "`narrow_command` is empty or no text");
        }
        match (&check.narrow_selection, check.narrow_command.span()) {
            (None, Some(span)) => {
                sink.report(span, "`narrow_command` has no `narrow_selection`: nobody knows a unit's tests")
                    .help("say `test_roots` and `format` in `narrow_selection`");
            }
            (Some(selection), None) => {
                sink.report(selection.span, "`narrow_selection` has no `narrow_command` to fill in");
            }
            _ => {}
        }
        check.narrow_selection.iter().for_each(|selection| roots_and_format(selection, sink));
    }
}

fn roots_and_format(selection: &crate::model::verification::NarrowSelection, sink: &mut Sink) {
    if selection.test_roots.is_empty() {
        sink.report(selection.span, "`narrow_selection` has no `test_roots`")
            .help("name the folders that hold tests");
    }
    for root in &selection.test_roots {
        let Err(why) = RelPath::new(&root.value) else { continue };
        if root.value.trim_end_matches('/') != "." {
            sink.report(root.span, format!("`{}` is no folder of the repository: {why}", root.value))
                .help("name a folder from the repository's root");
        }
    }
    if let Field::Invalid(text) = &selection.format {
        sink.report(text.span, "`format` is no text").help(format!("write one of {}", FORMATS.join(", ")));
    }
}
