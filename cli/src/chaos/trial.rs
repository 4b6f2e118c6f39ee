//! One plan: its undisturbed run, and runs of it that are killed.

use super::agent::Sessions;
use super::end::End;
use super::own::Own;
use crate::driver::LANES;
use crate::env::TEST_KILL;
use crate::error::{Error, Kind, Result};
use crate::load;
use crate::scratch;
use specfuse_core::example;
use specfuse_core::model::Feature;
use specfuse_core::model::status::{UnitStatus, UnitType};
use specfuse_core::parse;
use specfuse_core::path::RelPath;
use specfuse_core::simulate::{Case, Script, session, sketch};
use specfuse_core::tree::Tree;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A plan has at most this many runs: one a gate, one a step that is a person's, and one more after a kill.
const MAX_RUNS: usize = 24;
/// A file of the repository, which a person has edited.
const EDITED: &str = "a-persons.txt";

/// What is run.
#[derive(Clone, PartialEq, Debug)]
pub enum Plan {
    /// The bundled example.
    Demo,
    /// The generated plan of a number.
    Generated(u32, Box<Case>),
    /// A person's.
    Own(Box<Own>),
}

impl Plan {
    /// The repository that it is run in.
    fn tree(&self) -> Tree {
        let mut tree = match self {
            Plan::Demo => example::tree(),
            Plan::Generated(_, case) => case.sketch.tree(),
            Plan::Own(own) => own.tree.clone(),
        };
        if let Ok(path) = RelPath::new(EDITED) {
            tree.insert_text(path, "Committed.\n");
        }
        tree
    }

    /// What the agent is to play; `None` for what it knows by heart.
    fn sessions(&self) -> Option<Sessions> {
        match self {
            Plan::Demo => None,
            Plan::Generated(_, case) => {
                Some(Sessions { folder: sketch::FOLDER.to_owned(), script: case.script.clone() })
            }
            Plan::Own(own) => Some(Sessions { folder: own.folder.to_string(), script: Script::default() }),
        }
    }
}

/// When a driver is killed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Kill {
    /// After so many steps: records of the journal, and effects performed.
    Step(u32),
    /// So long after its start.
    After(Duration),
}

/// How a killed run compares.
#[derive(Clone, PartialEq, Debug)]
pub enum Verdict {
    /// It was over before it could be killed.
    NotKilled,
    /// It came to the same.
    Equal,
    /// It came to something else; the differing lines.
    Differs(Vec<String>),
}

/// A plan, and what it comes to undisturbed.
#[derive(Debug)]
pub struct Trial {
    dir: PathBuf,
    own: PathBuf,
    lanes: Option<u32>,
    usual: End,
    /// The repository as it was before each run, and how long that took.
    runs: Vec<(PathBuf, Duration)>,
}

impl Trial {
    /// Makes the repository of `plan` in the folder `dir`, and runs it undisturbed: in the checkout, or with so many
    /// lanes.
    ///
    /// # Errors
    /// When something cannot be made, or a run does not end as one does.
    pub fn new(plan: &Plan, lanes: Option<u32>, dir: PathBuf) -> Result<Trial> {
        let own = scratch::own()?;
        let root = dir.join("undisturbed");
        make_folder(&root)?;
        let file = dir.join("sessions.json");
        let mut options = Vec::new();
        if let Some(sessions) = plan.sessions() {
            let bytes = serde_json::to_vec_pretty(&sessions)
                .map_err(|e| Error::io("write the sessions", std::io::Error::from(e)))?;
            write(&file, &bytes)?;
            options.extend(["--sessions".to_owned(), file.to_string_lossy().into_owned()]);
        }
        if lanes.is_some() {
            options.push("--paced".to_owned());
        }
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        scratch::make(&root, &plan.tree(), &scratch::agent_config(&own, &options))?;
        add_hook(&root)?;
        // What a person left uncommitted must come out as it was.
        write(&root.join(EDITED), b"Committed.\nEdited by a person.\n")?;
        write(&root.join("theirs.txt"), b"A person's.\n")?;
        let mut trial = Trial { dir, own, lanes, usual: End::default(), runs: Vec::new() };
        loop {
            let before = trial.dir.join(format!("before-{}", trial.runs.len()));
            copy(&root, &before)?;
            let begun = Instant::now();
            let code = wait(trial.start(&root, None)?)?;
            trial.runs.push((before, begun.elapsed()));
            if !trial.goes_on(&root, code)? || trial.runs.len() == MAX_RUNS {
                break;
            }
        }
        trial.usual = trial.end(&root)?;
        Ok(trial)
    }

    /// How long each undisturbed run took.
    pub fn durations(&self) -> impl Iterator<Item = Duration> {
        self.runs.iter().map(|(_, took)| *took)
    }

    /// Kills run `run` as `kill` says, then goes on to the end and compares. The repository is left in
    /// the returned folder when it differs.
    ///
    /// # Errors
    /// When something cannot be made or started.
    pub fn kill(&self, run: usize, kill: Kill, name: &str) -> Result<(Verdict, PathBuf)> {
        let root = self.dir.join(name);
        let Some((before, _)) = self.runs.get(run) else { return Ok((Verdict::NotKilled, root)) };
        copy(before, &root)?;
        let verdict = self.killed(&root, kill)?;
        if !matches!(verdict, Verdict::Differs(_)) {
            std::fs::remove_dir_all(&root)
                .map_err(|e| Error::io(format_args!("remove {}", root.display()), e))?;
        }
        Ok((verdict, root))
    }

