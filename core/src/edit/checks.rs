//! `verification.yml`: adding a check to a set, taking one away, giving one another value; and the keys that hold
//! for every set.

use super::keys::{Head, changed, nested, with_item, with_key, without_key};
use super::refused::EditRefused;
use super::splice::Piece;
use super::value::{Value, same_meaning};
use crate::fix::{Edits, TextEdit};
use crate::path::RelPath;
use crate::schema::{self, FileKind, Key, NARROW_SELECTION, VERIFICATION_GATE};
use crate::span::Span;
use crate::yaml::{Entry, Item, Map, Node, Seq, scalar_for};

const KIND: FileKind = FileKind::Verification;
const DEFAULTS: &str = "defaults";

/// Adds a check to `set`; a set that is not there is made.
///
/// # Errors
/// When the name or the command is blank, or the text is too broken.
pub fn add_check(
    path: &RelPath,
    text: &str,
    set: &str,
    name: &str,
    command: &str,
) -> Result<Edits, EditRefused> {
    for (key, value) in [("set", set), ("name", name), ("command", command)] {
        if value.trim().is_empty() {
            return Err(EditRefused::Blank { key: key.to_owned() });
        }
        if value.contains('\n') {
            return Err(EditRefused::Value { key: key.to_owned() });
        }
    }
    let lines = [("name", name), ("command", command)];
    let lines = lines.map(|(key, value)| format!("{key}: {}", scalar_for(value.trim())));
    Ok(changed(path, text, &with_item(KIND, text, set.trim(), &lines)?))
}

/// Takes check `index` of `set` away. The set stays, also when it holds nothing then.
///
/// # Errors
/// When there is no such check, or the text is too broken.
pub fn remove_check(path: &RelPath, text: &str, set: &str, index: usize) -> Result<Edits, EditRefused> {
    let head = Head::read(KIND, text);
    let (entry, seq) = list(&head, set)?;
    if index >= seq.items.len() {
        return Err(unreadable(set));
    }
    let after = head.apply(head.piece.splice_seq(entry, index..index + 1, &[]), set)?;
    let new = Head::read(KIND, &after);
    let (_, left) = list(&new, set)?;
    let old = seq.items.iter().enumerate().filter(|(at, _)| *at != index).map(|(_, item)| item);
    let stands = left.items.len() + 1 == seq.items.len() && old.zip(&left.items).all(same);
    if stands && head.others_stand(&new, set) {
        Ok(changed(path, text, &after))
    } else {
        Err(unreadable(set))
    }
}

/// Sets the key at the end of `keys`, of check `index` of `set` or of a map in it, or takes it away. What it
/// holds already gives no edit; a new key goes where the schema lists it; a map comes with its first key and
/// goes with its last.
///
/// # Errors
/// When there is no such check, the value cannot be written, a required key would go, or the text is too
/// broken.
pub fn set_check(
    path: &RelPath,
    text: &str,
    set: &str,
    index: usize,
    keys: &[&str],
    value: Option<&Value>,
) -> Result<Edits, EditRefused> {
    let key = keys.join(".");
    let required = VERIFICATION_GATE.iter().any(|k| k.name == key && k.required);
    if value.is_none() && required {
        return Err(EditRefused::Blank { key });
    }
    if value.is_some_and(|value| !value.is_writable()) || keys.is_empty() {
        return Err(EditRefused::Value { key });
    }
    let head = Head::read(KIND, text);
    let (_, seq) = list(&head, set)?;
    let item = seq.items.get(index).ok_or_else(|| unreadable(set))?;
    let map = item.value.as_map().ok_or_else(|| unreadable(set))?;
    let edits = setting(&head.piece, (map, item.value.span), VERIFICATION_GATE, keys, value);
    let after = head.apply(edits, &key)?;
    let new = Head::read(KIND, &after);
    let (_, now) = list(&new, set)?;
    let mut others = seq.items.iter().zip(&now.items).enumerate().filter(|(at, _)| *at != index);
    let kept = now.items.len() == seq.items.len() && others.all(|(_, pair)| same(pair));
    let read = |item: &Item| reads(item.value.as_map(), Some(map), keys, value, &after);
    let holds = now.items.get(index).is_some_and(read);
    if kept && holds && head.others_stand(&new, set) {
        Ok(changed(path, text, &after))
    } else {
        Err(unreadable(&key))
    }
}

