//! Changes to a tree as values: text edits, and files that come and go. Applying is pure, and
//! every change can be turned round, which is all that undo is.

use crate::path::RelPath;
use crate::span::Span;
use crate::tree::{Entry, Tree};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Replaces the bytes of `span` by `text`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TextEdit {
    /// What goes.
    pub span: Span,
    /// What comes in its place.
    pub text: String,
}

impl TextEdit {
    /// Replaces `span` by `text`.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        TextEdit { span, text: text.into() }
    }

    /// Inserts `text` at byte `offset`.
    pub fn insert(offset: usize, text: impl Into<String>) -> Self {
        TextEdit { span: Span::at(offset), text: text.into() }
    }

    /// Takes `span` away.
    pub fn delete(span: Span) -> Self {
        TextEdit { span, text: String::new() }
    }
}

/// What happens to one file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileEdit {
    /// Parts of its text change. Sorted by span; no two overlap.
    Change(Vec<TextEdit>),
    /// It appears with this text. It must not be there.
    Create(String),
    /// It goes.
    Delete,
}

/// A set of changes that belong together: one action, one undo step.
///
/// A rename is a `Delete` and a `Create`. Text edits are in bytes of the text before the change.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Edits {
    files: BTreeMap<RelPath, FileEdit>,
}

/// Why edits do not fit the tree they were given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EditError {
    /// The file to change or delete is not there as text.
    Missing(RelPath),
    /// The file to create is there already.
    Exists(RelPath),
    /// An edit lies outside the text, splits a character, or overlaps its neighbour.
    Span(RelPath, Span),
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EditError::Missing(path) => write!(f, "{path} is not there as text"),
            EditError::Exists(path) => write!(f, "{path} is there already"),
            EditError::Span(path, span) => {
                write!(f, "the edit of {path} at bytes {}..{} does not fit its text", span.start, span.end)
            }
        }
    }
}

impl std::error::Error for EditError {}

impl Edits {
    /// No change at all.
    pub fn none() -> Self {
        Edits::default()
    }

    /// One edit in one file.
    pub fn one(path: RelPath, edit: TextEdit) -> Self {
        let mut edits = Edits::none();
        edits.edit(path, edit);
        edits
    }

    /// Adds a text edit, kept in order. An edit that would put back what is there (an empty
    /// insertion) is dropped. Overlaps are found when the edits are applied. On a file that these
    /// edits create or delete it has no meaning, and is ignored.
    pub fn edit(&mut self, path: RelPath, edit: TextEdit) {
        if edit.span.is_empty() && edit.text.is_empty() {
            return;
        }
        if let FileEdit::Change(list) = self.files.entry(path).or_insert_with(|| FileEdit::Change(Vec::new()))
        {
            let at = list.partition_point(|e| (e.span.start, e.span.end) <= (edit.span.start, edit.span.end));
            list.insert(at, edit);
        }
    }

    /// Adds a new file.
    pub fn create(&mut self, path: RelPath, text: impl Into<String>) {
        self.files.insert(path, FileEdit::Create(text.into()));
    }

    /// Takes a file away.
    pub fn delete(&mut self, path: RelPath) {
        self.files.insert(path, FileEdit::Delete);
    }

    /// Adds all changes of `other`. Where both change a file, the edits are merged; otherwise
    /// `other` wins.
    pub fn merge(&mut self, other: Edits) {
        for (path, file) in other.files {
            match file {
                FileEdit::Change(list) => list.into_iter().for_each(|e| self.edit(path.clone(), e)),
                whole => drop(self.files.insert(path, whole)),
            }
        }
    }

    /// Whether no byte of any file is touched by both, so that [`Edits::merge`] keeps all of them.
    /// Two insertions at one place touch each other.
    pub fn is_disjoint(&self, other: &Edits) -> bool {
        let both = |(path, file): (&RelPath, &FileEdit)| match (file, self.files.get(path)) {
            (_, None) => true,
            (FileEdit::Change(a), Some(FileEdit::Change(b))) => spans_are_disjoint(a, b),
            _ => false,
        };
        other.files.iter().all(both)
    }

