//! The lines of `events.jsonl` that the machine writes.

use super::redact;
use super::result_block::ResultStatus;
use super::state::{Attempt, AttemptFailure, Outcome, State, UnitRecord};
use crate::close::Decision;
use crate::model::event::Event as Line;
use serde_json::{Value, json};

/// Who writes.
const SOURCE: &str = "driver";

/// A line, redacted.
pub fn line(state: &State, at: &str, about: &str, kind: &str, mut payload: Value) -> Line {
    redact::redact_value(&mut payload);
    Line {
        timestamp: at.to_owned(),
        correlation_id: about.to_owned(),
        event_type: kind.to_owned(),
        source: SOURCE.to_owned(),
        source_version: state.options.version.clone(),
        payload,
    }
}

/// The payload of `attempt_outcome`.
pub fn attempt_outcome(
    state: &State,
    attempt: &Attempt,
    outcome: Outcome,
    failure: Option<&AttemptFailure>,
) -> Value {
    let unit = state.plan.units.get(&attempt.unit);
    let report = attempt.report.clone().unwrap_or_default();
    let used =
        state.units.get(&attempt.unit).map(|record| record.used_in(attempt.number)).unwrap_or_default();
    let usage = &used.usage;
    let result = report.result.as_ref();
    let touched = attempt.facts.as_ref().map(|facts| &facts.touched[..]).unwrap_or_default();
    let failed = failure.map(|f| &f.failure);
    let mut payload = json!({
        "attempt": attempt.number,
        "outcome": outcome.word(),
        "duration_seconds": used.duration_seconds,
        "cost_usd": usage.cost_usd,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cache_read_input_tokens": usage.cache_read_input_tokens,
        "cache_creation_input_tokens": usage.cache_creation_input_tokens,
        "model": unit.map(|unit| &unit.model),
        "effort": unit.map(|unit| &unit.effort),
        "failure_class": failed.map(|f| f.class.word()),
        "failure_signature": failed.map(|f| &f.signature),
        "failure_excerpt": failed.map(|f| &f.excerpt),
        "failing_tests": failed.map(|f| &f.failing_tests[..]).unwrap_or_default(),
        "files_touched": touched,
        "agent_status": result.and_then(|r| r.status).map(|status| match status {
            ResultStatus::Complete => "complete",
            ResultStatus::Blocked => "blocked",
        }),
        "agent_blocked_reason": result.and_then(|r| r.blocked_reason.as_ref()),
        "re_arm_count": unit.map_or(0, |unit| unit.re_arm_count),
    });
    if attempt.report.is_some() && result.is_none() {
        payload["result_block"] = json!("missing");
    }
    payload
}

/// The payload of `task_completed`.
pub fn task_completed(record: &UnitRecord) -> Value {
    let mut worked: Vec<u32> = record.attempts.iter().map(|used| used.attempt).collect();
    worked.dedup();
    json!({ "attempts": worked.len(), "attempts_usage": record.attempts })
}

/// The payload of `auto_close_decision`.
pub fn auto_close_decision(decision: &Decision, terminal: bool, plan_next_follows: bool) -> Value {
    json!({
        "gate": decision.gate_id,
        "gate_type": if terminal { "terminal" } else { "intermediate" },
        "auto": decision.auto,
        "reasons": decision.reasons,
        "metrics": decision.metrics,
        "plan_next_dispatched": plan_next_follows,
        "predicate_version": decision.predicate_version,
    })
}
