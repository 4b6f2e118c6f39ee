//! What the studio keeps in the browser, and when: a document is written in parts, of which the
//! large one, what was opened, is written once. Nothing here touches the browser; `app/keeping.rs` carries it out.

use crate::delta::Delta;
use crate::document::{Document, States};
use crate::folder::{File, Folder};
use crate::history::History;
use crate::pack::{Reader, Writer};
use crate::snapshots::Snapshots;

/// How long after an edit it is kept, in milliseconds. With the time that writing takes, less than 300.
pub const DELAY: u64 = 150;
/// How many documents without changes are kept.
const UNCHANGED: usize = 8;
/// Seven days, in milliseconds.
const WEEK: u64 = 7 * 24 * 60 * 60 * 1000;
/// What everything begins with; another number is another way of writing.
const VERSION: u64 = 1;

/// The parts that a document is kept in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// What the list of kept documents shows.
    Head,
    /// What was opened.
    Base,
    /// What became of it, and the way back.
    Work,
    /// Its earlier states.
    Snapshots,
    /// The handle of its folder on this computer.
    Folder,
}

impl Part {
    /// All of them.
    pub const ALL: [Part; 5] = [Part::Head, Part::Base, Part::Work, Part::Snapshots, Part::Folder];

    /// Where the part of the document `key` is kept.
    pub fn place(self, key: &str) -> String {
        let name = match self {
            Part::Head => "head",
            Part::Base => "base",
            Part::Work => "work",
            Part::Snapshots => "snapshots",
            Part::Folder => "folder",
        };
        format!("{name}/{key}")
    }
}

/// A kept document as it is listed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Head {
    /// What tells it from the others.
    pub key: String,
    /// The title of its feature.
    pub title: String,
    /// What its folder or zip is called.
    pub name: String,
    /// When it was last edited, in milliseconds since 1970.
    pub at: u64,
    /// Whether something of it was not saved.
    pub changed: bool,
}

impl Head {
    /// The head of a document, edited at `at`.
    pub fn of(document: &Document, key: &str, at: u64) -> Head {
        Head {
            key: key.to_owned(),
            title: document.feature_title(),
            name: document.title().to_owned(),
            at,
            changed: document.is_unsaved(),
        }
    }

    /// As bytes.
    pub fn write(&self) -> Vec<u8> {
        let mut to = begin();
        [&self.key, &self.title, &self.name].into_iter().for_each(|text| to.text(text));
        to.number(self.at);
        to.flag(self.changed);
        to.finish()
    }

    /// What [`Head::write`] wrote.
    pub fn read(bytes: &[u8]) -> Option<Head> {
        let mut from = resume(bytes)?;
        let (key, title, name) = (from.text()?.into(), from.text()?.into(), from.text()?.into());
        Some(Head { key, title, name, at: from.number()?, changed: from.flag()? })
    }
}

fn begin() -> Writer {
    let mut to = Writer::default();
    to.number(VERSION);
    to
}

fn resume(bytes: &[u8]) -> Option<Reader<'_>> {
    let mut from = Reader::new(bytes);
    (from.number()? == VERSION).then_some(from)
}

/// What was opened, as bytes.
pub fn base(document: &Document) -> Vec<u8> {
    let mut to = begin();
    to.text(document.title());
    let files = document.folder().files(document.origin());
    to.number(files.len() as u64);
    for file in files {
        to.bytes(&file.name);
        to.bytes(&file.bytes);
        to.number(file.mode.map_or(0, |mode| u64::from(mode) + 1));
    }
    to.finish()
}

/// What became of it, as bytes.
pub fn work(document: &Document) -> Vec<u8> {
    let mut to = begin();
    to.text(document.feature().folder.as_str());
    for state in [document.saved(), document.tree()] {
        Delta::between(document.origin(), state).write(&mut to);
    }
    document.history().write(&mut to);
    document.writing().write(&mut to);
    document.write_held(&mut to);
    to.finish()
}

/// The earlier states, as bytes.
pub fn snapshots(document: &Document) -> Vec<u8> {
    let mut to = begin();
    document.snapshots().write(&mut to);
    to.finish()
}

/// The document of a [`base`], a [`work`] and its [`snapshots`]; `None` when it cannot be read. Earlier states
/// that cannot be read are left out.
pub fn document(base: &[u8], work: &[u8], snapshots: Option<&[u8]>) -> Option<Document> {
    let mut from = resume(base)?;
    let title = from.text()?;
    let files = files(&mut from)?;
    let (folder, origin) = if files.is_empty() {
        (Folder::default(), Default::default())
    } else {
        Folder::open(files, title).ok()?
    };
    let mut from = resume(work)?;
    let at = from.path()?;
    let mut state = || Some(Delta::read(&mut from)?.apply(&origin));
    let (saved, tree) = (state()?, state()?);
    let history = History::read(&mut from)?;
    // What earlier studios kept ends here, or behind this.
    let writing = Delta::read(&mut from).unwrap_or_default();
    let mut document = Document::new(title, folder, States { origin, saved, tree }, at, history);
    document.set_writing(writing);
    document.read_held(&mut from);
    let snapshots = snapshots.and_then(resume).and_then(|mut from| Snapshots::read(&mut from));
    snapshots.into_iter().for_each(|snapshots| document.set_snapshots(snapshots));
    Some(document)
}

