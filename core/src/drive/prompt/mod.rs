//! The prompt of a session.

pub mod in_flight;
pub mod judge;
pub mod replan;
pub mod skills;
pub mod verifier;

use crate::model::status::UnitType;
use crate::path::RelPath;
use serde::{Deserialize, Serialize};

/// Oracle output in a prompt holds at most this many bytes.
pub const ORACLE_BYTES: usize = 8_000;

/// What a prompt is made of, the unit's body aside.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Parts {
    /// The unit's id.
    pub unit: String,
    /// What it is for.
    pub kind: Option<UnitType>,
    /// The feature's folder.
    pub folder: Option<RelPath>,
    /// Which try this is, from 1.
    pub attempt: u32,
    /// How many it gets.
    pub max_attempts: u32,
    /// The effort: `low` and `medium` ask for few words.
    pub effort: String,
    /// `produces`
    pub produces: Vec<String>,
    /// What the oracle sets printed.
    pub oracle_output: String,
    /// Why the last attempt failed.
    pub failure: Option<Previous>,
    /// Whether an earlier session of this attempt was cut off; its work stands in the tree.
    #[serde(default)]
    pub continued: bool,
    /// What else there is to know of the unit, a line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// The failure that the next session starts from.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Previous {
    /// How the attempt ended.
    pub outcome: super::Outcome,
    /// The instruction for that class of failure.
    pub instruction: String,
    /// What failed.
    pub evidence: String,
    /// Whether the last attempt's work still stands in the tree.
    pub retained: bool,
}

const PREAMBLE: &str = "\
You carry out one work unit of a larger plan, in a fresh session, in the repository you are in.

- First read the rules in `.specfuse/rules/` and, where there are any, `.specfuse/rules-local/`; they bind you.
- Edit files only. Do not use git: do not commit, switch branches, stash, reset or push. The driver commits.
- Do not change `.specfuse/verification.yml`, nor the frontmatter of PLAN.md, GATE-*.md or work units, \
unless this unit's text makes it your job.
- Touch only what the unit needs. If you cannot finish it, say so with `status: blocked`.
- When you are done, the driver runs the verification itself; what you claim is not taken for it.
- End with this block, as the last thing you print:

```result
status: complete   # or: blocked
summary: one sentence
files_changed: [path, path]
acceptance_criteria:
  - text: the criterion
    met: true
    evidence: how one can see it
blocked_reason: only when blocked; what a person must decide
produces_unchanged: []   # {path, justification} for a produced file that needed no change
```
";

const TERSE: &str = "\
Be terse: no plan, no summary of what you read, no commentary between steps. Work, then print the block.
";

/// The whole prompt. `body` is the unit's text below its frontmatter; `wanted` is what a closing
/// session must leave behind ([`crate::close::requirements`]), empty for other units.
pub fn build(parts: &Parts, body: &str, wanted: &[String]) -> String {
    let mut out = String::from(PREAMBLE);
    if matches!(parts.effort.as_str(), "low" | "medium") {
        section(&mut out, TERSE);
    }
    section(&mut out, &facts(parts));
    section(&mut out, body);
    if !wanted.is_empty() {
        let list: Vec<String> = wanted.iter().map(|what| format!("- {what}")).collect();
        section(&mut out, &format!("# What the driver checks afterwards\n\n{}", list.join("\n")));
    }
    if !parts.oracle_output.trim().is_empty() {
        section(&mut out, &format!("# What the oracles say now\n\n{}", fenced(&parts.oracle_output)));
    }
    if let Some(previous) = &parts.failure {
        section(&mut out, &failure(previous));
    }
    out
}

fn section(out: &mut String, text: &str) {
    out.push('\n');
    out.push_str(text.trim_matches('\n'));
    out.push('\n');
}

fn facts(parts: &Parts) -> String {
    let mut lines = vec![format!("- Unit: {}", parts.unit)];
    if let Some(folder) = &parts.folder {
        lines.push(format!("- Feature folder: {folder}/"));
    }
    lines.push(format!("- Attempt: {} of {}", parts.attempt, parts.max_attempts));
    if !parts.produces.is_empty() {
        lines.push(format!(
            "- Must exist, filled and changed, when you are done: {}",
            parts.produces.join(", ")
        ));
    }
    if parts.continued {
        lines.push(
            "- A session of this attempt was cut off before; what it did stands in the tree".to_owned(),
        );
    }
    lines.extend(parts.notes.iter().map(|note| format!("- {note}")));
    format!("# This unit\n\n{}", lines.join("\n"))
}

fn failure(previous: &Previous) -> String {
    let tree = if previous.retained {
        "The work of that attempt still stands in the tree."
    } else {
        "The tree is back to where that attempt began."
    };
    format!(
        "# The attempt before this one: {}\n\n{} {tree}\n\n{}",
        previous.outcome.word(),
        previous.instruction,
        fenced(&previous.evidence)
    )
}

/// `text` in a fence that is longer than any run of backticks in it.
fn fenced(text: &str) -> String {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}\n{}\n{fence}", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drive::Outcome;

    pub(super) fn parts() -> Parts {
        Parts {
            unit: "FEAT-2026-0042/T01".into(),
            kind: Some(UnitType::Implementation),
            folder: RelPath::new(".specfuse/features/x").ok(),
            attempt: 2,
            max_attempts: 3,
            effort: "medium".into(),
            produces: vec!["src/a.rs".into()],
            oracle_output: String::new(),
            failure: None,
            continued: false,
            notes: Vec::new(),
        }
    }

    #[test]
    fn parts_come_in_their_order() {
        let mut parts = parts();
        parts.oracle_output = "red".into();
        parts.failure = Some(Previous {
            outcome: Outcome::Failed,
            instruction: "Fix it.".into(),
            evidence: "says ``` here".into(),
            retained: false,
        });
        let text = build(&parts, "# Title\n\nDo this.\n", &["a verdict".into()]);
        let places = [
            "You carry out one work unit",
            "Be terse",
            "- Attempt: 2 of 3",
            "when you are done: src/a.rs",
            "# Title\n\nDo this.",
            "- a verdict",
            "```\nred\n```",
            "failed\n\nFix it. The tree is back",
            "````\nsays ``` here\n````",
        ];
        let found: Vec<usize> = places.iter().map(|words| text.find(words).expect(words)).collect();
        assert!(found.is_sorted(), "{text}");
    }

    #[test]
    fn what_is_not_there_is_not_spoken_of() {
        let text = build(&Parts { effort: "high".into(), ..parts() }, "Body", &[]);
        for words in ["Be terse", "oracles say", "attempt before", "driver checks afterwards"] {
            assert!(!text.contains(words), "{words}");
        }
    }

    #[test]
    fn the_block_that_it_shows_can_be_read() {
        let read = crate::drive::result_block::read(PREAMBLE).unwrap();
        assert_eq!(read.status, Some(crate::drive::result_block::ResultStatus::Complete));
    }
}
