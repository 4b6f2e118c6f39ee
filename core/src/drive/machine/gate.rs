//! Choosing: what comes next in the current gate, and what happens when nothing does.

use super::Turn;
use crate::close::{self, Decision};
use crate::drive::effect::{Append, Effect, Tone};
use crate::drive::plan::{GateView, PlanChange, UnitView};
use crate::drive::state::{Phase, Then, UnitRecord};
use crate::drive::{choose, log, sets};
use crate::model::gate::review_name;
use crate::model::status::{GateStatus, UnitStatus, UnitType, Verdict, Vocabulary};
use serde_json::json;

impl Turn<'_> {
    /// The files were read: the new plan counts from here on.
    pub(super) fn loaded(&mut self, change: PlanChange, stop_file: bool, finishing: bool) {
        let in_lanes = self.in_lanes();
        self.state.plan.apply(change);
        self.state.stop_file = stop_file;
        self.state.stopping |= stop_file;
        for (id, unit) in &self.state.plan.units {
            if let Some(record) = self.state.units.get_mut(id) {
                renew(record, unit);
            }
        }
        for before in in_lanes {
            // Whatever its file says: it is done when its commit is there, and no sooner; and what its sessions
            // cost is written when the attempt is over.
            if let Some(unit) = self.state.plan.units.get_mut(&before.id) {
                unit.status = Some(UnitStatus::InProgress);
                unit.cost_usd = before.cost_usd;
                unit.lifetime_cost_usd = before.lifetime_cost_usd;
                unit.duration_seconds = before.duration_seconds;
            }
        }
        if finishing { self.check_finish() } else { self.advance() }
    }

    /// The units under way in lanes, as they are known before the files are read again.
    fn in_lanes(&self) -> Vec<UnitView> {
        let lanes = self.state.lanes.values();
        lanes.filter_map(|attempt| self.state.plan.units.get(&attempt.unit).cloned()).collect()
    }

    fn advance(&mut self) {
        if !self.state.lanes.is_empty() {
            return self.fill();
        }
        if let Some(stop) = self.state.ending.take() {
            return self.book(format!("record the run ({})", stop.reason), Then::Stop(stop));
        }
        if self.state.stopping {
            return self.stop_requested();
        }
        if self.state.options.recheck_verdict {
            return self.recheck();
        }
        let Some(gate) = self.state.plan.current_gate() else { return self.all_passed() };
        match self.state.plan.gates[gate].status {
            Some(GateStatus::AwaitingReview) => self.awaiting(gate),
            Some(GateStatus::Open) => self.open(gate),
            _ => {
                let number = self.state.plan.gates[gate].number;
                let why = format!("Gate {number} has a status that is no known word; set it to `open`.");
                self.end(1, "stranded", vec![why]);
            }
        }
    }

    fn stop_requested(&mut self) {
        let mut why = vec!["Stopped as asked. Run again to go on.".to_owned()];
        if self.state.stop_file {
            why = vec!["Stopped: there is a file .specfuse/STOP. Remove it and run again to go on.".into()];
        }
        self.end(1, "stop_requested", why);
    }

    fn open(&mut self, gate: usize) {
        let plan = &self.state.plan;
        let number = plan.gates[gate].number;
        if plan.gates[gate].units.is_empty() {
            let why = format!("Gate {number} is not drafted yet: it has no units.");
            return self.end(2, "not_armed", vec![why, "Add units to the task graph in PLAN.md.".into()]);
        }
        if choose::is_complete(plan, gate) {
            return self.complete(gate);
        }
        let next = self.choose(gate);
        let plan = &self.state.plan;
        let has_drafts = plan.units_of(gate).any(|unit| unit.status == Some(UnitStatus::Draft));
        if has_drafts && (next.is_none() || !self.state.dispatched) {
            return self.drafts(gate);
        }
        match next {
            None => self.nothing_ready(gate),
            Some(_) if self.is_over_budget(gate) => self.brake(gate),
            Some(unit) => self.before_dispatch(gate, unit),
        }
    }

    /// The next unit of this round; when it is over, the first of a new one.
    pub(super) fn choose(&mut self, gate: usize) -> Option<UnitView> {
        let ready = self.ready(gate);
        let next = ready.iter().find(|unit| self.state.round.contains(&unit.id)).or(ready.first()).cloned();
        if next.as_ref().is_some_and(|unit| !self.state.round.contains(&unit.id)) {
            self.state.round = ready.iter().map(|unit| unit.id.clone()).collect();
        }
        next
    }

    fn drafts(&mut self, gate: usize) {
        let number = self.state.plan.gates[gate].number;
        let drafts: Vec<&str> = self
            .state
            .plan
            .units_of(gate)
            .filter(|unit| unit.status == Some(UnitStatus::Draft))
            .map(UnitView::short)
            .collect();
        let why = vec![
            format!("Gate {number} is not armed: {} still drafts.", drafts.join(", ")),
            format!("Read {}, then arm it: specfuse-loop arm {number}", review_name(number)),
        ];
        self.end(2, "not_armed", why);
    }

    pub(super) fn is_over_budget(&self, gate: usize) -> bool {
        let budget = self.state.plan.gates[gate].cost_budget_usd;
        budget.is_some_and(|budget| self.state.plan.gate_cost_usd(gate) >= budget)
    }

    fn brake(&mut self, gate: usize) {
        let (number, spent) = (self.state.plan.gates[gate].number, self.state.plan.gate_cost_usd(gate));
        let budget = self.state.plan.gates[gate].cost_budget_usd.unwrap_or_default();
        let reason =
            if self.state.dispatched { "gate_budget_exceeded_post_dispatch" } else { "gate_budget_exceeded" };
        self.set_gate(gate, GateStatus::AwaitingReview);
        let feature = self.state.plan.head.feature.clone();
        let payload = json!({"reason": reason, "gate": number, "budget_usd": budget, "spent_usd": spent});
        self.log(&feature, "human_escalation", payload);
        let why = vec![
            format!("Gate {number} has cost ${spent:.2} of its budget of ${budget:.2}."),
            "Raise cost_budget_usd and set the gate's status to `open` to go on.".into(),
        ];
        self.end(1, reason, why);
    }

    pub(super) fn set_gate(&mut self, gate: usize, status: GateStatus) {
        let view = &mut self.state.plan.gates[gate];
        view.status = Some(status);
        let path = view.path.clone();
        self.set(path, vec![("status", json!(status.word()))]);
    }

    fn nothing_ready(&mut self, gate: usize) {
        let number = self.state.plan.gates[gate].number;
        if let Some(unit) = choose::human(&self.state.plan, gate).cloned() {
            self.call_once(&unit.id, json!({"reason": "human_step_required", "gate": number}));
            let why = vec![
                format!("{} is a step for a person: {}", unit.short(), unit.title),
                format!("When it is done: specfuse-loop done {} --evidence …", unit.short()),
            ];
            return self.end(1, "human_step_required", why);
        }
        let stranded: Vec<(String, String, bool)> = choose::stranded(&self.state.plan, gate)
            .into_iter()
            .map(|(unit, cause)| (unit.id.clone(), cause, unit.status == Some(UnitStatus::BlockedHuman)))
            .collect();
        let mut why = vec![format!("Gate {number}: nothing is ready, and not everything is done.")];
        why.extend(stranded.iter().map(|(id, cause, _)| format!("{}: {cause}", crate::model::id::short(id))));
        let feature = self.state.plan.head.feature.clone();
        let units: Vec<_> =
            stranded.iter().map(|(id, cause, _)| json!({"unit": id, "cause": cause})).collect();
        // A blocked unit has its own escalation in the log already.
        if stranded.iter().any(|(_, _, blocked)| !blocked) {
            let payload = json!({"reason": "stranded", "gate": number, "units": units});
            self.call_once(&feature, payload);
        }
        self.end(1, "stranded", why);
    }

    /// What must hold before a unit is dispatched; the first thing that does not is dealt with.
    fn before_dispatch(&mut self, gate: usize, unit: UnitView) {
        let missing = sets::missing(&self.state.plan, &unit);
        if !missing.is_empty() {
            let why = vec![
                format!("{} needs the set {} in verification.yml.", unit.short(), missing.join(", ")),
                "Add it with at least one command; nothing passes unverified.".into(),
            ];
            return self.end(1, "configuration", why);
        }
        if !unit.produces_invalid.is_empty() {
            return self.refuse_shape(&unit);
        }
        if unit.unreproduced {
            return self.reject_re_arm(&unit);
        }
        if self.state.red.is_some() {
            return self.look_again();
        }
        let number = self.state.plan.gates[gate].number;
        if self.is_first_closing(gate, &unit) {
            return self.know(number, unit.id, false);
        }
        self.close_or_dispatch(number, unit);
    }

    /// A close may turn out to need no session; all else is dispatched.
    pub(super) fn close_or_dispatch(&mut self, gate: u32, unit: UnitView) {
        let fresh = self.state.units.get(&unit.id).is_none_or(|record| record.charged == 0);
        if fresh && unit.kind.is_some_and(UnitType::is_close) {
            return self.judge(unit.id, gate);
        }
        self.dispatch(&unit.id);
    }

    pub(super) fn judge(&mut self, unit: String, gate: u32) {
        let question = Effect::JudgeClose { unit: unit.clone(), gate };
        self.ask(Phase::Judging { unit, gate }, question);
    }

    pub(super) fn judged(&mut self, unit: &str, decision: &Decision) {
        let Some(gate) = self.state.plan.gate_of(unit) else { return self.load() };
        let mut decision = decision.clone();
        let short = crate::model::id::short(unit);
        if self.state.options.force_full_close.iter().any(|id| id == unit || id == short) {
            decision.auto = false;
            decision.reasons.push(close::FORCED.into());
        }
        if self.state.plan.units.get(unit).is_some_and(|view| view.auto_close_disabled) {
            decision.auto = false;
            decision.reasons.push(close::disabled_by(short));
        }
        let terminal = self.state.plan.is_terminal(gate);
        let plans =
            self.state.plan.units_of(gate).any(|u| u.kind == Some(UnitType::PlanNext) && !u.is_final());
        let feature = self.state.plan.head.feature.clone();
        let payload = log::auto_close_decision(&decision, terminal, plans);
        // The same decision again: its session was interrupted.
        if self.state.decisions.get(unit) != Some(&payload) {
            self.state.decisions.insert(unit.to_owned(), payload.clone());
            self.log(&feature, "auto_close_decision", payload);
        }
        if decision.auto { self.close_itself(unit, gate, &decision) } else { self.dispatch(unit) }
    }

    fn close_itself(&mut self, unit: &str, gate: usize, decision: &Decision) {
        let Some(view) = self.state.plan.units.get_mut(unit) else { return self.load() };
        view.status = Some(UnitStatus::Done);
        let mut keys =
            vec![("status", json!("done")), ("auto_close", json!(true)), ("auto_close_reasons", json!([]))];
        if view.kind == Some(UnitType::Close) {
            view.verdict = Some(Verdict::Met);
            keys.push(("verdict", json!("met")));
        }
        let path = view.path.clone();
        self.set(path, keys);
        if let Some(path) = self.in_folder("RETROSPECTIVE.md") {
            let (marker, text) = (close::stub_heading(decision.gate_id), close::stub(decision));
            self.out.push(Effect::Append(Append { path, marker, text }));
        }
        let number = self.state.plan.gates[gate].number;
        self.say(Tone::Good, Some(unit), format!("Gate {number} closes itself: everything passed on plan"));
        self.book(format!("auto-close gate {number}"), Then::Continue);
    }

    pub(super) fn in_folder(&self, name: &str) -> Option<crate::path::RelPath> {
        self.state.plan.head.folder.as_ref()?.join(name).ok()
    }

    /// Every unit of the gate is done or abandoned.
    fn complete(&mut self, gate: usize) {
        let number = self.state.plan.gates[gate].number;
        let feature = self.state.plan.head.feature.clone();
        self.log(&feature, "gate_reached", json!({"gate": number}));
        if self.state.plan.is_terminal(gate) {
            return self.finish(gate);
        }
        self.set_gate(gate, GateStatus::AwaitingReview);
        self.evaluate_arming(number);
    }

    /// The current gate waits for a person.
    fn awaiting(&mut self, gate: usize) {
        let plan = &self.state.plan;
        let GateView { number, .. } = plan.gates[gate];
        if !choose::is_complete(plan, gate) {
            let why = vec![
                format!("Gate {number} awaits review, and not all of its units are done."),
                "See its last human_escalation in events.jsonl; set its status to `open` to go on.".into(),
            ];
            return self.end(1, "gate_awaiting_review", why);
        }
        let Some(next) = plan.gates.get(gate + 1).map(|gate| gate.number) else {
            let met = plan.units_of(gate).any(|unit| unit.verdict == Some(Verdict::Met));
            if met {
                return self.flip(gate);
            }
            let why = vec![format!("Gate {number}, the last one, awaits review.")];
            return self.end(1, "gate_awaiting_review", why);
        };
        let why = vec![
            format!("Gate {number} awaits review; gate {next} is not armed."),
            format!("Read {}, then: specfuse-loop arm {next}", review_name(next)),
        ];
        self.end(2, "not_armed", why);
    }
}

/// A unit that a person re-armed, or set back to pending after it was stopped, starts a new cycle.
fn renew(record: &mut UnitRecord, unit: &UnitView) {
    let set_back = record.escalated && unit.is_dispatchable();
    if unit.re_arm_count > record.cycle || set_back {
        *record = UnitRecord {
            last_attempt: record.last_attempt,
            cycle: unit.re_arm_count.max(record.cycle),
            ..UnitRecord::default()
        };
    }
}
