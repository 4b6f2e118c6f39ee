//! `plan`: the order of units, the waves in which they could go, the critical path and the cost.

use crate::args::PlanArgs;
use crate::driver::arming::drift;
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::report::printable;
use crate::{commands, load, select};
use serde::Serialize;
use specfuse_core::close::baseline::Drift;
use specfuse_core::graph::Graph;
use specfuse_core::model::{Feature, Gate, Unit};
use specfuse_core::parse::Parser;
use std::fmt::Write;
use std::path::Path;

#[derive(Serialize)]
struct Wire<'a> {
    version: u32,
    feature: String,
    planned_cost_usd: f64,
    order: Vec<&'a str>,
    waves: Vec<Vec<&'a str>>,
    critical_path: Vec<&'a str>,
    critical_path_cost_usd: f64,
    cycles: Vec<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    drift: Option<Drift>,
}

/// Prints the plan of one feature. Exit 1 when units wait for each other in a circle.
///
/// # Errors
/// When there is no such feature.
pub fn run(args: &PlanArgs) -> Result<ExitCode> {
    let loaded = load::load(Path::new("."))?;
    let feature = select::feature(&mut Parser::default(), &loaded, args.feature.as_deref())?;
    let graph = Graph::of(&feature);
    let drift = drift(&loaded.tree, &feature);
    commands::print(&if args.json { json(&feature, &graph, drift) } else { text(&feature, &graph, drift) });
    Ok(if graph.cycles().is_empty() { ExitCode::Complete } else { ExitCode::Stopped })
}

fn cost(unit: &Unit) -> f64 {
    unit.planned_cost_usd().unwrap_or(0.0)
}

fn json(feature: &Feature, graph: &Graph, drift: Option<Drift>) -> String {
    let ids = |units: &[usize]| -> Vec<&str> { units.iter().map(|u| feature.units[*u].id()).collect() };
    let (critical_path_cost_usd, critical) = graph.critical_path(|u| cost(&feature.units[u]));
    let wire = Wire {
        version: 1,
        feature: feature.id().map_or_else(|| feature.folder_name().to_owned(), |id| id.to_string()),
        planned_cost_usd: feature.units.iter().map(cost).fold(0.0, |sum, cost| sum + cost),
        order: ids(&graph.waves().concat()),
        waves: graph.waves().iter().map(|wave| ids(wave)).collect(),
        critical_path: ids(&critical),
        critical_path_cost_usd,
        drift,
        cycles: graph.cycles().iter().map(|cycle| ids(cycle)).collect(),
    };
    let mut out = serde_json::to_string_pretty(&wire).expect("plain data is JSON");
    out.push('\n');
    out
}

fn text(feature: &Feature, graph: &Graph, drift: Option<Drift>) -> String {
    let mut out = String::new();
    let waves = graph.waves();
    for (index, gate) in feature.gates.iter().enumerate() {
        gate_text(&mut out, feature, gate);
        for wave in waves.iter().filter(|wave| feature.units[wave[0]].gate == index) {
            wave_text(&mut out, feature, graph, wave);
        }
    }
    let names = |units: &[usize]| units.iter().map(|u| feature.units[*u].short_id()).collect::<Vec<_>>();
    let (critical, path) = graph.critical_path(|u| cost(&feature.units[u]));
    let total = feature.units.iter().map(cost).fold(0.0, |sum, cost| sum + cost);
    let _ = writeln!(out, "Critical path: {} (${critical:.2} of ${total:.2})", names(&path).join(" → "));
    if let Some(line) = drift.and_then(|drift| drift.line()) {
        let _ = writeln!(out, "Drift since the baseline: {line}");
    }
    for cycle in graph.cycles() {
        let first = names(&cycle[..1]).join("");
        let _ = writeln!(out, "Circle: {} → {first}: none of these can start", names(&cycle).join(" → "));
    }
    printable_lines(&out)
}

fn gate_text(out: &mut String, feature: &Feature, gate: &Gate) {
    let planned = feature.units_of(gate).fold(0.0, |sum, (_, unit)| sum + cost(unit));
    let status = gate.status().map_or_else(|| "unknown status".to_owned(), |s| s.to_string());
    let budget = gate.file.as_ref().and_then(|f| f.cost_budget_usd.get());
    let budget = budget.map_or(String::new(), |b| format!(" of ${b:.2}"));
    let drafted = if gate.is_undrafted() { ", not drafted yet" } else { "" };
    let _ = writeln!(out, "Gate {} [{status}] ${planned:.2}{budget}{drafted}", gate.number);
}

fn wave_text(out: &mut String, feature: &Feature, graph: &Graph, wave: &[usize]) {
    let width = feature.units.iter().map(|u| u.short_id().chars().count()).max().unwrap_or(0).min(24);
    for (place, index) in wave.iter().enumerate() {
        let unit = &feature.units[*index];
        let mark = if place == 0 { "├" } else { "│" };
        let kind = unit.kind().map_or_else(|| "?".to_owned(), |k| k.to_string());
        let status = unit.status().map_or_else(|| "unknown".to_owned(), |s| s.to_string());
        let after: Vec<&str> =
            graph.declared(*index).iter().map(|(dep, _)| feature.units[*dep].short_id()).collect();
        let after = if after.is_empty() { String::new() } else { format!("  after {}", after.join(", ")) };
        let (id, title) = (unit.short_id(), unit.title());
        let _ = writeln!(
            out,
            "{mark} {id:<width$}  {kind:<18}  {status:<13}  ${:>6.2}  {title}{after}",
            cost(unit)
        );
    }
}

fn printable_lines(text: &str) -> String {
    text.lines().map(|line| printable(line) + "\n").collect()
}
