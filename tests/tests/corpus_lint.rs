//! Real features lint without error, and warn where the Python linters do.

use specfuse_core::diagnostic::{Finding, Severity};
use specfuse_core::lint::{Facts, Linter};
use specfuse_core::parse::{Parser, feature_folders};
use specfuse_core::path::RelPath;
use specfuse_core::tree::Tree;
use specfuse_tests::corpus::{Corpus, corpus};
use std::collections::BTreeMap;

/// Findings of the rules that the Python linters lack and that are true: folder, rule, how many, why.
/// Empty so far: everything that the new rules call an error is right in all 43.
const TRUE_ERRORS: &[(&str, &str, usize, &str)] = &[];

/// What lint says of each folder.
fn lint_all(tree: &Tree) -> BTreeMap<String, Vec<Finding>> {
    let (mut parser, mut linter) = (Parser::default(), Linter::default());
    let folders = feature_folders(tree);
    assert_eq!(folders.len(), 43);
    let lint = |folder: RelPath| {
        let findings = linter.lint(tree, &parser.feature(tree, &folder), &Facts::default());
        (folder.file_name().to_owned(), findings)
    };
    folders.into_iter().map(lint).collect()
}

#[test]
fn real_features_lint_without_error() {
    let Some(corpus) = corpus() else { return };
    let mut unexplained = Vec::new();
    let mut seen: BTreeMap<(String, &str), usize> = BTreeMap::new();
    for (folder, findings) in lint_all(&corpus.tree) {
        for finding in findings.iter().filter(|f| f.severity == Severity::Error) {
            *seen.entry((folder.clone(), finding.rule)).or_default() += 1;
            if !TRUE_ERRORS.iter().any(|(f, rule, ..)| folder.starts_with(f) && *rule == finding.rule) {
                unexplained.push(format!(
                    "{folder} {}: {} {}",
                    finding.rule,
                    finding.primary.file.file_name(),
                    finding.message
                ));
            }
        }
    }
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
    for (folder, rule, count, why) in TRUE_ERRORS {
        let found: usize =
            seen.iter().filter(|((f, r), _)| f.starts_with(folder) && r == rule).map(|(_, n)| n).sum();
        assert_eq!(found, *count, "{folder} {rule}: {why}");
    }
}

/// Kinds of warning that both sides know: words of theirs, our rule. The rest differs on purpose:
/// `scope/no-produces` and `closing/unnamed-deliverable` leave finished units alone and ask open ones
/// for more; driver wiring is off by default; `oracle_env` is asked of units that can still run.
const SAME: &[(&str, &str)] = &[
    ("uses legacy 4-WU closing sequence", "closing/legacy"),
    ("forward-mixed closing-shape", "closing/mixed-forward"),
    ("missing 'planned_cost_usd'", "cost/unplanned"),
    ("differs from sum of WU planned costs", "cost/sum-differs"),
    // The later version no longer says these two.
    ("ceremony-proportionality threshold", "graph/too-many-gates"),
    ("section (planning-discipline; write it", "plan/missing-section"),
];

/// How often each folder is warned in these words, by whichever version says it more often.
fn expected(corpus: &Corpus, words: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for record in ["lint_032", "lint_0291"].into_iter().flat_map(|name| corpus.expected(name)) {
        let warnings = record["warnings"].as_array().into_iter().flatten().filter_map(|w| w.as_str());
        let count = warnings.filter(|warning| warning.contains(words)).count();
        let folder = record["folder"].as_str().unwrap_or_default().to_owned();
        let seen: &mut usize = counts.entry(folder).or_default();
        *seen = count.max(*seen);
    }
    counts
}

#[test]
fn warnings_that_both_sides_know_agree_in_every_folder() {
    let Some(corpus) = corpus() else { return };
    let ours = lint_all(&corpus.tree);
    for (words, rule) in SAME {
        let theirs = expected(&corpus, words);
        assert!(theirs.values().any(|n| *n > 0), "nobody says {words:?}");
        for (folder, findings) in &ours {
            let count = findings.iter().filter(|f| f.rule == *rule).count();
            assert_eq!(count, theirs.get(folder).copied().unwrap_or(0), "{folder} {rule}");
        }
    }
}

#[test]
fn one_changed_unit_costs_one_file() {
    let Some(corpus) = corpus() else { return };
    let mut tree = corpus.tree.clone();
    let folder = RelPath::new(".specfuse/features/FEAT-2026-0069-monitoring-check-targets").unwrap();
    let (mut parser, mut linter) = (Parser::default(), Linter::default());
    linter.lint(&tree, &parser.feature(&tree, &folder), &Facts::default());
    let before = (parser.reads(), linter.files_linted());
    let unit = folder.join("WU-08-skill-method-prose.md").unwrap();
    let text = format!("{}\nOne more line.\n", tree.text(&unit).unwrap());
    tree.insert_text(unit, text);
    linter.lint(&tree, &parser.feature(&tree, &folder), &Facts::default());
    assert_eq!((parser.reads() - before.0, linter.files_linted() - before.1), (1, 1));
}
