//! Saving into a folder: what has to be written, what stands on disk that we do not know, and what a person
//! chose. Nothing is written here; `app/saving.rs` carries it out, file by file.

use crate::delta::Delta;
use crate::diff::{self, FileDiff};
use crate::document::Document;
use crate::server::{self, OnDisk, Told};
use specfuse_core::path::RelPath;
use specfuse_core::tree::{Entry, Tree};
use std::sync::Arc;

/// What a person wants where both changed a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Choice {
    /// What is here goes over what is there.
    Mine,
    /// What is there comes here.
    Theirs,
}

/// A file that differs from the one that was opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// The file.
    pub path: RelPath,
    /// Its name in the folder.
    pub name: String,
    /// Its text here; `None` when it is gone, or no text.
    pub mine: Option<Arc<str>>,
    /// Its bytes here, when it is no text.
    pub opaque: Option<Arc<[u8]>>,
    /// What stands on disk.
    pub disk: Option<Vec<u8>>,
    /// Whether what stands on disk is neither what was opened nor what is here.
    pub conflict: bool,
    /// What is to become of a conflict.
    pub choice: Option<Choice>,
}

impl Item {
    /// The text on disk, when it is one.
    pub fn theirs(&self) -> Option<&str> {
        std::str::from_utf8(self.disk.as_deref()?).ok()
    }

    /// Whether what is on disk can be taken over: it is a text, or no longer there.
    pub fn can_take(&self) -> bool {
        self.disk.is_none() || self.theirs().is_some()
    }

    /// What saving does to the file.
    pub fn diff(&self) -> FileDiff {
        if self.opaque.is_some() {
            return diff::opaque(&self.path, self.disk.is_some());
        }
        let theirs = self.disk.as_deref().map(String::from_utf8_lossy);
        diff::file(&self.path, theirs.as_deref(), self.mine.as_deref())
    }

    /// Whether the file on disk is already what it is to be.
    pub fn is_there(&self) -> bool {
        self.bytes() == self.disk.as_deref()
    }

    /// What is to be on disk afterwards.
    pub fn bytes(&self) -> Option<&[u8]> {
        self.opaque.as_deref().or(self.mine.as_deref().map(str::as_bytes))
    }
}

/// All that a save would do.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Plan {
    /// The files, in the order of paths.
    pub items: Vec<Item>,
}

/// The files that differ from what is on disk as far as we know, and those of a save that did not come to its
/// end; each with its name in the folder.
pub fn changed(document: &Document) -> Vec<(RelPath, String)> {
    let delta = Delta::between(document.saved(), document.tree());
    let mut paths: Vec<RelPath> = delta.paths().chain(document.writing().paths()).cloned().collect();
    specfuse_core::ordered::sort_by_key(&mut paths, RelPath::clone);
    paths.dedup();
    let name = |path: &RelPath| document.folder().place_of(path);
    paths.into_iter().map(|path| (path.clone(), name(&path))).collect()
}

/// What a look at the folder found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Looked {
    /// What was changed there alone, and is here as it is there now.
    pub taken: Vec<RelPath>,
    /// What was changed there, and here, too.
    pub both: Vec<RelPath>,
    /// What was not changed here and is no text there, or nothing; each with its name in the folder.
    pub gone: Vec<(RelPath, String)>,
}

/// Compares with the folder as it is on `disk`: what can be taken over, and what else is to be told.
pub fn look(document: &Document, disk: &Tree) -> (Vec<OnDisk>, Looked) {
    // Of what a save was about to write it is not known which is whose.
    let is_known = |path: &RelPath| document.writing().after(path).is_none();
    let texts = disk.iter().filter(|(path, _)| is_known(path)).filter_map(|(path, entry)| match entry {
        Entry::Text(text) => {
            Some(Told { path: path.to_string(), text: Some(text.to_string()), opaque: false })
        }
        Entry::Opaque(_) => None,
    });
    let (take, both) = server::sort(document, texts.collect());
    let is_same = |path: &RelPath| document.tree().text(path) == document.saved().text(path);
    let saved = document.saved().iter().map(|(path, _)| path);
    let is_gone = |path: &&RelPath| {
        document.saved().text(path).is_some() && disk.text(path).is_none() && is_same(path) && is_known(path)
    };
    let gone = saved.filter(is_gone).map(|path| (path.clone(), document.folder().place_of(path))).collect();
    (take, Looked { both, gone, ..Looked::default() })
}

