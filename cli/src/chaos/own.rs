//! A person's plan, made ready to be played from its beginning in a repository that has nothing else.

use crate::error::{Error, Kind, Result};
use crate::load;
use crate::select;
use specfuse_core::diagnostic::Severity;
use specfuse_core::edit::{self, EditRefused, RoadmapRow, Value};
use specfuse_core::frontmatter::Document;
use specfuse_core::lint;
use specfuse_core::model::Feature;
use specfuse_core::model::feature::Config;
use specfuse_core::model::status::{GateStatus, PlanStatus, UnitStatus, Vocabulary};
use specfuse_core::model::verification::{Check, Verification};
use specfuse_core::parse::{self, Parser};
use specfuse_core::path::RelPath;
use specfuse_core::schema::{self, FileKind, Key, Writer};
use specfuse_core::tree::{Entry, Tree};
use specfuse_core::yaml;
use std::fmt::Write;
use std::path::Path;

/// Files of a feature's folder that tell what was done, and are not there at its beginning.
const TOLD: [&str; 3] = ["events.jsonl", "RETROSPECTIVE.md", "FOLLOW-UPS.md"];
/// The sets that units of every type are judged by.
const SETS: [&str; 3] = ["code", "doc", "plannext"];

/// A plan and the repository to play it in.
#[derive(Clone, PartialEq, Debug)]
pub struct Own {
    /// The feature's folder in it.
    pub folder: RelPath,
    /// Its files.
    pub tree: Tree,
}

/// Reads the feature in the folder `dir`.
///
/// # Errors
/// When there is no feature, or one that cannot be run.
pub fn read(dir: &Path) -> Result<Own> {
    let loaded = load::load(dir)?;
    let feature = select::feature(&mut Parser::default(), &loaded, None)?;
    let own = anew(&loaded.tree, &feature).map_err(|why| {
        Error::new(Kind::Usage, format!("the plan cannot be put back to its beginning: {why}"))
    })?;
    let findings = lint::lint(&own.tree, &own.folder, &lint::Facts::default());
    match findings.iter().find(|finding| finding.severity == Severity::Error) {
        None => Ok(own),
        Some(finding) => {
            let why = format!("the plan has errors, as it was at its beginning: {}", finding.message);
            Err(Error::new(Kind::Usage, why)
                .hint(format!("see them all: specfuse-loop lint {}", dir.display())))
        }
    }
}

/// The plan before anything ran: what the driver wrote is gone, the first gate is armed, later ones are drafts. The
/// commands that judge are there by name and pass: what they look at is not.
fn anew(tree: &Tree, feature: &Feature) -> std::result::Result<Own, EditRefused> {
    let mut new = Tree::new();
    for (path, entry) in tree.below(&feature.folder) {
        let told = TOLD.contains(&path.file_name()) || path.file_name().ends_with("-REVIEW.md");
        if matches!(entry, Entry::Text(_)) && !told {
            new.insert(path.clone(), entry.clone());
        }
    }
    if let Ok(plan) = feature.folder.join("PLAN.md") {
        begin(&mut new, FileKind::Plan, &plan, PlanStatus::Active.word())?;
    }
    for path in feature.gates.iter().filter_map(|gate| gate.path.as_ref().ok()) {
        begin(&mut new, FileKind::Gate, path, GateStatus::Open.word())?;
    }
    for unit in feature.units.iter().filter(|unit| unit.status() != Some(UnitStatus::Abandoned)) {
        let status = if unit.gate == 0 { UnitStatus::Pending } else { UnitStatus::Draft };
        if let Ok(path) = &unit.path {
            begin(&mut new, FileKind::Unit, path, status.word())?;
        }
    }
    for (name, text) in [
        ("README.md", "A repository to play a plan in.\n".to_owned()),
        (".specfuse/LEARNINGS.md", "# Learnings\n".to_owned()),
        (".specfuse/verification.yml", verification(feature.verification.as_deref())),
        (".specfuse/config", config(feature.config.as_deref())?),
    ] {
        if let Ok(path) = RelPath::new(name) {
            new.insert_text(path, text);
        }
    }
    let copied = parse::feature(&new, &feature.folder);
    if let Some(id) = copied.id() {
        let row = edit::write_roadmap_row(&new, &id, &RoadmapRow::of(&copied))?;
        new = row.apply(&new).unwrap_or(new);
    }
    Ok(Own { folder: feature.folder.clone(), tree: new })
}

/// Puts a file back to where it was before anything ran.
fn begin(
    tree: &mut Tree,
    kind: FileKind,
    path: &RelPath,
    status: &str,
) -> std::result::Result<(), EditRefused> {
    let Some(mut text) = tree.text(path).map(|text| text.to_string()) else { return Ok(()) };
    let told = |key: &&Key| key.writer == Writer::Driver || matches!(key.name, "verdict" | "evidence");
    for key in schema::keys(kind).iter().filter(told) {
        text = edit::without_key(kind, &text, &[key.name])?;
    }
    text = edit::with_key(kind, &text, &["status"], &Value::Text(status.to_owned()))?;
    let has_oracle = Document::read(text.as_str().into()).get("feature_oracle").is_some();
    if kind == FileKind::Gate && has_oracle {
        text = edit::with_key(kind, &text, &["feature_oracle"], &Value::Text("true".to_owned()))?;
    }
    tree.insert_text(path.clone(), text);
    Ok(())
}

