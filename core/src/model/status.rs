//! The vocabularies of a plan and the transitions that are legal in them.

use std::fmt;

/// A closed list of words, one per value.
pub trait Vocabulary: Sized + Copy + PartialEq + 'static {
    /// Every value with its word, in the order people read them.
    const WORDS: &'static [(Self, &'static str)];

    /// Reads a word.
    fn parse(text: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, word)| *word == text).map(|(value, _)| *value)
    }

    /// The value's word.
    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(value, _)| *value == self).map_or("", |(_, word)| word)
    }

    /// What the value means, in one sentence.
    fn meaning(self) -> &'static str;
}

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $(#[doc = $meaning:literal] $value:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
        pub enum $name { $(#[doc = $meaning] #[serde(rename = $word)] $value),+ }
        impl Vocabulary for $name {
            const WORDS: &'static [(Self, &'static str)] = &[$(($name::$value, $word)),+];

            fn meaning(self) -> &'static str {
                match self { $($name::$value => $meaning.trim_ascii()),+ }
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.word()) }
        }
    };
}

vocabulary! {
    /// Where a feature stands; also the status words of the roadmap.
    PlanStatus {
        /// Described, not begun.
        Planned = "planned",
        /// Being worked on: the driver runs it.
        Active = "active",
        /// Waits for something outside.
        Blocked = "blocked",
        /// Put off.
        Deferred = "deferred",
        /// Finished and met.
        Done = "done",
        /// Given up.
        Abandoned = "abandoned",
    }
}

vocabulary! {
    /// How far the loop goes on its own. Ordered from loose to tight.
    Autonomy {
        /// Arms the next gate itself when all is clean.
        Auto = "auto",
        /// Stops at each gate for a person.
        Review = "review",
        /// A person watches.
        Supervised = "supervised",
    }
}

vocabulary! {
    /// Where a gate stands.
    GateStatus {
        /// Its units are being worked on, or are still to be.
        Open = "open",
        /// Everything in it is finished; a person decides.
        AwaitingReview = "awaiting_review",
        /// Behind us.
        Passed = "passed",
    }
}

vocabulary! {
    /// Where a work unit stands.
    UnitStatus {
        /// Written by a planning session; a person arms it.
        Draft = "draft",
        /// To be dispatched.
        Pending = "pending",
        /// To be dispatched.
        Ready = "ready",
        /// A session is at work.
        InProgress = "in_progress",
        /// Finished, waiting for a person's look.
        InReview = "in_review",
        /// Verified and committed.
        Done = "done",
        /// Stopped; a person is needed.
        BlockedHuman = "blocked_human",
        /// Given up.
        Abandoned = "abandoned",
    }
}

impl UnitStatus {
    /// Whether the driver may dispatch a unit that stands here.
    pub fn is_dispatchable(self) -> bool {
        matches!(self, UnitStatus::Pending | UnitStatus::Ready)
    }

    /// Whether nothing more will happen to the unit: a gate completes when all of its units are here.
    pub fn is_final(self) -> bool {
        matches!(self, UnitStatus::Done | UnitStatus::Abandoned)
    }

    /// Whether an action may lead from here to `next`. Staying is always legal.
    pub fn can_become(self, next: UnitStatus) -> bool {
        use UnitStatus::*;
        self == next
            || match self {
                Draft => matches!(next, Pending | Ready | Abandoned),
                Pending | Ready => {
                    matches!(next, Draft | Pending | Ready | InProgress | Done | BlockedHuman | Abandoned)
                }
                InProgress => matches!(next, Pending | InReview | Done | BlockedHuman | Abandoned),
                InReview => matches!(next, Pending | Done | BlockedHuman | Abandoned),
                BlockedHuman => matches!(next, Pending | Done | Abandoned),
                Done => false,
                Abandoned => matches!(next, Draft | Pending),
            }
    }
}

impl GateStatus {
    /// Whether an action may lead from here to `next`. Staying is always legal.
    pub fn can_become(self, next: GateStatus) -> bool {
        use GateStatus::*;
        self == next
            || matches!((self, next), (Open, AwaitingReview | Passed) | (AwaitingReview, Open | Passed))
    }
}

