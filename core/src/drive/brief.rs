//! What a person is told when the driver needs one: done so far, what is wrong, the decision wanted, why
//! it is not taken automatically, what can be done, and what we would do. One function makes it of what
//! the machine knows and the payload of the escalation's event.

mod reasons;

pub use reasons::{REASONS, Reason};

use super::failure::head_and_tail;
use super::plan::UnitView;
use super::redact::redact;
use super::state::State;
use crate::model::id;
use serde_json::Value;

/// Evidence in a brief holds at most this many lines.
const LINES: usize = 40;
/// Evidence in a brief holds at most this many characters.
const CHARS: usize = 3_000;

/// What a person is told at an escalation.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Brief {
    /// What it is about: a unit's short id and title, or the feature.
    pub subject: String,
    /// The escalation's reason, as the log has it.
    pub reason: String,
    /// What is done so far.
    pub done: Vec<String>,
    /// What is wrong; the first line says it, the others show it.
    pub wrong: Vec<String>,
    /// The decision that is wanted.
    pub decision: String,
    /// Why the driver does not take it.
    pub why: String,
    /// What can be done.
    pub options: Vec<String>,
    /// What we would do.
    pub recommendation: String,
}

impl Brief {
    /// The brief of an escalation about `about` (a unit's id, or the feature's) with this payload.
    pub fn of(state: &State, about: &str, payload: &Value) -> Brief {
        let word = payload.get("reason").and_then(Value::as_str).unwrap_or_default();
        let reason = Reason::of(word);
        let unit = state.plan.units.get(about);
        let names = Names::of(state, about, payload);
        let title = unit.map_or(String::new(), |unit| format!(" {}", unit.title));
        Brief {
            subject: redact(&format!("{}{title}", names.unit)),
            reason: word.to_owned(),
            done: done(state, unit, payload),
            wrong: wrong(state, reason, &names, unit, payload),
            decision: names.filled(reason.decision),
            why: names.filled(reason.why),
            options: reason.options.iter().map(|option| names.filled(option)).collect(),
            recommendation: names.filled(reason.recommendation),
        }
    }

    /// The brief as Markdown.
    pub fn text(&self) -> String {
        let list = |items: &[String]| -> String { items.iter().map(|item| format!("- {item}\n")).collect() };
        let (first, evidence) = self.wrong.split_first().map_or(("", &[][..]), |(a, b)| (a.as_str(), b));
        let evidence: String = evidence.iter().map(|text| format!("\n{}\n", indented(text))).collect();
        format!(
            "# {}: {}\n\n## Done so far\n\n{}\n## What is wrong\n\n{first}\n{evidence}\n\
             ## The decision wanted\n\n{}\n\n## Why it is not automatic\n\n{}\n\n## Options\n\n{}\n\
             ## Recommendation\n\n{}\n",
            self.subject,
            self.reason,
            list(&self.done),
            self.decision,
            self.why,
            list(&self.options),
            self.recommendation,
        )
    }
}

