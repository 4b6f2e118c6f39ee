//! What is looked at after a session and after green checks: what it may not change, and whether its
//! claims and its tree agree.

use super::event::{Produced, TreeFacts};
use super::plan::{AttemptRules, UnitView};
use super::result_block::{ResultBlock, ResultStatus};
use super::state::Outcome;
use crate::frontmatter::Document;
use crate::model::gate::review_name;
use crate::model::plan::Plan;
use crate::model::status::UnitType;
use crate::ordered;
use crate::path::RelPath;
use crate::schema::{self, FileKind, Writer};
use crate::tree::Tree;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A refusal: the outcome it makes, and what to do about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The attempt's outcome when this is the first refusal.
    pub outcome: Outcome,
    /// What is missing.
    pub what: String,
}

/// Everything that speaks against green work, in a fixed order.
pub fn refusals(
    unit: &UnitView,
    rules: &AttemptRules,
    facts: &TreeFacts,
    result: Option<&ResultBlock>,
) -> Vec<Refusal> {
    let mut out = Vec::new();
    let mut refuse = |outcome, what: String| out.push(Refusal { outcome, what });
    let claimed = result.map(|result| &result.files_changed[..]).unwrap_or_default();
    // A generated file may come out as it was.
    let unexplained = |path: &&String| !is_touched(path, facts) && !is_generated(unit, path);
    for path in claimed.iter().filter(unexplained) {
        refuse(
            Outcome::FilesChangedMismatch,
            format!("files_changed names `{path}`, which this session did not change"),
        );
    }
    let excused = result.map(|result| &result.produces_unchanged[..]).unwrap_or_default();
    let amended = amended(rules, facts, result);
    for produced in facts.produced.iter().filter(|produced| !amended.contains(&produced.pattern)) {
        let pattern = &produced.pattern;
        let is_excused = excused.iter().any(|(path, why)| names(path, pattern) && !why.trim().is_empty());
        if !produced.exists {
            refuse(Outcome::DeliverableMissing, format!("produces `{pattern}`, and no such file is there"));
        } else if !produced.filled {
            refuse(Outcome::DeliverableMissing, format!("produces `{pattern}`, and it is empty"));
        } else if !produced.touched && !is_excused {
            refuse(
                Outcome::ProducesNotInDiff,
                format!(
                    "produces `{pattern}`, which this session did not change; change it, or list it under \
                     produces_unchanged with a justification"
                ),
            );
        }
    }
    if result.is_some_and(|result| result.status == Some(ResultStatus::Complete)) && !unit.is_closing() {
        for line in facts.produced.iter().filter_map(|produced| produced.contradiction.as_ref()) {
            refuse(
                Outcome::DeliverableMissing,
                format!("the result says `complete`, but a produced document says otherwise: {line}"),
            );
        }
    }
    let works = matches!(unit.kind, Some(UnitType::Implementation | UnitType::QaAuthoring));
    let own = unit.path.as_ref();
    let idle = facts.touched.iter().all(|path| Some(path) == own || is_generated(unit, path.as_str()));
    let all_excused = facts.produced.len() > amended.len() && out.is_empty();
    if works && idle && !all_excused {
        out.push(Refusal {
            outcome: Outcome::NoDeliverableFiles,
            what: "this session changed nothing besides its own work unit file".into(),
        });
    }
    out.extend(
        facts
            .unmet
            .iter()
            .map(|what| Refusal { outcome: Outcome::ClosingDeliverableMissing, what: what.clone() }),
    );
    out
}

/// The entries of `produces` that the session leaves out with a reason, where the project allows it.
pub fn amended(rules: &AttemptRules, facts: &TreeFacts, result: Option<&ResultBlock>) -> Vec<String> {
    let amended = result.map(|result| &result.produces_amended[..]).unwrap_or_default();
    let is_amended = |pattern: &String| {
        rules.produces_amendable
            && amended.iter().any(|(path, why)| names(path, pattern) && !why.trim().is_empty())
    };
    let left_out =
        facts.produced.iter().filter(|produced| !produced.touched && is_amended(&produced.pattern));
    left_out.map(|produced| produced.pattern.clone()).collect()
}

