//! How many findings of one rule in one file are worth reading: a hostile file can give a million.

use crate::diagnostic::Finding;
use crate::ordered;
use std::collections::BTreeMap;

/// Findings of one rule in one file that are given in full.
pub(super) const MOST: usize = 100;

/// The first findings of each rule in each file; where there are more, one that says how many, at the
/// place of the first that is left out. `findings` is sorted, and so is the answer.
pub(super) fn first_of_each(findings: Vec<Finding>) -> Vec<Finding> {
    if findings.len() <= MOST {
        return findings;
    }
    let mut first = Vec::new();
    for file in findings.chunk_by(|a, b| a.primary.file == b.primary.file) {
        of_file(file, &mut first);
    }
    ordered::sort_by(&mut first, |a, b| a.sort_key().cmp(&b.sort_key()));
    first
}

fn of_file(findings: &[Finding], first: &mut Vec<Finding>) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.rule).or_default() += 1;
    }
    let mut given: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        let given = given.entry(finding.rule).or_default();
        *given += 1;
        match *given {
            nth if nth <= MOST => first.push(finding.clone()),
            nth if nth == MOST + 1 => first.push(rest(finding, counts[finding.rule] - MOST)),
            _ => {}
        }
    }
}

/// A finding that stands for `count` of which `finding` is the first.
fn rest(finding: &Finding, count: usize) -> Finding {
    Finding {
        rule: finding.rule,
        severity: finding.severity,
        message: format!("{count} more like the {MOST} above in this file"),
        primary: finding.primary.clone(),
        related: Vec::new(),
        help: Some("mend the first ones; the others often go with them".to_owned()),
        fix: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::check;
    use std::fmt::Write;

    #[test]
    fn a_rule_that_fires_without_end_is_counted() {
        let keys = (0..MOST + 23).fold(String::new(), |mut text, n| {
            writeln!(text, "  k{n}: off").unwrap();
            text
        });
        let found = check(&[(".specfuse/config", &format!("lint:\n  graph/too-many-gates: off\n{keys}"))]);
        assert_eq!(found.lines().count(), MOST + 1, "{found}");
        let last = found.lines().last().unwrap();
        assert!(last.starts_with("config:103:3 ") && last.contains("23 more like the 100 above"), "{last}");
    }
}
