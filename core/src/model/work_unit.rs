//! `WU-*.md`: one work unit, its keys and its prompt.

use crate::frontmatter::Document;
use crate::model::field::{self, Field};
use crate::model::id::UnitId;
use crate::model::status::{Effort, UnitStatus, UnitType, Verdict};
use crate::path::RelPath;
use crate::span::Spanned;

/// A work unit as its own file says it.
#[derive(Clone, PartialEq, Debug)]
pub struct WorkUnit {
    /// Its file.
    pub path: RelPath,
    /// The file's text and structure.
    pub doc: Document,
    /// `id`
    pub id: Field<UnitId>,
    /// `type`
    pub kind: Field<UnitType>,
    /// `status`
    pub status: Field<UnitStatus>,
    /// `attempts`
    pub attempts: Field<u32>,
    /// `model`
    pub model: Field<String>,
    /// `effort`
    pub effort: Field<Effort>,
    /// `planned_cost_usd`
    pub planned_cost_usd: Field<f64>,
    /// `produces`
    pub produces: Vec<Spanned<String>>,
    /// `produces_driver_helper`
    pub produces_driver_helper: Vec<Spanned<String>>,
    /// `generated_surfaces`
    pub generated_surfaces: Vec<Spanned<String>>,
    /// `oracle_env`
    pub oracle_env: Field<String>,
    /// `extra_gates`
    pub extra_gates: Vec<Spanned<String>>,
    /// `prep`
    pub prep: Vec<Spanned<String>>,
    /// `oracles`
    pub oracles: Vec<Spanned<String>>,
    /// `max_attempts`
    pub max_attempts: Field<u32>,
    /// `verifier`
    pub verifier: Field<bool>,
    /// `iterate_on_failure`
    pub iterate_on_failure: Field<bool>,
    /// `unsandboxed`
    pub unsandboxed: Field<bool>,
    /// `unsandboxed_rationale`; a blank one is invalid.
    pub unsandboxed_rationale: Field<String>,
    /// `verdict`
    pub verdict: Field<Verdict>,
    /// `auto_close_disabled`
    pub auto_close_disabled: Field<bool>,
    /// `human_only`
    pub human_only: Field<bool>,
    /// `provenance`
    pub provenance: Field<String>,
    /// `evidence`; a blank one is invalid.
    pub evidence: Field<String>,
    /// `cost_usd`
    pub cost_usd: Field<f64>,
    /// `duration_seconds`
    pub duration_seconds: Field<f64>,
    /// `re_arm_count`
    pub re_arm_count: Field<u32>,
    /// `cumulative_cost_usd`
    pub cumulative_cost_usd: Field<f64>,
    /// `auto_close`
    pub auto_close: Field<bool>,
    /// `escalation_reason`
    pub escalation_reason: Field<String>,
}

impl WorkUnit {
    /// Reads a unit.
    pub fn read(path: RelPath, doc: Document) -> WorkUnit {
        WorkUnit {
            id: Field::of(&doc, "id", |n| UnitId::parse(n.as_text()?)),
            kind: Field::of(&doc, "type", field::word),
            status: Field::of(&doc, "status", field::word),
            attempts: Field::of(&doc, "attempts", field::count),
            model: Field::of(&doc, "model", field::non_blank),
            effort: Field::of(&doc, "effort", field::word),
            planned_cost_usd: Field::of(&doc, "planned_cost_usd", field::amount),
            produces: field::texts(doc.get("produces")),
            produces_driver_helper: field::texts(doc.get("produces_driver_helper")),
            generated_surfaces: field::texts(doc.get("generated_surfaces")),
            oracle_env: Field::of(&doc, "oracle_env", field::non_blank),
            extra_gates: field::texts(doc.get("extra_gates")),
            prep: field::texts(doc.get("prep")),
            oracles: field::texts(doc.get("oracles")),
            verifier: Field::of(&doc, "verifier", field::boolean),
            max_attempts: Field::of(&doc, "max_attempts", field::positive),
            iterate_on_failure: Field::of(&doc, "iterate_on_failure", field::boolean),
            unsandboxed: Field::of(&doc, "unsandboxed", field::boolean),
            unsandboxed_rationale: Field::of(&doc, "unsandboxed_rationale", field::non_blank),
            verdict: Field::of(&doc, "verdict", field::word),
            auto_close_disabled: Field::of(&doc, "auto_close_disabled", field::boolean),
            human_only: Field::of(&doc, "human_only", field::boolean),
            provenance: Field::of(&doc, "provenance", field::non_blank),
            evidence: Field::of(&doc, "evidence", field::non_blank),
            cost_usd: Field::of(&doc, "cost_usd", field::amount),
            duration_seconds: Field::of(&doc, "duration_seconds", field::amount),
            re_arm_count: Field::of(&doc, "re_arm_count", field::count),
            cumulative_cost_usd: Field::of(&doc, "cumulative_cost_usd", field::amount),
            auto_close: Field::of(&doc, "auto_close", field::boolean),
            escalation_reason: Field::of(&doc, "escalation_reason", field::non_blank),
            path,
            doc,
        }
    }

    /// What the unit is for; `None` when the file says something unknown.
    pub fn kind(&self) -> Option<UnitType> {
        self.kind.or_default(UnitType::Implementation)
    }

    /// Where it stands; `None` when the file says something unknown.
    pub fn status(&self) -> Option<UnitStatus> {
        self.status.or_default(UnitStatus::Pending)
    }

    /// The title: the body's first heading of level one.
    pub fn title(&self) -> Option<&Spanned<String>> {
        self.doc.title()
    }

    /// What the unit has cost over all cycles, in US dollars: the finished ones, which a re-arm folds
    /// into `cumulative_cost_usd`, and the current one.
    pub fn lifetime_cost_usd(&self) -> f64 {
        let of = |field: &Field<f64>| field.get().copied().unwrap_or(0.0);
        of(&self.cumulative_cost_usd) + of(&self.cost_usd)
    }
}
