//! What the checkout needs, whatever the plan says: a run that was cut off, files that stand uncommitted,
//! a STOP file.

use super::{Need, Urgency, name, option};
use crate::driver::written::Written;
use crate::driver::{STOP_FILE, unfinished};
use crate::journal;
use crate::load::{Loaded, Place};
use crate::repo::Repo;
use specfuse_core::model::Feature;
use specfuse_core::model::status::PlanStatus;
use std::path::{Path, PathBuf};

/// The most files that are named.
const MOST: usize = 5;

/// What a checkout with these features needs. A feature that stands alone is in no checkout.
pub(super) fn needs(loaded: &Loaded, features: &[Feature], several: bool) -> Vec<Need> {
    let Place::Repository(root) = &loaded.place else { return Vec::new() };
    let repo = Repo::open(root).ok();
    let mut needs = Vec::new();
    for feature in features {
        let interrupted = unfinished::is_unfinished(root, feature);
        let written = Written::read(&journal::state_dir(root, feature.folder_name()));
        let written: Vec<PathBuf> = written.iter().flat_map(Written::files).collect();
        let run = format!("specfuse-loop run{}", option(feature, several));
        let need = |urgency, what: String, next: String| Need {
            urgency,
            feature: name(feature),
            subject: "the checkout".into(),
            what,
            decision: None,
            next,
        };
        if interrupted {
            let what = "a run was cut off in the middle; nothing is lost".to_owned();
            needs.push(need(Urgency::Interrupted, what, format!("{run} goes on where it was")));
        } else if !written.is_empty() {
            let what = format!("the driver wrote what no commit holds yet: {}", names(&written));
            needs.push(need(Urgency::Uncommitted, what, format!("{run} commits it")));
        }
        let active = feature.status() == Some(PlanStatus::Active);
        let folder = Path::new(feature.folder.as_str());
        let mut dirty = repo.as_ref().and_then(|repo| repo.uncommitted(folder).ok()).unwrap_or_default();
        dirty.retain(|path| !written.contains(path));
        if active && !interrupted && !dirty.is_empty() {
            let what = format!("the plan is not committed: {}", names(&dirty));
            let next = format!("commit it, or: specfuse-loop run --prepare{}", option(feature, several));
            needs.push(need(Urgency::Uncommitted, what, next));
        }
    }
    if root.join(STOP_FILE).exists() {
        needs.push(Need {
            urgency: Urgency::StopFile,
            feature: String::new(),
            subject: STOP_FILE.to_owned(),
            what: "as long as it is there, every run ends after its first step".into(),
            decision: None,
            next: format!("rm {STOP_FILE}"),
        });
    }
    needs
}

fn names(paths: &[PathBuf]) -> String {
    let shown: Vec<String> =
        paths.iter().take(MOST).map(|path| path.to_string_lossy().into_owned()).collect();
    let more = paths.len().saturating_sub(MOST);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    shown.join(", ") + &more
}
