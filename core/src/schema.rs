//! Every key of every plan file: its type, default, writer and meaning. Lint, forms, hover texts and
//! the reference pages all read this one table; nobody keeps a second list.

use crate::model::status::{
    Autonomy, Effort, GateStatus, PlanStatus, UnitStatus, UnitType, Verdict, Vocabulary,
};
use crate::yaml::{Node, NodeKind};

/// The kinds of file that a schema describes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FileKind {
    /// `PLAN.md`
    Plan,
    /// `GATE-NN.md`
    Gate,
    /// A work unit, usually `WU-….md`.
    Unit,
    /// `GATE-NN-REVIEW.md`
    Review,
    /// `verification.yml`
    Verification,
    /// `.specfuse/config`
    Config,
}

/// Who writes a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Writer {
    /// A person, or a planning session on a person's behalf.
    Person,
    /// The driver; a person leaves it alone.
    Driver,
    /// Both.
    Both,
}

/// What a value must be.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// Any scalar, read as text.
    Text,
    /// `true` or `false`.
    Bool,
    /// A whole number, at least this.
    Int(i64),
    /// A number, at least this.
    Number(f64),
    /// One of a closed list of words; each with what it means.
    Word(fn() -> Vec<(&'static str, &'static str)>),
    /// A text, or a list of texts.
    Texts,
    /// A list of anything.
    List,
    /// A map.
    Map,
    /// A feature's id.
    FeatureId,
    /// A work unit's id.
    UnitId,
    /// A model's name: `sonnet opus haiku`, `claude-*`, or one the configured agent declares.
    Model,
    /// Anything at all.
    Any,
}

/// One key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What its value must be.
    pub ty: Type,
    /// Whether a file without it is wrong.
    pub required: bool,
    /// What holds when it is absent, in words; empty when nothing does.
    pub default: &'static str,
    /// Who writes it.
    pub writer: Writer,
    /// What it means, in one line.
    pub meaning: &'static str,
}

const fn key(
    name: &'static str,
    ty: Type,
    writer: Writer,
    default: &'static str,
    meaning: &'static str,
) -> Key {
    Key { name, ty, required: false, default, writer, meaning }
}

const fn required(name: &'static str, ty: Type, meaning: &'static str) -> Key {
    Key { name, ty, required: true, default: "", writer: Person, meaning }
}

fn words<T: Vocabulary>() -> Vec<(&'static str, &'static str)> {
    T::WORDS.iter().map(|(value, word)| (*word, value.meaning())).collect()
}

use Type::*;
use Writer::{Both, Driver, Person};

/// Keys of `PLAN.md`.
pub const PLAN: &[Key] = &[
    required("feature_id", FeatureId, "The feature's id; its folder starts with it."),
    required("title", Text, "What people call the feature."),
    key("slug", Text, Person, "", "The readable part of the folder's name."),
    required("branch", Text, "The branch its commits go to."),
    required("roadmap_goal", Text, "What will be true once the feature is done, in one sentence."),
    Key { writer: Both, ..required("status", Word(words::<PlanStatus>), "Where the feature stands.") },
    key("autonomy_default", Word(words::<Autonomy>), Person, "review", "How far the loop goes on its own."),
    key(
        "base",
        Text,
        Person,
        "the repository's default branch",
        "The branch that `branch` starts from and returns to.",
    ),
    key("planned_cost_usd", Number(0.0), Person, "", "What the feature should cost, in US dollars."),
    key(
        "auto_close_disabled",
        Bool,
        Person,
        "false",
        "Close every gate by a session, even when it ran clean.",
    ),
    key("judge_disabled", Bool, Person, "false", "Let the verdict stand without a second opinion."),
    key("source_issue_url", Text, Person, "", "The GitHub issue this came from; turns on its labels."),
    key("initiative", Text, Person, "", "The larger effort the feature belongs to."),
    key("verdict", Word(words::<Verdict>), Both, "", "What the last close said; written by older versions."),
    key("actual_cost_usd", Number(0.0), Driver, "", "What the feature cost; written by older versions."),
];

/// The key of the task graph in `PLAN.md`.
pub const GRAPH: &[Key] = &[required("gates", List, "The gates in the order they are walked.")];