/// `text` as a block that no Markdown in it can end.
fn indented(text: &str) -> String {
    let lines = text.trim_end().lines().map(|line| match line.trim_end() {
        "" => String::new(),
        line => format!("    {line}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What the words of a reason's texts stand for.
struct Names {
    unit: String,
    gate: u32,
}

impl Names {
    fn of(state: &State, about: &str, payload: &Value) -> Names {
        let plan = &state.plan;
        let number = payload.get("gate").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
        let of_unit = plan.gate_of(about).or(plan.current_gate()).map(|gate| plan.gates[gate].number);
        let unit = if plan.units.contains_key(about) { id::short(about) } else { about };
        Names { unit: unit.to_owned(), gate: number.or(of_unit).unwrap_or(1) }
    }

    fn filled(&self, text: &str) -> String {
        text.replace("{unit}", &self.unit).replace("{gate}", &self.gate.to_string())
    }
}

fn done(state: &State, unit: Option<&UnitView>, payload: &Value) -> Vec<String> {
    let plan = &state.plan;
    let named = payload.get("gate").and_then(Value::as_u64);
    let named = plan.gates.iter().position(|gate| Some(u64::from(gate.number)) == named);
    let gate = unit.and_then(|unit| plan.gate_of(&unit.id)).or(named).or(plan.current_gate());
    let mut out = Vec::new();
    if let Some(gate) = gate {
        let view = &plan.gates[gate];
        let finished: Vec<&str> =
            plan.units_of(gate).filter(|unit| unit.is_final()).map(UnitView::short).collect();
        let list = if finished.is_empty() { String::new() } else { format!(" ({})", finished.join(", ")) };
        let budget = view.cost_budget_usd.map_or(String::new(), |budget| format!(" of ${budget:.2}"));
        out.push(format!(
            "Gate {}: {} of {} units finished{list}; ${:.2}{budget} spent.",
            view.number,
            finished.len(),
            view.units.len(),
            plan.gate_cost_usd(gate),
        ));
    }
    if let Some(unit) = unit {
        let attempts = state.units.get(&unit.id).map_or(0, |record| record.attempts.len());
        if attempts > 0 {
            out.push(format!(
                "{}: {attempts} session(s) in this cycle, ${:.2}; their work is kept: specfuse-loop attempts {0}",
                unit.short(),
                unit.cost_usd
            ));
        }
    }
    out
}

fn wrong(
    state: &State,
    reason: &Reason,
    names: &Names,
    unit: Option<&UnitView>,
    payload: &Value,
) -> Vec<String> {
    let mut out = vec![names.filled(reason.what)];
    let told = details(payload);
    if !told.is_empty() {
        out.push(redact(&told.join("\n")));
    }
    if let Some(task) = unit.and_then(|unit| unit.task.as_ref()) {
        out.push(redact(&head_and_tail(task, LINES, CHARS)));
    }
    let blocked = payload.get("blocked_reason").is_some();
    let last = unit.and_then(|unit| state.units.get(&unit.id)?.last_failure.as_ref());
    if let Some(evidence) = last.map(|last| &last.evidence).filter(|text| !blocked && !text.is_empty()) {
        out.push(redact(&head_and_tail(evidence, LINES, CHARS)));
    }
    out
}

/// What the payload says about what is wrong, a line a fact.
fn details(payload: &Value) -> Vec<String> {
    let mut out = Vec::new();
    let text = |key: &str| payload.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    for key in ["blocked_reason", "summary", "message"] {
        out.extend(text(key).map(str::to_owned));
    }
    if let (Some(class), Some(signature)) = (text("failure_class"), text("failure_signature")) {
        out.push(format!("{class}: {signature}"));
    }
    let list = |key: &str| payload.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let failing: Vec<&str> = list("failing_gates").iter().filter_map(Value::as_str).collect();
    if !failing.is_empty() {
        out.push(format!("failing: {}", failing.join(", ")));
    }
    out.extend(list("why").iter().filter_map(Value::as_str).map(str::to_owned));
    for entry in list("units") {
        let word = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
        out.push(format!("{}: {}", id::short(word("unit")), word("cause")));
    }
    let amount = |key: &str| payload.get(key).and_then(Value::as_f64);
    if let (Some(spent), Some(budget)) = (amount("spent_usd"), amount("budget_usd")) {
        out.push(format!("${spent:.2} spent, budget ${budget:.2}"));
    }
    out
}

/// The name of the file that holds the brief written at `at`: sorted by time, safe on any system.
pub fn file_name(at: &str, about: &str, reason: &str) -> String {
    let plain = |text: &str| -> String {
        let keep = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
        text.chars().map(keep).collect()
    };
    format!("{}-{}-{}.md", plain(at), plain(id::short(about)), plain(reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drive::PlanView;
    use crate::fixture::sketch;
    use serde_json::json;

    fn state() -> State {
        let plan = PlanView::of(&sketch("T01!done; T02!blocked_human; G1-CLOSE"));
        State { plan, ..State::default() }
    }

    /// The reasons of the driver's specification, in its order.
    const SPECIFIED: [&str; 17] = [
        "agent_reported_blocked",
        "spinning_detected",
        "spinning_signature_repeat",
        "all_attempts_zero_token",
        "gate_budget_exceeded",
        "gate_budget_exceeded_post_dispatch",
        "post_pass_invariant_failed",
        "preexisting_gate_failure",
        "prep_halted",
        "produces_shape_invalid",
        "deterministic_refusal_repeat",
        "convergence_plateau",
        "broad_run_gate_failure",
        "replan_unchanged_body",
        "human_step_required",
        "stranded",
        "agent_unavailable",
    ];

    #[test]
    fn every_reason_has_a_brief_with_all_of_its_parts() {
        let listed: Vec<&str> = REASONS.iter().map(|reason| reason.word).collect();
        assert_eq!(listed[..SPECIFIED.len()], SPECIFIED);
        for word in listed {
            for about in ["FEAT-2026-0042/T02", "FEAT-2026-0042"] {
                let brief = Brief::of(&state(), about, &json!({"reason": word, "gate": 1}));
                let parts = [&brief.subject, &brief.decision, &brief.why, &brief.recommendation];
                assert!(parts.iter().all(|part| !part.trim().is_empty()), "{word}: {brief:?}");
                assert!(brief.options.len() >= 2 && !brief.done.is_empty(), "{word}");
                let text = brief.text();
                for heading in ["Done so far", "What is wrong", "decision", "not automatic", "Options", "Rec"]
                {
                    assert!(text.contains(heading), "{word}: {heading}");
                }
                assert!(!text.contains('{') && !text.contains("\n\n\n"), "{word}: {text}");
            }
        }
    }

    #[test]
    fn a_brief_shows_what_is_known_and_no_secret() {
        let payload = json!({
            "reason": "agent_reported_blocked",
            "blocked_reason": "no key\n# not a heading\npassword=hunter2hunter2",
        });
        let text = Brief::of(&state(), "FEAT-2026-0042/T02", &payload).text();
        for words in ["# T02 Do T02: agent_reported_blocked", "1 of 3 units finished (T01)", "    no key\n"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(text.contains("    # not a heading") && !text.contains("hunter2"), "{text}");
        assert!(text.contains("rearm T02"), "{text}");
    }

    #[test]
    fn an_unknown_reason_has_a_brief_too() {
        let text =
            Brief::of(&state(), "FEAT-2026-0042", &json!({"reason": "new", "why": ["so it is"]})).text();
        assert!(text.contains(": new\n") && text.contains("    so it is"), "{text}");
    }

    #[test]
    fn names_of_files_are_plain() {
        let name = file_name("2026-03-04T05:06:07.000008Z", "FEAT-2026-0042/T02", "stranded");
        assert_eq!(name, "2026-03-04T05-06-07-000008Z-T02-stranded.md");
        assert!(!file_name("t", "../x", "a/b").contains('/'));
    }
}
