//! Whether a gate may arm itself: eight classes of what speaks against it, each with what was found.

use super::baseline::{Baseline, Drift};
use crate::drive::guards::matches;
use crate::model::gate::review_name;
use crate::model::status::{Autonomy, UnitStatus, UnitType};
use crate::model::{Feature, Unit};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the predicate, written with every evaluation.
pub const VERSION: &str = "v1";

/// The plan may come to cost this many times its baseline.
const BUDGET_RATIO: f64 = 2.0;
/// This share of the baseline's units may be added.
const DRIFT_RATIO: f64 = 0.5;
/// So many gates may be added.
const GATES: usize = 1;

/// What judges a gate's work, besides the plan's own files: paths, and folders that end in `/`.
const JUDGES: [&str; 10] = [
    ".specfuse/verification.yml",
    ".specfuse/config",
    ".specfuse/rules/",
    ".specfuse/rules-local/",
    ".specfuse/templates/",
    ".specfuse/schemas/",
    ".github/workflows/",
    ".gitlab-ci.yml",
    ".pre-commit-config.yaml",
    "lefthook.yml",
];

/// Files that bring in other people's code, by name.
const MANIFESTS: [&str; 20] = [
    "Cargo.toml",
    "Cargo.lock",
    "Gemfile",
    "Gemfile.lock",
    "build.gradle",
    "build.gradle.kts",
    "composer.json",
    "composer.lock",
    "go.mod",
    "go.sum",
    "package.json",
    "package-lock.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "pom.xml",
    "poetry.lock",
    "pyproject.toml",
    "requirements*.txt",
    "uv.lock",
    "*.csproj",
];

/// Whether a gate may arm itself.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Evaluation {
    /// The number of the gate that was completed; the one after it would be armed.
    pub gate: u32,
    /// Yes exactly when every class is clean.
    pub would_arm: bool,
    /// [`VERSION`].
    pub predicate_version: String,
    /// The classes by name.
    pub classes: BTreeMap<String, Class>,
}

/// One class.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Class {
    /// How it stands.
    pub status: Standing,
    /// What was found.
    pub reason: String,
}

/// How a class stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing speaks against arming.
    Clean,
    /// Something does.
    Fired,
    /// What it looks at is not there; that is no yes.
    NotEvaluable,
}

use Standing::{Clean, Fired, NotEvaluable};

impl Evaluation {
    /// What speaks against arming, a line a class.
    pub fn against(&self) -> Vec<String> {
        let not_clean = self.classes.iter().filter(|(_, class)| class.status != Clean);
        not_clean.map(|(name, class)| format!("{name}: {}", class.reason)).collect()
    }
}

/// The autonomy that holds for a gate: the plan's, tightened by its own. A word that is not known is the
/// tightest.
pub fn autonomy(feature: &Feature, gate: usize) -> Autonomy {
    let plan =
        feature.plan.as_ref().map_or(Some(Autonomy::Review), |p| p.autonomy.or_default(Autonomy::Review));
    let own = feature.gates.get(gate).and_then(|gate| gate.file.as_ref());
    let own = own.map_or(Some(Autonomy::Auto), |file| file.autonomy.or_default(Autonomy::Auto));
    let looseness = |word: Option<Autonomy>| match word {
        Some(Autonomy::Auto) => 2,
        Some(Autonomy::Review) => 1,
        _ => 0,
    };
    match looseness(plan).min(looseness(own)) {
        2 => Autonomy::Auto,
        1 => Autonomy::Review,
        _ => Autonomy::Supervised,
    }
}

/// Evaluates the gate after number `closed`. `lint` is what the draft lint found about it, a line each.
pub fn evaluate(feature: &Feature, baseline: Option<&Baseline>, closed: u32, lint: &[String]) -> Evaluation {
    let next = feature.find_gate(closed).map(|gate| gate + 1).filter(|gate| *gate < feature.gates.len());
    let drafts: Vec<&Unit> = match next {
        Some(gate) => {
            let units = feature.units_of(&feature.gates[gate]).map(|(_, unit)| unit);
            units.filter(|unit| unit.status() == Some(UnitStatus::Draft)).collect()
        }
        None => Vec::new(),
    };
    let drift = baseline.map(|baseline| (Drift::of(feature, baseline), baseline));
    let classes = [
        ("budget_projection", budget(feature, baseline)),
        ("judge_editing", judge_editing(feature, &drafts)),
        ("decision_class_paths", manifests(&drafts)),
        ("retroactive_edits", retroactive(feature, drift.as_ref(), closed)),
        ("drift_caps", drift_caps(drift.as_ref())),
        ("missing_provenance", provenance(feature, drift.as_ref())),
        ("open_questions_human_only", questions(feature, next, &drafts)),
        ("plan_next_lint", linted(&drafts, lint)),
    ];
    let classes: BTreeMap<String, Class> = classes
        .into_iter()
        .map(|(name, (status, reason))| (name.to_owned(), Class { status, reason }))
        .collect();
    Evaluation {
        gate: closed,
        would_arm: classes.values().all(|class| class.status == Clean),
        predicate_version: VERSION.to_owned(),
        classes,
    }
}

