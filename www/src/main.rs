//! `specfuse-www`: builds and serves the static site.

use clap::Parser;

/// The command line of the site builder.
#[derive(Parser, Debug)]
#[command(name = "specfuse-www", version, about = "Builds and serves Specfuse's site")]
struct Args {}

fn main() {
    Args::parse();
}
