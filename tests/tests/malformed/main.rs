//! Broken and hostile plans of every kind: each is answered by a finding in the right place, or is
//! harmless and passes; none brings anything down.

mod disk;
mod encoding;
mod gates;
mod graph;
mod names;
mod plan;
mod shared;
mod size;
mod table;
mod units;
mod yaml;

use specfuse_core::diagnostic::Severity;
use specfuse_tests::{laws, sample};
use table::Case;

/// All cases whose files are text or bytes.
fn all() -> Vec<Case> {
    let tables = [
        yaml::cases(),
        encoding::cases(),
        plan::cases(),
        graph::cases(),
        gates::cases(),
        units::cases(),
        shared::cases(),
        names::cases(),
    ];
    tables.into_iter().flatten().collect()
}

#[test]
fn the_plan_that_is_broken_here_is_whole() {
    let findings = laws::hold(&sample::tree(), &sample::folder());
    let serious: Vec<_> = findings.iter().filter(|f| f.severity > Severity::Info).collect();
    assert!(serious.is_empty(), "{serious:#?}");
}

#[test]
fn every_broken_plan_is_answered_in_the_right_place() {
    let wrong: Vec<String> = all().iter().filter_map(Case::complaint).collect();
    assert!(wrong.is_empty(), "{} of {} cases:\n\n{}", wrong.len(), all().len(), wrong.join("\n"));
}

#[test]
fn there_are_enough_cases_and_each_has_a_name_of_its_own() {
    let mut names: Vec<String> = all().iter().map(|case| format!("{} {}", case.file, case.name)).collect();
    names.sort();
    let before = names.len();
    names.dedup();
    assert_eq!(names.len(), before, "two cases have the same name");
    assert!(before >= 150, "only {before} cases");
}