    fn killed(&self, root: &Path, kill: Kill) -> Result<Verdict> {
        let step = if let Kill::Step(step) = kill { Some(step) } else { None };
        let mut child = self.start(root, step)?;
        if let Kill::After(time) = kill {
            std::thread::sleep(time);
            child.kill().map_err(|e| Error::io("kill the driver", e))?;
        }
        let mut code = wait(child)?;
        if code.is_some() {
            return Ok(Verdict::NotKilled);
        }
        for _ in 0..MAX_RUNS {
            code = wait(self.start(root, None)?)?;
            if !self.goes_on(root, code)? {
                break;
            }
        }
        let differences = self.usual.differences(&self.end(root)?);
        Ok(if differences.is_empty() { Verdict::Equal } else { Verdict::Differs(differences) })
    }

    fn end(&self, root: &Path) -> Result<End> {
        let end = End::of(root)?;
        Ok(if self.lanes.is_some() { end.in_any_order() } else { end })
    }

    fn command(&self, dir: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(&self.own);
        command.args(args).current_dir(dir).envs(scratch::sealed()).env_remove(TEST_KILL);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn start(&self, dir: &Path, kill: Option<u32>) -> Result<Child> {
        let mut command = self.command(dir, &["run"]);
        if let Some(lanes) = self.lanes {
            command.args(["--lanes", &lanes.to_string()]);
        }
        if let Some(step) = kill {
            command.env(TEST_KILL, step.to_string());
        }
        command.spawn().map_err(|e| self.cannot_run(e))
    }

    fn cannot_run(&self, e: std::io::Error) -> Error {
        Error::io(format_args!("run {}", self.own.display()), e)
    }

    /// Does a person's part: arms the next gate where there is one, or does the step that is theirs. Whether there
    /// is more to run.
    fn goes_on(&self, dir: &Path, code: Option<i32>) -> Result<bool> {
        let args = match code {
            Some(0 | 2) => vec!["arm".to_owned(), "--yes".to_owned()],
            Some(1) => match persons_step(dir)? {
                Some(unit) => ["done", &unit, "--evidence", "I looked."].map(str::to_owned).to_vec(),
                None => return Ok(false),
            },
            other => {
                return Err(Error::new(Kind::Program, format!("an undisturbed run ended with {other:?}"))
                    .hint(format!("look into {}", dir.display())));
            }
        };
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let status = self.command(dir, &args).status().map_err(|e| self.cannot_run(e))?;
        Ok(status.success())
    }
}

/// The exit code; `None` when a signal ended it.
fn wait(mut child: Child) -> Result<Option<i32>> {
    Ok(child.wait().map_err(|e| Error::io("wait for the driver", e))?.code())
}

/// The unit that a person has to do now.
fn persons_step(dir: &Path) -> Result<Option<String>> {
    let tree = load::load(dir)?.tree;
    let features = parse::feature_folders(&tree);
    let step = features.iter().find_map(|folder| waiting(&parse::feature(&tree, folder)));
    Ok(step)
}

fn waiting(feature: &Feature) -> Option<String> {
    let is_done = |id: &str| {
        feature.find_unit(id).is_some_and(|at| feature.units[at].status() == Some(UnitStatus::Done))
    };
    let mut human = feature.units.iter().filter(|unit| unit.kind() == Some(UnitType::Human));
    let step = human.find(|unit| {
        matches!(unit.status(), Some(UnitStatus::Pending | UnitStatus::Ready))
            && unit.entry.depends_on.iter().all(|id| is_done(&id.value))
    });
    step.map(|unit| unit.id().to_owned())
}

/// A hook that rejects the file which some sessions leave for it.
fn add_hook(root: &Path) -> Result<()> {
    let hook = root.join(".git/hooks/pre-commit");
    make_folder(&root.join(".git/hooks"))?;
    let text = format!("#!/bin/sh\n! git diff --cached --name-only | grep -qx {}\n", session::REJECTED);
    write(&hook, text.as_bytes())?;
    std::fs::set_permissions(&hook, PermissionsExt::from_mode(0o755))
        .map_err(|e| Error::io(format_args!("write {}", hook.display()), e))
}

fn make_folder(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).map_err(|e| Error::io(format_args!("make {}", path.display()), e))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).map_err(|e| Error::io(format_args!("write {}", path.display()), e))
}

/// Copies a repository, git folder and all, but for its lanes: they know each other by their paths, and are made
/// anew where they are missing.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let refused = |e| Error::io(format_args!("copy {}", from.display()), e);
    make_folder(to)?;
    for entry in std::fs::read_dir(from).map_err(refused)? {
        let entry = entry.map_err(refused)?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.ends_with(LANES) || source.ends_with(".git/worktrees") {
            continue;
        }
        if entry.file_type().map_err(refused)?.is_dir() {
            copy(&source, &target)?;
        } else {
            std::fs::copy(&source, &target).map_err(refused)?;
        }
    }
    Ok(())
}
