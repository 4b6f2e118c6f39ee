//! The plan's baseline: what was planned when the first unit was dispatched or a gate was armed, kept in
//! `PLAN.baseline.json`; and how far the plan has drifted from it.

use crate::fix::Edits;
use crate::model::status::Vocabulary;
use crate::model::{Feature, Unit};
use crate::ordered;
use crate::path::RelPath;
use crate::tree::Tree;
use serde::{Deserialize, Serialize};

/// The file's name, in the feature's folder.
pub const FILE: &str = "PLAN.baseline.json";

/// What was planned.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Baseline {
    /// The gates in graph order.
    pub gates: Vec<BaselineGate>,
}

/// A gate of the baseline.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct BaselineGate {
    /// Its number.
    pub gate: u32,
    /// Its units in graph order.
    pub work_units: Vec<BaselineUnit>,
}

/// A unit of the baseline.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct BaselineUnit {
    /// Its title.
    #[serde(default)]
    pub goal: String,
    /// Its id.
    pub id: String,
    /// What it was planned to cost, in US dollars.
    #[serde(default)]
    pub planned_cost_usd: Option<f64>,
    /// Its type.
    #[serde(default, rename = "type")]
    pub kind: String,
}

impl BaselineUnit {
    fn of(unit: &Unit) -> BaselineUnit {
        BaselineUnit {
            goal: unit.title().to_owned(),
            id: unit.id().to_owned(),
            planned_cost_usd: unit.planned_cost_usd(),
            kind: unit.kind().map_or_else(String::new, |kind| kind.word().to_owned()),
        }
    }
}

impl Baseline {
    /// The plan as it is now.
    pub fn of(feature: &Feature) -> Baseline {
        let gates = feature.gates.iter().map(|gate| BaselineGate {
            gate: gate.number,
            work_units: feature.units_of(gate).map(|(_, unit)| BaselineUnit::of(unit)).collect(),
        });
        Baseline { gates: gates.collect() }
    }

    /// Adds the baseline of `feature` to `edits`, when `tree` has none yet.
    pub fn keep(tree: &Tree, feature: &Feature, edits: &mut Edits) {
        if let Some(path) = Baseline::path(feature).filter(|path| tree.get(path).is_none()) {
            edits.create(path, Baseline::of(feature).text());
        }
    }

    /// Reads a baseline; `None` when the text is none.
    pub fn read(text: &str) -> Option<Baseline> {
        serde_json::from_str(text).ok()
    }

    /// The file's text.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Where the baseline of a feature is.
    pub fn path(feature: &Feature) -> Option<RelPath> {
        feature.folder.join(FILE).ok()
    }

    /// Its units, with the numbers of their gates.
    pub fn units(&self) -> impl Iterator<Item = (u32, &BaselineUnit)> {
        self.gates.iter().flat_map(|gate| gate.work_units.iter().map(move |unit| (gate.gate, unit)))
    }

    /// What all of it was planned to cost, in US dollars.
    pub fn planned_cost_usd(&self) -> f64 {
        self.units().filter_map(|(_, unit)| unit.planned_cost_usd).fold(0.0, |sum, cost| sum + cost)
    }
}

/// How the plan differs from its baseline.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Drift {
    /// How many units the baseline has.
    pub baseline_units: usize,
    /// Units that were added, by id, in graph order.
    pub added: Vec<String>,
    /// Units that are gone, by id.
    pub removed: Vec<String>,
    /// Units whose goal, type or planned cost changed, by id.
    pub changed: Vec<String>,
    /// How many gates were added.
    pub gates_added: usize,
    /// What the baseline was planned to cost, in US dollars.
    pub planned_then_usd: f64,
    /// What the plan is planned to cost now.
    pub planned_now_usd: f64,
}

impl Drift {
    /// How `feature` differs from `baseline`.
    pub fn of(feature: &Feature, baseline: &Baseline) -> Drift {
        let then = ordered::map(baseline.units().map(|(_, unit)| (unit.id.as_str(), unit)));
        let now = Baseline::of(feature);
        let units = ordered::map(now.units().map(|(_, unit)| (unit.id.as_str(), unit)));
        let ids = |list: Vec<&BaselineUnit>| list.into_iter().map(|unit| unit.id.clone()).collect();
        let changed = |unit: &&BaselineUnit| then.get(unit.id.as_str()).is_some_and(|old| old != unit);
        let known = |number: u32| baseline.gates.iter().any(|gate| gate.gate == number);
        Drift {
            baseline_units: then.len(),
            added: ids(now.units().map(|(_, u)| u).filter(|u| !then.contains_key(u.id.as_str())).collect()),
            removed: ids(baseline
                .units()
                .map(|(_, u)| u)
                .filter(|u| !units.contains_key(u.id.as_str()))
                .collect()),
            changed: ids(now.units().map(|(_, unit)| unit).filter(changed).collect()),
            gates_added: feature.gates.iter().filter(|gate| !known(gate.number)).count(),
            planned_then_usd: baseline.planned_cost_usd(),
            planned_now_usd: now.planned_cost_usd(),
        }
    }

    /// Whether nothing differs.
    pub fn is_none(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty() && self.gates_added == 0
    }

    /// The drift in one line; `None` when there is none.
    pub fn line(&self) -> Option<String> {
        if self.is_none() {
            return None;
        }
        let short =
            |ids: &[String]| ids.iter().map(|id| crate::model::id::short(id)).collect::<Vec<_>>().join(", ");
        let mut parts = Vec::new();
        for (ids, what) in [(&self.added, "added"), (&self.removed, "gone"), (&self.changed, "changed")] {
            if !ids.is_empty() {
                parts.push(format!("{} of {} units {what} ({})", ids.len(), self.baseline_units, short(ids)));
            }
        }
        if self.gates_added > 0 {
            parts.push(format!("{} gate(s) added", self.gates_added));
        }
        parts.push(format!("planned ${:.2}, was ${:.2}", self.planned_now_usd, self.planned_then_usd));
        Some(parts.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::sketch;

    #[test]
    fn a_baseline_reads_back_as_the_python_driver_writes_it() {
        let baseline = Baseline::of(&sketch("T01$2.5; G1-CLOSE | T02"));
        let text = baseline.text();
        assert_eq!(Baseline::read(&text), Some(baseline));
        let start = "{\n  \"gates\": [\n    {\n      \"gate\": 1,\n      \"work_units\": [\n        {\n          \
                     \"goal\": \"Do T01\",\n          \"id\": \"FEAT-2026-0042/T01\",\n          \
                     \"planned_cost_usd\": 2.5,\n          \"type\": \"implementation\"\n        },";
        assert!(text.starts_with(start), "{text}");
        assert_eq!(Baseline::read("[]"), None);
    }

    #[test]
    fn drift_is_what_differs() {
        let baseline = Baseline::of(&sketch("T01$2; T02$1; G1-CLOSE"));
        assert_eq!(Drift::of(&sketch("T01$2; T02$1; G1-CLOSE"), &baseline).line(), None);
        let drift = Drift::of(&sketch("T01$3; T04$4; G1-CLOSE | T05"), &baseline);
        assert_eq!(
            drift.line().as_deref(),
            Some(
                "2 of 3 units added (T04, T05); 1 of 3 units gone (T02); 1 of 3 units changed (T01); \
                 1 gate(s) added; planned $7.00, was $3.00"
            )
        );
    }
}
