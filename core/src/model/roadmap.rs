//! `roadmap.md` and `roadmap-archive.md`: the index of features, and a section for each.

use crate::frontmatter::Document;
use crate::markdown::{Heading, lines};
use crate::path::RelPath;
use crate::span::{Span, Spanned};

/// A roadmap file.
#[derive(Clone, PartialEq, Debug)]
pub struct Roadmap {
    /// Its file.
    pub path: RelPath,
    /// The file's text and structure.
    pub doc: Document,
    /// The index: the first table that has a `Feature ID` column.
    pub table: Option<Table>,
    /// Anchors (`<a id="feat-…"></a>`) in order.
    pub anchors: Vec<Spanned<String>>,
    /// Detail sections in order.
    pub sections: Vec<DetailSection>,
    /// Links to a feature's anchor, in order.
    pub references: Vec<Reference>,
}

/// The index of features. Columns are found by their header's name.
#[derive(Clone, PartialEq, Debug)]
pub struct Table {
    /// The header cells as written, trimmed.
    pub header: Vec<Spanned<String>>,
    /// The rows in order.
    pub rows: Vec<Row>,
    /// From the header to the end of the last row.
    pub span: Span,
}

/// One row of the index.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// The line without its end.
    pub span: Span,
    /// The cells in the order of the columns, as written, trimmed.
    pub cells: Vec<Spanned<String>>,
}

/// What a person reads in a cell that is written like this: its bars without their escapes.
pub fn cell_words(written: &str) -> String {
    let (mut words, mut escaped) = (String::with_capacity(written.len()), false);
    for c in written.chars() {
        if c == '|' && escaped {
            words.pop();
        }
        escaped = c == '\\' && !escaped;
        words.push(c);
    }
    words
}

/// The part of a roadmap that describes one feature.
#[derive(Clone, PartialEq, Debug)]
pub struct DetailSection {
    /// The feature its heading names.
    pub feature: Spanned<String>,
    /// The heading's line.
    pub heading: Span,
    /// Everything up to the next heading of its level, or the next anchor.
    pub body: Span,
    /// The word of its `**Status: x.**`.
    pub status: Option<Spanned<String>>,
    /// Its `**Blocked by.**` paragraph.
    pub blocked_by: Option<Span>,
}

/// What comes next after an anchor, blank lines aside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Follower<'a> {
    /// A heading.
    Heading(&'a Heading),
    /// Another anchor, as an index into [`Roadmap::anchors`].
    Anchor(usize),
    /// Something else, or nothing.
    Other,
}

/// A link to a feature's anchor.
#[derive(Clone, PartialEq, Debug)]
pub struct Reference {
    /// The file before the `#`; empty for this one.
    pub file: String,
    /// The anchor it wants, as written.
    pub anchor: String,
    /// The link's target: what stands between the parentheses.
    pub span: Span,
}

impl Table {
    /// The index of the column with this header, compared without case.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|cell| cell.value.eq_ignore_ascii_case(name))
    }

    /// The cell of `row` below the header `name`.
    pub fn cell<'a>(&self, row: &'a Row, name: &str) -> Option<&'a Spanned<String>> {
        row.cells.get(self.column(name)?)
    }

    /// The rows of the feature with this id.
    pub fn rows_of<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Row> + 'a {
        self.rows.iter().filter(move |row| self.cell(row, "Feature ID").is_some_and(|cell| cell.value == id))
    }
}

impl Roadmap {
    /// Reads a roadmap or its archive.
    pub fn read(path: RelPath, doc: Document) -> Roadmap {
        let anchors = anchors(&doc);
        Roadmap {
            table: table(&doc),
            sections: sections(&doc, &anchors),
            references: references(&doc),
            anchors,
            path,
            doc,
        }
    }

