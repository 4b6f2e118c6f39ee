//! Puts values into shell commands so that no shell can interpret them.
//!
//! A value of harmless characters is put in as it is, which is right wherever it stands. Any other
//! value is passed as an environment variable, and the placeholder becomes a reference to it, with
//! the quotes that its place needs: bare, inside double or single quotes, or in a command
//! substitution inside them. A shell does not read the value of a variable as code, but a second
//! shell would (`sh -c '… {feature_dir}'`, `eval`): there a risky value is refused.

use crate::error::{Error, Kind, Result};
use std::collections::BTreeMap;
use std::ffi::OsString;

/// A name in braces and what it stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Placeholder {
    /// The name, without braces: `feature_dir`.
    pub name: String,
    /// The variable that carries the value: `SPECFUSE_FEATURE_DIR`.
    pub variable: String,
    /// The value.
    pub value: String,
}

/// A command ready for `sh -c`, and the variables it needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Script {
    /// The text for `sh -c`.
    pub text: String,
    /// The variables to set; every placeholder's, used or not.
    pub env: BTreeMap<String, Option<OsString>>,
}

/// `command` with every placeholder put in.
///
/// # Errors
/// [`Kind::Config`] when a risky value would be read by a second shell.
pub fn expand(command: &str, placeholders: &[Placeholder]) -> Result<Script> {
    let env = placeholders.iter().map(|p| (p.variable.clone(), Some(p.value.clone().into()))).collect();
    let mut text = command.to_owned();
    for placeholder in placeholders {
        let mark = format!("{{{}}}", placeholder.name);
        if !text.contains(&mark) {
            continue;
        }
        text = if is_harmless(&placeholder.value) {
            text.replace(&mark, &placeholder.value)
        } else if asks_second_shell(&text, &mark) {
            return Err(refusal(placeholder));
        } else {
            refer(&text, &mark, &placeholder.variable)
        };
    }
    Ok(Script { text, env })
}

fn is_harmless(value: &str) -> bool {
    let plain = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '+' | ',' | ':' | '@' | '%')
    };
    !value.is_empty() && value.chars().all(plain)
}

fn refusal(placeholder: &Placeholder) -> Error {
    let Placeholder { name, value, .. } = placeholder;
    Error::new(Kind::Config, format!("{{{name}}} is {value:?}, and the command hands it to a second shell"))
        .hint("rename it to letters, digits, `-`, `_` and `.`, or take `sh -c` and `eval` out of the command")
}

/// Whether a word that makes its next word code stands before a placeholder.
fn asks_second_shell(text: &str, mark: &str) -> bool {
    let before = &text[..text.rfind(mark).unwrap_or(0)];
    before.split(|c: char| c.is_whitespace() || ";|&(`\"'".contains(c)).any(|word| {
        let flags = word.strip_prefix('-').filter(|flags| flags.chars().all(|c| c.is_ascii_lowercase()));
        word == "eval" || flags.is_some_and(|flags| flags.ends_with('c'))
    })
}

/// What the shell is in the middle of reading.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    /// Plain words; how many brackets are open in this substitution.
    Words { open: usize },
    /// `"…"`
    Double,
    /// `'…'`
    Single,
    /// `` `…` ``
    Backticks,
}

/// Replaces `mark` by a reference to `variable`, quoted as its place needs.
fn refer(text: &str, mark: &str, variable: &str) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut stack = vec![Inside::Words { open: 0 }];
    let mut rest = text;
    let mut word_starts = true;
    while let Some(c) = rest.chars().next() {
        let inside = stack.last().copied().unwrap_or(Inside::Words { open: 0 });
        let taken = if rest.starts_with(mark) {
            out.push_str(&reference(inside, variable));
            rest = &rest[mark.len()..];
            word_starts = false;
            continue;
        } else if c == '#' && word_starts && matches!(inside, Inside::Words { .. }) {
            rest.find('\n').unwrap_or(rest.len())
        } else {
            step(&mut stack, inside, rest)
        };
        word_starts = c.is_whitespace() || ";|&(".contains(c);
        out.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    out
}

fn reference(inside: Inside, variable: &str) -> String {
    match inside {
        Inside::Double => format!("${{{variable}}}"),
        Inside::Single => format!("'\"${{{variable}}}\"'"),
        Inside::Words { .. } | Inside::Backticks => format!("\"${{{variable}}}\""),
    }
}

