//! The open document: the files' texts, what core reads in them, what lint says, and the way back.
//! The texts are the truth; everything else is derived again after each change, and core's caches
//! make that cost one file.

mod held;
mod states;

pub use held::Held;

use crate::command::{Command, Refused};
use crate::delta::Delta;
use crate::folder::{File, Folder, OpenError};
use crate::history::History;
use crate::judge::judge;
use crate::server::OnDisk;
use crate::snapshots::Snapshots;
use crate::text;
use specfuse_core::diagnostic::{Finding, Severity};
use specfuse_core::edit;
use specfuse_core::example;
use specfuse_core::fix::Edits;
use specfuse_core::layout::{Layout, Places};
use specfuse_core::lint::Linter;
use specfuse_core::model::Feature;
use specfuse_core::model::plan::Plan;
use specfuse_core::model::status::PlanStatus;
use specfuse_core::ordered;
use specfuse_core::parse::{self, Parser};
use specfuse_core::path::RelPath;
use specfuse_core::tree::Tree;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the undo log calls a change by another program that goes over the person's own.
const TAKEN: &str = "take over what changed on disk";

/// How many findings of each weight there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Remarks.
    pub infos: usize,
}

impl Counts {
    /// Counts one more.
    pub fn add(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Info => self.infos += 1,
        }
    }

    /// All of them.
    pub fn total(&self) -> usize {
        self.errors + self.warnings + self.infos
    }
}

/// Why a document can only be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lock {
    /// It came by a link, and is nobody's yet.
    Link,
    /// Another tab has it.
    Elsewhere,
}

/// The texts of a document at the times that matter.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct States {
    /// As they were opened.
    pub origin: Tree,
    /// As they were last saved or handed out; in a folder, as they stand there as far as we know.
    pub saved: Tree,
    /// As they are now.
    pub tree: Tree,
}

impl States {
    /// Just opened: all are the same.
    pub fn opened(tree: Tree) -> States {
        States { origin: tree.clone(), saved: tree.clone(), tree }
    }
}

/// One feature of what was opened, with all files around it.
#[derive(Debug)]
pub struct Document {
    title: String,
    folder: Folder,
    tree: Tree,
    origin: Tree,
    saved: Tree,
    /// What a save was about to write: whether it stands on disk is not known.
    writing: Delta,
    revision: u64,
    snapshots: Snapshots,
    lock: Option<Lock>,
    feature: Feature,
    findings: Vec<Finding>,
    layout: Arc<Layout>,
    laid_out: Option<Arc<Plan>>,
    /// The units by their files, as the plan that is laid out names them.
    unit_files: BTreeMap<RelPath, usize>,
    places: Places,
    history: History,
    /// What no file can hold yet, the last one last.
    held: Vec<Held>,
    parser: Parser,
    linter: Linter,
}

impl Document {
    /// Opens files; `title` is what their folder or zip is called. Of several features the first
    /// active one is shown, else the first.
    ///
    /// # Errors
    /// When no plan is among them.
    pub fn open(files: Vec<File>, title: &str) -> Result<Document, OpenError> {
        let mut document = Document::open_to_draw(files, title)?;
        document.judge();
        Ok(document)
    }

    /// As [`Document::open`], without findings until [`Document::judge`]: what is drawn need not wait for them.
    ///
    /// # Errors
    /// When no plan is among them.
    pub fn open_to_draw(files: Vec<File>, title: &str) -> Result<Document, OpenError> {
        let (folder, tree) = Folder::open(files, title)?;
        let mut features = parse::feature_folders(&tree);
        let mut parser = Parser::default();
        let active = |at: &RelPath| parser.feature(&tree, at).status() == Some(PlanStatus::Active);
        let first = features.iter().position(active).unwrap_or(0);
        if features.is_empty() {
            return Err(OpenError::NoPlan);
        }
        let state = States::opened(tree);
        let at = features.swap_remove(first);
        Ok(Document::read(parser, title, folder, state, at, History::default()))
    }

