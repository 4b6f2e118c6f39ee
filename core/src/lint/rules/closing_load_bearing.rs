//! `closing/load-bearing`: a close carries criteria of its own and may be closed without a session.

use crate::diagnostic::Severity;
use crate::edit::{self, Value};
use crate::fix::Fix;
use crate::lint::{Check, Context, Rule, Sink, closing};
use crate::model::status::UnitStatus;
use crate::model::status::UnitType;
use crate::schema::FileKind;

/// See the page.
pub static RULE: Rule = Rule::new(
    "closing/load-bearing",
    Severity::Warning,
    "A close carries criteria of its own and may be closed without a session.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    let plan_says =
        context.feature.plan.as_ref().is_some_and(|plan| plan.auto_close_disabled.get() == Some(&true));
    for unit in context.feature.units.iter().filter(|_| !plan_says) {
        let Some(file) = unit.file.as_ref().filter(|file| file.kind().is_some_and(UnitType::is_close)) else {
            continue;
        };
        let open = !file.status().is_some_and(UnitStatus::is_final);
        if !open || file.auto_close_disabled.get() == Some(&true) {
            continue;
        }
        let Some(section) = file.doc.body.section("Acceptance criteria") else { continue };
        let items = file.doc.body.items(&file.doc.text, section.body);
        let own = |text: &&str| closing::outside(text, &context.feature.folder).is_some();
        let Some(item) = items.iter().find(|item| own(&item.text.slice(&file.doc.text))) else { continue };
        let words = item.text.slice(&file.doc.text);
        let surface = closing::outside(words, &context.feature.folder).unwrap_or("");
        let report = sink
            .report_in(
                &file.path,
                item.text,
                format!("this criterion writes `{surface}`; closed without a session, nobody does it"),
            )
            .help("set `auto_close_disabled: true`, or give the criterion to another unit");
        let set = edit::set_key(
            FileKind::Unit,
            &file.path,
            &file.doc.text,
            "auto_close_disabled",
            &Value::Bool(true),
        );
        if let Ok(edits) = set {
            report.fix(Fix::unsafe_("set `auto_close_disabled: true`", edits));
        }
    }
}
