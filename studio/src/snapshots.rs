//! Earlier states of a document: taken by themselves now and then, and by name when a person wants one.
//! Each is what differs from the texts as they were opened.

use crate::delta::Delta;
use crate::pack::{Reader, Writer};
use specfuse_core::tree::Tree;

/// Between two that are taken by themselves, in milliseconds.
const EVERY: u64 = 60_000;
/// How many of those are kept; the oldest go.
const AUTOMATIC: usize = 40;
/// How many a person can name.
const NAMED: usize = 100;

/// A state as it was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// Its name, or what it was taken for.
    pub label: String,
    /// Whether a person named it: then it stays.
    pub named: bool,
    /// When it was taken, in milliseconds since 1970.
    pub at: u64,
    state: Delta,
}

impl Snapshot {
    /// The texts as they were.
    pub fn tree(&self, origin: &Tree) -> Tree {
        self.state.apply(origin)
    }
}

/// All states of one document, the oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Snapshots {
    list: Vec<Snapshot>,
    revision: u64,
}

impl Snapshots {
    /// All of them, the oldest first.
    pub fn list(&self) -> &[Snapshot] {
        &self.list
    }

    /// Grows with every change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Takes one by itself, when the last one is old enough and something changed since.
    pub fn take_if_due(&mut self, origin: &Tree, tree: &Tree, now: u64) {
        if self.list.last().is_none_or(|last| last.at + EVERY <= now) {
            self.take("automatic", origin, tree, now);
        }
    }

    /// Takes one for a reason, unless the last one is the same.
    pub fn take(&mut self, label: &str, origin: &Tree, tree: &Tree, now: u64) {
        let state = Delta::between(origin, tree);
        if self.list.last().is_some_and(|last| last.state == state) {
            return;
        }
        self.push(Snapshot { label: label.to_owned(), named: false, at: now, state });
        while self.list.iter().filter(|snapshot| !snapshot.named).count() > AUTOMATIC {
            let oldest = self.list.iter().position(|snapshot| !snapshot.named);
            oldest.into_iter().for_each(|at| drop(self.list.remove(at)));
        }
    }

    /// Keeps a state under a name. Whether there was room.
    pub fn name(&mut self, label: &str, origin: &Tree, tree: &Tree, now: u64) -> bool {
        let room = self.list.iter().filter(|snapshot| snapshot.named).count() < NAMED;
        if room {
            let state = Delta::between(origin, tree);
            self.push(Snapshot { label: label.to_owned(), named: true, at: now, state });
        }
        room
    }

    /// Takes one away.
    pub fn forget(&mut self, at: usize) {
        if at < self.list.len() {
            self.list.remove(at);
            self.revision += 1;
        }
    }

    fn push(&mut self, snapshot: Snapshot) {
        self.list.push(snapshot);
        self.revision += 1;
    }

    /// Writes them.
    pub fn write(&self, to: &mut Writer) {
        to.number(self.list.len() as u64);
        for snapshot in &self.list {
            to.text(&snapshot.label);
            to.flag(snapshot.named);
            to.number(snapshot.at);
            snapshot.state.write(to);
        }
    }

    /// Reads what [`Snapshots::write`] wrote.
    pub fn read(from: &mut Reader) -> Option<Snapshots> {
        let mut list = Vec::new();
        for _ in 0..from.count()? {
            let (label, named, at) = (from.text()?.to_owned(), from.flag()?, from.number()?);
            list.push(Snapshot { label, named, at, state: Delta::read(from)? });
        }
        Some(Snapshots { list, revision: 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use specfuse_core::path::RelPath;

    fn tree(text: &str) -> Tree {
        let mut tree = Tree::new();
        tree.insert_text(RelPath::new("f").unwrap(), text);
        tree
    }

    fn labels(snapshots: &Snapshots) -> Vec<&str> {
        snapshots.list().iter().map(|snapshot| snapshot.label.as_str()).collect()
    }

    #[test]
    fn one_a_minute_of_change_is_taken() {
        let mut snapshots = Snapshots::default();
        for (text, now) in [("a", 0), ("b", 30_000), ("c", 60_000), ("c", 120_000), ("d", 120_001)] {
            snapshots.take_if_due(&tree("a"), &tree(text), now);
        }
        let texts: Vec<Tree> = snapshots.list().iter().map(|s| s.tree(&tree("a"))).collect();
        assert_eq!(texts, [tree("a"), tree("c"), tree("d")]);
    }

    #[test]
    fn old_ones_go_and_named_ones_stay() {
        let mut snapshots = Snapshots::default();
        assert!(snapshots.name("before lunch", &tree("a"), &tree("a"), 0));
        for at in 0..AUTOMATIC as u64 + 5 {
            snapshots.take("automatic", &tree("a"), &tree(&at.to_string()), at);
        }
        assert_eq!(snapshots.list().len(), AUTOMATIC + 1);
        assert_eq!(labels(&snapshots)[0], "before lunch");
        assert_eq!(snapshots.list()[1].tree(&tree("a")), tree("5"));
        (1..NAMED).for_each(|_| assert!(snapshots.name("n", &tree("a"), &tree("a"), 0)));
        assert!(!snapshots.name("one too many", &tree("a"), &tree("a"), 0));
        let mut writer = Writer::default();
        snapshots.write(&mut writer);
        let read = Snapshots::read(&mut Reader::new(&writer.finish())).unwrap();
        assert_eq!(read.list(), snapshots.list());
        snapshots.forget(0);
        assert_eq!(snapshots.list()[0].tree(&tree("a")), tree("5"));
    }
}