    /// The same changes for a tree to which `other` was done meanwhile; both were made for one tree. `None` when
    /// both touch a byte, see [`Edits::is_disjoint`].
    pub fn rebased(&self, other: &Edits) -> Option<Edits> {
        self.is_disjoint(other).then(|| {
            let mut edits = self.clone();
            for (path, file) in &mut edits.files {
                if let (FileEdit::Change(list), Some(FileEdit::Change(other))) = (file, other.files.get(path))
                {
                    list.iter_mut().for_each(|edit| edit.span = moved(edit.span, other));
                }
            }
            edits
        })
    }

    /// Whether the file at `path` changes.
    pub fn touches(&self, path: &RelPath) -> bool {
        self.files.contains_key(path)
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The changes, in the order of paths.
    pub fn iter(&self) -> impl Iterator<Item = (&RelPath, &FileEdit)> {
        self.files.iter()
    }

    /// The tree after these changes; `tree` itself stays as it is.
    ///
    /// # Errors
    /// When the edits were made for another tree: a file is missing or in the way, or a span
    /// does not fit.
    pub fn apply(&self, tree: &Tree) -> Result<Tree, EditError> {
        let mut after = tree.clone();
        for (path, file) in &self.files {
            match file {
                FileEdit::Change(list) => {
                    let text = tree.text(path).ok_or_else(|| EditError::Missing(path.clone()))?;
                    let new = apply_text(text, list).map_err(|span| EditError::Span(path.clone(), span))?;
                    after.insert(path.clone(), Entry::Text(new.into()));
                }
                FileEdit::Create(_) if tree.get(path).is_some() => {
                    return Err(EditError::Exists(path.clone()));
                }
                FileEdit::Create(text) => after.insert_text(path.clone(), text.as_str()),
                FileEdit::Delete => {
                    tree.text(path).ok_or_else(|| EditError::Missing(path.clone()))?;
                    after.remove(path);
                }
            }
        }
        Ok(after)
    }

    /// The changes that lead from `self.apply(tree)` back to `tree`.
    ///
    /// # Errors
    /// As [`Edits::apply`].
    pub fn invert(&self, tree: &Tree) -> Result<Edits, EditError> {
        self.apply(tree)?;
        let mut back = Edits::none();
        for (path, file) in &self.files {
            let text = tree.text(path);
            let file = match (file, text) {
                (FileEdit::Change(list), Some(text)) => FileEdit::Change(invert_text(text, list)),
                (FileEdit::Delete, Some(text)) => FileEdit::Create(text.to_string()),
                _ => FileEdit::Delete,
            };
            back.files.insert(path.clone(), file);
        }
        Ok(back)
    }
}

/// `text` with the sorted, disjoint `edits` made; the span of the first that does not fit otherwise.
///
/// # Errors
/// The span that lies outside, splits a character or overlaps the one before it.
pub fn apply_text(text: &str, edits: &[TextEdit]) -> Result<String, Span> {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        let range = edit.span.range();
        let kept =
            text.get(done..range.start).filter(|_| text.get(range.clone()).is_some()).ok_or(edit.span)?;
        out.push_str(kept);
        out.push_str(&edit.text);
        done = range.end;
    }
    out.push_str(&text[done..]);
    Ok(out)
}

/// Whether no span of one list meets a span of the other; both are sorted and disjoint.
fn spans_are_disjoint(a: &[TextEdit], b: &[TextEdit]) -> bool {
    a.iter().all(|edit| {
        let next = b.partition_point(|other| other.span.end < edit.span.start);
        b.get(next).is_none_or(|other| other.span.start > edit.span.end)
    })
}

/// Where a span is once `edits`, none of which touches it, are done.
fn moved(span: Span, edits: &[TextEdit]) -> Span {
    let before = edits.iter().take_while(|edit| edit.span.end < span.start);
    let shift: isize = before.map(|edit| edit.text.len() as isize - edit.span.len() as isize).sum();
    let place = |at: u32| (at as isize + shift) as usize;
    Span::new(place(span.start), place(span.end))
}

