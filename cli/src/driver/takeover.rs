//! A feature that another driver left in the middle of an attempt: what is taken over, and how that is
//! told. The lock is held, so that driver is gone.

use crate::error::{Error, Kind, Result};
use crate::journal;
use crate::load::{self, Features, Place};
use crate::repo::{Repo, message};
use crate::report::run::Progress;
use crate::store;
use specfuse_core::edit::{self, Left};
use specfuse_core::model::Feature;
use specfuse_core::parse;
use specfuse_core::path::RelPath;
use specfuse_core::schema::FileKind;
use specfuse_core::tree::Entry;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What another driver left.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Takeover {
    left: Vec<Left>,
    /// The files of units that hold nothing uncommitted but what a driver wrote.
    pub bookkeeping: BTreeSet<PathBuf>,
}

impl Takeover {
    /// Looks for units that stand in progress although no journal knows of them.
    pub(super) fn find(repo: &Repo, feature: &Feature, uncommitted: &BTreeSet<PathBuf>) -> Takeover {
        let journal = journal::state_dir(repo.root(), feature.folder_name()).join("journal.jsonl");
        let left = if journal.exists() { Vec::new() } else { edit::left_in_progress(feature) };
        let Some(head) = repo.head().ok().filter(|_| !left.is_empty()) else { return Takeover::default() };
        let is_bookkeeping = |path: &&PathBuf| {
            let here = path.to_str().and_then(|path| RelPath::new(path).ok());
            let is_unit = |path: &RelPath| feature.units.iter().any(|unit| unit.path.as_ref() == Ok(path));
            let Some(Entry::Text(now)) = here.filter(is_unit).and_then(|path| load::file(repo.root(), &path))
            else {
                return false;
            };
            let before = repo.text_at(head, path).and_then(|bytes| String::from_utf8(bytes).ok());
            before.is_some_and(|before| edit::differs_by_driver_only(FileKind::Unit, &before, &now))
        };
        let bookkeeping = uncommitted.iter().filter(is_bookkeeping).cloned().collect();
        Takeover { left, bookkeeping }
    }

    /// Makes what was left pending again, commits that, and says so. Whether there was anything.
    ///
    /// # Errors
    /// When a file cannot be written or committed, and once, when files stand uncommitted that may be the
    /// work of the session that was cut short.
    pub(super) fn perform(&self, repo: &Repo, feature: &Feature, progress: &Progress) -> Result<bool> {
        if self.left.is_empty() {
            return Ok(false);
        }
        let loaded = load::load_repository(repo.root(), Features::One(feature.folder_name()))?;
        let feature = parse::feature(&loaded.tree, &feature.folder);
        let edits = edit::take_over(&loaded.tree, &feature, &self.left).map_err(|refusal| {
            Error::new(
                Kind::Config,
                format!("a unit that was left in progress cannot be set going again: {refusal}"),
            )
            .hint("set its `status` to `pending` by hand")
        })?;
        store::apply(&Place::Repository(repo.root().to_owned()), &loaded.tree, &edits)?;
        let mut paths = self.bookkeeping.clone();
        paths.extend(edits.iter().map(|(path, _)| PathBuf::from(path.as_str())));
        let subject = format!("chore(loop): take over {}", feature.folder_name());
        match repo.commit(&paths, &Default::default(), &message(&subject, "", &[])) {
            Err(error) if error.kind != Kind::NothingToCommit => return Err(error),
            _ => {}
        }
        self.left.iter().for_each(|left| tell(&feature, left, progress));
        check_leftovers(repo)?;
        Ok(true)
    }
}

fn tell(feature: &Feature, left: &Left, progress: &Progress) {
    let id = feature.units.get(left.unit).map_or("", |unit| unit.short_id());
    let who = left.driver.as_deref().map_or("a driver".to_owned(), |version| format!("driver {version}"));
    let attempt = left.attempt.map_or(String::new(), |attempt| format!(" at attempt {attempt}"));
    progress.note(&format!(
        "{id} was left in progress{attempt} by {who} that is gone. It is pending again; that attempt is not counted."
    ));
}

/// That nothing stands uncommitted which the session may have left: a new one would do the same work over
/// it, and be refused its commit. Whose it is only a person can tell.
fn check_leftovers(repo: &Repo) -> Result<()> {
    let snapshot = repo.snapshot(None)?;
    let names = snapshot.paths().filter(|path| !path.starts_with(".specfuse"));
    let names: Vec<String> = names.map(|path| path.display().to_string()).collect();
    if names.is_empty() {
        return Ok(());
    }
    let shown = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    let more = if names.len() > 5 { format!(" and {} more", names.len() - 5) } else { String::new() };
    Err(Error::new(
        Kind::Repository,
        format!("some of what stands uncommitted may be that session's work: {shown}{more}"),
    )
    .hint("put it away (git stash push --include-untracked) or commit it, then run again; run again as it is, and it counts as yours"))
}
