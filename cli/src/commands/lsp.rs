//! `lsp`: a language server on standard input and output, until the editor says goodbye.

use crate::args::LspArgs;
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::lsp;

/// Serves. Exit 0 after the editor's `shutdown`, 1 when it went away without one.
///
/// # Errors
/// When the editor can no longer be written to.
pub fn run(_: &LspArgs) -> Result<ExitCode> {
    let said_goodbye = lsp::serve()?;
    Ok(if said_goodbye { ExitCode::Complete } else { ExitCode::Stopped })
}
