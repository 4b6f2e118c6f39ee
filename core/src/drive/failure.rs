//! What a failed command says: which tests, what class, a signature that is equal when the failure
//! is, and an excerpt that fits into a log line.

mod parsers;
#[cfg(test)]
mod tests;

use super::event::{CheckResult, CheckVerdict};
use super::redact::redact;
use crate::ordered;
use crate::span::floor_boundary;
use serde::{Deserialize, Serialize};

/// An excerpt holds at most this many bytes.
pub const EXCERPT_BYTES: usize = 500;
/// Evidence for the next session holds at most this many lines.
pub const EVIDENCE_LINES: usize = 200;
/// Evidence for the next session holds at most this many characters.
pub const EVIDENCE_CHARS: usize = 8_000;
/// A signature holds at most this many bytes.
const SIGNATURE_BYTES: usize = 200;
/// Failing tests beyond this many are not listed.
const MAX_TESTS: usize = 200;
/// Only the end of an output longer than this is looked at.
const MAX_OUTPUT_BYTES: usize = 1024 * 1024;

/// What kind of thing failed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Tests failed, by name.
    Tests,
    /// A type checker or compiler refused.
    Types,
    /// A linter or formatter refused.
    Lint,
    /// A command ran into its time limit.
    Timeout,
    /// A command does not exist or cannot be started.
    Missing,
    /// The agent itself failed.
    Agent,
    /// A guard refused green work.
    Guard,
    /// A verifier found fault with work that its checks had passed.
    Audit,
    /// The commit was refused.
    Commit,
    /// Others changed the same lines meanwhile.
    Conflict,
    /// Anything else.
    #[default]
    Other,
}

impl Class {
    /// The word in the log.
    pub fn word(self) -> &'static str {
        match self {
            Class::Tests => "tests",
            Class::Types => "types",
            Class::Lint => "lint",
            Class::Timeout => "timeout",
            Class::Missing => "missing",
            Class::Agent => "agent",
            Class::Guard => "guard",
            Class::Audit => "audit",
            Class::Commit => "commit",
            Class::Conflict => "conflict",
            Class::Other => "other",
        }
    }

    /// What the next session is told first.
    pub fn instruction(self) -> &'static str {
        match self {
            Class::Tests => {
                "Tests failed. Find out why before you change anything; fix the code, not the tests, \
                 unless a test contradicts the acceptance criteria."
            }
            Class::Types => "The code does not compile or type-check. Fix the first error first.",
            Class::Lint => "A linter or formatter refused. Fix what it names; do not silence it.",
            Class::Timeout => {
                "A command ran into its time limit. Look for a loop, a prompt or a wait that never ends."
            }
            Class::Missing => "A command is not there. Do not install it; say so if you cannot go on.",
            Class::Agent => "The last session ended without finishing. Go on from the acceptance criteria.",
            Class::Guard => {
                "The checks were green; only the paperwork is missing. Do not redo the work: supply \
                 what is named below."
            }
            Class::Audit => {
                "The checks were green, and a second session that compared the work with the acceptance \
                 criteria found it wanting. Mend what it names below; where it is wrong, say why."
            }
            Class::Commit => "The repository refused the commit. Fix what its hook names.",
            Class::Conflict => {
                "The work was done, but another unit changed the same lines meanwhile. The tree has that \
                 change now: do this unit's work on top of it."
            }
            Class::Other => "A check failed. Read its output below, find the cause, fix it.",
        }
    }
}

/// What failed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Failure {
    /// What kind of thing.
    pub class: Class,
    /// The first thing that went wrong, without numbers that change from run to run.
    pub signature: String,
    /// The lines around it, at most [`EXCERPT_BYTES`].
    pub excerpt: String,
    /// Failing tests, or `file rule` of linters and compilers; sorted, each once.
    #[serde(default)]
    pub failing_tests: Vec<String>,
}

/// How a command ended that did not pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// With this exit code.
    Exit(i32),
    /// By a signal.
    Signal(i32),
    /// At its time limit.
    TimedOut,
}

