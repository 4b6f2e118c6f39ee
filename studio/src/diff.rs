//! The difference of two states of the texts as people read it: file by file, the lines that go and
//! come with a few around them.

use crate::delta::Delta;
use specfuse_core::edit::line_edits;
use specfuse_core::path::RelPath;
use specfuse_core::tree::Tree;

/// How many lines are shown around a change.
const AROUND: usize = 3;

/// What happens to a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// It stays.
    Same,
    /// It goes.
    Gone,
    /// It comes.
    New,
}

/// A line of a difference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// What happens to it.
    pub side: Side,
    /// Its number, from 1: before the change when it goes, afterwards otherwise.
    pub line: usize,
    /// Its text without its end; an end of carriage return and line feed is shown where it matters.
    pub text: String,
}

/// The difference of one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileDiff {
    /// The file.
    pub path: RelPath,
    /// `new`, `deleted` or nothing.
    pub word: &'static str,
    /// How many lines come.
    pub added: usize,
    /// How many lines go.
    pub removed: usize,
    /// What is shown, in pieces that are apart from each other.
    pub hunks: Vec<Vec<Row>>,
}

/// What `after` makes of `before`, in the order of files.
pub fn between(before: &Tree, after: &Tree) -> Vec<FileDiff> {
    let delta = Delta::between(before, after);
    let mut paths: Vec<&RelPath> = delta.paths().collect();
    specfuse_core::ordered::sort_by_key(&mut paths, |path| (*path).clone());
    paths.into_iter().map(|path| file(path, text(before, path), text(after, path))).collect()
}

fn text<'a>(tree: &'a Tree, path: &RelPath) -> Option<&'a str> {
    tree.text(path).map(|text| &**text)
}

/// What happens to the file at `path`; `None` is a file that is not there.
pub fn file(path: &RelPath, before: Option<&str>, after: Option<&str>) -> FileDiff {
    let word = match (before, after) {
        (None, _) => "new",
        (_, None) => "deleted",
        _ => "",
    };
    let rows = rows(before.unwrap_or_default(), after.unwrap_or_default());
    let count = |side| rows.iter().filter(|row| row.side == side).count();
    let (added, removed) = (count(Side::New), count(Side::Gone));
    FileDiff { path: path.clone(), word, added, removed, hunks: hunks(rows) }
}

/// What happens to a file that is no text, over one that `was_there` or not.
pub fn opaque(path: &RelPath, was_there: bool) -> FileDiff {
    let word = if was_there { "no text" } else { "new, no text" };
    FileDiff { path: path.clone(), word, added: 0, removed: 0, hunks: Vec::new() }
}

fn rows(before: &str, after: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let (mut at, mut old, mut new) = (0, 0, 0);
    for edit in line_edits(before, after) {
        let span = edit.span.range();
        push(&mut rows, Side::Same, &before[at..span.start], &mut old, &mut new);
        push(&mut rows, Side::Gone, &before[span.clone()], &mut old, &mut new);
        push(&mut rows, Side::New, &edit.text, &mut old, &mut new);
        at = span.end;
    }
    push(&mut rows, Side::Same, &before[at..], &mut old, &mut new);
    rows
}

fn push(rows: &mut Vec<Row>, side: Side, text: &str, old: &mut usize, new: &mut usize) {
    for line in text.split_inclusive('\n') {
        *old += usize::from(side != Side::New);
        *new += usize::from(side != Side::Gone);
        let line_end = if side == Side::Same { "" } else { "␍" };
        let text = line.trim_end_matches('\n').replace('\r', line_end);
        rows.push(Row { side, line: if side == Side::Gone { *old } else { *new }, text });
    }
}

fn hunks(rows: Vec<Row>) -> Vec<Vec<Row>> {
    let changes: Vec<usize> =
        rows.iter().enumerate().filter(|(_, row)| row.side != Side::Same).map(|(at, _)| at).collect();
    let (mut hunks, mut open, mut next) = (Vec::new(), Vec::new(), 0);
    for (at, row) in rows.into_iter().enumerate() {
        while changes.get(next).is_some_and(|change| change + AROUND < at) {
            next += 1;
        }
        if changes.get(next).is_some_and(|change| *change <= at + AROUND) {
            open.push(row);
        } else if !open.is_empty() {
            hunks.push(std::mem::take(&mut open));
        }
    }
    hunks.extend(Some(open).filter(|rows| !rows.is_empty()));
    hunks
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The difference as `diff -u` would show it, with `~` between hunks.
    fn shown(before: &str, after: &str) -> String {
        let diff = file(&RelPath::new("f").unwrap(), Some(before), Some(after));
        let sign = |side| match side {
            Side::Same => ' ',
            Side::Gone => '-',
            Side::New => '+',
        };
        let row = |row: &Row| format!("{}{} {}", sign(row.side), row.line, row.text);
        let hunk = |rows: &Vec<Row>| rows.iter().map(row).collect::<Vec<_>>().join("\n");
        diff.hunks.iter().map(hunk).collect::<Vec<_>>().join("\n~\n")
    }

    #[test]
    fn changes_are_shown_with_lines_around() {
        let before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";
        let after = before.replace("2\n3", "2\nx\n3").replace("11\n", "eleven\n");
        let wanted = " 1 1\n 2 2\n+3 x\n 4 3\n 5 4\n 6 5\n~\n 9 8\n 10 9\n 11 10\n-11 11\n+12 eleven\n 13 12";
        assert_eq!(shown(before, &after.replacen("eleven2", "12", 1)), wanted);
    }

    #[test]
    fn an_end_of_line_that_changes_is_seen() {
        assert_eq!(shown("a\r\nb\n", "a\nb\n"), "-1 a␍\n+1 a\n 2 b");
        assert_eq!(shown("a", "a"), "");
    }

    #[test]
    fn files_come_and_go() {
        let path = |name| RelPath::new(name).unwrap();
        let (mut before, mut after) = (Tree::new(), Tree::new());
        before.insert_text(path("old"), "a\nb\n");
        after.insert_text(path("new"), "c\n");
        let found = between(&before, &after);
        let told: Vec<_> = found.iter().map(|f| (f.path.as_str(), f.word, f.added, f.removed)).collect();
        assert_eq!(told, [("new", "new", 1, 0), ("old", "deleted", 0, 2)]);
    }
}
