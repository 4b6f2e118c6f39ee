//! `demo`: runs the bundled example, two gates and all, on a scratch repository with the scripted
//! agent. No key, no network, no set-up.

use crate::args::DemoArgs;
use crate::commands;
use crate::error::{Error, Kind, Result};
use crate::exit_code::ExitCode;
use crate::process::{self, Command};
use crate::store;
use specfuse_core::example;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// Runs the demo and says where its result is.
///
/// # Errors
/// When the scratch repository cannot be made, or a step does not end as it should.
pub fn run(args: &DemoArgs) -> Result<ExitCode> {
    let dir = scratch(args.dir.as_deref())?;
    let own = std::env::current_exe().map_err(|e| Error::io("find this program", e))?;
    make_repository(&dir, &own)?;
    say(&format!("A scratch repository with a plan of two gates is in {}\n", dir.display()));
    step(
        &dir,
        &own,
        "Find mistakes before they cost money",
        &["lint", example::FOLDER, "--format", "short"],
    )?;
    step(&dir, &own, "Look at the plan", &["plan"])?;
    step(&dir, &own, "Run gate 1: one unit fails first, and the gate closes itself", &["run"])?;
    step(&dir, &own, "Gate 2 was drafted: what needs a person?", &["status"])?;
    step(&dir, &own, "Read the drafts, then arm gate 2", &["arm", "2"])?;
    step(&dir, &own, "Run gate 2, to the verdict", &["run"])?;
    let log = git(&dir, &["log", "--oneline", "--reverse"])?;
    say(&format!("\n━━ git log\n\n{log}"));
    say(&format!(
        "\nThe result is in {}: one commit a unit, and the whole story in\n{}.\n",
        dir.display(),
        dir.join(example::FOLDER).join("events.jsonl").display()
    ));
    Ok(ExitCode::Complete)
}

fn say(text: &str) {
    commands::print(&format!("{text}\n"));
}

/// The folder for the repository: a new one, or one that the person named and that is empty.
fn scratch(named: Option<&Path>) -> Result<PathBuf> {
    let dir = match named {
        Some(dir) => dir.to_owned(),
        None => std::env::temp_dir().join(format!("specfuse-demo-{}", std::process::id())),
    };
    let refused = |e| Error::io(format_args!("make {}", dir.display()), e);
    std::fs::create_dir_all(&dir).map_err(refused)?;
    if std::fs::read_dir(&dir).map_err(refused)?.next().is_some() {
        return Err(Error::new(Kind::Usage, format!("{} is not empty", dir.display()))
            .hint("name another folder with --dir"));
    }
    std::fs::canonicalize(&dir).map_err(refused)
}

fn make_repository(dir: &Path, own: &Path) -> Result<()> {
    for (path, entry) in example::tree().iter() {
        let specfuse_core::tree::Entry::Text(text) = entry else { continue };
        let file = dir.join(path.as_str());
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|e| Error::io(format_args!("make {}", folder.display()), e))?;
        }
        store::write_atomically(&file, text.as_bytes())?;
    }
    let config = dir.join(".specfuse/config");
    let old = std::fs::read_to_string(&config).unwrap_or_default();
    store::write_atomically(&config, format!("{old}{}", agent_config(own)).as_bytes())?;
    for args in [
        &["init", "--quiet", "--initial-branch=main"][..],
        &["config", "user.name", "Specfuse Demo"],
        &["config", "user.email", "demo@specfuse.invalid"],
        &["add", "--all"],
        &["commit", "--quiet", "--message=Start with a plan"],
    ] {
        git(dir, args)?;
    }
    Ok(())
}

/// The adapter that runs the scripted agent of this very program.
fn agent_config(own: &Path) -> String {
    let program = specfuse_core::yaml::quote(&own.to_string_lossy());
    format!(
        "agent: scripted\nagents:\n  scripted:\n    command: [{program}, scripted-agent, \"{{unit_id}}\", \"{{attempt}}\"]\n    output: claude-json\n"
    )
}

/// Runs this program in the scratch repository, in front of the person.
fn step(dir: &Path, own: &Path, title: &str, args: &[&str]) -> Result<()> {
    say(&format!("\n━━ {title}\n   $ specfuse-loop {}\n", args.join(" ")));
    let status = std::process::Command::new(own).args(args).current_dir(dir).envs(sealed()).status();
    let status = status.map_err(|e| Error::io(format_args!("run {}", own.display()), e))?;
    if status.success() {
        return Ok(());
    }
    Err(Error::new(Kind::Program, format!("`specfuse-loop {}` ended with {status}", args.join(" ")))
        .hint(format!("look into {}", dir.display())))
}

fn git(dir: &Path, args: &[&str]) -> Result<String> {
    let mut command = Command::new(std::iter::once("git").chain(args.iter().copied()), dir);
    command.env = sealed().into_iter().map(|(name, value)| (name.to_owned(), Some(value.into()))).collect();
    let done = process::run(&command, &AtomicBool::new(false), |_| Ok(()))?;
    if done.end.success() {
        return Ok(String::from_utf8_lossy(&done.stdout.bytes).into_owned());
    }
    let words = String::from_utf8_lossy(&done.stderr.bytes).trim().to_owned();
    Err(Error::new(Kind::Repository, format!("git {} failed: {words}", args[0])))
}

/// A person's own git settings (hooks, signing) stay out of the demo.
fn sealed() -> [(&'static str, &'static str); 2] {
    [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")]
}
