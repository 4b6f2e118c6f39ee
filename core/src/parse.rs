//! From a tree to features. Each file is read once and kept by its text, so that a keystroke in
//! one of five hundred units costs one file and not the folder.

use crate::frontmatter::Document;
use crate::model::event::EventLog;
use crate::model::feature::{Config, Feature, Gate, Unit};
use crate::model::gate::{self, GateFile};
use crate::model::plan::Plan;
use crate::model::roadmap::Roadmap;
use crate::model::verification::Verification;
use crate::model::work_unit::WorkUnit;
use crate::ordered;
use crate::path::{PathError, RelPath};
use crate::span::{Span, after_bom};
use crate::tree::Tree;
use crate::yaml;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The folder that holds a repository's features.
pub const FEATURES: &str = ".specfuse/features";

/// The files that all features of a repository share.
pub const SHARED: [&str; 4] = [
    ".specfuse/verification.yml",
    ".specfuse/roadmap.md",
    ".specfuse/roadmap-archive.md",
    ".specfuse/config",
];

/// Reads one feature, keeping nothing.
pub fn feature(tree: &Tree, folder: &RelPath) -> Feature {
    Parser::default().feature(tree, folder)
}

/// The feature folders of a tree, in the order of their names: each folder below
/// `.specfuse/features` that holds a file.
pub fn feature_folders(tree: &Tree) -> Vec<RelPath> {
    let Ok(root) = RelPath::new(FEATURES) else { return Vec::new() };
    let names =
        tree.below(&root).filter_map(|(path, _)| path.below(&root)?.split_once('/').map(|(name, _)| name));
    let mut names: Vec<&str> = names.collect();
    names.dedup();
    names.into_iter().filter_map(|name| root.join(name).ok()).collect()
}

/// Reads features and remembers what it read: a file is read again only when its text changed.
#[derive(Debug, Default)]
pub struct Parser {
    files: BTreeMap<RelPath, Remembered>,
    reads: usize,
}

#[derive(Debug)]
struct Remembered {
    text: Arc<str>,
    read: Read,
}

#[derive(Clone, Debug)]
enum Read {
    Plan(Arc<Plan>),
    Gate(Arc<GateFile>),
    Unit(Arc<WorkUnit>),
    Document(Arc<Document>),
    Events(Arc<EventLog>),
    Verification(Arc<Verification>),
    Roadmap(Arc<Roadmap>),
    Config(Arc<Config>),
}

macro_rules! reader {
    ($method:ident, $variant:ident, $type:ty, |$path:ident, $text:ident| $read:expr) => {
        reader!($method, $variant, $type, |$path, $text, _known| $read);
    };
    ($method:ident, $variant:ident, $type:ty, |$path:ident, $text:ident, $known:ident| $read:expr) => {
        fn $method(&mut self, tree: &Tree, path: &RelPath) -> Option<Arc<$type>> {
            let text = tree.text(path)?;
            let $known = match self.files.get(path) {
                Some(Remembered { text: known, read: Read::$variant(read) }) => {
                    if Arc::ptr_eq(known, text) || known == text {
                        return Some(read.clone());
                    }
                    Some(read)
                }
                _ => None,
            };
            let ($path, $text) = (path.clone(), text.clone());
            let read = Arc::new($read);
            self.reads += 1;
            self.files
                .insert(path.clone(), Remembered { text: text.clone(), read: Read::$variant(read.clone()) });
            Some(read)
        }
    };
}

impl Parser {
    reader!(plan, Plan, Plan, |path, text| Plan::read(path, Document::read(text)));
    reader!(gate, Gate, GateFile, |path, text| GateFile::read(path, Document::read(text)));
    reader!(unit, Unit, WorkUnit, |path, text| WorkUnit::read(path, Document::read(text)));
    reader!(document, Document, Document, |_path, text| Document::read(text));
    reader!(events, Events, EventLog, |_path, text, known| match known {
        Some(log) => log.grown(&text),
        None => EventLog::read(&text),
    });
    reader!(verification, Verification, Verification, |path, text| Verification::read(path, text));
    reader!(roadmap, Roadmap, Roadmap, |path, text| Roadmap::read(path, Document::read(text)));
    reader!(config, Config, Config, |path, text| read_config(path, text));

