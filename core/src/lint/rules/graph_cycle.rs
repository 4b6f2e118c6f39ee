//! `graph/cycle`: units wait for each other in a circle.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::span::Span;

/// See the page.
pub static RULE: Rule = Rule::new(
    "graph/cycle",
    Severity::Error,
    "Units wait for each other in a circle.",
    Check::Feature(check),
)
.beyond_python();

/// The units of a circle that are named, each with its edge.
const SHOWN: usize = 30;

fn check(context: &Context, sink: &mut Sink) {
    let units = &context.feature.units;
    for cycle in context.graph.cycles() {
        let mut names: Vec<&str> = cycle.iter().take(SHOWN).map(|unit| units[*unit].short_id()).collect();
        let more = format!("{} more", cycle.len().saturating_sub(SHOWN));
        names.extend((cycle.len() > SHOWN).then_some(more.as_str()));
        names.extend(cycle.first().map(|unit| units[*unit].short_id()));
        let message = match cycle.len() {
            1 => format!("{} depends on itself", names[0]),
            _ => format!("these units wait for each other: {}", names.join(" → ")),
        };
        let next = |at: usize| cycle[(at + 1) % cycle.len()];
        let Some((at, _)) = cycle.first().map(|unit| edge(context, *unit, next(0))) else { continue };
        let mut report = sink.report(at, message).help("take one of these dependencies away");
        for (place, unit) in cycle.iter().enumerate().take(SHOWN).skip(1) {
            let (span, why) = edge(context, *unit, next(place));
            report = report.label(span, why);
        }
    }
}

/// Where it is written that `unit` waits for `other`, in words.
fn edge(context: &Context, unit: usize, other: usize) -> (Span, String) {
    let (this, that) = (&context.feature.units[unit], &context.feature.units[other]);
    let declared = context.graph.declared(unit).into_iter().find(|(dependency, _)| *dependency == other);
    match declared {
        Some((_, place)) => {
            (this.entry.depends_on[place].span, format!("{} waits for {}", this.short_id(), that.short_id()))
        }
        None => {
            let why = format!("{} closes the gate, so it waits for {}", this.short_id(), that.short_id());
            (this.entry.id.span().unwrap_or(this.entry.span), why)
        }
    }
}
