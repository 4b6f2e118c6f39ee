//! Texts as YAML scalars, for edits.

use super::{Scalar, Style, quote};

/// `text` as a scalar for a block value, on one line: bare when every YAML reader then reads just
/// this text, in double quotes otherwise.
///
/// Dates stay bare: this dialect reads them as texts.
pub fn scalar_for(text: &str) -> String {
    if is_bare(text) { text.to_owned() } else { quote(text) }
}

/// Like [`scalar_for`], for an item, key or value in brackets.
pub fn flow_scalar_for(text: &str) -> String {
    let marks = [',', '[', ']', '{', '}', ':', '"', '\''];
    // Some readers take a dash behind a blank for a list's.
    if is_bare(text) && !text.contains(marks) && !text.contains(" -") { text.to_owned() } else { quote(text) }
}

fn is_bare(text: &str) -> bool {
    let visible = |c: char| {
        !c.is_control() && !matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}')
    };
    !text.is_empty()
        && text == text.trim()
        && text.chars().all(visible)
        && !starts_reserved(text)
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':')
        && !reads_as_other(text)
}

fn starts_reserved(text: &str) -> bool {
    text.starts_with([
        '?', ':', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`', '=', '<',
    ]) || text == "-"
        || text.starts_with("- ")
        || text.starts_with("---")
        || text.starts_with("...")
}

/// Whether some YAML reader, old ones too, takes the bare text for something else than text.
fn reads_as_other(text: &str) -> bool {
    let plain = Scalar { text: text.to_owned(), style: Style::Plain };
    let words = ["~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", ".nan"];
    let unsigned = text.trim_start_matches(['+', '-']).to_ascii_lowercase();
    plain.as_bool().is_some()
        || plain.as_number().is_some()
        || words.contains(&unsigned.as_str())
        || unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') && is_number_like(&unsigned)
}

/// Hexadecimal, octal, binary, with underscores, base sixty, or out of range.
fn is_number_like(text: &str) -> bool {
    let based = ["0x", "0o", "0b"].iter().any(|base| text.starts_with(base));
    based || text.chars().all(|c| c.is_ascii_digit() || matches!(c, '_' | ':' | '.' | 'e' | '+'))
}
