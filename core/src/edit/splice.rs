//! The smallest changes to a piece of YAML: one entry of a map, some items of a list. Whole lines
//! in block style, commas in brackets; nothing here asks what the keys mean.

use super::value::Value;
use crate::fix::TextEdit;
use crate::ordered;
use crate::span::Span;
use crate::yaml::{Entry, Map, Node, NodeKind, Seq, Style, scalar_for};
use std::ops::Range;

/// A piece of YAML in a text: where it is and how its lines end.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    /// The whole text.
    pub(super) text: &'a str,
    /// The YAML in it.
    pub(super) span: Span,
    /// `\n` or `\r\n`.
    pub(super) eol: &'static str,
}

/// A new item of a list, in both spellings.
#[derive(Clone, Debug)]
pub(super) struct NewItem {
    /// Between brackets.
    pub(super) flow: String,
    /// Behind a dash; further lines without the indentation of the dash's content.
    pub(super) lines: Vec<String>,
}

impl NewItem {
    pub(super) fn text(text: &str) -> NewItem {
        NewItem { flow: crate::yaml::flow_scalar_for(text), lines: vec![scalar_for(text)] }
    }
}

impl Piece<'_> {
    pub(super) fn line_start(&self, at: usize) -> usize {
        let start = (self.span.start as usize).min(at);
        self.text[start..at].rfind(['\n', '\r']).map_or(start, |n| start + n + 1)
    }

    pub(super) fn line_end(&self, at: usize) -> usize {
        let end = (self.span.end as usize).max(at);
        self.text[at..end].find(['\n', '\r']).map_or(end, |n| at + n)
    }

    pub(super) fn next_line(&self, at: usize) -> usize {
        let end = self.line_end(at);
        let rest = &self.text[end..self.span.end as usize];
        end + if rest.starts_with("\r\n") { 2 } else { rest.len().min(1) }
    }

    /// The blanks before `at` on its line, when there is nothing else.
    fn lead(&self, at: usize) -> Option<&str> {
        let lead = &self.text[self.line_start(at)..at];
        lead.trim_matches([' ', '\t', '\u{feff}']).is_empty().then(|| lead.trim_start_matches('\u{feff}'))
    }

    fn indent_of(&self, at: usize, column: u32) -> String {
        self.lead(at).map_or_else(|| " ".repeat(column as usize), str::to_owned)
    }

    /// Inserts whole lines at the start of a line, or behind a last line without an end.
    pub(super) fn insert_lines(&self, at: usize, lines: &[String]) -> TextEdit {
        let before = &self.text[..at];
        if before.is_empty() || before.ends_with(['\n', '\r', '\u{feff}']) {
            TextEdit::insert(at, lines.iter().map(|l| format!("{l}{}", self.eol)).collect::<String>())
        } else {
            TextEdit::insert(at, lines.iter().map(|l| format!("{}{l}", self.eol)).collect::<String>())
        }
    }

    /// Takes the whole lines from the one of `from` to the one of `to` away.
    pub(super) fn delete_lines(&self, from: usize, to: usize) -> TextEdit {
        let (mut start, end) = (self.line_start(from), self.next_line(to));
        if !self.text[..end].ends_with(['\n', '\r']) && start > self.span.start as usize {
            let before = &self.text[..start];
            start -= if before.ends_with("\r\n") { 2 } else { 1 };
        }
        TextEdit::delete(Span::new(start, end))
    }

    /// Right behind the colon of an entry; `None` when it has none (`{a}`).
    pub(super) fn after_colon(&self, entry: &Entry) -> Option<usize> {
        let from = entry.key.span.end as usize;
        let rest = &self.text[from..entry.span.end as usize];
        let blanks = rest.len() - rest.trim_start().len();
        rest[blanks..].starts_with(':').then_some(from + blanks + 1)
    }

    /// Gives `entry` of `map` another value.
    pub(super) fn set_value(&self, map: &Map, entry: &Entry, value: &Value) -> Vec<TextEdit> {
        let node = &entry.value;
        if value.is(node, self.text) {
            return Vec::new();
        }
        if let (Value::Texts(texts), NodeKind::Seq(seq)) = (value, &node.kind)
            && seq.items.iter().all(|i| i.value.as_text().is_some())
        {
            return self.set_texts(entry, seq, texts);
        }
        let Some(colon) = self.after_colon(entry) else {
            return vec![TextEdit::insert(
                entry.key.span.end as usize,
                format!(": {}", value.inline(true, None)),
            )];
        };
        if let Some(edit) = self.set_literal(map, entry, colon, value) {
            return vec![edit];
        }
        match value.below() {
            Some(lines) if !map.flow => self.set_below(entry, colon, map, &lines),
            _ => self.set_inline(map, node, colon, value),
        }
    }

    fn set_inline(&self, map: &Map, node: &Node, colon: usize, value: &Value) -> Vec<TextEdit> {
        let like = node.as_scalar().map(|s| s.style);
        let mut new = value.inline(map.flow, like);
        if is_block(node) {
            let insert = TextEdit::insert(colon, format!(" {new}"));
            return vec![insert, self.delete_lines(node.span.start as usize, node.span.end as usize)];
        }
        if node.span.is_empty() {
            let glued = !self.text[colon..].starts_with([' ', '\t', '\n', '\r']) && colon < self.text.len();
            let tail = if glued && !map.flow { " " } else { "" };
            return vec![TextEdit::insert(colon, format!(" {new}{tail}"))];
        }
        if matches!(like, Some(Style::Literal | Style::Folded)) {
            let header = self.line_end(node.span.start as usize).min(node.span.end as usize);
            let header = &self.text[node.span.start as usize..header];
            new += header.find('#').map_or(String::new(), |at| format!(" {}", &header[at..])).trim_end();
        }
        vec![TextEdit::replace(node.span, new)]
    }

    /// Writes a text of several lines as a `|` block, where the key's line allows one.
    fn set_literal(&self, map: &Map, entry: &Entry, colon: usize, value: &Value) -> Option<TextEdit> {
        let (header, lines) = value.literal().filter(|_| !map.flow)?;
        let node = &entry.value;
        let span = if node.span.is_empty() { Span::at(colon) } else { node.span };
        let (start, end) = (span.start as usize, span.end as usize);
        let same_line = self.line_end(colon) >= start;
        let alone = self.text[end..self.line_end(end)].trim().is_empty();
        if is_block(node) || !same_line || !alone {
            return None;
        }
        let blank = if start == colon { " " } else { "" };
        let indent = format!("{}  ", self.indent_of(entry.span.start as usize, map.indent));
        let mut text = format!("{blank}{header}");
        for line in lines {
            text.push_str(self.eol);
            if !line.is_empty() {
                text.push_str(&indent);
                text.push_str(line);
            }
        }
        Some(TextEdit::replace(Span::new(start, self.line_end(end)), text))
    }

    /// Puts `lines` below the key, in place of its value.
    fn set_below(&self, entry: &Entry, colon: usize, map: &Map, lines: &[String]) -> Vec<TextEdit> {
        let node = &entry.value;
        let indent = format!("{}  ", self.indent_of(entry.span.start as usize, map.indent));
        let lines: Vec<String> = lines.iter().map(|l| indented(&indent, l)).collect();
        let at = self.next_line(colon);
        let mut edits = Vec::new();
        if is_block(node) {
            edits.push(self.delete_lines(node.span.start as usize, node.span.end as usize));
        } else if !node.span.is_empty() {
            edits.push(TextEdit::delete(Span::new(colon, node.span.end as usize)));
        }
        let inside = edits.iter().any(|e| e.span.start as usize <= at && at < e.span.end as usize);
        let at = if inside { edits[0].span.end as usize } else { at };
        if inside && !is_block(node) {
            let text: String = lines.iter().map(|l| format!("{}{l}", self.eol)).collect();
            edits.push(TextEdit::insert(at, text));
        } else {
            edits.push(self.insert_lines(at, &lines));
        }
        ordered::sort_by_key(&mut edits, |e| e.span);
        edits
    }

    fn set_texts(&self, entry: &Entry, seq: &Seq, texts: &[String]) -> Vec<TextEdit> {
        let same = |i: &crate::yaml::Item, t: &String| i.value.as_text() == Some(t);
        let head = seq.items.iter().zip(texts).take_while(|(i, t)| same(i, t)).count();
        let rest = seq.items[head..].iter().rev().zip(texts[head..].iter().rev());
        let tail = rest.take_while(|(i, t)| same(i, t)).count();
        let new: Vec<NewItem> = texts[head..texts.len() - tail].iter().map(|t| NewItem::text(t)).collect();
        self.splice_seq(entry, head..seq.items.len() - tail, &new)
    }

    /// Replaces the items `range` of the list in `entry` by `new`.
    pub(super) fn splice_seq(&self, entry: &Entry, range: Range<usize>, new: &[NewItem]) -> Vec<TextEdit> {
        let NodeKind::Seq(seq) = &entry.value.kind else { return Vec::new() };
        let pairs = range.len().min(new.len());
        let (replaced, gone) = (range.start..range.start + pairs, range.start + pairs..range.end);
        let mut edits = Vec::new();
        if seq.flow {
            let pair = |(i, n): (usize, &NewItem)| TextEdit::replace(seq.items[i].span, n.flow.as_str());
            edits.extend(replaced.zip(new).map(pair));
            edits.extend(self.delete_flow(seq, entry.value.span, gone));
            edits.extend(self.insert_flow(seq, entry.value.span, range.end, &new[pairs..]));
        } else {
            edits.extend(replaced.zip(new).map(|(i, n)| self.replace_item(seq, i, n)));
            edits.extend(self.delete_items(entry, seq, gone, new.is_empty()));
            edits.extend(self.insert_items(seq, range.end, &new[pairs..]));
        }
        ordered::sort_by_key(&mut edits, |e| e.span);
        edits
    }

    fn replace_item(&self, seq: &Seq, index: usize, new: &NewItem) -> TextEdit {
        let item = &seq.items[index];
        let indent = self.indent_of(item.span.start as usize, seq.indent);
        let lines: Vec<String> = dashed(&indent, new);
        let text = lines.join(self.eol);
        TextEdit::replace(item.span, &text[indent.len().min(text.len())..])
    }

    fn delete_items(&self, entry: &Entry, seq: &Seq, gone: Range<usize>, only: bool) -> Vec<TextEdit> {
        if gone.is_empty() {
            return Vec::new();
        }
        let (first, last) = (&seq.items[gone.start], &seq.items[gone.end - 1]);
        if only && gone.len() == seq.items.len() {
            let at = self.after_colon(entry).unwrap_or(entry.key.span.end as usize);
            let lines = self.delete_lines(first.span.start as usize, last.span.end as usize);
            return vec![TextEdit::insert(at, " []"), lines];
        }
        seq.items[gone]
            .iter()
            .map(|i| self.delete_lines(i.span.start as usize, i.span.end as usize))
            .collect()
    }

    fn insert_items(&self, seq: &Seq, at: usize, new: &[NewItem]) -> Option<TextEdit> {
        let neighbour = seq.items.get(at.saturating_sub(1)).filter(|_| !new.is_empty())?;
        let indent = self.indent_of(neighbour.span.start as usize, seq.indent);
        let lines: Vec<String> = new.iter().flat_map(|n| dashed(&indent, n)).collect();
        let place = match at {
            0 => self.line_start(neighbour.span.start as usize),
            _ => self.next_line(neighbour.span.end as usize),
        };
        Some(self.insert_lines(place, &lines))
    }

    fn delete_flow(&self, seq: &Seq, outer: Span, gone: Range<usize>) -> Option<TextEdit> {
        let (first, last) = (seq.items.get(gone.start)?, seq.items.get(gone.end.checked_sub(1)?)?);
        if gone.is_empty() {
            return None;
        }
        let span = match (seq.items.get(gone.end), gone.start.checked_sub(1)) {
            (Some(next), _) => Span { start: first.span.start, end: next.span.start },
            (None, Some(before)) => Span { start: seq.items[before].span.end, end: last.span.end },
            (None, None) => self.with_comma(Span { start: first.span.start, end: last.span.end }, outer),
        };
        Some(TextEdit::delete(span))
    }

    fn with_comma(&self, span: Span, outer: Span) -> Span {
        let rest = &self.text[span.end as usize..outer.end.max(span.end) as usize];
        let blanks = rest.len() - rest.trim_start().len();
        let comma = if rest[blanks..].starts_with(',') { blanks + 1 } else { 0 };
        Span { start: span.start, end: span.end + comma as u32 }
    }

    fn insert_flow(&self, seq: &Seq, outer: Span, at: usize, new: &[NewItem]) -> Option<TextEdit> {
        let text = new.iter().map(|n| n.flow.as_str()).collect::<Vec<_>>().join(", ");
        if new.is_empty() {
            return None;
        }
        Some(match (at.checked_sub(1).and_then(|i| seq.items.get(i)), seq.items.first()) {
            (Some(before), _) => TextEdit::insert(before.span.end as usize, format!(", {text}")),
            (None, Some(first)) => TextEdit::insert(first.span.start as usize, format!("{text}, ")),
            (None, None) => TextEdit::insert(outer.start as usize + 1, text),
        })
    }

    /// Adds an entry to `map`: behind entry `after`, or before the first.
    pub(super) fn insert_entry(
        &self,
        map: &Map,
        after: Option<usize>,
        key: &str,
        value: &Value,
    ) -> Vec<TextEdit> {
        let Some(first) = map.entries.first() else { return Vec::new() };
        if map.flow {
            let text = format!("{}: {}", crate::yaml::flow_scalar_for(key), value.inline(true, None));
            return vec![match after.and_then(|i| map.entries.get(i)) {
                Some(before) => TextEdit::insert(before.span.end as usize, format!(", {text}")),
                None => TextEdit::insert(first.span.start as usize, format!("{text}, ")),
            }];
        }
        let neighbour = after.and_then(|i| map.entries.get(i)).unwrap_or(first);
        let indent = self.indent_of(neighbour.span.start as usize, map.indent);
        let lines = entry_lines(&indent, key, value);
        if after.is_some() {
            return vec![self.insert_lines(self.next_line(neighbour.span.end as usize), &lines)];
        }
        let start = first.span.start as usize;
        if self.lead(start).is_some() {
            return vec![self.insert_lines(start - indent.len(), &lines)];
        }
        let text: String = lines.iter().map(|l| format!("{l}{}", self.eol)).collect();
        vec![TextEdit::insert(start, format!("{}{indent}", &text[indent.len()..]))]
    }

    /// Takes entry `index` of `map` away.
    pub(super) fn remove_entry(&self, map: &Map, outer: Span, index: usize) -> Option<TextEdit> {
        let entry = map.entries.get(index)?;
        let next = map.entries.get(index + 1);
        let start = entry.span.start as usize;
        if !map.flow && self.lead(start).is_some() {
            return Some(self.delete_lines(start, entry.span.end as usize));
        }
        let span = match (next, index.checked_sub(1)) {
            (Some(next), _) => Span { start: entry.span.start, end: next.span.start },
            (None, Some(before)) => Span { start: map.entries[before].span.end, end: entry.span.end },
            (None, None) => self.with_comma(entry.span, outer),
        };
        Some(TextEdit::delete(span))
    }
}

