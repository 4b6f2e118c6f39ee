//! Expected failures as values: what kind, what happened, what to do, and the exit code. They are
//! rendered in one place, [`Error::render`].

use crate::exit_code::ExitCode;
use crate::report::printable;
use std::fmt;

/// What an [`Error`] is about; it decides the exit code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The command line is wrong.
    Usage,
    /// `.specfuse/config` or another setting is wrong.
    Config,
    /// There is no plan where one was looked for.
    NotFound,
    /// The git repository cannot be used as it stands.
    Repository,
    /// Another driver holds the lock.
    Locked,
    /// A file changed on disk after it was read.
    ChangedMeanwhile,
    /// A path would leave the repository.
    Outside,
    /// A program that is needed is not there or cannot be run.
    Program,
    /// A git hook refused a commit.
    Hook,
    /// A commit was asked for and nothing differs.
    NothingToCommit,
    /// The system refused to read or write.
    Io,
}

impl Kind {
    /// The exit code of a command that ends with this kind of failure.
    pub fn exit_code(self) -> ExitCode {
        match self {
            Kind::Usage | Kind::Config | Kind::NotFound => ExitCode::Usage,
            _ => ExitCode::Stopped,
        }
    }
}

/// An expected failure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Error {
    /// What it is about.
    pub kind: Kind,
    /// What happened, in one sentence without a final full stop.
    pub message: String,
    /// What to do about it, as an order.
    pub hint: Option<String>,
}

/// The result of everything here that can fail in an expected way.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A failure without a hint.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Error { kind, message: message.into(), hint: None }
    }

    /// The same failure with what to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The system's refusal to do `what`: "cannot <what>: <reason>".
    pub fn io(what: impl fmt::Display, cause: impl fmt::Display) -> Self {
        Error::new(Kind::Io, format!("cannot {what}: {cause}"))
    }

    /// The words for a person: `error: …`, then `hint: …` when there is one; each line ends, and none
    /// holds what could steer a terminal.
    pub fn render(&self) -> String {
        let hint = self.hint.iter().map(|hint| format!("hint: {hint}\n"));
        let words: String = std::iter::once(format!("error: {}\n", self.message)).chain(hint).collect();
        words.lines().map(|line| printable(line) + "\n").collect()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_to_do() {
        let error = Error::new(Kind::Locked, "held by 12").hint("wait for it");
        assert_eq!(error.render(), "error: held by 12\nhint: wait for it\n");
        let odd = Error::new(Kind::Usage, "no \u{1b}[2J in\na name");
        assert_eq!(odd.render(), "error: no \u{fffd}[2J in\na name\n");
        assert_eq!(error.kind.exit_code(), ExitCode::Stopped);
        assert_eq!(Kind::Usage.exit_code() as u8, 2);
    }
}