type Found = (Standing, String);

const NO_BASELINE: &str = "there is no PLAN.baseline.json to compare with";

fn budget(feature: &Feature, baseline: Option<&Baseline>) -> Found {
    let Some(baseline) = baseline else { return (NotEvaluable, NO_BASELINE.into()) };
    let total = baseline.planned_cost_usd();
    if total <= 0.0 {
        return (NotEvaluable, "no unit of the baseline has a planned cost".into());
    }
    let projected = feature.units.iter().map(|unit| {
        let spent = unit.file.as_ref().map_or(0.0, |file| file.lifetime_cost_usd());
        let over = unit.status().is_some_and(UnitStatus::is_final);
        if over { spent } else { spent.max(unit.planned_cost_usd().unwrap_or(0.0)) }
    });
    let (projected, cap) = (projected.fold(0.0, |sum, cost| sum + cost), BUDGET_RATIO * total);
    let (status, word) = if projected <= cap { (Clean, "within") } else { (Fired, "exceeds") };
    let text = format!(
        "projected spend ${projected:.2} {word} {BUDGET_RATIO:.1}x baseline planned total ${total:.2} (cap ${cap:.2})"
    );
    (status, text)
}

fn produced<'a>(drafts: &'a [&Unit]) -> impl Iterator<Item = (&'a str, &'a str)> {
    drafts.iter().filter_map(|unit| Some((unit.id(), unit.file.as_ref()?))).flat_map(|(id, file)| {
        file.produces.iter().map(move |path| (id, path.value.trim().trim_start_matches("./")))
    })
}

fn judge_editing(feature: &Feature, drafts: &[&Unit]) -> Found {
    let sets = feature.verification.iter().flat_map(|verification| &verification.sets);
    let commands = sets.flat_map(|set| &set.checks).filter_map(|check| check.command.get());
    let separators = |c: char| c.is_whitespace() || "'\"();&|<>=`$".contains(c);
    let words: Vec<&str> = commands
        .flat_map(|command| command.split(separators))
        .map(|word| word.trim_start_matches("./"))
        .filter(|word| word.contains(['/', '.']) && word.len() > 2)
        .collect();
    let of_plan = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        path.starts_with(".specfuse/features/") && (name == "PLAN.md" || name.starts_with("GATE-"))
    };
    let judges = |path: &str| {
        let named = |judge: &&str| match judge.strip_suffix('/') {
            Some(_) => path.starts_with(*judge) || format!("{path}/") == **judge,
            None => matches(path, judge),
        };
        JUDGES.iter().any(named) || of_plan(path) || words.iter().any(|word| matches(path, word))
    };
    let found: Vec<String> = produced(drafts)
        .filter(|(_, path)| judges(path))
        .map(|(id, path)| format!("{id} produces {path}"))
        .collect();
    match found.is_empty() {
        true => (Clean, "no drafted unit produces what judges it".into()),
        false => (Fired, found.join("; ")),
    }
}

fn manifests(drafts: &[&Unit]) -> Found {
    let is_manifest = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        MANIFESTS.iter().any(|manifest| matches(manifest, name))
    };
    let found: Vec<String> = produced(drafts)
        .filter(|(_, path)| is_manifest(path))
        .map(|(id, path)| format!("{id} produces {path}"))
        .collect();
    match found.is_empty() {
        true => (Clean, "no drafted unit produces a dependency manifest".into()),
        false => (Fired, found.join("; ")),
    }
}

fn retroactive(feature: &Feature, drift: Option<&(Drift, &Baseline)>, closed: u32) -> Found {
    let Some((drift, baseline)) = drift else { return (NotEvaluable, NO_BASELINE.into()) };
    let behind = |id: &String| {
        let then = baseline.units().find(|(_, unit)| unit.id == *id).map(|(gate, _)| gate);
        let place = |number: u32| feature.find_gate(number);
        then.is_some_and(|gate| place(gate) <= place(closed))
    };
    let touched = drift.removed.iter().chain(&drift.changed).filter(|id| behind(id));
    let touched: Vec<&str> = touched.map(String::as_str).collect();
    match touched.is_empty() {
        true => (Clean, "no baseline unit of a finished gate altered or removed".into()),
        false => (Fired, format!("altered or removed after the baseline: {}", touched.join(", "))),
    }
}

