//! The verdict of the last gate: what `met` brings about, what `not_met` leaves, and looking at it again.

use super::Turn;
use crate::drive::choose;
use crate::drive::effect::Effect;
use crate::drive::state::Then;
use crate::model::status::{GateStatus, PlanStatus, UnitStatus, UnitType, Verdict, Vocabulary};
use serde_json::json;

impl Turn<'_> {
    /// The last gate is complete: what follows is for the verdict to say.
    pub(super) fn finish(&mut self, gate: usize) {
        let number = self.state.plan.gates[gate].number;
        let (close, verdict) = self.verdict_of(gate);
        match (close.is_some(), verdict) {
            (_, Some(Verdict::Met)) => self.flip(gate),
            (_, Some(verdict)) => {
                let feature = self.state.plan.head.feature.clone();
                self.set_gate(gate, GateStatus::AwaitingReview);
                let payload = json!({"gate": number, "verdict": verdict.word()});
                self.log(&feature, "followups_recorded", payload);
                let why = vec![
                    format!("Gate {number} is complete, and its verdict is `{verdict}`."),
                    "Read FOLLOW-UPS.md and RETROSPECTIVE.md, and plan what is missing.".into(),
                ];
                self.end(1, "verdict_not_met", why);
            }
            (true, None) => {
                self.set_gate(gate, GateStatus::AwaitingReview);
                let why = vec![
                    format!("Gate {number} is complete, but its close gave no verdict."),
                    "Set `verdict: met` or `verdict: not_met` in the close, and run again.".into(),
                ];
                self.end(1, "verdict_missing", why);
            }
            (false, None) => {
                self.set_gate(gate, GateStatus::AwaitingReview);
                let why = vec![format!("Gate {number} is complete and awaits review; it is the last one.")];
                self.end(0, "gate_reached", why);
            }
        }
    }

    /// The terminal flips: gate, plan, roadmap row and archive, in one commit, checked afterwards.
    pub(super) fn flip(&mut self, gate: usize) {
        self.set_gate(gate, GateStatus::Passed);
        self.state.plan.head.status = Some(PlanStatus::Done);
        let plan = self.in_folder("PLAN.md");
        self.set(plan, vec![("status", json!(PlanStatus::Done.word()))]);
        let feature = self.state.plan.head.feature.clone();
        self.out.push(Effect::FinishRoadmap { feature });
        self.book("finish the feature".into(), Then::CheckFinish);
    }

    pub(super) fn check_finish(&mut self) {
        let plan = &self.state.plan;
        let mut wrong = Vec::new();
        if let Some(gate) = plan.current_gate() {
            wrong.push(format!("gate {} is not `passed`", plan.gates[gate].number));
        }
        if plan.head.status != Some(PlanStatus::Done) {
            wrong.push("PLAN.md is not `done`".into());
        }
        if plan.head.roadmap.is_some_and(|status| status != PlanStatus::Done) {
            wrong.push("its row in roadmap.md is not `done`".into());
        }
        if wrong.is_empty() {
            let why = vec![format!("{} is complete: every gate passed, verdict met.", plan.head.feature)];
            return self.end(0, "feature_complete", why);
        }
        let feature = plan.head.feature.clone();
        let payload = json!({"reason": "post_pass_invariant_failed", "summary": wrong.join("; ")});
        self.log(&feature, "human_escalation", payload);
        let why = vec![format!("The feature was closed, but {}.", wrong.join(", and "))];
        self.end(1, "post_pass_invariant_failed", why);
    }

    pub(super) fn all_passed(&mut self) {
        let Some(last) = self.state.plan.gates.len().checked_sub(1) else {
            let why = vec!["The plan has no gates.".into(), "Add a task graph to PLAN.md.".into()];
            return self.end(2, "not_armed", why);
        };
        // A driver killed between the flips left the gate passed and the rest to do.
        let verdict = self.state.plan.units_of(last).any(|unit| unit.verdict == Some(Verdict::Met));
        let head = &self.state.plan.head;
        let done = head.status == Some(PlanStatus::Done)
            && head.roadmap.is_none_or(|status| status == PlanStatus::Done);
        if verdict && !done && choose::is_complete(&self.state.plan, last) {
            return self.flip(last);
        }
        let why = vec![format!("{}: every gate is passed.", self.state.plan.head.feature)];
        self.end(0, "feature_complete", why);
    }

    /// `--recheck-verdict`: the verdict as the close's file has it now, and nothing else.
    pub(super) fn recheck(&mut self) {
        let plan = &self.state.plan;
        let Some(last) = plan.gates.len().checked_sub(1) else { return self.all_passed() };
        if plan.current_gate().is_none() {
            return self.all_passed();
        }
        let number = plan.gates[last].number;
        if plan.current_gate() != Some(last) || !choose::is_complete(plan, last) {
            let why = vec![
                format!("Gate {number}, the last one, is not complete: there is no verdict to look at yet."),
                "Run it first: specfuse-loop run".into(),
            ];
            return self.end(1, "verdict_missing", why);
        }
        match self.verdict_of(last) {
            (_, Some(Verdict::Met)) => self.flip(last),
            (Some(close), Some(verdict)) => {
                let old = if verdict.is_retired() { " That word is no longer used." } else { "" };
                let why = vec![
                    format!("The verdict of {close} is `{verdict}`; nothing was changed.{old}"),
                    "When the follow-ups are done: set `verdict: met` there, commit, and run this again."
                        .into(),
                ];
                self.end(1, "verdict_not_met", why);
            }
            (close, _) => {
                let close = close.unwrap_or_else(|| format!("gate {number}"));
                let why = vec![
                    format!("{close} gave no verdict; nothing was changed."),
                    "Set `verdict: met` or `verdict: not_met` in the close, commit, and run this again."
                        .into(),
                ];
                self.end(1, "verdict_missing", why);
            }
        }
    }

    /// The close of a gate, by its short id, and what it said.
    fn verdict_of(&self, gate: usize) -> (Option<String>, Option<Verdict>) {
        let closes = self.state.plan.units_of(gate).filter(|unit| unit.kind == Some(UnitType::Close));
        let close = closes.last();
        let verdict =
            close.filter(|unit| unit.status == Some(UnitStatus::Done)).and_then(|unit| unit.verdict);
        (close.map(|unit| unit.short().to_owned()), verdict)
    }
}
