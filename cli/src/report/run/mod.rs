//! How a run is told: for a person, or as one JSON object a line. Nothing else goes to standard
//! output while a run is on. On a terminal, live lines stand below the log on standard error.

mod live;

use crate::args::Output;
use crate::report::printable;
use live::Live;
use serde_json::{Value, json};
use specfuse_core::drive::{
    CheckResult, CheckVerdict, Checks, Purpose, Say, Session, SessionEnd, SessionReport, State, Stop, Tone,
    Usage,
};
use specfuse_core::model::id::short;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The version of the JSON lines; it changes when a field changes its meaning or goes.
pub const VERSION: u32 = 1;

/// Tells what happens in a run. Copies tell into the same log, also from other threads.
#[derive(Clone, Debug)]
pub struct Progress {
    output: Output,
    live: Option<Arc<Mutex<Live>>>,
}

impl Progress {
    /// Progress in this form, with live lines where there is a terminal for them.
    pub fn new(output: Output) -> Progress {
        let live = (output == Output::Human).then(Live::on_terminal).flatten();
        Progress { output, live: live.map(|live| Arc::new(Mutex::new(live))) }
    }

    /// Something that did not go as it should and does not stop the run.
    pub fn warn(&self, text: &str) {
        self.tell(&format!("warning: {}", printable(text)), || json!({"type": "warning", "text": text}));
    }

    /// A line about the run as a whole.
    pub fn note(&self, text: &str) {
        self.tell(&printable(text), || json!({"type": "note", "text": text}));
    }

    /// What the machine says.
    pub fn say(&self, say: &Say) {
        let mark = match say.tone {
            Tone::Progress => "──",
            Tone::Good => "✓ ",
            Tone::Bad => "✗ ",
            Tone::Needed => "? ",
        };
        let unit = say.unit.as_deref().map_or(String::new(), |unit| format!("{} ", short(unit)));
        let text: Vec<String> = say.text.lines().map(printable).collect();
        let text = text.join("\n     ");
        self.tell(
            &format!("{mark} {}{text}", printable(&unit)),
            || json!({"type": "say", "tone": say.tone, "unit": say.unit, "text": say.text}),
        );
    }

    /// A line of `events.jsonl` was written.
    pub fn logged(&self, line: &str) {
        if self.output == Output::Json {
            let event = || serde_json::from_str::<Value>(line).unwrap_or_default();
            self.tell("", || json!({"type": "event", "event": event()}));
        }
    }

    /// Where the machine stands: which units run, and how far the gate is.
    pub fn follow(&self, state: &State) {
        self.live(|live| live.follow(state));
    }

    /// A session starts.
    pub fn session_begins(&self, session: &Session) {
        let Session { unit, attempt, role, agent, model, effort, .. } = session;
        let kind = if role.is_work() { String::new() } else { format!("{} ", role.word()) };
        let by = agent.as_ref().map_or(String::new(), |agent| format!("{}, ", printable(agent)));
        let what = format!("{kind}session: {by}model {}, effort {}", printable(model), printable(effort));
        self.live(|live| live.doing(unit, Some(*attempt), &what));
        self.tell(
            &format!("   {} {what}", printable(short(unit))),
            || json!({"type": "session_began", "unit": unit, "attempt": attempt, "role": role, "agent": agent, "model": model, "effort": effort}),
        );
    }

    /// A lane is being set up for a unit.
    pub(crate) fn lane_is_set_up(&self, unit: &str, commands: &[String]) {
        let what = format!("set up its lane: {}", printable(&commands.join("; ")));
        self.live(|live| live.doing(unit, None, &what));
        self.tell(
            &format!("   {} {what}", printable(short(unit))),
            || json!({"type": "setup_began", "unit": unit, "commands": commands}),
        );
    }

    /// What a running session does now, and what it has used so far, where the agent tells.
    pub fn session_activity(&self, unit: &str, text: &str, usage: &Usage) {
        self.live(|live| live.activity(unit, &printable(text), usage));
        if self.output == Output::Json {
            let wire = || json!({"type": "session_activity", "unit": unit, "text": text, "usage": usage});
            self.tell("", wire);
        }
    }

