//! Calls for a person that are about no attempt of a unit.

use super::Turn;
use crate::drive::effect::Tone;
use crate::drive::plan::UnitView;
use crate::model::status::UnitStatus;
use serde_json::{Value, json};

impl Turn<'_> {
    /// Calls a person; a call that the log has already, with nothing dispatched since, is not repeated.
    pub(super) fn call_once(&mut self, about: &str, payload: Value) {
        let call = json!([about, payload]);
        if self.state.called.as_ref() == Some(&call) {
            return;
        }
        self.state.called = Some(call);
        self.log(about, "human_escalation", payload);
    }

    /// A unit whose `produces` nobody could keep is not dispatched: a person mends it.
    pub(super) fn refuse_shape(&mut self, unit: &UnitView) {
        let why = unit.produces_invalid.join("; ");
        self.stop_unit(unit, "produces_shape_invalid", &format!("produces: {why}"));
        self.load();
    }

    /// Stops a unit for a person without an attempt of it.
    pub(super) fn stop_unit(&mut self, unit: &UnitView, reason: &str, why: &str) {
        self.state.record(&unit.id).escalated = true;
        if let Some(view) = self.state.plan.units.get_mut(&unit.id) {
            view.status = Some(UnitStatus::BlockedHuman);
        }
        let keys = vec![("status", json!(UnitStatus::BlockedHuman)), ("escalation_reason", json!(reason))];
        self.set(unit.path.clone(), keys);
        self.log(&unit.id, "human_escalation", json!({"reason": reason, "why": why}));
        self.say(Tone::Needed, Some(&unit.id), format!("stopped for a person: {reason}\n{why}"));
    }
}
