//! What a lane needs besides what git knows: ignored files copied from the checkout (`copy`), and commands
//! that run once in a new lane, and again when they or the copied files change (`setup`).

use super::Driver;
use super::lane::{LaneStart, Site};
use crate::error::{Error, Result};
use crate::process::{self, Command, End};
use crate::repo::Repo;
use crate::report::run::Progress;
use crate::{signal, store};
use git2::{ObjectType, Oid};
use specfuse_core::drive::{Event, guards};
use specfuse_core::model::id::short;
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long one command of `setup` may take.
const LIMIT: Duration = Duration::from_secs(3600);
/// How deep below the checkout's top files for `copy` are looked for.
const DEEPEST: usize = 16;

/// The setting up of a lane: all that it takes, so that it can be done beside the driver.
pub(super) struct SetUpWork {
    root: PathBuf,
    repo: Repo,
    commands: Vec<String>,
    log: PathBuf,
    /// Where it is written down that it was done, and for what.
    done: PathBuf,
    inputs: String,
    mark: String,
    unit: String,
    start: LaneStart,
    stop: signal::Stop,
    progress: Progress,
}

impl Driver<'_> {
    /// Copies what a lane needs; the work to do when it is to be set up.
    pub(super) fn set_up(
        &mut self,
        site: &Site,
        unit: &str,
        attempt: u32,
        start: LaneStart,
    ) -> Result<Option<SetUpWork>> {
        let copied = self.copy_into(site)?;
        let commands = self.config.setup.clone();
        let inputs = inputs(&commands, &copied)?;
        let done = site.root.with_extension("setup");
        if commands.is_empty() || std::fs::read_to_string(&done).is_ok_and(|text| text == inputs) {
            return Ok(None);
        }
        let logs = self.home().join("logs");
        std::fs::create_dir_all(&logs).map_err(|e| Error::io(format_args!("make {}", logs.display()), e))?;
        let name =
            format!("{}-{attempt}-setup-lane-{}.log", short(unit).replace(['/', '\\'], "-"), site.lane);
        Ok(Some(SetUpWork {
            root: site.root.clone(),
            repo: site.repo.again()?,
            commands,
            log: logs.join(name),
            done,
            inputs,
            mark: self.mark(unit, attempt),
            unit: unit.to_owned(),
            start,
            stop: self.stop.clone(),
            progress: self.progress.clone(),
        }))
    }

    /// Copies the ignored files that `copy` names, where the lane does not have them as they are.
    fn copy_into(&self, site: &Site) -> Result<BTreeSet<PathBuf>> {
        let mut copied = BTreeSet::new();
        for pattern in &self.config.copy {
            let start = literal_start(pattern);
            let mut found = Vec::new();
            files_below(&self.root, &start, 0, &mut |path| {
                if path.to_str().is_some_and(|path| guards::matches(pattern, path)) {
                    found.push(path.to_owned());
                }
            });
            for path in found.into_iter().filter(|path| self.repo.is_ignored(path)) {
                self.copy_file(site, &path)?;
                copied.insert(self.root.join(path));
            }
        }
        Ok(copied)
    }

    fn copy_file(&self, site: &Site, path: &Path) -> Result<()> {
        let (from, to) = (self.root.join(path), site.root.join(path));
        let refused = |e| Error::io(format_args!("copy {}", from.display()), e);
        let bytes = std::fs::read(&from).map_err(refused)?;
        if std::fs::read(&to).is_ok_and(|there| there == bytes) {
            return Ok(());
        }
        if let Some(folder) = to.parent() {
            std::fs::create_dir_all(folder).map_err(refused)?;
        }
        if !site.repo.has_real_folders(path) {
            return Ok(());
        }
        store::write_atomically(&to, &bytes)?;
        let mode = from.metadata().map_err(refused)?.permissions().mode();
        std::fs::set_permissions(&to, PermissionsExt::from_mode(mode)).map_err(refused)
    }
}

