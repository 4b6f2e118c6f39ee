//! `attempts`: what every attempt did and came to, and the way back to its work. Made of the log, the refs
//! below `refs/specfuse/`, and the folders that sessions leave.

mod restore;

use crate::args::{AttemptsAction, AttemptsArgs};
use crate::error::{Error, Kind, Result};
use crate::exit_code::ExitCode;
use crate::load::{self, Loaded};
use crate::repo::{Kept, Repo};
use crate::report::printable;
use crate::{commands, journal, select};
use git2::Oid;
use serde::Serialize;
use specfuse_core::model::event::Event;
use specfuse_core::model::{Feature, Unit};
use specfuse_core::parse::{Parser, feature_folders};
use specfuse_core::path::RelPath;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// An attempt as it is written for programs.
#[derive(Serialize)]
struct Wire {
    unit: String,
    attempt: u32,
    /// Missing when it has not ended, or was never logged.
    outcome: Option<String>,
    ended: Option<String>,
    duration_seconds: Option<f64>,
    cost_usd: Option<f64>,
    failure_class: Option<String>,
    failure_signature: Option<String>,
    failing_tests: Vec<String>,
    /// The commits below `refs/specfuse/` that keep it.
    start: Option<String>,
    work: Option<String>,
    own_commits: Option<String>,
    /// The unit's commit, when it passed.
    commit: Option<String>,
    /// Where its prompt and output are.
    folder: Option<PathBuf>,
}

#[derive(Serialize)]
struct List {
    version: u32,
    feature: String,
    attempts: Vec<Wire>,
}

/// The feature that is asked about, where it lies.
struct Asked {
    loaded: Loaded,
    feature: Feature,
    repo: Repo,
}

/// What is known of one attempt.
struct Attempt<'a> {
    unit: &'a Unit,
    number: u32,
    event: Option<Event>,
    kept: Kept,
    commit: Option<Oid>,
    folder: Option<PathBuf>,
}

/// Lists, shows, or puts back.
///
/// # Errors
/// When there is no such unit or attempt, or its work is not kept or cannot be put back.
pub fn run(args: &AttemptsArgs) -> Result<ExitCode> {
    let named = match &args.action {
        Some(AttemptsAction::List { unit }) => unit.as_deref(),
        Some(AttemptsAction::Show { unit, .. } | AttemptsAction::Diff { unit, .. }) => Some(unit.as_str()),
        Some(AttemptsAction::Restore { unit, .. }) => Some(unit.as_str()),
        None => args.unit.as_deref(),
    };
    let of_unit = named.and_then(|unit| unit.rsplit_once('/')).map(|(feature, _)| feature);
    let asked = Asked::find(args.feature.as_deref().or(of_unit))?;
    match &args.action {
        None => asked.list(args.unit.as_deref(), args.json),
        Some(AttemptsAction::List { unit }) => asked.list(unit.as_deref(), args.json),
        Some(AttemptsAction::Show { unit, attempt }) => asked.show(unit, *attempt, args.json),
        Some(AttemptsAction::Diff { unit, attempt }) => asked.diff(unit, *attempt),
        Some(AttemptsAction::Restore { unit, attempt, branch }) => {
            restore::run(&asked, unit, *attempt, branch.as_deref())
        }
    }
}

impl Asked {
    fn find(feature: Option<&str>) -> Result<Asked> {
        let loaded = load::load(Path::new("."))?;
        // A feature that is done is looked at as well, when there is no other.
        let folders = feature_folders(&loaded.tree);
        let only = folders.first().filter(|_| folders.len() == 1).map(RelPath::file_name);
        let feature = select::feature(&mut Parser::default(), &loaded, feature.or(only))?;
        let repo = Repo::open(loaded.place.top())?;
        Ok(Asked { loaded, feature, repo })
    }

    fn unit(&self, name: &str) -> Result<&Unit> {
        self.feature.find_unit(name).map(|unit| &self.feature.units[unit]).ok_or_else(|| {
            let known: Vec<&str> = self.feature.units.iter().map(|unit| unit.short_id()).collect();
            Error::new(Kind::NotFound, format!("{} has no unit {name:?}", self.feature.folder_name()))
                .hint(format!("it has {}", known.join(", ")))
        })
    }

