//! Where things stand: status changes along the legal transitions, and what a person decides at a
//! gate: arm it, block a unit, mark it done with evidence, set it going again.

use super::draft::Draft;
use super::gates::gate_text;
use super::keys::{changed, with_key, without_key};
use super::refused::EditRefused;
use super::value::Value;
use crate::fix::Edits;
use crate::frontmatter::Document;
use crate::model::Feature;
use crate::model::field;
use crate::model::gate;
use crate::model::status::{GateStatus, PlanStatus, UnitStatus, Vocabulary};
use crate::model::work_unit::WorkUnit;
use crate::path::RelPath;
use crate::schema::FileKind;
use crate::tree::Tree;
use crate::yaml::{Node, Scalar, scalar_for};

/// Changes where a unit stands. What it stands at already gives no edit; an unknown word may
/// become anything.
///
/// # Errors
/// When that step is not legal, or the unit has no file.
pub fn set_unit_status(
    tree: &Tree,
    feature: &Feature,
    unit: usize,
    status: UnitStatus,
) -> Result<Edits, EditRefused> {
    let (path, text) = unit_text(tree, feature, unit)?;
    check_unit_step(feature, unit, status)?;
    Ok(changed(&path, text, &with_word(FileKind::Unit, text, "status", status)?))
}

/// Changes where a gate stands; makes its file when it is missing.
///
/// # Errors
/// When that step is not legal.
pub fn set_gate_status(
    tree: &Tree,
    feature: &Feature,
    gate: usize,
    status: GateStatus,
) -> Result<Edits, EditRefused> {
    let mut draft = Draft::new(tree);
    gate_step(&mut draft, feature, gate, status)?;
    Ok(draft.finish())
}

/// Changes where the feature stands, in its plan.
///
/// # Errors
/// When that step is not legal, or the feature has no plan.
pub fn set_plan_status(tree: &Tree, feature: &Feature, status: PlanStatus) -> Result<Edits, EditRefused> {
    let plan = feature.plan.as_ref().ok_or(EditRefused::NoGraph)?;
    let text = tree.text(&plan.path).ok_or_else(|| EditRefused::NoFile(plan.path.clone()))?;
    if plan.status.get().is_some_and(|old| *old == status) {
        return Ok(Edits::none());
    }
    if let Some(old) = feature.status().filter(|old| !old.can_become(status)) {
        return Err(step(feature.folder_name(), old.word(), status.word()));
    }
    Ok(changed(&plan.path, text, &with_word(FileKind::Plan, text, "status", status)?))
}

fn step(what: &str, from: &str, to: &str) -> EditRefused {
    EditRefused::Step { what: what.to_owned(), from: from.to_owned(), to: to.to_owned() }
}

fn check_unit_step(feature: &Feature, unit: usize, status: UnitStatus) -> Result<(), EditRefused> {
    let unit = feature.units.get(unit).ok_or(EditRefused::NoUnit)?;
    match unit.status().filter(|old| !old.can_become(status)) {
        Some(old) => Err(step(unit.id(), old.word(), status.word())),
        None => Ok(()),
    }
}

fn unit_text<'a>(tree: &'a Tree, feature: &Feature, unit: usize) -> Result<(RelPath, &'a str), EditRefused> {
    let unit = feature.units.get(unit).ok_or(EditRefused::NoUnit)?;
    let path = unit.path.clone().map_err(|_| EditRefused::BadFile(unit.id().to_owned()))?;
    match tree.text(&path) {
        Some(text) => Ok((path, text)),
        None => Err(EditRefused::NoFile(path)),
    }
}

/// `text` with `key` at `word`. A default that is not written counts as written.
fn with_word<T: Vocabulary>(kind: FileKind, text: &str, key: &str, word: T) -> Result<String, EditRefused> {
    with_key(kind, text, &[key], &word.word().into())
}

fn gate_step(
    draft: &mut Draft,
    feature: &Feature,
    gate: usize,
    status: GateStatus,
) -> Result<(), EditRefused> {
    let entry = feature.gates.get(gate).ok_or(EditRefused::NoGate)?;
    let name = gate::file_name(entry.number);
    match entry.status() {
        Some(old) if old == status => return Ok(()),
        Some(old) if !old.can_become(status) => {
            return Err(step(&format!("gate {}", entry.number), old.word(), status.word()));
        }
        _ => {}
    }
    let path = entry.path.clone().map_err(|_| EditRefused::BadFile(name))?;
    if draft.tree().get(&path).is_none() {
        draft.create(&path, gate_text(entry.number))?;
    }
    let text = with_word(FileKind::Gate, draft.text(&path)?, "status", status)?;
    draft.put(&path, text);
    Ok(())
}

