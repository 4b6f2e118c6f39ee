//! Runs one session through its adapter and says how it ended.

use super::models::Named;
use super::reading::{Activity, Reader, Reading, Reset, Trouble};
use super::{Adapter, PromptBy};
use crate::error::{Error, Kind, Result};
use crate::process::{self, Command, Done, End};
use crate::process_group::Group;
use specfuse_core::drive::{Role, Usage};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// What a session is asked to do.
#[derive(Clone, Debug)]
pub struct Request {
    /// The whole prompt.
    pub prompt: String,
    /// The model, as the plan calls it.
    pub model: String,
    /// The effort.
    pub effort: String,
    /// The full id of the unit.
    pub unit_id: String,
    /// The attempt, counted from 1.
    pub attempt: u32,
    /// What the session is for.
    pub role: Role,
    /// Where the session works; also where a relative program is looked up.
    pub workdir: PathBuf,
    /// Whether the unit runs without the agent's own restrictions.
    pub unsandboxed: bool,
    /// Whether it must change nothing.
    pub read_only: bool,
    /// The attempt's folder, which exists: `prompt.md`, `output` and `stderr` are written there.
    pub folder: PathBuf,
    /// Tells this session from every other; see [`crate::process_group`].
    pub mark: String,
}

/// How a session ended.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// It came to its end; what it did is for verification to judge.
    Finished,
    /// It says, by exit code, that it cannot go on without a person.
    Blocked,
    /// It could not begin to work, or says by exit code that it could not work now.
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
    /// It was refused what it needed; the tools' names are in [`Session::denied`].
    Refused,
    /// A limit of use was reached, until then.
    RateLimited(Option<Reset>),
    /// The service behind it has too much to do.
    Overloaded,
    /// Nobody is signed in, or nobody pays.
    Unauthorised,
    /// The session outgrew what the model can read.
    ContextExhausted,
}

/// Why a session counts as failed.
#[derive(Clone, PartialEq, Eq, Debug)]
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

/// The facts of a session.
#[derive(Clone, PartialEq, Debug)]
pub struct Session {
    /// How it ended.
    pub outcome: Outcome,
    /// Its answer; empty when there is none.
    pub text: String,
    /// What went wrong, in its own words; empty when it gave none.
    pub said: String,
    /// What it was refused, such as `Bash`.
    pub denied: Vec<String>,
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
    /// Runs one session to its end. `started` is told its process group first, to write it down;
    /// `active` what it does, while it does it.
    ///
    /// # Errors
    /// When the attempt's folder cannot be written, or `started` fails; everything that the agent
    /// does wrong is an [`Outcome`].
    pub fn run(
        &self,
        request: &Request,
        cancel: &AtomicBool,
        started: impl FnOnce(&Group) -> Result<()>,
        active: &mut dyn FnMut(&Activity),
    ) -> Result<Session> {
        let prompt_file = request.folder.join("prompt.md");
        std::fs::write(&prompt_file, &request.prompt)
            .map_err(|e| Error::io(format_args!("write {}", prompt_file.display()), e))?;
        let command = match self.command_for(request) {
            Ok(command) => command,
            Err(error) => return Ok(missing(error)),
        };
        let mut reader = Reader::new(self.output, active);
        match process::run_and_listen(&command, cancel, started, &mut |bytes| reader.take(bytes)) {
            Ok(done) => Ok(self.facts(done, reader)),
            Err(error) if error.kind == Kind::Program => Ok(missing(error)),
            Err(error) => Err(error),
        }
    }

    fn command_for(&self, request: &Request) -> Result<Command> {
        let program = self.find(&request.workdir)?;
        let model = match self.models.named(self.kind, &request.model) {
            Named::Model(name) => Some(name),
            Named::Default => None,
            Named::Refused => {
                let known: Vec<&str> = self.models.names.keys().map(String::as_str).collect();
                return Err(Error::new(
                    Kind::Program,
                    format!(
                        "agent `{}` offers no model `{}`; under `models` it has {}",
                        self.name,
                        request.model,
                        known.join(", ")
                    ),
                ));
            }
        };
        let args = self.arguments(request, model.as_deref()).into_iter().map(Into::into);
        let mut argv = self.confinement(request, model.as_deref())?;
        argv.push(program.into_os_string());
        argv.extend(args);
        let mut command = Command::new(argv, &request.workdir);
        command.env = self.variables().into_iter().map(|(name, value)| (name, Some(value.into()))).collect();
        command.stdin = (self.prompt == PromptBy::Stdin).then(|| request.prompt.clone().into_bytes());
        command.limit = Some(self.limit);
        command.log = Some(request.folder.join("output"));
        command.error_log = Some(request.folder.join("stderr"));
        command.mark.clone_from(&request.mark);
        Ok(command)
    }

