//! Taking over a plan that another driver left in the middle of an attempt: the Python one, or one of ours
//! whose local state is gone.

use super::keys::{set_keys, with_key, without_key};
use super::refused::EditRefused;
use super::value::Value;
use crate::fix::Edits;
use crate::frontmatter::Document;
use crate::model::Feature;
use crate::model::status::UnitStatus;
use crate::schema::{self, FileKind, Writer};
use crate::tree::Tree;
use crate::yaml::Node;

/// Keys that a driver writes although they are a person's as well.
fn shared_keys(kind: FileKind) -> &'static [&'static str] {
    match kind {
        FileKind::Unit => &["status", "model", "effort"],
        FileKind::Plan | FileKind::Gate => &["status"],
        FileKind::Review | FileKind::Verification | FileKind::Config => &[],
    }
}

/// A unit that was left in progress.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Left {
    /// Its index in the feature.
    pub unit: usize,
    /// The attempt that was under way, when its file says so.
    pub attempt: Option<u64>,
    /// The version of the driver that left it, when its file says so.
    pub driver: Option<String>,
}

/// The units that stand in progress.
pub fn left_in_progress(feature: &Feature) -> Vec<Left> {
    let left = |(index, unit): (usize, &crate::model::Unit)| {
        let file = unit.file.as_ref().filter(|_| unit.status() == Some(UnitStatus::InProgress))?;
        Some(Left {
            unit: index,
            attempt: file.attempts.get().copied().map(u64::from),
            driver: file.doc.get("driver_version").and_then(Node::as_text).map(str::to_owned),
        })
    };
    feature.units.iter().enumerate().filter_map(left).collect()
}

/// Makes those units pending again. The attempt that was cut short is not counted.
///
/// # Errors
/// When a head is too broken to carry it.
pub fn take_over(tree: &Tree, feature: &Feature, left: &[Left]) -> Result<Edits, EditRefused> {
    let mut edits = Edits::none();
    for Left { unit, attempt, .. } in left {
        let Some(file) = feature.units.get(*unit).and_then(|unit| unit.file.as_ref()) else { continue };
        let Some(text) = tree.text(&file.path) else { continue };
        let counted =
            attempt.map(|attempt| Value::Int(i64::try_from(attempt.saturating_sub(1)).unwrap_or(0)));
        let mut changes = vec![("status", Some(Value::Text("pending".into()))), ("started_at", None)];
        changes.extend(counted.map(|counted| ("attempts", Some(counted))));
        edits.merge(set_keys(FileKind::Unit, &file.path, text, &changes)?);
    }
    Ok(edits)
}

/// Whether `now` differs from `before`, two texts of a file of this kind, only in what a driver writes.
pub fn differs_by_driver_only(kind: FileKind, before: &str, now: &str) -> bool {
    let bare = |text: &str| {
        drivers_keys(kind).try_fold(text.to_owned(), |text, name| without_key(kind, &text, &[name]))
    };
    before == now || matches!((bare(before), bare(now)), (Ok(before), Ok(now)) if before == now)
}

/// `text`, one of a file of this kind, with what a driver writes as `now` has it. What cannot be carried over
/// stays as it was.
pub fn with_drivers_keys(kind: FileKind, text: &str, now: &str) -> String {
    let doc = Document::read(now.into());
    drivers_keys(kind).fold(text.to_owned(), |text, name| {
        let carried = match doc.get(name) {
            Some(node) => {
                let value = Value::Raw(node.span.slice(&doc.text).to_owned());
                with_key(kind, &text, &[name], &value)
            }
            None => without_key(kind, &text, &[name]),
        };
        carried.unwrap_or(text)
    })
}

fn drivers_keys(kind: FileKind) -> impl Iterator<Item = &'static str> {
    let own = schema::keys(kind).iter().filter(|key| key.writer == Writer::Driver);
    own.map(|key| key.name).chain(shared_keys(kind).iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;
    use crate::path::RelPath;

    const BEFORE: &str =
        "---\nid: FEAT-2026-0001/T01\nstatus: pending\nplanned_cost_usd: 1 # cheap\n---\n\n# Do it\n";

    /// The file as the Python driver leaves it when it is killed in a session.
    fn interrupted() -> String {
        BEFORE.replace("pending", "in_progress").replace(
            "# cheap\n",
            "# cheap\nmodel: sonnet\neffort: medium\ngate_set: code\ndriver_version: 0.29.1\n\
             started_at: 2026-11-21T12:25:28.842323+00:00\nattempts: 2\n",
        )
    }

    #[test]
    fn a_unit_left_in_progress_is_pending_again() {
        let folder = RelPath::new(".specfuse/features/FEAT-2026-0001-x").unwrap();
        let mut tree = Tree::new();
        let plan = "---\nfeature_id: FEAT-2026-0001\n---\n\n```yaml\ngates:\n  - gate: 1\n    file: GATE-01.md\n    work_units:\n\
                    \x20     - id: FEAT-2026-0001/T01\n        file: WU-01.md\n        depends_on: []\n```\n";
        tree.insert_text(folder.join("PLAN.md").unwrap(), plan);
        let unit = folder.join("WU-01.md").unwrap();
        tree.insert_text(unit.clone(), interrupted());
        let feature = parse::feature(&tree, &folder);
        let left = left_in_progress(&feature);
        assert_eq!(left, [Left { unit: 0, attempt: Some(2), driver: Some("0.29.1".into()) }]);
        let after = take_over(&tree, &feature, &left).unwrap().apply(&tree).unwrap();
        let text = after.text(&unit).unwrap();
        assert!(text.contains("status: pending\n") && text.contains("attempts: 1\n"), "{text}");
        assert!(!text.contains("started_at") && text.contains("# cheap\n"), "{text}");
        assert!(left_in_progress(&parse::feature(&after, &folder)).is_empty());
    }

    #[test]
    fn what_a_person_changed_is_told_from_what_a_driver_wrote() {
        let only = |now: &str| differs_by_driver_only(FileKind::Unit, BEFORE, now);
        assert!(only(&interrupted()));
        assert!(!only(&interrupted().replace("Do it", "Do more")));
        assert!(!only(&interrupted().replace("planned_cost_usd: 1", "planned_cost_usd: 2")));
        let gate = "---\ngate: 1\nstatus: open\ncost_budget_usd: 1\n---\n\n# One\n";
        let ran = gate.replace(
            "open\ncost_budget_usd: 1",
            "awaiting_review\ncost_budget_usd: 1\nbroad_run: {passed: true}",
        );
        let only = |now: &str| differs_by_driver_only(FileKind::Gate, gate, now);
        assert!(only(&ran) && !only(&ran.replace("usd: 1", "usd: 3")));
        assert_eq!(with_drivers_keys(FileKind::Gate, gate, &ran.replace("usd: 1", "usd: 3")), ran);
    }
}
