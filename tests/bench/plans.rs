//! Plans of any size, written by rule.

use specfuse_core::path::RelPath;
use specfuse_core::tree::Tree;
use std::fmt::Write;

/// The feature's folder.
pub const FOLDER: &str = ".specfuse/features/FEAT-2026-0001-bench";

/// What a session costs, as the agent says.
pub const SESSION_USD: f64 = 0.01;

const CLOSE: &str = "WU-90-close.md";

/// How units depend on each other.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// On nothing.
    Free,
    /// Each on the one before.
    Chain,
    /// Each on the first.
    Fan,
    /// Ten a layer, each on all of the layer before.
    Layers,
}

/// A repository whose only feature has one gate with `units` units, each with `bytes` or more of text.
pub fn repository(units: usize, shape: Shape, bytes: usize) -> Tree {
    let mut tree = Tree::new();
    let mut put = |name: &str, text: String| {
        tree.insert_text(RelPath::new(name).expect("a name made here"), text);
    };
    let sets =
        ["code", "doc", "plannext"].map(|set| format!("{set}:\n  - name: nothing\n    command: \"true\"\n"));
    put(".specfuse/verification.yml", sets.concat());
    put(".specfuse/roadmap.md", ROADMAP.to_owned());
    put(&format!("{FOLDER}/PLAN.md"), plan(units, shape));
    put(&format!("{FOLDER}/GATE-01.md"), gate(units));
    for number in 1..=units {
        put(&format!("{FOLDER}/{}", file(number)), unit(number, bytes));
    }
    put(
        &format!("{FOLDER}/{CLOSE}"),
        format!("---\nid: FEAT-2026-0001/G1-CLOSE\ntype: close\n---\n\n# Close\n\n{SECTIONS}"),
    );
    tree
}

/// The file of unit `number`.
pub fn file(number: usize) -> String {
    format!("WU-{number:02}-step.md")
}

/// The id of unit `number`: T01 to T99, then T01H to T99H, then T01H1 and so on.
fn id(number: usize) -> String {
    let round = match (number - 1) / 99 {
        0 => String::new(),
        1 => "H".to_owned(),
        more => format!("H{}", more - 1),
    };
    format!("FEAT-2026-0001/T{:02}{round}", (number - 1) % 99 + 1)
}

fn plan(units: usize, shape: Shape) -> String {
    let mut text = String::from(PLAN);
    for number in 1..=units {
        let needs: Vec<String> = needs(number, shape).map(id).collect();
        let _ = write!(
            text,
            "      - id: {}\n        file: {}\n        depends_on: [{}]\n",
            id(number),
            file(number),
            needs.join(", ")
        );
    }
    text + "      - id: FEAT-2026-0001/G1-CLOSE\n        file: " + CLOSE + "\n        depends_on: []\n```\n"
}

/// The gate. Its budget is spent by the sessions of its units, so that a run stops before the close.
fn gate(units: usize) -> String {
    let budget = (units as f64 - 0.5) * SESSION_USD;
    format!(
        "---\ngate: 1\nstatus: open\ncost_budget_usd: {budget}\n---\n\n# Gate 1\n\n## Definition of done\n\nAll units are done.\n"
    )
}

fn needs(number: usize, shape: Shape) -> std::ops::Range<usize> {
    let layer = number.saturating_sub(1) / 10;
    match shape {
        Shape::Chain if number > 1 => number - 1..number,
        Shape::Fan if number > 1 => 1..2,
        Shape::Layers if layer > 0 => layer * 10 - 9..layer * 10 + 1,
        _ => 0..0,
    }
}

fn unit(number: usize, bytes: usize) -> String {
    let mut text = format!(
        "---\nid: {}\ntype: implementation\nstatus: pending\nattempts: 0\n\
         model: sonnet\neffort: low\nplanned_cost_usd: {SESSION_USD}\n---\n\n# Step {number}\n\n{SECTIONS}",
        id(number)
    );
    while text.len() < bytes {
        let _ = write!(
            text,
            "\nA line of the prompt, with `code` and a [link](https://example.org/{}).\n",
            text.len()
        );
    }
    text
}

const PLAN: &str = "---
feature_id: FEAT-2026-0001
title: Bench
slug: bench
branch: feat/FEAT-2026-0001-bench
roadmap_goal: Measure the driver.
status: active
autonomy_default: review
---

# Bench

## Task graph

```yaml
gates:
  - gate: 1
    file: GATE-01.md
    work_units:
";

const ROADMAP: &str = "---
project: bench
---

# Roadmap

| Feature ID | Title | Status | Folder | Detail |
|---|---|---|---|---|
| FEAT-2026-0001 | Bench | active | FEAT-2026-0001-bench | |
";

const SECTIONS: &str = "**Objective.** One more file.

**Context.** A folder with files, each made by one unit.

**Acceptance criteria.**

- A file is made in `out`.

**Do not touch.** Everything else.

**Verification.** The command of the set.

**Escalation triggers.** None.
";
