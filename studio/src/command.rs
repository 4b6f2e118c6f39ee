//! Actions as values: what a person did, from whichever view, becomes core's text edits.

mod graph;

pub use graph::GraphCommand;

use crate::document::Document;
use crate::gates::{Ask, Words};
use crate::table::TableEdit;
use specfuse_core::edit::{self, NewFeature, Value};
use specfuse_core::fix::{Edits, Fix};
use specfuse_core::lint::{Facts, fix_all};
use specfuse_core::model::Feature;
use specfuse_core::model::id::short;
use specfuse_core::path::RelPath;
use specfuse_core::schema::{FileKind, Type};
use std::fmt;

/// Something a person does to the document.
#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    /// Sets a key of a file, or takes it away.
    SetKey {
        /// Which file.
        path: RelPath,
        /// What kind of file it is.
        kind: FileKind,
        /// The key.
        key: &'static str,
        /// Its value; `None` takes the key away.
        value: Option<Value>,
    },
    /// Makes one unit wait for another.
    Connect {
        /// The id of the unit that goes first.
        first: String,
        /// The id of the unit that waits.
        then: String,
    },
    /// Makes one unit no longer wait for another.
    Disconnect {
        /// The id of the unit that went first.
        first: String,
        /// The id of the unit that waited.
        then: String,
    },
    /// Does what a person decided at a gate.
    Decide(Ask, Words),
    /// Makes a feature beside the others.
    NewFeature(NewFeature),
    /// Something done to units, dependencies or gates.
    Graph(GraphCommand),
    /// Gives a file another title.
    SetTitle {
        /// Which file.
        path: RelPath,
        /// The title.
        title: String,
    },
    /// Changes a table.
    Table(TableEdit),
    /// Applies the fix of a finding.
    Fix(Fix),
    /// Applies every safe fix.
    FixAll,
}

/// Why an action was not done, as a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused(pub String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Command {
    /// What the action is called in the undo log and when it is announced.
    pub fn label(&self) -> String {
        match self {
            Command::SetKey { path, key, value: Some(_), .. } => format!("set {key} of {}", path.file_name()),
            Command::SetKey { path, key, value: None, .. } => format!("remove {key} of {}", path.file_name()),
            Command::Connect { first, then } => format!("{} waits for {}", short(then), short(first)),
            Command::Disconnect { first, then } => {
                format!("{} no longer waits for {}", short(then), short(first))
            }
            Command::Decide(ask, _) => ask.label(),
            Command::NewFeature(new) => format!("make the feature {}", new.id),
            Command::Graph(command) => command.label(),
            Command::SetTitle { path, .. } => format!("set the title of {}", path.file_name()),
            Command::Table(edit) => edit.label(),
            Command::Fix(fix) => fix.title.clone(),
            Command::FixAll => "apply all safe fixes".to_owned(),
        }
    }

    /// The text edits that do it.
    ///
    /// # Errors
    /// Why it cannot be done.
    pub fn edits(&self, document: &Document) -> Result<Edits, Refused> {
        let (tree, feature) = (document.tree(), document.feature());
        let done = match self {
            Command::SetKey { path, kind, key, value } => {
                let text = text_of(document, path)?;
                match value {
                    value if *kind == FileKind::Verification => {
                        edit::set_setting(path, text, key, value.as_ref())
                    }
                    Some(value) => edit::set_key(*kind, path, text, key, value),
                    None => edit::remove_key(*kind, path, text, key),
                }
            }
            Command::Decide(ask, words) => return ask.edits(tree, feature, words),
            Command::NewFeature(new) => edit::new_feature(tree, new),
            Command::SetTitle { path, title } => edit::set_title(path, text_of(document, path)?, title),
            Command::Table(change) => change.edits(text_of(document, change.path())?),
            Command::Fix(fix) => Ok(fix.edits.clone()),
            Command::FixAll => Ok(fix_all(tree, &feature.folder, &Facts::default()).edits),
            Command::Connect { first, then } => {
                edit::add_edge(tree, feature, unit(feature, then)?, unit(feature, first)?)
            }
            Command::Disconnect { first, then } => {
                edit::remove_edge(tree, feature, unit(feature, then)?, first)
            }
            Command::Graph(command) => return command.edits(document),
        };
        done.map_err(|why| Refused(why.to_string()))
    }
}

fn text_of<'d>(document: &'d Document, path: &RelPath) -> Result<&'d str, Refused> {
    let text = document.tree().text(path);
    text.map(|text| &**text).ok_or_else(|| Refused(format!("{path} is not there as text")))
}

/// The text of the file at `path` with section `name` reading `body`.
///
/// # Errors
/// When the text is not there, or `body` would open another section.
pub fn with_section(document: &Document, path: &RelPath, name: &str, body: &str) -> Result<String, Refused> {
    edit::with_section(text_of(document, path)?, name, body).map_err(|why| Refused(why.to_string()))
}

