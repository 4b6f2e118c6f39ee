//! Every rule, one file each, with its page beside it.

mod file_missing;

use super::rule::Rule;

/// Every rule, in the order of ids; one line each.
#[rustfmt::skip]
pub static ALL: &[&Rule] = &[
    &file_missing::RULE,
];
