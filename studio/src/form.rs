//! A file's keys and sections as the fields of a form: which there are, what they hold, what they may hold,
//! what is wrong with them. Made from core's schema, the same that lint and the reference pages read.

use crate::document::Document;
use crate::problems::word;
use specfuse_core::assist;
use specfuse_core::diagnostic::Finding;
use specfuse_core::frontmatter;
use specfuse_core::model::Feature;
use specfuse_core::model::verification::Verification;
use specfuse_core::path::RelPath;
use specfuse_core::schema::{self, FileKind, Key, Type, Writer};
use specfuse_core::span::Span;
use specfuse_core::yaml::{Entry, Node, NodeKind};

/// How a field is filled in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Control {
    /// One of a list of words.
    Choice,
    /// On or off.
    Switch,
    /// A line of text.
    Line,
    /// A number.
    Number,
    /// A list of texts.
    Items,
    /// A text of several lines.
    Paragraph,
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

/// What the field of a file's title is called.
pub const TITLE: &str = "Title";

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
    /// What is wrong with it.
    pub notes: Notes,
    /// What it means.
    pub meaning: &'static str,
}

/// Findings as a field shows them: how much each weighs, and its words.
pub type Notes = Vec<(&'static str, String)>;

/// A title or a section, as a form shows it.
#[derive(Clone, PartialEq, Debug)]
pub struct Prose {
    /// Its name.
    pub name: &'static str,
    /// Its text, without the blank lines around it.
    pub value: String,
    /// Whether it is there.
    pub there: bool,
    /// What is wrong in it.
    pub notes: Notes,
    /// What it is there to say.
    pub meaning: &'static str,
}

/// All of a file that a form shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Form {
    /// What kind of file it is.
    pub kind: FileKind,
    /// Its title, when it is a file that has one.
    pub title: Option<Prose>,
    /// Its keys.
    pub fields: Vec<Field>,
    /// Its sections.
    pub sections: Vec<Prose>,
    /// Keys that no table knows, with their text: kept as they are.
    pub unknown: Vec<(String, String)>,
}

/// The form of a file that has keys: its fields show what they hold or, where the file cannot hold that, what was typed.
pub fn form(document: &Document, path: &RelPath) -> Option<Form> {
    let mut form = of_file(document, path)?;
    let hold = |name: &str, value: &mut String, notes: &mut Notes| {
        let Some(held) = document.held(path, name) else { return };
        value.clone_from(&held.text);
        notes.insert(0, ("error", format!("Not in the file yet: {}.", held.why)));
    };
    let prose = form.title.iter_mut().chain(&mut form.sections);
    prose.for_each(|prose| hold(prose.name, &mut prose.value, &mut prose.notes));
    form.fields.iter_mut().for_each(|field| hold(field.name, &mut field.value, &mut field.notes));
    Some(form)
}

fn of_file(document: &Document, path: &RelPath) -> Option<Form> {
    let findings: Vec<&Finding> = document.findings().iter().filter(|f| f.primary.file == *path).collect();
    if let Some(file) = document.feature().verification.as_ref().filter(|file| file.path == *path) {
        return Some(settings(file, &findings));
    }
    let (kind, doc) = self::document(document.feature(), path)?;
    let known = |name: &str| schema::find(kind, name).is_some();
    let entries = doc.keys().map_or(&[][..], |map| &map.entries[..]);
    let unknown = entries.iter().filter(|entry| !known(&entry.key.value));
    let unknown = unknown.map(|e| (e.key.value.clone(), e.value.span.slice(&doc.text).to_owned())).collect();
    let heading = doc.title();
    let title = Prose {
        name: TITLE,
        value: heading.map_or(String::new(), |title| title.value.clone()),
        there: heading.is_some(),
        notes: heading.map_or_else(Notes::new, |title| notes(&findings, title.span)),
        meaning: "What people call it.",
    };
    Some(Form {
        kind,
        title: Some(title),
        fields: fields(kind, doc, &findings),
        sections: sections(kind, doc, &findings),
        unknown,
    })
}

