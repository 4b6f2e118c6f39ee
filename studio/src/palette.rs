//! What the command palette lists for a few typed letters: actions that make sense now, units, files.

use crate::action::{ACTIONS, Action};
use crate::document::Document;
use specfuse_core::ordered;
use specfuse_core::path::RelPath;

/// How many rows are listed at most.
const MOST: usize = 40;

/// What choosing a row does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Choice {
    /// Runs an action.
    Run(Action),
    /// Selects a unit, by its place in the feature.
    Unit(usize),
    /// Shows a file.
    File(RelPath),
}

/// A row of the palette.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// What it does.
    pub choice: Choice,
    /// What it is called.
    pub title: String,
    /// Said beside it: keys, or what kind of thing it is.
    pub detail: &'static str,
}

/// The rows for `query`, best first; equally good ones stay in the order actions, units, files.
pub fn rows(query: &str, can: impl Fn(Action) -> bool, document: Option<&Document>) -> Vec<Row> {
    let mut rows: Vec<(u32, Row)> =
        all(can, document).into_iter().filter_map(|row| Some((penalty(query, &row.title)?, row))).collect();
    ordered::sort_by(&mut rows, |a, b| a.0.cmp(&b.0));
    rows.into_iter().take(MOST).map(|(_, row)| row).collect()
}

fn all(can: impl Fn(Action) -> bool, document: Option<&Document>) -> Vec<Row> {
    let possible = ACTIONS.iter().filter(|entry| entry.action != Action::Palette && can(entry.action));
    let mut rows: Vec<Row> = possible
        .map(|entry| Row {
            choice: Choice::Run(entry.action),
            title: entry.title.to_owned(),
            detail: entry.keys.first().unwrap_or(&""),
        })
        .collect();
    if let Some(document) = document {
        rows.extend(units(document));
        rows.extend(files(document));
    }
    rows
}

fn units(document: &Document) -> impl Iterator<Item = Row> {
    document.feature().units.iter().enumerate().map(|(index, unit)| Row {
        choice: Choice::Unit(index),
        title: [unit.short_id(), " ", unit.title()].concat(),
        detail: "unit",
    })
}

fn files(document: &Document) -> impl Iterator<Item = Row> {
    let folder = &document.feature().folder;
    document.tree().iter().map(|(path, _)| Row {
        choice: Choice::File(path.clone()),
        title: path.below(folder).unwrap_or(path.as_str()).to_owned(),
        detail: "file",
    })
}

/// How badly `query` fits `title`: 0 is best, `None` is not at all. Its letters must come in order;
/// those that begin words, or follow each other, fit better.
fn penalty(query: &str, title: &str) -> Option<u32> {
    let mut wanted = query.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).peekable();
    let mut penalty = 0;
    let (mut begins, mut follows) = (true, false);
    for c in title.chars() {
        let hit = wanted.next_if_eq(&c.to_ascii_lowercase()).is_some();
        if hit && !begins && !follows {
            penalty += 8;
        }
        (begins, follows) = (!c.is_ascii_alphanumeric(), hit);
        if wanted.peek().is_some() && !hit {
            penalty += 1;
        }
    }
    wanted.peek().is_none().then_some(penalty)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(query: &str) -> Vec<String> {
        let document = Document::example();
        let rows = rows(query, |_| true, Some(&document));
        rows.into_iter().map(|row| row.title).collect()
    }

    #[test]
    fn letters_that_begin_words_come_first() {
        assert_eq!(titles("zi")[0], "Zoom in");
        assert_eq!(titles("t01")[0], "T01 Greet a person by name");
        assert_eq!(titles("undo")[0], "Undo");
        assert!(titles("plan").iter().any(|title| title == "PLAN.md"));
        assert_eq!(titles("qqqq"), [""; 0]);
    }

    #[test]
    fn without_a_document_there_are_only_actions_that_make_sense() {
        let rows = rows("", |action| action == Action::Keys, None);
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].choice.clone(), rows[0].detail), (Choice::Run(Action::Keys), "?"));
    }
}
