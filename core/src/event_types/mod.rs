//! Every type of event that a log may hold, in one [table](TYPES): the JSON Schema that is published, the
//! check of a line, and the reference page are made from it.

mod table;
mod words;

pub use table::{OUTCOMES, TYPES};
pub use words::words;

use crate::drive::brief::REASONS;
use serde_json::{Map, Value, json};
use std::fmt::{self, Display, Formatter};

/// The version of the schema; it changes when a field changes its meaning or goes.
pub const SCHEMA_VERSION: u32 = 1;

/// The fields of every line, in order; all of them are required, and there are no others.
pub const FIELDS: &[Field] = &[
    field("timestamp", Shape::Time, "when, as RFC 3339 in UTC").needed(),
    field("correlation_id", Shape::Text, "the unit or the feature it is about").needed(),
    field("event_type", Shape::Text, "one of the types below").needed(),
    field("source", Shape::Text, "who wrote it: `driver`, or a command").needed(),
    field("source_version", Shape::Text, "which version of it").needed(),
    field("payload", Shape::Map, "the rest, by type").needed(),
];

/// A type of event.
#[derive(Clone, Copy, Debug)]
pub struct EventType {
    /// Its word in `event_type`.
    pub name: &'static str,
    /// When it is written.
    pub when: &'static str,
    /// Who writes it.
    pub origin: Origin,
    /// The fields of its payload. A payload may hold more, as those of the Python tools do.
    pub fields: &'static [Field],
}

/// Who writes events of a type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// This driver and its commands.
    Here,
    /// Only the Python tools did; it is read and kept.
    Python,
}

/// A field of an event.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// What it may hold.
    pub shape: Shape,
    /// Whether it has to be there.
    pub needed: bool,
    /// Whether it may be null: not known, or not so.
    pub nullable: bool,
    /// What it means, in a line.
    pub meaning: &'static str,
}

/// What a field may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// Anything.
    Any,
    /// Any text.
    Text,
    /// A time: RFC 3339 in UTC.
    Time,
    /// A whole number, 0 or more.
    Whole,
    /// Any number.
    Number,
    /// Yes or no.
    Flag,
    /// A list of texts.
    Texts,
    /// A list of anything.
    List,
    /// A list of objects.
    Maps,
    /// An object.
    Map,
    /// How an attempt ended: one of [`OUTCOMES`].
    Outcome,
    /// Why a person is called: one of the driver's [`REASONS`].
    Reason,
}

/// A field that may be left out.
pub const fn field(name: &'static str, shape: Shape, meaning: &'static str) -> Field {
    Field { name, shape, needed: false, nullable: false, meaning }
}

impl Field {
    /// The same field, which has to be there.
    pub const fn needed(mut self) -> Field {
        self.needed = true;
        self
    }

    /// The same field, which may be null.
    pub const fn or_null(mut self) -> Field {
        self.nullable = true;
        self
    }

    fn accepts(&self, value: &Value) -> bool {
        self.nullable && value.is_null() || self.shape.accepts(value)
    }

    fn schema(&self) -> Value {
        let mut schema = self.shape.schema();
        if self.nullable {
            schema = json!({"anyOf": [schema, {"type": "null"}]});
        }
        schema["description"] = json!(self.meaning);
        schema
    }
}

impl Shape {
    fn accepts(self, value: &Value) -> bool {
        let list_of = |is: fn(&Value) -> bool| value.as_array().is_some_and(|list| list.iter().all(is));
        match self {
            Shape::Any => true,
            Shape::Text => value.is_string(),
            Shape::Time => value.as_str().is_some_and(is_time),
            Shape::Whole => value.as_f64().is_some_and(|n| n >= 0.0 && n.fract() == 0.0),
            Shape::Number => value.is_number(),
            Shape::Flag => value.is_boolean(),
            Shape::Texts => list_of(Value::is_string),
            Shape::List => value.is_array(),
            Shape::Maps => list_of(Value::is_object),
            Shape::Map => value.is_object(),
            Shape::Outcome | Shape::Reason => value.as_str().is_some_and(|word| self.words().contains(&word)),
        }
    }