/// What the person's configuration says of rules, and no more: a run has an agent of its own.
fn config(theirs: Option<&Config>) -> std::result::Result<String, EditRefused> {
    let Some(theirs) = theirs else { return Ok(String::new()) };
    let keys = theirs.yaml.root.as_map().into_iter().flat_map(|map| &map.entries);
    let mut others = keys.map(|entry| entry.key.value.as_str()).filter(|key| *key != "lint");
    let text = theirs.text.trim_end();
    let text =
        others.try_fold(text.to_owned(), |text, key| edit::without_key(FileKind::Config, &text, &[key]))?;
    Ok(text + "\n")
}

/// A verification file with the sets and checks of the person's, each of which passes.
fn verification(theirs: Option<&Verification>) -> String {
    let mut out = String::new();
    for (key, field) in theirs.into_iter().flat_map(|theirs| {
        [
            ("retain_on_guard_refusal", &theirs.retain_on_guard_refusal),
            ("produces_amendable", &theirs.produces_amendable),
            ("cost_tracking", &theirs.cost_tracking),
        ]
    }) {
        if let Some(on) = field.get() {
            let _ = writeln!(out, "{key}: {on}");
        }
    }
    if let Some(attempts) = theirs.and_then(|theirs| theirs.max_attempts.get()) {
        let _ = writeln!(out, "defaults:\n  max_attempts: {attempts}");
    }
    let sets = theirs.map(|theirs| &theirs.sets[..]).unwrap_or_default();
    for set in sets.iter().filter(|set| !set.checks.is_empty()) {
        let _ = writeln!(out, "{}:", yaml::quote(&set.name.value));
        set.checks.iter().for_each(|check| put_check(&mut out, check));
    }
    for name in SETS.iter().filter(|name| !sets.iter().any(|set| set.name.value == **name)) {
        let _ = writeln!(out, "{name}:\n  - name: {name}\n    command: \"true\"");
    }
    out
}

fn put_check(out: &mut String, check: &Check) {
    let name = check.name.get().map(String::as_str).unwrap_or("check");
    let _ = writeln!(out, "  - name: {}\n    command: \"true\"", yaml::quote(name));
    if check.is_broad() {
        out.push_str("    tier: broad\n");
    }
    if !check.needs.is_empty() {
        let needs: Vec<String> = check.needs.iter().map(|name| yaml::quote(&name.value)).collect();
        let _ = writeln!(out, "    needs: [{}]", needs.join(", "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use specfuse_core::example;
    use std::collections::BTreeSet;

    fn text<'a>(tree: &'a Tree, name: &str) -> &'a str {
        tree.text(&RelPath::new(name).unwrap()).map_or("", |text| text)
    }

    #[test]
    fn a_plan_that_ran_is_as_it_was_before() {
        let mut tree = example::drafted();
        let unit = example::folder().join("WU-01-greet.md").unwrap();
        let before = text(&tree, unit.as_str()).to_owned();
        let ran = "status: done\nattempts: 2\ncost_usd: 0.75\nre_arm_history:\n  - at: once\n";
        tree.insert_text(unit.clone(), before.replace("status: pending\n", ran));
        tree.insert_text(example::folder().join("events.jsonl").unwrap(), "{}\n");
        let config = RelPath::new(".specfuse/config").unwrap();
        let rules = text(&tree, config.as_str()).to_owned();
        tree.insert_text(config, format!("agent: codex\n{rules}lanes: 3"));
        let own = anew(&tree, &parse::feature(&tree, &example::folder())).unwrap();
        assert_eq!(text(&own.tree, ".specfuse/config"), rules);
        assert_eq!(text(&own.tree, unit.as_str()), before);
        let copied = parse::feature(&own.tree, &own.folder);
        let status = |gate: usize| -> BTreeSet<_> {
            copied.units_of(&copied.gates[gate]).map(|(_, unit)| unit.status().unwrap().word()).collect()
        };
        assert_eq!((status(0), status(1)), (["pending"].into(), ["draft"].into()));
        assert!(copied.events.is_empty());
        assert_eq!(
            text(&own.tree, ".specfuse/verification.yml"),
            "\"code\":\n  - name: \"tests\"\n    command: \"true\"\n\"plannext\":\n  - name: \"plan-present\"\n    \
             command: \"true\"\ndoc:\n  - name: doc\n    command: \"true\"\n"
        );
        assert_eq!(lint::lint(&own.tree, &own.folder, &lint::Facts::default()), []);
    }
}
