//! Where a caret stands in YAML that is being typed. Unfinished text has no tree to ask, so this reads
//! lines: what encloses the caret follows from indentation alone.

use crate::markdown::lines;
use crate::span::Span;

/// What the caret stands in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Caret<'t> {
    /// The keys around it, outermost first; of a value, its own key is the last.
    pub path: Vec<&'t str>,
    /// Whether a key or a value is being typed.
    pub at: At,
    /// What is typed so far: from the start of the word to its end, which may lie after the caret.
    pub word: Span,
    /// The keys that the map around the caret has already, its own line aside.
    pub siblings: Vec<&'t str>,
}

/// The two things one can type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum At {
    /// A key; `colon` says whether one stands behind the word already.
    Key {
        /// Whether the word is followed by `:`.
        colon: bool,
    },
    /// A value, or an item of a list.
    Value {
        /// Whether a blank is missing between the colon and the caret.
        tight: bool,
    },
    /// A line of a list, where a value or the first key of a map may follow.
    Item,
}

/// A line as indentation sees it.
#[derive(Clone, Copy, Debug)]
struct Line<'t> {
    /// The column of the first dash, when it is an item.
    dash: Option<usize>,
    /// The column of what comes after indentation and dashes.
    column: usize,
    /// Its key, when it has one.
    key: Option<&'t str>,
    /// What follows the colon, or the whole rest when there is no key.
    rest: Span,
}

/// Where `offset` stands in the YAML at `block` of `text`; `None` in a comment or in quotes.
pub(super) fn caret(text: &str, block: Span, offset: usize) -> Option<Caret<'_>> {
    let all: Vec<Span> = lines(text, block).collect();
    let before = all.partition_point(|line| line.start as usize <= offset);
    // An empty last line has no bytes of its own.
    let is_on = |line: &Span| text.get(line.end as usize..offset).is_none_or(|gap| !gap.contains('\n'));
    let on_last = all[..before].last().is_some_and(is_on);
    let current = if on_last { before - 1 } else { before };
    let span = if on_last { all[current] } else { Span::at(offset) };
    let above = &all[..current];
    let offset = offset.min(span.end as usize).max(span.start as usize);
    if is_comment(&text[span.start as usize..offset]) {
        return None;
    }
    let line = Line::read(text, Span::new(span.start as usize, offset));
    if let Some(key) = line.key {
        let path = enclosing(text, above, line.limit(), key);
        return value(text, line.rest, span.end as usize, path);
    }
    if let Some((key, limit, opened)) = open_list(text, above, offset) {
        return value(text, Span::new(opened, offset), span.end as usize, enclosing(text, above, limit, key));
    }
    let path = parents(text, above, line.limit());
    let word = Span::new(line.rest.start as usize, word_end(text, offset, span.end as usize));
    let after = &text[word.end as usize..span.end as usize];
    let colon = after.trim_start().starts_with(':');
    let at = if line.dash.is_some() && !colon { At::Item } else { At::Key { colon } };
    let below = &all[before..];
    Some(Caret { path, at, word, siblings: siblings(text, above, below, line) })
}

impl<'t> Line<'t> {
    fn read(text: &'t str, span: Span) -> Line<'t> {
        let words = span.slice(text);
        let indent = words.len() - words.trim_start_matches(' ').len();
        let (mut column, mut dash) = (indent, None);
        while words[column..].starts_with("- ") || &words[column..] == "-" {
            dash = dash.or(Some(column));
            let after = &words[column + 1..];
            column += 1 + after.len() - after.trim_start_matches(' ').len();
        }
        let start = span.start as usize + column;
        let rest = &words[column..];
        match colon(rest) {
            Some(at) => {
                let key = rest[..at].trim().trim_matches(['"', '\'']);
                Line { dash, column, key: Some(key), rest: Span::new(start + at + 1, span.end as usize) }
            }
            None => Line { dash, column, key: None, rest: Span::new(start, span.end as usize) },
        }
    }

    /// What is around the line: keys left of this column, and at it too when the line is an item.
    fn limit(&self) -> Limit {
        Limit { column: self.dash.unwrap_or(self.column), item: self.dash.is_some() }
    }
}

#[derive(Clone, Copy, Debug)]
struct Limit {
    column: usize,
    item: bool,
}

/// The colon that ends a key.
fn colon(rest: &str) -> Option<usize> {
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    let from = match quote {
        Some(quote) => 1 + rest[1..].find(quote)? + 1,
        None => 0,
    };
    let at = from + rest[from..].find(": ").or_else(|| rest[from..].strip_suffix(':').map(str::len))?;
    let plain = quote.is_some() || !rest.starts_with(['[', '{', '#']);
    plain.then_some(at)
}

fn is_comment(before: &str) -> bool {
    before.trim_start().starts_with('#') || before.contains(" #")
}

fn word_end(text: &str, offset: usize, end: usize) -> usize {
    let rest = &text[offset..end];
    offset + rest.find([' ', ':', ',', ']', '}', '#', '"', '\'', '\t', '\r']).unwrap_or(rest.len())
}

/// The value being typed in `typed`, which ends at the caret; its line goes on to `end`.
fn value<'t>(text: &'t str, typed: Span, end: usize, path: Vec<&'t str>) -> Option<Caret<'t>> {
    let offset = typed.end as usize;
    let words = typed.slice(text);
    let tight = words.is_empty() && text[..offset].ends_with(':');
    let mut start = typed.start as usize;
    if words.trim_start().starts_with('[') {
        start += words.rfind(['[', ',']).map_or(0, |at| at + 1);
    }
    let lead = &text[start..offset];
    start += lead.len() - lead.trim_start().len();
    if text[start..offset].starts_with(['"', '\'', '|', '>']) || words.trim_end().ends_with(']') {
        return None;
    }
    let word = Span::new(start, word_end(text, offset, end));
    Some(Caret { path, at: At::Value { tight }, word, siblings: Vec::new() })
}

fn enclosing<'t>(text: &'t str, above: &[Span], limit: Limit, key: &'t str) -> Vec<&'t str> {
    let mut path = parents(text, above, limit);
    path.push(key);
    path
}

/// The keys that enclose a line, outermost first.
fn parents<'t>(text: &'t str, above: &[Span], mut limit: Limit) -> Vec<&'t str> {
    let mut path = Vec::new();
    for span in above.iter().rev() {
        let words = span.slice(text);
        if words.trim().is_empty() || words.trim_start().starts_with('#') {
            continue;
        }
        let line = Line::read(text, *span);
        let outer =
            line.column < limit.column || limit.item && line.column == limit.column && line.dash.is_none();
        match line.key {
            Some(key) if outer && line.rest.slice(text).trim().is_empty() => {
                path.push(key);
                limit = line.limit();
            }
            _ if line.column == limit.column && !limit.item && line.dash.is_some() => limit = line.limit(),
            _ => {}
        }
        if limit.column == 0 && !limit.item {
            break;
        }
    }
    path.reverse();
    path
}

