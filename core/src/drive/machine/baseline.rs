//! What was red before an attempt is not the attempt's fault: after a failed one the `code` set runs on the
//! tree as it was at dispatch. What fails there too is refunded, and halts the gate.

use super::Turn;
use crate::drive::effect::{Checks, Effect, Purpose, Tone};
use crate::drive::event::CheckResult;
use crate::drive::plan::CheckView;
use crate::drive::state::{Attempt, Baseline, Ended, Outcome, Phase, Red, Stage};
use crate::drive::{CheckVerdict, log, sets};
use crate::model::status::UnitStatus;
use serde_json::json;

/// The reason of the halt.
const REASON: &str = "preexisting_gate_failure";
/// How many trees are remembered.
const REMEMBERED: usize = 8;

impl Turn<'_> {
    /// The `code` set as each attempt has to pass it.
    fn baseline_checks(&self) -> Vec<CheckView> {
        let mut checks = sets::named(&self.state.plan, ["code"]);
        checks.retain(|check| !check.broad);
        checks
    }

    /// Whether it is worth a look that the attempt's checks were red before it. A unit that iterates
    /// begins at checks that are red.
    pub(super) fn is_probed(&self, attempt: &Attempt, ended: &Ended) -> bool {
        let of_code = || {
            let checks = self.baseline_checks();
            ended.failure.checks.iter().any(|name| checks.iter().any(|check| check.name == *name))
        };
        self.state.plan.head.attempts.baseline_probe
            && ended.failure.outcome == Outcome::Failed
            && self.unit(attempt).is_some_and(|unit| !unit.iterate_on_failure)
            && of_code()
    }

    pub(super) fn probe(&mut self, attempt: Attempt, mut ended: Ended, tree: String) {
        if let Some(known) = self.state.baselines.iter().find(|known| known.tree == tree) {
            ended.red = both(&ended.failure.checks, &known.failing);
            return self.attribute(attempt, ended);
        }
        let text = "looking whether that was red before the attempt";
        self.say(Tone::Progress, Some(&attempt.unit), text);
        let checks = self.baseline_checks();
        self.run_checks(attempt, Stage::Probing { ended: Box::new(ended), tree }, Purpose::Baseline, checks);
    }

    pub(super) fn probed(
        &mut self,
        attempt: Attempt,
        mut ended: Ended,
        tree: String,
        results: &[CheckResult],
    ) {
        let failing = failing(results);
        ended.red = both(&ended.failure.checks, &failing);
        let gate = self.state.plan.gate_of(&attempt.unit);
        if let Some(path) = gate.and_then(|gate| self.state.plan.gates[gate].path.clone()) {
            let baseline = json!({"sha": attempt.base.head, "probed_at": self.at, "failing": failing});
            self.set(Some(path), vec![("baseline", baseline)]);
        }
        let known = &mut self.state.baselines;
        known.push(Baseline { tree, failing });
        known.drain(..known.len().saturating_sub(REMEMBERED));
        self.put_tree_back(attempt, ended);
    }

    pub(super) fn put_tree_back(&mut self, attempt: Attempt, ended: Ended) {
        let question = Effect::PutBack {
            unit: attempt.unit.clone(),
            attempt: attempt.number,
            base: attempt.base.clone(),
        };
        self.stage(attempt, Stage::PuttingBack { ended: Box::new(ended) }, question);
    }

    /// It is known whose fault it was.
    pub(super) fn attribute(&mut self, attempt: Attempt, ended: Ended) {
        let refunded = !ended.red.is_empty();
        let gate = self.state.plan.gate_of(&attempt.unit).unwrap_or_default();
        let number = self.state.plan.gates.get(gate).map_or(0, |gate| gate.number);
        let failing = if refunded { &ended.red } else { &ended.failure.checks };
        let payload = json!({
            "gate": number, "attempt": attempt.number, "preexisting": refunded, "failing_gates": failing,
        });
        self.log(&attempt.unit, "baseline_attribution", payload);
        if !refunded {
            return self.settled(attempt, ended, None);
        }
        self.refund(&attempt, &ended);
        let red = Red { gate: number, unit: attempt.unit, checks: ended.red, failure: ended.failure.failure };
        self.halt_at(red);
    }

    fn refund(&mut self, attempt: &Attempt, ended: &Ended) {
        let outcome = ended.failure.outcome;
        let mut payload = log::attempt_outcome(self.state, attempt, outcome, Some(&ended.failure));
        payload["snapshot"] = json!(ended.snapshot);
        payload["refunded"] = json!(true);
        self.log(&attempt.unit, "attempt_outcome", payload);
        let text = format!(
            "attempt {}: {} — {} was red before it; the attempt does not count",
            attempt.number,
            outcome.word(),
            ended.red.join(", ")
        );
        self.say(Tone::Bad, Some(&attempt.unit), text);
        self.state.record(&attempt.unit).retained = None;
        self.write_back(attempt, UnitStatus::Pending, Vec::new());
    }

    /// The gate halts until what was red is green.
    fn halt_at(&mut self, red: Red) {
        let feature = self.state.plan.head.feature.clone();
        let payload = json!({
            "reason": REASON, "gate": red.gate, "failing_gates": red.checks, "next_wu_id": red.unit,
            "failure_class": red.failure.class.word(), "failure_signature": red.failure.signature,
        });
        self.call_once(&feature, payload);
        let why = vec![
            format!("Gate {}: {} failed before anything was done.", red.gate, red.checks.join(", ")),
            red.failure.excerpt.clone(),
            "Repair it and commit, then run again; the attempt that met it does not count.".into(),
        ];
        self.state.red = Some(red);
        self.end(1, REASON, why);
    }

    /// Before anything is paid for: whether what halted the gate is still red.
    pub(super) fn look_again(&mut self) {
        let unit = self.state.red.as_ref().map(|red| red.unit.clone()).unwrap_or_default();
        let checks = Checks { purpose: Purpose::Baseline, unit, attempt: 0, checks: self.baseline_checks() };
        self.ask(Phase::Rechecking, Effect::RunChecks(checks));
    }

    pub(super) fn looked_again(&mut self, results: &[CheckResult]) {
        self.state.baselines.clear();
        let Some(mut red) = self.state.red.take() else { return self.load() };
        let still = both(&red.checks, &failing(results));
        if still.is_empty() {
            return self.load();
        }
        // The same call when the same is red.
        if still.len() < red.checks.len() {
            red.checks = still;
        }
        self.halt_at(red);
    }
}

fn failing(results: &[CheckResult]) -> Vec<String> {
    let failed = results.iter().filter(|result| matches!(result.verdict, CheckVerdict::Failed(_)));
    failed.map(|result| result.name.clone()).collect()
}

fn both(some: &[String], others: &[String]) -> Vec<String> {
    some.iter().filter(|name| others.contains(name)).cloned().collect()
}
