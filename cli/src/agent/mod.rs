//! Turns an agent's session into typed facts. They come from the exit code and from structured
//! output, never from searching the agent's words. One file for each kind of agent says how it is
//! called and how its output is read.

mod claude;
mod codex;
mod command;
mod droid;
mod models;
mod opencode;
mod probe;
mod reading;
mod session;

pub use models::Models;
pub use probe::Login;
pub use reading::{Activity, Reset};
pub use session::{Crash, Outcome, Request, Session};

use crate::env::find_program;
use crate::error::{Error, Kind as ErrorKind, Result};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a session may take unless configured: one hour.
const LIMIT: Duration = Duration::from_secs(3600);
/// The commands that no session needs, unless configured: the driver commits, and a person pushes.
const DENIED: [&str; 2] = ["git push", "gh"];

/// The kinds of agent whose calls are known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `claude -p`
    Claude,
    /// `codex exec`
    Codex,
    /// `opencode run`
    Opencode,
    /// `droid exec`
    Droid,
    /// Any command, as it is configured.
    Command,
}

impl Kind {
    /// Each with its name in `config`.
    pub const WORDS: [(&'static str, Kind); 5] = [
        ("claude", Kind::Claude),
        ("codex", Kind::Codex),
        ("opencode", Kind::Opencode),
        ("droid", Kind::Droid),
        ("command", Kind::Command),
    ];
}

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
    /// A line of JSON for each event, the last of them that object.
    ClaudeStream,
    /// The events of `codex exec --json`.
    CodexJsonl,
    /// The events of `opencode run --format json`.
    OpencodeJsonl,
    /// The events of `droid exec --output-format stream-json`.
    DroidJsonl,
    /// Its answer as it is; nothing is known of cost and tokens.
    Text,
}

