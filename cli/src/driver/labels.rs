//! The labels of the GitHub issue that a feature was made from, while it runs. A help for people who look
//! there: whatever goes wrong with them stops nothing.

use crate::exit_code::ExitCode;
use crate::gh;
use crate::report::run::Progress;
use specfuse_core::model::Feature;
use std::path::{Path, PathBuf};

/// The issue of a feature that runs.
pub struct Labels {
    root: PathBuf,
    url: String,
}

impl Labels {
    /// Says on the issue that its feature is in progress. `None` for a feature without an issue, or when
    /// that cannot be said, which is a note.
    pub fn begin(root: &Path, feature: &Feature, progress: &Progress) -> Option<Labels> {
        let node = feature.plan.as_ref().and_then(|plan| plan.doc.get("source_issue_url"));
        let url = node.and_then(|node| node.as_text()).filter(|url| gh::is_issue(url))?.to_owned();
        match gh::relabel(root, &url, &[gh::IN_PROGRESS], &[gh::READY, gh::NEEDS_HUMAN]) {
            Ok(()) => Some(Labels { root: root.to_owned(), url }),
            Err(error) => {
                progress.note(&format!("The labels of {url} stay as they are: {error}"));
                None
            }
        }
    }

    /// Says on the issue whether a person is needed. The run's last words are said, so a failure is not.
    pub fn end(&self, code: ExitCode) {
        if code == ExitCode::Stopped {
            let _ = gh::relabel(&self.root, &self.url, &[gh::NEEDS_HUMAN], &[]);
        }
    }
}
