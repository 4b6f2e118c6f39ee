//! `lint --closing`: whether the closing session that is running has left all that will be asked of it.

use crate::close;
use crate::diagnostic::{Finding, Location, Severity};
use crate::model::status::UnitStatus;
use crate::model::{Feature, Unit};
use crate::path::RelPath;
use crate::tree::Tree;

/// What a closing session still owes.
#[derive(Clone, Debug)]
pub struct ClosingCheck {
    /// The closing unit in progress; `None` when there is none, and nothing is owed.
    pub unit: Option<String>,
    /// What is missing; empty when the unit is ready.
    pub findings: Vec<Finding>,
}

impl ClosingCheck {
    /// Whether the session may end: `CLOSING-READY`.
    pub fn is_ready(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Checks the deliverables of the closing unit in progress. `before` is the tree as its session found
/// it, `tree` and `feature` are as it stands now; `touched` is what changed in the whole repository.
pub fn closing_check(before: &Tree, tree: &Tree, feature: &Feature, touched: &[RelPath]) -> ClosingCheck {
    let running = |unit: &&Unit| unit.is_closing() && unit.status() == Some(UnitStatus::InProgress);
    let Some(unit) = feature.units.iter().find(running) else {
        return ClosingCheck { unit: None, findings: Vec::new() };
    };
    let unmet = close::unmet(before, tree, feature, unit, touched);
    let findings = unmet.into_iter().filter_map(|wanted| finding(unit, wanted)).collect();
    ClosingCheck { unit: Some(unit.id().to_owned()), findings }
}

fn finding(unit: &Unit, wanted: String) -> Option<Finding> {
    let file = unit.file.as_ref()?;
    let at = file.title().map_or(file.doc.head_span(), |title| title.span);
    Some(Finding {
        rule: "closing/unnamed-deliverable",
        severity: Severity::Error,
        message: format!("{} still owes: {wanted}", unit.short_id()),
        primary: Location::new(file.path.clone(), at),
        related: Vec::new(),
        help: Some("the guard refuses the session without it".to_owned()),
        fix: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{folder, path, sample};
    use crate::parse;

    fn check(tree: &Tree, touched: &[RelPath]) -> ClosingCheck {
        closing_check(&sample(), tree, &parse::feature(tree, &folder()), touched)
    }

    fn planning() -> Tree {
        let mut tree = sample();
        let unit = path("WU-91-plan-2.md");
        let text = tree.text(&unit).unwrap().replace("status: pending", "status: in_progress");
        tree.insert_text(unit, text);
        tree
    }

    #[test]
    fn without_a_running_close_nothing_is_owed() {
        let answer = check(&sample(), &[]);
        assert!(answer.is_ready() && answer.unit.is_none());
    }

    #[test]
    fn what_is_missing_is_said_until_it_is_there() {
        let mut tree = planning();
        let answer = check(&tree, &[]);
        assert_eq!(answer.unit.as_deref(), Some("FEAT-2026-0001/G1-PLAN"));
        let said: Vec<&str> = answer.findings.iter().map(|f| f.message.as_str()).collect();
        assert_eq!(said, ["G1-PLAN still owes: GATE-02-REVIEW.md in the feature's folder is filled"]);
        let review = path("GATE-02-REVIEW.md");
        tree.insert_text(review.clone(), "---\nopen_questions: []\n---\n");
        assert!(check(&tree, &[review]).is_ready());
    }
}