/// What arming a gate comes to.
#[derive(Clone, PartialEq, Debug)]
pub struct Arming {
    /// Questions of the gate's review that a person should answer first, as written.
    pub open_questions: Vec<String>,
    /// The drafts that become pending, as indices into [`Feature::units`].
    pub units: Vec<usize>,
    /// The changes.
    pub edits: Edits,
}

/// Arms a gate: its drafts become pending, and the gate before it is passed. The review's open
/// questions are for the caller to show before the edits are applied.
///
/// # Errors
/// When the gate has no draft or is passed, or an earlier gate is not finished.
pub fn arm_gate(tree: &Tree, feature: &Feature, gate: usize) -> Result<Arming, EditRefused> {
    let entry = feature.gates.get(gate).ok_or(EditRefused::NoGate)?;
    if entry.status() == Some(GateStatus::Passed) {
        return Err(EditRefused::Arm { gate: entry.number, why: "it is passed already".into() });
    }
    let is_draft = |unit: &crate::model::Unit| unit.status() == Some(UnitStatus::Draft);
    let drafts = feature.units_of(entry).filter(|(_, unit)| is_draft(unit)).map(|(index, _)| index);
    let units: Vec<usize> = drafts.collect();
    if units.is_empty() {
        return Err(EditRefused::Arm { gate: entry.number, why: "it has no draft to arm".into() });
    }
    check_earlier_gates(feature, gate)?;
    let mut draft = Draft::new(tree);
    for unit in &units {
        let (path, text) = unit_text(tree, feature, *unit)?;
        let text = with_word(FileKind::Unit, text, "status", UnitStatus::Pending)?;
        draft.put(&path, text);
    }
    if let Some(previous) = gate.checked_sub(1) {
        gate_step(&mut draft, feature, previous, GateStatus::Passed)?;
    }
    Ok(Arming { open_questions: open_questions(feature, entry.number), units, edits: draft.finish() })
}

/// Takes the arming of a gate back: its units that have not begun become drafts, and the gate before it
/// awaits review again. What was done stays done.
///
/// # Errors
/// When the gate is passed or has nothing to take back.
pub fn disarm_gate(tree: &Tree, feature: &Feature, gate: usize) -> Result<Arming, EditRefused> {
    let entry = feature.gates.get(gate).ok_or(EditRefused::NoGate)?;
    let refuse = |why: &str| Err(EditRefused::Disarm { gate: entry.number, why: why.into() });
    if entry.status() == Some(GateStatus::Passed) {
        return refuse("it is passed already");
    }
    let begun = |unit: &crate::model::Unit| {
        let file = unit.file.as_ref();
        file.is_some_and(|file| file.attempts.get().is_some_and(|n| *n > 0) || file.lifetime_cost_usd() > 0.0)
    };
    let waits = |unit: &crate::model::Unit| unit.status().is_some_and(UnitStatus::is_dispatchable);
    let units = feature.units_of(entry).filter(|(_, unit)| waits(unit) && !begun(unit));
    let units: Vec<usize> = units.map(|(index, _)| index).collect();
    if units.is_empty() {
        return refuse("no unit of it waits to be dispatched");
    }
    let mut draft = Draft::new(tree);
    for unit in &units {
        let (path, text) = unit_text(tree, feature, *unit)?;
        let text = with_word(FileKind::Unit, text, "status", UnitStatus::Draft)?;
        draft.put(&path, text);
    }
    let previous = gate.checked_sub(1).map(|index| &feature.gates[index]);
    if let Some(path) = previous.and_then(|gate| gate.path.as_ref().ok())
        && draft.tree().get(path).is_some()
    {
        let text = with_word(FileKind::Gate, draft.text(path)?, "status", GateStatus::AwaitingReview)?;
        draft.put(path, text);
    }
    Ok(Arming { open_questions: Vec::new(), units, edits: draft.finish() })
}

