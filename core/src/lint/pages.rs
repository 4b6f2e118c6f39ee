//! The rules' pages: documentation, `explain`'s output, and a test. Only what names this table
//! carries the texts; the studio fetches them from the site instead.

/// Every rule's page, by the rule's id and in that order.
#[rustfmt::skip]
pub const PAGES: &[(&str, &str)] = &[
    ("file/missing", include_str!("rules/file_missing.md")),
];

/// The page of the rule with this id, as Markdown.
pub fn page(id: &str) -> Option<&'static str> {
    PAGES.iter().find(|(rule, _)| *rule == id).map(|(_, page)| *page)
}
