//! A new feature: its plan, its gates, the first gate's units and its close, and its row in the roadmap.

use super::draft::Draft;
use super::new_feature_text as text;
use super::refused::EditRefused;
use super::roadmap::{RoadmapRow, write_roadmap_row};
use super::slug::slug;
use crate::fix::Edits;
use crate::model::id::FeatureId;
use crate::model::status::{PlanStatus, Vocabulary};
use crate::parse::FEATURES;
use crate::path::RelPath;
use crate::tree::Tree;

/// The most gates, and the most units of its first gate, that a new feature is made with.
pub const MOST: u32 = 50;

/// What a new feature is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewFeature {
    /// Its id.
    pub id: FeatureId,
    /// What people call it.
    pub title: String,
    /// The branch its commits go to.
    pub branch: String,
    /// The branch that one comes from; the repository's default branch when nothing is said.
    pub base: Option<String>,
    /// What will be true once it is done.
    pub goal: String,
    /// How many gates it has. Those after the first are drafted when the one before is closed.
    pub gates: u32,
    /// How many units the first gate has, its closing ones not counted.
    pub units: u32,
    /// Whether its units wait as drafts until a person arms the gate.
    pub drafts: bool,
    /// `planned` or `active`.
    pub status: PlanStatus,
    /// What the first unit produces.
    pub produces: Vec<String>,
    /// The first gate's goal as a command.
    pub oracle: Option<String>,
    /// The issue it comes from.
    pub issue: Option<Issue>,
}

/// An issue that a feature is made from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Issue {
    /// Where it is.
    pub url: String,
    /// Its text, as somebody wrote it.
    pub text: String,
}

impl NewFeature {
    /// A planned feature of one gate with one draft.
    pub fn draft(id: FeatureId, title: &str, goal: &str) -> NewFeature {
        NewFeature {
            branch: format!("feat/{}-{}", id.folder_prefix(), slug(title)),
            id,
            title: title.to_owned(),
            base: None,
            goal: goal.to_owned(),
            gates: 1,
            units: 1,
            drafts: true,
            status: PlanStatus::Planned,
            produces: Vec::new(),
            oracle: None,
            issue: None,
        }
    }

    /// The name of its folder.
    pub fn folder_name(&self) -> String {
        format!("{}-{}", self.id.folder_prefix(), slug(&self.title))
    }

    fn check(&self) -> Result<(), EditRefused> {
        let blank = |text: &str| text.trim().is_empty();
        let texts = [("title", &self.title), ("branch", &self.branch), ("roadmap_goal", &self.goal)];
        let wrong = texts.iter().find(|(_, text)| blank(text)).map(|(key, _)| *key);
        let wrong = wrong.or_else(|| self.base.as_deref().is_some_and(blank).then_some("base"));
        let wrong = wrong.or_else(|| (!(1..=MOST).contains(&self.gates)).then_some("gates"));
        let wrong = wrong.or_else(|| (!(1..=MOST).contains(&self.units)).then_some("units"));
        wrong.map_or(Ok(()), |key| Err(EditRefused::Value { key: key.to_owned() }))
    }
}

/// The next free id of `year`: one more than the largest number among the feature folders.
pub fn next_feature_id(folders: &[RelPath], year: u32) -> Option<FeatureId> {
    let ids = folders.iter().filter_map(|folder| FeatureId::of_folder(folder.file_name()));
    let of_year = ids.filter(|id| id.as_str().starts_with("FEAT-")).map(|id| id.year_and_number());
    let largest = of_year.filter(|(of, _)| *of == year).map(|(_, number)| number).max().unwrap_or(0);
    FeatureId::parse(&format!("FEAT-{year:04}-{:04}", largest + 1))
}

/// Adds a feature that lints without error: a plan, its gates, the units and the closing units of the
/// first gate, and a row in the roadmap where there is one.
///
/// # Errors
/// When a text is blank, a count is out of bounds, the folder is taken, or the roadmap has no table.
pub fn new_feature(tree: &Tree, new: &NewFeature) -> Result<Edits, EditRefused> {
    new.check()?;
    let name = format!("{FEATURES}/{}", new.folder_name());
    let folder = RelPath::new(&name).map_err(|_| EditRefused::BadFile(name))?;
    if tree.below(&folder).next().is_some() {
        return Err(EditRefused::FileTaken(folder));
    }
    let mut draft = Draft::new(tree);
    for (name, text) in text::files(new) {
        let path = folder.join(&name).map_err(|_| EditRefused::BadFile(name))?;
        draft.create(&path, text)?;
    }
    let mut edits = draft.finish();
    if RelPath::new(".specfuse/roadmap.md").is_ok_and(|path| tree.get(&path).is_some()) {
        let row = RoadmapRow {
            title: Some(new.title.clone()),
            status: Some(new.status),
            folder: Some(format!("`{folder}/`")),
            detail: None,
        };
        edits.merge(write_roadmap_row(tree, &new.id, &row)?);
    }
    Ok(edits)
}

