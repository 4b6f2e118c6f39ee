//! The end of an attempt that did not pass: try again, stop the unit for a person, or end the run.

use super::Turn;
use crate::drive::effect::{Effect, Stop, Tone};
use crate::drive::event::Base;
use crate::drive::failure::Class;
use crate::drive::log;
use crate::drive::state::{Attempt, AttemptFailure, Ended, Outcome, Stage, Then};
use crate::model::status::UnitStatus;
use serde_json::{Value, json};

impl Turn<'_> {
    /// A charged failure: try again, or stop the unit when this was the last attempt or the same
    /// failure as before.
    pub(super) fn fail(&mut self, attempt: Attempt, failure: AttemptFailure) {
        let max = self.unit(&attempt).map_or(1, |unit| unit.max_attempts);
        let record = self.state.units.get(&attempt.unit).cloned().unwrap_or_default();
        let zero = record.zero_token + u32::from(failure.outcome == Outcome::ZeroTokenSkip);
        let last = record.charged + 1 >= max;
        if let Some(findings) = failure.findings.filter(|_| self.iterates(&attempt, &failure)) {
            let reason = self.iterate(&attempt, findings, last);
            return self.settle_with(attempt, failure, reason, None);
        }
        let repeats = record.last_failure.as_ref().is_some_and(|before| is_same(before, &failure));
        let reason = match (repeats, last) {
            (true, _) if failure.outcome.is_guard_refusal() => Some("deterministic_refusal_repeat"),
            (true, _) => Some("spinning_signature_repeat"),
            (false, true) if zero == record.charged + 1 => Some("all_attempts_zero_token"),
            (false, true) => Some("spinning_detected"),
            (false, false) => None,
        };
        self.settle_with(attempt, failure, reason.map(str::to_owned), None);
    }

    pub(super) fn settle_with(
        &mut self,
        mut attempt: Attempt,
        failure: AttemptFailure,
        escalate: Option<String>,
        halt: Option<Stop>,
    ) {
        attempt.turn = false;
        attempt.stage = Stage::Settling { failure: Box::new(failure), escalate, halt };
        self.settle(attempt);
    }

    pub(super) fn settle(&mut self, attempt: Attempt) {
        let mut base = attempt.base.clone();
        if is_interrupted(&attempt) && attempt.work.is_none() {
            // Retained work of the attempt before stays: back to where this one began.
            base.origin = None;
        }
        let retain = self.retains(&attempt);
        let question = Effect::Settle { unit: attempt.unit.clone(), attempt: attempt.number, base, retain };
        let stage = attempt.stage.clone();
        self.stage(attempt, stage, question);
    }

    /// Work that only lacks its paperwork stays for the next attempt.
    fn retains(&self, attempt: &Attempt) -> bool {
        match &attempt.stage {
            Stage::Settling { failure, escalate: None, .. } => {
                failure.outcome.is_guard_refusal() && self.state.plan.head.retain_on_guard_refusal
            }
            _ => false,
        }
    }

    /// The attempt's work is kept and the tree is as it should be: now the books.
    pub(super) fn settled(&mut self, attempt: Attempt, ended: Ended, halt: Option<Stop>) {
        match self.wanted_fix(&attempt, &ended).filter(|_| halt.is_none()) {
            Some(next) => self.draft(attempt, ended, &next),
            None => self.end_attempt(&attempt, ended, halt),
        }
    }

    /// Says and writes down how an attempt ended.
    pub(super) fn log_end(&mut self, attempt: &Attempt, ended: &Ended) {
        let Ended { failure, snapshot, .. } = ended;
        let mut payload = log::attempt_outcome(self.state, attempt, failure.outcome, Some(failure));
        payload["snapshot"] = json!(snapshot);
        self.log(&attempt.unit, "attempt_outcome", payload);
        let (word, what) = (failure.outcome.word(), &failure.failure.signature);
        self.say(Tone::Bad, Some(&attempt.unit), format!("attempt {}: {word} — {what}", attempt.number));
    }

    pub(super) fn end_attempt(&mut self, attempt: &Attempt, ended: Ended, halt: Option<Stop>) {
        self.log_end(attempt, &ended);
        let Ended { failure, escalate, snapshot, .. } = ended;
        let work = snapshot.filter(|_| attempt.lane > 0);
        let retained = self.retains(attempt).then(|| Base { work, ..attempt.base.clone() });
        let outcome = failure.outcome;
        let record = self.state.record(&attempt.unit);
        if outcome != Outcome::Interrupted {
            record.retained = retained;
        }
        if outcome.is_charged() {
            record.charged += 1;
            record.zero_token += u32::from(outcome == Outcome::ZeroTokenSkip);
        }
        if outcome != Outcome::Interrupted {
            record.last_failure = Some(failure.clone());
        }
        match &escalate {
            Some(reason) => self.escalate(attempt, reason, &failure),
            None => self.write_back(attempt, UnitStatus::Pending, Vec::new()),
        }
        match halt {
            Some(stop) => self.halt(attempt, stop),
            None => self.load(),
        }
    }

    pub(super) fn write_back(
        &mut self,
        attempt: &Attempt,
        status: UnitStatus,
        more: Vec<(&'static str, Value)>,
    ) {
        let charged = self.state.units.get(&attempt.unit).map_or(0, |record| record.charged);
        let Some(unit) = self.state.plan.units.get_mut(&attempt.unit) else { return };
        unit.status = Some(status);
        unit.attempts = charged;
        let unit = unit.clone();
        let mut keys = vec![("status", json!(status)), ("attempts", json!(charged))];
        keys.extend(self.spent(&unit));
        keys.extend(more);
        self.set(unit.path, keys);
    }

    /// Stops a unit for a person.
    fn escalate(&mut self, attempt: &Attempt, reason: &str, failure: &AttemptFailure) {
        self.state.record(&attempt.unit).escalated = true;
        let record = self.state.record(&attempt.unit).clone();
        let found = &failure.failure;
        let more = vec![
            ("escalation_reason", json!(reason)),
            ("escalation_failure_class", json!(found.class.word())),
            ("escalation_failure_signature", json!(found.signature)),
        ];
        self.write_back(attempt, UnitStatus::BlockedHuman, more);
        let is_blocked = failure.outcome == Outcome::Blocked;
        let mut payload = json!({
            "reason": reason, "attempts": record.charged, "attempts_usage": record.attempts,
            "failure_class": found.class.word(), "failure_signature": found.signature,
        });
        if is_blocked {
            payload["blocked_reason"] = json!(failure.evidence);
        }
        self.log(&attempt.unit, "human_escalation", payload);
    }

    fn halt(&mut self, attempt: &Attempt, stop: Stop) {
        if stop.reason == "agent_unavailable" {
            let payload = json!({"reason": stop.reason, "why": stop.why, "next_wu_id": attempt.unit});
            let feature = self.state.plan.head.feature.clone();
            self.log(&feature, "human_escalation", payload);
        }
        self.book(format!("record the run ({})", stop.reason), Then::Stop(stop));
    }
}

/// Whether an attempt failed as the one before it did. An agent that crashes twice is not work that
/// fails twice, and two conflicts are not the same one: it gets all of its attempts.
fn is_same(before: &AttemptFailure, now: &AttemptFailure) -> bool {
    let of_agent = |outcome: Outcome| {
        matches!(outcome, Outcome::AgentFailed | Outcome::TimedOut | Outcome::ZeroTokenSkip)
    };
    let is_conflict = now.failure.class == Class::Conflict;
    before.outcome == now.outcome
        && !of_agent(now.outcome)
        && !is_conflict
        && now.failure.repeats(&before.failure)
}

fn is_interrupted(attempt: &Attempt) -> bool {
    matches!(&attempt.stage, Stage::Settling { failure, .. } if failure.outcome == Outcome::Interrupted)
}
