//! Offsets in a text as places of the protocol, and back.

use lsp_types::{Position, Range};
use specfuse_core::position::{self, EditorLines, Encoding};
use specfuse_core::span::Span;

/// A text whose places can be told.
#[derive(Debug)]
pub(super) struct Places<'t> {
    text: &'t str,
    lines: EditorLines,
    encoding: Encoding,
}

impl<'t> Places<'t> {
    /// The places of `text`, with columns as the editor counts them.
    pub(super) fn new(text: &'t str, encoding: Encoding) -> Self {
        Places { text, lines: EditorLines::new(text), encoding }
    }

    /// The place of `offset`.
    pub(super) fn position(&self, offset: u32) -> Position {
        let place = self.lines.position(self.text, offset as usize, self.encoding);
        Position::new(place.line, place.column)
    }

    /// The range of `span`.
    pub(super) fn range(&self, span: Span) -> Range {
        Range::new(self.position(span.start), self.position(span.end))
    }

    /// The offset of a place.
    pub(super) fn offset(&self, position: Position) -> usize {
        let place = position::Position { line: position.line, column: position.character };
        self.lines.offset(self.text, place, self.encoding)
    }

    /// The span of a range; ends that are the wrong way round are turned.
    pub(super) fn span(&self, range: Range) -> Span {
        let (start, end) = (self.offset(range.start), self.offset(range.end));
        Span::new(start.min(end), start.max(end))
    }
}
