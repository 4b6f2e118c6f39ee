//! A sealed world for whole-program tests: a temporary repository, a home of its own, a cleared
//! environment, a fixed identity and a fixed time.

use crate::program;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The time that every timestamp shows.
pub const NOW: &str = "2026-03-04T05:06:07.000008Z";

/// A repository and a home that vanish together.
#[derive(Debug)]
pub struct World {
    /// The repository's top; the current folder of every command.
    pub root: PathBuf,
    /// The home folder of every command; holds nothing of the person who runs the tests.
    pub home: PathBuf,
    variables: Vec<(OsString, OsString)>,
    _dir: TempDir,
}

/// What a command came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Output {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to its standard output, where bytes that are not UTF-8 are replaced.
    pub stdout: String,
    /// What it wrote to its standard error, likewise.
    pub stderr: String,
}

impl World {
    /// An empty folder that is no repository.
    pub fn empty() -> World {
        let dir = TempDir::new().expect("a temporary folder can be made");
        let top = fs::canonicalize(dir.path()).expect("the folder was just made");
        let (root, home) = (top.join("repository"), top.join("home"));
        fs::create_dir(&root).expect("the folder is empty");
        fs::create_dir(&home).expect("the folder is empty");
        World { root, home, variables: Vec::new(), _dir: dir }
    }

    /// A fresh git repository on branch `main`, without a commit.
    pub fn repository() -> World {
        let world = World::empty();
        world.git(["init", "--quiet", "--initial-branch=main"]);
        world
    }

    /// Sets a variable for every later command.
    pub fn set(&mut self, name: impl Into<OsString>, value: impl Into<OsString>) {
        self.variables.push((name.into(), value.into()));
    }

    /// Where `path` of the repository is on disk.
    pub fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }

    /// Writes a file of the repository, with the folders above it.
    pub fn write(&self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        let path = self.at(path);
        let folder = path.parent().expect("a file lies in a folder");
        fs::create_dir_all(folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
        fs::write(&path, content).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    }

    /// The text of a file of the repository.
    ///
    /// # Panics
    /// When it is not there, or no text.
    pub fn read(&self, path: impl AsRef<Path>) -> String {
        let path = self.at(path);
        fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
    }

    /// `program` in this world: cleared environment, the repository as the current folder, nothing
    /// to read on standard input.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env_clear().stdin(Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", &self.home).env("TZ", "UTC").env("LC_ALL", "C.UTF-8");
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_TERMINAL_PROMPT", "0");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "A Person");
            command.env(format!("GIT_{who}_EMAIL"), "person@example.org");
            command.env(format!("GIT_{who}_DATE"), NOW.replace(".000008", ""));
        }
        command.env("SPECFUSE_TEST_NOW", NOW);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs `specfuse-loop` here.
    pub fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Output {
        Output::of(self.command(program("specfuse-loop")).args(args))
    }

    /// Runs `specfuse-lint` here.
    pub fn lint<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Output {
        Output::of(self.command(program("specfuse-lint")).args(args))
    }

    /// Runs git here and answers what it wrote.
    ///
    /// # Panics
    /// When it fails, with its words.
    pub fn git<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> String {
        let mut command = self.command("git");
        let output = Output::of(command.args(args));
        assert_eq!(output.code, Some(0), "{command:?}: {}", output.stderr);
        output.stdout
    }
}

impl Output {
    /// Runs `command` to its end.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn of(command: &mut Command) -> Output {
        let output = command.output().unwrap_or_else(|why| panic!("{command:?} cannot start: {why}"));
        Output {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