impl Failure {
    /// Reads a failed command's output.
    pub fn read(output: &str, ended: Ended) -> Failure {
        let text = clean(output);
        let found = parsers::read(&text);
        let class = match (found.class, ended) {
            (_, Ended::TimedOut) => Class::Timeout,
            (Some(class), _) => class,
            (None, Ended::Exit(126 | 127)) => Class::Missing,
            (None, _) => Class::Other,
        };
        let line = text.lines().position(is_telling).or_else(|| last_line(&text));
        let signature = match found.names.first() {
            Some(_) => found.names.join(", "),
            None => line.and_then(|at| text.lines().nth(at)).map(normalised).unwrap_or_default(),
        };
        let signature = if signature.is_empty() { describe(ended) } else { signature };
        Failure {
            class,
            signature: cut(&signature, SIGNATURE_BYTES).to_owned(),
            excerpt: excerpt(&text, line),
            failing_tests: found.names,
        }
    }

    /// A failure that no command's output tells.
    pub fn plain(class: Class, what: &str) -> Failure {
        Failure {
            class,
            signature: cut(&normalised(what.lines().next().unwrap_or("")), SIGNATURE_BYTES).to_owned(),
            excerpt: cut(&redact(what), EXCERPT_BYTES).to_owned(),
            failing_tests: Vec::new(),
        }
    }

    /// Whether this is `other` over again: equal sets of failing tests, or else equal class,
    /// signature and excerpt.
    pub fn repeats(&self, other: &Failure) -> bool {
        if !self.failing_tests.is_empty() || !other.failing_tests.is_empty() {
            return self.failing_tests == other.failing_tests;
        }
        let same_excerpt = || {
            let lines = |text: &str| text.lines().map(normalised).collect::<Vec<_>>();
            lines(&self.excerpt) == lines(&other.excerpt)
        };
        self.class == other.class && self.signature == other.signature && same_excerpt()
    }

    /// One failure out of those of several checks, in their order.
    pub fn merged<'a>(failures: impl IntoIterator<Item = (&'a str, &'a Failure)>) -> Failure {
        let mut all = Failure::default();
        let mut signatures = Vec::new();
        for (index, (check, failure)) in failures.into_iter().enumerate() {
            if index == 0 {
                all.class = failure.class;
                all.excerpt.clone_from(&failure.excerpt);
            }
            signatures.push(format!("{check}: {}", failure.signature));
            // A check without names fails as itself, so that the set says all that failed.
            if failure.failing_tests.is_empty() {
                all.failing_tests.push(format!("{check}: {}", failure.signature));
            }
            all.failing_tests.extend(failure.failing_tests.iter().cloned());
        }
        // When no check named a test, the set says nothing: compare by excerpt.
        if all.failing_tests == signatures {
            all.failing_tests.clear();
        }
        ordered::sort_by(&mut all.failing_tests, Ord::cmp);
        all.failing_tests.dedup();
        all.signature = cut(&signatures.join("; "), SIGNATURE_BYTES).to_owned();
        all
    }
}

/// The number in the last line `FINDINGS: n` of an output.
pub fn findings(output: &str) -> Option<u64> {
    output.lines().rev().find_map(|line| line.trim().strip_prefix("FINDINGS:")?.trim().parse().ok())
}

/// What the next session is told about failed checks.
pub fn evidence(results: &[CheckResult], command: impl Fn(&str) -> Option<String>) -> String {
    let mut text = String::new();
    for result in results {
        match &result.verdict {
            CheckVerdict::Passed => {}
            CheckVerdict::Skipped(need) => {
                text.push_str(&format!("## {} was skipped: it needs {need}\n\n", result.name));
            }
            CheckVerdict::Failed(failure) => {
                text.push_str(&format!("## {} failed ({})\n", result.name, failure.class.word()));
                if let Some(command) = command(&result.name) {
                    text.push_str(&format!("Command: {command}\n"));
                }
                if !failure.failing_tests.is_empty() {
                    text.push_str(&format!("Failing: {}\n", failure.failing_tests.join(", ")));
                }
                text.push_str(&format!("\n{}\n\n", result.output.trim_end()));
            }
        }
    }
    head_and_tail(text.trim_end(), EVIDENCE_LINES, EVIDENCE_CHARS)
}