fn drift_caps(drift: Option<&(Drift, &Baseline)>) -> Found {
    let Some((drift, _)) = drift else { return (NotEvaluable, NO_BASELINE.into()) };
    let cap = DRIFT_RATIO * drift.baseline_units as f64;
    let mut found = Vec::new();
    if drift.added.len() as f64 > cap {
        let count = drift.added.len();
        let base = drift.baseline_units;
        found.push(format!(
            "added unit count {count} exceeds {DRIFT_RATIO:.1}x baseline count {base} (cap {cap:.1})"
        ));
    }
    if drift.gates_added > GATES {
        found.push(format!("{} gates added, more than {GATES}", drift.gates_added));
    }
    match found.is_empty() {
        true => (Clean, "added units and gates within drift caps".into()),
        false => (Fired, found.join("; ")),
    }
}

fn provenance(feature: &Feature, drift: Option<&(Drift, &Baseline)>) -> Found {
    let Some((drift, _)) = drift else { return (NotEvaluable, NO_BASELINE.into()) };
    let says = |id: &&String| {
        let unit = feature.find_unit(id).map(|index| &feature.units[index]);
        unit.and_then(|unit| unit.file.as_ref()?.provenance.get()).is_some()
    };
    let missing: Vec<&str> = drift.added.iter().filter(|id| !says(id)).map(String::as_str).collect();
    match (drift.added.is_empty(), missing.is_empty()) {
        (true, _) => (Clean, "no added units".into()),
        (_, true) => (Clean, "every added unit says where it comes from".into()),
        _ => (Fired, format!("added unit(s) missing provenance: {}", missing.join(", "))),
    }
}

fn questions(feature: &Feature, next: Option<usize>, drafts: &[&Unit]) -> Found {
    let Some(gate) = next else { return (Clean, "terminal gate: no drafted successor".into()) };
    let name = review_name(feature.gates[gate].number);
    let Some(review) = feature.document(&name) else { return (Fired, format!("{name} is not there")) };
    let Some(list) = review.get("open_questions").and_then(|node| node.as_seq()) else {
        return (Fired, format!("{name} does not list open_questions"));
    };
    let mut found = Vec::new();
    if !list.items.is_empty() {
        found.push(format!("{name} open_questions non-empty: {}", list.items.len()));
    }
    let is_true = |node: &crate::yaml::Node| node.as_scalar().and_then(|s| s.as_bool()) == Some(true);
    if review.get("human_only").is_some_and(is_true) {
        found.push(format!("{name} says human_only"));
    }
    let human = |unit: &&&Unit| {
        unit.kind() == Some(UnitType::Human)
            || unit.file.as_ref().is_some_and(|file| file.human_only.get() == Some(&true))
    };
    found.extend(drafts.iter().filter(human).map(|unit| format!("{} is a person's", unit.id())));
    match found.is_empty() {
        true => (Clean, "no open questions, nothing for a person only".into()),
        false => (Fired, found.join("; ")),
    }
}

