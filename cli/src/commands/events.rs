//! `events`: what happened, from the logs of the features; whether every line is as the schema wants it;
//! the schema itself.

mod follow;

use crate::args::{EventsAction, EventsArgs, EventsQuery, SchemaArgs, ValidateArgs};
use crate::env::Clock;
use crate::error::{Error, Kind, Result};
use crate::exit_code::ExitCode;
use crate::load::{self, Loaded};
use crate::report::{event, printable};
use crate::{commands, select};
use specfuse_core::event_types::{self, OUTCOMES, TYPES};
use specfuse_core::model::event::Event;
use specfuse_core::model::id::short;
use specfuse_core::near;
use specfuse_core::parse::{Parser, feature_folders};
use specfuse_core::path::RelPath;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Shows, validates, or prints the schema.
///
/// # Errors
/// When there is no such feature, or a filter can match nothing.
pub fn run(args: &EventsArgs) -> Result<ExitCode> {
    match &args.action {
        None => query(&args.query),
        Some(EventsAction::Validate(args)) => validate(args),
        Some(EventsAction::Schema(args)) => {
            commands::print(&schema(args));
            Ok(ExitCode::Complete)
        }
    }
}

fn schema(args: &SchemaArgs) -> String {
    let schema = if args.stream { crate::report::stream::schema() } else { event_types::schema() };
    format!("{schema:#}\n")
}

/// A line of a log, as it stands there and as it is read.
struct Line {
    text: String,
    event: Event,
}

fn query(args: &EventsQuery) -> Result<ExitCode> {
    let filter = Filter::of(args)?;
    let loaded = load::load(Path::new("."))?;
    let logs = logs(&loaded, args.feature.as_deref())?;
    if args.follow {
        let paths: Vec<PathBuf> = logs.iter().filter_map(|(path, _)| loaded.place.on_disk(path)).collect();
        return follow::run(&paths, args.last, |line| {
            filter.has(&line.event).then(|| shown(&line, args.json))
        });
    }
    let mut lines: Vec<Line> = logs.iter().flat_map(|(_, text)| read(text)).collect();
    lines.sort_by(|a, b| a.event.timestamp.cmp(&b.event.timestamp));
    lines.retain(|line| filter.has(&line.event));
    let skipped = args.last.map_or(0, |last| lines.len().saturating_sub(last));
    let out: String = lines[skipped..].iter().map(|line| shown(line, args.json)).collect();
    commands::print(&out);
    if lines.is_empty() && !args.json {
        commands::print("No event fits.\n");
    }
    Ok(ExitCode::Complete)
}

fn shown(line: &Line, json: bool) -> String {
    let text = if json { line.text.clone() } else { event::line(&line.event) };
    text + "\n"
}

/// The events of a log; lines that are none are left to `validate`.
fn read(text: &str) -> Vec<Line> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    lines
        .filter_map(|line| {
            let event = Event::read(line).ok()?;
            Some(Line { text: line.to_owned(), event })
        })
        .collect()
}

/// The logs of one feature or of all, each with its text; that of a feature that has none yet is empty.
fn logs(loaded: &Loaded, asked: Option<&str>) -> Result<Vec<(RelPath, Arc<str>)>> {
    let folders = match asked.or(loaded.feature.as_deref()) {
        Some(asked) => vec![select::feature(&mut Parser::default(), loaded, Some(asked))?.folder],
        None => feature_folders(&loaded.tree),
    };
    let logs = folders.iter().filter_map(|folder| folder.join("events.jsonl").ok());
    Ok(logs
        .map(|path| {
            let text = loaded.tree.text(&path).cloned().unwrap_or_default();
            (path, text)
        })
        .collect())
}

/// What an event has to be to be shown.
#[derive(Debug)]
struct Filter<'a> {
    types: &'a [String],
    unit: Option<&'a str>,
    outcomes: &'a [String],
    since: Option<String>,
}

impl<'a> Filter<'a> {
    fn of(args: &'a EventsQuery) -> Result<Filter<'a>> {
        for name in &args.types {
            known("type of event", name, TYPES.iter().map(|known| known.name))?;
        }
        for outcome in &args.outcome {
            known("outcome", outcome, OUTCOMES.iter().map(|(word, _)| *word))?;
        }
        let since = args.since.as_deref().map(|text| since(text, &Clock::from_env()?)).transpose()?;
        Ok(Filter { types: &args.types, unit: args.unit.as_deref(), outcomes: &args.outcome, since })
    }

    fn has(&self, event: &Event) -> bool {
        let about = event.correlation_id.as_str();
        let is = |list: &[String], word: Option<&str>| {
            list.is_empty() || list.iter().any(|one| Some(one.as_str()) == word)
        };
        is(self.types, Some(&event.event_type))
            && self.unit.is_none_or(|unit| unit == about || unit == short(about))
            && is(self.outcomes, event.text("outcome"))
            && self.since.as_deref().is_none_or(|since| event.timestamp.as_str() >= since)
    }
}

/// Refuses a word that no event can have.
fn known<'a>(what: &str, word: &str, words: impl Iterator<Item = &'a str> + Clone) -> Result<()> {
    if words.clone().any(|known| known == word) {
        return Ok(());
    }
    let list: Vec<&str> = words.collect();
    let hint = match near::nearest(word, list.iter().copied()) {
        Some((near, _)) => format!("did you mean {near}?"),
        None => format!("there is {}", list.join(", ")),
    };
    Err(Error::new(Kind::Usage, format!("no {what} is called {word:?}")).hint(hint))
}

