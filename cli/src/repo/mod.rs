//! The git repository under the plan. Objects, refs and status are read in-process; whatever a
//! person may have set up for it (hooks, identity, signing, filters) is done by the real `git`.

mod attempt;
mod catch_up;
mod commit;
mod kept;
mod lane;
mod lookup;
mod remote;
mod snapshot;
mod stage;
mod take;
mod tree;
mod work_copy;
mod writing;

pub use attempt::{Dispatch, Folded, attempt_ref};
pub use commit::{Instead, message};
pub use kept::{Kept, Return};
pub use lane::{Landing, Merged};
pub use remote::Upstream;
pub use snapshot::{Snapshot, State};
pub use work_copy::drop_copy;

use crate::error::{Error, Kind, Result};
use crate::process::{self, Background, Command, Done};
use git2::{ErrorCode, Oid, Repository, RepositoryState};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// How long one call of `git`, with its hooks, may take.
const LIMIT: Duration = Duration::from_secs(900);

/// Variables that would make `git` work on another repository than this one.
const FOREIGN: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
];

/// A repository with a work tree and at least one commit.
pub struct Repo {
    git: Repository,
    root: PathBuf,
    /// Where a lane finds the hooks of the checkout.
    hooks: Option<PathBuf>,
}

impl Repo {
    /// Opens the repository that `path` lies in.
    ///
    /// # Errors
    /// [`Kind::Repository`] with what to do about it: none, bare, no commit yet, of a format or an
    /// owner that cannot be worked with, or in the middle of a merge or rebase.
    pub fn open(path: &Path) -> Result<Repo> {
        let repo = Repo::open_in_any_state(path)?;
        repo.check_state()?;
        Ok(repo)
    }

    /// The same, also in the middle of a merge or rebase: a session that was cut short may have begun one.
    ///
    /// # Errors
    /// As [`Repo::open`].
    pub fn open_in_any_state(path: &Path) -> Result<Repo> {
        // Trees are made of entries that git itself or this program has just written: looking each of them
        // up again costs two system calls a file.
        git2::opts::strict_object_creation(false);
        let git = Repository::discover(path).map_err(|e| refusal(path, &e))?;
        let root = git.workdir().map(Path::to_owned).ok_or_else(|| {
            unusable("the repository is bare: it has no files to work on").hint("run this in a clone of it")
        })?;
        let repo = Repo { git, root, hooks: None };
        repo.head()?;
        Ok(repo)
    }

    /// The top of the work tree.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The git directory that all work trees of the repository share.
    pub fn common_dir(&self) -> &Path {
        self.git.commondir()
    }

    /// The commit that is checked out.
    ///
    /// # Errors
    /// When there is none yet.
    pub fn head(&self) -> Result<Oid> {
        let head = self.git.head().and_then(|head| head.peel_to_commit());
        head.map(|commit| commit.id()).map_err(|e| match e.code() {
            ErrorCode::UnbornBranch | ErrorCode::NotFound => unusable("the repository has no commit yet")
                .hint("make a first commit: git add -A && git commit -m 'Start'"),
            _ => failed("read HEAD", &e),
        })
    }

    /// The full name of the branch that is checked out, or `None` when HEAD stands on a commit.
    ///
    /// # Errors
    /// When HEAD cannot be read, or the branch's name is not UTF-8.
    pub fn branch(&self) -> Result<Option<String>> {
        let head = self.git.find_reference("HEAD").map_err(|e| failed("read HEAD", &e))?;
        let target = head.symbolic_target().map_err(|e| failed("read the branch's name", &e))?;
        Ok(target.map(str::to_owned))
    }

    /// Where the local branch `name` (without `refs/heads/`) stands.
    pub fn branch_tip(&self, name: &str) -> Option<Oid> {
        self.git.refname_to_id(&format!("refs/heads/{name}")).ok()
    }

    /// Makes the branch `name` at `base` and checks it out; what the person has not committed
    /// stays in the files.
    ///
    /// # Errors
    /// What `git` refused, in its words.
    pub fn create_branch(&self, name: &str, base: &str) -> Result<()> {
        self.git_ok(["switch", "--quiet", "--no-track", "-c", name, base], &format!("create branch {name}"))
    }

