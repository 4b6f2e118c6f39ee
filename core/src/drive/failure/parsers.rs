//! The names of what failed, as each tool prints them. All are tried on every output: a set often
//! runs several.

use super::{Class, MAX_TESTS};
use regex_lite::Regex;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// What was found in an output.
#[derive(Debug, Default)]
pub struct Found {
    /// The class of the first kind of tool that named something.
    pub class: Option<Class>,
    /// Sorted, each once.
    pub names: Vec<String>,
}

/// A tool's line: the class, and a pattern whose groups, joined by a blank, are the name.
struct Pattern {
    class: Class,
    regex: Regex,
}

/// Tests before types before lint: the most telling decides the class.
static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let all: [(Class, &str); 18] = [
        // pytest
        (Class::Tests, r"^(?:FAILED|ERROR) (\S+\.py(?:::\S.*?)?)(?: - .*)?$"),
        // unittest: the class, unless the newer form repeats the method.
        (Class::Tests, r"^(?:FAIL|ERROR): (\w+) \(([\w.<>]+)\)"),
        // cargo test
        (Class::Tests, r"^test (.+?)(?: - should panic)? \.\.\. FAILED$"),
        // nextest
        (
            Class::Tests,
            r"^\s+(?:FAIL|TIMEOUT|SIG[A-Z]+|ABORT) \[[^\]]*\](?: \( *\d+/\d+\))? +(\S+(?:::\S+)?) +(\S.*?)$",
        ),
        // go test
        (Class::Tests, r"^\s*--- FAIL: (\S+)(?: \(.*\))?$"),
        // jest
        (Class::Tests, r"^\s+● (.+ › .+?)$"),
        (Class::Tests, r"^\s+[✕✗] (.+?)(?: \([\d.]+ m?s\))?$"),
        // vitest
        (Class::Tests, r"^\s*FAIL\s+(\S+ > .+?)(?: [\d.]+m?s)?$"),
        (Class::Tests, r"^\s+× (.+?)(?: [\d.]+m?s)?$"),
        // surefire
        (
            Class::Tests,
            r"^\[ERROR\]\s+([\w.$]+\.\w+)(?:\(.*\))? +(?:-- )?Time elapsed: .*<<< (?:FAILURE|ERROR)!",
        ),
        (Class::Tests, r"^\[ERROR\]\s+(\w+\([\w.$]+\)) +(?:-- )?Time elapsed: .*<<< (?:FAILURE|ERROR)!"),
        // dotnet test
        (Class::Tests, r"^\s+Failed (\S+(?:\(.*\))?) \[[^\]]+\]$"),
        // bats and everything that speaks TAP
        (Class::Tests, r"^not ok \d+ (?:- )?(.+?)(?: in \d+m?s(?:ec)?)?$"),
        // tsc
        (Class::Types, r"^(\S.*?)\(\d+,\d+\): error (TS\d+):"),
        (Class::Types, r"^(\S+?):\d+:\d+ - error (TS\d+):"),
        // ruff, one line a finding; also flake8 and friends
        (Class::Lint, r"^(\S+?\.pyi?):\d+:\d+: ([A-Z]+\d+)\b"),
        // mypy
        (Class::Types, r"^(\S+?\.pyi?):\d+: error: .*\[([\w-]+)\]$"),
        // files that ruff, black, rustfmt and prettier would change
        (Class::Lint, r"^(?:Would reformat:|would reformat|Diff in) (\S+?)(?::\d+)?:?$"),
    ];
    all.into_iter()
        .filter_map(|(class, text)| Some(Pattern { class, regex: Regex::new(text).ok()? }))
        .collect()
});

/// Reads an output without terminal colours.
pub fn read(text: &str) -> Found {
    let mut names: BTreeSet<(Class, String)> = BTreeSet::new();
    for line in text.lines().filter(|line| line.len() < 2_000) {
        for pattern in PATTERNS.iter() {
            if let Some(found) = pattern.regex.captures(line) {
                names.insert((pattern.class, name(&found)));
                break;
            }
        }
    }
    names.extend(rustc(text));
    names.extend(ruff_full(text));
    names.extend(eslint(text));
    let class = names.iter().map(|(class, _)| *class).min();
    let names: BTreeSet<String> = names.into_iter().map(|(_, name)| name).collect();
    Found { class, names: names.into_iter().take(MAX_TESTS).collect() }
}

fn name(found: &regex_lite::Captures) -> String {
    let groups: Vec<&str> = found.iter().skip(1).flatten().map(|m| m.as_str().trim()).collect();
    match groups[..] {
        // unittest writes `test_a (pkg.Case.test_a)` since Python 3.11 and `test_a (pkg.Case)` before.
        [method, case] if case.ends_with(&format!(".{method}")) => case.to_owned(),
        [method, case] if is_python_name(method) && case.contains('.') && !case.contains('/') => {
            format!("{case}.{method}")
        }
        _ => groups.join(" "),
    }
}

fn is_python_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// rustc and clippy: `error[E0308]: …` or `error: …`, then `  --> file:line:column`.
fn rustc(text: &str) -> Vec<(Class, String)> {
    let mut found = Vec::new();
    let mut head: Option<(Class, String)> = None;
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("error[") {
            head = rest.split_once(']').map(|(code, _)| (Class::Types, code.to_owned()));
        } else if let Some(rest) = line.strip_prefix("error: ") {
            head = Some((Class::Lint, rest.to_owned()));
        } else if let Some((class, what)) = head.clone().filter(|_| line.trim_start().starts_with("--> ")) {
            found.push((class, format!("{} {what}", file_of(line))));
            head = None;
        }
    }
    found
}

/// ruff's default form: `F401 [*] …`, then `  --> file:line:column`.
fn ruff_full(text: &str) -> Vec<(Class, String)> {
    let mut found = Vec::new();
    let mut code: Option<&str> = None;
    for line in text.lines() {
        let word = line.split_whitespace().next().unwrap_or("");
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_code = !letters.is_empty()
            && letters.len() < word.len()
            && word.len() <= 8
            && letters.bytes().all(|b| b.is_ascii_uppercase());
        if line.starts_with(word) && is_code {
            code = Some(word);
        } else if let Some(known) = code.filter(|_| line.trim_start().starts_with("--> ")) {
            found.push((Class::Lint, format!("{} {known}", file_of(line))));
            code = None;
        }
    }
    found
}

/// The file in ` --> file:line:column`.
fn file_of(line: &str) -> &str {
    let place = line.trim_start().trim_start_matches("--> ").trim();
    place.rsplitn(3, ':').last().unwrap_or(place)
}

/// eslint: a line with the file, then `  line:column  error  words  rule`.
fn eslint(text: &str) -> Vec<(Class, String)> {
    let mut found = Vec::new();
    let mut file: Option<&str> = None;
    for line in text.lines() {
        if !line.starts_with(char::is_whitespace) {
            file = Some(line.trim()).filter(|l| !l.is_empty());
            continue;
        }
        let mut words = line.split_whitespace();
        let place = words.next().unwrap_or("");
        let is_place = place.split_once(':').is_some_and(|(l, c)| is_number(l) && is_number(c));
        if is_place
            && words.next() == Some("error")
            && let (Some(file), Some(rule)) = (file, words.last())
        {
            found.push((Class::Lint, format!("{file} {rule}")));
        }
    }
    found
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
