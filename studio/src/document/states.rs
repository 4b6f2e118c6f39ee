//! What becomes of a document as a whole: saving, earlier states, being locked, being new.

use super::{Document, Lock, States};
use crate::command::Refused;
use crate::delta::Delta;
use crate::diff::{self, FileDiff};
use crate::folder::Folder;
use crate::history::History;
use crate::save::Plan;
use crate::snapshots::Snapshots;
use specfuse_core::edit::{self, NewFeature};
use specfuse_core::path::RelPath;
use specfuse_core::tree::Tree;
use std::sync::Arc;

/// What a new plan has around its first feature.
const BEGINNING: [(&str, &str); 2] = [
    (".specfuse/roadmap.md", include_str!("beginning/roadmap.md")),
    (".specfuse/verification.yml", include_str!("beginning/verification.yml")),
];

impl Document {
    /// A plan that begins with one new feature.
    ///
    /// # Errors
    /// Why the feature cannot be made.
    pub fn fresh(new: &NewFeature) -> Result<Document, Refused> {
        let mut tree = Tree::new();
        for (path, text) in BEGINNING {
            RelPath::new(path).into_iter().for_each(|path| tree.insert_text(path, text));
        }
        let refused = |why: String| Refused(why);
        let edits = edit::new_feature(&tree, new).map_err(|why| refused(why.to_string()))?;
        let tree = edits.apply(&tree).map_err(|why| refused(why.to_string()))?;
        let at = RelPath::new(&format!("{}/{}", specfuse_core::parse::FEATURES, new.folder_name()));
        let at = at.map_err(|why| refused(why.to_string()))?;
        let states = States { tree, ..States::default() };
        let mut document =
            Document::new(&edit::slug(&new.title), Folder::default(), states, at, History::default());
        document.revision += 1;
        Ok(document)
    }

    /// Why it can only be read, if that is so.
    pub fn locked(&self) -> Option<Lock> {
        self.lock
    }

    /// Whether it can only be read.
    pub fn is_locked(&self) -> bool {
        self.lock.is_some()
    }

    /// Lets it only be read from now on.
    pub fn lock(&mut self, lock: Lock) {
        self.lock = Some(lock);
    }

    /// Makes a document that came by a link the person's own: it can be edited, and was saved nowhere.
    pub fn adopt(&mut self) {
        self.lock = None;
        self.saved = Tree::new();
        self.revision += 1;
    }

    /// Whether it may be changed.
    ///
    /// # Errors
    /// Why it can only be read, and what changes that.
    pub fn refuse_if_locked(&self) -> Result<(), Refused> {
        Err(Refused(match self.lock {
            None => return Ok(()),
            Some(Lock::Link) => "this came by a link and can only be read: keep it as yours first".to_owned(),
            Some(Lock::Elsewhere) => {
                "this is open in another tab and can only be read here: take it over first".to_owned()
            }
        }))
    }

    /// Before a save: what it is about to write. Kept with the document, a page that is gone in the middle knows
    /// afterwards what may stand in the folder.
    pub fn before_save(&mut self, plan: &Plan) {
        for item in plan.writes().filter(|item| item.opaque.is_none()) {
            self.writing.put(item.path.clone(), item.mine.clone());
        }
        self.revision += 1;
    }

    /// What a save was about to write that did not come to its end.
    pub fn writing(&self) -> &Delta {
        &self.writing
    }

    /// Goes on after a save that was about to write this.
    pub fn set_writing(&mut self, writing: Delta) {
        self.writing = writing;
    }

    /// After a save: `written` stands in the folder as `plan` had it, and what was to be taken from there is
    /// taken, as one step.
    pub fn after_save(&mut self, plan: &Plan, written: &[RelPath], now: u64) {
        let mine = plan.items.iter().filter(|item| written.contains(&item.path)).chain(plan.there());
        for item in mine {
            self.writing.forget(&item.path);
            match self.tree.get(&item.path).filter(|_| item.opaque.is_some()) {
                Some(opaque) => self.saved.insert(item.path.clone(), opaque.clone()),
                None => set(&mut self.saved, &item.path, item.mine.clone()),
            }
        }
        let mut taken = self.tree.clone();
        for item in plan.taken() {
            let theirs = item.theirs().map(Arc::from);
            self.writing.forget(&item.path);
            set(&mut self.saved, &item.path, theirs.clone());
            set(&mut taken, &item.path, theirs);
        }
        self.go_to(super::TAKEN, &taken);
        self.revision += 1;
        self.take_snapshot("saved", now);
    }

    /// Belongs to the folder called `name` from now on; nothing of it is known to stand there.
    pub fn move_to(&mut self, name: &str) {
        self.folder = self.folder.moved_to(name);
        self.origin = self.tree.clone();
        self.saved = Tree::new();
        self.revision += 1;
    }