    /// All attempts of a unit by number.
    fn of<'a>(&'a self, unit: &'a Unit) -> Result<Vec<Attempt<'a>>> {
        let kept = self.repo.kept(self.feature.folder_name(), unit.short_id())?;
        let mut found: BTreeMap<u32, (Option<Event>, Kept)> =
            kept.into_iter().map(|(number, kept)| (number, (None, kept))).collect();
        let own = self.feature.events.entries().filter(|entry| entry.correlation_id == unit.id());
        for event in own.filter(|entry| entry.event_type == "attempt_outcome").map(|entry| entry.event()) {
            if let Some(number) = number(&event) {
                found.entry(number).or_default().0 = Some(event);
            }
        }
        let root = self.loaded.place.top();
        let folder = |number| journal::attempt_dir(root, self.feature.folder_name(), unit.id(), number);
        for number in folders(folder(0).parent()) {
            found.entry(number).or_default();
        }
        let has_passed = |event: &Option<Event>| text(event, "outcome") == Some("passed");
        let passed = found.values().any(|(event, _)| has_passed(event));
        let commit = if passed { self.repo.unit_commit(unit.id())? } else { None };
        let attempts = found.into_iter().map(|(number, (event, kept))| Attempt {
            unit,
            number,
            commit: commit.filter(|_| has_passed(&event)),
            event,
            kept,
            folder: Some(folder(number)).filter(|folder| folder.is_dir()),
        });
        Ok(attempts.collect())
    }

    /// One attempt of a unit; the last when no number is given.
    fn one<'a>(&'a self, unit: &str, number: Option<u32>) -> Result<Attempt<'a>> {
        let unit = self.unit(unit)?;
        let mut all = self.of(unit)?;
        let numbers: Vec<String> = all.iter().map(|attempt| attempt.number.to_string()).collect();
        let place = match number {
            Some(number) => all.iter().position(|attempt| attempt.number == number),
            None => all.len().checked_sub(1),
        };
        place.map(|place| all.swap_remove(place)).ok_or_else(|| {
            let message = match number {
                Some(number) => format!("{} has no attempt {number}", unit.short_id()),
                None => format!("{} has no attempts yet", unit.short_id()),
            };
            let error = Error::new(Kind::NotFound, message);
            if numbers.is_empty() { error } else { error.hint(format!("it has {}", numbers.join(", "))) }
        })
    }

    fn list(&self, unit: Option<&str>, json: bool) -> Result<ExitCode> {
        let units: Vec<&Unit> = match unit {
            Some(name) => vec![self.unit(name)?],
            None => self.feature.units.iter().collect(),
        };
        let mut out = String::new();
        let mut wires = Vec::new();
        for unit in units {
            let attempts = self.of(unit)?;
            if attempts.is_empty() {
                continue;
            }
            let _ = writeln!(out, "{}  {}", printable(unit.short_id()), printable(unit.title()));
            attempts.iter().for_each(|attempt| out.push_str(&attempt.line()));
            wires.extend(attempts.iter().map(Attempt::wire));
        }
        if json {
            let list = List { version: 1, feature: self.feature.folder_name().to_owned(), attempts: wires };
            out = serde_json::to_string_pretty(&list).expect("plain data is JSON") + "\n";
        } else if out.is_empty() {
            out = "No attempts yet.\n".into();
        }
        commands::print(&out);
        Ok(ExitCode::Complete)
    }

    fn show(&self, unit: &str, number: Option<u32>, json: bool) -> Result<ExitCode> {
        let attempt = self.one(unit, number)?;
        if json {
            let feature = self.feature.folder_name().to_owned();
            let list = List { version: 1, feature, attempts: vec![attempt.wire()] };
            commands::print(&(serde_json::to_string_pretty(&list).expect("plain data is JSON") + "\n"));
            return Ok(ExitCode::Complete);
        }
        let mut out =
            format!("{}  {}\n", printable(attempt.unit.short_id()), printable(attempt.unit.title()));
        out.push_str(&attempt.line());
        if let Some(excerpt) = text(&attempt.event, "failure_excerpt") {
            out.push('\n');
            for line in excerpt.lines() {
                let _ = writeln!(out, "    {}", printable(line));
            }
        }
        if let Some((from, to)) = attempt.difference(&self.repo) {
            let _ = writeln!(out, "\nFiles that it changed:");
            for path in self.repo.changed_paths(from, to)? {
                let _ = writeln!(out, "    {}", printable(&path.to_string_lossy()));
            }
        }
        if let Some(folder) = &attempt.folder {
            let _ = writeln!(out, "\nPrompt and output: {}", printable(&folder.to_string_lossy()));
        }
        let (id, number) = (attempt.unit.short_id(), attempt.number);
        if attempt.kept.work.is_some() {
            let _ = writeln!(out, "\nIts work is kept: specfuse-loop attempts restore {id} {number}");
        }
        commands::print(&out);
        Ok(ExitCode::Complete)
    }

    fn diff(&self, unit: &str, number: Option<u32>) -> Result<ExitCode> {
        let attempt = self.one(unit, number)?;
        let (from, to) = attempt.difference(&self.repo).ok_or_else(|| {
            let what = format!(
                "nothing is kept of what attempt {} of {} changed",
                attempt.number,
                attempt.unit.short_id()
            );
            Error::new(Kind::NotFound, what).hint("it changed nothing, or its refs were deleted")
        })?;
        let patch = self.repo.patch(from, to)?;
        let _ = std::io::stdout().lock().write_all(&patch);
        Ok(ExitCode::Complete)
    }
}

