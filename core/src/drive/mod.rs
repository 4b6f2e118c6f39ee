//! The gate cycle as a pure state machine: what the driver learnt goes in as a [`Record`], what it is
//! to do comes out as [`Effect`]s. The program performs them, the studio plays them with scripted
//! outcomes, and a journal of the records is the whole truth.
//!
//! # How a driver uses it
//!
//! 1. Take the lock, read the journal, fold its records with [`step`] from [`State::default`] and
//!    drop the effects: they were performed, or will be asked for again.
//! 2. Append a [`Record`] with [`Event::Started`] and step with it. Whatever a killed driver left
//!    open is taken up from there: an attempt in its session is `interrupted` and not charged, one
//!    between session and verification goes on with the verification, one in its commit asks whether
//!    the commit is there.
//! 3. Perform the effects in order. The last is a question ([`Effect::is_question`]) or
//!    [`Effect::Stop`]. Append the answer to the journal, wait until it is on disk, step with it.
//!    Questions to lanes ([`Effect::Lane`]) may stand among them; step with their answers, in any order,
//!    when no other question is open ([`Phase::Watching`]).
//! 4. [`Event::StopRequested`] may be stepped with at any time; its effects are empty.
//!
//! An event that answers no open question changes nothing.
//!
//! # What each effect must be
//!
//! Performing an effect without an answer twice changes nothing the second time. A question may be
//! asked again after a kill: `Open` then records the tree anew (nothing ran in between), `Settle`
//! finds the snapshot made and the tree put back, `Commit` of bookkeeping finds nothing to commit.

pub mod audit;
pub mod books;
pub mod brief;
pub mod choose;
pub mod claims;
pub mod effect;
pub mod event;
pub mod failure;
pub mod fix_unit;
pub mod guards;
pub mod judge;
pub mod ledger;
mod log;
mod machine;
pub mod plan;
pub mod prompt;
pub mod redact;
pub mod replan;
pub mod result_block;
pub mod sets;
pub mod state;

pub use audit::{Audit, Finding};
pub use effect::{Append, Checks, Commit, Content, Effect, Purpose, Role, Say, Session, SetKeys, Stop, Tone};
pub use event::{
    Base, CheckResult, CheckVerdict, Event, Integration, Options, Patience, Produced, Record, SessionEnd,
    SessionReport, TreeFacts, Usage,
};
pub use ledger::Ledger;
pub use machine::step;
pub use plan::{CheckView, GateView, PlanChange, PlanView, UnitView, VerifierView};
pub use result_block::ResultBlock;
pub use state::{
    Attempt, AttemptFailure, AuditStep, Baseline, Best, Ended, Outcome, Phase, Stage, State, Then,
    UnitRecord, Waits,
};