/// Keys of a gate in the task graph.
pub const GRAPH_GATE: &[Key] = &[
    required("gate", Int(1), "The gate's number, counted from 1."),
    key("file", Text, Person, "`GATE-NN.md`", "The gate's file, in the feature's folder."),
    key("work_units", List, Person, "none", "The gate's units; an empty list is a gate not drafted yet."),
];

/// Keys of a unit in the task graph.
pub const GRAPH_UNIT: &[Key] = &[
    required("id", UnitId, "The unit's id."),
    required("file", Text, "The unit's file, in the feature's folder."),
    key("depends_on", Texts, Person, "none", "The ids of the units that must be done before this one."),
];

/// Keys of `GATE-NN.md`.
pub const GATE: &[Key] = &[
    key("gate", Int(1), Person, "", "The gate's number, as in the plan's graph."),
    key("status", Word(words::<GateStatus>), Both, "open", "Where the gate stands."),
    key("cost_budget_usd", Number(0.0), Person, "", "Stop between units once the gate has cost this much."),
    key(
        "feature_oracle",
        Text,
        Person,
        "",
        "A command that is red at first and green once the gate's goal is met.",
    ),
    key("verifier", Bool, Person, "as in `config`", "Let a second session audit each unit's work."),
    key(
        "autonomy",
        Word(words::<Autonomy>),
        Person,
        "",
        "Tighter than the plan's `autonomy_default`, never looser.",
    ),
    key("baseline", Map, Driver, "", "Which checks were red before the gate began."),
    key("broad_run", Map, Driver, "", "What the full verification run before closing found."),
];

