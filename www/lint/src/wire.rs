//! What goes over the border, as JavaScript names it. Offsets count UTF-16 units, as JavaScript's strings do;
//! lines and columns are those that the command line says.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Texts by path.
pub(crate) type Files = BTreeMap<String, String>;

/// What the repository knows beyond the plan's files.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct FactsWire {
    pub(crate) directories: BTreeSet<String>,
    pub(crate) top_level: Option<BTreeSet<String>>,
    pub(crate) default_branch: Option<String>,
}

/// A place in a file.
#[derive(Serialize)]
pub(crate) struct PlaceWire {
    pub(crate) file: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// One thing that is wrong.
#[derive(Serialize)]
pub(crate) struct FindingWire {
    pub(crate) feature: String,
    pub(crate) rule: &'static str,
    pub(crate) severity: &'static str,
    pub(crate) message: String,
    pub(crate) place: PlaceWire,
    pub(crate) related: Vec<RelatedWire>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) help: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fix: Option<FixWire>,
}

/// A second place that explains the first.
#[derive(Serialize)]
pub(crate) struct RelatedWire {
    pub(crate) text: String,
    pub(crate) place: PlaceWire,
}

/// What would mend a finding.
#[derive(Serialize)]
pub(crate) struct FixWire {
    pub(crate) title: String,
    pub(crate) safe: bool,
    /// The files that it changes, whole: their new texts, or nothing for a file that goes.
    pub(crate) files: BTreeMap<String, Option<String>>,
}

/// The graph of one feature.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlanWire {
    pub(crate) feature: String,
    pub(crate) order: Vec<String>,
    pub(crate) waves: Vec<Vec<String>>,
    pub(crate) critical_path: Vec<String>,
    pub(crate) cycles: Vec<Vec<String>>,
}
