//! Flow structure: lists and maps in brackets, over as many lines as they take.

use super::leaf::{fold, plain_node, text_node};
use super::reader::{Reader, shortened};
use super::{Entry, Item, MAX_DEPTH, Map, Node, NodeKind, Seq, Style};
use crate::span::{Span, Spanned};

/// Reads one value in brackets.
pub(super) struct Flow<'r, 'a> {
    reader: &'r mut Reader<'a>,
    line: usize,
    at: usize,
    floor: i64,
    /// Whether the text ended, or the next entry started, before the last bracket closed.
    ended: bool,
}

/// Where a plain scalar stands, which decides what a colon in it means.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    /// It may turn out to be a key.
    Key,
    /// It is a key's value: a further colon is text.
    Value,
}

impl<'r, 'a> Flow<'r, 'a> {
    /// Starts at the bracket at `at` of the reader's current line.
    pub(super) fn new(reader: &'r mut Reader<'a>, at: usize, floor: i64) -> Self {
        let line = reader.line;
        Flow { reader, line, at, floor, ended: false }
    }

    /// The line and place reached, and whether the value was closed. When it was not, the line is
    /// the first one that is not part of it.
    pub(super) fn place(self) -> (usize, usize, bool) {
        (self.line, self.at, !self.ended)
    }

    /// The list or map whose bracket is here.
    pub(super) fn collection(&mut self, depth: usize) -> Node {
        let open = self.at;
        if depth >= MAX_DEPTH {
            return self.skip_too_deep(open);
        }
        self.at += 1;
        if self.reader.byte(open) == b'[' { self.seq(open, depth) } else { self.map(open, depth) }
    }

    fn seq(&mut self, open: usize, depth: usize) -> Node {
        let mut items: Vec<Item> = Vec::new();
        let mut end = open + 1;
        while self.more(open, b']', &mut end) {
            let value = self.seq_value(depth);
            end = value.span.end as usize;
            items.push(Item { span: value.span, value });
            self.comma(&mut end);
        }
        let seq = Seq { flow: true, indent: 0, items };
        Node { span: Span::new(open, end), kind: NodeKind::Seq(seq) }
    }

    fn map(&mut self, open: usize, depth: usize) -> Node {
        let mut entries: Vec<Entry> = Vec::new();
        let mut end = open + 1;
        while self.more(open, b'}', &mut end) {
            let key = self.value(Role::Key, depth + 1);
            let entry = self.entry(key, depth + 1);
            end = entry.span.end as usize;
            entries.push(entry);
            self.comma(&mut end);
        }
        self.reader.check_duplicates(&entries);
        let map = Map { flow: true, indent: 0, entries };
        Node { span: Span::new(open, end), kind: NodeKind::Map(map) }
    }

    /// Whether another item or entry starts here; else the closing bracket is consumed. `end` is
    /// the end of what was read of the collection.
    fn more(&mut self, open: usize, close: u8, end: &mut usize) -> bool {
        loop {
            match self.peek() {
                None => {
                    self.report_unclosed(open);
                    return false;
                }
                Some(byte @ (b']' | b'}')) => {
                    if byte != close {
                        let message = format!("`{}` is expected here", close as char);
                        self.reader.syntax(self.at, self.at + 1, message);
                    }
                    self.at += 1;
                    *end = self.at;
                    return false;
                }
                Some(b',') => {
                    self.reader.syntax(self.at, self.at + 1, "nothing stands before this comma; delete it");
                    self.at += 1;
                    *end = self.at;
                }
                Some(_) => return true,
            }
        }
    }

