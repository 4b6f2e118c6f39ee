//! A unit that a blocked session drafted because a defect elsewhere stands in its way: whether it may go in before
//! the blocked one, and what the plan is with it.

use crate::diagnostic::Severity;
use crate::edit::{self, EditRefused, Value};
use crate::frontmatter::Document;
use crate::lint::{Facts, Linter};
use crate::model::Feature;
use crate::model::id::{UnitId, UnitName};
use crate::model::status::{UnitStatus, UnitType};
use crate::parse;
use crate::path::RelPath;
use crate::schema::{self, FileKind, Writer};
use crate::tree::Tree;

/// The only `kind` of a RESULT's `blocked_next` that is known.
pub const KIND: &str = "fix_unit";

/// A draft as its session left it.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// The id of the unit that is blocked.
    pub blocked: &'a str,
    /// `file`: from the feature's folder, or from the repository's top.
    pub file: &'a str,
    /// `id`
    pub id: &'a str,
    /// What stands in the file; `None` when nothing does.
    pub text: Option<&'a str>,
}

/// Where the draft lies: a file directly in the feature's folder.
pub fn path(folder: &RelPath, file: &str) -> Option<RelPath> {
    let file = file.trim().trim_start_matches("./");
    let name = file.strip_prefix(folder.as_str()).and_then(|rest| rest.strip_prefix('/')).unwrap_or(file);
    let is_name = name.ends_with(".md") && !name.contains(['/', '\\']);
    folder.join(name).ok().filter(|path| is_name && path.below(folder) == Some(name))
}

/// The files of the plan with the draft in it as a pending unit that the blocked one waits for: the draft and
/// the plan, each with its text. Written in that order, the graph never names a file that is not there: a
/// driver that is killed in between finds a plan that it can run. `tree` is the plan without the draft.
///
/// # Errors
/// Why it cannot go in, for a person.
pub fn insert(
    tree: &Tree,
    feature: &Feature,
    facts: &Facts,
    draft: &Draft<'_>,
) -> Result<Vec<(RelPath, String)>, String> {
    let blocked = feature.find_unit(draft.blocked).ok_or("the blocked unit is not in the plan")?;
    let path = path(&feature.folder, draft.file)
        .ok_or_else(|| format!("`{}` is no Markdown file in the feature's folder", draft.file))?;
    if tree.get(&path).is_some() {
        return Err(format!("{} was there before the session", path.file_name()));
    }
    let text = draft.text.ok_or_else(|| format!("{} is not there", path.file_name()))?;
    check_id(feature, draft.id)?;
    check_head(text, draft.id)?;
    let text =
        pending(text, draft.blocked).map_err(|refused| format!("its head cannot be read: {refused}"))?;
    let edits = edit::insert_before(tree, feature, blocked, draft.id, &path, &text)
        .map_err(|refused| refused.to_string())?;
    let after = edits.apply(tree).map_err(|_| "the plan cannot carry it".to_owned())?;
    check_lint((tree, &after), &feature.folder, facts, &path)?;
    let paths = std::iter::once(&path)
        .chain(edits.iter().map(|(edited, _)| edited).filter(|edited| **edited != path));
    Ok(paths.filter_map(|path| Some((path.clone(), after.text(path)?.to_string()))).collect())
}

fn check_id(feature: &Feature, id: &str) -> Result<(), String> {
    let parsed = UnitId::parse(id).filter(|id| feature.id().is_some_and(|own| own == id.feature));
    let parsed = parsed.ok_or_else(|| format!("`{id}` is no unit id of this feature"))?;
    if matches!(parsed.name, UnitName::Closing(..)) {
        return Err(format!("`{id}` is the id of a closing unit"));
    }
    match feature.find_unit(id) {
        Some(_) => Err(format!("`{id}` is taken")),
        None => Ok(()),
    }
}

/// What only a person may grant, and what only a driver writes, is not for a session to put into a unit.
fn check_head(text: &str, id: &str) -> Result<(), String> {
    let doc = Document::read(text.into());
    let word = |key: &str| doc.get(key).and_then(|node| node.as_text()).unwrap_or("").to_owned();
    if word("id") != id {
        return Err(format!("its file says `id: {}`, and the session named `{id}`", word("id")));
    }
    let kind: Option<UnitType> = crate::model::status::Vocabulary::parse(&word("type"));
    let kind = if doc.get("type").is_none() { Some(UnitType::Implementation) } else { kind };
    if kind.is_none_or(|kind| kind.is_closing() || kind == UnitType::Human) {
        return Err(format!("`type: {}` is no type of a fix unit", word("type")));
    }
    let status: Option<UnitStatus> = crate::model::status::Vocabulary::parse(&word("status"));
    if !matches!(status, Some(UnitStatus::Draft | UnitStatus::Pending | UnitStatus::Ready)) {
        return Err(format!("`status: {}` is not `draft`", word("status")));
    }
    let is_foreign = |name: &str| {
        name == "unsandboxed"
            || name != "attempts"
                && schema::find(FileKind::Unit, name).is_some_and(|key| key.writer == Writer::Driver)
    };
    let keys = doc.keys().map(|map| &map.entries[..]).unwrap_or_default();
    match keys.iter().map(|entry| entry.key.value.as_str()).find(|name| is_foreign(name)) {
        Some(name) => Err(format!("`{name}` is not a session's to set")),
        None => Ok(()),
    }
}

