//! `specfuse-lint`: `specfuse-loop lint` under the name that existing scripts call.

use clap::Parser;
use specfuse_loop::args::LintProgram;
use specfuse_loop::{commands, exit_code};

fn main() -> std::process::ExitCode {
    exit_code::of(commands::lint::run(&LintProgram::parse().lint))
}
