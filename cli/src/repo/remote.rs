//! What other places have of this repository, asked in little time, and bringing a branch up to the one
//! it came from. Nothing is ever sent.

use super::{Repo, failed, unusable, words};
use crate::error::{Error, Kind, Result};
use crate::process::{self, Background, Command, End};
use git2::{Config, Oid};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// How long another place may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// The branch at another place that a local branch follows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Upstream {
    /// The place's name, such as `origin`.
    pub remote: String,
    /// The branch's name there.
    pub branch: String,
}

impl Upstream {
    /// As people write it: `origin/main`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.remote, self.branch)
    }

    /// Where git keeps what it last saw of it.
    fn tracking(&self) -> String {
        format!("refs/remotes/{}/{}", self.remote, self.branch)
    }
}

impl Repo {
    /// What the local branch `name` follows: what is configured, else a branch of that name at `origin`
    /// that git has seen.
    pub fn upstream(&self, name: &str) -> Option<Upstream> {
        let config = self.git.config().and_then(|mut config| config.snapshot()).ok()?;
        let get = |key: &str| config.get_string(&format!("branch.{name}.{key}")).ok();
        if let (Some(remote), Some(merge)) = (get("remote"), get("merge"))
            && remote != "."
            && let Some(branch) = merge.strip_prefix("refs/heads/")
        {
            return Some(Upstream { remote, branch: branch.to_owned() });
        }
        let usual = Upstream { remote: "origin".into(), branch: name.to_owned() };
        self.git.find_reference(&usual.tracking()).is_ok().then_some(usual)
    }

    /// The place that branches are pushed to: the configured one, else `origin`, else the only one.
    pub fn remote(&self) -> Option<String> {
        let config = self.git.config().and_then(|mut config: Config| config.snapshot()).ok();
        let configured = config.and_then(|config| config.get_string("remote.pushDefault").ok());
        let remotes = self.git.remotes().ok()?;
        let names: Vec<&str> = remotes.iter().flatten().flatten().collect();
        let is_there = |name: &String| names.contains(&name.as_str());
        configured.filter(is_there).or_else(|| Some("origin".to_owned()).filter(is_there)).or_else(|| {
            match &names[..] {
                [only] => Some((*only).to_owned()),
                _ => None,
            }
        })
    }

    /// Where `upstream` stood when git last looked.
    pub fn upstream_tip(&self, upstream: &Upstream) -> Option<Oid> {
        self.git.refname_to_id(&upstream.tracking()).ok()
    }

    /// Looks how `upstream` stands now. `Err` of the inner result says why that could not be told.
    ///
    /// # Errors
    /// When git cannot be run.
    pub fn fetch(&self, upstream: &Upstream) -> Result<std::result::Result<(), String>> {
        let refspec = format!("+refs/heads/{}:{}", upstream.branch, upstream.tracking());
        let args = [
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-recurse-submodules",
            "--no-auto-maintenance",
            "--",
            &upstream.remote,
            &refspec,
        ];
        Ok(self.ask(&args)?.map(drop))
    }

    /// Where the branch `name` stands at `remote`, when there is one.
    ///
    /// # Errors
    /// When git cannot be run.
    pub fn remote_branch(
        &self,
        remote: &str,
        name: &str,
    ) -> Result<std::result::Result<Option<Oid>, String>> {
        let wanted = format!("refs/heads/{name}");
        let said = self.ask(&["ls-remote", "--heads", "--", remote, &wanted])?;
        let tip = |text: String| {
            let line =
                text.lines().find_map(|line| line.strip_suffix(&format!("\t{wanted}")).map(str::to_owned));
            line.and_then(|id| Oid::from_str(&id).ok())
        };
        Ok(said.map(tip))
    }

    /// Runs a git that may have to wait for somebody else, without waiting long and without asking
    /// the person anything.
    fn ask(&self, args: &[&str]) -> Result<std::result::Result<String, String>> {
        let mut command: Command = self.command(args.iter().copied());
        command.limit = Some(PATIENCE);
        command.background = Background::End;
        if std::env::var_os("GIT_SSH_COMMAND").is_none()
            && std::env::var_os("GIT_SSH").is_none()
            && !self.has_ssh()
        {
            command.env.insert("GIT_SSH_COMMAND".into(), Some("ssh -oBatchMode=yes".into()));
        }
        let done = process::run(&command, &AtomicBool::new(false), |_| Ok(()))?;
        Ok(match done.end {
            End::TimedOut => Err(format!("no answer in {} seconds", PATIENCE.as_secs())),
            end if end.success() => Ok(String::from_utf8_lossy(&done.stdout.bytes).into_owned()),
            _ => Err(words(&done)),
        })
    }

    fn has_ssh(&self) -> bool {
        self.git.config().is_ok_and(|config| config.get_string("core.sshCommand").is_ok())
    }

    /// How many commits `a` has that `b` has not, and the other way round.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn ahead_behind(&self, a: Oid, b: Oid) -> Result<(usize, usize)> {
        self.git.graph_ahead_behind(a, b).map_err(|e| failed("compare branches", &e))
    }

    /// Whether the commit `id` is known here.
    pub fn knows(&self, id: Oid) -> bool {
        self.git.find_commit(id).is_ok()
    }

    /// The paths that a merge of `theirs` into `ours` would leave in conflict. Nothing is changed.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn conflicts(&self, ours: Oid, theirs: Oid) -> Result<Vec<PathBuf>> {
        let refused = |e: git2::Error| failed("try a merge", &e);
        let commit = |id| self.git.find_commit(id).map_err(refused);
        let index = self.git.merge_commits(&commit(ours)?, &commit(theirs)?, None).map_err(refused)?;
        let mut paths: Vec<PathBuf> = Vec::new();
        for conflict in index.conflicts().map_err(refused)? {
            let conflict = conflict.map_err(refused)?;
            let side = conflict.our.or(conflict.their).or(conflict.ancestor);
            paths.extend(side.map(|entry| PathBuf::from(String::from_utf8_lossy(&entry.path).into_owned())));
        }
        paths.sort();
        paths.dedup();
        Ok(paths)
    }

    /// Brings the branch that is checked out to `base`: forward, or by a merge commit with `message`. The
    /// person's uncommitted edits stay; what git refuses leaves all as it was.
    ///
    /// # Errors
    /// What git or a hook refused, in its words.
    pub fn merge(&self, base: &str, message: &str) -> Result<()> {
        let args =
            ["-c", "maintenance.auto=false", "merge", "--quiet", "--no-edit", "-m", message, "--", base];
        let done = self.run(self.command(args))?;
        if done.end.success() {
            return Ok(());
        }
        // Fails when no merge was begun: then there is nothing to take back.
        self.run(self.command(["merge", "--abort"]))?;
        Err(Error::new(Kind::Repository, format!("cannot merge {base}: {}", words(&done))))
    }

    /// The name, without `refs/heads/`, of the branch that is checked out.
    ///
    /// # Errors
    /// When HEAD cannot be read.
    pub fn branch_name(&self) -> Result<Option<String>> {
        Ok(self.branch()?.and_then(|name| name.strip_prefix("refs/heads/").map(str::to_owned)))
    }

    /// The commit that `name` (a branch, local or seen elsewhere, a tag or an id) stands for.
    ///
    /// # Errors
    /// When there is none.
    pub fn commit_of(&self, name: &str) -> Result<Oid> {
        let found = self.git.revparse_single(name).and_then(|object| object.peel_to_commit());
        found.map(|commit| commit.id()).map_err(|_| unusable(format!("there is no branch {name:?}")))
    }
}
