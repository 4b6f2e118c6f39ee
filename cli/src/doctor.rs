//! Whether this machine and this repository can carry a run: one check after the other, each with what
//! mends it. Looks only; the one thing it may run is what a person asked it to run.

use crate::agent::{Adapter, Login};
use crate::config::Config;
use crate::env::find_program;
use crate::error::Error;
use crate::load::{self, Features, Loaded};
use crate::process::{self, Command};
use crate::repo::Repo;
use crate::scaffold::VERSION;
use crate::scaffold::sync::Scaffold;
use crate::shell::{self, Placeholder};
use crate::{gh, journal, lock};
use serde::Serialize;
use specfuse_core::drive::{Record, State, step};
use specfuse_core::model::{Feature, verification};
use specfuse_core::parse::{Parser, feature_folders};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// Less free space than this, in bytes, is a problem: 1 GiB.
const LEAST_FREE: u64 = 1 << 30;
/// How many lines of a failed command are shown.
const SHOWN: usize = 5;
/// Words that a shell knows itself.
const BUILT_IN: [&str; 27] = [
    "!", "(", "{", "[", ".", ":", "cd", "echo", "eval", "exec", "exit", "export", "false", "for", "if",
    "case", "printf", "pwd", "read", "set", "test", "true", "type", "ulimit", "unset", "until", "while",
];

/// How a check came out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// As it should be.
    Ok,
    /// Worth knowing; nothing stops.
    Note,
    /// A run would fail or be refused.
    Problem,
}

/// What was looked at.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// Its name.
    pub name: String,
    /// How it came out.
    pub health: Health,
    /// What was seen.
    pub what: String,
    /// What to do about it.
    pub mend: Option<String>,
}

/// Looks at everything, from the folder `here`. With `run`, runs the `code` set.
pub fn examine(here: &Path, run: bool) -> Vec<Finding> {
    let mut doctor = Doctor::default();
    doctor.git(here);
    let root = match load::find_root(here) {
        Ok(root) => root,
        Err(_) => {
            doctor.problem("plans", "there is no .specfuse folder here or above", "specfuse-loop init");
            return doctor.findings;
        }
    };
    doctor.place(&root);
    doctor.disk(&root);
    doctor.lock(&root);
    doctor.scaffold(&root);
    match load::load_repository(&root, Features::All) {
        Ok(loaded) => doctor.plans(&root, &loaded, run),
        Err(error) => doctor.refused("plans", error),
    }
    doctor.leftovers(&root);
    if !gh::is_there(&root) {
        doctor.note("gh", "GitHub's command line program is not here; only `adopt` and labels need it", None);
    }
    doctor.findings
}

#[derive(Default)]
struct Doctor {
    findings: Vec<Finding>,
}

impl Doctor {
    fn put(&mut self, name: &str, health: Health, what: impl Into<String>, mend: Option<String>) {
        self.findings.push(Finding { name: name.to_owned(), health, what: what.into(), mend });
    }

    fn ok(&mut self, name: &str, what: impl Into<String>) {
        self.put(name, Health::Ok, what, None);
    }

    fn note(&mut self, name: &str, what: impl Into<String>, mend: Option<&str>) {
        self.put(name, Health::Note, what, mend.map(str::to_owned));
    }

    fn problem(&mut self, name: &str, what: impl Into<String>, mend: impl Into<String>) {
        self.put(name, Health::Problem, what, Some(mend.into()));
    }

    fn refused(&mut self, name: &str, error: Error) {
        self.put(name, Health::Problem, error.message, error.hint);
    }

    fn git(&mut self, here: &Path) {
        let Some(version) = said(here, &["git", "--version"]) else {
            return self.problem("git", "the program `git` is not here", "install git");
        };
        match Repo::open(here) {
            Ok(repo) => {
                self.ok("git", version);
                match repo.check_identity() {
                    Ok(()) => self.ok("identity", "git knows who commits"),
                    Err(error) => self.refused("identity", error),
                }
            }
            Err(error) => self.refused("git", error),
        }
    }

    /// Where the plans are, and whether git would keep them.
    fn place(&mut self, root: &Path) {
        let top = git2::Repository::discover(root).ok().and_then(|git| git.workdir().map(Path::to_owned));
        let top = top.and_then(|top| std::fs::canonicalize(top).ok());
        if top.as_ref().is_some_and(|top| top != root) {
            let top = top.map(|top| top.display().to_string()).unwrap_or_default();
            self.problem(
                "place",
                ".specfuse is not at the top of the git repository",
                format!("move it to {top}"),
            );
        }
        let git = git2::Repository::open(root);
        if git.and_then(|git| git.is_path_ignored(".specfuse/features/PLAN.md")).unwrap_or(false) {
            self.problem("place", "git ignores .specfuse/", "take it out of .gitignore");
        }
        if root.join(".specfuse/STOP").exists() {
            self.problem("stop file", ".specfuse/STOP ends every run at once", "rm .specfuse/STOP");
        }
    }

