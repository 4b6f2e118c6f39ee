//! Actions on the roadmap: a feature's row, its status, and moving its section to the archive.

use super::draft::Draft;
use super::refused::EditRefused;
use crate::fix::{Edits, TextEdit, apply_text};
use crate::frontmatter::{Document, line_end};
use crate::model::Feature;
use crate::model::id::FeatureId;
use crate::model::roadmap::{DetailSection, Roadmap, Row, Table};
use crate::model::status::{PlanStatus, Vocabulary};
use crate::ordered;
use crate::path::RelPath;
use crate::span::Span;
use crate::tree::Tree;

/// The line below which the archive grows.
pub const ARCHIVE_MARKER: &str = "<!-- Archived sections appended below -->";

/// What a feature's row says. `None` leaves a cell as it is, and is `—` in a new row.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RoadmapRow {
    /// `Title`
    pub title: Option<String>,
    /// `Status`
    pub status: Option<PlanStatus>,
    /// `Folder`, as it is to stand in the cell.
    pub folder: Option<String>,
    /// `Detail`, as it is to stand in the cell.
    pub detail: Option<String>,
}

impl RoadmapRow {
    /// The row that a feature's plan asks for.
    pub fn of(feature: &Feature) -> RoadmapRow {
        RoadmapRow {
            title: feature.plan.as_ref().and_then(|plan| plan.title.get().cloned()),
            status: feature.status(),
            folder: Some(format!("`{}/`", feature.folder)),
            detail: None,
        }
    }

