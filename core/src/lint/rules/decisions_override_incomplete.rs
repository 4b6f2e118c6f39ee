//! `decisions/override-incomplete`

use crate::diagnostic::Severity;
use crate::frontmatter::Document;
use crate::lint::entries::{Entry, entries};
use crate::lint::{Check, Rule, Sink};
use crate::path::RelPath;

/// See the page.
pub static RULE: Rule = Rule::new(
    "decisions/override-incomplete",
    Severity::Error,
    "A decision was overridden, and it is not on record from what, by whom and when.",
    Check::Document(check),
);

/// The file that holds a feature's decisions.
pub(crate) const DECISIONS: &str = "DECISIONS.md";

const STATUSES: [&str; 5] = ["proposed", "ratified", "overridden-pending-signoff", "rejected", "superseded"];
const RECORD: [&str; 3] = ["overridden_from", "signed_off_by", "signed_off_at"];

/// Whether `word` is the id of a decision: `D7`.
pub(crate) fn is_decision(word: &str) -> bool {
    word.strip_prefix('D').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// The decisions of a file; none when the file is something else.
pub(crate) fn decisions(path: &RelPath, doc: &Document) -> Vec<Entry> {
    let all = if path.file_name() == DECISIONS { entries(doc) } else { Vec::new() };
    all.into_iter().filter(|entry| is_decision(&entry.name.value)).collect()
}

fn check(path: &RelPath, doc: &Document, sink: &mut Sink) {
    for entry in decisions(path, doc) {
        let pending = entry.value("status").is_some_and(|s| s.value == "overridden-pending-signoff");
        let begun = RECORD.iter().any(|name| entry.value(name).is_some());
        let missing: Vec<String> =
            RECORD.iter().filter(|name| !is_recorded(&entry, name)).map(|name| format!("`{name}`")).collect();
        if (pending || begun) && !missing.is_empty() {
            let message = format!("the override of {} lacks {}", entry.name.value, missing.join(", "));
            sink.report(entry.name.span, message)
                .help("name the status it had, the person who signed it off, and the day");
        }
    }
}

fn is_recorded(entry: &Entry, name: &str) -> bool {
    let value = entry.value(name);
    value.is_some_and(|v| name != "overridden_from" || STATUSES.contains(&v.value.as_str()))
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::check;
    use insta::assert_snapshot;

    #[test]
    fn a_record_that_was_begun_is_finished() {
        let text = "### D1\n- **statement:** x\n- **overridden_from:** `settled`\n- **signed_off_by:** Bob\n\n### D2\n- **statement:** y\n";
        assert_snapshot!(check(&[("DECISIONS.md", text)]), @"DECISIONS.md:1:5 error decisions/override-incomplete: the override of D1 lacks `overridden_from`, `signed_off_at` [D1]");
    }
}
