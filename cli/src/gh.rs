//! GitHub, through its own command line program `gh`: issues and their labels. Nothing is pushed, no
//! pull request opened.

use crate::error::{Error, Kind, Result};
use crate::process::{self, Command};
use crate::{env, report};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// How long one call may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The label of an issue that a feature was made from.
pub const FEATURE: &str = "specfuse:feature";
/// The label of one that can be run.
pub const READY: &str = "state:ready";
/// The label of one that was run.
pub const IN_PROGRESS: &str = "state:in-progress";
/// The label of one that waits for a person.
pub const NEEDS_HUMAN: &str = "needs-human";

/// Each label with its colour and what it says.
const LABELS: [(&str, &str, &str); 4] = [
    (FEATURE, "1d76db", "A Specfuse feature was made from this"),
    (READY, "0e8a16", "Planned, and not begun"),
    (IN_PROGRESS, "fbca04", "Its feature has been run"),
    (NEEDS_HUMAN, "d93f0b", "Its last run stopped for a person"),
];

/// An issue.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Issue {
    /// Its title.
    pub title: String,
    /// Its text.
    #[serde(default)]
    pub body: String,
    /// Where it is.
    pub url: String,
    /// `OPEN` or `CLOSED`.
    #[serde(default)]
    pub state: String,
}

/// Whether `gh` is on the path.
pub fn is_there(root: &Path) -> bool {
    env::find_program("gh", root).is_some()
}

/// Runs `gh` with `args` at `root`; what it printed.
fn run(root: &Path, args: &[&str]) -> Result<String> {
    if !is_there(root) {
        return Err(Error::new(Kind::Program, "`gh`, GitHub's command line program, is not here").hint(
            "install it from https://cli.github.com and run `gh auth login`; without it: specfuse-loop new TITLE --goal …",
        ));
    }
    let mut command = Command::new(std::iter::once("gh").chain(args.iter().copied()), root);
    command.limit = Some(PATIENCE);
    command.env.insert("GH_PROMPT_DISABLED".into(), Some("1".into()));
    let done = process::run(&command, &AtomicBool::new(false), |_| Ok(()))?;
    if done.end.success() {
        return Ok(String::from_utf8_lossy(&done.stdout.bytes).into_owned());
    }
    let words = String::from_utf8_lossy(&done.stderr.bytes).trim().to_owned();
    let words = if words.is_empty() { format!("it ended with {:?}", done.end) } else { words };
    Err(Error::new(Kind::Program, format!("`gh {}` failed: {}", args.join(" "), report::printable(&words)))
        .hint("`gh auth status` says whether you are logged in"))
}

/// The issue that `name` means: a number, or where it is.
///
/// # Errors
/// When `gh` is not there, fails, or answers with something else than an issue.
pub fn issue(root: &Path, name: &str) -> Result<Issue> {
    let said = run(root, &["issue", "view", name, "--json", "title,body,url,state"])?;
    serde_json::from_str(&said)
        .map_err(|e| Error::new(Kind::Program, format!("`gh` answered with something that is no issue: {e}")))
}

/// Makes the labels that the repository does not have. Those it has stay as they are.
///
/// # Errors
/// When `gh` fails.
pub fn make_labels(root: &Path) -> Result<()> {
    #[derive(Deserialize)]
    struct Label {
        name: String,
    }
    let said = run(root, &["label", "list", "--json", "name", "--limit", "1000"])?;
    let there: Vec<Label> = serde_json::from_str(&said).unwrap_or_default();
    let there: BTreeSet<&str> = there.iter().map(|label| label.name.as_str()).collect();
    for (name, colour, what) in LABELS.iter().filter(|(name, ..)| !there.contains(name)) {
        run(root, &["label", "create", name, "--color", colour, "--description", what])?;
    }
    Ok(())
}

/// Gives the issue at `url` some labels, and takes others away.
///
/// # Errors
/// When `gh` is not there or fails.
pub fn relabel(root: &Path, url: &str, add: &[&str], remove: &[&str]) -> Result<()> {
    let (add, remove) = (add.join(","), remove.join(","));
    let mut args = vec!["issue", "edit", url];
    for (option, labels) in [("--add-label", &add), ("--remove-label", &remove)] {
        if !labels.is_empty() {
            args.extend([option, labels]);
        }
    }
    run(root, &args).map(drop)
}

/// Opens an issue in the repository at `root`; where it is.
///
/// # Errors
/// When `gh` is not there or fails.
pub fn open_issue(root: &Path, title: &str, body: &str) -> Result<String> {
    run(root, &["issue", "create", "--title", title, "--body", body]).map(|said| said.trim().to_owned())
}

/// Whether `url` is that of an issue on GitHub.
pub fn is_issue(url: &str) -> bool {
    let Some(path) = url.strip_prefix("https://github.com/") else { return false };
    let parts: Vec<&str> = path.split('/').collect();
    matches!(parts[..], [owner, name, "issues", number]
        if !owner.is_empty() && !name.is_empty() && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_issue_is_one() {
        assert!(is_issue("https://github.com/o/r/issues/5"));
        for other in [
            "https://github.com/o/r/pull/5",
            "https://github.com/o/r/issues/",
            "http://x/o/r/issues/5",
            "--web",
        ] {
            assert!(!is_issue(other), "{other}");
        }
    }
}
