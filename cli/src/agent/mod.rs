//! Turns an agent's session into typed facts. They come from the exit code and from structured
//! output, never from searching the agent's words.

mod output;
mod session;

pub use session::{Crash, Outcome, Request, Session};

use crate::env::find_program;
use crate::error::{Error, Kind, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a session may take unless configured: one hour.
const LIMIT: Duration = Duration::from_secs(3600);

/// How the prompt gets to the agent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PromptBy {
    /// On standard input.
    Stdin,
    /// In a file, whose name stands for `{prompt_file}`.
    File,
}

/// What the agent writes on standard output.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OutputFormat {
    /// One JSON object with `result`, `is_error`, `total_cost_usd` and `usage`.
    ClaudeJson,
    /// Its answer as it is; nothing is known of cost and tokens.
    Text,
}

/// What exit codes mean. A code in none of the lists is a crash.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exits {
    /// The session finished.
    pub success: Vec<i32>,
    /// The agent could not work now, and the fault is not the unit's.
    pub retry: Vec<i32>,
    /// The agent says that it cannot go on without a person.
    pub blocked: Vec<i32>,
}

/// How to run one kind of agent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Adapter {
    /// Its name, for people.
    pub name: String,
    /// Program and arguments. `{model}`, `{effort}`, `{prompt_file}`, `{workdir}`, `{unit_id}` and
    /// `{attempt}` are replaced; no shell is involved.
    pub command: Vec<String>,
    /// Further arguments for an audited `unsandboxed` unit.
    pub unsandboxed: Vec<String>,
    /// How the prompt gets there.
    pub prompt: PromptBy,
    /// What comes back.
    pub output: OutputFormat,
    /// What exit codes mean.
    pub exits: Exits,
    /// Variables to set.
    pub env: BTreeMap<String, String>,
    /// How long a session may take.
    pub limit: Duration,
    /// The models it accepts; empty when nothing was said.
    pub models: Vec<String>,
}

impl Adapter {
    /// The built-in default.
    pub fn claude() -> Adapter {
        let command =
            ["claude", "-p", "--model", "{model}", "--effort", "{effort}", "--output-format", "json"];
        Adapter {
            name: "claude".into(),
            command: command.map(str::to_owned).to_vec(),
            unsandboxed: vec!["--dangerously-skip-permissions".into()],
            prompt: PromptBy::Stdin,
            output: OutputFormat::ClaudeJson,
            exits: Exits { success: vec![0], retry: Vec::new(), blocked: Vec::new() },
            env: BTreeMap::new(),
            limit: LIMIT,
            models: Vec::new(),
        }
    }

    /// The same command as an agent of which nothing else is known.
    pub(crate) fn plain(self) -> Adapter {
        Adapter { output: OutputFormat::Text, ..self }
    }

    /// Where the agent's program is; relative names are looked up from `root`.
    ///
    /// # Errors
    /// [`Kind::Program`] when it is not there or cannot be executed.
    pub fn find(&self, root: &Path) -> Result<PathBuf> {
        let program = self.command.first().map_or("", String::as_str);
        find_program(program, root).ok_or_else(|| {
            Error::new(
                Kind::Program,
                format!("agent `{}` cannot be found: no program `{program}`", self.name),
            )
            .hint("install it, or name another one under `agent` in .specfuse/config")
        })
    }
}
