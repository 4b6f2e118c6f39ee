//! Words in a person's prose: what several rules look for.

use crate::span::Span;

/// The first place in `span` of `text` where one of `phrases` stands as whole words, without
/// regard to case; one space in a phrase stands for any run of blanks. Phrases are lower-case ASCII.
pub fn find_phrase(text: &str, span: Span, phrases: &[&'static str]) -> Option<(Span, &'static str)> {
    let bytes = span.slice(text).as_bytes();
    let start = span.start as usize;
    let firsts = phrases.iter().filter_map(|phrase| phrase.bytes().next()).fold(0, |all, b| all | letter(b));
    let may_start = |at: &usize| letter(bytes[*at]) & firsts != 0 && starts_word(bytes, *at);
    (0..bytes.len()).filter(may_start).find_map(|at| {
        phrases.iter().find_map(|phrase| {
            let len = phrase_len(&bytes[at..], phrase)?;
            Some((Span::new(start + at, start + at + len), *phrase))
        })
    })
}

/// Every place in `span` of `text` where `is_word` holds of a run of letters, digits, `_` that
/// stands alone.
pub fn words<'a>(
    text: &'a str,
    span: Span,
    is_word: impl Fn(&str) -> bool + 'a,
) -> impl Iterator<Item = Span> + 'a {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let all = span.slice(text);
    let mut at = 0;
    std::iter::from_fn(move || {
        let from = at + all[at..].find(part)?;
        let len = all[from..].find(|c| !part(c)).unwrap_or(all.len() - from);
        at = from + len;
        Some(Span::new(span.start as usize + from, span.start as usize + at))
    })
    .filter(move |word| is_word(word.slice(text)))
}

/// A bit for a letter, the same in both cases. Other characters share these bits: what has none of them
/// is no such letter, which is soon said of most places in a text.
fn letter(byte: u8) -> u32 {
    1 << (byte & 31)
}

fn starts_word(bytes: &[u8], at: usize) -> bool {
    at == 0 || !is_part(bytes[at - 1])
}

/// Bytes outside ASCII count as letters, so that no word is cut in two.
fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// How many bytes `phrase` takes at the start of `bytes`, when it stands there and ends a word.
fn phrase_len(bytes: &[u8], phrase: &str) -> Option<usize> {
    let mut at = 0;
    for wanted in phrase.bytes() {
        if wanted == b' ' {
            let blanks = bytes[at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
            at += Some(blanks).filter(|n| *n > 0)?;
        } else {
            bytes.get(at).filter(|b| b.eq_ignore_ascii_case(&wanted))?;
            at += 1;
        }
    }
    let ends = bytes.get(at).is_none_or(|b| !is_part(*b));
    ends.then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_whole_words_over_any_blanks() {
        let find = |text: &str| {
            find_phrase(text, Span::new(0, text.len()), &["in production", "audit"]).map(|f| f.0.range())
        };
        assert_eq!(find("works In\n  production."), Some(6..21));
        assert_eq!(find("in productions, audited"), None);
        assert_eq!(find("main production éaudit"), None);
        assert_eq!(find("the-audit"), Some(4..9));
        assert_eq!(find(""), None);
    }

    #[test]
    fn words_stand_alone() {
        let text = "D1, (D12) xD3 éD4 D5x";
        let is_decision =
            |w: &str| w.strip_prefix('D').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
        let found: Vec<_> =
            words(text, Span::new(0, text.len()), is_decision).map(|w| w.slice(text)).collect();
        assert_eq!(found, ["D1", "D12"]);
    }
}
