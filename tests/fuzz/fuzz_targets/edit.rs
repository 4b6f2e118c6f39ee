//! Any action on any plan is refused or does what it says, and doing it twice changes nothing more.
#![no_main]

use libfuzzer_sys::fuzz_target;
use specfuse_core::edit::{self, EditRefused, NewUnit, Value};
use specfuse_core::fix::{Edits, TextEdit};
use specfuse_core::frontmatter::Document;
use specfuse_core::graph::Graph;
use specfuse_core::markdown::SECTION_NAMES;
use specfuse_core::model::status::{UnitType, Vocabulary};
use specfuse_core::parse;
use specfuse_core::path::RelPath;
use specfuse_core::schema::{self, FileKind};
use specfuse_core::span::Span;
use specfuse_core::tree::Tree;
use specfuse_core::yaml::Node;
use specfuse_fuzz::{known, plan, split};
use specfuse_tests::sample;

fuzz_target!(|data: &[u8]| {
    let (order, files) = split(data);
    let tree = plan(files);
    let [action, letter, choice, form, words @ ..] = order else { return };
    let words = String::from_utf8_lossy(words);
    let Some(path) = known(*letter) else { return };
    let Some(text) = tree.text(&path) else { return };
    let change = Change { tree: &tree, path: &path, text };
    match action % 8 {
        6 => change.graph(*choice, *form, &words),
        7 => change.status(*choice, *form, &words),
        0 | 1 => change.key(kind(*letter), *choice, value(*form, &words)),
        2 => change.no_key(kind(*letter), *choice),
        3 => change.section(*choice, &words),
        4 => change.title(&words),
        _ => change.texts(order),
    }
});

/// One plan, and the file of it that something is done to.
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

    /// Units, gates and edges come, go and move.
    fn graph(&self, choice: u8, form: u8, words: &str) {
        let feature = parse::feature(self.tree, &sample::folder());
        let (unit, other) = (usize::from(form & 7), usize::from(form >> 3 & 7));
        let new = || NewUnit {
            title: words.to_owned(),
            kind: if other == 7 { UnitType::PlanNext } else { UnitType::Implementation },
            depends_on: vec![unit],
            position: Some(other).filter(|other| *other < 5),
        };
        let even = form < 128;
        let (tree, feature) = (self.tree, &feature);
        self.whole(match choice % 14 {
            0 => edit::add_edge(tree, feature, unit, other),
            1 => edit::add_edges(tree, feature, unit, &[other, unit + 1]),
            2 => edit::remove_edge(tree, feature, unit, words),
            3 => edit::add_unit(tree, feature, other, &new()),
            4 => edit::rename_unit(tree, feature, unit, words, even.then_some("WU-09-x.md")),
            5 => edit::rename_unit_file(tree, feature, unit, words),
            6 => edit::duplicate_unit(tree, feature, unit),
            7 => edit::delete_units(tree, feature, &[unit, other], even),
            8 => edit::move_unit(tree, feature, unit, usize::from(form >> 6), other),
            9 => edit::add_gate(tree, feature),
            10 => edit::delete_gate(tree, feature, unit, even),
            11 => edit::move_gate(tree, feature, unit, other),
            12 => edit::renumber_gates(tree, feature),
            _ => feature.id().map_or(Ok(Edits::none()), |id| edit::archive_feature(tree, &id)),
        });
    }

    fn status(&self, choice: u8, form: u8, words: &str) {
        let feature = parse::feature(self.tree, &sample::folder());
        let (unit, word) = (usize::from(form & 7), usize::from(form >> 3));
        let (tree, feature) = (self.tree, &feature);
        self.whole(match choice % 7 {
            0 => edit::set_unit_status(tree, feature, unit, pick(word)),
            1 => edit::set_gate_status(tree, feature, unit, pick(word)),
            2 => edit::set_plan_status(tree, feature, pick(word)),
            3 => edit::arm_gate(tree, feature, unit).map(|arming| arming.edits),
            4 => edit::mark_done(tree, feature, unit, words),
            5 => edit::block_unit(tree, feature, unit, words),
            _ => feature.id().map_or(Ok(Edits::none()), |id| edit::set_roadmap_status(tree, &id, pick(word))),
        });
    }

    /// Edits of several files apply, can be undone, and leave a plan that can be read and edited.
    fn whole(&self, edits: Result<Edits, EditRefused>) {
        let Ok(edits) = edits else { return };
        let after = edits.apply(self.tree).expect("an action's edits fit its plan");
        let back = edits.invert(self.tree).expect("what was applied can be undone");
        assert_eq!(back.apply(&after).as_ref(), Ok(self.tree), "undoing gives the same bytes");
        Graph::of(&parse::feature(&after, &sample::folder())).order();
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

fn pick<T: Vocabulary>(nth: usize) -> T {
    T::WORDS[nth % T::WORDS.len()].0
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
