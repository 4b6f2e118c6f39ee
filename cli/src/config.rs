//! Reads `.specfuse/config`: which agent runs, and how. Every wrong value is named with its key.

use crate::agent::{Adapter, Exits, Kind as AgentKind, Models, OutputFormat, PromptBy};
use crate::error::{Error, Kind, Result};
use serde_yaml::{Mapping, Value};
use specfuse_core::drive::Patience;
use std::collections::BTreeMap;
use std::time::Duration;

/// What a project configures.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Whether the scaffold is brought up to date by itself (`autosync`, on unless set).
    pub autosync: Option<bool>,
    /// The adapter that runs sessions (`agent`).
    pub agent: Option<String>,
    /// Named adapters (`agents`).
    pub agents: BTreeMap<String, Adapter>,
    /// The adapters that take over from each other (`chain`).
    pub chain: Vec<String>,
    /// How long an agent is waited for (`waits`).
    pub patience: Patience,
    /// The adapter that audits (`verifier.agent`), when it is another one.
    pub verifier: Option<String>,
    /// What sessions run inside (`sandbox`); empty when nothing confines them.
    pub sandbox: Vec<String>,
    /// How many units run side by side, and what their work trees need.
    pub lanes: LaneConfig,
}

/// Work trees of units that run side by side.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LaneConfig {
    /// How many there are (`lanes`); `None` when the file does not say.
    pub count: Option<u32>,
    /// Ignored files that each needs, as globs (`copy`).
    pub copy: Vec<String>,
    /// Commands that a new one runs once (`setup`).
    pub setup: Vec<String>,
}

/// There cannot be more lanes than this.
pub const MOST_LANES: u32 = 64;

impl Config {
    /// Reads the text of `.specfuse/config`. Keys of other parts are left to them.
    ///
    /// # Errors
    /// [`Kind::Config`] when it is no YAML map, or a value is of the wrong kind.
    pub fn parse(text: &str) -> Result<Config> {
        let value: Value = serde_yaml::from_str(text).map_err(|e| wrong(&e.to_string()))?;
        if value.is_null() {
            return Ok(Config::default());
        }
        let keys = Keys::of(&value, "")?;
        let mut agents = BTreeMap::new();
        if let Some(listed) = keys.map("agents")? {
            for name in listed.names()? {
                let adapter = listed.map(&name)?.map(|keys| adapter(&name, &keys)).transpose()?;
                agents.extend(adapter.map(|adapter| (name, adapter)));
            }
        }
        let lanes = LaneConfig {
            count: keys.lanes("lanes")?,
            copy: keys.texts("copy")?.unwrap_or_default(),
            setup: keys.texts("setup")?.unwrap_or_default(),
        };
        let chain = keys.texts("chain")?.unwrap_or_default();
        if let Some(twice) = chain.iter().enumerate().find(|(at, name)| chain[..*at].contains(name)) {
            return Err(wrong(&format!("chain names {} twice", twice.1)));
        }
        Ok(Config {
            autosync: keys.bool("autosync")?,
            agent: keys.text("agent")?,
            patience: patience(&keys)?,
            verifier: verifier(&keys)?,
            agents,
            chain,
            sandbox: sandbox(&keys)?,
            lanes,
        })
    }

    /// The agents that run sessions, the first of them first: those of `chain`, or else `agent`, or else
    /// the built-in `claude`.
    ///
    /// # Errors
    /// [`Kind::Config`] when one of them is no agent.
    pub fn chain(&self) -> Result<Vec<Adapter>> {
        if self.chain.is_empty() {
            return Ok(vec![self.named("agent", self.agent.as_deref().unwrap_or("claude"))?]);
        }
        self.chain.iter().map(|name| self.named("chain", name)).collect()
    }

    /// All agents that a run may need: the chain, and the one that audits.
    ///
    /// # Errors
    /// [`Kind::Config`] when one of them is no agent.
    pub fn all(&self) -> Result<Vec<Adapter>> {
        let mut all = self.chain()?;
        if let Some(name) = self.verifier.as_ref().filter(|name| all.iter().all(|agent| agent.name != **name))
        {
            all.push(self.named("verifier.agent", name)?);
        }
        Ok(all)
    }