impl PlanStatus {
    /// Whether an action may lead from here to `next`. Staying is always legal.
    pub fn can_become(self, next: PlanStatus) -> bool {
        use PlanStatus::*;
        self == next
            || match self {
                Planned | Blocked | Deferred => next != Done,
                Active => true,
                Done => false,
                Abandoned => next == Planned,
            }
    }
}

vocabulary! {
    /// What a work unit is for.
    UnitType {
        /// Builds something.
        Implementation = "implementation",
        /// A step that only a person can do; never dispatched.
        Human = "human",
        /// Closes the last gate and gives the feature's verdict.
        Close = "close",
        /// Closes a gate that is not the last.
        CloseIntermediate = "close-intermediate",
        /// Drafts the next gate.
        PlanNext = "plan-next",
        /// Legacy closing step.
        Retrospective = "retrospective",
        /// Legacy closing step.
        Lessons = "lessons",
        /// Legacy closing step.
        Docs = "docs",
        /// Writes tests.
        QaAuthoring = "qa_authoring",
        /// Runs tests.
        QaExecution = "qa_execution",
        /// Tends tests.
        QaCuration = "qa_curation",
    }
}

impl UnitType {
    /// Whether it belongs to a gate's closing sequence. All others are substantive.
    pub fn is_closing(self) -> bool {
        use UnitType::*;
        matches!(self, Close | CloseIntermediate | PlanNext | Retrospective | Lessons | Docs)
    }

    /// Whether it is one of the two close types, which carry a verdict or a retrospective.
    pub fn is_close(self) -> bool {
        matches!(self, UnitType::Close | UnitType::CloseIntermediate)
    }

    /// The verification set that judges it; a person's step has none.
    pub fn verification_set(self) -> Option<&'static str> {
        use UnitType::*;
        match self {
            Implementation | QaAuthoring | QaExecution | QaCuration => Some("code"),
            Retrospective | Lessons | Docs => Some("doc"),
            PlanNext | Close | CloseIntermediate => Some("plannext"),
            Human => None,
        }
    }

    /// The model and effort it gets when nothing else says.
    pub fn default_model_and_effort(self) -> (&'static str, Effort) {
        use UnitType::*;
        match self {
            Implementation | Human | QaAuthoring | QaExecution | QaCuration => ("sonnet", Effort::Medium),
            Retrospective | Lessons | Docs => ("sonnet", Effort::Low),
            PlanNext | Close | CloseIntermediate => ("sonnet", Effort::High),
        }
    }
}

vocabulary! {
    /// How hard a session thinks.
    Effort {
        /// Least.
        Low = "low",
        /// The default for work.
        Medium = "medium",
        /// The default for closing.
        High = "high",
        /// Above high.
        Xhigh = "xhigh",
        /// Most.
        Max = "max",
    }
}

vocabulary! {
    /// What a close says of its feature. The last two are read, never written.
    Verdict {
        /// The goal is reached.
        Met = "met",
        /// It is not.
        NotMet = "not_met",
        /// Retired.
        MetLocally = "met_locally",
        /// Retired.
        PartiallyMet = "partially_met",
    }
}

impl Verdict {
    /// Whether the word is no longer written.
    pub fn is_retired(self) -> bool {
        matches!(self, Verdict::MetLocally | Verdict::PartiallyMet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        for (status, word) in UnitStatus::WORDS {
            assert_eq!(UnitStatus::parse(word), Some(*status));
            assert_eq!(status.to_string(), *word);
        }
        assert_eq!(UnitType::parse("close-intermediate"), Some(UnitType::CloseIntermediate));
        assert_eq!(UnitStatus::parse("Done"), None);
    }

    #[test]
    fn what_is_done_stays_done() {
        for (next, _) in UnitStatus::WORDS {
            assert_eq!(UnitStatus::Done.can_become(*next), *next == UnitStatus::Done);
        }
        assert!(!GateStatus::Passed.can_become(GateStatus::Open));
        assert!(!PlanStatus::Done.can_become(PlanStatus::Active));
        assert!(UnitStatus::BlockedHuman.can_become(UnitStatus::Pending));
        assert!(!UnitStatus::Draft.can_become(UnitStatus::Done));
    }
}