    fn cells(&self) -> [(&'static str, Option<String>); 4] {
        let tidy = |text: &Option<String>| text.as_deref().map(cell_text);
        [
            ("Title", tidy(&self.title)),
            ("Status", self.status.map(|s| s.word().to_owned())),
            ("Folder", tidy(&self.folder)),
            ("Detail", tidy(&self.detail)),
        ]
    }
}

/// A text as it may stand in a cell: on one line, its bars escaped.
pub(super) fn cell_text(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(line.len());
    let mut escaped = false;
    for c in line.chars() {
        if c == '|' && !escaped {
            out.push('\\');
        }
        escaped = c == '\\' && !escaped;
        out.push(c);
    }
    out
}

pub(super) fn file(name: &str) -> RelPath {
    RelPath::new(&format!(".specfuse/{name}")).expect("a fixed name below a fixed folder")
}

pub(super) fn read(path: &RelPath, text: &str) -> Roadmap {
    Roadmap::read(path.clone(), Document::read(text.into()))
}

/// Writes the feature's row: changes the cells that differ, found by their header, or adds a row
/// behind the last. Other columns and the padding stay. A missing roadmap is made.
///
/// # Errors
/// When the roadmap has no table with a `Feature ID` column.
pub fn write_roadmap_row(tree: &Tree, id: &FeatureId, row: &RoadmapRow) -> Result<Edits, EditRefused> {
    let mut draft = Draft::new(tree);
    let path = file("roadmap.md");
    if draft.tree().get(&path).is_none() {
        let head = "| Feature ID | Title | Status | Folder | Detail |\n|---|---|---|---|---|\n";
        draft.create(&path, format!("# Roadmap\n\n{head}"))?;
    }
    let text = with_row(&path, draft.text(&path)?, id.as_str(), row)?;
    draft.put(&path, text);
    Ok(draft.finish())
}

/// `text` with the row of feature `id`.
fn with_row(path: &RelPath, text: &str, id: &str, wanted: &RoadmapRow) -> Result<String, EditRefused> {
    let roadmap = read(path, text);
    let table = roadmap.table.as_ref().ok_or(EditRefused::NoTable)?;
    let Some(row) = table.rows_of(id).next() else {
        return Ok(with_new_row(text, table, id, wanted));
    };
    let mut edits = Vec::new();
    for (name, value) in wanted.cells() {
        if let (Some(column), Some(value)) = (table.column(name), value) {
            edits.extend(set_cell(text, row, column, &value));
        }
    }
    ordered::sort_by_key(&mut edits, |e: &TextEdit| e.span);
    let after = apply_text(text, &edits).map_err(|_| EditRefused::NoTable)?;
    let new = read(path, &after);
    let kept = new.table.as_ref().is_some_and(|new| new.rows.len() == table.rows.len());
    if kept { Ok(after) } else { Err(EditRefused::NoTable) }
}

/// Puts `value` into a cell, as wide as before where there is room. Cells that a short row lacks
/// are left out: lint names such a row.
pub(super) fn set_cell(text: &str, row: &Row, column: usize, value: &str) -> Option<TextEdit> {
    let cell = row.cells.get(column).filter(|cell| cell.value != value)?;
    let rest = &text[cell.span.end as usize..row.span.end as usize];
    let blanks = rest.len() - rest.trim_start_matches(' ').len();
    let (old, new) = (cell.value.chars().count(), value.chars().count());
    let lead = if cell.value.is_empty() { " " } else { "" };
    let room = (old + blanks).saturating_sub(new + lead.len());
    let span = Span::new(cell.span.start as usize, cell.span.end as usize + blanks);
    let at_end = rest[blanks..].is_empty();
    let pad = if at_end { 0 } else { room.max(1) };
    Some(TextEdit::replace(span, format!("{lead}{value}{}", " ".repeat(pad))))
}

pub(super) fn with_new_row(text: &str, table: &Table, id: &str, wanted: &RoadmapRow) -> String {
    let cells = wanted.cells();
    let value = |header: &str| {
        if header.eq_ignore_ascii_case("Feature ID") {
            return id.to_owned();
        }
        let cell = cells.iter().find(|(name, _)| name.eq_ignore_ascii_case(header));
        cell.and_then(|(_, value)| value.clone()).unwrap_or_else(|| "—".to_owned())
    };
    let widths = column_widths(text, table);
    let row: String = table
        .header
        .iter()
        .zip(widths)
        .map(|(header, width)| {
            let value = value(&header.value);
            let pad = " ".repeat(width.saturating_sub(value.chars().count()));
            format!("| {value}{pad} ")
        })
        .collect();
    let at = table.span.end as usize;
    format!("{}{}{row}|{}", &text[..at], line_end(text), &text[at..])
}

/// How wide the header's columns are, in characters, their outer blanks not counted.
fn column_widths(text: &str, table: &Table) -> Vec<usize> {
    let width = |cell: &crate::span::Spanned<String>| {
        let rest = &text[cell.span.end as usize..];
        let blanks = rest.len() - rest.trim_start_matches(' ').len();
        cell.value.chars().count() + blanks.saturating_sub(1)
    };
    table.header.iter().map(width).collect()
}

/// Sets the status of a feature in its row, and in its section's `**Status: x.**` where it has one.
///
/// # Errors
/// When the roadmap is missing or has no row for the feature.
pub fn set_roadmap_status(tree: &Tree, id: &FeatureId, status: PlanStatus) -> Result<Edits, EditRefused> {
    let mut draft = Draft::new(tree);
    let path = file("roadmap.md");
    check_row(&read(&path, draft.text(&path)?), id)?;
    let row = RoadmapRow { status: Some(status), ..RoadmapRow::default() };
    let text = with_row(&path, draft.text(&path)?, id.as_str(), &row)?;
    draft.put(&path, text);
    for path in [path, file("roadmap-archive.md")] {
        let Ok(text) = draft.text(&path) else { continue };
        let roadmap = read(&path, text);
        let written = roadmap.section(id.as_str()).and_then(|section| section.status.clone());
        let Some(written) = written.filter(|w| w.value != status.word()) else { continue };
        let edit = [TextEdit::replace(written.span, status.word())];
        let text = apply_text(text, &edit).map_err(|_| EditRefused::NoTable)?;
        draft.put(&path, text);
    }
    Ok(draft.finish())
}

fn check_row<'a>(roadmap: &'a Roadmap, id: &'a FeatureId) -> Result<(&'a Table, &'a Row), EditRefused> {
    let table = roadmap.table.as_ref().ok_or(EditRefused::NoTable)?;
    let row = table.rows_of(id.as_str()).next().ok_or_else(|| EditRefused::NoRow(id.to_string()))?;
    Ok((table, row))
}

