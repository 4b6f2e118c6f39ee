//! `run`: walks the current gate of one feature.

use crate::args::RunArgs;
use crate::driver::labels::Labels;
use crate::driver::{Driver, Start, dry_run, preflight};
use crate::env::Clock;
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::report::run::Progress;
use crate::{commands, journal, signal, store};
use specfuse_core::drive::Options;
use specfuse_core::model::Feature;
use specfuse_core::model::status::UnitType;
use std::path::Path;

/// Runs, prepares, or shows what a run would do.
///
/// # Errors
/// Whatever speaks against a run before anything is written, and what the system refuses later.
pub fn run(args: &RunArgs) -> Result<ExitCode> {
    let mut checked = preflight::check_files(Path::new("."), args)?;
    let mut progress = Progress::new(args.output);
    if args.recheck_verdict.is_some() && preflight::is_finished(&checked) {
        progress.note(&format!("{} is done already; nothing was changed.", checked.feature.folder_name()));
        return Ok(ExitCode::Complete);
    }
    if args.dry_run {
        return dry_run::run(&checked, &mut progress);
    }
    let repo = preflight::check_repository(&checked)?;
    let clock = Clock::from_env()?;
    let _lock = commands::alone(&checked.root, &repo, &clock)?;
    sweep(&checked)?;
    let prepares = args.prepare || args.prepare_only;
    let prepared = preflight::prepare(&repo, &checked.feature, prepares, &progress)?;
    if prepared.reread {
        // What the branch says counts, not what stood there before.
        let named = RunArgs { feature: Some(checked.feature.folder_name().to_owned()), ..args.clone() };
        checked = preflight::check_files(&checked.root, &named)?;
    }
    if args.prepare_only {
        progress.note("The branch is checked out and the plan is committed. Run again to start.");
        return Ok(ExitCode::Complete);
    }
    let stop = signal::Stop::default();
    let _listener = signal::listen(&stop)?;
    let feature = &checked.feature;
    let chain = match checked.chain {
        0 | 1 => Vec::new(),
        most => checked.agents.iter().take(most).map(|agent| agent.name.clone()).collect(),
    };
    let lanes = args.lanes.or(checked.lanes.count).unwrap_or(1);
    let labels = Labels::begin(&checked.root, feature, &progress);
    let start = Start {
        repo,
        feature,
        agents: checked.agents,
        clock,
        stop,
        lanes: checked.lanes,
        progress: &mut progress,
    };
    let options = Options {
        force_full_close: forced(args, feature),
        recheck_verdict: args.recheck_verdict.is_some(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        chain,
        patience: checked.patience.clone(),
        moved: prepared.moved,
        lanes,
        isolate: args.isolate,
    };
    let code = Driver::new(start)?.run(options)?;
    labels.iter().for_each(|labels| labels.end(code));
    Ok(code)
}

/// What a killed driver left half-written must not count as part of the plan.
fn sweep(checked: &preflight::Checked) -> Result<()> {
    let folder = checked.root.join(checked.feature.folder.as_str());
    let local = journal::state_dir(&checked.root, checked.feature.folder_name());
    [checked.root.join(".specfuse"), folder, local].iter().try_for_each(|folder| store::sweep(folder))
}

/// The units that a session closes although they could close themselves.
fn forced(args: &RunArgs, feature: &Feature) -> Vec<String> {
    let closes = feature.units.iter().filter(|unit| unit.kind().is_some_and(UnitType::is_close));
    closes.filter(|_| args.force_full_close.is_some()).map(|unit| unit.id().to_owned()).collect()
}
