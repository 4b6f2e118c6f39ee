//! The table of event types. A new type or field is a line here; the schema, the check of a log and the
//! reference page follow.

use super::Origin::{Here, Python};
use super::Shape::*;
use super::{EventType, Field, Origin, field};

const fn event(
    name: &'static str,
    origin: Origin,
    when: &'static str,
    fields: &'static [Field],
) -> EventType {
    EventType { name, when, origin, fields }
}

const GATE: Field = field("gate", Whole, "the gate's number").needed();
const MODEL: Field = field("model", Text, "the model of its sessions").or_null();
const EFFORT: Field = field("effort", Text, "the effort of its sessions").or_null();
const RE_ARMS: Field = field("re_arm_count", Whole, "how often the unit was re-armed before");
const ATTEMPTS: Field = field("attempts", Whole, "how many attempts this cycle had");
const USAGE: Field = field("attempts_usage", Maps, "tokens, cost and time of each session of this cycle");
const CLASS: Field = field("failure_class", Text, "the class of the failure").or_null();
const SIGNATURE: Field = field("failure_signature", Text, "the failure in a line").or_null();
const PREDICATE: Field = field("predicate_version", Text, "the version of the predicate").needed();
const FAILING: Field =
    field("failing_gates", List, "the checks that did not pass: names, or objects of the Python tools");
const NEXT: Field = field("next_wu_id", Text, "the unit that was about to start");

