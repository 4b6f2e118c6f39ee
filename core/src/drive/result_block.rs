//! The RESULT block: the last thing a session prints. It is foreign text, read leniently and
//! never written; what it says is advisory.

use crate::markdown::{Fence, Markdown};
use crate::span::Span;
use crate::yaml;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[cfg(test)]
mod tests;

/// A block longer than this is not read (bytes).
const MAX_BYTES: usize = 256 * 1024;

/// A block with more opening brackets than this is read by our own reader alone: the other one takes
/// time in the square of their depth.
const MAX_BRACKETS: usize = 1_000;

/// What a session says of itself.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct ResultBlock {
    /// `status`; `None` when it is missing or another word.
    pub status: Option<ResultStatus>,
    /// `summary`
    #[serde(default)]
    pub summary: String,
    /// `files_changed`
    #[serde(default)]
    pub files_changed: Vec<String>,
    /// `acceptance_criteria`
    #[serde(default)]
    pub acceptance_criteria: Vec<Criterion>,
    /// `blocked_reason`, or `reason`
    #[serde(default)]
    pub blocked_reason: Option<String>,
    /// `produces_unchanged`: paths that need no change, and why.
    #[serde(default)]
    pub produces_unchanged: Vec<(String, String)>,
    /// `produces_amended`: planned paths that the session leaves out, and why.
    #[serde(default)]
    pub produces_amended: Vec<(String, String)>,
    /// `blocked_next`: what would clear the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_next: Option<BlockedNext>,
    /// `forward_note`
    #[serde(default)]
    pub forward_note: Option<String>,
}

/// What a blocked session asks for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BlockedNext {
    /// `kind`: only `fix_unit` is known.
    pub kind: String,
    /// `file`: the unit that the session wrote, in the feature's folder.
    pub file: String,
    /// `id`: that unit's id.
    pub id: String,
}

/// The words of `status`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultStatus {
    /// The session thinks that it is done.
    Complete,
    /// It cannot go on.
    Blocked,
}

/// An acceptance criterion as the session sees it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Criterion {
    /// The criterion.
    pub text: String,
    /// Whether it is met; `None` when the session does not say.
    pub met: Option<bool>,
    /// How one can see it.
    pub evidence: String,
}

/// Reads the last RESULT block of a session's text; `None` when there is none that can be read.
pub fn read(text: &str) -> Option<ResultBlock> {
    let body = Markdown::read(text, Span::new(0, text.len()));
    body.fences.iter().rev().find_map(|fence| content(text, fence)).and_then(read_yaml)
}

/// What a fence holds when it is a RESULT block.
fn content<'a>(text: &'a str, fence: &Fence) -> Option<&'a str> {
    let inside = fence.content.slice(text);
    if fence.language().eq_ignore_ascii_case("result") {
        return Some(inside);
    }
    let (first, rest) = inside.split_once('\n').unwrap_or((inside, ""));
    let is_label = first.trim().trim_end_matches(':').eq_ignore_ascii_case("result");
    (fence.info.value.is_empty() && is_label).then_some(rest)
}

/// The last RESULT block of a text as a map, whatever its keys.
pub fn value(text: &str) -> Option<Value> {
    let body = Markdown::read(text, Span::new(0, text.len()));
    body.fences.iter().rev().find_map(|fence| content(text, fence)).and_then(map_of)
}

/// The texts of a list; a single value counts as a list of one.
pub fn texts(value: &Value) -> Vec<String> {
    list(Some(value)).iter().filter_map(as_text).filter(|text| !text.is_empty()).collect()
}

fn read_yaml(block: &str) -> Option<ResultBlock> {
    let result = of_value(&map_of(block)?);
    (result != ResultBlock::default()).then_some(result)
}

fn map_of(block: &str) -> Option<Value> {
    if block.len() > MAX_BYTES {
        return None;
    }
    let nests = block.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count() > MAX_BRACKETS;
    let strict = if nests { None } else { serde_yaml::from_str::<Value>(&dedented(block)).ok() };
    Some(strict.filter(Value::is_object).unwrap_or_else(|| tolerant(block)))
}

/// The block without the indentation that all of its lines share.
fn dedented(block: &str) -> String {
    let lines: Vec<&str> = block.lines().map(|line| line.trim_end_matches('\r')).collect();
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let shared = lines.iter().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    lines.iter().map(|line| line.get(shared..).unwrap_or("")).collect::<Vec<_>>().join("\n")
}

/// For what is no YAML: the plan dialect's reader, which never fails, and for texts that it also
/// gives up on, the lines.
fn tolerant(block: &str) -> Value {
    let block = dedented(block);
    let read = yaml::read(&block, Span::new(0, block.len()));
    let broken = read.problems.iter().any(|problem| !problem.kind.is_tolerated());
    let by_dialect = of_node(&read.root);
    if by_dialect.is_object() && !broken { by_dialect } else { by_lines(&block) }
}

fn of_node(node: &yaml::Node) -> Value {
    if let Some(map) = node.as_map() {
        let entries = map.entries.iter().map(|e| (e.key.value.clone(), of_node(&e.value)));
        return Value::Object(entries.collect());
    }
    if let Some(seq) = node.as_seq() {
        return Value::Array(seq.items.iter().map(|item| of_node(&item.value)).collect());
    }
    match node.as_scalar() {
        Some(scalar) => scalar.as_bool().map_or_else(|| Value::String(scalar.text.clone()), Value::Bool),
        None => Value::Null,
    }
}

