//! What each piece of a text is, for colouring: keys, values and comments of its YAML; headings, section
//! names, lists and code of its body. What is plain prose gets no token.

use super::Assist;
use crate::frontmatter::{Document, Frontmatter};
use crate::lint::Source;
use crate::markdown::{Markdown, lines};
use crate::model::id::{FeatureId, UnitId};
use crate::schema::{self, FileKind};
use crate::span::Span;
use crate::yaml::{self, Node, NodeKind};

/// A piece of a text, and what it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// Its bytes, which may reach over several lines.
    pub span: Span,
    /// What it is.
    pub kind: TokenKind,
}

/// The kinds of token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenKind {
    /// A key.
    Key,
    /// A value that is text.
    Text,
    /// A value of a closed list, a switch or nothing.
    Word,
    /// A number.
    Number,
    /// The id of a unit or a feature.
    Id,
    /// A comment.
    Comment,
    /// The marks around a head or a fence, and those of a list.
    Mark,
    /// A heading.
    Heading,
    /// The bold words that open a section.
    Section,
    /// Code: in a fence, or between backticks.
    Code,
}

impl TokenKind {
    /// Every kind's name, in the order of the kinds.
    pub const NAMES: [&str; 10] =
        ["key", "text", "word", "number", "id", "comment", "mark", "heading", "section", "code"];

    /// Its name.
    pub fn name(self) -> &'static str {
        TokenKind::NAMES[self as usize]
    }
}

impl Assist<'_> {
    /// The tokens of the text, in its order; no two overlap.
    pub fn tokens(&self) -> Vec<Token> {
        let mut paint = Paint { text: self.text, kind: self.kind(), tokens: Vec::new() };
        let whole = Span::new(0, self.text.len());
        let name = self.path.file_name();
        match (&self.source, self.document()) {
            (Some(Source::Plan(plan)), Some(doc)) => {
                let graph = plan.graph.as_ref().map(|graph| (graph.fence.span, &graph.yaml));
                paint.document(doc, graph);
            }
            (_, Some(doc)) => paint.document(doc, None),
            (Some(source), None) => {
                source.keys().into_iter().for_each(|yaml| paint.yaml(yaml, whole));
            }
            (None, None) if name.ends_with(".md") => paint.document(&Document::read(self.text.into()), None),
            (None, None) if name.ends_with(".yml") || name.ends_with(".yaml") => {
                paint.yaml(&yaml::read(self.text, whole), whole);
            }
            (None, None) => {}
        }
        paint.in_order()
    }
}

struct Paint<'t> {
    text: &'t str,
    kind: Option<FileKind>,
    tokens: Vec<Token>,
}