    /// Opens the bundled example.
    pub fn example() -> Document {
        let tree = example::drafted();
        let folder = Folder::of_tree(&tree);
        Document::new("greeting", folder, States::opened(tree), example::folder(), History::default())
    }

    /// A document as it was kept: all its states, the feature that was shown, and the way back.
    pub fn new(title: &str, folder: Folder, states: States, at: RelPath, history: History) -> Document {
        let mut document = Document::read(Parser::default(), title, folder, states, at, history);
        document.judge();
        document
    }

    /// As [`Document::new`], with what `parser` has read already, and without findings.
    fn read(
        mut parser: Parser,
        title: &str,
        folder: Folder,
        states: States,
        at: RelPath,
        history: History,
    ) -> Document {
        let States { origin, saved, tree } = states;
        let feature = parser.feature(&tree, &at);
        let mut document = Document {
            title: title.trim_end_matches(".zip").to_owned(),
            folder,
            origin,
            saved,
            tree,
            writing: Delta::default(),
            revision: 0,
            snapshots: Snapshots::default(),
            lock: None,
            feature,
            findings: Vec::new(),
            layout: Arc::default(),
            laid_out: None,
            unit_files: BTreeMap::new(),
            places: Places::new(),
            history,
            held: Vec::new(),
            parser,
            linter: Linter::default(),
        };
        document.lay_out();
        document
    }

    /// What the folder or zip is called.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// All texts.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The feature that is shown.
    pub fn feature(&self) -> &Feature {
        &self.feature
    }

    /// What its feature is called: its title, or its folder's name.
    pub fn feature_title(&self) -> String {
        let title = self.feature.plan.as_ref().and_then(|plan| plan.title.get().cloned());
        title.unwrap_or_else(|| self.feature.folder_name().to_owned())
    }

    /// What lint says of it, in the order of files and places.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Where its gates, units and dependencies are drawn.
    pub fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    /// The undo log.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The features of what was opened.
    pub fn features(&self) -> Vec<RelPath> {
        parse::feature_folders(&self.tree)
    }

    /// The names and whatever is no text of what was opened.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// The texts as they were opened.
    pub fn origin(&self) -> &Tree {
        &self.origin
    }

    /// The texts as they were last saved or handed out; in a folder, as they stand there as far as we know.
    pub fn saved(&self) -> &Tree {
        &self.saved
    }

    /// Whether there is something that was not saved or handed out.
    pub fn is_changed(&self) -> bool {
        self.tree != self.saved || !self.writing.is_empty()
    }

    /// Whether something of the person's stands nowhere but here.
    pub fn is_unsaved(&self) -> bool {
        self.is_changed() || self.holds()
    }

    /// Remembers that all of it was handed out.
    pub fn mark_saved(&mut self) {
        self.revision += u64::from(self.is_changed());
        self.saved = self.tree.clone();
    }

    /// Grows with whatever has to be kept.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Shows another feature.
    pub fn choose(&mut self, at: &RelPath) {
        self.history.pause();
        self.revision += 1;
        self.feature = self.parser.feature(&self.tree, at);
        self.judge();
    }

    /// Does an action as one step; its label, or `None` when it changes nothing.
    ///
    /// # Errors
    /// Why it cannot be done, in words for the person.
    pub fn perform(&mut self, command: &Command) -> Result<Option<String>, Refused> {
        self.refuse_if_locked()?;
        let edits = command.edits(self)?;
        self.history.pause();
        self.change(command.label(), edits)
    }

    /// Does what a field means that is being typed into: keys that follow each other are one step. What cannot be
    /// done yet is not.
    ///
    /// # Errors
    /// As [`Document::perform`].
    pub fn fill(&mut self, command: &Command) -> Result<(), Refused> {
        self.refuse_if_locked()?;
        let edits = command.edits(self)?;
        let path = edits.iter().map(|(path, _)| path.clone()).next();
        if let Some(path) = path {
            let after = self.history.fill(&self.tree, &path, &command.label(), edits);
            self.show(after.map_err(|e| Refused(e.to_string()))?);
        }
        Ok(())
    }

