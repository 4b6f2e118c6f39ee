//! The rules' pages: documentation, `explain`'s output, and a test. Only what names this table
//! carries the texts; the studio fetches them from the site instead.

/// Every rule's page, by the rule's id and in that order.
#[rustfmt::skip]
pub const PAGES: &[(&str, &str)] = &[
    ("file/missing", include_str!("rules/file_missing.md")),
    ("scope/must-reference", include_str!("rules/scope_must_reference.md")),
    ("scope/no-produces", include_str!("rules/scope_no_produces.md")),
    ("scope/produced-twice", include_str!("rules/scope_produced_twice.md")),
    ("scope/produces-bare", include_str!("rules/scope_produces_bare.md")),
    ("scope/produces-directory", include_str!("rules/scope_produces_directory.md")),
    ("scope/produces-forbidden", include_str!("rules/scope_produces_forbidden.md")),
    ("scope/produces-outside", include_str!("rules/scope_produces_outside.md")),
    ("unit/dangling-set", include_str!("rules/unit_dangling_set.md")),
    ("unit/driver-helper", include_str!("rules/unit_driver_helper.md")),
    ("unit/effort", include_str!("rules/unit_effort.md")),
    ("unit/empty-section", include_str!("rules/unit_empty_section.md")),
    ("unit/foreign-id", include_str!("rules/unit_foreign_id.md")),
    ("unit/human-evidence", include_str!("rules/unit_human_evidence.md")),
    ("unit/id-malformed", include_str!("rules/unit_id_malformed.md")),
    ("unit/id-mismatch", include_str!("rules/unit_id_mismatch.md")),
    ("unit/iterate-needs-oracle", include_str!("rules/unit_iterate_needs_oracle.md")),
    ("unit/iterate-single-attempt", include_str!("rules/unit_iterate_single_attempt.md")),
    ("unit/missing-section", include_str!("rules/unit_missing_section.md")),
    ("unit/model", include_str!("rules/unit_model.md")),
    ("unit/names-its-verdict", include_str!("rules/unit_names_its_verdict.md")),
    ("unit/oracle-env", include_str!("rules/unit_oracle_env.md")),
    ("unit/status", include_str!("rules/unit_status.md")),
    ("unit/title", include_str!("rules/unit_title.md")),
    ("unit/type", include_str!("rules/unit_type.md")),
    ("unit/unobservable-criterion", include_str!("rules/unit_unobservable_criterion.md")),
    ("unit/unsandboxed-rationale", include_str!("rules/unit_unsandboxed_rationale.md")),
    ("unit/value-type", include_str!("rules/unit_value_type.md")),
    ("unit/verdict", include_str!("rules/unit_verdict.md")),
];

/// The page of the rule with this id, as Markdown.
pub fn page(id: &str) -> Option<&'static str> {
    PAGES.iter().find(|(rule, _)| *rule == id).map(|(_, page)| *page)
}
