//! The command line: what may be said, and nothing of what it does.

mod reading;

pub use reading::*;

use crate::config::MOST_LANES;
use crate::exit_code;
use crate::report::Format;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Runs Specfuse plans: dispatches each work unit to a fresh agent session, verifies the result
/// itself, makes one commit per unit, and stops at each gate for a person.
#[derive(Parser, Debug)]
#[command(name = "specfuse-loop", version, args_conflicts_with_subcommands = true, after_help = exit_code::help())]
pub struct Args {
    /// What to do; `run` when nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The options of `run`.
    #[command(flatten)]
    pub run: RunArgs,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run the current gate of a feature
    Run(RunArgs),
    /// Find mistakes in plans before they cost money
    Lint(LintArgs),
    /// Show the order of units, waves, critical path and cost
    Plan(PlanArgs),
    /// Show what needs a person, most urgent first
    Status(StatusArgs),
    /// Arm a gate: its drafts may be dispatched from then on
    Arm(ArmArgs),
    /// Say that a step for a person is done
    Done(DoneArgs),
    /// Set a unit that stopped for a person going again
    Rearm(RearmArgs),
    /// Explain a lint rule
    Explain(ExplainArgs),
    /// Run a whole feature on a scratch repository with a scripted agent
    Demo(DemoArgs),
    /// Show what happened, from the logs of the features
    Events(EventsArgs),
    /// Serve an editor: findings, fixes, completion, hover and the like, over the language server protocol
    Lsp(LspArgs),
    /// List, show and put back what attempts did
    Attempts(AttemptsArgs),
    /// Count cost, outcomes and first-time passes, over repositories
    Stats(StatsArgs),
    /// Compare past decisions to close a gate with what would be decided now
    Backtest(BacktestArgs),
    /// Print what makes a shell complete this program's commands
    Completions(CompletionsArgs),
    /// Print or write the manual pages
    Man(ManArgs),
    /// The scripted agent of the demo and of chaos
    #[command(hide = true)]
    ScriptedAgent(ScriptedAgentArgs),
    /// Set a repository up: scaffold, and a verification proposed for what it is made with
    Init(InitArgs),
    /// Bring the scaffold's files that nobody changed up to date
    Upgrade(UpgradeArgs),
    /// Serve the studio on this machine, over the plan of this checkout
    Studio(StudioArgs),
    /// Make a feature from a title
    New(NewArgs),
    /// Make a feature from a GitHub issue, through `gh`
    Adopt(AdoptArgs),
    /// Look whether this machine and this repository can carry a run, and say how to mend what cannot
    Doctor(DoctorArgs),
    /// Kill the driver at every step, on scratch repositories, and prove that nothing is lost
    Chaos(ChaosArgs),
}

/// Options of `run`.
#[derive(ClapArgs, Debug, Default, Clone)]
pub struct RunArgs {
    /// Folder, id, number or slug of a feature; the only active one when not given
    #[arg(long, value_name = "FEATURE")]
    pub feature: Option<String>,
    /// Walk the current gate without dispatching or writing anything
    #[arg(long)]
    pub dry_run: bool,
    /// Create the feature's branch and commit its folder, then run
    #[arg(long)]
    pub prepare: bool,
    /// Create the feature's branch and commit its folder, then stop
    #[arg(long)]
    pub prepare_only: bool,
    /// Close this feature's gate by a session, even when it could close itself
    #[arg(long, value_name = "FEATURE_ID")]
    pub force_full_close: Option<String>,
    /// Look at the verdict of this feature's last close again, and finish the feature when it is `met`
    #[arg(long, value_name = "FEATURE_ID")]
    #[arg(conflicts_with_all = ["feature", "dry_run", "prepare", "prepare_only", "force_full_close"])]
    pub recheck_verdict: Option<String>,
    /// Run up to N independent units at the same time, each in a work tree of its own [default: `lanes` in
    /// .specfuse/config, or 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_LANES)))]
    pub lanes: Option<u32>,
    /// Run sessions in a work tree also with one lane, not in the checkout
    #[arg(long)]
    pub isolate: bool,
    /// How progress is written
    #[arg(long, value_enum, default_value_t = Output::Human)]
    pub output: Output,
}

