//! Block scalars: `|` keeps its lines, `>` joins them.

use super::leaf::text_node;
use super::reader::{Line, Reader, is_blank};
use super::{Node, Style};
use crate::span::Span;

/// What stands behind `|` or `>`.
#[derive(Clone, Copy)]
pub(super) struct Header {
    chomp: Chomp,
    /// The indentation that was written as a digit.
    indent: Option<i64>,
    end: usize,
}

/// What happens to the line ends at the scalar's end.
#[derive(Clone, Copy, PartialEq)]
enum Chomp {
    Strip,
    Clip,
    Keep,
}

impl<'a> Reader<'a> {
    /// The header at `at` of the current line, when it is one and nothing else follows.
    pub(super) fn block_header(&mut self, at: usize) -> Option<Header> {
        let line_end = self.current().end();
        let mut header = Header { chomp: Chomp::Clip, indent: None, end: at + 1 };
        while header.end < line_end {
            match self.byte(header.end) {
                b'-' if header.chomp == Chomp::Clip => header.chomp = Chomp::Strip,
                b'+' if header.chomp == Chomp::Clip => header.chomp = Chomp::Keep,
                digit @ b'1'..=b'9' if header.indent.is_none() => {
                    header.indent = Some(i64::from(digit - b'0'))
                }
                _ => break,
            }
            header.end += 1;
        }
        let rest = self.skip_blanks(header.end, line_end);
        (rest == line_end || self.is_comment(rest)).then_some(header)
    }

    /// The block scalar whose header is at `at`, with its content deeper than `floor`.
    pub(super) fn block_scalar(&mut self, at: usize, header: Header, floor: i64) -> Node {
        self.line += 1;
        let indent = match header.indent {
            Some(digit) => floor.max(0) + digit,
            None => self.detect_indent(floor),
        };
        let first = self.line;
        let last = self.block_end(indent, header.chomp);
        let lines = first..self.line;
        let style = if self.byte(at) == b'|' { Style::Literal } else { Style::Folded };
        let text = self.block_text(lines, indent, style, header);
        text_node(Span::new(at, last.unwrap_or(header.end)), text, style)
    }

    /// The indentation of the first line that holds something; beyond any line when it does not
    /// belong to the scalar.
    fn detect_indent(&mut self, floor: i64) -> i64 {
        let first = self.lines[self.line..].iter().position(|line| !line.is_blank());
        self.count(first.unwrap_or(0));
        let indent = first.map_or(0, |n| self.spaces(self.lines[self.line + n]));
        if first.is_some() && indent > floor { indent } else { (floor + 1).max(0) }
    }

    /// Moves behind the scalar's last line; gives back where its content ends.
    fn block_end(&mut self, indent: i64, chomp: Chomp) -> Option<usize> {
        let mut last = None;
        while let Some(&line) = self.lines.get(self.line) {
            let deep = self.spaces(line) >= indent;
            if !line.is_blank() && !deep {
                break;
            }
            if !line.is_blank() || chomp == Chomp::Keep {
                last = Some(line.end());
            }
            self.line += 1;
        }
        last
    }

    fn block_text(
        &mut self,
        lines: std::ops::Range<usize>,
        indent: i64,
        style: Style,
        header: Header,
    ) -> String {
        let mut text = String::new();
        let (mut breaks, mut inside, mut was_deeper) = (0, false, false);
        for index in lines.clone() {
            let counts = inside || header.indent.is_some();
            let content = self.block_line(self.lines[index], indent, counts);
            let Some(first) = content.bytes().next() else {
                breaks += 1;
                continue;
            };
            let deeper = is_blank(first);
            if inside {
                let joins = style == Style::Folded && !deeper && !was_deeper;
                text.push_str(if !joins {
                    "\n"
                } else if breaks == 0 {
                    " "
                } else {
                    ""
                });
            }
            text.extend(std::iter::repeat_n('\n', breaks));
            text.push_str(content);
            (breaks, inside, was_deeper) = (0, true, deeper);
        }
        let unended = lines.last().is_some_and(|i| self.lines[i].end() == self.text.len());
        let last = match header.chomp {
            Chomp::Strip => 0,
            Chomp::Clip => usize::from(inside && !(unended && breaks == 0)),
            Chomp::Keep => (breaks + usize::from(inside)).saturating_sub(usize::from(unended)),
        };
        text.extend(std::iter::repeat_n('\n', last));
        text
    }

    /// What a line adds to the scalar. A line of blanks adds nothing as long as the first content,
    /// which says what is indentation, is to come: blanks do not count then.
    fn block_line(&mut self, line: Line, indent: i64, blanks_count: bool) -> &'a str {
        let spaces = self.spaces(line);
        if line.is_blank() && (spaces < indent || !blanks_count) {
            return "";
        }
        let text: &'a str = self.text;
        &text[line.start() + spaces.min(indent) as usize..line.end()]
    }

    /// Spaces at the line's start: no tab counts.
    fn spaces(&mut self, line: Line) -> i64 {
        let indent = &self.text.as_bytes()[line.start()..line.content()];
        let spaces = indent.iter().position(|b| *b != b' ').unwrap_or(indent.len());
        self.count(spaces);
        spaces as i64
    }
}
