//! One parsed file, whatever its kind: what the rules about files in general look at.

use crate::frontmatter::Document;
use crate::model::feature::{Config, Feature};
use crate::model::gate::{self, GateFile};
use crate::model::plan::Plan;
use crate::model::roadmap::Roadmap;
use crate::model::verification::Verification;
use crate::model::work_unit::WorkUnit;
use crate::path::RelPath;
use crate::schema::FileKind;
use crate::yaml;
use std::sync::Arc;

/// A parsed file. Equal sources share their file, which has not changed since it was read.
#[derive(Clone, Debug)]
pub enum Source {
    /// `PLAN.md`
    Plan(Arc<Plan>),
    /// `GATE-NN.md`
    Gate(Arc<GateFile>),
    /// A work unit.
    Unit(Arc<WorkUnit>),
    /// Another Markdown file of the feature's folder.
    Document(RelPath, Arc<Document>),
    /// `verification.yml`
    Verification(Arc<Verification>),
    /// `roadmap.md` or `roadmap-archive.md`
    Roadmap(Arc<Roadmap>),
    /// `.specfuse/config`
    Config(Arc<Config>),
}

impl Source {
    /// The files of a feature, each once, shared ones included.
    pub fn all(feature: &Feature) -> Vec<Source> {
        let mut all: Vec<Source> = Source::each(feature).collect();
        let mut seen = std::collections::BTreeSet::new();
        all.retain(|source| seen.insert(source.path().clone()));
        all
    }

    /// As [`Source::all`]; a file that is named twice comes twice.
    fn each(feature: &Feature) -> impl Iterator<Item = Source> {
        let plan = feature.plan.iter().cloned().map(Source::Plan);
        let gates = feature.gates.iter().filter_map(|g| g.file.clone()).map(Source::Gate);
        let units = feature.units.iter().filter_map(|u| u.file.clone()).map(Source::Unit);
        let documents = feature.documents.iter();
        let documents = documents.map(|(path, doc)| Source::Document(path.clone(), doc.clone()));
        let verification = feature.verification.iter().cloned().map(Source::Verification);
        let roadmaps = feature.roadmap.iter().chain(&feature.archive).cloned().map(Source::Roadmap);
        let config = feature.config.iter().cloned().map(Source::Config);
        plan.chain(gates).chain(units).chain(documents).chain(verification).chain(roadmaps).chain(config)
    }

    /// The file of a feature, or one that it shares, at `path`.
    pub fn find(feature: &Feature, path: &RelPath) -> Option<Source> {
        Source::each(feature).find(|source| source.path() == path)
    }

    /// Its path.
    pub fn path(&self) -> &RelPath {
        match self {
            Source::Plan(plan) => &plan.path,
            Source::Gate(gate) => &gate.path,
            Source::Unit(unit) => &unit.path,
            Source::Document(path, _) => path,
            Source::Verification(file) => &file.path,
            Source::Roadmap(roadmap) => &roadmap.path,
            Source::Config(config) => &config.path,
        }
    }

    /// Its text.
    pub fn text(&self) -> &Arc<str> {
        match self {
            Source::Verification(file) => &file.text,
            Source::Config(config) => &config.text,
            Source::Plan(plan) => &plan.doc.text,
            Source::Gate(gate) => &gate.doc.text,
            Source::Unit(unit) => &unit.doc.text,
            Source::Document(_, doc) => &doc.text,
            Source::Roadmap(roadmap) => &roadmap.doc.text,
        }
    }

    /// Head and body, when it is Markdown.
    pub fn document(&self) -> Option<&Document> {
        match self {
            Source::Plan(plan) => Some(&plan.doc),
            Source::Gate(gate) => Some(&gate.doc),
            Source::Unit(unit) => Some(&unit.doc),
            Source::Document(_, doc) => Some(doc),
            Source::Roadmap(roadmap) => Some(&roadmap.doc),
            Source::Verification(_) | Source::Config(_) => None,
        }
    }

    /// Which schema its top-level keys follow; `None` when no table lists them.
    pub fn kind(&self) -> Option<FileKind> {
        match self {
            Source::Plan(_) => Some(FileKind::Plan),
            Source::Gate(_) => Some(FileKind::Gate),
            Source::Unit(_) => Some(FileKind::Unit),
            Source::Verification(_) => Some(FileKind::Verification),
            Source::Config(_) => Some(FileKind::Config),
            Source::Document(path, _) => {
                gate::number_of(path.file_name(), "-REVIEW.md").map(|_| FileKind::Review)
            }
            Source::Roadmap(_) => None,
        }
    }

    /// The YAML that holds its keys: the head, or the whole file.
    pub fn keys(&self) -> Option<&yaml::Document> {
        match self {
            Source::Verification(file) => Some(&file.yaml),
            Source::Config(config) => Some(&config.yaml),
            _ => self.document()?.block().map(|block| &block.yaml),
        }
    }

    /// Every piece of YAML in it that is read: its keys, and a plan's task graph.
    pub fn yaml(&self) -> impl Iterator<Item = &yaml::Document> {
        let graph = match self {
            Source::Plan(plan) => plan.graph.as_ref().map(|graph| &graph.yaml),
            _ => None,
        };
        self.keys().into_iter().chain(graph)
    }

    /// Whether both are the very same reading of a file.
    pub(super) fn same(&self, other: &Source) -> bool {
        match (self, other) {
            (Source::Plan(a), Source::Plan(b)) => Arc::ptr_eq(a, b),
            (Source::Gate(a), Source::Gate(b)) => Arc::ptr_eq(a, b),
            (Source::Unit(a), Source::Unit(b)) => Arc::ptr_eq(a, b),
            (Source::Document(p, a), Source::Document(q, b)) => p == q && Arc::ptr_eq(a, b),
            (Source::Verification(a), Source::Verification(b)) => Arc::ptr_eq(a, b),
            (Source::Roadmap(a), Source::Roadmap(b)) => Arc::ptr_eq(a, b),
            (Source::Config(a), Source::Config(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}
