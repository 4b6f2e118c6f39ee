//! A unit that a session has rewritten: only its body counts.

use crate::frontmatter::Document;

/// The unit's file with the new body under the old head.
///
/// # Errors
/// Why the old body stands.
pub fn rewritten(old: &str, new: &str) -> Result<String, String> {
    let (was, now) = (Document::read(old.into()), Document::read(new.into()));
    let (before, after) = (was.body.span.slice(&was.text), now.body.span.slice(&now.text));
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words(after).is_empty() {
        return Err("its new body is empty".into());
    }
    if words(before) == words(after) {
        return Err("its body is unchanged".into());
    }
    let head = old.strip_suffix(before).ok_or("its head cannot be told from its body")?;
    Ok(format!("{head}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_body_is_taken() {
        let old = "---\nid: a\nstatus: pending\n---\n\n# A\n\nAll of it.\n";
        let new = "---\nid: b\nstatus: done\n---\n\n# A\n\nHalf of it.\n";
        assert_eq!(
            rewritten(old, new).as_deref(),
            Ok("---\nid: a\nstatus: pending\n---\n\n# A\n\nHalf of it.\n")
        );
        let same = "---\nid: b\n---\n# A\n\nAll  of it.";
        assert_eq!(rewritten(old, same), Err("its body is unchanged".into()));
        assert_eq!(rewritten(old, "---\nid: a\n---\n"), Err("its new body is empty".into()));
    }
}
