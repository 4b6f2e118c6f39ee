//! Files that are large, deep or endless: each is answered in time that grows with its size alone.

use specfuse_core::diagnostic::Finding;
use specfuse_core::path::RelPath;
use specfuse_core::tree::{Entry, MAX_FILE_BYTES, Tree};
use specfuse_tests::{laws, sample};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// Far above what any of these takes, so that a busy machine does not fail; quadratic work does.
const PATIENCE: Duration = Duration::from_secs(60);

/// The findings when `file` holds `text`, the slowest step being watched.
fn judge(file: &str, text: impl Into<Vec<u8>>) -> Vec<Finding> {
    let mut tree = sample::tree();
    let path = RelPath::new(&sample::full_name(file)).expect("a file of the sample");
    tree.insert(path, Entry::from_bytes(text.into()));
    judge_tree(&tree)
}

fn judge_tree(tree: &Tree) -> Vec<Finding> {
    let begin = Instant::now();
    let findings = laws::hold_once(tree, &sample::folder());
    assert!(begin.elapsed() < PATIENCE, "it took {:?}", begin.elapsed());
    findings
}

/// That `rule` is found in `file`, and that there are not more findings than a person can read.
fn found(findings: &[Finding], rule: &str, file: &str) {
    let path = sample::full_name(file);
    assert!(
        findings.iter().any(|f| f.rule == rule && f.primary.file.as_str() == path),
        "no {rule} in {file}: {:?}",
        findings.iter().take(5).collect::<Vec<_>>()
    );
    assert!(findings.len() < 3000, "{} findings", findings.len());
}

/// The sample unit with `head` as further lines of its head.
fn unit(head: &str) -> String {
    sample::text("WU-01-moon.md").replacen("status: pending\n", &format!("status: pending\n{head}"), 1)
}

#[test]
fn a_file_one_byte_too_large_is_named_and_one_less_is_read() {
    let text = sample::text("WU-01-moon.md");
    let fill = |bytes: usize| format!("{text}{}", "x ".repeat(bytes)[..bytes - text.len()].to_owned());
    assert!(judge("WU-01-moon.md", fill(MAX_FILE_BYTES)).is_empty());
    for file in [
        "PLAN.md",
        "GATE-01.md",
        "WU-01-moon.md",
        "GATE-01-REVIEW.md",
        "verification.yml",
        "roadmap.md",
        "config",
        "events.jsonl",
    ] {
        found(&judge(file, vec![b'x'; MAX_FILE_BYTES + 1]), "file/too-large", file);
    }
}

#[test]
fn lines_of_megabytes_are_read() {
    let long = "y".repeat(4_000_000);
    assert!(judge("WU-01-moon.md", unit(&format!("provenance: {long}\n"))).is_empty());
    assert!(judge("WU-01-moon.md", unit(&format!("provenance: \"{long}\"\n"))).is_empty());
    found(&judge("WU-01-moon.md", unit(&format!("provenance: \"{long}\n"))), "file/yaml", "WU-01-moon.md");
    found(&judge("WU-01-moon.md", unit(&format!("{long}: 1\n"))), "file/unknown-key", "WU-01-moon.md");
    found(&judge("PLAN.md", long.clone()), "file/frontmatter-missing", "PLAN.md");
    found(&judge("verification.yml", long), "verification/shape", "verification.yml");
    found(&judge("WU-01-moon.md", vec![b'z'; 10_000_000]), "file/too-large", "WU-01-moon.md");
}

#[test]
fn deep_nesting_is_refused_once_and_in_place() {
    let deep = 5000;
    let block: String = (0..2500).fold(String::new(), |mut text, depth| {
        let _ = writeln!(text, "{}a:", " ".repeat(depth));
        text
    });
    let dashes = format!("own:\n  {}x\n", "- ".repeat(deep));
    for head in [
        format!("own: {}\n", "[".repeat(deep)),
        format!("own: {}{}\n", "[".repeat(deep), "]".repeat(deep)),
        format!("own: {}x{}\n", "{a: ".repeat(deep), "}".repeat(deep)),
        format!("own: {}\n", "{[".repeat(deep)),
        format!("own:\n{}", block.lines().map(|line| format!("  {line}\n")).collect::<String>()),
        dashes,
    ] {
        found(&judge("WU-01-moon.md", unit(&head)), "file/yaml", "WU-01-moon.md");
    }
    found(&judge("config", block), "file/yaml", "config");
    found(&judge("verification.yml", "- ".repeat(deep)), "file/yaml", "verification.yml");
}

#[test]
fn deep_quotes_headings_and_lists_are_only_words() {
    let text = sample::text("WU-01-moon.md");
    for tail in [
        "> ".repeat(5000),
        "#".repeat(5000),
        (0..5000).map(|depth| format!("{}- x\n", " ".repeat(depth % 700))).collect(),
        "```\n".repeat(100_000),
        "<!--".repeat(100_000),
        "**".repeat(100_000),
        "[".repeat(100_000),
        "`".repeat(100_000),
        "# x\n".repeat(100_000),
        "**Note.** x\n".repeat(100_000),
        "1. x\n".repeat(100_000),
        "|".repeat(100_000),
        "\n".repeat(1_000_000),
        "\r".repeat(1_000_000),
    ] {
        judge("WU-01-moon.md", format!("{text}\n{tail}"));
        judge("PLAN.md", format!("{}\n{tail}", sample::text("PLAN.md")));
        judge("roadmap.md", format!("{}\n{tail}", sample::text("roadmap.md")));
    }
}

