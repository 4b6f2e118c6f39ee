//! What the machine knows: nothing but the fold of the journal's records.

use super::effect::{Effect, Stop};
use super::event::{Base, Options, SessionReport, TreeFacts, is_zero};
use super::failure::{self, Class, Failure};
use super::plan::PlanView;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The machine's state. Equal journals give equal states.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct State {
    /// The plan as last read, with what the machine has written since.
    pub plan: PlanView,
    /// What the person asked of this run.
    pub options: Options,
    /// What the machine waits for.
    pub phase: Phase,
    /// The attempts under way in lanes, by the lane's number (1 and up). That of the checkout itself is
    /// a [`Phase`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lanes: BTreeMap<u32, Attempt>,
    /// Why the run ends as soon as the lanes are empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Stop>,
    /// What is known of units beyond their files.
    pub units: BTreeMap<String, UnitRecord>,
    /// The units that were ready together; those that became ready since wait for the next round.
    pub round: Vec<String>,
    /// Gates (by number) whose full `code` set was green, and the tree it was green on.
    #[serde(default)]
    pub broad_green: BTreeMap<u32, String>,
    /// What the `code` set said of trees that attempts began from; the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub baselines: Vec<Baseline>,
    /// Why the last run halted at what was red already, until it is looked at again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub red: Option<Red>,
    /// The last auto-close decision about each closing unit, as it is in the log.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub decisions: BTreeMap<String, Value>,
    /// The last call for a person that is about no attempt, until something is dispatched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called: Option<Value>,
    /// Whether the person asked to stop.
    pub stopping: bool,
    /// Whether they did by `.specfuse/STOP`, which is still there.
    #[serde(default)]
    pub stop_file: bool,
    /// Whether the plan's baseline was kept.
    #[serde(default)]
    pub baselined: bool,
    /// Whether this run dispatched anything.
    pub dispatched: bool,
    /// Whether the driver wrote something that no commit holds yet.
    pub uncommitted: bool,
    /// How long agents were waited for in this run, in seconds.
    #[serde(default)]
    pub waited_seconds: f64,
    /// The effects of the last step without an answer. A killed driver may not have performed them;
    /// a new one performs them again first.
    pub unconfirmed: Vec<Effect>,
}

/// What the `code` set, broad checks aside, said of a tree.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Baseline {
    /// The tree's name ([`super::Event::Settled`]).
    pub tree: String,
    /// The checks that failed on it.
    pub failing: Vec<String>,
}

/// A gate that halted at checks that were red before anything was done.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Red {
    /// The gate's number.
    pub gate: u32,
    /// The unit whose attempt met them.
    pub unit: String,
    /// The checks.
    pub checks: Vec<String>,
    /// What failed.
    pub failure: Failure,
}

/// What the machine knows of a unit from its own work.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct UnitRecord {
    /// The last attempt's number; numbers are never used twice.
    pub last_attempt: u32,
    /// Attempts of this cycle that count against `max_attempts`.
    pub charged: u32,
    /// Those of them that used no token.
    pub zero_token: u32,
    /// `re_arm_count` of this cycle: a higher one in the file starts a new cycle.
    pub cycle: u32,
    /// Why the last attempt failed; the next session's evidence.
    pub last_failure: Option<AttemptFailure>,
    /// The base of the last attempt, when its tree was retained.
    pub retained: Option<Base>,
    /// Whether the machine stopped it for a person in this cycle.
    pub escalated: bool,
    /// Whether an attempt of this cycle was begun.
    #[serde(default)]
    pub started: bool,
    /// Which agent of the chain runs its sessions in this run, counted from 0.
    #[serde(default)]
    pub agent: usize,
    /// The attempt that left the fewest findings, for units that iterate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<Best>,
    /// Whether the unit was up for being rewritten in this cycle.
    #[serde(default)]
    pub replanned: bool,
    /// Narrow checks that were green on the tree that the last verification looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub greens: Vec<Green>,
    /// How many attempts in a row left no fewer.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub no_better: u32,
    /// What each session of this cycle used, in their order, for the log.
    pub attempts: Vec<AttemptUsage>,
}

