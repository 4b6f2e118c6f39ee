//! `status`: what needs a person, most urgent first, over all features that are active; each with the
//! command that resolves it. Nothing is written.

mod checkout;
mod feature;

use crate::args::StatusArgs;
use crate::driver::arming;
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::report::printable;
use crate::{commands, load, lock, select};
use serde::Serialize;
use specfuse_core::model::Feature;
use specfuse_core::model::status::PlanStatus;
use specfuse_core::parse::{Parser, feature_folders};
use std::fmt::Write;
use std::path::Path;

/// How urgent something is; the order is the order of the list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Urgency {
    /// A run was cut off.
    Interrupted,
    /// The plan has errors: it does not run.
    Plan,
    /// A unit stopped for a person.
    Blocked,
    /// A unit can never start.
    Stranded,
    /// A step is a person's.
    Person,
    /// The budget of a gate is spent.
    Budget,
    /// The last close says that the goal is not met, or nothing.
    Verdict,
    /// A gate awaits review.
    Review,
    /// Drafts wait to be armed.
    Arm,
    /// Something stands uncommitted that a run needs committed.
    Uncommitted,
    /// A file ends every run.
    StopFile,
    /// Units are ready.
    Run,
}

/// One thing that needs a person.
#[derive(Serialize)]
struct Need {
    urgency: Urgency,
    /// The feature's id; empty when it is about the whole checkout.
    feature: String,
    /// The unit, gate or file.
    subject: String,
    /// What is the matter.
    what: String,
    /// The decision that is wanted, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<String>,
    /// What to do, with the command.
    next: String,
}

#[derive(Serialize)]
struct Wire {
    version: u32,
    /// Who runs a driver on this checkout now.
    running: Option<String>,
    needs: Vec<Need>,
}

/// Prints what needs a person.
///
/// # Errors
/// When there is no plan, or no such feature.
pub fn run(args: &StatusArgs) -> Result<ExitCode> {
    let loaded = load::load(Path::new("."))?;
    let mut parser = Parser::default();
    let features: Vec<Feature> = match &args.feature {
        Some(_) => vec![select::feature(&mut parser, &loaded, args.feature.as_deref())?],
        None => feature_folders(&loaded.tree).iter().map(|f| parser.feature(&loaded.tree, f)).collect(),
    };
    let active = features.iter().filter(|f| f.status() == Some(PlanStatus::Active)).count();
    let running = lock::holder(loaded.place.top());
    let several = active > 1;
    let mut needs: Vec<Need> =
        features.iter().flat_map(|feature| feature::needs(&loaded, feature, several)).collect();
    needs.extend(checkout::needs(&loaded, &features, several));
    if running.is_some() {
        needs.retain(|need| {
            !matches!(need.urgency, Urgency::Interrupted | Urgency::Uncommitted | Urgency::Run)
        });
    }
    needs.sort_by_key(|need| need.urgency);
    let drifts = drifts(&loaded, &features);
    let wire = Wire { version: 1, running, needs };
    commands::print(&match args.json {
        true => serde_json::to_string_pretty(&wire).expect("plain data is JSON") + "\n",
        false => text(&wire, features.len(), active) + &drifts,
    });
    Ok(ExitCode::Complete)
}

fn text(wire: &Wire, features: usize, active: usize) -> String {
    let mut out = String::new();
    if let Some(who) = &wire.running {
        let _ = writeln!(out, "A driver runs here now: {}", printable(who));
    }
    for need in &wire.needs {
        let gap = if need.feature.is_empty() { "" } else { "  " };
        let (feature, subject) = (printable(&need.feature), printable(&need.subject));
        let _ = writeln!(out, "{feature}{gap}{subject}: {}", printable(&need.what));
        for line in need.decision.iter().chain([&need.next]) {
            let _ = writeln!(out, "    {}", printable(line));
        }
    }
    let _ = match wire.needs.len() {
        0 => writeln!(out, "Nothing needs you: {features} feature(s), {active} active."),
        n => writeln!(out, "{n} thing(s) need you; {active} feature(s) active."),
    };
    out
}

/// How far the active features have drifted from their baselines, a line each.
fn drifts(loaded: &load::Loaded, features: &[Feature]) -> String {
    let active = features.iter().filter(|feature| feature.status() == Some(PlanStatus::Active));
    let line = |feature: &Feature| {
        let line = arming::drift(&loaded.tree, feature)?.line()?;
        Some(format!("{} drifted from its baseline: {}\n", printable(&name(feature)), printable(&line)))
    };
    active.filter_map(line).collect()
}

/// A feature as its id.
fn name(feature: &Feature) -> String {
    feature.id().map_or_else(|| feature.folder_name().to_owned(), |id| id.to_string())
}

/// The option that says which feature a command means, where that is not clear.
fn option(feature: &Feature, several: bool) -> String {
    if several { format!(" --feature {}", name(feature)) } else { String::new() }
}
