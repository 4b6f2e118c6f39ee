//! A copy of the files at a commit, in a work tree of its own that is thrown away afterwards, and what a
//! feature changed.

use super::{Repo, failed, unusable, words};
use crate::error::{Error, Result};
use git2::{BranchType, Oid, Sort};
use std::ffi::OsString;
use std::path::Path;

/// How many commits are looked through for a feature's first.
const COMMITS: usize = 5_000;
/// What is no part of what a feature made: the plan, and what is said of it.
const NOT_PLANS: [&str; 3] = ["--", ".", ":(exclude).specfuse"];

impl Repo {
    /// Puts the files of the commit `at` into `folder`, without a branch and without hooks. What an earlier
    /// copy left there is replaced.
    ///
    /// # Errors
    /// What `git` refused, in its words.
    pub fn copy_out(&self, at: Oid, folder: &Path) -> Result<()> {
        drop_copy(folder)?;
        let mut args: Vec<OsString> =
            ["-c", "core.hooksPath=/dev/null", "worktree", "add", "--quiet", "--force", "--detach"]
                .map(OsString::from)
                .to_vec();
        args.extend([folder.as_os_str().to_owned(), at.to_string().into()]);
        let done = self.run(self.command(args))?;
        if done.end.success() {
            return Ok(());
        }
        Err(unusable(format!("cannot copy the files to {}: {}", folder.display(), words(&done))))
    }

    /// Lets the tag `name` point at the commit that is checked out, wherever it pointed before.
    ///
    /// # Errors
    /// When the ref cannot be written.
    pub fn tag(&self, name: &str) -> Result<()> {
        self.write_ref(&format!("refs/tags/{name}"), self.head()?, true, "specfuse-loop")
    }

    /// Local branches with commits that `base` lacks: name, how many, and the last one's first line; sorted.
    ///
    /// # Errors
    /// When there is no such base, or the branches cannot be read.
    pub fn branches_ahead(&self, base: &str) -> Result<Vec<(String, usize, String)>> {
        let refused = |e: git2::Error| failed("read the branches", &e);
        let base = self.branch_tip(base).ok_or_else(|| unusable(format!("there is no branch {base}")))?;
        let mut found = Vec::new();
        for branch in self.git.branches(Some(BranchType::Local)).map_err(refused)? {
            let (branch, _) = branch.map_err(refused)?;
            let (Some(name), Some(tip)) = (branch.name().ok().flatten(), branch.get().target()) else {
                continue;
            };
            let ahead = self.git.graph_ahead_behind(tip, base).map_or(0, |(ahead, _)| ahead);
            if ahead > 0 {
                let commit = self.commit_object(tip)?;
                let message = String::from_utf8_lossy(commit.message_bytes()).into_owned();
                found.push((name.to_owned(), ahead, message.lines().next().unwrap_or_default().to_owned()));
            }
        }
        found.sort();
        Ok(found)
    }

    /// The commit before the first of the feature's, by their trailers; `None` when there is none.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn before_feature(&self, head: Oid, feature: &str) -> Result<Option<Oid>> {
        let refused = |e: git2::Error| failed("read the history", &e);
        let mut walk = self.git.revwalk().map_err(refused)?;
        walk.set_sorting(Sort::TOPOLOGICAL).map_err(refused)?;
        walk.simplify_first_parent().map_err(refused)?;
        walk.push(head).map_err(refused)?;
        let (own, of_unit) = (format!("Feature: {feature}"), format!("Feature: {feature}/"));
        let mut first = None;
        for id in walk.take(COMMITS) {
            let commit = self.commit_object(id.map_err(refused)?)?;
            let message = String::from_utf8_lossy(commit.message_bytes()).into_owned();
            if message.lines().any(|line| line == own || line.starts_with(&of_unit)) {
                first = commit.parent_id(0).ok();
            }
        }
        Ok(first)
    }

    /// What changed from `from` to `to` outside of the plans: which files how much, and the changes.
    ///
    /// # Errors
    /// What `git` refused, in its words.
    pub fn changes_text(&self, from: Oid, to: Oid) -> Result<(String, String)> {
        let (from, to) = (from.to_string(), to.to_string());
        let show = |form: &str| {
            let args = ["diff", "--no-color", "--no-ext-diff", "--no-textconv", form, &from, &to];
            let done = self.read(self.command(args.into_iter().chain(NOT_PLANS)))?;
            if done.end.success() {
                return Ok(String::from_utf8_lossy(&done.stdout.bytes).into_owned());
            }
            Err(unusable(format!("cannot show what was changed: {}", words(&done))))
        };
        Ok((show("--stat=120")?, show("--patch")?))
    }
}

/// Throws a copy away, with whatever was done in it. One that is not there is fine.
///
/// # Errors
/// When a folder cannot be removed.
pub fn drop_copy(folder: &Path) -> Result<()> {
    let link = std::fs::read_to_string(folder.join(".git")).unwrap_or_default();
    let known = link.trim().strip_prefix("gitdir: ").map(Path::new);
    // What git remembers of the work tree: a folder that points back at it. The file may be forged.
    let points_back = |place: &&Path| {
        let back = std::fs::read_to_string(place.join("gitdir")).unwrap_or_default();
        place.parent().is_some_and(|parent| parent.ends_with("worktrees"))
            && Path::new(back.trim()) == folder.join(".git")
    };
    let known = known.filter(points_back);
    for place in known.into_iter().chain([folder]).filter(|place| place.exists()) {
        std::fs::remove_dir_all(place)
            .map_err(|e| Error::io(format_args!("remove {}", place.display()), e))?;
    }
    Ok(())
}