/// How a run reports.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum Output {
    /// For a person.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
}

/// Options of `lint`, and of `specfuse-lint`.
#[derive(ClapArgs, Debug)]
pub struct LintArgs {
    /// Feature folders, or a repository for all of its features [default: what the current folder is in]
    pub paths: Vec<PathBuf>,
    /// Apply the safe fixes, then lint again
    #[arg(long)]
    pub fix: bool,
    /// How findings are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Also check the drafts of the gate after gate N, as warnings
    #[arg(long, value_name = "N")]
    pub just_closed_gate: Option<u32>,
    /// Check only what the closing unit in progress must deliver
    #[arg(long, conflicts_with_all = ["fix", "just_closed_gate"])]
    pub closing: bool,
}

/// The command line of `specfuse-lint`.
#[derive(Parser, Debug)]
#[command(name = "specfuse-lint", version, about = "Finds mistakes in Specfuse plans before they cost money")]
pub struct LintProgram {
    /// The options of `specfuse-loop lint`.
    #[command(flatten)]
    pub lint: LintArgs,
}

/// Options of `plan`.
#[derive(ClapArgs, Debug)]
pub struct PlanArgs {
    /// Folder, id, number or slug of a feature; the only active one when not given
    pub feature: Option<String>,
    /// Write one JSON object instead
    #[arg(long)]
    pub json: bool,
}

/// Options of `status`.
#[derive(ClapArgs, Debug)]
pub struct StatusArgs {
    /// Folder, id, number or slug of a feature; all that are not finished when not given
    pub feature: Option<String>,
    /// Write one JSON object instead
    #[arg(long)]
    pub json: bool,
}

/// Options of `explain`.
#[derive(ClapArgs, Debug)]
pub struct ExplainArgs {
    /// A rule's id, such as `graph/cycle`; the list of all rules when not given
    pub rule: Option<String>,
}