    fn disk(&mut self, root: &Path) {
        let Ok(disk) = rustix::fs::statvfs(root) else { return };
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        let what = format!("{:.1} GiB free", free as f64 / LEAST_FREE as f64);
        if free < LEAST_FREE {
            self.problem("disk", what, "make room: sessions, builds and lanes need it");
        } else {
            self.ok("disk", what);
        }
    }

    fn lock(&mut self, root: &Path) {
        match lock::holder(root) {
            Some(holder) => self.note("lock", format!("a driver is at work here: {holder}"), None),
            None => self.ok("lock", "no driver is at work here"),
        }
    }

    fn scaffold(&mut self, root: &Path) {
        let scaffold = Scaffold::read(root);
        let version = scaffold.version.clone().unwrap_or_default();
        if scaffold.is_newer() {
            let mend = format!("install specfuse-loop {version} or newer");
            self.note(
                "scaffold",
                format!("it is of version {version}, newer than this program's {VERSION}"),
                Some(&mend),
            );
        } else if scaffold.is_older() {
            let what = format!("it is of version {version}; this program ships {VERSION}");
            self.note("scaffold", what, Some("specfuse-loop upgrade"));
        } else if scaffold.version.is_none() {
            self.note(
                "scaffold",
                "there is none; sessions have no rules to read",
                Some("specfuse-loop init"),
            );
        } else {
            self.ok("scaffold", version);
        }
    }

    fn plans(&mut self, root: &Path, loaded: &Loaded, run: bool) {
        let folders = feature_folders(&loaded.tree);
        let mut parser = Parser::default();
        // Any path will do to read what all features share.
        let folder =
            folders.last().cloned().or_else(|| specfuse_core::path::RelPath::new(load::FEATURES).ok());
        let Some(folder) = folder else { return };
        let feature = parser.feature(&loaded.tree, &folder);
        self.ok("plans", format!("{} feature(s)", folders.len()));
        match Config::parse(feature.config.as_ref().map_or("", |config| &config.text)).and_then(|c| c.chain())
        {
            Ok(agents) => agents.iter().for_each(|agent| self.agent(root, agent)),
            Err(error) => self.refused("config", error),
        }
        self.verification(root, &feature, run);
    }

    fn agent(&mut self, root: &Path, agent: &Adapter) {
        let name = format!("agent {}", agent.name);
        let program = match agent.find(root) {
            Ok(program) => program.display().to_string(),
            Err(error) => return self.refused(&name, error),
        };
        match agent.login(root) {
            Login::Yes => self.ok(&name, format!("{program}, logged in")),
            Login::No => self.problem(&name, format!("{program} is not logged in"), agent.login_command()),
            Login::Unknown => self.note(
                &name,
                format!("{program}; whether it is logged in shows in its first session"),
                None,
            ),
        }
    }

    fn verification(&mut self, root: &Path, feature: &Feature, run: bool) {
        let Some(verification) = &feature.verification else {
            return self.problem(
                "verification",
                "there is no .specfuse/verification.yml",
                "specfuse-loop init proposes one",
            );
        };
        let code = verification.sets.iter().find(|set| set.name.value == "code");
        if code.is_none_or(|set| set.checks.is_empty()) {
            self.problem(
                "verification",
                "the set `code` is missing or empty, and nothing passes unverified",
                "name a command under `code` in .specfuse/verification.yml",
            );
        }
        for set in &verification.sets {
            for check in &set.checks {
                self.check(root, feature, &set.name.value, check, run && set.name.value == "code");
            }
        }
    }

    fn check(&mut self, root: &Path, feature: &Feature, set: &str, check: &verification::Check, run: bool) {
        let Some(command) = check.command.get() else { return };
        let name = format!("{set}/{}", check.name.get().map_or("?", String::as_str));
        if let Some(word) = first_word(command).filter(|word| find_program(word, root).is_none()) {
            return self.problem(
                &name,
                format!("no program `{word}`: {command}"),
                format!("install {word}, or change the command in .specfuse/verification.yml"),
            );
        }
        if !run {
            return self.ok(&name, command.clone());
        }
        let limit = check.timeout_seconds.get().copied().unwrap_or(900.0);
        match self::run(root, feature, command, limit) {
            Ok(seconds) => self.ok(&name, format!("green after {seconds:.1} s: {command}")),
            Err(words) => self.problem(
                &name,
                format!("not green: {command}\n{words}"),
                "mend it before a run: a session would be blamed for it",
            ),
        }
    }

