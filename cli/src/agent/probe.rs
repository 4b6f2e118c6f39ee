//! Asks an agent whether it is logged in, where a command of its own tells without a session.

use super::{Adapter, Kind};
use crate::process::{self, Command, End};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// From this `claude` on it is asked: one without `auth status` would take the words for a prompt.
const CLAUDE_ASKS_SINCE: [u64; 3] = [2, 1, 81];

/// What an agent says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Login {
    /// It is logged in.
    Yes,
    /// It is not.
    No,
    /// No cheap command of it tells.
    Unknown,
}

impl Adapter {
    /// Whether the agent is logged in, as far as a cheap command of it can tell.
    pub fn login(&self, root: &Path) -> Login {
        let args: &[&str] = match self.kind {
            Kind::Claude if self.tells(root) => &["auth", "status"],
            Kind::Codex => &["login", "status"],
            _ => return Login::Unknown,
        };
        match self.ask(root, args) {
            Some((End::Exited(0), _)) => Login::Yes,
            Some((End::Exited(1), _)) => Login::No,
            _ => Login::Unknown,
        }
    }

    /// What to type to log in.
    pub fn login_command(&self) -> &'static str {
        match self.kind {
            Kind::Claude => "claude auth login",
            Kind::Codex => "codex login",
            Kind::Opencode => "opencode auth login",
            Kind::Droid => "droid",
            Kind::Command => "log in as the agent's own documentation says",
        }
    }

    /// Whether this `claude` is new enough to be asked.
    fn tells(&self, root: &Path) -> bool {
        let Some((End::Exited(0), said)) = self.ask(root, &["--version"]) else { return false };
        let version = said.split_whitespace().next().unwrap_or_default();
        let numbers: Vec<u64> = version.split('.').map_while(|part| part.parse().ok()).collect();
        numbers.len() == 3 && numbers >= CLAUDE_ASKS_SINCE.to_vec()
    }

    fn ask(&self, root: &Path, args: &[&str]) -> Option<(End, String)> {
        let program = self.find(root).ok()?;
        let argv = std::iter::once(program.into_os_string()).chain(args.iter().map(|&arg| arg.into()));
        let mut command = Command::new(argv, root);
        command.limit = Some(PATIENCE);
        command.env = self.variables().into_iter().map(|(name, value)| (name, Some(value.into()))).collect();
        let done = process::run(&command, &AtomicBool::new(false), |_| Ok(())).ok()?;
        Some((done.end, String::from_utf8_lossy(&done.stdout.bytes).into_owned()))
    }
}
