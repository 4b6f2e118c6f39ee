//! What others are at, for the prompts of sessions that plan: open pull requests, as far as `gh` is there and
//! knows them in time, and local branches ahead of the base.

use super::Driver;
use crate::env::find_program;
use crate::facts;
use crate::process::{self, Command};
use serde::Deserialize;
use specfuse_core::drive::prompt::in_flight;
use specfuse_core::drive::redact::redact;
use specfuse_core::drive::{Role, Session};
use specfuse_core::model::Feature;
use specfuse_core::model::status::UnitType;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// How long `gh` may take.
const LIMIT: Duration = Duration::from_secs(10);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pull {
    number: u64,
    title: String,
    head_ref_name: String,
}

impl Driver<'_> {
    /// The part of a session's prompt that says what is in flight; empty for sessions that do not plan.
    pub(super) fn in_flight(&self, feature: &Feature, session: &Session) -> String {
        let unit = feature.find_unit(&session.unit).and_then(|index| feature.units[index].kind());
        let plans = matches!(unit, Some(UnitType::PlanNext | UnitType::Close | UnitType::CloseIntermediate));
        match session.role {
            Role::Work if plans => {}
            Role::Replan => {}
            _ => return String::new(),
        }
        let pulls = self.open_pulls();
        in_flight::build(pulls.as_deref(), &self.branches_ahead(feature))
    }

    /// The open pull requests, a line each; `None` when nobody can say.
    fn open_pulls(&self) -> Option<Vec<String>> {
        let gh = find_program("gh", &self.root)?;
        let fields = "number,title,headRefName";
        let args = ["pr", "list", "--state", "open", "--limit", "30", "--json", fields];
        let argv = std::iter::once(gh.into_os_string()).chain(args.map(Into::into));
        let mut command = Command::new(argv, &self.root);
        for (name, value) in [("GH_PROMPT_DISABLED", "1"), ("GH_NO_UPDATE_NOTIFIER", "1"), ("NO_COLOR", "1")]
        {
            command.env.insert(name.into(), Some(value.into()));
        }
        command.limit = Some(LIMIT);
        let done = process::run(&command, &AtomicBool::new(false), |_| Ok(())).ok()?;
        let pulls: Vec<Pull> =
            serde_json::from_slice(&done.stdout.bytes).ok().filter(|_| done.end.success())?;
        let line =
            |pull: &Pull| one_line(&format!("#{} {} ({})", pull.number, pull.title, pull.head_ref_name));
        Some(pulls.iter().map(line).collect())
    }

    /// Local branches with commits that the base lacks, a line each; the feature's own is none of them.
    fn branches_ahead(&self, feature: &Feature) -> Vec<String> {
        let plan = feature.plan.as_deref();
        let base =
            plan.and_then(|plan| plan.base.get().cloned()).or_else(|| facts::default_branch(&self.root));
        let own = plan.and_then(|plan| plan.branch.get().cloned()).unwrap_or_default();
        let Some(base) = base else { return Vec::new() };
        let ahead = self.repo.branches_ahead(&base).unwrap_or_default();
        let others = ahead.into_iter().filter(|(name, ..)| *name != own && *name != base);
        others
            .map(|(name, count, last)| one_line(&format!("{name}: {count} commit(s), last: {last}")))
            .collect()
    }
}

fn one_line(text: &str) -> String {
    redact(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}
