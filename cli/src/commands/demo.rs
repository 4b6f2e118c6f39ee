//! `demo`: runs the bundled example, two gates and all, on a scratch repository with the scripted
//! agent. No key, no network, no set-up.

use crate::args::DemoArgs;
use crate::commands;
use crate::error::{Error, Kind, Result};
use crate::exit_code::ExitCode;
use crate::scratch;
use specfuse_core::example;
use std::path::Path;

/// Runs the demo and says where its result is.
///
/// # Errors
/// When the scratch repository cannot be made, or a step does not end as it should.
pub fn run(args: &DemoArgs) -> Result<ExitCode> {
    let dir = scratch::folder("demo", args.dir.as_deref())?;
    let own = scratch::own()?;
    scratch::make(&dir, &example::tree(), &scratch::agent_config(&own, None))?;
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
    let log = scratch::git(&dir, &["log", "--oneline", "--reverse"])?;
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

/// Runs this program in the scratch repository, in front of the person.
fn step(dir: &Path, own: &Path, title: &str, args: &[&str]) -> Result<()> {
    say(&format!("\n━━ {title}\n   $ specfuse-loop {}\n", args.join(" ")));
    let status = std::process::Command::new(own).args(args).current_dir(dir).envs(scratch::sealed()).status();
    let status = status.map_err(|e| Error::io(format_args!("run {}", own.display()), e))?;
    if status.success() {
        return Ok(());
    }
    Err(Error::new(Kind::Program, format!("`specfuse-loop {}` ended with {status}", args.join(" ")))
        .hint(format!("look into {}", dir.display())))
}
