//! What may be said to the commands that only read, and to `attempts`.

use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

/// Options of `events`.
#[derive(ClapArgs, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct EventsArgs {
    /// What to do with the logs; a query when nothing is said.
    #[command(subcommand)]
    pub action: Option<EventsAction>,
    /// Which events.
    #[command(flatten)]
    pub query: EventsQuery,
}

/// What can be done with logs besides a query.
#[derive(Subcommand, Debug)]
pub enum EventsAction {
    /// Compare every line of the logs with the published schema
    Validate(ValidateArgs),
    /// Print the JSON Schema of a line of events.jsonl
    Schema(SchemaArgs),
}

/// Which events to show, and how.
#[derive(ClapArgs, Debug, Default)]
pub struct EventsQuery {
    /// Folder, id, number or slug of a feature; all of them when not given
    #[arg(long, value_name = "FEATURE")]
    pub feature: Option<String>,
    /// Only events of this type; may be given more than once
    #[arg(long = "type", value_name = "TYPE")]
    pub types: Vec<String>,
    /// Only events about this unit (`T03`, or the whole id)
    #[arg(long, value_name = "UNIT")]
    pub unit: Option<String>,
    /// Only attempts that ended like this; may be given more than once
    #[arg(long, value_name = "OUTCOME")]
    pub outcome: Vec<String>,
    /// Only events since then: a time in UTC (`2026-03-04`, `2026-03-04T05:06`) or an age (`90m`, `2h`, `3d`)
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Only the last N
    #[arg(long, value_name = "N")]
    pub last: Option<usize>,
    /// Wait for more, until Ctrl-C
    #[arg(long)]
    pub follow: bool,
    /// Write the lines as they stand in the logs
    #[arg(long)]
    pub json: bool,
}

/// Options of `events validate`.
#[derive(ClapArgs, Debug)]
pub struct ValidateArgs {
    /// Logs to look at; those of the features when not given
    pub paths: Vec<PathBuf>,
    /// Folder, id, number or slug of a feature; all of them when not given
    #[arg(long, value_name = "FEATURE", conflicts_with = "paths")]
    pub feature: Option<String>,
}

/// Options of `events schema`.
#[derive(ClapArgs, Debug)]
pub struct SchemaArgs {
    /// Instead, the schema of a line of `run --output json`
    #[arg(long)]
    pub stream: bool,
}

/// Options of `attempts`.
#[derive(ClapArgs, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct AttemptsArgs {
    /// What to do; a list when nothing is said.
    #[command(subcommand)]
    pub action: Option<AttemptsAction>,
    /// List the attempts of this unit only
    pub unit: Option<String>,
    /// Folder, id, number or slug of a feature; the only active one when not given
    #[arg(long, value_name = "FEATURE", global = true)]
    pub feature: Option<String>,
    /// Write one JSON object instead (list and show)
    #[arg(long, global = true)]
    pub json: bool,
}

/// What can be done with attempts.
#[derive(Subcommand, Debug)]
pub enum AttemptsAction {
    /// List the attempts of a unit, or of all units
    List {
        /// The unit's id, whole or short (`T03`)
        unit: Option<String>,
    },
    /// Show all that is known of an attempt
    Show {
        /// The unit's id, whole or short (`T03`)
        unit: String,
        /// The attempt's number; the last when not given
        attempt: Option<u32>,
    },
    /// Show what an attempt changed, as a patch
    Diff {
        /// The unit's id, whole or short (`T03`)
        unit: String,
        /// The attempt's number; the last when not given
        attempt: Option<u32>,
    },
    /// Put the kept work of a failed attempt into the files, or onto a branch
    Restore {
        /// The unit's id, whole or short (`T03`)
        unit: String,
        /// The attempt's number
        attempt: u32,
        /// Make this branch of it instead, and leave the files alone
        #[arg(long, value_name = "NAME")]
        branch: Option<String>,
    },
}

/// Options of `backtest`.
#[derive(ClapArgs, Debug)]
pub struct BacktestArgs {
    /// Repositories, or feature folders [default: what the current folder is in]
    pub paths: Vec<PathBuf>,
    /// Show only gates about which the decision would be another now
    #[arg(long)]
    pub differences: bool,
    /// Write one JSON object instead
    #[arg(long)]
    pub json: bool,
}

/// Options of `stats`.
#[derive(ClapArgs, Debug)]
pub struct StatsArgs {
    /// Repositories, or feature folders [default: what the current folder is in]
    pub paths: Vec<PathBuf>,
    /// Write one JSON object instead
    #[arg(long)]
    pub json: bool,
}

/// Options of `completions`.
#[derive(ClapArgs, Debug)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Options of `studio`.
#[derive(ClapArgs, Debug)]
pub struct StudioArgs {
    /// Serve the built site in this folder, not the one inside the program
    #[arg(long, value_name = "DIR")]
    pub site: Option<PathBuf>,
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub port: u16,
}

/// Options of `man`.
#[derive(ClapArgs, Debug)]
pub struct ManArgs {
    /// Write all pages, one a command, into this folder instead of printing the main one
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}
