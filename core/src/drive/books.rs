//! What the effects on the plan's own files make of their texts. The program writes the results to disk,
//! a simulated world into its tree.

use crate::edit::{self, EditRefused, Value};
use crate::fix::Edits;
use crate::model::event::Event as LogLine;
use crate::model::gate;
use crate::model::id::FeatureId;
use crate::model::status::PlanStatus;
use crate::ordered;
use crate::path::RelPath;
use crate::schema::FileKind;
use crate::tree::Tree;
use serde_json::Value as Json;

/// The file's text with the keys of a [`super::Effect::SetKeys`] set and removed, or the key that could
/// not be. `before` is `None` when the file is not there: a gate's is begun then, and of others there
/// is nothing to write.
///
/// # Errors
/// When the head of the file is too broken to carry a key.
pub fn with_keys(
    path: &RelPath,
    before: Option<&str>,
    keys: &[(String, Json)],
) -> Result<Option<String>, (String, EditRefused)> {
    let kind = kind_of(path);
    let stub = || gate_stub(path).filter(|_| kind == FileKind::Gate);
    let Some(mut text) = before.map(str::to_owned).or_else(stub) else { return Ok(None) };
    for (key, value) in keys {
        let changed = match value {
            Json::Null => edit::without_key(kind, &text, &[key]),
            value => edit::with_key(kind, &text, &[key], &key_value(value)),
        };
        text = changed.map_err(|refused| (key.clone(), refused))?;
    }
    Ok(Some(text))
}

/// The file's text after an [`super::Effect::Append`]; `None` when a line of it is `marker` already.
pub fn with_appended(before: Option<&str>, marker: &str, text: &str) -> Option<String> {
    let old = before.unwrap_or_default();
    if old.lines().any(|line| line.trim_end() == marker.trim_end()) {
        return None;
    }
    let gap = match old {
        "" => "",
        old if old.ends_with("\n\n") => "",
        old if old.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    Some(format!("{old}{gap}{text}"))
}

/// The lines of a [`super::Effect::Log`] that `log` does not hold yet, redacted.
pub fn new_lines(log: &[u8], lines: Vec<LogLine>) -> Vec<String> {
    let known = ordered::set(log.split(|byte| *byte == b'\n'));
    lines.into_iter().map(redacted).filter(|line| !known.contains(line.as_bytes())).collect()
}

/// The two steps of a [`super::Effect::FinishRoadmap`]: the row, then the archive. Each is made for the
/// tree as the one before left it, and has nothing to do where the roadmap does not know the feature.
pub const FINISH_ROADMAP: [fn(&Tree, &str) -> Edits; 2] = [finish_row, archive];

fn finish_row(tree: &Tree, feature: &str) -> Edits {
    let edits = FeatureId::parse(feature).map(|id| edit::set_roadmap_status(tree, &id, PlanStatus::Done));
    edits.and_then(Result::ok).unwrap_or_else(Edits::none)
}

fn archive(tree: &Tree, feature: &str) -> Edits {
    let edits = FeatureId::parse(feature).map(|id| edit::archive_feature(tree, &id));
    edits.and_then(Result::ok).unwrap_or_else(Edits::none)
}

/// What kind of plan file stands at `path`; one of no other kind is a unit's.
pub fn kind_of(path: &RelPath) -> FileKind {
    match path.file_name() {
        "PLAN.md" => FileKind::Plan,
        name if gate::number_of(name, ".md").is_some() => FileKind::Gate,
        _ => FileKind::Unit,
    }
}

fn gate_stub(path: &RelPath) -> Option<String> {
    let number = gate::number_of(path.file_name(), ".md")?;
    Some(format!("---\ngate: {number}\nstatus: open\n---\n\n# Gate {number}\n"))
}

/// A JSON value as the value of a key.
fn key_value(value: &Json) -> Value {
    match value {
        Json::Null => Value::Null,
        Json::Bool(yes) => Value::Bool(*yes),
        Json::Number(number) => {
            number.as_i64().map_or_else(|| Value::Number(number.as_f64().unwrap_or(0.0)), Value::Int)
        }
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(list) => Value::Texts(
            list.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).collect(),
        ),
        Json::Object(_) => Value::Raw(value.to_string()),
    }
}

fn redacted(mut line: LogLine) -> String {
    super::redact::redact_value(&mut line.payload);
    serde_json::to_string(&line).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn doing_it_twice_changes_nothing() {
        let path = RelPath::new("GATE-02.md").unwrap();
        let keys = [("status".to_owned(), json!("passed")), ("note".to_owned(), Json::Null)];
        let once = with_keys(&path, None, &keys).unwrap().unwrap();
        assert_eq!(once, "---\ngate: 2\nstatus: passed\n---\n\n# Gate 2\n");
        assert_eq!(with_keys(&path, Some(&once), &keys).unwrap(), Some(once));
        assert_eq!(with_keys(&RelPath::new("WU-01.md").unwrap(), None, &keys).unwrap(), None);
        let text = with_appended(Some("# R"), "## Gate 1", "## Gate 1\n").unwrap();
        assert_eq!(text, "# R\n\n## Gate 1\n");
        assert_eq!(with_appended(Some(&text), "## Gate 1", "## Gate 1\n"), None);
        let line = LogLine {
            timestamp: "t".into(),
            correlation_id: "c".into(),
            event_type: "e".into(),
            source: "driver".into(),
            source_version: "1".into(),
            payload: json!({}),
        };
        let lines = new_lines(b"", vec![line.clone()]);
        assert_eq!(lines.len(), 1);
        assert!(new_lines(format!("{}\n", lines[0]).as_bytes(), vec![line]).is_empty());
    }
}
