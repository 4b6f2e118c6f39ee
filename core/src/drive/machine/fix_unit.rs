//! A session that is blocked by a defect elsewhere may have drafted the unit that mends it. When the draft is right
//! it goes in before the blocked unit, which waits for it and is tried again; the attempt does not count. Else a
//! person is called, with the reason.

use super::Turn;
use crate::drive::effect::{Effect, Tone};
use crate::drive::fix_unit::KIND;
use crate::drive::result_block::BlockedNext;
use crate::drive::state::{Attempt, Ended, Outcome, Stage, Then};
use crate::model::id::short;
use crate::model::status::UnitStatus;
use crate::path::RelPath;
use serde_json::json;

impl Turn<'_> {
    /// What the blocked session of this attempt asks for, where the project lets it ask.
    pub(super) fn wanted_fix(&self, attempt: &Attempt, ended: &Ended) -> Option<BlockedNext> {
        let next = attempt.report.as_ref()?.result.as_ref()?.blocked_next.clone()?;
        let is_on = self.state.plan.head.attempts.fix_units > 0;
        (ended.failure.outcome == Outcome::Blocked && next.kind == KIND && is_on).then_some(next)
    }

    /// The attempt's work is kept; its draft is looked at, unless the unit had its share.
    pub(super) fn draft(&mut self, attempt: Attempt, ended: Ended, next: &BlockedNext) {
        let most = self.state.plan.head.attempts.fix_units;
        if self.unit(&attempt).is_some_and(|unit| unit.fix_units >= most) {
            let why = format!(
                "it asks for {}, but {most} units were put in before it already (max_fix_units_per_unit)",
                next.id
            );
            return self.not_drafted(&attempt, ended, &why);
        }
        let question = Effect::Draft {
            unit: attempt.unit.clone(),
            attempt: attempt.number,
            file: next.file.clone(),
            id: next.id.clone(),
        };
        self.stage(attempt, Stage::Drafting { ended: Box::new(ended) }, question);
    }

    pub(super) fn drafted(
        &mut self,
        attempt: &Attempt,
        mut ended: Ended,
        files: Vec<(RelPath, String)>,
        why: &str,
    ) {
        let next = attempt.report.as_ref().and_then(|report| report.result.as_ref()?.blocked_next.clone());
        let Some(next) = next.filter(|_| !files.is_empty()) else {
            let why = format!("the fix unit that it drafted was not put in: {why}");
            return self.not_drafted(attempt, ended, &why);
        };
        let Some(unit) = self.unit(attempt).cloned() else { return self.load() };
        ended.failure.evidence.push_str(&format!("\nSince then {} was done, to clear the way.", next.id));
        self.log_end(attempt, &ended);
        let record = self.state.record(&attempt.unit);
        record.retained = None;
        record.last_failure = Some(ended.failure);
        self.state.uncommitted = true;
        for (path, text) in files {
            self.out.push(Effect::WriteText { path, text });
        }
        let gate = self.state.plan.gate_of(&attempt.unit).map(|gate| self.state.plan.gates[gate].number);
        let payload =
            json!({"fix_unit": next.id, "file": next.file, "gate": gate, "count": unit.fix_units + 1});
        self.log(&attempt.unit, "fix_unit_inserted", payload);
        let text = format!("{} goes first, to clear the way; the attempt is not counted", short(&next.id));
        self.say(Tone::Good, Some(&attempt.unit), text);
        self.write_back(attempt, UnitStatus::Pending, Vec::new());
        self.book(format!("insert {} before {}", short(&next.id), unit.short()), Then::Continue);
    }

    fn not_drafted(&mut self, attempt: &Attempt, mut ended: Ended, why: &str) {
        ended.failure.evidence.push_str(&format!("\n{}: {why}", short(&attempt.unit)));
        self.end_attempt(attempt, ended, None);
    }
}