    /// Ends typing into a field: what it says by now is done; its label, or `None` when it says what was there before.
    ///
    /// # Errors
    /// Why it cannot be done. Then what was typed is taken back.
    pub fn leave_field(&mut self, command: &Command) -> Result<Option<String>, Refused> {
        let (label, filled) = (command.label(), self.history.is_filling(&command.label()));
        let done = self.fill(command);
        let filled = filled || self.history.is_filling(&label);
        self.pause();
        if done.is_err() && filled {
            self.take_back();
        }
        done.map(|()| Some(label).filter(|_| filled))
    }

    fn change(&mut self, label: String, edits: Edits) -> Result<Option<String>, Refused> {
        if edits.is_empty() {
            return Ok(None);
        }
        let after = self.history.apply(&self.tree, &label, edits).map_err(|e| Refused(e.to_string()))?;
        self.show(after);
        Ok(Some(label))
    }

    /// Takes over what a text field of the file at `path` now shows. Keys that follow each other are
    /// one step.
    ///
    /// # Errors
    /// When there is no text at `path`.
    pub fn type_into(&mut self, path: &RelPath, field: &str) -> Result<(), Refused> {
        self.refuse_if_locked()?;
        let gone = || Refused(format!("{path} is not there as text"));
        let edit = text::edit_from_field(self.tree.text(path).ok_or_else(gone)?, field);
        if let Some(edit) = edit {
            let edits = Edits::one(path.clone(), edit);
            let after = self.history.type_into(&self.tree, path, edits);
            self.show(after.map_err(|e| Refused(e.to_string()))?);
        }
        Ok(())
    }

    /// Where the feature's log is.
    pub fn log_path(&self) -> Option<RelPath> {
        self.feature.folder.join("events.jsonl").ok()
    }

    /// How a file was called when it was opened.
    pub fn name_of(&self, path: &RelPath) -> Option<String> {
        String::from_utf8(self.folder.name_of(path)).ok()
    }

    /// Takes over what another program has written, one without a text is gone: no step of the person's.
    pub fn take_all_from_disk(&mut self, files: Vec<OnDisk>) {
        let outside = outside(&self.tree, &files);
        // Made for this tree, so it fits.
        let _ = self.history.take_in(&self.tree, outside, TAKEN);
        let mut tree = self.tree.clone();
        for (path, text) in files {
            for state in [&mut self.saved, &mut tree] {
                match &text {
                    Some(text) => state.insert_text(path.clone(), text.clone()),
                    None => state.remove(&path),
                }
            }
        }
        self.show(tree);
    }

    /// Ends a run of typing.
    pub fn pause(&mut self) {
        self.history.pause();
    }

    /// Takes the last step back; its label.
    pub fn undo(&mut self) -> Option<String> {
        self.refuse_if_locked().ok()?;
        self.let_go().or_else(|| self.take_back())
    }

    fn take_back(&mut self) -> Option<String> {
        let (before, label) = self.history.undo(&self.tree).ok()??;
        self.travel(before);
        Some(label)
    }

    /// Does the step again that was taken back last; its label.
    pub fn redo(&mut self) -> Option<String> {
        self.refuse_if_locked().ok()?;
        let (after, label) = self.history.redo(&self.tree).ok()??;
        self.travel(after);
        Some(label)
    }

    /// Shows what an undo or redo led to: the feature in which something differs.
    fn travel(&mut self, tree: Tree) {
        let features = parse::feature_folders(&tree);
        let differs = edit::tree_edits(&self.tree, &tree);
        let there = |at: &&RelPath| differs.iter().any(|(path, _)| path.below(at).is_some());
        let here = features.iter().find(|at| **at == self.feature.folder);
        let elsewhere = features.iter().find(there);
        let at = here.filter(|at| there(at) || elsewhere.is_none()).or(elsewhere).or(features.first());
        if let Some(at) = at {
            self.feature.folder = at.clone();
        }
        self.show(tree);
    }

