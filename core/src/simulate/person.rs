//! What a person does when a run stops: arms the next gate, sets a stopped unit going again once and
//! abandons it the next time, does their own steps, raises a budget.

use super::world::World;
use crate::drive::{PlanView, Stop};
use crate::edit::{self, Rearm, Value};
use crate::fix::Edits;
use crate::model::Feature;
use crate::model::status::{GateStatus, UnitStatus, UnitType};
use crate::path::RelPath;
use crate::schema::FileKind;
use std::collections::BTreeMap;

/// A person, and what they did.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Person {
    /// The units they acted on, with how often.
    pub acted: BTreeMap<String, u32>,
}

impl Person {
    /// Does what a stop asks for; whether it is worth running again.
    pub fn answer(&mut self, world: &mut World, stop: &Stop, now: &str) -> bool {
        let feature = world.feature();
        let edits = match stop.reason.as_str() {
            "stop_requested" | "agent_unavailable" | "squash_commit_failed" => return true,
            "gate_reached" | "not_armed" => arm(world, &feature),
            "human_step_required" => self.own_step(world, &feature),
            "stranded" => self.stranded(world, &feature, now),
            "gate_budget_exceeded" | "gate_budget_exceeded_post_dispatch" => raise(world, &feature),
            _ => None,
        };
        match edits {
            Some(edits) if !edits.is_empty() => {
                world.person(&edits, "A person's answer");
                true
            }
            _ => false,
        }
    }

    fn act(&mut self, feature: &Feature, unit: usize) -> u32 {
        let times = self.acted.entry(feature.units[unit].id().to_owned()).or_default();
        *times += 1;
        *times
    }

    fn own_step(&mut self, world: &World, feature: &Feature) -> Option<Edits> {
        let open = |unit: &&crate::model::Unit| {
            unit.kind() == Some(UnitType::Human) && !unit.status().is_some_and(UnitStatus::is_final)
        };
        let unit = feature.units.iter().filter(open).find(|unit| {
            let done = |id: &str| {
                feature.find_unit(id).is_some_and(|at| feature.units[at].status() == Some(UnitStatus::Done))
            };
            unit.entry.depends_on.iter().all(|id| done(&id.value))
        })?;
        let at = feature.find_unit(unit.id())?;
        self.act(feature, at);
        edit::mark_done(&world.tree, feature, at, "I looked.").ok()
    }

    fn stranded(&mut self, world: &World, feature: &Feature, now: &str) -> Option<Edits> {
        let at = feature.units.iter().position(|unit| unit.status() == Some(UnitStatus::BlockedHuman))?;
        if self.act(feature, at) > 1 {
            return edit::set_unit_status(&world.tree, feature, at, UnitStatus::Abandoned).ok();
        }
        let rearm = Rearm {
            timestamp: now.to_owned(),
            reason: "The cause is mended.".into(),
            reproduced: false,
            overridden: true,
        };
        edit::rearm(&world.tree, feature, at, &rearm).ok()
    }
}

fn arm(world: &World, feature: &Feature) -> Option<Edits> {
    let draft = |unit: &crate::model::Unit| unit.status() == Some(UnitStatus::Draft);
    let gate = feature.gates.iter().position(|gate| feature.units_of(gate).any(|(_, unit)| draft(unit)))?;
    edit::arm_gate(&world.tree, feature, gate).ok().map(|arming| arming.edits)
}

/// Raises the budget above what the gate has cost, in whole dollars.
fn raise(world: &World, feature: &Feature) -> Option<Edits> {
    let at = feature.gates.iter().position(|gate| gate.status() == Some(GateStatus::AwaitingReview))?;
    let gate = &feature.gates[at];
    let path: RelPath = gate.path.clone().ok()?;
    let budget = gate.file.as_ref()?.cost_budget_usd.get().copied()?;
    let least = PlanView::of(feature).gate_cost_usd(at).max(budget);
    let changes = [
        ("cost_budget_usd", Some(Value::Number(least.ceil() + 2.0))),
        ("status", Some(Value::Text("open".into()))),
    ];
    edit::set_keys(FileKind::Gate, &path, world.tree.text(&path)?, &changes).ok()
}
