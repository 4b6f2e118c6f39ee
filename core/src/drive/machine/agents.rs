//! Agents that cannot work now: they are waited for, tried again, and taken over from by the next of the
//! chain. None of it is the unit's fault, so nothing of it is charged.

use super::Turn;
use crate::drive::effect::{Effect, Role, Stop, Tone};
use crate::drive::event::SessionEnd;
use crate::drive::plan::VerifierView;
use crate::drive::state::{Attempt, Stage, Waits};

impl Turn<'_> {
    /// A new run waits anew, and begins with the first agent again.
    pub(super) fn forget_waits(&mut self) {
        self.state.waited_seconds = 0.0;
        self.state.units.values_mut().for_each(|record| record.agent = 0);
    }

    /// The agent that runs a unit's sessions; `None` for the only one.
    pub(super) fn agent_of(&self, unit: &str) -> Option<String> {
        let at = self.state.units.get(unit).map_or(0, |record| record.agent);
        self.state.options.chain.get(at).cloned()
    }

    fn next_agent(&self, unit: &str, role: Role) -> Option<&String> {
        let named = |verifier: &VerifierView| role == Role::Verifier && verifier.agent.is_some();
        let view = self.state.plan.units.get(unit);
        if view.and_then(|view| view.verifier.as_ref()).is_some_and(named) {
            return None;
        }
        let at = self.state.units.get(unit).map_or(0, |record| record.agent);
        self.state.options.chain.get(at + 1)
    }

    /// Deals with a session that ended through no fault of its unit's. Any other attempt is given back.
    pub(super) fn not_the_units(
        &mut self,
        attempt: Attempt,
        role: Role,
        end: &SessionEnd,
    ) -> Option<Attempt> {
        match end {
            SessionEnd::RateLimited { cause, wait_seconds } => {
                self.limited(attempt, role, cause, *wait_seconds);
            }
            SessionEnd::Overloaded(cause) => {
                self.try_again(attempt, role, cause, true, |waits| &mut waits.overloaded);
            }
            // Nobody may be signed in, for all it says: that is never handed over.
            SessionEnd::NotNow(cause) => {
                self.try_again(attempt, role, cause, false, |waits| &mut waits.not_now);
            }
            SessionEnd::Unavailable(cause) if self.next_agent(&attempt.unit, role).is_some() => {
                self.hand_over(attempt, role, cause);
            }
            SessionEnd::Unavailable(cause) => {
                self.give_up(attempt, format!("The agent could not be started: {cause}"), None);
            }
            SessionEnd::Unauthorised(cause) => {
                let hint = "Sign in to the agent, or set its key, and run again.";
                self.give_up(attempt, format!("Nothing was started: {cause}"), Some(hint));
            }
            _ => return Some(attempt),
        }
        None
    }

    fn limited(&mut self, mut attempt: Attempt, role: Role, cause: &str, told: Option<f64>) {
        let patience = &self.state.options.patience;
        let wait = told.unwrap_or_else(|| doubled(patience.retry_seconds, attempt.waits.limited));
        let left = patience.run_seconds - self.state.waited_seconds;
        if self.next_agent(&attempt.unit, role).is_some()
            && attempt.waits.seconds + wait > patience.once_seconds
        {
            return self.hand_over(attempt, role, cause);
        }
        if wait > left {
            let hint = match told {
                Some(wait) => format!("Run again in {}.", spoken(wait)),
                None => "Run again later.".to_owned(),
            };
            return self.give_up(
                attempt,
                format!("{cause}; that is longer than this run waits."),
                Some(&hint),
            );
        }
        attempt.waits.limited += 1;
        self.wait(attempt, role, wait, cause);
    }

    fn try_again(
        &mut self,
        mut attempt: Attempt,
        role: Role,
        cause: &str,
        may_hand_over: bool,
        count: fn(&mut Waits) -> &mut u32,
    ) {
        let patience = &self.state.options.patience;
        let (tried, most) = (*count(&mut attempt.waits), patience.retries);
        let wait = doubled(patience.retry_seconds, tried).min(patience.once_seconds);
        if tried < most && wait <= patience.run_seconds - self.state.waited_seconds {
            *count(&mut attempt.waits) += 1;
            return self.wait(attempt, role, wait, cause);
        }
        if may_hand_over && self.next_agent(&attempt.unit, role).is_some() {
            return self.hand_over(attempt, role, cause);
        }
        let hint = "See that the agent works by itself, and run again.";
        self.give_up(attempt, format!("{cause}; tried {} times.", tried + 1), Some(hint));
    }

    fn wait(&mut self, attempt: Attempt, role: Role, seconds: f64, why: &str) {
        let patience = &self.state.options.patience;
        let seconds = seconds.min(patience.once_seconds).max(0.0);
        self.say(Tone::Bad, Some(&attempt.unit), format!("{why}; waiting {}", spoken(seconds)));
        let (unit, number) = (attempt.unit.clone(), attempt.number);
        let question = Effect::Wait { unit, attempt: number, seconds, why: why.to_owned() };
        self.stage(attempt, Stage::Waiting { role }, question);
    }

    /// The wait is over: the session runs again, on the tree as the one before left it.
    pub(super) fn waited(&mut self, mut attempt: Attempt, role: Role, seconds: f64, stopped: bool) {
        self.state.waited_seconds += seconds;
        attempt.waits.seconds += seconds;
        if stopped || self.state.stopping {
            return self.stopped_by_person(attempt);
        }
        match role {
            Role::Work => self.run_session(attempt),
            // What it looks at is there still, and is verified anew.
            Role::Judge => self.inspect(attempt),
            Role::Verifier => self.audit(attempt),
            Role::Replan => self.replan(attempt),
        }
    }

    pub(super) fn stopped_by_person(&mut self, attempt: Attempt) {
        let why = vec!["Stopped as asked. Run again to go on.".into()];
        self.interrupted(attempt, Some(Stop { exit: 1, reason: "stop_requested".into(), why }));
    }

    /// The next agent of the chain takes the unit, from its start.
    fn hand_over(&mut self, attempt: Attempt, role: Role, cause: &str) {
        let next = self.next_agent(&attempt.unit, role).cloned().unwrap_or_default();
        self.say(Tone::Bad, Some(&attempt.unit), format!("{cause}; {next} takes over"));
        self.state.record(&attempt.unit).agent += 1;
        match role {
            Role::Verifier => self.audit(attempt),
            _ => self.interrupted(attempt, None),
        }
    }

    fn give_up(&mut self, attempt: Attempt, why: String, hint: Option<&str>) {
        let why = [Some(why), hint.map(str::to_owned)].into_iter().flatten().collect();
        self.interrupted(attempt, Some(Stop { exit: 1, reason: "agent_unavailable".into(), why }));
    }
}

fn doubled(seconds: f64, times: u32) -> f64 {
    seconds * f64::from(1_u32 << times.min(16))
}

/// A time as people say it.
fn spoken(seconds: f64) -> String {
    match seconds {
        s if s < 90.0 => format!("{s:.0} s"),
        s if s < 5_400.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3_600.0),
    }
}
