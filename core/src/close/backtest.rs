//! The predicate over history: what was decided about each gate, what would be decided now about the same
//! gate with what was known then, and how the two differ.

use super::{Decision, FORCED, decide, disabled_by};
use crate::model::Feature;
use crate::model::event::Event;
use crate::model::status::{GateStatus, UnitType};
use serde::Serialize;
use std::sync::Arc;

/// A gate of the past.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Tested {
    /// The gate's number.
    pub gate: u32,
    /// What was decided; missing when nobody asked.
    pub decided: Option<Past>,
    /// What would be decided now.
    pub now: Decision,
    /// Reasons that only the past decision has.
    pub gone: Vec<String>,
    /// Reasons that only today's has.
    pub new: Vec<String>,
}

/// A decision that is in the log.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Past {
    /// When.
    pub at: String,
    /// Yes or no.
    pub auto: bool,
    /// The reasons against.
    pub reasons: Vec<String>,
    /// The version of the predicate.
    pub predicate_version: String,
}

impl Tested {
    /// Whether the answer would be another.
    pub fn differs(&self) -> bool {
        self.decided.as_ref().is_some_and(|past| past.auto != self.now.auto)
    }
}

/// The gates of a feature about which a decision was made, or could have been: those that have a closing
/// unit and are over.
pub fn backtest(feature: &Feature) -> Vec<Tested> {
    let events = feature.events.entries().enumerate();
    let decisions: Vec<(usize, Event)> = events
        .filter(|(_, entry)| entry.event_type == "auto_close_decision")
        .map(|(place, entry)| (place, entry.event()))
        .collect();
    let gates = feature.gates.iter().filter_map(|gate| {
        let number = Some(f64::from(gate.number));
        let decision = decisions.iter().rfind(|(_, event)| event.number("gate") == number);
        let is_over = matches!(gate.status(), Some(GateStatus::Passed | GateStatus::AwaitingReview));
        let closes = feature.units_of(gate).any(|(_, unit)| unit.kind().is_some_and(UnitType::is_close));
        let place = decision.map(|(place, _)| *place);
        let past = decision.map(|(_, event)| past(event));
        (past.is_some() || is_over && closes).then(|| tested(feature, gate.number, place, past))
    });
    gates.collect()
}

fn tested(feature: &Feature, gate: u32, place: Option<usize>, decided: Option<Past>) -> Tested {
    let mut now = match place {
        Some(place) => decide(&until(feature, place), gate),
        None => decide(feature, gate),
    };
    now.reasons.extend(wishes(feature, gate, decided.as_ref()));
    now.auto = now.reasons.is_empty();
    let old = decided.as_ref().map(|past| &past.reasons[..]).unwrap_or_default();
    let gone = old.iter().filter(|reason| !now.reasons.contains(reason)).cloned().collect();
    let new =
        now.reasons.iter().filter(|reason| decided.is_some() && !old.contains(reason)).cloned().collect();
    Tested { gate, decided, gone, new, now }
}

/// What speaks against it besides the predicate: the closing unit wants a session, or the person did.
fn wishes(feature: &Feature, gate: u32, decided: Option<&Past>) -> Vec<String> {
    let forced = decided.is_some_and(|past| past.reasons.iter().any(|reason| reason == FORCED));
    let gate = feature.find_gate(gate).map(|gate| &feature.gates[gate]);
    let units = gate.into_iter().flat_map(|gate| feature.units_of(gate)).map(|(_, unit)| unit);
    let disabled = units.filter(|unit| {
        let wants = unit.file.as_ref().is_some_and(|file| file.auto_close_disabled.get() == Some(&true));
        wants && unit.kind().is_some_and(UnitType::is_close)
    });
    let disabled = disabled.map(|unit| disabled_by(unit.short_id()));
    disabled.chain(forced.then(|| FORCED.to_owned())).collect()
}

/// The feature with the log as it was before the event at `place`.
fn until(feature: &Feature, place: usize) -> Feature {
    Feature { events: Arc::new(feature.events.before(place)), ..feature.clone() }
}

fn past(event: &Event) -> Past {
    let reasons = event.payload.get("reasons").and_then(|reasons| reasons.as_array()).into_iter().flatten();
    Past {
        at: event.timestamp.clone(),
        auto: event.payload.get("auto").and_then(|auto| auto.as_bool()).unwrap_or(false),
        reasons: reasons.filter_map(|reason| reason.as_str().map(str::to_owned)).collect(),
        predicate_version: event.text("predicate_version").unwrap_or_default().to_owned(),
    }
}
