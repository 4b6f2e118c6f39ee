//! What sessions cost: every session of every role is metered here, so that it counts to its unit, to
//! the gate's budget and to the log.

use super::Turn;
use crate::drive::effect::Role;
use crate::drive::event::{SessionReport, Usage};
use crate::drive::plan::UnitView;
use crate::drive::state::AttemptUsage;
use serde_json::{Value, json};

impl Turn<'_> {
    /// Adds what a session used to its unit.
    pub(super) fn meter(&mut self, unit: &str, attempt: u32, role: Role, report: &SessionReport) {
        // A project may want no cost in its files; then none is known, and no budget can stop it.
        let silent = SessionReport { usage: Usage::default(), ..report.clone() };
        let report = if self.state.plan.head.attempts.cost_tracking { report } else { &silent };
        self.state.record(unit).attempts.push(AttemptUsage {
            attempt,
            role,
            duration_seconds: report.duration_seconds,
            usage: report.usage.clone(),
        });
        if let Some(unit) = self.state.plan.units.get_mut(unit) {
            let cost = report.usage.cost_usd.unwrap_or(0.0);
            unit.cost_usd += cost;
            unit.lifetime_cost_usd += cost;
            unit.duration_seconds += report.duration_seconds;
        }
    }

    /// The keys that say what a unit used in this cycle.
    pub(super) fn spent(&self, unit: &UnitView) -> Vec<(&'static str, Value)> {
        let record = self.state.units.get(&unit.id);
        let attempts = record.map(|record| &record.attempts[..]).unwrap_or_default();
        let total = |of: fn(&Usage) -> Option<u64>| {
            let known: Vec<u64> = attempts.iter().filter_map(|attempt| of(&attempt.usage)).collect();
            (!known.is_empty()).then(|| known.iter().sum::<u64>())
        };
        let mut keys = vec![("duration_seconds", json!(round(unit.duration_seconds, 3)))];
        if attempts.iter().any(|attempt| attempt.usage.cost_usd.is_some()) {
            keys.push(("cost_usd", json!(round(unit.cost_usd, 6))));
        }
        if let Some(tokens) = total(|usage| usage.input_tokens) {
            keys.push(("input_tokens", json!(tokens)));
        }
        if let Some(tokens) = total(|usage| usage.output_tokens) {
            keys.push(("output_tokens", json!(tokens)));
        }
        keys
    }
}

fn round(value: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (value * scale).round() / scale
}
