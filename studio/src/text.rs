//! Between a file's text and the text a browser shows: a text field knows only `\n` and counts in
//! UTF-16, a file keeps its line ends and counts in bytes.

use specfuse_core::fix::TextEdit;
use specfuse_core::frontmatter::line_end;
use specfuse_core::span::{Span, floor_boundary};

/// Some editors begin a file with it. It is no part of what a person reads or writes.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A text that begins with a capital.
pub fn capital(text: &str) -> String {
    let mut text = text.to_owned();
    text.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
    text
}

/// The text as a field shows it: every line end is `\n`, and a byte order mark is not there.
pub fn shown(text: &str) -> String {
    text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n")
}

/// The change that makes of `text` what a field now shows; `None` when it shows the same. Line ends
/// that were not touched stay as they are, new ones are the file's own.
pub fn edit_from_field(text: &str, field: &str) -> Option<TextEdit> {
    let edit = replacement(&shown(text), field)?;
    let span = Span::new(in_file(text, edit.span.start as usize), in_file(text, edit.span.end as usize));
    Some(TextEdit::replace(span, edit.text.replace('\n', line_end(text))))
}

/// The smallest single replacement that makes `after` of `before`; `None` when they are equal.
pub fn replacement(before: &str, after: &str) -> Option<TextEdit> {
    if before == after {
        return None;
    }
    let head = before.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
    let head = floor_boundary(before, head).min(floor_boundary(after, head));
    let (old, new) = (&before[head..], &after[head..]);
    let mut tail = old.bytes().rev().zip(new.bytes().rev()).take_while(|(a, b)| a == b).count();
    while !old.is_char_boundary(old.len() - tail) || !new.is_char_boundary(new.len() - tail) {
        tail -= 1;
    }
    let span = Span::new(head, before.len() - tail);
    Some(TextEdit::replace(span, &new[..new.len() - tail]))
}

/// The byte of `text` that is byte `offset` of what is shown of it.
fn in_file(text: &str, offset: usize) -> usize {
    let mut left = offset;
    let mut at = mark_len(text);
    let bytes = text.as_bytes();
    while left > 0 && at < bytes.len() {
        at += if bytes[at..].starts_with(b"\r\n") { 2 } else { 1 };
        left -= 1;
    }
    at
}

fn mark_len(text: &str) -> usize {
    if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 }
}

/// Where byte `offset` of `text` is in a field that shows it, in UTF-16 units.
pub fn in_field(text: &str, offset: usize) -> u32 {
    Walk::new(text).to(offset)
}

/// Many places of one text, as a field that shows it counts them. In rising order each costs what lies
/// between it and the one before.
pub struct Walk<'t> {
    text: &'t str,
    at: usize,
    units: u32,
}

impl<'t> Walk<'t> {
    /// At the start of `text`.
    pub fn new(text: &'t str) -> Walk<'t> {
        Walk { text, at: mark_len(text), units: 0 }
    }

    /// Byte `offset`, in UTF-16 units.
    pub fn to(&mut self, offset: usize) -> u32 {
        let offset = floor_boundary(self.text, offset).max(mark_len(self.text));
        if offset < self.at {
            *self = Walk::new(self.text);
        }
        let between = &self.text[self.at..offset];
        let count: usize = between.chars().map(char::len_utf16).sum();
        // A line end of two bytes counts once, at its second one.
        let pairs = between.matches("\r\n").count()
            + usize::from(between.starts_with('\n') && self.text[..self.at].ends_with('\r'));
        self.at = offset;
        self.units += (count - pairs) as u32;
        self.units
    }
}

/// The byte of `text` that is UTF-16 unit `units` of a field that shows it.
pub fn from_field(text: &str, units: u32) -> usize {
    let mut at = mark_len(text);
    let mut left = units;
    let mut rest = text[at..].chars().peekable();
    while let Some(c) = rest.next().filter(|_| left > 0) {
        at += c.len_utf8();
        if c == '\r' && rest.next_if_eq(&'\n').is_some() {
            at += 1;
        }
        left = left.saturating_sub(c.len_utf16() as u32);
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use specfuse_core::fix::apply_text;

    fn check(text: &str, field: &str, after: &str) {
        let edits: Vec<_> = edit_from_field(text, field).into_iter().collect();
        assert_eq!(apply_text(text, &edits).as_deref(), Ok(after), "{text:?} shown as {field:?}");
    }

    #[test]
    fn line_ends_survive_typing() {
        check("a\r\nb\r\n", "a\nb\n", "a\r\nb\r\n");
        check("a\r\nb\r\n", "a\nxb\n", "a\r\nxb\r\n");
        check("a\r\nb\r\n", "a\n\nb\n", "a\r\n\r\nb\r\n");
        check("a\r\nb\r\n", "ab\n", "ab\r\n");
        check("a\rb\nc", "a\nb\ncd", "a\rb\ncd");
        check("é\r\nö", "é\nü", "é\r\nü");
        check("", "x", "x");
        check("aa", "a", "a");
    }

    #[test]
    fn a_byte_order_mark_is_not_shown_and_stays() {
        check("\u{feff}a\r\nb", "x\nb", "\u{feff}x\r\nb");
        check("\u{feff}a", "", "\u{feff}");
        assert_eq!((in_field("\u{feff}ab", 4), from_field("\u{feff}ab", 1)), (1, 4));
    }

    #[test]
    fn places_go_to_the_field_and_back() {
        let text = "\u{feff}é\r\n😀b\rc\n";
        let mut walk = Walk::new(text);
        for (at, _) in text
            .char_indices()
            .skip(1)
            .filter(|(at, _)| !text[..*at].ends_with('\r') || text.as_bytes()[*at] != b'\n')
        {
            assert_eq!(walk.to(at), in_field(text, at), "{at}");
            assert_eq!(from_field(text, in_field(text, at)), at, "{at}");
        }
        assert_eq!((walk.to(3), from_field(text, 99)), (0, text.len()));
    }

    #[test]
    fn places_are_counted_as_the_field_counts() {
        assert_eq!(in_field("a\r\nb", 3), 2);
        assert_eq!(in_field("😀b", 4), 2);
        assert_eq!(in_field("ab", 99), 2);
    }
}
