//! `backtest`: what was decided about each gate of the past, what would be decided now, and how the two
//! differ.

use super::stats::places;
use crate::args::BacktestArgs;
use crate::commands;
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::report::printable;
use serde::Serialize;
use specfuse_core::close::backtest::{Tested, backtest};
use specfuse_core::parse::Parser;
use std::fmt::Write;

#[derive(Serialize)]
struct Wire {
    version: u32,
    gates: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    repository: String,
    feature: String,
    differs: bool,
    #[serde(flatten)]
    tested: Tested,
}

/// Prints the gates with both decisions.
///
/// # Errors
/// When a path holds no plan.
pub fn run(args: &BacktestArgs) -> Result<ExitCode> {
    let mut gates = Vec::new();
    for (repository, loaded, folders) in places(&args.paths)? {
        let mut parser = Parser::default();
        for folder in &folders {
            let feature = parser.feature(&loaded.tree, folder);
            gates.extend(backtest(&feature).into_iter().map(|tested| Row {
                repository: repository.clone(),
                feature: feature.folder_name().to_owned(),
                differs: tested.differs(),
                tested,
            }));
        }
    }
    let counts = summary(&gates);
    gates.retain(|row| row.differs || !args.differences);
    commands::print(&match args.json {
        true => {
            let wire = Wire { version: 1, gates };
            serde_json::to_string_pretty(&wire).expect("plain data is JSON") + "\n"
        }
        false => gates.iter().map(text).collect::<String>() + &counts,
    });
    Ok(ExitCode::Complete)
}

fn summary(gates: &[Row]) -> String {
    let decided = gates.iter().filter(|row| row.tested.decided.is_some()).count();
    let differ = gates.iter().filter(|row| row.differs).count();
    let would = gates.iter().filter(|row| row.tested.now.auto).count();
    format!(
        "{} gate(s): {decided} decided then, {differ} otherwise now; {would} would close themselves.\n",
        gates.len()
    )
}

fn text(row: &Row) -> String {
    let word = |auto: bool| if auto { "yes" } else { "no" };
    let then = row.tested.decided.as_ref().map_or("not asked", |past| word(past.auto));
    let mark = if row.differs { "≠" } else { " " };
    let mut out = format!(
        "{mark} {} gate {}: then {then}, now {}\n",
        printable(&row.feature),
        row.tested.gate,
        word(row.tested.now.auto)
    );
    let reasons: Vec<(&str, &String)> = match &row.tested.decided {
        None => row.tested.now.reasons.iter().map(|reason| ("now", reason)).collect(),
        Some(_) => {
            let gone = row.tested.gone.iter().map(|reason| ("only then", reason));
            gone.chain(row.tested.new.iter().map(|reason| ("only now", reason))).collect()
        }
    };
    for (when, reason) in reasons {
        let _ = writeln!(out, "    {when}: {}", printable(reason));
    }
    out
}
