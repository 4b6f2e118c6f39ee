//! The one place that reads the environment, the clock and the machine's name.
//!
//! Variables read here:
//!
//! | variable | meaning |
//! |---|---|
//! | `PATH` | where agents are looked for |
//! | `NO_COLOR` | any value: output without colour, and no lines that move |
//! | `TERM` | `dumb` or none: no lines that move |
//! | `SPECFUSE_TEST_KILL` | for `chaos` and sealed tests: the driver kills itself (SIGKILL) at this step, counted from 1 over journal records and effects |
//! | `SPECFUSE_TEST_NOW` | for sealed tests: the time that every timestamp shows, RFC 3339 in UTC (`2026-01-02T03:04:05.000006Z`); durations still run |

use crate::error::{Error, Kind, Result};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The variable that fixes the time in tests.
pub const TEST_NOW: &str = "SPECFUSE_TEST_NOW";

/// The variable that kills a driver after so many steps, in `chaos` and in tests.
pub const TEST_KILL: &str = "SPECFUSE_TEST_KILL";

/// Tells the time of day.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    fixed: Option<String>,
}

impl Clock {
    /// The system's clock, or the time that [`TEST_NOW`] fixes.
    ///
    /// # Errors
    /// When [`TEST_NOW`] is set and is no time in UTC.
    pub fn from_env() -> Result<Clock> {
        match std::env::var(TEST_NOW) {
            Ok(text) => Clock::fixed(&text),
            Err(_) => Ok(Clock::default()),
        }
    }

    /// A clock that always shows `text`.
    ///
    /// # Errors
    /// When `text` is not shaped like `2026-01-02T03:04:05.000006Z` (the fraction may be left out).
    pub fn fixed(text: &str) -> Result<Clock> {
        let fits = |shape: &str| {
            text.len() == shape.len()
                && text
                    .bytes()
                    .zip(shape.bytes())
                    .all(|(c, s)| if s == b'0' { c.is_ascii_digit() } else { c == s })
        };
        if fits("0000-00-00T00:00:00Z") || fits("0000-00-00T00:00:00.000000Z") {
            return Ok(Clock { fixed: Some(text.to_owned()) });
        }
        Err(Error::new(Kind::Usage, format!("{TEST_NOW}={text:?} is not a time in UTC"))
            .hint("write it as 2026-01-02T03:04:05.000006Z, or unset the variable"))
    }

    /// The time now: RFC 3339, UTC, microseconds.
    pub fn now(&self) -> String {
        self.fixed.clone().unwrap_or_else(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            timestamp(since.as_secs(), since.subsec_micros())
        })
    }
}

impl Clock {
    /// The time now in seconds after 1970.
    pub fn unix(&self) -> f64 {
        seconds_of(&self.now()).unwrap_or_default() as f64
    }

    /// The time so many seconds before now.
    pub fn before(&self, seconds: u64) -> String {
        let now = self.now();
        let then = seconds_of(&now).unwrap_or_default().saturating_sub(seconds);
        timestamp(then, 0)
    }
}

/// The seconds from 1970 to a time as [`timestamp`] writes it; `None` when it is none.
pub fn seconds_of(time: &str) -> Option<u64> {
    let number = |from: usize, to: usize| time.get(from..to)?.parse::<u64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    // Years that start in March: the leap day is the last of its year, and months follow a line.
    let (years, months) = if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
    let days =
        years * 365 + years / 4 - years / 100 + years / 400 + (153 * months + 2) / 5 + day.checked_sub(1)?;
    Some(days.checked_sub(719_468)? * 86_400 + hour * 3600 + minute * 60 + second)
}

/// `seconds` and `micros` after 1970 as RFC 3339 in UTC.
pub fn timestamp(seconds: u64, micros: u32) -> String {
    let (year, month, day) = date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
}

/// The date that is `days` after 1970-01-01. Counts in eras of 400 years that start in March, so
/// that the leap day is the last of its year.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

/// Where a test kills the driver: after so many steps.
#[derive(Clone, Debug, Default)]
pub struct KillPoint {
    left: Option<u32>,
}

impl KillPoint {
    /// The point that `SPECFUSE_TEST_KILL` names, if any.
    pub fn from_env() -> KillPoint {
        let named = std::env::var(TEST_KILL).ok();
        KillPoint { left: named.and_then(|text| text.parse().ok()) }
    }

    /// One step is done: dies here when it is the one.
    pub fn pass(&mut self) {
        let Some(left) = &mut self.left else { return };
        *left = left.saturating_sub(1);
        if *left == 0 {
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        }
    }
}

/// Whether the person asked for output without colour (`NO_COLOR`, see no-color.org).
pub fn no_colour() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// Whether the terminal is not to be drawn on: the person or the terminal asks for plain lines.
pub fn calm_terminal() -> bool {
    no_colour() || std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb")
}

/// This machine's name.
pub fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// The command line of this process, parts separated by blanks.
pub fn command_line() -> String {
    std::env::args_os().map(|arg| arg.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// Where the program `name` is: below `dir` when the name has a slash, else on `PATH`. `None`
/// when there is no executable file of that name.
pub fn find_program(name: &str, dir: &Path) -> Option<PathBuf> {
    find_on(name, dir, std::env::var_os("PATH").unwrap_or_default().as_os_str())
}

fn find_on(name: &str, dir: &Path, path: &OsStr) -> Option<PathBuf> {
    if name.is_empty() {
        return None;
    }
    if name.contains('/') {
        return Some(dir.join(name)).filter(|file| is_executable(file));
    }
    path.as_bytes()
        .split(|byte| *byte == b':')
        .map(|folder| dir.join(OsStr::from_bytes(folder)).join(name))
        .find(|file| is_executable(file))
}

fn is_executable(file: &Path) -> bool {
    file.is_file() && rustix::fs::access(file, rustix::fs::Access::EXEC_OK).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_right_at_the_edges() {
        assert_eq!(timestamp(0, 0), "1970-01-01T00:00:00.000000Z");
        assert_eq!(timestamp(951_782_399, 1), "2000-02-28T23:59:59.000001Z");
        assert_eq!(timestamp(951_782_400, 0), "2000-02-29T00:00:00.000000Z");
        assert_eq!(timestamp(1_785_542_400, 0), "2026-08-01T00:00:00.000000Z");
        assert_eq!(timestamp(4_107_542_400, 0), "2100-03-01T00:00:00.000000Z");
        for seconds in [0, 951_782_399, 951_782_400, 1_785_542_400, 4_107_542_400, 68_255_999] {
            assert_eq!(seconds_of(&timestamp(seconds, 5)), Some(seconds));
        }
        assert_eq!((seconds_of("yesterday"), seconds_of("2026-00-00T00:00:00Z")), (None, None));
    }

    #[test]
    fn only_a_time_fixes_the_clock() {
        let time = "2026-01-02T03:04:05.000006Z";
        assert_eq!(Clock::fixed(time).unwrap().now(), time);
        assert!(Clock::fixed("yesterday").is_err());
        assert_eq!(Clock::default().now().len(), time.len());
    }

    #[test]
    fn a_program_is_an_executable_file() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("plain"), "").unwrap();
        std::fs::create_dir(dir.path().join("folder")).unwrap();
        let on = dir.path().as_os_str();
        assert_eq!(find_on("plain", dir.path(), on), None);
        assert_eq!(find_on("folder", dir.path(), on), None);
        assert!(find_on("sh", dir.path(), OsStr::new("/nowhere:/bin")).is_some());
        assert!(find_on("./plain", dir.path(), on).is_none());
    }
}