    /// The agent of that name, which `key` gives.
    ///
    /// # Errors
    /// [`Kind::Config`] when there is none.
    pub fn named(&self, key: &str, name: &str) -> Result<Adapter> {
        let found = self.agents.get(name).cloned().or_else(|| Adapter::built_in(name));
        let confined = found.map(|adapter| Adapter { sandbox: self.sandbox.clone(), ..adapter });
        confined.ok_or_else(|| {
            let built_in = AgentKind::WORDS.iter().map(|(word, _)| *word).filter(|word| *word != "command");
            let known: Vec<&str> = built_in.chain(self.agents.keys().map(String::as_str)).collect();
            wrong(&format!("{key}: {name:?} is no agent; there is {}", known.join(", ")))
        })
    }
}

/// The start of the command line that confines a session.
fn sandbox(keys: &Keys<'_>) -> Result<Vec<String>> {
    let command = keys.texts("sandbox")?.unwrap_or_default();
    match command.first() {
        Some(program) if program.is_empty() => Err(wrong("sandbox begins with an empty text")),
        _ => Ok(command),
    }
}

fn adapter(name: &str, keys: &Keys<'_>) -> Result<Adapter> {
    let command = keys.texts("command")?;
    let named = AgentKind::WORDS.iter().find(|(word, _)| *word == name).map(|(_, kind)| *kind);
    let kind = keys.word("kind", &AgentKind::WORDS)?;
    let kind = kind.or(named.filter(|_| command.is_none())).unwrap_or(AgentKind::Command);
    let base = Adapter::of(kind);
    let command = match command {
        None if kind == AgentKind::Command => {
            return Err(wrong(&format!("{} is missing", keys.path("command"))));
        }
        Some(command) if command.is_empty() => {
            return Err(wrong(&format!("{} is empty", keys.path("command"))));
        }
        command => command.unwrap_or(base.command),
    };
    let only_of = |key: &str, has: bool| match keys.map.contains_key(key) && !has {
        true => Err(wrong(&format!("{} is not for an agent of this kind", keys.path(key)))),
        false => Ok(()),
    };
    only_of("unsandboxed_args", kind == AgentKind::Command)?;
    only_of("read_only_args", kind == AgentKind::Command)?;
    only_of("max_cost_usd", Adapter::has_cap(kind))?;
    let exits = keys.map("exit_codes")?;
    Ok(Adapter {
        name: name.to_owned(),
        kind,
        command,
        args: keys.texts("args")?.unwrap_or_default(),
        unsandboxed: keys.texts("unsandboxed_args")?.unwrap_or_default(),
        read_only: keys.texts("read_only_args")?.unwrap_or_default(),
        deny: keys.texts("deny")?.unwrap_or(base.deny),
        max_cost_usd: keys.amount("max_cost_usd")?,
        prompt: keys
            .word("prompt", &[("stdin", PromptBy::Stdin), ("file", PromptBy::File)])?
            .unwrap_or(base.prompt),
        output: keys.word("output", &OutputFormat::WORDS)?.unwrap_or(base.output),
        exits: exits.map(|keys| exit_codes(&keys)).transpose()?.unwrap_or(base.exits),
        env: keys.env("env")?,
        limit: keys.seconds("timeout_seconds")?.unwrap_or(base.limit),
        models: models(keys)?,
        ..base
    })
}

/// A list of names, or a map from the plan's names to the agent's.
fn models(keys: &Keys<'_>) -> Result<Models> {
    if !keys.map.get("models").is_some_and(Value::is_mapping) {
        return Ok(Models::listed(keys.texts("models")?.unwrap_or_default()));
    }
    let mut names = BTreeMap::new();
    if let Some(map) = keys.map("models")? {
        for name in map.names()? {
            names.extend(map.text(&name)?.map(|own| (name, own)));
        }
    }
    Ok(Models { names })
}

/// `true`, `false`, or who audits.
fn verifier(keys: &Keys<'_>) -> Result<Option<String>> {
    if keys.map.get("verifier").is_some_and(Value::is_mapping) {
        let Some(keys) = keys.map("verifier")? else { return Ok(None) };
        keys.text("model")?;
        keys.text("effort")?;
        return keys.text("agent");
    }
    keys.bool("verifier").map(|_| None)
}

fn patience(keys: &Keys<'_>) -> Result<Patience> {
    let usual = Patience::default();
    let Some(keys) = keys.map("waits")? else { return Ok(usual) };
    let seconds = |key: &str, usual: f64| Ok(keys.seconds(key)?.map_or(usual, |time| time.as_secs_f64()));
    Ok(Patience {
        once_seconds: seconds("once_seconds", usual.once_seconds)?,
        run_seconds: seconds("run_seconds", usual.run_seconds)?,
        retry_seconds: seconds("retry_seconds", usual.retry_seconds)?,
        retries: keys.count("retries")?.unwrap_or(usual.retries),
    })
}

