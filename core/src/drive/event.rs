//! What the driver tells the machine. Every event is in the journal, on disk, before the machine
//! acts on it; an event is the answer to the last question the machine asked ([`super::Effect`]).

use super::audit::Audit;
use super::failure::Failure;
use super::plan::PlanChange;
use super::result_block::ResultBlock;
use crate::close::Decision;
use crate::path::RelPath;
use serde::{Deserialize, Serialize};

/// One record of the journal.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Record {
    /// When the driver learnt it: RFC 3339 in UTC. The log's lines carry this time, so that
    /// performing an effect twice writes the same line.
    pub at: String,
    /// The lane whose question it answers; 0 for the checkout itself.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub lane: u32,
    /// What it learnt.
    pub event: Event,
}

/// For fields that are left out when they say nothing.
pub(super) fn is_zero(lane: &u32) -> bool {
    *lane == 0
}

/// What the driver learnt.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A driver begins, or begins again after it was killed: always the first event of a process.
    Started {
        /// What the person asked for.
        options: Options,
    },
    /// Answers [`super::Effect::Load`].
    Loaded {
        /// The files against [`super::State::plan`] ([`super::PlanView::change_to`]).
        change: PlanChange,
        /// Whether `.specfuse/STOP` is there.
        stop_file: bool,
    },
    /// The person asked to stop after the running step (Ctrl-C once). May come at any time.
    StopRequested,
    /// Answers [`super::Effect::Open`].
    Opened {
        /// The tree that the attempt starts from.
        base: Base,
    },
    /// Answers [`super::Effect::RunChecks`].
    ChecksRan {
        /// The results, in the order asked for.
        results: Vec<CheckResult>,
    },
    /// Answers [`super::Effect::RunSession`].
    SessionEnded(SessionReport),
    /// Answers [`super::Effect::Wait`].
    Waited {
        /// How long it was.
        seconds: f64,
        /// Whether a person asked for the run's end meanwhile.
        #[serde(default)]
        stopped: bool,
    },
    /// Answers [`super::Effect::Hold`].
    Held {
        /// The files that had changed, and are taken back.
        dropped: Vec<RelPath>,
    },
    /// Answers [`super::Effect::Inspect`].
    Inspected(TreeFacts),
    /// Answers [`super::Effect::Settle`].
    Settled {
        /// The ref that keeps the attempt's work; `None` when there was nothing to keep.
        snapshot: Option<String>,
        /// What stands in the tree now, the feature's own folder aside: equal trees have equal names.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tree: Option<String>,
    },
    /// Answers [`super::Effect::Rewrite`].
    Rewritten {
        /// The unit's file with its new body ([`super::replan::rewritten`]), when it may take the old one's place.
        text: Option<String>,
        /// Why not, else.
        #[serde(default)]
        why: String,
    },
    /// Answers [`super::Effect::Draft`].
    Drafted {
        /// The plan and the draft with their texts, when the draft may go in; else empty.
        files: Vec<(RelPath, String)>,
        /// Why not, else.
        #[serde(default)]
        why: String,
    },
    /// Answers [`super::Effect::PutBack`].
    PutBack,
    /// Answers [`super::Effect::KnowTree`].
    TreeKnown {
        /// The tree's name, as in [`Event::Settled`].
        tree: String,
    },
    /// Answers [`super::Effect::Commit`].
    Committed {
        /// The commit, or `None` when there was nothing to commit.
        commit: Option<String>,
    },
    /// Answers [`super::Effect::Commit`]: git or a hook refused.
    CommitRefused {
        /// Its words.
        reason: String,
    },
    /// Answers [`super::Effect::FindCommit`].
    CommitFound {
        /// The unit's commit since the attempt's base; `None` when it was not made.
        commit: Option<String>,
    },
    /// Answers [`super::Effect::Integrate`]; also [`super::Effect::Commit`], when the branch moved or a
    /// person's file came in the way in the last moment.
    Integrated(Integration),
    /// Answers [`super::Effect::Open`]: a lane could not be set up.
    NotSetUp {
        /// What failed, with its words.
        reason: String,
    },
    /// Answers [`super::Effect::JudgeClose`].
    CloseJudged(Decision),
    /// Answers [`super::Effect::JudgeArming`].
    ArmingJudged(crate::close::arming::Evaluation),
}