    /// The words that the field may hold; empty when any will do.
    fn words(self) -> Vec<&'static str> {
        match self {
            Shape::Outcome => OUTCOMES.iter().map(|(word, _)| *word).collect(),
            Shape::Reason => REASONS.iter().map(|reason| reason.word).collect(),
            _ => Vec::new(),
        }
    }

    fn schema(self) -> Value {
        match self {
            Shape::Any => json!({}),
            Shape::Text => json!({"type": "string"}),
            Shape::Time => json!({"type": "string", "pattern": TIME}),
            Shape::Whole => json!({"type": "integer", "minimum": 0}),
            Shape::Number => json!({"type": "number"}),
            Shape::Flag => json!({"type": "boolean"}),
            Shape::Texts => json!({"type": "array", "items": {"type": "string"}}),
            Shape::List => json!({"type": "array"}),
            Shape::Maps => json!({"type": "array", "items": {"type": "object"}}),
            Shape::Map => json!({"type": "object"}),
            Shape::Outcome | Shape::Reason => json!({"enum": self.words()}),
        }
    }
}

impl Display for Shape {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Shape::Any => "any",
            Shape::Text => "text",
            Shape::Time => "time",
            Shape::Whole => "whole number",
            Shape::Number => "number",
            Shape::Flag => "true or false",
            Shape::Texts => "list of texts",
            Shape::List => "list",
            Shape::Maps => "list of objects",
            Shape::Map => "object",
            Shape::Outcome => "outcome",
            Shape::Reason => "reason",
        })
    }
}

/// RFC 3339 in UTC, as a pattern.
const TIME: &str = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|\+00:00)$";

fn is_time(text: &str) -> bool {
    let text = text.strip_suffix('Z').or(text.strip_suffix("+00:00")).unwrap_or_default();
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let shape = "0000-00-00T00:00:00";
    let fits = |(byte, wanted): (u8, u8)| if wanted == b'0' { byte.is_ascii_digit() } else { byte == wanted };
    whole.len() == shape.len() && whole.bytes().zip(shape.bytes()).all(fits) && fraction.is_none_or(digits)
}

/// The type of this word.
pub fn find(name: &str) -> Option<&'static EventType> {
    TYPES.iter().find(|known| known.name == name)
}

/// All that speaks against a line of a log; nothing when it is an event as the schema wants it.
pub fn complaints(line: &str) -> Vec<String> {
    let value: Value = match serde_json::from_str(line) {
        Ok(value) => value,
        Err(why) => return vec![format!("it is no JSON: {why}")],
    };
    let Some(event) = value.as_object() else { return vec!["it is no JSON object".into()] };
    let mut out = Vec::new();
    compare(event, FIELDS, "", &mut out);
    let foreign = event.keys().filter(|key| !FIELDS.iter().any(|field| field.name == **key));
    out.extend(foreign.map(|key| format!("`{key}` does not belong at the top of an event")));
    let (Some(kind), Some(payload)) =
        (event.get("event_type").and_then(Value::as_str), event.get("payload").and_then(Value::as_object))
    else {
        return out;
    };
    match find(kind) {
        None => out.push(format!("no type of event is called {kind:?}")),
        Some(known) => compare(payload, known.fields, "payload.", &mut out),
    }
    out
}

fn compare(map: &Map<String, Value>, fields: &[Field], prefix: &str, out: &mut Vec<String>) {
    for field in fields {
        let name = field.name;
        match map.get(name) {
            None if field.needed => out.push(format!("`{prefix}{name}` is missing")),
            Some(value) if !field.accepts(value) => {
                out.push(format!("`{prefix}{name}` is no {}: {}", field.shape, shortened(value)));
            }
            _ => {}
        }
    }
}

fn shortened(value: &Value) -> String {
    let text = value.to_string();
    let end = crate::span::floor_boundary(&text, 60);
    if end == text.len() { text } else { format!("{}…", &text[..end]) }
}

/// The keys of a payload that the table does not describe.
pub fn undescribed(kind: &str, payload: &Value) -> Vec<String> {
    let fields = find(kind).map_or(&[][..], |known| known.fields);
    let keys = payload.as_object().into_iter().flat_map(Map::keys);
    keys.filter(|key| !fields.iter().any(|field| field.name == **key)).cloned().collect()
}

