//! `run --dry-run`: what a run would dispatch, in its order. Nothing is written, not even a lock.

use super::preflight::Checked;
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::report::run::Progress;
use specfuse_core::drive::plan::model_and_effort;
use specfuse_core::graph::Graph;
use specfuse_core::model::gate::review_name;
use specfuse_core::model::status::{GateStatus, UnitStatus};

/// Walks the current gate.
///
/// # Errors
/// None of its own.
pub fn run(checked: &Checked, progress: &mut Progress) -> Result<ExitCode> {
    let feature = &checked.feature;
    let name = feature.id().map_or_else(|| feature.folder_name().to_owned(), |id| id.to_string());
    let Some(index) = feature.current_gate() else {
        progress.note(&format!("{name}: all gates passed — feature complete."));
        return Ok(ExitCode::Complete);
    };
    let gate = &feature.gates[index];
    let status = gate.status().map_or_else(|| "unknown".to_owned(), |status| status.to_string());
    progress.note(&format!(
        "== {name} — Gate {} [{status}] ({} work units) ==",
        gate.number,
        gate.units.len()
    ));
    if gate.status() == Some(GateStatus::AwaitingReview) {
        progress.note(&format!("Gate {} awaits your review: {}.", gate.number, review_name(gate.number + 1)));
        return Ok(ExitCode::Usage);
    }
    let walk = Graph::of(feature).walk(index);
    for unit in &walk {
        let unit = &feature.units[*unit];
        let (model, effort) = model_and_effort(feature, unit);
        let kind = unit.kind().map_or_else(|| "?".to_owned(), |kind| kind.to_string());
        progress.note(&format!("-- {} [{kind}] model={model} effort={effort} (would dispatch)", unit.id()));
    }
    let left: Vec<&str> = feature
        .units_of(gate)
        .filter(|(unit, _)| !walk.contains(unit))
        .filter(|(_, unit)| !unit.status().is_some_and(UnitStatus::is_final))
        .map(|(_, unit)| unit.id())
        .collect();
    if left.is_empty() {
        progress.note(&format!("(dry run) Gate {} would complete and await review.", gate.number));
        return Ok(ExitCode::Complete);
    }
    progress.note(&format!(
        "(dry run) Gate {} would stop with open units: {}.",
        gate.number,
        left.join(", ")
    ));
    let drafts = feature.units_of(gate).any(|(_, unit)| unit.status() == Some(UnitStatus::Draft));
    Ok(if drafts && walk.is_empty() { ExitCode::Usage } else { ExitCode::Stopped })
}
