//! What a verifier session found: the RESULT block at the end of its text, read leniently.

use super::failure::Class;
use super::result_block::{as_text, list, value};
use super::state::{AttemptFailure, Outcome};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A verifier's judgement. It is sound when it holds no finding.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Audit {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// One sentence about it all.
    #[serde(default)]
    pub summary: String,
}

/// One thing that is wrong.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Finding {
    /// What.
    pub what: String,
    /// The criterion that is not met; empty when none is named.
    #[serde(default)]
    pub criterion: String,
    /// Where one sees it; empty when it is not said.
    #[serde(default)]
    pub place: String,
}

impl Finding {
    /// The finding in one line.
    pub fn line(&self) -> String {
        let place = if self.place.is_empty() { String::new() } else { format!("{}: ", self.place) };
        let criterion = match self.criterion.as_str() {
            "" => String::new(),
            criterion => format!(" (criterion: {criterion})"),
        };
        format!("{place}{}{criterion}", self.what)
    }
}

impl Audit {
    /// The failure of an attempt that it finds fault with; `None` when it finds none.
    pub fn failure(&self) -> Option<AttemptFailure> {
        if self.findings.is_empty() {
            return None;
        }
        let lines: Vec<String> =
            self.findings.iter().map(|finding| format!("- {}", finding.line())).collect();
        Some(AttemptFailure::plain(Outcome::Failed, Class::Audit, &lines.join("\n")))
    }
}

/// The judgement in a verifier's text; `None` when there is no block, or it says neither that all is
/// sound nor what is wrong.
pub fn read(text: &str) -> Option<Audit> {
    let block = value(text)?;
    let findings: Vec<Finding> = list(block.get("findings")).iter().filter_map(finding).collect();
    let summary = block.get("summary").and_then(as_text).unwrap_or_default();
    let status = block.get("status").and_then(as_text).unwrap_or_default().to_lowercase();
    match (status.as_str(), findings.is_empty()) {
        (_, false) | ("sound", true) => Some(Audit { findings, summary }),
        ("unsound", true) if !summary.is_empty() => {
            let what = Finding { what: summary.clone(), ..Finding::default() };
            Some(Audit { findings: vec![what], summary })
        }
        _ => None,
    }
}

fn finding(found: &Value) -> Option<Finding> {
    let of =
        |keys: &[&str]| keys.iter().find_map(|key| found.get(*key).and_then(as_text)).unwrap_or_default();
    let found = match found {
        Value::Object(_) => Finding {
            what: of(&["what", "text", "finding"]),
            criterion: of(&["criterion"]),
            place: of(&["where", "place", "file"]),
        },
        other => Finding { what: as_text(other)?, ..Finding::default() },
    };
    (!found.what.is_empty() || !found.criterion.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(block: &str) -> Option<Vec<String>> {
        let audit = read(&format!("I looked.\n\n```result\n{block}\n```\n"))?;
        Some(audit.findings.iter().map(Finding::line).collect())
    }

    #[test]
    fn a_judgement_is_sound_or_says_what_is_wrong() {
        assert_eq!(lines("status: sound\nfindings: []"), Some(vec![]));
        let one =
            "status: unsound\nfindings:\n  - where: src/a.rs:3\n    what: it panics\n    criterion: no panic";
        assert_eq!(lines(one), Some(vec!["src/a.rs:3: it panics (criterion: no panic)".into()]));
        assert_eq!(lines("findings: [it panics]"), Some(vec!["it panics".into()]));
        assert_eq!(lines("status: sound\nfindings: [a doubt]"), Some(vec!["a doubt".into()]));
        assert_eq!(
            lines("status: unsound\nsummary: nothing was done"),
            Some(vec!["nothing was done".into()])
        );
    }

    #[test]
    fn what_cannot_be_read_is_no_judgement() {
        for block in ["", "status: complete", "status: unsound", "findings: []", "summary: fine"] {
            assert_eq!(lines(block), None, "{block}");
        }
        assert_eq!(read("all is sound"), None);
    }

    #[test]
    fn the_block_that_the_prompt_shows_can_be_read() {
        let shown = read(super::super::prompt::verifier::INTRODUCTION).unwrap();
        assert_eq!(shown.findings.len(), 1);
    }
}
