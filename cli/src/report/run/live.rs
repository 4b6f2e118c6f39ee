//! The lines that move below the log on a terminal: one for each running unit (attempt, time, cost,
//! what runs now) and one for the gate. They are gone when the run is.

use crate::env;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use specfuse_core::drive::{Phase, State, Usage};
use specfuse_core::model::id::short;
use specfuse_core::model::status::{GateStatus, UnitStatus};
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::time::Duration;

/// How often the times are drawn anew.
const TICK: Duration = Duration::from_millis(200);
/// More running units than this are only counted: a terminal has few lines.
const MOST_LINES: usize = 12;

/// The live lines of a run.
#[derive(Debug)]
pub(super) struct Live {
    lines: MultiProgress,
    gate: ProgressBar,
    units: BTreeMap<String, Unit>,
    /// What all sessions that ended have cost.
    spent: f64,
    where_it_stands: String,
}

#[derive(Debug)]
struct Unit {
    line: ProgressBar,
    /// Whether there was room for its line.
    shown: bool,
    attempt: Option<u32>,
    doing: String,
    usage: Usage,
}

impl Live {
    /// Live lines, when a person sits before a terminal that can draw them.
    pub(super) fn on_terminal() -> Option<Live> {
        let terminal = std::io::stdout().is_terminal() && std::io::stderr().is_terminal();
        (terminal && !env::calm_terminal()).then(|| Live::new(ProgressDrawTarget::stderr()))
    }

    fn new(target: ProgressDrawTarget) -> Live {
        let lines = MultiProgress::with_draw_target(target);
        let gate = lines.add(ProgressBar::new_spinner().with_style(style("   {wide_msg}")));
        Live { lines, gate, units: BTreeMap::new(), spent: 0.0, where_it_stands: String::new() }
    }

    /// Writes to standard output while the lines are away.
    pub(super) fn aside(&self, write: impl FnOnce()) {
        self.lines.suspend(write);
    }

    /// Takes away the lines of units that no longer run, and counts what is done.
    pub(super) fn follow(&mut self, state: &State) {
        let running = running(state);
        let gone: Vec<String> =
            self.units.keys().filter(|unit| !running.contains_key(unit.as_str())).cloned().collect();
        for unit in gone {
            self.forget(&unit);
        }
        for (unit, attempt) in running {
            if !self.units.contains_key(unit) {
                self.doing(unit, attempt, "prepares");
            }
        }
        self.where_it_stands = where_it_stands(state);
        self.draw_gate();
    }

    /// `unit` does `text` now.
    pub(super) fn doing(&mut self, unit: &str, attempt: Option<u32>, text: &str) {
        let lines = &self.lines;
        let gate = &self.gate;
        let room = self.units.values().filter(|unit| unit.shown).count() < MOST_LINES;
        let entry = self.units.entry(unit.to_owned()).or_insert_with(|| {
            let line = match room {
                true => lines.insert_before(gate, ProgressBar::new_spinner()),
                false => ProgressBar::hidden(),
            };
            line.set_style(style("{spinner} {elapsed_precise} {wide_msg}"));
            line.enable_steady_tick(TICK);
            Unit { line, shown: room, attempt: None, doing: String::new(), usage: Usage::default() }
        });
        entry.attempt = attempt.or(entry.attempt);
        entry.doing = text.to_owned();
        entry.draw(unit);
        self.draw_gate();
    }

    /// A session tells what it does and what it has used.
    pub(super) fn activity(&mut self, unit: &str, text: &str, usage: &Usage) {
        if let Some(entry) = self.units.get_mut(unit) {
            entry.usage = usage.clone();
        }
        self.doing(unit, None, text);
    }

    pub(super) fn session_ended(&mut self, unit: &str, cost: Option<f64>) {
        self.spent += cost.unwrap_or(0.0);
        if let Some(entry) = self.units.get_mut(unit) {
            entry.usage = Usage::default();
        }
        self.doing(unit, None, "looks at what was done");
    }

    /// No line is left behind.
    pub(super) fn end(&mut self) {
        let units: Vec<String> = self.units.keys().cloned().collect();
        units.iter().for_each(|unit| self.forget(unit));
        self.gate.finish_and_clear();
    }

