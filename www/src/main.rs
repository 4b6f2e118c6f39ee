//! `specfuse-www`: builds the static site, serves it on this machine, and runs the wasm tests.
//! Everything it needs is a library; no tool has to be installed by hand.

mod book;
mod editor;
mod esbuild;
mod imports;
mod links;
mod markdown;
mod playground;
mod serve;
mod site;
mod split;
mod wasm;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::iter::once;
use std::path::PathBuf;
use std::process::ExitCode;

/// The command line of the site builder.
#[derive(Parser)]
#[command(name = "specfuse-www", version, about = "Builds and serves Specfuse's site")]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the site: landing page, studio and book.
    Build {
        /// The folder to write; what an earlier build left there is replaced.
        #[arg(long, default_value = "site")]
        out: PathBuf,
        /// Leave the studio out: only the pages, for work on the book.
        #[arg(long, conflicts_with = "quick")]
        pages_only: bool,
        /// Make the studio in seconds, and larger than it is published: for work on it.
        #[arg(long)]
        quick: bool,
    },
    /// Serve a built site on 127.0.0.1.
    Serve {
        /// The folder to serve.
        #[arg(long, default_value = "site")]
        site: PathBuf,
        /// The port; 0 takes a free one.
        #[arg(long, default_value_t = 8000)]
        port: u16,
    },
    /// Run one wasm test file, as cargo's runner for wasm32.
    TestRunner {
        /// What cargo hands to a runner: the file, then the test's own arguments.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    match run(Args::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Build { out, pages_only, quick } => {
            let how = match (pages_only, quick) {
                (true, _) => site::How::PagesOnly,
                (_, true) => site::How::Quick,
                _ => site::How::Whole,
            };
            site::build(&out, how)
        }
        Command::Serve { site, port } => serve::serve(&site, port),
        Command::TestRunner { args } => wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(
            once("wasm-bindgen-test-runner".into()).chain(args),
        ),
    }
}
