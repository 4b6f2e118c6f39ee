//! `unit/dangling-set`

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::verification::Verification;
use crate::model::work_unit::WorkUnit;
use crate::near::did_you_mean;

/// See the page.
pub static RULE: Rule = Rule::new(
    "unit/dangling-set",
    Severity::Error,
    "A unit names a verification set that `verification.yml` does not have.",
    Check::Feature(check),
)
.beyond_python();

fn check(context: &Context, sink: &mut Sink) {
    let Some(verification) = &context.feature.verification else { return };
    for file in context.feature.units.iter().filter_map(|unit| unit.file.as_ref()) {
        if !file.status().is_some_and(|status| status.is_final()) {
            check_unit(file, verification, sink);
        }
    }
}

fn check_unit(unit: &WorkUnit, verification: &Verification, sink: &mut Sink) {
    let named = [("extra_gates", &unit.extra_gates), ("prep", &unit.prep), ("oracles", &unit.oracles)];
    for (key, sets) in named {
        for name in sets.iter().filter(|name| verification.set(&name.value).is_none()) {
            let known = verification.sets.iter().map(|set| set.name.value.as_str());
            let message = format!(
                "`{key}` names the set `{}`, which verification.yml lacks{}",
                name.value,
                did_you_mean(&name.value, known)
            );
            sink.report_in(&unit.path, name.span, message)
                .help("add the set to verification.yml, or name one that is there");
        }
    }
}
