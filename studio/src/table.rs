//! What is a list of like things as a table: the checks of each set in `verification.yml`, the index of
//! `roadmap.md`. A change of a cell or a row is one edit of core's.

use crate::command::value_of_field;
use crate::document::Document;
use specfuse_core::diagnostic::{Finding, Severity};
use specfuse_core::edit::{self, EditRefused};
use specfuse_core::fix::Edits;
use specfuse_core::model::id::FeatureId;
use specfuse_core::model::roadmap::{Row, cell_words};
use specfuse_core::model::status::{PlanStatus, Vocabulary};
use specfuse_core::model::verification::Verification;
use specfuse_core::path::RelPath;
use specfuse_core::schema::{Key, NARROW_SELECTION, Type, VERIFICATION_GATE};
use specfuse_core::yaml::{Item, Node, NodeKind};

/// The column that says whose row it is.
const ID: &str = "Feature ID";

/// The map in a check that says how the tests of its narrow command are found.
pub const NARROW: &str = "narrow_selection";

/// A table.
#[derive(Clone, PartialEq, Debug)]
pub struct Table {
    /// What it is called.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// The texts of its cells, row by row; `None` where there is nothing that a cell could show.
    pub rows: Vec<Vec<Option<String>>>,
    /// What is wrong with some cells: row, column and words.
    pub wrong: Vec<(usize, usize, String)>,
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
        let findings: Vec<&Finding> = document
            .findings()
            .iter()
            .filter(|f| f.primary.file == *path && f.severity == Severity::Error)
            .collect();
        return Some(file.sets.iter().map(|set| of_set(file, &set.name.value, &findings)).collect());
    }
    let roadmap = feature.roadmap.iter().chain(&feature.archive).find(|file| file.path == *path)?;
    let table = roadmap.table.as_ref()?;
    let columns = table.header.iter().map(|header| roadmap_column(&header.value)).collect();
    let cell = |row: &Row, at: usize| row.cells.get(at).map(|cell| cell_words(&cell.value));
    let rows =
        table.rows.iter().map(|row| (0..table.header.len()).map(|at| cell(row, at)).collect()).collect();
    Some(vec![Table { name: "Features".to_owned(), columns, rows, wrong: Vec::new() }])
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

/// The keys of a check that cells can show, each with the map in which it stands; `narrow` ones only where there
/// is something to narrow.
fn keys(narrow: bool) -> impl Iterator<Item = (Option<&'static str>, &'static Key)> {
    let own = VERIFICATION_GATE.iter().filter(|key| !matches!(key.ty, Type::Map)).map(|key| (None, key));
    own.chain(NARROW_SELECTION.iter().filter(move |_| narrow).map(|key| (Some(NARROW), key)))
}

/// `narrow_selection.format`; of a key of the check itself, its name.
fn column_name(within: Option<&str>, key: &Key) -> String {
    within.map_or(key.name.to_owned(), |map| format!("{map}.{}", key.name))
}

fn of_set(file: &Verification, name: &str, findings: &[&Finding]) -> Table {
    let column = |(within, key): (Option<&'static str>, &'static Key)| Column {
        name: column_name(within, key),
        meaning: key.meaning,
        default: key.default,
        words: key.ty.words(),
        fixed: false,
        wide: key.name.ends_with("command"),
    };
    let list = file.yaml.root.as_map().and_then(|map| map.get(name)?.as_seq());
    let items = list.map_or(&[][..], |list| &list.items[..]);
    let is_narrow = |item: &Item| {
        item.value.as_map().is_some_and(|map| [NARROW, "narrow_command"].iter().any(|k| map.get(k).is_some()))
    };
    let narrow = items.iter().any(is_narrow);
    let row = |item: &Item| keys(narrow).map(|(within, key)| cell(&item.value, within, key.name)).collect();
    Table {
        name: name.to_owned(),
        columns: keys(narrow).map(column).collect(),
        rows: items.iter().map(row).collect(),
        wrong: wrong(items, narrow, findings),
    }
}

