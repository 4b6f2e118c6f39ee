//! `man`: the manual page, printed, or all pages written into a folder.

use crate::args::{Args, LintProgram, ManArgs};
use crate::commands;
use crate::error::{Error, Result};
use crate::exit_code::ExitCode;
use clap::{Command, CommandFactory};

/// Prints the main page, or writes all.
///
/// # Errors
/// When a page cannot be written.
pub fn run(args: &ManArgs) -> Result<ExitCode> {
    let mut top = Args::command();
    top.build();
    let Some(dir) = &args.dir else {
        commands::print(&String::from_utf8_lossy(&page(&top)?));
        return Ok(ExitCode::Complete);
    };
    let refused = |e| Error::io(format_args!("write the pages into {}", dir.display()), e);
    std::fs::create_dir_all(dir).map_err(refused)?;
    for command in [Args::command(), LintProgram::command()] {
        clap_mangen::generate_to(command.disable_help_subcommand(true), dir).map_err(refused)?;
    }
    commands::print(&format!("The pages are in {0}; read one: man -l {0}/specfuse-loop.1\n", dir.display()));
    Ok(ExitCode::Complete)
}

fn page(command: &Command) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    clap_mangen::Man::new(command.clone())
        .render(&mut out)
        .map_err(|e| Error::io("write a manual page", e))?;
    Ok(out)
}
