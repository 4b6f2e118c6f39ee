//! `gate/oracle-missing`: an active feature's drafted, open gate has no `feature_oracle`.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::status::GateStatus;
use crate::model::status::PlanStatus;

/// See the page.
pub static RULE: Rule = Rule::new(
    "gate/oracle-missing",
    Severity::Warning,
    "An active feature's drafted, open gate has no `feature_oracle`.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    let feature = context.feature;
    if feature.status() != Some(PlanStatus::Active) {
        return;
    }
    let files = || feature.gates.iter().filter_map(|gate| gate.file.as_ref());
    let used = files().any(|file| file.feature_oracle.get().is_some());
    let severity = if used { Severity::Error } else { Severity::Warning };
    for gate in
        feature.gates.iter().filter(|gate| !gate.is_undrafted() && gate.status() == Some(GateStatus::Open))
    {
        let Some(file) = gate.file.as_ref().filter(|file| file.doc.entry("feature_oracle").is_none()) else {
            continue;
        };
        sink.report_in(
            &file.path,
            file.doc.head_span(),
            format!("gate {} has no `feature_oracle`", gate.number),
        )
        .severity(severity)
        .help("name a command that is red now and green once the gate's goal is met");
    }
}