fn files(from: &mut Reader) -> Option<Vec<File>> {
    let mut files = Vec::new();
    for _ in 0..from.count()? {
        let (name, bytes) = (from.bytes()?.to_vec(), from.bytes()?.into());
        let mode = from.number()?.checked_sub(1).map(|mode| mode as u32);
        files.push(File { name, bytes, mode });
    }
    Some(files)
}

/// The keys of the kept documents that may go: the oldest of those without changes that nobody touched for a
/// week, when there are many.
pub fn outdated(heads: &[Head], now: u64) -> Vec<String> {
    let old = |head: &Head| head.at + WEEK < now;
    newest_first(heads.to_vec())
        .into_iter()
        .filter(|h| !h.changed)
        .skip(UNCHANGED)
        .filter(old)
        .map(|h| h.key)
        .collect()
}

/// The list in the order in which it is shown.
pub fn newest_first(mut heads: Vec<Head>) -> Vec<Head> {
    specfuse_core::ordered::sort_by_key(&mut heads, |head| std::cmp::Reverse(head.at));
    heads
}

/// How long ago something was, in words; both in milliseconds.
pub fn ago(now: u64, then: u64) -> String {
    let minutes = now.saturating_sub(then) / 60_000;
    let (count, unit) = match minutes {
        0 => return "just now".to_owned(),
        1..60 => (minutes, "minute"),
        60..1440 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

/// A part to be written under its place, or to be taken away.
pub type Entry = (String, Option<Vec<u8>>);

/// How far something that is written goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Due {
    revision: u64,
    snapshots: u64,
}

/// Keeps one document: knows what of it is kept already.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Keeper {
    /// What tells the document from the others.
    pub key: String,
    kept: u64,
    kept_snapshots: u64,
    base_is_kept: bool,
    waiting: bool,
    failed: bool,
}

impl Keeper {
    /// For a document that was just opened.
    pub fn new(key: String) -> Keeper {
        Keeper { key, ..Keeper::default() }
    }

    /// For a document that comes from what was kept.
    pub fn resumed(key: String) -> Keeper {
        Keeper { key, base_is_kept: true, ..Keeper::default() }
    }

    /// Whether nothing of the document is kept yet.
    pub fn is_first(&self) -> bool {
        !self.base_is_kept
    }

    /// After an edit: whether [`DELAY`] has to be waited for. While it runs, further edits need no other.
    pub fn is_to_wait(&mut self, document: &Document) -> bool {
        let wait = document.revision() != self.kept && !self.waiting && !document.is_locked();
        self.waiting |= wait;
        wait
    }

    /// Once the time is over or the page goes: what is to be written now.
    pub fn due(&mut self, document: &Document, now: u64) -> Option<(Due, Vec<Entry>)> {
        self.waiting = false;
        if document.revision() == self.kept || document.is_locked() {
            return None;
        }
        let head = Head::of(document, &self.key, now).write();
        let mut entries = vec![
            (Part::Head.place(&self.key), Some(head)),
            (Part::Work.place(&self.key), Some(work(document))),
        ];
        if !self.base_is_kept {
            entries.push((Part::Base.place(&self.key), Some(base(document))));
        }
        if document.snapshots().revision() != self.kept_snapshots {
            entries.push((Part::Snapshots.place(&self.key), Some(snapshots(document))));
        }
        let due = Due { revision: document.revision(), snapshots: document.snapshots().revision() };
        Some((due, entries))
    }

    /// After writing `due`: what is to be said, once for each time that it begins to fail.
    pub fn done(&mut self, due: Due, written: Result<(), String>) -> Option<String> {
        let why = match written {
            Ok(()) => {
                (self.kept, self.base_is_kept, self.failed) = (due.revision, true, false);
                self.kept_snapshots = due.snapshots;
                return None;
            }
            Err(why) => why,
        };
        let first = !self.failed;
        self.failed = true;
        first.then(|| {
            format!(
                "This browser cannot keep your changes ({why}). They are still here: save or export them before you close the page."
            )
        })
    }

    /// What was opened is no longer kept, as when another tab forgot the document: all is written anew.
    pub fn begin_anew(&mut self) {
        (self.kept, self.kept_snapshots, self.base_is_kept) = (u64::MAX, u64::MAX, false);
    }

