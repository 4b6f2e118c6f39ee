//! Runs sessions of every role, each through the one metered call, and keeps what they were told and said.

use super::lane::Site;
use super::{Driver, ended};
use crate::agent::{Activity, Adapter, Request};
use crate::env::Clock;
use crate::error::{Error, Kind, Result};
use crate::process::GRACE;
use crate::process_group::{self, Group};
use crate::repo::drop_copy;
use crate::report::run::Progress;
use crate::signal;
use specfuse_core::drive::{Event, Role, Session};
use std::path::{Path, PathBuf};

/// Where the process group of a running session is written down, in its folder.
const GROUP_FILE: &str = "group.json";
/// What a session leaves in its folder.
const LEFT: [&str; 5] = ["prompt.md", "output", "stderr", RESULT_FILE, GROUP_FILE];
/// What was understood of a session, in its folder.
const RESULT_FILE: &str = "result.json";

/// A session to run: all that it takes, so that it can be done beside the driver.
pub(super) struct SessionWork {
    session: Session,
    request: Request,
    /// The copy of the files that a judge sits in; thrown away afterwards.
    bench: Option<PathBuf>,
    adapter: Adapter,
    stop: signal::Stop,
    clock: Clock,
    progress: Progress,
}

impl Driver<'_> {
    /// What it takes to run a session where its attempt works.
    pub(super) fn session_work(&mut self, site: &Site, session: Session) -> Result<SessionWork> {
        let folder = self.session_folder(&session);
        make_room(&folder)?;
        let bench = (session.role == Role::Judge).then(|| self.bench(&session)).transpose()?;
        let workdir = bench.clone().unwrap_or_else(|| site.root.clone());
        let request = Request {
            prompt: self.prompt(site, &session)?,
            model: session.model.clone(),
            effort: session.effort.clone(),
            unit_id: session.unit.clone(),
            attempt: session.attempt,
            workdir,
            role: session.role,
            unsandboxed: session.unsandboxed.is_some(),
            read_only: matches!(session.role, Role::Verifier | Role::Judge),
            mark: self.mark(&session.unit, session.attempt),
            folder,
        };
        let (stop, clock, progress) = (self.stop.clone(), self.clock.clone(), self.progress.clone());
        Ok(SessionWork {
            adapter: self.adapter_in(site, &session)?,
            session,
            request,
            bench,
            stop,
            clock,
            progress,
        })
    }

    /// The agent of a session: the one that the machine names, else the first.
    fn adapter(&self, session: &Session) -> Result<Adapter> {
        let named = |adapter: &&Adapter| session.agent.as_ref().is_none_or(|name| adapter.name == *name);
        let found = self.agents.iter().find(named).or(self.agents.first());
        found.cloned().ok_or_else(|| Error::new(Kind::Config, "no agent is configured"))
    }

    /// The adapter for a work tree: programs that are only in the checkout are taken from there.
    fn adapter_in(&self, site: &Site, session: &Session) -> Result<Adapter> {
        let mut adapter = self.adapter(session)?;
        let programs = [adapter.command.first_mut(), adapter.sandbox.first_mut()].into_iter().flatten();
        for program in programs.filter(|program| program.contains('/')) {
            let there = self.root.join(&*program);
            if !site.root.join(&*program).exists() && there.exists() {
                *program = there.to_string_lossy().into_owned();
            }
        }
        Ok(adapter)
    }

    /// Where a session's prompt and output are kept: the attempt's folder; for a role besides the work, a
    /// folder of its own in it.
    fn session_folder(&self, session: &Session) -> PathBuf {
        let folder = self.attempt_folder(&session.unit, session.attempt);
        if session.role.is_work() { folder } else { folder.join(session.role.word()) }
    }

    /// Ends what may still run of an attempt that a killed driver left.
    pub(super) fn end_session(&mut self, unit: &str, attempt: u32) -> Result<()> {
        for role in ["", Role::Verifier.word(), Role::Replan.word(), Role::Judge.word()] {
            let file = self.attempt_folder(unit, attempt).join(role).join(GROUP_FILE);
            let group = std::fs::read(file).ok().and_then(|b| serde_json::from_slice::<Group>(&b).ok());
            if let Some(group) = group {
                group.end(GRACE);
            }
        }
        process_group::end_marked(&self.mark(unit, attempt), GRACE);
        drop_copy(&self.bench_of(unit, attempt))
    }
}

impl SessionWork {
    /// Runs an agent to its end.
    pub(super) fn run(self) -> Result<Option<Event>> {
        let SessionWork { session, request, bench, adapter, stop, clock, progress } = self;
        progress.session_begins(&session);
        let started = |group: &Group| {
            // Not brought to disk: what ends the machine ends the group too.
            let (file, bytes) =
                (request.folder.join(GROUP_FILE), serde_json::to_vec(group).expect("plain data is JSON"));
            std::fs::write(&file, bytes).map_err(|e| Error::io(format_args!("write {}", file.display()), e))
        };
        let mut active = |now: &Activity| progress.session_activity(&session.unit, &now.doing, &now.usage);
        let ran = adapter.run(&request, stop.now(), started, &mut active);
        bench.as_deref().map_or(Ok(()), drop_copy)?;
        let ran = ran?;
        let report = ended::report(&ran, session.role, clock.unix());
        keep_json(&request.folder.join(RESULT_FILE), &ended::facts(&ran, &report))?;
        progress.session_ended(&session.unit, &report);
        Ok(Some(Event::SessionEnded(report)))
    }
}

/// Writes a report for people and programs that look at an attempt afterwards, unless the session swept
/// its folder away, or put a link in the place of one above it.
pub(super) fn keep_json(path: &Path, value: &impl serde::Serialize) -> Result<()> {
    let mut above = path.ancestors().skip(1);
    let home = above.find(|folder| folder.ends_with(".specfuse")).unwrap_or(path);
    let mut own = path.ancestors().skip(1).take_while(|folder| folder.starts_with(home));
    if !own.all(|folder| folder.symlink_metadata().is_ok_and(|meta| meta.is_dir())) {
        return Ok(());
    }
    let text = serde_json::to_vec_pretty(value).map_err(|e| Error::io("write JSON", e))?;
    std::fs::write(path, text).map_err(|e| Error::io(format_args!("write {}", path.display()), e))
}

/// Makes a session's folder; what an earlier session of the same attempt and role left in it is moved
/// to a folder `earlier-1`, `earlier-2`, … of its own.
fn make_room(folder: &Path) -> Result<()> {
    let make = |folder: &Path| {
        std::fs::create_dir_all(folder).map_err(|e| Error::io(format_args!("make {}", folder.display()), e))
    };
    make(folder)?;
    if !folder.join("output").exists() {
        return Ok(());
    }
    let free = (1..).map(|number| folder.join(format!("earlier-{number}"))).find(|place| !place.exists());
    let Some(place) = free else { return Ok(()) };
    make(&place)?;
    for name in LEFT.iter().filter(|name| folder.join(name).exists()) {
        std::fs::rename(folder.join(name), place.join(name))
            .map_err(|e| Error::io(format_args!("move {}", folder.join(name).display()), e))?;
    }
    Ok(())
}
