//! The structure of a Markdown body that plans have a meaning for: headings, fenced code, bold
//! lead-ins (`**Context.** …`) and the sections that they open. Nothing is rendered here.
//!
//! A heading or lead-in inside a fence or a closed HTML comment is none. One pass over the lines.

use crate::span::{Span, Spanned};

/// What stands in a body. All spans are in bytes of the file's text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Markdown {
    /// The body: everything after the head.
    pub span: Span,
    /// ATX headings (`## …`) in order.
    pub headings: Vec<Heading>,
    /// Fenced code blocks in order.
    pub fences: Vec<Fence>,
    /// Bold lead-ins at the start of a line, in order.
    pub lead_ins: Vec<LeadIn>,
}

/// An ATX heading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heading {
    /// From 1 to 6.
    pub level: u8,
    /// The text without the marks.
    pub text: Spanned<String>,
    /// The line without its end.
    pub span: Span,
}

/// A fenced code block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fence {
    /// The info string after the opening marks, trimmed.
    pub info: Spanned<String>,
    /// The lines between the fences.
    pub content: Span,
    /// From the opening marks to the end of the closing line, or of the text.
    pub span: Span,
    /// Whether it was closed.
    pub closed: bool,
    /// How far the opening marks are indented, in bytes.
    pub indent: usize,
}

impl Fence {
    /// The first word of the info string: the language.
    pub fn language(&self) -> &str {
        self.info.value.split_whitespace().next().unwrap_or("")
    }
}

/// Bold text at the start of a line, which opens a section when its name is a known one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeadIn {
    /// The bold text without a final `.` or `:`.
    pub name: Spanned<String>,
    /// From the first star to the last.
    pub span: Span,
}

/// A named part of a body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Section {
    /// The heading line or lead-in that opens it.
    pub opener: Span,
    /// What follows, up to the next heading of its level or above, or the next known section.
    pub body: Span,
    /// The heading's level; `None` for a lead-in.
    pub level: Option<u8>,
}

/// An item of a list at the outermost level of a section.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ListItem {
    /// From the marker to the end of the item's last line that holds text.
    pub span: Span,
    /// The same without the marker.
    pub text: Span,
}

/// The names that open a section wherever they stand as a lead-in.
pub const SECTION_NAMES: [&str; 6] =
    ["Objective", "Context", "Acceptance criteria", "Do not touch", "Verification", "Escalation triggers"];

impl Markdown {
    /// Reads the body at `span` of `text`.
    pub fn read(text: &str, span: Span) -> Markdown {
        Scan {
            text,
            end: span.end as usize,
            out: Markdown { span, ..Markdown::default() },
            no_comment_end: false,
        }
        .run(span.start as usize)
    }

    /// The first section of that name, as a heading of any level or as a lead-in. Names compare
    /// without case; words after the name count when they start with a mark ("Context (short)").
    pub fn section(&self, name: &str) -> Option<Section> {
        let heading = self.headings.iter().find(|h| names(&h.text.value, name));
        let lead_in = self.lead_ins.iter().find(|l| names(&l.name.value, name));
        match (heading, lead_in) {
            (Some(h), Some(l)) if l.span.start < h.span.start => Some(self.lead_in_section(l)),
            (Some(h), _) => Some(self.heading_section(h)),
            (None, Some(l)) => Some(self.lead_in_section(l)),
            (None, None) => None,
        }
    }

    /// The section that `heading` opens: up to the next heading of its level or above.
    pub fn heading_section(&self, heading: &Heading) -> Section {
        let end =
            self.headings.iter().find(|h| h.span.start > heading.span.start && h.level <= heading.level);
        let mut end = end.map_or(self.span.end, |h| h.span.start);
        if is_section_name(&heading.text.value) {
            end = end.min(self.next_known_lead_in(heading.span.end));
        }
        Section {
            opener: heading.span,
            body: Span { start: heading.span.end, end },
            level: Some(heading.level),
        }
    }

    /// The section that `lead_in` opens: up to the next heading or known section.
    pub fn lead_in_section(&self, lead_in: &LeadIn) -> Section {
        let heading = self.headings.iter().find(|h| h.span.start > lead_in.span.start);
        let end =
            heading.map_or(self.span.end, |h| h.span.start).min(self.next_known_lead_in(lead_in.span.end));
        Section { opener: lead_in.span, body: Span { start: lead_in.span.end, end }, level: None }
    }

    fn next_known_lead_in(&self, after: u32) -> u32 {
        let next = self.lead_ins.iter().find(|l| l.span.start >= after && is_section_name(&l.name.value));
        next.map_or(self.span.end, |l| l.span.start)
    }

    /// Whether `offset` lies in a fence.
    pub fn in_fence(&self, offset: usize) -> bool {
        let after = self.fences.partition_point(|f| f.span.start as usize <= offset);
        after > 0 && offset < self.fences[after - 1].span.end as usize
    }

