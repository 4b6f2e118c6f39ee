//! Runs verification commands in the order the machine gives.

use super::Driver;
use super::lane::Site;
use super::session::keep_json;
use crate::error::Result;
use crate::report::run::Progress;
use crate::shell::Placeholder;
use crate::signal;
use crate::verify::{self, Check, CheckEnd, Setting};
use specfuse_core::drive::failure::{self, Class, Ended, Failure, tail};
use specfuse_core::drive::prompt::ORACLE_BYTES;
use specfuse_core::drive::{CheckResult, CheckVerdict, CheckView, Checks, Event, Purpose};
use specfuse_core::model::id::short;
use specfuse_core::span::floor_boundary;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::mpsc::channel;
use std::thread::Scope;
use std::time::Duration;

/// How an attempt's verification went, in its folder.
const REPORT_FILE: &str = "verification.json";

/// Checks to run: all that it takes, so that it can be done beside the driver.
pub(super) struct CheckWork {
    checks: Checks,
    root: PathBuf,
    logs: PathBuf,
    placeholders: Vec<Placeholder>,
    mark: String,
    stop: signal::Stop,
    progress: Progress,
    /// The attempt's folder.
    folder: PathBuf,
    at_once: usize,
}

impl Driver<'_> {
    /// What it takes to run `checks` where the attempt works.
    pub(super) fn check_work(&mut self, site: &Site, checks: Checks) -> CheckWork {
        CheckWork {
            root: site.root.clone(),
            logs: self.home().join("logs"),
            placeholders: self.placeholders(),
            mark: self.mark(&checks.unit, checks.attempt),
            stop: self.stop.clone(),
            progress: self.progress.clone(),
            folder: self.attempt_folder(&checks.unit, checks.attempt),
            at_once: usize::try_from(self.state.plan.head.attempts.checks_at_once).unwrap_or(1).max(1),
            checks,
        }
    }
}

impl CheckWork {
    /// Runs checks, all of them also after a failure; `None` when the person ended the run: then
    /// nothing is known of them, and they run again next time.
    pub(super) fn run(self) -> Result<Option<Event>> {
        self.progress.checks_begin(&self.checks);
        let mut results: Vec<Option<CheckResult>> = self.checks.checks.iter().map(|_| None).collect();
        let ran = std::thread::scope(|scope| self.run_all(scope, &mut results));
        ran?;
        if self.stop.now().load(Ordering::SeqCst) {
            return Ok(None);
        }
        let results: Vec<CheckResult> = results.into_iter().flatten().collect();
        if self.checks.purpose == Purpose::Verify && self.folder.exists() {
            keep_json(&self.folder.join(REPORT_FILE), &results)?;
        }
        Ok(Some(Event::ChecksRan { results }))
    }

    /// As many at a time as the project allows, the first in order first.
    fn run_all<'scope>(
        &'scope self,
        scope: &'scope Scope<'scope, '_>,
        results: &mut [Option<CheckResult>],
    ) -> Result<()> {
        let (sender, receiver) = channel();
        let mut begun = vec![false; results.len()];
        let mut busy = 0;
        loop {
            let stopped = self.stop.now().load(Ordering::SeqCst);
            let mut index = 0;
            while !stopped && busy < self.at_once && index < begun.len() {
                let check = &self.checks.checks[index];
                let turn = if begun[index] { Turn::Later } else { self.turn(index, results) };
                index += 1;
                match turn {
                    Turn::Later => continue,
                    Turn::Never(need) => {
                        let result = skipped(check, need);
                        self.progress.check_ended(&self.checks, &result);
                        results[index - 1] = Some(result);
                    }
                    Turn::Now => {
                        self.progress.check_begins(&self.checks, &check.name);
                        let (sender, at) = (sender.clone(), index - 1);
                        // Nobody listens any more when another one could not even be run.
                        scope.spawn(move || drop(sender.send((at, self.run_check(check, at)))));
                        busy += 1;
                    }
                }
                begun[index - 1] = true;
            }
            if busy == 0 {
                return Ok(());
            }
            let Ok((at, result)) = receiver.recv() else { return Ok(()) };
            busy -= 1;
            let result = result?;
            if !self.stop.now().load(Ordering::SeqCst) {
                self.progress.check_ended(&self.checks, &result);
            }
            results[at] = Some(result);
        }
    }

    /// Whether it is a check's turn: what it needs goes first, as far as it stands before it.
    fn turn(&self, index: usize, results: &[Option<CheckResult>]) -> Turn {
        let before = &self.checks.checks[..index];
        for need in &self.checks.checks[index].needs {
            let Some(at) = before.iter().position(|check| check.name == *need) else { continue };
            match &results[at] {
                None => return Turn::Later,
                Some(result) if !result.passed() => return Turn::Never(need.clone()),
                Some(_) => {}
            }
        }
        Turn::Now
    }

    fn run_check(&self, view: &CheckView, index: usize) -> Result<CheckResult> {
        let checks = &self.checks;
        let prefix =
            format!("{}-{}-{}-{:02}", short(&checks.unit), checks.attempt, word(checks.purpose), index + 1);
        let setting = Setting {
            root: &self.root,
            placeholders: &self.placeholders,
            logs: &self.logs,
            prefix: &prefix,
            mark: &self.mark,
        };
        let limit = Duration::try_from_secs_f64(view.timeout_seconds).unwrap_or(Duration::MAX);
        let check = Check { name: view.name.clone(), command: view.command.clone(), limit };
        let mut ran = verify::run(&[check], &setting, self.stop.now(), |_| Ok(()))?;
        let ran = ran.pop().expect("one check gives one result");
        let verdict = match &ran.end {
            _ if ran.passed => CheckVerdict::Passed,
            CheckEnd::NotRun(why) => CheckVerdict::Failed(Failure::plain(Class::Missing, why)),
            CheckEnd::Exit(code) => CheckVerdict::Failed(Failure::read(&ran.output, Ended::Exit(*code))),
            CheckEnd::Signal(signal) => {
                CheckVerdict::Failed(Failure::read(&ran.output, Ended::Signal(*signal)))
            }
            CheckEnd::Cancelled => CheckVerdict::Failed(Failure::plain(Class::Other, "ended as asked")),
            CheckEnd::TimedOut => CheckVerdict::Failed(Failure::read(&ran.output, Ended::TimedOut)),
        };
        let output = match checks.purpose {
            Purpose::Oracle => ran.output[..floor_boundary(&ran.output, ORACLE_BYTES)].to_owned(),
            _ if ran.passed => String::new(),
            _ => tail(&ran.output),
        };
        let findings = failure::findings(&ran.output);
        Ok(CheckResult {
            name: ran.name,
            verdict,
            duration_seconds: ran.duration.as_secs_f64(),
            output,
            findings,
        })
    }
}

/// What may be done with a check now.
enum Turn {
    /// Run it.
    Now,
    /// Wait for what it needs.
    Later,
    /// Skip it: that did not pass.
    Never(String),
}

fn skipped(check: &CheckView, need: String) -> CheckResult {
    CheckResult {
        name: check.name.clone(),
        verdict: CheckVerdict::Skipped(need),
        duration_seconds: 0.0,
        output: String::new(),
        findings: None,
    }
}

fn word(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Prep => "prep",
        Purpose::Oracle => "oracle",
        Purpose::Verify => "verify",
        Purpose::Broad => "broad",
        Purpose::Baseline => "baseline",
    }
}
