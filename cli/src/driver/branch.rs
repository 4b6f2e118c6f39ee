//! The branch of a feature, before a run: whether what it starts from is fresh, whether another branch has
//! its name, and that it has what its base has. Nothing is pushed, by this or by anything else.

use super::unfinished;
use crate::error::{Error, Kind, Result};
use crate::facts;
use crate::journal;
use crate::repo::{Repo, Upstream};
use crate::report::run::Progress;
use specfuse_core::model::Feature;
use specfuse_core::model::status::UnitStatus;

/// The branches of a feature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Branches {
    /// Where its commits go.
    pub own: String,
    /// Where that one comes from, when a name is known.
    pub base: Option<String>,
    /// Whether the plan names the base.
    named: bool,
}

impl Branches {
    /// Those of `feature`: the base is the plan's; else, for a branch that is there, the repository's
    /// default branch, and for a new one what is checked out.
    ///
    /// # Errors
    /// When HEAD cannot be read.
    pub(super) fn of(repo: &Repo, feature: &Feature) -> Result<Branches> {
        let plan = feature.plan.as_ref();
        let own = plan.and_then(|plan| plan.branch.get()).cloned().unwrap_or_default();
        let named = plan.and_then(|plan| plan.base.get()).cloned();
        let base = match &named {
            Some(base) => Some(base.clone()),
            None if repo.branch_tip(&own).is_some() => facts::default_branch(repo.root()),
            None => repo.branch_name()?,
        };
        Ok(Branches { own, base, named: named.is_some() })
    }

    /// What a new branch starts from.
    ///
    /// # Errors
    /// When the plan names a base that is nowhere.
    fn start(&self, repo: &Repo) -> Result<String> {
        let Some(base) = self.base.as_deref().filter(|_| self.named) else { return Ok("HEAD".to_owned()) };
        if repo.branch_tip(base).is_some() {
            return Ok(base.to_owned());
        }
        let elsewhere = repo.remote().map(|remote| format!("{remote}/{base}"));
        if let Some(name) = elsewhere.filter(|name| repo.commit_of(name).is_ok()) {
            return Ok(name);
        }
        repo.commit_of(base).map(|_| base.to_owned()).map_err(|_| {
            Error::new(Kind::Repository, format!("the plan's base {base:?} is no branch here"))
                .hint(format!("fetch it (git fetch origin {base}), or mend `base` in PLAN.md"))
        })
    }
}

/// Whether nothing of the feature was dispatched yet.
fn is_fresh(repo: &Repo, feature: &Feature) -> bool {
    let journal = journal::state_dir(repo.root(), feature.folder_name()).join("journal.jsonl");
    let waits = |status: Option<UnitStatus>| {
        matches!(status, Some(UnitStatus::Pending | UnitStatus::Ready | UnitStatus::Draft))
    };
    !journal.exists() && feature.units.iter().all(|unit| waits(unit.status()))
}

/// Before a feature's first dispatch: its base is as it is elsewhere, and its branch is nobody else's.
/// Reads only, apart from what git remembers of the other place. That nobody answers is a note.
///
/// # Errors
/// When the base is behind, or a branch of the feature's name elsewhere holds commits that are not here.
pub(super) fn check(repo: &Repo, feature: &Feature, progress: &Progress) -> Result<()> {
    if !is_fresh(repo, feature) {
        return Ok(());
    }
    let branches = Branches::of(repo, feature)?;
    let upstream = branches.base.as_deref().and_then(|base| Some((base, repo.upstream(base)?)));
    if let Some((base, upstream)) = &upstream
        && *base != branches.own
    {
        if let Err(why) = repo.fetch(upstream)? {
            // Who did not answer once is not asked again.
            progress
                .note(&format!("{} could not be asked, so {base} is taken as it is: {why}", upstream.remote));
            return Ok(());
        }
        check_base(repo, base, upstream)?;
    }
    let Some(remote) = upstream.map(|(_, upstream)| upstream.remote).or_else(|| repo.remote()) else {
        return Ok(());
    };
    check_collision(repo, &remote, &branches.own, progress)
}

fn check_base(repo: &Repo, base: &str, upstream: &Upstream) -> Result<()> {
    let (Some(here), Some(there)) = (repo.branch_tip(base), repo.upstream_tip(upstream)) else {
        return Ok(());
    };
    let (ahead, behind) = repo.ahead_behind(here, there)?;
    let name = upstream.name();
    match (ahead, behind) {
        (_, 0) => Ok(()),
        (0, behind) => {
            let command = if repo.branch_name()?.as_deref() == Some(base) {
                format!("git merge --ff-only {name}")
            } else {
                format!("git fetch {} {}:{base}", upstream.remote, upstream.branch)
            };
            Err(Error::new(
                Kind::Repository,
                format!("{base} is {behind} commit(s) behind {name}; a feature starts from what is current"),
            )
            .hint(format!("bring it forward: {command}")))
        }
        (ahead, behind) => Err(Error::new(
            Kind::Repository,
            format!("{base} and {name} have parted: {ahead} commit(s) are only here, {behind} only there"),
        )
        .hint(format!(
            "git switch {base} && git rebase {name} (or git merge {name}), or name another `base` in PLAN.md"
        ))),
    }
}

