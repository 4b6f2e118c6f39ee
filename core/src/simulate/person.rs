//! What a person does when a run stops: arms the next gate, sets a stopped unit going again once and
//! abandons it the next time, does their own steps, raises a budget.

use super::world::World;
use crate::drive::{PlanView, Stop};
use crate::edit::{self, Rearm, Value};
use crate::fix::Edits;
use crate::model::status::{GateStatus, UnitStatus, UnitType};
use crate::model::{Feature, Unit};
use crate::parse::Parser;
use crate::path::RelPath;
use crate::schema::FileKind;

/// A person, and what they did.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Person {
    /// The units they acted on, one entry for each time.
    pub acted: Vec<String>,
}

impl Person {
    /// Does what a stop asks for; whether it is worth running again.
    pub fn answer(&mut self, world: &mut World, stop: &Stop, now: &str) -> bool {
        let feature = world.feature();
        let Some((edits, unit)) = self.edits(world, &feature, stop, now) else { return false };
        if let Some(unit) = unit {
            self.acted.push(feature.units[unit].id().to_owned());
        }
        if !edits.is_empty() {
            world.person(&edits, "A person's answer");
        }
        true
    }

    /// Whether there is an answer to a stop.
    pub fn can_answer(&self, world: &World, stop: &Stop, now: &str) -> bool {
        let feature = Parser::default().feature(&world.tree, world.folder());
        self.edits(world, &feature, stop, now).is_some()
    }

    /// The answer to a stop, without an edit where it is enough to run again, and the unit it is about.
    fn edits(
        &self,
        world: &World,
        feature: &Feature,
        stop: &Stop,
        now: &str,
    ) -> Option<(Edits, Option<usize>)> {
        let edits = match stop.reason.as_str() {
            "stop_requested" | "agent_unavailable" | "squash_commit_failed" => {
                return Some((Edits::none(), None));
            }
            "gate_reached" | "not_armed" => (arm(world, feature)?, None),
            "human_step_required" => own_step(world, feature)?,
            "stranded" => self.stranded(world, feature, now)?,
            "gate_budget_exceeded" | "gate_budget_exceeded_post_dispatch" => (raise(world, feature)?, None),
            _ => return None,
        };
        Some(edits).filter(|(edits, _)| !edits.is_empty())
    }

    fn stranded(&self, world: &World, feature: &Feature, now: &str) -> Option<(Edits, Option<usize>)> {
        let at = feature.units.iter().position(|unit| unit.status() == Some(UnitStatus::BlockedHuman))?;
        let rearm = Rearm {
            timestamp: now.to_owned(),
            reason: "The cause is mended.".into(),
            reproduced: false,
            overridden: true,
        };
        let edits = match self.acted.iter().any(|id| id == feature.units[at].id()) {
            true => edit::set_unit_status(&world.tree, feature, at, UnitStatus::Abandoned),
            false => edit::rearm(&world.tree, feature, at, &rearm),
        };
        Some((edits.ok()?, Some(at)))
    }
}

/// The first step of a person's own that waits for nothing more.
fn own_step(world: &World, feature: &Feature) -> Option<(Edits, Option<usize>)> {
    let is_open = |unit: &Unit| {
        unit.kind() == Some(UnitType::Human) && !unit.status().is_some_and(UnitStatus::is_final)
    };
    let is_done = |id: &str| {
        feature.find_unit(id).is_some_and(|at| feature.units[at].status() == Some(UnitStatus::Done))
    };
    let is_next = |unit: &Unit| is_open(unit) && unit.entry.depends_on.iter().all(|id| is_done(&id.value));
    let at = feature.units.iter().position(is_next)?;
    Some((edit::mark_done(&world.tree, feature, at, "I looked.").ok()?, Some(at)))
}

fn arm(world: &World, feature: &Feature) -> Option<Edits> {
    let draft = |unit: &Unit| unit.status() == Some(UnitStatus::Draft);
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
