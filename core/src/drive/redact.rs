//! What must not reach the log: home folders and values that look like secrets.

use regex_lite::Regex;
use serde_json::Value;
use std::sync::LazyLock;

static HOME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?:/home/|/Users/|[A-Za-z]:\\+Users\\+)[^/\\\s"':,;)\]>]+|/root\b"#).ok());

static SECRET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let known = [
        r"gh[pousr]_[A-Za-z0-9]{20,}",
        r"github_pat_[A-Za-z0-9_]{20,}",
        r"glpat-[A-Za-z0-9_-]{16,}",
        r"sk-[A-Za-z0-9_-]{16,}",
        r"xox[abprs]-[A-Za-z0-9-]{10,}",
        r"(?:AKIA|ASIA)[A-Z0-9]{16}",
        r"AIza[A-Za-z0-9_-]{30,}",
        r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    ];
    Regex::new(&known.join("|")).ok()
});

/// `password=…`, `"api_key": "…"`, `Authorization: Bearer …`, `https://user:secret@host`.
static ASSIGNED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)((?:password|passwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)\w*["']?\s*[=:]\s*["']?|bearer\s+|://[^/\s:@]+:)([^\s"'@,;]{6,})"#,
    )
    .ok()
});

/// `text` with home folders as `~` and secret-looking values as `[redacted]`.
pub fn redact(text: &str) -> String {
    let mut out = text.to_owned();
    if let Some(home) = HOME.as_ref() {
        out = home.replace_all(&out, "~").into_owned();
    }
    if let Some(secret) = SECRET.as_ref() {
        out = secret.replace_all(&out, "[redacted]").into_owned();
    }
    if let Some(assigned) = ASSIGNED.as_ref() {
        out = assigned.replace_all(&out, "${1}[redacted]").into_owned();
    }
    out
}

/// Every text in `value` redacted; keys stay.
pub fn redact_value(value: &mut Value) {
    match value {
        Value::String(text) => *text = redact(text),
        Value::Array(items) => items.iter_mut().for_each(redact_value),
        Value::Object(map) => map.values_mut().for_each(redact_value),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homes_and_secrets_go() {
        let cases = [
            ("/home/ann/src/x.rs:1", "~/src/x.rs:1"),
            ("at /Users/ann/x", "at ~/x"),
            (concat!("/ro", "ot/x and /rooted"), "~/x and /rooted"),
            (r"C:\Users\ann\x", r"~\x"),
            ("ghp_abcdefghijklmnopqrstuvwxyz0123", "[redacted]"),
            ("AKIAABCDEFGHIJKLMNOP", "[redacted]"),
            ("API_KEY=abcdef123", "API_KEY=[redacted]"),
            (r#"{"token": "abcdef123"}"#, r#"{"token": "[redacted]"}"#),
            ("Authorization: Bearer abcdef123", "Authorization: Bearer [redacted]"),
            ("https://ann:hunter22@host/x", "https://ann:[redacted]@host/x"),
            ("token bucket is full", "token bucket is full"),
            ("input_tokens: 12", "input_tokens: 12"),
        ];
        for (text, expected) in cases {
            assert_eq!(redact(text), expected);
        }
    }

    #[test]
    fn texts_at_any_depth_go() {
        let mut value = serde_json::json!({"a": [{"b": "/home/ann/x"}], "n": 1});
        redact_value(&mut value);
        assert_eq!(value, serde_json::json!({"a": [{"b": "~/x"}], "n": 1}));
    }
}
