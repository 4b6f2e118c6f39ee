//! A run as its log tells it, `events.jsonl`: where each unit stands, what it has cost against the plan,
//! and what happened, line by line. A log that still grows is simply read again.

use crate::scene::{Overlay, Progress, dollars};
use specfuse_core::event_types::words;
use specfuse_core::model::Feature;
use specfuse_core::model::event::{Event, EventLog};
use specfuse_core::model::id::short;
use specfuse_core::model::status::{GateStatus, UnitStatus};
use specfuse_core::ordered;
use std::collections::BTreeMap;

/// A run as its log tells it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Run {
    /// What happened, oldest first.
    pub entries: Vec<Entry>,
    /// The units that the log tells of, in the order of the plan.
    pub units: Vec<UnitRun>,
    /// What all units should cost.
    pub planned: f64,
    /// After each attempt: what all of them have cost, and what the units that are done by then should have.
    pub burn: Vec<Burn>,
    /// Lines of the log that are no event.
    pub unreadable: usize,
    /// What the graph shows.
    pub overlay: Overlay,
}

/// How far the money has gone after an attempt.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Burn {
    /// What was paid.
    pub spent: f64,
    /// What was planned for the units that are done.
    pub planned: f64,
}

/// A line of the log.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// `2026-07-30 19:13:33`
    pub time: String,
    /// The unit's id, or the feature's.
    pub about: String,
    /// How it is called in short.
    pub short: String,
    /// What happened, as a word of the log: `attempt outcome`.
    pub kind: String,
    /// What more there is to say.
    pub words: String,
    /// How it is meant.
    pub tone: Tone,
}

/// How an entry is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    /// Something goes on.
    Plain,
    /// Something went well.
    Good,
    /// Something went wrong.
    Bad,
    /// A person is needed.
    Needed,
}

impl Tone {
    /// Its word, for styles.
    pub fn word(self) -> &'static str {
        match self {
            Tone::Plain => "plain",
            Tone::Good => "good",
            Tone::Bad => "bad",
            Tone::Needed => "needed",
        }
    }
}

/// A unit in a run.
#[derive(Clone, PartialEq, Debug)]
pub struct UnitRun {
    /// Its id.
    pub id: String,
    /// Its id without the feature.
    pub short: String,
    /// Where it stands.
    pub progress: Progress,
    /// How long its sessions took, in seconds.
    pub seconds: f64,
    /// What it should cost; 0 when nothing is planned.
    pub planned: f64,
}

impl Run {
    /// The run of a feature, by its own log.
    pub fn of(feature: &Feature) -> Run {
        Run::by(feature, &feature.events)
    }

    /// The run of a feature that `log` tells of.
    pub fn by(feature: &Feature, log: &EventLog) -> Run {
        let planned = ordered::map(
            feature.units.iter().map(|unit| (unit.id(), unit.planned_cost_usd().unwrap_or(0.0))),
        );
        let mut teller = Teller { planned: &planned, seconds: BTreeMap::new(), run: Run::default() };
        log.entries().for_each(|entry| teller.tell(&entry.event()));
        let (mut run, seconds) = (teller.run, teller.seconds);
        run.planned = planned.values().sum();
        run.unreadable = log.unreadable.len();
        for unit in &feature.units {
            let Some(progress) = run.overlay.units.get_mut(unit.id()) else { continue };
            // The files may know of what a person did since.
            let settled = unit.status().filter(|status| status.is_final());
            if settled.is_some() && progress.status != Some(UnitStatus::Done) {
                (progress.status, progress.running) = (settled, false);
            }
            run.units.push(UnitRun {
                id: unit.id().to_owned(),
                short: unit.short_id().to_owned(),
                progress: progress.clone(),
                seconds: seconds.get(unit.id()).copied().unwrap_or(0.0),
                planned: planned.get(unit.id()).copied().unwrap_or(0.0),
            });
        }
        for gate in feature.gates.iter().filter(|gate| gate.status() == Some(GateStatus::Passed)) {
            run.overlay.gates.remove(&gate.number);
        }
        run
    }

