//! What a person decides at a gate: what can be asked for where something stands, what there is to look at
//! before, and the decision itself as core's edits.

use crate::command::{Refused, sole_gate, sole_unit};
use crate::document::{Counts, Document};
use specfuse_core::close::baseline::Baseline;
use specfuse_core::edit::{self, EditRefused, Rearm};
use specfuse_core::fix::Edits;
use specfuse_core::lint::draft_findings;
use specfuse_core::model::Feature;
use specfuse_core::model::gate::review_name;
use specfuse_core::model::id::short;
use specfuse_core::model::status::{GateStatus, PlanStatus, UnitStatus, UnitType};
use specfuse_core::path::RelPath;
use specfuse_core::tree::Tree;

/// What a person is about to decide.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ask {
    /// To arm the gate of this number, after a look at its draft.
    Arm(u32),
    /// To take the arming of a gate back.
    Disarm(u32),
    /// To say that a unit is done.
    Done(String),
    /// To set a stopped unit going again.
    Rearm(String),
    /// To stop a unit until a person acts.
    Block(String),
    /// To put the feature off.
    Defer,
    /// To take a feature up that was put off.
    Resume,
    /// To move the feature's section to the archive.
    Archive,
}

/// What a person says with a decision.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Words {
    /// The evidence, or the reason.
    pub text: String,
    /// The failure that came twice was reproduced.
    pub reproduced: bool,
    /// The unit goes on although nobody reproduced it.
    pub overridden: bool,
    /// Now, as RFC 3339.
    pub now: String,
}

impl Ask {
    /// What it is called: on buttons, and as the heading of its dialog.
    pub fn title(&self) -> String {
        match self {
            Ask::Arm(gate) => format!("Review and arm gate {gate}"),
            Ask::Disarm(gate) => format!("Disarm gate {gate}"),
            Ask::Done(unit) => format!("Mark {} done", short(unit)),
            Ask::Rearm(unit) => format!("Re-arm {}", short(unit)),
            Ask::Block(unit) => format!("Block {}", short(unit)),
            Ask::Defer => "Defer the feature".to_owned(),
            Ask::Resume => "Take the feature up again".to_owned(),
            Ask::Archive => "Archive the feature".to_owned(),
        }
    }

    /// The word on the button that does it.
    pub fn verb(&self) -> &'static str {
        match self {
            Ask::Arm(_) => "Arm",
            Ask::Disarm(_) => "Disarm",
            Ask::Done(_) => "Mark done",
            Ask::Rearm(_) => "Re-arm",
            Ask::Block(_) => "Block",
            Ask::Defer => "Defer",
            Ask::Resume => "Take up",
            Ask::Archive => "Archive",
        }
    }

    /// What it comes to, in a sentence.
    pub fn meaning(&self) -> &'static str {
        match self {
            Ask::Arm(_) => "Its drafts become pending, and the gate before it is passed.",
            Ask::Disarm(_) => {
                "Its units that have not begun become drafts, and the gate before it awaits review again."
            }
            Ask::Done(_) => "The driver takes your word for it. Say how you know.",
            Ask::Rearm(_) => "It is pending again, with no attempts. What it has cost stays in its books.",
            Ask::Block(_) => "The driver leaves it alone until you re-arm it.",
            Ask::Defer => "The plan and its row on the roadmap say deferred; the driver does not run it.",
            Ask::Resume => "The plan and its row on the roadmap say active again.",
            Ask::Archive => {
                "Its section moves from the roadmap to the archive; the row stays and leads there."
            }
        }
    }

    /// What the text field is called, when there is one, and whether it may stay empty.
    pub fn field(&self) -> Option<(&'static str, bool)> {
        match self {
            Ask::Done(_) => Some(("Evidence", false)),
            Ask::Rearm(_) => Some(("Reason: what has changed since it stopped", false)),
            Ask::Block(_) => Some(("Reason", true)),
            _ => None,
        }
    }

    /// What it is called in the undo log.
    pub fn label(&self) -> String {
        match self {
            Ask::Arm(gate) => format!("arm gate {gate}"),
            Ask::Disarm(gate) => format!("disarm gate {gate}"),
            Ask::Done(unit) => format!("{} is done", short(unit)),
            Ask::Rearm(unit) => format!("re-arm {}", short(unit)),
            Ask::Block(unit) => format!("block {}", short(unit)),
            Ask::Defer => "defer the feature".to_owned(),
            Ask::Resume => "take the feature up again".to_owned(),
            Ask::Archive => "archive the feature".to_owned(),
        }
    }

    /// The text edits that do it: those that the command line makes.
    ///
    /// # Errors
    /// Why it cannot be done, in core's words.
    pub fn edits(&self, tree: &Tree, feature: &Feature, words: &Words) -> Result<Edits, Refused> {
        let done = match self {
            Ask::Arm(number) => arm(tree, feature, sole_gate(feature, *number)?),
            Ask::Disarm(number) => {
                edit::disarm_gate(tree, feature, sole_gate(feature, *number)?).map(|arming| arming.edits)
            }
            Ask::Done(id) => edit::mark_done(tree, feature, sole_unit(feature, id)?, &words.text),
            Ask::Rearm(id) => {
                let rearm = Rearm {
                    timestamp: words.now.clone(),
                    reason: words.text.clone(),
                    reproduced: words.reproduced,
                    overridden: words.overridden,
                };
                edit::rearm(tree, feature, sole_unit(feature, id)?, &rearm)
            }
            Ask::Block(id) => edit::block_unit(tree, feature, sole_unit(feature, id)?, &words.text),
            Ask::Defer => edit::set_feature_status(tree, feature, PlanStatus::Deferred),
            Ask::Resume => edit::set_feature_status(tree, feature, PlanStatus::Active),
            Ask::Archive => edit::archive(tree, feature),
        };
        done.map_err(|why| Refused(why.to_string()))
    }

    /// Whether its unit stopped on a failure that came twice: then a person says what became of it.
    pub fn asks_for_reproduction(&self, tree: &Tree, feature: &Feature) -> bool {
        let Ask::Rearm(id) = self else { return false };
        let words = Rearm {
            timestamp: String::new(),
            reason: "because".to_owned(),
            reproduced: false,
            overridden: false,
        };
        let tried = feature.find_unit(id).map(|unit| edit::rearm(tree, feature, unit, &words));
        matches!(tried, Some(Err(EditRefused::NotReproduced(_))))
    }
}