/// An entry as lines, indented.
pub(super) fn entry_lines(indent: &str, key: &str, value: &Value) -> Vec<String> {
    let key = format!("{indent}{}:", scalar_for(key));
    let below = |lines: Vec<String>| lines.into_iter().map(|l| indented(&format!("{indent}  "), &l));
    if let Some((header, lines)) = value.literal() {
        let lines = lines.into_iter().map(str::to_owned).collect();
        return std::iter::once(format!("{key} {header}")).chain(below(lines)).collect();
    }
    match value.below() {
        Some(lines) => std::iter::once(key).chain(below(lines)).collect(),
        None => vec![format!("{key} {}", value.inline(false, None))],
    }
}

fn indented(indent: &str, line: &str) -> String {
    if line.is_empty() { String::new() } else { format!("{indent}{line}") }
}

fn dashed(indent: &str, item: &NewItem) -> Vec<String> {
    let mark = |i: usize| if i == 0 { "- " } else { "  " };
    item.lines.iter().enumerate().map(|(i, line)| indented(&format!("{indent}{}", mark(i)), line)).collect()
}

pub(super) fn is_block(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Seq(seq) => !seq.flow,
        NodeKind::Map(map) => !map.flow,
        _ => false,
    }
}

/// Every scalar in `node`, and whether it stands in brackets.
pub(super) fn scalars(node: &Node, flow: bool) -> Vec<(&Node, bool)> {
    match &node.kind {
        NodeKind::Scalar(_) => vec![(node, flow)],
        NodeKind::Null => Vec::new(),
        NodeKind::Seq(seq) => seq.items.iter().flat_map(|i| scalars(&i.value, flow || seq.flow)).collect(),
        NodeKind::Map(map) => map.entries.iter().flat_map(|e| scalars(&e.value, flow || map.flow)).collect(),
    }
}
