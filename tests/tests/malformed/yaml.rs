//! YAML that is broken, or not of our dialect, in the head of a unit; and the commonest of it in
//! every other file that holds YAML.

use crate::table::{Case, swap, whole};

const UNIT: &str = "WU-01-moon.md";
/// Line 6 of the unit, which the cases replace.
const LINE: &str = "produces: src/moon.rs\n";

/// What stands in the place of line 6, and what is found.
#[rustfmt::skip]
const HEADS: &[(&str, &str, &[&str])] = &[
    ("a list indented by a tab", "produces:\n\t- src/moon.rs\n", &["file/yaml 7"]),
    ("a key indented by a tab", "\tproduces: src/moon.rs\n", &["file/yaml 6"]),
    ("a tab behind the colon", "produces:\tsrc/moon.rs\n", &[]),
    ("blanks and tabs at the line's end", "produces: src/moon.rs \t \n", &[]),
    ("double quotes never closed", "produces: \"src/moon.rs\n", &["file/yaml 6"]),
    ("single quotes never closed", "produces: 'src/moon.rs\n", &["file/yaml 6"]),
    ("quotes closed too early", "produces: \"src\"/moon.rs\n", &["file/needs-quotes 6"]),
    ("an escape that is none", "produces: \"src\\qmoon.rs\"\n", &["file/yaml 6"]),
    ("an escape past Unicode", "produces: \"\\UFFFFFFFF\"\n", &["file/yaml 6"]),
    ("half a surrogate pair", "produces: \"\\uD800\"\n", &["file/yaml 6"]),
    ("a bracket never closed", "produces: [src/moon.rs\n", &["file/yaml 6"]),
    ("a brace never closed", "produces: {a: b\n", &["file/yaml 6"]),
    ("the wrong bracket closed", "produces: [src/moon.rs}\n", &["file/yaml 6"]),
    ("only a closing bracket", "produces: ]\n", &["file/needs-quotes 6"]),
    ("two commas", "produces: [a.rs,, b.rs]\n", &["file/yaml 6"]),
    ("text behind a closed list", "produces: [src/moon.rs] x\n", &["file/needs-quotes 6"]),
    ("items at two depths", "produces:\n    - a.rs\n  - b.rs\n", &["file/yaml 8"]),
    ("a key one blank too deep", " produces: src/moon.rs\n", &["file/yaml 6"]),
    ("a line without a colon", "produces\n", &["file/yaml 6"]),
    ("a colon without a blank", "produces:src/moon.rs\n", &["file/yaml 6"]),
    ("an item among keys", "- src/moon.rs\n", &["file/yaml 6"]),
    ("an empty key", ": src/moon.rs\n", &["file/yaml 6"]),
    ("a key with a question mark", "? produces\n: src/moon.rs\n", &["file/yaml 6"]),
    ("a list as a key", "[a, b]: src/moon.rs\n", &["file/yaml 6"]),
    ("an anchor", "produces: &a src/moon.rs\n", &["file/yaml 6"]),
    ("an alias", "produces: *a\n", &["file/yaml 6"]),
    ("a merge key", "<<: *a\nproduces: a.rs\n", &["file/yaml 6"]),
    ("a tag", "produces: !!str src/moon.rs\n", &["file/yaml 6"]),
    ("a tag that runs code elsewhere", "produces: !!python/object/apply:os.system [id]\n", &["file/yaml 6"]),
    ("a directive", "%YAML 1.2\nproduces: src/moon.rs\n", &["file/yaml 6"]),
    ("an end of document", "...\nproduces: src/moon.rs\n", &["file/yaml 7"]),
    ("a colon in a bare value", "provenance: Fix: the thing\nproduces: src/moon.rs\n", &["file/needs-quotes 6"]),
    ("an at sign in front", "provenance: @later\nproduces: src/moon.rs\n", &["file/needs-quotes 6"]),
    ("a backtick in front", "provenance: `later`\nproduces: src/moon.rs\n", &["file/needs-quotes 6"]),
    ("a percent sign in front", "provenance: %later\nproduces: src/moon.rs\n", &["file/needs-quotes 6"]),
    ("the same key twice", "produces: src/moon.rs\nproduces: src/sun.rs\n", &["file/duplicate-key 7"]),
    ("the same key in quotes", "produces: src/moon.rs\n\"produces\": src/sun.rs\n", &["file/duplicate-key 7"]),
    ("the same key in braces", "own: {a: 1, a: 2}\nproduces: src/moon.rs\n", &["file/duplicate-key 6"]),
    ("the same key far away", "produces: src/moon.rs\nstatus: done\n", &["file/duplicate-key 7"]),
    ("a key misspelt", "produced: src/moon.rs\n", &["file/unknown-key 6"]),
    ("a key in capitals", "Produces: src/moon.rs\n", &["file/unknown-key 6"]),
    ("a key of one's own", "mood: fine\nproduces: src/moon.rs\n", &["file/unknown-key 6"]),
    ("a key of blanks", "\"  \": 1\nproduces: src/moon.rs\n", &["file/unknown-key 6"]),
    ("a key of symbols", "🌕: 1\nproduces: src/moon.rs\n", &["file/unknown-key 6"]),
    ("a NUL", "produces: src/moon.rs\0\n", &["file/yaml 6"]),
    ("a bell", "produces: src/\u{7}moon.rs\n", &["file/yaml 6"]),
    ("an escape sequence", "provenance: \u{1b}[2Jgone\nproduces: src/moon.rs\n", &["file/yaml 6"]),
    ("a delete character", "produces: src/moon.rs\u{7f}\n", &["file/yaml 6"]),
    ("a control character of the second page", "produces: src/moon.rs\u{9b}\n", &["file/yaml 6"]),
    ("a byte order mark inside", "produces: \u{feff}src/moon.rs\n", &["file/yaml 6"]),
    ("no character", "produces: src/moon.rs\u{ffff}\n", &["file/yaml 6"]),
    ("a carriage return inside", "provenance: one\rtwo\nproduces: src/moon.rs\n", &["file/yaml 6"]),
    ("a block that says its depth wrongly", "provenance: |9\n  text\nproduces: src/moon.rs\n", &["file/yaml 7"]),
    ("a block with an odd mark", "provenance: |x\n  text\nproduces: src/moon.rs\n", &["file/needs-quotes 6", "file/yaml 7"]),
    ("a block indented by a tab", "provenance: |\n\ttext\nproduces: src/moon.rs\n", &["file/yaml 7"]),
    ("a block that is not indented", "provenance: |\ntext\nproduces: src/moon.rs\n", &["file/yaml 7"]),
];

