//! How a run is told: for a person, or as one JSON object a line. Nothing else goes to standard
//! output while a run is on.

use crate::args::Output;
use crate::report::printable;
use serde_json::{Value, json};
use specfuse_core::drive::{
    CheckResult, CheckVerdict, Checks, Purpose, Say, Session, SessionEnd, SessionReport, Stop, Tone,
};
use specfuse_core::model::id::short;
use std::io::Write;

/// The version of the JSON lines; it changes when a field changes its meaning or goes.
const VERSION: u32 = 1;

/// Tells what happens in a run.
#[derive(Debug)]
pub struct Progress {
    output: Output,
}

impl Progress {
    /// Progress in this form.
    pub fn new(output: Output) -> Progress {
        Progress { output }
    }

    /// Something that did not go as it should and does not stop the run.
    pub fn warn(&mut self, text: &str) {
        self.tell(&format!("warning: {}", printable(text)), || json!({"type": "warning", "text": text}));
    }

    /// A line about the run as a whole.
    pub fn note(&mut self, text: &str) {
        self.tell(&printable(text), || json!({"type": "note", "text": text}));
    }

    /// What the machine says.
    pub fn say(&mut self, say: &Say) {
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

    /// A session starts.
    pub fn session_begins(&mut self, session: &Session) {
        let Session { unit, attempt, model, effort, .. } = session;
        self.tell(&format!("   session: model {}, effort {}", printable(model), printable(effort)), || {
            json!({"type": "session_began", "unit": unit, "attempt": attempt, "model": model, "effort": effort})
        });
    }

    /// A session came to its end.
    pub fn session_ended(&mut self, unit: &str, report: &SessionReport) {
        let end = match &report.end {
            SessionEnd::Finished => "finished".to_owned(),
            SessionEnd::Blocked(why) | SessionEnd::Failed(why) | SessionEnd::Unavailable(why) => {
                printable(why)
            }
            SessionEnd::TimedOut => "ended at its time limit".to_owned(),
            SessionEnd::Interrupted => "ended as you asked".to_owned(),
        };
        let cost = report.usage.cost_usd.map_or(String::new(), |cost| format!(", ${cost:.2}"));
        self.tell(&format!("   session {end} after {:.1} s{cost}", report.duration_seconds), || {
            json!({
                "type": "session_ended", "unit": unit, "end": report.end,
                "duration_seconds": report.duration_seconds, "usage": report.usage,
            })
        });
    }

    /// Checks start.
    pub fn checks_begin(&mut self, checks: &Checks) {
        let names: Vec<&str> = checks.checks.iter().map(|check| check.name.as_str()).collect();
        let what = match checks.purpose {
            Purpose::Prep => "prepare",
            Purpose::Oracle => "ask",
            Purpose::Verify => "verify",
            Purpose::Broad => "verify all of it",
        };
        self.tell(&format!("   {what}: {}", printable(&names.join(", "))), || {
            json!({"type": "checks_began", "unit": checks.unit, "purpose": checks.purpose, "checks": names})
        });
    }

    /// A check came to its end.
    pub fn check_ended(&mut self, result: &CheckResult) {
        let end = match &result.verdict {
            CheckVerdict::Passed => "passed".to_owned(),
            CheckVerdict::Failed(failure) => format!("FAILED: {}", printable(&failure.signature)),
            CheckVerdict::Skipped(need) => format!("skipped: {} did not pass", printable(need)),
        };
        self.tell(
            &format!("     {} {end} ({:.1} s)", printable(&result.name), result.duration_seconds),
            || json!({"type": "check_ended", "result": result}),
        );
    }

    /// The run's end.
    pub fn stop(&mut self, stop: &Stop) {
        let lines: Vec<String> = stop.why.iter().flat_map(|why| why.lines()).map(printable).collect();
        self.tell(
            &lines.join("\n"),
            || json!({"type": "stop", "exit": stop.exit, "reason": stop.reason, "why": stop.why}),
        );
    }

    /// The person ended the run in the middle of a step.
    pub fn ended_at_once(&mut self) {
        self.note("Stopped at once; everything up to here is recorded. Run again to go on.");
    }

    /// Whether a person reads along.
    pub fn is_human(&self) -> bool {
        self.output == Output::Human
    }

    fn tell(&mut self, text: &str, wire: impl FnOnce() -> Value) {
        let line = match self.output {
            Output::Human => text.to_owned(),
            Output::Json => {
                let mut value = wire();
                value["version"] = json!(VERSION);
                value.to_string()
            }
        };
        let mut out = std::io::stdout().lock();
        // A reader that went away does not end a run.
        let _ = writeln!(out, "{line}").and_then(|()| out.flush());
    }
}
