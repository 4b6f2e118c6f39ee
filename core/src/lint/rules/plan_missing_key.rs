//! `plan/missing-key`: PLAN.md lacks a key that every plan needs.

use crate::diagnostic::Severity;
use crate::edit::{self, Value};
use crate::fix::{Fix, Safety};
use crate::lint::{Check, Rule, Sink};
use crate::model::id::FeatureId;
use crate::model::plan::Plan;
use crate::schema::{self, FileKind};
use crate::yaml::Node;

/// See the page.
pub static RULE: Rule = Rule::new(
    "plan/missing-key",
    Severity::Error,
    "PLAN.md lacks a key that every plan needs.",
    Check::Plan(check),
);

fn check(plan: &Plan, sink: &mut Sink) {
    if plan.doc.block().is_none_or(|block| !(block.yaml.root.is_null() || block.yaml.root.as_map().is_some()))
    {
        return;
    }
    for key in schema::PLAN.iter().filter(|key| key.required) {
        match plan.doc.entry(key.name) {
            None => missing(plan, key.name, sink),
            Some(entry) if is_blank(&entry.value) => {
                let report =
                    sink.report(entry.key.span, format!("`{}` is empty", key.name)).help(key.meaning);
                // The Python tools run a plan whose other keys are empty.
                if key.name != "status" {
                    report.severity(Severity::Warning);
                }
            }
            Some(_) => {}
        }
    }
}

fn is_blank(node: &Node) -> bool {
    node.is_null() || node.as_text().is_some_and(|text| text.trim().is_empty())
}

fn missing(plan: &Plan, key: &'static str, sink: &mut Sink) {
    let mend = guess(plan, key).and_then(|(value, safe)| {
        let edits =
            edit::set_key(FileKind::Plan, &plan.path, &plan.doc.text, key, &Value::Raw(value.clone()))
                .ok()?;
        Some((format!("add `{key}: {value}`"), edits, if safe { Safety::Safe } else { Safety::Unsafe }))
    });
    let meaning = schema::find(FileKind::Plan, key).map_or("", |key| key.meaning);
    let report = sink.report(plan.doc.head_span(), format!("the plan has no `{key}`")).help(meaning);
    if let Some((title, edits, safety)) = mend {
        report.fix(Fix { title, safety, edits });
    }
}

/// A value for `key` as YAML, and whether nothing else could have been meant.
fn guess(plan: &Plan, key: &str) -> Option<(String, bool)> {
    let folder = plan.path.parent()?;
    let title = plan.doc.title().map(|t| t.value.trim_start_matches("Plan:").trim().to_owned());
    let text = |text: String, safe| Some((crate::yaml::scalar_for(&text), safe));
    match key {
        "feature_id" => text(FeatureId::of_folder(folder.file_name())?.to_string(), true),
        "title" => text(title.filter(|t| !t.is_empty())?, true),
        "branch" => text(format!("feat/{}", folder.file_name()), false),
        "roadmap_goal" => text(title.filter(|t| !t.is_empty())?, false),
        "status" => text("planned".to_owned(), false),
        _ => None,
    }
}