/// What stands in the place of one line of a file, and what is found.
#[rustfmt::skip]
const OTHERS: &[(&str, &str, &str, &str, &[&str])] = &[
    ("brackets never closed", "PLAN.md", "status: active", "status: [active", &["file/yaml 6"]),
    ("an anchor", "PLAN.md", "title: Tides", "title: &t Tides", &["file/yaml 3"]),
    ("a tab", "PLAN.md", "planned_cost_usd: 9", "\tplanned_cost_usd: 9", &["file/yaml 7"]),
    ("quotes never closed", "PLAN.md", "title: Tides", "title: \"Tides", &["file/yaml 3"]),
    ("a colon in the title", "PLAN.md", "title: Tides", "title: Tides: all", &["file/needs-quotes 3"]),
    ("the same key twice", "PLAN.md", "title: Tides", "title: Tides\ntitle: Tides", &["file/duplicate-key 4"]),
    ("a key misspelt", "PLAN.md", "title: Tides", "title: Tides\nbrnch: x", &["file/unknown-key 4"]),
    ("a text for keys", "PLAN.md", "feature_id: FEAT-2026-0007\ntitle: Tides\nbranch: feat/FEAT-2026-0007-tides\nroadmap_goal: The almanac prints tides.\nstatus: active\nplanned_cost_usd: 9\n", "just words\n", &["file/yaml 2"]),
    ("brackets never closed", "GATE-01.md", "status: open", "status: [open", &["file/yaml 3"]),
    ("an alias", "GATE-01.md", "status: open", "status: *open", &["file/yaml 3"]),
    ("a tab", "GATE-01.md", "status: open", "status:\n\topen", &["file/yaml 4"]),
    ("the same key twice", "GATE-01.md", "status: open", "status: open\nstatus: passed", &["file/duplicate-key 4"]),
    ("a key misspelt", "GATE-01.md", "cost_budget_usd", "cost_budget", &["file/unknown-key 4"]),
    ("a list for keys", "GATE-01.md", "gate: 1\nstatus: open\ncost_budget_usd: 20\nfeature_oracle: ./almanac tides\n", "- gate\n", &["file/yaml 2"]),
    ("brackets never closed", "GATE-01-REVIEW.md", "open_questions: []", "open_questions: [", &["file/yaml 2"]),
    ("a key misspelt", "GATE-01-REVIEW.md", "open_questions: []", "open_question: []", &["file/unknown-key 2"]),
    ("the same key twice", "GATE-01-REVIEW.md", "open_questions: []", "open_questions: []\nopen_questions: []", &["file/duplicate-key 3"]),
    ("brackets never closed", "verification.yml", "command: cargo test", "command: [cargo test", &["file/yaml 3"]),
    ("a tab", "verification.yml", "  - name: tests", "\t- name: tests", &["file/yaml 2"]),
    ("an anchor", "verification.yml", "command: cargo test", "command: &c cargo test", &["file/yaml 3"]),
    ("a tag", "verification.yml", "command: cargo test", "command: !sh cargo test", &["file/yaml 3"]),
    ("a colon in a command", "verification.yml", "command: cargo test", "command: echo a: b", &["file/needs-quotes 3"]),
    ("the same set twice", "verification.yml", "doc:", "code:", &["file/duplicate-key 4"]),
    ("a second document", "verification.yml", "doc:", "---\ndoc:", &["file/yaml 4"]),
    ("an item at the wrong depth", "verification.yml", "    command: cargo test", "   command: cargo test", &["file/yaml 3"]),
    ("brackets never closed", "config", "autosync: false", "autosync: [false", &["file/yaml 1"]),
    ("the same key twice", "config", "autosync: false", "autosync: false\nautosync: true", &["file/duplicate-key 2"]),
    ("a key misspelt", "config", "autosync", "autosyncs", &["file/unknown-key 1"]),
    ("a tab", "config", "autosync: false", "agents:\n\ta: 1", &["file/yaml 2"]),
    ("brackets never closed", "roadmap.md", "project: almanac", "project: [almanac", &["file/yaml 2"]),
    ("an anchor in the graph", "PLAN.md", "gates:\n", "gates: &g\n", &["file/yaml 22"]),
    ("a tab in the graph", "PLAN.md", "    file: GATE-01.md", "\tfile: GATE-01.md", &["file/yaml 24"]),
    ("brackets never closed in the graph", "PLAN.md", "depends_on: []", "depends_on: [", &["file/yaml 28"]),
    ("the same key twice in the graph", "PLAN.md", "depends_on: []", "depends_on: []\n        file: x.md", &["file/duplicate-key 29"]),
    ("a key misspelt in the graph", "PLAN.md", "depends_on: []", "depend_on: []", &["file/unknown-key 28"]),
];

pub fn cases() -> Vec<Case> {
    let heads = HEADS.iter().map(|(name, to, expect)| swap(name, UNIT, LINE, *to, expect));
    let others = OTHERS.iter().map(|(name, file, from, to, expect)| swap(name, file, from, *to, expect));
    let own = [
        whole("rules only", "PLAN.md", "---\n---\n---\n", &["plan/missing-key 1", "plan/no-graph 1"]),
        whole("a list of nothing", "verification.yml", "-\n-\n", &["verification/shape 1"]),
    ];
    heads.chain(others).chain(own).collect()
}
