//! Quoted scalars: where they close, what their escapes mean, how their lines fold.

use super::leaf::fold;
use super::reader::{Reader, is_blank};

/// A quoted scalar that was closed.
pub(super) struct Quoted {
    pub(super) text: String,
    /// The line of the closing quote.
    pub(super) line: usize,
    /// Right behind the closing quote.
    pub(super) end: usize,
}

impl Reader<'_> {
    /// The offset of the quote that closes the one at `open`, when it is before `end`.
    pub(super) fn closing_quote(&mut self, open: usize, end: usize) -> Option<usize> {
        let quote = self.byte(open);
        let mut at = open + 1;
        let mut found = None;
        while at < end {
            let byte = self.byte(at);
            if byte == b'\\' && quote == b'"' || byte == quote && quote == b'\'' && self.byte(at + 1) == quote
            {
                at += 2;
            } else if byte == quote {
                found = Some(at);
                break;
            } else {
                at += 1;
            }
        }
        self.count(at - open);
        found
    }

    /// The quoted scalar that opens at `open` of line `line`. It may go on over further lines, up
    /// to one where the next entry of a parent at column `floor` starts.
    pub(super) fn quoted(&mut self, line: usize, open: usize, floor: i64) -> Option<Quoted> {
        let mut text = String::new();
        let mut index = line;
        let mut at = open + 1;
        loop {
            let (stop, escaped_break) = match self.quoted_part(&mut text, open, at, self.lines[index].end()) {
                Part::Closed(end) => return Some(Quoted { text, line: index, end }),
                Part::LineEnd { escaped, keep } => (keep, escaped),
            };
            if !escaped_break {
                trim_blanks(&mut text, stop);
            }
            let mut blanks = 0;
            index += 1;
            while self.lines.get(index).is_some_and(|l| l.is_blank()) {
                self.count(0);
                blanks += 1;
                index += 1;
            }
            if index >= self.lines.len() || self.ends_value(index, floor) {
                return None;
            }
            if !escaped_break || blanks > 0 {
                fold(&mut text, blanks);
            }
            at = self.lines[index].content();
        }
    }

    /// Reads one line of the scalar that opens at `open`, from `at`.
    fn quoted_part(&mut self, text: &mut String, open: usize, mut at: usize, end: usize) -> Part {
        let quote = self.byte(open);
        let mut keep = text.len();
        while at < end {
            let run = self.text.as_bytes()[at..end]
                .iter()
                .position(|b| *b == quote || *b == b'\\' && quote == b'"');
            let stop = run.map_or(end, |n| at + n);
            self.count(stop - at);
            text.push_str(&self.text[at..stop]);
            if stop == end {
                break;
            }
            if self.byte(stop) == b'\\' {
                if stop + 1 == end {
                    return Part::LineEnd { escaped: true, keep };
                }
                at = self.escape(text, stop, end);
                keep = text.len();
            } else if quote == b'\'' && stop + 1 < end && self.byte(stop + 1) == quote {
                text.push('\'');
                at = stop + 2;
            } else {
                return Part::Closed(stop + 1);
            }
        }
        Part::LineEnd { escaped: false, keep }
    }

    /// Resolves the escape at `at`; gives back where it ends.
    fn escape(&mut self, text: &mut String, at: usize, end: usize) -> usize {
        let letter = self.byte(at + 1);
        if let Some(c) = simple_escape(letter) {
            text.push(c);
            return at + 2;
        }
        let digits = match letter {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            _ => {
                return self.bad_escape(
                    text,
                    at,
                    at + 1,
                    "this escape is not known; write `\\\\` for a backslash",
                );
            }
        };
        let Some(code) = self.hex(at + 2, digits, end) else {
            return self.bad_escape(text, at, at + 2, "this escape needs more hexadecimal digits");
        };
        let past = at + 2 + digits;
        if let Some(c) = char::from_u32(code) {
            text.push(c);
            return past;
        }
        if let Some(c) = self.low_surrogate(past, end).and_then(|low| join_surrogates(code, low)) {
            text.push(c);
            return past + 6;
        }
        self.syntax(at, past, "this escape is no character");
        text.push(char::REPLACEMENT_CHARACTER);
        past
    }

    fn bad_escape(&mut self, text: &mut String, at: usize, past: usize, message: &str) -> usize {
        self.syntax(at, past, message);
        text.push_str(&self.text[at..past]);
        past
    }

    fn hex(&self, at: usize, digits: usize, end: usize) -> Option<u32> {
        let text = if at + digits <= end { self.text.get(at..at + digits)? } else { return None };
        if !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        u32::from_str_radix(text, 16).ok()
    }

    fn low_surrogate(&self, at: usize, end: usize) -> Option<u32> {
        if at + 6 <= end && self.text.as_bytes()[at..].starts_with(b"\\u") {
            self.hex(at + 2, 4, end)
        } else {
            None
        }
    }
}

enum Part {
    Closed(usize),
    /// The line ended first. Blanks behind `keep` are only layout.
    LineEnd {
        escaped: bool,
        keep: usize,
    },
}

fn trim_blanks(text: &mut String, keep: usize) {
    while text.len() > keep && text.as_bytes().last().is_some_and(|b| is_blank(*b)) {
        text.pop();
    }
}

/// JSON writes characters beyond U+FFFF as two escapes.
fn join_surrogates(high: u32, low: u32) -> Option<char> {
    let halves = (0xd800..0xdc00).contains(&high) && (0xdc00..0xe000).contains(&low);
    if halves { char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)) } else { None }
}

fn simple_escape(letter: u8) -> Option<char> {
    Some(match letter {
        b'0' => '\0',
        b'a' => '\u{7}',
        b'b' => '\u{8}',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\u{b}',
        b'f' => '\u{c}',
        b'r' => '\r',
        b'e' => '\u{1b}',
        b' ' => ' ',
        b'"' => '"',
        b'/' => '/',
        b'\\' => '\\',
        b'N' => '\u{85}',
        b'_' => '\u{a0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        _ => return None,
    })
}