/// All files, each with its name in a folder called `name` that the document was never saved to.
pub fn all(document: &Document, name: &str) -> Vec<(RelPath, String)> {
    let folder = document.folder().moved_to(name);
    document.tree().iter().map(|(path, _)| (path.clone(), folder.place_of(path))).collect()
}

impl Plan {
    /// The plan for `all` files of a folder that the document was never saved to: what stands there already is
    /// never written over unasked.
    pub fn anew(document: &Document, all: Vec<(RelPath, String)>, disk: Vec<Option<Vec<u8>>>) -> Plan {
        let item = |((path, name), disk): ((RelPath, String), Option<Vec<u8>>)| {
            let mine = document.tree().text(&path).cloned();
            let opaque = if mine.is_none() { document.folder().opaque(&path) } else { None };
            let mut item = Item { path, name, mine, opaque, conflict: disk.is_some(), disk, choice: None };
            item.conflict &= !item.is_there();
            item
        };
        Plan { items: all.into_iter().zip(disk).map(item).collect() }
    }

    /// The plan for `changed` files, of which `disk` holds what was just read.
    pub fn new(document: &Document, changed: Vec<(RelPath, String)>, disk: Vec<Option<Vec<u8>>>) -> Plan {
        let item = |((path, name), disk): ((RelPath, String), Option<Vec<u8>>)| {
            let saved = document.saved().text(&path).map(|text| &**text);
            let is_on_disk = |text: Option<&str>| text.map(str::as_bytes) == disk.as_deref();
            let mine = document.tree().text(&path).cloned();
            let conflict = !is_on_disk(saved) && !document.writing().after(&path).is_some_and(is_on_disk);
            let mut item = Item { path, name, mine, opaque: None, disk, conflict, choice: None };
            item.conflict &= !item.is_there();
            item
        };
        Plan { items: changed.into_iter().zip(disk).map(item).collect() }
    }

    /// Whether each conflict is decided.
    pub fn is_decided(&self) -> bool {
        self.items.iter().all(|item| !item.conflict || item.choice.is_some())
    }

    /// What has to be written: all that is not there already, and not to be taken from there.
    pub fn writes(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| !item.is_there() && item.choice != Some(Choice::Theirs))
    }

    /// What is the same here and there.
    pub fn there(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.is_there())
    }

    /// What is to be taken from disk.
    pub fn taken(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.choice == Some(Choice::Theirs))
    }
}

/// What became of a save.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// The files that were written or taken away.
    pub written: Vec<RelPath>,
    /// Those that were not, each with the reason.
    pub failed: Vec<(RelPath, String)>,
    /// How many were taken from disk.
    pub taken: usize,
}

impl Report {
    /// What is said of it; whether it is good news.
    pub fn words(&self, folder: &str) -> (String, bool) {
        let (written, all) = (self.written.len(), self.written.len() + self.failed.len());
        if self.failed.is_empty() {
            let taken = match self.taken {
                0 => String::new(),
                n => format!(", took over {}", count(n)),
            };
            return (format!("Saved {} to {folder}{taken}.", count(written)), true);
        }
        let why: Vec<String> =
            self.failed.iter().map(|(path, why)| format!("{} ({why})", path.file_name())).collect();
        let words = format!(
            "Wrote {written} of {} to {folder}. Not written: {}. Nothing is lost here; save again.",
            count(all),
            why.join(", ")
        );
        (words, false)
    }
}

