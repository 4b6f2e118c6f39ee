//! What a closing session finds prepared: the headings that it must fill, and the next gate's review. A skeleton
//! that nobody fills meets no requirement ([`super::requirements`]).

use super::requirements::{self, When};
use crate::model::gate::review_name;
use crate::model::status::UnitType;
use crate::model::{Feature, Unit};
use serde::{Deserialize, Serialize};

/// A part of a skeleton: a text for the end of a file in the feature's folder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Part {
    /// The file's name.
    pub file: String,
    /// A line of the text; where the file holds it already, nothing is appended.
    pub marker: String,
    /// The text.
    pub text: String,
}

/// The parts for `unit`, as the feature stands; none for a unit that closes nothing.
pub fn of(feature: &Feature, unit: &Unit) -> Vec<Part> {
    match unit.kind() {
        Some(UnitType::PlanNext) => review(feature, unit).into_iter().collect(),
        Some(UnitType::Close | UnitType::CloseIntermediate | UnitType::Retrospective) => {
            retrospective(feature, unit)
        }
        _ => Vec::new(),
    }
}

fn retrospective(feature: &Feature, unit: &Unit) -> Vec<Part> {
    let part = |marker: &str, text: String| Part {
        file: "RETROSPECTIVE.md".into(),
        marker: marker.to_owned(),
        text: format!("{text}\n"),
    };
    let section = format!("## Gate {}", feature.gates[unit.gate].number);
    let owed = headings(feature, unit);
    let whole: Vec<&str> = std::iter::once(section.as_str()).chain(owed.iter().copied()).collect();
    let mut parts = vec![part(&section, whole.join("\n\n"))];
    // Where the section is there without them.
    parts.extend(owed.iter().map(|heading| part(heading, (*heading).to_owned())));
    parts
}

/// The headings that a close of this gate may owe, whatever its verdict will be.
fn headings(feature: &Feature, unit: &Unit) -> Vec<&'static str> {
    let owes = |name: &str| {
        requirements::REQUIREMENTS.iter().find(|requirement| requirement.name == name).is_some_and(|r| {
            unit.kind().is_some_and(|kind| r.kinds.contains(&kind))
                && match r.when {
                    When::MetOffPlan => requirements::is_off_plan(feature),
                    when => requirements::applies(when, feature, unit),
                }
        })
    };
    let all = [
        ("cost-analysis", "### Cost analysis"),
        ("failure-classes", "### Failure-class breakdown"),
        ("oracle-result", "### feature_oracle:"),
    ];
    all.into_iter().filter(|(name, _)| owes(name)).map(|(_, heading)| heading).collect()
}

fn review(feature: &Feature, unit: &Unit) -> Option<Part> {
    let next = feature.gates.get(unit.gate + 1)?.number;
    // A file with a head is somebody's already.
    Some(Part { file: review_name(next), marker: "---".into(), text: review_text(next) })
}

/// The review of gate `number` before anybody wrote it.
pub fn review_text(number: u32) -> String {
    format!(
        "---\ngate: {number}\nopen_questions:\n---\n\n# Gate {number}, before it is armed\n\n## What is drafted\n\n## Doubt\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::sketch;

    fn files(plan: &str, unit: &str) -> Vec<String> {
        let feature = sketch(plan);
        let unit = &feature.units[feature.find_unit(unit).unwrap()];
        of(&feature, unit).into_iter().map(|part| part.text).collect()
    }

    #[test]
    fn closing_units_find_their_headings() {
        assert_eq!(files("T01!done; G1-CLOSE", "G1-CLOSE"), ["## Gate 1\n"]);
        assert_eq!(files("T01!done; G1-CLOSE", "T01"), [""; 0]);
        let review = files("T01!done; G1-CLOSE-INTERMEDIATE; G1-PLAN | ", "G1-PLAN");
        assert!(review[0].starts_with("---\ngate: 2\nopen_questions:\n---\n"), "{review:?}");
        assert!(review[0].lines().any(|line| line == "---"));
    }
}
