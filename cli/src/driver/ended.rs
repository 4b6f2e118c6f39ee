//! An adapter's facts as the machine takes them.

use crate::agent::{Crash, Outcome, Reset, Session as Ran};
use specfuse_core::drive::result_block::{self, ResultStatus};
use specfuse_core::drive::{Role, SessionEnd, SessionReport, audit, judge};

/// The report of a session for `role` that ended `now`, in seconds after 1970.
pub(super) fn report(ran: &Ran, role: Role, now: f64) -> SessionReport {
    let result = result_block::read(&ran.text);
    let complete = result.as_ref().is_some_and(|block| block.status == Some(ResultStatus::Complete));
    let end = match session_end(ran, now) {
        // It gave up, and it was refused something: that is why, until somebody shows otherwise.
        SessionEnd::Finished if role.is_work() && !ran.denied.is_empty() && !complete => refused(ran),
        end => end,
    };
    SessionReport {
        audit: audit::read(&ran.text).filter(|_| role == Role::Verifier),
        judgement: judge::read(&ran.text).filter(|_| role == Role::Judge),
        end,
        result,
        usage: ran.usage.clone().unwrap_or_default(),
        duration_seconds: ran.duration.as_secs_f64(),
    }
}

/// The facts of a session, for the attempt's folder.
pub(super) fn facts(ran: &Ran, report: &SessionReport) -> serde_json::Value {
    serde_json::json!({
        "report": report, "exit": ran.exit, "text": ran.text, "error": ran.said, "denied": ran.denied,
    })
}

fn refused(ran: &Ran) -> SessionEnd {
    SessionEnd::Refused(format!("the agent was refused {}", ran.denied.join(", ")))
}

fn session_end(ran: &Ran, now: f64) -> SessionEnd {
    let words = [&ran.said, &ran.stderr, &ran.text].into_iter().find_map(|text| last_line(text));
    let said = |what: &str| match words {
        Some(line) => format!("{what}: {line}"),
        None => what.to_owned(),
    };
    match &ran.outcome {
        Outcome::Finished | Outcome::ZeroTokens => SessionEnd::Finished,
        Outcome::Blocked => SessionEnd::Blocked(said("the agent says that it is blocked")),
        Outcome::Retry => SessionEnd::NotNow(said("the agent could not work now")),
        Outcome::Refused => refused(ran),
        Outcome::RateLimited(reset) => SessionEnd::RateLimited {
            cause: said("the agent reached a limit of use"),
            wait_seconds: reset.map(|reset| seconds_until(reset, now)),
        },
        Outcome::Overloaded => SessionEnd::Overloaded(said("the agent's service is overloaded")),
        Outcome::Unauthorised => SessionEnd::Unauthorised(said("the agent is not authorised")),
        Outcome::ContextExhausted => {
            SessionEnd::ContextExhausted(said("the session outgrew what the model can read"))
        }
        Outcome::Crashed(Crash::Exit(code)) => {
            SessionEnd::Failed(said(&format!("the agent ended with exit code {code}")))
        }
        Outcome::Crashed(Crash::Signal(signal)) => {
            SessionEnd::Failed(said(&format!("the agent was ended by signal {signal}")))
        }
        Outcome::Crashed(Crash::Reported) => SessionEnd::Failed(said("the agent reports an error")),
        Outcome::Crashed(Crash::Unparsable) => SessionEnd::Failed(said("the agent's output cannot be read")),
        Outcome::NotUtf8(at) => SessionEnd::Failed(format!("the agent's output is not UTF-8 (byte {at})")),
        Outcome::TimedOut => SessionEnd::TimedOut,
        Outcome::Cancelled => SessionEnd::Interrupted,
        Outcome::Missing(why) => SessionEnd::Unavailable(why.clone()),
    }
}

/// A limit that is over already is waited for a moment, so that a clock that runs ahead does no harm.
fn seconds_until(reset: Reset, now: f64) -> f64 {
    match reset {
        Reset::After(time) => time.as_secs_f64().max(1.0),
        Reset::At(at) => (at - now).max(1.0),
    }
}

fn last_line(text: &str) -> Option<&str> {
    text.lines().map(str::trim).rfind(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_reset_is_some_time_from_now() {
        assert_eq!(seconds_until(Reset::At(130.0), 100.0), 30.0);
        assert_eq!(seconds_until(Reset::At(90.0), 100.0), 1.0);
        assert_eq!(seconds_until(Reset::After(Duration::from_secs(5)), 100.0), 5.0);
    }
}
