//! Runs verification commands, all of them even after a failure, and keeps what they say.

use crate::error::{Error, Result};
use crate::process::{self, Command, End};
use crate::process_group::Group;
use crate::shell::{self, Placeholder};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A command that must succeed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Check {
    /// Its name.
    pub name: String,
    /// The shell command, with placeholders.
    pub command: String,
    /// How long its whole process group may take.
    pub limit: Duration,
}

/// Where and with what checks run.
#[derive(Clone, Debug)]
pub struct Setting<'a> {
    /// The repository's root, where every command runs.
    pub root: &'a Path,
    /// What stands for the placeholders.
    pub placeholders: &'a [Placeholder],
    /// The folder for the logs; made when it is not there.
    pub logs: &'a Path,
    /// What the names of the logs start with: unit and attempt.
    pub prefix: &'a str,
    /// Tells these processes from every other; see [`crate::process_group`].
    pub mark: &'a str,
}

/// How a check ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckEnd {
    /// With this exit code.
    Exit(i32),
    /// By this signal.
    Signal(i32),
    /// Its time was over.
    TimedOut,
    /// A person stopped the run, before or while it ran.
    Cancelled,
    /// It could not be run at all; why.
    NotRun(String),
}

/// What a check said.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CheckResult {
    /// Its name.
    pub name: String,
    /// The command as it is in the plan.
    pub command: String,
    /// Whether it exited with 0.
    pub passed: bool,
    /// How it ended.
    pub end: CheckEnd,
    /// Both streams in order; bytes that are not UTF-8 are replaced.
    pub output: String,
    /// The file with the complete output, when there is one.
    pub log: Option<PathBuf>,
    /// How long it took.
    pub duration: Duration,
}

/// Runs `checks` in the order given. `started` is told each process group.
///
/// # Errors
/// When the folder for the logs cannot be made, or `started` fails.
pub fn run(
    checks: &[Check],
    setting: &Setting<'_>,
    cancel: &AtomicBool,
    mut started: impl FnMut(&Group) -> Result<()>,
) -> Result<Vec<CheckResult>> {
    std::fs::create_dir_all(setting.logs)
        .map_err(|e| Error::io(format_args!("make {}", setting.logs.display()), e))?;
    let mut results = Vec::with_capacity(checks.len());
    for (index, check) in checks.iter().enumerate() {
        results.push(run_one(check, index, setting, cancel, &mut started)?);
    }
    Ok(results)
}

fn run_one(
    check: &Check,
    index: usize,
    setting: &Setting<'_>,
    cancel: &AtomicBool,
    started: &mut impl FnMut(&Group) -> Result<()>,
) -> Result<CheckResult> {
    if cancel.load(Ordering::SeqCst) {
        return Ok(not_run(check, CheckEnd::Cancelled));
    }
    let script = match shell::expand(&check.command, setting.placeholders) {
        Ok(script) => script,
        Err(error) => return Ok(not_run(check, CheckEnd::NotRun(error.message))),
    };
    let log = setting.logs.join(log_name(setting.prefix, index, &check.name));
    let mut command = Command::new(["sh", "-c", &script.text], setting.root);
    command.env = script.env;
    command.limit = Some(check.limit);
    command.merge = true;
    command.log = Some(log.clone());
    command.mark = setting.mark.to_owned();
    let done = process::run(&command, cancel, started)?;
    Ok(CheckResult {
        name: check.name.clone(),
        command: check.command.clone(),
        passed: done.end.success(),
        end: match done.end {
            End::Exited(code) => CheckEnd::Exit(code),
            End::Signaled(signal) => CheckEnd::Signal(signal),
            End::TimedOut => CheckEnd::TimedOut,
            End::Cancelled => CheckEnd::Cancelled,
        },
        output: String::from_utf8_lossy(&done.stdout.bytes).into_owned(),
        log: Some(log),
        duration: done.duration,
    })
}

fn not_run(check: &Check, end: CheckEnd) -> CheckResult {
    let Check { name, command, .. } = check.clone();
    CheckResult {
        name,
        command,
        passed: false,
        end,
        output: String::new(),
        log: None,
        duration: Duration::ZERO,
    }
}

/// A file name from parts that may hold anything; the number keeps equal names apart.
fn log_name(prefix: &str, index: usize, name: &str) -> String {
    let clean = |text: &str| -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
        text.chars().map(plain).take(60).collect()
    };
    format!("{}-{:02}-{}.log", clean(prefix), index + 1, clean(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, command: &str) -> Check {
        Check { name: name.into(), command: command.into(), limit: Duration::from_secs(20) }
    }

    fn run_in(dir: &Path, checks: &[Check], cancel: bool) -> Vec<CheckResult> {
        let placeholder = Placeholder {
            name: "feature_dir".into(),
            variable: "SPECFUSE_FEATURE_DIR".into(),
            value: "a b$(touch x)'\";".into(),
        };
        let logs = dir.join("logs");
        let setting =
            Setting { root: dir, placeholders: &[placeholder], logs: &logs, prefix: "F/T01-1", mark: "m" };
        run(checks, &setting, &AtomicBool::new(cancel), |_| Ok(())).unwrap()
    }

    #[test]
    fn all_run_even_after_a_failure() {
        let dir = tempfile::tempdir().unwrap();
        let mut slow = check("../slow", "echo begun; sleep 30");
        slow.limit = Duration::from_millis(100);
        let checks = [
            check("red", "echo out; echo err >&2; exit 4"),
            slow,
            check("none", "no-such-command"),
            check("green", "printf '%s' {feature_dir}; printf '\\377'"),
            check("nested", "sh -c 'ls {feature_dir}'"),
        ];
        let results = run_in(dir.path(), &checks, false);
        let ends: Vec<_> = results.iter().map(|result| (result.passed, result.end.clone())).collect();
        assert_eq!(
            ends[..3],
            [(false, CheckEnd::Exit(4)), (false, CheckEnd::TimedOut), (false, CheckEnd::Exit(127))]
        );
        assert_eq!(ends[3], (true, CheckEnd::Exit(0)));
        assert!(matches!(ends[4], (false, CheckEnd::NotRun(_))));
        assert_eq!((results[0].output.as_str(), results[1].output.as_str()), ("out\nerr\n", "begun\n"));
        assert_eq!(results[3].output, "a b$(touch x)'\";\u{fffd}");
        let log = results[1].log.as_ref().unwrap();
        assert_eq!(log.file_name().unwrap(), "F-T01-1-02----slow.log");
        assert_eq!(std::fs::read_to_string(log).unwrap(), "begun\n");
        assert!(!dir.path().join("x").exists());
    }

    #[test]
    fn after_a_stop_nothing_runs() {
        let dir = tempfile::tempdir().unwrap();
        let results = run_in(dir.path(), &[check("a", "touch ran")], true);
        assert_eq!(results[0].end, CheckEnd::Cancelled);
        assert!(!results[0].passed && !dir.path().join("ran").exists());
    }
}
