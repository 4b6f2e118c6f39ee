//! Before a unit's last attempt a session may rewrite its body into a narrower one, where the project wants
//! it. The unit's head, its promises included, stays as it is.

use super::Turn;
use crate::drive::effect::{Effect, Role, Tone};
use crate::drive::event::{SessionEnd, SessionReport};
use crate::drive::plan::UnitView;
use crate::drive::result_block::ResultStatus;
use crate::drive::state::{Attempt, Stage, Then};
use crate::model::status::UnitStatus;
use serde_json::json;

/// The reason of a stop when nothing was rewritten.
const REASON: &str = "replan_unchanged_body";

impl Turn<'_> {
    /// Whether the attempt that begins now is the last one, of work that failed and was not rewritten yet.
    pub(super) fn is_replanned(&self, unit: &UnitView) -> bool {
        let wanted = self.state.plan.head.attempts.replan && !unit.is_closing() && !unit.iterate_on_failure;
        let failed = |record: &crate::drive::UnitRecord| {
            let is_last = record.charged > 0 && record.charged + 1 == unit.max_attempts;
            is_last && !record.replanned && record.last_failure.is_some() && record.retained.is_none()
        };
        wanted && self.state.units.get(&unit.id).is_some_and(failed)
    }

    pub(super) fn replan(&mut self, attempt: Attempt) {
        let Some(session) = self.session(&attempt, Role::Replan) else { return self.load() };
        let text = "one attempt is left; a session may make the unit narrower first";
        self.say(Tone::Progress, Some(&attempt.unit), text);
        self.stage(attempt, Stage::Replanning, Effect::RunSession(Box::new(session)));
    }

    pub(super) fn replan_ended(&mut self, attempt: Attempt, report: &SessionReport) {
        self.meter(&attempt.unit, attempt.number, Role::Replan, report);
        let Some(attempt) = self.not_the_units(attempt, Role::Replan, &report.end) else { return };
        if report.end == SessionEnd::Interrupted {
            return self.stopped_by_person(attempt);
        }
        let blocked = report.result.as_ref().is_some_and(|r| r.status == Some(ResultStatus::Blocked));
        let finished = report.end == SessionEnd::Finished && !blocked;
        let question = Effect::Rewrite {
            unit: attempt.unit.clone(),
            attempt: attempt.number,
            base: attempt.base.clone(),
        };
        self.stage(attempt, Stage::Rewriting { finished }, question);
    }

    pub(super) fn rewritten(&mut self, attempt: &Attempt, finished: bool, text: Option<String>, why: &str) {
        let record = self.state.record(&attempt.unit);
        record.replanned = true;
        // The number is free for the attempt itself.
        record.last_attempt = record.last_attempt.saturating_sub(1);
        let Some(unit) = self.unit(attempt).cloned() else { return self.load() };
        match (finished, text, unit.path.clone()) {
            (true, Some(text), Some(path)) => {
                self.state.uncommitted = true;
                self.out.push(Effect::WriteText { path, text });
                self.log(&unit.id, "replan", json!({"attempt": attempt.number, "reason": "last_attempt"}));
                self.say(Tone::Good, Some(&unit.id), "rewritten; its last attempt goes by the new text");
                self.write_back(attempt, UnitStatus::Pending, Vec::new());
                self.book(format!("replan {}", unit.short()), Then::Continue);
            }
            (true, _, _) => {
                self.write_back(attempt, UnitStatus::BlockedHuman, Vec::new());
                self.stop_unit(&unit, REASON, &format!("{}: {why}", unit.short()));
                self.load();
            }
            (false, _, _) => {
                self.say(Tone::Bad, Some(&unit.id), "it could not be rewritten; its text stays as it is");
                self.write_back(attempt, UnitStatus::Pending, Vec::new());
                self.load();
            }
        }
    }
}
