//! `status`: what needs a person, most urgent first, over all features that are not finished.

use crate::args::StatusArgs;
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::report::printable;
use crate::{commands, load, select};
use serde::Serialize;
use specfuse_core::graph::{Graph, Stranded};
use specfuse_core::model::gate::review_name;
use specfuse_core::model::status::{GateStatus, PlanStatus, UnitStatus};
use specfuse_core::model::{Feature, Unit};
use specfuse_core::parse::{Parser, feature_folders};
use std::fmt::Write;
use std::path::Path;

/// How urgent something is; the order is the order of the list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Urgency {
    Blocked,
    Stranded,
    Person,
    Review,
    Arm,
    Run,
}

#[derive(Serialize)]
struct Need {
    urgency: Urgency,
    feature: String,
    subject: String,
    what: String,
    next: String,
}

#[derive(Serialize)]
struct Wire {
    version: u32,
    needs: Vec<Need>,
}

/// Prints what needs a person.
///
/// # Errors
/// When there is no plan, or no such feature.
pub fn run(args: &StatusArgs) -> Result<ExitCode> {
    let loaded = load::load(Path::new("."))?;
    let mut parser = Parser::default();
    let features = match &args.feature {
        Some(_) => vec![select::feature(&mut parser, &loaded, args.feature.as_deref())?],
        None => feature_folders(&loaded.tree).iter().map(|f| parser.feature(&loaded.tree, f)).collect(),
    };
    let mut needs: Vec<Need> = features.iter().flat_map(needs_of).collect();
    needs.sort_by_key(|need| need.urgency);
    commands::print(&if args.json { json(needs) } else { text(&needs, &features) });
    Ok(ExitCode::Complete)
}

fn json(needs: Vec<Need>) -> String {
    let mut out = serde_json::to_string_pretty(&Wire { version: 1, needs }).expect("plain data is JSON");
    out.push('\n');
    out
}

fn text(needs: &[Need], features: &[Feature]) -> String {
    let mut out = String::new();
    for need in needs {
        let _ = writeln!(
            out,
            "{}  {}: {}",
            printable(&need.feature),
            printable(&need.subject),
            printable(&need.what)
        );
        let _ = writeln!(out, "    {}", printable(&need.next));
    }
    let active = features.iter().filter(|f| f.status() == Some(PlanStatus::Active)).count();
    let _ = match needs.len() {
        0 => writeln!(out, "Nothing needs you: {} feature(s), {active} active.", features.len()),
        n => writeln!(out, "{n} thing(s) need you; {active} feature(s) active."),
    };
    out
}

fn needs_of(feature: &Feature) -> Vec<Need> {
    let Some(gate_index) = feature.current_gate().filter(|_| feature.status() == Some(PlanStatus::Active))
    else {
        return Vec::new();
    };
    let name = feature.id().map_or_else(|| feature.folder_name().to_owned(), |id| id.to_string());
    let need = |urgency, subject: &str, what: String, next: String| Need {
        urgency,
        feature: name.clone(),
        subject: subject.to_owned(),
        what,
        next,
    };
    let gate = &feature.gates[gate_index];
    let graph = Graph::of(feature);
    let ready = graph.ready(gate_index);
    let mut needs = Vec::new();
    for (index, cause) in graph.stranded(gate_index) {
        let unit = &feature.units[index];
        if let Some((urgency, what, next)) = stranded(feature, unit, &cause) {
            needs.push(need(urgency, unit.id(), what, next));
        }
    }
    if let Some(unit) = graph.human(gate_index).map(|unit| &feature.units[unit]) {
        let next = format!("do it, then: specfuse-loop done {} --evidence …", unit.short_id());
        needs.push(need(Urgency::Person, unit.id(), format!("a step for a person: {}", unit.title()), next));
    }
    let subject = format!("gate {}", gate.number);
    if gate.status() == Some(GateStatus::AwaitingReview) {
        let next = gate.number.saturating_add(1);
        let review = review_name(next);
        needs.push(need(
            Urgency::Review,
            &subject,
            "awaits review".into(),
            format!("read {review} and the drafts, then: specfuse-loop arm {next}"),
        ));
    } else if !ready.is_empty() {
        let what = format!("{} unit(s) ready, next {}", ready.len(), feature.units[ready[0]].short_id());
        needs.push(need(Urgency::Run, &subject, what, "start it with `specfuse-loop run`".into()));
    }
    needs
}

/// How urgent a stranded unit is, why it stands, and what to do; `None` for one that another holds up.
fn stranded(feature: &Feature, unit: &Unit, cause: &Stranded) -> Option<(Urgency, String, String)> {
    let name = |other: usize| feature.units[other].short_id().to_owned();
    let dependency =
        |place: usize| unit.entry.depends_on.get(place).map(|d| d.value.clone()).unwrap_or_default();
    let why = cause.describe(name, dependency);
    let id = unit.short_id();
    Some(match cause {
        Stranded::Waiting(UnitStatus::BlockedHuman) => {
            let reason =
                unit.file.as_ref().and_then(|f| f.escalation_reason.get()).map_or("", String::as_str);
            let next = format!("mend its cause, then: specfuse-loop rearm {id} --reason …");
            (Urgency::Blocked, format!("{why} ({reason})"), next)
        }
        Stranded::Waiting(UnitStatus::Draft) => {
            let number = feature.gates[unit.gate].number;
            (Urgency::Arm, why, format!("read it, then: specfuse-loop arm {number}"))
        }
        Stranded::Waiting(_) => (Urgency::Person, why, "look at it and set it to `done` or `pending`".into()),
        Stranded::Abandoned(_) => {
            (Urgency::Stranded, why, "take the dependency away, or give it up too".into())
        }
        Stranded::Cycle(_) => (Urgency::Stranded, why, "take one of these dependencies away".into()),
        Stranded::LaterGate(_) | Stranded::EarlierGate(_) => {
            (Urgency::Stranded, why, "move one of them, or take the dependency away".into())
        }
        Stranded::UnknownStatus | Stranded::UnknownType | Stranded::Unknown(_) => {
            (Urgency::Stranded, why, "run `specfuse-loop lint`".into())
        }
        Stranded::Behind(_) => return None,
    })
}
