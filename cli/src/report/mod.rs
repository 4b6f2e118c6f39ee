//! Findings for people and for machines: one file per output format.

pub mod event;
mod github;
mod json;
pub mod run;
mod sarif;
mod short;
pub mod stream;
mod text;

use clap::ValueEnum;
use specfuse_core::diagnostic::{Finding, Location, Severity};
use specfuse_core::path::RelPath;
use specfuse_core::span::{LineColumn, LineIndex};
use specfuse_core::tree::Tree;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// How findings are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Format {
    /// Annotated source.
    Text,
    /// One line each: `path:line:column: severity[rule]: message`.
    Short,
    /// One JSON object, versioned.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// GitHub workflow annotations.
    Github,
}

/// The findings of one linted folder, with what is needed to show them.
pub struct Findings<'a> {
    /// The folder as the person named it.
    pub dir: &'a str,
    /// What was linted.
    pub tree: &'a Tree,
    /// Sorted findings.
    pub findings: &'a [Finding],
    /// The path of a file as the person would name it.
    pub shown: &'a dyn Fn(&str) -> String,
    /// Where the lines of files start that were shown before.
    lines: RefCell<BTreeMap<RelPath, Rc<LineIndex>>>,
}

impl<'a> Findings<'a> {
    /// `findings` of `tree`, linted as the folder `dir`.
    pub fn new(
        dir: &'a str,
        tree: &'a Tree,
        findings: &'a [Finding],
        shown: &'a dyn Fn(&str) -> String,
    ) -> Self {
        Findings { dir, tree, findings, shown, lines: RefCell::default() }
    }

    fn lines(&self, file: &RelPath, text: &str) -> Rc<LineIndex> {
        let mut known = self.lines.borrow_mut();
        known.entry(file.clone()).or_insert_with(|| Rc::new(LineIndex::new(text))).clone()
    }

    /// How many findings weigh this much.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|f| f.severity == severity).count()
    }

    /// The last line: whether the folder is sound.
    pub fn verdict(&self) -> String {
        match self.count(Severity::Error) {
            0 => format!("OK — {} is structurally valid.", printable(self.dir)),
            errors => format!("FAIL — {errors} issue(s) in {}", printable(self.dir)),
        }
    }

    fn path(&self, location: &Location) -> String {
        (self.shown)(location.file.as_str())
    }

    /// Start and end of a location in lines and columns; 1:1 where there is no text.
    fn place(&self, location: &Location) -> (LineColumn, LineColumn) {
        let text = self.tree.text(&location.file).map_or("", |text| text);
        let index = self.lines(&location.file, text);
        let at = |offset: u32| index.line_column(text, offset as usize);
        (at(location.span.start), at(location.span.end))
    }
}

/// All of `reports` in one format, ready to print. `colour` counts for text only.
pub fn render(reports: &[Findings<'_>], format: Format, colour: bool) -> String {
    match format {
        Format::Text => text::render(reports, colour),
        Format::Short => short::render(reports),
        Format::Json => json::render(reports),
        Format::Sarif => sarif::render(reports),
        Format::Github => github::render(reports),
    }
}

/// `text` without characters that could steer a terminal or turn the direction of what follows; line
/// breaks become blanks.
pub fn printable(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\u{2028}' | '\u{2029}' => ' ',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(shown).collect()
}
