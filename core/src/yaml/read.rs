//! A whole document: what may stand before and after it, and which characters it may hold.

use super::reader::{Line, Reader};
use super::{Document, Node};
use crate::span::Span;

/// Reads the YAML in `span` of `text`. All positions in the result are in bytes of `text`.
///
/// Never fails and never panics; takes time linear in the span's length (times its logarithm, for
/// the duplicate keys). A byte order mark at the start of the span is skipped.
pub fn read(text: &str, span: Span) -> Document {
    let mut reader = Reader::new(text, span);
    let root = reader.document();
    reader.finish(root)
}

impl Reader<'_> {
    pub(super) fn document(&mut self) -> Node {
        self.check_characters();
        self.skip_directives();
        self.skip_start();
        self.cut_end();
        let start = self.lines.get(self.line).map_or(self.text.len(), |line| line.start());
        if self.content().is_none() {
            return Node::null(Span::at(start));
        }
        let root = self.block_node(-1, 0);
        if let Some(line) = self.content() {
            self.syntax(line.content(), line.end(), "this belongs to no value above it");
        }
        root
    }

    /// Reports characters that no YAML may hold, the first of each line.
    fn check_characters(&mut self) {
        let plain = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
        let start = self.lines.first().map_or(0, |line| line.start());
        self.count(self.text.len() - start);
        if self.text.as_bytes()[start..].iter().all(plain) {
            return;
        }
        for index in 0..self.lines.len() {
            let line = self.lines[index];
            let text = &self.text[line.start()..line.end()];
            self.count(text.len());
            if let Some((at, c)) = text.char_indices().find(|(_, c)| is_forbidden(*c)) {
                let message =
                    format!("the control character U+{:04X} must not stand here; delete it", c as u32);
                self.syntax(line.start() + at, line.start() + at + c.len_utf8(), message);
            }
        }
    }

    fn skip_directives(&mut self) {
        while let Some(line) = self.content() {
            if line.indent() != 0 || self.byte(line.content()) != b'%' {
                break;
            }
            self.syntax(line.content(), line.end(), "YAML directives are not supported; delete this line");
            self.line += 1;
        }
    }

    /// Skips one `---` before the content.
    fn skip_start(&mut self) {
        let Some(line) = self.content() else { return };
        if !self.is_marker(line, "---") {
            return;
        }
        let rest = self.skip_blanks(line.start() + 3, line.end());
        if rest < line.end() && !self.is_comment(rest) {
            self.syntax(rest, line.end(), "put what follows `---` on a line of its own");
        }
        self.line += 1;
    }

    /// Forgets what follows the document's end, which must not be a second document.
    fn cut_end(&mut self) {
        let marked = |r: &Self, i: usize| r.is_marker(r.lines[i], "---") || r.is_marker(r.lines[i], "...");
        let Some(end) = (self.line..self.lines.len()).find(|i| marked(self, *i)) else { return };
        let after = self.lines.split_off(end);
        let second = after.iter().find(|line| {
            !line.is_blank() && self.byte(line.content()) != b'#' && !self.is_marker(**line, "...")
        });
        if let Some(&line) = second {
            let message = "a second document is not read; keep one, or put it into a file of its own";
            self.syntax(line.content(), line.end(), message);
        }
    }

    fn is_marker(&self, line: Line, marker: &str) -> bool {
        let text = &self.text[line.start()..line.end()];
        text.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    }
}

fn is_forbidden(c: char) -> bool {
    match c {
        '\t' | '\u{85}' => false,
        '\u{feff}' | '\u{fffe}' | '\u{ffff}' => true,
        c => c.is_control(),
    }
}
