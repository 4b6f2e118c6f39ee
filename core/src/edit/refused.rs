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
    /// A section cannot be given this text here.
    Section {
        /// Its name.
        name: String,
    },
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
            Section { name } => write!(
                f,
                "the section {name} cannot hold this text here: a line of it opens another section, or a code fence is left open"
            ),
            Value { key } => write!(f, "this is no value that `{key}` could be written with"),
        }
    }
}

impl std::error::Error for EditRefused {}
