//! One file per command: from its arguments to what it prints and its exit code.

pub mod adopt;
pub mod attempts;
pub mod backtest;
mod changes;
pub mod chaos;
pub mod completions;
pub mod demo;
pub mod doctor;
pub mod events;
pub mod explain;
pub mod init;
pub mod lint;
pub mod lsp;
pub mod man;
pub mod new;
pub mod person;
pub mod plan;
pub mod run;
pub mod stats;
pub mod status;
pub mod studio;
pub mod upgrade;

use crate::args::{Args, Command};
use crate::driver::LANES;
use crate::env::Clock;
use crate::error::Error;
use crate::exit_code::ExitCode;
use crate::journal;
use crate::lock::{self, Lock};
use crate::repo::Repo;
use std::path::Path;

/// Keeps drivers and other commands that write away from the checkout, and clears away what a killed driver
/// left of git.
fn alone(root: &Path, repo: &Repo, clock: &Clock) -> Result<Lock, Error> {
    let lock = lock::take(root, clock)?;
    journal::ignore_local_state(repo.common_dir())?;
    repo.sweep(&root.join(LANES))?;
    Ok(lock)
}

/// Does what the command line says.
///
/// # Errors
/// Expected failures, to be shown by the caller.
pub fn dispatch(args: Args) -> Result<ExitCode, Error> {
    match args.command {
        None => run::run(&args.run),
        Some(Command::Run(args)) => run::run(&args),
        Some(Command::Lint(args)) => lint::run(&args),
        Some(Command::Plan(args)) => plan::run(&args),
        Some(Command::Status(args)) => status::run(&args),
        Some(Command::Arm(args)) => person::arm(&args),
        Some(Command::Done(args)) => person::done(&args),
        Some(Command::Rearm(args)) => person::rearm(&args),
        Some(Command::Chaos(args)) => chaos::run(&args),
        Some(Command::Demo(args)) => demo::run(&args),
        Some(Command::ScriptedAgent(args)) => crate::demo::agent(&args),
        Some(Command::Explain(args)) => explain::run(&args),
        Some(Command::Events(args)) => events::run(&args),
        Some(Command::Attempts(args)) => attempts::run(&args),
        Some(Command::Stats(args)) => stats::run(&args),
        Some(Command::Backtest(args)) => backtest::run(&args),
        Some(Command::Completions(args)) => completions::run(&args),
        Some(Command::Man(args)) => man::run(&args),
        Some(Command::Init(args)) => init::run(&args),
        Some(Command::Upgrade(args)) => upgrade::run(&args),
        Some(Command::New(args)) => new::run(&args),
        Some(Command::Adopt(args)) => adopt::run(&args),
        Some(Command::Doctor(args)) => doctor::run(&args),
        Some(Command::Lsp(args)) => lsp::run(&args),
        Some(Command::Studio(args)) => studio::run(&args),
    }
}

/// Writes to standard output. A reader that went away is no failure of ours.
pub fn print(text: &str) {
    use std::io::Write;
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}
