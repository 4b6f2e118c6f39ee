//! Runs one session through its adapter and says how it ended.

use super::output::{self, Answer};
use super::{Adapter, OutputFormat, PromptBy};
use crate::error::{Error, Kind, Result};
use crate::process::{self, Command, Done, End};
use crate::process_group::Group;
use serde::{Deserialize, Serialize};
use specfuse_core::drive::Usage;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// What a session is asked to do.
#[derive(Clone, Debug)]
pub struct Request {
    /// The whole prompt.
    pub prompt: String,
    /// The model.
    pub model: String,
    /// The effort.
    pub effort: String,
    /// The full id of the unit.
    pub unit_id: String,
    /// The attempt, counted from 1.
    pub attempt: u32,
    /// Where the session works; also where a relative program is looked up.
    pub workdir: PathBuf,
    /// Whether the unit runs without the agent's own restrictions.
    pub unsandboxed: bool,
    /// The attempt's folder, which exists: `prompt.md`, `output` and `stderr` are written there.
    pub folder: PathBuf,
    /// Tells this session from every other; see [`crate::process_group`].
    pub mark: String,
}

/// How a session ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It came to its end; what it did is for verification to judge.
    Finished,
    /// It says, by exit code, that it cannot go on without a person.
    Blocked,
    /// It says, by exit code, that it could not work now.
    Retry,
    /// It failed.
    Crashed(Crash),
    /// Its time was over, and it was ended.
    TimedOut,
    /// A person stopped the run, and it was ended.
    Cancelled,
    /// It reports that it read nothing at all.
    ZeroTokens,
    /// Its output is not UTF-8; the first bad byte is at this offset.
    NotUtf8(usize),
    /// There is no such program, or it cannot be started; the system's words.
    Missing(String),
}

/// Why a session counts as failed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Crash {
    /// An exit code that means neither success, retry nor blocked.
    Exit(i32),
    /// A signal.
    Signal(i32),
    /// It reports an error (`is_error`).
    Reported,
    /// Its output is not what its format promises.
    Unparsable,
}

/// Whether it is known that nothing was read, not even from the cache.
fn read_nothing(usage: &Usage) -> bool {
    let cached = usage.cache_read_input_tokens.unwrap_or(0) + usage.cache_creation_input_tokens.unwrap_or(0);
    usage.input_tokens == Some(0) && cached == 0
}

/// The facts of a session.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Session {
    /// How it ended.
    pub outcome: Outcome,
    /// Its answer; empty when there is none.
    pub text: String,
    /// What it used, also when it failed.
    pub usage: Option<Usage>,
    /// Its exit code, when it ended by itself.
    pub exit: Option<i32>,
    /// What it wrote on standard error; bytes that are not UTF-8 are replaced.
    pub stderr: String,
    /// How long it took.
    pub duration: Duration,
}

impl Adapter {
    /// Runs one session to its end. `started` is told its process group first, to write it down.
    ///
    /// # Errors
    /// When the attempt's folder cannot be written, or `started` fails; everything that the agent
    /// does wrong is an [`Outcome`].
    pub fn run(
        &self,
        request: &Request,
        cancel: &AtomicBool,
        started: impl FnOnce(&Group) -> Result<()>,
    ) -> Result<Session> {
        let prompt_file = request.folder.join("prompt.md");
        std::fs::write(&prompt_file, &request.prompt)
            .map_err(|e| Error::io(format_args!("write {}", prompt_file.display()), e))?;
        let command = match self.command_for(request) {
            Ok(command) => command,
            Err(error) => return Ok(missing(error)),
        };
        match process::run(&command, cancel, started) {
            Ok(done) => Ok(self.facts(done)),
            Err(error) if error.kind == Kind::Program => Ok(missing(error)),
            Err(error) => Err(error),
        }
    }

    fn command_for(&self, request: &Request) -> Result<Command> {
        let program = self.find(&request.workdir)?;
        let further = if request.unsandboxed { &self.unsandboxed[..] } else { &[] };
        let args = self.command.iter().skip(1).chain(further).map(|arg| fill(arg, request).into());
        let mut command =
            Command::new(std::iter::once(program.into_os_string()).chain(args), &request.workdir);
        command.env = self.env.iter().map(|(name, value)| (name.clone(), Some(value.into()))).collect();
        command.stdin = (self.prompt == PromptBy::Stdin).then(|| request.prompt.clone().into_bytes());
        command.limit = Some(self.limit);
        command.log = Some(request.folder.join("output"));
        command.error_log = Some(request.folder.join("stderr"));
        command.mark.clone_from(&request.mark);
        Ok(command)
    }

