//! A file's title and its named sections: adding one where it belongs, and giving one another text.

use super::keys::changed;
use super::refused::EditRefused;
use crate::fix::{Edits, TextEdit, apply_text};
use crate::frontmatter::Document;
use crate::markdown::{SECTION_NAMES, Section, begins_block, is_section_name};
use crate::path::RelPath;
use crate::span::Span;

/// Adds section `name` with this `body`, written as the file writes its other sections (bold lead-in
/// or heading) and at its place among them. A section that is there gives no edit.
///
/// # Errors
/// When the text has no place that would read as that section.
pub fn insert_section(path: &RelPath, text: &str, name: &str, body: &str) -> Result<Edits, EditRefused> {
    Ok(changed(path, text, &with_section_inserted(text, name, body)?))
}

/// Gives section `name` another `body`; adds the section when it is missing. Blank lines around the
/// body stay as they are, and a body that differs only in them gives no edit.
///
/// # Errors
/// When `body` holds something that opens another section, or the text is too broken.
pub fn set_section(path: &RelPath, text: &str, name: &str, body: &str) -> Result<Edits, EditRefused> {
    Ok(changed(path, text, &with_section(text, name, body)?))
}

/// Gives the file another title; adds the heading when there is none.
///
/// # Errors
/// When the title is blank.
pub fn set_title(path: &RelPath, text: &str, title: &str) -> Result<Edits, EditRefused> {
    Ok(changed(path, text, &with_title(text, title)?))
}

/// `text` with another title.
///
/// # Errors
/// As [`set_title`].
pub fn with_title(text: &str, title: &str) -> Result<String, EditRefused> {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.is_empty() {
        return Err(EditRefused::Blank { key: "title".to_owned() });
    }
    let doc = Document::read(text.into());
    let (edit, eol) = (doc.title(), doc.line_end());
    let edit = match edit {
        Some(old) if old.value == title => return Ok(text.to_owned()),
        Some(old) if old.value.is_empty() => TextEdit::insert(old.span.start as usize, format!(" {title}")),
        Some(old) => TextEdit::replace(old.span, title.as_str()),
        None => {
            let at = doc.body.span.start as usize;
            let before = if at > 0 && !text[..at].ends_with(['\n', '\u{feff}']) { eol } else { "" };
            let gap = if doc.block().is_some() { eol } else { "" };
            let rest = &text[at..];
            let after = if rest.is_empty() || rest.starts_with(['\n', '\r']) { "" } else { eol };
            TextEdit::insert(at, format!("{before}{gap}# {title}{eol}{after}"))
        }
    };
    let after = apply_text(text, &[edit]).map_err(|_| unreadable("title"))?;
    let holds = Document::read(after.as_str().into()).title().is_some_and(|t| t.value == title);
    if holds { Ok(after) } else { Err(EditRefused::Title) }
}

fn unreadable(name: &str) -> EditRefused {
    EditRefused::Unreadable { key: name.to_owned() }
}

/// `text` with section `name` reading `body`.
///
/// # Errors
/// As [`set_section`].
pub fn with_section(text: &str, name: &str, body: &str) -> Result<String, EditRefused> {
    let doc = Document::read(text.into());
    let Some(section) = doc.body.section(name) else { return with_section_inserted(text, name, body) };
    let eol = doc.line_end();
    let old = section.body.slice(text);
    if bare(old) == bare(body) {
        return Ok(text.to_owned());
    }
    let new = bare(body).replace('\n', eol);
    let gap = &old[..old.len() - old.trim_start().len()];
    let (is_there, is_block) = (!old.trim().is_empty(), begins_block(&new));
    let lead = match section.level {
        _ if new.is_empty() => "",
        _ if is_there && (gap.contains('\n') || !is_block) => gap,
        None if !is_block => " ",
        _ => &eol.repeat(2),
    };
    let start = section.body.start as usize;
    let end = if is_there { start + old.trim_end().len() } else { start };
    let edit = TextEdit::replace(Span::new(start, end), format!("{lead}{new}"));
    let after = apply_text(text, &[edit]).map_err(|_| unreadable(name))?;
    check(&doc, after, name, body)
}