/// The keys of a verification file that hold for every set, from where they stand: in `defaults`, or beside it.
fn settings(file: &Verification, findings: &[&Finding]) -> Form {
    let defaults = file.yaml.root.as_map().and_then(|map| map.get("defaults")?.as_map());
    let maps = [defaults, file.yaml.root.as_map()];
    let only = schema::VERIFICATION_DEFAULTS
        .iter()
        .filter(|key| schema::find(FileKind::Verification, key.name).is_none());
    let all = schema::VERIFICATION.iter().filter(|key| !matches!(key.ty, Type::Map)).chain(only);
    let entry = |key: &Key| maps.iter().flatten().find_map(|map| map.entry(key.name));
    Form {
        kind: FileKind::Verification,
        title: None,
        fields: all
            .map(|key| Field { part: Part::More, ..field(key, entry(key), &file.text, findings) })
            .collect(),
        sections: Vec::new(),
        unknown: Vec::new(),
    }
}

/// A unit's five sections, there or not; of other files, and of further ones, those that are there.
fn sections(kind: FileKind, doc: &frontmatter::Document, findings: &[&Finding]) -> Vec<Prose> {
    let wanted = |name: &str| kind == FileKind::Unit && name != "Objective";
    let known = assist::sections(kind).iter();
    known
        .map(|known| (known, doc.body.section(known.name)))
        .filter(|(known, section)| section.is_some() || wanted(known.name))
        .map(|(known, section)| Prose {
            name: known.name,
            value: section.map_or(String::new(), |s| s.body.slice(&doc.text).trim().replace("\r\n", "\n")),
            there: section.is_some(),
            notes: section.map_or_else(Notes::new, |s| {
                notes(findings, Span { start: s.opener.start, end: s.body.end })
            }),
            meaning: known.meaning,
        })
        .collect()
}

fn notes(findings: &[&Finding], span: Span) -> Notes {
    let here = findings.iter().filter(|f| span.contains(f.primary.span));
    here.map(|finding| (word(finding.severity), finding.message.clone())).collect()
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
fn fields(kind: FileKind, doc: &frontmatter::Document, findings: &[&Finding]) -> Vec<Field> {
    let old = |key: &Key| key.meaning.ends_with("written by older versions.");
    let shown = |key: &&Key| doc.get(key.name).is_some() || key.writer != Writer::Driver && !old(key);
    schema::keys(kind)
        .iter()
        .filter(shown)
        .map(|key| field(key, doc.entry(key.name), &doc.text, findings))
        .collect()
}

/// The key of a field.
pub fn key(kind: FileKind, name: &str) -> Option<&'static Key> {
    let below = schema::VERIFICATION_DEFAULTS.iter().filter(|_| kind == FileKind::Verification);
    schema::find(kind, name).or_else(|| below.into_iter().find(|key| key.name == name))
}

fn field(key: &Key, entry: Option<&Entry>, text: &str, findings: &[&Finding]) -> Field {
    let node = entry.map(|entry| &entry.value);
    let control = match node {
        Some(node) if !fits(key.ty, node) => Control::Written,
        Some(node) if node.as_text().is_some_and(|text| text.contains('\n')) => Control::Paragraph,
        _ => control(key.ty),
    };
    let mut notes = entry.map_or_else(Notes::new, |entry| notes(findings, entry.span));
    if let (true, Some(Err(why))) = (notes.is_empty(), node.map(|node| key.ty.check(node))) {
        notes.push(("error", format!("Must be {why}.")));
    }
    Field {
        name: key.name,
        value: node.map_or(String::new(), |node| value(node, text, control)),
        control,
        words: key.ty.words(),
        default: key.default,
        required: key.required,
        part: match key.writer {
            Writer::Driver => Part::Driver,
            _ if key.required || node.is_some() || COMMON.contains(&key.name) => Part::Common,
            _ => Part::More,
        },
        notes,
        meaning: key.meaning,
    }
}

fn control(ty: Type) -> Control {
    match ty {
        Type::Word(_) => Control::Choice,
        Type::Bool => Control::Switch,
        Type::Int(_) | Type::Number(_) => Control::Number,
        Type::Texts => Control::Items,
        Type::List | Type::Map | Type::Any => Control::Written,
        Type::Text | Type::FeatureId | Type::UnitId | Type::Model => Control::Line,
    }
}

/// Whether a form can show `node` without losing anything of it.
fn fits(ty: Type, node: &Node) -> bool {
    match &node.kind {
        NodeKind::Scalar(_) => {
            node.as_text().is_none_or(|text| matches!(ty, Type::Texts | Type::Text) || !text.contains('\n'))
        }
        NodeKind::Seq(seq) => {
            matches!(ty, Type::Texts) && seq.items.iter().all(|i| i.value.as_text().is_some())
        }
        _ => false,
    }
}

