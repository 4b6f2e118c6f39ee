//! What a run leaves behind, as lines that no kill may change.

use crate::env;
use crate::error::{Error, Result};
use crate::scratch;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// Keys of the plan's files and of events that tell when and how long, or number attempts: an interrupted one
/// has a number, too, and is named in a decision's metrics.
const PASSING: [&str; 8] = [
    "metrics",
    "timestamp",
    "started_at",
    "duration_seconds",
    "cumulative_duration_seconds",
    "attempt",
    "snapshot",
    "brief",
];

/// What a commit's line begins with.
const COMMIT: &str = "commit: ";

/// The lines, in order: the branch, what is not committed, each commit with its files, each file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct End(Vec<String>);

impl End {
    /// What stands in the repository at `dir`.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(dir: &Path) -> Result<End> {
        let git = |args: &[&str]| scratch::git(dir, args);
        let mut lines = vec![format!("branch {}", git(&["rev-parse", "--abbrev-ref", "HEAD"])?.trim())];
        let dirt = git(&["status", "--porcelain", "--untracked-files=all"])?;
        lines.extend(dirt.lines().map(|line| format!("not committed: {line}")));
        let history = git(&["log", "--reverse", "--name-only", "--format=%x00%B"])?;
        lines.extend(history.split('\0').skip(1).map(commit));
        let files = git(&["ls-files", "-z", "--cached", "--others", "--exclude-standard"])?;
        let files: BTreeSet<&str> = files.split('\0').filter(|name| !name.is_empty()).collect();
        for file in files {
            let path = dir.join(file);
            let bytes = match std::fs::read(&path) {
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
                other => other.map_err(|e| Error::io(format_args!("read {}", path.display()), e))?,
            };
            let text = String::from_utf8_lossy(&bytes);
            let kept = if file.ends_with("events.jsonl") { events(&text) } else { plain(&text) };
            lines.extend(kept.into_iter().map(|line| format!("{file}: {}", timeless(&line))));
        }
        Ok(End(lines))
    }

    /// The same, as far as units that run beside each other must come to it in whatever order they end: the driver's
    /// books stand in a commit of the unit's, or in the next one's.
    #[must_use]
    pub fn in_any_order(self) -> End {
        let mut lines: Vec<String> = self.0.into_iter().map(without_books).collect();
        lines.sort();
        End(lines)
    }

    /// The lines that only one of both has, `-` before those of `self` and `+` before those of `other`.
    pub fn differences(&self, other: &End) -> Vec<String> {
        let only = |these: &[String], those: &[String], sign: char| -> Vec<String> {
            let mut left: Vec<&String> = those.iter().collect();
            let mut out = Vec::new();
            for line in these {
                match left.iter().position(|other| *other == line) {
                    Some(at) => drop(left.swap_remove(at)),
                    None => out.push(format!("{sign} {line}")),
                }
            }
            out
        };
        let mut out = only(&self.0, &other.0, '-');
        out.extend(only(&other.0, &self.0, '+'));
        if out.is_empty() && self != other {
            out.push("the same lines in another order".to_owned());
        }
        out
    }
}

/// A commit on one line: its message, then its files.
fn commit(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    format!("{COMMIT}{}", lines.join(" | "))
}

fn without_books(line: String) -> String {
    let Some(commit) = line.strip_prefix(COMMIT) else { return line };
    let kept: Vec<&str> = commit.split(" | ").filter(|part| !part.starts_with(".specfuse/")).collect();
    format!("{COMMIT}{}", kept.join(" | "))
}

fn plain(text: &str) -> Vec<String> {
    let passing = |line: &&str| line.split_once(": ").is_some_and(|(key, _)| PASSING.contains(&key));
    text.lines().filter(|line| !passing(line)).map(str::to_owned).collect()
}

/// A line with other words for times, and for git's names of what holds them.
fn timeless(line: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-:.".contains(c);
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(is_part) {
        let length = rest[start..].find(|c| !is_part(c)).unwrap_or(rest.len() - start);
        let word = &rest[start..start + length];
        out.push_str(&rest[..start]);
        out.push_str(match word {
            word if word.len() == 40 && word.bytes().all(|b| b.is_ascii_hexdigit()) => "OBJECT",
            word if word.ends_with('Z') && env::seconds_of(word).is_some() => "TIME",
            word => word,
        });
        rest = &rest[start + length..];
    }
    out + rest
}

/// The events without interrupted attempts. A close that was interrupted is judged again before its next
/// attempt: the decision counts once.
fn events(text: &str) -> Vec<String> {
    let mut decided = BTreeSet::new();
    let mut out = Vec::new();
    for line in text.lines() {
        let Ok(mut event) = serde_json::from_str::<Value>(line) else {
            out.push(format!("unreadable: {line}"));
            continue;
        };
        settle(&mut event);
        let interrupted = event["payload"]["outcome"] == "interrupted";
        let repeated = event["event_type"] == "auto_close_decision" && !decided.insert(event.to_string());
        if !interrupted && !repeated {
            out.push(event.to_string());
        }
    }
    out
}

fn settle(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !PASSING.contains(&key.as_str()));
            map.values_mut().for_each(settle);
        }
        Value::Array(list) => list.iter_mut().for_each(settle),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_left_out_and_what_counts_is_not() {
        let log = |time: &str, cost: f64| {
            format!(
                "{{\"timestamp\":\"{time}\",\"event_type\":\"attempt_outcome\",\"payload\":{{\"attempt\":1,\"cost_usd\":{cost}}}}}\n"
            )
        };
        assert_eq!(events(&log("a", 1.0)), events(&log("b", 1.0)));
        assert_ne!(events(&log("a", 1.0)), events(&log("a", 2.0)));
        let line = |time: &str, name: char| {
            format!("run: {{\"at\":\"{time}\",\"tree\":\"{}\"}}", name.to_string().repeat(40))
        };
        let (one, other) = (line("2026-01-02T03:04:05.000006Z", 'a'), line("2026-01-02T03:04:06.5Z", '7'));
        assert_eq!(timeless(&one), "run: {\"at\":\"TIME\",\"tree\":\"OBJECT\"}");
        assert_eq!(timeless(&one), timeless(&other));
        assert_eq!(timeless("cost_usd: 0.25 → ok"), "cost_usd: 0.25 → ok");
        assert_eq!(plain("started_at: now\ncost_usd: 1\n"), ["cost_usd: 1"]);
        let (one, other) = (End(vec!["a".into(), "b".into()]), End(vec!["b".into(), "c".into()]));
        assert_eq!(one.differences(&other), ["- a", "+ c"]);
        assert_eq!(one.differences(&one), Vec::<String>::new());
        let other = End(vec!["b".into(), "a".into()]);
        assert_eq!(one.differences(&other).len(), 1);
        assert_eq!(one.in_any_order(), other.in_any_order());
    }

    #[test]
    fn in_lanes_the_books_may_stand_in_another_commit() {
        let end = |files: &str| End(vec![commit(&format!("feat: One\n\nFeature: F/T01\n\n{files}\n"))]);
        let (one, other) = (end("src/a.txt"), end(".specfuse/features/F/events.jsonl\nsrc/a.txt"));
        assert_ne!(one, other);
        assert_eq!(one.clone().in_any_order(), other.in_any_order());
        assert_ne!(one.in_any_order(), end("src/b.txt").in_any_order());
    }
}