/// What is wrong with the values of the rows.
fn wrong(items: &[Item], narrow: bool, findings: &[&Finding]) -> Vec<(usize, usize, String)> {
    let mut all = Vec::new();
    for (row, item) in items.iter().enumerate() {
        for (column, (within, key)) in keys(narrow).enumerate() {
            let map = within.map_or(Some(&item.value), |map| item.value.as_map()?.get(map));
            let Some(value) = map.and_then(|map| map.as_map()?.get(key.name)) else { continue };
            if let Some(here) = findings.iter().find(|finding| value.span.contains(finding.primary.span)) {
                // Where it is shown there is no code.
                all.push((row, column, here.message.replace('`', "")));
            }
        }
    }
    all
}

/// What a cell shows of a key; `None` when it cannot.
fn cell(check: &Node, within: Option<&str>, key: &str) -> Option<String> {
    let map = match within.map(|map| check.as_map()?.get(map)) {
        None => check.as_map()?,
        Some(None) => return Some(String::new()),
        Some(Some(Node { kind: NodeKind::Null, .. })) => return Some(String::new()),
        Some(Some(node)) => node.as_map()?,
    };
    match map.get(key).map(|node| &node.kind) {
        None | Some(NodeKind::Null) => Some(String::new()),
        Some(NodeKind::Scalar(scalar)) => Some(scalar.text.clone()),
        Some(NodeKind::Seq(seq)) => {
            let texts = seq.items.iter().map(|item| item.value.as_text());
            Some(texts.collect::<Option<Vec<_>>>()?.join(", "))
        }
        Some(NodeKind::Map(_)) => None,
    }
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
                let (within, key) = keys(true)
                    .find(|(within, key)| column_name(*within, key) == *column)
                    .ok_or_else(|| unknown(column))?;
                let words =
                    if matches!(key.ty, Type::Texts) { words.replace(',', "\n") } else { words.clone() };
                let value = value_of_field(key.ty, &words);
                let way: Vec<&str> = within.into_iter().chain([key.name]).collect();
                edit::set_check(path, text, set, *row, &way, value.as_ref())
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
                if cells.0.trim().is_empty() {
                    return Err(EditRefused::Blank { key: ID.to_owned() });
                }
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
    fn a_cell_of_the_roadmap_shows_its_bars_as_they_were_typed() {
        let mut document = Document::example();
        let path = RelPath::new(".specfuse/roadmap.md").unwrap();
        let (column, text) = ("Title".to_owned(), "A | B".to_owned());
        let cell = TableEdit::Cell { path: path.clone(), set: None, row: 0, column, text };
        document.perform(&Command::Table(cell)).unwrap();
        assert!(document.tree().text(&path).unwrap().contains(r"| A \| B "));
        let table = &tables(&document, &path).unwrap()[0];
        assert!(table.rows[0].contains(&Some("A | B".to_owned())), "{:?}", table.rows);
    }

    #[test]
    fn how_a_narrow_command_finds_its_tests_is_in_the_table() {
        let mut document = Document::example();
        let set = tables(&document, &path()).unwrap()[0].name.clone();
        let columns = |document: &Document| tables(document, &path()).unwrap()[0].columns.len();
        let before = columns(&document);
        let put = |column: &str, text: &str| {
            let (column, text) = (column.to_owned(), text.to_owned());
            Command::Table(TableEdit::Cell { path: path(), set: Some(set.clone()), row: 0, column, text })
        };
        document.perform(&put("narrow_command", "run {tests}")).unwrap();
        assert_eq!(columns(&document), before + NARROW_SELECTION.len());
        document.perform(&put("narrow_selection.test_roots", "tests, more")).unwrap();
        let row = tables(&document, &path()).unwrap()[0].rows[0].clone();
        assert_eq!(row[before], Some("tests, more".to_owned()));
        let text = document.tree().text(&path()).unwrap();
        assert!(text.contains("narrow_selection:\n      test_roots: [tests, more]\n"), "{text}");
        document.perform(&put("narrow_selection.test_roots", "")).unwrap();
        document.perform(&put("narrow_command", "")).unwrap();
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
