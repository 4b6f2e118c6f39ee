//! `unit/id-mismatch`

use crate::diagnostic::Severity;
use crate::fix::TextEdit;
use crate::frontmatter::line_end;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::feature::Unit;
use crate::model::field::Field;
use crate::model::id::UnitId;
use crate::model::work_unit::WorkUnit;
use std::collections::BTreeSet;

/// See the page.
pub static RULE: Rule = Rule::new(
    "unit/id-mismatch",
    Severity::Error,
    "A unit's file has another id than the graph gives it, or none.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    // A file that stands for two units cannot have the ids of both; `graph/duplicate-file` reports it.
    let mut seen = BTreeSet::new();
    for unit in &context.feature.units {
        if let (Some(file), Field::Valid(id)) = (&unit.file, &unit.entry.id)
            && UnitId::parse(&id.value).is_some()
            && seen.insert(&file.path)
        {
            check_unit(unit, file, sink);
        }
    }
}

fn check_unit(unit: &Unit, file: &WorkUnit, sink: &mut Sink) {
    let plan = sink.file().clone();
    let graph_id = unit.id();
    let fix = format!("take the graph's `{graph_id}`");
    let graph_span = unit.entry.id.span().unwrap_or(unit.entry.span);
    match &file.id {
        Field::Valid(id) if id.value.as_str() != graph_id => {
            let message = format!("the id is `{}`, the graph says `{graph_id}`", id.value);
            sink.report_in(&file.path, id.span, message)
                .label_in(&plan, graph_span, "the graph names the unit here")
                .fix_safe(fix, TextEdit::replace(id.span, graph_id));
        }
        Field::Absent => {
            let Some(block) = file.doc.block().filter(|b| b.yaml.root.as_map().is_some()) else { return };
            let report = sink
                .report_in(
                    &file.path,
                    file.doc.head_span(),
                    format!("`id` is missing; the graph says `{graph_id}`"),
                )
                .label_in(&plan, graph_span, "the graph names the unit here");
            if file.doc.entry("id").is_none() {
                let line = format!("id: {graph_id}{}", line_end(&file.doc.text));
                report.fix_safe(fix, TextEdit::insert(block.content.start as usize, line));
            }
        }
        _ => {}
    }
}