/// The JSON Schema (2020-12) of a line of `events.jsonl`.
pub fn schema() -> Value {
    let names: Vec<&str> = TYPES.iter().map(|known| known.name).collect();
    let mut top = object(FIELDS);
    top["properties"]["event_type"]["enum"] = json!(names);
    top["additionalProperties"] = json!(false);
    top["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    top["$id"] = json!(format!("urn:specfuse:events:{SCHEMA_VERSION}"));
    top["title"] = json!("A line of events.jsonl");
    let by_type = TYPES.iter().map(|known| {
        let mut payload = object(known.fields);
        payload["description"] = json!(known.when);
        json!({
            "if": {"properties": {"event_type": {"const": known.name}}, "required": ["event_type"]},
            "then": {"properties": {"payload": payload}},
        })
    });
    top["allOf"] = by_type.collect();
    top
}

/// The schema of an object with these fields.
pub fn object(fields: &[Field]) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.to_owned(), field.schema())).collect();
    let needed: Vec<&str> = fields.iter().filter(|field| field.needed).map(|field| field.name).collect();
    json!({"type": "object", "properties": properties, "required": needed})
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const LINE: &str = r#"{"timestamp":"2026-03-04T05:06:07.000008Z","correlation_id":"FEAT-2026-0001/T01","event_type":"gate_reached","source":"driver","source_version":"0","payload":{"gate":1}}"#;

    #[test]
    fn a_line_is_compared_with_the_table() {
        assert_eq!(complaints(LINE), Vec::<String>::new());
        let one = |from: &str, to: &str| complaints(&LINE.replace(from, to)).join("; ");
        assert_eq!(one("gate_reached", "gate_seen"), "no type of event is called \"gate_seen\"");
        assert_eq!(one(r#""gate":1"#, r#""gate":"one""#), "`payload.gate` is no whole number: \"one\"");
        assert_eq!(one(r#""gate":1"#, ""), "`payload.gate` is missing");
        assert_eq!(
            one(r#""source":"driver","#, r#""x":1,"source":"driver","#),
            "`x` does not belong at the top of an event"
        );
        assert_eq!(one(r#""source":"driver","#, ""), "`source` is missing");
        assert_eq!(one("2026-03-04T05:06:07.000008Z", "noon"), "`timestamp` is no time: \"noon\"");
        assert_eq!(one("{\"gate\":1}", "[]"), "`payload` is no object: []");
        assert!(complaints("{").join("").starts_with("it is no JSON: "));
        assert_eq!(complaints("[]"), ["it is no JSON object"]);
    }

    #[test]
    fn times_are_in_utc() {
        for time in ["2026-03-04T05:06:07Z", "2026-03-04T05:06:07.1+00:00"] {
            assert!(is_time(time), "{time}");
        }
        for time in [
            "2026-03-04T05:06:07",
            "2026-03-04 05:06:07Z",
            "2026-03-04T05:06:07.Z",
            "2026-03-04T05:06:07+02:00",
            "Z",
        ] {
            assert!(!is_time(time), "{time}");
        }
    }

    #[test]
    fn nothing_is_described_twice_or_not_at_all() {
        let mut names = BTreeSet::new();
        for known in TYPES {
            assert!(names.insert(known.name) && !known.when.is_empty(), "{}", known.name);
            let fields: BTreeSet<&str> = known.fields.iter().map(|field| field.name).collect();
            assert_eq!(fields.len(), known.fields.len(), "{} names a field twice", known.name);
            assert!(known.fields.iter().all(|field| !field.meaning.is_empty()), "{}", known.name);
        }
        let outcomes: BTreeSet<&str> = OUTCOMES.iter().map(|(word, _)| *word).collect();
        assert_eq!(outcomes.len(), OUTCOMES.len());
    }

    #[test]
    fn the_schema_has_every_type() {
        let schema = schema();
        assert_eq!(schema["allOf"].as_array().unwrap().len(), TYPES.len());
        assert_eq!(schema["properties"]["event_type"]["enum"].as_array().unwrap().len(), TYPES.len());
        assert_eq!(schema["required"].as_array().unwrap().len(), FIELDS.len());
    }
}
