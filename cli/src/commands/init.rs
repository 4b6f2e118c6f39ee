//! `init`: the scaffold and a proposed verification for a repository that has none. What stands there
//! is never changed, apart from lines added to `.gitignore`.

use crate::args::InitArgs;
use crate::commands::{self, changes};
use crate::error::{Error, Kind, Result};
use crate::exit_code::ExitCode;
use crate::load::Place;
use crate::report::printable;
use crate::scaffold::VERSION;
use crate::scaffold::seeds::Seeds;
use crate::scaffold::stack::{self, Look};
use crate::scaffold::sync::{Scaffold, Standing};
use crate::store;
use specfuse_core::fix::Edits;
use specfuse_core::tree::Tree;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Sets the repository up, or shows what that would change.
///
/// # Errors
/// Outside a git repository, or when a file cannot be written.
pub fn run(args: &InitArgs) -> Result<ExitCode> {
    let root = repository(Path::new("."))?;
    let proposal = stack::propose(&Look::at(&root));
    let mut scaffold = Scaffold::read(&root);
    let seeds = Seeds::read(&root, &proposal.text);
    let mut edits = match scaffold.version {
        // Only what is missing: the rest is for `upgrade`.
        Some(_) => missing(&scaffold),
        None => scaffold.overlay(&root, |item| item.standing == Standing::New, &[]),
    };
    edits.merge(seeds.edits(root.join(crate::load::FEATURES).is_dir()));
    let mut tree: Tree = scaffold.tree.clone();
    seeds.tree.iter().for_each(|(path, entry)| tree.insert(path.clone(), entry.clone()));
    if args.dry_run {
        commands::print(&changes::diff(&tree, &edits)?);
        return Ok(ExitCode::Complete);
    }
    store::apply(&Place::Repository(root.clone()), &tree, &edits)?;
    commands::print(&told(&root, &proposal.stacks, &scaffold, &seeds, &tree, &edits));
    Ok(ExitCode::Complete)
}

/// The top of the git repository that `here` is in.
fn repository(here: &Path) -> Result<PathBuf> {
    let found = git2::Repository::discover(here).map_err(|_| {
        Error::new(Kind::Repository, "this is no git repository").hint("make one first: git init")
    })?;
    let top = found.workdir().ok_or_else(|| {
        Error::new(Kind::Repository, "the repository is bare: it has no files to work on")
            .hint("run this in a clone of it")
    })?;
    std::fs::canonicalize(top).map_err(|e| Error::io(format_args!("open {}", top.display()), e))
}

fn missing(scaffold: &Scaffold) -> Edits {
    let mut edits = Edits::none();
    for item in scaffold.items.iter().filter(|item| item.standing == Standing::New) {
        edits.create(item.path.clone(), item.text);
    }
    edits
}

fn told(
    root: &Path,
    stacks: &[&str],
    scaffold: &Scaffold,
    seeds: &Seeds,
    tree: &Tree,
    edits: &Edits,
) -> String {
    let mut out = String::new();
    let found = if stacks.is_empty() { "no stack that I know".to_owned() } else { stacks.join(", ") };
    let _ = writeln!(out, "{}: {found}", printable(&root.display().to_string()));
    for (path, _) in edits.iter() {
        let word = if tree.get(path).is_some() { "changed" } else { "new" };
        let _ = writeln!(out, "  {word:<8} {path}");
    }
    let changed =
        scaffold.items.iter().filter(|item| !matches!(item.standing, Standing::New | Standing::Current));
    for path in seeds.kept().chain(changed.map(|item| &item.path)) {
        let _ = writeln!(out, "  {:<8} {path}", "kept");
    }
    if let Some(version) = scaffold.version.as_deref().filter(|version| *version != VERSION) {
        let _ = writeln!(
            out,
            "The scaffold here is of version {}; this program ships {VERSION}: specfuse-loop upgrade",
            printable(version)
        );
    }
    if is_ignored(root) {
        let _ = writeln!(
            out,
            "warning: git ignores .specfuse/; take that out of .gitignore, or nothing can be committed"
        );
    }
    let _ = write!(
        out,
        "\nNext:\n  read .specfuse/verification.yml: it decides what counts as done\n  \
         specfuse-loop doctor --run   # does this machine have what it takes, and are the checks green today?\n  \
         git add .specfuse .gitignore && git commit -m 'Set up Specfuse'\n  \
         specfuse-loop new \"What people call it\"\n"
    );
    out
}

/// Whether git would leave a plan out.
pub(super) fn is_ignored(root: &Path) -> bool {
    let repository = git2::Repository::open(root);
    repository.and_then(|git| git.is_path_ignored(".specfuse/features/PLAN.md")).unwrap_or(false)
}
