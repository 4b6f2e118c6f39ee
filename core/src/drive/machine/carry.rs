//! Narrow checks that were green on a tree are not run again on that very tree: a session that only had its
//! paperwork to do waits for none of them. On any other tree all of them run.

use super::Turn;
use crate::drive::effect::{Purpose, Tone};
use crate::drive::event::{CheckResult, CheckVerdict};
use crate::drive::plan::{CheckView, UnitView};
use crate::drive::state::{Attempt, Green, Stage};
use crate::model::status::UnitType;
use serde_json::json;

/// Stands in commands for the feature's folder, which is not part of a tree's name.
const FOLDER: &str = "{feature_dir}";

impl Turn<'_> {
    /// Runs what is not known to be green on this tree.
    pub(super) fn verify(&mut self, mut attempt: Attempt, checks: Vec<CheckView>) {
        let greens = self.greens(&attempt);
        let is_known = |check: &CheckView| {
            greens.iter().any(|green| green.name == check.name && green.command == check.command)
        };
        let (known, run): (Vec<CheckView>, Vec<CheckView>) = checks.into_iter().partition(is_known);
        attempt.carried = known.iter().map(|check| check.name.clone()).collect();
        if !known.is_empty() {
            let text =
                format!("green on this very tree before, not run again: {}", attempt.carried.join(", "));
            self.say(Tone::Progress, Some(&attempt.unit.clone()), text);
        }
        if run.is_empty() && !known.is_empty() {
            return self.verified(attempt, &[]);
        }
        self.run_checks(attempt, Stage::Verifying, Purpose::Verify, run);
    }

    /// What is known to be green on the tree that the attempt left.
    fn greens(&self, attempt: &Attempt) -> Vec<Green> {
        let tree = attempt.facts.as_ref().and_then(|facts| facts.tree.clone());
        let record =
            self.state.units.get(&attempt.unit).filter(|_| self.state.plan.head.attempts.carry_greens);
        let (Some(tree), Some(record)) = (tree, record) else { return Vec::new() };
        record.greens.iter().filter(|green| green.tree == tree).cloned().collect()
    }

    /// The results with those that were carried over; what is green now is remembered for the next attempt.
    pub(super) fn with_carried(&mut self, attempt: &Attempt, results: &[CheckResult]) -> Vec<CheckResult> {
        let carried = attempt.carried.iter().map(|name| CheckResult {
            name: name.clone(),
            verdict: CheckVerdict::Passed,
            duration_seconds: 0.0,
            output: String::new(),
            findings: None,
        });
        let all: Vec<CheckResult> = carried.chain(results.iter().cloned()).collect();
        self.remember_greens(attempt, &all);
        all
    }

    fn remember_greens(&mut self, attempt: &Attempt, results: &[CheckResult]) {
        let facts = attempt.facts.clone().unwrap_or_default();
        let (Some(tree), Some(unit)) = (facts.tree, self.unit(attempt)) else { return };
        let gate = self.state.plan.gate_of(&attempt.unit).unwrap_or_default();
        let checks = crate::drive::sets::verification(&self.state.plan, gate, unit, &facts.touched);
        let passed = |check: &&CheckView| {
            results.iter().any(|result| result.name == check.name && result.passed())
                && self.is_narrow(check)
                && !check.command.contains(FOLDER)
        };
        let greens = checks.iter().filter(passed).map(|check| Green {
            name: check.name.clone(),
            command: check.command.clone(),
            tree: tree.clone(),
        });
        let greens = greens.collect();
        self.state.record(&attempt.unit).greens = greens;
    }

    /// Whether the check's narrow command is the one that ran.
    fn is_narrow(&self, check: &CheckView) -> bool {
        let whole = self.state.plan.head.sets.values().flatten().find(|known| known.name == check.name);
        check.narrow.is_some() && whole.is_some_and(|whole| whole.command != check.command)
    }

    /// What lint says of the drafts that a planning session left.
    pub(super) fn log_draft_lint(&mut self, attempt: &Attempt, unit: &UnitView) {
        let gate = self.state.plan.gate_of(&unit.id).map(|gate| self.state.plan.gates[gate].number);
        let (Some(gate), Some(UnitType::PlanNext)) = (gate, unit.kind) else { return };
        let warns = attempt.facts.as_ref().map(|facts| facts.draft_lint.clone()).unwrap_or_default();
        for warning in &warns {
            self.say(Tone::Bad, Some(&unit.id), format!("the draft: {warning}"));
        }
        self.log(&unit.id, "plan_next_draft_lint", json!({"gate": gate, "warns": warns, "blocking": false}));
    }
}
