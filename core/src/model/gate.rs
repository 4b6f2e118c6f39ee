//! `GATE-NN.md` and `GATE-NN-REVIEW.md`: where a gate stands and what a person should look at.

use crate::frontmatter::Document;
use crate::model::field::{self, Field};
use crate::model::status::{Autonomy, GateStatus};
use crate::path::RelPath;

/// A gate as its own file says it.
#[derive(Clone, PartialEq, Debug)]
pub struct GateFile {
    /// Its file.
    pub path: RelPath,
    /// The file's text and structure.
    pub doc: Document,
    /// `gate`
    pub number: Field<u32>,
    /// `status`
    pub status: Field<GateStatus>,
    /// `cost_budget_usd`
    pub cost_budget_usd: Field<f64>,
    /// `feature_oracle`; an empty one is invalid.
    pub feature_oracle: Field<String>,
    /// `autonomy`
    pub autonomy: Field<Autonomy>,
    /// `verifier`
    pub verifier: Field<bool>,
}

impl GateFile {
    /// Reads a gate.
    pub fn read(path: RelPath, doc: Document) -> GateFile {
        GateFile {
            number: Field::of(&doc, "gate", field::positive),
            status: Field::of(&doc, "status", field::word),
            cost_budget_usd: Field::of(&doc, "cost_budget_usd", field::amount),
            feature_oracle: Field::of(&doc, "feature_oracle", field::non_blank),
            verifier: Field::of(&doc, "verifier", field::boolean),
            autonomy: Field::of(&doc, "autonomy", field::word),
            path,
            doc,
        }
    }
}

/// The file name of gate `number`: `GATE-01.md`.
pub fn file_name(number: u32) -> String {
    format!("GATE-{number:02}.md")
}

/// The file name of the review of gate `number`'s draft: `GATE-01-REVIEW.md`.
pub fn review_name(number: u32) -> String {
    format!("GATE-{number:02}-REVIEW.md")
}

/// The number in a name like `GATE-01<suffix>`, where the suffix is `.md`, `-REVIEW.md`, …
pub fn number_of(file_name: &str, suffix: &str) -> Option<u32> {
    let digits = file_name.strip_prefix("GATE-")?.strip_suffix(suffix)?;
    let plain = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}