    /// What stands below the anchor with this index.
    pub fn follower(&self, anchor: usize) -> Follower<'_> {
        let text = &*self.doc.text;
        let from = self.anchors[anchor].span.end as usize;
        let Some(line) = text[from..].find('\n') else { return Follower::Other };
        let rest = &text[from + line..];
        let at = (text.len() - rest.trim_start().len()) as u32;
        let next = self.doc.body.headings.partition_point(|h| h.span.end < at);
        if let Some(heading) = self.doc.body.headings.get(next).filter(|h| h.span.start <= at) {
            return Follower::Heading(heading);
        }
        let tag = (at as usize + "<a id=\"".len()) as u32;
        match self.anchors.get(anchor + 1) {
            Some(other) if other.span.start == tag => Follower::Anchor(anchor + 1),
            _ => Follower::Other,
        }
    }

    /// The anchor of the feature with this id.
    pub fn anchor(&self, id: &str) -> Option<&Spanned<String>> {
        self.anchors.iter().find(|anchor| anchor.value.eq_ignore_ascii_case(id))
    }

    /// The section of the feature with this id.
    pub fn section(&self, id: &str) -> Option<&DetailSection> {
        self.sections.iter().find(|section| section.feature.value == id)
    }
}

fn visible_lines(doc: &Document) -> impl Iterator<Item = Span> + '_ {
    lines(&doc.text, doc.body.span).filter(|line| !doc.body.in_fence(line.start as usize))
}

fn table(doc: &Document) -> Option<Table> {
    let mut table: Option<Table> = None;
    for line in visible_lines(doc) {
        let cells = cells(&doc.text, line);
        match &mut table {
            None if cells.iter().any(|c| c.value.eq_ignore_ascii_case("Feature ID")) => {
                table = Some(Table { header: cells, rows: Vec::new(), span: line });
            }
            None => {}
            Some(_) if cells.is_empty() => break,
            Some(table) => {
                table.span.end = line.end;
                if !cells.iter().all(|c| is_rule(&c.value)) {
                    table.rows.push(Row { span: line, cells });
                }
            }
        }
    }
    table
}

fn is_rule(cell: &str) -> bool {
    cell.contains('-') && cell.bytes().all(|b| matches!(b, b'-' | b':'))
}

/// The cells of a table line; none when it is not one. `\|` and a `|` in backticks do not separate.
fn cells(text: &str, line: Span) -> Vec<Spanned<String>> {
    let words = line.slice(text);
    let indent = words.len() - words.trim_start().len();
    if !words[indent..].starts_with('|') {
        return Vec::new();
    }
    let (mut cells, mut from, mut code, mut escaped) = (Vec::new(), indent + 1, false, false);
    for (at, b) in words.bytes().enumerate().skip(indent + 1) {
        match b {
            b'|' if !code && !escaped => {
                cells.push(trimmed(text, line.start as usize + from, line.start as usize + at));
                from = at + 1;
            }
            b'`' => code = !code,
            _ => {}
        }
        escaped = b == b'\\' && !escaped;
    }
    if !words[from..].trim().is_empty() {
        cells.push(trimmed(text, line.start as usize + from, line.end as usize));
    }
    cells
}

fn trimmed(text: &str, start: usize, end: usize) -> Spanned<String> {
    let words = &text[start..end];
    let lead = words.len() - words.trim_start().len();
    let value = words.trim();
    let start = if value.is_empty() { start } else { start + lead };
    Spanned::new(value.to_owned(), Span::new(start, start + value.len()))
}

fn anchors(doc: &Document) -> Vec<Spanned<String>> {
    let mut found = Vec::new();
    for line in visible_lines(doc) {
        let words = line.slice(&doc.text);
        let Some(open) = words.find("<a id=\"").filter(|at| words[..*at].trim().is_empty()) else { continue };
        let from = open + "<a id=\"".len();
        if let Some(len) = words[from..].find('"') {
            let start = line.start as usize + from;
            found.push(Spanned::new(words[from..from + len].to_owned(), Span::new(start, start + len)));
        }
    }
    found
}

fn sections(doc: &Document, anchors: &[Spanned<String>]) -> Vec<DetailSection> {
    doc.body.headings.iter().filter_map(|heading| section(doc, anchors, heading)).collect()
}

fn section(doc: &Document, anchors: &[Spanned<String>], heading: &Heading) -> Option<DetailSection> {
    let title = &heading.text;
    let len = title
        .value
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '/'))
        .unwrap_or(title.value.len());
    let id = crate::model::id::FeatureId::parse(&title.value[..len]).filter(|_| heading.level == 2)?;
    let start = title.span.start as usize;
    let mut body = doc.body.heading_section(heading).body;
    if let Some(next) = anchors.iter().find(|a| a.span.start > heading.span.end && a.span.start < body.end) {
        body.end = doc.text[..next.span.start as usize].rfind('\n').map_or(body.end, |at| at as u32 + 1);
    }
    Some(DetailSection {
        feature: Spanned::new(id.to_string(), Span::new(start, start + len)),
        heading: heading.span,
        body,
        status: status(doc, body),
        blocked_by: blocked_by(doc, body),
    })
}

