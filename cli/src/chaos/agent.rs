//! The sessions of a plan of `chaos`, played by this program in the place of an agent.

use crate::commands;
use crate::demo;
use crate::error::{Error, Kind, Result};
use crate::exit_code::ExitCode;
use crate::load;
use serde::{Deserialize, Serialize};
use specfuse_core::parse;
use specfuse_core::path::RelPath;
use specfuse_core::simulate::{Play, Random, Script, session};
use std::path::Path;
use std::time::Duration;

/// What the agent is told in a file: of which feature it plays the sessions, and how they go.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Sessions {
    /// The feature's folder.
    pub folder: String,
    /// How its sessions go.
    pub script: Script,
}

/// Plays the session of `unit` in the current folder as the sessions in `file` have it.
///
/// # Errors
/// When they cannot be read or the plan does not know the unit, or a file cannot be written.
pub(crate) fn agent(file: &Path, unit: &str, attempt: u32, paced: bool) -> Result<ExitCode> {
    let refused = |e| Error::io(format_args!("read {}", file.display()), e);
    let text = std::fs::read(file).map_err(refused)?;
    let sessions: Sessions = serde_json::from_slice(&text).map_err(|e| refused(e.into()))?;
    let loaded = load::load(Path::new("."))?;
    let folder = RelPath::new(&sessions.folder).map_err(|e| Error::io("name the folder", e))?;
    let feature = parse::feature(&loaded.tree, &folder);
    let found = feature.find_unit(unit).map(|at| &feature.units[at]);
    let found = found.ok_or_else(|| Error::new(Kind::NotFound, format!("the plan has no unit {unit:?}")))?;
    let turn = sessions.script.turn(unit, (attempt as usize).saturating_sub(1));
    let played = session::played(&loaded.tree, &feature, found, attempt, turn);
    let crashes = turn.play == Play::Crashes;
    let half = played.files.len() / 2;
    let count = if crashes { half } else { played.files.len() };
    for (at, (path, text)) in played.files[..count].iter().enumerate() {
        if paced && at == half {
            std::thread::sleep(pause(unit, attempt));
        }
        demo::write(path.as_str(), text)?;
    }
    if crashes {
        return Ok(ExitCode::Stopped);
    }
    let tokens = [played.usage.input_tokens, played.usage.output_tokens].map(Option::unwrap_or_default);
    commands::print(&demo::answer(&played.text(), played.usage.cost_usd, tokens));
    Ok(ExitCode::Complete)
}

/// How long a paced session waits in the midst of its work: another time for each attempt, so that sessions that run
/// beside each other end in many orders.
fn pause(unit: &str, attempt: u32) -> Duration {
    let seed =
        unit.bytes().fold(u64::from(attempt), |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    Duration::from_millis(10 + Random::new(seed).below(60) as u64)
}