fn pending(text: &str, blocked: &str) -> Result<String, EditRefused> {
    let has_reason = Document::read(text.into()).get("provenance").is_some();
    let text = edit::with_key(FileKind::Unit, text, &["status"], &Value::Text("pending".into()))?;
    if has_reason {
        return Ok(text);
    }
    let why = format!("a session of {blocked} asked for it");
    edit::with_key(FileKind::Unit, &text, &["provenance"], &Value::Text(why))
}

/// That the draft lints, and the plan with it as well as without.
fn check_lint(
    (before, after): (&Tree, &Tree),
    folder: &RelPath,
    facts: &Facts,
    path: &RelPath,
) -> Result<(), String> {
    let errors = |tree: &Tree| {
        let mut found = Linter::default().lint(tree, &parse::feature(tree, folder), facts);
        found.retain(|finding| {
            let file = &finding.primary.file;
            finding.severity == Severity::Error && (file == path || file.file_name() == "PLAN.md")
        });
        found.into_iter().map(|finding| format!("{}: {}", finding.rule, finding.message)).collect::<Vec<_>>()
    };
    let known = errors(before);
    match errors(after).into_iter().find(|error| !known.contains(error)) {
        Some(error) => Err(format!("it does not lint: {error}")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{FOLDER, sketch, sketch_tree};

    const TEXT: &str = "---\nid: FEAT-2026-0042/T09\ntype: implementation\nstatus: draft\n---\n\n# Mend the parser\n\n\
        **Objective.** Mend it.\n\n**Context.** T02 needs it.\n\n**Acceptance criteria.**\n\n1. `src/a.rs` parses.\n\n\
        **Do not touch.** `other/`.\n\n**Verification.** The `tests` check.\n\n**Escalation triggers.** None.\n";

    fn inserted(file: &str, id: &str, text: &str) -> Result<Vec<(RelPath, String)>, String> {
        let (tree, feature) =
            (sketch_tree("T01!done; T02<T01; G1-CLOSE"), sketch("T01!done; T02<T01; G1-CLOSE"));
        let draft = Draft { blocked: "FEAT-2026-0042/T02", file, id, text: Some(text) };
        insert(&tree, &feature, &Facts::default(), &draft)
    }

    #[test]
    fn a_clean_draft_goes_in_before_the_blocked_unit() {
        for file in ["WU-fix.md", &format!("{FOLDER}/WU-fix.md"), "./WU-fix.md"] {
            let files = inserted(file, "FEAT-2026-0042/T09", TEXT).unwrap();
            let names: Vec<&str> = files.iter().map(|(path, _)| path.file_name()).collect();
            assert_eq!(names, ["WU-fix.md", "PLAN.md"], "a plan never names what is not there yet");
            let unit = &files[0].1;
            assert!(unit.contains("status: pending\n") && unit.contains("provenance: "), "{unit}");
            let mut tree = sketch_tree("T01!done; T02<T01; G1-CLOSE");
            files.iter().for_each(|(path, text)| tree.insert_text(path.clone(), text.as_str()));
            let feature = parse::feature(&tree, &RelPath::new(FOLDER).unwrap());
            let ids: Vec<&str> = feature.units.iter().map(|unit| unit.short_id()).collect();
            assert_eq!(ids, ["T01", "T09", "T02", "G1-CLOSE"]);
            let after: Vec<&str> =
                feature.units[2].entry.depends_on.iter().map(|id| id.value.as_str()).collect();
            assert_eq!(after, ["FEAT-2026-0042/T01", "FEAT-2026-0042/T09"]);
        }
    }

    #[test]
    fn a_draft_that_is_not_right_is_refused_with_the_reason() {
        let bad = |file: &str, id: &str, text: &str, words: &str| {
            let why = inserted(file, id, text).unwrap_err();
            assert!(why.contains(words), "{words}: {why}");
        };
        let id = "FEAT-2026-0042/T09";
        bad("../WU-fix.md", id, TEXT, "no Markdown file in the feature's folder");
        bad("work/WU-fix.md", id, TEXT, "no Markdown file in the feature's folder");
        bad("src/fix.txt", id, TEXT, "no Markdown file in the feature's folder");
        bad("WU-T02.md", id, TEXT, "was there before the session");
        bad("WU-fix.md", "FEAT-2026-0043/T09", TEXT, "no unit id of this feature");
        bad("WU-fix.md", "FEAT-2026-0042/G1-DOCS", TEXT, "a closing unit");
        bad("WU-fix.md", "FEAT-2026-0042/T01", TEXT, "is taken");
        bad("WU-fix.md", "FEAT-2026-0042/T08", TEXT, "and the session named");
        bad("WU-fix.md", id, &TEXT.replace("type: implementation", "type: close"), "no type of a fix unit");
        bad("WU-fix.md", id, &TEXT.replace("status: draft", "status: done"), "is not `draft`");
        bad(
            "WU-fix.md",
            id,
            &TEXT.replace("status: draft", "status: draft\nunsandboxed: true"),
            "`unsandboxed`",
        );
        bad("WU-fix.md", id, &TEXT.replace("status: draft", "status: draft\ncost_usd: 1"), "`cost_usd`");
        bad("WU-fix.md", id, &TEXT.replace("**Context.** T02 needs it.\n\n", ""), "does not lint");
    }
}
