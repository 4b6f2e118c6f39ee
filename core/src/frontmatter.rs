//! Files with a head of keys: the lines between a first `---` and the next one, then a body.

use crate::markdown::Markdown;
use crate::span::{Span, Spanned, after_bom};
use crate::yaml::{self, Entry, Map, Node};
use std::sync::Arc;

/// The head of a file.
#[derive(Clone, PartialEq, Debug)]
pub enum Frontmatter {
    /// The first line is not `---`.
    Absent,
    /// Opened and never closed; the first `---`.
    Unclosed {
        /// The opening line, without its end.
        open: Span,
    },
    /// Opened and closed.
    Present(Block),
}

/// A head that is there: its two fences and what stands between.
#[derive(Clone, PartialEq, Debug)]
pub struct Block {
    /// The opening `---`, without its line end.
    pub open: Span,
    /// Everything between the fences: whole lines, the last line end included.
    pub content: Span,
    /// The closing `---`, without its line end.
    pub close: Span,
    /// The keys.
    pub yaml: yaml::Document,
}

/// A file made of a head and a Markdown body. Every plan, gate, unit and review is one.
#[derive(Clone, PartialEq, Debug)]
pub struct Document {
    /// The whole text, to the byte.
    pub text: Arc<str>,
    /// The head.
    pub frontmatter: Frontmatter,
    /// The body's structure; all of the text when there is no head.
    pub body: Markdown,
}

impl Document {
    /// Reads a file. Never fails: what is wrong with the head is in `frontmatter`.
    pub fn read(text: Arc<str>) -> Document {
        let (frontmatter, body) = split(&text);
        let body = Markdown::read(&text, body);
        Document { text, frontmatter, body }
    }

    /// The head's keys, when there is a head and it is a map.
    pub fn keys(&self) -> Option<&Map> {
        match &self.frontmatter {
            Frontmatter::Present(block) => block.yaml.root.as_map(),
            _ => None,
        }
    }

    /// The head, when there is one.
    pub fn block(&self) -> Option<&Block> {
        match &self.frontmatter {
            Frontmatter::Present(block) => Some(block),
            _ => None,
        }
    }

    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.keys()?.entry(key)
    }

    /// The value of a key; `None` when it is absent or null.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.keys()?.get(key).filter(|node| !node.is_null())
    }

    /// Where a finding about a missing key points: the opening fence, else the file's start.
    pub fn head_span(&self) -> Span {
        match &self.frontmatter {
            Frontmatter::Absent => Span::at(0),
            Frontmatter::Unclosed { open } => *open,
            Frontmatter::Present(block) => block.open,
        }
    }

    /// The body's first heading of level one: a unit's title.
    pub fn title(&self) -> Option<&Spanned<String>> {
        self.body.headings.iter().find(|h| h.level == 1).map(|h| &h.text)
    }

    /// How this file ends its lines: `\r\n` when its first line does, else `\n`.
    pub fn line_end(&self) -> &'static str {
        line_end(&self.text)
    }
}

/// How `text` ends its lines: `\r\n` when its first line does, else `\n`.
pub fn line_end(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

fn split(text: &str) -> (Frontmatter, Span) {
    let start = after_bom(text);
    let whole = Span::new(start, text.len());
    let (first, mut at) = line(text, start);
    if !is_fence(first.slice(text)) {
        return (Frontmatter::Absent, whole);
    }
    let content_start = at;
    while at < text.len() {
        let (this, next) = line(text, at);
        if is_fence(this.slice(text)) {
            let content = Span::new(content_start, at);
            let block = Block {
                open: fence(text, first),
                content,
                close: fence(text, this),
                yaml: yaml::read(text, content),
            };
            return (Frontmatter::Present(block), Span::new(next, text.len()));
        }
        at = next;
    }
    (Frontmatter::Unclosed { open: fence(text, first) }, Span::new(content_start.min(text.len()), text.len()))
}

/// The line at `at` without its end, and where the next one starts.
fn line(text: &str, at: usize) -> (Span, usize) {
    match text[at..].find('\n') {
        Some(len) => (Span::new(at, at + len), at + len + 1),
        None => (Span::new(at, text.len()), text.len()),
    }
}

fn is_fence(line: &str) -> bool {
    line.trim_end_matches([' ', '\t', '\r']) == "---"
}

fn fence(text: &str, line: Span) -> Span {
    let written = line.slice(text).trim_end().len();
    Span::new(line.start as usize, line.start as usize + written)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(text: &str) -> Option<&str> {
        match split(text).0 {
            Frontmatter::Present(block) => Some(block.content.slice(text)),
            _ => None,
        }
    }

    #[test]
    fn a_head_is_between_the_first_line_and_the_next_rule() {
        assert_eq!(content("---\na: 1\n---\nbody\n---\n"), Some("a: 1\n"));
        assert_eq!(content("\u{feff}--- \r\na: 1\r\n---\t\r\n"), Some("a: 1\r\n"));
        assert_eq!(content("---\n---"), Some(""));
        assert_eq!(content("\n---\na: 1\n---\n"), None);
        assert_eq!(content("----\na: 1\n---\n"), None);
        assert!(matches!(split("---\na: 1\n").0, Frontmatter::Unclosed { .. }));
        assert!(matches!(split("---").0, Frontmatter::Unclosed { .. }));
        assert!(matches!(split("").0, Frontmatter::Absent));
    }
}
