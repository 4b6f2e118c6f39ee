//! What the machine asks of the driver. Effects are data; a list of them is performed in order.
//!
//! At most one effect of a list is a question, and it is the last: its answer is the next event.
//! [`Effect::Stop`] ends the process instead. Questions to lanes ([`Effect::Lane`]) may stand anywhere;
//! a list without another question leaves the machine waiting for any lane. Every other effect may be performed twice (the driver
//! was killed between performing it and the next record): the second time must change nothing.

use super::event::Base;
use super::plan::CheckView;
use crate::model::event::Event as LogLine;
use crate::path::RelPath;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Keys of a file's head.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SetKeys {
    /// The file.
    pub path: RelPath,
    /// The keys in the order to write them.
    pub keys: Vec<(String, Value)>,
}

/// A text at the end of a file.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Append {
    /// The file.
    pub path: RelPath,
    /// The line that says it is there already.
    pub marker: String,
    /// What to append; holds `marker` as a line.
    pub text: String,
}

/// What the driver is to do.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    // --- no answer ---
    /// Tell the person.
    Say(Say),
    /// Set keys in a file's frontmatter (`null` removes one). A file that is not there is made, when
    /// it is a gate's; else the effect is passed over.
    SetKeys(SetKeys),
    /// Append `text` to a file (made when it is not there), unless a line of it is `marker`.
    Append(Append),
    /// Append lines to `events.jsonl` that are not in it yet, redacted ([`super::redact`]).
    Log {
        /// The lines.
        lines: Vec<LogLine>,
    },
    /// Keep what a person is told at an escalation: the file `name` in `briefs/` of the feature's local
    /// state gets `text`.
    Brief {
        /// The file's name.
        name: String,
        /// What it says.
        text: String,
    },
    /// Keep the plan as it is now as its baseline ([`crate::close::baseline`]), when there is none yet.
    KeepBaseline,
    /// Let the tag `name` point at the commit that is checked out.
    Tag {
        /// The tag's name.
        name: String,
    },
    /// The feature reached its goal: its roadmap row says `done`, and its detail section moves to
    /// the archive.
    FinishRoadmap {
        /// The feature's id.
        feature: String,
    },
    /// Give a file of the plan this text.
    WriteText {
        /// The file.
        path: RelPath,
        /// The text.
        text: String,
    },
    /// End what may still run of an attempt that a killed driver left: its whole process group.
    EndSession {
        /// The unit.
        unit: String,
        /// The attempt's number.
        attempt: u32,
    },

    // --- questions ---
    /// Read the feature again. Answer: [`super::Event::Loaded`].
    Load,
    /// Remember the tree an attempt starts from. Answer: [`super::Event::Opened`].
    Open {
        /// The unit.
        unit: String,
        /// The attempt's number.
        attempt: u32,
        /// The base of the attempt whose work still stands: its `origin`, or else its `tree`, becomes
        /// the new base's `origin`.
        retained: Option<Base>,
        /// An earlier attempt that was taken back and whose work is to stand in the tree again; the tree
        /// without it becomes the `origin`. Where it does not fit any more, the attempt starts without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        work: Option<u32>,
    },
    /// Run commands. All run, also after a failure; `needs` orders them, and one whose need did
    /// not pass is skipped. Answer: [`super::Event::ChecksRan`].
    RunChecks(Checks),
    /// Run an agent. Answer: [`super::Event::SessionEnded`].
    RunSession(Box<Session>),
    /// Wait for an agent that cannot work now; a person who asks for the run's end ends the wait. Answer:
    /// [`super::Event::Waited`].
    Wait {
        /// The unit.
        unit: String,
        /// The attempt's number.
        attempt: u32,
        /// How long.
        seconds: f64,
        /// What for.
        why: String,
    },
    /// The tree is to stay as it is. The first time: remember it, under a ref of the attempt's own. After
    /// that: keep what changed since and take it back. Answer: [`super::Event::Held`].
    Hold {
        /// The unit.
        unit: String,
        /// The attempt's number.
        attempt: u32,
    },
    /// Look at what a session did, and check out the right branch again. Answer: [`super::Event::Inspected`].
    Inspect {
        /// The unit.
        unit: String,
        /// The attempt's number.
        attempt: u32,
        /// Against what.
        base: Base,
    },
    /// End a failed attempt: keep the tree under `refs/specfuse/<feature>/<unit>/<attempt>` (a ref that
    /// is there already stays), then put it back to `base` unless it is to be retained; branch and
    /// commits of the session's own go back in any case. `events.jsonl` goes back to `base.tree`, all
    /// else to `base.origin` or else `base.tree`. Answer: [`super::Event::Settled`].
    Settle {
        /// The unit.
        unit: String,
        /// The attempt's number.
        attempt: u32,
        /// The tree to go back to.
        base: Base,
        /// Whether the tree stays as it is.
        retain: bool,
    },
    /// Put a lane's verified work on top of the branch as it is now. Answer: [`super::Event::Integrated`].
    Integrate {
        /// The unit.
        unit: String,
        /// The attempt's number.
        attempt: u32,
        /// Where the work was counted from.
        base: Base,
        /// What the session changed.
        touched: Vec<RelPath>,
    },
    /// Look at how a session rewrote its unit, keep all that it did, and put the tree back to `base`. Answer:
    /// [`super::Event::Rewritten`].
    Rewrite {
        /// The unit.
        unit: String,
        /// The attempt's number.
        attempt: u32,
        /// The tree to go back to.
        base: Base,
    },
    /// Look at the fix unit that the kept work of a settled attempt holds
    /// ([`super::fix_unit::insert`]). Answer: [`super::Event::Drafted`].
    Draft {
        /// The unit that is blocked.
        unit: String,
        /// The attempt's number.
        attempt: u32,
        /// The draft's file, as the session named it.
        file: String,
        /// Its id.
        id: String,
    },
    /// Take back what checks on the tree of an attempt that ended left in it; `base` is as for
    /// [`Effect::Settle`]. Answer: [`super::Event::PutBack`].
    PutBack {
        /// The unit.
        unit: String,
        /// The attempt's number.
        attempt: u32,
        /// The tree to go back to.
        base: Base,
    },
    /// Tell what stands in the checkout, the feature's own folder aside. Answer: [`super::Event::TreeKnown`].
    KnowTree,
    /// Commit; from a lane onto the branch, with the checkout brought along. Answer:
    /// [`super::Event::Committed`] or [`super::Event::CommitRefused`].
    Commit(Commit),
    /// Whether the unit's commit was made since `base`. Answer: [`super::Event::CommitFound`].
    FindCommit {
        /// The unit.
        unit: String,
        /// Where the attempt began.
        base: Base,
    },
    /// Evaluate [`crate::close::decide`] on the feature as it is. Answer: [`super::Event::CloseJudged`].
    JudgeClose {
        /// The closing unit.
        unit: String,
        /// Its gate's number.
        gate: u32,
    },

    /// Evaluate [`crate::close::arming::evaluate`] on the feature as it is. Answer:
    /// [`super::Event::ArmingJudged`].
    JudgeArming {
        /// The number of the gate that is complete.
        gate: u32,
    },

    /// A question about an attempt in a lane. It may stand anywhere in a list, and its answer may come
    /// whenever the machine is [`super::Phase::Watching`], in a record with the lane's number.
    Lane {
        /// The lane.
        lane: u32,
        /// The question.
        question: Box<Effect>,
    },

    // --- the end ---
    /// Nothing more to do in this process.
    Stop(Stop),
}