/// Keys of a work unit's file.
pub const UNIT: &[Key] = &[
    required("id", UnitId, "The unit's id, as in the plan's graph."),
    key(
        "type",
        Word(words::<UnitType>),
        Person,
        "implementation",
        "What the unit is for; decides how it is verified.",
    ),
    key(
        "status",
        Word(words::<UnitStatus>),
        Both,
        "pending",
        "Where the unit stands; only `pending` and `ready` are dispatched.",
    ),
    key("attempts", Int(0), Driver, "0", "Sessions spent on the unit in this cycle."),
    key("model", Model, Person, "by type", "The model the session runs on."),
    key("effort", Word(words::<Effort>), Person, "by type", "How hard the session thinks."),
    key("planned_cost_usd", Number(0.0), Person, "", "What the unit should cost, in US dollars."),
    key(
        "produces",
        Texts,
        Person,
        "none",
        "Files or globs, from the repository's root, that must exist, be non-empty and change.",
    ),
    key("produces_driver_helper", Texts, Person, "none", "Names of driver internals the unit adds."),
    key("generated_surfaces", Texts, Person, "none", "Generated files the unit may touch."),
    key("oracle_env", Text, Person, "", "Where the check that proves the unit runs."),
    key("extra_gates", Texts, Person, "none", "Further verification sets for this unit."),
    key("prep", Texts, Person, "none", "Sets that must pass before the session starts."),
    key("oracles", Texts, Person, "none", "Sets whose output goes into the prompt."),
    key(
        "max_attempts",
        Int(1),
        Person,
        "the project's, then 3",
        "Sessions allowed before a person is called.",
    ),
    key(
        "iterate_on_failure",
        Bool,
        Person,
        "false",
        "Keep the tree between attempts while a `FINDINGS: n` count falls.",
    ),
    key(
        "verifier",
        Bool,
        Person,
        "as in its gate",
        "Let a second session audit the work against the criteria.",
    ),
    key("unsandboxed", Bool, Person, "false", "Run the session without the agent's permission checks."),
    key("unsandboxed_rationale", Text, Person, "", "Why that is needed; recorded at every dispatch."),
    key("verdict", Word(words::<Verdict>), Both, "", "What a close says of its gate or feature."),
    key(
        "auto_close_disabled",
        Bool,
        Person,
        "false",
        "Close this gate by a session, even when it ran clean.",
    ),
    key("human_only", Bool, Person, "false", "Only a person may arm or judge this."),
    key("provenance", Text, Person, "", "Why the unit was added after the plan's baseline."),
    key("evidence", Text, Person, "", "How a person knows that a `human` unit is done."),
    key("gate_set", Text, Driver, "", "The verification set that judged the unit."),
    key("driver_version", Text, Driver, "", "The driver that ran the unit."),
    key("started_at", Text, Driver, "", "When its last session began (RFC 3339)."),
    key("cost_usd", Number(0.0), Driver, "", "What this cycle cost, in US dollars."),
    key("input_tokens", Int(0), Driver, "", "Tokens read in this cycle."),
    key("output_tokens", Int(0), Driver, "", "Tokens written in this cycle."),
    key("duration_seconds", Number(0.0), Driver, "", "Time spent in this cycle, in seconds."),
    key("auto_close", Bool, Driver, "", "Whether the gate closed without a session."),
    key("auto_close_reasons", Any, Driver, "", "Why it did not."),
    key("escalation_reason", Text, Driver, "", "Why a person was called."),
    key("escalation_failure_class", Text, Driver, "", "The class of the failure that called a person."),
    key("escalation_failure_signature", Text, Driver, "", "The signature of that failure."),
    key("produces_dropped", Texts, Driver, "", "Planned deliverables a session justified leaving out."),
    key("re_arm_count", Int(0), Driver, "0", "How often a person set the unit going again."),
    key("re_arm_history", List, Driver, "", "What stood before each re-arm."),
    key("cumulative_cost_usd", Number(0.0), Driver, "", "Cost of all finished cycles, in US dollars."),
    key("cumulative_duration_seconds", Number(0.0), Driver, "", "Time of all finished cycles, in seconds."),
    key("cumulative_input_tokens", Int(0), Driver, "", "Tokens read in all finished cycles."),
    key("cumulative_output_tokens", Int(0), Driver, "", "Tokens written in all finished cycles."),
    key("cumulative_attempts", Int(0), Driver, "", "Sessions of all finished cycles."),
    key("reproduced_signature", Any, Person, "", "The failure a person reproduced before re-arming."),
    key("re_arm_override", Any, Person, "", "Re-arm though the failure was not reproduced."),
    key("folded_through_re_arm", Int(0), Driver, "", "Cycles already counted; written by older versions."),
    key("prior_attempts", Any, Driver, "", "Attempts before a re-arm; written by older versions."),
    key("historical_cost_usd", Number(0.0), Driver, "", "Cost before a re-arm; written by older versions."),
    key(
        "historical_duration_seconds",
        Number(0.0),
        Driver,
        "",
        "Time before a re-arm; written by older versions.",
    ),
    key(
        "historical_input_tokens",
        Int(0),
        Driver,
        "",
        "Tokens read before a re-arm; written by older versions.",
    ),
    key(
        "historical_output_tokens",
        Int(0),
        Driver,
        "",
        "Tokens written before a re-arm; written by older versions.",
    ),
    key(
        "completed_out_of_loop",
        Any,
        Person,
        "",
        "The unit was finished by hand; written by older versions.",
    ),
    key("completed_note", Text, Person, "", "How it was finished by hand; written by older versions."),
];

/// Keys of `GATE-NN-REVIEW.md`.
pub const REVIEW: &[Key] = &[
    key(
        "open_questions",
        List,
        Both,
        "",
        "Questions a person must answer before arming; an empty list says there are none.",
    ),
    key("gate", Int(1), Both, "", "The gate under review."),
    key("human_only", Bool, Both, "false", "Only a person may arm the gate."),
    key("written_by", Text, Both, "", "Which unit wrote the review."),
];

/// Keys of `verification.yml` that are not names of sets.
pub const VERIFICATION: &[Key] = &joined::<{ PROJECT.len() + SETTINGS.len() }>(PROJECT, SETTINGS);

const PROJECT: &[Key] = &[
    key("cost_tracking", Bool, Person, "true", "Keep cost and tokens of every session."),
    key("baseline_probe", Bool, Person, "true", "Find out what was red before a gate begins."),
    key("defaults", Map, Person, "", "Project defaults: `max_attempts`, and the keys after this one."),
];

