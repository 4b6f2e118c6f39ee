//! The undo log: every change of the document, whatever view it came from, as one list of steps.

use crate::pack::{Reader, Writer};
use specfuse_core::fix::{EditError, Edits};
use specfuse_core::path::RelPath;
use specfuse_core::tree::Tree;
use std::collections::VecDeque;
use std::sync::Arc;

/// How many steps are kept.
pub const DEPTH: usize = 500;

/// One action: how to do it again and how to take it back.
#[derive(Clone, Debug)]
struct Step {
    label: String,
    forward: Edits,
    backward: Edits,
    /// For typing: the file and its text before the first key, so that more keys can join.
    typing: Option<(RelPath, Arc<str>)>,
}

/// The steps behind us and those taken back.
#[derive(Clone, Debug, Default)]
pub struct History {
    done: VecDeque<Step>,
    undone: Vec<Step>,
}

impl History {
    /// Makes a change and remembers it as one step. An empty change is no step.
    ///
    /// # Errors
    /// When `edits` do not fit `tree`; then nothing is remembered.
    pub fn apply(&mut self, tree: &Tree, label: &str, edits: Edits) -> Result<Tree, EditError> {
        let after = edits.apply(tree)?;
        if !edits.is_empty() {
            let backward = edits.invert(tree)?;
            self.push(Step { label: label.to_owned(), forward: edits, backward, typing: None });
        }
        Ok(after)
    }

    /// As [`History::apply`] for typing into `path`: keys that follow each other in one file are
    /// one step, until a new line or [`History::pause`].
    ///
    /// # Errors
    /// As [`History::apply`].
    pub fn type_into(&mut self, tree: &Tree, path: &RelPath, edits: Edits) -> Result<Tree, EditError> {
        let ends = ends_a_line(&edits);
        let after = self.fill(tree, path, &format!("typing in {}", path.file_name()), edits);
        if ends {
            self.pause();
        }
        after
    }

    /// As [`History::apply`] for a field of the file at `path`: changes of one label that follow each other are one
    /// step, until [`History::pause`].
    ///
    /// # Errors
    /// As [`History::apply`].
    pub fn fill(
        &mut self,
        tree: &Tree,
        path: &RelPath,
        label: &str,
        edits: Edits,
    ) -> Result<Tree, EditError> {
        let before = tree.text(path).cloned().ok_or_else(|| EditError::Missing(path.clone()))?;
        let after = edits.apply(tree)?;
        let joined = match self.done.back() {
            Some(Step { typing: Some((file, first)), label: of, .. }) if file == path && of == label => {
                Some(first.clone())
            }
            _ => None,
        };
        let first = joined.clone().unwrap_or(before);
        let text = after.text(path).cloned().ok_or_else(|| EditError::Missing(path.clone()))?;
        let forward = difference(path, &first, &text);
        // Of the tree before, only this file is asked for.
        let mut start = Tree::new();
        start.insert_text(path.clone(), first.clone());
        let backward = forward.invert(&start)?;
        if joined.is_some() {
            self.done.pop_back();
        }
        if !forward.is_empty() {
            let typing = Some((path.clone(), first));
            self.push(Step { label: label.to_owned(), forward, backward, typing });
        }
        Ok(after)
    }

    /// How many steps can be taken back.
    pub fn len(&self) -> usize {
        self.done.len()
    }

    /// Whether the last step, called `label`, is a run of typing that goes on.
    pub fn is_filling(&self, label: &str) -> bool {
        self.done.back().is_some_and(|step| step.typing.is_some() && step.label == label)
    }

    /// Ends a run of typing: the next key begins a step of its own.
    pub fn pause(&mut self) {
        if let Some(step) = self.done.back_mut() {
            step.typing = None;
        }
    }

    /// The tree before the last step, and that step's label; `None` when there is none.
    ///
    /// # Errors
    /// When `tree` is not the one the step led to.
    pub fn undo(&mut self, tree: &Tree) -> Result<Option<(Tree, String)>, EditError> {
        let Some(step) = self.done.back() else { return Ok(None) };
        let before = step.backward.apply(tree)?;
        let label = step.label.clone();
        self.undone.extend(self.done.pop_back());
        self.pause();
        Ok(Some((before, label)))
    }

    /// The tree after the step that was last taken back, and its label.
    ///
    /// # Errors
    /// When `tree` is not the one the step began at.
    pub fn redo(&mut self, tree: &Tree) -> Result<Option<(Tree, String)>, EditError> {
        let Some(step) = self.undone.last() else { return Ok(None) };
        let after = step.forward.apply(tree)?;
        let label = step.label.clone();
        self.done.extend(self.undone.pop());
        self.pause();
        Ok(Some((after, label)))
    }

