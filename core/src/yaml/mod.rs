//! The plan dialect: YAML 1.2 as far as people write it, read without loss and without failing.
//!
//! Every node, key and entry knows its bytes in the file, so that an edit can change those bytes
//! and no others. Reading never fails: what could not be understood is a [`Problem`] with a place,
//! and the rest is still there. Reading takes linear time and bounded depth.
//!
//! Refused, each with a located problem: tabs as indentation, anchors, aliases, tags, several
//! documents, nesting deeper than [`MAX_DEPTH`]. Tolerated with a warning whose fix quotes it: a
//! plain value that holds `: ` or starts with a character YAML reserves; it is read to the end of
//! its line.

mod block;
mod flow;
mod leaf;
mod literal;
mod quoted;
mod read;
mod reader;
mod scalar;
#[cfg(test)]
mod tests;
mod write;

pub use read::read;
pub use scalar::{Scalar, Style, quote};
pub use write::{flow_scalar_for, scalar_for};

use crate::span::{Span, Spanned};

/// The deepest nesting of maps and lists that is read.
pub const MAX_DEPTH: usize = 64;

/// What a piece of YAML text holds.
#[derive(Clone, PartialEq, Debug)]
pub struct Document {
    /// The top-level node; a null node when the text holds nothing.
    pub root: Node,
    /// What could not be read, in the order of the text.
    pub problems: Vec<Problem>,
}

/// A value and where it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// The bytes of the value itself: quotes and brackets included, indentation and comments not.
    /// A block map or list reaches from its first entry to the end of its last value. A null that
    /// is not written has an empty span where it would stand.
    pub span: Span,
    /// What it is.
    pub kind: NodeKind,
}

/// The kinds of value.
#[derive(Clone, PartialEq, Debug)]
pub enum NodeKind {
    /// Written as nothing, `~` or `null`.
    Null,
    /// Text, number or boolean; see [`Scalar`] for how it reads as each.
    Scalar(Scalar),
    /// A list.
    Seq(Seq),
    /// A map.
    Map(Map),
}

/// A list, `- a` or `[a]`.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Seq {
    /// Whether it is written with brackets.
    pub flow: bool,
    /// Column (in bytes from the line's start) of the dashes of a block list.
    pub indent: u32,
    /// The items in order.
    pub items: Vec<Item>,
}

/// One item of a list.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    /// From the dash (or from the value, in brackets) to the end of the value.
    pub span: Span,
    /// The value.
    pub value: Node,
}

/// A map, `a: b` or `{a: b}`. Keys stand in the order of the text; a duplicate stays in the list
/// (and is a problem), the first one counts.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Map {
    /// Whether it is written with braces.
    pub flow: bool,
    /// Column (in bytes from the line's start) of the keys of a block map.
    pub indent: u32,
    /// The entries in order.
    pub entries: Vec<Entry>,
}

/// One entry of a map.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// From the key to the end of the value.
    pub span: Span,
    /// The key as text, quotes resolved.
    pub key: Spanned<String>,
    /// The value.
    pub value: Node,
}

impl Map {
    /// The first entry with this key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|e| e.key.value == key)
    }

    /// The value of the first entry with this key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|e| &e.value)
    }
}

impl Node {
    /// A null at `span`.
    pub fn null(span: Span) -> Self {
        Node { span, kind: NodeKind::Null }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        self.kind == NodeKind::Null
    }

    /// The map, when it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.kind {
            NodeKind::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The list, when it is one.
    pub fn as_seq(&self) -> Option<&Seq> {
        match &self.kind {
            NodeKind::Seq(seq) => Some(seq),
            _ => None,
        }
    }

    /// The scalar, when it is one.
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            NodeKind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The scalar's text as written, quotes and escapes resolved; numbers and booleans too
    /// (`007` is `"007"`: identifiers and dates are texts).
    pub fn as_text(&self) -> Option<&str> {
        self.as_scalar().map(|s| s.text.as_str())
    }

    /// The value's kind in a person's words: "a list", "a number".
    pub fn describe(&self) -> &'static str {
        match &self.kind {
            NodeKind::Null => "nothing",
            NodeKind::Scalar(s) => s.describe(),
            NodeKind::Seq(_) => "a list",
            NodeKind::Map(_) => "a map",
        }
    }
}

/// Something in the text that is not as it should be.
#[derive(Clone, PartialEq, Debug)]
pub struct Problem {
    /// The smallest place that shows it.
    pub span: Span,
    /// What is wrong, in a person's words.
    pub message: String,
    /// Which kind of thing it is, with what a fix needs.
    pub kind: ProblemKind,
}

/// The kinds of [`Problem`].
#[derive(Clone, PartialEq, Debug)]
pub enum ProblemKind {
    /// The text is not in the dialect. Whatever is understood around it stands.
    Syntax,
    /// The key at the problem's span was there before.
    DuplicateKey {
        /// Where it was first.
        first: Span,
    },
    /// A plain value that YAML proper would refuse, read to the end of its line.
    NeedsQuotes {
        /// The same value in quotes.
        quoted: String,
    },
}

impl ProblemKind {
    /// Whether the text is still read as what was meant, so that this is only a warning.
    pub fn is_tolerated(&self) -> bool {
        matches!(self, ProblemKind::NeedsQuotes { .. })
    }
}
