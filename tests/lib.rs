//! What the whole-program tests share: where the checkout is, and the programs built from it.

pub mod corpus;
pub mod laws;
pub mod sample;
pub mod scene;
pub mod world;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// The top of the checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(PathBuf::from).unwrap_or_default()
}

/// The folder of programs that were just built from this checkout. Without it they are built here.
const PROGRAMS: &str = "SPECFUSE_PROGRAMS";

/// The program `name` of the package `specfuse-loop`, built from this checkout once per test run.
///
/// # Panics
/// When it does not build, with cargo's words.
pub fn program(name: &str) -> PathBuf {
    static BUILT: OnceLock<Vec<PathBuf>> = OnceLock::new();
    let programs = BUILT.get_or_init(build);
    let found = programs.iter().find(|path| path.file_stem().is_some_and(|stem| stem == name));
    found.unwrap_or_else(|| panic!("specfuse-loop has no program `{name}`")).clone()
}

fn build() -> Vec<PathBuf> {
    if let Some(folder) = env::var_os(PROGRAMS) {
        let files = fs::read_dir(&folder).unwrap_or_else(|why| panic!("{PROGRAMS}={folder:?}: {why}"));
        return files.flatten().map(|file| file.path()).filter(|path| is_program(path)).collect();
    }
    let output = cargo(&["build", "--package", "specfuse-loop", "--bins", "--message-format=json"]);
    text(&output).lines().filter_map(executable).collect()
}

fn is_program(path: &Path) -> bool {
    path.is_file() && path.extension().is_none_or(|extension| extension == "exe")
}

/// The program a line of cargo's JSON messages speaks of.
fn executable(line: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    Some(PathBuf::from(message.get("executable")?.as_str()?))
}

/// Runs cargo at the top of the checkout and returns what it said.
///
/// # Panics
/// When cargo cannot be started or fails, with its words.
pub fn cargo(args: &[&str]) -> Output {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    run(Command::new(cargo).args(args))
}

/// Runs git at the top of the checkout and returns what it said.
///
/// # Panics
/// When git cannot be started or fails, with its words.
pub fn git(args: &[&str]) -> Output {
    run(Command::new("git").args(args))
}

fn run(command: &mut Command) -> Output {
    let output = command.current_dir(root()).output();
    let output = output.unwrap_or_else(|why| panic!("{command:?} could not be started: {why}"));
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed:\n{words}");
    output
}

/// What a program wrote, as text.
pub fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}
