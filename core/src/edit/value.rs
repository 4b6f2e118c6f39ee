//! Values to be written under a key: when one is there already, and how it is written.

use crate::yaml::{Node, NodeKind, Scalar, Style, flow_scalar_for, quote, scalar_for};

/// A value for a key.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// A text, also one of several lines.
    Text(String),
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A finite number.
    Number(f64),
    /// A list of texts. A single text where one stands already counts as a list of one.
    Texts(Vec<String>),
    /// Nothing, written as `null`.
    Null,
    /// YAML as it is to stand behind the key; of several lines, below the key, where its own
    /// indentation starts at 0.
    Raw(String),
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl Value {
    /// Whether `node` of `text` holds this value, however it is written.
    pub fn is(&self, node: &Node, text: &str) -> bool {
        let scalar = node.as_scalar();
        match self {
            Value::Text(wanted) => node.as_text() == Some(wanted),
            Value::Bool(wanted) => scalar.and_then(Scalar::as_bool) == Some(*wanted),
            Value::Int(wanted) => scalar.and_then(Scalar::as_int) == Some(*wanted),
            Value::Number(wanted) => scalar.and_then(Scalar::as_number) == Some(*wanted),
            Value::Texts(wanted) => match &node.kind {
                NodeKind::Seq(seq) => {
                    seq.items.len() == wanted.len()
                        && seq.items.iter().zip(wanted).all(|(i, w)| i.value.as_text() == Some(w))
                }
                _ => wanted.len() == 1 && node.as_text() == Some(&wanted[0]),
            },
            Value::Null => node.is_null(),
            Value::Raw(wanted) => node.span.slice(text) == wanted,
        }
    }

    /// Whether it can be written at all.
    pub(super) fn is_writable(&self) -> bool {
        !matches!(self, Value::Number(n) if !n.is_finite())
    }

    /// The value on one line, written like the scalar it replaces where that is possible.
    pub(super) fn inline(&self, flow: bool, like: Option<Style>) -> String {
        match self {
            Value::Text(text) => styled(text, flow, like),
            Value::Bool(b) => b.to_string(),
            Value::Int(n) => n.to_string(),
            Value::Number(n) => n.to_string(),
            Value::Texts(texts) => {
                let items: Vec<String> = texts.iter().map(|t| flow_scalar_for(t)).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Null => "null".to_owned(),
            Value::Raw(raw) => raw.clone(),
        }
    }

    /// The value on the lines below its key, without indentation, when it wants them.
    pub(super) fn below(&self) -> Option<Vec<String>> {
        match self {
            Value::Raw(raw) if raw.contains('\n') => Some(raw.lines().map(str::to_owned).collect()),
            Value::Texts(texts) if self.inline(true, None).len() > 70 => {
                Some(texts.iter().map(|t| format!("- {}", scalar_for(t))).collect())
            }
            _ => None,
        }
    }

    /// The value as a `|` block: header and lines without indentation; only a text of several
    /// lines that reads back as itself.
    pub(super) fn literal(&self) -> Option<(&'static str, Vec<&str>)> {
        let Value::Text(text) = self else { return None };
        let (header, content) = match text.strip_suffix('\n') {
            Some(content) => ("|", content),
            None => ("|-", text.as_str()),
        };
        let odd =
            |c: char| c != '\n' && (c.is_control() || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}'));
        let plain = text.contains('\n') && !content.is_empty() && !content.contains(odd);
        let first = content.chars().next().is_some_and(|c| !c.is_whitespace());
        (plain && first && !content.ends_with(char::is_whitespace))
            .then(|| (header, content.split('\n').collect()))
    }
}

fn styled(text: &str, flow: bool, like: Option<Style>) -> String {
    match like {
        Some(Style::Single) if !text.contains(|c: char| c.is_control() || c == '\u{feff}') => {
            format!("'{}'", text.replace('\'', "''"))
        }
        Some(Style::Double | Style::Single) => quote(text),
        _ if flow => flow_scalar_for(text),
        _ => scalar_for(text),
    }
}

/// Whether two nodes, each of its own text, mean the same.
pub(super) fn same_meaning(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (NodeKind::Null, NodeKind::Null) => true,
        (NodeKind::Scalar(a), NodeKind::Scalar(b)) => {
            a.text == b.text && a.as_bool() == b.as_bool() && a.as_number() == b.as_number()
        }
        (NodeKind::Seq(a), NodeKind::Seq(b)) => {
            a.items.len() == b.items.len()
                && a.items.iter().zip(&b.items).all(|(a, b)| same_meaning(&a.value, &b.value))
        }
        (NodeKind::Map(a), NodeKind::Map(b)) => {
            a.entries.len() == b.entries.len()
                && a.entries
                    .iter()
                    .zip(&b.entries)
                    .all(|(a, b)| a.key.value == b.key.value && same_meaning(&a.value, &b.value))
        }
        _ => false,
    }
}
