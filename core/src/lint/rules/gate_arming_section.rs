//! `gate/arming-section`: an open gate of an unfinished plan has no section `Arming discipline`.

use crate::diagnostic::Severity;
use crate::fix::Edits;
use crate::fix::Fix;
use crate::lint::{Check, Context, Rule, Sink, mend};
use crate::model::status::GateStatus;
use crate::model::status::PlanStatus;

/// See the page.
pub static RULE: Rule = Rule::new(
    "gate/arming-section",
    Severity::Warning,
    "An open gate of an unfinished plan has no section `Arming discipline`.",
    Check::Feature(check),
);

/// The section that a gate should have.
const SECTION: &str = "Arming discipline";

fn check(context: &Context, sink: &mut Sink) {
    if context.feature.status().is_some_and(|s| matches!(s, PlanStatus::Done | PlanStatus::Abandoned)) {
        return;
    }
    let open = context.feature.gates.iter().filter(|gate| gate.status() == Some(GateStatus::Open));
    for file in open.filter_map(|gate| gate.file.as_ref()) {
        if file.doc.body.section(SECTION).is_none() {
            let insert = mend::append_section(&file.doc, SECTION, "n/a");
            let title = format!("add the section `{SECTION}` with `n/a`");
            let fix = Fix::unsafe_(title, Edits::one(file.path.clone(), insert));
            sink.report_in(&file.path, file.doc.head_span(), format!("the gate has no section `{SECTION}`"))
                .help("say what a person must look at before the gate's drafts are armed")
                .fix(fix);
        }
    }
}