/// Keys of one gate in a verification set.
pub const VERIFICATION_GATE: &[Key] = &[
    required("name", Text, "What the check is called; unique in its set."),
    required("command", Text, "A shell command, run at the repository's root; 0 is a pass."),
    key("timeout_seconds", Number(0.0), Person, "900", "How long it may take, in seconds."),
    key(
        "wu_must_reference",
        Bool,
        Person,
        "false",
        "Units must name this check in their Verification section.",
    ),
    key("needs", Texts, Person, "none", "Checks that go first; skipped when one of them failed."),
    key("tier", Text, Person, "", "`broad`: once per gate instead of per attempt."),
    key("narrow_command", Text, Person, "", "A cheaper command over the unit's own tests."),
    key("narrow_selection", Map, Person, "", "How those tests are found and named."),
];

/// Keys of a check's `narrow_selection`.
pub const NARROW_SELECTION: &[Key] = &[
    key("test_roots", Texts, Person, "none", "Folders in which a unit's own tests lie."),
    key("format", Text, Person, "", "How the runner wants to be told of tests."),
    key("item_template", Text, Person, "", "How one test is named."),
    key("separator", Text, Person, "", "What stands between two of them."),
];

/// Keys of `defaults` in `verification.yml`. All but the first may stand beside `defaults` as well.
pub const VERIFICATION_DEFAULTS: &[Key] = &joined::<{ 1 + SETTINGS.len() }>(&[MOST_ATTEMPTS], SETTINGS);

const MOST_ATTEMPTS: Key =
    key("max_attempts", Int(1), Person, "3", "Sessions a unit may have before a person is called.");

const SETTINGS: &[Key] = &[
    key("retain_on_guard_refusal", Bool, Person, "true", "Keep the tree when only a guard refused."),
    key(
        "dispatch_skills",
        Bool,
        Person,
        "false",
        "Name the skills in `.claude/skills` and `.specfuse/skills` to sessions.",
    ),
    key(
        "post_merge_issue",
        Bool,
        Person,
        "false",
        "When a feature is finished, open a GitHub issue with its post-merge checklist.",
    ),
    key("produces_amendable", Bool, Person, "false", "Let a session amend what it produces, with a reason."),
    key(
        "fix_unit_insertion",
        Bool,
        Person,
        "true",
        "Let a blocked session ask for a unit that clears its way.",
    ),
    key("max_fix_units_per_unit", Int(0), Person, "2", "How many such units one unit may get."),
    key(
        "carry_forward_narrow_greens",
        Bool,
        Person,
        "true",
        "Do not repeat a narrow command that was green on the very same tree.",
    ),
];

/// Two lists of keys as one.
const fn joined<const N: usize>(first: &[Key], second: &[Key]) -> [Key; N] {
    let mut keys = [first[0]; N];
    let mut at = 0;
    while at < N {
        keys[at] = if at < first.len() { first[at] } else { second[at - first.len()] };
        at += 1;
    }
    keys
}

/// Keys of `.specfuse/config`.
pub const CONFIG: &[Key] = &[
    key("autosync", Bool, Person, "true", "Keep the scaffold up to date."),
    key("agent", Text, Person, "claude", "The adapter that runs sessions."),
    key("agents", Map, Person, "", "Named adapters of this project."),
    key(
        "chain",
        List,
        Person,
        "`agent` alone",
        "Adapters that take over from each other, the first of them first.",
    ),
    key(
        "verifier",
        Any,
        Person,
        "false",
        "Let a second session audit every unit: `true`, or its `model`, `effort` and `agent`.",
    ),
    key("parallel_checks", Int(1), Person, "1", "How many checks that need not each other run at a time."),
    key(
        "replan",
        Bool,
        Person,
        "false",
        "Before its last attempt, let a session rewrite a unit into a narrower one.",
    ),
    key("waits", Map, Person, "", "How long an agent that cannot work now is waited for."),
    key("lanes", Int(1), Person, "1", "Work trees that run side by side."),
    key("defaults", Map, Person, "", "Model and effort by unit type (`by_type`)."),
    key("sandbox", Texts, Person, "none", "What the agent's command runs inside: program and arguments."),
    key("copy", Texts, Person, "none", "Ignored files that a work tree needs, as globs."),
    key("setup", Texts, Person, "none", "Commands that a new work tree runs once."),
    key("lint", Map, Person, "", "Severity by rule: `off`, `warning`, `error`."),
];