/// The edits that set the key at the end of `keys`, in a map whose keys are `known` and those in it.
fn setting(
    piece: &Piece,
    (map, span): (&Map, Span),
    known: &[Key],
    keys: &[&str],
    value: Option<&Value>,
) -> Vec<TextEdit> {
    let Some((key, rest)) = keys.split_first() else { return Vec::new() };
    let at = map.entries.iter().position(|entry| entry.key.value == *key);
    let inner = at.and_then(|at| {
        let node = &map.entries[at].value;
        let inner = node.as_map().filter(|inner| !inner.entries.is_empty())?;
        Some((inner, node.span))
    });
    if let (Some((inner, span)), false) = (inner, rest.is_empty()) {
        let last = inner.entries.iter().all(|entry| entry.key.value == rest[0]);
        if value.is_some() || !last {
            return setting(piece, (inner, span), NARROW_SELECTION, rest, value);
        }
    }
    match (at, value.map(|value| nested(rest, value, map.flow))) {
        (Some(at), Some(value)) => piece.set_value(map, &map.entries[at], &value),
        (None, Some(value)) => piece.insert_entry(map, place(map, known, key), key, &value),
        (Some(at), None) => piece.remove_entry(map, span, at).into_iter().collect(),
        (None, None) => Vec::new(),
    }
}

/// Sets a key that holds for every set, where it stands: in `defaults`, or beside it; or takes it away.
///
/// # Errors
/// When the value cannot be written, or the text is too broken.
pub fn set_setting(
    path: &RelPath,
    text: &str,
    key: &str,
    value: Option<&Value>,
) -> Result<Edits, EditRefused> {
    let head = Head::read(KIND, text);
    let defaults = head.find(&[DEFAULTS]).and_then(Node::as_map);
    let below = defaults.is_some_and(|map| map.get(key).is_some()) || schema::find(KIND, key).is_none();
    let only = defaults.is_some_and(|map| map.entries.iter().all(|entry| entry.key.value == key));
    let after = match (value, below) {
        (Some(value), true) => with_key(KIND, text, &[DEFAULTS, key], value)?,
        (Some(value), false) => with_key(KIND, text, &[key], value)?,
        (None, true) if only => without_key(KIND, text, &[DEFAULTS])?,
        (None, true) => without_key(KIND, text, &[DEFAULTS, key])?,
        (None, false) => without_key(KIND, text, &[key])?,
    };
    Ok(changed(path, text, &after))
}

/// Whether `map` holds `value` at the end of `keys`, and all else as `before` did; a map that is not there
/// holds nothing.
fn reads(map: Option<&Map>, before: Option<&Map>, keys: &[&str], value: Option<&Value>, text: &str) -> bool {
    let Some((key, rest)) = keys.split_first() else { return false };
    let under = |map: Option<&'_ Map>| map.and_then(|map| map.get(key)).cloned();
    let of_key = match (under(map), value) {
        (node, value) if !rest.is_empty() => {
            let old = under(before);
            let (now, old) = (node.as_ref().and_then(Node::as_map), old.as_ref().and_then(Node::as_map));
            reads(now, old, rest, value, text)
        }
        (Some(node), Some(value)) => value.is(&node, text),
        (None, None) => true,
        _ => false,
    };
    let others = |map: Option<&Map>| -> Vec<(String, Node)> {
        let others = map.into_iter().flat_map(|map| &map.entries).filter(|e| e.key.value != *key);
        others.map(|e| (e.key.value.clone(), e.value.clone())).collect()
    };
    let (old, new) = (others(before), others(map));
    of_key
        && old.len() == new.len()
        && old.iter().zip(&new).all(|((a, x), (b, y))| a == b && same_meaning(x, y))
}