impl Options {
    /// How many lanes beside the checkout there are; 0 when sessions run in the checkout itself.
    pub fn lanes(&self) -> u32 {
        if self.lanes > 1 || self.isolate { self.lanes.max(1) } else { 0 }
    }
}

/// How long an agent that cannot work now is waited for.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Patience {
    /// The longest single wait, in seconds.
    pub once_seconds: f64,
    /// All waits of a run together, in seconds.
    pub run_seconds: f64,
    /// The first wait when the agent does not say how long; it doubles from try to try.
    pub retry_seconds: f64,
    /// How often an agent that is overloaded or cannot begin is tried again in one attempt.
    pub retries: u32,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience { once_seconds: 900.0, run_seconds: 21_600.0, retry_seconds: 30.0, retries: 5 }
    }
}

/// What the person asked of a run.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Options {
    /// Units (ids) that are closed by a session although the predicate would close them.
    #[serde(default)]
    pub force_full_close: Vec<String>,
    /// Whether only the verdict is looked at again (`--recheck-verdict`).
    #[serde(default)]
    pub recheck_verdict: bool,
    /// The driver's version, for the log's `source_version`.
    #[serde(default)]
    pub version: String,
    /// The agents that take over from each other, the first of them first; empty for the only one.
    #[serde(default)]
    pub chain: Vec<String>,
    /// How long they are waited for.
    #[serde(default)]
    pub patience: Patience,
    /// How many units run side by side (`--lanes`); 0 and 1 mean one.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub lanes: u32,
    /// Whether sessions run in work trees also when there is only one lane (`--isolate`).
    #[serde(default)]
    pub isolate: bool,
    /// Whether the branch has commits from its base that no verification has seen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub moved: bool,
}

/// The tree an attempt starts from.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Base {
    /// The commit that is checked out.
    pub head: String,
    /// The object that holds the working tree as it was, a person's uncommitted files included.
    pub tree: String,
    /// When the attempt goes on with retained work: the tree from before that work. What counts as
    /// changed is against it, and a tree that is put back is put back to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// When the attempt's work was retained in a lane: what keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<String>,
}

/// What became of an attempt's work on top of the branch as it is now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Integration {
    /// It stands on the branch, and nothing that it was verified with has changed: it can be committed.
    Fits {
        /// Where the branch is.
        base: Base,
        /// What the work changes there.
        touched: Vec<RelPath>,
    },
    /// It stands on the branch now, which has other files than those it was verified with.
    Rebased {
        /// Where the branch is.
        base: Base,
        /// What the work changes there.
        touched: Vec<RelPath>,
    },
    /// The branch has changes in the same places.
    Conflict {
        /// The files.
        paths: Vec<String>,
        /// Both sides, as git shows a conflict.
        text: String,
    },
    /// It fits, but not into the checkout: a person has uncommitted files there, or another branch.
    InTheWay {
        /// What is in the way and what to do about it.
        why: String,
    },
    /// The branch moved between a look at it and the commit.
    Moved,
}

/// How a check ended.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CheckResult {
    /// Its name.
    pub name: String,
    /// How it ended.
    pub verdict: CheckVerdict,
    /// How long it took.
    pub duration_seconds: f64,
    /// What it printed, as [`super::failure::tail`] keeps it; empty when it passed and nobody asked.
    #[serde(default)]
    pub output: String,
    /// What it says in a line `FINDINGS: n` ([`super::failure::findings`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub findings: Option<u64>,
}

/// How a check ended.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckVerdict {
    /// Exit code 0.
    Passed,
    /// Another exit code, a signal or a time-out; what [`Failure::read`] made of the output.
    Failed(Failure),
    /// A check that it needs did not pass; that check's name.
    Skipped(String),
}

impl CheckResult {
    /// Whether it passed.
    pub fn passed(&self) -> bool {
        self.verdict == CheckVerdict::Passed
    }
}

