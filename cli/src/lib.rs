//! What the two programs share: the command line, and the way from it to core and back.

use clap::Parser;

/// The command line of `specfuse-loop`.
#[derive(Parser, Debug)]
#[command(name = "specfuse-loop", version, about = "Runs Specfuse plans, one work unit at a time")]
pub struct Args {}
