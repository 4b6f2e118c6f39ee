//! A file's keys as the fields of a form: which there are, what they hold, what they may hold. Made
//! from core's schema, the same that lint and the reference pages read.

use specfuse_core::frontmatter;
use specfuse_core::model::Feature;
use specfuse_core::path::RelPath;
use specfuse_core::schema::{self, FileKind, Key, Type, Writer};
use specfuse_core::yaml::{Node, NodeKind};

/// How a field is filled in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Control {
    /// One of a list of words.
    Choice,
    /// A line of text.
    Line,
    /// A number.
    Number,
    /// One text a line.
    Lines,
    /// Too rich for a form: shown as written, changed in the text.
    Written,
}

/// Keys that people fill in most; the others stay folded away until they hold something.
const COMMON: &[&str] = &[
    "title",
    "status",
    "type",
    "model",
    "effort",
    "autonomy_default",
    "planned_cost_usd",
    "cost_budget_usd",
    "feature_oracle",
    "produces",
    "gate",
    "open_questions",
];

/// Where a form shows a key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Part {
    /// At once.
    Common,
    /// Folded away: possible, and not used in this file.
    More,
    /// Folded away: the driver's.
    Driver,
}

/// A key as a form shows it.
#[derive(Clone, PartialEq, Debug)]
pub struct Field {
    /// The key's name.
    pub name: &'static str,
    /// What it holds, as the field shows it; empty when absent.
    pub value: String,
    /// How it is filled in.
    pub control: Control,
    /// The words it may hold, when they are a closed list.
    pub words: Vec<&'static str>,
    /// What holds when it is absent.
    pub default: &'static str,
    /// Whether the file is wrong without it.
    pub required: bool,
    /// Where the form shows it.
    pub part: Part,
    /// Why the value is wrong, in words.
    pub wrong: Option<String>,
    /// What it means.
    pub meaning: &'static str,
}

/// The head of a file, when the file is one that has keys.
pub fn document<'a>(feature: &'a Feature, path: &RelPath) -> Option<(FileKind, &'a frontmatter::Document)> {
    if let Some(plan) = feature.plan.as_ref().filter(|plan| plan.path == *path) {
        return Some((FileKind::Plan, &plan.doc));
    }
    if let Some(unit) = feature.units.iter().find_map(|u| u.file.as_ref().filter(|file| file.path == *path)) {
        return Some((FileKind::Unit, &unit.doc));
    }
    if let Some(gate) = feature.gates.iter().find_map(|g| g.file.as_ref().filter(|file| file.path == *path)) {
        return Some((FileKind::Gate, &gate.doc));
    }
    let doc = feature.documents.get(path)?;
    path.file_name().ends_with("-REVIEW.md").then_some((FileKind::Review, &**doc))
}

/// The fields of a file: everything a person may write, and what else is there.
pub fn fields(kind: FileKind, doc: &frontmatter::Document) -> Vec<Field> {
    let old = |key: &Key| key.meaning.ends_with("written by older versions.");
    let shown = |key: &&Key| doc.get(key.name).is_some() || key.writer != Writer::Driver && !old(key);
    schema::keys(kind).iter().filter(shown).map(|key| field(key, doc)).collect()
}

fn field(key: &Key, doc: &frontmatter::Document) -> Field {
    let node = doc.get(key.name);
    let control = match node {
        Some(node) if !fits(key.ty, node) => Control::Written,
        _ => control(key.ty),
    };
    Field {
        name: key.name,
        value: node.map_or(String::new(), |node| value(node, &doc.text, control)),
        control,
        words: key.ty.words(),
        default: key.default,
        required: key.required,
        part: match key.writer {
            Writer::Driver => Part::Driver,
            _ if key.required || node.is_some() || COMMON.contains(&key.name) => Part::Common,
            _ => Part::More,
        },
        wrong: node.and_then(|node| key.ty.check(node).err()),
        meaning: key.meaning,
    }
}

fn control(ty: Type) -> Control {
    match ty {
        Type::Word(_) | Type::Bool => Control::Choice,
        Type::Int(_) | Type::Number(_) => Control::Number,
        Type::Texts => Control::Lines,
        Type::List | Type::Map | Type::Any => Control::Written,
        Type::Text | Type::FeatureId | Type::UnitId | Type::Model => Control::Line,
    }
}

/// Whether a form can show `node` without losing anything of it.
fn fits(ty: Type, node: &Node) -> bool {
    match &node.kind {
        NodeKind::Scalar(_) => {
            node.as_text().is_none_or(|text| matches!(ty, Type::Texts) || !text.contains('\n'))
        }
        NodeKind::Seq(seq) => {
            matches!(ty, Type::Texts) && seq.items.iter().all(|i| i.value.as_text().is_some())
        }
        _ => false,
    }
}

fn value(node: &Node, text: &str, control: Control) -> String {
    match (&node.kind, control) {
        (NodeKind::Seq(seq), Control::Lines) => {
            seq.items.iter().filter_map(|i| i.value.as_text()).collect::<Vec<_>>().join("\n")
        }
        (_, Control::Written) => node.span.slice(text).to_owned(),
        _ => node.as_text().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Command, value_of_field};
    use crate::document::Document;

    fn path(name: &str) -> RelPath {
        specfuse_core::example::folder().join(name).unwrap()
    }

    #[test]
    fn a_unit_shows_its_keys_and_what_they_may_be() {
        let document_ = Document::example();
        let (kind, doc) = document(document_.feature(), &path("WU-01-greet.md")).unwrap();
        let fields = fields(kind, doc);
        let find = |name| fields.iter().find(|f| f.name == name).unwrap();
        assert_eq!(find("produces").value, "bin/greet.sh\ntests/greet.test.sh");
        assert_eq!(find("planned_cost_usd").value, "1.20");
        assert!(find("effort").words.contains(&"xhigh"));
        assert!(fields.iter().all(|f| f.part != Part::Driver), "nothing ran yet");
        assert_eq!((find("id").part, find("prep").part), (Part::Common, Part::More));
    }

    #[test]
    fn setting_what_is_there_changes_nothing() {
        let mut opened = Document::example();
        for name in ["PLAN.md", "GATE-01.md", "GATE-02-REVIEW.md", "WU-01-greet.md", "WU-92-gate-2-close.md"]
        {
            let (kind, doc) = document(opened.feature(), &path(name)).unwrap();
            for field in fields(kind, doc).into_iter().filter(|f| f.control != Control::Written) {
                let key = schema::find(kind, field.name).unwrap();
                let value = value_of_field(key.ty, &field.value);
                let command = Command::SetKey { path: path(name), kind, key: key.name, value };
                assert_eq!(opened.perform(&command), Ok(None), "{name}: {}", field.name);
            }
        }
        assert!(!opened.is_changed());
    }
}
