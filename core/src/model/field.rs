//! Typed reading of keys: absent, not what it should be, or a value with its place.

use crate::frontmatter::Document;
use crate::model::status::Vocabulary;
use crate::span::{Span, Spanned};
use crate::yaml::{Map, Node, NodeKind};

/// What a key holds. Lint says what is wrong with an invalid one; the rest of core treats it as
/// "nobody knows", which is never the same as the default.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Field<T> {
    /// Not written, or null.
    #[default]
    Absent,
    /// Written, and not such a value; where, and as which text (empty for lists and maps).
    Invalid(Spanned<String>),
    /// A value.
    Valid(Spanned<T>),
}

impl<T> Field<T> {
    /// Reads the value of `key` with `read`.
    pub fn of(doc: &Document, key: &str, read: impl FnOnce(&Node) -> Option<T>) -> Field<T> {
        Field::of_node(doc.get(key), read)
    }

    /// Reads `node` with `read`; null counts as absent.
    pub fn of_node(node: Option<&Node>, read: impl FnOnce(&Node) -> Option<T>) -> Field<T> {
        match node.filter(|n| !n.is_null()) {
            None => Field::Absent,
            Some(node) => match read(node) {
                Some(value) => Field::Valid(Spanned::new(value, node.span)),
                None => Field::Invalid(Spanned::new(node.as_text().unwrap_or("").to_owned(), node.span)),
            },
        }
    }

    /// The value, when there is a right one.
    pub fn get(&self) -> Option<&T> {
        match self {
            Field::Valid(value) => Some(&value.value),
            _ => None,
        }
    }

    /// Where it is written.
    pub fn span(&self) -> Option<Span> {
        match self {
            Field::Absent => None,
            Field::Invalid(text) => Some(text.span),
            Field::Valid(value) => Some(value.span),
        }
    }

    /// Whether nothing is written.
    pub fn is_absent(&self) -> bool {
        matches!(self, Field::Absent)
    }

    /// The value, or `default` when nothing is written; `None` when what is written is wrong.
    pub fn or_default(&self, default: T) -> Option<T>
    where
        T: Clone,
    {
        match self {
            Field::Absent => Some(default),
            Field::Invalid(_) => None,
            Field::Valid(value) => Some(value.value.clone()),
        }
    }
}

/// Reads any scalar as text.
pub fn text(node: &Node) -> Option<String> {
    node.as_text().map(str::to_owned)
}

/// Reads a text that is not blank.
pub fn non_blank(node: &Node) -> Option<String> {
    text(node).filter(|t| !t.trim().is_empty())
}

/// Reads a boolean.
pub fn boolean(node: &Node) -> Option<bool> {
    node.as_scalar()?.as_bool()
}

/// Reads a number that is not negative.
pub fn amount(node: &Node) -> Option<f64> {
    node.as_scalar()?.as_number().filter(|n| *n >= 0.0)
}

/// Reads a whole number that is not negative.
pub fn count(node: &Node) -> Option<u32> {
    node.as_scalar()?.as_int().and_then(|n| u32::try_from(n).ok())
}

/// Reads a whole number of at least one.
pub fn positive(node: &Node) -> Option<u32> {
    count(node).filter(|n| *n >= 1)
}

/// Reads a word of a vocabulary.
pub fn word<T: Vocabulary>(node: &Node) -> Option<T> {
    T::parse(node.as_text()?)
}

/// The texts of a key that may be one text or a list; anything else in it is passed over (lint
/// reports it).
pub fn texts(node: Option<&Node>) -> Vec<Spanned<String>> {
    let one = |node: &Node| node.as_text().map(|t| Spanned::new(t.to_owned(), node.span));
    match node.map(|n| (&n.kind, n)) {
        Some((NodeKind::Seq(seq), _)) => seq.items.iter().filter_map(|i| one(&i.value)).collect(),
        Some((NodeKind::Scalar(_), node)) => one(node).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The value of `key` in `map`; null counts as absent.
pub fn value<'a>(map: &'a Map, key: &str) -> Option<&'a Node> {
    map.get(key).filter(|n| !n.is_null())
}
