//! `specfuse-loop`: reads the command line and hands over to the library.

use clap::Parser;
use specfuse_loop::args::Args;
use specfuse_loop::{commands, exit_code};

fn main() -> std::process::ExitCode {
    exit_code::of(commands::dispatch(Args::parse()))
}
