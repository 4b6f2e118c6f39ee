//! Every rule, one file each, with its page beside it.

mod file_missing;
mod scope_must_reference;
mod scope_no_produces;
mod scope_produced_twice;
mod scope_produces_bare;
mod scope_produces_directory;
mod scope_produces_forbidden;
mod scope_produces_outside;
mod unit_dangling_set;
mod unit_driver_helper;
mod unit_effort;
mod unit_empty_section;
mod unit_foreign_id;
mod unit_human_evidence;
mod unit_id_malformed;
mod unit_id_mismatch;
mod unit_iterate_needs_oracle;
mod unit_iterate_single_attempt;
mod unit_missing_section;
mod unit_model;
mod unit_names_its_verdict;
mod unit_oracle_env;
mod unit_status;
mod unit_title;
mod unit_type;
mod unit_unobservable_criterion;
mod unit_unsandboxed_rationale;
mod unit_value_type;
mod unit_verdict;

use super::rule::Rule;

/// Every rule, in the order of ids; one line each.
#[rustfmt::skip]
pub static ALL: &[&Rule] = &[
    &file_missing::RULE,
    &scope_must_reference::RULE,
    &scope_no_produces::RULE,
    &scope_produced_twice::RULE,
    &scope_produces_bare::RULE,
    &scope_produces_directory::RULE,
    &scope_produces_forbidden::RULE,
    &scope_produces_outside::RULE,
    &unit_dangling_set::RULE,
    &unit_driver_helper::RULE,
    &unit_effort::RULE,
    &unit_empty_section::RULE,
    &unit_foreign_id::RULE,
    &unit_human_evidence::RULE,
    &unit_id_malformed::RULE,
    &unit_id_mismatch::RULE,
    &unit_iterate_needs_oracle::RULE,
    &unit_iterate_single_attempt::RULE,
    &unit_missing_section::RULE,
    &unit_model::RULE,
    &unit_names_its_verdict::RULE,
    &unit_oracle_env::RULE,
    &unit_status::RULE,
    &unit_title::RULE,
    &unit_type::RULE,
    &unit_unobservable_criterion::RULE,
    &unit_unsandboxed_rationale::RULE,
    &unit_value_type::RULE,
    &unit_verdict::RULE,
];
