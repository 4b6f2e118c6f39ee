//! Closing a gate: whether it may close itself (predicate v1), and what a closing session must leave
//! behind ([`requirements`]).

pub mod arming;
pub mod backtest;
pub mod baseline;
pub mod requirements;
pub mod skeleton;

pub use requirements::{Requirement, unmet, unnamed};

use crate::model::event::Event;
use crate::model::status::UnitType;
use crate::model::{Feature, Gate, Unit};
use crate::ordered;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the predicate, written with every decision.
pub const PREDICATE_VERSION: &str = "v1";

/// The reason when the person asked for a closing session.
pub const FORCED: &str = "forced_full_close";

/// The reason when the closing unit itself (its short id) wants a session.
pub fn disabled_by(unit: &str) -> String {
    format!("auto_close_disabled_per_wu: {unit}")
}

/// A unit may cost this many times its plan; more is an overrun.
const SOFT_RATIO: f64 = 1.5;
/// A unit that costs more than this many times its plan is a hard overrun.
const HARD_RATIO: f64 = 2.0;

/// Whether a gate closes itself, and all that speaks against it.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Decision {
    /// Yes or no; yes exactly when there is no reason.
    pub auto: bool,
    /// Every reason against, in a fixed order.
    pub reasons: Vec<String>,
    /// What the reasons were computed from.
    pub metrics: Metrics,
    /// The gate's number.
    pub gate_id: u32,
    /// The feature's id.
    pub feature_id: String,
    /// [`PREDICATE_VERSION`].
    pub predicate_version: String,
}

/// What a decision was computed from. Maps are by unit id; money is in US dollars.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Metrics {
    /// What each unit has cost over all cycles.
    pub per_wu_cost: BTreeMap<String, f64>,
    /// What each was planned to cost.
    pub per_wu_planned: BTreeMap<String, Option<f64>>,
    /// The sum of the costs.
    pub gate_total_cost: f64,
    /// The gate's budget.
    pub gate_budget: Option<f64>,
    /// What the plan-next unit has cost.
    pub plan_next_cost: Option<f64>,
    /// What it was planned to cost.
    pub plan_next_planned: Option<f64>,
    /// Units that stopped for a person, in the order they first did.
    pub blocked_human_events: Vec<String>,
    /// Units that were rewritten or put in while the gate ran, in that order.
    pub replan_events: Vec<String>,
    /// How each unit's last attempt ended.
    pub final_outcomes: BTreeMap<String, String>,
    /// What could not be judged: `planned_cost_missing: T01`, `events_jsonl_missing`.
    pub warnings: Vec<String>,
}

/// Decides whether gate `number` closes itself. Of the wishes to have it closed by a session only the
/// plan's counts here; a closing unit's own and the person's are the machine's to add.
pub fn decide(feature: &Feature, number: u32) -> Decision {
    let mut decision = Decision {
        gate_id: number,
        feature_id: feature.id().map(|id| id.to_string()).unwrap_or_default(),
        predicate_version: PREDICATE_VERSION.to_owned(),
        ..Decision::default()
    };
    match feature.find_gate(number).map(|index| &feature.gates[index]) {
        None => decision.reasons.push("gate_not_found".into()),
        Some(gate) => judge(feature, gate, &mut decision),
    }
    decision.auto = decision.reasons.is_empty();
    decision
}

fn judge(feature: &Feature, gate: &Gate, decision: &mut Decision) {
    let units: Vec<&Unit> = feature.units_of(gate).map(|(_, unit)| unit).collect();
    let history = History::of(feature, &units);
    decision.metrics = metrics(feature, gate, &units, &history);
    let plan = feature.plan.as_deref();
    if plan.is_some_and(|plan| plan.auto_close_disabled.get() == Some(&true)) {
        decision.reasons.push("auto_close_disabled_per_plan".into());
    }
    let out = &mut decision.reasons;
    for unit in &units {
        if unit.file.is_none() {
            out.push(format!("wu_file_missing: {}", unit.short_id()));
        }
    }
    out.extend(
        history
            .stops
            .iter()
            .map(|(id, what)| format!("blocked_human_in_chain: {} {what}", crate::model::id::short(id))),
    );
    out.extend(
        history
            .replans
            .iter()
            .map(|(id, day)| format!("replan_event: {} {day}", crate::model::id::short(id))),
    );
    units.iter().filter(|unit| is_judged(unit)).for_each(|unit| overruns(unit, out));
    plan_next_overrun(&units, out);
    budget(&decision.metrics, out);
    for unit in units.iter().filter(|unit| is_judged(unit)) {
        let outcome = history.outcome(unit.id());
        if outcome != "passed" {
            out.push(format!("final_attempt_not_passed: {} (outcome={outcome})", unit.short_id()));
        }
    }
}

/// Whether the predicate looks at a unit's own cost and outcome: all but the closes themselves and
/// plan-next. The legacy closing steps count as work.
fn is_judged(unit: &Unit) -> bool {
    !unit.kind().is_some_and(|kind| kind.is_close() || kind == UnitType::PlanNext)
}

fn cost(unit: &Unit) -> f64 {
    unit.file.as_ref().map_or(0.0, |file| file.lifetime_cost_usd())
}

