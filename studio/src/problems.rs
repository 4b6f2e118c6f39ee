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
    /// Its file, as it is called below the feature's folder.
    pub file: String,
    /// What is wrong, and what would mend it.
    pub finding: Finding,
}

/// Some of the problems, under one heading.
#[derive(Clone, PartialEq, Debug)]
pub struct Group {
    /// What tells it from the others: a file's path, or a rule.
    pub key: String,
    /// How it is called: a file below the feature's folder by its name alone.
    pub name: String,
    /// The rule whose page says more, when it is a rule's.
    pub rule: Option<&'static str>,
    /// Its problems, in the order of their places.
    pub problems: Vec<Problem>,
}

/// Which problems are listed, and how.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Only those whose message, rule or file holds these words.
    pub words: String,
    /// Weights that are left out.
    pub hidden: Vec<Severity>,
    /// Only those of the selected unit.
    pub unit_only: bool,
    /// One group for each rule instead of each file.
    pub by_rule: bool,
}

impl Filter {
    /// Whether every problem is let through.
    pub fn is_open(&self) -> bool {
        *self == Filter { by_rule: self.by_rule, ..Filter::default() }
    }

    /// Lets every problem through; they stay grouped as they are.
    pub fn open(&mut self) {
        *self = Filter { by_rule: self.by_rule, ..Filter::default() };
    }
}

/// The problems of a document that `filter` lets through; `unit` is the selected one.
pub fn groups(document: &Document, filter: &Filter, unit: Option<usize>) -> Vec<Group> {
    let plain = |words: &str| words.to_lowercase().replace('`', "");
    let words = plain(filter.words.trim());
    let mut groups: Vec<Group> = Vec::new();
    let mut index: Option<(&RelPath, &str, LineIndex)> = None;
    for finding in document.findings() {
        let path = &finding.primary.file;
        let file = path.below(&document.feature().folder).unwrap_or(path.as_str());
        let heard = || [&finding.message, finding.rule, file].iter().any(|w| plain(w).contains(&words));
        let own = || document.unit_of(finding).is_some_and(|of| Some(of) == unit);
        if filter.hidden.contains(&finding.severity) || !heard() || filter.unit_only && !own() {
            continue;
        }
        if index.as_ref().is_none_or(|(of, ..)| *of != path) {
            let text = document.tree().text(path).map_or("", |text| &**text);
            index = Some((path, text, LineIndex::new(text)));
        }
        let at = finding.primary.span.start as usize;
        let line = index.as_ref().map_or(1, |(_, text, index)| index.line_column(text, at).line);
        let problem = Problem { line, file: file.to_owned(), finding: finding.clone() };
        let (key, name) = match filter.by_rule {
            true => (finding.rule, finding.rule),
            false => (path.as_str(), file),
        };
        match groups.iter_mut().find(|group| group.key == key) {
            Some(group) => group.problems.push(problem),
            None => groups.push(Group {
                key: key.to_owned(),
                name: name.to_owned(),
                rule: filter.by_rule.then_some(finding.rule),
                problems: vec![problem],
            }),
        }
    }
    groups
}

/// How many problems of each weight a document has, and how many of all can be mended unasked.
pub fn totals(document: &Document) -> (Counts, usize) {
    let mut counts = Counts::default();
    let mut safe = 0;
    for finding in document.findings() {
        counts.add(finding.severity);
        safe += usize::from(finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe));
    }
    (counts, safe)
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

/// The page of a rule, from where the studio is.
pub fn page(rule: &str) -> String {
    format!("../book/reference/rules/{}.html", rule.replace('/', "-"))
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
        let list = |filter: &Filter, unit| groups(&document, filter, unit);
        let all = list(&Filter::default(), None);
        let group = all.iter().find(|g| g.key == path.as_str()).unwrap();
        assert_eq!(group.name, "WU-01-greet.md");
        assert!(group.problems.iter().any(|p| p.line == 4 && p.finding.rule == "unit/status"), "{group:?}");
        assert!(totals(&document).0.errors >= 1);

        let count = |groups: &[Group]| groups.iter().map(|g| g.problems.len()).sum::<usize>();
        let by_rule = list(&Filter { by_rule: true, ..Filter::default() }, None);
        assert_eq!(count(&by_rule), count(&all));
        assert!(
            by_rule.iter().any(|g| g.rule == Some("unit/status") && g.problems[0].file == "WU-01-greet.md")
        );
        let pendin = list(&Filter { words: " PENDIN is no `known`".into(), ..Filter::default() }, None);
        assert_eq!(count(&pendin), 1);
        let hidden = vec![Severity::Error, Severity::Warning, Severity::Info];
        assert_eq!(list(&Filter { hidden, ..Filter::default() }, None), []);
        let own = Filter { unit_only: true, ..Filter::default() };
        assert!(list(&own, Some(0)).iter().any(|g| g.key == path.as_str()));
        assert!(list(&own, Some(2)).iter().all(|g| g.key != path.as_str()));
    }

    #[test]
    fn how_problems_are_grouped_hides_none() {
        let mut filter =
            Filter { words: "x".into(), unit_only: true, by_rule: true, hidden: vec![Severity::Info] };
        assert!(!filter.is_open());
        filter.open();
        assert!(filter.is_open() && filter.by_rule);
    }

    #[test]
    fn the_summary_counts_in_words() {
        let counts = Counts { errors: 1, warnings: 2, infos: 0 };
        assert_eq!(summary(counts), "1 error, 2 warnings");
        assert_eq!(summary(Counts::default()), "no problems");
    }
}
