//! `verification/shape`: verification.yml is not made of sets of named commands.

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::field::Field;
use crate::model::verification::Set;
use crate::model::verification::Verification;
use crate::ordered;
use crate::schema::Type;
use crate::span::Span;
use crate::yaml::{Map, Node};
use std::collections::BTreeMap;

/// See the page.
pub static RULE: Rule = Rule::new(
    "verification/shape",
    Severity::Error,
    "verification.yml is not made of sets of named commands.",
    Check::Verification(check),
)
.beyond_python();

fn check(file: &Verification, sink: &mut Sink) {
    let root = &file.yaml.root;
    let Some(map) = root.as_map() else {
        if !root.is_null() {
            sink.report(root.span, format!("the file is {}, not a map of sets", root.describe()));
        }
        return;
    };
    // Of a name written twice the first counts.
    let values = ordered::map(map.entries.iter().rev().map(|entry| (entry.key.value.as_str(), &entry.value)));
    for set in &file.sets {
        let Some(value) = values.get(set.name.value.as_str()).filter(|node| !node.is_null()) else {
            continue;
        };
        let Some(list) = value.as_seq() else {
            sink.report(
                set.name.span,
                format!("the set `{}` is {}, not a list of checks", set.name.value, value.describe()),
            )
            .help("write a list of `name` and `command`");
            continue;
        };
        for item in list.items.iter().filter(|item| item.value.as_map().is_none()) {
            sink.report(
                item.span,
                format!(
                    "a check of `{}` is {}, not `name` and `command`",
                    set.name.value,
                    item.value.describe()
                ),
            );
        }
        check_set(set, sink);
    }
    options(map, sink);
}

fn check_set(set: &Set, sink: &mut Sink) {
    let mut names: BTreeMap<&str, Span> = BTreeMap::new();
    for check in &set.checks {
        for (key, field) in [("name", &check.name), ("command", &check.command)] {
            match field {
                Field::Absent => {
                    sink.report(first_byte(check.span), format!("this check has no `{key}`"));
                }
                Field::Invalid(text) => {
                    sink.report(text.span, format!("`{key}` is empty or no text"));
                }
                Field::Valid(_) => {}
            }
        }
        if let Field::Invalid(text) = &check.timeout_seconds {
            sink.report(text.span, format!("`{}` is no number of seconds", text.value));
        }
        if let Field::Invalid(text) = &check.must_reference {
            sink.report(text.span, format!("`{}` is neither `true` nor `false`", text.value));
        }
        let Field::Valid(name) = &check.name else { continue };
        match names.get(name.value.as_str()) {
            Some(first) => {
                sink.report(name.span, format!("`{}` has a check `{}` already", set.name.value, name.value))
                    .label(*first, "first here");
            }
            None => {
                names.insert(&name.value, name.span);
            }
        }
    }
}

fn options(map: &Map, sink: &mut Sink) {
    let attempts = map.get("defaults").and_then(Node::as_map).and_then(|map| map.get("max_attempts"));
    if let Some(node) = attempts.filter(|node| !node.is_null())
        && let Err(expected) = Type::Int(1).check(node)
    {
        sink.report(node.span, format!("`max_attempts` is {}; it must be {expected}", written(node)));
    }
    for key in crate::schema::VERIFICATION {
        let Some(node) = map.get(key.name).filter(|node| !node.is_null()) else { continue };
        if let Err(expected) = key.ty.check(node) {
            sink.report(node.span, format!("`{}` is {}; it must be {expected}", key.name, written(node)));
        }
    }
}

fn written(node: &Node) -> String {
    node.as_text().map_or(node.describe().to_owned(), |text| format!("`{text}`"))
}

fn first_byte(span: Span) -> Span {
    Span { start: span.start, end: (span.start + 1).min(span.end) }
}