fn status(doc: &Document, body: Span) -> Option<Spanned<String>> {
    let marked = doc.body.lead_ins.iter().filter(|l| body.contains(l.span));
    marked.into_iter().find_map(|lead_in| {
        let name = &lead_in.name;
        let rest = name.value.strip_prefix("Status:")?;
        let word = rest.trim_start();
        let start = name.span.start as usize + name.value.len() - word.len();
        let len = word.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(word.len());
        Some(Spanned::new(word[..len].to_owned(), Span::new(start, start + len)))
    })
}

fn blocked_by(doc: &Document, body: Span) -> Option<Span> {
    let lead_in = doc
        .body
        .lead_ins
        .iter()
        .find(|l| body.contains(l.span) && l.name.value.eq_ignore_ascii_case("Blocked by"))?;
    let rest = &doc.text[lead_in.span.start as usize..body.end as usize];
    let len = rest.find("\n\n").or_else(|| rest.find("\n\r\n")).unwrap_or(rest.trim_end().len());
    let start = lead_in.span.start as usize;
    Some(Span::new(start, start + len))
}

fn references(doc: &Document) -> Vec<Reference> {
    let mut found = Vec::new();
    for line in visible_lines(doc) {
        let words = line.slice(&doc.text);
        let mut from = 0;
        while let Some(at) = words[from..].find("](") {
            let start = from + at + 2;
            let Some(len) = words[start..].find(')') else { break };
            let target = &words[start..start + len];
            if let Some((file, anchor)) =
                target.split_once('#').filter(|(_, a)| a.to_ascii_lowercase().starts_with("feat-"))
            {
                let at = line.start as usize + start;
                let span = Span::new(at, at + len);
                found.push(Reference { file: file.to_owned(), anchor: anchor.to_owned(), span });
            }
            from = start + len;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_says_its_bars_without_their_escapes() {
        assert_eq!(cell_words(r"A \| B, `c\|d`, `e|f`"), "A | B, `c|d`, `e|f`");
        assert_eq!(cell_words(r"\ \\ \\\|"), r"\ \\ \\|");
    }

    #[test]
    fn rows_are_read_by_header_name() {
        let text = "| Extra | Status | Feature ID |\n|---|:-:|---|\n| a \\| b | done | FEAT-2026-0001 |\n| `|` | | FEAT-2026-0002\n\n| no |\n";
        let roadmap = Roadmap::read(RelPath::new("r").unwrap(), Document::read(text.into()));
        let table = roadmap.table.unwrap();
        assert_eq!(table.rows.len(), 2);
        let row = table.rows_of("FEAT-2026-0001").next().unwrap();
        assert_eq!(table.cell(row, "Status").unwrap().value, "done");
        let row = table.rows_of("FEAT-2026-0002").next().unwrap();
        assert_eq!(table.cell(row, "status").unwrap().value, "");
    }

    #[test]
    fn sections_know_their_status_and_what_blocks_them() {
        let text = "<a id=\"feat-2026-0001\"></a>\n## FEAT-2026-0001 — A\n\n**Status: blocked.** x\n\n**Blocked by.** [b](#feat-2026-0002)\nmore\n\nrest\n\n<a id=\"feat-2026-0002\"></a>\n## FEAT-2026-0002\n";
        let roadmap = Roadmap::read(RelPath::new("r").unwrap(), Document::read(text.into()));
        let section = roadmap.section("FEAT-2026-0001").unwrap();
        assert_eq!(section.status.as_ref().unwrap().value, "blocked");
        assert_eq!(section.blocked_by.unwrap().slice(text), "**Blocked by.** [b](#feat-2026-0002)\nmore");
        assert!(section.body.slice(text).ends_with("rest\n\n"));
        assert_eq!(roadmap.references[0].anchor, "feat-2026-0002");
        assert_eq!(roadmap.anchors.len(), 2);
    }
}
