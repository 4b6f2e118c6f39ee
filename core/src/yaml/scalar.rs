//! Scalars: how a value is written, what text it holds, and what it reads as.

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
        let text = &self.text;
        let shaped =
            text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'))
                && text.bytes().any(|b| b.is_ascii_digit());
        if self.style != Style::Plain || !shaped {
            return None;
        }
        text.parse().ok().filter(|n: &f64| n.is_finite())
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
