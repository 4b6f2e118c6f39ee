//! `decisions/placeholder-signoff`

use super::decisions_override_incomplete::decisions;
use crate::diagnostic::Severity;
use crate::frontmatter::Document;
use crate::lint::{Check, Rule, Sink};
use crate::path::RelPath;

/// See the page.
pub static RULE: Rule = Rule::new(
    "decisions/placeholder-signoff",
    Severity::Error,
    "An override is signed off by a placeholder.",
    Check::Document(check),
);

/// What stands where a name will be written later.
const PLACEHOLDERS: &[&str] = &["tbd", "todo", "n/a", "pending", "unknown", "xxx"];

fn check(path: &RelPath, doc: &Document, sink: &mut Sink) {
    for entry in decisions(path, doc) {
        let Some(field) = entry.field("signed_off_by") else { continue };
        let name = &field.value;
        let written = name.value.to_ascii_lowercase();
        let open = !written.is_empty() && written.chars().all(|c| c == '?');
        let quoted = field.line.slice(&doc.text).trim_end().ends_with('`');
        if PLACEHOLDERS.contains(&written.as_str()) || open {
            sink.report(name.span, format!("`{}` is nobody's name", name.value))
                .severity(if quoted { Severity::Warning } else { Severity::Error })
                .help(format!("name the person who signed off the override of {}", entry.name.value));
        }
    }
}