    fn facts(&self, done: Done) -> Session {
        let text = String::from_utf8(done.stdout.bytes);
        let answer = match (&text, self.output) {
            (Ok(text), OutputFormat::ClaudeJson) => output::claude(text),
            (Ok(text), OutputFormat::Text) => Some(Answer { text: text.clone(), ..Answer::default() }),
            (Err(_), _) => None,
        };
        let outcome = match (&text, done.end) {
            (_, End::TimedOut) => Outcome::TimedOut,
            (_, End::Cancelled) => Outcome::Cancelled,
            (_, End::Signaled(signal)) => Outcome::Crashed(Crash::Signal(signal)),
            (_, End::Exited(code)) if self.exits.blocked.contains(&code) => Outcome::Blocked,
            (_, End::Exited(code)) if self.exits.retry.contains(&code) => Outcome::Retry,
            (_, End::Exited(code)) if !self.exits.success.contains(&code) => {
                Outcome::Crashed(Crash::Exit(code))
            }
            (Err(e), _) => Outcome::NotUtf8(e.utf8_error().valid_up_to()),
            (Ok(_), _) => judge(answer.as_ref()),
        };
        let answer = answer.unwrap_or_default();
        Session {
            outcome,
            text: answer.text,
            usage: answer.usage,
            exit: if let End::Exited(code) = done.end { Some(code) } else { None },
            stderr: String::from_utf8_lossy(&done.stderr.bytes).into_owned(),
            duration: done.duration,
        }
    }
}

/// What the answer of a session with a good exit code says of it.
fn judge(answer: Option<&Answer>) -> Outcome {
    match answer {
        None => Outcome::Crashed(Crash::Unparsable),
        Some(answer) if answer.is_error => Outcome::Crashed(Crash::Reported),
        Some(answer) if answer.usage.as_ref().is_some_and(read_nothing) => Outcome::ZeroTokens,
        Some(_) => Outcome::Finished,
    }
}

fn missing(error: Error) -> Session {
    Session {
        outcome: Outcome::Missing(error.message),
        text: String::new(),
        usage: None,
        exit: None,
        stderr: String::new(),
        duration: Duration::ZERO,
    }
}