impl SetUpWork {
    /// Runs the commands in order. The first that fails ends it. `None` when the person ended it.
    pub(super) fn run(self) -> Result<Option<Event>> {
        self.progress.lane_is_set_up(&self.unit, &self.commands);
        for command in &self.commands {
            let mut run = Command::new(["sh", "-c", command], &self.root);
            (run.limit, run.merge, run.mark) = (Some(LIMIT), true, self.mark.clone());
            run.log = Some(self.log.clone());
            let done = process::run(&run, self.stop.now(), |_| Ok(()))?;
            let how = match done.end {
                End::Exited(0) => continue,
                End::Cancelled => return Ok(None),
                End::Exited(code) => format!("ended with exit code {code}"),
                End::Signaled(signal) => format!("was ended by signal {signal}"),
                End::TimedOut => "ran into its time limit".to_owned(),
            };
            let said = String::from_utf8_lossy(&done.stdout.bytes).trim_end().to_owned();
            let last = said.lines().last().unwrap_or_default();
            let reason = format!("`{command}` {how}: {last} (all of it: {})", self.log.display());
            return Ok(Some(Event::NotSetUp { reason }));
        }
        store::write_atomically(&self.done, self.inputs.as_bytes())?;
        Ok(Some(Event::Opened { base: self.start.remember(&self.repo)? }))
    }
}

/// Names the commands and the files they may read.
fn inputs(commands: &[String], copied: &BTreeSet<PathBuf>) -> Result<String> {
    let hash = |bytes: &[u8]| {
        Oid::hash_object(ObjectType::Blob, bytes).map(|id| id.to_string()).map_err(|e| {
            Error::io("name the inputs of a setup", std::io::Error::other(e.message().to_owned()))
        })
    };
    let mut text = hash(commands.join("\n").as_bytes())?;
    for path in copied {
        let bytes = std::fs::read(path).map_err(|e| Error::io(format_args!("read {}", path.display()), e))?;
        text += &format!("\n{} {}", hash(&bytes)?, path.display());
    }
    Ok(text + "\n")
}

/// The folder that everything a glob matches lies in, or the one file that it names.
fn literal_start(pattern: &str) -> PathBuf {
    let parts = pattern.trim().trim_start_matches("./").split('/');
    parts.take_while(|part| !part.contains(['*', '?'])).filter(|part| *part != "..").collect()
}

/// Calls `found` with every plain file at or below `path`. Links are not followed, and what belongs to git
/// or to the lanes themselves is passed over.
fn files_below(root: &Path, path: &Path, depth: usize, found: &mut dyn FnMut(&Path)) {
    let Ok(meta) = root.join(path).symlink_metadata() else { return };
    if meta.is_file() {
        return found(path);
    }
    let own = path.ends_with(".git") || path.starts_with(".specfuse/.loop");
    if !meta.is_dir() || own || depth > DEEPEST {
        return;
    }
    for entry in std::fs::read_dir(root.join(path)).into_iter().flatten().flatten() {
        files_below(root, &path.join(entry.file_name()), depth + 1, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_is_looked_for_where_it_can_match() {
        assert_eq!(literal_start(".env"), Path::new(".env"));
        assert_eq!(literal_start("a/b*/c"), Path::new("a"));
        assert_eq!(literal_start("*.env"), Path::new(""));
        assert_eq!(literal_start("../../etc/passwd"), Path::new("etc/passwd"));
    }

    #[test]
    fn links_and_the_lanes_themselves_are_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        for path in ["a/x.env", "b/c/y.env", ".specfuse/.loop/lanes/1/z.env", ".git/w.env"] {
            std::fs::create_dir_all(dir.path().join(path).parent().unwrap()).unwrap();
            std::fs::write(dir.path().join(path), "").unwrap();
        }
        std::os::unix::fs::symlink("/etc", dir.path().join("etc")).unwrap();
        let mut seen = BTreeSet::new();
        files_below(dir.path(), Path::new(""), 0, &mut |path| seen.extend([path.to_owned()]));
        assert_eq!(seen, ["a/x.env", "b/c/y.env"].map(PathBuf::from).into());
    }
}