/// The key whose list in brackets is still open at `offset`, some lines above it; what is around that
/// key, and where the list begins.
fn open_list<'t>(text: &'t str, above: &[Span], offset: usize) -> Option<(&'t str, Limit, usize)> {
    for span in above.iter().rev() {
        let line = Line::read(text, *span);
        let Some(key) = line.key else { continue };
        let list = &text[line.rest.start as usize..offset];
        let depth = |mark| list.bytes().filter(|b| *b == mark).count();
        let open = list.trim_start().starts_with('[') && depth(b'[') > depth(b']');
        return open.then_some((key, line.limit(), line.rest.start as usize));
    }
    None
}

/// The keys of the map that `line` belongs to, on the lines around it.
fn siblings<'t>(text: &'t str, above: &[Span], below: &[Span], line: Line<'_>) -> Vec<&'t str> {
    let mut keys = Vec::new();
    if line.dash.is_none() {
        for span in above.iter().rev().filter(|span| !span.slice(text).trim().is_empty()) {
            let other = Line::read(text, *span);
            if other.column < line.column {
                break;
            }
            keys.extend(other.key.filter(|_| other.column == line.column));
            if other.column == line.column && other.dash.is_some() {
                break;
            }
        }
    }
    for span in below.iter().filter(|span| !span.slice(text).trim().is_empty()) {
        let other = Line::read(text, *span);
        if other.column < line.column || other.dash.is_some_and(|dash| dash <= line.column) {
            break;
        }
        keys.extend(other.key.filter(|_| other.column == line.column));
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The path, what is typed, and the keys around, at the `|` of `marked`.
    fn at(marked: &str) -> String {
        let offset = marked.find('|').unwrap();
        let text = marked.replacen('|', "", 1);
        match caret(&text, Span::new(0, text.len()), offset) {
            Some(c) => {
                format!(
                    "{} {:?} {:?} [{}]",
                    c.path.join("."),
                    c.at,
                    c.word.slice(&text),
                    c.siblings.join(" ")
                )
            }
            None => "none".into(),
        }
    }

    #[test]
    fn keys_know_what_is_around_them() {
        assert_eq!(at("st|"), " Key { colon: false } \"st\" []");
        assert_eq!(at("a: 1\n|\nb: 2\n"), " Key { colon: false } \"\" [a b]");
        assert_eq!(at("st|at: x\n"), " Key { colon: true } \"stat\" []");
        let graph = "gates:\n  - gate: 1\n    work_units:\n      - id: x\n        de|\n      - id: y\n";
        assert_eq!(at(graph), "gates.work_units Key { colon: false } \"de\" [id]");
        assert_eq!(at("gates:\n- gate: 1\n  fi|\n"), "gates Key { colon: false } \"fi\" [gate]");
        assert_eq!(at("gates:\n  - |\n"), "gates Item \"\" []");
        assert_eq!(at("gates:\n  - ga|: 1\n    file: x\n"), "gates Key { colon: true } \"ga\" [file]");
        assert_eq!(
            at("code:\n  - name: a\n\n    # why\n    com|"),
            "code Key { colon: false } \"com\" [name]"
        );
    }

    #[test]
    fn values_know_their_key() {
        assert_eq!(at("status: |"), "status Value { tight: false } \"\" []");
        assert_eq!(at("status:|"), "status Value { tight: true } \"\" []");
        assert_eq!(at("status: do|ne # x"), "status Value { tight: false } \"done\" []");
        assert_eq!(at("prep: [a, b|]"), "prep Value { tight: false } \"b\" []");
        assert_eq!(at("prep: [|"), "prep Value { tight: false } \"\" []");
        assert_eq!(at("prep: [a,\n  b|"), "prep Value { tight: false } \"b\" []");
        assert_eq!(at("prep:\n  - a|"), "prep Item \"a\" []");
        assert_eq!(at("prep:\n- a|"), "prep Item \"a\" []");
        let unit = "gates:\n  - gate: 1\n    work_units:\n      - id: x\n        depends_on: [F|]\n";
        assert_eq!(at(unit), "gates.work_units.depends_on Value { tight: false } \"F\" []");
    }

    #[test]
    fn where_nothing_is_to_be_typed() {
        assert_eq!(at("# co|"), "none");
        assert_eq!(at("a: b # c|"), "none");
        assert_eq!(at("a: [b]|"), "none");
        assert_eq!(at("a: \"b|"), "none");
    }
}