/// Options of `demo`.
#[derive(ClapArgs, Debug)]
pub struct DemoArgs {
    /// Where to make the scratch repository [default: a new folder for temporary files]
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// What the driver tells the demo's agent.
#[derive(ClapArgs, Debug)]
pub struct ScriptedAgentArgs {
    /// The unit's whole id
    pub unit: String,
    /// The attempt's number
    pub attempt: u32,
    /// A file with the sessions of a plan of `chaos`, to play those
    #[arg(long, value_name = "FILE")]
    pub sessions: Option<PathBuf>,
    /// Take so much time that sessions can be followed, killed, and run beside each other
    #[arg(long)]
    pub paced: bool,
}

/// Options of `chaos`.
#[derive(ClapArgs, Debug)]
pub struct ChaosArgs {
    /// Only this plan: `demo`, a generated one by its number from 1, or the folder of a feature, which is copied, played
    /// from its beginning and left as it is [default: demo and all generated ones]
    #[arg(long, value_name = "PLAN")]
    pub plan: Option<String>,
    /// Run with so many lanes, as `run --lanes` does [default: in the checkout]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub lanes: Option<u32>,
    /// How many plans to generate
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub plans: u32,
    /// Where chance begins: the same seed gives the same plans and moments
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Kill only at each K-th step
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub every: u32,
    /// Kills at random moments, for each plan
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub random: u32,
    /// How many drivers run at a time [default: one for each processor]
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,
    /// Where to make the scratch repositories [default: a new folder for temporary files]
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// Options of `arm`.
#[derive(ClapArgs, Debug)]
pub struct ArmArgs {
    /// The gate's number; the first with drafts when not given
    pub gate: Option<u32>,
    /// Folder, id, number or slug of a feature; the only active one when not given
    #[arg(long, value_name = "FEATURE")]
    pub feature: Option<String>,
    /// Arm although the review has open questions: they are answered
    #[arg(long)]
    pub yes: bool,
    /// Take an arming back: what has not begun becomes a draft again
    #[arg(long, conflicts_with = "yes", requires = "gate")]
    pub undo: bool,
}

/// Options of `done`.
#[derive(ClapArgs, Debug)]
pub struct DoneArgs {
    /// The unit's id, whole or short (`T03`)
    pub unit: String,
    /// How one can see that it is done
    #[arg(long, value_name = "TEXT")]
    pub evidence: String,
    /// Folder, id, number or slug of a feature; the only active one when not given
    #[arg(long, value_name = "FEATURE")]
    pub feature: Option<String>,
}

/// Options of `rearm`.
#[derive(ClapArgs, Debug)]
pub struct RearmArgs {
    /// The unit's id, whole or short (`T03`)
    pub unit: String,
    /// What has changed since it stopped
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// You have seen the repeated failure yourself
    #[arg(long)]
    pub reproduced: bool,
    /// Go on although nobody has seen the repeated failure
    #[arg(long = "override")]
    pub r#override: bool,
    /// Folder, id, number or slug of a feature; the only active one when not given
    #[arg(long, value_name = "FEATURE")]
    pub feature: Option<String>,
}

/// Options of `init`.
#[derive(ClapArgs, Debug)]
pub struct InitArgs {
    /// Show what would be written, as a diff, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Options of `upgrade`.
#[derive(ClapArgs, Debug)]
pub struct UpgradeArgs {
    /// Show what would be changed, as a diff, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Replace changed files and put back removed ones without asking; not those with uncommitted edits
    #[arg(long)]
    pub yes: bool,
    /// Take away files that are shipped no longer and that nobody changed
    #[arg(long)]
    pub prune: bool,
}

/// Options of `new`.
#[derive(ClapArgs, Debug)]
pub struct NewArgs {
    /// What people call it; its folder and branch are named after it
    pub title: String,
    /// What will be true once it is done, in one sentence
    #[arg(long, value_name = "TEXT")]
    pub goal: Option<String>,
    /// Its id [default: the next free one of this year]
    #[arg(long)]
    pub id: Option<String>,
    /// The branch its commits go to [default: feat/ID-TITLE]
    #[arg(long)]
    pub branch: Option<String>,
    /// The branch that one comes from [default: the repository's default branch]
    #[arg(long, value_name = "BRANCH")]
    pub base: Option<String>,
    /// How many gates; those after the first are drafted when the one before is closed
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub gates: u32,
    /// How many units the first gate has, its closing ones not counted
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub units: u32,
    /// A file that the first unit produces; may be given several times
    #[arg(long, value_name = "PATH")]
    pub produces: Vec<String>,
    /// The first gate's goal as a command: red now, green once it is reached
    #[arg(long, value_name = "COMMAND")]
    pub oracle: Option<String>,
    /// Leave plan and units as drafts that wait for `arm`
    #[arg(long)]
    pub draft: bool,
    /// Show what would be written, as a diff, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Options of `lsp`.
#[derive(ClapArgs, Debug)]
pub struct LspArgs {
    /// Speak over standard input and output, which is what happens in any case: many editors say so
    #[arg(long)]
    pub stdio: bool,
}

/// Options of `adopt`.
#[derive(ClapArgs, Debug)]
pub struct AdoptArgs {
    /// The issue's number, or where it is
    pub issue: String,
    /// What will be true once it is done, in one sentence [default: the issue's title]
    #[arg(long, value_name = "TEXT")]
    pub goal: Option<String>,
    /// How many units the first gate has, its closing ones not counted
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub units: u32,
    /// Adopt it although it is closed
    #[arg(long)]
    pub closed: bool,
    /// Leave the issue's labels as they are
    #[arg(long)]
    pub no_labels: bool,
    /// Show what would be written, as a diff, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Options of `doctor`.
#[derive(ClapArgs, Debug)]
pub struct DoctorArgs {
    /// Run the commands of the `code` set as well: are they green today?
    #[arg(long)]
    pub run: bool,
    /// Write one JSON object instead
    #[arg(long)]
    pub json: bool,
}
