//! After a gate that is not the last: whether the next one arms itself, and what that takes.

use super::Turn;
use crate::close::arming::Evaluation;
use crate::drive::effect::{Effect, Tone};
use crate::drive::state::{Phase, Then};
use crate::model::gate::review_name;
use crate::model::status::{GateStatus, UnitStatus};
use serde_json::json;

impl Turn<'_> {
    pub(super) fn evaluate_arming(&mut self, gate: u32) {
        self.ask(Phase::Arming { gate }, Effect::JudgeArming { gate });
    }

    /// The evaluation is logged in every mode; under `auto` a yes arms the gate.
    pub(super) fn arming_judged(&mut self, evaluation: &Evaluation) {
        let plan = &self.state.plan;
        let Some(gate) = plan.gates.iter().position(|gate| gate.number == evaluation.gate) else {
            return self.load();
        };
        let feature = plan.head.feature.clone();
        self.log(&feature, "arm_predicate_evaluated", json!(evaluation));
        let auto = self.state.plan.gates.get(gate + 1).is_some_and(|next| next.auto);
        if auto && evaluation.would_arm {
            return self.arm_itself(gate);
        }
        let number = evaluation.gate;
        let next = self.state.plan.gates.get(gate + 1).map_or(number + 1, |gate| gate.number);
        let mut why = vec![format!("Gate {number} is complete and awaits review.")];
        if auto {
            why.push(format!("Gate {next} does not arm itself:"));
            why.extend(evaluation.against());
        }
        why.push(format!("Read {}, then arm gate {next}: specfuse-loop arm {next}", review_name(next)));
        self.end(0, "gate_reached", why);
    }

    /// The drafts of the gate after `gate` become pending, and `gate` is passed.
    fn arm_itself(&mut self, gate: usize) {
        let number = self.state.plan.gates[gate + 1].number;
        let drafts: Vec<String> = self
            .state
            .plan
            .units_of(gate + 1)
            .filter(|unit| unit.status == Some(UnitStatus::Draft))
            .map(|unit| unit.id.clone())
            .collect();
        for id in &drafts {
            let Some(unit) = self.state.plan.units.get_mut(id) else { continue };
            unit.status = Some(UnitStatus::Pending);
            let path = unit.path.clone();
            self.set(path, vec![("status", json!("pending"))]);
        }
        self.set_gate(gate, GateStatus::Passed);
        let folder = self.state.plan.head.folder.as_ref().map_or("", |folder| folder.file_name());
        let tag = format!("specfuse/{folder}/auto-armed-gate-{number}");
        let feature = self.state.plan.head.feature.clone();
        self.log(&feature, "gate_auto_armed", json!({"gate": number, "units": drafts, "tag": tag}));
        let text =
            format!("Gate {number} armed itself. To take that back: specfuse-loop arm {number} --undo");
        self.say(Tone::Good, None, text);
        self.book(format!("arm gate {number}"), Then::Armed { tag });
    }

    /// Remembers what is planned, once, before anything is dispatched.
    pub(super) fn keep_baseline(&mut self) {
        if !self.state.baselined {
            self.state.baselined = true;
            self.state.uncommitted = true;
            self.out.push(Effect::KeepBaseline);
        }
    }
}
