//! `criteria/broad-pass-attempt`

use super::criteria_entry::criteria;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::Feature;
use crate::model::gate::number_of;
use crate::span::Span;

/// See the page.
pub static RULE: Rule = Rule::new(
    "criteria/broad-pass-attempt",
    Severity::Warning,
    "A broad check's pass was carried over from an earlier attempt of the close.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    for (path, doc) in &context.feature.documents {
        let Some(number) = number_of(path.file_name(), "-CRITERIA.md") else { continue };
        let Some((now, unit, at)) = attempt_of_close(context.feature, number) else { continue };
        for entry in criteria(path, doc) {
            let is = |field: &str, word: &str| entry.value(field).is_some_and(|v| v.value == word);
            let Some(attempt) = entry.value("attempt").filter(|_| is("kind", "broad") && is("state", "pass"))
            else {
                continue;
            };
            if attempt.value.parse::<u32>().is_ok_and(|n| n < now) {
                let file = &context.feature.units[unit].file;
                let message =
                    format!("a broad pass of attempt {}, and the close is at attempt {now}", attempt.value);
                let report = sink
                    .report_in(path, attempt.span, message)
                    .help("run the check again in this attempt, or write `unverified`");
                if let Some(file) = file {
                    report.label_in(&file.path, at, "the close's attempts");
                }
            }
        }
    }
}

/// At which attempt the close of gate `number` is, with the unit and the place that says so.
fn attempt_of_close(feature: &Feature, number: u32) -> Option<(u32, usize, Span)> {
    let gate = &feature.gates[feature.find_gate(number)?];
    let mut units = feature.units_of(gate);
    units.find_map(|(index, unit)| {
        let file = unit.file.as_ref().filter(|_| unit.kind().is_some_and(|kind| kind.is_close()))?;
        Some((*file.attempts.get()?, index, file.attempts.span()?))
    })
}
