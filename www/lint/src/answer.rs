//! What core says of texts by path.

use crate::wire::{FactsWire, Files, FindingWire, FixWire, PlaceWire, PlanWire, RelatedWire};
use specfuse_core::diagnostic::{Finding, Location, Severity};
use specfuse_core::fix::{Fix, Safety};
use specfuse_core::graph::Graph;
use specfuse_core::lint::{self, Facts};
use specfuse_core::parse;
use specfuse_core::path::RelPath;
use specfuse_core::span::LineIndex;
use specfuse_core::tree::Tree;

/// The findings of every feature, in the order of features, files and places.
pub(crate) fn lint(files: Files, facts: FactsWire) -> Result<Vec<FindingWire>, String> {
    let tree = tree(files)?;
    let facts = Facts {
        top_level: facts.top_level,
        directories: facts.directories,
        default_branch: facts.default_branch,
    };
    let of_feature = |folder: &RelPath| {
        let findings = lint::lint(&tree, folder, &facts);
        findings.iter().map(|finding| finding_wire(&tree, folder, finding)).collect::<Vec<_>>()
    };
    Ok(parse::feature_folders(&tree).iter().flat_map(of_feature).collect())
}

/// The graphs of every feature.
pub(crate) fn plan(files: Files) -> Result<Vec<PlanWire>, String> {
    let tree = tree(files)?;
    Ok(parse::feature_folders(&tree).iter().map(|folder| plan_wire(&tree, folder)).collect())
}

fn tree(files: Files) -> Result<Tree, String> {
    let mut tree = Tree::new();
    for (name, text) in files {
        let path = RelPath::new(&name).map_err(|why| format!("{name:?}: {why}"))?;
        tree.insert_text(path, text);
    }
    Ok(tree)
}

fn plan_wire(tree: &Tree, folder: &RelPath) -> PlanWire {
    let feature = parse::feature(tree, folder);
    let graph = Graph::of(&feature);
    let ids = |units: &[usize]| units.iter().map(|unit| feature.units[*unit].id().to_owned()).collect();
    let cost = |unit: usize| feature.units[unit].planned_cost_usd().unwrap_or(0.0);
    let waves = graph.waves();
    PlanWire {
        feature: folder.file_name().to_owned(),
        order: ids(&waves.concat()),
        waves: waves.iter().map(|wave| ids(wave)).collect(),
        critical_path: ids(&graph.critical_path(cost).1),
        cycles: graph.cycles().iter().map(|cycle| ids(cycle)).collect(),
    }
}

fn finding_wire(tree: &Tree, folder: &RelPath, finding: &Finding) -> FindingWire {
    let related = finding.related.iter();
    FindingWire {
        feature: folder.file_name().to_owned(),
        rule: finding.rule,
        severity: match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        },
        message: finding.message.clone(),
        place: place(tree, &finding.primary),
        related: related
            .map(|label| RelatedWire { text: label.text.clone(), place: place(tree, &label.location) })
            .collect(),
        help: finding.help.clone(),
        fix: finding.fix.as_ref().and_then(|fix| fix_wire(tree, fix)),
    }
}

fn place(tree: &Tree, location: &Location) -> PlaceWire {
    let text = tree.text(&location.file).map_or("", |text| &**text);
    let units = |offset: u32| text.get(..offset as usize).unwrap_or(text).encode_utf16().count();
    let at = LineIndex::new(text).line_column(text, location.span.start as usize);
    PlaceWire {
        file: location.file.to_string(),
        start: units(location.span.start),
        end: units(location.span.end),
        line: at.line,
        column: at.column,
    }
}

fn fix_wire(tree: &Tree, fix: &Fix) -> Option<FixWire> {
    let after = fix.edits.apply(tree).ok()?;
    let file = |path: &RelPath| (path.to_string(), after.text(path).map(|text| text.to_string()));
    Some(FixWire {
        title: fix.title.clone(),
        safe: fix.safety == Safety::Safe,
        files: fix.edits.iter().map(|(path, _)| file(path)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOLDER: &str = ".specfuse/features/FEAT-2026-0001-greeting";

    fn files(status: &str) -> Files {
        let plan = format!(
            "---\nfeature_id: FEAT-2026-0001\n# é😀\nstatus: {status}\n---\n\n```yaml\ngates:\n  - gate: 1\n    file: GATE-01.md\n    \
             work_units:\n      - id: FEAT-2026-0001/T01\n        file: WU-01.md\n        depends_on: []\n      \
             - id: FEAT-2026-0001/T02\n        file: WU-02.md\n        depends_on: [FEAT-2026-0001/T01]\n```\n"
        );
        Files::from([(format!("{FOLDER}/PLAN.md"), plan)])
    }

    #[test]
    fn a_place_counts_as_javascript_does() {
        let findings = lint(files("actve"), FactsWire::default()).unwrap();
        let finding = findings.iter().find(|finding| finding.rule == "plan/status").unwrap();
        assert_eq!((finding.place.line, finding.place.column), (4, 9));
        let units: Vec<u16> = files("actve")[&finding.place.file].encode_utf16().collect();
        assert_eq!(String::from_utf16(&units[finding.place.start..finding.place.end]).unwrap(), "actve");
    }

    #[test]
    fn a_fix_is_what_the_files_become() {
        let mut broken = files("active");
        broken.values_mut().for_each(|text| *text = text.replace("status:", "statuss:"));
        let findings = lint(broken, FactsWire::default()).unwrap();
        let unknown = findings.iter().find(|finding| finding.rule == "file/unknown-key").unwrap();
        let fix = unknown.fix.as_ref().unwrap();
        assert!(fix.safe);
        assert_eq!(fix.files.values().next(), Some(&files("active").into_values().next()));
    }

    #[test]
    fn a_plan_is_order_and_waves() {
        let plan = plan(files("active")).unwrap().remove(0);
        assert_eq!(plan.order, ["FEAT-2026-0001/T01", "FEAT-2026-0001/T02"]);
        assert_eq!((plan.waves.len(), plan.cycles.len()), (2, 0));
    }

    #[test]
    fn a_path_that_climbs_is_an_error() {
        let climbing = Files::from([("../PLAN.md".to_owned(), String::new())]);
        assert_eq!(
            plan(climbing).err().unwrap(),
            "\"../PLAN.md\": the path climbs out of its folder with `..`"
        );
    }
}
