//! `file/value-type`

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink, Source, values};
use crate::schema::{self, FileKind, Key};
use crate::yaml::Node;

/// See the page.
pub static RULE: Rule = Rule::new(
    "file/value-type",
    Severity::Warning,
    "A key of a gate, a review or `config` holds a value of the wrong kind, or one of the plan a list or map.",
    Check::Source(check),
)
.beyond_python();

/// Keys whose rules judge every value.
const JUDGED: [&str; 5] =
    ["gate", "planned_cost_usd", "actual_cost_usd", "cost_budget_usd", "feature_oracle"];

/// Keys whose rules judge texts, and are silent on lists and maps.
const JUDGED_AS_TEXT: [&str; 9] = [
    "feature_id",
    "title",
    "branch",
    "roadmap_goal",
    "base",
    "status",
    "autonomy_default",
    "autonomy",
    "verdict",
];

fn check(source: &Source, sink: &mut Sink) {
    let kind = match source.kind() {
        Some(kind @ (FileKind::Plan | FileKind::Gate | FileKind::Review | FileKind::Config)) => kind,
        _ => return,
    };
    let map = source.keys().and_then(|yaml| yaml.root.as_map());
    for entry in map.into_iter().flat_map(|map| &map.entries).filter(|entry| !entry.value.is_null()) {
        let Some(key) = schema::find(kind, &entry.key.value).filter(|key| is_mine(kind, key, &entry.value))
        else {
            continue;
        };
        let Some((message, help)) = values::fault(source.text(), key, &entry.value) else { continue };
        let report = sink.report(entry.value.span, message).help(help);
        if key.required || JUDGED_AS_TEXT.contains(&key.name) {
            report.severity(Severity::Error);
        }
    }
}

/// Of a plan, only what `plan/value-type` leaves to others.
fn is_mine(kind: FileKind, key: &Key, value: &Node) -> bool {
    match JUDGED_AS_TEXT.contains(&key.name) {
        true => value.as_scalar().is_none(),
        false => kind != FileKind::Plan && !JUDGED.contains(&key.name),
    }
}
