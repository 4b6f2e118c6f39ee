//! Any action on any plan is refused or does what it says, and doing it twice changes nothing more.
#![no_main]

use libfuzzer_sys::fuzz_target;
use specfuse_core::edit::{self, EditRefused, Value};
use specfuse_core::fix::{Edits, TextEdit};
use specfuse_core::frontmatter::Document;
use specfuse_core::markdown::SECTION_NAMES;
use specfuse_core::path::RelPath;
use specfuse_core::schema::{self, FileKind};
use specfuse_core::span::Span;
use specfuse_core::tree::Tree;
use specfuse_core::yaml::Node;
use specfuse_fuzz::{known, plan, split};

fuzz_target!(|data: &[u8]| {
    let (order, files) = split(data);
    let tree = plan(files);
    let [action, letter, choice, form, words @ ..] = order else { return };
    let words = String::from_utf8_lossy(words);
    let Some(path) = known(*letter) else { return };
    let Some(text) = tree.text(&path) else { return };
    let change = Change { tree: &tree, path: &path, text };
    match action % 6 {
        0 | 1 => change.key(kind(*letter), *choice, value(*form, &words)),
        2 => change.no_key(kind(*letter), *choice),
        3 => change.section(*choice, &words),
        4 => change.title(&words),
        _ => change.texts(order),
    }
});

/// One file that something is done to.
struct Change<'a> {
    tree: &'a Tree,
    path: &'a RelPath,
    text: &'a str,
}

impl Change<'_> {
    /// What the file is after `edits`, when they were not refused.
    fn after(&self, edits: Result<Edits, EditRefused>) -> Option<String> {
        let edits = edits.ok()?;
        let after = edits.apply(self.tree).expect("an action's edits fit its text");
        let back = edits.invert(self.tree).expect("what was applied can be undone");
        assert_eq!(back.apply(&after).as_ref(), Ok(self.tree), "undoing gives the same bytes");
        Some(after.text(self.path).expect("the file is still there").to_string())
    }

    fn key(&self, kind: FileKind, choice: u8, value: Value) {
        let key = key(kind, choice);
        let Some(after) = self.after(edit::set_key(kind, self.path, self.text, key, &value)) else { return };
        if !matches!(value, Value::Raw(_)) {
            let holds = |node: &Node| value.is(node, &after);
            assert!(get(kind, &after, key, holds), "{key} holds what was set in {after:?}");
        }
        let again = edit::set_key(kind, self.path, &after, key, &value).expect("what worked works again");
        assert!(again.is_empty(), "setting {key} twice changes {again:?} in {after:?}");
    }

    fn no_key(&self, kind: FileKind, choice: u8) {
        let key = key(kind, choice);
        let Some(after) = self.after(edit::remove_key(kind, self.path, self.text, key)) else { return };
        assert!(!get(kind, &after, key, |_| true), "{key} is gone from {after:?}");
        let again = edit::remove_key(kind, self.path, &after, key);
        assert!(again.is_ok_and(|edits| edits.is_empty()), "removing {key} twice changes {after:?}");
    }

    fn section(&self, choice: u8, words: &str) {
        let name = SECTION_NAMES[choice as usize % SECTION_NAMES.len()];
        if let Some(after) = self.after(edit::set_section(self.path, self.text, name, words)) {
            let again = edit::set_section(self.path, &after, name, words).expect("what worked works again");
            assert!(again.is_empty(), "setting {name} twice changes {again:?} in {after:?}");
        }
        if let Some(after) = self.after(edit::insert_section(self.path, self.text, name, words)) {
            let doc = Document::read(after.as_str().into());
            assert!(doc.body.section(name).is_some(), "{name} is there in {after:?}");
        }
    }

    fn title(&self, words: &str) {
        let Some(after) = self.after(edit::set_title(self.path, self.text, words)) else { return };
        let again = edit::set_title(self.path, &after, words).expect("what worked works again");
        assert!(again.is_empty(), "setting the title twice changes {again:?} in {after:?}");
    }

    /// Text edits that nobody checked: they fit, and can be undone, or are refused.
    fn texts(&self, order: &[u8]) {
        let mut edits = Edits::none();
        for cut in order.chunks_exact(3) {
            let start = cut[0] as usize * 4;
            edits.edit(
                self.path.clone(),
                TextEdit::replace(Span::new(start, start + cut[1] as usize % 8), char::from(cut[2])),
            );
        }
        if let Ok(after) = edits.apply(self.tree) {
            let back = edits.invert(self.tree).expect("what was applied can be undone");
            assert_eq!(back.apply(&after).as_ref(), Ok(self.tree));
        }
    }
}

fn kind(letter: u8) -> FileKind {
    match letter {
        b'P' => FileKind::Plan,
        b'G' => FileKind::Gate,
        b'R' => FileKind::Review,
        b'V' => FileKind::Verification,
        b'F' => FileKind::Config,
        _ => FileKind::Unit,
    }
}

fn key(kind: FileKind, choice: u8) -> &'static str {
    let keys = schema::keys(kind);
    keys.get(choice as usize).map_or("a key of one's own: #", |key| key.name)
}

fn value(form: u8, words: &str) -> Value {
    match form % 7 {
        0 | 1 => Value::from(words),
        2 => Value::Bool(words.is_empty()),
        3 => Value::Int(words.parse().unwrap_or(-7)),
        4 => Value::Number(words.parse().unwrap_or(1.5)),
        5 => Value::Texts(words.split('|').map(str::to_owned).collect()),
        _ => Value::Null,
    }
}

/// Whether the first entry of `key` holds what `is` asks for.
fn get(kind: FileKind, text: &str, key: &str, is: impl Fn(&Node) -> bool) -> bool {
    if matches!(kind, FileKind::Verification | FileKind::Config) {
        let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let yaml = specfuse_core::yaml::read(text, Span::new(start, text.len()));
        return yaml.root.as_map().and_then(|map| map.get(key)).is_some_and(is);
    }
    Document::read(text.into()).entry(key).is_some_and(|entry| is(&entry.value))
}
