//! The findings as the problems panel lists them: by file, with their line, in the order of lint.

use crate::document::{Counts, Document};
use specfuse_core::diagnostic::{Finding, Severity};
use specfuse_core::fix::Safety;
use specfuse_core::path::RelPath;
use specfuse_core::span::LineIndex;

/// A finding as a row of the panel.
#[derive(Clone, PartialEq, Debug)]
pub struct Problem {
    /// Its line, from 1.
    pub line: u32,
    /// What is wrong, and what would mend it.
    pub finding: Finding,
}

impl Problem {
    /// Whether it can be mended unasked.
    pub fn is_safe(&self) -> bool {
        self.finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe)
    }
}

/// The problems of one file.
#[derive(Clone, PartialEq, Debug)]
pub struct Group {
    /// The file.
    pub path: RelPath,
    /// How it is called: below the feature's folder by its name alone.
    pub name: String,
    /// Its problems, in the order of their places.
    pub problems: Vec<Problem>,
}

/// All problems of a document by file.
pub fn groups(document: &Document) -> Vec<Group> {
    let findings = document.findings();
    let of_file = |group: &[Finding]| {
        let path = group[0].primary.file.clone();
        let text = document.tree().text(&path).cloned().unwrap_or_default();
        let index = LineIndex::new(&text);
        let line = |finding: &Finding| index.line_column(&text, finding.primary.span.start as usize).line;
        let problems =
            group.iter().map(|finding| Problem { line: line(finding), finding: finding.clone() }).collect();
        let name = path.below(&document.feature().folder).unwrap_or(path.as_str()).to_owned();
        Group { path, name, problems }
    };
    findings.chunk_by(|a, b| a.primary.file == b.primary.file).map(of_file).collect()
}

/// How many of each weight.
pub fn counts(groups: &[Group]) -> Counts {
    let mut counts = Counts::default();
    groups.iter().flat_map(|g| &g.problems).for_each(|p| counts.add(p.finding.severity));
    counts
}

/// `1 error, 2 warnings`; `no problems` when there is none.
pub fn summary(counts: Counts) -> String {
    let part = |count: usize, one: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        n => Some(format!("{n} {one}s")),
    };
    let parts: Vec<String> =
        [part(counts.errors, "error"), part(counts.warnings, "warning"), part(counts.infos, "remark")]
            .into_iter()
            .flatten()
            .collect();
    if parts.is_empty() { "no problems".to_owned() } else { parts.join(", ") }
}

/// The word of a weight.
pub fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "remark",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_key_is_listed_in_its_file() {
        let mut document = Document::example();
        let path = specfuse_core::example::folder().join("WU-01-greet.md").unwrap();
        let text = document.tree().text(&path).unwrap().replace("status: pending", "status: pendin");
        document.type_into(&path, &text).unwrap();
        let groups = groups(&document);
        let group = groups.iter().find(|g| g.path == path).unwrap();
        assert_eq!(group.name, "WU-01-greet.md");
        assert!(group.problems.iter().any(|p| p.line == 4 && p.finding.rule == "unit/status"), "{group:?}");
        assert!(counts(&groups).errors >= 1);
    }

    #[test]
    fn the_summary_counts_in_words() {
        let counts = Counts { errors: 1, warnings: 2, infos: 0 };
        assert_eq!(summary(counts), "1 error, 2 warnings");
        assert_eq!(summary(Counts::default()), "no problems");
    }
}