/// `1 file`, `3 files`.
pub fn count(files: usize) -> String {
    format!("{files} file{}", if files == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::File;
    use crate::persist;

    fn opened() -> Document {
        let file = |name: &str, text: &str| File {
            name: format!("top/.specfuse/features/F/{name}").into_bytes(),
            bytes: text.as_bytes().into(),
            mode: None,
        };
        let files = vec![file("PLAN.md", "---\ntitle: T\n---\n"), file("a", "a\n"), file("b", "b\n")];
        Document::open(files, "top").unwrap()
    }

    fn path(name: &str) -> RelPath {
        RelPath::new(&format!(".specfuse/features/F/{name}")).unwrap()
    }

    /// What a save would do after `a` and `b` were changed here, with these texts on disk.
    fn plan(a: Option<&str>, b: Option<&str>) -> (Document, Plan) {
        let mut document = opened();
        document.type_into(&path("a"), "mine\n").unwrap();
        document.type_into(&path("b"), "mine\n").unwrap();
        let changed = changed(&document);
        assert_eq!(changed[0].1, ".specfuse/features/F/a", "as the folder calls it");
        let disk = [a, b].map(|text| text.map(|text| text.as_bytes().to_vec()));
        let plan = Plan::new(&document, changed, disk.into());
        (document, plan)
    }

    fn names<'a>(items: impl Iterator<Item = &'a Item>) -> Vec<&'a str> {
        items.map(|item| item.path.file_name()).collect()
    }

    #[test]
    fn only_what_changed_is_written() {
        let (_, plan) = plan(Some("a\n"), Some("b\n"));
        assert_eq!(names(plan.writes()), ["a", "b"]);
        assert!(plan.is_decided());
        assert_eq!((plan.items[0].diff().added, plan.items[0].diff().removed), (1, 1));
    }

    #[test]
    fn what_changed_on_disk_is_a_question() {
        let (_, mut plan) = plan(Some("theirs\n"), None);
        assert!(plan.items.iter().all(|item| item.conflict));
        assert!(!plan.is_decided());
        plan.items[0].choice = Some(Choice::Theirs);
        assert!(!plan.is_decided(), "a file that is gone is asked for, too");
        plan.items[1].choice = Some(Choice::Mine);
        assert!(plan.is_decided());
        assert_eq!(names(plan.writes()), ["b"]);
        assert_eq!(names(plan.taken()), ["a"]);
    }

    #[test]
    fn only_what_nobody_changed_here_is_taken_over_unasked() {
        let mut document = opened();
        let mut disk = document.tree().clone();
        document.type_into(&path("a"), "mine\n").unwrap();
        assert_eq!(look(&document, &disk), (Vec::new(), Looked::default()), "nothing changed there");
        disk.insert_text(path("a"), "theirs\n");
        disk.insert_text(path("PLAN.md"), "---\ntitle: Theirs\n---\n");
        disk.insert_text(path("new"), "new\n");
        disk.remove(&path("b"));
        let (take, looked) = look(&document, &disk);
        let names: Vec<&str> = take.iter().map(|(path, _)| path.file_name()).collect();
        assert_eq!((names, looked.both), (vec!["PLAN.md", "new"], vec![path("a")]), "new ones, too");
        let gone: Vec<RelPath> = looked.gone.into_iter().map(|(path, _)| path).collect();
        assert_eq!(gone, [path("b")], "is asked for");
        document.take_all_from_disk(take);
        assert_eq!(look(&document, &disk).0, [], "and then it is known");
        let mut plan = Plan::new(&document, vec![(path("new"), "new".into())], vec![None]);
        plan.items[0].choice = Some(Choice::Mine);
        document.before_save(&plan);
        disk.insert_text(path("new"), "half\n");
        assert_eq!(look(&document, &disk).0, [], "whose that is, is not known");
    }

    #[test]
    fn what_is_there_already_is_not_written() {
        let (_, plan) = plan(Some("mine\n"), Some("b\n"));
        assert_eq!(names(plan.writes()), ["b"]);
        assert_eq!(names(plan.there()), ["a"]);
        assert!(plan.is_decided());
    }

    #[test]
    fn files_that_come_are_written_and_those_that_go_are_taken_away() {
        let mut document = Document::example();
        let id = specfuse_core::model::id::FeatureId::parse("FEAT-2026-0009").unwrap();
        let new = specfuse_core::edit::NewFeature::draft(id, "Next", "It is there.");
        document.perform(&crate::command::Command::NewFeature(new)).unwrap();
        let made = changed(&document);
        let roadmap = document.saved().text(&made[made.len() - 1].0).map(|text| text.as_bytes().to_vec());
        let mut disk = vec![None; made.len() - 1];
        disk.push(roadmap);
        let plan = Plan::new(&document, made.clone(), disk);
        assert!(plan.is_decided() && plan.items[0].diff().word == "new");
        let written: Vec<RelPath> = plan.writes().map(|item| item.path.clone()).collect();
        assert_eq!(written.len(), made.len());
        document.after_save(&plan, &written, 1);
        let disk = made.iter().map(|(path, _)| document.tree().text(path).map(|t| t.as_bytes().to_vec()));
        let disk = disk.collect();
        document.undo();
        let plan = Plan::new(&document, changed(&document), disk);
        assert!(plan.is_decided());
        assert_eq!(plan.writes().filter(|item| item.bytes().is_none()).count(), made.len() - 1);
        assert_eq!(plan.items[0].diff().word, "deleted");
    }

    #[test]
    fn in_another_folder_nothing_is_written_over_unasked() {
        let mut document = opened();
        let all = all(&document, "repo");
        assert_eq!(all[1].1, ".specfuse/features/F/a");
        let disk = |text: &str| Some(text.as_bytes().to_vec());
        let mut plan = Plan::anew(&document, all, vec![None, disk("theirs\n"), disk("b\n")]);
        assert_eq!(names(plan.items.iter().filter(|item| item.conflict)), ["a"]);
        assert_eq!(names(plan.there()), ["b"]);
        plan.items[1].choice = Some(Choice::Mine);
        assert_eq!(names(plan.writes()), ["PLAN.md", "a"]);
        document.move_to("repo");
        let plan_file = plan.items[0].path.clone();
        document.after_save(&plan, &[plan_file], 1);
        assert!(document.is_changed(), "`a` was not written");
        assert_eq!(changed(&document), [(path("a"), ".specfuse/features/F/a".to_owned())]);
        document.after_save(&plan, &[path("a")], 1);
        assert!(!document.is_changed());
    }

    #[test]
    fn what_is_no_text_is_written_byte_for_byte() {
        let file = |name: &str, bytes: &[u8]| File {
            name: format!("top/{name}").into_bytes(),
            bytes: bytes.into(),
            mode: None,
        };
        let picture = [0x89, b'P', 0xff, 0];
        let files = vec![file("PLAN.md", b"---\ntitle: T\n---\n"), file("picture.png", &picture)];
        let mut document = Document::open(files, "top").unwrap();
        let plan = Plan::anew(&document, all(&document, "repo"), vec![None, None]);
        assert_eq!(plan.items[1].bytes(), Some(picture.as_slice()));
        assert_eq!((plan.items[1].diff().word, plan.items[1].diff().hunks.len()), ("new, no text", 0));
        document.move_to("repo");
        let written: Vec<RelPath> = plan.items.iter().map(|item| item.path.clone()).collect();
        document.after_save(&plan, &written, 1);
        assert!(!document.is_changed());
    }

    #[test]
    fn the_document_knows_what_was_written_and_what_was_taken() {
        let (mut document, mut plan) = plan(Some("theirs\n"), Some("b\n"));
        plan.items[0].choice = Some(Choice::Theirs);
        document.after_save(&plan, &[path("b")], 1);
        assert!(!document.is_changed());
        assert_eq!(document.tree().text(&path("a")).map(|t| &**t), Some("theirs\n"));
        document.undo();
        assert_eq!(document.tree().text(&path("a")).map(|t| &**t), Some("mine\n"), "nothing of mine is lost");
        assert_eq!(names(Plan::new(&document, changed(&document), vec![None]).items.iter()), ["a"]);
    }

    #[test]
    fn a_save_that_was_cut_off_leaves_the_folder_unknown() {
        let mut document = opened();
        document.type_into(&path("a"), "mine\n").unwrap();
        let disk = |text: &str| vec![Some(text.as_bytes().to_vec())];
        let plan = Plan::new(&document, changed(&document), disk("a\n"));
        document.before_save(&plan);
        let kept = (persist::base(&document), persist::work(&document));
        let mut document = persist::document(&kept.0, &kept.1, None).unwrap();
        document.undo();
        assert!(document.is_changed(), "what was about to be written may stand there");
        let wrote = Plan::new(&document, changed(&document), disk("mine\n"));
        assert_eq!(
            (names(wrote.writes()), wrote.is_decided()),
            (vec!["a"], true),
            "it is no change of others"
        );
        let others = Plan::new(&document, changed(&document), disk("theirs\n"));
        assert!(!others.is_decided());
        let did_not = Plan::new(&document, changed(&document), disk("a\n"));
        assert_eq!(names(did_not.there()), ["a"]);
        document.after_save(&did_not, &[], 1);
        assert!(!document.is_changed() && changed(&document).is_empty());
    }

    #[test]
    fn a_failure_says_what_was_written() {
        let mut report = Report { written: vec![path("a")], ..Report::default() };
        assert_eq!(report.words("top"), ("Saved 1 file to top.".to_owned(), true));
        report.failed.push((path("b"), "the disk is full".into()));
        let (words, good) = report.words("top");
        assert!(!good && words.contains("1 of 2 files") && words.contains("b (the disk is full)"), "{words}");
    }
}
