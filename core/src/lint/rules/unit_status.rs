//! `unit/status`

use crate::diagnostic::Severity;
use crate::lint::vocabulary::check_word;
use crate::lint::{Check, Rule};

/// See the page.
pub static RULE: Rule = Rule::new(
    "unit/status",
    Severity::Error,
    "A unit's `status` is not one of the known statuses.",
    Check::Unit(|unit, sink| check_word("status", &unit.status, sink)),
);