fn check_collision(repo: &Repo, remote: &str, own: &str, progress: &Progress) -> Result<()> {
    let there = match repo.remote_branch(remote, own)? {
        Ok(there) => there,
        Err(why) => {
            progress.note(&format!("{remote} could not be asked whether it has a branch {own}: {why}"));
            return Ok(());
        }
    };
    let Some(there) = there else { return Ok(()) };
    let here = repo.branch_tip(own);
    let contained =
        here.filter(|_| repo.knows(there)).map(|here| repo.ahead_behind(there, here)).transpose()?;
    if contained.is_some_and(|(ahead, _)| ahead == 0) {
        return Ok(());
    }
    let short: String = there.to_string().chars().take(10).collect();
    let take = match here {
        None => format!("git fetch {remote} {own}:{own}"),
        Some(_) => format!("git fetch {remote} {own} && git switch {own} && git merge FETCH_HEAD"),
    };
    Err(Error::new(
        Kind::Repository,
        format!("{remote} has a branch {own} with commits that are not here (at {short}): a push of this feature would be refused"),
    )
    .hint(format!("if it is this feature's, take it: {take}; if not, name another `branch` in PLAN.md")))
}

/// Checks the feature's branch out, made when it is not there. Whether something else is checked out now.
///
/// # Errors
/// What git refused, in its words.
pub(super) fn check_out(repo: &Repo, feature: &Feature) -> Result<bool> {
    let branches = Branches::of(repo, feature)?;
    if repo.branch_name()?.as_deref() == Some(&branches.own) {
        return Ok(false);
    }
    match repo.branch_tip(&branches.own) {
        Some(_) => repo.switch_branch(&branches.own)?,
        None => repo.create_branch(&branches.own, &branches.start(repo)?)?,
    }
    Ok(true)
}

/// Brings the feature's branch, which is checked out, to what its base has: forward, or by a merge when
/// that is clean. Not in the midst of an attempt. Whether it moved.
///
/// # Errors
/// When the two cannot be merged: which files, and what to do.
pub(super) fn follow_base(repo: &Repo, feature: &Feature, progress: &Progress) -> Result<bool> {
    let branches = Branches::of(repo, feature)?;
    let Some(base) = branches.base.filter(|base| *base != branches.own) else { return Ok(false) };
    let Some(theirs) = repo.branch_tip(&base) else { return Ok(false) };
    let ours = repo.head()?;
    let (ahead, behind) = repo.ahead_behind(ours, theirs)?;
    if behind == 0 {
        return Ok(false);
    }
    if unfinished::is_unfinished(repo.root(), feature) {
        progress.note(&format!(
            "{base} has {behind} new commit(s); they are merged when the attempt under way is done"
        ));
        return Ok(false);
    }
    let conflicts = repo.conflicts(ours, theirs)?;
    if !conflicts.is_empty() {
        let names: Vec<String> = conflicts.iter().take(5).map(|path| path.display().to_string()).collect();
        return Err(Error::new(
            Kind::Repository,
            format!(
                "{} and {base} have parted and both changed {}: {ahead} commit(s) are only on {0}, {behind} only on {base}",
                branches.own,
                names.join(", ")
            ),
        )
        .hint(format!("merge them by hand, then run again: git merge {base}")));
    }
    let message = format!("chore(loop): merge {base} into {}", branches.own);
    repo.merge(&base, &message).map_err(|error| {
        error.hint(format!(
            "commit or put away what stands in the way, then run again; or merge by hand: git merge {base}"
        ))
    })?;
    let how = if ahead == 0 { "brought forward to" } else { "merged with" };
    progress.note(&format!("{} was {behind} commit(s) behind and is {how} {base}.", branches.own));
    Ok(true)
}

/// Lines with the commands that hand a finished feature in. Nobody but the person runs them.
pub(super) fn hand_in(repo: &Repo, feature: &Feature) -> Vec<String> {
    let Ok(Branches { own, base: Some(base), .. }) = Branches::of(repo, feature) else { return Vec::new() };
    if own == base {
        return Vec::new();
    }
    let (own, base) = (word(&own), word(&base));
    let mut lines = vec!["Nothing was pushed. To hand it in:".to_owned()];
    lines.extend(match repo.remote() {
        Some(remote) => [
            format!("  git push --set-upstream {} {own}", word(&remote)),
            format!("  gh pr create --base {base} --head {own} --fill"),
        ],
        None => [format!("  git switch {base}"), format!("  git merge {own}")],
    });
    lines
}

/// A name as one word for a shell.
fn word(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    if name.chars().all(plain) { name.to_owned() } else { format!("'{}'", name.replace('\'', "'\\''")) }
}
