//! Which commands run, in which order.

use super::plan::{CheckView, NarrowView, PlanView, UnitView};
use crate::model::verification::DEFAULT_TIMEOUT_SECONDS;
use crate::ordered;
use crate::path::RelPath;
use std::collections::BTreeSet;

/// The name under which a gate's `feature_oracle` runs.
pub const FEATURE_ORACLE: &str = "feature_oracle";

/// The sets that `unit` needs and that are missing or empty.
pub fn missing(plan: &PlanView, unit: &UnitView) -> Vec<String> {
    let own = unit.kind.and_then(|kind| kind.verification_set()).map(str::to_owned);
    let named = [&unit.extra_gates, &unit.prep, &unit.oracles].into_iter().flatten().cloned();
    let needed = ordered::set(own.into_iter().chain(named));
    needed.into_iter().filter(|name| plan.head.sets.get(name).is_none_or(Vec::is_empty)).collect()
}

/// What judges a session of `unit`: its type's set and its extra sets, each check once by name, broad
/// ones left out, narrow commands where they apply to what was touched, and the gate's oracle.
pub fn verification(plan: &PlanView, gate: usize, unit: &UnitView, touched: &[RelPath]) -> Vec<CheckView> {
    let own = unit.kind.and_then(|kind| kind.verification_set());
    let names = own.into_iter().chain(unit.extra_gates.iter().map(String::as_str));
    let mut checks = union(plan, names);
    checks.retain(|check| !check.broad);
    for check in &mut checks {
        if let Some(command) = check.narrow.as_ref().and_then(|narrow| narrowed(narrow, touched)) {
            check.command = command;
        }
    }
    let oracle = plan.gates.get(gate).and_then(|gate| gate.feature_oracle.clone());
    if let Some(command) = oracle.filter(|_| !checks.iter().any(|check| check.name == FEATURE_ORACLE)) {
        checks.push(CheckView {
            name: FEATURE_ORACLE.into(),
            command,
            timeout_seconds: DEFAULT_TIMEOUT_SECONDS,
            needs: Vec::new(),
            broad: false,
            narrow: None,
        });
    }
    ordered(checks)
}

/// The named sets one after the other, each check once by name.
pub fn named<'a>(plan: &PlanView, sets: impl IntoIterator<Item = &'a str>) -> Vec<CheckView> {
    ordered(union(plan, sets))
}

fn union<'a>(plan: &PlanView, sets: impl IntoIterator<Item = &'a str>) -> Vec<CheckView> {
    let mut seen = BTreeSet::new();
    let all = sets.into_iter().filter_map(|name| plan.head.sets.get(name)).flatten();
    all.filter(|check| seen.insert(check.name.clone())).cloned().collect()
}

/// An order in which needs come first and all else stays. A need that is not among the checks is
/// dropped; checks that need each other stay last, and none of them will pass.
fn ordered(mut checks: Vec<CheckView>) -> Vec<CheckView> {
    let names = ordered::set(checks.iter().map(|check| check.name.clone()));
    checks.iter_mut().for_each(|check| check.needs.retain(|need| names.contains(need)));
    let (mut out, mut placed) = (Vec::with_capacity(checks.len()), BTreeSet::new());
    while !checks.is_empty() {
        let free = |check: &CheckView| check.needs.iter().all(|need| placed.contains(need));
        let Some(at) = checks.iter().position(free) else { break };
        let check = checks.remove(at);
        placed.insert(check.name.clone());
        out.push(check);
    }
    out.extend(checks);
    out
}

/// The narrow command over the tests that were touched. `None` when there is none, when the command has
/// no place for them, or when a name is one that a shell could read as more than a name.
fn narrowed(narrow: &NarrowView, touched: &[RelPath]) -> Option<String> {
    let roots: Vec<RelPath> = narrow.test_roots.iter().filter_map(|root| RelPath::new(root).ok()).collect();
    let tests: Vec<&RelPath> =
        touched.iter().filter(|path| roots.iter().any(|root| path.below(root).is_some())).collect();
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    if tests.is_empty() || tests.iter().any(|path| !path.as_str().chars().all(plain)) {
        return None;
    }
    let items: Vec<String> = tests.iter().map(|path| item(&narrow.item_template, path)).collect();
    let has_place = narrow.command.contains("{tests}");
    has_place.then(|| narrow.command.replace("{tests}", &items.join(&narrow.separator)))
}

fn item(template: &str, path: &RelPath) -> String {
    let text = path.as_str();
    let stem = text.rsplit_once('.').map_or(text, |(stem, _)| stem);
    let name = path.file_name();
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    template.replace("{path}", text).replace("{module}", &stem.replace('/', ".")).replace("{stem}", name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, needs: &[&str]) -> CheckView {
        CheckView {
            name: name.into(),
            command: "true".into(),
            timeout_seconds: 1.0,
            needs: needs.iter().map(|need| need.to_string()).collect(),
            broad: false,
            narrow: None,
        }
    }

    fn order(checks: Vec<CheckView>) -> Vec<String> {
        ordered(checks).into_iter().map(|check| check.name).collect()
    }

    #[test]
    fn needs_come_first_and_circles_last() {
        assert_eq!(order(vec![check("b", &["a"]), check("a", &[]), check("c", &["gone"])]), ["a", "b", "c"]);
        assert_eq!(order(vec![check("x", &["y"]), check("y", &["x"]), check("a", &[])]), ["a", "x", "y"]);
    }

    #[test]
    fn narrow_commands_take_plain_names_only() {
        let narrow = NarrowView {
            command: "python -m unittest {tests}".into(),
            test_roots: vec!["tests".into()],
            item_template: "{module}".into(),
            separator: " ".into(),
        };
        let paths = |names: &[&str]| names.iter().map(|n| RelPath::new(n).unwrap()).collect::<Vec<_>>();
        let narrowed = |names: &[&str]| narrowed(&narrow, &paths(names));
        assert_eq!(
            narrowed(&["tests/a.py", "src/b.py", "tests/x/c.py"]).as_deref(),
            Some("python -m unittest tests.a tests.x.c")
        );
        assert_eq!(narrowed(&["src/b.py"]), None);
        assert_eq!(narrowed(&["tests/a.py", "tests/$(rm).py"]), None);
    }
}
