//! What a person does at a gate: arm it, say that a step is done, set a stopped unit going again. Each
//! is one of core's edits, applied and committed.

use crate::args::{ArmArgs, DoneArgs, RearmArgs};
use crate::commands;
use crate::env::Clock;
use crate::error::{Error, Kind, Result};
use crate::exit_code::ExitCode;
use crate::load::{self, Loaded};
use crate::repo::{Repo, message};
use crate::report::printable;
use crate::{select, store};
use specfuse_core::close::baseline::Baseline;
use specfuse_core::edit::{self, EditRefused};
use specfuse_core::fix::Edits;
use specfuse_core::model::Feature;
use specfuse_core::model::status::{GateStatus, UnitStatus};
use specfuse_core::parse::Parser;
use std::path::{Path, PathBuf};

/// Arms a gate: its drafts become pending, the gate before it is passed.
///
/// # Errors
/// When there is nothing to arm, or the plan cannot be written.
pub fn arm(args: &ArmArgs) -> Result<ExitCode> {
    let (loaded, feature) = find(args.feature.as_deref())?;
    let gate = gate_to_arm(&feature, args.gate)?;
    let number = feature.gates[gate].number;
    if args.undo {
        return disarm(&loaded, &feature, gate);
    }
    let arming = edit::arm_gate(&loaded.tree, &feature, gate).map_err(refused)?;
    for question in &arming.open_questions {
        commands::print(&format!("? {}\n", printable(question)));
    }
    if !arming.open_questions.is_empty() && !args.yes {
        return Err(Error::new(Kind::Usage, "the review of this gate has open questions")
            .hint("answer them in the drafts, then arm with --yes"));
    }
    let mut edits = arming.edits;
    Baseline::keep(&loaded.tree, &feature, &mut edits);
    write(&loaded, &edits, &format!("chore(loop): arm gate {number}"))?;
    let units: Vec<&str> = arming.units.iter().map(|unit| feature.units[*unit].short_id()).collect();
    commands::print(&format!("Gate {number} is armed: {} pending.\n", printable(&units.join(", "))));
    Ok(ExitCode::Complete)
}

/// Takes the arming of a gate back, whoever armed it.
fn disarm(loaded: &Loaded, feature: &Feature, gate: usize) -> Result<ExitCode> {
    let number = feature.gates[gate].number;
    let arming = edit::disarm_gate(&loaded.tree, feature, gate).map_err(refused)?;
    write(loaded, &arming.edits, &format!("chore(loop): undo the arming of gate {number}"))?;
    let units: Vec<&str> = arming.units.iter().map(|unit| feature.units[*unit].short_id()).collect();
    commands::print(&format!("Gate {number} is not armed: {} drafts again.\n", printable(&units.join(", "))));
    Ok(ExitCode::Complete)
}

/// The gate that was named, or else the first that holds a draft.
fn gate_to_arm(feature: &Feature, number: Option<u32>) -> Result<usize> {
    let found = match number {
        Some(number) => feature.find_gate(number),
        None => feature.gates.iter().position(|gate| {
            let draft = feature.units_of(gate).any(|(_, unit)| unit.status() == Some(UnitStatus::Draft));
            draft && gate.status() != Some(GateStatus::Passed)
        }),
    };
    found.ok_or_else(|| {
        Error::new(
            Kind::NotFound,
            number.map_or("no gate has drafts to arm".to_owned(), |n| format!("there is no gate {n}")),
        )
        .hint("`specfuse-loop plan` shows the gates")
    })
}

/// Says that a person's step is done.
///
/// # Errors
/// When there is no such unit, or it is not a person's to finish.
pub fn done(args: &DoneArgs) -> Result<ExitCode> {
    let (loaded, feature) = find(feature_of(&args.unit, args.feature.as_deref()))?;
    let unit = find_unit(&feature, &args.unit)?;
    let edits = edit::mark_done(&loaded.tree, &feature, unit, &args.evidence).map_err(refused)?;
    let id = feature.units[unit].id();
    write(&loaded, &edits, &format!("chore(loop): {id} done by a person"))?;
    commands::print(&format!("{} is done.\n", printable(id)));
    Ok(ExitCode::Complete)
}

/// Sets a stopped unit going again.
///
/// # Errors
/// When there is no such unit, or it may not go again like this.
pub fn rearm(args: &RearmArgs) -> Result<ExitCode> {
    let (loaded, feature) = find(feature_of(&args.unit, args.feature.as_deref()))?;
    let unit = find_unit(&feature, &args.unit)?;
    let rearm = edit::Rearm {
        timestamp: Clock::from_env()?.now(),
        reason: args.reason.clone(),
        reproduced: args.reproduced,
        overridden: args.r#override,
    };
    let edits = edit::rearm(&loaded.tree, &feature, unit, &rearm).map_err(refused)?;
    let id = feature.units[unit].id();
    write(&loaded, &edits, &format!("chore(loop): re-arm {id}"))?;
    commands::print(&format!("{} is pending again.\n", printable(id)));
    Ok(ExitCode::Complete)
}

fn find(asked: Option<&str>) -> Result<(Loaded, Feature)> {
    let loaded = load::load(Path::new("."))?;
    let feature = select::feature(&mut Parser::default(), &loaded, asked)?;
    Ok((loaded, feature))
}

/// The feature that a unit's whole id names, when none was asked for.
fn feature_of<'a>(unit: &'a str, asked: Option<&'a str>) -> Option<&'a str> {
    asked.or_else(|| unit.rsplit_once('/').map(|(feature, _)| feature))
}

fn find_unit(feature: &Feature, id: &str) -> Result<usize> {
    feature.find_unit(id).ok_or_else(|| {
        let known: Vec<&str> = feature.units.iter().map(|unit| unit.short_id()).collect();
        Error::new(Kind::NotFound, format!("{} has no unit {id:?}", feature.folder_name()))
            .hint(format!("it has {}", known.join(", ")))
    })
}

fn refused(refusal: EditRefused) -> Error {
    Error::new(Kind::Usage, refusal.to_string())
}

/// Writes the edits and commits just them, while no driver runs.
fn write(loaded: &Loaded, edits: &Edits, subject: &str) -> Result<()> {
    let repo = Repo::open(loaded.place.top())?;
    repo.check_identity()?;
    let _lock = commands::alone(loaded.place.top(), &repo, &Clock::from_env()?)?;
    let dirty = repo.snapshot(None)?;
    if let Some((path, _)) = edits.iter().find(|(path, _)| dirty.get(Path::new(path.as_str())).is_some()) {
        return Err(Error::new(Kind::Repository, format!("{path} holds edits that are not committed"))
            .hint("commit them first, so that they are not mixed with this"));
    }
    store::apply(&loaded.place, &loaded.tree, edits)?;
    let paths = edits.iter().map(|(path, _)| PathBuf::from(path.as_str())).collect();
    match repo.commit(&paths, &Default::default(), &message(subject, "", &[])) {
        Err(error) if error.kind == Kind::NothingToCommit => Ok(()),
        other => other.map(drop),
    }
}
