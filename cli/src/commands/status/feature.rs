//! What one active feature needs: its stopped and stranded units, steps for a person, its gate.

use super::{Need, Urgency, name, option};
use crate::facts;
use crate::load::Loaded;
use specfuse_core::diagnostic::Severity;
use specfuse_core::drive::brief::Reason;
use specfuse_core::edit;
use specfuse_core::graph::{Graph, Stranded};
use specfuse_core::lint::Linter;
use specfuse_core::model::gate::review_name;
use specfuse_core::model::status::{GateStatus, PlanStatus, UnitStatus, Verdict};
use specfuse_core::model::{Feature, Gate, Unit};

/// All that `feature` needs. `several`: the commands have to say which feature they mean.
pub(super) fn needs(loaded: &Loaded, feature: &Feature, several: bool) -> Vec<Need> {
    if feature.status() != Some(PlanStatus::Active) {
        return Vec::new();
    }
    let of = Of { feature, option: option(feature, several) };
    let mut needs: Vec<Need> = of.errors(loaded).into_iter().collect();
    if let Some(gate) = feature.current_gate() {
        needs.extend(of.gate(gate));
    }
    needs
}

struct Of<'a> {
    feature: &'a Feature,
    option: String,
}

impl Of<'_> {
    fn need(&self, urgency: Urgency, subject: &str, what: String, next: String) -> Need {
        let subject = subject.to_owned();
        Need { urgency, feature: name(self.feature), subject, what, decision: None, next }
    }

    /// A plan with errors does not run.
    fn errors(&self, loaded: &Loaded) -> Option<Need> {
        let findings =
            Linter::default().lint(&loaded.tree, self.feature, &facts::gather(loaded, self.feature));
        let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
        let folder = self.feature.folder.as_str();
        (errors > 0).then(|| {
            let what = format!("{errors} error(s); it does not run like this");
            self.need(Urgency::Plan, "the plan", what, format!("specfuse-loop lint {folder}"))
        })
    }

    fn gate(&self, index: usize) -> Vec<Need> {
        let (feature, gate) = (self.feature, &self.feature.gates[index]);
        let graph = Graph::of(feature);
        let mut needs = Vec::new();
        let mut drafts = Vec::new();
        for (unit, cause) in graph.stranded(index) {
            let unit = &feature.units[unit];
            match cause {
                Stranded::Waiting(UnitStatus::Draft) => drafts.push(unit.short_id()),
                cause => needs.extend(self.stranded(unit, &cause)),
            }
        }
        if let Some(unit) = graph.human(index).map(|unit| &feature.units[unit]) {
            let next = format!("specfuse-loop done {} --evidence …{}", unit.short_id(), self.option);
            let what = format!("a step for a person: {}", unit.title());
            needs.push(self.need(Urgency::Person, unit.id(), what, format!("do it, then: {next}")));
        }
        let ready = graph.ready(index);
        if gate.status() == Some(GateStatus::AwaitingReview) {
            needs.push(self.review(index, gate));
        } else if !drafts.is_empty() {
            needs.push(self.drafts(gate, &drafts));
        } else if !ready.is_empty() {
            let next = feature.units[ready[0]].short_id();
            let what = format!("{} unit(s) ready, next {next}", ready.len());
            needs.push(self.need(
                Urgency::Run,
                &subject(gate),
                what,
                format!("specfuse-loop run{}", self.option),
            ));
        }
        needs
    }

    /// A gate that awaits review: reached, out of budget, or closed without a verdict of `met`.
    fn review(&self, index: usize, gate: &Gate) -> Need {
        let feature = self.feature;
        let file = format!("GATE-{:02}.md", gate.number);
        let open = feature.units_of(gate).any(|(_, unit)| !unit.status().is_some_and(UnitStatus::is_final));
        if open {
            let what = "its budget is spent, and units are open".to_owned();
            let next = format!(
                "raise cost_budget_usd and set `status: open` in {file}, then: specfuse-loop run{}",
                self.option
            );
            return self.need(Urgency::Budget, &subject(gate), what, next);
        }
        if !feature.is_terminal(index) {
            let next = gate.number.saturating_add(1);
            return self.to_arm(Urgency::Review, &subject(gate), "awaits review".into(), next);
        }
        let verdicts =
            feature.units_of(gate).filter_map(|(_, unit)| unit.file.as_ref()?.verdict.get().copied());
        match verdicts.last() {
            Some(verdict) if verdict != Verdict::Met => {
                let what = "the last close says that the goal is not met".to_owned();
                let next = format!(
                    "read FOLLOW-UPS.md and plan what is missing; when it is met after all, set `verdict: met` in \
                     the close, then: specfuse-loop run --recheck-verdict {}",
                    name(feature)
                );
                self.need(Urgency::Verdict, &subject(gate), what, next)
            }
            _ => {
                let what = "the last close gave no verdict".to_owned();
                let next = format!(
                    "set `verdict: met` or `verdict: not_met` in the close, then: specfuse-loop run{}",
                    self.option
                );
                self.need(Urgency::Verdict, &subject(gate), what, next)
            }
        }
    }

    fn drafts(&self, gate: &Gate, drafts: &[&str]) -> Need {
        let what = format!("drafts wait to be armed: {}", drafts.join(", "));
        self.to_arm(Urgency::Arm, &subject(gate), what, gate.number)
    }

    /// Something that ends with arming gate `number`: its review is read first, its questions answered.
    fn to_arm(&self, urgency: Urgency, subject: &str, what: String, number: u32) -> Need {
        let questions = edit::open_questions(self.feature, number);
        let review = review_name(number);
        let read = match self.feature.document(&review) {
            Some(_) => format!("read {review} and the drafts"),
            None => "read the drafts".to_owned(),
        };
        let (yes, decision) = match questions.as_slice() {
            [] => ("", None),
            list => (" --yes", Some(format!("open questions: {}", list.join(" · ")))),
        };
        let next = format!("{read}, then: specfuse-loop arm {number}{yes}{}", self.option);
        Need { decision, ..self.need(urgency, subject, what, next) }
    }

    /// What a stranded unit needs; `None` for one that another holds up.
    fn stranded(&self, unit: &Unit, cause: &Stranded) -> Option<Need> {
        let feature = self.feature;
        let name = |other: usize| feature.units[other].short_id().to_owned();
        let dependency =
            |place: usize| unit.entry.depends_on.get(place).map(|d| d.value.clone()).unwrap_or_default();
        let why = cause.describe(name, dependency);
        let lint = || format!("specfuse-loop lint {}", feature.folder);
        let (urgency, next) = match cause {
            Stranded::Waiting(UnitStatus::BlockedHuman) => return Some(self.blocked(unit, &why)),
            Stranded::Waiting(_) => {
                (Urgency::Person, format!("look at it, and set it to `done` or `pending` in {}", file(unit)))
            }
            Stranded::Abandoned(_) => (
                Urgency::Stranded,
                format!("take the dependency away in PLAN.md, or give up {} too", unit.short_id()),
            ),
            Stranded::Cycle(_) => {
                (Urgency::Stranded, "take one of these dependencies away in PLAN.md".into())
            }
            Stranded::LaterGate(_) | Stranded::EarlierGate(_) => {
                (Urgency::Stranded, "move one of them, or take the dependency away in PLAN.md".into())
            }
            Stranded::UnknownStatus | Stranded::UnknownType | Stranded::Unknown(_) => {
                (Urgency::Stranded, lint())
            }
            Stranded::Behind(_) => return None,
        };
        Some(self.need(urgency, unit.id(), why, next))
    }

    /// A unit that stopped for a person: the reason, and the decision that its brief asks for.
    fn blocked(&self, unit: &Unit, why: &str) -> Need {
        let word =
            unit.file.as_ref().and_then(|file| file.escalation_reason.get()).map_or("", String::as_str);
        let reason = Reason::of(word);
        let gate = self.feature.gates[unit.gate].number.to_string();
        let filled = |text: &str| text.replace("{unit}", unit.short_id()).replace("{gate}", &gate);
        let what =
            if word.is_empty() { why.to_owned() } else { format!("{why} ({word}): {}", filled(reason.what)) };
        let repeated = if word == "spinning_signature_repeat" { " --reproduced" } else { "" };
        let next = format!(
            "mend its cause, then: specfuse-loop rearm {} --reason …{repeated}{}",
            unit.short_id(),
            self.option
        );
        Need { decision: Some(filled(reason.decision)), ..self.need(Urgency::Blocked, unit.id(), what, next) }
    }
}

fn subject(gate: &Gate) -> String {
    format!("gate {}", gate.number)
}

fn file(unit: &Unit) -> String {
    unit.file.as_ref().map_or_else(|| "its file".to_owned(), |file| file.path.file_name().to_owned())
}
