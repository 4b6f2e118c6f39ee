//! Several attempts at once: which unit goes into which lane, what waits until the lanes are empty, and
//! how the lanes of a killed driver are taken up.
//!
//! One attempt per lane, all of them in [`State::lanes`](super::State::lanes). Everything else (reading the plan, choosing,
//! bookkeeping, closing units, the whole `code` set) stays one thing at a time and belongs to no lane.

use super::Turn;
use crate::drive::effect::{Effect, Stop};
use crate::drive::event::Event;
use crate::drive::plan::UnitView;
use crate::drive::state::{Phase, Stage};
use crate::drive::{choose, sets};
use crate::model::status::GateStatus;

impl Turn<'_> {
    /// Takes an answer from a lane; whether it was one.
    pub(super) fn take_from_lane(&mut self, lane: u32, event: Event) -> bool {
        if self.state.phase != Phase::Watching {
            return false;
        }
        match self.state.lanes.remove(&lane) {
            Some(attempt) => self.attempt(attempt, event),
            None => false,
        }
    }

    /// Begins an attempt where there is room for it: in a lane, or in the checkout when there are none.
    pub(super) fn dispatch(&mut self, id: &str) {
        let lane = self.free_lane().unwrap_or(0);
        self.begin(id, lane);
        if lane > 0 {
            self.fill();
        }
    }

    fn free_lane(&self) -> Option<u32> {
        (1..=self.state.options.lanes()).find(|lane| !self.state.lanes.contains_key(lane))
    }

    /// Lanes are busy: what may run beside them is begun, all else waits for them.
    pub(super) fn fill(&mut self) {
        self.try_held_again();
        while let Some((lane, unit)) = self.next_beside() {
            self.begin(&unit, lane);
        }
        self.watch();
    }

    /// Waits for any lane; when all of them wait for a person, the run ends.
    pub(super) fn watch(&mut self) {
        self.state.phase = Phase::Watching;
        self.give_turn();
        if !self.is_any_lane_busy() {
            self.held_up();
        }
    }

    /// Whether an answer will come from any lane.
    pub(super) fn is_any_lane_busy(&self) -> bool {
        self.state.lanes.values().any(|attempt| !matches!(attempt.stage, Stage::Held { .. }))
    }

    /// A free lane, and the unit for it. Closing units run alone.
    fn next_beside(&mut self) -> Option<(u32, String)> {
        if self.state.stopping || self.state.ending.is_some() || self.is_closing() {
            return None;
        }
        let lane = self.free_lane()?;
        let plan = &self.state.plan;
        let gate = plan.current_gate()?;
        if plan.gates[gate].status != Some(GateStatus::Open) || self.is_over_budget(gate) {
            return None;
        }
        let unit = self.choose(gate)?;
        let may = !unit.is_closing()
            && unit.produces_invalid.is_empty()
            && sets::missing(&self.state.plan, &unit).is_empty();
        may.then_some((lane, unit.id))
    }

    fn is_closing(&self) -> bool {
        let unit = |id: &String| self.state.plan.units.get(id);
        self.state.lanes.values().filter_map(|attempt| unit(&attempt.unit)).any(UnitView::is_closing)
    }

    /// The units that may be dispatched now, in graph order.
    pub(super) fn ready(&self, gate: usize) -> Vec<UnitView> {
        let busy = |unit: &UnitView| self.state.lanes.values().any(|attempt| attempt.unit == unit.id);
        choose::ready(&self.state.plan, gate).into_iter().filter(|unit| !busy(unit)).cloned().collect()
    }

    /// Takes up what a killed driver left in the lanes.
    pub(super) fn resume_lanes(&mut self) {
        self.resuming = true;
        let phase = self.state.phase.clone();
        for attempt in std::mem::take(&mut self.state.lanes).into_values() {
            if attempt.stage == Stage::Opening {
                // Nothing ran in it but perhaps a setup; the unit is ready again.
                self.out.push(Effect::EndSession { unit: attempt.unit, attempt: attempt.number });
            } else {
                self.resume_attempt(attempt);
            }
        }
        self.state.phase = phase;
        self.resuming = false;
    }

    /// The run ends when the lanes are empty. The first reason counts.
    pub(super) fn end_with_lanes(&mut self, stop: Stop) {
        self.state.ending.get_or_insert(stop);
        self.watch();
    }
}
