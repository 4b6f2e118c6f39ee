//! The lines of `run --output json` in one table: their JSON Schema and their reference page are made
//! from it.

use super::run::VERSION;
use serde_json::{Value, json};
use specfuse_core::event_types::Shape::{Any, Map, Number, Text, Texts, Whole};
use specfuse_core::event_types::{Field, field, object};

/// The fields of every line.
const FIELDS: &[Field] = &[
    field("type", Text, "one of the types below").needed(),
    field("version", Whole, "the version of these lines").needed(),
];

const UNIT: Field = field("unit", Text, "the unit's whole id").needed();
const PURPOSE: Field = field("purpose", Text, "`prep`, `oracle`, `verify`, `baseline` or `broad`").needed();
const USAGE: Field = field("usage", Map, "tokens and cost, null where the agent does not say").needed();

/// A type of line.
struct Line {
    name: &'static str,
    when: &'static str,
    fields: &'static [Field],
}

const fn line(name: &'static str, when: &'static str, fields: &'static [Field]) -> Line {
    Line { name, when, fields }
}

const LINES: &[Line] = &[
    line(
        "say",
        "the driver says something",
        &[
            field("tone", Text, "`progress`, `good`, `bad`, or `needed` when a person is").needed(),
            field("unit", Text, "the unit it is about").needed().or_null(),
            field("text", Text, "the words").needed(),
        ],
    ),
    line(
        "event",
        "a line was written to `events.jsonl`",
        &[field("event", Map, "that line; see [Events](events.md)").needed()],
    ),
    line(
        "session_began",
        "a session starts",
        &[
            UNIT,
            field("attempt", Whole, "the attempt's number").needed(),
            field("role", Text, "`work`, or what it does besides: `verifier`, `replan`, `judge`").needed(),
            field("agent", Text, "the agent, when it is not the usual one").needed().or_null(),
            field("model", Text, "its model").needed(),
            field("effort", Text, "its effort").needed(),
        ],
    ),
    line(
        "setup_began",
        "a new lane is set up",
        &[UNIT, field("commands", Texts, "the commands of `setup`").needed()],
    ),
    line(
        "session_activity",
        "a session does something else than before, where the agent streams",
        &[UNIT, field("text", Text, "what it does now").needed(), USAGE],
    ),
    line(
        "session_ended",
        "a session ended",
        &[
            UNIT,
            field("end", Any, "how: a word, or an object of a word and the cause").needed(),
            field("duration_seconds", Number, "how long it took").needed(),
            USAGE,
        ],
    ),
    line(
        "checks_began",
        "checks start",
        &[UNIT, PURPOSE, field("checks", Texts, "their names, in the order of the plan").needed()],
    ),
    line(
        "check_ended",
        "a check ended",
        &[UNIT, PURPOSE, field("result", Map, "name, verdict, seconds, and the end of its output").needed()],
    ),
    line("note", "about the run as a whole", &[field("text", Text, "the words").needed()]),
    line(
        "warning",
        "something went wrong, and the run goes on",
        &[field("text", Text, "the words").needed()],
    ),
    line(
        "stop",
        "the run ended; the last line",
        &[
            field("exit", Whole, "the exit code").needed(),
            field("reason", Text, "why, as a word").needed(),
            field("why", Texts, "why, and what to do, in words").needed(),
        ],
    ),
];

/// The JSON Schema (2020-12) of a line.
pub fn schema() -> Value {
    let mut top = object(FIELDS);
    top["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    top["$id"] = json!(format!("urn:specfuse:run-output:{VERSION}"));
    top["title"] = json!("A line of run --output json");
    top["properties"]["type"]["enum"] = LINES.iter().map(|line| line.name).collect();
    top["properties"]["version"]["const"] = json!(VERSION);
    let by_type = LINES.iter().map(|line| {
        let mut then = object(line.fields);
        then["description"] = json!(line.when);
        json!({
            "if": {"properties": {"type": {"const": line.name}}, "required": ["type"]},
            "then": then,
        })
    });
    top["allOf"] = by_type.collect();
    top
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_that_is_written_is_described() {
        let source = include_str!("run/mod.rs");
        let written: Vec<&str> =
            source.split("\"type\": \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(written.len() >= 10, "only {written:?} were found");
        for name in &written {
            assert!(LINES.iter().any(|line| line.name == *name), "the table lacks {name}");
        }
        for line in LINES {
            assert!(written.contains(&line.name), "nothing writes {}", line.name);
        }
    }
}