fn check_earlier_gates(feature: &Feature, gate: usize) -> Result<(), EditRefused> {
    let number = feature.gates[gate].number;
    let refuse = |why: String| Err(EditRefused::Arm { gate: number, why });
    for (index, earlier) in feature.gates[..gate].iter().enumerate() {
        let open =
            feature.units_of(earlier).find(|(_, unit)| !unit.status().is_some_and(UnitStatus::is_final));
        if earlier.status() == Some(GateStatus::Passed) {
            continue;
        }
        if let Some((_, unit)) = open {
            return refuse(format!("{} of gate {} is not finished", unit.id(), earlier.number));
        }
        if index + 1 < gate || earlier.status() != Some(GateStatus::AwaitingReview) {
            return refuse(format!("gate {} does not await review yet", earlier.number));
        }
    }
    Ok(())
}

/// The open questions in the review of the draft of gate `number`.
pub fn open_questions(feature: &Feature, number: u32) -> Vec<String> {
    let Some(review) = feature.document(&gate::review_name(number)) else { return Vec::new() };
    let Some(node) = review.get("open_questions") else { return Vec::new() };
    let words = |node: &Node| match node.as_text() {
        Some(text) => text.to_owned(),
        None => node.span.slice(&review.text).to_owned(),
    };
    match node.as_seq() {
        Some(seq) => {
            seq.items.iter().map(|item| words(&item.value)).filter(|q| !q.trim().is_empty()).collect()
        }
        None => vec![words(node)].into_iter().filter(|q| !q.trim().is_empty()).collect(),
    }
}

/// Marks a unit as done by a person, with how the person knows.
///
/// # Errors
/// When the evidence is blank, or the unit cannot become done.
pub fn mark_done(tree: &Tree, feature: &Feature, unit: usize, evidence: &str) -> Result<Edits, EditRefused> {
    let (path, text) = unit_text(tree, feature, unit)?;
    check_unit_step(feature, unit, UnitStatus::Done)?;
    if evidence.trim().is_empty() {
        return Err(EditRefused::Value { key: "evidence".to_owned() });
    }
    let after = with_word(FileKind::Unit, text, "status", UnitStatus::Done)?;
    let after = with_key(FileKind::Unit, &after, &["evidence"], &evidence.trim().into())?;
    Ok(changed(&path, text, &after))
}

/// Stops a unit until a person acts, with the reason.
///
/// # Errors
/// When the unit cannot be blocked where it stands.
pub fn block_unit(tree: &Tree, feature: &Feature, unit: usize, reason: &str) -> Result<Edits, EditRefused> {
    let (path, text) = unit_text(tree, feature, unit)?;
    check_unit_step(feature, unit, UnitStatus::BlockedHuman)?;
    let mut after = with_word(FileKind::Unit, text, "status", UnitStatus::BlockedHuman)?;
    if !reason.trim().is_empty() {
        after = with_key(FileKind::Unit, &after, &["escalation_reason"], &reason.trim().into())?;
    }
    Ok(changed(&path, text, &after))
}

/// Why and when a unit is set going again.
#[derive(Clone, PartialEq, Debug)]
pub struct Rearm {
    /// Now, as RFC 3339; core has no clock.
    pub timestamp: String,
    /// What has changed since it stopped.
    pub reason: String,
    /// Whether the person saw the repeated failure themselves.
    pub reproduced: bool,
    /// Whether to go on though nobody did.
    pub overridden: bool,
}

/// The reasons of an escalation over a failure that came twice.
const REPEATED: [&str; 2] = ["spinning_signature_repeat", "deterministic_refusal_repeat"];

/// Sets a blocked unit going again: `pending`, no attempts, the stopped cycle's cost folded into
/// `cumulative_*`, and one more entry in `re_arm_history`.
///
/// # Errors
/// When the unit is not blocked, the reason is blank, or it stopped on a repeated failure that
/// nobody reproduced or overrode.
pub fn rearm(tree: &Tree, feature: &Feature, unit: usize, rearm: &Rearm) -> Result<Edits, EditRefused> {
    let (path, text) = unit_text(tree, feature, unit)?;
    let entry = &feature.units[unit];
    if entry.status() != Some(UnitStatus::BlockedHuman) {
        let from = entry.status().map_or("unknown", Vocabulary::word);
        return Err(step(entry.id(), from, UnitStatus::Pending.word()));
    }
    if rearm.reason.trim().is_empty() {
        return Err(EditRefused::Value { key: "reason".to_owned() });
    }
    let doc = Document::read(text.into());
    if stopped_on_a_repeat(&doc) && !rearm.reproduced && !rearm.overridden {
        return Err(EditRefused::NotReproduced(entry.id().to_owned()));
    }
    Ok(changed(&path, text, &rearmed(&doc, rearm)?))
}