    fn facts(&self, done: Done, reader: Reader<'_>) -> Session {
        let text = String::from_utf8(done.stdout.bytes);
        let reading = reader.finish(text.as_deref().unwrap_or_default());
        let typed = reading.trouble.as_ref().and_then(|(trouble, _)| typed(trouble));
        let outcome = match (&text, done.end) {
            (_, End::TimedOut) => Outcome::TimedOut,
            (_, End::Cancelled) => Outcome::Cancelled,
            (_, End::Exited(code)) if self.exits.blocked.contains(&code) => Outcome::Blocked,
            (_, End::Exited(code)) if self.exits.retry.contains(&code) => Outcome::Retry,
            (Err(e), End::Exited(code)) if self.exits.success.contains(&code) => {
                Outcome::NotUtf8(e.utf8_error().valid_up_to())
            }
            (_, end) => typed.unwrap_or_else(|| self.untyped(end, &reading)),
        };
        let said = reading.trouble.map(|(_, words)| words).unwrap_or_default();
        Session {
            outcome,
            text: reading.text,
            said,
            denied: reading.denied,
            usage: reading.usage,
            exit: if let End::Exited(code) = done.end { Some(code) } else { None },
            stderr: String::from_utf8_lossy(&done.stderr.bytes).into_owned(),
            duration: done.duration,
        }
    }

    /// What is to be said of a session whose output names no cause of a known kind.
    fn untyped(&self, end: End, reading: &Reading) -> Outcome {
        let code = if let End::Exited(code) = end { code } else { -1 };
        let failed = !self.exits.success.contains(&code) || reading.trouble.is_some();
        if let End::Signaled(signal) = end {
            return Outcome::Crashed(Crash::Signal(signal));
        }
        if failed && !reading.denied.is_empty() {
            return Outcome::Refused;
        }
        // Its own error before it did anything: it could not begin.
        if reading.trouble.is_some() && self.output.is_event_list() && !reading.worked {
            return Outcome::Retry;
        }
        if !self.exits.success.contains(&code) {
            return Outcome::Crashed(Crash::Exit(code));
        }
        match &reading.usage {
            _ if reading.trouble.is_some() => Outcome::Crashed(Crash::Reported),
            _ if !reading.ended => Outcome::Crashed(Crash::Unparsable),
            Some(usage) if read_nothing(usage) => Outcome::ZeroTokens,
            _ => Outcome::Finished,
        }
    }
}

fn typed(trouble: &Trouble) -> Option<Outcome> {
    match trouble {
        Trouble::RateLimited(reset) => Some(Outcome::RateLimited(*reset)),
        Trouble::Overloaded => Some(Outcome::Overloaded),
        Trouble::Unauthorised => Some(Outcome::Unauthorised),
        Trouble::ContextExhausted => Some(Outcome::ContextExhausted),
        Trouble::Reported => None,
    }
}

/// Whether it is known that nothing was read, not even from the cache.
fn read_nothing(usage: &Usage) -> bool {
    let cached = usage.cache_read_input_tokens.unwrap_or(0) + usage.cache_creation_input_tokens.unwrap_or(0);
    usage.input_tokens == Some(0) && cached == 0
}

fn missing(error: Error) -> Session {
    Session {
        outcome: Outcome::Missing(error.message),
        text: String::new(),
        said: String::new(),
        denied: Vec::new(),
        usage: None,
        exit: None,
        stderr: String::new(),
        duration: Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::{Exits, Kind as AgentKind, OutputFormat};

    struct World {
        dir: tempfile::TempDir,
        adapter: Adapter,
    }

    impl World {
        /// An agent that is a shell script.
        fn new(script: &str) -> World {
            let command = ["sh", "-c", script, "{model}", "{unit_id}", "{attempt}", "{prompt_file}"];
            let command = command.map(str::to_owned).to_vec();
            let (kind, output) = (AgentKind::Command, OutputFormat::ClaudeJson);
            let adapter = Adapter { command, kind, output, ..Adapter::claude() };
            World { dir: tempfile::tempdir().unwrap(), adapter }
        }

        fn run(&self) -> Session {
            let request = Request {
                prompt: "the prompt".into(),
                model: "{effort} $(x)".into(),
                effort: "high".into(),
                unit_id: "F/T01".into(),
                attempt: 2,
                role: Role::Work,
                read_only: false,
                workdir: self.dir.path().into(),
                unsandboxed: false,
                folder: self.dir.path().into(),
                mark: "m".into(),
            };
            self.adapter.run(&request, &AtomicBool::new(false), |_| Ok(()), &mut |_| {}).unwrap()
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
            World { adapter: Adapter { exits, output: OutputFormat::Text, ..self.adapter }, ..self }
        }
    }
}
