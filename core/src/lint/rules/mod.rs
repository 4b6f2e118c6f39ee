//! Every rule, one file each, with its page beside it.

mod file_missing;
mod unit_dangling_set;
mod unit_effort;
mod unit_foreign_id;
mod unit_id_malformed;
mod unit_id_mismatch;
mod unit_iterate_needs_oracle;
mod unit_iterate_single_attempt;
mod unit_model;
mod unit_status;
mod unit_title;
mod unit_type;
mod unit_unsandboxed_rationale;
mod unit_value_type;

use super::rule::Rule;

/// Every rule, in the order of ids; one line each.
#[rustfmt::skip]
pub static ALL: &[&Rule] = &[
    &file_missing::RULE,
    &unit_dangling_set::RULE,
    &unit_effort::RULE,
    &unit_foreign_id::RULE,
    &unit_id_malformed::RULE,
    &unit_id_mismatch::RULE,
    &unit_iterate_needs_oracle::RULE,
    &unit_iterate_single_attempt::RULE,
    &unit_model::RULE,
    &unit_status::RULE,
    &unit_title::RULE,
    &unit_type::RULE,
    &unit_unsandboxed_rationale::RULE,
    &unit_value_type::RULE,
];
