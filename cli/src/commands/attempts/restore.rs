//! `attempts restore`: the kept work of an attempt comes back as uncommitted changes, or as a branch. What
//! a person has not committed stays as it is: when it is in the way, nothing is written.

use super::Asked;
use crate::commands;
use crate::env::Clock;
use crate::error::{Error, Kind, Result};
use crate::exit_code::ExitCode;
use crate::report::printable;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Puts the work of an attempt back.
pub(super) fn run(asked: &Asked, unit: &str, number: u32, branch: Option<&str>) -> Result<ExitCode> {
    let attempt = asked.one(unit, Some(number))?;
    let id = attempt.unit.short_id();
    let (Some(work), Some(base)) = (attempt.kept.work, attempt.kept.base()) else {
        let error = Error::new(Kind::NotFound, format!("no work is kept of attempt {number} of {id}"));
        return Err(match attempt.commit {
            Some(commit) => error.hint(format!("it passed; its work is the commit {}", super::short(commit))),
            None => error.hint(format!("`specfuse-loop attempts list {id}` shows what is kept")),
        });
    };
    let log = PathBuf::from(format!("{}/events.jsonl", asked.feature.folder));
    let leave = |path: &Path| path == log;
    if let Some(name) = branch {
        let message = format!("Attempt {number} of {id}, as it was kept\n");
        return match asked.repo.branch_of_work(name, (base, work), &message, leave)? {
            Ok(_) => {
                let name = printable(name);
                commands::print(&format!(
                    "The branch {name} holds attempt {number} of {id}: git diff HEAD...{name}\n"
                ));
                Ok(ExitCode::Complete)
            }
            Err(mixed) => {
                Err(in_the_way(&mixed, "hold edits that were not committed when the attempt began").hint(
                    format!("put it into the files instead: specfuse-loop attempts restore {id} {number}"),
                ))
            }
        };
    }
    let root = asked.loaded.place.top();
    let _lock = commands::alone(root, &asked.repo, &Clock::from_env()?)?;
    let back = asked.repo.plan_return(base, work, leave)?;
    if !back.in_the_way.is_empty() {
        return Err(in_the_way(&back.in_the_way, "hold something else by now")
            .hint(format!("put away what is not committed, or make a branch: specfuse-loop attempts restore {id} {number} --branch NAME")));
    }
    asked.repo.write_back(&back.changes)?;
    let names: String =
        back.changes.keys().map(|path| format!("  {}\n", printable(&path.to_string_lossy()))).collect();
    commands::print(&match back.changes.len() {
        0 => format!("The files hold the work of attempt {number} of {id} already.\n"),
        n => format!("{n} file(s) hold the work of attempt {number} of {id} now, uncommitted:\n{names}"),
    });
    Ok(ExitCode::Complete)
}

fn in_the_way(paths: &BTreeSet<PathBuf>, what: &str) -> Error {
    let names: Vec<String> = paths.iter().map(|path| path.to_string_lossy().into_owned()).collect();
    Error::new(Kind::Repository, format!("nothing was written: these {what}: {}", names.join(", ")))
}
