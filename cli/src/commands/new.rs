//! `new`: a feature from a title, ready to be filled in and run.

use crate::args::NewArgs;
use crate::commands::{self, changes};
use crate::env::Clock;
use crate::error::{Error, Kind, Result};
use crate::exit_code::ExitCode;
use crate::load::{self, Loaded};
use crate::report::printable;
use crate::store;
use specfuse_core::edit::{self, EditRefused, MOST, NewFeature};
use specfuse_core::fix::Edits;
use specfuse_core::model::id::FeatureId;
use specfuse_core::model::status::PlanStatus;
use specfuse_core::parse::{Parser, feature_folders};
use specfuse_core::path::RelPath;
use std::fmt::Write;
use std::path::Path;

/// Makes a feature, or shows what that would write.
///
/// # Errors
/// When there is no `.specfuse`, the title, id or branch cannot be used, or a file cannot be written.
pub fn run(args: &NewArgs) -> Result<ExitCode> {
    let loaded = load::load(Path::new("."))?;
    let new = feature(&loaded, args)?;
    make(&loaded, &new, args.dry_run)
}

/// Writes `new`, or shows it, and says what to do next.
///
/// # Errors
/// As [`run`].
pub(super) fn make(loaded: &Loaded, new: &NewFeature, dry_run: bool) -> Result<ExitCode> {
    let edits = edit::new_feature(&loaded.tree, new).map_err(|refusal| refused(&refusal))?;
    if dry_run {
        commands::print(&changes::diff(&loaded.tree, &edits)?);
        return Ok(ExitCode::Complete);
    }
    store::apply(&loaded.place, &loaded.tree, &edits)?;
    commands::print(&told(new, &edits, loaded));
    Ok(ExitCode::Complete)
}

fn feature(loaded: &Loaded, args: &NewArgs) -> Result<NewFeature> {
    let id = match &args.id {
        Some(id) => own_id(loaded, id)?,
        None => next_id(loaded)?,
    };
    let goal =
        args.goal.clone().unwrap_or_else(|| format!("{}: done, and a test shows it.", args.title.trim()));
    let mut new = NewFeature::draft(id, &args.title, &goal);
    if let Some(branch) = &args.branch {
        new.branch.clone_from(branch);
    }
    new.base.clone_from(&args.base);
    check_branch(&new)?;
    (new.gates, new.units) = (args.gates, args.units);
    new.produces.clone_from(&args.produces);
    new.oracle.clone_from(&args.oracle);
    new.drafts = args.draft;
    if !args.draft && !has_active(loaded) {
        new.status = PlanStatus::Active;
    }
    Ok(new)
}

/// The id that comes next this year.
///
/// # Errors
/// When a year's numbers are used up.
pub(super) fn next_id(loaded: &Loaded) -> Result<FeatureId> {
    let now = Clock::from_env()?.now();
    let year = now.get(..4).and_then(|year| year.parse().ok()).unwrap_or(0);
    edit::next_feature_id(&feature_folders_of(loaded), year).ok_or_else(|| {
        Error::new(Kind::Usage, format!("the ids of {year} are used up")).hint("name one with --id")
    })
}

/// Every folder of the features, those without a plan too: a number is never used twice.
fn feature_folders_of(loaded: &Loaded) -> Vec<RelPath> {
    let mut folders = feature_folders(&loaded.tree);
    let names = std::fs::read_dir(loaded.place.top().join(load::FEATURES)).into_iter().flatten().flatten();
    let names = names.filter_map(|entry| entry.file_name().into_string().ok());
    folders.extend(names.filter_map(|name| RelPath::new(&format!("{}/{name}", load::FEATURES)).ok()));
    folders
}

fn own_id(loaded: &Loaded, text: &str) -> Result<FeatureId> {
    let id = FeatureId::parse(text).ok_or_else(|| {
        Error::new(Kind::Usage, format!("{text:?} is no id of a feature"))
            .hint("write it as FEAT-2026-0042, or INIT-2026-0042/F01")
    })?;
    let of = |folder: &RelPath| FeatureId::of_folder(folder.file_name());
    match feature_folders_of(loaded).iter().find(|folder| of(folder).as_ref() == Some(&id)) {
        Some(taken) => Err(Error::new(Kind::Usage, format!("{id} is taken by {}", taken.file_name()))
            .hint("leave --id out for the next free one")),
        None => Ok(id),
    }
}

/// Whether a feature is active already: a second one would leave `run` without an answer.
pub(super) fn has_active(loaded: &Loaded) -> bool {
    let mut parser = Parser::default();
    let folders = feature_folders(&loaded.tree);
    folders.iter().any(|folder| parser.feature(&loaded.tree, folder).status() == Some(PlanStatus::Active))
}

/// That git takes the names of the branches.
pub(super) fn check_branch(new: &NewFeature) -> Result<()> {
    for name in std::iter::once(&new.branch).chain(&new.base) {
        if !git2::Branch::name_is_valid(name.trim()).unwrap_or(false) {
            return Err(Error::new(Kind::Usage, format!("{name:?} is no name for a branch"))
                .hint("git check-ref-format --branch says what is allowed"));
        }
    }
    Ok(())
}

fn refused(refusal: &EditRefused) -> Error {
    let hint = match refusal {
        EditRefused::Value { key } if key == "gates" || key == "units" => format!("take 1 to {MOST}"),
        EditRefused::Value { key } => format!("give `{key}` some words"),
        EditRefused::NoTable => "give .specfuse/roadmap.md a table with a `Feature ID` column".to_owned(),
        _ => "name another title, or an --id of your own".to_owned(),
    };
    Error::new(Kind::Usage, refusal.to_string()).hint(hint)
}

fn told(new: &NewFeature, edits: &Edits, loaded: &Loaded) -> String {
    let mut out = format!("{} {}\n", new.id, printable(&new.title));
    for (path, _) in edits.iter() {
        let word = if loaded.tree.get(path).is_some() { "changed" } else { "new" };
        let _ = writeln!(out, "  {word:<8} {path}");
    }
    let named =
        if new.status == PlanStatus::Active { String::new() } else { format!(" --feature {}", new.id) };
    let _ = write!(
        out,
        "\nNext:\n  say in each WU-*.md what it must do, and how one can tell: that is what the session is told\n  \
         specfuse-loop lint\n"
    );
    if new.drafts {
        let _ = writeln!(out, "  specfuse-loop arm 1 --feature {}   # when you have read the drafts", new.id);
    }
    let _ = write!(
        out,
        "  specfuse-loop run --dry-run{named}\n  specfuse-loop run --prepare{named}   # makes branch {}, commits the plan, runs\n",
        printable(new.branch.trim())
    );
    if new.status == PlanStatus::Planned && !new.drafts {
        let _ = writeln!(out, "Another feature is active, so this one is `planned`.");
    }
    out
}
