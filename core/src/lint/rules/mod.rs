//! Every rule, one file each, with its page beside it.

mod closing_close_not_terminal;
mod closing_intermediate_alone;
mod closing_intermediate_terminal;
mod closing_legacy;
mod closing_load_bearing;
mod closing_mixed_backward;
mod closing_mixed_forward;
mod closing_shape;
mod closing_unnamed_deliverable;
mod cost_budget_below_plan;
mod cost_ceremony_floor;
mod cost_sum_differs;
mod cost_unplanned;
mod criteria_broad_pass_attempt;
mod criteria_entry;
mod criteria_kind;
mod criteria_state;
mod decisions_override_incomplete;
mod decisions_placeholder_signoff;
mod decisions_restated;
mod decisions_unknown_reference;
mod file_duplicate_key;
mod file_event_line;
mod file_frontmatter_missing;
mod file_frontmatter_unclosed;
mod file_missing;
mod file_needs_quotes;
mod file_not_a_file;
mod file_not_utf8;
mod file_orphan;
mod file_outside_folder;
mod file_too_large;
mod file_unknown_key;
mod file_value_type;
mod file_yaml;
mod followups_empty;
mod gate_arming_section;
mod gate_autonomy_loosens;
mod gate_budget;
mod gate_number_mismatch;
mod gate_open_questions;
mod gate_oracle_empty;
mod gate_oracle_missing;
mod gate_passed_with_open_units;
mod gate_status;
mod gate_too_many_criteria;
mod graph_closing_not_last;
mod graph_cycle;
mod graph_depends_on_abandoned;
mod graph_depends_on_shape;
mod graph_duplicate_file;
mod graph_duplicate_unit;
mod graph_later_gate_dependency;
mod graph_redundant_edge;
mod graph_too_many_gates;
mod graph_unknown_dependency;
mod plan_autonomy;
mod plan_base_empty;
mod plan_branch;
mod plan_feature_id;
mod plan_graph_shape;
mod plan_missing_key;
mod plan_missing_section;
mod plan_no_graph;
mod plan_second_graph;
mod plan_status;
mod plan_status_gate_mismatch;
mod plan_value_type;
mod roadmap_anchor_before_anchor;
mod roadmap_anchor_duplicate;
mod roadmap_anchor_in_both;
mod roadmap_anchor_other_feature;
mod roadmap_anchor_without_heading;
mod roadmap_blocked_unexplained;
mod roadmap_duplicate_row;
mod roadmap_link_broken;
mod roadmap_missing_row;
mod roadmap_row_status_mismatch;
mod roadmap_status;
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
mod verification_missing_set;
mod verification_narrow;
mod verification_needs;
mod verification_shape;
mod verification_stale_binaries;
mod verification_tier;

pub(crate) use unit_model::models;

use super::rule::Rule;

/// Every rule, in the order of ids; one line each.
#[rustfmt::skip]
pub static ALL: &[&Rule] = &[
    &closing_close_not_terminal::RULE,
    &closing_intermediate_alone::RULE,
    &closing_intermediate_terminal::RULE,
    &closing_legacy::RULE,
    &closing_load_bearing::RULE,
    &closing_mixed_backward::RULE,
    &closing_mixed_forward::RULE,
    &closing_shape::RULE,
    &closing_unnamed_deliverable::RULE,
    &cost_budget_below_plan::RULE,
    &cost_ceremony_floor::RULE,
    &cost_sum_differs::RULE,
    &cost_unplanned::RULE,
    &criteria_broad_pass_attempt::RULE,
    &criteria_entry::RULE,
    &criteria_kind::RULE,
    &criteria_state::RULE,
    &decisions_override_incomplete::RULE,
    &decisions_placeholder_signoff::RULE,
    &decisions_restated::RULE,
    &decisions_unknown_reference::RULE,
    &file_duplicate_key::RULE,
    &file_event_line::RULE,
    &file_frontmatter_missing::RULE,
    &file_frontmatter_unclosed::RULE,
    &file_missing::RULE,
    &file_needs_quotes::RULE,
    &file_not_a_file::RULE,
    &file_not_utf8::RULE,
    &file_orphan::RULE,
    &file_outside_folder::RULE,
    &file_too_large::RULE,
    &file_unknown_key::RULE,
    &file_value_type::RULE,
    &file_yaml::RULE,
    &followups_empty::RULE,
    &gate_arming_section::RULE,
    &gate_autonomy_loosens::RULE,
    &gate_budget::RULE,
    &gate_number_mismatch::RULE,
    &gate_open_questions::RULE,
    &gate_oracle_empty::RULE,
    &gate_oracle_missing::RULE,
    &gate_passed_with_open_units::RULE,
    &gate_status::RULE,
    &gate_too_many_criteria::RULE,
    &graph_closing_not_last::RULE,
    &graph_cycle::RULE,
    &graph_depends_on_abandoned::RULE,
    &graph_depends_on_shape::RULE,
    &graph_duplicate_file::RULE,
    &graph_duplicate_unit::RULE,
    &graph_later_gate_dependency::RULE,
    &graph_redundant_edge::RULE,
    &graph_too_many_gates::RULE,
    &graph_unknown_dependency::RULE,
    &plan_autonomy::RULE,
    &plan_base_empty::RULE,
    &plan_branch::RULE,
    &plan_feature_id::RULE,
    &plan_graph_shape::RULE,
    &plan_missing_key::RULE,
    &plan_missing_section::RULE,
    &plan_no_graph::RULE,
    &plan_second_graph::RULE,
    &plan_status::RULE,
    &plan_status_gate_mismatch::RULE,
    &plan_value_type::RULE,
    &roadmap_anchor_before_anchor::RULE,
    &roadmap_anchor_duplicate::RULE,
    &roadmap_anchor_in_both::RULE,
    &roadmap_anchor_other_feature::RULE,
    &roadmap_anchor_without_heading::RULE,
    &roadmap_blocked_unexplained::RULE,
    &roadmap_duplicate_row::RULE,
    &roadmap_link_broken::RULE,
    &roadmap_missing_row::RULE,
    &roadmap_row_status_mismatch::RULE,
    &roadmap_status::RULE,
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
    &verification_missing_set::RULE,
    &verification_narrow::RULE,
    &verification_needs::RULE,
    &verification_shape::RULE,
    &verification_stale_binaries::RULE,
    &verification_tier::RULE,
];

/// The place in [`ALL`] of the rule with this id.
pub(super) fn place(id: &str) -> Option<usize> {
    ALL.binary_search_by(|rule| rule.id.cmp(id)).ok()
}