fn arm(tree: &Tree, feature: &Feature, gate: usize) -> Result<Edits, EditRefused> {
    let mut edits = edit::arm_gate(tree, feature, gate)?.edits;
    Baseline::keep(tree, feature, &mut edits);
    Ok(edits)
}

/// What can be decided about a unit where it stands.
pub fn of_unit(feature: &Feature, unit: usize) -> Vec<Ask> {
    let Some(unit) = feature.units.get(unit) else { return Vec::new() };
    let (Some(status), id) = (unit.status(), unit.id()) else { return Vec::new() };
    let mut asks = Vec::new();
    if status == UnitStatus::BlockedHuman {
        asks.push(Ask::Rearm(id.to_owned()));
    }
    let is_persons = unit.kind() == Some(UnitType::Human)
        || matches!(status, UnitStatus::BlockedHuman | UnitStatus::InReview);
    if is_persons && status != UnitStatus::Done && status.can_become(UnitStatus::Done) {
        asks.push(Ask::Done(id.to_owned()));
    }
    if status != UnitStatus::BlockedHuman && status.can_become(UnitStatus::BlockedHuman) {
        asks.push(Ask::Block(id.to_owned()));
    }
    asks
}

/// How many drafts a gate holds.
pub fn drafts(feature: &Feature, gate: usize) -> usize {
    let units = feature.gates.get(gate).into_iter().flat_map(|gate| feature.units_of(gate));
    units.filter(|(_, unit)| unit.status() == Some(UnitStatus::Draft)).count()
}

/// The gate whose draft a person would look at first: the one at hand, or else the first with drafts.
pub fn drafted(feature: &Feature, at_hand: Option<usize>) -> Option<usize> {
    let has = |gate: &usize| drafts(feature, *gate) > 0;
    at_hand.filter(has).or_else(|| (0..feature.gates.len()).find(has))
}

/// What can be decided about the file at `path`, when it is a gate's or the plan.
pub fn of_file(tree: &Tree, feature: &Feature, path: &RelPath) -> Vec<Ask> {
    if feature.plan.as_ref().is_some_and(|plan| plan.path == *path) {
        return of_feature(tree, feature);
    }
    match feature.gates.iter().position(|gate| gate.path.as_ref().ok() == Some(path)) {
        Some(gate) => of_gate(tree, feature, gate),
        None => Vec::new(),
    }
}