impl OutputFormat {
    /// Each with its name in `config`.
    pub const WORDS: [(&'static str, OutputFormat); 6] = [
        ("claude-json", OutputFormat::ClaudeJson),
        ("claude-stream-json", OutputFormat::ClaudeStream),
        ("codex-jsonl", OutputFormat::CodexJsonl),
        ("opencode-jsonl", OutputFormat::OpencodeJsonl),
        ("droid-jsonl", OutputFormat::DroidJsonl),
        ("text", OutputFormat::Text),
    ];

    /// Whether its errors come untyped, and whether it did anything before them is known.
    fn is_event_list(self) -> bool {
        !matches!(self, OutputFormat::ClaudeJson | OutputFormat::ClaudeStream | OutputFormat::Text)
    }
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

/// How to run one agent.
#[derive(Clone, PartialEq, Debug)]
pub struct Adapter {
    /// Its name, for people.
    pub name: String,
    /// What it is called like.
    pub kind: Kind,
    /// Program and leading arguments. Those of a [`Kind::Command`] hold all: `{model}`, `{effort}`,
    /// `{prompt_file}`, `{workdir}`, `{unit_id}`, `{attempt}` and `{role}` are replaced; no shell is involved.
    pub command: Vec<String>,
    /// What the whole command runs inside, placeholders and all: the project's, unless the unit is `unsandboxed`.
    pub sandbox: Vec<String>,
    /// Further arguments, placeholders and all.
    pub args: Vec<String>,
    /// For a [`Kind::Command`]: further arguments for an audited `unsandboxed` unit.
    pub unsandboxed: Vec<String>,
    /// For a [`Kind::Command`]: further arguments for a session that must change nothing.
    pub read_only: Vec<String>,
    /// Commands that it must not run, by their first words.
    pub deny: Vec<String>,
    /// What one session may cost, where the agent can hold itself to it.
    pub max_cost_usd: Option<f64>,
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
    /// The models it accepts, and its own names for them.
    pub models: Models,
}

impl Adapter {
    /// The built-in default.
    pub fn claude() -> Adapter {
        Adapter::of(Kind::Claude)
    }

    /// An agent of this kind as it comes; a [`Kind::Command`] has no command yet.
    pub fn of(kind: Kind) -> Adapter {
        let (name, program, output) = match kind {
            Kind::Claude => ("claude", &["claude"][..], OutputFormat::ClaudeJson),
            Kind::Codex => ("codex", &["codex"][..], OutputFormat::CodexJsonl),
            Kind::Opencode => ("opencode", &["opencode"][..], OutputFormat::OpencodeJsonl),
            Kind::Droid => ("droid", &["droid"][..], OutputFormat::DroidJsonl),
            Kind::Command => ("command", &[][..], OutputFormat::Text),
        };
        Adapter {
            name: name.into(),
            kind,
            command: program.iter().map(|&part| part.to_owned()).collect(),
            sandbox: Vec::new(),
            args: Vec::new(),
            unsandboxed: Vec::new(),
            read_only: Vec::new(),
            deny: DENIED.map(str::to_owned).to_vec(),
            max_cost_usd: None,
            prompt: PromptBy::Stdin,
            output,
            exits: Exits { success: vec![0], retry: Vec::new(), blocked: Vec::new() },
            env: BTreeMap::new(),
            limit: LIMIT,
            models: Models::default(),
        }
    }

    /// The agent of that name that needs no configuration.
    pub fn built_in(name: &str) -> Option<Adapter> {
        let (_, kind) = Kind::WORDS.iter().find(|(word, kind)| *word == name && *kind != Kind::Command)?;
        Some(Adapter::of(*kind))
    }

    /// Whether its kind can hold a session to a cost.
    pub fn has_cap(kind: Kind) -> bool {
        kind == Kind::Claude
    }

    /// Its whole command line but for the program, placeholders replaced.
    fn arguments(&self, request: &Request, model: Option<&str>) -> Vec<String> {
        let own = match self.kind {
            Kind::Claude => claude::arguments(self, request, model),
            Kind::Codex => codex::arguments(request, model),
            Kind::Opencode => opencode::arguments(request, model),
            Kind::Droid => droid::arguments(request, model),
            Kind::Command => command::arguments(self, request),
        };
        let filled = |args: &[String]| command::fill_all(args, request, model);
        let leading: Vec<String> = filled(self.command.get(1..).unwrap_or_default());
        let further: Vec<String> = filled(&self.args);
        [leading, own, further].concat()
    }

    /// The variables that a session runs with.
    fn variables(&self) -> BTreeMap<String, String> {
        let mut all = match self.kind {
            Kind::Opencode => opencode::variables(&self.deny),
            _ => BTreeMap::new(),
        };
        if !self.deny.is_empty() {
            all.insert("SPECFUSE_DENY".into(), self.deny.join("\n"));
        }
        all.extend(self.env.clone());
        all
    }

    /// What the session's command runs inside, its program found and placeholders replaced; empty when
    /// nothing confines it.
    fn confinement(&self, request: &Request, model: Option<&str>) -> Result<Vec<OsString>> {
        let Some(program) = self.sandbox.first().filter(|_| !request.unsandboxed) else {
            return Ok(Vec::new());
        };
        let program = find_sandbox(program, &request.workdir)?.into_os_string();
        let args = command::fill_all(&self.sandbox[1..], request, model).into_iter().map(Into::into);
        Ok(std::iter::once(program).chain(args).collect())
    }

    /// Where the agent's program is; relative names are looked up from `root`.
    ///
    /// # Errors
    /// [`ErrorKind::Program`] when it, or the one that confines it, is not there or cannot be executed.
    pub fn find(&self, root: &Path) -> Result<PathBuf> {
        self.sandbox.first().map_or(Ok(()), |program| find_sandbox(program, root).map(drop))?;
        let program = self.command.first().map_or("", String::as_str);
        find_program(program, root).ok_or_else(|| {
            Error::new(
                ErrorKind::Program,
                format!("agent `{}` cannot be found: no program `{program}`", self.name),
            )
            .hint("install it, or name another one under `agent` in .specfuse/config")
        })
    }
}

fn find_sandbox(program: &str, root: &Path) -> Result<PathBuf> {
    find_program(program, root).ok_or_else(|| {
        Error::new(
            ErrorKind::Program,
            format!("sessions run inside a sandbox, and its program `{program}` cannot be found"),
        )
        .hint("install it, or change `sandbox` in .specfuse/config")
    })
}
