//! `unit/id-malformed`

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::feature::Unit;
use crate::model::field::Field;
use crate::model::id::UnitId;

/// See the page.
pub static RULE: Rule = Rule::new(
    "unit/id-malformed",
    Severity::Error,
    "A unit's id, in the graph or in its file, does not have the form of one.",
    Check::Feature(check),
);

const HELP: &str = "ids are `FEAT-YYYY-NNNN/TNN`, `…/TNNH` for a hygiene unit, or `…/G<n>-CLOSE`, \
                    `-CLOSE-INTERMEDIATE`, `-PLAN` for closing units, in ASCII digits";

fn check(context: &Context, sink: &mut Sink) {
    for unit in &context.feature.units {
        in_graph(unit, sink);
        in_file(unit, sink);
    }
}

fn in_graph(unit: &Unit, sink: &mut Sink) {
    if let Field::Valid(id) = &unit.entry.id
        && UnitId::parse(&id.value).is_none()
    {
        sink.report(id.span, format!("`{}` is no unit id", id.value)).help(HELP);
    }
}

/// A file that repeats the graph's mistake is not reported twice.
fn in_file(unit: &Unit, sink: &mut Sink) {
    let Some(file) = &unit.file else { return };
    let Field::Invalid(written) = &file.id else { return };
    if written.value == unit.id() && !written.value.is_empty() {
        return;
    }
    let message = match written.value.as_str() {
        "" => "the id must be text".to_owned(),
        id => format!("`{id}` is no unit id"),
    };
    let report = sink.report_in(&file.path, written.span, message).help(HELP);
    if UnitId::parse(unit.id()).is_some() {
        let edit = crate::fix::TextEdit::replace(written.span, unit.id());
        report.fix_safe(format!("take the graph's `{}`", unit.id()), edit);
    }
}
