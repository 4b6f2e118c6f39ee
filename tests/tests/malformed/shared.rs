//! The files that features share: verification.yml, the roadmap and its archive, config; and the
//! event log.

use crate::table::{Case, swap, whole};

type Row = (&'static str, &'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const VERIFICATION: &[Row] = &[
    ("a set that is a text", "code:\n  - name: tests\n    command: cargo test\n", "code: cargo test\n", &["verification/shape 1"]),
    ("a set that is a map", "code:\n  - name: tests\n    command: cargo test\n", "code: {name: x, command: y}\n", &["verification/shape 1"]),
    ("a set of texts", "  - name: tests\n    command: cargo test\n", "  - cargo test\n", &["verification/shape 2"]),
    ("an empty set", "code:\n  - name: tests\n    command: cargo test\n", "code: []\n", &["verification/missing-set 1"]),
    ("a set of nothing", "code:\n  - name: tests\n    command: cargo test\n", "code:\n", &["verification/missing-set 1"]),
    ("no set for code", "code:", "coda:", &["verification/missing-set 1"]),
    ("a check without a name", "  - name: tests\n    command", "  - command", &["verification/shape 2"]),
    ("a check without a command", "    command: cargo test\n", "", &["verification/shape 2"]),
    ("an empty command", "command: cargo test", "command: ''", &["verification/shape 3"]),
    ("a list as command", "command: cargo test", "command: [cargo, test]", &["verification/shape 3"]),
    ("a name twice", "doc:", "  - name: tests\n    command: x\ndoc:", &["verification/shape 4"]),
    ("a time limit in words", "command: cargo test", "command: cargo test\n    timeout_seconds: long", &["verification/shape 4"]),
    ("a time limit below nothing", "command: cargo test", "command: cargo test\n    timeout_seconds: -5", &["verification/shape 4"]),
    ("a time limit without end", "command: cargo test", "command: cargo test\n    timeout_seconds: .inf", &["verification/shape 4"]),
    ("a need that is nobody", "command: cargo test", "command: cargo test\n    needs: [build]", &["verification/needs 4"]),
    ("a need of itself", "command: cargo test", "command: cargo test\n    needs: [tests]", &["verification/needs 4"]),
    ("a tier that is none", "command: cargo test", "command: cargo test\n    tier: wide", &["verification/tier 4"]),
    ("a narrow root that climbs", "command: cargo test", "command: cargo test\n    narrow_command: t {}\n    narrow_selection: {test_roots: [../x], format: path}", &["verification/narrow 5"]),
    ("a narrow command alone", "command: cargo test", "command: cargo test\n    narrow_command: t {}", &["verification/narrow 4"]),
    ("a narrow selection that is a text", "command: cargo test", "command: cargo test\n    narrow_command: t\n    narrow_selection: all", &["verification/narrow 4"]),
    ("stale binaries", "command: cargo test", "command: dotnet test --no-build", &["verification/stale-binaries 3"]),
    ("a key misspelt in a check", "command: cargo test", "command: cargo test\n    timeout_second: 3", &["file/unknown-key 4"]),
    ("an option that is a list", "doc:", "cost_tracking: [yes]\ndoc:", &["verification/shape 4"]),
    ("no attempts allowed", "doc:", "defaults:\n  max_attempts: 0\ndoc:", &["verification/shape 5"]),
    ("defaults that are a text", "doc:", "defaults: none\ndoc:", &["verification/shape 4"]),
];

#[rustfmt::skip]
const ROADMAP: &[Row] = &[
    ("no row", "| FEAT-2026-0007 | Tides | active | FEAT-2026-0007-tides | [detail](#feat-2026-0007) |\n", "", &["roadmap/missing-row PLAN.md:2"]),
    ("a row twice", "|---|---|---|---|---|\n", "|---|---|---|---|---|\n| FEAT-2026-0007 | Tides | active | x | y |\n", &["roadmap/duplicate-row 9"]),
    ("a status that is none", "| active |", "| running |", &["roadmap/status 8"]),
    ("an empty status", "| active |", "| |", &["roadmap/status 8"]),
    ("another status than the plan's", "| active |", "| blocked |", &["roadmap/row-status-mismatch PLAN.md:6"]),
    ("a section of another status", "**Status: active.**", "**Status: done.**", &["roadmap/row-status-mismatch 13"]),
    ("a row with too few cells", "| FEAT-2026-0007 | Tides | active | FEAT-2026-0007-tides | [detail](#feat-2026-0007) |", "| FEAT-2026-0007 | Tides", &["roadmap/status 8"]),
    ("no table", "| Feature ID | Title | Status | Folder | Detail |\n", "", &["roadmap/missing-row PLAN.md:2"]),
    ("no status column", "| Status |", "| State |", &["roadmap/status 8"]),
    ("an anchor without a heading", "## FEAT-2026-0007 Tides\n", "", &["roadmap/anchor-without-heading 10"]),
    ("an anchor before another heading", "## FEAT-2026-0007 Tides", "## FEAT-2026-0008 Tides", &["roadmap/anchor-other-feature 10"]),
    ("an anchor twice", "## FEAT-2026-0007 Tides", "## FEAT-2026-0007 Tides\n\n<a id=\"feat-2026-0007\"></a>\n## FEAT-2026-0007 Tides", &["roadmap/anchor-duplicate 13"]),
    ("a link to nowhere", "(#feat-2026-0007)", "(#feat-2026-0099)", &["roadmap/link-broken 8"]),
    ("blocked without a reason", "| active |", "| blocked |", &["roadmap/blocked-unexplained 11"]),
];

#[rustfmt::skip]
const CONFIG: &[Row] = &[
    ("a rule that is none", "autosync: false", "lint:\n  file/yamls: off", &["file/unknown-key 2"]),
    ("a weight that is none", "autosync: false", "lint:\n  graph/cycle: loud", &["file/unknown-key 2"]),
    ("a list of rules", "autosync: false", "lint: [graph/cycle]", &["file/value-type 1"]),
    ("a switch in words", "autosync: false", "autosync: perhaps", &["file/value-type 1"]),
    ("lanes below nothing", "autosync: false", "lanes: -3", &["file/value-type 1"]),
    ("lanes in words", "autosync: false", "lanes: many", &["file/value-type 1"]),
    ("a text", "autosync: false", "just words", &["file/yaml 1"]),
    ("a list", "autosync: false", "- autosync", &["file/yaml 1"]),
];

const LINE: &str =
    "{\"timestamp\":\"2026-03-04T05:06:07Z\",\"correlation_id\":\"x\",\"event_type\":\"task_started\"";

fn events() -> Vec<Case> {
    let table: [(&str, String, &[&str]); 12] = [
        ("a line that is no JSON", "started\n".into(), &["file/event-line 1"]),
        ("half a line at the end", format!("{LINE}}}\n{}", &LINE[..40]), &["file/event-line 2"]),
        ("a list", format!("{LINE}}}\n[1, 2]\n"), &["file/event-line 2"]),
        ("a number", "7\n".into(), &["file/event-line 1"]),
        ("nothing, thrice", "null\nnull\nnull\n".into(), &["file/event-line 1"]),
        (
            "an event without a type",
            "{\"timestamp\":\"x\",\"correlation_id\":\"y\"}\n".into(),
            &["file/event-line 1"],
        ),
        (
            "a list as type",
            "{\"timestamp\":\"x\",\"correlation_id\":\"y\",\"event_type\":[]}\n".into(),
            &["file/event-line 1"],
        ),
        ("two on one line", format!("{LINE}}}{LINE}}}\n"), &["file/event-line 1"]),
        ("one on two lines", format!("{LINE},\n\"payload\":{{}}}}\n"), &["file/event-line 1"]),
        ("a NUL", format!("{LINE}}}\n\0\n"), &["file/event-line 2"]),
        ("a number past all bounds", format!("{LINE},\"payload\":1e999}}\n"), &["file/event-line 1"]),
        (
            "brackets without end",
            format!("{LINE},\"payload\":{}\n", "[".repeat(5000)),
            &["file/event-line 1"],
        ),
    ];
    table.into_iter().map(|(name, text, expect)| whole(name, "events.jsonl", text, expect)).collect()
}

pub fn cases() -> Vec<Case> {
    let of = |file: &'static str, table: &'static [Row]| {
        table.iter().map(move |(name, from, to, expect)| swap(name, file, from, *to, expect))
    };
    of("verification.yml", VERIFICATION)
        .chain(of("roadmap.md", ROADMAP))
        .chain(of("config", CONFIG))
        .chain(events())
        .collect()
}
