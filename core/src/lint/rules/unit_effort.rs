//! `unit/effort`

use crate::diagnostic::Severity;
use crate::lint::vocabulary::check_word;
use crate::lint::{Check, Rule};

/// See the page.
pub static RULE: Rule = Rule::new(
    "unit/effort",
    Severity::Error,
    "A unit's `effort` is not one of the known efforts.",
    Check::Unit(|unit, sink| check_word("effort", &unit.effort, sink)),
);