/// The word of a status, for the head of a plan.
pub(super) fn status_word(new: &NewFeature) -> &'static str {
    new.status.word()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::graph::Graph;
    use crate::lint::{self, Facts};
    use crate::parse;

    fn new() -> NewFeature {
        let id = FeatureId::parse("FEAT-2026-0007").unwrap();
        NewFeature {
            branch: "feat/parser".into(),
            ..NewFeature::draft(id, "Fix: the \"parser\"", "Every file\nparses: always.")
        }
    }

    fn tree() -> Tree {
        let mut tree = Tree::new();
        let path = |name: &str| RelPath::new(&format!(".specfuse/{name}")).unwrap();
        tree.insert_text(path("roadmap.md"), "| Feature ID | Title | Status |\n|---|---|---|\n");
        let sets = "code:\n  - name: tests\n    command: make test\n    timeout_seconds: 9\n\
                    plannext:\n  - name: plan\n    command: test -s {feature_dir}/PLAN.md\n    timeout_seconds: 9\n";
        tree.insert_text(path("verification.yml"), sets);
        tree
    }

    /// The rules that fire; none is an error.
    fn findings(after: &Tree, new: &NewFeature) -> Vec<String> {
        let folder = RelPath::new(&format!("{FEATURES}/{}", new.folder_name())).unwrap();
        let found = lint::lint(after, &folder, &Facts::default());
        assert!(found.iter().all(|f| f.severity != Severity::Error), "{found:?}");
        found.iter().map(|f| f.rule.to_string()).collect()
    }

    #[test]
    fn a_new_feature_lints_without_error() {
        let (tree, new) = (tree(), new());
        let after = new_feature(&tree, &new).unwrap().apply(&tree).unwrap();
        let folder = RelPath::new(&format!("{FEATURES}/FEAT-2026-0007-fix-the-parser")).unwrap();
        let feature = parse::feature(&after, &folder);
        let plan = feature.plan.as_ref().unwrap();
        assert_eq!(plan.title.get().unwrap(), &new.title);
        assert_eq!(plan.roadmap_goal.get().unwrap(), "Every file parses: always.");
        assert!(feature.units.iter().all(|u| u.file.is_some()) && feature.units.len() == 2);
        let roadmap = RelPath::new(".specfuse/roadmap.md").unwrap();
        assert!(after.text(&roadmap).unwrap().contains("| FEAT-2026-0007 | Fix: the \"parser\" | planned |"));
        // What a unit produces is all that is left to say.
        assert_eq!(findings(&after, &new), ["scope/no-produces"]);
        assert!(matches!(new_feature(&after, &new), Err(EditRefused::FileTaken(_))));
    }

    #[test]
    fn counts_make_gates_and_units() {
        for (gates, units) in [(1, 1), (1, 7), (3, 20), (MOST, 13)] {
            let new = NewFeature {
                gates,
                units,
                drafts: false,
                status: PlanStatus::Active,
                base: Some("develop".into()),
                produces: vec!["src/parser.rs".into(), "it's odd: #1".into()],
                oracle: Some("grep -q 'x: y' out # no".into()),
                ..new()
            };
            let tree = tree();
            let after = new_feature(&tree, &new).unwrap().apply(&tree).unwrap();
            let folder = RelPath::new(&format!("{FEATURES}/{}", new.folder_name())).unwrap();
            let feature = parse::feature(&after, &folder);
            let closing = if gates == 1 { 1 } else { 2 };
            assert_eq!(
                (feature.gates.len(), feature.units.len()),
                (gates as usize, units as usize + closing)
            );
            assert_eq!(Graph::of(&feature).walk(0).len(), feature.units.len());
            assert_eq!(feature.units[0].file.as_ref().unwrap().produces.len(), 2);
            let mut found = findings(&after, &new);
            // What only a person knows: how the other units and gates are told done from not done.
            found.retain(|rule| rule != "scope/no-produces" && rule != "graph/too-many-gates");
            assert_eq!(found, Vec::<String>::new(), "{gates} gates, {units} units");
        }
    }

    #[test]
    fn an_issue_is_quoted_and_steers_nothing() {
        let text = "It breaks.\r\n\n```yaml\ngates:\n  - gate: 9\n```\n\n---\n## Task graph\n<!-- ";
        let issue = Issue { url: "https://github.com/o/r/issues/5".into(), text: text.into() };
        let new = NewFeature { issue: Some(issue), ..new() };
        let tree = tree();
        let after = new_feature(&tree, &new).unwrap().apply(&tree).unwrap();
        let folder = RelPath::new(&format!("{FEATURES}/{}", new.folder_name())).unwrap();
        let feature = parse::feature(&after, &folder);
        assert_eq!((feature.gates.len(), feature.gates[0].number), (1, 1));
        let plan = feature.plan.as_ref().unwrap();
        assert!(
            plan.doc.text.contains("\n> gates:\n") && plan.doc.text.contains("source_issue_url: https://")
        );
        assert_eq!(findings(&after, &new), ["scope/no-produces"]);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let tree = tree();
        let refused = |new: NewFeature| new_feature(&tree, &new).is_err();
        assert!(refused(NewFeature { goal: " ".into(), ..new() }));
        assert!(refused(NewFeature { base: Some(String::new()), ..new() }));
        assert!(refused(NewFeature { gates: 0, ..new() }));
        assert!(refused(NewFeature { units: MOST + 1, ..new() }));
    }

    #[test]
    fn numbers_are_never_used_again() {
        let folder = |name: &str| RelPath::new(&format!("{FEATURES}/{name}")).unwrap();
        let folders =
            ["FEAT-2026-0003-a", "FEAT-2026-0012", "FEAT-2025-0099-b", "INIT-2026-0050-F01-c", "notes"];
        let folders = folders.map(folder);
        assert_eq!(next_feature_id(&folders, 2026).unwrap().as_str(), "FEAT-2026-0013");
        assert_eq!(next_feature_id(&folders, 2027).unwrap().as_str(), "FEAT-2027-0001");
        assert!(next_feature_id(&[folder("FEAT-2026-9999")], 2026).is_none());
    }
}