/// Moves a finished feature's section to the archive, below its marker, and points the row's `Detail`
/// and every link to it there. Its row stays.
///
/// # Errors
/// When the row does not say `done` or `abandoned`, or there is no section to move.
pub fn archive_feature(tree: &Tree, id: &FeatureId) -> Result<Edits, EditRefused> {
    let mut draft = Draft::new(tree);
    let (path, archive) = (file("roadmap.md"), file("roadmap-archive.md"));
    let text = draft.text(&path)?.to_owned();
    let roadmap = read(&path, &text);
    let (table, row) = check_row(&roadmap, id)?;
    let status = table.cell(row, "Status").map_or("", |cell| cell.value.as_str());
    if !matches!(PlanStatus::parse(status), Some(PlanStatus::Done | PlanStatus::Abandoned)) {
        return Err(EditRefused::NotFinished(id.to_string()));
    }
    let anchor = id.folder_prefix().to_ascii_lowercase();
    let old_archive = draft.tree().text(&archive).map(|t| t.to_string());
    let left = match roadmap.section(id.as_str()) {
        Some(section) => {
            let (chunk, left) = cut_section(&roadmap, section, &anchor);
            let chunk = with_links(&archive, &chunk, |file, to| match file {
                "" if to != anchor => Some(format!("roadmap.md#{to}")),
                "roadmap-archive.md" => Some(format!("#{to}")),
                _ => None,
            });
            let new = into_archive(&archive, old_archive.as_deref(), &chunk, &anchor)?;
            draft.put(&archive, new);
            left
        }
        None => {
            let there = old_archive.is_some_and(|t| read(&archive, &t).section(id.as_str()).is_some());
            if !there {
                return Err(EditRefused::NoSection(id.to_string()));
            }
            text
        }
    };
    let link = format!("roadmap-archive.md#{anchor}");
    let left = with_links(&path, &left, |file, to| {
        (file.is_empty() && to.eq_ignore_ascii_case(&anchor)).then(|| link.clone())
    });
    let row = RoadmapRow { detail: Some(format!("[→ archive]({link})")), ..RoadmapRow::default() };
    let left = with_row(&path, &left, id.as_str(), &row)?;
    draft.put(&path, left);
    Ok(draft.finish())
}

/// A section with its anchor, and the text without it.
fn cut_section(roadmap: &Roadmap, section: &DetailSection, anchor: &str) -> (String, String) {
    let text = &roadmap.doc.text;
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |n| n + 1);
    let heading = section.heading.start as usize;
    let above = roadmap.anchors.iter().rev().find(|a| (a.span.start as usize) < heading);
    let own = above.filter(|a| a.value.eq_ignore_ascii_case(anchor));
    let start = own.map_or(heading, |a| line_start(a.span.start as usize));
    let adjacent = text[start..heading].lines().skip(1).all(|line| line.trim().is_empty());
    let start = if adjacent { start } else { heading };
    let end = section.body.end as usize;
    let mut left = format!("{}{}", &text[..start], &text[end..]);
    if text[end..].trim().is_empty() {
        let kept = left.trim_end().len();
        left.truncate(kept);
        left.push_str(line_end(text));
    }
    (text[start..end].trim_end().to_owned(), left)
}

/// The archive with `chunk` below its marker; made when it is missing.
fn into_archive(
    path: &RelPath,
    archive: Option<&str>,
    chunk: &str,
    anchor: &str,
) -> Result<String, EditRefused> {
    let fresh = format!("# Archived feature details\n\n{ARCHIVE_MARKER}\n");
    let archive = archive.unwrap_or(&fresh);
    let eol = line_end(archive);
    let archive = with_links(path, archive, |file, to| {
        (file == "roadmap.md" && to.eq_ignore_ascii_case(anchor)).then(|| format!("#{to}"))
    });
    let own = format!("<a id=\"{anchor}\"></a>");
    let lead = if chunk.starts_with(own.as_str()) { String::new() } else { format!("{own}\n") };
    let chunk = format!("{lead}{chunk}\n").replace("\r\n", "\n").replace('\n', eol);
    let at = match archive.find(ARCHIVE_MARKER) {
        Some(at) => archive[at..].find('\n').map_or(archive.len(), |n| at + n + 1),
        None => archive.len(),
    };
    let (before, after) = archive.split_at(at);
    let end = if before.ends_with('\n') || before.is_empty() { "" } else { eol };
    let marker =
        if before.contains(ARCHIVE_MARKER) { String::new() } else { format!("{eol}{ARCHIVE_MARKER}{eol}") };
    let gap = if after.trim().is_empty() || after.starts_with(['\n', '\r']) { "" } else { eol };
    Ok(format!("{before}{end}{marker}{chunk}{gap}{after}"))
}

/// `text` with each link to a feature for which `target` knows a new target.
fn with_links(path: &RelPath, text: &str, target: impl Fn(&str, &str) -> Option<String>) -> String {
    let roadmap = read(path, text);
    let new = |r: &crate::model::roadmap::Reference| {
        target(&r.file, &r.anchor).map(|to| TextEdit::replace(r.span, to))
    };
    let edits: Vec<TextEdit> = roadmap.references.iter().filter_map(new).collect();
    apply_text(text, &edits).unwrap_or_else(|_| text.to_owned())
}