    /// Consumes the comma behind an item, and misses it when the list goes on without.
    fn comma(&mut self, end: &mut usize) {
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                *end = self.at;
            }
            None | Some(b']' | b'}') => {}
            Some(_) => {
                let past = self.at + self.char_len();
                self.reader.syntax(self.at, past, "a comma is missing before this");
            }
        }
    }

    /// An item: a value, or `key: value` without braces.
    fn seq_value(&mut self, depth: usize) -> Node {
        let value = self.value(Role::Key, depth + 1);
        if !self.at_colon(&value) {
            return value;
        }
        if depth + 1 >= MAX_DEPTH {
            self.reader.report_depth(value.span.start as usize, value.span.end as usize);
        }
        let entry = self.entry(value, depth + 2);
        let span = entry.span;
        Node { span, kind: NodeKind::Map(Map { flow: true, indent: 0, entries: vec![entry] }) }
    }

    /// The entry whose key was just read.
    fn entry(&mut self, key: Node, depth: usize) -> Entry {
        let span = key.span;
        let text = self.key_text(&key);
        let mut value = Node::null(Span::at(span.end as usize));
        if self.at_colon(&key) {
            self.at += 1;
            value = Node::null(Span::at(self.at));
            if !matches!(self.peek(), None | Some(b',' | b']' | b'}')) {
                value = self.value(Role::Value, depth);
            }
        }
        Entry { span: span.to(value.span), key: Spanned::new(text, span), value }
    }

    fn key_text(&mut self, key: &Node) -> String {
        match &key.kind {
            NodeKind::Scalar(scalar) => scalar.text.clone(),
            NodeKind::Null => key.span.slice(self.reader.text).to_owned(),
            NodeKind::Seq(_) | NodeKind::Map(_) => {
                let (start, end) = (key.span.start as usize, key.span.end as usize);
                self.reader.syntax(start, end, "a key must be text; if this is text, put it into quotes");
                shortened(key.span.slice(self.reader.text))
            }
        }
    }

    /// Whether the colon of a key that was just read is next. Behind quotes and brackets it needs
    /// no blank.
    fn at_colon(&mut self, key: &Node) -> bool {
        if self.peek() != Some(b':') {
            return false;
        }
        let json = match &key.kind {
            NodeKind::Scalar(scalar) => scalar.style != Style::Plain,
            NodeKind::Null => false,
            NodeKind::Seq(_) | NodeKind::Map(_) => true,
        };
        json || self.ends_key(self.at)
    }

    /// Whether the colon at `at` ends a plain key.
    fn ends_key(&self, at: usize) -> bool {
        self.reader.is_gap(at + 1) || b",[]{}".contains(&self.reader.byte(at + 1))
    }

    /// The value here; there is at least one byte of it.
    fn value(&mut self, role: Role, depth: usize) -> Node {
        let at = self.at;
        match self.reader.byte(at) {
            b'"' | b'\'' => self.quoted(),
            b'[' | b'{' => self.collection(depth),
            b':' if role == Role::Key && self.ends_key(at) => {
                self.reader.syntax(at, at + 1, "the key before this `:` is missing");
                Node::null(Span::at(at))
            }
            b'?' if self.reader.is_gap(at + 1) => {
                self.reader.syntax(at, at + 1, "keys written with `?` are not supported; write `key: value`");
                self.plain(role, false)
            }
            b'&' | b'*' | b'!' => {
                let message =
                    "anchors, aliases and tags are not supported; if this is text, put it into quotes";
                self.reader.syntax(at, at + 1, message);
                self.plain(role, false)
            }
            _ => {
                let reserved = self.reader.is_reserved(at);
                self.plain(role, reserved)
            }
        }
    }

    fn quoted(&mut self) -> Node {
        let at = self.at;
        let style = if self.reader.byte(at) == b'"' { Style::Double } else { Style::Single };
        if let Some(quoted) = self.reader.quoted(self.line, at, self.floor) {
            (self.line, self.at) = (quoted.line, quoted.end);
            return text_node(Span::new(at, quoted.end), quoted.text, style);
        }
        self.reader.syntax(at, at + 1, "this quote is never closed");
        let end = self.reader.trim_end(at, self.reader.lines[self.line].end());
        while self.next_line() {}
        let span = Span::new(at, end);
        text_node(span, span.slice(self.reader.text).to_owned(), Style::Plain)
    }

    /// Plain text up to a bracket, a comma, a comment or (as a key) a colon.
    fn plain(&mut self, role: Role, reserved: bool) -> Node {
        let start = self.at;
        let mut colon = false;
        let mut end = self.plain_part(role, &mut colon);
        let tolerated = reserved || colon;
        let mut text = self.reader.text[start..end].to_owned();
        while !tolerated && let Some(blanks) = self.plain_goes_on(role) {
            let from = self.at;
            end = self.plain_part(role, &mut colon);
            fold(&mut text, blanks);
            text.push_str(&self.reader.text[from..end]);
        }
        let span = Span::new(start, end);
        if tolerated {
            self.reader.needs_quotes(span);
            return text_node(span, text, Style::Plain);
        }
        if colon {
            self.reader.syntax(start, end, "text over several lines with a `: ` in it needs quotes");
        }
        plain_node(span, text)
    }

    /// Moves over the plain text on this line; gives back where it ends.
    fn plain_part(&mut self, role: Role, colon: &mut bool) -> usize {
        let from = self.at;
        let line_end = self.reader.lines[self.line].end();
        while self.at < line_end {
            match self.reader.byte(self.at) {
                b',' | b'[' | b']' | b'{' | b'}' => break,
                b':' if self.ends_key(self.at) => match role {
                    Role::Key if self.at > from => break,
                    Role::Key => {}
                    Role::Value => *colon = true,
                },
                b'#' if self.at > from && self.reader.is_blank(self.at - 1) => break,
                _ => {}
            }
            self.at += 1;
        }
        self.reader.count(self.at - from);
        self.reader.trim_end(from, self.at)
    }

    /// When the plain text goes on on a further line: moves there and counts the blank lines.
    fn plain_goes_on(&mut self, role: Role) -> Option<usize> {
        if self.at < self.reader.lines[self.line].end() {
            return None;
        }
        let from = self.line;
        if !self.next_line() {
            return None;
        }
        let skipped = from + 1..self.line;
        let comment = skipped.clone().any(|i| !self.reader.lines[i].is_blank());
        let byte = self.reader.byte(self.at);
        let stops = match byte {
            b',' | b'[' | b']' | b'{' | b'}' | b'#' => true,
            b':' => role == Role::Key && self.ends_key(self.at),
            _ => false,
        };
        if comment || stops { None } else { Some(skipped.len()) }
    }

    /// The next byte that is no blank, line end or comment; `None` where the value must end.
    fn peek(&mut self) -> Option<u8> {
        while !self.ended {
            let end = self.reader.lines[self.line].end();
            self.at = self.reader.skip_blanks(self.at, end);
            if self.at < end && !self.reader.is_comment(self.at) {
                return Some(self.reader.byte(self.at));
            }
            self.next_line();
        }
        None
    }

    /// Moves to the next line that holds something; `false` where the value must end.
    fn next_line(&mut self) -> bool {
        if self.ended {
            return false;
        }
        self.line += 1;
        while let Some(line) = self.reader.lines.get(self.line).copied() {
            self.reader.count(0);
            if !line.is_blank() && self.reader.byte(line.content()) != b'#' {
                self.at = line.content();
                self.ended = self.reader.ends_value(self.line, self.floor);
                return !self.ended;
            }
            self.line += 1;
        }
        self.ended = true;
        false
    }

    /// The length of the character here.
    fn char_len(&self) -> usize {
        self.reader.text[self.at..].chars().next().map_or(0, char::len_utf8)
    }

    /// Reports the innermost bracket that is not closed; an unclosed quote was reported already.
    fn report_unclosed(&mut self, open: usize) {
        let told = |p: &super::Problem| p.span.start as usize >= open && p.message.ends_with("never closed");
        if !self.reader.problems.last().is_some_and(told) {
            self.reader.syntax(open, open + 1, "this bracket is never closed");
        }
    }

    /// Leaves out a collection that is nested too deep.
    fn skip_too_deep(&mut self, open: usize) -> Node {
        self.reader.report_depth(open, open + 1);
        let mut level = 0usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'[' | b'{' => level += 1,
                b']' | b'}' => level -= 1,
                b'"' | b'\'' => {
                    self.quoted();
                    continue;
                }
                _ => {}
            }
            let c = self.char_len();
            self.at += c;
            self.reader.count(c);
            if level == 0 {
                break;
            }
        }
        Node::null(Span::at(open))
    }
}
