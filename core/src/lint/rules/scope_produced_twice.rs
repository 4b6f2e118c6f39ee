//! `scope/produced-twice`

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::feature::Unit;
use crate::model::status::UnitStatus;
use crate::ordered;
use crate::span::Span;
use std::collections::BTreeMap;

/// See the page.
pub static RULE: Rule = Rule::new(
    "scope/produced-twice",
    Severity::Warning,
    "Two units produce the same path, and one of them is done or nothing orders them.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    let order = places(context);
    for (path, mut makers) in makers(context) {
        ordered::sort_by_key(&mut makers, |(unit, _)| order.get(unit).copied().unwrap_or(usize::MAX));
        for pair in makers.windows(2) {
            check_pair(context, path, pair[0], pair[1], sink);
        }
    }
}

/// Each unit's place in the order of work. Of several units that share a path, those that nothing
/// orders include two neighbours in this order, so that looking at neighbours is enough.
fn places(context: &Context) -> BTreeMap<usize, usize> {
    ordered::map(context.graph.order().into_iter().enumerate().map(|(place, unit)| (unit, place)))
}

/// The units that produce each path, every unit once.
fn makers<'a>(context: &Context<'a>) -> BTreeMap<&'a str, Vec<(usize, Span)>> {
    let mut makers: BTreeMap<&str, Vec<(usize, Span)>> = BTreeMap::new();
    for (index, unit) in context.feature.units.iter().enumerate() {
        let abandoned = unit.status() == Some(UnitStatus::Abandoned);
        for path in unit.file.iter().filter(|_| !abandoned).flat_map(|file| &file.produces) {
            let list = makers.entry(path.value.trim()).or_default();
            if !path.value.trim().is_empty() && list.last().is_none_or(|(last, _)| *last != index) {
                list.push((index, path.span));
            }
        }
    }
    makers
}

fn check_pair(context: &Context, path: &str, one: (usize, Span), two: (usize, Span), sink: &mut Sink) {
    let unit = |index: usize| &context.feature.units[index];
    let done = |index: usize| unit(index).status() == Some(UnitStatus::Done);
    // The finding goes to the unit that can still be changed.
    let (kept, late) = if done(two.0) { (two, one) } else { (one, two) };
    if done(late.0) {
        return;
    }
    let why = if done(kept.0) {
        "which is done"
    } else if ordered(context, one.0, two.0) {
        return;
    } else {
        "and nothing says which goes first"
    };
    report(
        unit(late.0),
        late.1,
        unit(kept.0),
        kept.1,
        &format!("`{path}` is also produced by {}, {why}", unit(kept.0).short_id()),
        sink,
    );
}

fn ordered(context: &Context, a: usize, b: usize) -> bool {
    let units = &context.feature.units;
    units[a].gate != units[b].gate || context.graph.waits_for(b, a) || context.graph.waits_for(a, b)
}

fn report(late: &Unit, at: Span, kept: &Unit, first: Span, message: &str, sink: &mut Sink) {
    let (Some(late), Some(kept)) = (&late.file, &kept.file) else { return };
    sink.report_in(&late.path, at, message)
        .label_in(&kept.path, first, "it is produced here too")
        .help("let one unit own the file, or make one depend on the other and say what each adds");
}
