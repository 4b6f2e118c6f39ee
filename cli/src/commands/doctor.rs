//! `doctor`: what of this machine and this repository can carry a run, and what mends the rest.

use crate::args::DoctorArgs;
use crate::commands;
use crate::doctor::{self, Finding, Health};
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::report::printable;
use serde::Serialize;
use std::fmt::Write;
use std::path::Path;

#[derive(Serialize)]
struct Wire<'a> {
    version: u32,
    problems: usize,
    findings: &'a [Finding],
}

/// Looks, and says what it saw. Exit 1 when there is a problem.
///
/// # Errors
/// None of its own.
pub fn run(args: &DoctorArgs) -> Result<ExitCode> {
    let findings = doctor::examine(Path::new("."), args.run);
    let problems = findings.iter().filter(|finding| finding.health == Health::Problem).count();
    let text = if args.json {
        let wire = Wire { version: 1, problems, findings: &findings };
        serde_json::to_string_pretty(&wire).expect("plain data is JSON") + "\n"
    } else {
        text(&findings, problems)
    };
    commands::print(&text);
    Ok(if problems == 0 { ExitCode::Complete } else { ExitCode::Stopped })
}

fn text(findings: &[Finding], problems: usize) -> String {
    let mut out = String::new();
    for Finding { name, health, what, mend } in findings {
        let word = match health {
            Health::Ok => "ok",
            Health::Note => "note",
            Health::Problem => "PROBLEM",
        };
        let mut lines = what.lines();
        let _ =
            writeln!(out, "{word:<8} {}: {}", printable(name), printable(lines.next().unwrap_or_default()));
        for line in lines {
            let _ = writeln!(out, "         | {}", printable(line));
        }
        if let Some(mend) = mend {
            let _ = writeln!(out, "         → {}", printable(mend));
        }
    }
    let _ = match problems {
        0 => writeln!(out, "\nNothing stands in the way of a run."),
        n => writeln!(out, "\n{n} problem(s)."),
    };
    out
}