/// What a command calls a unit: its id, with its count among equal ones when it is not the first.
pub fn name_of(feature: &Feature, unit: usize) -> Option<String> {
    let id = feature.units.get(unit)?.id();
    Some(counted(id, 1 + feature.units[..unit].iter().filter(|before| before.id() == id).count()))
}

/// The name of the unit that has this id for the nth time, from 1.
pub fn counted(id: &str, time: usize) -> String {
    if time == 1 { id.to_owned() } else { format!("{id} {time}") }
}

/// The unit of a [`name_of`].
fn unit(feature: &Feature, name: &str) -> Result<usize, Refused> {
    let by_count = || {
        let (id, time) = name.rsplit_once(' ')?;
        let time: usize = time.parse().ok()?;
        feature.units.iter().enumerate().filter(|(_, unit)| unit.id() == id).nth(time.checked_sub(1)?)
    };
    let found = feature.find_unit(name).or_else(|| by_count().map(|(at, _)| at));
    found.ok_or_else(|| Refused(format!("{name} is no unit of this feature")))
}

/// The unit of a name, when no other has its id.
///
/// # Errors
/// When there is none, or another has its id: what is done to it would be done to the other.
pub fn sole_unit(feature: &Feature, name: &str) -> Result<usize, Refused> {
    let found = unit(feature, name)?;
    let id = feature.units[found].id();
    match feature.units.iter().filter(|unit| unit.id() == id).count() {
        1 => Ok(found),
        times => Err(Refused(format!(
            "{} is there {times} times: delete what is too much, or give it another id, then try again",
            short(id)
        ))),
    }
}

/// The gate with a number, when no other has it.
///
/// # Errors
/// When there is none, or another has that number, too.
pub fn sole_gate(feature: &Feature, number: u32) -> Result<usize, Refused> {
    match feature.gates.iter().filter(|gate| gate.number == number).count() {
        0 | 1 => feature.find_gate(number).ok_or_else(|| Refused(format!("there is no gate {number}"))),
        times => Err(Refused(format!(
            "there are {times} gates with the number {number}: give each its own in the text of PLAN.md, then try again"
        ))),
    }
}

/// The value that a form's field means: nothing when it is empty.
pub fn value_of_field(ty: Type, field: &str) -> Option<Value> {
    let text = field.trim();
    if text.is_empty() {
        return None;
    }
    let number = || specfuse_core::number::parse(text).is_some_and(f64::is_finite);
    Some(match ty {
        Type::Bool if text == "true" || text == "false" => Value::Bool(text == "true"),
        // As typed: `1.50` stays `1.50`.
        Type::Int(_) | Type::Number(_) if number() => Value::Raw(text.to_owned()),
        Type::Texts => {
            Value::Texts(text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect())
        }
        // A block ends with its line.
        _ if text.contains('\n') => Value::Text(field.trim_start_matches('\n').to_owned()),
        _ => Value::Text(text.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> String {
        format!("FEAT-2026-0001/{name}")
    }

    fn connect(first: &str, then: &str) -> Command {
        Command::Connect { first: id(first), then: id(then) }
    }

    fn plan(document: &Document) -> String {
        let path = specfuse_core::example::folder().join("PLAN.md").unwrap();
        document.tree().text(&path).unwrap().to_string()
    }

    #[test]
    fn connecting_is_one_line_and_one_step() {
        let mut document = Document::example();
        let before = plan(&document);
        let label = document.perform(&connect("T02", "T03")).unwrap();
        assert_eq!(label.as_deref(), Some("T03 waits for T02"));
        let after = plan(&document);
        let changed: Vec<_> = before.lines().zip(after.lines()).filter(|(a, b)| a != b).collect();
        assert_eq!(changed.len(), 1, "{changed:?}");
        let back = Command::Disconnect { first: id("T02"), then: id("T03") };
        document.perform(&back).unwrap();
        assert_eq!(plan(&document), before);
        document.undo();
        assert_eq!(plan(&document), after);
        document.undo();
        assert!(!document.is_changed());
    }

    #[test]
    fn a_circle_is_refused_with_its_path() {
        let mut document = Document::example();
        let Refused(why) = document.perform(&connect("T02", "T01")).unwrap_err();
        for name in ["T01", "T02"] {
            assert!(why.contains(&id(name)), "{why}");
        }
        assert!(document.perform(&connect("T01", "T01")).is_err());
        assert!(document.perform(&connect("T04", "T01")).is_err(), "of a later gate");
        assert!(document.perform(&connect("T99", "T01")).is_err());
        assert!(!document.is_changed());
    }

    #[test]
    fn numbers_stay_as_they_were_typed() {
        let number = |text| value_of_field(Type::Number(0.0), text);
        assert_eq!(number(" 1.50 "), Some(Value::Raw("1.50".into())));
        assert_eq!(number("much"), Some(Value::Text("much".into())));
        assert_eq!(number(""), None);
        let lines = value_of_field(Type::Texts, "a\n\n b ");
        assert_eq!(lines, Some(Value::Texts(vec!["a".into(), "b".into()])));
    }
}
