//! The exit codes of every command, in one table: help and the reference page are made from it.

use std::fmt::Write;

/// Every exit code with its meaning.
pub const TABLE: &[(ExitCode, &str)] = &[
    (ExitCode::Complete, "complete: everything that was asked for is done"),
    (
        ExitCode::Stopped,
        "stopped: a person has to look or decide; for `lint` and `validate`, something was found",
    ),
    (ExitCode::Usage, "not armed, or the command line or configuration is wrong; nothing was changed"),
    (
        ExitCode::Restart,
        "restart needed: kept for scripts that know it from the Python driver; nothing ends with it here",
    ),
];

/// The table as a section of the help.
pub fn help() -> String {
    let mut out = String::from("Exit codes:\n");
    for (code, meaning) in TABLE {
        let _ = writeln!(out, "  {}  {meaning}", *code as u8);
    }
    out
}

/// How a command ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum ExitCode {
    /// Everything that was asked for is done.
    Complete = 0,
    /// Stopped; a person has to look or decide.
    Stopped = 1,
    /// Nothing was done: drafts wait for a person to arm them, or the usage is wrong.
    Usage = 2,
    /// It has to be started again. Only the Python driver, which replaces itself, ends with this.
    Restart = 3,
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        std::process::ExitCode::from(code as u8)
    }
}

/// The exit code of a finished command; a failure is shown on standard error first.
pub fn of(result: Result<ExitCode, crate::error::Error>) -> std::process::ExitCode {
    let code = result.unwrap_or_else(|error| {
        eprint!("{}", error.render());
        error.kind.exit_code()
    });
    code.into()
}