impl UnitRecord {
    /// What all sessions of an attempt used together.
    pub fn used_in(&self, attempt: u32) -> AttemptUsage {
        let mut all = AttemptUsage { attempt, ..AttemptUsage::default() };
        for used in self.attempts.iter().filter(|used| used.attempt == attempt) {
            all.duration_seconds += used.duration_seconds;
            all.usage.add(&used.usage);
        }
        all
    }
}

/// A narrow check that was green.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Green {
    /// Its name.
    pub name: String,
    /// Its command, with the tests that were selected.
    pub command: String,
    /// The name of the tree that it ran on.
    pub tree: String,
}

/// The best of the attempts of a unit that iterates.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Best {
    /// Its number; 0 for the tree that the first one began from.
    pub attempt: u32,
    /// How many findings its checks or oracles counted.
    pub findings: u64,
}

/// What a session of an attempt used.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct AttemptUsage {
    /// The attempt's number.
    pub attempt: u32,
    /// What the session was for.
    #[serde(default, skip_serializing_if = "super::Role::is_work")]
    pub role: super::Role,
    /// How long it took.
    pub duration_seconds: f64,
    /// Tokens and money.
    #[serde(flatten)]
    pub usage: super::event::Usage,
}

/// Why an attempt failed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AttemptFailure {
    /// The outcome's word, such as `failed` or `produces_not_in_diff`.
    pub outcome: Outcome,
    /// What failed, put together over all checks or refusals.
    pub failure: Failure,
    /// What the next session is told, already cut to size.
    pub evidence: String,
    /// The checks that failed, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<String>,
    /// What the checks counted in lines `FINDINGS: n`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub findings: Option<u64>,
}

impl AttemptFailure {
    /// A failure of this outcome with what the next session is told.
    pub fn new(outcome: Outcome, failure: Failure, evidence: String) -> AttemptFailure {
        AttemptFailure { outcome, failure, evidence, checks: Vec::new(), findings: None }
    }

    /// A failure that words alone tell.
    pub fn plain(outcome: Outcome, class: Class, what: &str) -> AttemptFailure {
        let evidence = failure::head_and_tail(what, failure::EVIDENCE_LINES, failure::EVIDENCE_CHARS);
        AttemptFailure::new(outcome, Failure::plain(class, what), evidence)
    }
}

/// How an attempt ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Verified and committed.
    Passed,
    /// A check failed.
    Failed,
    /// The agent said that it is blocked.
    Blocked,
    /// The driver or the person ended it; not charged.
    Interrupted,
    /// The agent crashed or says that it failed.
    AgentFailed,
    /// The agent used no token.
    ZeroTokenSkip,
    /// The session names files as changed that it did not touch.
    FilesChangedMismatch,
    /// A closing requirement is not met.
    ClosingDeliverableMissing,
    /// A file of `produces` is missing or empty.
    DeliverableMissing,
    /// Nothing was changed.
    NoDeliverableFiles,
    /// A file of `produces` was not touched, and nobody says why.
    ProducesNotInDiff,
    /// The commit was refused.
    SquashCommitFailed,
    /// A `prep` set failed; not charged.
    PrepHalted,
    /// The session changed what is not its to change.
    OracleTampered,
    /// The session was ended at its time limit.
    TimedOut,
}

