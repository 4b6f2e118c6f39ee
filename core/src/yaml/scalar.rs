//! Scalars: how a value is written, what text it holds, and what it reads as.

use crate::number;

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// Bare.
    Plain,
    /// `'…'`.
    Single,
    /// `"…"`.
    Double,
    /// `|`, lines kept.
    Literal,
    /// `>`, lines joined.
    Folded,
}

/// A scalar. It is kept as text; what it reads as is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scalar {
    /// The text, quotes, escapes, folding and line ends resolved.
    pub text: String,
    /// How it is written. Only a plain scalar reads as anything but text.
    pub style: Style,
}

impl Scalar {
    /// As a boolean: `true` and `false` in the spellings of YAML 1.2's core schema.
    pub fn as_bool(&self) -> Option<bool> {
        match (self.style, self.text.as_str()) {
            (Style::Plain, "true" | "True" | "TRUE") => Some(true),
            (Style::Plain, "false" | "False" | "FALSE") => Some(false),
            _ => None,
        }
    }

    /// As a whole number in decimal digits.
    pub fn as_int(&self) -> Option<i64> {
        let digits = self.text.strip_prefix(['-', '+']).unwrap_or(&self.text);
        let decimal = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        if self.style == Style::Plain && decimal { self.text.parse().ok() } else { None }
    }

    /// As a finite number.
    pub fn as_number(&self) -> Option<f64> {
        if self.style != Style::Plain {
            return None;
        }
        number::parse(&self.text).filter(|n| n.is_finite())
    }

    /// The scalar's kind in a person's words.
    pub fn describe(&self) -> &'static str {
        if self.as_bool().is_some() {
            "a boolean"
        } else if self.as_number().is_some() {
            "a number"
        } else {
            "text"
        }
    }
}

/// `text` in double quotes, escaped so that it reads back as itself on one line.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control()
                || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}') =>
            {
                out.push_str(&format!("\\u{:04x}", c as u32));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Scalar {
        Scalar { text: text.to_owned(), style: Style::Plain }
    }

    #[test]
    fn plain_scalars_read_as_what_they_look_like() {
        assert_eq!(plain("True").as_bool(), Some(true));
        assert_eq!(plain("tRUE").as_bool(), None);
        assert_eq!(plain("yes").as_bool(), None, "YAML 1.2 has no yes");
        assert_eq!(plain("-12").as_int(), Some(-12));
        assert_eq!(plain("+007").as_int(), Some(7));
        for text in ["", "-", "1_000", "0x1f", "1.0", "99999999999999999999", "--1", "٣"] {
            assert_eq!(plain(text).as_int(), None, "{text}");
        }
        for (text, number) in [("1", 1.0), ("-.5", -0.5), ("1.", 1.0), ("+1e3", 1000.0), ("2E-1", 0.2)] {
            assert_eq!(plain(text).as_number(), Some(number), "{text}");
        }
        for text in ["", ".", "e3", "1e", "1e999", "nan", "inf", ".inf", "2026-01-01", "1.2.3", "1-2"] {
            assert_eq!(plain(text).as_number(), None, "{text}");
        }
    }

    #[test]
    fn quoted_scalars_are_text() {
        for style in [Style::Single, Style::Double, Style::Literal, Style::Folded] {
            for text in ["true", "1", "1.5"] {
                let scalar = Scalar { text: text.to_owned(), style };
                assert_eq!((scalar.as_bool(), scalar.as_int(), scalar.as_number()), (None, None, None));
                assert_eq!(scalar.describe(), "text");
            }
        }
    }
}