/// Follows the shell over the next character or two; how many bytes that is.
fn step(stack: &mut Vec<Inside>, inside: Inside, rest: &str) -> usize {
    let c = rest.chars().next().unwrap_or_default();
    let after = rest[c.len_utf8()..].chars().next();
    match (inside, c) {
        (Inside::Single, '\'') | (Inside::Double, '"') | (Inside::Backticks, '`') => drop(stack.pop()),
        (Inside::Single, _) => {}
        (_, '\\') => return 1 + after.map_or(0, char::len_utf8),
        (_, '$') if after == Some('(') => {
            stack.push(Inside::Words { open: 1 });
            return 2;
        }
        (_, '`') => stack.push(Inside::Backticks),
        (Inside::Words { .. } | Inside::Backticks, '"') => stack.push(Inside::Double),
        (Inside::Words { .. } | Inside::Backticks, '\'') => stack.push(Inside::Single),
        (Inside::Words { open }, '(') if open > 0 => replace_top(stack, Inside::Words { open: open + 1 }),
        (Inside::Words { open: 1 }, ')') => drop(stack.pop()),
        (Inside::Words { open }, ')') if open > 1 => replace_top(stack, Inside::Words { open: open - 1 }),
        _ => {}
    }
    c.len_utf8()
}

fn replace_top(stack: &mut [Inside], inside: Inside) {
    if let Some(top) = stack.last_mut() {
        *top = inside;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::{Command, run};
    use std::sync::atomic::AtomicBool;

    const RISKY: &str = "a b$(touch x)'\";`touch y`\\*";

    fn placeholder(value: &str) -> [Placeholder; 1] {
        [Placeholder {
            name: "feature_dir".into(),
            variable: "SPECFUSE_FEATURE_DIR".into(),
            value: value.into(),
        }]
    }

    /// Runs `command` in an empty folder; its output. Nothing may appear in the folder.
    fn output(command: &str, value: &str) -> String {
        let dir = tempfile::tempdir().unwrap();
        let script = expand(command, &placeholder(value)).unwrap();
        let mut sh = Command::new(["sh", "-c", &script.text], dir.path());
        sh.env = script.env;
        let done = run(&sh, &AtomicBool::new(false), |_| Ok(())).unwrap();
        assert_eq!(done.stderr.bytes, b"", "{command}: {}", String::from_utf8_lossy(&done.stderr.bytes));
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "{command} wrote something");
        String::from_utf8(done.stdout.bytes).unwrap()
    }

    #[test]
    fn a_risky_value_is_one_word_wherever_it_stands() {
        for command in [
            "printf '<%s>' {feature_dir}/x",
            "printf '<%s>' \"{feature_dir}/x\"",
            "printf '<%s>' '{feature_dir}/x'",
            "printf '<%s>' \"$(printf '%s' {feature_dir}/x)\"",
            "printf '<%s>' \"$(printf '%s' \"{feature_dir}/x\")\"",
            "printf '<%s>' \"$( (printf '%s' '{feature_dir}/x') )\"",
            "# don't mind {feature_dir}\nprintf '<%s>' {feature_dir}/x",
            "printf '<%s>' \"${NOT_SET_HERE:-{feature_dir}/x}\"",
            "echo \\' >/dev/null; printf '<%s>' {feature_dir}/x",
            "echo a#'b' >/dev/null; printf '<%s>' {feature_dir}/x",
        ] {
            assert_eq!(output(command, RISKY), format!("<{RISKY}/x>"), "{command}");
        }
    }

    #[test]
    fn backticks_take_it_as_one_word() {
        assert_eq!(
            output("for w in `ls -d {feature_dir} 2>/dev/null; echo ok`; do echo $w; done", "a b"),
            "ok\n"
        );
    }

    #[test]
    fn a_harmless_value_is_put_in_as_it_is() {
        let script =
            expand("sh -c 'ls {feature_dir}' <<E\n{feature_dir}\nE", &placeholder(".specfuse/features/F-1"));
        assert_eq!(script.unwrap().text, "sh -c 'ls .specfuse/features/F-1' <<E\n.specfuse/features/F-1\nE");
    }

    #[test]
    fn a_second_shell_gets_no_risky_value() {
        for command in ["sh -c 'ls {feature_dir}'", "bash -lc \"ls {feature_dir}\"", "eval ls {feature_dir}"]
        {
            assert_eq!(expand(command, &placeholder(RISKY)).unwrap_err().kind, Kind::Config, "{command}");
        }
        assert!(expand("grep -r x {feature_dir}", &placeholder(RISKY)).is_ok());
    }

    #[test]
    fn other_braces_stay() {
        let text = "awk '{print $1}' ${HOME} {other}";
        assert_eq!(expand(text, &placeholder(RISKY)).unwrap().text, text);
    }
}