/// Every type of event, in the order in which a feature comes to it.
pub const TYPES: &[EventType] = &[
    event(
        "task_started",
        Here,
        "the first attempt of a unit begins",
        &[field("type", Text, "the unit's type").or_null(), MODEL, EFFORT, RE_ARMS],
    ),
    event(
        "unsandboxed_dispatch",
        Here,
        "an `unsandboxed` unit is dispatched",
        &[field("rationale", Text, "why it may run without the agent's own guards").needed()],
    ),
    event(
        "attempt_outcome",
        Here,
        "an attempt ended",
        &[
            field("attempt", Whole, "its number").needed(),
            field("outcome", Outcome, "how it ended").needed(),
            field("duration_seconds", Number, "how long its sessions took"),
            field("cost_usd", Number, "what its sessions cost, in US dollars").or_null(),
            field("input_tokens", Whole, "tokens read, not from a cache").or_null(),
            field("output_tokens", Whole, "tokens written").or_null(),
            field("cache_read_input_tokens", Whole, "tokens read from a cache").or_null(),
            field("cache_creation_input_tokens", Whole, "tokens written to a cache").or_null(),
            MODEL,
            EFFORT,
            CLASS,
            SIGNATURE,
            field("failure_excerpt", Text, "the lines that matter, at most 500 bytes").or_null(),
            field("failing_tests", Texts, "names of failing tests, where the runner is known"),
            field("files_touched", Texts, "what the session changed"),
            field("agent_status", Text, "what the session says of itself: `complete` or `blocked`").or_null(),
            field("agent_blocked_reason", Text, "why it says that it is blocked").or_null(),
            RE_ARMS,
            field("refunded", Flag, "`true` when its checks were red before it: it does not count"),
            field("result_block", Text, "`missing` when the session ended without a RESULT block"),
            field("snapshot", Text, "the ref that keeps its work, when it failed").or_null(),
        ],
    ),
    event("task_completed", Here, "a unit is done", &[ATTEMPTS, USAGE]),
    event(
        "baseline_attribution",
        Here,
        "after a failed attempt it is known whether the `code` set was red before it",
        &[
            GATE,
            field("attempt", Whole, "the attempt that failed"),
            field("preexisting", Flag, "whether it failed there, too"),
            FAILING,
        ],
    ),
    event(
        "replan",
        Here,
        "a session rewrote the body of a unit",
        &[
            field("attempt", Whole, "the attempt that goes by the new text"),
            field("reason", Text, "why: `last_attempt`"),
        ],
    ),
    event(
        "fix_unit_inserted",
        Here,
        "a unit was put in that mends what holds another up",
        &[
            field("fix_unit", Text, "its id").needed(),
            field("file", Text, "its file"),
            field("gate", Whole, "the gate's number").or_null(),
            field("count", Whole, "how many the unit that was held up has had"),
        ],
    ),
    event(
        "broad_run_result",
        Here,
        "the whole `code` set ran before closing",
        &[GATE, field("passed", Flag, "whether all passed").needed(), FAILING],
    ),
    event(
        "auto_close_decision",
        Here,
        "whether a gate closes itself",
        &[
            GATE,
            field("gate_type", Text, "`intermediate` or `terminal`"),
            field("auto", Flag, "yes or no").needed(),
            field("reasons", Texts, "all that speaks against it").needed(),
            field("metrics", Map, "what was looked at"),
            field("plan_next_dispatched", Flag, "whether a planning session follows"),
            PREDICATE,
        ],
    ),
    event(
        "judged",
        Here,
        "a fresh session judged a verdict of `met`",
        &[
            GATE,
            field("claimed", Text, "what the close said"),
            field("verdict", Text, "what the judge found"),
            field("lowered", Flag, "whether that lowers the verdict"),
            field("reasons", Texts, "why"),
            field("follow_ups", Texts, "what is left to do"),
        ],
    ),
    event("gate_reached", Here, "every unit of a gate is done or abandoned", &[GATE]),
    event(
        "plan_next_draft_lint",
        Here,
        "the drafts of the next gate were linted",
        &[
            GATE,
            field("warns", Texts, "what was found"),
            field("blocking", Flag, "whether it stops anything"),
        ],
    ),
    event(
        "arm_predicate_evaluated",
        Here,
        "whether a gate could arm itself",
        &[
            GATE,
            field("would_arm", Flag, "yes or no").needed(),
            PREDICATE,
            field("classes", Map, "each class with what was found").needed(),
        ],
    ),
    event(
        "gate_auto_armed",
        Here,
        "a gate armed itself",
        &[
            GATE,
            field("units", Texts, "the drafts that became pending"),
            field("tag", Text, "the tag of the commit, to undo it"),
        ],
    ),
    event(
        "human_escalation",
        Here,
        "a person is needed",
        &[
            field("reason", Reason, "why").needed(),
            field("gate", Whole, "the gate's number"),
            field("brief", Text, "the file that holds the brief for the person"),
            field("blocked_reason", Text, "what the session says that it lacks").or_null(),
            field("message", Text, "more about it"),
            field("summary", Text, "what the session says that it did"),
            field("why", Texts, "what was said to the person"),
            CLASS,
            SIGNATURE,
            ATTEMPTS,
            USAGE,
            field("budget_usd", Number, "the gate's budget"),
            field("spent_usd", Number, "what its units have cost"),
            FAILING,
            NEXT,
            field("units", Maps, "stranded units, each with its cause"),
            field("total_attempts", Whole, "the attempts of all cycles"),
        ],
    ),
    event(
        "re_arm_dispatched",
        Here,
        "a stopped unit goes again",
        &[
            field("re_arm_count", Whole, "how often it has gone again").needed(),
            field("reason", Text, "why").or_null(),
        ],
    ),
    event(
        "re_arm_rejected",
        Here,
        "a unit that stopped on a failure that came twice may not go again unproven",
        &[RE_ARMS, field("reason", Text, "why: `spinning_reproduction_missing`")],
    ),
    event(
        "followups_recorded",
        Here,
        "the last close said that the goal is not met",
        &[field("gate", Whole, "the gate's number"), field("verdict", Text, "the verdict")],
    ),
    event(
        "driver_staleness_detected",
        Python,
        "a unit changed the driver that ran it",
        &[
            GATE,
            field("wu_id", Text, "the unit"),
            field("driver_paths", Texts, "what it changed"),
            field("halted", Flag, "whether the run stopped"),
            field("reason", Text, "why"),
            field("remaining_wu_ids", Texts, "the units that were left"),
            field("resume_command", Text, "how to go on"),
        ],
    ),
];

/// How an attempt can end, with what happened.
pub const OUTCOMES: &[(&str, &str)] = &[
    ("passed", "verified and committed"),
    ("failed", "a check failed"),
    ("blocked", "the agent said that it is blocked"),
    ("interrupted", "the driver was killed or stopped, or the agent's program was not there; not counted"),
    ("agent_failed", "the agent crashed, or says that it failed"),
    ("zero_token_skip", "the agent used no token"),
    ("timed_out", "the session was ended at its time limit"),
    ("oracle_tampered", "the session changed what is not its to change"),
    ("files_changed_mismatch", "the session names files as changed that it did not touch"),
    ("deliverable_missing", "a file of `produces` is missing or empty"),
    ("produces_not_in_diff", "a file of `produces` was not touched, and the session does not say why"),
    ("no_deliverable_files", "nothing was changed besides the unit's own file"),
    ("closing_deliverable_missing", "something that [a close must leave behind](closing.md) is missing"),
    ("squash_commit_failed", "git or a hook refused the commit"),
    ("smoke_import_failed", "what was made could not be loaded (the Python tools alone say so)"),
    ("prep_halted", "a set of `prep` failed before the session; not counted"),
];
