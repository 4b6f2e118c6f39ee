//! What is understood of an agent's output, line by line while it comes.

use super::{OutputFormat, claude, codex, droid, opencode};
use serde_json::Value;
use specfuse_core::drive::Usage;
use std::collections::BTreeMap;
use std::time::Duration;

/// A line longer than this is not read (bytes); the log has it.
const LONGEST: usize = 64 * 1024 * 1024;
/// What a session does now is told in at most this many characters.
const DOING_CHARS: usize = 100;

/// What a running session does, as far as its output says.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Activity {
    /// What it does now.
    pub doing: String,
    /// What it used so far.
    pub usage: Usage,
}

/// When a limit is over.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Reset {
    /// So many seconds after 1970.
    At(f64),
    /// After this time.
    After(Duration),
}

/// Why a session could not go on, in the agent's own structured words.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Trouble {
    RateLimited(Option<Reset>),
    Overloaded,
    Unauthorised,
    ContextExhausted,
    /// An error of no known kind.
    Reported,
}

impl Trouble {
    /// What a status code of HTTP means for a session.
    pub(super) fn of_status(status: u64) -> Trouble {
        match status {
            429 => Trouble::RateLimited(None),
            401 | 403 => Trouble::Unauthorised,
            413 => Trouble::ContextExhausted,
            500 | 502 | 503 | 504 | 529 => Trouble::Overloaded,
            _ => Trouble::Reported,
        }
    }
}

/// What was understood so far.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Reading {
    /// Its answer: the text that holds the RESULT block.
    pub text: String,
    /// What it used; `None` as long as it says nothing of it.
    pub usage: Option<Usage>,
    /// Whether it came to an end of its own.
    pub ended: bool,
    /// Whether it did or said anything.
    pub worked: bool,
    /// What went wrong, and the words for it.
    pub trouble: Option<(Trouble, String)>,
    /// What it was refused, such as `Bash`.
    pub denied: Vec<String>,
    /// What it does now.
    pub doing: String,
    /// What each message used, by its id.
    pub messages: BTreeMap<String, Usage>,
    /// A hint that counts when the session ends with an error.
    pub hint: Option<Trouble>,
}

impl Reading {
    /// Something went wrong. What says more about it stays.
    pub(super) fn fails(&mut self, trouble: Trouble, words: impl Into<String>) {
        let known = self.trouble.as_ref().is_some_and(|(known, _)| *known != Trouble::Reported);
        if !known || trouble != Trouble::Reported {
            self.trouble = Some((trouble, words.into()));
        }
    }

    /// Says what the session does now.
    pub(super) fn does(&mut self, what: &str, about: &str) {
        let line = about.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let whole = format!("{what} {}", line.trim());
        self.doing = whole.trim().chars().take(DOING_CHARS).collect();
        self.worked = true;
    }

    /// Was refused `what`.
    pub(super) fn is_denied(&mut self, what: &str) {
        if !self.denied.iter().any(|known| known == what) {
            self.denied.push(what.to_owned());
        }
    }

    /// Adds to what it used.
    pub(super) fn uses(&mut self, usage: &Usage) {
        self.usage.get_or_insert_with(Usage::default).add(usage);
    }

    fn activity(&self) -> Activity {
        Activity { doing: self.doing.clone(), usage: self.usage.clone().unwrap_or_default() }
    }
}

/// Reads output while it comes.
pub(super) struct Reader<'a> {
    format: OutputFormat,
    pub reading: Reading,
    line: Vec<u8>,
    told: Activity,
    tell: &'a mut dyn FnMut(&Activity),
}

impl<'a> Reader<'a> {
    pub(super) fn new(format: OutputFormat, tell: &'a mut dyn FnMut(&Activity)) -> Reader<'a> {
        Reader { format, reading: Reading::default(), line: Vec::new(), told: Activity::default(), tell }
    }

    /// Takes in what came.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        if self.format == OutputFormat::Text {
            return;
        }
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.line.len() + part.len() <= LONGEST {
                self.line.extend_from_slice(part);
            }
            if part.ends_with(b"\n") {
                self.end_line();
            }
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let Ok(event) = serde_json::from_slice::<Value>(&line) else { return };
        self.event(&event);
        let now = self.reading.activity();
        if now != self.told {
            (self.tell)(&now);
            self.told = now;
        }
    }

    fn event(&mut self, event: &Value) {
        match self.format {
            OutputFormat::ClaudeJson | OutputFormat::ClaudeStream => claude::read(&mut self.reading, event),
            OutputFormat::CodexJsonl => codex::read(&mut self.reading, event),
            OutputFormat::OpencodeJsonl => opencode::read(&mut self.reading, event),
            OutputFormat::DroidJsonl => droid::read(&mut self.reading, event),
            OutputFormat::Text => {}
        }
    }

    /// All that was understood. `whole` is the output at its end.
    pub(super) fn finish(mut self, whole: &str) -> Reading {
        self.end_line();
        match self.format {
            OutputFormat::Text => {
                self.reading.text = whole.to_owned();
                self.reading.ended = true;
            }
            // One object may be spread over lines.
            OutputFormat::ClaudeJson | OutputFormat::ClaudeStream if !self.reading.ended => {
                if let Ok(value) = serde_json::from_str::<Value>(whole) {
                    self.event(&value);
                }
            }
            _ => {}
        }
        self.reading
    }
}

/// The text at `key`.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// What a tool was asked, in one line: the first of its well-known arguments.
pub(super) fn asked(input: &Value) -> String {
    let keys = ["command", "file_path", "filePath", "path", "pattern", "query", "url", "description"];
    let found = keys.iter().find_map(|key| input[*key].as_str());
    found.unwrap_or_default().to_owned()
}

/// A sum of money that can be one.
pub(super) fn money(value: &Value) -> Option<f64> {
    value.as_f64().filter(|cost| cost.is_finite() && *cost >= 0.0)
}
