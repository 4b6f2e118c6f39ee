//! `specfuse-loop`: reads the command line and hands over to the library.

use clap::Parser;

fn main() {
    specfuse_loop::Args::parse();
}
