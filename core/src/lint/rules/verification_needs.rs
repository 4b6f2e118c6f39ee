//! `verification/needs`: `needs` names no check of its set, or checks need each other in a circle.

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::verification::Set;
use crate::model::verification::Verification;
use crate::near::did_you_mean;
use crate::ordered;
use std::collections::BTreeMap;

/// See the page.
pub static RULE: Rule = Rule::new(
    "verification/needs",
    Severity::Error,
    "`needs` names no check of its set, or checks need each other in a circle.",
    Check::Verification(check),
)
.beyond_python();

fn check(file: &Verification, sink: &mut Sink) {
    for set in &file.sets {
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (place, check) in set.checks.iter().enumerate() {
            if let Some(name) = check.name.get() {
                places.entry(name).or_insert(place);
            }
        }
        for need in set.checks.iter().flat_map(|check| &check.needs) {
            if !places.contains_key(need.value.as_str()) {
                let ask = did_you_mean(&need.value, places.keys().copied());
                let message = format!("`{}` has no check `{}`{ask}", set.name.value, need.value);
                sink.report(need.span, message).help("name a check of the same set");
            }
        }
        circles(set, &places, sink);
    }
}

/// Takes away check after check whose needs are gone; what stays is in a circle or behind one.
fn circles(set: &Set, places: &BTreeMap<&str, usize>, sink: &mut Sink) {
    let needs =
        |place: usize| set.checks[place].needs.iter().filter_map(|n| places.get(n.value.as_str()).copied());
    let mut dependents: Vec<Vec<usize>> = vec![Vec::new(); set.checks.len()];
    let mut open: Vec<usize> = Vec::new();
    for place in 0..set.checks.len() {
        open.push(needs(place).count());
        needs(place).for_each(|need| dependents[need].push(place));
    }
    let mut free: Vec<usize> = (0..open.len()).filter(|place| open[*place] == 0).collect();
    while let Some(place) = free.pop() {
        for dependent in &dependents[place] {
            open[*dependent] -= 1;
            if open[*dependent] == 0 {
                free.push(*dependent);
            }
        }
    }
    let stuck = (0..open.len()).find(|place| open[*place] > 0);
    if let Some(circle) = stuck.map(|start| circle(start, &open, |place| needs(place).collect())) {
        report(set, &circle, sink);
    }
}

/// Follows open needs from `start` until a check comes again.
fn circle(start: usize, open: &[usize], needs: impl Fn(usize) -> Vec<usize>) -> Vec<usize> {
    let mut path = vec![start];
    let mut at: BTreeMap<usize, usize> = ordered::map([(start, 0)]);
    loop {
        let last = path[path.len() - 1];
        let Some(next) = needs(last).into_iter().find(|need| open[*need] > 0) else { return path };
        if let Some(from) = at.get(&next) {
            return path.split_off(*from);
        }
        at.insert(next, path.len());
        path.push(next);
    }
}

fn report(set: &Set, circle: &[usize], sink: &mut Sink) {
    let name = |place: &usize| set.checks[*place].name.get().map_or("", String::as_str);
    let names: Vec<&str> = circle.iter().chain(circle.first()).map(name).collect();
    let Some(check) = circle.first().map(|place| &set.checks[*place]) else { return };
    let next = names.get(1).copied().unwrap_or("");
    let at = check.needs.iter().find(|need| need.value == next).map_or(check.span, |need| need.span);
    sink.report(at, format!("these checks of `{}` need each other: {}", set.name.value, names.join(" → ")))
        .help("take one of these needs away");
}
