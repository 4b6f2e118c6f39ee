//! Block structure: maps, lists, and what to do with a line that fits neither.

use super::reader::{Mark, Reader};
use super::{Entry, Item, MAX_DEPTH, Map, Node, NodeKind, Problem, ProblemKind, Seq};
use crate::span::{Span, Spanned};
use std::collections::BTreeMap;

/// Where a value may stand.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    /// The column of the key or dash it belongs to; its further lines are indented deeper.
    pub(super) floor: i64,
    /// Whether it may be a map or list that starts on this very line: after a dash or on a line
    /// of its own, but not after a key.
    pub(super) compact: bool,
}

/// A key that was found, before its text is resolved.
#[derive(Clone, Copy)]
pub(super) struct Key {
    pub(super) span: Span,
    pub(super) colon: usize,
}

impl Reader<'_> {
    /// The node that starts on the current line, which is indented deeper than `floor`.
    pub(super) fn block_node(&mut self, floor: i64, depth: usize) -> Node {
        let start = self.current().content();
        self.check_tab();
        let mark = self.mark();
        let node = self.node(start, Slot { floor, compact: true }, depth);
        match self.content() {
            Some(line) if line.indent() > floor && self.word_key(line.content(), line.end()) => {
                self.not_an_entry(node.span, mark);
                self.map(line.content(), floor, depth)
            }
            _ => node,
        }
    }

    /// The node at `at` of the current line.
    fn node(&mut self, at: usize, slot: Slot, depth: usize) -> Node {
        if slot.compact && self.is_indicator(at, b'-') {
            return self.seq(at, slot.floor, false, depth);
        }
        if slot.compact && (self.is_indicator(at, b'?') || self.key_at(at).is_some()) {
            return self.map(at, slot.floor, depth);
        }
        self.leaf(at, slot, depth)
    }

    /// The value behind a key's colon or a dash; `after` is right behind it.
    fn value_after(&mut self, after: usize, slot: Slot, depth: usize) -> Node {
        let end = self.current().end();
        let at = self.skip_blanks(after, end);
        if at == end || self.is_comment(at) {
            return self.nested(slot, depth).unwrap_or_else(|| Node::null(Span::at(after)));
        }
        self.node(at, slot, depth)
    }

    /// The value on the lines below the current one, when there is one.
    pub(super) fn nested(&mut self, slot: Slot, depth: usize) -> Option<Node> {
        self.line += 1;
        let line = self.content()?;
        if line.indent() > slot.floor {
            return Some(self.block_node(slot.floor, depth));
        }
        let dash = self.is_indicator(line.content(), b'-');
        if slot.compact || line.indent() != slot.floor || !dash {
            return None;
        }
        self.check_tab();
        Some(self.seq(line.content(), slot.floor - 1, true, depth))
    }

    /// The map whose first key is at `first`, with every further line deeper than `floor`.
    fn map(&mut self, first: usize, floor: i64, depth: usize) -> Node {
        if depth >= MAX_DEPTH {
            return self.skip_too_deep(first, floor, false);
        }
        let indent = self.column(first);
        let mut entries = Vec::new();
        let mut lost = false;
        let mut next = Some(first);
        while let Some(at) = next {
            match self.entry_key(at, indent) {
                Some(key) => {
                    entries.push(self.entry(key, depth));
                    lost = false;
                }
                None => self.skip_bad_line(at, std::mem::replace(&mut lost, true)),
            }
            next = self.next_line(floor);
        }
        self.check_duplicates(&entries);
        let end = entries.last().map_or(first, |e| e.span.end as usize);
        let start = entries.first().map_or(first, |e| e.span.start as usize);
        let map = Map { flow: false, indent: indent as u32, entries };
        Node { span: Span::new(start, end), kind: NodeKind::Map(map) }
    }

    /// The list whose first dash is at `first`. With `beside_keys`, its dashes stand below a key
    /// at the same column, and the next key ends it.
    fn seq(&mut self, first: usize, floor: i64, beside_keys: bool, depth: usize) -> Node {
        if depth >= MAX_DEPTH {
            return self.skip_too_deep(first, floor, beside_keys);
        }
        let indent = self.column(first);
        let mut items = Vec::new();
        let mut lost = false;
        let mut next = Some(first);
        while let Some(at) = next {
            let dash = self.is_indicator(at, b'-');
            if !dash && beside_keys && self.column(at) == indent {
                break;
            }
            if dash {
                self.check_column(at, indent);
                items.push(self.item(at, depth));
            } else {
                self.skip_bad_line(at, lost);
            }
            lost = !dash;
            next = self.next_line(floor);
        }
        let end = items.last().map_or(first, |i: &Item| i.span.end as usize);
        let seq = Seq { flow: false, indent: indent as u32, items };
        Node { span: Span::new(first, end), kind: NodeKind::Seq(seq) }
    }

    fn entry(&mut self, key: Key, depth: usize) -> Entry {
        let floor = self.column(key.span.start as usize);
        let text = self.key_text(key);
        let value = self.value_after(key.colon + 1, Slot { floor, compact: false }, depth + 1);
        let end = value.span.end.max(key.colon as u32 + 1);
        let span = Span { start: key.span.start, end };
        Entry { span, key: Spanned::new(text, key.span), value }
    }

    fn item(&mut self, dash: usize, depth: usize) -> Item {
        let floor = self.column(dash);
        let index = self.line;
        let value = self.value_after(dash + 1, Slot { floor, compact: true }, depth + 1);
        let inner = value.span.start as usize;
        let block = matches!(
            &value.kind,
            NodeKind::Map(Map { flow: false, .. }) | NodeKind::Seq(Seq { flow: false, .. })
        );
        if block
            && inner < self.lines[index].end()
            && let Some(tab) = self.text[dash + 1..inner].find('\t')
        {
            self.report_tab(dash + 1 + tab);
        }
        let end = value.span.end.max(dash as u32 + 1);
        Item { span: Span { start: dash as u32, end }, value }
    }

    /// Where the next line's content starts, when it is deeper than `floor`.
    fn next_line(&mut self, floor: i64) -> Option<usize> {
        let line = self.content()?;
        if line.indent() <= floor {
            return None;
        }
        self.check_tab();
        Some(line.content())
    }

    /// The key at `at` of a map whose keys stand at column `indent`. A key of one word in another
    /// column is reported and still read.
    fn entry_key(&mut self, at: usize, indent: i64) -> Option<Key> {
        let key = self.key_at(at)?;
        if self.column(at) != indent {
            let end = self.current().end();
            if !self.word_key(at, end) {
                return None;
            }
            self.check_column(at, indent);
        }
        Some(key)
    }

    /// The key at `at` of the current line: bare or quoted, with a colon and a blank behind it.
    pub(super) fn key_at(&mut self, at: usize) -> Option<Key> {
        let end = self.current().end();
        if matches!(self.byte(at), b'"' | b'\'') {
            let close = self.closing_quote(at, end)?;
            let colon = self.skip_blanks(close + 1, end);
            return self.is_indicator(colon, b':').then_some(Key { span: Span::new(at, close + 1), colon });
        }
        if self.is_reserved(at) {
            return None;
        }
        let colon = self.plain_part(at, end, true).colon?;
        Some(Key { span: Span::new(at, self.trim_end(at, colon)), colon })
    }

    fn key_text(&mut self, key: Key) -> String {
        let start = key.span.start as usize;
        if matches!(self.byte(start), b'"' | b'\'') {
            let floor = self.column(start);
            if let Some(quoted) = self.quoted(self.line, start, floor) {
                return quoted.text;
            }
        }
        key.span.slice(self.text).to_owned()
    }

    /// Reports an entry or item outside its neighbours' column; a tab before it was reported.
    fn check_column(&mut self, at: usize, indent: i64) {
        let line = self.current();
        if self.column(at) != indent && !self.text[line.start()..at].contains('\t') {
            let message = format!("indented by {}, but its neighbours by {indent}", line.indent());
            self.syntax(line.start(), at, message);
        }
    }

    fn check_tab(&mut self) {
        let line = self.current();
        if let Some(tab) = self.text[line.start()..line.content()].find('\t') {
            self.report_tab(line.start() + tab);
        }
    }

    pub(super) fn report_tab(&mut self, at: usize) {
        self.syntax(at, at + 1, "a tab must not indent; use spaces");
    }

    /// Reports a value that stands where an entry should, unless it was refused since `mark`.
    fn not_an_entry(&mut self, span: Span, mark: Mark) {
        if !self.refused_since(mark) {
            self.forget_since(mark);
            let message = "this is neither `key: value` nor part of a value";
            self.syntax(span.start as usize, span.end as usize, message);
        }
    }

    /// Leaves out the current line from `at` and the lines deeper than it.
    fn skip_bad_line(&mut self, at: usize, quiet: bool) {
        let end = self.trim_end(at, self.current().end());
        let column = self.column(at);
        if !quiet {
            let message = self.bad_line_message(at, end);
            self.syntax(at, end, message);
        }
        self.line += 1;
        while self.content().is_some_and(|line| line.indent() > column) {
            self.line += 1;
        }
    }

    fn bad_line_message(&self, at: usize, end: usize) -> &'static str {
        match self.byte(at) {
            b'?' if self.is_gap(at + 1) => "keys written with `?` are not supported; write `key: value`",
            b':' if self.is_gap(at + 1) => "the key before this `:` is missing",
            b'-' if self.is_gap(at + 1) => "a list item must not stand between keys; indent it below its key",
            b'&' | b'*' | b'!' => "anchors, aliases and tags are not supported; write the key without them",
            b'"' | b'\'' | b'[' | b'{' => "this is not `key: value`; write a key and a colon",
            _ if self.is_reserved(at) => "a key must not start like this; put it into quotes",
            _ if self.text[at..end].contains(':') => "this is not `key: value`; put a blank after the colon",
            _ => "this is not `key: value`; write a key and a colon",
        }
    }

    /// Leaves out a map or list that is nested too deep.
    fn skip_too_deep(&mut self, first: usize, floor: i64, beside_keys: bool) -> Node {
        let end = self.current().end();
        self.report_depth(first, self.trim_end(first, end));
        let column = self.column(first);
        self.line += 1;
        while let Some(line) = self.content() {
            let key = beside_keys && line.indent() == column && !self.is_indicator(line.content(), b'-');
            if line.indent() <= floor || key {
                break;
            }
            self.line += 1;
        }
        Node::null(Span::at(first))
    }

    /// Reports each key that was there before.
    pub(super) fn check_duplicates(&mut self, entries: &[Entry]) {
        let mut seen = BTreeMap::new();
        for entry in entries {
            let first = *seen.entry(entry.key.value.as_str()).or_insert(entry.key.span);
            if first != entry.key.span {
                self.problems.push(Problem {
                    span: entry.key.span,
                    message: format!("`{}` is here twice; the first one counts", entry.key.value),
                    kind: ProblemKind::DuplicateKey { first },
                });
            }
        }
    }
}
