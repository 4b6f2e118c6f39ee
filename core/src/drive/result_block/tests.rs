//! Blocks as agents write them.

use super::*;

fn block(content: &str) -> ResultBlock {
    read(&format!("Some words.\n\n```result\n{content}\n```\n")).expect("a block")
}

fn reason(content: &str) -> String {
    let block = block(&format!("status: blocked\nsummary: stuck\n{content}\nfiles_changed: [a]"));
    assert_eq!(block.status, Some(ResultStatus::Blocked), "{content}");
    assert_eq!(block.files_changed, ["a"], "{content}");
    block.blocked_reason.unwrap_or_default()
}

#[test]
fn a_whole_block_is_read() {
    let read = block(
        "status: complete\nsummary: It works.\nfiles_changed:\n  - src/a.rs\n  - path: src/b.rs\n\
         acceptance_criteria:\n  - text: one\n    met: true\n    evidence: seen\n  - text: two\n    met: no\n\
         produces_unchanged:\n  - path: docs/x.md\n    justification: says it already\nforward_note: see T03",
    );
    assert_eq!(read.status, Some(ResultStatus::Complete));
    assert_eq!(read.files_changed, ["src/a.rs", "src/b.rs"]);
    assert_eq!(read.acceptance_criteria[0].met, Some(true));
    assert_eq!(read.acceptance_criteria[1].met, Some(false));
    assert_eq!(read.produces_unchanged, [("docs/x.md".to_owned(), "says it already".to_owned())]);
    assert_eq!(read.forward_note.as_deref(), Some("see T03"));
}

#[test]
fn the_last_block_counts() {
    let text =
        "```result\nstatus: complete\n```\nwait\n```yaml\na: 1\n```\n```result\nstatus: blocked\n```\nbye";
    assert_eq!(read(text).unwrap().status, Some(ResultStatus::Blocked));
    assert_eq!(read("```yaml\nstatus: complete\n```\n"), None);
    assert_eq!(read("status: complete"), None);
    assert_eq!(read(""), None);
    assert_eq!(read("```result\n```"), None);
    assert_eq!(read("```result\njust words\n```"), None);
}

#[test]
fn variants_of_the_fence_are_tolerated() {
    for text in [
        "```RESULT\nstatus: complete\n```",
        "```\nRESULT\nstatus: complete\n```",
        "```\nRESULT:\nstatus: complete\n```",
        "~~~result\nstatus: complete\n~~~",
        "````result\nstatus: complete\n````",
        "```result\nstatus: complete",
        "```result\r\nstatus: complete\r\n```\r\n",
        "```result\n  status: complete\n  summary: x\n```",
        "```result yaml\nstatus: Completed\n```",
        "```result\n{\"status\": \"complete\"}\n```",
        "```result\nstatus: complete\nsummary: broken: yaml: here\n```",
        "```result\nstatus: complete\n\tsummary: tab\n```",
    ] {
        assert_eq!(read(text).and_then(|block| block.status), Some(ResultStatus::Complete), "{text}");
    }
}

#[test]
fn blocked_reason_is_read_in_every_spelling() {
    let long = "The schema forbids it";
    for content in [
        "blocked_reason: The schema forbids it",
        "blocked_reason: 'The schema forbids it'",
        "blocked_reason: \"The schema forbids it\"",
        "blocked_reason: |\n  The schema forbids it",
        "blocked_reason: |-\n  The schema forbids it",
        "blocked_reason: |+\n  The schema forbids it\n",
        "blocked_reason: |2\n  The schema forbids it",
        "blocked_reason: >\n  The schema\n  forbids it",
        "blocked_reason: >-\n  The schema\n  forbids it",
        "blocked_reason: The schema\n  forbids it",
        "blocked_reason:\n  The schema forbids it",
        "blocked_reason: 'The schema\n  forbids it'",
        "blocked_reason: \"The schema\n  forbids it\"",
        "blocked_reason: The schema forbids it # and a comment",
        "\"blocked_reason\": The schema forbids it",
        "blocked_reason : The schema forbids it",
        "reason: The schema forbids it",
    ] {
        assert_eq!(reason(content), long, "{content}");
    }
    assert_eq!(reason("blocked_reason: |\n  one: two\n  - three"), "one: two\n- three");
    assert_eq!(reason("blocked_reason: 'it''s \"so\"'"), "it's \"so\"");
}

#[test]
fn a_reason_that_breaks_yaml_is_read_anyhow() {
    assert_eq!(reason("blocked_reason: Conflict: a needs b: c"), "Conflict: a needs b: c");
    assert_eq!(reason("blocked_reason: @nobody knows"), "@nobody knows");
    assert_eq!(reason("blocked_reason: `make` fails: 'x' is \"y"), "`make` fails: 'x' is \"y");
    assert_eq!(reason("blocked_reason: [not closed: at all"), "[not closed: at all");
    assert_eq!(reason("blocked_reason: Conflict: a\n  goes on: here"), "Conflict: a goes on: here");
    assert_eq!(reason("blocked_reason: \"open: and\nsummary: twice"), "open: and");
    assert!(reason("blocked_reason: {a: b}").contains("a: b"));
    assert!(reason("blocked_reason:\n  - first\n  - second: part").contains("second: part"));
}

#[test]
fn nothing_makes_it_explode() {
    let bombs = [
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n\
         d: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e]\nstatus: complete"
            .to_owned(),
        format!("status: complete\nx: {}", "[".repeat(100_000)),
        format!("status: complete\nx: {}", "{a: ".repeat(50_000)),
        format!("status: complete\nx: \"{}", "\\x".repeat(100_000)),
        "status: complete\nstatus: complete".to_owned(),
        "status: !!python/object complete".to_owned(),
    ];
    for bomb in bombs {
        let read = read(&format!("```result\n{bomb}\n```"));
        assert!(read.is_none_or(|block| block.status.is_none_or(|status| status == ResultStatus::Complete)));
    }
}