/// What a session did, as the adapter saw it.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct SessionReport {
    /// How it ended.
    pub end: SessionEnd,
    /// The last RESULT block of its text; `None` when there is none that can be read.
    pub result: Option<ResultBlock>,
    /// What a judge found; `None` when it was none, or its answer holds no verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgement: Option<super::judge::Judgement>,
    /// What it found, when it was to audit; `None` when that cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit: Option<Audit>,
    /// What it cost.
    pub usage: Usage,
    /// How long it took.
    pub duration_seconds: f64,
}

/// How a session ended.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionEnd {
    /// The agent finished; what it did is for the verification to say.
    #[default]
    Finished,
    /// The agent said it is blocked, through its exit code.
    Blocked(String),
    /// It crashed, or its exit code or its output says that it failed; the cause.
    Failed(String),
    /// It was ended at its time limit.
    TimedOut,
    /// The person ended it (Ctrl-C twice).
    Interrupted,
    /// The agent could not be started at all; the cause.
    Unavailable(String),
    /// The agent was refused what it needed; what it was.
    Refused(String),
    /// A limit of use was reached.
    RateLimited {
        /// The agent's words.
        cause: String,
        /// How long until it is over, when the agent says so.
        wait_seconds: Option<f64>,
    },
    /// The service behind the agent has too much to do; its words.
    Overloaded(String),
    /// The agent could not begin to work; its words.
    NotNow(String),
    /// Nobody is signed in, or nobody pays; the agent's words.
    Unauthorised(String),
    /// The session outgrew what the model can read; the agent's words.
    ContextExhausted(String),
}

/// Tokens and money; `None` where the agent does not say.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Usage {
    /// US dollars.
    pub cost_usd: Option<f64>,
    /// Tokens read, not from a cache.
    pub input_tokens: Option<u64>,
    /// Tokens written.
    pub output_tokens: Option<u64>,
    /// Tokens read from a cache.
    pub cache_read_input_tokens: Option<u64>,
    /// Tokens written to a cache.
    pub cache_creation_input_tokens: Option<u64>,
}

impl Usage {
    /// Adds what another session used; what neither of them says stays unknown.
    pub fn add(&mut self, other: &Usage) {
        self.cost_usd = either(self.cost_usd, other.cost_usd, |a, b| a + b);
        let tokens = [
            (&mut self.input_tokens, other.input_tokens),
            (&mut self.output_tokens, other.output_tokens),
            (&mut self.cache_read_input_tokens, other.cache_read_input_tokens),
            (&mut self.cache_creation_input_tokens, other.cache_creation_input_tokens),
        ];
        for (all, more) in tokens {
            *all = either(*all, more, u64::saturating_add);
        }
    }
}

fn either<T: Copy>(a: Option<T>, b: Option<T>, add: fn(T, T) -> T) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(add(a, b)),
        (a, b) => a.or(b),
    }
}

/// What a session did to the tree, against the attempt's base.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct TreeFacts {
    /// Files that the session added, changed or removed, commits of its own included; sorted. What
    /// the driver wrote itself is not among them.
    pub touched: Vec<RelPath>,
    /// What stands where `produces` points, an entry per pattern ([`super::guards::produced`]).
    pub produced: Vec<Produced>,
    /// Changes that a session may not make ([`super::guards::tampering`]).
    pub tampered: Vec<String>,
    /// The branch that the session had checked out, when it was another; it is put back already.
    pub switched_branch: Option<String>,
    /// How many commits the session made itself; they are folded into the unit's.
    pub own_commits: u32,
    /// Closing requirements that are not met ([`crate::close::unmet`]); empty for other units.
    pub unmet: Vec<String>,
    /// `verdict` in the unit's file after the session.
    pub verdict: Option<crate::model::status::Verdict>,
    /// The name of what stands in the tree, the feature's own folder aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tree: Option<String>,
    /// What lint says of the next gate's drafts, after a session that plans them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub draft_lint: Vec<String>,
}

/// What stands where one entry of `produces` points.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Produced {
    /// The entry as written.
    pub pattern: String,
    /// Whether a file is there.
    pub exists: bool,
    /// Whether one that is there holds anything.
    pub filled: bool,
    /// Whether the session touched one.
    pub touched: bool,
    /// What a document that was touched says against a claim of being done
    /// ([`super::claims::contradiction`]): file and line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contradiction: Option<String>,
}
