//! What must be true before anything is written, in the order of driver.md: each check refuses with
//! what to do about it.

use crate::agent::Adapter;
use crate::args::RunArgs;
use crate::config::{Config, LaneConfig};
use crate::driver::takeover::Takeover;
use crate::driver::unfinished::is_unfinished;
use crate::driver::written::Written;
use crate::driver::{branch, scaffold, unfinished};
use crate::error::{Error, Kind, Result};
use crate::facts;
use crate::journal;
use crate::load::{self, Loaded, Place};
use crate::repo::{Repo, message};
use crate::report::run::Progress;
use crate::report::{self, Findings, Format};
use crate::select;
use specfuse_core::diagnostic::Severity;
use specfuse_core::drive::Patience;
use specfuse_core::lint::Linter;
use specfuse_core::model::Feature;
use specfuse_core::model::status::PlanStatus;
use specfuse_core::parse::{Parser, feature_folders};
use specfuse_core::path::RelPath;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A feature that can be run, as far as its files say.
#[derive(Debug)]
pub struct Checked {
    /// The repository's root.
    pub root: PathBuf,
    /// The feature.
    pub feature: Feature,
    /// What runs its sessions; the first of them first, and those of the chain before others.
    pub agents: Vec<Adapter>,
    /// How many of them are the chain.
    pub chain: usize,
    /// How long they are waited for.
    pub patience: Patience,
    /// What lanes need.
    pub lanes: LaneConfig,
}

/// Finds the feature and judges its files. Reads only.
///
/// # Errors
/// No features, no such feature, one that must not run, errors that lint finds, a wrong `config`.
pub fn check_files(here: &Path, args: &RunArgs) -> Result<Checked> {
    let root = load::find_root(here)?;
    let mut loaded = load::load(here)?;
    unfinished::see_as_dispatched(&root, &mut loaded)?;
    let feature =
        choose(&root, &loaded, args.recheck_verdict.as_ref().or(args.feature.as_ref()).map(String::as_str))?;
    if feature.verification.is_none() {
        return Err(Error::new(Kind::Config, "there is no .specfuse/verification.yml")
            .hint("say in it which commands must pass; a unit is done only when they do"));
    }
    check_status(&root, &feature, args.recheck_verdict.is_some())?;
    check_lint(&loaded, &feature)?;
    let config = feature.config.as_ref().map_or("", |config| &config.text);
    let config = Config::parse(config)?;
    let (agents, chain) = (config.all()?, config.chain()?.len());
    if let Some(forced) = args.force_full_close.as_ref().filter(|forced| !is_named(&feature, forced)) {
        return Err(Error::new(
            Kind::Usage,
            format!("--force-full-close {forced} is not the feature that runs"),
        )
        .hint(format!("this run is about {}", feature.folder_name())));
    }
    Ok(Checked { root, feature, agents, chain, patience: config.patience, lanes: config.lanes })
}

fn is_named(feature: &Feature, name: &str) -> bool {
    feature.folder_name() == name || feature.id().is_some_and(|id| id.as_str() == name)
}

fn check_lint(loaded: &Loaded, feature: &Feature) -> Result<()> {
    let mut findings = Linter::default().lint(&loaded.tree, feature, &facts::gather(loaded, feature));
    findings.retain(|finding| finding.severity == Severity::Error);
    if findings.is_empty() {
        return Ok(());
    }
    let Place::Repository(root) = &loaded.place else {
        return Err(Error::new(Kind::Repository, "this feature stands in no repository")
            .hint("run it from its repository"));
    };
    let shown = |path: &str| {
        root.join(path)
            .strip_prefix(std::env::current_dir().unwrap_or_default())
            .map_or_else(|_| path.to_owned(), |p| p.display().to_string())
    };
    let report = Findings::new(feature.folder.as_str(), &loaded.tree, &findings, &shown);
    eprint!("{}", report::render(&[report], Format::Short, false));
    Err(Error::new(Kind::Config, "the plan has errors; nothing was started")
        .hint(format!("mend them: specfuse-loop lint {} (--fix mends some)", feature.folder)))
}

/// The feature that was asked for or is the only active one; when none is active, the one whose last
/// step a killed driver left to do.
fn choose(root: &Path, loaded: &Loaded, asked: Option<&str>) -> Result<Feature> {
    let mut parser = Parser::default();
    let error = match select::feature(&mut parser, loaded, asked) {
        Err(error) if error.kind == Kind::NotFound && asked.is_none() => error,
        other => return other,
    };
    let mut features: Vec<Feature> =
        feature_folders(&loaded.tree).iter().map(|folder| parser.feature(&loaded.tree, folder)).collect();
    if features.iter().any(|feature| feature.status() == Some(PlanStatus::Active)) {
        return Err(error);
    }
    features.retain(|feature| feature.status() == Some(PlanStatus::Done) && is_unfinished(root, feature));
    if features.len() == 1 { Ok(features.remove(0)) } else { Err(error) }
}

/// Whether nothing is left to do for the feature.
pub fn is_finished(checked: &Checked) -> bool {
    checked.feature.status() == Some(PlanStatus::Done) && !is_unfinished(&checked.root, &checked.feature)
}

