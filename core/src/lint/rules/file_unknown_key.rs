//! `file/unknown-key`: a key, or a rule named in `config`, is not known.

use crate::diagnostic::Severity;
use crate::fix::TextEdit;
use crate::lint::{Check, Rule, Sink, Source};
use crate::model::plan::Plan;
use crate::near::nearest;
use crate::ordered;
use crate::schema::{self, FileKind};
use crate::yaml::Map;
use crate::yaml::Node;

/// See the page.
pub static RULE: Rule = Rule::new(
    "file/unknown-key",
    Severity::Warning,
    "A key, or a rule named in `config`, is not known.",
    Check::Source(check),
)
.beyond_python();

/// Suggestions are looked for this often in one map.
const SUGGESTIONS: usize = 100;

fn check(source: &Source, sink: &mut Sink) {
    let root = source.keys().and_then(|yaml| yaml.root.as_map());
    if let (Some(map), Some(kind)) = (root, source.kind()) {
        match kind {
            FileKind::Verification => verification(map, sink),
            _ => unknown(map, &names(schema::keys(kind)), sink),
        }
    }
    match source {
        Source::Plan(plan) => graph(plan, sink),
        Source::Config(config) => settings(config, sink),
        _ => {}
    }
}

fn names(keys: &[schema::Key]) -> Vec<&'static str> {
    keys.iter().map(|key| key.name).collect()
}

/// Reports the keys of `map` that are not in `known`. A near one is renamed, unless the right one
/// stands there too.
fn unknown(map: &Map, known: &[&str], sink: &mut Sink) {
    let mut taken = ordered::set(map.entries.iter().map(|e| e.key.value.as_str()));
    let strangers = map.entries.iter().filter(|entry| !known.contains(&entry.key.value.as_str()));
    for (nth, entry) in strangers.enumerate() {
        let key = entry.key.value.as_str();
        let near = if nth < SUGGESTIONS { nearest(key, known.iter().copied()) } else { None };
        let ask = near.map_or(String::new(), |(near, _)| format!("; did you mean `{near}`?"));
        let report = sink.report(entry.key.span, format!("`{key}` is no key here{ask}"));
        match near {
            Some((right, distance)) if distance <= 2 && taken.insert(right) => {
                report.fix_safe(
                    format!("rename `{key}` to `{right}`"),
                    TextEdit::replace(entry.key.span, right),
                );
            }
            _ => {
                report.help("it is kept as it is, and nobody reads it");
            }
        }
    }
}

fn graph(plan: &Plan, sink: &mut Sink) {
    let Some(root) = plan.graph.as_ref().and_then(|graph| graph.yaml.root.as_map()) else { return };
    unknown(root, &names(schema::GRAPH), sink);
    let (of_gate, of_unit) = (names(schema::GRAPH_GATE), names(schema::GRAPH_UNIT));
    for gate in maps(root.get("gates")) {
        unknown(gate, &of_gate, sink);
        maps(gate.get("work_units")).for_each(|unit| unknown(unit, &of_unit, sink));
    }
}

fn maps(list: Option<&Node>) -> impl Iterator<Item = &Map> {
    list.and_then(Node::as_seq).into_iter().flat_map(|seq| &seq.items).filter_map(|item| item.value.as_map())
}

fn verification(root: &Map, sink: &mut Sink) {
    let check_keys = names(schema::VERIFICATION_GATE);
    let narrow_keys = names(schema::NARROW_SELECTION);
    for entry in &root.entries {
        if entry.key.value == "defaults" {
            entry
                .value
                .as_map()
                .into_iter()
                .for_each(|map| unknown(map, &names(schema::VERIFICATION_DEFAULTS), sink));
        }
        for check in maps(Some(&entry.value)) {
            unknown(check, &check_keys, sink);
            let narrow = check.get("narrow_selection").and_then(Node::as_map);
            narrow.into_iter().for_each(|map| unknown(map, &narrow_keys, sink));
        }
    }
}

fn settings(config: &crate::model::feature::Config, sink: &mut Sink) {
    let Some(map) = crate::lint::config::lint_map(config) else { return };
    let rules: Vec<&str> = super::ALL.iter().map(|rule| rule.id).collect();
    unknown(map, &rules, sink);
    for entry in &map.entries {
        let word = entry.value.as_text();
        if word.and_then(crate::lint::config::Setting::parse).is_none() {
            let message = format!("`{}` is no weight for a rule", word.unwrap_or(entry.value.describe()));
            sink.report(entry.value.span, message).help("write `off`, `warning` or `error`");
        }
    }
}
