//! What a produced document says of the work, when it says that the work is not done.

use crate::markdown::Markdown;
use crate::path::RelPath;
use crate::span::Span;
use regex_lite::Regex;
use std::sync::LazyLock;

/// A document longer than this is not looked at (bytes).
pub const MAX_BYTES: u64 = 256 * 1024;

/// A line such as `**Status:** blocked` or `verdict: not_met`.
static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^[\s>*#_+|-]*(?:overall |final )?(?:status|verdict|result|outcome|conclusion)[\s*_]*:[\s*_`]*(not[ _]met|not[ _]done|not[ _]complete[d]?|not[ _]implemented|unfinished|incomplete|in[ _]progress|blocked|fail(?:ed|ing|ure|s)?|red|wip)[\s*_`]*(?:$|[.,;:(|–—-])",
    )
    .ok()
});

/// Whether `path` is a document for people.
pub fn is_document(path: &RelPath) -> bool {
    let name = path.file_name().to_ascii_lowercase();
    [".md", ".markdown", ".txt", ".rst", ".adoc"].iter().any(|end| name.ends_with(end))
}

/// The first line outside of fences by which a document says that its work is not done, with its place.
pub fn contradiction(path: &RelPath, text: &str) -> Option<String> {
    let regex = LINE.as_ref()?;
    let body = Markdown::read(text, Span::new(0, text.len()));
    let mut at = 0;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let start = at;
        at += line.len();
        let said = line.trim_end();
        if said.len() < 500 && regex.is_match(said) && !body.in_fence(start) {
            return Some(format!("{path}:{number}: {}", said.trim()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_speaks_against_its_work_in_a_line_of_its_own() {
        let path = RelPath::new("docs/report.md").unwrap();
        let says = |text: &str| contradiction(&path, text);
        for text in [
            "Status: blocked",
            "**Status:** not met",
            "## Verdict: FAIL",
            "- result: `failed`.",
            "> Outcome: in progress — more to do",
        ] {
            assert_eq!(
                says(&format!("# Report\n\n{text}\n")),
                Some(format!("docs/report.md:3: {text}")),
                "{text}"
            );
        }
        for text in [
            "Status: done",
            "Result: failed logins are counted",
            "The status: blocked units wait",
            "Status: redundant",
            "Status: met",
        ] {
            assert_eq!(says(text), None, "{text}");
        }
        assert_eq!(says("```\nStatus: blocked\n```\n"), None);
        assert!(is_document(&path) && !is_document(&RelPath::new("src/status.rs").unwrap()));
    }
}