    /// Lets every step go on meaning what it meant after `outside`, a change by another program that is no step. A
    /// step that is yet to be done again and touches the same bytes is forgotten; when one that can be taken back
    /// does, `outside` becomes a step itself, called `label`: nothing is ever put back where something else stands now.
    ///
    /// # Errors
    /// When `outside` does not fit `tree`.
    pub fn take_in(&mut self, tree: &Tree, outside: Edits, label: &str) -> Result<(), EditError> {
        let touched = |step: &Step| step.forward.iter().any(|(path, _)| outside.touches(path));
        if !self.done.iter().chain(&self.undone).any(touched) {
            return Ok(());
        }
        let (undone, _) = carried(self.undone.iter().rev(), &outside, false);
        let (done, all) = carried(self.done.iter().rev(), &outside, true);
        self.undone = undone.into_iter().rev().collect();
        if all {
            self.done = done.into_iter().rev().collect();
            return Ok(());
        }
        self.apply(tree, label, outside).map(drop)
    }

    /// What an undo would take back.
    pub fn undo_label(&self) -> Option<&str> {
        self.done.back().map(|step| step.label.as_str())
    }

    /// What a redo would do again.
    pub fn redo_label(&self) -> Option<&str> {
        self.undone.last().map(|step| step.label.as_str())
    }

    /// Writes it. A run of typing that was not ended yet is ended in what is written.
    pub fn write(&self, to: &mut Writer) {
        for steps in
            [&mut self.done.iter() as &mut dyn ExactSizeIterator<Item = &Step>, &mut self.undone.iter()]
        {
            to.number(steps.len() as u64);
            for step in steps {
                to.text(&step.label);
                to.edits(&step.forward);
                to.edits(&step.backward);
            }
        }
    }

    /// Reads what [`History::write`] wrote.
    pub fn read(from: &mut Reader) -> Option<History> {
        let mut steps = || {
            let mut steps = VecDeque::new();
            for _ in 0..from.count()? {
                let label = from.text()?.to_owned();
                let (forward, backward) = (from.edits()?, from.edits()?);
                steps.push_back(Step { label, forward, backward, typing: None });
            }
            Some(steps)
        };
        Some(History { done: steps()?, undone: steps()?.into() })
    }

    fn push(&mut self, step: Step) {
        self.undone.clear();
        self.done.push_back(step);
        if self.done.len() > DEPTH {
            self.done.pop_front();
        }
    }
}

impl Step {
    /// The step with `change` done before it, or `behind` it, and that change as it is on its other side; `None`
    /// when both touch a byte.
    fn carried(&self, change: &Edits, behind: bool) -> Option<(Step, Edits)> {
        let (near, far) =
            if behind { (&self.backward, &self.forward) } else { (&self.forward, &self.backward) };
        let beyond = change.rebased(near)?;
        let (near, far) = (near.rebased(change)?, far.rebased(&beyond)?);
        let (forward, backward) = if behind { (far, near) } else { (near, far) };
        Some((Step { label: self.label.clone(), forward, backward, typing: None }, beyond))
    }
}

/// As many of `steps`, from the nearest, as can be carried over `change`, and whether these are all.
fn carried<'a>(steps: impl Iterator<Item = &'a Step>, change: &Edits, behind: bool) -> (Vec<Step>, bool) {
    let (mut change, mut over) = (change.clone(), Vec::new());
    for step in steps {
        let Some((step, beyond)) = step.carried(&change, behind) else { return (over, false) };
        over.push(step);
        change = beyond;
    }
    (over, true)
}

fn difference(path: &RelPath, before: &str, after: &str) -> Edits {
    crate::text::replacement(before, after).map_or_else(Edits::none, |edit| Edits::one(path.clone(), edit))
}