    /// The items of the outermost lists in `span`, fenced code left out.
    pub fn items(&self, text: &str, span: Span) -> Vec<ListItem> {
        let mut items: Vec<ListItem> = Vec::new();
        let mut outer = usize::MAX;
        for line in lines(text, span) {
            let words = line.slice(text);
            let indent = words.len() - words.trim_start().len();
            let in_code = self.in_fence(line.start as usize + indent);
            match marker(words).filter(|_| !in_code) {
                Some(len) if indent <= outer.saturating_add(1) => {
                    outer = outer.min(indent);
                    let start = line.start as usize;
                    let end = start + words.trim_end().len();
                    let text = Span::new((start + len).min(end), end);
                    items.push(ListItem { span: Span::new(start + indent, end), text });
                }
                _ if words.trim().is_empty() => {}
                _ if indent > outer || in_code => extend(&mut items, line, words),
                _ if outer == usize::MAX => {}
                _ => extend_lazily(text, &mut items, line, words),
            }
        }
        items
    }
}

fn extend(items: &mut [ListItem], line: Span, words: &str) {
    if let Some(item) = items.last_mut() {
        let end = line.start + words.trim_end().len() as u32;
        item.span.end = end;
        item.text.end = end;
    }
}

/// A line that is not indented goes on with the item only when no blank line stands between.
fn extend_lazily(text: &str, items: &mut [ListItem], line: Span, words: &str) {
    if let Some(item) = items.last() {
        let between = &text[item.span.end as usize..line.start as usize];
        if between.bytes().filter(|b| *b == b'\n').count() == 1 {
            extend(items, line, words);
        }
    }
}

/// The bytes up to an item's text, when the line starts a list item.
fn marker(line: &str) -> Option<usize> {
    let rest = line.trim_start();
    let indent = line.len() - rest.len();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let mark = match rest.as_bytes().get(digits) {
        Some(b'.' | b')') if (1..=9).contains(&digits) => digits + 1,
        Some(b'-' | b'*' | b'+') if digits == 0 => 1,
        _ => return None,
    };
    match rest.as_bytes().get(mark) {
        Some(b' ' | b'\t') => Some(indent + mark + 1),
        None => Some(indent + mark),
        Some(_) => None,
    }
}

/// Whether `text` begins with what is a list, quote, table, rule, comment or fenced code only where a line begins with it.
pub fn begins_block(text: &str) -> bool {
    let line = text.lines().next().unwrap_or("").trim_end();
    marker(line).is_some_and(|len| len < line.len())
        || line.starts_with(['>', '|'])
        || line.starts_with("<!--")
        || fence_marks(line).is_some()
        || line.len() > 2 && ["-", "*", "_"].iter().any(|mark| line.trim_start_matches(mark).is_empty())
}

fn names(written: &str, name: &str) -> bool {
    let Some(head) = written.get(..name.len()) else { return false };
    let rest = &written[name.len()..];
    head.eq_ignore_ascii_case(name) && !rest.trim_start().starts_with(|c: char| c.is_alphanumeric())
}

/// Whether `written` opens one of the sections a unit is made of.
pub fn is_section_name(written: &str) -> bool {
    SECTION_NAMES.iter().any(|name| names(written, name))
}

/// The lines that start in `span`, each without its end (`\n` or `\r\n`).
pub fn lines(text: &str, span: Span) -> impl Iterator<Item = Span> + '_ {
    let mut at = span.start as usize;
    let end = span.end as usize;
    std::iter::from_fn(move || {
        if at >= end {
            return None;
        }
        let len = text[at..end].find('\n').unwrap_or(end - at);
        let line = Span::new(at, at + text[at..at + len].trim_end_matches('\r').len());
        at += len + 1;
        Some(line)
    })
}

struct Scan<'a> {
    text: &'a str,
    end: usize,
    out: Markdown,
    no_comment_end: bool,
}

