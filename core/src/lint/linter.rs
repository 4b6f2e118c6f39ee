//! Runs the rules and remembers what single files gave: after a keystroke one file and the checks
//! over the whole feature are run again, nothing else.

use super::config::Settings;
use super::context::{Context, Facts};
use super::limit;
use super::rule::{Check, Rule};
use super::sink::Sink;
use super::source::Source;
use crate::diagnostic::Finding;
use crate::graph::Graph;
use crate::model::Feature;
use crate::ordered;
use crate::path::RelPath;
use crate::tree::Tree;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Lints features and remembers the findings of every file that did not change since.
#[derive(Debug, Default)]
pub struct Linter {
    files: BTreeMap<RelPath, Remembered>,
    /// What `files` were checked with.
    settings: Settings,
    linted: usize,
}

#[derive(Debug)]
struct Remembered {
    source: Source,
    findings: Vec<Finding>,
}

impl Linter {
    /// How many files were checked on their own so far: what a change cost.
    pub fn files_linted(&self) -> usize {
        self.linted
    }

    /// All findings of a feature and of the files it shares with others, in the order of file,
    /// position and rule, with the project's weights. Of a rule that fires very often in one file
    /// only the first findings are given, and one that counts the others. `feature` must have been
    /// read from `tree`; only files that were read anew since the last call are looked at again.
    pub fn lint(&mut self, tree: &Tree, feature: &Feature, facts: &Facts) -> Vec<Finding> {
        limit::first_of_each(self.lint_without_limit(tree, feature, facts))
    }

    /// As [`Linter::lint`], with every finding.
    pub(super) fn lint_without_limit(
        &mut self,
        tree: &Tree,
        feature: &Feature,
        facts: &Facts,
    ) -> Vec<Finding> {
        let settings = Settings::of(feature.config.as_deref());
        if !settings.hears_the_same(&self.settings) {
            self.files.clear();
        }
        let sources = Source::all(feature);
        let mut findings = Vec::new();
        for source in &sources {
            findings.extend_from_slice(self.of_file(source, &settings));
        }
        if self.files.len() > sources.len() {
            self.forget_others(feature, &sources);
        }
        let graph = Graph::of(feature);
        let context = Context { tree, feature, graph: &graph, facts };
        let plan = context.plan_path();
        for rule in settings.heard() {
            if let Check::Feature(check) = rule.check {
                check(&context, &mut Sink::new(rule, &plan, &mut findings));
            }
        }
        settings.weigh(&mut findings);
        self.settings = settings;
        ordered::sort_by(&mut findings, |a, b| a.sort_key().cmp(&b.sort_key()));
        findings
    }

    fn of_file(&mut self, source: &Source, settings: &Settings) -> &[Finding] {
        let read = |linted: &mut usize| {
            *linted += 1;
            Remembered { source: source.clone(), findings: check_file(source, settings) }
        };
        let remembered = match self.files.entry(source.path().clone()) {
            Entry::Vacant(place) => place.insert(read(&mut self.linted)),
            Entry::Occupied(place) => {
                let remembered = place.into_mut();
                if !remembered.source.same(source) {
                    *remembered = read(&mut self.linted);
                }
                remembered
            }
        };
        &remembered.findings
    }

    /// Files that left the feature's folder are not kept.
    fn forget_others(&mut self, feature: &Feature, sources: &[Source]) {
        let paths = ordered::set(sources.iter().map(Source::path));
        self.files.retain(|path, _| path.below(&feature.folder).is_none() || paths.contains(path));
    }
}

fn check_file(source: &Source, settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in settings.heard() {
        check_one(rule, source, &mut Sink::new(rule, source.path(), &mut findings));
    }
    findings
}

fn check_one(rule: &Rule, source: &Source, sink: &mut Sink) {
    match (rule.check, source) {
        (Check::Source(check), _) => check(source, sink),
        (Check::Plan(check), Source::Plan(plan)) => check(plan, sink),
        (Check::Gate(check), Source::Gate(gate)) => check(gate, sink),
        (Check::Unit(check), Source::Unit(unit)) => check(unit, sink),
        (Check::Document(check), Source::Document(path, doc)) => check(path, doc, sink),
        (Check::Verification(check), Source::Verification(file)) => check(file, sink),
        (Check::Roadmap(check), Source::Roadmap(roadmap)) => check(roadmap, sink),
        _ => {}
    }
}