    /// How many files were read so far: what a change cost.
    pub fn reads(&self) -> usize {
        self.reads
    }

    /// Puts the feature in `folder` together.
    pub fn feature(&mut self, tree: &Tree, folder: &RelPath) -> Feature {
        let below = |name: &str| folder.join(name).ok();
        let plan = below("PLAN.md").and_then(|path| self.plan(tree, &path));
        let (gates, units) = self.graph(tree, folder, plan.as_deref());
        let events = below("events.jsonl").and_then(|path| self.events(tree, &path)).unwrap_or_default();
        let at = |name: &str| RelPath::new(".specfuse").and_then(|root| root.join(name)).ok();
        Feature {
            documents: self.documents(tree, folder, &gates, &units),
            folder: folder.clone(),
            plan,
            gates,
            units,
            events,
            verification: at("verification.yml").and_then(|path| self.verification(tree, &path)),
            roadmap: at("roadmap.md").and_then(|path| self.roadmap(tree, &path)),
            archive: at("roadmap-archive.md").and_then(|path| self.roadmap(tree, &path)),
            config: at("config").and_then(|path| self.config(tree, &path)),
        }
    }

    fn graph(&mut self, tree: &Tree, folder: &RelPath, plan: Option<&Plan>) -> (Vec<Gate>, Vec<Unit>) {
        let (mut gates, mut units) = (Vec::new(), Vec::new());
        for (index, entry) in
            plan.and_then(|p| p.graph.as_ref()).into_iter().flat_map(|g| &g.gates).enumerate()
        {
            let first = units.len();
            for unit in &entry.units {
                let name = unit.file.get().map_or("", String::as_str);
                let path = named(folder, name);
                let file = path.as_ref().ok().and_then(|path| self.unit(tree, path));
                units.push(Unit { gate: index, entry: unit.clone(), path, file });
            }
            let number = entry.number.get().copied().unwrap_or(index as u32 + 1);
            let path = match entry.file.get() {
                Some(name) => named(folder, name),
                None => named(folder, &gate::file_name(number)),
            };
            let file = path.as_ref().ok().and_then(|path| self.gate(tree, path));
            gates.push(Gate { number, entry: entry.clone(), path, file, units: first..units.len() });
        }
        (gates, units)
    }

    fn documents(
        &mut self,
        tree: &Tree,
        folder: &RelPath,
        gates: &[Gate],
        units: &[Unit],
    ) -> BTreeMap<RelPath, Arc<Document>> {
        let of_units = units.iter().filter_map(|u| u.path.as_ref().ok());
        let named = ordered::set(of_units.chain(gates.iter().filter_map(|g| g.path.as_ref().ok())));
        let own = |path: &RelPath| {
            path.below(folder).is_some_and(|n| !n.contains('/') && n.ends_with(".md") && n != "PLAN.md")
        };
        let others: Vec<RelPath> = tree
            .below(folder)
            .map(|(path, _)| path)
            .filter(|p| own(p) && !named.contains(p))
            .cloned()
            .collect();
        ordered::map(others.into_iter().filter_map(|path| self.document(tree, &path).map(|doc| (path, doc))))
    }
}

/// The path of a file that the graph names: below the feature's folder.
fn named(folder: &RelPath, name: &str) -> Result<RelPath, PathError> {
    folder.join(name)
}

fn read_config(path: RelPath, text: Arc<str>) -> Config {
    let start = after_bom(&text);
    let yaml = yaml::read(&text, Span::new(start, text.len()));
    Config { path, text, yaml }
}