    /// Checks out the branch `name`; what the person has not committed stays in the files.
    ///
    /// # Errors
    /// What `git` refused, in its words.
    pub fn switch_branch(&self, name: &str) -> Result<()> {
        self.git_ok(["switch", "--quiet", "--no-guess", name], &format!("switch to branch {name}"))
    }

    /// That `git` is there and knows who commits.
    ///
    /// # Errors
    /// [`Kind::Repository`] when it does not, [`Kind::Program`] when `git` cannot be run.
    pub fn check_identity(&self) -> Result<()> {
        let done = self.read(self.command(["var", "GIT_COMMITTER_IDENT"]))?;
        if done.end.success() {
            return Ok(());
        }
        Err(unusable("git does not know who commits")
            .hint("git config user.name 'Your Name' && git config user.email you@example.org"))
    }

    fn check_state(&self) -> Result<()> {
        let index = self.git.index().map_err(|e| failed("read the index", &e))?;
        if self.git.state() == RepositoryState::Clean && !index.has_conflicts() {
            return Ok(());
        }
        Err(unusable("a merge, rebase or the like is not finished").hint("finish or abort it: git status"))
    }

    /// `git` with `args`, deaf to variables that mean another repository, and asking nobody.
    fn command(&self, args: impl IntoIterator<Item = impl Into<OsString>>) -> Command {
        let argv = std::iter::once(OsString::from("git")).chain(args.into_iter().map(Into::into));
        let mut command = Command::new(argv, &self.root);
        command.env = FOREIGN.iter().map(|name| ((*name).to_owned(), None)).collect();
        for (name, value) in [("GIT_TERMINAL_PROMPT", "0"), ("GIT_EDITOR", "true")] {
            command.env.insert(name.into(), Some(value.into()));
        }
        command.limit = Some(LIMIT);
        command.background = Background::Keep;
        command.mark = self.mark();
        command
    }

    /// Runs a `git` that may write.
    fn run(&self, command: Command) -> Result<Done> {
        let _note = self.note()?;
        self.read(command)
    }

    /// Runs a `git` that only reads, also where nothing can be written.
    fn read(&self, command: Command) -> Result<Done> {
        process::run(&command, &AtomicBool::new(false), |_| Ok(()))
    }

    /// Runs `git` and makes its words an error when it fails.
    fn git_ok<'a>(&self, args: impl IntoIterator<Item = &'a str>, what: &str) -> Result<()> {
        let done = self.run(self.command(args))?;
        if done.end.success() { Ok(()) } else { Err(unusable(format!("cannot {what}: {}", words(&done)))) }
    }
}

/// What a program said, standard error first, without blanks around it.
fn words(done: &Done) -> String {
    let text = [&done.stderr.bytes[..], b"\n", &done.stdout.bytes[..]].concat();
    String::from_utf8_lossy(&text).trim().to_owned()
}

fn unusable(message: impl Into<String>) -> Error {
    Error::new(Kind::Repository, message)
}

fn failed(what: &str, cause: &git2::Error) -> Error {
    let error = unusable(format!("git: cannot {what}: {}", cause.message()));
    match cause.code() {
        ErrorCode::Locked => error.hint(
            "another git command may be at work here: run again when it is done; when none is, remove the lock that it left, .git/index.lock or the one that is named",
        ),
        _ => error,
    }
}

fn refusal(path: &Path, cause: &git2::Error) -> Error {
    let path = path.display();
    let message = cause.message();
    if cause.code() == ErrorCode::Owner {
        return unusable(format!("the repository at {path} belongs to another user")).hint(format!(
            "if you trust it: git config --global --add safe.directory \"$(realpath {path})\""
        ));
    }
    if cause.code() == ErrorCode::NotFound && cause.class() == git2::ErrorClass::Repository {
        return unusable(format!("{path} is not in a git repository")).hint("make one: git init");
    }
    if message.contains("object format") || message.contains("objectformat") {
        return unusable("the repository uses SHA-256 object names, which are not supported")
            .hint("use a repository with SHA-1 names (git init --object-format=sha1)");
    }
    if message.contains("refstorage") {
        return unusable("the repository keeps its refs in reftables, which are not supported")
            .hint("change them: git refs migrate --ref-format=files");
    }
    unusable(format!("cannot open the repository at {path}: {message}"))
}

#[cfg(test)]
mod tests;
