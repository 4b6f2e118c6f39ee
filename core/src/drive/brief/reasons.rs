//! Every reason for which a person is called: what happened, the decision wanted, and what can be done.
//! `{unit}` stands for the unit's short id (or the feature's id), `{gate}` for the gate's number.

/// One reason, in words for a person.
#[derive(Clone, Copy, Debug)]
pub struct Reason {
    /// The word in the log.
    pub word: &'static str,
    /// What happened, in one sentence.
    pub what: &'static str,
    /// The decision that is wanted.
    pub decision: &'static str,
    /// Why the driver does not take it.
    pub why: &'static str,
    /// What can be done.
    pub options: &'static [&'static str],
    /// What we would do.
    pub recommendation: &'static str,
}

impl Reason {
    /// The reason of this word; a general one when it is not known.
    pub fn of(word: &str) -> &'static Reason {
        REASONS.iter().find(|reason| reason.word == word).unwrap_or(&OTHER)
    }
}

const REARM: &str = "Change the unit's text, then: specfuse-loop rearm {unit} --reason \"what has changed\"";
const REARM_SEEN: &str = "Reproduce the failure yourself, mend its cause, then: specfuse-loop rearm {unit} \
                          --reason \"what has changed\" --reproduced";
const BY_HAND: &str =
    "Finish it by hand and commit, then: specfuse-loop done {unit} --evidence \"how one can see it\"";
const GIVE_UP: &str =
    "Give it up: set `status: abandoned` in its file. Units that depend on it never start then.";
const RUN: &str = "Repair it, commit, and run again: specfuse-loop run";

const OTHER: Reason = Reason {
    word: "",
    what: "The driver stopped.",
    decision: "Whether and how to go on.",
    why: "The driver has no rule for this.",
    options: &["Mend what is named above, then: specfuse-loop run", "Look closer: specfuse-loop status"],
    recommendation: "Look at what is named above first.",
};

