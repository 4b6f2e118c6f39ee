//! How verified work gets from a lane onto the branch: one lane at a time, in graph order, verified again
//! on what others have done meanwhile. A conflict is a failed attempt with the conflict as evidence; a
//! person's uncommitted file in the way costs nothing but the wait.

use super::Turn;
use crate::drive::effect::{Effect, Purpose, Stop, Tone};
use crate::drive::event::{Base, Integration};
use crate::drive::failure::{self, Class, Failure};
use crate::drive::sets;
use crate::drive::state::{Attempt, AttemptFailure, Outcome, Stage, Then};
use crate::model::id::short;
use crate::model::status::UnitStatus;
use crate::path::RelPath;
use serde_json::json;

impl Turn<'_> {
    /// The work is verified: it waits until no other lane is on its way to the branch.
    pub(super) fn wait_for_turn(&mut self, mut attempt: Attempt) {
        attempt.turn = false;
        attempt.stage = Stage::Queued;
        self.put_back(attempt);
        if !self.resuming {
            self.watch();
        }
    }

    /// Gives the turn to the first of those that wait, in graph order, when nobody has it.
    pub(super) fn give_turn(&mut self) {
        if self.state.lanes.values().any(|attempt| attempt.turn) {
            return;
        }
        let place = |attempt: &Attempt| {
            let units = self.state.plan.gates.iter().flat_map(|gate| &gate.units);
            units.clone().position(|unit| *unit == attempt.unit)
        };
        let waiting = self.state.lanes.values().filter(|attempt| attempt.stage == Stage::Queued);
        let Some(lane) = waiting.min_by_key(|attempt| place(attempt)).map(|attempt| attempt.lane) else {
            return;
        };
        let Some(mut attempt) = self.state.lanes.remove(&lane) else { return };
        attempt.turn = true;
        let question = Effect::Integrate {
            unit: attempt.unit.clone(),
            attempt: attempt.number,
            base: attempt.base.clone(),
            touched: attempt.facts.as_ref().map(|facts| facts.touched.clone()).unwrap_or_default(),
        };
        self.stage(attempt, Stage::Integrating, question);
    }

    /// What became of the work on top of the branch.
    pub(super) fn integrated(&mut self, mut attempt: Attempt, how: Integration) {
        if attempt.stage == Stage::Committing {
            self.take_back_done(&attempt);
        }
        match how {
            Integration::Fits { base, touched } => {
                rebase(&mut attempt, base, touched);
                self.commit_now(attempt);
            }
            Integration::Rebased { base, touched } => {
                rebase(&mut attempt, base, touched);
                self.say(
                    Tone::Progress,
                    Some(&attempt.unit),
                    "others are done meanwhile; verifying it with theirs",
                );
                self.verify_again(attempt);
            }
            Integration::Conflict { paths, text } => self.conflict(attempt, &paths, &text),
            Integration::InTheWay { why } => self.hold(attempt, why),
            Integration::Moved => self.wait_for_turn(attempt),
        }
    }

    fn verify_again(&mut self, mut attempt: Attempt) {
        let gate = self.state.plan.gate_of(&attempt.unit).unwrap_or_default();
        let Some(unit) = self.unit(&attempt) else { return self.load() };
        let touched = attempt.facts.as_ref().map(|facts| &facts.touched[..]).unwrap_or_default();
        let checks = sets::verification(&self.state.plan, gate, unit, touched);
        attempt.carried.clear();
        if let Some(facts) = &mut attempt.facts {
            // Another tree than the one that was looked at.
            facts.tree = None;
        }
        self.run_checks(attempt, Stage::Verifying, Purpose::Verify, checks);
    }

    fn conflict(&mut self, attempt: Attempt, paths: &[String], text: &str) {
        let what = format!("conflict in {}", paths.join(", "));
        let evidence = format!(
            "Another unit changed the same lines while this one was at work. `ours` is what is on the \
             branch now, `theirs` what this attempt did:\n{text}"
        );
        let evidence = failure::head_and_tail(&evidence, failure::EVIDENCE_LINES, failure::EVIDENCE_CHARS);
        let failure = AttemptFailure::new(Outcome::Failed, Failure::plain(Class::Conflict, &what), evidence);
        self.fail(attempt, failure);
    }

    /// The commit's keys were written and the commit was not made.
    fn take_back_done(&mut self, attempt: &Attempt) {
        let Some(unit) = self.state.plan.units.get_mut(&attempt.unit) else { return };
        unit.status = Some(UnitStatus::InProgress);
        let path = unit.path.clone();
        self.set(path, vec![("status", json!(UnitStatus::InProgress))]);
    }

    /// Keeps the verified work in its lane until the person has made way.
    fn hold(&mut self, mut attempt: Attempt, why: String) {
        attempt.turn = false;
        if !attempt.held {
            attempt.held = true;
            self.say(Tone::Bad, Some(&attempt.unit), format!("verified, and held back: {why}"));
        }
        attempt.stage = Stage::Held { why };
        self.put_back(attempt);
        self.watch();
    }

    /// Another attempt came to its end: perhaps the way is free now.
    pub(super) fn try_held_again(&mut self) {
        for attempt in self.state.lanes.values_mut().filter(|a| matches!(a.stage, Stage::Held { .. })) {
            attempt.stage = Stage::Queued;
        }
    }

    /// All that is left waits for a person. The work stays where it is, and the next run goes on with it.
    pub(super) fn held_up(&mut self) {
        let mut why = vec!["Work is done and verified, but it cannot be committed yet:".to_owned()];
        for attempt in self.state.lanes.values() {
            if let Stage::Held { why: what } = &attempt.stage {
                why.push(format!("{}: {what}", short(&attempt.unit)));
            }
        }
        why.push("Nothing is lost, and no session will run again for it: make way, then run again.".into());
        let stop = match self.state.ending.take() {
            Some(first) => Stop { why: first.why.into_iter().chain(why).collect(), ..first },
            None => Stop { exit: 1, reason: "edits_in_the_way".into(), why },
        };
        self.book(format!("record the run ({})", stop.reason), Then::Stop(stop));
    }
}

fn rebase(attempt: &mut Attempt, base: Base, touched: Vec<RelPath>) {
    attempt.base = base;
    attempt.facts.get_or_insert_default().touched = touched;
}
