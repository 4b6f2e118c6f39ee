//! Runs sessions of every role, each through the one metered call, and keeps what they were told and said.

use super::Driver;
use super::lane::Site;
use crate::agent::{Adapter, Crash, Outcome, Request, Session as Ran};
use crate::error::{Error, Result};
use crate::process::GRACE;
use crate::process_group::{self, Group};
use crate::report::run::Progress;
use crate::signal;
use specfuse_core::drive::{Event, Role, Session, SessionEnd, SessionReport, result_block};
use std::path::{Path, PathBuf};

/// Where the process group of a running session is written down, in its folder.
const GROUP_FILE: &str = "group.json";
/// What a session leaves in its folder.
const LEFT: [&str; 4] = ["prompt.md", "output", "stderr", GROUP_FILE];

/// A session to run: all that it takes, so that it can be done beside the driver.
pub(super) struct SessionWork {
    session: Session,
    request: Request,
    adapter: Adapter,
    stop: signal::Stop,
    progress: Progress,
}

impl Driver<'_> {
    /// What it takes to run a session where its attempt works.
    pub(super) fn session_work(&mut self, site: &Site, session: Session) -> Result<SessionWork> {
        let folder = self.session_folder(&session);
        make_room(&folder)?;
        let request = Request {
            prompt: self.prompt(site, &session)?,
            model: session.model.clone(),
            effort: session.effort.clone(),
            unit_id: session.unit.clone(),
            attempt: session.attempt,
            workdir: site.root.clone(),
            unsandboxed: session.unsandboxed.is_some(),
            mark: self.mark(&session.unit, session.attempt),
            folder,
        };
        let (adapter, stop, progress) = (self.adapter.clone(), self.stop.clone(), self.progress.clone());
        Ok(SessionWork { session, request, adapter, stop, progress })
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
        Ok(())
    }
}

impl SessionWork {
    /// Runs an agent to its end.
    pub(super) fn run(self) -> Result<Option<Event>> {
        let SessionWork { session, request, adapter, stop, progress } = self;
        progress.session_begins(&session);
        let started = |group: &Group| {
            // Not brought to disk: what ends the machine ends the group too.
            let (file, bytes) =
                (request.folder.join(GROUP_FILE), serde_json::to_vec(group).expect("plain data is JSON"));
            std::fs::write(&file, bytes).map_err(|e| Error::io(format_args!("write {}", file.display()), e))
        };
        let report = report(adapter.run(&request, stop.now(), started)?);
        progress.session_ended(&session.unit, &report);
        Ok(Some(Event::SessionEnded(report)))
    }
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

/// An adapter's facts as the machine takes them.
fn report(ran: Ran) -> SessionReport {
    SessionReport {
        end: session_end(&ran.outcome, &ran.stderr, &ran.text),
        result: result_block::read(&ran.text),
        usage: ran.usage.unwrap_or_default(),
        duration_seconds: ran.duration.as_secs_f64(),
    }
}

fn session_end(outcome: &Outcome, stderr: &str, text: &str) -> SessionEnd {
    let said = |what: &str| match last_line(stderr).or_else(|| last_line(text)) {
        Some(line) => format!("{what}: {line}"),
        None => what.to_owned(),
    };
    match outcome {
        Outcome::Finished => SessionEnd::Finished,
        Outcome::ZeroTokens => SessionEnd::Finished,
        Outcome::Blocked => SessionEnd::Blocked(said("the agent says that it is blocked")),
        Outcome::Retry => SessionEnd::Failed(said("the agent says that it could not work now")),
        Outcome::Crashed(Crash::Exit(code)) => {
            SessionEnd::Failed(said(&format!("the agent ended with exit code {code}")))
        }
        Outcome::Crashed(Crash::Signal(signal)) => {
            SessionEnd::Failed(said(&format!("the agent was ended by signal {signal}")))
        }
        Outcome::Crashed(Crash::Reported) => SessionEnd::Failed(said("the agent reports an error")),
        Outcome::Crashed(Crash::Unparsable) => SessionEnd::Failed(said("the agent's output cannot be read")),
        Outcome::NotUtf8(at) => SessionEnd::Failed(format!("the agent's output is not UTF-8 (byte {at})")),
        Outcome::TimedOut => SessionEnd::TimedOut,
        Outcome::Cancelled => SessionEnd::Interrupted,
        Outcome::Missing(why) => SessionEnd::Unavailable(why.clone()),
    }
}

fn last_line(text: &str) -> Option<&str> {
    text.lines().map(str::trim).rfind(|line| !line.is_empty())
}
