//! `demo`: runs the bundled example, two gates and all, on a scratch repository with the scripted agent: with lanes,
//! and with a driver that is killed and started again. No key, no network, no set-up.

use crate::args::DemoArgs;
use crate::commands;
use crate::demo::FIRST_OF_T04;
use crate::error::{Error, Kind, Result};
use crate::exit_code::ExitCode;
use crate::scratch;
use specfuse_core::example;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// How often it is looked whether the session that is to be cut short has begun its work.
const LOOK: Duration = Duration::from_millis(20);

/// Runs the demo and says where its result is.
///
/// # Errors
/// When the scratch repository cannot be made, or a step does not end as it should.
pub fn run(args: &DemoArgs) -> Result<ExitCode> {
    let dir = scratch::folder("demo", args.dir.as_deref())?;
    let stage = Stage { own: &scratch::own()?, dir: &dir };
    scratch::make(&dir, &example::tree(), &scratch::agent_config(stage.own, &["--paced"]))?;
    say(&format!("A scratch repository with a plan of two gates is in {}\n", dir.display()));
    stage.step("Find mistakes before they cost money", &["lint", example::FOLDER, "--format", "short"])?;
    stage.step("Look at the plan", &["plan"])?;
    gate_in_lanes(&stage)?;
    stage.step("Gate 2 was drafted: what needs a person?", &["status"])?;
    stage.step("Read the drafts, then arm gate 2", &["arm", "2"])?;
    gate_with_a_kill(&stage)?;
    let log = scratch::git(&dir, &["log", "--oneline", "--reverse"])?;
    say(&format!("\n━━ git log\n\n{log}"));
    say(&format!(
        "\nThe result is in {}: one commit a unit, and the whole story in\n{}.\n",
        dir.display(),
        dir.join(example::FOLDER).join("events.jsonl").display()
    ));
    Ok(ExitCode::Complete)
}

fn gate_in_lanes(stage: &Stage) -> Result<()> {
    stage.step(
        "Run gate 1 in two lanes: one unit fails first, then two run at the same time",
        &["run", "--lanes", "2"],
    )?;
    say(
        "\n   T02 and T03 wait for T01 only. Their sessions ran beside each other, each in a work tree of its own,\n   \
         and the work of the second to finish was verified again, together with that of the first.",
    );
    Ok(())
}

fn gate_with_a_kill(stage: &Stage) -> Result<()> {
    stage.step_that_is_killed(
        "Run gate 2, and kill the driver in the middle of a session",
        &["run"],
        FIRST_OF_T04,
    )?;
    say(&format!(
        "\n   That was `kill -9`: the driver is gone. T04's session is still at work and has written {FIRST_OF_T04}, but\n   \
         not its test. Nobody tidies up."
    ));
    stage.step("Run again: the driver goes on where the other one was, to the verdict", &["run"])?;
    say(
        "\n   The driver read its journal, ended the session that was left over, kept its half-done work, put the tree\n   \
         back and tried again. The interrupted attempt was not counted. What it had done can still be seen:",
    );
    stage.step("Look at the attempts of T04", &["attempts", "T04"])
}

fn say(text: &str) {
    commands::print(&format!("{text}\n"));
}

/// This program, run in the scratch repository in front of the person.
struct Stage<'a> {
    own: &'a Path,
    dir: &'a Path,
}

impl Stage<'_> {
    fn command(&self, title: &str, args: &[&str]) -> Command {
        say(&format!("\n━━ {title}\n   $ specfuse-loop {}\n", args.join(" ")));
        let mut command = Command::new(self.own);
        command.args(args).current_dir(self.dir).envs(scratch::sealed());
        command
    }

    fn refused(&self, e: std::io::Error) -> Error {
        Error::io(format_args!("run {}", self.own.display()), e)
    }

    fn step(&self, title: &str, args: &[&str]) -> Result<()> {
        let status = self.command(title, args).status().map_err(|e| self.refused(e))?;
        if status.success() { Ok(()) } else { Err(self.failed(args, &format!("ended with {status}"))) }
    }

    /// Runs as [`Stage::step`] does, and kills the program (SIGKILL) as soon as `file` is there.
    fn step_that_is_killed(&self, title: &str, args: &[&str], file: &str) -> Result<()> {
        // A killed program leaves half-drawn lines on a terminal; it draws none there.
        let child = self.command(title, args).env("TERM", "dumb").spawn();
        let mut child = child.map_err(|e| self.refused(e))?;
        while !self.dir.join(file).exists() {
            if let Some(status) = child.try_wait().map_err(|e| self.refused(e))? {
                return Err(self.failed(args, &format!("ended with {status} before it could be killed")));
            }
            std::thread::sleep(LOOK);
        }
        child.kill().and_then(|()| child.wait()).map_err(|e| self.refused(e))?;
        Ok(())
    }

    fn failed(&self, args: &[&str], how: &str) -> Error {
        Error::new(Kind::Program, format!("`specfuse-loop {}` {how}", args.join(" ")))
            .hint(format!("look into {}", self.dir.display()))
    }
}
