//! The roadmap's index as a table: any cell, a row more, a row less.

use super::keys::changed;
use super::refused::EditRefused;
use super::roadmap::{cell_text, read, set_cell, with_new_row};
use crate::fix::{Edits, TextEdit, apply_text};
use crate::model::id::FeatureId;
use crate::model::roadmap::cell_words;
use crate::path::RelPath;
use crate::span::Span;

/// Puts `value` into a cell, by its row and column. What it holds already gives no edit; other cells keep
/// their bytes, and the column its width where there is room.
///
/// # Errors
/// When there is no such cell.
pub fn set_roadmap_cell(
    path: &RelPath,
    text: &str,
    row: usize,
    column: usize,
    value: &str,
) -> Result<Edits, EditRefused> {
    let roadmap = read(path, text);
    let table = roadmap.table.as_ref().ok_or(EditRefused::NoTable)?;
    let line = table.rows.get(row).filter(|row| column < row.cells.len()).ok_or(EditRefused::NoTable)?;
    let value = cell_text(value);
    if cell_words(&line.cells[column].value) == cell_words(&value) {
        return Ok(Edits::none());
    }
    let edits: Vec<TextEdit> = set_cell(text, line, column, &value).into_iter().collect();
    let after = apply_text(text, &edits).map_err(|_| EditRefused::NoTable)?;
    let new = read(path, &after);
    let cells = |roadmap: &crate::model::roadmap::Roadmap, changed: bool| -> Vec<Vec<String>> {
        let rows = roadmap.table.iter().flat_map(|table| &table.rows).enumerate();
        rows.map(|(at, r)| {
            let cells = r.cells.iter().enumerate();
            cells
                .map(
                    |(c, cell)| {
                        if changed && (at, c) == (row, column) { value.clone() } else { cell.value.clone() }
                    },
                )
                .collect()
        })
        .collect()
    };
    if cells(&new, false) == cells(&roadmap, true) {
        Ok(changed(path, text, &after))
    } else {
        Err(EditRefused::NoTable)
    }
}

/// Adds a row for feature `id` with this title behind the last; its other cells are `—`.
///
/// # Errors
/// When the roadmap has no index, or a row for that feature.
pub fn add_roadmap_row(
    path: &RelPath,
    text: &str,
    id: &FeatureId,
    title: &str,
) -> Result<Edits, EditRefused> {
    let roadmap = read(path, text);
    let table = roadmap.table.as_ref().ok_or(EditRefused::NoTable)?;
    if table.rows_of(id.as_str()).next().is_some() {
        return Err(EditRefused::IdTaken(id.to_string()));
    }
    let title = Some(title.to_owned()).filter(|title| !title.trim().is_empty());
    let row = super::RoadmapRow { title, ..super::RoadmapRow::default() };
    let after = with_new_row(text, table, id.as_str(), &row);
    let grown = read(path, &after).table.is_some_and(|new| new.rows.len() == table.rows.len() + 1);
    if grown { Ok(changed(path, text, &after)) } else { Err(EditRefused::NoTable) }
}

/// Takes a row of the index away. The feature's section stays.
///
/// # Errors
/// When there is no such row.
pub fn remove_roadmap_row(path: &RelPath, text: &str, row: usize) -> Result<Edits, EditRefused> {
    let roadmap = read(path, text);
    let table = roadmap.table.as_ref().ok_or(EditRefused::NoTable)?;
    let line = table.rows.get(row).ok_or(EditRefused::NoTable)?.span;
    let start = text[..line.start as usize].rfind('\n').map_or(0, |at| at + 1);
    let rest = &text[line.end as usize..];
    let end = line.end as usize + rest.find('\n').map_or(rest.len(), |at| at + 1);
    let after =
        apply_text(text, &[TextEdit::delete(Span::new(start, end))]).map_err(|_| EditRefused::NoTable)?;
    let less = read(path, &after).table.is_some_and(|new| new.rows.len() + 1 == table.rows.len());
    if less { Ok(changed(path, text, &after)) } else { Err(EditRefused::NoTable) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Tree;
    use proptest::prelude::*;

    const FILE: &str = "# Roadmap\n\n| Feature ID | Title | Status |\n|---|---|---|\n| FEAT-2026-0001 | One   | active |\n| FEAT-2026-0002 | Two | planning |\n\nMore.\n";

    fn done(text: &str, edits: Result<Edits, EditRefused>) -> Option<String> {
        let mut tree = Tree::new();
        tree.insert_text(path(), text);
        Some(edits.ok()?.apply(&tree).ok()?.text(&path())?.to_string())
    }

    fn path() -> RelPath {
        RelPath::new(".specfuse/roadmap.md").unwrap()
    }

    #[test]
    fn cells_and_rows_are_changed_alone() {
        let set = |row, column, value| done(FILE, set_roadmap_cell(&path(), FILE, row, column, value));
        assert_eq!(set(0, 1, "First"), Some(FILE.replacen("One  ", "First", 1)));
        assert_eq!(set(1, 1, "Two"), Some(FILE.to_owned()));
        assert_eq!(set(1, 1, "a | b"), Some(FILE.replacen("Two", "a \\| b", 1)));
        assert_eq!((set(2, 0, "x"), set(0, 3, "x")), (None, None));
        let code = FILE.replacen("Two", "`a|b`", 1);
        let same = set_roadmap_cell(&path(), &code, 1, 1, "`a|b`");
        assert_eq!(done(&code, same), Some(code));
        let id = FeatureId::parse("FEAT-2026-0003").unwrap();
        let added = done(FILE, add_roadmap_row(&path(), FILE, &id, "Three")).unwrap();
        assert!(added.contains("planning |\n| FEAT-2026-0003 | Three | —"), "{added}");
        assert_eq!(done(&added, remove_roadmap_row(&path(), &added, 2)), Some(FILE.to_owned()));
        let known = FeatureId::parse("FEAT-2026-0001").unwrap();
        assert_eq!(done(FILE, add_roadmap_row(&path(), FILE, &known, "x")), None);
    }

    proptest! {
        #[test]
        fn any_words_fit_into_a_cell(crlf in any::<bool>(), row in 0usize..2, column in 0usize..3, words in "[a-z |\\\\`\né]{0,16}") {
            let text = if crlf { FILE.replace('\n', "\r\n") } else { FILE.to_owned() };
            if let Some(after) = done(&text, set_roadmap_cell(&path(), &text, row, column, &words)) {
                prop_assert_eq!(after.lines().count(), text.lines().count());
                let changed = text.lines().zip(after.lines()).filter(|(a, b)| a != b).count();
                prop_assert!(changed <= 1, "{after:?}");
                prop_assert_eq!(done(&after, set_roadmap_cell(&path(), &after, row, column, &words)), Some(after));
            }
        }

        #[test]
        fn what_is_written_is_read(words in "[a-z |\né]{0,16}") {
            let after = done(FILE, set_roadmap_cell(&path(), FILE, 0, 1, &words)).unwrap();
            let cell = &read(&path(), &after).table.unwrap().rows[0].cells[1].value;
            let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(cell_words(cell), line);
        }
    }
}
