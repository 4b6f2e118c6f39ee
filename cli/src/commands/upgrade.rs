//! `upgrade`: brings the files of the scaffold that nobody changed up to date; asks about the others.

use crate::args::UpgradeArgs;
use crate::commands::{self, changes};
use crate::error::{Error, Kind, Result};
use crate::exit_code::ExitCode;
use crate::load::{self, Place};
use crate::repo::Repo;
use crate::report::printable;
use crate::scaffold::VERSION;
use crate::scaffold::sync::{Item, Scaffold, Standing};
use crate::store;
use specfuse_core::fix::Edits;
use specfuse_core::path::RelPath;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::io::{IsTerminal, Write as _};
use std::path::Path;

/// Overlays the scaffold, or shows what that would change.
///
/// # Errors
/// When the repository's scaffold is newer than this program, or a file cannot be written.
pub fn run(args: &UpgradeArgs) -> Result<ExitCode> {
    let root = load::find_root(Path::new("."))?;
    let mut scaffold = Scaffold::read(&root);
    if scaffold.is_newer() {
        let version = printable(scaffold.version.as_deref().unwrap_or_default());
        return Err(Error::new(
            Kind::Repository,
            format!("the scaffold here is of version {version}, newer than this program's {VERSION}; nothing was changed"),
        )
        .hint(format!("install specfuse-loop {version} or newer")));
    }
    let retired = scaffold.retired(&root);
    let replaced =
        if args.dry_run && !args.yes { BTreeSet::new() } else { replaced(args, &root, &scaffold)? };
    let chosen = |item: &Item| match item.standing {
        Standing::New | Standing::Old => true,
        Standing::Changed | Standing::Removed => replaced.contains(&item.path),
        Standing::Current | Standing::Odd => false,
    };
    let pruned = if args.prune { &retired[..] } else { &[] };
    let edits = scaffold.overlay(&root, chosen, pruned);
    if args.dry_run {
        commands::print(&changes::diff(&scaffold.tree, &edits)?);
    } else {
        store::apply(&Place::Repository(root), &scaffold.tree, &edits)?;
        commands::print(&told(&scaffold, &edits, &replaced));
    }
    if !args.prune && !retired.is_empty() {
        let names: Vec<&str> = retired.iter().map(RelPath::as_str).collect();
        eprintln!(
            "note: {} file(s) came with an older scaffold and are shipped no longer; --prune takes them away: {}",
            names.len(),
            printable(&names.join(", "))
        );
    }
    Ok(ExitCode::Complete)
}

/// The changed files that are to be replaced all the same: each that the person agrees to, or all with
/// `--yes`. One with edits that are not committed is never replaced: they would be lost.
fn replaced(args: &UpgradeArgs, root: &Path, scaffold: &Scaffold) -> Result<BTreeSet<RelPath>> {
    let asks = !args.yes && std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    let snapshot = Repo::open(root).and_then(|repo| repo.snapshot(None)).ok();
    let mut replaced = BTreeSet::new();
    for item in &scaffold.items {
        if !matches!(item.standing, Standing::Changed | Standing::Removed) {
            continue;
        }
        let path = Path::new(item.path.as_str());
        let is_safe = item.standing == Standing::Removed
            || snapshot.as_ref().is_some_and(|snapshot| snapshot.get(path).is_none());
        if !is_safe {
            if args.yes {
                eprintln!("note: {} holds edits that are not committed; it was left as it is", item.path);
            }
        } else if args.yes || asks && agrees(scaffold, item)? {
            replaced.insert(item.path.clone());
        }
    }
    Ok(replaced)
}

/// Asks the person, with the difference in front of them.
fn agrees(scaffold: &Scaffold, item: &Item) -> Result<bool> {
    let mut edits = Edits::none();
    match scaffold.tree.text(&item.path) {
        Some(old) => specfuse_core::edit::text_edits(old, item.text)
            .into_iter()
            .for_each(|edit| edits.edit(item.path.clone(), edit)),
        None => edits.create(item.path.clone(), item.text),
    }
    eprint!("{}", changes::diff(&scaffold.tree, &edits)?);
    let what = if item.standing == Standing::Removed {
        "was taken away here. Put it back"
    } else {
        "was changed here. Replace it"
    };
    eprint!("{} {what}? [y/N] ", item.path);
    let refused = |e| Error::io("ask", e);
    std::io::stderr().flush().map_err(refused)?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(refused)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn told(scaffold: &Scaffold, edits: &Edits, replaced: &BTreeSet<RelPath>) -> String {
    let mut out = String::new();
    for (path, _) in edits.iter() {
        let item = scaffold.items.iter().find(|item| item.path == *path);
        let word = match item.map(|item| item.standing) {
            Some(Standing::New) => "new",
            Some(Standing::Removed) => "put back",
            Some(Standing::Changed) => "replaced",
            Some(_) => "updated",
            None => continue,
        };
        let _ = writeln!(out, "  {word:<9} {path}");
    }
    for item in &scaffold.items {
        let word = match item.standing {
            Standing::Changed if !replaced.contains(&item.path) => "changed here, left",
            Standing::Removed if !replaced.contains(&item.path) => "taken away here, left",
            Standing::Odd => "is no text file, left",
            _ => continue,
        };
        let _ = writeln!(out, "  {} ({word})", item.path);
    }
    let _ = match edits.is_empty() {
        true => writeln!(out, "The scaffold is that of {VERSION}."),
        false => writeln!(
            out,
            "The scaffold is that of {VERSION} now. Commit it: git add .specfuse && git commit -m 'Upgrade the scaffold'"
        ),
    };
    out
}
