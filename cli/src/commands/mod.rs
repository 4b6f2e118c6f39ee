//! One file per command: from its arguments to what it prints and its exit code.

pub mod explain;
pub mod lint;
pub mod plan;
pub mod status;

use crate::args::{Args, Command};
use crate::error::Error;
use crate::exit_code::ExitCode;

/// Does what the command line says.
///
/// # Errors
/// Expected failures, to be shown by the caller.
pub fn dispatch(args: Args) -> Result<ExitCode, Error> {
    match args.command {
        Command::Lint(args) => lint::run(&args),
        Command::Plan(args) => plan::run(&args),
        Command::Status(args) => status::run(&args),
        Command::Explain(args) => explain::run(&args),
    }
}

/// Writes to standard output. A reader that went away is no failure of ours.
pub fn print(text: &str) {
    use std::io::Write;
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}