    fn forget(&mut self, unit: &str) {
        if let Some(unit) = self.units.remove(unit) {
            unit.line.finish_and_clear();
            self.lines.remove(&unit.line);
        }
    }

    fn draw_gate(&self) {
        let running: f64 = self.units.values().filter_map(|unit| unit.usage.cost_usd).sum();
        let hidden = self.units.values().filter(|unit| !unit.shown).count();
        let more = if hidden == 0 { String::new() } else { format!(", {hidden} more running") };
        self.gate.set_message(format!(
            "{}, ${:.2} this run{more}",
            self.where_it_stands,
            self.spent + running
        ));
    }
}

impl Unit {
    fn draw(&self, id: &str) {
        let attempt = self.attempt.map_or(String::new(), |n| format!(" attempt {n}"));
        self.line.set_message(format!("{}{attempt}{}  {}", short(id), used(&self.usage), self.doing));
    }
}

/// What a session has used so far, as far as it is known.
fn used(usage: &Usage) -> String {
    let tokens = usage.input_tokens.unwrap_or(0).saturating_add(usage.output_tokens.unwrap_or(0));
    let tokens = if tokens == 0 { String::new() } else { format!("  {} tokens", thousands(tokens)) };
    usage.cost_usd.map_or(tokens.clone(), |cost| format!("  ${cost:.2}{tokens}"))
}

fn thousands(n: u64) -> String {
    if n < 10_000 { n.to_string() } else { format!("{}k", n / 1000) }
}

/// The units that the machine has under way, with their attempts.
fn running(state: &State) -> BTreeMap<&str, Option<u32>> {
    let checkout = match &state.phase {
        Phase::Attempt(attempt) => Some((attempt.unit.as_str(), Some(attempt.number))),
        Phase::Broad { unit, .. } => Some((unit.as_str(), None)),
        _ => None,
    };
    let lanes = state.lanes.values().map(|attempt| (attempt.unit.as_str(), Some(attempt.number)));
    lanes.chain(checkout).collect()
}

/// How far the first gate is that has not passed.
fn where_it_stands(state: &State) -> String {
    let gate = state.plan.gates.iter().find(|gate| gate.status != Some(GateStatus::Passed));
    let Some(gate) = gate.or(state.plan.gates.last()) else { return String::new() };
    let done = gate.units.iter().filter_map(|id| state.plan.units.get(id)?.status);
    let done = done.filter(|status| matches!(status, UnitStatus::Done | UnitStatus::Abandoned)).count();
    format!("gate {}: {done} of {} units done", gate.number, gate.units.len())
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(cost: f64, tokens: u64) -> Usage {
        Usage { cost_usd: Some(cost), input_tokens: Some(tokens), ..Usage::default() }
    }

    #[test]
    fn several_units_run_beside_each_other() {
        let mut live = Live::new(ProgressDrawTarget::hidden());
        live.doing("F/T01", Some(1), "session");
        live.doing("F/T02", Some(3), "session");
        live.activity("F/T01", "reads a file", &usage(0.5, 12_000));
        assert_eq!(live.units["F/T01"].line.message(), "T01 attempt 1  $0.50  12k tokens  reads a file");
        assert_eq!(live.units["F/T02"].line.message(), "T02 attempt 3  session");
        assert!(live.gate.message().ends_with(", $0.50 this run"), "{}", live.gate.message());
        (3..=15).for_each(|n| live.doing(&format!("F/T{n:02}"), Some(1), "session"));
        assert!(live.gate.message().ends_with(", $0.50 this run, 3 more running"), "{}", live.gate.message());
        live.follow(&State::default());
        live.doing("F/T01", Some(1), "session");
        live.session_ended("F/T01", Some(0.75));
        assert!(live.gate.message().ends_with(", $0.75 this run"), "{}", live.gate.message());
        live.follow(&State::default());
        assert!(live.units.is_empty());
    }

    #[test]
    fn the_templates_are_sound() {
        for template in ["   {wide_msg}", "{spinner} {elapsed_precise} {wide_msg}"] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