impl Outcome {
    /// The word in the log.
    pub fn word(self) -> &'static str {
        use Outcome::*;
        match self {
            Passed => "passed",
            Failed => "failed",
            Blocked => "blocked",
            Interrupted => "interrupted",
            AgentFailed => "agent_failed",
            ZeroTokenSkip => "zero_token_skip",
            FilesChangedMismatch => "files_changed_mismatch",
            ClosingDeliverableMissing => "closing_deliverable_missing",
            DeliverableMissing => "deliverable_missing",
            NoDeliverableFiles => "no_deliverable_files",
            ProducesNotInDiff => "produces_not_in_diff",
            SquashCommitFailed => "squash_commit_failed",
            PrepHalted => "prep_halted",
            OracleTampered => "oracle_tampered",
            TimedOut => "timed_out",
        }
    }

    /// Whether it counts against the unit.
    pub fn is_charged(self) -> bool {
        !matches!(self, Outcome::Interrupted | Outcome::PrepHalted)
    }

    /// Whether a guard refused work that its checks had passed: only the paperwork is missing.
    pub fn is_guard_refusal(self) -> bool {
        use Outcome::*;
        matches!(
            self,
            FilesChangedMismatch
                | ClosingDeliverableMissing
                | DeliverableMissing
                | NoDeliverableFiles
                | ProducesNotInDiff
        )
    }
}

/// What the machine waits for.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// A driver to begin.
    #[default]
    Idle,
    /// The files.
    Loading {
        /// Whether the terminal flips were just written, and are to be checked.
        finishing: bool,
    },
    /// What stands in the checkout, before the full `code` set of a gate.
    Knowing {
        /// The gate's number.
        gate: u32,
        /// The closing unit that waits.
        unit: String,
        /// Whether the set has just run green.
        ran: bool,
    },
    /// The full `code` set, before the first closing unit of a gate (its number).
    Broad {
        /// The gate's number.
        gate: u32,
        /// The closing unit that waits.
        unit: String,
        /// The tree that it runs on.
        #[serde(default)]
        tree: String,
    },
    /// Whether what halted the gate is still red.
    Rechecking,
    /// The closing predicate.
    Judging {
        /// The closing unit.
        unit: String,
        /// The gate's number.
        gate: u32,
    },
    /// Whether the gate after this one (its number) may arm itself.
    Arming {
        /// The number of the gate that is complete.
        gate: u32,
    },
    /// A step of an attempt.
    Attempt(Box<Attempt>),
    /// A bookkeeping commit.
    Booking {
        /// Its message's first line.
        subject: String,
        /// What comes after.
        then: Then,
    },
    /// Any lane: nothing else can be done before one of them answers.
    Watching,
    /// Nothing: the run ended.
    Stopped(Stop),
}

/// What comes after a bookkeeping commit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// On with the gate.
    Continue,
    /// Look whether the feature is finished, as its files say.
    CheckFinish,
    /// A gate armed itself: the commit gets a tag, and the run goes on.
    Armed {
        /// The tag's name.
        tag: String,
    },
    /// The end.
    Stop(Stop),
}

/// An attempt under way.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Attempt {
    /// The lane it runs in; 0 for the checkout itself.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub lane: u32,
    /// The unit.
    pub unit: String,
    /// Its number.
    pub number: u32,
    /// What it waits for.
    pub stage: Stage,
    /// The tree it started from; unknown before [`super::Event::Opened`].
    pub base: Base,
    /// What the oracle sets printed.
    pub oracle_output: String,
    /// What its agent was waited for.
    #[serde(default)]
    pub waits: Waits,
    /// Whether a session may rewrite the unit first.
    #[serde(default)]
    pub replans: bool,
    /// The earlier attempt whose work was put back for this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<u32>,
    /// What the verifier reported.
    #[serde(default)]
    pub audit: Option<SessionReport>,
    /// How many verifier sessions gave no judgement.
    #[serde(default)]
    pub silent_audits: u32,
    /// What the session reported.
    pub report: Option<SessionReport>,
    /// What the session did to the tree.
    pub facts: Option<TreeFacts>,
    /// The checks whose green an earlier attempt left on this very tree.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carried: Vec<String>,
    /// Whether the judge lowered the session's verdict.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lowered: bool,
    /// Whether it is this lane's turn to reach the branch: one has it at a time.
    #[serde(default)]
    pub turn: bool,
    /// Whether the person was told that something is in its way.
    #[serde(default)]
    pub held: bool,
}