/// The time that `text` means: a time in UTC, or its beginning, or an age.
fn since(text: &str, clock: &Clock) -> Result<String> {
    let unit = |end: &str| match end {
        "s" => Some(1),
        "m" => Some(60),
        "h" => Some(3600),
        "d" => Some(86_400),
        "w" => Some(604_800),
        _ => None,
    };
    let split = text.len() - text.chars().next_back().map_or(0, char::len_utf8);
    let (number, end) = text.split_at(split);
    if let (Ok(number), Some(unit)) = (number.parse::<u64>(), unit(end)) {
        return Ok(clock.before(number.saturating_mul(unit)));
    }
    let shape = "0000-00-00T00:00:00.000000Z";
    let fits = |(byte, wanted): (u8, u8)| if wanted == b'0' { byte.is_ascii_digit() } else { byte == wanted };
    let is_time = [10, 16, 19, 20, 27].contains(&text.len())
        && text.strip_suffix('Z').unwrap_or(text).bytes().zip(shape.bytes()).all(fits);
    if is_time {
        return Ok(text.strip_suffix('Z').unwrap_or(text).to_owned());
    }
    Err(Error::new(Kind::Usage, format!("{text:?} is neither a time nor an age")).hint(
        "write a time in UTC, such as 2026-03-04 or 2026-03-04T05:06, or an age, such as 90m, 2h or 3d",
    ))
}

/// Compares every line with the schema. Exit 1 when one differs.
fn validate(args: &ValidateArgs) -> Result<ExitCode> {
    let logs: Vec<(String, Vec<u8>)> = match args.paths.as_slice() {
        [] => {
            let loaded = load::load(Path::new("."))?;
            let paths = logs(&loaded, args.feature.as_deref())?.into_iter();
            let on_disk =
                paths.filter_map(|(path, _)| Some((path.as_str().to_owned(), loaded.place.on_disk(&path)?)));
            on_disk
                .filter(|(_, file)| file.exists())
                .map(|(name, file)| Ok((name, bytes(&file)?)))
                .collect::<Result<_>>()?
        }
        paths => {
            paths.iter().map(|path| Ok((path.display().to_string(), bytes(path)?))).collect::<Result<_>>()?
        }
    };
    let mut out = String::new();
    let (mut lines, mut wrong) = (0, 0);
    for (name, bytes) in &logs {
        for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
            let complaints = complaints(line, number == 1);
            lines += usize::from(!line.trim_ascii().is_empty());
            wrong += usize::from(!complaints.is_empty());
            for complaint in complaints {
                let _ = writeln!(out, "{}:{number}: {}", printable(name), printable(&complaint));
            }
        }
    }
    let verdict = match wrong {
        0 => "all as the schema wants them".to_owned(),
        wrong => format!("{wrong} not as the schema wants them"),
    };
    let _ = writeln!(out, "{lines} line(s) in {} log(s), {verdict}.", logs.len());
    commands::print(&out);
    Ok(if wrong == 0 { ExitCode::Complete } else { ExitCode::Stopped })
}

fn complaints(line: &[u8], first: bool) -> Vec<String> {
    match std::str::from_utf8(line) {
        Err(why) => vec![format!("it is no text: {why}")],
        Ok(text) => {
            let text = if first { text.trim_start_matches('\u{feff}') } else { text };
            if text.trim().is_empty() { Vec::new() } else { event_types::complaints(text) }
        }
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|e| Error::io(format_args!("read {}", path.display()), e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_is_a_time_or_an_age() {
        let clock = Clock::fixed("2026-03-04T05:06:07.000008Z").unwrap();
        let means = |text: &str| since(text, &clock).ok();
        assert_eq!(means("2026-03-04").as_deref(), Some("2026-03-04"));
        assert_eq!(means("2026-03-04T05:06:07Z").as_deref(), Some("2026-03-04T05:06:07"));
        assert_eq!(means("2h").as_deref(), Some("2026-03-04T03:06:07.000000Z"));
        assert_eq!(means("4d").as_deref(), Some("2026-02-28T05:06:07.000000Z"));
        for text in ["", "h", "yesterday", "2026-3-4", "2026-03-04x", "–5d", "ä"] {
            assert_eq!(means(text), None, "{text}");
        }
    }
}