    /// How far it is: `6 done, 1 blocked, 9 attempts`.
    pub fn summary(&self) -> String {
        let count = |status: UnitStatus| {
            self.units.iter().filter(|unit| unit.progress.status == Some(status)).count()
        };
        let attempts: u32 = self.units.iter().map(|unit| unit.progress.attempts).sum();
        let parts = [
            (count(UnitStatus::Done), "done"),
            (count(UnitStatus::InProgress), "in progress"),
            (count(UnitStatus::BlockedHuman), "blocked"),
            (attempts as usize, if attempts == 1 { "attempt" } else { "attempts" }),
        ];
        let said = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}"));
        said.collect::<Vec<_>>().join(", ")
    }
}

/// Goes through the log and keeps the books.
struct Teller<'a> {
    planned: &'a BTreeMap<&'a str, f64>,
    seconds: BTreeMap<String, f64>,
    run: Run,
}

impl Teller<'_> {
    fn tell(&mut self, event: &Event) {
        let about = event.correlation_id.as_str();
        let is_unit = self.planned.contains_key(about);
        let time = event.timestamp.get(..19).unwrap_or(&event.timestamp).replacen('T', " ", 1);
        self.run.entries.push(Entry {
            time,
            about: about.to_owned(),
            short: if is_unit { short(about) } else { about }.to_owned(),
            kind: event.event_type.replace('_', " "),
            words: words(event),
            tone: tone(event),
        });
        match event.event_type.as_str() {
            "attempt_outcome" => self.attempt(event, is_unit),
            "gate_reached" => {
                if let Some(gate) = event.number("gate") {
                    self.run.overlay.gates.insert(gate as u32, GateStatus::AwaitingReview);
                }
            }
            _ if is_unit => self.step(event),
            _ => {}
        }
    }

    fn step(&mut self, event: &Event) {
        let progress = self.run.overlay.units.entry(event.correlation_id.clone()).or_default();
        let (status, running) = match event.event_type.as_str() {
            "task_started" => (UnitStatus::InProgress, true),
            "task_completed" => (UnitStatus::Done, false),
            "human_escalation" if is_stop(event) => (UnitStatus::BlockedHuman, false),
            _ => return,
        };
        (progress.status, progress.running) = (Some(status), running);
    }

    fn attempt(&mut self, event: &Event, is_unit: bool) {
        let cost = event.number("cost_usd").unwrap_or(0.0);
        if is_unit {
            let progress = self.run.overlay.units.entry(event.correlation_id.clone()).or_default();
            progress.attempts += 1;
            progress.cost_usd += cost;
            progress.running = event.text("outcome") != Some("passed");
            progress.status = Some(UnitStatus::InProgress);
            let seconds = event.number("duration_seconds").unwrap_or(0.0);
            *self.seconds.entry(event.correlation_id.clone()).or_default() += seconds;
        }
        let passed = if event.text("outcome") == Some("passed") { self.planned_for(event) } else { 0.0 };
        let last = self.run.burn.last().copied().unwrap_or_default();
        self.run.burn.push(Burn { spent: last.spent + cost, planned: last.planned + passed });
    }

    fn planned_for(&self, event: &Event) -> f64 {
        self.planned.get(event.correlation_id.as_str()).copied().unwrap_or(0.0)
    }
}

/// Whether an escalation stops its unit: a step that is a person's, and a gate that cannot go on, do not.
fn is_stop(event: &Event) -> bool {
    !matches!(
        event.text("reason"),
        Some("human_step_required" | "stranded" | "gate_budget_exceeded" | "preexisting_gate_failure")
    )
}

fn tone(event: &Event) -> Tone {
    match event.event_type.as_str() {
        "attempt_outcome" if event.text("outcome") == Some("passed") => Tone::Good,
        "attempt_outcome" => Tone::Bad,
        "task_completed" | "gate_reached" | "gate_auto_armed" => Tone::Good,
        "human_escalation" => Tone::Needed,
        _ => Tone::Plain,
    }
}

