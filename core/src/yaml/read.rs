//! The reader.

use super::{Document, Node};
use crate::span::Span;

/// Reads the YAML in `span` of `text`. All positions in the result are in bytes of `text`.
pub fn read(text: &str, span: Span) -> Document {
    let _ = text;
    Document { root: Node::null(Span::at(span.start as usize)), problems: Vec::new() }
}
