//! The whole `code` set, once per gate before its first closing unit, and again only when the tree has
//! changed since it was green.

use super::Turn;
use crate::drive::effect::{Checks, Effect, Purpose, Tone};
use crate::drive::event::CheckResult;
use crate::drive::failure::Failure;
use crate::drive::plan::UnitView;
use crate::drive::state::Phase;
use crate::drive::{CheckVerdict, sets};
use serde_json::json;

impl Turn<'_> {
    /// Whether the gate's closing begins with this unit, and there is a `code` set to be green.
    pub(super) fn is_first_closing(&self, gate: usize, unit: &UnitView) -> bool {
        let is_begun = self.state.plan.units_of(gate).any(|other| other.is_closing() && other.is_final());
        let has_set = self.state.plan.head.sets.get("code").is_some_and(|set| !set.is_empty());
        unit.is_closing() && !is_begun && has_set
    }

    /// Asks what stands in the checkout: before the set runs, and when it has run green (`ran`), since
    /// checks may leave files.
    pub(super) fn know(&mut self, gate: u32, unit: String, ran: bool) {
        self.ask(Phase::Knowing { gate, unit, ran }, Effect::KnowTree);
    }

    pub(super) fn known(&mut self, gate: u32, unit: String, ran: bool, tree: String) {
        if !ran && self.state.broad_green.get(&gate) != Some(&tree) {
            return self.run_broad(gate, unit, tree);
        }
        self.state.broad_green.insert(gate, tree);
        match self.state.plan.units.get(&unit).cloned() {
            Some(view) => self.close_or_dispatch(gate, view),
            None => self.load(),
        }
    }

    pub(super) fn run_broad(&mut self, gate: u32, unit: String, tree: String) {
        self.say(Tone::Progress, None, format!("Gate {gate}: the whole code set, once before closing"));
        let checks = Checks {
            purpose: Purpose::Broad,
            unit: unit.clone(),
            attempt: 0,
            checks: sets::named(&self.state.plan, ["code"]),
        };
        self.ask(Phase::Broad { gate, unit, tree }, Effect::RunChecks(checks));
    }

    pub(super) fn broad(&mut self, gate: u32, unit: String, tree: &str, results: &[CheckResult]) {
        let passed = results.iter().all(CheckResult::passed);
        let names: Vec<&str> = results.iter().filter(|r| !r.passed()).map(|r| r.name.as_str()).collect();
        let feature = self.state.plan.head.feature.clone();
        let payload = json!({"gate": gate, "passed": passed, "failing_gates": names});
        self.log(&feature, "broad_run_result", payload);
        let path = self.state.plan.gates.iter().find(|view| view.number == gate).and_then(|g| g.path.clone());
        let run = json!({"tree": tree, "ran_at": self.at, "passed": passed, "failing": names});
        self.set(path, vec![("broad_run", run)]);
        if passed {
            return self.know(gate, unit, true);
        }
        let failed = results.iter().filter_map(|result| match &result.verdict {
            CheckVerdict::Failed(failure) => Some((result.name.as_str(), failure)),
            _ => None,
        });
        let failure = Failure::merged(failed);
        let payload = json!({
            "reason": "broad_run_gate_failure", "gate": gate, "failing_gates": names, "next_wu_id": unit,
            "failure_class": failure.class.word(), "failure_signature": failure.signature,
        });
        self.call_once(&feature, payload);
        let why = vec![
            format!("Gate {gate} cannot be closed: {} failed on the whole tree.", names.join(", ")),
            failure.excerpt,
            "Repair it, or add a unit that does, then run again.".into(),
        ];
        self.end(1, "broad_run_gate_failure", why);
    }
}