/// `$3.20 of $13.00 planned`
pub fn cost_words(spent: f64, planned: f64) -> String {
    match planned > 0.0 {
        true => format!("{} of {} planned", dollars(spent), dollars(planned)),
        false => format!("{} spent", dollars(spent)),
    }
}

/// A time span as people say it: `1 h 04 min`, `7 min`, `40 s`.
pub fn span(seconds: f64) -> String {
    let all = seconds.round() as u64;
    match (all / 3600, all / 60 % 60) {
        (0, 0) => format!("{all} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {minutes:02} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn log(lines: &[(&str, &str, &str)]) -> EventLog {
        let line = |(at, (about, kind, payload)): (usize, &(&str, &str, &str))| {
            format!(
                r#"{{"timestamp":"2026-03-04T05:{at:02}:00Z","correlation_id":"FEAT-2026-0001/{about}","event_type":"{kind}","payload":{payload}}}"#
            ) + "\n"
        };
        let text: String = lines.iter().enumerate().map(line).collect();
        EventLog::read(&text.as_str().into())
    }

    fn example(lines: &[(&str, &str, &str)]) -> Run {
        Run::by(Document::example().feature(), &log(lines))
    }

    #[test]
    fn a_unit_that_fails_once_and_passes_is_done_with_two_attempts() {
        let started = ("T01", "task_started", "{}");
        let failed = (
            "T01",
            "attempt_outcome",
            r#"{"attempt":1,"outcome":"failed","cost_usd":0.5,"duration_seconds":60}"#,
        );
        let at_work = example(&[started, failed]);
        let unit = &at_work.units[0];
        assert_eq!((unit.progress.status, unit.progress.running), (Some(UnitStatus::InProgress), true));
        let passed = (
            "T01",
            "attempt_outcome",
            r#"{"attempt":2,"outcome":"passed","cost_usd":1.25,"duration_seconds":30}"#,
        );
        let run = example(&[started, failed, passed, ("T01", "task_completed", r#"{"attempts":2}"#)]);
        let unit = &run.units[0];
        assert_eq!((unit.short.as_str(), unit.progress.attempts, unit.seconds), ("T01", 2, 90.0));
        assert_eq!((unit.progress.status, unit.progress.running), (Some(UnitStatus::Done), false));
        assert_eq!(run.summary(), "1 done, 2 attempts");
        assert_eq!(run.burn[0], Burn { spent: 0.5, planned: 0.0 });
        assert_eq!(run.burn[1].spent, 1.75);
        assert!(run.burn[1].planned > 0.0);
        assert_eq!(run.entries[2].words, "attempt 2 passed ($1.25)");
        assert_eq!(run.entries[2].time, "2026-03-04 05:02:00");
        assert_eq!(cost_words(run.burn[1].spent, run.planned), "$1.75 of $19.50 planned");
    }

    #[test]
    fn an_escalation_blocks_its_unit_unless_it_is_about_the_gate() {
        let blocked = example(&[("T01", "human_escalation", r#"{"reason":"spinning_detected"}"#)]);
        assert_eq!(blocked.units[0].progress.status, Some(UnitStatus::BlockedHuman));
        assert_eq!(blocked.entries[0].tone, Tone::Needed);
        let waits = example(&[("T01", "human_escalation", r#"{"reason":"human_step_required"}"#)]);
        assert_eq!(waits.units[0].progress.status, None);
    }

    #[test]
    fn a_gate_that_was_reached_awaits_review() {
        let run = example(&[("G1", "gate_reached", r#"{"gate":1}"#)]);
        assert_eq!(run.overlay.gates.get(&1), Some(&GateStatus::AwaitingReview));
        assert_eq!(run.entries[0].short, "FEAT-2026-0001/G1");
    }

    #[test]
    fn spans_are_said_as_people_say_them() {
        assert_eq!([40.0, 466.4, 3850.0].map(span), ["40 s", "7 min", "1 h 04 min"]);
    }
}