/// What is kept of a failed check's output: the lines that tell, and the tail.
pub fn tail(output: &str) -> String {
    head_and_tail(&important_first(&clean(output)), EVIDENCE_LINES / 2, EVIDENCE_CHARS / 2)
}

/// The telling lines outside of the tail, then the tail.
fn important_first(text: &str) -> String {
    const TAIL: usize = 60;
    const TELLING: usize = 30;
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(TAIL);
    let mut kept: Vec<&str> =
        lines[..from].iter().copied().filter(|line| is_telling(line)).take(TELLING).collect();
    if !kept.is_empty() {
        kept.push("…");
    }
    kept.extend(&lines[from..]);
    kept.join("\n")
}

/// At most `lines` lines and `chars` characters of `text`: its head and its tail, with a line between
/// that says how much was left out.
pub fn head_and_tail(text: &str, lines: usize, chars: usize) -> String {
    let all: Vec<&str> = text.lines().collect();
    let by_lines = if all.len() <= lines {
        text.to_owned()
    } else {
        let head = lines / 3;
        let tail = lines - head - 1;
        let out = all.len() - head - tail;
        let middle = format!("… {out} lines left out …");
        [&all[..head], &[middle.as_str()], &all[all.len() - tail..]].concat().join("\n")
    };
    let count = by_lines.chars().count();
    if count <= chars {
        return by_lines;
    }
    const MARK: &str = "\n… left out …\n";
    let room = chars.saturating_sub(MARK.chars().count());
    let head: String = by_lines.chars().take(room / 3).collect();
    let tail: String = by_lines.chars().skip(count - (room - room / 3)).collect();
    format!("{head}{MARK}{tail}")
}

/// `text` without terminal colours, carriage returns and other controls; the end of it when it is
/// very long.
fn clean(output: &str) -> String {
    let start = floor_boundary(output, output.len().saturating_sub(MAX_OUTPUT_BYTES));
    let mut out = String::with_capacity(output.len() - start);
    let mut chars = output[start..].chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' if chars.peek() == Some(&'[') => {
                chars.next();
                while chars.next().is_some_and(|c| !('@'..='~').contains(&c)) {}
            }
            '\n' | '\t' => out.push(c),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Whether a line says what went wrong.
fn is_telling(line: &str) -> bool {
    const WORDS: [&str; 12] = [
        "error",
        "Error",
        "ERROR",
        "FAIL",
        "fail",
        "panicked",
        "Exception",
        "Traceback",
        "not ok",
        "assert",
        "fatal",
        "not found",
    ];
    let none = ["0 failed", "0 failures", "0 errors", "no error", "failures=0", "errors=0"];
    WORDS.iter().any(|word| line.contains(word)) && !none.iter().any(|word| line.contains(word))
}

fn last_line(text: &str) -> Option<usize> {
    text.lines().collect::<Vec<_>>().iter().rposition(|line| !line.trim().is_empty())
}

fn excerpt(text: &str, line: Option<usize>) -> String {
    let Some(at) = line else { return String::new() };
    let from = at.saturating_sub(1);
    let around: Vec<&str> = text.lines().skip(from).take(8).collect();
    cut(redact(&around.join("\n")).trim(), EXCERPT_BYTES).to_owned()
}

/// A line with numbers, addresses and temporary names taken out: what changes from run to run.
fn normalised(line: &str) -> String {
    let line = redact(line.trim());
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_ascii_digit() {
            let hex = c == '0' && chars.peek() == Some(&'x');
            if hex {
                chars.next();
            }
            let more = |c: &char| if hex { c.is_ascii_hexdigit() } else { c.is_ascii_digit() || *c == '.' };
            while chars.peek().is_some_and(more) {
                chars.next();
            }
            out.push('#');
        } else {
            out.push(c);
        }
    }
    out
}

fn describe(ended: Ended) -> String {
    match ended {
        Ended::Exit(code) => format!("exit code {code}"),
        Ended::Signal(signal) => format!("signal {signal}"),
        Ended::TimedOut => "time limit".into(),
    }
}

/// At most `bytes` bytes of `text`, whole characters.
fn cut(text: &str, bytes: usize) -> &str {
    &text[..floor_boundary(text, bytes.min(text.len()))]
}