/// `key: value` lines at the left edge; what follows deeper, or as `- item`, belongs to the key.
fn by_lines(block: &str) -> Value {
    let mut map = serde_json::Map::new();
    let mut current: Option<(String, Vec<String>)> = None;
    let mut keep = |entry: Option<(String, Vec<String>)>| {
        if let Some((key, lines)) = entry {
            map.entry(key).or_insert_with(|| value_of_lines(&lines));
        }
    };
    for line in block.lines() {
        match key_of(line) {
            Some((key, rest)) => {
                keep(current.take());
                current = Some((key.to_owned(), vec![rest.to_owned()]));
            }
            None => {
                if let Some((_, lines)) = &mut current {
                    lines.push(line.trim().to_owned());
                }
            }
        }
    }
    keep(current.take());
    Value::Object(map)
}

fn key_of(line: &str) -> Option<(&str, &str)> {
    const KEYS: [&str; 14] = [
        "findings",
        "status",
        "summary",
        "files_changed",
        "acceptance_criteria",
        "blocked_reason",
        "reason",
        "produces_unchanged",
        "produces_amended",
        "blocked_next",
        "forward_note",
        "verdict",
        "reasons",
        "follow_ups",
    ];
    let (key, rest) = line.trim_start_matches('\t').split_once(':')?;
    let key = key.trim_end().trim_matches(['"', '\'']);
    KEYS.contains(&key).then_some((key, rest.trim()))
}

fn value_of_lines(lines: &[String]) -> Value {
    let first = lines.first().map_or("", String::as_str);
    let is_block = first.starts_with(['|', '>']) && first.len() <= 3;
    let rest = lines.iter().skip(1).filter(|line| !line.is_empty());
    if first.is_empty() && lines.get(1).is_some_and(|line| line.starts_with("- ")) {
        return rest
            .filter_map(|line| line.strip_prefix("- "))
            .map(|item| Value::String(unquoted(item)))
            .collect();
    }
    if let Some(list) = first.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
        return list.split(',').map(|item| Value::String(unquoted(item))).filter(|v| v != "").collect();
    }
    let mut parts: Vec<&str> = if is_block { Vec::new() } else { vec![first] };
    parts.extend(rest.map(String::as_str));
    let between = if first.starts_with('|') { "\n" } else { " " };
    unquoted(&parts.join(between)).into()
}

fn unquoted(text: &str) -> String {
    let text = text.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            return inner.strip_suffix(quote).unwrap_or(inner).to_owned();
        }
    }
    text.to_owned()
}

fn of_value(value: &Value) -> ResultBlock {
    let text = |key: &str| value.get(key).and_then(as_text).filter(|text| !text.is_empty());
    ResultBlock {
        status: text("status").and_then(|word| status(&word)),
        summary: text("summary").unwrap_or_default(),
        files_changed: list(value.get("files_changed")).iter().filter_map(path_of).collect(),
        acceptance_criteria: list(value.get("acceptance_criteria")).iter().map(criterion).collect(),
        blocked_reason: text("blocked_reason").or_else(|| text("reason")),
        produces_unchanged: list(value.get("produces_unchanged")).iter().filter_map(justified).collect(),
        produces_amended: list(value.get("produces_amended")).iter().filter_map(justified).collect(),
        blocked_next: value.get("blocked_next").and_then(blocked_next),
        forward_note: text("forward_note"),
    }
}

fn status(word: &str) -> Option<ResultStatus> {
    match word.to_lowercase().as_str() {
        "complete" | "completed" | "done" | "success" => Some(ResultStatus::Complete),
        "blocked" => Some(ResultStatus::Blocked),
        _ => None,
    }
}

pub(super) fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        // `reason: see: this` is a map in YAML proper; give back what was written.
        Value::Object(map) => {
            let parts = map.iter().map(|(key, value)| match as_text(value) {
                Some(text) => format!("{key}: {text}"),
                None => key.clone(),
            });
            Some(parts.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => {
            Some(items.iter().filter_map(as_text).collect::<Vec<_>>().join("\n")).filter(|t| !t.is_empty())
        }
        Value::Null => None,
    }
}

/// A list as it is; a single value counts as a list of one.
pub(super) fn list(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(items)) => items,
        None | Some(Value::Null) => &[],
        Some(one) => std::slice::from_ref(one),
    }
}

fn path_of(value: &Value) -> Option<String> {
    match value {
        Value::Object(map) => map.get("path").and_then(as_text),
        other => as_text(other),
    }
    .filter(|path| !path.is_empty())
}

fn justified(value: &Value) -> Option<(String, String)> {
    let why = ["justification", "reason"].iter().find_map(|key| value.get(key).and_then(as_text));
    Some((path_of(value)?, why.unwrap_or_default()))
}

fn blocked_next(value: &Value) -> Option<BlockedNext> {
    let of = |key: &str| value.get(key).and_then(as_text).filter(|text| !text.is_empty());
    Some(BlockedNext { kind: of("kind")?, file: of("file")?, id: of("id")? })
}

fn criterion(value: &Value) -> Criterion {
    let of = |key: &str| value.get(key).and_then(as_text);
    let met = value.get("met").and_then(|met| match met {
        Value::Bool(met) => Some(*met),
        other => match as_text(other)?.to_lowercase().as_str() {
            "yes" | "true" | "met" => Some(true),
            "no" | "false" | "not met" | "not_met" => Some(false),
            _ => None,
        },
    });
    let text = if value.is_object() { of("text").or_else(|| of("criterion")) } else { as_text(value) };
    Criterion { text: text.unwrap_or_default(), met, evidence: of("evidence").unwrap_or_default() }
}