fn exit_codes(keys: &Keys<'_>) -> Result<Exits> {
    Ok(Exits {
        success: keys.codes("success")?.unwrap_or_else(|| vec![0]),
        retry: keys.codes("retry")?.unwrap_or_default(),
        blocked: keys.codes("blocked")?.unwrap_or_default(),
    })
}

fn wrong(message: &str) -> Error {
    Error::new(Kind::Config, format!(".specfuse/config: {message}"))
        .hint("mend .specfuse/config; docs of its keys: `config` in the format reference")
}

/// A map and the way to it.
struct Keys<'a> {
    map: &'a Mapping,
    at: String,
}

impl<'a> Keys<'a> {
    fn of(value: &'a Value, at: &str) -> Result<Keys<'a>> {
        let map = value
            .as_mapping()
            .ok_or_else(|| mismatch(if at.is_empty() { "the file" } else { at }, "a map of keys", value))?;
        Ok(Keys { map, at: at.to_owned() })
    }

    fn path(&self, key: &str) -> String {
        if self.at.is_empty() { key.to_owned() } else { format!("{}.{key}", self.at) }
    }

    fn names(&self) -> Result<Vec<String>> {
        let name = |key: &Value| {
            key.as_str()
                .map(str::to_owned)
                .ok_or_else(|| mismatch(&format!("a key of {}", self.at), "text", key))
        };
        self.map.keys().map(name).collect()
    }

    /// The value of `key` as `read` understands it; a missing or empty one is `None`.
    fn get<T>(&self, key: &str, kind: &str, read: impl Fn(&'a Value) -> Option<T>) -> Result<Option<T>> {
        match self.map.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| mismatch(&self.path(key), kind, value)),
        }
    }

    fn map(&self, key: &str) -> Result<Option<Keys<'a>>> {
        let map = self.get(key, "a map of keys", Value::as_mapping)?;
        Ok(map.map(|map| Keys { map, at: self.path(key) }))
    }

    fn bool(&self, key: &str) -> Result<Option<bool>> {
        self.get(key, "true or false", Value::as_bool)
    }

    fn text(&self, key: &str) -> Result<Option<String>> {
        self.get(key, "text", |value| value.as_str().map(str::to_owned))
    }

    fn texts(&self, key: &str) -> Result<Option<Vec<String>>> {
        self.get(key, "a list of texts", |value| value.as_sequence()?.iter().map(scalar).collect())
    }

    fn codes(&self, key: &str) -> Result<Option<Vec<i32>>> {
        let code = |value: &Value| {
            value.as_i64().and_then(|code| i32::try_from(code).ok()).filter(|code| (0..256).contains(code))
        };
        self.get(key, "a list of exit codes from 0 to 255", |value| {
            value.as_sequence()?.iter().map(code).collect()
        })
    }

    fn lanes(&self, key: &str) -> Result<Option<u32>> {
        let count =
            |value: &Value| u32::try_from(value.as_u64()?).ok().filter(|n| (1..=MOST_LANES).contains(n));
        self.get(key, "a whole number from 1 to 64", count)
    }

    fn seconds(&self, key: &str) -> Result<Option<Duration>> {
        let year = 366.0 * 86_400.0;
        self.get(key, "a number of seconds above 0", |value| {
            value.as_f64().filter(|seconds| *seconds > 0.0 && *seconds <= year).map(Duration::from_secs_f64)
        })
    }

    fn amount(&self, key: &str) -> Result<Option<f64>> {
        self.get(key, "an amount above 0", |value| value.as_f64().filter(|n| *n > 0.0 && n.is_finite()))
    }

    fn count(&self, key: &str) -> Result<Option<u32>> {
        self.get(key, "a whole number", |value| value.as_u64().and_then(|n| u32::try_from(n).ok()))
    }

    fn env(&self, key: &str) -> Result<BTreeMap<String, String>> {
        let Some(keys) = self.map(key)? else { return Ok(BTreeMap::new()) };
        let mut env = BTreeMap::new();
        for name in keys.names()? {
            if name.is_empty() || name.contains(['=', '\0']) {
                return Err(wrong(&format!("{}: {name:?} is no name for a variable", keys.at)));
            }
            env.extend(keys.get(&name, "text", scalar)?.map(|value| (name, value)));
        }
        Ok(env)
    }

    fn word<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Result<Option<T>> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        let known = || words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        found
            .map(Some)
            .ok_or_else(|| wrong(&format!("{} is {text:?}; it can be {}", self.path(key), known())))
    }
}

