//! What is a list of like things as a table: the checks of each set in `verification.yml`, the index of
//! `roadmap.md`. A change of a cell or a row is one edit of core's.

use crate::command::value_of_field;
use crate::document::Document;
use specfuse_core::edit::{self, EditRefused};
use specfuse_core::fix::Edits;
use specfuse_core::model::id::FeatureId;
use specfuse_core::model::status::{PlanStatus, Vocabulary};
use specfuse_core::model::verification::Verification;
use specfuse_core::path::RelPath;
use specfuse_core::schema::{Key, Type, VERIFICATION_GATE};
use specfuse_core::yaml::{Node, NodeKind};

/// The column that says whose row it is.
const ID: &str = "Feature ID";

/// A table.
#[derive(Clone, PartialEq, Debug)]
pub struct Table {
    /// What it is called.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// The texts of its cells, row by row; `None` where there is nothing that a cell could show.
    pub rows: Vec<Vec<Option<String>>>,
}

/// A column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds, in a sentence; empty when that is not ours to say.
    pub meaning: &'static str,
    /// What holds when a cell is empty.
    pub default: &'static str,
    /// The words that a cell may hold, when they are a closed list.
    pub words: Vec<&'static str>,
    /// Whether it can be changed here.
    pub fixed: bool,
    /// Whether its texts are long.
    pub wide: bool,
}

/// A change of a table: of a set of checks, or of the roadmap when there is no set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TableEdit {
    /// Gives a cell another text.
    Cell {
        /// The file.
        path: RelPath,
        /// The set.
        set: Option<String>,
        /// The row.
        row: usize,
        /// The column's name.
        column: String,
        /// The text.
        text: String,
    },
    /// Adds a row with these first two cells.
    Add {
        /// The file.
        path: RelPath,
        /// The set.
        set: Option<String>,
        /// The first cell and the second.
        cells: (String, String),
    },
    /// Takes a row away.
    Remove {
        /// The file.
        path: RelPath,
        /// The set.
        set: Option<String>,
        /// The row.
        row: usize,
    },
}

/// The tables of the file at `path`, when it is one that has some.
pub fn tables(document: &Document, path: &RelPath) -> Option<Vec<Table>> {
    let feature = document.feature();
    if let Some(file) = feature.verification.as_ref().filter(|file| file.path == *path) {
        return Some(file.sets.iter().map(|set| of_set(file, &set.name.value)).collect());
    }
    let roadmap = feature.roadmap.iter().chain(&feature.archive).find(|file| file.path == *path)?;
    let table = roadmap.table.as_ref()?;
    let columns = table.header.iter().map(|header| roadmap_column(&header.value)).collect();
    let cell =
        |row: &specfuse_core::model::roadmap::Row, at: usize| row.cells.get(at).map(|c| c.value.clone());
    let rows =
        table.rows.iter().map(|row| (0..table.header.len()).map(|at| cell(row, at)).collect()).collect();
    Some(vec![Table { name: "Features".to_owned(), columns, rows }])
}

/// Whether the file at `path` is a verification file, whose tables are sets.
pub fn has_sets(document: &Document, path: &RelPath) -> bool {
    document.feature().verification.as_ref().is_some_and(|file| file.path == *path)
}

fn roadmap_column(name: &str) -> Column {
    let words: Vec<&'static str> = PlanStatus::WORDS.iter().map(|(_, word)| *word).collect();
    Column {
        name: name.to_owned(),
        meaning: "",
        default: "",
        words: if name.eq_ignore_ascii_case("Status") { words } else { Vec::new() },
        fixed: name.eq_ignore_ascii_case(ID),
        wide: name.eq_ignore_ascii_case("Title"),
    }
}

/// The keys of a check that a cell can show.
fn keys() -> impl Iterator<Item = &'static Key> {
    VERIFICATION_GATE.iter().filter(|key| !matches!(key.ty, Type::Map))
}

fn of_set(file: &Verification, name: &str) -> Table {
    let column = |key: &Key| Column {
        name: key.name.to_owned(),
        meaning: key.meaning,
        default: key.default,
        words: key.ty.words(),
        fixed: false,
        wide: key.name.ends_with("command"),
    };
    let list = file.yaml.root.as_map().and_then(|map| map.get(name)?.as_seq());
    let items = list.map_or(&[][..], |list| &list.items[..]);
    let cell = |node: &Node, key: &Key| match node.as_map()?.get(key.name).map(|node| &node.kind) {
        None | Some(NodeKind::Null) => Some(String::new()),
        Some(NodeKind::Scalar(scalar)) => Some(scalar.text.clone()),
        Some(NodeKind::Seq(seq)) => {
            let texts = seq.items.iter().map(|item| item.value.as_text());
            Some(texts.collect::<Option<Vec<_>>>()?.join(", "))
        }
        Some(NodeKind::Map(_)) => None,
    };
    let rows = items.iter().map(|item| keys().map(|key| cell(&item.value, key)).collect()).collect();
    Table { name: name.to_owned(), columns: keys().map(column).collect(), rows }
}

