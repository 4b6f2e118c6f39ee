//! The plan's baseline, and whether the next gate may arm itself.

use super::Driver;
use crate::error::Result;
use crate::facts;
use crate::load::Loaded;
use specfuse_core::close::arming;
use specfuse_core::close::baseline::{Baseline, Drift};
use specfuse_core::drive::Event;
use specfuse_core::lint::{Linter, draft_findings};
use specfuse_core::model::Feature;
use specfuse_core::tree::Tree;

impl Driver<'_> {
    /// Writes down what is planned, when nobody has yet.
    pub(super) fn keep_baseline(&mut self) -> Result<()> {
        let (loaded, feature) = self.read()?;
        match Baseline::path(&feature).filter(|path| loaded.tree.get(path).is_none()) {
            Some(path) => self.write_whole(&path, &Baseline::of(&feature).text()),
            None => Ok(()),
        }
    }

    pub(super) fn judge_arming(&mut self, gate: u32) -> Result<Event> {
        let (loaded, feature) = self.read()?;
        let baseline = baseline(&loaded.tree, &feature);
        let lint = draft_lint(&loaded, &feature, gate);
        Ok(Event::ArmingJudged(arming::evaluate(&feature, baseline.as_ref(), gate, &lint)))
    }
}

/// The baseline of a feature, when it has one that can be read.
fn baseline(tree: &Tree, feature: &Feature) -> Option<Baseline> {
    Baseline::read(tree.text(&Baseline::path(feature)?)?)
}

/// How far the plan has drifted from its baseline; `None` when it has none.
pub(crate) fn drift(tree: &Tree, feature: &Feature) -> Option<Drift> {
    Some(Drift::of(feature, &baseline(tree, feature)?))
}

/// What lint finds about the draft of the gate after number `closed`, a line each.
pub(super) fn draft_lint(loaded: &Loaded, feature: &Feature, closed: u32) -> Vec<String> {
    let Some(next) = feature.find_gate(closed).and_then(|gate| feature.gates.get(gate + 1)) else {
        return Vec::new();
    };
    let mut found = Linter::default().lint(&loaded.tree, feature, &facts::gather(loaded, feature));
    let drafts: Vec<_> = feature.units_of(next).filter_map(|(_, unit)| unit.path.as_ref().ok()).collect();
    let about_next = draft_findings(feature, closed, &found);
    found.retain(|finding| drafts.contains(&&finding.primary.file));
    let findings = found.iter().chain(&about_next);
    let line = |finding: &specfuse_core::diagnostic::Finding| {
        format!("{}: {} ({})", finding.primary.file.file_name(), finding.message, finding.rule)
    };
    findings.map(line).collect()
}
