//! Gates and their reviews: values that are none, and facts that contradict each other.

use crate::table::{Case, swap};

#[rustfmt::skip]
const GATE: &[(&str, &str, &str, &[&str])] = &[
    ("a status that is none", "status: open", "status: closed", &["gate/status 3"]),
    ("a list as status", "status: open", "status: [open]", &["gate/status 3"]),
    ("a yes as status", "status: open", "status: true", &["gate/status 3"]),
    ("passed with units open", "status: open", "status: passed", &["gate/passed-with-open-units 3"]),
    ("a budget below nothing", "cost_budget_usd: 20", "cost_budget_usd: -1", &["gate/budget 4"]),
    ("a budget in words", "cost_budget_usd: 20", "cost_budget_usd: a lot", &["gate/budget 4"]),
    ("a budget with a currency", "cost_budget_usd: 20", "cost_budget_usd: $20", &["gate/budget 4"]),
    ("a budget without end", "cost_budget_usd: 20", "cost_budget_usd: .inf", &["gate/budget 4"]),
    ("a budget that is no number", "cost_budget_usd: 20", "cost_budget_usd: .NaN", &["gate/budget 4"]),
    ("a budget out of range", "cost_budget_usd: 20", "cost_budget_usd: 1e400", &["gate/budget 4"]),
    ("a budget as a list", "cost_budget_usd: 20", "cost_budget_usd: [20]", &["gate/budget 4"]),
    ("a budget under the plan", "cost_budget_usd: 20", "cost_budget_usd: 0.5", &["cost/budget-below-plan 4"]),
    ("another number", "gate: 1", "gate: 2", &["gate/number-mismatch 2"]),
    ("a number as a word", "gate: 1", "gate: first", &["gate/number-mismatch 2"]),
    ("a number past all bounds", "gate: 1", "gate: 18446744073709551617", &["gate/number-mismatch 2"]),
    ("an empty oracle", "feature_oracle: ./almanac tides", "feature_oracle: ''", &["gate/oracle-empty 5"]),
    ("an oracle of blanks", "feature_oracle: ./almanac tides", "feature_oracle: \"  \\n\"", &["gate/oracle-empty 5"]),
    ("an oracle as a list", "feature_oracle: ./almanac tides", "feature_oracle: [a, b]", &["gate/oracle-empty 5"]),
    ("an oracle with shell characters", "feature_oracle: ./almanac tides", "feature_oracle: \"'; rm -rf / #\"", &[]),
    ("an autonomy looser than the plan", "status: open", "status: open\nautonomy: auto", &["gate/autonomy-loosens 4"]),
    ("an autonomy that is none", "status: open", "status: open\nautonomy: mine", &["gate/autonomy-loosens 4"]),
    ("no arming section", "## Arming discipline", "## Arming", &["gate/arming-section 1"]),
    ("a baseline that is a text", "status: open", "status: open\nbaseline: red", &["file/value-type 4"]),
];

#[rustfmt::skip]
const REVIEW: &[(&str, &str, &str, &[&str])] = &[
    ("no questions", "open_questions: []\n", "", &["gate/open-questions 1"]),
    ("questions as a text", "open_questions: []", "open_questions: none", &["file/value-type 2"]),
    ("questions as nothing", "open_questions: []", "open_questions:", &["gate/open-questions 1"]),
    ("questions as a map", "open_questions: []", "open_questions: {a: b}", &["file/value-type 2"]),
];

pub fn cases() -> Vec<Case> {
    let of =
        |file: &'static str,
         table: &'static [(&'static str, &'static str, &'static str, &'static [&'static str])]| {
            table.iter().map(move |(name, from, to, expect)| swap(name, file, from, *to, expect))
        };
    of("GATE-01.md", GATE).chain(of("GATE-01-REVIEW.md", REVIEW)).collect()
}
