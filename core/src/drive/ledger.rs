//! What the driver itself wrote since its last commit, as the steps that wrote it. Done again over what is
//! committed they give the driver's words alone, whatever a session or a person left in the same files.

use super::books;
use super::effect::{Append, SetKeys};
use crate::edit;
use crate::frontmatter::Document;
use crate::ordered;
use crate::path::RelPath;
use crate::tree::Tree;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// One thing that the driver wrote.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "wrote", rename_all = "snake_case")]
pub enum Entry {
    /// [`super::Effect::SetKeys`]
    Keys(SetKeys),
    /// [`super::Effect::Append`]
    Append(Append),
    /// [`super::Effect::WriteText`]: the file has the body of this text; one that is new, all of it.
    Body {
        /// The file.
        path: RelPath,
        /// A text with that body.
        text: String,
    },
    /// [`super::Effect::FinishRoadmap`]
    Roadmap {
        /// The feature's id.
        feature: String,
    },
    /// A file that nobody else writes: all of it is the driver's.
    Whole {
        /// The file.
        path: RelPath,
    },
}

impl Entry {
    fn paths(&self) -> Vec<RelPath> {
        match self {
            Entry::Keys(SetKeys { path, .. })
            | Entry::Append(Append { path, .. })
            | Entry::Body { path, .. }
            | Entry::Whole { path } => vec![path.clone()],
            Entry::Roadmap { .. } => {
                let files = [".specfuse/roadmap.md", ".specfuse/roadmap-archive.md"];
                files.into_iter().filter_map(|path| RelPath::new(path).ok()).collect()
            }
        }
    }

    /// Writes it again, into `tree`. A text that cannot carry it stays as it is.
    fn write(&self, tree: &mut Tree) {
        let written = match self {
            Entry::Keys(SetKeys { path, keys }) => {
                let before = tree.text(path).cloned();
                books::with_keys(path, before.as_deref(), keys).ok().flatten().map(|text| (path, text))
            }
            Entry::Append(Append { path, marker, text }) => {
                let before = tree.text(path).cloned();
                books::with_appended(before.as_deref(), marker, text).map(|text| (path, text))
            }
            Entry::Body { path, text } => {
                let new = match tree.text(path) {
                    Some(before) => with_body(before, text),
                    None => Some(text.clone()),
                };
                new.map(|text| (path, text))
            }
            Entry::Roadmap { feature } => {
                for edits in books::FINISH_ROADMAP {
                    if let Ok(after) = edits(tree, feature).apply(tree) {
                        *tree = after;
                    }
                }
                None
            }
            Entry::Whole { .. } => None,
        };
        if let Some((path, text)) = written {
            tree.insert_text(path.clone(), text);
        }
    }
}

/// The driver's own uncommitted writes, in their order.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ledger {
    entries: Vec<Entry>,
}

impl Ledger {
    /// A ledger that knows only which files the driver wrote.
    pub fn of_whole(paths: impl IntoIterator<Item = RelPath>) -> Ledger {
        Ledger { entries: paths.into_iter().map(|path| Entry::Whole { path }).collect() }
    }

    /// Takes in what is about to be written; whether it was not known yet.
    pub fn note(&mut self, entry: Entry) -> bool {
        let of_file = |known: &&Entry| known.paths().iter().any(|path| entry.paths().contains(path));
        let is_known = self.entries.iter().rfind(of_file) == Some(&entry);
        if !is_known {
            self.entries.push(entry);
        }
        !is_known
    }

    /// Everything written is committed.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The files.
    pub fn paths(&self) -> BTreeSet<RelPath> {
        ordered::set(self.entries.iter().flat_map(Entry::paths))
    }

    /// Whether the driver wrote `path`.
    pub fn has(&self, path: &RelPath) -> bool {
        self.entries.iter().any(|entry| entry.paths().contains(path))
    }

    /// Whether all of the file at `path` is the driver's.
    pub fn is_whole(&self, path: &RelPath) -> bool {
        self.entries.iter().any(|entry| matches!(entry, Entry::Whole { path: own } if own == path))
    }