/// What can be decided about a gate where it stands.
pub fn of_gate(tree: &Tree, feature: &Feature, gate: usize) -> Vec<Ask> {
    let number = feature.gates[gate].number;
    let mut asks = Vec::new();
    if drafts(feature, gate) > 0 && feature.gates[gate].status() != Some(GateStatus::Passed) {
        asks.push(Ask::Arm(number));
    }
    if edit::disarm_gate(tree, feature, gate).is_ok() {
        asks.push(Ask::Disarm(number));
    }
    asks
}

fn of_feature(tree: &Tree, feature: &Feature) -> Vec<Ask> {
    let mut asks = Vec::new();
    match feature.status() {
        Some(PlanStatus::Deferred) => asks.push(Ask::Resume),
        Some(status) if status.can_become(PlanStatus::Deferred) => asks.push(Ask::Defer),
        _ => {}
    }
    if edit::archive(tree, feature).is_ok_and(|edits| !edits.is_empty()) {
        asks.push(Ask::Archive);
    }
    asks
}

/// What a person looks at before a gate is armed.
#[derive(Clone, PartialEq, Debug)]
pub struct Review {
    /// The file's name.
    pub name: String,
    /// Where the review is, when it is there.
    pub path: Option<RelPath>,
    /// What a person should answer first, as written.
    pub questions: Vec<String>,
    /// What the draft is least sure of; empty when the review does not say.
    pub doubt: String,
    /// What lint says of the review and of the draft as a whole.
    pub remarks: Vec<String>,
    /// The drafts.
    pub drafts: Vec<Drafted>,
}

/// A draft of a gate.
#[derive(Clone, PartialEq, Debug)]
pub struct Drafted {
    /// Its index in the feature.
    pub unit: usize,
    /// Its id without the feature.
    pub short: String,
    /// Its title.
    pub title: String,
    /// What it should cost; empty when not planned.
    pub cost: String,
    /// What lint says of it.
    pub counts: Counts,
}

impl Review {
    /// The review of the gate of this number.
    pub fn of(document: &Document, number: u32) -> Review {
        let feature = document.feature();
        let name = review_name(number);
        let path = feature.folder.join(&name).ok();
        let read = feature.document(&name);
        let doubt = read.and_then(|review| {
            let section = review.body.section("Doubt")?;
            Some(section.body.slice(&review.text).trim().to_owned())
        });
        let gate = feature.find_gate(number);
        let before = gate.and_then(|gate| feature.gates.get(gate.checked_sub(1)?)).map(|gate| gate.number);
        let remarks = before.map_or_else(Vec::new, |closed| draft_findings(feature, closed, &[]));
        Review {
            path: path.filter(|_| read.is_some()),
            questions: edit::open_questions(feature, number),
            doubt: doubt.unwrap_or_default(),
            remarks: remarks.into_iter().map(|finding| finding.message).collect(),
            drafts: gate.map_or_else(Vec::new, |gate| draft_rows(document, gate)),
            name,
        }
    }
}

