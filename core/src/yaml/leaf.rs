//! Values that are not block structure: plain text, quotes, block scalars and brackets where they
//! stand after a key, after a dash or on a line of their own.

use super::block::Slot;
use super::flow::Flow;
use super::reader::Reader;
use super::{MAX_DEPTH, Node, NodeKind, Scalar, Style};
use crate::span::Span;

/// The piece of a plain scalar on one line.
#[derive(Clone, Copy)]
pub(super) struct PlainPart {
    /// Its end without trailing blanks and comment.
    pub(super) end: usize,
    /// The first `:` that a blank or the line's end follows.
    pub(super) colon: Option<usize>,
    /// Whether a comment follows.
    comment: bool,
}

impl Reader<'_> {
    /// The value at `at` of the current line; not a block map or list.
    pub(super) fn leaf(&mut self, at: usize, slot: Slot, depth: usize) -> Node {
        match self.byte(at) {
            b'"' | b'\'' => self.quoted_value(at, slot.floor),
            b'[' | b'{' => self.flow_value(at, slot.floor, depth),
            b'|' | b'>' => match self.block_header(at) {
                Some(header) => self.block_scalar(at, header, slot.floor),
                None => self.tolerated(at, at),
            },
            b'&' | b'*' | b'!' => self.property(at, slot, depth),
            _ if self.is_reserved(at) => self.tolerated(at, at),
            _ => self.plain_value(at, slot.floor),
        }
    }

    /// Whether YAML keeps plain text from starting with what stands at `at`.
    pub(super) fn is_reserved(&self, at: usize) -> bool {
        match self.byte(at) {
            b'-' | b'?' | b':' => self.is_gap(at + 1),
            byte => b",[]{}#&*!|>'\"%@`".contains(&byte),
        }
    }

    /// The plain text from `at`; with `to_colon`, only up to the first colon that ends a key.
    pub(super) fn plain_part(&mut self, at: usize, line_end: usize, to_colon: bool) -> PlainPart {
        let (mut colon, mut end, mut comment) = (None, line_end, false);
        for i in at..line_end {
            match self.byte(i) {
                b':' if colon.is_none() && self.is_gap(i + 1) => {
                    colon = Some(i);
                    if to_colon {
                        end = i;
                        break;
                    }
                }
                b'#' if i > at && self.is_blank(i - 1) => {
                    (end, comment) = (i, true);
                    break;
                }
                _ => {}
            }
        }
        self.count(end - at);
        PlainPart { end: self.trim_end(at, end), colon, comment }
    }

    /// Text that YAML proper would refuse, read to the end of its line. `from` is where a comment
    /// may start at the earliest.
    fn tolerated(&mut self, at: usize, from: usize) -> Node {
        let line_end = self.current().end();
        let end = self.plain_part(from, line_end, false).end.max(at);
        let span = Span::new(at, end);
        self.needs_quotes(span);
        self.line += 1;
        self.plain_text(span)
    }

    /// The text at `span` as a plain scalar that is text whatever it looks like.
    fn plain_text(&self, span: Span) -> Node {
        text_node(span, span.slice(self.text).to_owned(), Style::Plain)
    }

    fn plain_value(&mut self, at: usize, floor: i64) -> Node {
        let part = self.plain_part(at, self.current().end(), false);
        if part.colon.is_some() {
            return self.tolerated(at, at);
        }
        let mut text = self.text[at..part.end].to_owned();
        let mut end = part.end;
        self.line += 1;
        if !part.comment {
            end = self.plain_lines(&mut text, end, floor);
        }
        plain_node(Span::new(at, end), text)
    }

    /// Folds the lines that continue a plain scalar into `text`; gives back where it ends.
    fn plain_lines(&mut self, text: &mut String, mut end: usize, floor: i64) -> usize {
        let mut index = self.line;
        let mut blanks = 0;
        while let Some(&line) = self.lines.get(index) {
            self.count(0);
            index += 1;
            if line.is_blank() {
                blanks += 1;
                continue;
            }
            if line.indent() <= floor || self.byte(line.content()) == b'#' {
                break;
            }
            let part = self.plain_part(line.content(), line.end(), false);
            if part.colon.is_some() {
                break;
            }
            self.check_continuation_tab(line.start(), line.content(), floor);
            fold(text, blanks);
            text.push_str(&self.text[line.content()..part.end]);
            (blanks, end, self.line) = (0, part.end, index);
            if part.comment {
                break;
            }
        }
        end
    }

    fn check_continuation_tab(&mut self, start: usize, content: usize, floor: i64) {
        if let Some(tab) = self.text[start..content].find('\t')
            && tab as i64 <= floor
        {
            self.report_tab(start + tab);
        }
    }

    fn quoted_value(&mut self, at: usize, floor: i64) -> Node {
        let mark = self.mark();
        let index = self.line;
        let Some(quoted) = self.quoted(index, at, floor) else {
            self.syntax(at, at + 1, "this quote is never closed");
            let end = self.trim_end(at, self.current().end());
            self.line += 1;
            return self.plain_text(Span::new(at, end));
        };
        let span = Span::new(at, quoted.end);
        let style = if self.byte(at) == b'"' { Style::Double } else { Style::Single };
        self.line = quoted.line;
        if self.more_text(quoted.end) && quoted.line == index {
            self.forget_since(mark);
            return self.tolerated(at, quoted.end);
        }
        self.end_line(quoted.end, "the closing quote");
        text_node(span, quoted.text, style)
    }

    fn flow_value(&mut self, at: usize, floor: i64, depth: usize) -> Node {
        let mark = self.mark();
        let index = self.line;
        let mut flow = Flow::new(self, at, floor);
        let node = flow.collection(depth);
        let (line, end, closed) = flow.place();
        self.line = line;
        if !closed {
            return node;
        }
        if self.more_text(end) && line == index {
            self.forget_since(mark);
            return self.tolerated(at, end);
        }
        self.end_line(end, "the closing bracket");
        node
    }

    /// Whether anything but a comment follows on the current line.
    fn more_text(&mut self, at: usize) -> bool {
        let end = self.current().end();
        let rest = self.skip_blanks(at, end);
        rest < end && !self.is_comment(rest)
    }

    /// Leaves the current line at `at`, where nothing but a comment may follow.
    fn end_line(&mut self, at: usize, what: &str) {
        if self.more_text(at) {
            let end = self.current().end();
            let rest = self.skip_blanks(at, end);
            let end = self.trim_end(rest, end);
            self.syntax(rest, end, format!("nothing may follow {what} on its line; quote the whole text"));
        }
        self.line += 1;
    }

    /// An anchor, alias or tag: refused, and kept as text when it stands before a value.
    fn property(&mut self, at: usize, slot: Slot, depth: usize) -> Node {
        let line_end = self.current().end();
        let end = self.plain_part(at, line_end, false).end;
        let text = &self.text[at..end];
        if !is_property(text) {
            return self.tolerated(at, at);
        }
        let word = at + text.find([' ', '\t']).unwrap_or(text.len());
        let message = "anchors, aliases and tags are not supported; if this is text, put it into quotes";
        self.syntax(at, word, message);
        let below = word == end && self.byte(at) != b'*' && depth < MAX_DEPTH;
        if below && let Some(node) = self.nested(slot, depth + 1) {
            return node;
        }
        if !below {
            self.line += 1;
        }
        self.plain_text(Span::new(at, end))
    }
}

/// Whether `text` starts with an anchor or a tag, or is an alias.
fn is_property(text: &str) -> bool {
    let name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    match text.as_bytes() {
        [b'!', rest @ ..] => rest.first().is_some_and(|b| !matches!(b, b' ' | b'\t')),
        [b'&', ..] => text[1..].starts_with(name),
        _ => text.len() > 1 && text[1..].chars().all(name),
    }
}

/// Joins two lines of a scalar with `blanks` blank lines between them.
pub(super) fn fold(text: &mut String, blanks: usize) {
    match blanks {
        0 => text.push(' '),
        n => text.extend(std::iter::repeat_n('\n', n)),
    }
}

pub(super) fn text_node(span: Span, text: String, style: Style) -> Node {
    Node { span, kind: NodeKind::Scalar(Scalar { text, style }) }
}

/// A plain scalar, or null when it says so.
pub(super) fn plain_node(span: Span, text: String) -> Node {
    match text.as_str() {
        "~" | "null" | "Null" | "NULL" => Node::null(span),
        _ => text_node(span, text, Style::Plain),
    }
}
