//! The sessions of a generated plan, played by this program in the place of an agent.

use crate::commands;
use crate::demo;
use crate::error::{Error, Kind, Result};
use crate::exit_code::ExitCode;
use crate::load;
use specfuse_core::parse;
use specfuse_core::path::RelPath;
use specfuse_core::simulate::{Case, Play, session, sketch};
use std::path::Path;

/// Plays the session of `unit` in the current folder as the case in `file` has it.
///
/// # Errors
/// When the case cannot be read or does not know the unit, or a file cannot be written.
pub(crate) fn agent(file: &Path, unit: &str, attempt: u32) -> Result<ExitCode> {
    let refused = |e| Error::io(format_args!("read {}", file.display()), e);
    let text = std::fs::read(file).map_err(refused)?;
    let case: Case = serde_json::from_slice(&text).map_err(|e| refused(e.into()))?;
    let loaded = load::load(Path::new("."))?;
    let folder = RelPath::new(sketch::FOLDER).map_err(|e| Error::io("name the folder", e))?;
    let feature = parse::feature(&loaded.tree, &folder);
    let found = feature.find_unit(unit).map(|at| &feature.units[at]);
    let found = found.ok_or_else(|| Error::new(Kind::NotFound, format!("the plan has no unit {unit:?}")))?;
    let turn = case.script.turn(unit, (attempt as usize).saturating_sub(1));
    let played = session::played(&loaded.tree, &feature, found, attempt, turn);
    let crashes = turn.play == Play::Crashes;
    let count = if crashes { played.files.len() / 2 } else { played.files.len() };
    for (path, text) in &played.files[..count] {
        let path = Path::new(path.as_str());
        let refused = |e| Error::io(format_args!("write {}", path.display()), e);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(refused)?;
        }
        std::fs::write(path, text).map_err(refused)?;
    }
    if crashes {
        return Ok(ExitCode::Stopped);
    }
    let tokens = [played.usage.input_tokens, played.usage.output_tokens].map(Option::unwrap_or_default);
    commands::print(&demo::answer(&played.text, played.usage.cost_usd, tokens));
    Ok(ExitCode::Complete)
}
