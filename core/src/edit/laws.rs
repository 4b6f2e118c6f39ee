//! Laws of setting and removing keys, on generated messy files.

use super::value::same_meaning;
use super::*;
use crate::fix::apply_text;
use crate::frontmatter::Document;
use crate::schema::FileKind;
use crate::yaml::{Node, NodeKind};
use proptest::prelude::*;

const ENTRIES: &[&str] = &[
    "id: FEAT-2026-0001/T01",
    "\"status\": 'draft' # why",
    "type : implementation",
    "attempts: 3   ",
    "planned_cost_usd: 1.50 # c",
    "produces: [a.rs, \"b c.rs\" , d]",
    "produces:\n  - a.rs # first\n  # between\n  - b.rs\n# after",
    "prep:\n- x\n- y",
    "oracle_env: Fix: the thing",
    "provenance: |\n  one\n\n  two\n# not in it",
    "evidence: >-\n    folded\n    text",
    "evidence: \"two\n  lines\" # end",
    "model:",
    "effort: ~ # none",
    "re_arm_history:\n  - timestamp: 2026-01-01\n    reason: 'x'\n  - {timestamp: z, reason: w}",
    "own: {a: 1, b: [2, 3]}",
    "# a comment",
    "",
    "note: @later",
    "id: twice",
    "extra_gates: [\n  a, # one\n  b\n  ]",
];

const KEYS: &[&str] = &[
    "id",
    "status",
    "type",
    "produces",
    "prep",
    "provenance",
    "evidence",
    "model",
    "effort",
    "own",
    "new",
    "attempts",
];

fn file() -> impl Strategy<Value = String> {
    let entries = prop::collection::vec(prop::sample::select(ENTRIES), 0..8);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (entries, flags).prop_map(|(entries, (bom, crlf, indented, end))| {
        let mut head = entries.join("\n");
        if indented {
            head = head
                .split('\n')
                .map(|l| if l.is_empty() { String::new() } else { format!("  {l}") })
                .collect::<Vec<_>>()
                .join("\n");
        }
        let gap = if head.is_empty() { "" } else { "\n" };
        let mut text = format!(
            "---\n{head}{gap}---\n\n# Title\n\n**Context.** x\n---\ny{}",
            if end { "\n" } else { "" }
        );
        if crlf {
            text = text.replace('\n', "\r\n");
        }
        if bom { format!("\u{feff}{text}") } else { text }
    })
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[a-z:#'\" \\-éß\n\\[{,0-9|>]{0,20}".prop_map(Value::Text),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        (-1e9f64..1e9).prop_map(Value::Number),
        prop::collection::vec("[a-z/.:# ]{0,12}", 0..5).prop_map(Value::Texts),
        prop::collection::vec("[a-z/.]{30,40}", 0..5).prop_map(Value::Texts),
        Just(Value::Null),
    ]
}

fn key() -> impl Strategy<Value = &'static str> {
    prop::sample::select(KEYS)
}

fn meaning(text: &str) -> Vec<(String, Node)> {
    let doc = Document::read(text.into());
    doc.keys()
        .map_or(Vec::new(), |m| m.entries.iter().map(|e| (e.key.value.clone(), e.value.clone())).collect())
}

/// A value that says what `node` holds, for the kinds that a value can hold.
fn value_of(node: &Node) -> Option<Value> {
    Some(match &node.kind {
        NodeKind::Null => Value::Null,
        NodeKind::Scalar(s) => Value::Text(s.text.clone()),
        NodeKind::Seq(s) => {
            Value::Texts(s.items.iter().map(|i| i.value.as_text().map(str::to_owned)).collect::<Option<_>>()?)
        }
        NodeKind::Map(_) => return None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn setting_what_is_there_changes_nothing(text in file()) {
        for (key, node) in meaning(&text) {
            let first = Document::read(text.as_str().into()).entry(&key).map(|e| e.value.clone());
            if let Some(value) = value_of(&node).filter(|_| first.as_ref() == Some(&node)) {
                prop_assert_eq!(with_key(FileKind::Unit, &text, &[&key], &value), Ok(text.clone()));
            }
        }
    }

    #[test]
    fn what_is_set_is_there_and_nothing_else_changed(text in file(), key in key(), value in value()) {
        let after = with_key(FileKind::Unit, &text, &[key], &value);
        let after = after.map_err(|e| TestCaseError::fail(format!("{text:?}: {e}")))?;
        let doc = Document::read(after.as_str().into());
        prop_assert!(value.is(&doc.entry(key).unwrap().value, &after), "{text:?} -> {after:?}");
        let old = Document::read(text.as_str().into());
        prop_assert_eq!(doc.body.span.slice(&after), old.body.span.slice(&text));
        let others = |t: &str| meaning(t).into_iter().filter(|(k, _)| k != key).collect::<Vec<_>>();
        for ((k, a), (l, b)) in others(&text).iter().zip(others(&after).iter()) {
            prop_assert!(k == l && same_meaning(a, b), "{text:?} -> {after:?}");
        }
        prop_assert_eq!(others(&text).len(), others(&after).len());
        prop_assert_eq!(with_key(FileKind::Unit, &after, &[key], &value), Ok(after.clone()));
    }

    #[test]
    fn only_the_lines_of_the_entry_are_touched(text in file(), key in key(), value in value()) {
        let Some(entry) = Document::read(text.as_str().into()).entry(key).cloned() else { return Ok(()) };
        let after = with_key(FileKind::Unit, &text, &[key], &value).unwrap();
        let start = text[..entry.span.start as usize].rfind('\n').map_or(0, |n| n + 1);
        let end = entry.span.end as usize;
        let end = text[end..].find('\n').map_or(text.len(), |n| end + n);
        prop_assert!(after.starts_with(&text[..start]) && after.ends_with(&text[end..]), "{text:?} -> {after:?}");
    }

    #[test]
    fn a_new_key_comes_and_goes_without_trace(text in file(), key in key(), value in value()) {
        let doc = Document::read(text.as_str().into());
        prop_assume!(doc.entry(key).is_none());
        let after = with_key(FileKind::Unit, &text, &[key], &value).unwrap();
        prop_assert_eq!(without_key(FileKind::Unit, &after, &[key]), Ok(text.clone()));
        prop_assert_eq!(apply_text(&text, &text_edits(&text, &after)), Ok(after));
    }

    #[test]
    fn any_text_at_all_is_edited_or_refused(
        text in file(),
        cuts in prop::collection::vec((0usize..400, 0usize..6, "[\\-\n\r\t:#\\[\\]{}'\"|a é]{0,4}"), 0..6),
        key in key(),
        value in value(),
    ) {
        let mut text = text;
        for (start, len, new) in cuts {
            let start = crate::span::floor_boundary(&text, start);
            let end = crate::span::floor_boundary(&text, start + len).max(start);
            text.replace_range(start..end, &new);
        }
        for kind in [FileKind::Unit, FileKind::Config] {
            if let Ok(after) = with_key(kind, &text, &[key], &value) {
                prop_assert_eq!(with_key(kind, &after, &[key], &value), Ok(after.clone()));
            }
            let _ = without_key(kind, &text, &[key]);
            let _ = with_key(kind, &text, &["own", "deep", key], &value);
        }
    }
}
