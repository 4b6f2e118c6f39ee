//! `specfuse-lint`: the linter alone, under the name continuous integration knows.

use clap::Parser;

fn main() {
    specfuse_loop::Args::parse();
}