fn value(node: &Node, text: &str, control: Control) -> String {
    match (&node.kind, control) {
        (NodeKind::Seq(seq), Control::Items) => {
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

    fn path(name: &str) -> RelPath {
        specfuse_core::example::folder().join(name).unwrap()
    }

    #[test]
    fn a_unit_shows_its_keys_and_what_they_may_be() {
        let document = Document::example();
        let form = form(&document, &path("WU-01-greet.md")).unwrap();
        let find = |name| form.fields.iter().find(|f| f.name == name).unwrap();
        assert_eq!(find("produces").value, "bin/greet.sh\ntests/greet.test.sh");
        assert_eq!(find("planned_cost_usd").value, "1.20");
        assert!(find("effort").words.contains(&"xhigh"));
        assert!(form.fields.iter().all(|f| f.part != Part::Driver), "nothing ran yet");
        assert_eq!((find("id").part, find("prep").part), (Part::Common, Part::More));
        assert_eq!(form.title.unwrap().value, "Greet a person by name");
        let names: Vec<_> = form.sections.iter().map(|section| section.name).collect();
        let five = ["Context", "Acceptance criteria", "Do not touch", "Verification", "Escalation triggers"];
        assert_eq!(names.iter().filter(|name| five.contains(name)).count(), 5, "{names:?}");
        assert!(form.sections.iter().all(|section| section.there && !section.value.is_empty()));
    }

    #[test]
    fn what_is_wrong_stands_at_its_field_and_what_is_unknown_is_kept() {
        let mut document = Document::example();
        let path = path("WU-01-greet.md");
        let text = document.tree().text(&path).unwrap();
        let text = text
            .replace("status: pending", "status: pendin\nmine: [a, b]")
            .replace("**Do not touch.**", "**Left.**");
        document.type_into(&path, &text).unwrap();
        let form = form(&document, &path).unwrap();
        let status = form.fields.iter().find(|f| f.name == "status").unwrap();
        assert!(matches!(&status.notes[..], [("error", words)] if words.contains("pendin")), "{status:?}");
        assert_eq!(form.unknown, [("mine".to_owned(), "[a, b]".to_owned())]);
        let section = form.sections.iter().find(|section| section.name == "Do not touch").unwrap();
        assert!(!section.there && section.value.is_empty() && !section.meaning.is_empty());
    }

    #[test]
    fn what_holds_for_every_set_is_a_form() {
        let mut document = Document::example();
        let path = RelPath::new(".specfuse/verification.yml").unwrap();
        let find = |document: &Document, name: &str| {
            let form = form(document, &path).unwrap();
            form.fields.into_iter().find(|field| field.name == name).unwrap()
        };
        let set = |key: &'static str, value: Option<&str>| {
            let ty = schema::VERIFICATION_DEFAULTS.iter().find(|k| k.name == key).unwrap().ty;
            let value = value.and_then(|value| value_of_field(ty, value));
            Command::SetKey { path: path.clone(), kind: FileKind::Verification, key, value }
        };
        for (key, value) in [("max_attempts", "2"), ("dispatch_skills", "true")] {
            assert_eq!(find(&document, key).value, "");
            document.perform(&set(key, Some(value))).unwrap();
            assert_eq!(find(&document, key).value, value);
            document.perform(&set(key, None)).unwrap();
        }
        assert!(!document.is_changed());
        document.perform(&set("max_attempts", Some("none"))).unwrap();
        assert!(!find(&document, "max_attempts").notes.is_empty());
    }

    #[test]
    fn setting_what_is_there_changes_nothing() {
        let mut opened = Document::example();
        for name in ["PLAN.md", "GATE-01.md", "GATE-02-REVIEW.md", "WU-01-greet.md", "WU-92-gate-2-close.md"]
        {
            let form = form(&opened, &path(name)).unwrap();
            for field in form.fields.into_iter().filter(|f| f.control != Control::Written) {
                let key = schema::find(form.kind, field.name).unwrap();
                let value = value_of_field(key.ty, &field.value);
                let command = Command::SetKey { path: path(name), kind: form.kind, key: key.name, value };
                assert_eq!(opened.perform(&command), Ok(None), "{name}: {}", field.name);
            }
            for section in form.sections.iter().filter(|section| section.there) {
                let text = crate::command::with_section(&opened, &path(name), section.name, &section.value);
                assert_eq!(text.ok().as_deref(), opened.tree().text(&path(name)).map(|text| &**text));
            }
        }
        assert!(!opened.is_changed());
    }
}
