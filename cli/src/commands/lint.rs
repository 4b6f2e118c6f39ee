//! `lint`, and all of `specfuse-lint`: findings of one feature, of several, or of a repository.

use crate::args::LintArgs;
use crate::commands;
use crate::error::{Error, Kind, Result};
use crate::exit_code::ExitCode;
use crate::facts;
use crate::load::{self, Loaded};
use crate::repo::Repo;
use crate::report::{self, Findings, Format};
use crate::store;
use specfuse_core::diagnostic::{Finding, Severity};
use specfuse_core::lint::{self, Linter};
use specfuse_core::parse::{FEATURES, Parser, feature_folders};
use specfuse_core::path::RelPath;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// A folder that was linted.
struct Linted {
    dir: String,
    loaded: Loaded,
    findings: Vec<Finding>,
}

/// Lints what the arguments name. Exit 0 without errors, 1 with, 2 for usage.
///
/// # Errors
/// When a path holds no plan, or `--fix` cannot write.
pub fn run(args: &LintArgs) -> Result<ExitCode> {
    let here = [PathBuf::from(".")];
    let paths = if args.paths.is_empty() { &here[..] } else { &args.paths };
    let linted = paths.iter().map(|path| one(path, args)).collect::<Result<Vec<_>>>()?;
    if args.closing && linted.iter().all(|l| l.findings.is_empty()) {
        commands::print("CLOSING-READY\n");
        return Ok(ExitCode::Complete);
    }
    print(&linted, args.format);
    let failed = linted.iter().any(|l| l.findings.iter().any(|f| f.severity == Severity::Error));
    Ok(if failed { ExitCode::Stopped } else { ExitCode::Complete })
}

fn one(path: &Path, args: &LintArgs) -> Result<Linted> {
    let mut loaded = load::load_for_lint(path)?;
    for warning in &loaded.warnings {
        eprintln!("warning: {}", report::printable(warning));
    }
    let folders = folders(&loaded, path)?;
    if args.fix {
        fix(&mut loaded, &folders)?;
    }
    let findings = if args.closing { owed(&loaded, &folders)? } else { findings(&loaded, &folders, args) };
    Ok(Linted { dir: path.display().to_string(), loaded, findings })
}

/// The features to lint: the one that was named, or all.
fn folders(loaded: &Loaded, path: &Path) -> Result<Vec<RelPath>> {
    let named = loaded.feature.as_ref().and_then(|name| RelPath::new(&format!("{FEATURES}/{name}")).ok());
    let folders = named.map_or_else(|| feature_folders(&loaded.tree), |folder| vec![folder]);
    if folders.is_empty() {
        return Err(Error::new(Kind::NotFound, format!("no features in {}", path.display()))
            .hint("a feature is a folder with a PLAN.md below .specfuse/features"));
    }
    Ok(folders)
}

/// Findings of all folders, those of shared files once.
fn findings(loaded: &Loaded, folders: &[RelPath], args: &LintArgs) -> Vec<Finding> {
    let (mut parser, mut linter) = (Parser::default(), Linter::default());
    let mut all = Vec::new();
    for folder in folders {
        let feature = parser.feature(&loaded.tree, folder);
        let facts = facts::gather(loaded, &feature);
        let mut found = linter.lint(&loaded.tree, &feature, &facts);
        if let Some(closed) = args.just_closed_gate {
            found.extend(lint::draft_findings(&feature, closed, &found));
        }
        all.extend(found);
    }
    all.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    all.dedup_by(|a, b| a.sort_key() == b.sort_key());
    all
}

/// What the closing units in progress still owe, against the commit that is checked out.
fn owed(loaded: &Loaded, folders: &[RelPath]) -> Result<Vec<Finding>> {
    let repo = Repo::open(loaded.place.top())?;
    let head = repo.head()?;
    let changed = repo.snapshot(None)?;
    let touched: Vec<RelPath> =
        changed.paths().filter_map(|path| RelPath::new(path.to_str()?).ok()).collect();
    let mut parser = Parser::default();
    let mut owed = Vec::new();
    for folder in folders {
        let before = repo.plan_at(head, folder, &loaded.tree)?;
        let feature = parser.feature(&loaded.tree, folder);
        owed.extend(lint::closing_check(&before, &loaded.tree, &feature, &touched).findings);
    }
    Ok(owed)
}

fn fix(loaded: &mut Loaded, folders: &[RelPath]) -> Result<()> {
    let mut applied = 0;
    for folder in folders {
        let feature = Parser::default().feature(&loaded.tree, folder);
        let fixed = lint::fix_all(&loaded.tree, folder, &facts::gather(loaded, &feature));
        store::apply(&loaded.place, &loaded.tree, &fixed.edits)?;
        loaded.tree = fixed.tree;
        applied += fixed.applied;
    }
    eprintln!("{applied} fix(es) applied");
    Ok(())
}

fn print(linted: &[Linted], format: Format) {
    with_reports(linted, |reports| {
        let colour = format == Format::Text && std::io::stdout().is_terminal() && !crate::env::no_colour();
        commands::print(&report::render(reports, format, colour));
    });
}

fn with_reports(linted: &[Linted], show: impl FnOnce(&[Findings<'_>])) {
    let shown: Vec<_> = linted.iter().map(|l| move |path: &str| l.shown(path)).collect();
    let reports: Vec<Findings<'_>> = linted
        .iter()
        .zip(&shown)
        .map(|(l, shown)| Findings::new(&l.dir, &l.loaded.tree, &l.findings, shown))
        .collect();
    show(&reports);
}

impl Linted {
    /// A file's path as the person would name it: from the current folder when it lies below it.
    fn shown(&self, path: &str) -> String {
        let on_disk = RelPath::new(path).ok().and_then(|path| self.loaded.place.on_disk(&path));
        let Some(on_disk) = on_disk else { return path.to_owned() };
        let here = std::env::current_dir().and_then(std::fs::canonicalize).unwrap_or_default();
        on_disk.strip_prefix(&here).unwrap_or(&on_disk).display().to_string()
    }
}