impl Paint<'_> {
    fn add(&mut self, span: Span, kind: TokenKind) {
        if !span.is_empty() {
            self.tokens.push(Token { span, kind });
        }
    }

    /// The outer one of two that overlap stays.
    fn in_order(mut self) -> Vec<Token> {
        crate::ordered::sort_by_key(&mut self.tokens, |token| (token.span.start, u32::MAX - token.span.end));
        let mut end = 0;
        self.tokens.retain(|token| {
            let free = token.span.start >= end;
            end = if free { token.span.end } else { end };
            free
        });
        self.tokens
    }

    fn document(&mut self, doc: &Document, graph: Option<(Span, &yaml::Document)>) {
        match &doc.frontmatter {
            Frontmatter::Absent => {}
            Frontmatter::Unclosed { open } => self.add(*open, TokenKind::Mark),
            Frontmatter::Present(block) => {
                self.add(block.open, TokenKind::Mark);
                self.yaml(&block.yaml, block.content);
                self.add(block.close, TokenKind::Mark);
            }
        }
        self.body(&doc.body, graph);
    }

    fn body(&mut self, body: &Markdown, graph: Option<(Span, &yaml::Document)>) {
        for fence in &body.fences {
            let before = Span { start: fence.span.start, end: fence.content.start.max(fence.span.start) };
            self.add(trimmed(self.text, before), TokenKind::Mark);
            match graph {
                Some((span, yaml)) if span == fence.span => self.yaml(yaml, fence.content),
                _ => self.add(trimmed(self.text, fence.content), TokenKind::Code),
            }
            let after = Span { start: fence.content.end, end: fence.span.end.max(fence.content.end) };
            self.add(trimmed(self.text, after), TokenKind::Mark);
        }
        body.headings.iter().for_each(|heading| self.add(heading.span, TokenKind::Heading));
        body.lead_ins.iter().for_each(|lead_in| self.add(lead_in.span, TokenKind::Section));
        for line in lines(self.text, body.span) {
            let words = line.slice(self.text);
            let indent = words.len() - words.trim_start().len();
            if !body.in_fence(line.start as usize + indent) {
                self.prose(line);
            }
        }
    }

    /// The mark of a list, and code between backticks, on a line of prose.
    fn prose(&mut self, line: Span) {
        let words = line.slice(self.text);
        let rest = words.trim_start();
        let (indent, digits) =
            (words.len() - rest.len(), rest.bytes().take_while(u8::is_ascii_digit).count());
        let (mark, after) = match rest.as_bytes().get(digits) {
            Some(b'-' | b'*' | b'+') if digits == 0 => (1, rest[1..].chars().next()),
            Some(b'.' | b')') if digits > 0 => (digits + 1, rest[digits + 1..].chars().next()),
            _ => (0, None),
        };
        let at = |from: usize, to: usize| Span::new(line.start as usize + from, line.start as usize + to);
        if after == Some(' ') {
            self.add(at(indent, indent + mark), TokenKind::Mark);
        }
        let mut from = 0;
        while let Some(start) = words[from..].find('`').map(|found| from + found) {
            let len = words[start..].bytes().take_while(|b| *b == b'`').count();
            let inner = &words[start + len..];
            from = start + len;
            if let Some(close) = closing(inner, len) {
                from += close + len;
                self.add(at(start, from), TokenKind::Code);
            }
        }
    }

    fn yaml(&mut self, yaml: &yaml::Document, content: Span) {
        let first = self.tokens.len();
        self.node(&yaml.root, None, true);
        let mut leaves: Vec<Span> = self.tokens[first..].iter().map(|token| token.span).collect();
        crate::ordered::sort_by_key(&mut leaves, |span| span.start);
        let mut at = content.start as usize;
        for leaf in leaves {
            self.comments(at, leaf.start as usize);
            at = at.max(leaf.end as usize);
        }
        self.comments(at, content.end as usize);
    }

    fn node(&mut self, node: &Node, key: Option<&str>, top: bool) {
        match &node.kind {
            NodeKind::Map(map) => {
                for entry in &map.entries {
                    self.add(entry.key.span, TokenKind::Key);
                    self.node(
                        &entry.value,
                        Some(&entry.key.value).filter(|_| top).map(String::as_str),
                        false,
                    );
                }
            }
            NodeKind::Seq(seq) => seq.items.iter().for_each(|item| self.node(&item.value, key, false)),
            NodeKind::Null => self.add(node.span, TokenKind::Word),
            NodeKind::Scalar(scalar) => {
                let listed = |name: &str| {
                    let key = self.kind.and_then(|kind| schema::find(kind, name));
                    key.is_some_and(|key| key.ty.words().contains(&scalar.text.as_str()))
                };
                let kind = if scalar.as_number().is_some() {
                    TokenKind::Number
                } else if scalar.as_bool().is_some() || key.is_some_and(listed) {
                    TokenKind::Word
                } else if UnitId::parse(&scalar.text).is_some() || FeatureId::parse(&scalar.text).is_some() {
                    TokenKind::Id
                } else {
                    TokenKind::Text
                };
                self.add(node.span, kind);
            }
        }
    }

    /// The comments between two values.
    fn comments(&mut self, from: usize, to: usize) {
        let mut at = from;
        while let Some(found) = self.text.get(at..to).and_then(|gap| gap.find('#')) {
            let start = at + found;
            let line = self.text[start..to].find('\n').map_or(to, |len| start + len);
            let free = self.text[..start].ends_with([' ', '\t', '\n']) || start == 0;
            if free {
                self.add(trimmed(self.text, Span::new(start, line)), TokenKind::Comment);
            }
            at = if free { line } else { start + 1 };
        }
    }
}

/// Where a run of exactly `len` backticks begins in `text`.
fn closing(text: &str, len: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(start) = text[at..].find('`').map(|found| at + found) {
        let run = text[start..].bytes().take_while(|b| *b == b'`').count();
        if run == len {
            return Some(start);
        }
        at = start + run;
    }
    None
}

/// `span` without the white space at its end.
fn trimmed(text: &str, span: Span) -> Span {
    Span { start: span.start, end: span.start + span.slice(text).trim_end().len() as u32 }
}
