//! One plan: its undisturbed run, and runs of it that are killed.

use super::end::End;
use crate::env::TEST_KILL;
use crate::error::{Error, Kind, Result};
use crate::scratch;
use specfuse_core::example;
use specfuse_core::simulate::{Case, session};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A plan has at most this many runs: one a gate, and one more after a kill.
const MAX_RUNS: usize = 8;

/// What is run.
#[derive(Clone, PartialEq, Debug)]
pub enum Plan {
    /// The bundled example.
    Demo,
    /// The generated plan of a number.
    Generated(u32, Box<Case>),
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
    usual: End,
    /// The repository as it was before each run, and how long that took.
    runs: Vec<(PathBuf, Duration)>,
}

impl Trial {
    /// Makes the repository of `plan` in the folder `dir`, and runs it undisturbed.
    ///
    /// # Errors
    /// When something cannot be made, or a run does not end as one does.
    pub fn new(plan: &Plan, dir: PathBuf) -> Result<Trial> {
        let own = scratch::own()?;
        let root = dir.join("undisturbed");
        make_folder(&root)?;
        match plan {
            Plan::Demo => scratch::make(&root, &example::tree(), &scratch::agent_config(&own, None))?,
            Plan::Generated(_, case) => {
                let file = dir.join("case.json");
                let bytes = serde_json::to_vec_pretty(case)
                    .map_err(|e| Error::io("write the case", std::io::Error::from(e)))?;
                write(&file, &bytes)?;
                scratch::make(&root, &case.sketch.tree(), &scratch::agent_config(&own, Some(&file)))?;
            }
        }
        add_hook(&root)?;
        // What a person left uncommitted must come out as it was.
        let readme = root.join("README.md");
        let old = std::fs::read_to_string(&readme).unwrap_or_default();
        write(&readme, format!("{old}Edited by a person.\n").as_bytes())?;
        write(&root.join("theirs.txt"), b"A person's.\n")?;
        let mut runs = Vec::new();
        loop {
            let before = dir.join(format!("before-{}", runs.len()));
            copy(&root, &before)?;
            let begun = Instant::now();
            let code = wait(start(&own, &root, None)?)?;
            runs.push((before, begun.elapsed()));
            if !goes_on(&own, &root, code)? || runs.len() == MAX_RUNS {
                break;
            }
        }
        let usual = End::of(&root)?;
        Ok(Trial { dir, own, usual, runs })
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
        let mut child = start(&self.own, root, step)?;
        if let Kill::After(time) = kill {
            std::thread::sleep(time);
            child.kill().map_err(|e| Error::io("kill the driver", e))?;
        }
        let mut code = wait(child)?;
        if code.is_some() {
            return Ok(Verdict::NotKilled);
        }
        for _ in 0..MAX_RUNS {
            code = wait(start(&self.own, root, None)?)?;
            if !goes_on(&self.own, root, code)? {
                break;
            }
        }
        let differences = self.usual.differences(&End::of(root)?);
        Ok(if differences.is_empty() { Verdict::Equal } else { Verdict::Differs(differences) })
    }
}

fn start(own: &Path, dir: &Path, kill: Option<u32>) -> Result<Child> {
    let mut command = Command::new(own);
    command.arg("run").current_dir(dir).envs(scratch::sealed()).env_remove(TEST_KILL);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Some(step) = kill {
        command.env(TEST_KILL, step.to_string());
    }
    command.spawn().map_err(|e| Error::io(format_args!("run {}", own.display()), e))
}

/// The exit code; `None` when a signal ended it.
fn wait(mut child: Child) -> Result<Option<i32>> {
    Ok(child.wait().map_err(|e| Error::io("wait for the driver", e))?.code())
}

/// Does a person's part: arms the next gate where there is one. Whether there is more to run.
fn goes_on(own: &Path, dir: &Path, code: Option<i32>) -> Result<bool> {
    match code {
        Some(0 | 2) => {}
        Some(1) => return Ok(false),
        other => {
            return Err(Error::new(Kind::Program, format!("an undisturbed run ended with {other:?}"))
                .hint(format!("look into {}", dir.display())));
        }
    }
    let mut arm = Command::new(own);
    arm.args(["arm", "--yes"]).current_dir(dir).envs(scratch::sealed()).env_remove(TEST_KILL);
    let done = arm.stdin(Stdio::null()).output();
    Ok(done.map_err(|e| Error::io(format_args!("run {}", own.display()), e))?.status.success())
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

/// Copies a repository, git folder and all.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let refused = |e| Error::io(format_args!("copy {}", from.display()), e);
    make_folder(to)?;
    for entry in std::fs::read_dir(from).map_err(refused)? {
        let entry = entry.map_err(refused)?;
        let target = to.join(entry.file_name());
        if entry.file_type().map_err(refused)?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), &target).map_err(refused)?;
        }
    }
    Ok(())
}