impl Scan<'_> {
    fn run(mut self, start: usize) -> Markdown {
        let mut at = start;
        while at < self.end {
            at = self.line(at);
        }
        self.out
    }

    /// Reads the line at `at`; answers where to go on.
    fn line(&mut self, at: usize) -> usize {
        let (line, next) = self.split(at);
        let words = &self.text[line.range()];
        let rest = words.trim_start();
        let indent = words.len() - rest.len();
        if let Some((mark, len)) = fence_marks(rest) {
            return self.fence(line, next, indent, mark, len);
        }
        if rest.starts_with("<!--") {
            return self.comment(line.start as usize + indent, next);
        }
        if indent <= 3 {
            self.heading(line, rest, indent);
            self.lead_in(line, rest, indent);
        }
        next
    }

    fn split(&self, at: usize) -> (Span, usize) {
        let len = self.text[at..self.end].find('\n').map_or(self.end - at, |n| n + 1);
        let words = self.text[at..at + len].trim_end_matches(['\n', '\r']).len();
        (Span::new(at, at + words), at + len)
    }

    fn fence(&mut self, line: Span, mut next: usize, indent: usize, mark: u8, len: usize) -> usize {
        let start = line.start as usize + indent;
        let after = start + len;
        let written = &self.text[after..line.end as usize];
        let lead = written.len() - written.trim_start().len();
        let info = written.trim();
        let info = Spanned::new(
            info.to_owned(),
            Span::new(after + lead.min(written.len()), after + lead + info.len()),
        );
        let content = next;
        while next < self.end {
            let (line, following) = self.split(next);
            let words = self.text[line.range()].trim();
            if words.len() >= len && words.bytes().all(|b| b == mark) {
                let content = Span::new(content, next);
                let span = Span::new(start, line.end as usize);
                self.out.fences.push(Fence { info, content, span, closed: true, indent });
                return following;
            }
            next = following;
        }
        let (content, span) = (Span::new(content.min(self.end), self.end), Span::new(start, self.end));
        self.out.fences.push(Fence { info, content, span, closed: false, indent });
        self.end
    }

    fn comment(&mut self, start: usize, next: usize) -> usize {
        if self.no_comment_end {
            return next;
        }
        match self.text[start..self.end].find("-->") {
            Some(len) => self.split(start + len).1.max(next),
            None => {
                self.no_comment_end = true;
                next
            }
        }
    }

    fn heading(&mut self, line: Span, rest: &str, indent: usize) {
        let level = rest.bytes().take_while(|b| *b == b'#').count();
        let after = &rest[level..];
        if !(1..=6).contains(&level) || !(after.is_empty() || after.starts_with([' ', '\t'])) {
            return;
        }
        let title = strip_closing_marks(after.trim());
        let lead = after.len() - after.trim_start().len();
        let start = line.start as usize + indent + level + lead;
        let text = Spanned::new(title.to_owned(), Span::new(start, start + title.len()));
        self.out.headings.push(Heading { level: level as u8, text, span: line });
    }

    fn lead_in(&mut self, line: Span, rest: &str, indent: usize) {
        let Some(inner) = rest.strip_prefix("**") else { return };
        let Some(len) = inner.find("**").filter(|len| *len > 0 && !inner.starts_with(' ')) else { return };
        let start = line.start as usize + indent;
        let name = inner[..len].trim_end_matches(['.', ':', ' ']);
        let name = Spanned::new(name.to_owned(), Span::new(start + 2, start + 2 + name.len()));
        self.out.lead_ins.push(LeadIn { name, span: Span::new(start, start + len + 4) });
    }
}

/// The mark and its count, when the line opens a fence.
fn fence_marks(rest: &str) -> Option<(u8, usize)> {
    let mark = *rest.as_bytes().first()?;
    let len = rest.bytes().take_while(|b| *b == mark).count();
    let opens = len >= 3 && (mark == b'~' || mark == b'`' && !rest[len..].contains('`'));
    opens.then_some((mark, len))
}

fn strip_closing_marks(title: &str) -> &str {
    let bare = title.trim_end_matches('#');
    if bare.is_empty() || bare.ends_with([' ', '\t']) { bare.trim_end() } else { title }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Markdown {
        Markdown::read(text, Span::new(0, text.len()))
    }

    fn section<'a>(text: &'a str, name: &str) -> Option<&'a str> {
        read(text).section(name).map(|s| s.body.slice(text).trim())
    }

    #[test]
    fn a_heading_inside_a_fence_or_a_comment_is_none() {
        let text = "# T ##\n```md\n## Context\n```\n<!--\n## Context\n-->\n~~~\n# x\n```\n~~~\n   ### C#\n";
        let titles: Vec<_> = read(text).headings.iter().map(|h| (h.level, h.text.value.clone())).collect();
        assert_eq!(titles, [(1, "T".into()), (3, "C#".into())]);
        assert_eq!(section(text, "Context"), None);
        assert_eq!(read("<!-- open\n# T\n").headings.len(), 1, "a comment that never ends hides nothing");
    }

    #[test]
    fn sections_are_lead_ins_or_headings() {
        let text = "**Context.** why\n**Note.** still\n\n**Acceptance Criteria:**\n1. one\n## Verification (all)\nrun\n### deep\nmore\n## Other\n";
        assert_eq!(section(text, "Context"), Some("why\n**Note.** still"));
        assert_eq!(section(text, "Acceptance criteria"), Some("1. one"));
        assert_eq!(section(text, "Verification"), Some("run\n### deep\nmore"));
        assert_eq!(section("## Contextual\n", "Context"), None);
        assert_eq!(section("**Contexté**", "Context"), None);
    }

    #[test]
    fn fences_know_their_language_and_content() {
        let text = "a\n  ```yaml x\ngates:\n  ```\n````\n```\n";
        let fences = read(text).fences;
        assert_eq!(fences[0].language(), "yaml");
        assert_eq!(fences[0].content.slice(text), "gates:\n");
        assert!(fences[0].closed && !fences[1].closed);
    }

    #[test]
    fn items_are_the_outermost() {
        let text = "lead\n1. one\n   more\n   - sub\n2. two\nlazy\n\nafter\n- three\n  ```\n- no\n  ```\n";
        let span = Span::new(0, text.len());
        let items = read(text).items(text, span);
        let words: Vec<_> = items.iter().map(|i| i.text.slice(text)).collect();
        assert_eq!(words, ["one\n   more\n   - sub", "two\nlazy", "three\n  ```\n- no\n  ```"]);
    }
}