    /// The files as they are to be saved: byte for byte what was opened where nothing changed.
    pub fn files(&self) -> Vec<File> {
        self.folder.files(&self.tree)
    }

    /// The findings of each unit, in the order of units: those of its file, and those of the plan
    /// that point at its entry.
    pub fn counts(&self) -> Vec<Counts> {
        let mut counts = vec![Counts::default(); self.feature.units.len()];
        for finding in &self.findings {
            if let Some(unit) = self.unit_of(finding) {
                counts[unit].add(finding.severity);
            }
        }
        counts
    }

    /// The unit that a finding is about, as [`Document::counts`] counts it.
    pub fn unit_of(&self, finding: &Finding) -> Option<usize> {
        let at = &finding.primary;
        let in_plan = self.feature.plan.as_ref().is_some_and(|plan| plan.path == at.file);
        if !in_plan {
            return self.unit_files.get(&at.file).copied();
        }
        self.feature.units.iter().position(|unit| unit.entry.span.contains(at.span))
    }

    fn show(&mut self, tree: Tree) {
        self.tree = tree;
        self.revision += 1;
        let at = self.feature.folder.clone();
        self.feature = self.parser.feature(&self.tree, &at);
        self.judge();
    }

    /// Finds what is wrong with the feature that is shown; nothing until lint is here.
    pub fn judge(&mut self) {
        if let Some(findings) = judge(&mut self.linter, &self.tree, &self.feature) {
            self.findings = findings;
        }
        self.lay_out();
    }

    /// Only the plan's own text decides where things are drawn.
    fn lay_out(&mut self) {
        let same = match (&self.laid_out, &self.feature.plan) {
            (Some(then), Some(now)) => Arc::ptr_eq(then, now),
            _ => false,
        };
        if !same {
            Layout::follow_order(&self.feature, &mut self.places);
            let layout = Layout::settled(&self.feature, &self.places);
            self.keep(layout);
        }
    }

    /// Draws the graph anew, as if nothing had been drawn before.
    pub fn tidy(&mut self) {
        self.places.clear();
        self.keep(Layout::of(&self.feature));
    }

    fn keep(&mut self, layout: Layout) {
        layout.note(&self.feature, &mut self.places);
        self.layout = Arc::new(layout);
        self.laid_out = self.feature.plan.clone();
        let files = self.feature.units.iter().enumerate();
        let files = files.rev().filter_map(|(unit, read)| Some((read.path.clone().ok()?, unit)));
        // The first of several that share a file.
        self.unit_files = ordered::map(files);
    }
}