    /// The earlier states.
    pub fn snapshots(&self) -> &Snapshots {
        &self.snapshots
    }

    /// Goes on with the earlier states that were kept.
    pub fn set_snapshots(&mut self, snapshots: Snapshots) {
        self.snapshots = snapshots;
    }

    /// Takes a snapshot for a reason, unless the last one is the same.
    pub fn take_snapshot(&mut self, label: &str, now: u64) {
        self.snapshots.take(label, &self.origin, &self.tree, now);
    }

    /// Takes a snapshot when the last one is old enough.
    pub fn take_snapshot_if_due(&mut self, now: u64) {
        self.snapshots.take_if_due(&self.origin, &self.tree, now);
    }

    /// Keeps the state as it is under a name. Whether there was room.
    pub fn name_snapshot(&mut self, label: &str, now: u64) -> bool {
        self.revision += 1;
        self.snapshots.name(label, &self.origin, &self.tree, now)
    }

    /// Takes a snapshot away.
    pub fn forget_snapshot(&mut self, at: usize) {
        self.snapshots.forget(at);
        self.revision += 1;
    }

    /// What going back to a snapshot would change.
    pub fn preview(&self, at: usize) -> Option<Vec<FileDiff>> {
        let then = self.snapshots.list().get(at)?.tree(&self.origin);
        Some(diff::between(&self.tree, &then))
    }

    /// Goes back to a snapshot, as one step. Its label, when that changed something.
    ///
    /// # Errors
    /// When the document can only be read.
    pub fn restore(&mut self, at: usize, now: u64) -> Result<Option<String>, Refused> {
        self.refuse_if_locked()?;
        let Some(snapshot) = self.snapshots.list().get(at) else { return Ok(None) };
        let (then, label) = (snapshot.tree(&self.origin), format!("go back to “{}”", snapshot.label));
        self.take_snapshot("before going back", now);
        Ok(self.go_to(&label, &then))
    }

    fn go_to(&mut self, label: &str, tree: &Tree) -> Option<String> {
        let edits = Delta::edits(&self.tree, tree);
        self.history.pause();
        // Edits between two states of our own fit.
        self.change(label.to_owned(), edits).ok().flatten()
    }
}

fn set(tree: &mut Tree, path: &RelPath, text: Option<Arc<str>>) {
    match text {
        Some(text) => tree.insert_text(path.clone(), text),
        None => tree.remove(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::persist;
    use specfuse_core::diagnostic::Severity;
    use specfuse_core::model::id::FeatureId;

    fn new() -> NewFeature {
        NewFeature::draft(FeatureId::parse("FEAT-2026-0003").unwrap(), "Count words", "Words are counted.")
    }

    fn roadmap(document: &mut Document, text: &str) {
        document.type_into(&RelPath::new(".specfuse/roadmap.md").unwrap(), text).unwrap();
    }

    #[test]
    fn a_fresh_plan_has_no_error_and_is_kept() {
        let document = Document::fresh(&new()).unwrap();
        let errors: Vec<_> = document.findings().iter().filter(|f| f.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{errors:?}");
        assert!(document.is_changed());
        assert_eq!(document.title(), "count-words");
        let names: Vec<String> =
            document.files().into_iter().map(|file| String::from_utf8(file.name).unwrap()).collect();
        assert!(
            names.contains(&".specfuse/features/FEAT-2026-0003-count-words/PLAN.md".to_owned()),
            "{names:?}"
        );
        let read = persist::document(&persist::base(&document), &persist::work(&document), None).unwrap();
        assert_eq!(read.tree(), document.tree());
    }

    #[test]
    fn going_back_is_one_step() {
        let mut document = Document::example();
        document.take_snapshot("opened", 1);
        let start = document.tree().clone();
        roadmap(&mut document, "one\n");
        roadmap(&mut document, "two\n");
        assert_eq!(document.preview(0).unwrap().len(), 1);
        assert_eq!(document.restore(0, 2).unwrap().as_deref(), Some("go back to “opened”"));
        assert_eq!(document.tree(), &start);
        document.undo();
        assert!(document.tree() != &start, "undo takes it back");
        assert_eq!(document.snapshots().list().len(), 2, "what was left is kept, too");
    }

    #[test]
    fn what_is_locked_cannot_be_changed() {
        let mut document = Document::example();
        document.take_snapshot("opened", 1);
        roadmap(&mut document, "mine\n");
        document.lock(Lock::Link);
        let before = document.tree().clone();
        let path = RelPath::new(".specfuse/roadmap.md").unwrap();
        assert!(document.type_into(&path, "x").is_err());
        assert!(document.restore(0, 2).is_err());
        assert_eq!((document.undo(), document.redo()), (None, None));
        assert_eq!(document.tree(), &before);
        document.adopt();
        assert!(document.type_into(&path, "x").is_ok() && document.is_changed());
    }
}
