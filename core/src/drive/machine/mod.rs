//! The machine's one function: an event in, effects out. This file knows which answer belongs to which
//! question and how a killed driver's work is taken up; [`gate`] chooses, [`attempt`] works,
//! [`settle`] ends what failed, [`lanes`] keeps several attempts going.

mod agents;
mod arming;
mod attempt;
mod audit;
mod baseline;
mod broad;
mod carry;
mod escalation;
mod fix_unit;
mod gate;
mod integrate;
mod iterate;
mod judge;
mod lanes;
mod meter;
mod replan;
mod settle;
#[cfg(test)]
mod tests;
mod verdict;

use super::effect::{Commit, Content, Effect, Say, SetKeys, Stop, Tone};
use super::event::{Event, Record};
use super::log;
use super::state::{Phase, Stage, State, Then};
use crate::path::RelPath;
use serde_json::Value;
use std::collections::BTreeMap;

/// Takes in one record of the journal; what is to be done about it. Total: an event that answers no
/// open question changes nothing and asks for nothing.
pub fn step(state: &mut State, record: Record) -> Vec<Effect> {
    if record.event == Event::StopRequested {
        state.stopping = true;
        return Vec::new();
    }
    let mut turn = Turn { state, at: record.at, out: Vec::new(), resuming: false };
    let taken = match record.lane {
        0 => turn.take(record.event),
        lane => turn.take_from_lane(lane, record.event),
    };
    if !taken {
        return Vec::new();
    }
    let out = turn.out;
    let kept =
        |effect: &&Effect| !effect.is_question() && !matches!(effect, Effect::Say(_) | Effect::Stop(_));
    state.unconfirmed = out.iter().filter(kept).cloned().collect();
    out
}

/// One step under way.
struct Turn<'a> {
    state: &'a mut State,
    at: String,
    out: Vec<Effect>,
    /// Whether the lanes of a killed driver are being taken up: what comes after them is not theirs to ask.
    resuming: bool,
}