/// The keys of a kind of file.
pub fn keys(kind: FileKind) -> &'static [Key] {
    match kind {
        FileKind::Plan => PLAN,
        FileKind::Gate => GATE,
        FileKind::Unit => UNIT,
        FileKind::Review => REVIEW,
        FileKind::Verification => VERIFICATION,
        FileKind::Config => CONFIG,
    }
}

/// The key of that name in that kind of file.
pub fn find(kind: FileKind, name: &str) -> Option<&'static Key> {
    keys(kind).iter().find(|key| key.name == name)
}

impl Type {
    /// The words a value may be, when they are a closed list.
    pub fn words(self) -> Vec<&'static str> {
        match self {
            Word(list) => list().into_iter().map(|(word, _)| word).collect(),
            Bool => vec!["true", "false"],
            _ => Vec::new(),
        }
    }

    /// What `word` means as such a value; empty when nothing more is to be said of it.
    pub fn meaning(self, word: &str) -> &'static str {
        let Word(list) = self else { return "" };
        list().into_iter().find(|(known, _)| *known == word).map_or("", |(_, meaning)| meaning)
    }

    /// Whether `node` is such a value. A null never is: it counts as absent.
    ///
    /// # Errors
    /// What is expected instead, in words: "a whole number of at least 1".
    pub fn check(self, node: &Node) -> Result<(), String> {
        let scalar = node.as_scalar();
        let text = node.as_text();
        let fits = match self {
            Text | Model => scalar.is_some(),
            Bool => scalar.is_some_and(|s| s.as_bool().is_some()),
            Int(min) => scalar.and_then(|s| s.as_int()).is_some_and(|n| n >= min),
            Number(min) => scalar.and_then(|s| s.as_number()).is_some_and(|n| n >= min),
            Word(_) => text.is_some_and(|t| self.words().contains(&t)),
            Texts => {
                scalar.is_some()
                    || node.as_seq().is_some_and(|s| s.items.iter().all(|i| i.value.as_text().is_some()))
            }
            List => matches!(node.kind, NodeKind::Seq(_)),
            Map => matches!(node.kind, NodeKind::Map(_)),
            FeatureId => text.is_some_and(|t| crate::model::id::FeatureId::parse(t).is_some()),
            UnitId => text.is_some_and(|t| crate::model::id::UnitId::parse(t).is_some()),
            Any => true,
        };
        if fits { Ok(()) } else { Err(self.describe()) }
    }

    /// What a value must be, in words.
    pub fn describe(self) -> String {
        match self {
            Text => "text".into(),
            Bool => "`true` or `false`".into(),
            Int(min) => format!("a whole number of at least {min}"),
            Number(min) => format!("a number of at least {min}"),
            Word(_) => {
                format!(
                    "one of {}",
                    self.words().iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ")
                )
            }
            Texts => "text, or a list of texts".into(),
            List => "a list".into(),
            Map => "a map".into(),
            FeatureId => "a feature id (`FEAT-YYYY-NNNN`)".into(),
            UnitId => "a unit id (`FEAT-YYYY-NNNN/TNN`)".into(),
            Model => "a model's name".into(),
            Any => "anything".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_named_once_and_explained() {
        use FileKind::*;
        let inner =
            [GRAPH, GRAPH_GATE, GRAPH_UNIT, VERIFICATION_GATE, NARROW_SELECTION, VERIFICATION_DEFAULTS];
        for table in [Plan, Gate, Unit, Review, Verification, Config].map(keys).into_iter().chain(inner) {
            let mut names: Vec<_> = table.iter().map(|k| k.name).collect();
            names.sort_unstable();
            assert!(names.windows(2).all(|w| w[0] != w[1]), "{names:?} name a key twice");
            assert!(table.iter().all(|k| k.meaning.ends_with('.')), "one of {names:?} has no sentence");
            let words = table.iter().flat_map(|k| k.ty.words().into_iter().map(|word| k.ty.meaning(word)));
            assert!(
                words.filter(|m| !m.is_empty()).all(|m| m.ends_with('.')),
                "a word of {names:?} has none"
            );
        }
    }
}