fn metrics(feature: &Feature, gate: &Gate, units: &[&Unit], history: &History) -> Metrics {
    let plan_next = units.iter().find(|unit| unit.kind() == Some(UnitType::PlanNext));
    let by_id = |unit: &&Unit| unit.id().to_owned();
    let is_close = |unit: &&Unit| unit.kind().is_some_and(UnitType::is_close);
    let missing = units.iter().filter(|unit| unit.planned_cost_usd().is_none() && !is_close(unit));
    let mut warnings: Vec<String> = Vec::new();
    if feature.events.is_empty() {
        warnings.push("events_jsonl_missing".into());
    }
    warnings.extend(missing.map(|unit| format!("planned_cost_missing: {}", unit.short_id())));
    Metrics {
        per_wu_cost: ordered::map(units.iter().map(|unit| (by_id(unit), cost(unit)))),
        per_wu_planned: ordered::map(units.iter().map(|unit| (by_id(unit), unit.planned_cost_usd()))),
        gate_total_cost: units.iter().map(|unit| cost(unit)).fold(0.0, |sum, cost| sum + cost),
        gate_budget: gate.file.as_ref().and_then(|file| file.cost_budget_usd.get().copied()),
        plan_next_cost: plan_next.map(|unit| cost(unit)),
        plan_next_planned: plan_next.and_then(|unit| unit.planned_cost_usd()),
        blocked_human_events: history.stops.iter().map(|(id, _)| id.clone()).collect(),
        replan_events: history.replans.iter().map(|(id, _)| id.clone()).collect(),
        final_outcomes: ordered::map(
            units.iter().map(|unit| (by_id(unit), history.outcome(unit.id()).to_owned())),
        ),
        warnings,
    }
}

fn overruns(unit: &Unit, out: &mut Vec<String>) {
    let (Some(planned), actual) = (unit.planned_cost_usd(), cost(unit)) else { return };
    let text = against_plan(unit, actual, planned);
    if actual > SOFT_RATIO * planned {
        out.push(format!("per_wu_cost_overrun: {text}"));
    }
    if actual > HARD_RATIO * planned {
        out.push(format!("per_wu_hard_overrun: {text}"));
    }
}

fn plan_next_overrun(units: &[&Unit], out: &mut Vec<String>) {
    for unit in units.iter().filter(|unit| unit.kind() == Some(UnitType::PlanNext)) {
        let (Some(planned), actual) = (unit.planned_cost_usd(), cost(unit)) else { continue };
        if actual > SOFT_RATIO * planned {
            out.push(format!("plan_next_overrun: {}", against_plan(unit, actual, planned)));
        }
    }
}

fn against_plan(unit: &Unit, actual: f64, planned: f64) -> String {
    let ratio = if planned > 0.0 { format!("{:.2}x", actual / planned) } else { "inf".into() };
    format!("{} actual=${actual:.2} planned=${planned:.2} ratio={ratio}", unit.short_id())
}

fn budget(metrics: &Metrics, out: &mut Vec<String>) {
    if let Some(budget) = metrics.gate_budget.filter(|budget| metrics.gate_total_cost > *budget) {
        out.push(format!("gate_budget_exceeded: total=${:.2} budget=${budget:.2}", metrics.gate_total_cost));
    }
}

/// What the event log says of a gate's units.
#[derive(Debug, Default)]
struct History<'a> {
    /// Units that stopped for a person or were re-armed: each once, with how and when first.
    stops: Vec<(String, String)>,
    replans: Vec<(String, String)>,
    outcomes: BTreeMap<&'a str, String>,
}

impl<'a> History<'a> {
    fn of(feature: &'a Feature, units: &[&'a Unit]) -> History<'a> {
        let mut history = History::default();
        let own = ordered::set(units.iter().map(|unit| unit.id()));
        for entry in feature.events.entries().filter(|entry| own.contains(entry.correlation_id)) {
            history.add(entry.correlation_id, &entry.event());
        }
        for unit in units {
            let count = unit.file.as_ref().and_then(|file| file.re_arm_count.get().copied()).unwrap_or(0);
            if count > 0 {
                history.stop(unit.id(), format!("re-armed {count} times"));
            }
        }
        history
    }

    fn add(&mut self, id: &'a str, event: &Event) {
        let day = event.timestamp.get(..10).unwrap_or("?");
        match event.event_type.as_str() {
            "human_escalation" => {
                self.stop(id, format!("escalated {day}"));
                self.outcomes.insert(id, "escalated".to_owned());
            }
            "re_arm_dispatched" => self.stop(id, format!("re-armed {day}")),
            "replan" | "fix_unit_inserted" => self.replans.push((id.to_owned(), day.to_owned())),
            "task_completed" => drop(self.outcomes.insert(id, "passed".to_owned())),
            "attempt_outcome" => {
                if let Some(outcome) = event.text("outcome") {
                    self.outcomes.insert(id, outcome.to_owned());
                }
            }
            _ => {}
        }
    }

    fn stop(&mut self, id: &str, what: String) {
        if !self.stops.iter().any(|(known, _)| known == id) {
            self.stops.push((id.to_owned(), what));
        }
    }

    fn outcome(&self, id: &str) -> &str {
        self.outcomes.get(id).map_or("no_events", String::as_str)
    }
}

/// The heading of the stub that an auto-closed gate gets in `RETROSPECTIVE.md`.
pub fn stub_heading(gate: u32) -> String {
    format!("## Gate {gate} — auto-closed (predicate={PREDICATE_VERSION})")
}

/// The stub itself.
pub fn stub(decision: &Decision) -> String {
    let budget = decision.metrics.gate_budget.map_or("none".into(), |budget| format!("${budget:.2}"));
    format!(
        "{}\n\nEvery unit passed on plan, so this gate closed without a closing session.\n\n\
         - feature_id: {}\n- predicate_version: {}\n- gate_total_cost: ${:.2}\n- gate_budget: {budget}\n\
         - reasons: [] (auto=True)\n",
        stub_heading(decision.gate_id),
        decision.feature_id,
        decision.predicate_version,
        decision.metrics.gate_total_cost,
    )
}
