//! Findings as values: what is wrong, where, and what would mend it. Rendering is done elsewhere,
//! one file per output format.

use crate::fix::Fix;
use crate::path::RelPath;
use crate::span::Span;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How much a finding weighs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Info,
    /// The plan runs, and is likely to cost more than it should.
    Warning,
    /// The plan does not run, or would not do what it says.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

/// A place in a file. A finding about a file as a whole points at its first byte.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Location {
    /// Which file; it need not be there (`file/missing`).
    pub file: RelPath,
    /// Where in it.
    pub span: Span,
}

impl Location {
    /// `span` of `file`.
    pub fn new(file: RelPath, span: Span) -> Self {
        Location { file, span }
    }

    /// `file` as a whole.
    pub fn whole(file: RelPath) -> Self {
        Location { file, span: Span::at(0) }
    }
}

/// A second place that explains the first.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Label {
    /// Where.
    pub location: Location,
    /// What is there: "first defined here".
    pub text: String,
}

/// One thing that is wrong with a plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The rule's id, `group/name`.
    pub rule: &'static str,
    /// Its weight here, after the project's configuration.
    pub severity: Severity,
    /// What is wrong in this place, with the value that is there.
    pub message: String,
    /// The smallest place that shows it.
    pub primary: Location,
    /// Places that explain it.
    pub related: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// Edits that would do it.
    pub fix: Option<Fix>,
}

impl Finding {
    /// The key by which findings are listed: file, then position, then rule, then words.
    pub fn sort_key(&self) -> (&RelPath, Span, &'static str, &str) {
        (&self.primary.file, self.primary.span, self.rule, &self.message)
    }
}