fn ends_a_line(edits: &Edits) -> bool {
    use specfuse_core::fix::FileEdit::Change;
    edits.iter().any(|(_, file)| matches!(file, Change(list) if list.iter().any(|e| e.text.contains('\n'))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use specfuse_core::edit::text_edits;
    use specfuse_core::fix::TextEdit;
    use specfuse_core::simulate::Random;
    use specfuse_core::span::Span;

    fn path() -> RelPath {
        RelPath::new("f").unwrap()
    }

    fn tree(text: &str) -> Tree {
        let mut tree = Tree::new();
        tree.insert_text(path(), text);
        tree
    }

    fn insert(at: usize, text: &str) -> Edits {
        Edits::one(path(), TextEdit::insert(at, text))
    }

    #[test]
    fn steps_go_back_and_forth() {
        let start = tree("ab");
        let mut history = History::default();
        let one = history.apply(&start, "one", insert(1, "x")).unwrap();
        let two = history.apply(&one, "two", insert(0, "y")).unwrap();
        assert_eq!(history.undo_label(), Some("two"));
        let (back, label) = history.undo(&two).unwrap().unwrap();
        assert_eq!((back == one, label.as_str()), (true, "two"));
        assert_eq!(history.undo(&one).unwrap().unwrap().0, start);
        assert_eq!(history.undo(&start), Ok(None));
        assert_eq!(history.redo(&start).unwrap().unwrap().0, one);
        history.apply(&one, "other", insert(0, "z")).unwrap();
        assert_eq!(history.redo_label(), None, "a new step forgets what was taken back");
        assert!(history.apply(&one, "none", Edits::none()).is_ok());
        assert_eq!(history.undo_label(), Some("other"));
    }

    #[test]
    fn keys_that_follow_each_other_are_one_step() {
        let start = tree("ab");
        let mut history = History::default();
        let mut now = start.clone();
        for (at, key) in [(1, "x"), (2, "y"), (3, "\n"), (4, "z")] {
            now = history.type_into(&now, &path(), insert(at, key)).unwrap();
        }
        let gone = Edits::one(path(), TextEdit::delete(Span::new(4, 5)));
        let deleted = history.type_into(&now, &path(), gone).unwrap();
        assert_eq!(deleted, tree("axy\nb"), "a key typed and deleted again leaves no step");
        assert_eq!(history.undo(&deleted).unwrap().unwrap().0, start);
    }

    #[test]
    fn the_log_is_kept_with_the_document() {
        let mut history = History::default();
        let mut now = tree("");
        for at in 0..200 {
            now = history.apply(&now, "step", insert(at, "x")).unwrap();
        }
        let (now, _) = history.undo(&now).unwrap().unwrap();
        let mut writer = Writer::default();
        history.write(&mut writer);
        let bytes = writer.finish();
        let mut read = History::read(&mut Reader::new(&bytes)).unwrap();
        assert_eq!(read.redo_label(), Some("step"));
        let mut back = now;
        while let Some((before, _)) = read.undo(&back).unwrap() {
            back = before;
        }
        assert_eq!(back, tree(""), "all of 199 steps go back");
        assert!(History::read(&mut Reader::new(&bytes[..bytes.len() - 1])).is_none());
    }

    /// What another program makes of the text, and what of `steps` is there after taking each back.
    fn taken_back(text: &str, steps: &[Edits], theirs: &str) -> Vec<(String, String)> {
        let (mut now, mut history) = (tree(text), History::default());
        for (nth, step) in steps.iter().enumerate() {
            now = history.apply(&now, &nth.to_string(), step.clone()).unwrap();
        }
        let mut outside = Edits::none();
        let edits = text_edits(now.text(&path()).unwrap(), theirs);
        edits.into_iter().for_each(|edit| outside.edit(path(), edit));
        history.take_in(&now, outside, "theirs").unwrap();
        now = tree(theirs);
        let mut seen = Vec::new();
        while let Some((before, label)) = history.undo(&now).unwrap() {
            now = before;
            seen.push((label, now.text(&path()).unwrap().to_string()));
        }
        while let Some((after, _)) = history.redo(&now).unwrap() {
            now = after;
        }
        assert_eq!(now, tree(theirs), "and forth again");
        seen
    }

    fn replace(from: usize, to: usize, text: &str) -> Edits {
        Edits::one(path(), TextEdit::replace(Span::new(from, to), text))
    }

    #[test]
    fn what_another_program_wrote_stays_when_a_step_beside_it_is_taken_back() {
        let steps = [replace(18, 21, "high"), insert(0, "# x\n")];
        let seen = taken_back("status: a\neffort: low\n", &steps, "# x\nstatus: bcd\nn: 1\neffort: high\n");
        let text = |effort: &str| format!("status: bcd\nn: 1\neffort: {effort}\n");
        assert_eq!(seen, [("1".into(), text("high")), ("0".into(), text("low"))]);
    }

    /// A random edit, done to `text`.
    fn scribble(random: &mut Random, text: &mut String) -> Edits {
        let from = random.below(text.len() + 1);
        let to = (from + random.below(4)).min(text.len());
        let new = &"xyz"[..random.below(4)];
        text.replace_range(from..to, new);
        replace(from, to, new)
    }

    #[test]
    fn all_steps_go_back_and_forth_around_any_change_of_another_program() {
        let start = "id: T01\nstatus: pending\neffort: low\n";
        let mut kept = 0;
        for seed in 0..2000 {
            let (mut random, mut text) = (Random::new(seed), start.to_owned());
            let steps: Vec<Edits> = (0..3).map(|_| scribble(&mut random, &mut text)).collect();
            (0..2).for_each(|_| drop(scribble(&mut random, &mut text)));
            let seen = taken_back(start, &steps, &text);
            kept += usize::from(!seen.iter().any(|(label, _)| label == "theirs"));
        }
        assert!((200..2000).contains(&kept), "{kept} times the change was beside every step");
    }

    #[test]
    fn a_step_under_what_another_program_wrote_is_taken_back_after_that() {
        let seen = taken_back("a: 1\n", &[replace(3, 4, "2")], "a: 3\n");
        assert_eq!(seen, [("theirs".into(), "a: 2\n".into()), ("0".into(), "a: 1\n".into())]);
    }

    #[test]
    fn the_log_is_long_and_ends() {
        let mut history = History::default();
        let mut now = tree("");
        for _ in 0..DEPTH + 10 {
            now = history.apply(&now, "step", insert(0, "x")).unwrap();
        }
        let mut count = 0;
        while let Some((before, _)) = history.undo(&now).unwrap() {
            (now, count) = (before, count + 1);
        }
        assert_eq!((count, now), (DEPTH, tree(&"x".repeat(10))));
    }
}
