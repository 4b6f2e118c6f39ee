//! What the log and a unit's head say of the attempts before.

use crate::model::Feature;
use crate::model::work_unit::WorkUnit;
use std::collections::BTreeMap;

/// Why a unit was re-armed last.
pub(super) fn re_arm_reason(file: &WorkUnit) -> Option<String> {
    let history = file.doc.get("re_arm_history")?.as_seq()?;
    history.items.last()?.value.as_map()?.get("reason")?.as_text().map(str::to_owned)
}

/// How many units the log says were put in before `unit`.
pub(super) fn fix_units(feature: &Feature, unit: &str) -> u32 {
    let own = feature.events.entries().filter(|entry| entry.correlation_id == unit);
    u32::try_from(own.filter(|entry| entry.event_type == "fix_unit_inserted").count()).unwrap_or(u32::MAX)
}

/// The highest attempt number of each unit in the log.
pub(super) fn attempts_logged(feature: &Feature) -> BTreeMap<&str, u32> {
    let mut highest: BTreeMap<&str, u32> = BTreeMap::new();
    for entry in feature.events.entries().filter(|entry| entry.event_type == "attempt_outcome") {
        let attempt = entry.event().payload.get("attempt").and_then(|n| n.as_u64()).unwrap_or(0);
        let known = highest.entry(entry.correlation_id).or_default();
        *known = (*known).max(u32::try_from(attempt).unwrap_or(0));
    }
    highest
}