impl Attempt<'_> {
    /// From which commit to which its work leads; `None` when that is not kept.
    fn difference(&self, repo: &Repo) -> Option<(Oid, Oid)> {
        match self.kept.work {
            Some(work) => Some((self.kept.start?, work)),
            None => self.commit.and_then(|commit| Some((repo.parent(commit)?, commit))),
        }
    }

    fn line(&self) -> String {
        let event = self.event.as_ref();
        let outcome = text(&self.event, "outcome").unwrap_or("not ended");
        let when =
            event.and_then(|e| e.timestamp.get(..19)).map_or(String::new(), |at| at.replacen('T', " ", 1));
        let cost =
            event.and_then(|e| e.number("cost_usd")).map_or(String::new(), |cost| format!("${cost:.2}"));
        let time = event.and_then(|e| e.number("duration_seconds"));
        let time = time.map_or(String::new(), |time| format!("{time:.1} s"));
        let kept = match (self.kept.work, self.commit) {
            (Some(_), _) => "kept".to_owned(),
            (None, Some(commit)) => short(commit),
            (None, None) => String::new(),
        };
        let why = text(&self.event, "failure_signature").unwrap_or_default();
        let line = format!(
            "  {:>2}  {outcome:<28}  {when:<19}  {cost:>7}  {time:>9}  {kept:<10}  {why}",
            self.number
        );
        printable(line.trim_end()) + "\n"
    }

    fn wire(&self) -> Wire {
        let event = self.event.as_ref();
        let text = |key: &str| text(&self.event, key).map(str::to_owned);
        let number = |key: &str| event.and_then(|event| event.number(key));
        let id = |id: Option<Oid>| id.map(|id| id.to_string());
        let tests = event.and_then(|event| event.payload.get("failing_tests")?.as_array());
        let tests = tests.into_iter().flatten().filter_map(|test| test.as_str().map(str::to_owned));
        Wire {
            unit: self.unit.id().to_owned(),
            attempt: self.number,
            outcome: text("outcome"),
            ended: event.map(|event| event.timestamp.clone()),
            duration_seconds: number("duration_seconds"),
            cost_usd: number("cost_usd"),
            failure_class: text("failure_class"),
            failure_signature: text("failure_signature"),
            failing_tests: tests.collect(),
            start: id(self.kept.start),
            work: id(self.kept.work),
            own_commits: id(self.kept.commits),
            commit: id(self.commit),
            folder: self.folder.clone(),
        }
    }
}

fn text<'a>(event: &'a Option<Event>, key: &str) -> Option<&'a str> {
    event.as_ref().and_then(|event| event.text(key))
}

fn number(event: &Event) -> Option<u32> {
    event.payload.get("attempt")?.as_u64().and_then(|number| u32::try_from(number).ok())
}

/// The numbers that folders below `folder` are named by.
fn folders(folder: Option<&Path>) -> Vec<u32> {
    let entries = folder.and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

/// The first characters of an object's name.
fn short(id: Oid) -> String {
    id.to_string().chars().take(10).collect()
}
