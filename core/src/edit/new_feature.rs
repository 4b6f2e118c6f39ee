//! A new feature: its plan, a first gate with one draft and a close, and its row in the roadmap.

use super::draft::Draft;
use super::refused::EditRefused;
use super::roadmap::{RoadmapRow, write_roadmap_row};
use super::units::slug;
use crate::fix::Edits;
use crate::model::id::FeatureId;
use crate::model::status::PlanStatus;
use crate::parse::FEATURES;
use crate::path::RelPath;
use crate::tree::Tree;
use crate::yaml::scalar_for;

/// What a new feature is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewFeature {
    /// Its id.
    pub id: FeatureId,
    /// What people call it.
    pub title: String,
    /// The branch its commits go to.
    pub branch: String,
    /// What will be true once it is done.
    pub goal: String,
}

impl NewFeature {
    /// The name of its folder.
    pub fn folder_name(&self) -> String {
        format!("{}-{}", self.id.folder_prefix(), slug(&self.title))
    }
}

/// Adds a feature that lints without error: a plan with one gate, a draft unit and a close, and a
/// row in the roadmap where there is one.
///
/// # Errors
/// When a text is blank, the folder is taken, or the roadmap has no table.
pub fn new_feature(tree: &Tree, new: &NewFeature) -> Result<Edits, EditRefused> {
    for (key, text) in [("title", &new.title), ("branch", &new.branch), ("roadmap_goal", &new.goal)] {
        if text.trim().is_empty() {
            return Err(EditRefused::Value { key: key.to_owned() });
        }
    }
    let name = format!("{FEATURES}/{}", new.folder_name());
    let folder = RelPath::new(&name).map_err(|_| EditRefused::BadFile(name))?;
    if tree.below(&folder).next().is_some() {
        return Err(EditRefused::FileTaken(folder));
    }
    let mut draft = Draft::new(tree);
    for (name, text) in [
        ("PLAN.md", plan(new)),
        ("GATE-01.md", gate(new)),
        ("WU-01-first-step.md", unit(new)),
        ("WU-90-gate-1-close.md", close(new)),
    ] {
        let path = folder.join(name).map_err(|_| EditRefused::BadFile(name.to_owned()))?;
        draft.create(&path, text)?;
    }
    let mut edits = draft.finish();
    if RelPath::new(".specfuse/roadmap.md").is_ok_and(|path| tree.get(&path).is_some()) {
        let row = RoadmapRow {
            title: Some(new.title.clone()),
            status: Some(PlanStatus::Planned),
            folder: Some(format!("`{folder}/`")),
            detail: None,
        };
        edits.merge(write_roadmap_row(tree, &new.id, &row)?);
    }
    Ok(edits)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn plan(new: &NewFeature) -> String {
    let (id, title, goal) = (&new.id, one_line(&new.title), one_line(&new.goal));
    format!(
        "---
feature_id: {id}
title: {}
slug: {}
branch: {}
roadmap_goal: {}
status: planned
autonomy_default: review
planned_cost_usd: 7.00
---

# Plan: {title}

{goal}

## Existing-mechanism search

What is there already, and why it is not enough:

## Escalation-predicate satisfiability

When a session should stop and ask, and that it can:

## Task graph

```yaml
gates:
  - gate: 1
    file: GATE-01.md
    work_units:
      - id: {id}/T01
        file: WU-01-first-step.md
        depends_on: []
      - id: {id}/G1-CLOSE
        file: WU-90-gate-1-close.md
        depends_on: [{id}/T01]
```
",
        scalar_for(&title),
        slug(&new.title),
        scalar_for(new.branch.trim()),
        scalar_for(&goal)
    )
}

fn gate(new: &NewFeature) -> String {
    let goal = one_line(&new.goal);
    format!(
        "---
gate: 1
status: open
cost_budget_usd: 10.00
---

# Gate 1

## Definition of done

- {goal}

## Arming discipline

Read the draft, then arm the gate.

## Reflection notes
"
    )
}

fn unit(new: &NewFeature) -> String {
    let (id, goal) = (&new.id, one_line(&new.goal));
    format!(
        "---
id: {id}/T01
type: implementation
status: draft
planned_cost_usd: 2.00
---

# Take the first step

**Objective.** The smallest part of the goal that can be verified alone.

**Context.** The goal of the feature: {goal}

**Acceptance criteria.**

1. A test shows that the step works; the `code` set runs it.

**Do not touch.** `.specfuse/`.

**Verification.** The `code` set of `.specfuse/verification.yml`.

**Escalation triggers.** Stop and report when the step cannot be verified by a command.
"
    )
}

fn close(new: &NewFeature) -> String {
    let id = &new.id;
    format!(
        "---
id: {id}/G1-CLOSE
type: close
status: draft
planned_cost_usd: 5.00
---

# Close the feature

**Objective.** Look back, and say whether the goal is reached.

**Context.** Every unit of the gate is done and verified.

**Acceptance criteria.**

1. `RETROSPECTIVE.md` in the feature's folder says what went well, what did not, and what it cost: a
   `## Cost analysis` when that is off the plan, a `### Failure-class breakdown` when attempts failed.
2. `.specfuse/LEARNINGS.md` gains a line, or the retrospective says that nothing generalizes.
3. `verdict` in this file's head says what the evidence shows; `FOLLOW-UPS.md` lists what is left when
   something is.
4. `.specfuse/roadmap.md` says what is true now.

**Do not touch.** Anything but the documents named above.

**Verification.** The `plannext` set of `.specfuse/verification.yml`.

**Escalation triggers.** Stop and report when a unit of the gate is neither done nor abandoned.
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::lint::{self, Facts};
    use crate::parse;

    #[test]
    fn a_new_feature_lints_without_error() {
        let new = NewFeature {
            id: FeatureId::parse("FEAT-2026-0007").unwrap(),
            title: "Fix: the \"parser\"".into(),
            branch: "feat/parser".into(),
            goal: "Every file\nparses: always.".into(),
        };
        let mut tree = Tree::new();
        let roadmap = RelPath::new(".specfuse/roadmap.md").unwrap();
        tree.insert_text(roadmap.clone(), "| Feature ID | Title | Status |\n|---|---|---|\n");
        let after = new_feature(&tree, &new).unwrap().apply(&tree).unwrap();
        let folder = RelPath::new(&format!("{FEATURES}/FEAT-2026-0007-fix-the-parser")).unwrap();
        let feature = parse::feature(&after, &folder);
        let plan = feature.plan.as_ref().unwrap();
        assert_eq!(plan.title.get().unwrap(), &new.title);
        assert_eq!(plan.roadmap_goal.get().unwrap(), "Every file parses: always.");
        assert!(feature.units.iter().all(|u| u.file.is_some()) && feature.units.len() == 2);
        assert!(after.text(&roadmap).unwrap().contains("| FEAT-2026-0007 | Fix: the \"parser\" | planned |"));
        let findings = lint::lint(&after, &folder, &Facts::default());
        let errors: Vec<_> = findings.iter().filter(|f| f.severity == Severity::Error).collect();
        assert!(errors.iter().all(|f| f.rule.starts_with("verification/")), "{errors:?}");
        assert!(matches!(new_feature(&after, &new), Err(EditRefused::FileTaken(_))));
        assert!(new_feature(&tree, &NewFeature { goal: " ".into(), ..new }).is_err());
    }
}