#[test]
fn hundreds_of_thousands_of_keys_are_read() {
    let keys = |count: u32| (0..count).fold(String::new(), |text, n| text + &format!("key{n}: {n}\n"));
    found(&judge("WU-01-moon.md", unit(&keys(100_000))), "file/unknown-key", "WU-01-moon.md");
    found(&judge("WU-01-moon.md", unit(&"same: 1\n".repeat(100_000))), "file/duplicate-key", "WU-01-moon.md");
    found(
        &judge("WU-01-moon.md", unit(&"prduces: 1\n".repeat(100_000))),
        "file/unknown-key",
        "WU-01-moon.md",
    );
    found(&judge("WU-01-moon.md", unit(&"x\n".repeat(100_000))), "file/yaml", "WU-01-moon.md");
    found(&judge("WU-01-moon.md", unit(&"\tx: 1\n".repeat(100_000))), "file/yaml", "WU-01-moon.md");
    found(&judge("WU-01-moon.md", unit(&"a: b: c\n".repeat(100_000))), "file/needs-quotes", "WU-01-moon.md");
    found(
        &judge("config", "lint:\n".to_owned() + &"  x/y: off\n".repeat(100_000)),
        "file/unknown-key",
        "config",
    );
    found(
        &judge("verification.yml", "s: x\n".repeat(100_000)),
        "verification/missing-set",
        "verification.yml",
    );
    judge("verification.yml", keys(100_000).replace(": ", ": [{name: a, command: b}] #"));
}

#[test]
fn many_lines_of_events_and_roadmap_are_read() {
    found(&judge("events.jsonl", "x\n".repeat(500_000)), "file/event-line", "events.jsonl");
    let row = "| FEAT-2026-0007 | a | b | c | [x](#feat-2026-0001) |\n".repeat(20_000);
    let text = sample::text("roadmap.md").replacen(
        "|---|---|---|---|---|\n",
        &format!("|---|---|---|---|---|\n{row}"),
        1,
    );
    found(&judge("roadmap.md", text), "roadmap/duplicate-row", "roadmap.md");
    let anchors = "<a id=\"feat-2026-0007\"></a>\n".repeat(50_000);
    judge("roadmap.md", format!("{}{anchors}", sample::text("roadmap.md")));
}

/// A graph of `count` units, `lines` answering what stands under each.
fn graph(count: u32, lines: impl Fn(u32) -> String) -> Tree {
    let units = (0..count).fold(String::new(), |mut text, n| {
        let _ =
            writeln!(text, "      - id: FEAT-2026-0007/T{n:04}\n        file: u{n}.md\n        {}", lines(n));
        text
    });
    let plan = sample::text("PLAN.md");
    let (head, _) = plan.split_once("      - id").expect("the sample has units");
    let mut tree = sample::tree();
    tree.insert_text(sample::folder().join("PLAN.md").expect("a plain name"), format!("{head}{units}```\n"));
    tree
}

fn with_files(mut tree: Tree, count: u32, kind: impl Fn(u32) -> &'static str) -> Tree {
    for n in 0..count {
        let text = sample::text("WU-01-moon.md")
            .replace("/T01", &format!("/T{n:04}"))
            .replace("implementation", kind(n))
            .replace("moon.rs", &format!("moon{n}.rs"));
        tree.insert_text(sample::folder().join(&format!("u{n}.md")).expect("a plain name"), text);
    }
    tree
}

#[test]
fn five_thousand_units_are_read() {
    let chain = |n: u32| match n {
        0 => "depends_on: []".to_owned(),
        n => format!("depends_on: [FEAT-2026-0007/T{:04}]", n - 1),
    };
    judge_tree(&with_files(graph(5000, chain), 5000, |_| "implementation"));
}

#[test]
fn five_thousand_units_in_one_circle_are_read() {
    let circle = |n: u32| format!("depends_on: [FEAT-2026-0007/T{:04}]", (n + 4999) % 5000);
    let findings = judge_tree(&with_files(graph(5000, circle), 5000, |_| "implementation"));
    assert!(findings.iter().any(|f| f.rule == "graph/cycle"));
}

#[test]
fn five_thousand_units_half_of_them_closing_are_read() {
    judge_tree(&with_files(graph(5000, |_| "depends_on: []".into()), 5000, |n| {
        if n % 2 == 0 { "close" } else { "implementation" }
    }));
}

#[test]
fn five_thousand_units_without_files_or_with_one_id_are_read() {
    judge_tree(&graph(5000, |n| format!("depends_on: [nobody{n}]")));
    let plan = sample::text("PLAN.md");
    let same = "      - id: FEAT-2026-0007/T01\n        file: WU-01-moon.md\n        depends_on: [FEAT-2026-0007/T01]\n".repeat(5000);
    judge("PLAN.md", plan.replacen("      - id", &format!("{same}      - id"), 1));
    judge(
        "PLAN.md",
        plan.replacen(
            "  - gate: 1",
            &format!("{}  - gate: 1", "  - gate: 7\n    file: GATE-07.md\n    work_units: []\n".repeat(5000)),
            1,
        ),
    );
}
