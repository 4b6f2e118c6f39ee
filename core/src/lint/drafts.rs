//! `lint --just-closed-gate N`: what a planning session left for gate N+1, before a person arms it.

use crate::diagnostic::{Finding, Location, Severity};
use crate::model::gate::review_name;
use crate::model::status::UnitStatus;
use crate::model::{Feature, Gate};
use crate::ordered;
use crate::path::RelPath;
use crate::span::Span;

/// Warnings about the draft of the gate after number `closed`: it has a draft, and a review that says
/// which questions and doubts are open. Those that `known` holds already are left out, so that both
/// lists can be shown together. A last gate has nothing to draft.
pub fn draft_findings(feature: &Feature, closed: u32, known: &[Finding]) -> Vec<Finding> {
    let next = feature.find_gate(closed).and_then(|index| feature.gates.get(index + 1));
    let Some(gate) = next else { return Vec::new() };
    let mut findings: Vec<Finding> = no_draft(feature, gate).into_iter().collect();
    findings.extend(review(feature, gate));
    let told = |f: &Finding| known.iter().any(|k| (k.rule, &k.primary) == (f.rule, &f.primary));
    findings.retain(|finding| !told(finding));
    ordered::sort_by(&mut findings, |a, b| a.sort_key().cmp(&b.sort_key()));
    findings
}

fn no_draft(feature: &Feature, gate: &Gate) -> Option<Finding> {
    let drafted = feature.units_of(gate).any(|(_, unit)| unit.status() == Some(UnitStatus::Draft));
    let plan = feature.plan.as_ref().filter(|_| !drafted)?;
    let at = gate.entry.number.span().unwrap_or(gate.entry.span);
    let message = format!("gate {} has no unit with `status: draft`", gate.number);
    Some(warning(
        "plan/graph-shape",
        &plan.path,
        at,
        message,
        "draft the gate's units, and list them in the graph",
    ))
}

fn review(feature: &Feature, gate: &Gate) -> Vec<Finding> {
    let name = review_name(gate.number);
    let Ok(path) = feature.folder.join(&name) else { return Vec::new() };
    let found = |at, message: String, help| warning("gate/open-questions", &path, at, message, help);
    let Some(doc) = feature.documents.get(&path) else {
        let message = format!("{name} is not there: nobody says what to look at before arming");
        return vec![found(
            Span::at(0),
            message,
            "write the review, with `open_questions` and a section `Doubt`",
        )];
    };
    let mut findings = Vec::new();
    if doc.get("open_questions").is_none_or(|node| node.as_seq().is_none()) {
        let help = "write `open_questions:` with a list; `[]` says that there are none";
        findings.push(found(doc.head_span(), "the review does not list the open questions".into(), help));
    }
    if doc.body.section("Doubt").is_none() {
        let help = "write what the draft is least sure of";
        findings.push(found(doc.head_span(), "the review has no section `Doubt`".into(), help));
    }
    findings
}

fn warning(rule: &'static str, file: &RelPath, at: Span, message: String, help: &str) -> Finding {
    Finding {
        rule,
        severity: Severity::Warning,
        message,
        primary: Location::new(file.clone(), at),
        related: Vec::new(),
        help: Some(help.to_owned()),
        fix: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{folder, path, render, sample};
    use crate::parse;

    fn check(review: Option<&str>, draft: bool) -> String {
        let mut tree = sample();
        if let Some(text) = review {
            tree.insert_text(path("GATE-02-REVIEW.md"), text);
        }
        if !draft {
            for name in ["WU-03-c.md", "WU-92-close.md"] {
                let text = tree.text(&path(name)).unwrap().replace("status: draft", "status: pending");
                tree.insert_text(path(name), text);
            }
        }
        render(&tree, &draft_findings(&parse::feature(&tree, &folder()), 1, &[]))
    }

    #[test]
    fn a_draft_has_units_and_a_review_with_questions_and_doubt() {
        assert_eq!(check(Some("---\nopen_questions: []\n---\n## Doubt\n\nNone.\n"), true), "");
        assert_eq!(
            check(Some("---\nopen_questions: none\n---\n"), true),
            "GATE-02-REVIEW.md:1:1 warning gate/open-questions: the review does not list the open questions [---]\n\
             GATE-02-REVIEW.md:1:1 warning gate/open-questions: the review has no section `Doubt` [---]\n"
        );
        assert_eq!(
            check(None, false),
            "GATE-02-REVIEW.md:1:1 warning gate/open-questions: GATE-02-REVIEW.md is not there: nobody says what to look at before arming []\n\
             PLAN.md:38:11 warning plan/graph-shape: gate 2 has no unit with `status: draft` [2]\n"
        );
    }

    #[test]
    fn the_last_gate_drafts_nothing_and_known_findings_are_not_repeated() {
        let tree = sample();
        let feature = parse::feature(&tree, &folder());
        assert!(draft_findings(&feature, 2, &[]).is_empty());
        let once = draft_findings(&feature, 1, &[]);
        assert_eq!(once.len(), 1);
        assert!(draft_findings(&feature, 1, &once).is_empty());
    }
}