/// What another program did to the texts.
fn outside(tree: &Tree, files: &[OnDisk]) -> Edits {
    let mut edits = Edits::none();
    for (path, text) in files {
        match (tree.text(path), text) {
            (Some(old), Some(new)) => {
                edit::text_edits(old, new).into_iter().for_each(|one| edits.edit(path.clone(), one));
            }
            (Some(_), None) => edits.delete(path.clone()),
            (None, Some(new)) if tree.get(path).is_none() => edits.create(path.clone(), &**new),
            (None, _) => {}
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::GraphCommand;

    #[test]
    fn an_undo_is_shown_where_it_is() {
        let mut document = Document::example();
        let first = document.feature().folder.clone();
        document.perform(&Command::Graph(GraphCommand::AddGate)).unwrap();
        let id = specfuse_core::model::id::FeatureId::parse("FEAT-2026-0002").unwrap();
        let new = edit::NewFeature::draft(id, "Second", "A goal");
        document.perform(&Command::NewFeature(new.clone())).unwrap();
        let second = RelPath::new(&format!("{}/{}", parse::FEATURES, new.folder_name())).unwrap();
        document.choose(&second);
        document.perform(&Command::Graph(GraphCommand::AddGate)).unwrap();
        document.choose(&first);
        let mut seen = Vec::new();
        while document.undo().is_some() {
            seen.push(document.feature().folder.clone());
        }
        assert_eq!(seen, [second.clone(), first.clone(), first.clone()], "a feature that is gone is left");
        assert!(document.redo().is_some());
        assert_eq!(document.feature().folder, first);
        document.redo();
        assert_eq!(document.feature().folder, second, "made again, it is shown");
    }

    #[test]
    fn a_field_is_there_at_each_key_and_is_one_step() {
        let mut document = Document::example();
        let path = document.feature().units[0].path.clone().unwrap();
        let title = |words: &str| Command::SetTitle { path: path.clone(), title: words.into() };
        for words in ["Gre", "Gree", "Greet all"] {
            document.fill(&title(words)).unwrap();
            assert_eq!(document.feature().units[0].title(), words);
        }
        assert_eq!(document.leave_field(&title("Greet all")).unwrap(), Some(title("").label()));
        assert_eq!(document.leave_field(&title("Greet all")), Ok(None), "left again, nothing is new");
        document.fill(&title("Another")).unwrap();
        assert!(document.fill(&title("")).is_err());
        assert!(document.leave_field(&title("")).is_err());
        assert_eq!(document.feature().units[0].title(), "Greet all", "what cannot be said leaves no trace");
        document.undo();
        assert!(!document.is_changed());
    }

    #[test]
    fn what_a_driver_writes_stays_when_a_step_is_taken_back() {
        let mut document = Document::example();
        let path = document.feature().units[0].path.clone().unwrap();
        let text = |document: &Document| document.tree().text(&path).unwrap().to_string();
        let title = Command::SetTitle { path: path.clone(), title: "Another".into() };
        document.perform(&title).unwrap();
        let status = text(&document).replace("status: pending", "status: in_progress\nattempts: 1");
        document.take_all_from_disk(vec![(path.clone(), Some(status.as_str().into()))]);
        document.undo().unwrap();
        assert_eq!(text(&document), status.replace("# Another", "# Greet a person by name"));
        document.redo().unwrap();
        assert_eq!(text(&document), status);
        document.take_all_from_disk(vec![(path.clone(), None)]);
        assert_eq!(document.undo().as_deref(), Some(TAKEN));
        assert_eq!(text(&document), status, "nothing is lost that stood in the way");
    }

    #[test]
    fn an_edit_leaves_the_other_boxes_where_they_are() {
        let mut document = Document::example();
        let start = document.layout().clone();
        let ids = |name: &str| vec![format!("FEAT-2026-0001/{name}")];
        let connect = Command::Graph(GraphCommand::Connect(ids("T02"), ids("T03")));
        document.perform(&connect).unwrap();
        let moved: Vec<usize> =
            (0..8).filter(|unit| start.boxes[*unit].x != document.layout().boxes[*unit].x).collect();
        assert_eq!(moved, [2, 3, 4], "T03 and what waits for it");
        assert_eq!(start.boxes[1], document.layout().boxes[1]);
        document.undo();
        assert_eq!(**document.layout(), *start);
        let (units, beside) = (ids("T03"), ids("T02").remove(0));
        document.perform(&Command::Graph(GraphCommand::Reorder { units, beside, behind: false })).unwrap();
        assert_eq!(document.layout().boxes, start.boxes, "T03, the second now, stands where T02 stood");
        assert_eq!(document.feature().units[1].short_id(), "T03");
        document.undo();
        assert_eq!(**document.layout(), *start);
        let delete = Command::Graph(GraphCommand::Delete { units: ids("T02"), reconnect: false });
        document.perform(&delete).unwrap();
        assert_eq!(document.layout().boxes[1], start.boxes[2], "T03 stays although T02 above it is gone");
        document.tidy();
        assert_ne!(document.layout().boxes[1], start.boxes[2]);
        document.undo();
        assert_eq!(document.layout().boxes.len(), 8);
    }
}
