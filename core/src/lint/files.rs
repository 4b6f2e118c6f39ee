//! Files of a feature that are there and cannot be read, and how much a fault in a file weighs.

use super::context::Context;
use super::source::Source;
use crate::diagnostic::Severity;
use crate::ordered;
use crate::parse::SHARED;
use crate::path::RelPath;
use crate::tree::{Entry, Opaque};
use std::collections::BTreeSet;

/// What stands in the place of a file that the plan needs (an error) or that lies beside it (a
/// warning), in the order of paths.
pub(super) fn unreadable<'a>(context: &Context<'a>) -> Vec<(&'a RelPath, &'a Opaque, Severity)> {
    let opaque = context.tree.iter().filter_map(|(path, entry)| match entry {
        Entry::Opaque(opaque) => Some((path, opaque)),
        Entry::Text(_) => None,
    });
    let opaque: Vec<_> = opaque.collect();
    if opaque.is_empty() {
        return Vec::new();
    }
    let needed = needed(context);
    let beside = |path: &RelPath| {
        path.below(&context.feature.folder).is_some_and(|name| name.ends_with(".md") && !name.contains('/'))
    };
    let weighed = opaque.into_iter().filter_map(|(path, opaque)| match needed.contains(path) {
        true => Some((path, opaque, Severity::Error)),
        false => beside(path).then_some((path, opaque, Severity::Warning)),
    });
    weighed.collect()
}

/// The files that the plan needs, whether they are there or not.
fn needed(context: &Context) -> BTreeSet<RelPath> {
    let feature = context.feature;
    let mut needed = ordered::set([context.plan_path()]);
    needed.extend(feature.gates.iter().filter_map(|gate| gate.path.clone().ok()));
    needed.extend(feature.units.iter().filter_map(|unit| unit.path.clone().ok()));
    needed.extend(feature.folder.join("events.jsonl"));
    needed.extend(SHARED.iter().filter_map(|path| RelPath::new(path).ok()));
    needed
}

/// An error where the driver reads the file's keys, else a warning.
pub(super) fn weight(source: &Source) -> Severity {
    match source {
        Source::Plan(_) | Source::Gate(_) | Source::Unit(_) | Source::Verification(_) | Source::Config(_) => {
            Severity::Error
        }
        Source::Document(..) | Source::Roadmap(_) => Severity::Warning,
    }
}
