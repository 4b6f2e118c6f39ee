//! `explain`: the page of a lint rule, or the list of all.

use crate::args::ExplainArgs;
use crate::commands;
use crate::error::{Error, Kind, Result};
use crate::exit_code::ExitCode;
use specfuse_core::lint;
use std::fmt::Write;

/// Prints a rule's page.
///
/// # Errors
/// When there is no such rule.
pub fn run(args: &ExplainArgs) -> Result<ExitCode> {
    let Some(rule) = &args.rule else {
        commands::print(&list());
        return Ok(ExitCode::Complete);
    };
    let page = lint::pages::page(rule).ok_or_else(|| unknown(rule))?;
    commands::print(page);
    Ok(ExitCode::Complete)
}

fn list() -> String {
    let mut out = String::new();
    for rule in lint::rules::ALL {
        let _ = writeln!(out, "{:<34} {:<8} {}", rule.id, rule.severity.to_string(), rule.summary);
    }
    out
}

fn unknown(rule: &str) -> Error {
    let same_name: Vec<&str> =
        lint::rules::ALL.iter().map(|r| r.id).filter(|id| id.ends_with(&format!("/{rule}"))).collect();
    let hint = match same_name.as_slice() {
        [] => "`specfuse-loop explain` lists all rules".to_owned(),
        ids => format!("did you mean {}?", ids.join(" or ")),
    };
    Error::new(Kind::Usage, format!("no rule is called {rule:?}")).hint(hint)
}
