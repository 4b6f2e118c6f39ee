//! The bundled example: a repository with a plan of two gates, for the studio's first look and for
//! the command line's `demo`. Nothing in it needs more than a POSIX shell.

use crate::fix::{Edits, TextEdit};
use crate::path::RelPath;
use crate::span::Span;
use crate::tree::Tree;

/// The name of the example's feature folder.
pub const FOLDER: &str = ".specfuse/features/FEAT-2026-0001-greeting";

const FILES: &[(&str, &str)] = &[
    ("README.md", include_str!("files/README.md")),
    ("tests/run.sh", include_str!("files/tests/run.sh")),
    (".specfuse/verification.yml", include_str!("files/specfuse/verification.yml")),
    (".specfuse/config", include_str!("files/specfuse/config")),
    (".specfuse/roadmap.md", include_str!("files/specfuse/roadmap.md")),
    (".specfuse/LEARNINGS.md", include_str!("files/specfuse/LEARNINGS.md")),
];

macro_rules! feature_files {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("files/", $folder, "/", $name)))),+]
    };
}

const FEATURE: &[(&str, &str)] = feature_files!("specfuse/features/greeting":
    "PLAN.md",
    "GATE-01.md",
    "GATE-02.md",
    "WU-01-greet.md",
    "WU-02-languages.md",
    "WU-03-usage.md",
    "WU-90-gate-1-close.md",
    "WU-91-gate-1-plan-next.md",
);

const DRAFT: &[(&str, &str)] = feature_files!("draft":
    "GATE-02-REVIEW.md",
    "WU-04-install.md",
    "WU-05-install-page.md",
    "WU-92-gate-2-close.md",
);

/// What gate 1's planning session changes in `PLAN.md`: from, to.
const PLANNED: [(&str, &str); 2] = [
    ("planned_cost_usd: 13.00\n", "planned_cost_usd: 19.50\n"),
    ("    work_units: []\n", include_str!("files/draft/graph.yaml")),
];

/// The folder of the example's feature.
pub fn folder() -> RelPath {
    RelPath::new(FOLDER).expect("a constant path that is relative")
}

/// The repository before anything ran: gate 1 is pending, gate 2 has no units yet.
pub fn tree() -> Tree {
    let mut tree = Tree::new();
    for (path, text) in FILES {
        if let Ok(path) = RelPath::new(path) {
            tree.insert_text(path, *text);
        }
    }
    for (name, text) in FEATURE {
        if let Ok(path) = folder().join(name) {
            tree.insert_text(path, *text);
        }
    }
    tree
}

/// What gate 1's planning session does to [`tree`]: gate 2's units as drafts, its review, and the
/// plan that lists them. Made for the plan as [`tree`] has it, whatever else has changed.
pub fn draft() -> Edits {
    let mut edits = Edits::none();
    for (name, text) in DRAFT {
        if let Ok(path) = folder().join(name) {
            edits.create(path, *text);
        }
    }
    let plan = FEATURE.iter().find(|(name, _)| *name == "PLAN.md").map_or("", |(_, text)| text);
    for (from, to) in PLANNED {
        if let (Some(at), Ok(path)) = (plan.find(from), folder().join("PLAN.md")) {
            edits.edit(path, TextEdit::replace(Span::new(at, at + from.len()), to));
        }
    }
    edits
}

/// The repository with gate 2 drafted ahead: what the studio opens.
pub fn drafted() -> Tree {
    let tree = tree();
    draft().apply(&tree).unwrap_or(tree)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn both_states_read_as_a_feature() {
        let start = parse::feature(&tree(), &folder());
        assert_eq!((start.gates.len(), start.units.len()), (2, 5));
        assert!(start.gates[1].is_undrafted());
        let drafted = parse::feature(&drafted(), &folder());
        assert_eq!((drafted.gates.len(), drafted.units.len()), (2, 8));
        let costs: f64 = drafted.units.iter().filter_map(|unit| unit.planned_cost_usd()).sum();
        assert_eq!(drafted.plan.unwrap().planned_cost_usd.get(), Some(&costs));
    }

    #[test]
    fn lint_has_nothing_to_say() {
        for tree in [tree(), drafted()] {
            assert_eq!(crate::lint::lint(&tree, &folder(), &crate::lint::Facts::default()), []);
        }
    }
}