/// Whether a unit that stopped on a failure that came twice stands pending although its head does not say
/// that somebody reproduced the failure or overrode this.
pub fn is_unreproduced(file: &WorkUnit) -> bool {
    let says = |key: &str| {
        file.doc.get(key).is_some_and(|node| !node.is_null() && field::boolean(node) != Some(false))
    };
    let waits = matches!(file.status.get(), Some(UnitStatus::Pending | UnitStatus::Ready));
    waits && stopped_on_a_repeat(&file.doc) && !says("reproduced_signature") && !says("re_arm_override")
}

fn stopped_on_a_repeat(doc: &Document) -> bool {
    REPEATED.contains(&doc.get("escalation_reason").and_then(Node::as_text).unwrap_or(""))
}

fn rearmed(doc: &Document, rearm: &Rearm) -> Result<String, EditRefused> {
    let number =
        |key: &str| doc.get(key).and_then(Node::as_scalar).and_then(Scalar::as_number).unwrap_or(0.0);
    let count = |key: &str| doc.get(key).and_then(field::count).map_or(0, i64::from);
    let unit = FileKind::Unit;
    let mut text = with_word(unit, &doc.text, "status", UnitStatus::Pending)?;
    text = with_key(unit, &text, &["attempts"], &Value::Int(0))?;
    text = with_key(unit, &text, &["re_arm_count"], &Value::Int(count("re_arm_count").saturating_add(1)))?;
    text = with_history(&text, &history_entry(doc, rearm, count("attempts"), &number))?;
    for key in ["cost_usd", "duration_seconds"] {
        let total = format!("cumulative_{key}");
        let sum = rounded(number(&total) + number(key));
        text = with_key(unit, &text, &[&total], &Value::Number(sum))?;
    }
    for key in ["input_tokens", "output_tokens", "attempts"] {
        let total = format!("cumulative_{key}");
        let sum = whole(number(&total) + number(key));
        text = with_key(unit, &text, &[&total], &Value::Int(sum))?;
    }
    const CYCLE: [&str; 8] = [
        "cost_usd",
        "duration_seconds",
        "input_tokens",
        "output_tokens",
        "started_at",
        "escalation_reason",
        "escalation_failure_class",
        "escalation_failure_signature",
    ];
    let signature = doc.get("escalation_failure_signature").and_then(Node::as_text).map(str::to_owned);
    for key in CYCLE {
        text = without_key(unit, &text, &[key])?;
    }
    if rearm.reproduced {
        let value = signature.map_or(Value::Bool(true), Value::Text);
        text = with_key(unit, &text, &["reproduced_signature"], &value)?;
    }
    if rearm.overridden {
        text = with_key(unit, &text, &["re_arm_override"], &Value::Bool(true))?;
    }
    Ok(text)
}

fn rounded(amount: f64) -> f64 {
    (amount * 1e6).round() / 1e6
}

fn whole(amount: f64) -> i64 {
    amount as i64
}

fn history_entry(doc: &Document, rearm: &Rearm, attempts: i64, number: &dyn Fn(&str) -> f64) -> Vec<String> {
    let status = doc.get("status").and_then(Node::as_text).unwrap_or("blocked_human");
    vec![
        format!("timestamp: {}", scalar_for(&rearm.timestamp)),
        format!("prior_status: {}", scalar_for(status)),
        format!("prior_attempts: {attempts}"),
        format!("prior_cost_usd: {}", number("cost_usd")),
        format!("prior_duration_seconds: {}", number("duration_seconds")),
        format!("reason: {}", scalar_for(rearm.reason.trim())),
    ]
}

/// `text` with one more item at the end of `re_arm_history`.
fn with_history(text: &str, entry: &[String]) -> Result<String, EditRefused> {
    super::keys::with_item(FileKind::Unit, text, "re_arm_history", entry)
}
