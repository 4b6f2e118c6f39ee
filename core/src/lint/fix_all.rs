//! Applies every safe fix, again and again, until none is left.

use super::context::Facts;
use super::limit;
use super::linter::Linter;
use crate::diagnostic::Finding;
use crate::fix::{Edits, FileEdit, Fix, Safety, TextEdit};
use crate::parse::Parser;
use crate::path::RelPath;
use crate::span::Span;
use crate::tree::Tree;

/// A fix may bring another rule's finding to light; this many times we look again.
const MAX_ROUNDS: usize = 32;

/// What fixing came to.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// The tree afterwards.
    pub tree: Tree,
    /// The same as one change of the tree before.
    pub edits: Edits,
    /// How many fixes were applied.
    pub applied: usize,
    /// What is left to find.
    pub findings: Vec<Finding>,
}

/// Applies the safe fixes of the feature in `folder` and lints again, until none is left. Of fixes
/// that touch the same bytes one waits for the next round. Fixing what was fixed changes nothing.
pub fn fix_all(tree: &Tree, folder: &RelPath, facts: &Facts) -> Fixed {
    fix_where(tree, folder, facts, |_| true)
}

/// As [`fix_all`], but only with fixes that change the text of the file at `path` and nothing else.
pub fn fix_file(tree: &Tree, folder: &RelPath, facts: &Facts, path: &RelPath) -> Fixed {
    fix_where(tree, folder, facts, |fix| {
        fix.edits.iter().all(|(file, edit)| file == path && matches!(edit, FileEdit::Change(_)))
    })
}

fn fix_where(tree: &Tree, folder: &RelPath, facts: &Facts, wanted: impl Fn(&Fix) -> bool) -> Fixed {
    let (mut parser, mut linter) = (Parser::default(), Linter::default());
    let mut now = tree.clone();
    let mut applied = 0;
    let mut findings = linter.lint_without_limit(&now, &parser.feature(&now, folder), facts);
    for _ in 0..MAX_ROUNDS {
        let (next, count) = apply_round(&now, &findings, &wanted);
        if count == 0 {
            break;
        }
        applied += count;
        now = next;
        findings = linter.lint_without_limit(&now, &parser.feature(&now, folder), facts);
    }
    Fixed { edits: between(tree, &now), tree: now, applied, findings: limit::first_of_each(findings) }
}

fn apply_round(tree: &Tree, findings: &[Finding], wanted: &impl Fn(&Fix) -> bool) -> (Tree, usize) {
    let mut edits = Edits::none();
    let mut count = 0;
    let fixes = findings.iter().filter_map(|f| f.fix.as_ref()).filter(|f| f.safety == Safety::Safe);
    for fix in fixes.filter(|fix| wanted(fix)) {
        if changes(tree, fix) && edits.is_disjoint(&fix.edits) {
            edits.merge(fix.edits.clone());
            count += 1;
        }
    }
    match edits.apply(tree) {
        Ok(after) => (after, count),
        Err(_) => (tree.clone(), 0),
    }
}

/// Whether `fix` fits the tree and changes something.
fn changes(tree: &Tree, fix: &Fix) -> bool {
    let fits = |(path, file): (&RelPath, &FileEdit)| match (file, tree.text(path)) {
        (FileEdit::Change(list), Some(text)) => {
            let apart = list.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start);
            apart && list.iter().all(|edit| text.get(edit.span.range()).is_some())
        }
        (FileEdit::Create(_), None) => tree.get(path).is_none(),
        (FileEdit::Delete, Some(_)) => true,
        _ => false,
    };
    let differs = |(path, file): (&RelPath, &FileEdit)| match (file, tree.text(path)) {
        (FileEdit::Change(list), Some(text)) => list.iter().any(|edit| edit.span.slice(text) != edit.text),
        _ => true,
    };
    fix.edits.iter().all(fits) && fix.edits.iter().any(differs)
}

/// The change that leads from `before` to `after`: per file, one replacement of what differs.
fn between(before: &Tree, after: &Tree) -> Edits {
    let mut edits = Edits::none();
    for (path, entry) in after.iter() {
        match (before.text(path), after.text(path)) {
            (Some(old), Some(new)) if old != new => edits.edit(path.clone(), difference(old, new)),
            (None, Some(new)) if before.get(path) != Some(entry) => edits.create(path.clone(), &**new),
            _ => {}
        }
    }
    let gone = before.iter().filter(|(path, _)| after.get(path).is_none());
    gone.for_each(|(path, _)| edits.delete(path.clone()));
    edits
}

fn difference(old: &str, new: &str) -> TextEdit {
    let same = |(a, b): &(char, char)| a == b;
    let head: usize = old.chars().zip(new.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let tail: usize =
        old_rest.chars().rev().zip(new_rest.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    TextEdit::replace(Span::new(head, old.len() - tail), &new_rest[..new_rest.len() - tail])
}
