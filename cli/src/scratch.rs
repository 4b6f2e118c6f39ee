//! Scratch repositories, for `demo` and `chaos`: made from a tree in memory, with this very program as their
//! agent, and closed to a person's own git settings.

use crate::error::{Error, Kind, Result};
use crate::process::{self, Command};
use crate::store;
use specfuse_core::tree::{Entry, Tree};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// This program's own file.
///
/// # Errors
/// When the system does not say.
pub fn own() -> Result<PathBuf> {
    std::env::current_exe().map_err(|e| Error::io("find this program", e))
}

/// An empty folder: the one that the person named, or a new one for temporary files.
///
/// # Errors
/// When it cannot be made, or is not empty.
pub fn folder(what: &str, named: Option<&Path>) -> Result<PathBuf> {
    let dir = match named {
        Some(dir) => dir.to_owned(),
        None => std::env::temp_dir().join(format!("specfuse-{what}-{}", std::process::id())),
    };
    let refused = |e| Error::io(format_args!("make {}", dir.display()), e);
    std::fs::create_dir_all(&dir).map_err(refused)?;
    if std::fs::read_dir(&dir).map_err(refused)?.next().is_some() {
        return Err(Error::new(Kind::Usage, format!("{} is not empty", dir.display()))
            .hint("name another folder with --dir"));
    }
    std::fs::canonicalize(&dir).map_err(refused)
}

/// Makes a repository of `tree` in `dir`, with `config` at the end of its configuration, and one commit.
///
/// # Errors
/// When the system or git refuses.
pub fn make(dir: &Path, tree: &Tree, config: &str) -> Result<()> {
    for (path, entry) in tree.iter() {
        let Entry::Text(text) = entry else { continue };
        let file = dir.join(path.as_str());
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|e| Error::io(format_args!("make {}", folder.display()), e))?;
        }
        store::write_atomically(&file, text.as_bytes())?;
    }
    let file = dir.join(".specfuse/config");
    let old = std::fs::read_to_string(&file).unwrap_or_default();
    store::write_atomically(&file, format!("{old}{config}").as_bytes())?;
    for args in [
        &["init", "--quiet", "--initial-branch=main"][..],
        &["config", "user.name", "Specfuse"],
        &["config", "user.email", "scratch@specfuse.invalid"],
        &["add", "--all"],
        &["commit", "--quiet", "--message=Start with a plan"],
    ] {
        git(dir, args)?;
    }
    Ok(())
}

/// The lines of a configuration that make this program's scripted agent the agent, with these options.
pub fn agent_config(own: &Path, options: &[&str]) -> String {
    let options: String =
        options.iter().map(|option| format!(", {}", specfuse_core::yaml::quote(option))).collect();
    format!(
        "agent: scripted\nagents:\n  scripted:\n    command: [{}, scripted-agent, \"{{unit_id}}\", \"{{attempt}}\"{options}]\n    output: claude-json\n",
        specfuse_core::yaml::quote(&own.to_string_lossy())
    )
}

/// Runs git in a scratch repository; what it wrote.
///
/// # Errors
/// When it fails, with its words.
pub fn git(dir: &Path, args: &[&str]) -> Result<String> {
    let mut command = Command::new(std::iter::once("git").chain(args.iter().copied()), dir);
    command.env = sealed().into_iter().map(|(name, value)| (name.to_owned(), Some(value.into()))).collect();
    let done = process::run(&command, &AtomicBool::new(false), |_| Ok(()))?;
    if done.end.success() {
        return Ok(String::from_utf8_lossy(&done.stdout.bytes).into_owned());
    }
    let words = String::from_utf8_lossy(&done.stderr.bytes).trim().to_owned();
    Err(Error::new(Kind::Repository, format!("git {} failed: {words}", args[0])))
}

/// A person's own git settings (hooks, signing) stay out of a scratch repository.
pub fn sealed() -> [(&'static str, &'static str); 2] {
    [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")]
}