fn invert_text(text: &str, edits: &[TextEdit]) -> Vec<TextEdit> {
    let mut shift: isize = 0;
    let mut back = Vec::with_capacity(edits.len());
    for edit in edits {
        let start = (edit.span.start as isize + shift) as usize;
        back.push(TextEdit::replace(Span::new(start, start + edit.text.len()), edit.span.slice(text)));
        shift += edit.text.len() as isize - edit.span.len() as isize;
    }
    back
}

/// How sure a fix is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Safety {
    /// Keeps the meaning, or states the only thing that could have been meant: `--fix` applies it.
    Safe,
    /// A good guess that a person should look at.
    Unsafe,
}

/// A mend for a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, as an order: "quote the value".
    pub title: String,
    /// Whether it may be applied unasked.
    pub safety: Safety,
    /// What changes.
    pub edits: Edits,
}

impl Fix {
    /// A fix that may be applied unasked.
    pub fn safe(title: impl Into<String>, edits: Edits) -> Self {
        Fix { title: title.into(), safety: Safety::Safe, edits }
    }

    /// A fix that a person should look at first.
    pub fn unsafe_(title: impl Into<String>, edits: Edits) -> Self {
        Fix { title: title.into(), safety: Safety::Unsafe, edits }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn path() -> RelPath {
        RelPath::new("f").unwrap()
    }

    fn tree(text: &str) -> Tree {
        let mut tree = Tree::new();
        tree.insert_text(path(), text);
        tree
    }

    #[test]
    fn edits_that_do_not_fit_are_refused() {
        let overlap = [TextEdit::delete(Span::new(0, 2)), TextEdit::delete(Span::new(1, 3))];
        assert_eq!(apply_text("abcd", &overlap), Err(Span::new(1, 3)));
        assert_eq!(apply_text("é", &[TextEdit::insert(1, "x")]), Err(Span::at(1)));
        assert_eq!(apply_text("a", &[TextEdit::insert(2, "x")]), Err(Span::at(2)));
        let mut create = Edits::none();
        create.create(path(), "x");
        assert_eq!(create.apply(&tree("a")), Err(EditError::Exists(path())));
    }

    /// Edits of `text` at such places.
    fn edits_of(text: &str, cuts: Vec<(usize, usize, String)>) -> Edits {
        let mut edits = Edits::none();
        for (start, len, new) in cuts {
            let start = crate::span::floor_boundary(text, start);
            let end = crate::span::floor_boundary(text, start + len).max(start);
            edits.edit(path(), TextEdit::replace(Span::new(start, end), new));
        }
        edits
    }

    fn cuts() -> impl Strategy<Value = Vec<(usize, usize, String)>> {
        proptest::collection::vec((0usize..40, 0usize..5, "[x-z]{0,4}"), 0..5)
    }

    proptest! {
        #[test]
        fn disjoint_edits_lead_to_one_text_in_either_order(text in "[a-zé\n]{0,40}", a in cuts(), b in cuts()) {
            let (a, b, before) = (edits_of(&text, a), edits_of(&text, b), tree(&text));
            if let (Some(a_then), Some(b_then), Ok(after_a), Ok(after_b)) = (a.rebased(&b), b.rebased(&a), a.apply(&before), b.apply(&before)) {
                let mut both = a.clone();
                both.merge(b.clone());
                let both = both.apply(&before).unwrap();
                prop_assert_eq!(&a_then.apply(&after_b).unwrap(), &both);
                prop_assert_eq!(&b_then.apply(&after_a).unwrap(), &both);
            }
        }

        #[test]
        fn inverting_goes_back(text in "[a-zé\n]{0,40}", cuts in cuts()) {
            let (edits, before) = (edits_of(&text, cuts), tree(&text));
            if let Ok(after) = edits.apply(&before) {
                let back = edits.invert(&before).unwrap();
                prop_assert_eq!(back.apply(&after).unwrap(), before);
            }
        }
    }
}
