//! Why an action cannot be done, in words for the person who wanted it.

use crate::path::RelPath;
use std::fmt;

/// Why an action was refused. Displayed, it is a sentence that says what to do instead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EditRefused {
    /// The file is not there as text.
    NoFile(RelPath),
    /// The text is too broken, at this key, to be changed without harm.
    Unreadable {
        /// The key that could not be placed.
        key: String,
    },
    /// The feature has no plan, or the plan no task graph.
    NoGraph,
    /// There is no such gate.
    NoGate,
    /// There is no such unit.
    NoUnit,
    /// A text to be pasted holds no unit.
    NoClip,
    /// A unit cannot wait for itself.
    SelfDependency(String),
    /// A dependency that is no unit of this feature.
    UnknownDependency(String),
    /// A unit cannot wait for one of a later gate: its own gate could never finish.
    LaterGate {
        /// The unit that would wait.
        unit: String,
        /// The unit that it would wait for.
        dependency: String,
    },
    /// The edge would close this circle: each waits for the next, the last for the first.
    Cycle(Vec<String>),
    /// Another unit has this id.
    IdTaken(String),
    /// A copy of a closing unit for a gate that has this one, of the same kind.
    Closes(String),
    /// This is no unit id of this feature.
    BadId(String),
    /// All numbers are in use.
    NoFreeId,
    /// Another file has this path.
    FileTaken(RelPath),
    /// This is no name for a file in the feature's folder.
    BadFile(String),
    /// A step between statuses that is not legal.
    Step {
        /// What would change: a unit's id, a gate, a feature.
        what: String,
        /// Where it stands.
        from: String,
        /// Where it should go.
        to: String,
    },
    /// A gate whose arming cannot be taken back.
    Disarm {
        /// Its number.
        gate: u32,
        /// Why not.
        why: String,
    },
    /// A gate that cannot be armed.
    Arm {
        /// Its number.
        gate: u32,
        /// Why not, to follow "because".
        why: String,
    },
    /// A unit that stopped on a repeated failure, which nobody has reproduced.
    NotReproduced(String),
    /// The roadmap has no table with a `Feature ID` column, or a broken one.
    NoTable,
    /// The roadmap has no row for this feature.
    NoRow(String),
    /// Neither roadmap nor archive has a section for this feature.
    NoSection(String),
    /// Only a feature that is done or abandoned goes to the archive.
    NotFinished(String),
    /// A section cannot be given this text here.
    Section {
        /// Its name.
        name: String,
    },
    /// A value that cannot be left out.
    Blank {
        /// The key it was for.
        key: String,
    },
    /// A title that a heading would not read as it is.
    Title,
    /// A value that cannot be written: not a finite number, or a broken piece of YAML.
    Value {
        /// The key it was for.
        key: String,
    },
}

impl fmt::Display for EditRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use EditRefused::*;
        match self {
            NoFile(path) => write!(f, "{path} is not there as text"),
            Unreadable { key } => write!(
                f,
                "`{key}` cannot be changed here without breaking what is around it; mend the errors in this file first"
            ),
            NoGraph => write!(f, "PLAN.md has no task graph; add a fenced yaml block with `gates:`"),
            NoGate => write!(f, "there is no such gate"),
            NoUnit => write!(f, "there is no such unit"),
            NoClip => write!(
                f,
                "this text holds no unit; copy units in the graph, or the whole text of a unit's file"
            ),
            SelfDependency(id) => write!(f, "{id} cannot wait for itself"),
            UnknownDependency(id) => write!(f, "{id} is no unit of this feature"),
            LaterGate { unit, dependency } => write!(
                f,
                "{unit} cannot wait for {dependency}, which belongs to a later gate: its own gate would never finish"
            ),
            Cycle(path) => {
                let first = path.first().map_or("", String::as_str);
                write!(f, "this would close a circle: {} → {first}", path.join(" → "))
            }
            IdTaken(id) => write!(f, "{id} is taken by another unit"),
            Closes(id) => write!(
                f,
                "{id} is there already, and a gate has one closing unit of each kind; paste into a gate without one, or change {id} itself"
            ),
            BadId(id) => write!(f, "`{id}` is no unit id of this feature; write it like FEAT-2026-0001/T01"),
            NoFreeId => write!(f, "every number from T01 to T99 is in use"),
            FileTaken(path) => write!(f, "{path} is there already; choose another name"),
            BadFile(name) => write!(f, "`{name}` is no name for a file in the feature's folder"),
            Step { what, from, to } => write!(f, "{what} is `{from}` and cannot become `{to}` from there"),
            Disarm { gate, why } => write!(f, "the arming of gate {gate} cannot be taken back: {why}"),
            Arm { gate, why } => write!(f, "gate {gate} cannot be armed: {why}"),
            NotReproduced(id) => write!(
                f,
                "{id} stopped on the same failure twice; reproduce it first (--reproduced), or say --override"
            ),
            NoTable => write!(f, "the roadmap has no table with a `Feature ID` column that can be changed"),
            NoRow(id) => write!(f, "the roadmap has no row for {id}"),
            NoSection(id) => write!(f, "the roadmap has no section for {id}"),
            NotFinished(id) => write!(f, "{id} is neither done nor abandoned in the roadmap"),
            Section { name } => write!(
                f,
                "the section {name} cannot hold this text here: a line of it opens another section, or a code fence is left open"
            ),
            Blank { key } => write!(f, "`{key}` cannot be empty"),
            Title => write!(f, "a title is some words that do not end in ` #`, which closes a heading"),
            Value { key } => write!(f, "this is no value that `{key}` could be written with"),
        }
    }
}

impl std::error::Error for EditRefused {}