/// A message to a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Say {
    /// How it is meant.
    pub tone: Tone,
    /// The unit it is about.
    pub unit: Option<String>,
    /// The words.
    pub text: String,
}

/// How a message is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Something goes on.
    Progress,
    /// Something went well.
    Good,
    /// Something went wrong; the run goes on.
    Bad,
    /// A person is needed; written as a brief.
    Needed,
}

/// Commands to run, and what for.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Checks {
    /// What for.
    pub purpose: Purpose,
    /// The unit, and the attempt's number (0 outside one).
    pub unit: String,
    /// The attempt's number; 0 outside of one.
    pub attempt: u32,
    /// The commands in an order that respects `needs`. `{feature_dir}` is still in them.
    pub checks: Vec<CheckView>,
}

/// What commands are run for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To make an attempt possible.
    Prep,
    /// For their output, which goes into the prompt: keep it in [`super::CheckResult::output`].
    Oracle,
    /// To judge a session's work.
    Verify,
    /// The `code` set in full, once per gate before the first closing unit.
    Broad,
    /// Whether what failed for an attempt fails on the tree as it was at dispatch, too.
    Baseline,
}

/// A session to run.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Session {
    /// The unit.
    pub unit: String,
    /// The attempt's number.
    pub attempt: u32,
    /// What it is for.
    #[serde(default)]
    pub role: Role,
    /// The tree that the work it looks at is counted from; `None` when it looks at none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Base>,
    /// The agent that runs it, by its name in the configuration; `None` for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The model.
    pub model: String,
    /// The effort.
    pub effort: String,
    /// Whether it runs without the agent's own guards; the audited reason.
    pub unsandboxed: Option<String>,
    /// What the prompt is made of, the unit's body aside: [`super::prompt::build`].
    pub prompt: super::prompt::Parts,
}