fn draft_rows(document: &Document, gate: usize) -> Vec<Drafted> {
    let (feature, counts) = (document.feature(), document.counts());
    let units = feature.units_of(&feature.gates[gate]);
    let drafts = units.filter(|(_, unit)| unit.status() == Some(UnitStatus::Draft));
    let row = |(index, unit): (usize, &specfuse_core::model::Unit)| Drafted {
        unit: index,
        short: unit.short_id().to_owned(),
        title: unit.title().to_owned(),
        cost: unit.planned_cost_usd().map_or(String::new(), crate::scene::dollars),
        counts: counts.get(index).copied().unwrap_or_default(),
    };
    drafts.map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use specfuse_core::example;

    fn id(name: &str) -> String {
        format!("FEAT-2026-0001/{name}")
    }

    fn decide(document: &mut Document, ask: Ask, text: &str) -> Result<Option<String>, Refused> {
        let words = Words { text: text.into(), now: "2026-03-04T05:06:07.000Z".into(), ..Words::default() };
        document.perform(&Command::Decide(ask, words))
    }

    fn status(document: &Document, name: &str) -> UnitStatus {
        let feature = document.feature();
        feature.units[feature.find_unit(name).unwrap()].status().unwrap()
    }

    #[test]
    fn a_draft_is_reviewed_questions_first() {
        let mut document = Document::example();
        let review = Review::of(&document, 2);
        assert!(
            review.questions.is_empty() && review.doubt.starts_with("`bin/install.sh` copies"),
            "{review:?}"
        );
        assert_eq!(
            review.drafts.iter().map(|d| d.short.as_str()).collect::<Vec<_>>(),
            ["T04", "T05", "G2-CLOSE"]
        );
        let path = example::folder().join(&review.name).unwrap();
        let text =
            document.tree().text(&path).unwrap().replace("open_questions: []", "open_questions: [Where to?]");
        document.type_into(&path, &text).unwrap();
        assert_eq!(Review::of(&document, 2).questions, ["Where to?"]);
    }

    #[test]
    fn a_gate_whose_forerunner_is_open_cannot_be_armed() {
        let mut document = Document::example();
        let Refused(why) = decide(&mut document, Ask::Arm(2), "").unwrap_err();
        assert!(why.starts_with("gate 2 cannot be armed: "), "{why}");
        assert!(!document.is_changed());
    }

    #[test]
    fn arming_is_one_step_with_a_baseline_and_can_be_taken_back() {
        let mut document = Document::example();
        for name in ["T01", "T02", "T03", "G1-CLOSE-INTERMEDIATE", "G1-PLAN"] {
            decide(&mut document, Ask::Done(id(name)), "I looked.").unwrap();
        }
        let path = example::folder().join("GATE-01.md").unwrap();
        let text = document.tree().text(&path).unwrap().replace("status: open", "status: awaiting_review");
        document.type_into(&path, &text).unwrap();
        assert_eq!(decide(&mut document, Ask::Arm(2), "").unwrap().as_deref(), Some("arm gate 2"));
        assert_eq!(status(&document, "T04"), UnitStatus::Pending);
        assert_eq!(document.feature().gates[0].status(), Some(GateStatus::Passed));
        let baseline = example::folder().join("PLAN.baseline.json").unwrap();
        assert!(document.tree().text(&baseline).is_some());
        assert_eq!(of_gate(document.tree(), document.feature(), 1), [Ask::Disarm(2)]);
        document.undo();
        assert_eq!(status(&document, "T04"), UnitStatus::Draft);
        assert!(document.tree().text(&baseline).is_none());
    }

    #[test]
    fn a_blocked_unit_is_armed_again_with_a_reason() {
        let mut document = Document::example();
        let unit = document.feature().find_unit("T01").unwrap();
        assert_eq!(of_unit(document.feature(), unit), [Ask::Block(id("T01"))]);
        decide(&mut document, Ask::Block(id("T01")), "the key is lost").unwrap();
        assert_eq!(of_unit(document.feature(), unit), [Ask::Rearm(id("T01")), Ask::Done(id("T01"))]);
        let ask = Ask::Rearm(id("T01"));
        assert!(!ask.asks_for_reproduction(document.tree(), document.feature()));
        assert!(decide(&mut document, ask.clone(), " ").is_err(), "without a reason");
        decide(&mut document, ask, "the key is found").unwrap();
        assert_eq!(status(&document, "T01"), UnitStatus::Pending);
        let path = example::folder().join("WU-01-greet.md").unwrap();
        assert!(document.tree().text(&path).unwrap().contains("2026-03-04T05:06:07.000Z"));
    }

    #[test]
    fn a_failure_that_came_twice_is_reproduced_or_overridden() {
        let mut document = Document::example();
        decide(&mut document, Ask::Block(id("T01")), "spinning_signature_repeat").unwrap();
        let ask = Ask::Rearm(id("T01"));
        assert!(ask.asks_for_reproduction(document.tree(), document.feature()));
        let Refused(why) = decide(&mut document, ask.clone(), "try again").unwrap_err();
        assert!(why.contains("reproduce it first"), "{why}");
        let words = Words { text: "try again".into(), overridden: true, ..Words::default() };
        document.perform(&Command::Decide(ask, words)).unwrap();
        assert_eq!(status(&document, "T01"), UnitStatus::Pending);
    }

    #[test]
    fn a_feature_is_put_off_and_taken_up_again() {
        let mut document = Document::example();
        let plan = example::folder().join("PLAN.md").unwrap();
        assert_eq!(of_file(document.tree(), document.feature(), &plan), [Ask::Defer]);
        decide(&mut document, Ask::Defer, "").unwrap();
        assert_eq!(document.feature().status(), Some(PlanStatus::Deferred));
        assert_eq!(of_file(document.tree(), document.feature(), &plan), [Ask::Resume]);
        decide(&mut document, Ask::Resume, "").unwrap();
        assert_eq!(document.feature().status(), Some(PlanStatus::Active));
        assert!(decide(&mut document, Ask::Archive, "").is_err(), "it is not finished");
    }
}
