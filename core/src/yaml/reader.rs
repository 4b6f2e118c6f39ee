//! The reader's place in the text: its lines, what it stands on, and the problems found so far.

use super::{Document, Node, Problem, ProblemKind, quote};
use crate::ordered;
use crate::span::{Span, after_bom, floor_boundary};

/// One line, in bytes of the text: where it starts, where its first visible character stands
/// (its end, when it is blank), and where it ends, line end not included.
#[derive(Clone, Copy)]
pub(super) struct Line {
    start: u32,
    content: u32,
    end: u32,
}

impl Line {
    pub(super) fn start(self) -> usize {
        self.start as usize
    }

    pub(super) fn content(self) -> usize {
        self.content as usize
    }

    pub(super) fn end(self) -> usize {
        self.end as usize
    }

    pub(super) fn is_blank(self) -> bool {
        self.content == self.end
    }

    /// Bytes of indentation.
    pub(super) fn indent(self) -> i64 {
        i64::from(self.content - self.start)
    }
}

/// Reads block structure line by line. `line` is the first line not yet consumed; whoever reads a
/// node leaves it behind that node.
pub(super) struct Reader<'a> {
    /// The text up to the end of the span that is read.
    pub(super) text: &'a str,
    pub(super) lines: Vec<Line>,
    pub(super) line: usize,
    pub(super) problems: Vec<Problem>,
    /// Whether too deep a nesting was reported: once is enough.
    pub(super) too_deep: bool,
    /// Bytes looked at, so that a test can hold the reader to linear time.
    #[cfg(test)]
    pub(super) steps: usize,
}

/// What to forget when a value turns out to be plain text after all.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    problems: usize,
    too_deep: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, span: Span) -> Self {
        let end = floor_boundary(text, span.end as usize);
        let start = floor_boundary(text, (span.start as usize).min(end));
        let text = &text[..end];
        let start = start + after_bom(&text[start..]);
        Reader {
            text,
            lines: split_lines(text, start),
            line: 0,
            problems: Vec::new(),
            too_deep: false,
            #[cfg(test)]
            steps: 0,
        }
    }

    pub(super) fn finish(mut self, root: Node) -> Document {
        ordered::sort_by_key(&mut self.problems, |p| p.span);
        Document { root, problems: self.problems }
    }

    /// Notes that `bytes` bytes were looked at.
    pub(super) fn count(&mut self, bytes: usize) {
        #[cfg(test)]
        {
            self.steps += bytes + 1;
        }
        let _ = bytes;
    }

    pub(super) fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(b'\n')
    }

    pub(super) fn is_blank(&self, at: usize) -> bool {
        is_blank(self.byte(at))
    }

    /// Whether a blank or the line's end stands at `at`.
    pub(super) fn is_gap(&self, at: usize) -> bool {
        matches!(self.byte(at), b' ' | b'\t' | b'\n' | b'\r')
    }

    /// Whether a comment starts at `at`: a `#` after a blank or at the start of a line.
    pub(super) fn is_comment(&self, at: usize) -> bool {
        self.byte(at) == b'#'
            && (at == 0 || self.is_gap(at - 1) || self.text.as_bytes()[..at].ends_with("\u{feff}".as_bytes()))
    }

    /// Whether the list or key indicator `mark` stands at `at`.
    pub(super) fn is_indicator(&self, at: usize, mark: u8) -> bool {
        self.byte(at) == mark && self.is_gap(at + 1)
    }

    /// The first place from `at` that is no blank, at most `end`.
    pub(super) fn skip_blanks(&mut self, at: usize, end: usize) -> usize {
        let past = self.text.as_bytes()[at..end].iter().position(|b| !is_blank(*b)).map_or(end, |n| at + n);
        self.count(past - at);
        past
    }

    /// The end of `from..to` without trailing blanks.
    pub(super) fn trim_end(&self, from: usize, to: usize) -> usize {
        from + self.text[from..to].trim_end_matches([' ', '\t']).len()
    }

    /// The line the reader stands on; callers know that there is one.
    pub(super) fn current(&self) -> Line {
        self.lines[self.line]
    }

    /// Moves to the next line that is neither blank nor a comment.
    pub(super) fn content(&mut self) -> Option<Line> {
        while let Some(&line) = self.lines.get(self.line) {
            self.count(0);
            if !line.is_blank() && self.byte(line.content()) != b'#' {
                return Some(line);
            }
            self.line += 1;
        }
        None
    }

    /// The column of `at` in the current line.
    pub(super) fn column(&self, at: usize) -> i64 {
        (at - self.current().start()) as i64
    }

    pub(super) fn syntax(&mut self, start: usize, end: usize, message: impl Into<String>) {
        let span = Span::new(start, end);
        self.problems.push(Problem { span, message: message.into(), kind: ProblemKind::Syntax });
    }

    /// Reports that the plain text at `span` wants quotes.
    pub(super) fn needs_quotes(&mut self, span: Span) {
        let quoted = quote(span.slice(self.text));
        let message = format!("text like this needs quotes in YAML: write {}", shortened(&quoted));
        self.problems.push(Problem { span, message, kind: ProblemKind::NeedsQuotes { quoted } });
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { problems: self.problems.len(), too_deep: self.too_deep }
    }

    pub(super) fn forget_since(&mut self, mark: Mark) {
        self.problems.truncate(mark.problems);
        self.too_deep = mark.too_deep;
    }

    /// Whether something was refused, not only tolerated, since `mark`.
    pub(super) fn refused_since(&self, mark: Mark) -> bool {
        self.problems[mark.problems..].iter().any(|p| !p.kind.is_tolerated())
    }

    /// Reports a nesting deeper than is read, once for a document.
    pub(super) fn report_depth(&mut self, start: usize, end: usize) {
        if !std::mem::replace(&mut self.too_deep, true) {
            let message =
                format!("nested deeper than {} levels; what is inside is not read", super::MAX_DEPTH);
            self.syntax(start, end, message);
        }
    }

    /// Whether an unclosed quote or bracket of a value whose parent is at column `floor` ends
    /// before line `index`, because the next entry starts there.
    pub(super) fn ends_value(&mut self, index: usize, floor: i64) -> bool {
        let line = self.lines[index];
        self.count(0);
        line.indent() <= floor.max(0)
            && (self.is_indicator(line.content(), b'-') || self.word_key(line.content(), line.end()))
    }

    /// Whether a key of one bare word stands at `at`.
    pub(super) fn word_key(&mut self, at: usize, end: usize) -> bool {
        let bytes = &self.text.as_bytes()[at..end];
        let word = bytes.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')).count();
        self.count(word);
        word > 0 && self.is_indicator(at + word, b':')
    }
}

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The start of a text that is too long for a message.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// The lines of `text` from `start`. A line ends at `\n`, `\r\n` or a lone `\r`.
fn split_lines(text: &str, start: usize) -> Vec<Line> {
    let bytes = text.as_bytes();
    let mut lines = Vec::new();
    let mut at = start;
    while at < bytes.len() {
        let end = bytes[at..].iter().position(|b| matches!(b, b'\n' | b'\r')).map_or(bytes.len(), |n| at + n);
        let content = bytes[at..end].iter().position(|b| !is_blank(*b)).map_or(end, |n| at + n);
        lines.push(Line { start: at as u32, content: content as u32, end: end as u32 });
        at = if bytes[end..].starts_with(b"\r\n") { end + 2 } else { end + 1 };
    }
    lines
}