/// `arg` with its placeholders replaced, each once: what a value holds is not looked at again.
fn fill(arg: &str, request: &Request) -> String {
    let value = |name: &str| match name {
        "model" => Some(request.model.clone()),
        "effort" => Some(request.effort.clone()),
        "prompt_file" => Some(request.folder.join("prompt.md").to_string_lossy().into_owned()),
        "workdir" => Some(request.workdir.to_string_lossy().into_owned()),
        "unit_id" => Some(request.unit_id.clone()),
        "attempt" => Some(request.attempt.to_string()),
        _ => None,
    };
    let mut out = String::new();
    let mut rest = arg;
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        out.push_str(before);
        let end = from.find('}').unwrap_or(0);
        match from.get(1..end).and_then(value) {
            Some(value) => {
                out.push_str(&value);
                rest = &from[end + 1..];
            }
            None => {
                out.push('{');
                rest = &from[1..];
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::Exits;

    struct World {
        dir: tempfile::TempDir,
        adapter: Adapter,
    }

    impl World {
        /// An agent that is a shell script.
        fn new(script: &str) -> World {
            let command = ["sh", "-c", script, "{model}", "{unit_id}", "{attempt}", "{prompt_file}"];
            let command = command.map(str::to_owned).to_vec();
            World { dir: tempfile::tempdir().unwrap(), adapter: Adapter { command, ..Adapter::claude() } }
        }

        fn run(&self) -> Session {
            let request = Request {
                prompt: "the prompt".into(),
                model: "{effort} $(x)".into(),
                effort: "high".into(),
                unit_id: "F/T01".into(),
                attempt: 2,
                workdir: self.dir.path().into(),
                unsandboxed: false,
                folder: self.dir.path().into(),
                mark: "m".into(),
            };
            self.adapter.run(&request, &AtomicBool::new(false), |_| Ok(())).unwrap()
        }

        fn outcome(script: &str) -> Outcome {
            World::new(script).run().outcome
        }
    }

    fn answer(usage: &str) -> String {
        format!("echo '{{\"result\":\"r\",\"is_error\":false,\"total_cost_usd\":1.5,\"usage\":{usage}}}'")
    }

    #[test]
    fn a_session_that_finishes() {
        let script =
            format!("cat >got; echo note >&2; {}", answer("{\"input_tokens\":2,\"output_tokens\":1}"));
        let world = World::new(&script);
        let session = world.run();
        assert_eq!((session.outcome, session.text.as_str()), (Outcome::Finished, "r"));
        assert_eq!(session.usage.unwrap().cost_usd, Some(1.5));
        assert_eq!((session.exit, session.stderr.as_str()), (Some(0), "note\n"));
        let read = |name: &str| std::fs::read_to_string(world.dir.path().join(name)).unwrap();
        assert_eq!((read("got"), read("stderr")), ("the prompt".into(), "note\n".into()));
        assert!(read("output").contains("\"result\""));
    }

    #[test]
    fn every_way_to_fail_has_its_name() {
        assert_eq!(World::outcome("exit 3"), Outcome::Crashed(Crash::Exit(3)));
        assert_eq!(World::outcome("kill -SEGV $$"), Outcome::Crashed(Crash::Signal(11)));
        assert_eq!(World::outcome("echo all good"), Outcome::Crashed(Crash::Unparsable));
        assert_eq!(World::outcome(":"), Outcome::Crashed(Crash::Unparsable));
        assert_eq!(World::outcome("printf 'ab\\377'"), Outcome::NotUtf8(2));
        assert_eq!(
            World::outcome("echo '{\"is_error\":true,\"result\":\"x\"}'"),
            Outcome::Crashed(Crash::Reported)
        );
        assert_eq!(World::outcome(&answer("{\"input_tokens\":0}")), Outcome::ZeroTokens);
        let cached = answer("{\"input_tokens\":0,\"cache_read_input_tokens\":9}");
        assert_eq!(World::outcome(&cached), Outcome::Finished);
    }

    #[test]
    fn a_failed_session_still_costs() {
        let session = World::new(&format!("{}; exit 1", answer("{\"input_tokens\":5}"))).run();
        assert_eq!(session.outcome, Outcome::Crashed(Crash::Exit(1)));
        assert_eq!(session.usage.unwrap().cost_usd, Some(1.5));
    }

    #[test]
    fn time_and_absence() {
        let mut world = World::new("sleep 30");
        world.adapter.limit = Duration::from_millis(50);
        assert_eq!(world.run().outcome, Outcome::TimedOut);
        world.adapter.command = vec!["no-such-agent".into()];
        assert!(matches!(world.run().outcome, Outcome::Missing(words) if words.contains("no-such-agent")));
        std::fs::write(world.dir.path().join("plain"), "").unwrap();
        world.adapter.command = vec!["./plain".into()];
        assert!(matches!(world.run().outcome, Outcome::Missing(_)));
    }

    #[test]
    fn exit_codes_and_arguments_of_a_plain_command() {
        let mut world = World::new("printf '%s|%s|%s|' \"$0\" \"$1\" \"$2\"; cat \"$3\"; exit 9").plain();
        world.adapter.prompt = PromptBy::File;
        let session = world.run();
        assert_eq!(session.outcome, Outcome::Blocked);
        assert_eq!(session.text, "{effort} $(x)|F/T01|2|the prompt");
        world.adapter.exits.blocked.clear();
        world.adapter.exits.retry.push(9);
        assert_eq!(world.run().outcome, Outcome::Retry);
        world.adapter.exits.success = vec![9];
        world.adapter.exits.retry.clear();
        assert_eq!(world.run().outcome, Outcome::Finished);
    }

    impl World {
        fn plain(self) -> World {
            let exits = Exits { success: vec![0], retry: Vec::new(), blocked: vec![9] };
            World { adapter: Adapter { exits, ..self.adapter.plain() }, ..self }
        }
    }
}
