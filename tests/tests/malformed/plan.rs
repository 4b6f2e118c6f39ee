//! PLAN.md: keys that are missing, of the wrong kind or out of range, and blocks that are no graph.

use crate::table::{Case, swap};

const PLAN: &str = "PLAN.md";

#[rustfmt::skip]
const CASES: &[(&str, &str, &str, &[&str])] = &[
    ("no feature_id", "feature_id: FEAT-2026-0007\n", "", &["plan/missing-key 1"]),
    ("no status", "status: active\n", "", &["plan/missing-key 1"]),
    ("no branch", "branch: feat/FEAT-2026-0007-tides\n", "", &["plan/missing-key 1"]),
    ("an empty title", "title: Tides", "title:", &["plan/missing-key 3"]),
    ("a title of blanks", "title: Tides", "title: '  '", &["plan/missing-key 3"]),
    ("a list as title", "title: Tides", "title: [Tides]", &["file/value-type 3"]),
    ("a map as goal", "roadmap_goal: The", "roadmap_goal: {a: b}\nslug: The", &["file/value-type 5"]),
    ("a status that is none", "status: active", "status: activ", &["plan/status 6"]),
    ("a status in capitals", "status: active", "status: Active", &["plan/status 6"]),
    ("a list as status", "status: active", "status: [active]", &["file/value-type 6"]),
    ("a number as status", "status: active", "status: 1", &["plan/status 6"]),
    ("an old status", "status: active", "status: complete", &["plan/status 6"]),
    ("done with a gate open", "status: active", "status: done", &["plan/status-gate-mismatch GATE-01.md:3"]),
    ("an id without digits", "FEAT-2026-0007\n", "FEAT-YYYY-NNNN\n", &["plan/feature-id 2"]),
    ("an id in small letters", "FEAT-2026-0007\n", "feat-2026-0007\n", &["plan/feature-id 2"]),
    ("an id with full-width digits", "FEAT-2026-0007\n", "FEAT-２０２６-0007\n", &["plan/feature-id 2"]),
    ("an id with Arabic digits", "FEAT-2026-0007\n", "FEAT-2026-٠٠٠٧\n", &["plan/feature-id 2"]),
    ("an id with a Cyrillic letter", "FEAT-2026-0007\n", "FЕAT-2026-0007\n", &["plan/feature-id 2"]),
    ("an id too long", "FEAT-2026-0007\n", "FEAT-2026-00000000000000000007\n", &["plan/feature-id 2"]),
    ("a bare initiative", "feature_id: FEAT-2026-0007", "feature_id: INIT-2026-0007", &["plan/feature-id 2"]),
    ("a list as id", "feature_id: FEAT-2026-0007", "feature_id: [FEAT-2026-0007]", &["file/value-type 2"]),
    ("another folder's id", "feature_id: FEAT-2026-0007", "feature_id: FEAT-2026-0008", &["plan/feature-id 2"]),
    ("a branch that is an option", "branch: feat/", "branch: --upload-pack=x", &["plan/branch 4"]),
    ("a branch with dots", "branch: feat/", "branch: feat/../", &["plan/branch 4"]),
    ("a branch with a blank", "branch: feat/", "branch: feat /", &["plan/branch 4"]),
    ("a branch that is the base", "branch: feat/FEAT-2026-0007-tides", "branch: main\nbase: main", &["plan/branch 4"]),
    ("a branch with an escape sequence", "branch: feat/FEAT", "branch: \"feat/\\e[2J\" #", &["plan/branch 4"]),
    ("a branch with a line end", "branch: feat/FEAT-2026-0007-tides", "branch: \"a\\nb\"", &["plan/branch 4"]),
    ("a branch in brackets", "branch: feat/FEAT-2026-0007-tides", "branch: [a, b]", &["file/value-type 4"]),
    ("an empty base", "status: active", "status: active\nbase:", &["plan/base-empty 7"]),
    ("a base of blanks", "status: active", "status: active\nbase: \" \"", &["plan/base-empty 7"]),
    ("an autonomy that is none", "status: active", "status: active\nautonomy_default: full", &["plan/autonomy 7"]),
    ("a list as autonomy", "status: active", "status: active\nautonomy_default: [auto]", &["plan/autonomy 7"]),
    ("costs below nothing", "planned_cost_usd: 9", "planned_cost_usd: -9", &["cost/unplanned 7"]),
    ("costs that are no number", "planned_cost_usd: 9", "planned_cost_usd: nine", &["cost/unplanned 7"]),
    ("costs without end", "planned_cost_usd: 9", "planned_cost_usd: .inf", &["cost/unplanned 7"]),
    ("costs that are no number at all", "planned_cost_usd: 9", "planned_cost_usd: .nan", &["cost/unplanned 7"]),
    ("costs out of range", "planned_cost_usd: 9", "planned_cost_usd: 1e999", &["cost/unplanned 7"]),
    ("costs of a million digits less", "planned_cost_usd: 9", "planned_cost_usd: 99999999999999999999999999", &["cost/sum-differs 7"]),
    ("a flag that is none", "status: active", "status: active\njudge_disabled: maybe", &["plan/value-type 7"]),
    ("no section of two", "## Existing-mechanism search\n", "", &["plan/missing-section 1"]),
    ("a section only in a fence", "## Existing-mechanism search\n", "~~~\n## Existing-mechanism search\n~~~\n", &["plan/missing-section 1"]),
    ("a section only in a comment", "## Existing-mechanism search\n", "<!--\n## Existing-mechanism search\n-->\n", &["plan/missing-section 1"]),
    ("a comment that never ends", "# Tides", "# Tides\n<!-- here", &[]),
    ("a graph without a language", "```yaml", "```", &["plan/no-graph 1"]),
    ("a graph as JSON", "```yaml", "```json", &["plan/no-graph 1"]),
    ("a graph in capitals", "```yaml", "```YAML", &[]),
    ("a graph as yml with words", "```yaml", "```yml graph", &[]),
    ("a graph between tildes", "```yaml", "~~~yaml", &["file/yaml 35"]),
    ("a fence inside a fence", "```yaml", "````md\n```yaml", &["plan/no-graph 1"]),
    ("another block in front", "```yaml", "```yaml\nother: 1\n```\n\n```yaml", &[]),
    ("a broken block in front", "```yaml", "```yaml\ngates [\n```\n\n```yaml", &[]),
    ("a graph in front", "```yaml", "```yaml\ngates: []\n```\n\n```yaml", &["plan/graph-shape 22", "plan/second-graph 25"]),
    ("a graph one level down", "gates:\n", "plan:\n  gates:\n", &["plan/no-graph 1"]),
    ("a graph in a comment", "```yaml", "<!--\n```yaml", &[]),
];

pub fn cases() -> Vec<Case> {
    CASES.iter().map(|(name, from, to, expect)| swap(name, PLAN, from, *to, expect)).collect()
}
