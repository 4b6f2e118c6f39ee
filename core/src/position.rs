//! Places as editors count them: lines and columns from 0, the columns in bytes or in UTF-16 units.

/// What an editor counts columns in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, as JavaScript and most editors do.
    #[default]
    Utf16,
}

/// A place between two characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Position {
    /// Line, from 0.
    pub line: u32,
    /// Column, from 0.
    pub column: u32,
}

/// Where an editor sees the lines of a text start: after `\n`, `\r\n`, and a `\r` that stands alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EditorLines {
    starts: Vec<u32>,
}

impl EditorLines {
    /// The lines of `text`; one pass.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends = |at: &usize| match bytes[*at] {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let mut starts = vec![0];
        starts.extend((0..bytes.len()).filter(ends).map(|at| at as u32 + 1));
        EditorLines { starts }
    }

    /// The place of `offset` in `text`, the text of these lines. An offset past the end or inside a
    /// character counts as the boundary before it.
    pub fn position(&self, text: &str, offset: usize, encoding: Encoding) -> Position {
        let offset = crate::span::floor_boundary(text, offset);
        let line = self.starts.partition_point(|start| *start as usize <= offset).saturating_sub(1);
        let before = &text[self.starts[line] as usize..offset];
        Position { line: line as u32, column: width(before, encoding) }
    }

    /// The offset of a place in `text`, the text of these lines. A column past the line's end counts
    /// as its end, a line past the last as the text's end, a place inside a character as before it.
    pub fn offset(&self, text: &str, position: Position, encoding: Encoding) -> usize {
        let Some(start) = self.starts.get(position.line as usize) else { return text.len() };
        let end = self.starts.get(position.line as usize + 1).map_or(text.len(), |next| *next as usize);
        let words = text[*start as usize..end].trim_end_matches(['\r', '\n']);
        let mut column = 0;
        for (at, c) in words.char_indices() {
            column += width(c.encode_utf8(&mut [0; 4]), encoding);
            if column > position.column {
                return *start as usize + at;
            }
        }
        *start as usize + words.len()
    }
}

fn width(text: &str, encoding: Encoding) -> u32 {
    match encoding {
        Encoding::Utf8 => text.len() as u32,
        Encoding::Utf16 => text.encode_utf16().count() as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Encoding::{Utf8, Utf16};

    const TEXT: &str = "aé🦀b\r\nc\rd\n";

    fn offset(line: u32, column: u32, encoding: Encoding) -> usize {
        EditorLines::new(TEXT).offset(TEXT, Position { line, column }, encoding)
    }

    #[test]
    fn places_lead_back_to_their_offsets() {
        let lines = EditorLines::new(TEXT);
        for encoding in [Utf8, Utf16] {
            for (at, c) in TEXT.char_indices().filter(|(_, c)| *c != '\n') {
                let position = lines.position(TEXT, at, encoding);
                assert_eq!(lines.offset(TEXT, position, encoding), at, "{c:?} in {encoding:?}");
            }
        }
        assert_eq!(lines.position(TEXT, 7, Utf16), Position { line: 0, column: 4 });
        assert_eq!(lines.position(TEXT, 7, Utf8), Position { line: 0, column: 7 });
        assert_eq!(lines.position(TEXT, 12, Utf16), Position { line: 2, column: 0 }, "after a lone \\r");
        assert_eq!(lines.position(TEXT, 99, Utf16), Position { line: 3, column: 0 });
    }

    #[test]
    fn places_that_are_not_there_count_as_the_nearest_before() {
        assert_eq!(offset(0, 3, Utf16), 3, "inside the crab");
        assert_eq!(offset(0, 99, Utf16), 8, "before the line's end");
        assert_eq!(offset(9, 0, Utf8), TEXT.len());
        assert_eq!(EditorLines::new("").offset("", Position { line: 0, column: 5 }, Utf16), 0);
    }
}