    /// What of it still stands in `files`. What a person has changed since is not the driver's any more.
    pub fn standing(&self, files: &Tree) -> Ledger {
        let stands = |path: &RelPath, key: &str| {
            let last = self.keys_of(path).rfind(|(name, _)| name == key);
            let (Some(last), Some(now)) = (last, files.text(path)) else { return false };
            let again = books::with_keys(path, Some(now), std::slice::from_ref(last));
            again.is_ok_and(|again| again.as_deref() == Some(&**now))
        };
        let kept = self.entries.iter().filter_map(|entry| match entry {
            Entry::Keys(SetKeys { path, keys }) => {
                let mut keys = keys.clone();
                keys.retain(|(key, _)| stands(path, key));
                (!keys.is_empty()).then(|| Entry::Keys(SetKeys { path: path.clone(), keys }))
            }
            Entry::Append(Append { path, marker, text }) => {
                let again = books::with_appended(files.text(path).map(|now| &**now), marker, text);
                again.is_none().then(|| entry.clone())
            }
            Entry::Body { path, text } => {
                let now = files.text(path)?;
                with_body(now, text).is_some_and(|again| again == **now).then(|| entry.clone())
            }
            Entry::Roadmap { .. } | Entry::Whole { .. } => Some(entry.clone()),
        });
        Ledger { entries: kept.collect() }
    }

    /// What is committed, with the driver's words as they stand in `files`: what a commit of its own holds. A file
    /// that differs in nothing else is taken as it is, the order of its keys included.
    pub fn words(&self, committed: &Tree, files: &Tree) -> Tree {
        let standing = self.standing(files);
        let mut words = standing.over(committed.clone());
        for path in standing.paths() {
            let (Some(before), Some(now)) = (committed.text(&path), files.text(&path)) else { continue };
            if standing.is_all_between(&path, before, now) {
                words.insert_text(path, now.clone());
            }
        }
        words
    }

    /// Whether two texts of a file differ only in keys that the driver set.
    fn is_all_between(&self, path: &RelPath, before: &str, now: &str) -> bool {
        let keys = ordered::set(self.keys_of(path).map(|(key, _)| key.as_str()));
        let kind = books::kind_of(path);
        let bare = |text: &str| {
            keys.iter().try_fold(text.to_owned(), |text, key| edit::without_key(kind, &text, &[key])).ok()
        };
        !keys.is_empty() && bare(before).is_some_and(|before| bare(now) == Some(before))
    }

    fn keys_of<'a>(&'a self, path: &'a RelPath) -> impl DoubleEndedIterator<Item = &'a (String, Value)> {
        self.entries.iter().flat_map(move |entry| match entry {
            Entry::Keys(SetKeys { path: own, keys }) if own == path => &keys[..],
            _ => &[],
        })
    }

    /// `tree` with everything written again.
    pub fn over(&self, mut tree: Tree) -> Tree {
        self.entries.iter().for_each(|entry| entry.write(&mut tree));
        tree
    }

    /// The files of the ledger as an attempt finds them that goes on with another's work, and without that
    /// work. Each tree holds at least those files.
    pub fn origin(&self, trees: &Trees<'_>) -> Tree {
        let (then, now) = (self.over(trees.committed_then.clone()), self.over(trees.committed.clone()));
        let earlier = self.over(trees.earlier.clone());
        let mut out = Tree::new();
        for path in self.paths() {
            let theirs = !self.is_whole(&path) && !is_drivers_only(&then, &earlier, &path);
            let entry = match (self.is_whole(&path), theirs) {
                (true, _) => trees.files.get(&path).cloned(),
                (false, false) => now.get(&path).cloned(),
                (false, true) => with_drivers_keys(&path, &earlier, trees.files),
            };
            if let Some(entry) = entry {
                out.insert(path, entry);
            }
        }
        out
    }
}

/// What an origin is made of.
#[derive(Clone, Copy, Debug)]
pub struct Trees<'a> {
    /// What was committed when the earlier attempt began.
    pub committed_then: &'a Tree,
    /// What that attempt's work is counted from: a person's uncommitted edits are in it.
    pub earlier: &'a Tree,
    /// What is committed now.
    pub committed: &'a Tree,
    /// The files as they are.
    pub files: &'a Tree,
}

/// Whether nothing of a person's stood uncommitted in the file at `path`.
fn is_drivers_only(then: &Tree, earlier: &Tree, path: &RelPath) -> bool {
    match (then.text(path), earlier.text(path)) {
        (Some(then), Some(earlier)) => edit::differs_by_driver_only(books::kind_of(path), then, earlier),
        _ => then.get(path) == earlier.get(path),
    }
}

fn with_drivers_keys(path: &RelPath, earlier: &Tree, now: &Tree) -> Option<crate::tree::Entry> {
    match (earlier.text(path), now.text(path)) {
        (Some(earlier), Some(now)) => {
            let text = edit::with_drivers_keys(books::kind_of(path), earlier, now);
            Some(crate::tree::Entry::Text(text.into()))
        }
        _ => earlier.get(path).cloned(),
    }
}

