//! `studio`: the page that draws and edits plans, over this checkout, until Ctrl-C.

use crate::args::StudioArgs;
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::load;
use crate::studio::{self, Site};
use std::path::Path;

/// Serves. Comes back only when it cannot begin.
///
/// # Errors
/// When there is no plan here, no built studio, or no free port.
pub fn run(args: &StudioArgs) -> Result<ExitCode> {
    let site = Site::find(args.site.as_deref())?;
    let root = load::find_root(Path::new("."))?;
    studio::serve(site, root, args.port)?;
    Ok(ExitCode::Complete)
}
