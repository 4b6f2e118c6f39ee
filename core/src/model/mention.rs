//! Where ids stand in running text: in prose, in keys, in the graph alike.

use crate::model::id::{FeatureId, UnitId, UnitName};
use crate::span::Span;

/// What an id in a text names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Named<'a> {
    /// A unit, by its whole id.
    Unit(&'a str),
    /// A unit of the feature whose text it is, by the part after the feature (`T01`).
    Short(&'a str),
    /// A feature.
    Feature(&'a str),
}

/// The id that stands at `offset`, or ends there.
pub fn at(text: &str, offset: usize) -> Option<(Named<'_>, Span)> {
    let word = word_at(text, offset, |b| is_part(b) || b == b'/')?;
    let whole = word.slice(text);
    if UnitId::parse(whole).is_some() {
        return Some((Named::Unit(whole), word));
    }
    if FeatureId::parse(whole).is_some() {
        return Some((Named::Feature(whole), word));
    }
    let piece = word_at(text, offset, is_part)?;
    let name = piece.slice(text);
    if UnitName::parse(name).is_some() && stands_alone(text, piece) {
        return Some((Named::Short(name), piece));
    }
    FeatureId::parse(name).is_some().then_some((Named::Feature(name), piece))
}

/// Every place where `id`, whole or short, stands on its own: not as a part of another id, word or path.
pub fn places<'a>(text: &'a str, id: &'a str) -> impl Iterator<Item = Span> + 'a {
    let found = text.match_indices(id).filter(move |_| !id.is_empty());
    found.map(|(at, id)| Span::new(at, at + id.len())).filter(|span| stands_alone(text, *span))
}

/// The longest run of bytes that are `part` around `offset`.
pub(crate) fn word_at(text: &str, offset: usize, part: impl Fn(u8) -> bool) -> Option<Span> {
    let bytes = text.as_bytes();
    let offset = offset.min(bytes.len());
    let start = offset - bytes[..offset].iter().rev().take_while(|b| part(**b)).count();
    let end = offset + bytes[offset..].iter().take_while(|b| part(**b)).count();
    (start < end).then(|| Span::new(start, end))
}

/// Whether a byte may be inside a part of an id.
pub(crate) fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Whether nothing before or after `span` makes it a part of something longer. Short ids may be listed
/// with slashes: `T01/T02`.
fn stands_alone(text: &str, span: Span) -> bool {
    let (before, after) = (&text[..span.start as usize], &text[span.end as usize..]);
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let free_before = match before.chars().next_back() {
        Some('/') => {
            let head = &before[..before.len() - 1];
            let start = head.trim_end_matches(is_word).len();
            UnitName::parse(&head[start..]).is_some()
        }
        last => !last.is_some_and(is_word),
    };
    let mut rest = after.chars();
    let free_after = match rest.next() {
        Some('/') => {
            let tail = &after[1..];
            UnitName::parse(&tail[..tail.find(|c| !is_word(c)).unwrap_or(tail.len())]).is_some()
        }
        Some('.') => !rest.next().is_some_and(|c| c.is_ascii_lowercase()),
        first => !first.is_some_and(is_word),
    };
    free_before && free_after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_where_they_stand() {
        let text = "see FEAT-2026-0001/T01, T02. And INIT-2026-0001/F02/T03 of FEAT-2026-0009, G1-PLAN";
        let find = |word: &str| {
            let found = at(text, text.find(word).unwrap() + 1);
            found.map(|(named, span)| format!("{named:?} {}", span.slice(text)))
        };
        assert_eq!(
            find("FEAT-2026-0001").as_deref(),
            Some("Unit(\"FEAT-2026-0001/T01\") FEAT-2026-0001/T01")
        );
        assert_eq!(find("T02").as_deref(), Some("Short(\"T02\") T02"));
        assert_eq!(find("F02").as_deref(), Some("Unit(\"INIT-2026-0001/F02/T03\") INIT-2026-0001/F02/T03"));
        assert_eq!(find("FEAT-2026-0009").as_deref(), Some("Feature(\"FEAT-2026-0009\") FEAT-2026-0009"));
        assert_eq!(find("G1-PLAN").as_deref(), Some("Short(\"G1-PLAN\") G1-PLAN"));
        assert_eq!(find("And"), None);
        assert_eq!(at("é", 1), None, "an offset inside a character is no crash");
        assert_eq!(at("", 9), None);
    }

    #[test]
    fn a_part_of_something_longer_is_no_mention() {
        let text =
            "T01 T01, (T01) T01. T01/T02 | T01H T010 WU-T01 T01.md a/T01 FEAT-2026-0001/T01 éT01 T01é T01_x";
        let found: Vec<_> = places(text, "T01").map(|span| span.start as usize).collect();
        assert_eq!(found, [0, 4, 10, 15, 20]);
        assert_eq!(places(text, "T02").count(), 1);
        assert_eq!(places(text, "FEAT-2026-0001/T01").count(), 1);
        assert_eq!(places(text, "").count(), 0);
    }
}
