//! The features of what is open as a list: what each is called and how far it is.

use crate::document::{Counts, Document};
use specfuse_core::lint::{self, Facts};
use specfuse_core::model::Feature;
use specfuse_core::model::status::{GateStatus, PlanStatus, UnitStatus, Vocabulary};
use specfuse_core::ordered;
use specfuse_core::parse;
use specfuse_core::path::RelPath;

/// A feature as it is listed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Its folder.
    pub folder: RelPath,
    /// Its title, or its folder's name.
    pub title: String,
    /// Its status as the plan says it.
    pub status: String,
    /// How far it is: `1 of 2 gates passed, 3 of 8 units done`.
    pub progress: String,
    /// What is wrong with it.
    pub counts: Counts,
    /// Whether it is the one that is shown.
    pub shown: bool,
}

/// All features, those that are worked on first.
pub fn rows(document: &Document) -> Vec<Row> {
    let mut rows: Vec<(u8, Row)> = document.features().into_iter().map(|at| row(document, at)).collect();
    ordered::sort_by_key(&mut rows, |(rank, row)| (*rank, row.folder.clone()));
    rows.into_iter().map(|(_, row)| row).collect()
}

fn row(document: &Document, folder: RelPath) -> (u8, Row) {
    let feature = parse::feature(document.tree(), &folder);
    let mut counts = Counts::default();
    let findings = lint::lint(document.tree(), &folder, &Facts::default());
    findings.iter().for_each(|finding| counts.add(finding.severity));
    let rank = match feature.status() {
        Some(PlanStatus::Active) => 0,
        None => 1,
        Some(PlanStatus::Planned) => 2,
        Some(_) => 3,
    };
    let title = feature.plan.as_ref().and_then(|plan| plan.title.get().cloned());
    let row = Row {
        title: title.unwrap_or_else(|| feature.folder_name().to_owned()),
        status: feature.status().map_or("unknown status", PlanStatus::word).to_owned(),
        progress: progress(&feature),
        counts,
        shown: folder == document.feature().folder,
        folder,
    };
    (rank, row)
}

fn progress(feature: &Feature) -> String {
    let passed = feature.gates.iter().filter(|gate| gate.status() == Some(GateStatus::Passed)).count();
    let done = feature.units.iter().filter(|unit| unit.status() == Some(UnitStatus::Done)).count();
    let part = |some: usize, all: usize, one: &str, word: &str| {
        format!("{some} of {all} {one}{} {word}", if all == 1 { "" } else { "s" })
    };
    let gates = part(passed, feature.gates.len(), "gate", "passed");
    format!("{gates}, {}", part(done, feature.units.len(), "unit", "done"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::File;

    #[test]
    fn features_are_listed_with_their_state() {
        let mut files = Document::example().files();
        for (name, status) in [("FEAT-2025-0001-old", "done"), ("FEAT-2026-0009-next", "planned")] {
            files.push(File {
                name: format!(".specfuse/features/{name}/PLAN.md").into_bytes(),
                bytes: format!("---\ntitle: {name}\nstatus: {status}\n---\n").into_bytes().into(),
                mode: None,
            });
        }
        let document = Document::open(files, "x").unwrap();
        let rows = rows(&document);
        let told: Vec<_> = rows.iter().map(|row| (row.folder.file_name(), row.status.as_str())).collect();
        let wanted = [
            ("FEAT-2026-0001-greeting", "active"),
            ("FEAT-2026-0009-next", "planned"),
            ("FEAT-2025-0001-old", "done"),
        ];
        assert_eq!(told, wanted);
        assert_eq!(rows[0].progress, "0 of 2 gates passed, 0 of 8 units done");
        assert!(rows[0].shown && !rows[1].shown);
        assert!(rows[1].counts.errors > 0, "a plan without a graph");
    }
}
