//! The names of what failed, as each tool prints them. All are tried on every output: a set often
//! runs several.

use super::{Class, MAX_TESTS};
use crate::ordered;
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

/// A tool's line: a text that it surely holds, and a pattern whose groups, joined by a blank, are the name.
struct Pattern {
    class: Class,
    holds: &'static str,
    regex: Regex,
}

/// The first that fits a line names what failed in it.
static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    use Class::{Lint, Tests, Types};
    let all: [(Class, &str, &str); 27] = [
        // pytest, subtests included; what stands in brackets may hold anything.
        (
            Tests,
            ".",
            r"^(?:FAILED|ERROR|SUBFAIL(?:ED)?(?:\([^)]*\)|\[[^\]]*\])?) (\S+?\.(?:py|rst|txt|md)(?:::[^\s\[]+(?:\[.*?\])?)?)(?: - .*)?$",
        ),
        // unittest: the class, unless the newer form repeats the method.
        (Tests, ": ", r"^(?:FAIL|ERROR): ([\w.]+) \(([\w.<>]+)\)"),
        // cargo test
        (Tests, "... FAILED", r"^test (.+?)(?: - should panic)? \.\.\. FAILED$"),
        // go test, gotestsum
        (Tests, "--- FAIL: ", r"^\s*--- FAIL: (\S+)(?: \(.*\))?$"),
        (Tests, "=== FAIL: ", r"^=== FAIL: (\S+ \S+)(?: \(.*\))?$"),
        // go build and go vet
        (Types, "[", r"^FAIL\t(\S+) (\[(?:build|setup) failed\])$"),
        (Types, ".go:", r"^(?:vet: )?((?:\./|\.\./)*[\w./-]+\.go):\d+(?::\d+)?: (.+)$"),
        // jest
        (Tests, "\u{25cf}", r"^\s+● (.+?[^:])$"),
        // jest in full, and bats for a person
        (Tests, " ", r"^\s+[✕✗] (.+?)(?: \([\d.]+ m?s\))?$"),
        // vitest
        (Tests, "FAIL", r"^\s*FAIL\s+(?:\|[^|]*\| )?(\S+ > .+?)(?: [\d.]+m?s)?$"),
        (Tests, "FAIL", r"^\s*FAIL\s+(?:\|[^|]*\| )?(\S+) \[ \S+ \]$"),
        (Tests, "\u{d7}", r"^\s+× (.+?)(?: [\d.]+m?s)?(?: \(retry x\d+\))?$"),
        // node --test
        (Tests, "\u{2716}", r"^\s*✖ (.+?) \([\d.]+ms\)$"),
        // surefire 3 and 2
        (
            Tests,
            "Time elapsed",
            r"^\[ERROR\]\s+([\w.$]+\.\w+(?:\([^)]*\))?(?:\[[^\]]*\])?) +(?:-- )?Time elapsed: .*<<< (?:FAILURE|ERROR)!",
        ),
        (
            Tests,
            "Time elapsed",
            r"^\[ERROR\]\s+(\w+(?:\[[^\]]*\])?\([\w.$]+\)) +(?:-- )?Time elapsed: .*<<< (?:FAILURE|ERROR)!",
        ),
        // javac under maven
        (Types, ".java:[", r"^\[ERROR\] (\S+\.java):\[\d+,\d+\] (.+)$"),
        // dotnet test: vstest, its xunit adapter, and the newer platform
        (Tests, "Failed ", r"^\s+Failed (.+?) \[[<\d][^\]]*\]$"),
        (Tests, "[FAIL]", r"^\[xUnit\.net [\d:.]+\]\s+(.+?) \[FAIL\]$"),
        (Tests, "failed ", r"^failed (.+?) \(\d[^)]*\)$"),
        // bats and everything that speaks TAP
        (
            Tests,
            "not ok ",
            r"^\s*not ok \d+ (?:- )?([^#]+?)(?: in \d+m?s(?:ec)?)?(?: # (?:timeout|time=|in ).*)?$",
        ),
        // tsc, and compilers under msbuild
        (Types, ": error ", r"^\s*(\S.*?)\(\d+,\d+\): error ([A-Z]+\d+):"),
        (Types, " - error TS", r"^(\S+?):\d+:\d+ - error (TS\d+):"),
        (Types, "error TS", r"^error (TS\d+):"),
        // ruff, one line a finding; also flake8 and friends
        (
            Lint,
            ": ",
            r"^(\S+?\.(?:pyi?|ipynb)(?::cell \d+)?):\d+:\d+: ([A-Z]+\d+|SyntaxError|invalid-syntax)\b",
        ),
        // mypy
        (Types, ": error: ", r"^(\S+?\.pyi?):\d+(?::\d+)?: error: .*\[([\w-]+)\]$"),
        // files that ruff, black, rustfmt and prettier would change
        (Lint, "ormat", r"^(?:Would reformat:|would reformat) (\S+)$"),
        (Lint, "Diff in", r"^Diff in (\S+?)(?: at line \d+)?(?::\d+)?:?$"),
    ];
    all.into_iter()
        .filter_map(|(class, holds, text)| Some(Pattern { class, holds, regex: Regex::new(text).ok()? }))
        .collect()
});

/// Reads an output without terminal colours.
pub fn read(text: &str) -> Found {
    let mut names: BTreeSet<(Class, String)> = BTreeSet::new();
    for line in text.lines().filter(|line| line.len() < 2_000 && !is_heading(line)) {
        let fits = PATTERNS.iter().filter(|pattern| line.contains(pattern.holds));
        if let Some((class, found)) = fits.filter_map(|p| Some((p.class, p.regex.captures(line)?))).next() {
            names.insert((class, name(&found)));
        }
    }
    for block in [nextest, cargo_quiet, jest_suites, rustc, ruff_full, eslint] {
        names.extend(block(text));
    }
    let class = names.iter().map(|(class, _)| *class).min();
    let names = ordered::set(names.into_iter().map(|(_, name)| without_lane(&name)));
    Found { class, names: names.into_iter().take(MAX_TESTS).collect() }
}