/// Every reason.
pub const REASONS: &[Reason] = &[
    Reason {
        word: "agent_reported_blocked",
        what: "The session of {unit} says that it cannot go on.",
        decision: "The answer to what the session asks, or another way for the unit.",
        why: "The session needs something that is not in the plan: a choice, an access, or a change of scope.",
        options: &[REARM, BY_HAND, GIVE_UP],
        recommendation: "Write the answer into the unit's text, so that the next session finds it, and re-arm it.",
    },
    Reason {
        word: "spinning_detected",
        what: "All attempts of {unit} failed, in different ways.",
        decision: "Whether the unit is too large, unclear, or wrong.",
        why: "More attempts at the same text rarely go better, and each costs money.",
        options: &["Split it into smaller units, or make its text clearer.", REARM, BY_HAND, GIVE_UP],
        recommendation: "Compare the attempts; when they fail in different places, split the unit.",
    },
    Reason {
        word: "spinning_signature_repeat",
        what: "{unit} failed twice in a row in the same way.",
        decision: "Whether the cause lies in the unit, in its verification, or elsewhere.",
        why: "A third attempt would fail in the same way. Someone must have seen the failure.",
        options: &[
            REARM_SEEN,
            "Go on without having seen it: specfuse-loop rearm {unit} --reason \"why\" --override",
            BY_HAND,
            GIVE_UP,
        ],
        recommendation: "Run the failing command yourself. Often a file outside the unit's scope is the cause.",
    },
    Reason {
        word: "all_attempts_zero_token",
        what: "The agent used no token in any attempt at {unit}.",
        decision: "Whether the agent works at all.",
        why: "Nothing was tried. The agent's login, limits or model are not the driver's to change.",
        options: &[
            "Start the agent by hand, mend its login or model, then: specfuse-loop rearm {unit} --reason \"what was wrong\"",
            "Name another agent under `agent` in .specfuse/config, then re-arm.",
        ],
        recommendation: "Start the agent by hand with the unit's model.",
    },
    Reason {
        word: "gate_budget_exceeded",
        what: "Gate {gate} had cost its budget before this run began.",
        decision: "Whether the gate is worth more money.",
        why: "A budget is a person's limit; only a person moves it.",
        options: &[
            "Raise `cost_budget_usd` and set `status: open` in the gate's file, then: specfuse-loop run",
            "Make the rest smaller: change or abandon open units, then raise the budget by what is left.",
        ],
        recommendation: "Look at what cost most (specfuse-loop plan) before you raise it.",
    },
    Reason {
        word: "gate_budget_exceeded_post_dispatch",
        what: "Gate {gate} has cost its budget in this run.",
        decision: "Whether the gate is worth more money.",
        why: "A budget is a person's limit; only a person moves it.",
        options: &[
            "Raise `cost_budget_usd` and set `status: open` in the gate's file, then: specfuse-loop run",
            "Make the rest smaller: change or abandon open units, then raise the budget by what is left.",
        ],
        recommendation: "Look at what cost most (specfuse-loop plan) before you raise it.",
    },
    Reason {
        word: "post_pass_invariant_failed",
        what: "The feature was finished, and its files do not all say so.",
        decision: "Which of the files is right.",
        why: "The files contradict each other after the driver's own writing; guessing could hide unfinished work.",
        options: &[
            "Correct the files that are named and commit, then: specfuse-loop run",
            "When the goal is not met after all: set `verdict: not_met` in the close, and the statuses back.",
        ],
        recommendation: "Look at the last commit of the driver; a hook or an editor may have changed it.",
    },
    Reason {
        word: "preexisting_gate_failure",
        what: "A check fails on the tree as it was before {unit} began.",
        decision: "How the check becomes green again, and by whom.",
        why: "It is not the unit's fault: the attempt does not count, and a session would have to leave its scope.",
        options: &[
            RUN,
            "Add a unit that repairs it, before {unit}.",
            "When the check is wrong: correct verification.yml.",
        ],
        recommendation: "Run the check on the base branch; when it is red there too, repair it there.",
    },
    Reason {
        word: "prep_halted",
        what: "A `prep` set of {unit} failed, so no session was started.",
        decision: "How to get what the unit needs into place.",
        why: "What `prep` asks for lies outside the plan; a session would fail without it, and cost money.",
        options: &[
            "Mend what it names, then: specfuse-loop rearm {unit} --reason \"what was mended\"",
            "When the unit does not need it: take the set out of `prep`, then re-arm.",
        ],
        recommendation: "Run the command of the set yourself and read its first error.",
    },
    Reason {
        word: "produces_shape_invalid",
        what: "An entry of `produces` of {unit} cannot be what it should be.",
        decision: "Which files the unit is to produce.",
        why: "What a unit must deliver is part of the plan.",
        options: &[
            "Correct `produces`, then: specfuse-loop rearm {unit} --reason \"produces corrected\"",
            GIVE_UP,
        ],
        recommendation: "Write paths from the repository's root, or globs that match what the unit makes.",
    },
    Reason {
        word: "deterministic_refusal_repeat",
        what: "The checks of {unit} are green, and a guard refused it twice for the same thing.",
        decision: "Whether the work or the plan is wrong about what is missing.",
        why: "The session does not supply it, or cannot. Its work is kept.",
        options: &[
            "Correct `produces` or the text, then: specfuse-loop rearm {unit} --reason \"what has changed\" --reproduced",
            BY_HAND,
            GIVE_UP,
        ],
        recommendation: "Compare `produces` with the files that the last attempt changed; usually a path differs.",
    },
    Reason {
        word: "convergence_plateau",
        what: "The findings of {unit} no longer become fewer.",
        decision: "Whether what is left is good enough, or needs another way.",
        why: "Two attempts brought no fewer findings; a third would cost as much again.",
        options: &[
            "Say in the unit's text how to deal with the findings that are left, then: specfuse-loop rearm {unit} --reason \"…\"",
            BY_HAND,
            GIVE_UP,
        ],
        recommendation: "Read the findings of the best attempt; what is left is often of one kind.",
    },
    Reason {
        word: "broad_run_gate_failure",
        what: "The whole `code` set fails on the tree of gate {gate}, so it is not closed.",
        decision: "Who repairs it: you, or a further unit.",
        why: "Every unit passed its own checks; which of them is at fault is not known.",
        options: &[RUN, "Add a unit to the gate that repairs it: PLAN.md and a WU file, then run again."],
        recommendation: "Run the failing check at each of the gate's commits (git bisect run) to find the unit.",
    },
    Reason {
        word: "replan_unchanged_body",
        what: "A session was to rewrite {unit} before its last attempt, and did not change it.",
        decision: "How the unit can be made smaller or clearer.",
        why: "Another attempt at the same text would likely fail as those before it.",
        options: &[REARM, BY_HAND, GIVE_UP],
        recommendation: "Take the criterion that always fails into a unit of its own.",
    },
    Reason {
        word: "human_step_required",
        what: "{unit} is a step for a person, and it is its turn.",
        decision: "The step itself, and how one can see that it is done.",
        why: "The plan gives it to a person.",
        options: &["Do it, then: specfuse-loop done {unit} --evidence \"how one can see it\"", GIVE_UP],
        recommendation: "Do it now; all that depends on it waits.",
    },
    Reason {
        word: "stranded",
        what: "Nothing is ready in gate {gate}, and not everything is done.",
        decision: "What becomes of each unit that is named.",
        why: "Each way on changes the plan: an edge, a status, or the scope.",
        options: &[
            "Set stopped units going again: specfuse-loop rearm UNIT --reason \"what has changed\"",
            "Change the graph in PLAN.md: take away an edge to an abandoned unit, or break the circle.",
            "Give up what is not needed: set `status: abandoned`.",
        ],
        recommendation: "Begin with the first unit that is named; the others often wait for it.",
    },
    Reason {
        word: "agent_unavailable",
        what: "The agent could not be started.",
        decision: "Which agent is to run, and that it is there.",
        why: "Installing programs and logging in are yours to do. Nothing was charged.",
        options: &[
            "Install the agent or mend its login, then: specfuse-loop run",
            "Name another agent under `agent` in .specfuse/config, then run again.",
        ],
        recommendation: "Start the agent by hand in this folder, as the user that runs the driver.",
    },
];
