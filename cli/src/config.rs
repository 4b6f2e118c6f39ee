//! Reads `.specfuse/config`: which agent runs, and how. Every wrong value is named with its key.

use crate::agent::{Adapter, Exits, OutputFormat, PromptBy};
use crate::error::{Error, Kind, Result};
use serde_yaml::{Mapping, Value};
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
}

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
        Ok(Config { autosync: keys.bool("autosync")?, agent: keys.text("agent")?, agents })
    }

    /// The adapter that runs sessions: the configured one, else the built-in `claude`.
    ///
    /// # Errors
    /// [`Kind::Config`] when `agent` names none.
    pub fn adapter(&self) -> Result<Adapter> {
        let name = self.agent.as_deref().unwrap_or("claude");
        let found = self.agents.get(name).cloned().or_else(|| (name == "claude").then(Adapter::claude));
        found.ok_or_else(|| {
            let known: Vec<&str> =
                std::iter::once("claude").chain(self.agents.keys().map(String::as_str)).collect();
            wrong(&format!("agent: {name:?} is no agent; there is {}", known.join(", ")))
        })
    }
}

fn adapter(name: &str, keys: &Keys<'_>) -> Result<Adapter> {
    let command = keys.texts("command")?;
    let base = match command {
        None if name == "claude" => Adapter::claude(),
        None => return Err(wrong(&format!("{} is missing", keys.path("command")))),
        Some(command) if command.is_empty() => {
            return Err(wrong(&format!("{} is empty", keys.path("command"))));
        }
        Some(command) => Adapter { command, unsandboxed: Vec::new(), ..Adapter::claude() }.plain(),
    };
    let exits = keys.map("exit_codes")?;
    Ok(Adapter {
        name: name.to_owned(),
        prompt: keys
            .word("prompt", &[("stdin", PromptBy::Stdin), ("file", PromptBy::File)])?
            .unwrap_or(base.prompt),
        output: keys
            .word("output", &[("claude-json", OutputFormat::ClaudeJson), ("text", OutputFormat::Text)])?
            .unwrap_or(base.output),
        exits: exits.map(|keys| exit_codes(&keys)).transpose()?.unwrap_or(base.exits),
        env: keys.env("env")?,
        limit: keys.seconds("timeout_seconds")?.unwrap_or(base.limit),
        models: keys.texts("models")?.unwrap_or_default(),
        command: base.command,
        unsandboxed: base.unsandboxed,
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

    fn seconds(&self, key: &str) -> Result<Option<Duration>> {
        let year = 366.0 * 86_400.0;
        self.get(key, "a number of seconds above 0", |value| {
            value.as_f64().filter(|seconds| *seconds > 0.0 && *seconds <= year).map(Duration::from_secs_f64)
        })
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
        let mine = config.adapter().unwrap();
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
        assert_eq!(Config::parse("").unwrap().adapter().unwrap().name, "claude");
        assert_eq!(Config::parse("# nothing\n").unwrap().adapter().unwrap().name, "claude");
    }

    #[test]
    fn a_wrong_value_is_named() {
        for (text, words) in [
            ("- a", "the file must be a map of keys, not a list"),
            ("agent: [a]", "agent must be text, not a list"),
            ("autosync: maybe", "autosync must be true or false, not \"maybe\""),
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
        let error = Config::parse("agent: codec").unwrap().adapter().unwrap_err();
        assert!(error.message.contains("\"codec\" is no agent; there is claude"), "{error}");
    }
}