/// The index of the key that a new one goes behind, in a map whose keys are `known`.
fn place(map: &Map, known: &[Key], key: &str) -> Option<usize> {
    let own = known.iter().position(|k| k.name == key);
    let before = &known[..own.unwrap_or(known.len())];
    before.iter().rev().find_map(|k| map.entries.iter().rposition(|e| e.key.value == k.name))
}

fn same((a, b): (&Item, &Item)) -> bool {
    same_meaning(&a.value, &b.value)
}

fn list<'a>(head: &'a Head<'_>, set: &str) -> Result<(&'a Entry, &'a Seq), EditRefused> {
    let entry = head.yaml.root.as_map().and_then(|map| map.entry(set));
    entry.and_then(|entry| Some((entry, entry.value.as_seq()?))).ok_or_else(|| unreadable(set))
}

fn unreadable(key: &str) -> EditRefused {
    EditRefused::Unreadable { key: key.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Tree;
    use proptest::prelude::*;

    const FILE: &str = "# sets\ncode:\n  - name: tests # the suite\n    command: cargo test\n\n  - command: fmt\n    name: style\n    needs: [tests]\nslow: [{name: b, command: x}]\ndocs: []\n";

    fn done(text: &str, edits: Result<Edits, EditRefused>) -> Result<String, String> {
        let path = RelPath::new("v.yml").unwrap();
        let mut tree = Tree::new();
        tree.insert_text(path.clone(), text);
        let after = edits.map_err(|why| why.to_string())?.apply(&tree).map_err(|why| why.to_string())?;
        Ok(after.text(&path).unwrap().to_string())
    }

    fn set(text: &str, at: (&str, usize), key: &str, value: Option<Value>) -> Result<String, String> {
        done(
            text,
            set_check(
                &RelPath::new("v.yml").unwrap(),
                text,
                at.0,
                at.1,
                &key.split('.').collect::<Vec<_>>(),
                value.as_ref(),
            ),
        )
    }

    fn add(text: &str, set: &str, name: &str, command: &str) -> Result<String, String> {
        done(text, add_check(&RelPath::new("v.yml").unwrap(), text, set, name, command))
    }

    fn remove(text: &str, set: &str, index: usize) -> Result<String, String> {
        done(text, remove_check(&RelPath::new("v.yml").unwrap(), text, set, index))
    }

    #[test]
    fn a_value_is_one_line() {
        let check = |at, key, value, old: &str, new: &str| {
            assert_eq!(set(FILE, at, key, value), Ok(FILE.replacen(old, new, 1)), "{key} of {at:?}");
        };
        let text = |words: &str| Some(Value::Text(words.into()));
        check(("code", 0), "name", text("suite"), "tests #", "suite #");
        check(
            ("code", 0),
            "timeout_seconds",
            Some(Value::Raw("60".into())),
            "cargo test\n",
            "cargo test\n    timeout_seconds: 60\n",
        );
        check(("code", 1), "needs", None, "    needs: [tests]\n", "");
        check(
            ("code", 1),
            "needs",
            Some(Value::Texts(vec!["tests".into(), "x".into()])),
            "[tests]",
            "[tests, x]",
        );
        check(("slow", 0), "tier", text("broad"), "command: x", "command: x, tier: broad");
        check(("code", 0), "name", text("tests"), "", "");
    }

    #[test]
    fn a_map_in_a_check_comes_and_goes_with_its_keys() {
        let text = |words: &str| Some(Value::Text(words.into()));
        let roots = Some(Value::Texts(vec!["tests".into()]));
        let with_roots = set(FILE, ("code", 0), "narrow_selection.test_roots", roots.clone()).unwrap();
        let lines = "cargo test\n    narrow_selection:\n      test_roots: [tests]\n";
        assert_eq!(with_roots, FILE.replacen("cargo test\n", lines, 1));
        let both = set(&with_roots, ("code", 0), "narrow_selection.format", text("path")).unwrap();
        assert_eq!(both, with_roots.replacen("[tests]\n", "[tests]\n      format: path\n", 1));
        assert_eq!(set(&both, ("code", 0), "narrow_selection.format", None), Ok(with_roots.clone()));
        assert_eq!(set(&with_roots, ("code", 0), "narrow_selection.test_roots", None), Ok(FILE.to_owned()));
        let flow = set(FILE, ("slow", 0), "narrow_selection.format", text("path")).unwrap();
        assert_eq!(flow, FILE.replacen("command: x", "command: x, narrow_selection: {format: path}", 1));
        let more = set(&flow, ("slow", 0), "narrow_selection.test_roots", roots).unwrap();
        assert_eq!(more, flow.replacen("{format: path}", "{test_roots: [tests], format: path}", 1));
        let path = RelPath::new("v.yml").unwrap();
        assert!(set_check(&path, FILE, "code", 0, &[], None).is_err(), "no key at all");
    }

    #[test]
    fn a_setting_is_changed_where_it_stands() {
        let set = |text: &str, key, value: Option<Value>| {
            done(text, set_setting(&RelPath::new("v.yml").unwrap(), text, key, value.as_ref()))
        };
        let (off, two) = (Some(Value::Bool(false)), Some(Value::Raw("2".into())));
        let beside = set(FILE, "cost_tracking", off.clone()).unwrap();
        assert!(beside.lines().any(|line| line == "cost_tracking: false"), "{beside}");
        assert_eq!(set(&beside, "cost_tracking", None), Ok(FILE.to_owned()));
        let below = set(FILE, "max_attempts", two.clone()).unwrap();
        assert!(below.contains("defaults:\n  max_attempts: 2\n"), "{below}");
        assert_eq!(set(&below, "max_attempts", None), Ok(FILE.to_owned()), "an empty map goes, too");
        let old = format!("defaults: {{dispatch_skills: true}}\n{FILE}");
        assert_eq!(set(&old, "dispatch_skills", off), Ok(old.replacen("true", "false", 1)));
        let more = set(&old, "max_attempts", two).unwrap();
        assert!(more.starts_with("defaults: {dispatch_skills: true, max_attempts: 2}\n"), "{more}");
        assert_eq!(set(&more, "max_attempts", None), Ok(old));
    }

    #[test]
    fn checks_come_and_go() {
        let added = add(FILE, "code", "lint", "cargo clippy").unwrap();
        let line = "    needs: [tests]\n";
        let new = format!("{line}  - name: lint\n    command: cargo clippy\n");
        assert_eq!(added, FILE.replacen(line, &new, 1));
        assert_eq!(remove(&added, "code", 2), Ok(FILE.to_owned()));
        assert!(
            add(FILE, "docs", "links", "lychee")
                .unwrap()
                .contains("docs:\n  - name: links\n    command: lychee\n")
        );
        assert!(add("", "code", "a", "b").unwrap().contains("code:\n  - name: a\n    command: b\n"));
        assert!(remove(FILE, "slow", 0).unwrap().contains("slow: []\n"));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert!(set(FILE, ("code", 9), "name", Some(Value::Text("x".into()))).is_err());
        assert!(set(FILE, ("code", 0), "command", None).is_err(), "a check needs its command");
        assert!(add(FILE, "code", " ", "x").is_err());
        assert!(remove(FILE, "docs", 0).is_err());
    }

    proptest! {
        #[test]
        fn any_value_is_written_as_itself_or_refused(
            crlf in any::<bool>(), index in 0usize..2, key in prop::sample::select(vec!["name", "command", "tier", "own"]),
            value in "[a-z:#'\" \\-é\n\\[{,0-9|>]{1,20}",
        ) {
            let text = if crlf { FILE.replace('\n', "\r\n") } else { FILE.to_owned() };
            let value = Value::Text(value);
            if let Ok(after) = set(&text, ("code", index), key, Some(value.clone())) {
                prop_assert_eq!(set(&after, ("code", index), key, Some(value)), Ok(after.clone()));
                prop_assert!(!crlf || !after.replace("\r\n", "").contains('\n'), "{after:?}");
                let rest = |text: &str| text.split("slow:").nth(1).map(str::to_owned);
                prop_assert_eq!(rest(&after), rest(&text));
            }
        }
    }
}
