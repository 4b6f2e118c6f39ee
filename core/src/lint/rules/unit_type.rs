//! `unit/type`

use crate::diagnostic::Severity;
use crate::lint::vocabulary::check_word;
use crate::lint::{Check, Rule};

/// See the page.
pub static RULE: Rule = Rule::new(
    "unit/type",
    Severity::Error,
    "A unit's `type` is not one of the known types.",
    Check::Unit(|unit, sink| check_word("type", &unit.kind, sink)),
);