/// `before` with the body of `text`.
fn with_body(before: &str, text: &str) -> Option<String> {
    let (was, new) = (Document::read(before.into()), Document::read(text.into()));
    let head = before.strip_suffix(was.body.span.slice(&was.text))?;
    Some(format!("{head}{}", new.body.span.slice(&new.text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const UNIT: &str = "---\nid: F/T01\ntype: close\nstatus: pending\n---\n\n# Close\n";

    fn path(name: &str) -> RelPath {
        RelPath::new(name).unwrap()
    }

    fn tree(files: &[(&str, &str)]) -> Tree {
        let mut tree = Tree::new();
        files.iter().for_each(|(name, text)| tree.insert_text(path(name), *text));
        tree
    }

    fn ledger() -> Ledger {
        let mut ledger = Ledger::default();
        let keys = vec![("status".to_owned(), json!("in_progress")), ("attempts".to_owned(), json!(2))];
        let set = Entry::Keys(SetKeys { path: path("WU-1.md"), keys });
        assert!(ledger.note(set.clone()));
        assert!(!ledger.note(set));
        let (marker, text) = ("## Gate 1".to_owned(), "## Gate 1\n".to_owned());
        ledger.note(Entry::Append(Append { path: path("R.md"), marker, text }));
        ledger.note(Entry::Whole { path: path("events.jsonl") });
        ledger
    }

    #[test]
    fn what_a_session_left_is_not_the_drivers() {
        let over = ledger().over(tree(&[("WU-1.md", UNIT)]));
        let unit = over.text(&path("WU-1.md")).unwrap();
        assert!(unit.contains("status: in_progress\n") && unit.contains("attempts: 2\n"), "{unit}");
        assert_eq!(over.text(&path("R.md")).map(|text| &**text), Some("## Gate 1\n"));
        assert!(ledger().is_whole(&path("events.jsonl")) && !ledger().is_whole(&path("R.md")));
        let text = serde_json::to_string(&ledger()).unwrap();
        assert_eq!(serde_json::from_str::<Ledger>(&text).unwrap(), ledger());
    }

    #[test]
    fn an_origin_is_without_the_work_and_with_the_persons_edits() {
        let committed = tree(&[("WU-1.md", UNIT)]);
        let worked = UNIT.replace("type: close", "type: close\nverdict: met\ncost_usd: 1");
        let now =
            tree(&[("WU-1.md", &worked), ("R.md", "## Gate 1\n\nIt went well.\n"), ("events.jsonl", "x")]);
        let origin = |earlier: &Tree| {
            let trees = Trees { committed_then: &committed, earlier, committed: &committed, files: &now };
            ledger().origin(&trees)
        };
        let plain =
            origin(&tree(&[("WU-1.md", &UNIT.replace("pending", "in_progress")), ("R.md", "## Gate 1\n")]));
        let unit = plain.text(&path("WU-1.md")).unwrap();
        assert!(!unit.contains("verdict") && unit.contains("attempts: 2"), "{unit}");
        assert_eq!(plain.text(&path("R.md")).map(|text| &**text), Some("## Gate 1\n"));
        assert_eq!(plain.text(&path("events.jsonl")).map(|text| &**text), Some("x"));
        let theirs =
            origin(&tree(&[("WU-1.md", &UNIT.replace("# Close", "# Close it")), ("R.md", "Mine.\n")]));
        let unit = theirs.text(&path("WU-1.md")).unwrap();
        assert!(unit.contains("# Close it") && unit.contains("cost_usd: 1"), "{unit}");
        assert!(!unit.contains("verdict"), "{unit}");
        assert_eq!(theirs.text(&path("R.md")).map(|text| &**text), Some("Mine.\n\n## Gate 1\n"));
    }

    #[test]
    fn what_a_person_changed_since_is_theirs() {
        let now = tree(&[("WU-1.md", &UNIT.replace("status: pending", "status: draft\nattempts: 2"))]);
        let over = ledger().standing(&now).over(tree(&[("WU-1.md", UNIT)]));
        let unit = over.text(&path("WU-1.md")).unwrap();
        assert!(unit.contains("status: pending") && unit.contains("attempts: 2"), "{unit}");
        assert_eq!(over.text(&path("R.md")), None);
    }

    #[test]
    fn a_rewritten_body_goes_under_the_committed_head() {
        let mut ledger = Ledger::default();
        ledger.note(Entry::Body { path: path("WU-1.md"), text: "---\nid: other\n---\n\n# Less\n".into() });
        let over = ledger.over(tree(&[("WU-1.md", UNIT)]));
        assert_eq!(over.text(&path("WU-1.md")).unwrap().replace("# Less", "# Close"), UNIT);
    }
}