fn linted(drafts: &[&Unit], lint: &[String]) -> Found {
    match (drafts.is_empty(), lint) {
        (true, _) => (Fired, "nothing is drafted".into()),
        (_, []) => (Clean, "plan-next lint: no findings".into()),
        _ => (Fired, format!("plan-next lint: {}", lint.join("; "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{FOLDER, sketch_tree};
    use crate::parse;
    use crate::path::RelPath;

    const PLAN: &str = "T01!done$2; T02!done$2; G1-CLOSE-INTERMEDIATE!done$1; G1-PLAN!done$1 | T03!draft$2";
    const REVIEW: &str = "---\nopen_questions: []\n---\n\n## Doubt\n\nNone.\n";

    /// What fires, or cannot be told, with these files beside the plan.
    fn fired(files: &[(&str, &str)], lint: &[&str]) -> Vec<String> {
        let mut tree = sketch_tree(PLAN);
        let folder = RelPath::new(FOLDER).unwrap();
        let baseline = Baseline::of(&crate::fixture::sketch(&PLAN.replace(" | T03!draft$2", " | ")));
        tree.insert_text(folder.join("GATE-02-REVIEW.md").unwrap(), REVIEW);
        let unit = "---\nid: FEAT-2026-0042/T03\nstatus: draft\nplanned_cost_usd: 2\nprovenance: gate 1 asks for it\n---\n";
        tree.insert_text(folder.join("WU-T03.md").unwrap(), unit);
        for (name, text) in files {
            let path = if name.starts_with('.') { RelPath::new(name) } else { folder.join(name) };
            tree.insert_text(path.unwrap(), *text);
        }
        let feature = parse::feature(&tree, &folder);
        let lint: Vec<String> = lint.iter().map(|line| (*line).to_owned()).collect();
        let found = evaluate(&feature, Some(&baseline), 1, &lint);
        assert_eq!((found.would_arm, found.classes.len()), (found.against().is_empty(), 8));
        found.against().iter().map(|line| line.split(':').next().unwrap_or_default().to_owned()).collect()
    }

    fn unit(lines: &str) -> String {
        format!("---\nid: FEAT-2026-0042/T03\nstatus: draft\nprovenance: so\n{lines}\n---\n")
    }

    #[test]
    fn each_class_fires_by_itself() {
        assert_eq!(fired(&[], &[]), [""; 0]);
        let t03 = |lines: &str| fired(&[("WU-T03.md", &unit(lines))], &[]);
        assert_eq!(t03("planned_cost_usd: 20"), ["budget_projection"]);
        assert_eq!(t03("produces: .specfuse/verification.yml"), ["judge_editing"]);
        assert_eq!(t03("produces: [\".specfuse/rules/*.md\"]"), ["judge_editing"]);
        assert_eq!(t03("produces: web/package.json"), ["decision_class_paths"]);
        assert_eq!(t03("produces: requirements-dev.txt"), ["decision_class_paths"]);
        assert_eq!(t03("human_only: true"), ["open_questions_human_only"]);
        let sets =
            ("code:\n  - name: x\n    command: sh ./scripts/check.sh --all\n", "produces: scripts/check.sh");
        let files = [(".specfuse/verification.yml", sets.0), ("WU-T03.md", &unit(sets.1)[..])];
        assert_eq!(fired(&files, &[]), ["judge_editing"]);
        let changed = "---\nid: FEAT-2026-0042/T01\nstatus: done\nplanned_cost_usd: 3\n---\n\n# Do T01\n";
        assert_eq!(fired(&[("WU-T01.md", changed)], &[]), ["retroactive_edits"]);
        let silent = "---\nid: FEAT-2026-0042/T03\nstatus: draft\n---\n";
        assert_eq!(fired(&[("WU-T03.md", silent)], &[]), ["missing_provenance"]);
        for review in [REVIEW.replace("[]", "[Which colour?]"), REVIEW.replace("open_questions: []", "x: 1")]
        {
            assert_eq!(fired(&[("GATE-02-REVIEW.md", &review)], &[]), ["open_questions_human_only"]);
        }
        assert_eq!(fired(&[], &["a finding"]), ["plan_next_lint"]);
    }

    #[test]
    fn too_much_drift_fires_and_a_missing_baseline_is_no_yes() {
        let feature = crate::fixture::sketch("T01$1; T02$1; G1-CLOSE-INTERMEDIATE | T03; T04 | T05 | T06");
        let baseline = Baseline::of(&crate::fixture::sketch("T01$1; T02$1; G1-CLOSE-INTERMEDIATE"));
        let caps = &evaluate(&feature, Some(&baseline), 1, &[]).classes["drift_caps"];
        assert_eq!(caps.status, Fired);
        assert!(caps.reason.contains("cap 1.5") && caps.reason.contains("3 gates"), "{}", caps.reason);
        let without = evaluate(&feature, None, 1, &[]);
        assert_eq!(without.classes["budget_projection"].status, NotEvaluable);
        assert!(!without.would_arm);
    }

    #[test]
    fn a_gate_tightens_the_autonomy_and_never_loosens_it() {
        let of = |plan: &str, gate: &str| {
            let mut tree = sketch_tree("T01");
            let folder = RelPath::new(FOLDER).unwrap();
            let path = folder.join("PLAN.md").unwrap();
            let text =
                tree.text(&path).unwrap().replace("status: active", &format!("status: active\n{plan}"));
            tree.insert_text(path, text);
            tree.insert_text(folder.join("GATE-01.md").unwrap(), format!("---\ngate: 1\n{gate}\n---\n"));
            autonomy(&parse::feature(&tree, &folder), 0)
        };
        assert_eq!(of("autonomy_default: auto", ""), Autonomy::Auto);
        assert_eq!(of("", ""), Autonomy::Review);
        assert_eq!(of("autonomy_default: auto", "autonomy: review"), Autonomy::Review);
        assert_eq!(of("autonomy_default: review", "autonomy: auto"), Autonomy::Review);
        assert_eq!(of("autonomy_default: auto", "autonomy: never"), Autonomy::Supervised);
    }
}
