//! The judge's case, and where it sits: a copy of the files without the closing session's words, so that it
//! sees no verdict.

use super::Driver;
use super::attempt::object;
use crate::error::{Error, Kind, Result};
use specfuse_core::close::decide;
use specfuse_core::drive::Session;
use specfuse_core::drive::failure::head_and_tail;
use specfuse_core::drive::prompt::judge::{Case, DIFF_CHARS, DIFF_LINES};
use specfuse_core::frontmatter::Document;
use specfuse_core::model::status::Vocabulary;
use specfuse_core::model::{Feature, Unit};
use std::path::PathBuf;

impl Driver<'_> {
    /// What the judge is told.
    pub(super) fn case(&self, feature: &Feature, session: &Session) -> Result<Case> {
        let plan = feature.plan.as_deref();
        let text = |field: Option<&String>| field.cloned().unwrap_or_default();
        let (files, diff) = self.changes(session)?;
        let mut measurements = measurements(feature);
        measurements.extend(session.prompt.oracle_output.lines().map(str::to_owned));
        Ok(Case {
            feature: format!(
                "{} {}",
                feature.id().map(|id| id.to_string()).unwrap_or_default(),
                text(plan.and_then(|plan| plan.title.get()))
            ),
            goal: text(plan.and_then(|plan| plan.roadmap_goal.get())),
            done: done(feature),
            criteria: criteria(feature),
            measurements,
            files: head_and_tail(&files, 200, 20_000),
            diff: head_and_tail(&diff, DIFF_LINES, DIFF_CHARS),
        })
    }

    /// What the feature's commits changed, the plan's own files aside.
    fn changes(&self, session: &Session) -> Result<(String, String)> {
        let head = object(&head_of(session)?)?;
        match self.repo.before_feature(head, &self.state.plan.head.feature)? {
            Some(before) => self.repo.changes_text(before, head),
            None => Ok(("No commit of this feature was found.".into(), String::new())),
        }
    }

    /// Makes the copy of the files, as the feature's units left them, that a judge sits in.
    pub(super) fn bench(&self, session: &Session) -> Result<PathBuf> {
        let place = self.bench_of(&session.unit, session.attempt);
        self.repo.copy_out(object(&head_of(session)?)?, &place)?;
        Ok(place)
    }

    /// Where that copy is.
    pub(super) fn bench_of(&self, unit: &str, attempt: u32) -> PathBuf {
        self.attempt_folder(unit, attempt).join("judge-files")
    }
}

fn head_of(session: &Session) -> Result<String> {
    let base = session.base.as_ref().map(|base| base.head.clone());
    base.ok_or_else(|| Error::new(Kind::Usage, "a judge looks at the work since a commit"))
}

/// A section of a file, trimmed; `None` when it is not there or empty.
fn section(doc: &Document, name: &str) -> Option<String> {
    let text = doc.body.section(name)?.body.slice(&doc.text).trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn done(feature: &Feature) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for gate in &feature.gates {
        let name = format!("Gate {}", gate.number);
        let text = gate.file.as_ref().and_then(|file| section(&file.doc, "Definition of done"));
        out.extend(text.map(|text| (name.clone(), text)));
        let criteria = feature.document(&format!("GATE-{:02}-CRITERIA.md", gate.number));
        let text = criteria.map(|doc| doc.body.span.slice(&doc.text).trim().to_owned());
        out.extend(text.filter(|text| !text.is_empty()).map(|text| (format!("{name}, criteria"), text)));
    }
    out
}

fn criteria(feature: &Feature) -> Vec<(String, String)> {
    let of = |unit: &Unit| {
        let text = section(&unit.file.as_ref()?.doc, "Acceptance criteria")?;
        Some((format!("{} {}", unit.short_id(), unit.title()), text))
    };
    feature.units.iter().filter(|unit| !unit.is_closing()).filter_map(of).collect()
}

/// What the log and the files say of the units: where they stand, how they ended, what they cost.
fn measurements(feature: &Feature) -> Vec<String> {
    let mut out = Vec::new();
    for gate in &feature.gates {
        let decision = decide(feature, gate.number);
        for (_, unit) in feature.units_of(gate).filter(|(_, unit)| !unit.is_closing()) {
            let cost = unit.file.as_ref().map_or(0.0, |file| file.lifetime_cost_usd());
            let planned =
                unit.planned_cost_usd().map_or(String::new(), |usd| format!(" of ${usd:.2} planned"));
            let outcome = decision.metrics.final_outcomes.get(unit.id()).map_or("unknown", String::as_str);
            let status = unit.status().map_or("unknown", Vocabulary::word);
            out.push(format!(
                "{}: {status}; its last attempt: {outcome}; ${cost:.2}{planned}",
                unit.short_id()
            ));
        }
    }
    let broad = feature.events.entries().rev().find(|entry| entry.event_type == "broad_run_result");
    if let Some(passed) = broad.and_then(|entry| entry.event().payload.get("passed")?.as_bool()) {
        out.push(format!(
            "the whole `code` set before closing: {}",
            if passed { "passed" } else { "failed" }
        ));
    }
    out
}
