//! Work units: values of the wrong kind or out of range, and bodies that say too little.

use crate::table::{Case, swap};

const UNIT: &str = "WU-01-moon.md";
const STATUS: &str = "status: pending";
const COST: &str = "planned_cost_usd: 2";
const MADE: &str = "produces: src/moon.rs";

#[rustfmt::skip]
const CASES: &[(&str, &str, &str, &[&str])] = &[
    ("no id", "id: FEAT-2026-0007/T01\n", "", &["unit/id-mismatch 1"]),
    ("an empty id", "id: FEAT-2026-0007/T01", "id:", &["unit/id-mismatch 1"]),
    ("another unit's id", "0007/T01", "0007/T02", &["unit/id-mismatch 2"]),
    ("another feature's id", "0007/T01", "0008/T01", &["unit/id-mismatch 2"]),
    ("an id in full-width digits", "0007/T01", "0007/T０１", &["unit/id-malformed 2"]),
    ("an id that climbs", "FEAT-2026-0007/T01", "../T01", &["unit/id-malformed 2"]),
    ("a list as id", "id: FEAT-2026-0007/T01", "id: [FEAT-2026-0007/T01]", &["unit/id-malformed 2"]),
    ("a type that is none", "type: implementation", "type: implementaton", &["unit/type 3"]),
    ("a map as type", "type: implementation", "type: {a: b}", &["unit/type 3"]),
    ("a status that is none", STATUS, "status: todo", &["unit/status 4"]),
    ("a list as status", STATUS, "status: [pending]", &["unit/status 4"]),
    ("a status with a full-width letter", STATUS, "status: ｐending", &["unit/status 4"]),
    ("an effort that is none", STATUS, "status: pending\neffort: huge", &["unit/effort 5"]),
    ("a number as effort", STATUS, "status: pending\neffort: 3", &["unit/effort 5"]),
    ("a list as model", STATUS, "status: pending\nmodel: [opus]", &["unit/model 5"]),
    ("an empty model", STATUS, "status: pending\nmodel: ''", &["unit/model 5"]),
    ("a model that is an option", STATUS, "status: pending\nmodel: --dangerously", &["unit/model 5"]),
    ("attempts below nothing", STATUS, "status: pending\nattempts: -1", &["unit/value-type 5"]),
    ("attempts and a half", STATUS, "status: pending\nattempts: 1.5", &["unit/value-type 5"]),
    ("attempts out of range", STATUS, "status: pending\nattempts: 99999999999999999999", &["unit/value-type 5"]),
    ("attempts as a text", STATUS, "status: pending\nattempts: many", &["unit/value-type 5"]),
    ("attempts as a list", STATUS, "status: pending\nattempts: [1]", &["unit/value-type 5"]),
    ("no attempts allowed", STATUS, "status: pending\nmax_attempts: 0", &["unit/value-type 5"]),
    ("costs below nothing", COST, "planned_cost_usd: -2", &["unit/value-type 5"]),
    ("costs that are no number", COST, "planned_cost_usd: two", &["unit/value-type 5"]),
    ("costs without end", COST, "planned_cost_usd: .inf", &["unit/value-type 5"]),
    ("costs that are not a number", COST, "planned_cost_usd: .nan", &["unit/value-type 5"]),
    ("costs out of range", COST, "planned_cost_usd: 1e999", &["unit/value-type 5"]),
    ("costs with a comma", COST, "planned_cost_usd: 2,50", &["unit/value-type 5"]),
    ("costs in quotes", COST, "planned_cost_usd: '2'", &["unit/value-type 5"]),
    ("a flag in words", STATUS, "status: pending\nhuman_only: perhaps", &["unit/value-type 5"]),
    ("a flag as a list", STATUS, "status: pending\nunsandboxed: [true]", &["unit/value-type 5"]),
    ("without a sandbox and a reason", STATUS, "status: pending\nunsandboxed: true", &["unit/unsandboxed-rationale 5"]),
    ("a map as produces", MADE, "produces: {a: b}", &["unit/value-type 6"]),
    ("a list that begins as text", MADE, "produces: src/moon.rs\n  - src/tide.rs", &["unit/value-type 6"]),
    ("a list of lists as produces", MADE, "produces: [[a]]", &["unit/value-type 6"]),
    ("a number as a set", MADE, "produces: src/moon.rs\nprep: {a: 1}", &["unit/value-type 7"]),
    ("a set that is not there", MADE, "produces: src/moon.rs\nextra_gates: [nowhere]", &["unit/dangling-set 7"]),
    ("produces from the root", MADE, "produces: /etc/passwd", &["scope/produces-outside 6"]),
    ("produces that climbs", MADE, "produces: ../../x", &["scope/produces-outside 6"]),
    ("produces from home", MADE, "produces: [~/x]", &["scope/produces-outside 6"]),
    ("produces with a NUL", MADE, "produces: \"src/\\0moon.rs\"", &["scope/produces-outside 6"]),
    ("produces with a line end", MADE, "produces: \"src/\\nmoon.rs\"", &["scope/produces-outside 6"]),
    ("produces a folder", MADE, "produces: src/", &["scope/produces-directory 6"]),
    ("produces a dot", MADE, "produces: .", &["scope/produces-directory 6"]),
    ("produces nothing", MADE, "produces: []", &["scope/no-produces 6"]),
    ("produces with shell characters", MADE, "produces: \"src/$(id);`x`.rs\"", &[]),
    ("a verdict on work", STATUS, "status: pending\nverdict: met", &["unit/verdict 5"]),
    ("a history that is a text", STATUS, "status: pending\nre_arm_history: often", &["unit/value-type 5"]),
    ("no title", "# Compute the moon's phase\n", "", &["unit/title 1"]),
    ("a title too long", "# Compute", "# Compute and compute and compute and compute and compute and compute and compute", &["unit/title 8"]),
    ("a title in a fence", "# Compute the moon's phase\n", "```\n# Compute\n```\n", &["unit/title 1"]),
    ("no context", "**Context.** The almanac knows the date only.\n", "", &["unit/missing-section 8"]),
    ("an empty context", "The almanac knows the date only.", "", &["unit/empty-section 10"]),
    ("criteria in a fence", "**Acceptance criteria.**\n1. `cargo test moon` passes.\n", "```\n**Acceptance criteria.**\n1. x\n```\n", &["unit/missing-section 8"]),
    ("a fence never closed", "**Context.**", "```\n**Context.**", &["unit/missing-section 8"]),
];

pub fn cases() -> Vec<Case> {
    CASES.iter().map(|(name, from, to, expect)| swap(name, UNIT, from, *to, expect)).collect()
}