    /// Whether closing the page would lose something.
    pub fn would_lose(&self, document: &Document) -> bool {
        document.is_unsaved() && document.revision() != self.kept && !document.is_locked()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use specfuse_core::path::RelPath;

    fn edited() -> Document {
        let mut document = Document::example();
        document.take_snapshot("opened", 1);
        for typed in ["one", "two"] {
            edit(&mut document, typed);
        }
        document.undo();
        document
    }

    fn edit(document: &mut Document, typed: &str) {
        let path = RelPath::new(".specfuse/roadmap.md").unwrap();
        let text = document.tree().text(&path).unwrap().to_string();
        document.type_into(&path, &format!("{text}{typed}\n")).unwrap();
    }

    #[test]
    fn a_document_comes_back_with_its_history() {
        let before = edited();
        let mut after = document(&base(&before), &work(&before), Some(&snapshots(&before))).unwrap();
        assert_eq!((after.tree(), after.files()), (before.tree(), before.files()));
        assert_eq!(after.feature().folder, before.feature().folder);
        assert_eq!(after.snapshots().list(), before.snapshots().list());
        assert_eq!(after.redo().as_deref(), Some("typing in roadmap.md"));
        while after.undo().is_some() {}
        assert_eq!(after.tree(), before.origin());
        assert!(!after.is_changed());
    }

    #[test]
    fn what_cannot_be_read_is_no_document() {
        let (base, work) = (base(&edited()), work(&edited()));
        for end in (0..work.len()).step_by(7) {
            assert!(document(&base, &work[..end], None).is_none());
        }
        assert!(document(&base[..base.len() / 2], &work, None).is_none());
        assert!(document(&[2], &work, None).is_none(), "of another version");
        assert_eq!(Head::read(&[]), None);
    }

    #[test]
    fn what_was_opened_is_written_once() {
        let mut document = edited();
        let mut keeper = Keeper::new("k".into());
        assert!(keeper.is_to_wait(&document));
        assert!(!keeper.is_to_wait(&document), "one wait is enough");
        let (revision, first) = keeper.due(&document, 7).unwrap();
        assert_eq!(
            first.iter().map(|e| e.0.as_str()).collect::<Vec<_>>(),
            ["head/k", "work/k", "base/k", "snapshots/k"]
        );
        let head = Head::read(first[0].1.as_ref().unwrap()).unwrap();
        assert_eq!((head.at, head.changed, head.key.as_str()), (7, true, "k"));
        assert!(keeper.would_lose(&document));
        assert_eq!(keeper.done(revision, Ok(())), None);
        assert!(!keeper.would_lose(&document));
        assert_eq!(keeper.due(&document, 8), None, "nothing changed");
        edit(&mut document, "x");
        assert!(keeper.is_to_wait(&document));
        let (due, entries) = keeper.due(&document, 9).unwrap();
        assert_eq!(entries.len(), 2);
        keeper.done(due, Ok(()));
        keeper.begin_anew();
        assert!(keeper.is_to_wait(&document));
        assert_eq!(keeper.due(&document, 10).unwrap().1.len(), 4, "all of it, after it was forgotten");
    }

    #[test]
    fn failing_is_said_once() {
        let document = edited();
        let mut keeper = Keeper::new("k".into());
        let words = keeper.done(Due::default(), Err("no room".into())).unwrap();
        assert!(words.contains("no room") && words.contains("export"), "{words}");
        assert_eq!(keeper.done(Due::default(), Err("no room".into())), None);
        assert!(keeper.due(&document, 1).unwrap().1.len() == 4, "it is tried again");
        keeper.done(Due::default(), Ok(()));
        assert!(
            keeper.done(Due::default(), Err("no room".into())).is_some(),
            "and said again after it had worked"
        );
    }

    #[test]
    fn only_old_ones_without_changes_go() {
        let head = |at, changed| Head { key: format!("{at}"), at, changed, ..Head::default() };
        let mut heads: Vec<Head> = (0..12).map(|at| head(at, at % 3 == 0)).collect();
        assert_eq!(outdated(&heads, WEEK + 20), Vec::<String>::new());
        heads.extend((20..22).map(|at| head(at, false)));
        assert_eq!(outdated(&heads, WEEK + 20), ["2", "1"]);
        assert_eq!(outdated(&heads, WEEK), Vec::<String>::new(), "none is old enough");
    }

    #[test]
    fn times_are_told_in_words() {
        for (seconds, words) in [
            (5, "just now"),
            (60, "1 minute ago"),
            (150, "2 minutes ago"),
            (7200, "2 hours ago"),
            (100_000, "1 day ago"),
        ] {
            assert_eq!(ago(seconds * 1000, 0), words);
        }
    }
}
