//! Calling a person: every escalation of the log has its brief, told and kept.

use super::Turn;
use crate::drive::brief::{self, Brief};
use crate::drive::effect::{Effect, Tone};
use crate::drive::plan::UnitView;
use crate::model::status::UnitStatus;
use serde_json::{Value, json};

impl Turn<'_> {
    /// Tells and keeps the brief of an escalation, and names its file in the payload.
    pub(super) fn brief(&mut self, about: &str, payload: &mut Value) {
        let brief = Brief::of(self.state, about, payload);
        let folder = self.state.plan.head.folder.as_ref().map_or("", |folder| folder.file_name());
        let name = brief::file_name(&self.at, about, &brief.reason);
        payload["brief"] = json!(format!(".specfuse/.loop/{folder}/briefs/{name}"));
        let text = brief.text();
        let unit = self.state.plan.units.contains_key(about).then_some(about);
        self.say(Tone::Needed, unit, text.clone());
        self.out.push(Effect::Brief { name, text });
    }

    /// Calls a person; one that the log has already, with nothing dispatched since, is told again and
    /// not logged again.
    pub(super) fn call_once(&mut self, about: &str, payload: Value) {
        let call = json!([about, payload]);
        if self.state.called.as_ref() == Some(&call) {
            let unit = self.state.plan.units.contains_key(about).then_some(about);
            let text = Brief::of(self.state, about, &payload).text();
            return self.say(Tone::Needed, unit, text);
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

    /// A unit that stopped on a failure that came twice goes again only when somebody says that it was
    /// reproduced, or that it does not matter.
    pub(super) fn reject_re_arm(&mut self, unit: &UnitView) {
        let why = format!(
            "{} stopped on a failure that came twice, and its file does not say that it was reproduced or is \
             overridden",
            unit.short()
        );
        let payload = json!({"re_arm_count": unit.re_arm_count, "reason": "spinning_reproduction_missing"});
        self.log(&unit.id, "re_arm_rejected", payload);
        self.stop_unit(unit, unit.stopped_on.as_deref().unwrap_or("spinning_signature_repeat"), &why);
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
        self.log(&unit.id, "human_escalation", json!({"reason": reason, "why": [why]}));
    }
}
