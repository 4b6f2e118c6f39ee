//! Between a file's text and the text a browser shows: a text field knows only `\n` and counts in
//! UTF-16, a file keeps its line ends and counts in bytes.

use specfuse_core::fix::TextEdit;
use specfuse_core::frontmatter::line_end;
use specfuse_core::span::{Span, floor_boundary};

/// The text as a field shows it: every line end is `\n`.
pub fn shown(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
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
    let mut at = 0;
    let bytes = text.as_bytes();
    while left > 0 && at < bytes.len() {
        at += if bytes[at..].starts_with(b"\r\n") { 2 } else { 1 };
        left -= 1;
    }
    at
}

/// Where byte `offset` of `text` is in a field that shows it, in UTF-16 units.
pub fn in_field(text: &str, offset: usize) -> u32 {
    let before = &text[..floor_boundary(text, offset)];
    let count: usize = before.chars().map(char::len_utf16).sum();
    let pairs = before.matches("\r\n").count();
    (count - pairs) as u32
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
    fn places_are_counted_as_the_field_counts() {
        assert_eq!(in_field("a\r\nb", 3), 2);
        assert_eq!(in_field("😀b", 4), 2);
        assert_eq!(in_field("ab", 99), 2);
    }
}