    /// A session came to its end.
    pub fn session_ended(&self, unit: &str, report: &SessionReport) {
        let end = match &report.end {
            SessionEnd::Finished => "finished".to_owned(),
            SessionEnd::Blocked(why)
            | SessionEnd::Failed(why)
            | SessionEnd::Unavailable(why)
            | SessionEnd::Refused(why)
            | SessionEnd::Overloaded(why)
            | SessionEnd::NotNow(why)
            | SessionEnd::Unauthorised(why)
            | SessionEnd::ContextExhausted(why)
            | SessionEnd::RateLimited { cause: why, .. } => printable(why),
            SessionEnd::TimedOut => "ended at its time limit".to_owned(),
            SessionEnd::Interrupted => "ended as you asked".to_owned(),
        };
        self.live(|live| live.session_ended(unit, report.usage.cost_usd));
        let cost = report.usage.cost_usd.map_or(String::new(), |cost| format!(", ${cost:.2}"));
        let id = printable(short(unit));
        self.tell(&format!("   {id} session {end} after {:.1} s{cost}", report.duration_seconds), || {
            json!({
                "type": "session_ended", "unit": unit, "end": report.end,
                "duration_seconds": report.duration_seconds, "usage": report.usage,
            })
        });
    }

    /// Checks start.
    pub fn checks_begin(&self, checks: &Checks) {
        let names: Vec<&str> = checks.checks.iter().map(|check| check.name.as_str()).collect();
        let id = printable(short(&checks.unit));
        self.tell(&format!("   {id} {}: {}", what(checks.purpose), printable(&names.join(", "))), || {
            json!({"type": "checks_began", "unit": checks.unit, "purpose": checks.purpose, "checks": names})
        });
    }

    /// The command of a check starts.
    pub fn check_begins(&self, checks: &Checks, name: &str) {
        let text = format!("{}: {}", what(checks.purpose), printable(name));
        self.live(|live| live.doing(&checks.unit, Some(checks.attempt).filter(|n| *n > 0), &text));
    }

    /// A check came to its end.
    pub fn check_ended(&self, checks: &Checks, result: &CheckResult) {
        let end = match &result.verdict {
            CheckVerdict::Passed => "passed".to_owned(),
            CheckVerdict::Failed(failure) => format!("FAILED: {}", printable(&failure.signature)),
            CheckVerdict::Skipped(need) => format!("skipped: {} did not pass", printable(need)),
        };
        let (id, name) = (printable(short(&checks.unit)), printable(&result.name));
        self.tell(
            &format!("   {id}   {name} {end} ({:.1} s)", result.duration_seconds),
            || json!({"type": "check_ended", "unit": checks.unit, "purpose": checks.purpose, "result": result}),
        );
    }

    /// The run's end.
    pub fn stop(&self, stop: &Stop) {
        self.live(Live::end);
        let lines: Vec<String> = stop.why.iter().flat_map(|why| why.lines()).map(printable).collect();
        self.tell(
            &lines.join("\n"),
            || json!({"type": "stop", "exit": stop.exit, "reason": stop.reason, "why": stop.why}),
        );
    }

    /// The person ended the run in the middle of a step.
    pub fn ended_at_once(&self) {
        self.live(Live::end);
        self.note("Stopped at once; everything up to here is recorded. Run again to go on.");
    }

    /// Whether a person reads along.
    pub fn is_human(&self) -> bool {
        self.output == Output::Human
    }

    fn live(&self, change: impl FnOnce(&mut Live)) {
        if let Some(mut live) = self.locked() {
            change(&mut live);
        }
    }

    fn locked(&self) -> Option<MutexGuard<'_, Live>> {
        self.live.as_ref().map(|live| live.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn tell(&self, text: &str, wire: impl FnOnce() -> Value) {
        let line = match self.output {
            Output::Human => text.to_owned(),
            Output::Json => {
                let mut value = wire();
                value["version"] = json!(VERSION);
                value.to_string()
            }
        };
        let write = || {
            let mut out = std::io::stdout().lock();
            // A reader that went away does not end a run.
            let _ = writeln!(out, "{line}").and_then(|()| out.flush());
        };
        match self.locked() {
            Some(live) => live.aside(write),
            None => write(),
        }
    }
}

fn what(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Prep => "prepare",
        Purpose::Oracle => "ask",
        Purpose::Verify => "verify",
        Purpose::Broad => "verify all of it",
        Purpose::Baseline => "verify as it was before",
    }
}
