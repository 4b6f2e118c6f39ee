//! Values as bytes and back: how the studio writes what it keeps in the browser and what travels in a
//! link. Reading expects anything: what does not fit is `None`, never a panic or a large allocation.

use specfuse_core::fix::{Edits, FileEdit, TextEdit};
use specfuse_core::path::RelPath;
use specfuse_core::span::Span;

/// Writes values one after the other.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// What was written.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// A number, seven bits a byte: small ones take one.
    pub fn number(&mut self, mut number: u64) {
        while number > 0x7f {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    /// Whether something is so.
    pub fn flag(&mut self, is: bool) {
        self.number(u64::from(is));
    }

    /// Bytes, with their length.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// A text that may be missing.
    pub fn maybe(&mut self, text: Option<&str>) {
        self.flag(text.is_some());
        text.into_iter().for_each(|text| self.text(text));
    }

    /// Changes of files.
    pub fn edits(&mut self, edits: &Edits) {
        self.number(edits.iter().count() as u64);
        for (path, file) in edits.iter() {
            self.text(path.as_str());
            match file {
                FileEdit::Delete => self.number(DELETE),
                FileEdit::Create(text) => {
                    self.number(CREATE);
                    self.text(text);
                }
                FileEdit::Change(list) => {
                    self.number(CHANGE);
                    self.number(list.len() as u64);
                    for edit in list {
                        self.number(edit.span.start.into());
                        self.number(edit.span.end.into());
                        self.text(&edit.text);
                    }
                }
            }
        }
    }
}

const DELETE: u64 = 0;
const CREATE: u64 = 1;
const CHANGE: u64 = 2;

/// Reads what a [`Writer`] wrote, in the same order.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A reader of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    /// A number.
    pub fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..63).step_by(7) {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// How many things follow: never more than bytes are left, as each takes one.
    pub fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= self.rest.len()).then_some(count)
    }

    /// Whether something is so.
    pub fn flag(&mut self) -> Option<bool> {
        Some(self.number()? != 0)
    }

    /// Bytes.
    pub fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.count()?;
        let (bytes, rest) = self.rest.split_at(length);
        self.rest = rest;
        Some(bytes)
    }

    /// A text.
    pub fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    /// A text that may be missing.
    pub fn maybe(&mut self) -> Option<Option<&'a str>> {
        Some(if self.flag()? { Some(self.text()?) } else { None })
    }

    /// A path inside a tree.
    pub fn path(&mut self) -> Option<RelPath> {
        RelPath::new(self.text()?).ok()
    }

    /// Changes of files.
    pub fn edits(&mut self) -> Option<Edits> {
        let mut edits = Edits::none();
        for _ in 0..self.count()? {
            let path = self.path()?;
            match self.number()? {
                DELETE => edits.delete(path),
                CREATE => edits.create(path, self.text()?),
                CHANGE => {
                    for _ in 0..self.count()? {
                        edits.edit(path.clone(), self.text_edit()?);
                    }
                }
                _ => return None,
            }
        }
        Some(edits)
    }

    fn text_edit(&mut self) -> Option<TextEdit> {
        let (start, end) = (u32::try_from(self.number()?).ok()?, u32::try_from(self.number()?).ok()?);
        let text = self.text()?;
        (start <= end).then(|| TextEdit::replace(Span::new(start as usize, end as usize), text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> (Vec<u8>, Edits) {
        let path = |name| RelPath::new(name).unwrap();
        let mut edits = Edits::one(path("a"), TextEdit::replace(Span::new(3, 400), "é\r\n"));
        edits.create(path("b/c"), "new");
        edits.delete(path("d"));
        let mut writer = Writer::default();
        writer.number(u64::MAX >> 1);
        writer.maybe(Some("täxt"));
        writer.maybe(None);
        writer.edits(&edits);
        (writer.finish(), edits)
    }

    #[test]
    fn values_come_back_as_they_were() {
        let (bytes, edits) = written();
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.number(), Some(u64::MAX >> 1));
        assert_eq!(reader.maybe(), Some(Some("täxt")));
        assert_eq!(reader.maybe(), Some(None));
        assert_eq!(reader.edits(), Some(edits));
        assert_eq!(reader.number(), None);
    }

    #[test]
    fn what_is_cut_or_bent_is_nothing() {
        let (bytes, _) = written();
        for end in 0..bytes.len() {
            let mut reader = Reader::new(&bytes[..end]);
            let all = reader.number().and_then(|_| reader.maybe()).and_then(|_| reader.maybe());
            assert_eq!(all.and_then(|_| reader.edits()), None, "{end} bytes");
        }
        assert_eq!(Reader::new(&[0xff; 12]).number(), None);
        assert_eq!(Reader::new(&[0xfe, 0xff, 0x7f]).bytes(), None, "no room for as much as it claims");
        assert_eq!(Reader::new(&[1, 2, b'.', b'.', 0]).edits(), None, "a path that climbs");
    }
}