impl Turn<'_> {
    /// Whether the event was an answer to what the machine waits for.
    fn take(&mut self, event: Event) -> bool {
        if let Event::Started { options } = event {
            if options.moved {
                self.state.broad_green.clear();
            }
            self.state.options = options;
            self.state.stopping = false;
            self.state.ending = None;
            // A run that was killed goes on; only after its end another one begins.
            self.state.dispatched &= !self.state.is_at_rest();
            self.forget_waits();
            self.out.append(&mut self.state.unconfirmed.clone());
            self.resume_lanes();
            self.resume();
            return true;
        }
        match (std::mem::take(&mut self.state.phase), event) {
            (Phase::Loading { finishing }, Event::Loaded { change, stop_file }) => {
                self.loaded(change, stop_file, finishing);
            }
            (Phase::Knowing { gate, unit, ran }, Event::TreeKnown { tree }) => {
                self.known(gate, unit, ran, tree);
            }
            (Phase::Broad { gate, unit, tree }, Event::ChecksRan { results }) => {
                self.broad(gate, unit, &tree, &results);
            }
            (Phase::Rechecking, Event::ChecksRan { results }) => self.looked_again(&results),
            (Phase::Judging { unit, .. }, Event::CloseJudged(decision)) => self.judged(&unit, &decision),
            (Phase::Arming { .. }, Event::ArmingJudged(evaluation)) => self.arming_judged(&evaluation),
            (Phase::Booking { then, .. }, Event::Committed { .. }) => {
                self.state.uncommitted = false;
                self.booked(then);
            }
            (Phase::Booking { then, .. }, Event::CommitRefused { reason }) => self.not_booked(then, &reason),
            (Phase::Attempt(attempt), event) => return self.attempt(*attempt, event),
            (phase, _) => {
                self.state.phase = phase;
                return false;
            }
        }
        true
    }

    /// Takes up what the last driver left.
    fn resume(&mut self) {
        match self.state.phase.clone() {
            Phase::Idle | Phase::Stopped(_) | Phase::Loading { .. } | Phase::Rechecking => self.load(),
            Phase::Knowing { gate, unit, ran } => self.know(gate, unit, ran),
            Phase::Broad { gate, unit, tree } => self.run_broad(gate, unit, tree),
            Phase::Judging { unit, gate } => self.judge(unit, gate),
            Phase::Arming { gate } => self.evaluate_arming(gate),
            Phase::Booking { subject, then } => self.book(subject, then),
            Phase::Attempt(attempt) if attempt.stage == Stage::Opening => self.load(),
            Phase::Attempt(attempt) => self.resume_attempt(*attempt),
            // What the lanes left is taken up already; the plan may have changed since.
            Phase::Watching => self.load(),
        }
    }

    fn load(&mut self) {
        if self.resuming {
            return;
        }
        self.ask(Phase::Loading { finishing: false }, Effect::Load);
    }

    /// Asks a question: the step ends with it.
    fn ask(&mut self, phase: Phase, question: Effect) {
        self.state.phase = phase;
        self.out.push(question);
    }

    fn say(&mut self, tone: Tone, unit: Option<&str>, text: impl Into<String>) {
        self.out.push(Effect::Say(Say { tone, unit: unit.map(str::to_owned), text: text.into() }));
    }

    fn log(&mut self, about: &str, kind: &str, mut payload: Value) {
        self.state.uncommitted = true;
        if kind == "human_escalation" {
            self.brief(about, &mut payload);
        }
        let line = log::line(self.state, &self.at, about, kind, payload);
        match self.out.last_mut() {
            Some(Effect::Log { lines }) => lines.push(line),
            _ => self.out.push(Effect::Log { lines: vec![line] }),
        }
    }

    fn set(&mut self, path: Option<RelPath>, keys: Vec<(&str, Value)>) {
        let Some(path) = path else { return };
        self.state.uncommitted = true;
        let keys = keys.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        self.out.push(Effect::SetKeys(SetKeys { path, keys }));
    }

    /// Commits what the driver wrote, when it wrote anything, and goes on with `then`.
    fn book(&mut self, subject: String, then: Then) {
        if !self.state.uncommitted {
            return self.booked(then);
        }
        let commit = Commit {
            subject: format!("chore(loop): {subject}"),
            trailers: BTreeMap::from([("Feature".to_owned(), self.state.plan.head.feature.clone())]),
            content: Content::Bookkeeping,
        };
        self.ask(Phase::Booking { subject, then }, Effect::Commit(commit));
    }

    fn booked(&mut self, then: Then) {
        match then {
            Then::Continue => self.load(),
            Then::Armed { tag } => {
                self.out.push(Effect::Tag { name: tag });
                self.load();
            }
            Then::CheckFinish => self.ask(Phase::Loading { finishing: true }, Effect::Load),
            Then::Stop(stop) => self.stop(stop),
        }
    }

    /// A hook or git refused the driver's own commit. Its files are written; the person must look.
    fn not_booked(&mut self, then: Then, reason: &str) {
        let mut stop = match then {
            Then::Stop(stop) => stop,
            Then::Continue | Then::CheckFinish | Then::Armed { .. } => Stop {
                exit: 1,
                reason: "squash_commit_failed".into(),
                why: vec!["The run stopped because its own commit was refused.".into()],
            },
        };
        stop.exit = stop.exit.max(1);
        stop.why.push(format!("The driver's bookkeeping is written but not committed: {reason}"));
        self.stop(stop);
    }

    fn stop(&mut self, stop: Stop) {
        if self.is_any_lane_busy() {
            return self.end_with_lanes(stop);
        }
        self.state.ending = None;
        self.state.round.clear();
        self.state.phase = Phase::Stopped(stop.clone());
        self.out.push(Effect::Stop(stop));
    }

    /// Ends the run, with a commit of what was written before.
    fn end(&mut self, exit: u8, reason: &str, why: Vec<String>) {
        let stop = Stop { exit, reason: reason.to_owned(), why };
        self.book(format!("record the run ({reason})"), Then::Stop(stop));
    }
}