impl TableEdit {
    /// The file.
    pub fn path(&self) -> &RelPath {
        match self {
            TableEdit::Cell { path, .. } | TableEdit::Add { path, .. } | TableEdit::Remove { path, .. } => {
                path
            }
        }
    }

    /// What it is called in the undo log.
    pub fn label(&self) -> String {
        let file = self.path().file_name();
        match self {
            TableEdit::Cell { column, .. } => format!("set {column} in {file}"),
            TableEdit::Add { cells, .. } => format!("add {} to {file}", cells.0),
            TableEdit::Remove { row, .. } => format!("remove row {} of {file}", row + 1),
        }
    }

    /// The edits that do it.
    ///
    /// # Errors
    /// Why it cannot be done.
    pub fn edits(&self, text: &str) -> Result<Edits, EditRefused> {
        let unknown = |key: &str| EditRefused::Value { key: key.to_owned() };
        match self {
            TableEdit::Cell { path, set: Some(set), row, column, text: words } => {
                let key = keys().find(|key| key.name == column).ok_or_else(|| unknown(column))?;
                let words =
                    if matches!(key.ty, Type::Texts) { words.replace(',', "\n") } else { words.clone() };
                let value = value_of_field(key.ty, &words);
                edit::set_check(path, text, set, *row, key.name, value.as_ref())
            }
            TableEdit::Add { path, set: Some(set), cells } => {
                edit::add_check(path, text, set, &cells.0, &cells.1)
            }
            TableEdit::Remove { path, set: Some(set), row } => edit::remove_check(path, text, set, *row),
            TableEdit::Cell { path, set: None, row, column, text: words } => {
                let roadmap = specfuse_core::model::roadmap::Roadmap::read(
                    path.clone(),
                    specfuse_core::frontmatter::Document::read(text.into()),
                );
                let at =
                    roadmap.table.and_then(|table| table.column(column)).ok_or_else(|| unknown(column))?;
                edit::set_roadmap_cell(path, text, *row, at, words)
            }
            TableEdit::Add { path, set: None, cells } => {
                let id = FeatureId::parse(cells.0.trim()).ok_or_else(|| unknown(ID))?;
                edit::add_roadmap_row(path, text, &id, &cells.1)
            }
            TableEdit::Remove { path, set: None, row } => edit::remove_roadmap_row(path, text, *row),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;

    fn path() -> RelPath {
        RelPath::new(".specfuse/verification.yml").unwrap()
    }

    #[test]
    fn every_cell_can_be_set_to_what_it_holds() {
        let mut document = Document::example();
        let all = tables(&document, &path()).unwrap();
        assert!(!all.is_empty() && !all[0].rows.is_empty());
        for table in &all {
            for (row, cells) in table.rows.iter().enumerate() {
                for (column, text) in table.columns.iter().zip(cells) {
                    let (set, text) = (Some(table.name.clone()), text.clone().unwrap());
                    let column = column.name.clone();
                    let edit = TableEdit::Cell { path: path(), set, row, column, text };
                    assert_eq!(document.perform(&Command::Table(edit.clone())), Ok(None), "{edit:?}");
                }
            }
        }
        assert!(!document.is_changed());
    }

    #[test]
    fn a_check_comes_is_changed_and_goes() {
        let mut document = Document::example();
        let set = Some(tables(&document, &path()).unwrap()[0].name.clone());
        let rows = |document: &Document| tables(document, &path()).unwrap()[0].rows.len();
        let before = rows(&document);
        let cells = ("links".to_owned(), "lychee .".to_owned());
        document.perform(&Command::Table(TableEdit::Add { path: path(), set: set.clone(), cells })).unwrap();
        assert_eq!(rows(&document), before + 1);
        let (column, text) = ("timeout_seconds".to_owned(), "60".to_owned());
        let cell = TableEdit::Cell { path: path(), set: set.clone(), row: before, column, text };
        document.perform(&Command::Table(cell)).unwrap();
        assert!(document.tree().text(&path()).unwrap().contains("timeout_seconds: 60\n"));
        document.perform(&Command::Table(TableEdit::Remove { path: path(), set, row: before })).unwrap();
        assert!(!document.is_changed());
    }
}