    /// What runs left in the middle, and work trees that are gone.
    fn leftovers(&mut self, root: &Path) {
        let home = root.join(".specfuse/.loop");
        let names = std::fs::read_dir(&home).into_iter().flatten().flatten();
        let mut names: Vec<String> = names.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        for name in names {
            let journal = journal::state_dir(root, &name).join("journal.jsonl");
            if !journal.exists() {
                continue;
            }
            let feature = format!("feature {name}");
            if !root.join(load::FEATURES).join(&name).is_dir() {
                let mend = format!("when you do not miss it: rm -r {}", shown(root, &home.join(&name)));
                self.note(
                    &feature,
                    "local state without a feature: its folder is gone or has another name",
                    Some(&mend),
                );
            } else if !is_at_rest(&journal) {
                let mend = format!("specfuse-loop run --feature {name}");
                self.note(&feature, "a run was cut short; the next one goes on where it was", Some(&mend));
            }
        }
        let gone = said(root, &["git", "worktree", "list", "--porcelain"]).unwrap_or_default();
        let gone = gone.lines().filter(|line| line.starts_with("prunable")).count();
        if gone > 0 {
            self.problem(
                "lanes",
                format!("git knows {gone} work tree(s) whose folder is gone"),
                "git worktree prune",
            );
        }
    }
}

fn is_at_rest(journal: &Path) -> bool {
    let mut state = State::default();
    for record in journal::read::<Record>(journal).map(|history| history.records).unwrap_or_default() {
        step(&mut state, record);
    }
    state.is_at_rest()
}

fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

/// The first line that a command says, when it succeeds; all of it when that is more than one.
fn said(here: &Path, argv: &[&str]) -> Option<String> {
    let mut command = Command::new(argv.iter().copied(), here);
    command.limit = Some(Duration::from_secs(15));
    let done = process::run(&command, &AtomicBool::new(false), |_| Ok(())).ok()?;
    done.end.success().then(|| String::from_utf8_lossy(&done.stdout.bytes).trim().to_owned())
}

/// Runs a check; how long it took, or the last lines of what it said.
fn run(root: &Path, feature: &Feature, command: &str, limit: f64) -> Result<f64, String> {
    let placeholder = Placeholder {
        name: "feature_dir".into(),
        variable: "SPECFUSE_FEATURE_DIR".into(),
        value: feature.folder.as_str().to_owned(),
    };
    let script = shell::expand(command, &[placeholder]).map_err(|error| error.message)?;
    let mut command = Command::new(["sh", "-c", &script.text], root);
    command.env = script.env;
    command.merge = true;
    command.limit = Duration::try_from_secs_f64(limit).ok();
    let done = process::run(&command, &AtomicBool::new(false), |_| Ok(())).map_err(|error| error.message)?;
    if done.end.success() {
        return Ok(done.duration.as_secs_f64());
    }
    let text = String::from_utf8_lossy(&done.stdout.bytes).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    Err(lines[lines.len().saturating_sub(SHOWN)..].join("\n"))
}

/// The program that a shell command starts with, when it can be told: assignments before it are passed
/// over, and what the shell does itself is none.
fn first_word(command: &str) -> Option<&str> {
    let is_assignment = |word: &str| {
        word.split_once('=').is_some_and(|(name, value)| {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
            !name.is_empty() && name.chars().all(plain) && !value.contains(['"', '\'', '$', '`'])
        })
    };
    let word = command.split_whitespace().find(|word| !is_assignment(word))?;
    let plain = |c: char| c.is_alphanumeric() || "._-+/".contains(c);
    (word.chars().all(plain) && !BUILT_IN.contains(&word)).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::first_word;

    #[test]
    fn the_program_of_a_command() {
        assert_eq!(first_word("cargo test"), Some("cargo"));
        assert_eq!(first_word("A=1 B_2=x ./run.sh all"), Some("./run.sh"));
        for command in
            ["test -s x", "[ -f y ]", "cd sub && make", "$MAKE all", "A=\"x y\" make", "(make)", "", "A=1"]
        {
            assert_eq!(first_word(command), None, "{command}");
        }
    }
}