fn is_generated(unit: &UnitView, path: &str) -> bool {
    let path = path.trim().trim_matches('`').trim_start_matches("./");
    unit.generated_surfaces.iter().any(|pattern| matches(pattern, path))
}

fn is_touched(claimed: &str, facts: &TreeFacts) -> bool {
    let Ok(path) = RelPath::new(claimed.trim().trim_matches('`')) else { return false };
    // A folder stands for what is in it.
    facts.touched.iter().any(|touched| *touched == path || touched.below(&path).is_some())
}

fn names(path: &str, pattern: &str) -> bool {
    let path = path.trim().trim_start_matches("./");
    path == pattern.trim_start_matches("./") || matches(pattern, path)
}

/// What stands where the entries of `produces` point. `files` lists the files of the tree with their
/// sizes in bytes; `touched` is what the session changed.
pub fn produced<'a>(
    patterns: &[String],
    files: impl IntoIterator<Item = (&'a RelPath, u64)> + Clone,
    touched: &[RelPath],
) -> Vec<Produced> {
    let touched = ordered::set(touched.iter());
    let look = |pattern: &String| {
        let mut found = Produced { pattern: pattern.clone(), ..Produced::default() };
        for (path, bytes) in files.clone().into_iter().filter(|(path, _)| matches(pattern, path.as_str())) {
            found.exists = true;
            found.filled |= bytes > 0;
            found.touched |= touched.contains(path);
        }
        found
    };
    patterns.iter().map(look).collect()
}

/// Whether `path` is what `pattern` names: the same path, a file in the folder it names, or a match of
/// `*` (within a part), `?` and `**` (any parts). Linear in the path for each star.
pub fn matches(pattern: &str, path: &str) -> bool {
    let pattern = pattern.trim().trim_start_matches("./").trim_end_matches('/');
    let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    let is_folder = path.len() > pattern.len() && pattern.iter().zip(&path).all(|(a, b)| part(a, b));
    is_folder || parts(&pattern, &path)
}

fn parts(pattern: &[&str], path: &[&str]) -> bool {
    wild(pattern, path, |pattern| *pattern == "**", |pattern, part_of_path| part(pattern, part_of_path))
}

fn part(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    wild(&pattern, &name, |c| *c == '*', |p, c| *p == '?' || p == c)
}

