//! `stats`: cost, tokens, outcomes and first-time passes over any number of repositories.

use crate::args::StatsArgs;
use crate::commands;
use crate::error::{Error, Kind, Result};
use crate::exit_code::ExitCode;
use crate::load::{self, Loaded};
use crate::report::printable;
use serde::Serialize;
use specfuse_core::parse::{Parser, feature_folders};
use specfuse_core::path::RelPath;
use specfuse_core::stats::{Group, Stats};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[derive(Serialize)]
struct Wire<'a> {
    version: u32,
    #[serde(flatten)]
    stats: &'a Stats,
}

/// Prints the statistics.
///
/// # Errors
/// When a path holds no plan.
pub fn run(args: &StatsArgs) -> Result<ExitCode> {
    let mut stats = Stats::default();
    for (name, loaded, folders) in places(&args.paths)? {
        let mut parser = Parser::default();
        folders.iter().for_each(|folder| stats.add(&name, &parser.feature(&loaded.tree, folder)));
    }
    let wire = Wire { version: 1, stats: &stats };
    commands::print(&match args.json {
        true => serde_json::to_string_pretty(&wire).expect("plain data is JSON") + "\n",
        false => text(&stats),
    });
    Ok(ExitCode::Complete)
}

/// What the paths hold: a name for the repository, what was loaded, and the features that were meant. The
/// same repository twice counts once.
pub(super) fn places(paths: &[PathBuf]) -> Result<Vec<(String, Loaded, Vec<RelPath>)>> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here[..] } else { paths };
    let mut places: BTreeMap<PathBuf, (Loaded, Vec<RelPath>)> = BTreeMap::new();
    for path in paths {
        let loaded = load::load(path)?;
        let mut folders = feature_folders(&loaded.tree);
        if let Some(only) = &loaded.feature {
            folders.retain(|folder| folder.file_name() == only);
        }
        if folders.is_empty() {
            return Err(Error::new(Kind::NotFound, format!("no features in {}", path.display()))
                .hint("a feature is a folder with a PLAN.md below .specfuse/features"));
        }
        let (_, known) = places.entry(loaded.place.top().to_owned()).or_insert((loaded, Vec::new()));
        known.extend(folders);
        known.sort();
        known.dedup();
    }
    let named = places.into_iter().map(|(top, (loaded, folders))| (name(&top), loaded, folders));
    Ok(named.collect())
}

fn name(top: &Path) -> String {
    top.display().to_string()
}

fn text(stats: &Stats) -> String {
    let total = &stats.total;
    let mut out = format!(
        "{} unit(s), {} attempt(s), {} escalation(s), ${:.2}, {} of sessions\n",
        total.units,
        total.attempts,
        total.escalations,
        total.cost_usd,
        time(total.duration_seconds)
    );
    if total.without_cost > 0 {
        let _ = writeln!(out, "The cost of {} attempt(s) is not known.", total.without_cost);
    }
    let cache = total.cache_read_input_tokens.saturating_add(total.cache_creation_input_tokens);
    let _ = writeln!(
        out,
        "Tokens: {} in, {} out, {cache} through a cache",
        total.input_tokens, total.output_tokens
    );
    let outcomes = total.outcomes.iter().map(|(word, count)| format!("{count} {}", printable(word)));
    let _ = writeln!(out, "Outcomes: {}", outcomes.collect::<Vec<_>>().join(", "));
    table(&mut out, "type", &stats.by_type);
    table(&mut out, "model", &stats.by_model);
    table(&mut out, "feature", &stats.by_feature);
    if stats.by_repository.len() > 1 {
        table(&mut out, "repository", &stats.by_repository);
    }
    out
}

fn table(out: &mut String, by: &str, groups: &BTreeMap<String, Group>) {
    let width = groups.keys().map(|name| name.chars().count()).chain([by.len()]).max().unwrap_or(0);
    let _ = writeln!(out, "\n{by:<width$}  units  at once  attempts  called       cost   per unit");
    for (name, group) in groups {
        let rate = group.first_pass_rate().map_or("-".to_owned(), |rate| format!("{:.0} %", rate * 100.0));
        let each = match group.units {
            0 => "-".to_owned(),
            units => format!("${:.2}", group.cost_usd / units as f64),
        };
        let cost = format!("${:.2}", group.cost_usd);
        let _ = writeln!(
            out,
            "{:<width$}  {:>5}  {rate:>7}  {:>8}  {:>6}  {cost:>9}  {each:>9}",
            printable(name),
            group.units,
            group.attempts,
            group.escalations,
        );
    }
}

fn time(seconds: f64) -> String {
    let minutes = seconds / 60.0;
    if minutes < 2.0 {
        return format!("{seconds:.0} s");
    }
    if minutes < 90.0 { format!("{minutes:.0} min") } else { format!("{:.1} h", minutes / 60.0) }
}