fn with_section_inserted(text: &str, name: &str, body: &str) -> Result<String, EditRefused> {
    let doc = Document::read(text.into());
    if doc.body.section(name).is_some() {
        return Ok(text.to_owned());
    }
    let eol = doc.line_end();
    let at = place(&doc, name);
    let mut new = opener(&doc, name, body) + &bare(body).replace('\n', eol);
    new = new.trim_end().to_owned();
    let (before, after) = (&text[..at], &text[at..]);
    let ends_line = before.is_empty() || before.ends_with(['\n', '\u{feff}']);
    let blank = before.is_empty() || before.ends_with("\n\n") || before.ends_with("\n\r\n");
    let lead = if !ends_line {
        format!("{eol}{eol}")
    } else if blank {
        String::new()
    } else {
        eol.to_owned()
    };
    let tail = if after.is_empty() && !ends_line {
        String::new()
    } else if after.is_empty() || after.starts_with(['\n', '\r']) {
        eol.to_owned()
    } else {
        format!("{eol}{eol}")
    };
    check(&doc, format!("{before}{lead}{new}{tail}{after}"), name, body)
}

/// The words that open a section with this text, written as the file opens its others.
fn opener(doc: &Document, name: &str, body: &str) -> String {
    let gap = if begins_block(body.trim_start()) { doc.line_end().repeat(2) } else { " ".to_owned() };
    let heading = doc.body.headings.iter().find(|h| is_section_name(&h.text.value));
    let lead_in = doc.body.lead_ins.iter().find(|l| is_section_name(&l.name.value));
    match (heading, lead_in) {
        (Some(heading), None) => {
            format!("{} {name}{eol}{eol}", "#".repeat(heading.level as usize), eol = doc.line_end())
        }
        (_, Some(lead_in)) => {
            let written = lead_in.span.slice(&doc.text);
            let mark = written[2 + lead_in.name.value.len()..].trim_end_matches('*').trim();
            format!("**{name}{}**{gap}", if mark.is_empty() { "." } else { mark })
        }
        (None, None) => format!("**{name}.**{gap}"),
    }
}

/// Where section `name` goes: behind the nearest one before it in the usual order, else before the
/// nearest one after it, else at the end.
fn place(doc: &Document, name: &str) -> usize {
    let own = SECTION_NAMES.iter().position(|n| n.eq_ignore_ascii_case(name)).unwrap_or(SECTION_NAMES.len());
    let find = |name: &&str| doc.body.section(name);
    let before: Option<Section> = SECTION_NAMES[..own].iter().rev().find_map(find);
    let after = || SECTION_NAMES.iter().skip(own + 1).find_map(find);
    let line_start = |at: usize| doc.text[..at].rfind('\n').map_or(0, |n| n + 1);
    let at = match before {
        Some(section) if section.body.end as usize >= doc.text.len() => doc.text.len(),
        Some(section) => line_start(section.body.end as usize),
        None => after().map_or(doc.text.len(), |s| line_start(s.opener.start as usize)),
    };
    at.max(doc.body.span.start as usize)
}

fn bare(body: &str) -> String {
    body.trim().replace("\r\n", "\n")
}

/// `after`, when section `name` reads `body` in it and every other section is as it was.
fn check(before: &Document, after: String, name: &str, body: &str) -> Result<String, EditRefused> {
    let doc = Document::read(after.as_str().into());
    let read = |doc: &Document, name: &str| doc.body.section(name).map(|s| bare(s.body.slice(&doc.text)));
    let others = SECTION_NAMES.iter().filter(|n| !n.eq_ignore_ascii_case(name));
    let headings = |doc: &Document| doc.body.headings.iter().filter(|h| h.level <= 2).count();
    let known = |doc: &Document| {
        let lead_ins = doc.body.lead_ins.iter().filter(|l| is_section_name(&l.name.value)).count();
        lead_ins + doc.body.headings.iter().filter(|h| is_section_name(&h.text.value)).count()
    };
    let new = usize::from(before.body.section(name).is_none());
    let stands = read(&doc, name) == Some(bare(body))
        && others.into_iter().all(|other| read(before, other) == read(&doc, other))
        && known(&doc) == known(before) + new
        && headings(&doc) <= headings(before) + new;
    if stands { Ok(after) } else { Err(EditRefused::Section { name: name.to_owned() }) }
}
