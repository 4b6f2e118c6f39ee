//! Calling a person: every escalation of the log has its brief, told and kept.

use super::Turn;
use crate::drive::brief::{self, Brief};
use crate::drive::effect::{Effect, Tone};
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
}