/// Lines of jest that look like a test's and are none.
fn is_heading(line: &str) -> bool {
    matches!(line.trim_start().strip_prefix("● "), Some("Console" | "Test suite failed to run"))
}

/// A file in a lane's work tree, as it is called in every other.
fn without_lane(name: &str) -> String {
    const LANES: &str = "/.specfuse/.loop/lanes/";
    let Some(at) = name.find(LANES) else { return name.to_owned() };
    let start = name[..at].rfind(char::is_whitespace).map_or(0, |blank| blank + 1);
    let rest = &name[at + LANES.len()..];
    let inside = rest.split_once('/').map_or("", |(_, inside)| inside);
    format!("{}{inside}", &name[..start])
}

/// nextest: the lines of its summary when there is one, else all but those of a try that another followed.
fn nextest(text: &str) -> Vec<(Class, String)> {
    static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"^\s+(TRY \d+ )?(?:FAIL(?: \+ LEAK)?|LEAK-FAIL|TIMEOUT|TMT|SIG[A-Z0-9]+|ABORT|ABRT|SEGV) \[[^\]]*\](?: \( *\d+/\d+\))? +(\S+) +(\S.*?)$",
        )
        .ok()
    });
    let Some(regex) = LINE.as_ref() else { return Vec::new() };
    let summary = text.lines().position(|line| line.trim_start().starts_with("Summary ["));
    let mut found = Vec::new();
    for line in text.lines().skip(summary.unwrap_or(0)).filter(|line| line.contains(" [")) {
        let Some(line) = regex.captures(line) else { continue };
        let is_try = line.get(1).is_some() && summary.is_none();
        if let (false, Some(suite), Some(test)) = (is_try, line.get(2), line.get(3)) {
            found.push((Class::Tests, format!("{} {}", suite.as_str(), test.as_str())));
        }
    }
    found
}

/// `cargo test --quiet`: the names below the last `failures:`.
fn cargo_quiet(text: &str) -> Vec<(Class, String)> {
    let mut found = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        while line == "failures:"
            && let Some(name) = lines.peek().and_then(|next| next.strip_prefix("    "))
        {
            found.push((Class::Tests, name.trim_end().to_owned()));
            lines.next();
        }
    }
    found
}

/// jest: files whose tests could not even start.
fn jest_suites(text: &str) -> Vec<(Class, String)> {
    let mut found = Vec::new();
    let mut file = None;
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("FAIL ") {
            file = rest.split_whitespace().next();
        } else if line.trim() == "● Test suite failed to run"
            && let Some(file) = file
        {
            found.push((Class::Tests, format!("{file} failed to run")));
        }
    }
    found
}

fn name(found: &regex_lite::Captures) -> String {
    let groups: Vec<&str> = found.iter().skip(1).flatten().map(|m| m.as_str().trim()).collect();
    match groups[..] {
        // unittest writes `test_a (pkg.Case.test_a)` since Python 3.11 and `test_a (pkg.Case)` before.
        [method, case] if is_python_name(method) && is_python_name(case) => {
            let repeats = case.ends_with(&format!(".{method}"));
            if repeats || !case.contains('.') {
                groups[usize::from(repeats)..].join(" ")
            } else {
                format!("{case}.{method}")
            }
        }
        _ => groups.join(" "),
    }
}

fn is_python_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '<' | '>'))
}

/// rustc and clippy: `error[E0308]: …` or `error: …`, then `  --> file:line:column`. What a lint refuses
/// says so further down.
fn rustc(text: &str) -> Vec<(Class, String)> {
    let mut found: Vec<(Class, String)> = Vec::new();
    let mut head: Option<&str> = None;
    let mut open = false;
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("error[") {
            (head, open) = (rest.split_once(']').map(|(code, _)| code), false);
        } else if let Some(rest) = line.strip_prefix("error: ") {
            (head, open) = (Some(rest), false);
        } else if line.starts_with("warning") {
            (head, open) = (None, false);
        } else if let Some(what) = head.filter(|_| line.trim_start().starts_with("--> ")) {
            found.push((Class::Types, format!("{} {what}", file_of(line))));
            (head, open) = (None, true);
        } else if let Some(last) = found.last_mut().filter(|_| open && names_a_lint(line)) {
            last.0 = Class::Lint;
        }
    }
    found
}

/// Whether a note tells which lint refused.
fn names_a_lint(line: &str) -> bool {
    [
        "= note: `-D ",
        "= note: `#[deny(",
        "= note: `#[forbid(",
        "= help: for further information visit https://rust-lang.github.io/rust-clippy",
    ]
    .iter()
    .any(|note| line.trim_start().starts_with(note))
        || line.trim_start().starts_with("= note: requested on the command line with `-D ")
}

/// ruff's default form: `F401 [*] …`, then `  --> file:line:column`.
fn ruff_full(text: &str) -> Vec<(Class, String)> {
    let mut found = Vec::new();
    let mut code: Option<&str> = None;
    for line in text.lines() {
        let word = line.split_whitespace().next().unwrap_or("").trim_end_matches(':');
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_code = !letters.is_empty()
            && letters.len() < word.len()
            && word.len() <= 8
            && letters.bytes().all(|b| b.is_ascii_uppercase());
        if line.starts_with(word) && (is_code || word == "invalid-syntax") {
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
            let rule = if line.contains("Parsing error:") { "parsing error" } else { rule };
            found.push((Class::Lint, format!("{file} {rule}")));
        }
    }
    found
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