fn check_status(root: &Path, feature: &Feature, recheck: bool) -> Result<()> {
    let name = feature.folder_name();
    let refused = |what: &str, hint: &str| {
        Err(Error::new(Kind::NotFound, format!("{name} is {what}")).hint(hint.to_owned()))
    };
    match feature.status() {
        Some(PlanStatus::Active | PlanStatus::Planned) => Ok(()),
        Some(PlanStatus::Done) if recheck || is_unfinished(root, feature) => Ok(()),
        Some(PlanStatus::Done) => refused("done", "there is nothing left to run; name another feature"),
        Some(PlanStatus::Deferred) => {
            refused("deferred", "set `status: active` in its PLAN.md to take it up")
        }
        Some(PlanStatus::Blocked) => {
            refused("blocked", "when what blocks it is gone, set `status: active` in its PLAN.md")
        }
        Some(PlanStatus::Abandoned) => {
            refused("abandoned", "set `status: planned` in its PLAN.md to take it up again")
        }
        None => refused("of no known status", "set `status: active` in its PLAN.md"),
    }
}

/// That the repository can carry a run: its root, an identity, an agent. Reads only.
///
/// # Errors
/// Each with what to do about it.
pub fn check_repository(checked: &Checked) -> Result<Repo> {
    let repo = match unfinished::has_open_attempt(&checked.root, &checked.feature) {
        true => Repo::open_in_any_state(&checked.root)?,
        false => Repo::open(&checked.root)?,
    };
    let same = std::fs::canonicalize(repo.root()).ok() == std::fs::canonicalize(&checked.root).ok();
    if !same {
        return Err(Error::new(Kind::Repository, ".specfuse is not at the top of the git repository")
            .hint(format!("move it to {}", repo.root().display())));
    }
    repo.check_identity()?;
    // Of a chain, one is enough.
    let (chain, others) = checked.agents.split_at(checked.chain.min(checked.agents.len()));
    others.iter().try_for_each(|agent| agent.find(&checked.root).map(drop))?;
    let missing: Vec<Error> = chain.iter().filter_map(|agent| agent.find(&checked.root).err()).collect();
    match missing.into_iter().next() {
        Some(first) if chain.iter().all(|agent| agent.find(&checked.root).is_err()) => Err(first),
        _ => Ok(repo),
    }
}

/// What [`prepare`] did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Prepared {
    /// Files of the plan may be others now: they are to be read again.
    pub reread: bool,
    /// The branch has new commits from its base, which nobody has verified with the feature's own.
    pub moved: bool,
}

/// Brings the feature's folder and branch into the state in which units can be committed: the folder
/// is committed, and the plan's branch is checked out and has what its base has. An attempt that a killed
/// driver left open comes first: all of that was so when it began, and what its session did is not a plan
/// of the person's.
///
/// # Errors
/// When the folder is not committed and `prepare` was not asked for, what the branch starts from is not
/// current, its name is another's elsewhere, it cannot be merged with its base, or git refuses.
pub fn prepare(repo: &Repo, feature: &Feature, prepare: bool, progress: &Progress) -> Result<Prepared> {
    if unfinished::has_open_attempt(repo.root(), feature) {
        // Only says that the base waits.
        let moved = branch::follow_base(repo, feature, progress)?;
        return Ok(Prepared { reread: moved, moved });
    }
    let mut uncommitted = uncommitted(repo, feature)?;
    let takeover = Takeover::find(repo, feature, &uncommitted);
    let retained = unfinished::retained(repo, feature, &uncommitted);
    uncommitted.retain(|path| !takeover.bookkeeping.contains(path) && !retained.contains(path));
    if !uncommitted.is_empty() && !prepare {
        let names: Vec<String> = uncommitted.iter().take(5).map(|path| path.display().to_string()).collect();
        return Err(Error::new(Kind::Repository, format!("the plan is not committed: {}", names.join(", ")))
            .hint("commit it, or let --prepare do that on the feature's branch"));
    }
    branch::check(repo, feature, progress)?;
    let switched = branch::check_out(repo, feature)?;
    let taken = takeover.perform(repo, feature, progress)?;
    let moved = branch::follow_base(repo, feature, progress)?;
    if !uncommitted.is_empty() {
        let subject = format!("chore(loop): plan {}", feature.folder_name());
        match repo.commit(&uncommitted, &Default::default(), &message(&subject, "", &[])) {
            // What was taken over may have been all of it.
            Err(error) if taken && error.kind == Kind::NothingToCommit => {}
            other => other.map(drop)?,
        }
    }
    let synced = scaffold::sync(repo, feature, progress)?;
    Ok(Prepared { reread: switched || moved || taken || synced, moved })
}

/// The files of the plan that differ from what is committed.
fn uncommitted(repo: &Repo, feature: &Feature) -> Result<BTreeSet<PathBuf>> {
    let shared = [".specfuse/verification.yml", ".specfuse/roadmap.md", ".specfuse/config"];
    let snapshot = repo.snapshot(None)?;
    // What a killed driver wrote and did not commit is for the next one to go on with.
    let written = Written::read(&journal::state_dir(repo.root(), feature.folder_name()))?;
    let of_plan = |path: &&Path| {
        let Some(path) = path.to_str().and_then(|path| RelPath::new(path).ok()) else { return false };
        let below = path.below(&feature.folder);
        let is_ours = written.has(Path::new(path.as_str())) || below == Some("events.jsonl");
        let is_scratch = below.is_some_and(|below| below.starts_with("work/"));
        !is_ours && (below.is_some() && !is_scratch || shared.contains(&path.as_str()))
    };
    Ok(snapshot.paths().filter(of_plan).map(Path::to_owned).collect())
}