/// A text as people write it: a number or a yes-no is meant as its letters.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.contains('\0')),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
    }
}

fn mismatch(path: &str, kind: &str, value: &Value) -> Error {
    let is = match value {
        Value::Null => "empty".to_owned(),
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::Sequence(_) => "a list".to_owned(),
        Value::Mapping(_) => "a map".to_owned(),
        Value::Tagged(_) => "a tagged value".to_owned(),
    };
    wrong(&format!("{path} must be {kind}, not {is}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_adapter_is_read_whole() {
        let config = Config::parse(
            "autosync: false\nagent: mine\nlanes: 2\nagents:\n  mine:\n    command: [./agent, --model, '{model}', 3]\n    prompt: file\n    output: text\n    exit_codes: {success: [0, 4], retry: [75], blocked: [9]}\n    env: {KEY: 1}\n    timeout_seconds: 1.5\n  claude:\n    timeout_seconds: 60\n",
        )
        .unwrap();
        assert_eq!(config.autosync, Some(false));
        assert_eq!(config.lanes.count, Some(2));
        let mine = config.chain().unwrap().remove(0);
        assert_eq!(mine.command, ["./agent", "--model", "{model}", "3"]);
        assert_eq!((mine.prompt, mine.output), (PromptBy::File, OutputFormat::Text));
        assert_eq!(
            (mine.exits.success, mine.exits.retry, mine.exits.blocked),
            (vec![0, 4], vec![75], vec![9])
        );
        assert_eq!((mine.env["KEY"].as_str(), mine.limit), ("1", Duration::from_millis(1500)));
        let claude = &config.agents["claude"];
        assert_eq!(claude.command, Adapter::claude().command);
        assert_eq!(claude.limit, Duration::from_secs(60));
        assert_eq!(Config::parse("").unwrap().chain().unwrap()[0].name, "claude");
        assert_eq!(Config::parse("# nothing\n").unwrap().chain().unwrap()[0].name, "claude");
    }

    #[test]
    fn a_wrong_value_is_named() {
        for (text, words) in [
            ("- a", "the file must be a map of keys, not a list"),
            ("agent: [a]", "agent must be text, not a list"),
            ("lanes: 0", "lanes must be a whole number from 1 to 64, not 0"),
            ("copy: .env", "copy must be a list of texts, not \".env\""),
            ("autosync: maybe", "autosync must be true or false, not \"maybe\""),
            ("chain: [claude, codex, claude]", "chain names claude twice"),
            (
                "agents: {codex: {max_cost_usd: 3}}",
                "agents.codex.max_cost_usd is not for an agent of this kind",
            ),
            ("waits: {retries: -1}", "waits.retries must be a whole number, not -1"),
            ("agents: {a: {prompt: stdin}}", "agents.a.command is missing"),
            ("agents: {a: {command: run}}", "agents.a.command must be a list of texts, not \"run\""),
            ("agents: {a: {command: []}}", "agents.a.command is empty"),
            (
                "agents: {a: {command: [x], prompt: pipe}}",
                "agents.a.prompt is \"pipe\"; it can be stdin, file",
            ),
            ("agents: {a: {command: [x], timeout_seconds: 0}}", "must be a number of seconds above 0, not 0"),
            ("agents: {a: {command: [x], timeout_seconds: .inf}}", "must be a number of seconds above 0"),
            (
                "agents: {a: {command: [x], exit_codes: {retry: [256]}}}",
                "agents.a.exit_codes.retry must be a list of exit codes",
            ),
            ("agents: {a: {command: [x], env: {'A=B': c}}}", "\"A=B\" is no name for a variable"),
            ("a: [", "did not find"),
        ] {
            let error = Config::parse(text).unwrap_err();
            assert!(error.message.contains(words), "{text}: {error}");
            assert_eq!(error.kind, Kind::Config);
        }
        let error = Config::parse("agent: codec").unwrap().chain().unwrap_err();
        assert!(error.message.contains("\"codec\" is no agent; there is claude"), "{error}");
    }
}