/// Matches with one kind of star, without backtracking further than the last one.
fn wild<P, T>(pattern: &[P], text: &[T], star: impl Fn(&P) -> bool, same: impl Fn(&P, &T) -> bool) -> bool {
    let (mut p, mut t, mut back) = (0, 0, None);
    while t < text.len() {
        if pattern.get(p).is_some_and(&star) {
            back = Some((p, t));
            p += 1;
        } else if pattern.get(p).is_some_and(|wanted| same(wanted, &text[t])) {
            (p, t) = (p + 1, t + 1);
        } else if let Some((at, from)) = back {
            back = Some((at, from + 1));
            (p, t) = (at + 1, from + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(star)
}

/// Changes between two trees that a session of `unit` may not make: `verification.yml`, the task
/// graph, and the frontmatter of PLAN, gates and units, the unit's own job aside. Both trees hold `.specfuse/` as it
/// was at dispatch and as the session left it.
pub fn tampering(before: &Tree, after: &Tree, folder: &RelPath, unit: &UnitView, gate: u32) -> Vec<String> {
    let mut out = Vec::new();
    let oracle = RelPath::new(".specfuse/verification.yml").ok();
    if oracle.is_some_and(|path| before.get(&path) != after.get(&path)) {
        out.push(".specfuse/verification.yml was changed".to_owned());
    }
    for (path, _) in before.below(folder) {
        let Some(kind) = kind_of(path, before) else { continue };
        if path.file_name() == review_name(gate.saturating_add(1)) {
            continue;
        }
        match (before.text(path), after.text(path)) {
            (Some(old), Some(new)) if old == new => {}
            (Some(old), Some(new)) => {
                let keys = changed_keys(&Document::read(old.clone()), &Document::read(new.clone()));
                let bad = keys.iter().filter(|key| !may_change(unit, path, kind, key));
                out.extend(bad.map(|key| format!("`{key}` in {path} was changed")));
                let planned = unit.kind == Some(UnitType::PlanNext) || kind != FileKind::Plan;
                if !planned && shape(path, old) != shape(path, new) {
                    out.push(format!("the task graph in {path} was changed"));
                }
            }
            (Some(_), None) if !may_remove(unit, kind, before, path) => {
                out.push(format!("{path} was removed"));
            }
            _ => {}
        }
    }
    out
}

/// Files beside the plan that no session may change, among those that it touched: what tells the driver
/// which agent runs, which commands judge, and the rules that bind sessions. A unit may change a rule
/// that it says to produce.
pub fn off_limits(unit: &UnitView, touched: &[RelPath]) -> Vec<String> {
    let is_rule =
        |path: &str| path.starts_with(".specfuse/rules/") || path.starts_with(".specfuse/rules-local/");
    let is_oracle = |path: &str| {
        let name = path.strip_prefix(".specfuse/").unwrap_or("");
        let other = name.starts_with("verification") && (name.ends_with(".yml") || name.ends_with(".yaml"));
        name == "config" || (other && name != "verification.yml" && !name.contains('/'))
    };
    let promised = |path: &str| unit.produces.iter().any(|pattern| matches(pattern, path));
    let bad = touched
        .iter()
        .map(RelPath::as_str)
        .filter(|path| is_oracle(path) || (is_rule(path) && !promised(path)));
    bad.map(|path| format!("{path} was changed")).collect()
}

/// What a plan's graph says, however it is written.
fn shape(path: &RelPath, text: &Arc<str>) -> Option<Vec<String>> {
    let graph = Plan::read(path.clone(), Document::read(text.clone())).graph?;
    let mut out = Vec::new();
    for gate in &graph.gates {
        out.push(format!("{:?} {:?}", gate.number.get(), gate.file.get()));
        for unit in &gate.units {
            let after: Vec<&str> = unit.depends_on.iter().map(|id| id.value.as_str()).collect();
            out.push(format!("{:?} {:?} {after:?}", unit.id.get(), unit.file.get()));
        }
    }
    Some(out)
}

fn kind_of(path: &RelPath, tree: &Tree) -> Option<FileKind> {
    let name = path.file_name();
    let is_gate = crate::model::gate::number_of(name, ".md").is_some();
    let is_unit = || {
        let text = tree.text(path)?;
        Document::read(text.clone()).get("id")?.as_text().and_then(crate::model::id::UnitId::parse)
    };
    match name {
        "PLAN.md" => Some(FileKind::Plan),
        _ if is_gate => Some(FileKind::Gate),
        _ if name.ends_with(".md") && is_unit().is_some() => Some(FileKind::Unit),
        _ => None,
    }
}

/// Keys whose values differ, and `frontmatter` when one of the two has none.
fn changed_keys(old: &Document, new: &Document) -> BTreeSet<String> {
    let values = |doc: &Document| {
        let entries = doc.keys().map(|map| &map.entries[..]).unwrap_or_default();
        let pairs = entries.iter().map(|e| (e.key.value.clone(), e.value.span.slice(&doc.text).to_owned()));
        ordered::map(pairs)
    };
    let (a, b) = (values(old), values(new));
    if old.keys().is_some() != new.keys().is_some() {
        return BTreeSet::from(["frontmatter".to_owned()]);
    }
    ordered::set(a.keys().chain(b.keys()).filter(|key| a.get(*key) != b.get(*key)).cloned())
}

fn may_change(unit: &UnitView, path: &RelPath, kind: FileKind, key: &str) -> bool {
    let own = unit.path.as_ref() == Some(path);
    let plans = unit.kind == Some(UnitType::PlanNext);
    let closes = unit.kind.is_some_and(UnitType::is_close);
    match kind {
        FileKind::Unit if own => closes && key == "verdict",
        // The next gate's units and gate file are plan-next's to write, the driver's fields aside.
        FileKind::Unit | FileKind::Gate | FileKind::Plan if plans => {
            let driver = schema::find(kind, key).is_some_and(|known| known.writer == Writer::Driver);
            !driver && (kind == FileKind::Unit || key != "status")
        }
        _ => false,
    }
}

/// Plan-next may take drafts back.
fn may_remove(unit: &UnitView, kind: FileKind, before: &Tree, path: &RelPath) -> bool {
    let draft = || {
        let text = before.text(path)?;
        Document::read(text.clone()).get("status")?.as_text().map(|status| status == "draft")
    };
    unit.kind == Some(UnitType::PlanNext) && kind == FileKind::Unit && draft() == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_paths() {
        for (pattern, path) in [
            ("src/a.rs", "src/a.rs"),
            ("./src/a.rs", "src/a.rs"),
            ("src", "src/deep/a.rs"),
            ("src/", "src/a.rs"),
            ("src/*.rs", "src/a.rs"),
            ("src/**/*.rs", "src/x/y/a.rs"),
            ("src/**/*.rs", "src/a.rs"),
            ("**/a.rs", "a.rs"),
            ("a?c", "abc"),
            ("**", "any/thing"),
        ] {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in
            [("src/a.rs", "src/a.rsx"), ("src/*.rs", "src/x/a.rs"), ("sr", "src/a"), ("a?c", "ac"), ("", "a")]
        {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
        let stars = "*a".repeat(2_000);
        assert!(!matches(&stars, &"a".repeat(1_999)));
    }

    use crate::drive::plan::PlanView;
    use crate::fixture::{FOLDER, sketch, sketch_tree};

    const PLAN: &str = "T01; T02; G1-CLOSE; G1-PLAN | T03!draft";

    fn path(name: &str) -> RelPath {
        RelPath::new(&format!("{FOLDER}/{name}")).unwrap()
    }

    /// What a session of `unit` may not have done when it replaces `from` by `to` in `file`.
    fn tampered(unit: &str, file: &str, from: &str, to: &str) -> Vec<String> {
        let (mut before, view) = (sketch_tree(PLAN), PlanView::of(&sketch(PLAN)));
        before.insert_text(RelPath::new(".specfuse/verification.yml").unwrap(), "code: []\n");
        let mut after = before.clone();
        let place = if file.starts_with('.') { RelPath::new(file).unwrap() } else { path(file) };
        let text = before.text(&place).map_or(String::new(), |text| text.to_string());
        if to == "GONE" {
            after.remove(&place);
        } else {
            assert!(text.contains(from), "{text}");
            after.insert_text(place, text.replacen(from, to, 1));
        }
        let folder = RelPath::new(FOLDER).unwrap();
        tampering(&before, &after, &folder, &view.units[&format!("FEAT-2026-0042/{unit}")], 1)
    }

    #[test]
    fn the_oracle_and_the_drivers_fields_are_not_a_sessions_to_change() {
        let bad =
            |unit, file, from, to| assert_eq!(tampered(unit, file, from, to).len(), 1, "{unit} {file} {to}");
        bad("T01", ".specfuse/verification.yml", "code", "doc");
        bad("G1-PLAN", ".specfuse/verification.yml", "code", "doc");
        bad("T01", "WU-T01.md", "status: pending", "status: done");
        bad("T01", "WU-T02.md", "status: pending", "status: done");
        bad("T01", "WU-T01.md", "", "GONE");
        bad("T01", "WU-T01.md", "---\n", "\n---\n");
        bad("T01", "PLAN.md", "status: active", "status: done");
        bad("T01", "GATE-01.md", "status: open", "status: passed");
        bad("G1-CLOSE", "GATE-01.md", "status: open", "status: passed");
        bad("G1-CLOSE", "WU-G1-CLOSE.md", "status: pending", "status: done");
        bad("G1-PLAN", "PLAN.md", "status: active", "status: done");
        bad("G1-PLAN", "GATE-01.md", "status: open", "status: passed");
        bad("G1-PLAN", "WU-T01.md", "", "GONE");
        bad("G1-PLAN", "WU-T01.md", "status: pending", "attempts: 7\nstatus: pending");
    }

    #[test]
    fn what_is_a_sessions_job_is_not_tampering() {
        let good =
            |unit, file, from, to| assert_eq!(tampered(unit, file, from, to), [""; 0], "{unit} {file} {to}");
        good("T01", "WU-T01.md", "\n---\n", "\n---\nMore words.\n");
        good("T01", "NOTES.md", "", "new");
        good("G1-CLOSE", "WU-G1-CLOSE.md", "status: pending", "status: pending\nverdict: met");
        good("G1-PLAN", "WU-T03.md", "status: draft", "status: draft\nplanned_cost_usd: 2");
        good("G1-PLAN", "WU-T03.md", "", "GONE");
        good("G1-PLAN", "GATE-02.md", "status: open", "cost_budget_usd: 9\nstatus: open");
    }

    fn unit(kind: &str) -> UnitView {
        let mut unit = PlanView::of(&sketch("T01")).units["FEAT-2026-0042/T01"].clone();
        unit.kind = crate::model::status::Vocabulary::parse(kind);
        unit
    }

    fn facts(touched: &[&str], produces: &[&str], files: &[(&str, u64)]) -> TreeFacts {
        let touched: Vec<RelPath> = touched.iter().map(|name| RelPath::new(name).unwrap()).collect();
        let files: Vec<(RelPath, u64)> =
            files.iter().map(|(name, bytes)| (RelPath::new(name).unwrap(), *bytes)).collect();
        let patterns: Vec<String> = produces.iter().map(|pattern| pattern.to_string()).collect();
        let produced = produced(&patterns, files.iter().map(|(path, bytes)| (path, *bytes)), &touched);
        TreeFacts { touched, produced, ..TreeFacts::default() }
    }

    fn outcomes(facts: &TreeFacts, result: &str) -> Vec<Outcome> {
        let result = super::super::result_block::read(&format!("```result\n{result}\n```"));
        refusals(&unit("implementation"), &AttemptRules::default(), facts, result.as_ref())
            .into_iter()
            .map(|r| r.outcome)
            .collect()
    }

    #[test]
    fn what_binds_sessions_is_off_limits() {
        let paths = |names: &[&str]| names.iter().map(|name| RelPath::new(name).unwrap()).collect::<Vec<_>>();
        let mut unit = unit("implementation");
        let all = [
            ".specfuse/config",
            ".specfuse/verification-nightly.yml",
            ".specfuse/rules/a.md",
            ".specfuse/rules-local/b.md",
        ];
        assert_eq!(off_limits(&unit, &paths(&all)).len(), 4);
        let free = ["config", ".specfuse/LEARNINGS.md", ".specfuse/rules.md", "src/.specfuse/config"];
        assert_eq!(off_limits(&unit, &paths(&free)), [""; 0]);
        unit.produces = vec![".specfuse/rules/a.md".into(), ".specfuse/config".into()];
        assert_eq!(off_limits(&unit, &paths(&all)).len(), 3);
    }

    #[test]
    fn a_promise_is_amended_where_the_project_allows_it() {
        let facts = facts(&["src/a.rs"], &["src/a.rs", "src/b.rs"], &[("src/a.rs", 3)]);
        let text =
            "```result\nstatus: complete\nproduces_amended: [{path: src/b.rs, reason: a does it}]\n```";
        let result = super::super::result_block::read(text);
        let judge = |produces_amendable| {
            let rules = AttemptRules { produces_amendable, ..AttemptRules::default() };
            let refused = refusals(&unit("implementation"), &rules, &facts, result.as_ref()).len();
            (refused, amended(&rules, &facts, result.as_ref()))
        };
        assert_eq!(judge(true), (0, vec!["src/b.rs".to_owned()]));
        assert_eq!(judge(false), (1, vec![]));
    }

    #[test]
    fn generated_files_are_no_work_and_may_stay_as_they_are() {
        let mut unit = unit("implementation");
        unit.generated_surfaces = vec!["gen/**".into()];
        let judge = |facts: &TreeFacts, claims: &str| {
            let result =
                super::super::result_block::read(&format!("```result\nfiles_changed: [{claims}]\n```"));
            let refusals = refusals(&unit, &AttemptRules::default(), facts, result.as_ref());
            refusals.into_iter().map(|r| r.outcome).collect::<Vec<_>>()
        };
        assert_eq!(judge(&facts(&["src/a", "gen/x"], &[], &[]), "src/a, gen/y"), []);
        assert_eq!(judge(&facts(&["gen/x"], &[], &[]), "gen/x"), [Outcome::NoDeliverableFiles]);
    }

    #[test]
    fn a_document_that_says_otherwise_refuses_the_claim() {
        let mut facts = facts(&["r.md"], &["r.md"], &[("r.md", 3)]);
        facts.produced[0].contradiction = Some("r.md:1: Status: blocked".into());
        assert_eq!(outcomes(&facts, "status: complete"), [Outcome::DeliverableMissing]);
        assert_eq!(outcomes(&facts, "summary: nothing claimed"), []);
    }

    #[test]
    fn claims_and_tree_must_agree() {
        let done = facts(&["src/a.rs"], &["src/a.rs", "docs/*.md"], &[("src/a.rs", 3), ("docs/x.md", 9)]);
        let complete = "status: complete";
        assert_eq!(outcomes(&done, complete), [Outcome::ProducesNotInDiff]);
        let excused = "status: complete\nproduces_unchanged: [{path: docs/x.md, justification: says it}]";
        assert_eq!(outcomes(&done, excused), []);
        let unexcused = "status: complete\nproduces_unchanged: [{path: docs/x.md}]";
        assert_eq!(outcomes(&done, unexcused), [Outcome::ProducesNotInDiff]);
        let claims = "status: complete\nfiles_changed: [src/a.rs, src, src/b.rs, ../x]";
        assert_eq!(
            outcomes(&facts(&["src/a.rs"], &[], &[]), claims),
            [Outcome::FilesChangedMismatch, Outcome::FilesChangedMismatch]
        );
        let empty = facts(&["a", "b"], &["a", "c"], &[("a", 0), ("b", 1)]);
        assert_eq!(outcomes(&empty, complete), [Outcome::DeliverableMissing, Outcome::DeliverableMissing]);
        let own = facts(&[&format!("{FOLDER}/WU-T01.md")], &[], &[]);
        assert_eq!(outcomes(&own, complete), [Outcome::NoDeliverableFiles]);
        assert_eq!(outcomes(&facts(&[], &["a"], &[("a", 1)]), complete).len(), 2);
        let justified = "status: complete\nproduces_unchanged: [{path: a, justification: right as it is}]";
        assert_eq!(outcomes(&facts(&[], &["a"], &[("a", 1)]), justified), []);
        assert_eq!(refusals(&unit("docs"), &AttemptRules::default(), &own, None), []);
    }
}
