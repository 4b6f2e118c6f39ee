//! The programs that are compared: ours, built as they are released, and the peer's or a floor.

use specfuse_tests::cargo;
use std::env;
use std::path::{Path, PathBuf};

/// Names the folder that holds the peer's `specfuse-lint` and `specfuse-loop`.
const VARIABLE: &str = "SPECFUSE_PEER";

/// Paths of programs.
pub struct Programs {
    ours: PathBuf,
    peer: Option<PathBuf>,
}

/// The other side of a comparison.
pub enum Other {
    /// The peer's program of the same name.
    Peer(PathBuf),
    /// What no program can be faster than by much: a start of git.
    Floor,
}

impl Programs {
    /// Builds ours and looks for the peer's.
    ///
    /// # Panics
    /// When ours do not build, or the variable names a folder without the peer.
    pub fn find() -> Programs {
        let output = cargo(&[
            "build",
            "--release",
            "--package=specfuse-loop",
            "--bins",
            "--message-format=json-render-diagnostics",
        ]);
        let messages = specfuse_tests::text(&output);
        let loops = messages.lines().filter_map(executable).find(|path| path.ends_with("specfuse-loop"));
        let ours =
            loops.and_then(|path| path.parent().map(Path::to_owned)).expect("cargo says what it built");
        let peer = env::var_os(VARIABLE).map(PathBuf::from);
        if let Some(folder) = &peer {
            assert!(folder.join("specfuse-loop").is_file(), "{VARIABLE}: no specfuse-loop in {folder:?}");
        }
        Programs { ours, peer }
    }

    /// Our program `name`.
    pub fn ours(&self, name: &str) -> PathBuf {
        self.ours.join(name)
    }

    /// What our program `name` is compared with.
    pub fn other(&self, name: &str) -> Other {
        self.peer.as_ref().map_or(Other::Floor, |folder| Other::Peer(folder.join(name)))
    }

    /// The peer's program `name`, when there is a peer.
    pub fn peer(&self, name: &str) -> Option<PathBuf> {
        self.peer.as_ref().map(|folder| folder.join(name))
    }

    /// What is compared with what, in a sentence.
    pub fn against(&self) -> &'static str {
        match self.peer {
            Some(_) => "Measured in turns with the Python peer. A ratio says how many times faster we are.",
            None => {
                "SPECFUSE_PEER is not set, so there is no peer to compare with: processes are measured in turns \
                 with `git --version`, the floor. A ratio says how many times faster than it we are."
            }
        }
    }
}

/// The program that a line of cargo's JSON messages speaks of.
fn executable(line: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    Some(PathBuf::from(message.get("executable")?.as_str()?))
}
