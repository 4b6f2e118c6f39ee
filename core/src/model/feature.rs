//! A feature put together: the plan's graph with the files it names.

use crate::frontmatter::Document;
use crate::model::event::EventLog;
use crate::model::gate::GateFile;
use crate::model::id::{FeatureId, short};
use crate::model::plan::{GateEntry, Plan, UnitEntry};
use crate::model::roadmap::Roadmap;
use crate::model::status::{GateStatus, PlanStatus, UnitStatus, UnitType};
use crate::model::verification::Verification;
use crate::model::work_unit::WorkUnit;
use crate::path::{PathError, RelPath};
use crate::yaml;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// A feature as its files say it, put together once and read by everybody: lint, driver, closing
/// predicate, studio. Made by [`crate::parse`].
#[derive(Clone, PartialEq, Debug)]
pub struct Feature {
    /// Its folder: `.specfuse/features/<name>`.
    pub folder: RelPath,
    /// `PLAN.md`, when it is there as text.
    pub plan: Option<Arc<Plan>>,
    /// The gates in the order the graph lists them.
    pub gates: Vec<Gate>,
    /// The units of all gates in the order the graph lists them.
    pub units: Vec<Unit>,
    /// Every other Markdown file of the folder: reviews, retrospective, criteria, decisions, and
    /// unit or gate files that the graph does not name.
    pub documents: BTreeMap<RelPath, Arc<Document>>,
    /// `events.jsonl`; empty when it is not there.
    pub events: Arc<EventLog>,
    /// The repository's `verification.yml`.
    pub verification: Option<Arc<Verification>>,
    /// The repository's `roadmap.md`.
    pub roadmap: Option<Arc<Roadmap>>,
    /// The repository's `roadmap-archive.md`.
    pub archive: Option<Arc<Roadmap>>,
    /// The repository's `.specfuse/config`, as YAML.
    pub config: Option<Arc<Config>>,
}

/// `.specfuse/config` as read.
#[derive(Clone, PartialEq, Debug)]
pub struct Config {
    /// Its file.
    pub path: RelPath,
    /// Its text.
    pub text: Arc<str>,
    /// The YAML as read.
    pub yaml: yaml::Document,
}

/// A gate: its entry in the graph and its own file.
#[derive(Clone, PartialEq, Debug)]
pub struct Gate {
    /// Its number: the graph's, or its place from 1 when the graph gives none.
    pub number: u32,
    /// What the graph says.
    pub entry: Arc<GateEntry>,
    /// Where its file is, or why the graph's `file:` leads nowhere. A gate without `file:` has the
    /// file of its number.
    pub path: Result<RelPath, PathError>,
    /// Its file, when it is there as text.
    pub file: Option<Arc<GateFile>>,
    /// Its units, as indices into [`Feature::units`].
    pub units: Range<usize>,
}

/// A work unit: its entry in the graph and its own file.
#[derive(Clone, PartialEq, Debug)]
pub struct Unit {
    /// The gate it belongs to, as an index into [`Feature::gates`].
    pub gate: usize,
    /// What the graph says.
    pub entry: Arc<UnitEntry>,
    /// Where its file is, or why the graph's `file:` leads nowhere.
    pub path: Result<RelPath, PathError>,
    /// Its file, when it is there as text.
    pub file: Option<Arc<WorkUnit>>,
}

impl Feature {
    /// The folder's own name.
    pub fn folder_name(&self) -> &str {
        self.folder.file_name()
    }

    /// The feature's id: the plan's, or else the one in the folder's name.
    pub fn id(&self) -> Option<FeatureId> {
        let planned = self.plan.as_ref().and_then(|plan| plan.feature_id.get().cloned());
        planned.or_else(|| FeatureId::of_folder(self.folder_name()))
    }

    /// The plan's status; `None` when it is missing or unknown.
    pub fn status(&self) -> Option<PlanStatus> {
        self.plan.as_ref()?.status.get().copied()
    }

    /// The first unit with this id, given whole or without the feature (`T01`).
    pub fn find_unit(&self, id: &str) -> Option<usize> {
        let whole = self.units.iter().position(|unit| unit.id() == id);
        whole.or_else(|| self.units.iter().position(|unit| !id.contains('/') && unit.short_id() == id))
    }

    /// The gate with this number.
    pub fn find_gate(&self, number: u32) -> Option<usize> {
        self.gates.iter().position(|gate| gate.number == number)
    }

    /// The units of a gate, with their indices.
    pub fn units_of(&self, gate: &Gate) -> impl Iterator<Item = (usize, &Unit)> {
        let range = gate.units.clone();
        range.clone().zip(&self.units[range])
    }

    /// The first gate that is not passed: the one the driver walks.
    pub fn current_gate(&self) -> Option<usize> {
        self.gates.iter().position(|gate| gate.status() != Some(GateStatus::Passed))
    }

    /// Whether `gate` is the last one.
    pub fn is_terminal(&self, gate: usize) -> bool {
        gate + 1 == self.gates.len()
    }

    /// The text of a file of this feature's folder that is Markdown and named by no gate or unit.
    pub fn document(&self, name: &str) -> Option<&Arc<Document>> {
        self.documents.get(&self.folder.join(name).ok()?)
    }
}

impl Gate {
    /// Where the gate stands: `open` when its file or key is missing, `None` when unknown.
    pub fn status(&self) -> Option<GateStatus> {
        self.file.as_ref().map_or(Some(GateStatus::Open), |file| file.status.or_default(GateStatus::Open))
    }

    /// Whether nothing is planned in it yet.
    pub fn is_undrafted(&self) -> bool {
        self.units.is_empty()
    }
}

impl Unit {
    /// The id that the graph gives it; empty when it gives none.
    pub fn id(&self) -> &str {
        self.entry.id.get().map_or("", String::as_str)
    }

    /// The id without the feature: `T01`.
    pub fn short_id(&self) -> &str {
        short(self.id())
    }

    /// What it is for; `None` when its file is missing or says something unknown.
    pub fn kind(&self) -> Option<UnitType> {
        self.file.as_ref()?.kind()
    }

    /// Where it stands; `None` when its file is missing or says something unknown.
    pub fn status(&self) -> Option<UnitStatus> {
        self.file.as_ref()?.status()
    }

    /// Whether it belongs to its gate's closing sequence.
    pub fn is_closing(&self) -> bool {
        self.kind().is_some_and(UnitType::is_closing)
    }

    /// Its title, or its id when it has none.
    pub fn title(&self) -> &str {
        let title = self.file.as_ref().and_then(|file| file.title());
        title.map_or(self.short_id(), |title| &title.value)
    }

    /// What it should cost, in US dollars.
    pub fn planned_cost_usd(&self) -> Option<f64> {
        self.file.as_ref()?.planned_cost_usd.get().copied()
    }
}
