//! `completions`: what makes a shell complete the programs' commands and options.

use crate::args::{Args, CompletionsArgs};
use crate::commands;
use crate::error::Result;
use crate::exit_code::ExitCode;
use clap::CommandFactory;

/// Prints the script for one shell.
///
/// # Errors
/// None of its own.
pub fn run(args: &CompletionsArgs) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "specfuse-loop", &mut script);
    commands::print(&String::from_utf8_lossy(&script));
    Ok(ExitCode::Complete)
}
