//! What plans have cost and how their attempts ended, counted from the logs of any number of features.

use crate::model::event::Event;
use crate::model::status::UnitType;
use crate::model::{Feature, Unit};
use crate::ordered;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What was counted, in all and by what units have in common.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Stats {
    /// Everything.
    pub total: Group,
    /// By the unit's type.
    pub by_type: BTreeMap<String, Group>,
    /// By the model of the attempt.
    pub by_model: BTreeMap<String, Group>,
    /// By feature.
    pub by_feature: BTreeMap<String, Group>,
    /// By repository.
    pub by_repository: BTreeMap<String, Group>,
}

/// Sums over some units and their attempts.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Group {
    /// Units with at least one attempt that ended.
    pub units: u64,
    /// Those of them whose first attempt passed.
    pub passed_at_once: u64,
    /// Those of them that passed at some time.
    pub passed: u64,
    /// Attempts that ended.
    pub attempts: u64,
    /// Attempts by how they ended.
    pub outcomes: BTreeMap<String, u64>,
    /// How often a person was called about one of the units.
    pub escalations: u64,
    /// US dollars.
    pub cost_usd: f64,
    /// Attempts whose cost is not known.
    pub without_cost: u64,
    /// Tokens read, not from a cache.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// Tokens read from a cache.
    pub cache_read_input_tokens: u64,
    /// Tokens written to a cache.
    pub cache_creation_input_tokens: u64,
    /// The time of all sessions.
    pub duration_seconds: f64,
}

impl Group {
    /// The part of the units whose first attempt passed; `None` without units.
    pub fn first_pass_rate(&self) -> Option<f64> {
        (self.units > 0).then(|| self.passed_at_once as f64 / self.units as f64)
    }

    fn attempt(&mut self, event: &Event) {
        let outcome = event.text("outcome").unwrap_or("unknown");
        self.attempts += 1;
        *self.outcomes.entry(outcome.to_owned()).or_default() += 1;
        match event.number("cost_usd") {
            Some(cost) => self.cost_usd += cost,
            None => self.without_cost += 1,
        }
        let tokens = |key: &str| event.payload.get(key).and_then(|n| n.as_u64()).unwrap_or(0);
        for (sum, key) in [
            (&mut self.input_tokens, "input_tokens"),
            (&mut self.output_tokens, "output_tokens"),
            (&mut self.cache_read_input_tokens, "cache_read_input_tokens"),
            (&mut self.cache_creation_input_tokens, "cache_creation_input_tokens"),
        ] {
            *sum = sum.saturating_add(tokens(key));
        }
        self.duration_seconds += event.number("duration_seconds").unwrap_or(0.0);
    }

    fn unit(&mut self, attempts: &[&Event]) {
        let passed = |event: &&Event| event.text("outcome") == Some("passed");
        self.units += 1;
        self.passed_at_once += u64::from(attempts.first().is_some_and(passed));
        self.passed += u64::from(attempts.iter().any(passed));
    }
}

impl Stats {
    /// Counts a feature of `repository`. Interrupted attempts cost, but say nothing of the unit's first.
    pub fn add(&mut self, repository: &str, feature: &Feature) {
        let units = ordered::map(feature.units.iter().map(|unit| (unit.id(), unit)));
        let mut attempts: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
        let name = feature.folder_name();
        let events: Vec<Event> = feature.events.entries().map(|entry| entry.event()).collect();
        for event in &events {
            let about = event.correlation_id.as_str();
            match event.event_type.as_str() {
                "attempt_outcome" => {
                    let model = model(event, units.get(about).copied());
                    self.groups(repository, name, kind(units.get(about).copied()), Some(&model))
                        .for_each(|group| group.attempt(event));
                    attempts.entry(about).or_default().push(event);
                }
                "human_escalation" => self
                    .groups(repository, name, kind(units.get(about).copied()), None)
                    .for_each(|group| group.escalations += 1),
                _ => {}
            }
        }
        for (about, mut events) in attempts {
            events.retain(|event| event.text("outcome") != Some("interrupted"));
            let Some(first) = events.first() else { continue };
            let unit = units.get(about).copied();
            let model = model(first, unit);
            self.groups(repository, name, kind(unit), Some(&model)).for_each(|group| group.unit(&events));
        }
    }

    fn groups(
        &mut self,
        repository: &str,
        feature: &str,
        kind: &str,
        model: Option<&str>,
    ) -> impl Iterator<Item = &mut Group> {
        let of_model = model.map(|model| self.by_model.entry(model.to_owned()).or_default());
        [
            &mut self.total,
            self.by_type.entry(kind.to_owned()).or_default(),
            self.by_feature.entry(feature.to_owned()).or_default(),
            self.by_repository.entry(repository.to_owned()).or_default(),
        ]
        .into_iter()
        .chain(of_model)
    }

    /// The words of all outcomes that were counted.
    pub fn outcomes(&self) -> BTreeSet<&str> {
        self.total.outcomes.keys().map(String::as_str).collect()
    }
}

/// The model of an attempt: the log's, or else the unit's.
fn model(event: &Event, unit: Option<&Unit>) -> String {
    let of_unit = || unit.and_then(|unit| unit.file.as_ref()?.model.get().cloned());
    event.text("model").map(str::to_owned).or_else(of_unit).unwrap_or_else(|| "unknown".to_owned())
}

fn kind(unit: Option<&Unit>) -> &'static str {
    unit.and_then(Unit::kind).map_or("unknown", |kind: UnitType| crate::model::status::Vocabulary::word(kind))
}
