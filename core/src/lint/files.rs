//! Files of a feature that are there and cannot be read, and how much a fault in a file weighs.

use super::context::Context;
use super::source::Source;
use crate::diagnostic::Severity;
use crate::ordered;
use crate::parse::SHARED;
use crate::path::RelPath;
use crate::tree::{Entry, Opaque};

/// What stands in the place of a file that the plan needs (an error) or that lies beside it (a
/// warning), in the order of paths.
pub(super) fn unreadable<'a>(context: &Context<'a>) -> Vec<(&'a RelPath, &'a Opaque, Severity)> {
    let feature = context.feature;
    let mut needed = ordered::set([context.plan_path()]);
    needed.extend(feature.gates.iter().filter_map(|gate| gate.path.clone().ok()));
    needed.extend(feature.units.iter().filter_map(|unit| unit.path.clone().ok()));
    needed.extend(feature.folder.join("events.jsonl"));
    needed.extend(SHARED.iter().filter_map(|path| RelPath::new(path).ok()));
    let beside = context.tree.below(&feature.folder).map(|(path, _)| path).filter(|path| {
        path.file_name().ends_with(".md") && path.below(&feature.folder).is_some_and(|n| !n.contains('/'))
    });
    let all = ordered::set(beside.chain(&needed));
    let found = all.into_iter().filter_map(|path| {
        let severity = if needed.contains(path) { Severity::Error } else { Severity::Warning };
        context.tree.get_key_value(path).and_then(|(path, entry)| match entry {
            Entry::Opaque(opaque) => Some((path, opaque, severity)),
            Entry::Text(_) => None,
        })
    });
    found.collect()
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