/// What a session is for. Each role has a prompt of its own, in [`super::prompt`], and a folder of its
/// own in the attempt's; what any of them costs goes through one meter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// To carry out the unit.
    #[default]
    Work,
    /// To audit the unit's work against its criteria; changes nothing.
    Verifier,
    /// To rewrite the unit into a narrower one.
    Replan,
    /// To say whether a verdict of `met` is true; changes nothing.
    Judge,
}

impl Role {
    /// Its word, for folders and reports.
    pub fn word(self) -> &'static str {
        match self {
            Role::Work => "work",
            Role::Verifier => "verifier",
            Role::Replan => "replan",
            Role::Judge => "judge",
        }
    }

    /// Whether it is the session that carries out the unit.
    pub fn is_work(&self) -> bool {
        *self == Role::Work
    }
}

/// A commit to make.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Commit {
    /// The message's first line.
    pub subject: String,
    /// Trailers by name.
    pub trailers: BTreeMap<String, String>,
    /// What goes in.
    pub content: Content,
}

/// What goes into a commit. A person's own uncommitted files never do.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// What a session changed since `base`, its own commits folded in, with what the driver wrote in
    /// the feature's folder.
    Unit {
        /// Where the attempt began.
        base: Base,
        /// What the session changed.
        touched: Vec<RelPath>,
    },
    /// Only what the driver wrote: the feature's folder, roadmap and archive.
    Bookkeeping,
}

/// Why a run ends.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stop {
    /// The process's exit code: 0 complete, 1 a person is needed, 2 not armed.
    pub exit: u8,
    /// The reason as a word of driver.md where it has one, such as `gate_budget_exceeded`.
    pub reason: String,
    /// What to tell the person, with what to do about it.
    pub why: Vec<String>,
}

impl Effect {
    /// Whether it has an answer: the next event, or in a lane one of the next.
    pub fn is_question(&self) -> bool {
        use Effect::*;
        !matches!(
            self,
            Say(_)
                | SetKeys { .. }
                | Append { .. }
                | Log { .. }
                | Brief { .. }
                | KeepBaseline
                | Tag { .. }
                | FinishRoadmap { .. }
                | WriteText { .. }
                | EndSession { .. }
                | Stop(_)
        )
    }
}