/// What an attempt's agent was waited for. None of it is the unit's fault, so each kind has a budget of
/// its own and none is charged.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Waits {
    /// How often for a limit of use.
    pub limited: u32,
    /// How often for an overloaded service.
    pub overloaded: u32,
    /// How often for an agent that could not begin.
    pub not_now: u32,
    /// How long in all.
    pub seconds: f64,
}

impl Waits {
    /// Whether there was any wait.
    pub fn any(&self) -> bool {
        self.limited + self.overloaded + self.not_now > 0
    }
}

/// How far an audit is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditStep {
    /// The tree is being held.
    Holding,
    /// The session runs.
    Session,
    /// What it changed is being taken back.
    Restoring,
}

/// Where an attempt is.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The base is being recorded.
    Opening,
    /// The `prep` sets run.
    Preparing,
    /// The `oracles` sets run.
    Asking,
    /// A session rewrites the unit before its last attempt.
    Replanning,
    /// What it wrote is being looked at, and its tree put back.
    Rewriting {
        /// Whether the session came to its end as it should.
        finished: bool,
    },
    /// The session runs.
    Session,
    /// The agent cannot work now and is waited for; then the session of this role runs again.
    Waiting {
        /// The role.
        role: super::Role,
    },
    /// The tree is being looked at.
    Inspecting,
    /// The checks run.
    Verifying,
    /// A judge looks at the verdict that the session gave.
    Judging {
        /// How often it was asked, this time included.
        asked: u32,
        /// What the checks said.
        measured: String,
    },
    /// The checks passed; a second session audits the work.
    Auditing {
        /// How far it is.
        step: AuditStep,
    },
    /// Verified in a lane; waits until it is its turn to reach the branch.
    Queued,
    /// Its work is being put on top of the branch.
    Integrating,
    /// It cannot reach the branch before a person has made way.
    Held {
        /// What is in the way.
        why: String,
    },
    /// The checks failed for a unit that iterates; its oracles count what is left.
    Counting {
        /// How it ended.
        failure: Box<AttemptFailure>,
    },
    /// The unit's commit is being made.
    Committing,
    /// A killed driver may have made the commit: being looked up.
    FindingCommit,
    /// The attempt failed; its work is being kept and the tree put back.
    Settling {
        /// How it ended.
        failure: Box<AttemptFailure>,
        /// Stop the unit for a person with this reason, or else try again.
        escalate: Option<String>,
        /// End the run after it.
        halt: Option<Stop>,
    },
    /// The attempt's work is kept and taken back; the fix unit that its blocked session drafted is looked at.
    Drafting {
        /// How it ended.
        ended: Box<Ended>,
    },
    /// The attempt's work is kept and taken back; the `code` set runs on the tree that it began from.
    Probing {
        /// How it ended.
        ended: Box<Ended>,
        /// The tree's name.
        tree: String,
    },
    /// What those checks left in the tree is being taken back.
    PuttingBack {
        /// How it ended.
        ended: Box<Ended>,
    },
}

/// How an attempt ended that did not pass, its work kept.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Ended {
    /// What failed.
    pub failure: AttemptFailure,
    /// Stop the unit for a person with this reason, or else try again.
    pub escalate: Option<String>,
    /// The ref that keeps its work.
    pub snapshot: Option<String>,
    /// Which of the failed checks were red on the tree it began from, once that is known.
    #[serde(default)]
    pub red: Vec<String>,
}

impl State {
    /// The unit's record, made when there is none.
    pub fn record(&mut self, unit: &str) -> &mut UnitRecord {
        self.units.entry(unit.to_owned()).or_default()
    }

    /// Whether the machine waits for no answer: the run ended, or never began.
    pub fn is_at_rest(&self) -> bool {
        matches!(self.phase, Phase::Idle | Phase::Stopped(_))
    }

    /// Why the run ended, when it did.
    pub fn stop(&self) -> Option<&Stop> {
        match &self.phase {
            Phase::Stopped(stop) => Some(stop),
            _ => None,
        }
    }
}
