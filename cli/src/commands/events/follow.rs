//! `events --follow`: what is in the logs, and then what comes, until Ctrl-C.

use super::{Line, read};
use crate::commands;
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::signal;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How often the logs are looked at.
const PAUSE: Duration = Duration::from_millis(200);

/// A log, and what was seen of it. A driver may put a log back to what it was: a line counts once.
struct Log {
    path: PathBuf,
    last: Option<(u64, SystemTime)>,
    seen: BTreeSet<String>,
}

/// Prints what `shown` makes of the lines of `paths`, of those that are there at most `last`.
pub(super) fn run(
    paths: &[PathBuf],
    last: Option<usize>,
    shown: impl Fn(Line) -> Option<String>,
) -> Result<ExitCode> {
    let stop = signal::Stop::default();
    let _listener = signal::listen(&stop)?;
    let mut logs: Vec<Log> = paths.iter().map(|path| Log::new(path)).collect();
    let mut last = last;
    while !stop.soon() {
        let mut lines: Vec<Line> = logs.iter_mut().flat_map(Log::more).collect();
        lines.sort_by(|a, b| a.event.timestamp.cmp(&b.event.timestamp));
        let out: Vec<String> = lines.into_iter().filter_map(&shown).collect();
        let skipped = last.take().map_or(0, |last| out.len().saturating_sub(last));
        commands::print(&out[skipped..].concat());
        std::thread::sleep(PAUSE);
    }
    Ok(ExitCode::Complete)
}

impl Log {
    fn new(path: &Path) -> Log {
        Log { path: path.to_owned(), last: None, seen: BTreeSet::new() }
    }

    /// The whole lines that were not there before. A log that cannot be read now has none.
    fn more(&mut self) -> Vec<Line> {
        let Ok(meta) = std::fs::metadata(&self.path) else { return Vec::new() };
        let now = (meta.len(), meta.modified().unwrap_or(SystemTime::UNIX_EPOCH));
        if self.last == Some(now) {
            return Vec::new();
        }
        let Ok(bytes) = std::fs::read(&self.path) else { return Vec::new() };
        self.last = Some(now);
        let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let text = String::from_utf8_lossy(&bytes[..end]);
        read(&text).into_iter().filter(|line| self.seen.insert(line.text.clone())).collect()
    }
}
