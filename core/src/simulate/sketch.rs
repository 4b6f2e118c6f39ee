//! Plans in few words: drawn at random, made smaller piece by piece, written as the files of a repository.

use super::random::Random;
use crate::model::gate;
use crate::model::status::{UnitStatus, UnitType, Vocabulary};
use crate::path::RelPath;
use crate::tree::Tree;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// The id of a sketch's feature.
pub const FEATURE: &str = "FEAT-2026-0099";
/// Its folder.
pub const FOLDER: &str = ".specfuse/features/FEAT-2026-0099-simulated";
/// The command of a sketch's checks: red as long as a session's file has a line that says so.
pub const CHECK: &str = "! grep -rhs \"^fail \" src";

/// A plan.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Sketch {
    /// The gates in order.
    pub gates: Vec<GateSketch>,
    /// `retain_on_guard_refusal`
    pub retain: bool,
    /// Whether a check of `tier: broad` fails on the whole tree.
    pub broad_fails: bool,
}

/// A gate of it.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct GateSketch {
    /// Its units in order.
    pub units: Vec<UnitSketch>,
    /// `cost_budget_usd`
    pub budget_usd: Option<f64>,
    /// Whether it has a `feature_oracle`.
    pub oracle: bool,
}

/// A unit of it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct UnitSketch {
    /// The last part of its id.
    pub name: String,
    /// Its type.
    pub kind: UnitType,
    /// Its status.
    pub status: UnitStatus,
    /// The names of those it waits for.
    pub after: Vec<String>,
    /// `max_attempts`
    pub max_attempts: Option<u32>,
    /// `planned_cost_usd`
    pub planned_usd: Option<f64>,
    /// Whether its file is listed in `produces`.
    pub produces: bool,
    /// The command of its `prep` set.
    pub prep: Option<Prep>,
    /// Whether it has an `oracles` set.
    pub oracles: bool,
    /// `auto_close_disabled`
    pub full_close: bool,
}

/// How the `prep` set of a unit goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prep {
    /// It passes.
    Passes,
    /// It fails.
    Fails,
}

impl UnitSketch {
    /// A pending unit.
    pub fn new(name: &str, kind: UnitType) -> UnitSketch {
        UnitSketch {
            name: name.to_owned(),
            kind,
            status: UnitStatus::Pending,
            after: Vec::new(),
            max_attempts: None,
            planned_usd: None,
            produces: false,
            prep: None,
            oracles: false,
            full_close: false,
        }
    }

    /// Its whole id.
    pub fn id(&self) -> String {
        id(&self.name)
    }
}

fn id(name: &str) -> String {
    format!("{FEATURE}/{name}")
}

impl Sketch {
    /// A plan of one or two gates. A sound one is what the linter accepts, without steps for a person; of the others, some have
    /// circles, edges to nowhere and units in odd states.
    pub fn random(random: &mut Random, sound: bool) -> Sketch {
        let (gates, has_oracle) = (1 + random.below(2), random.once_in(5));
        let mut number = 0;
        let mut sketch = Sketch {
            retain: !random.once_in(4),
            broad_fails: !sound && random.once_in(20),
            gates: Vec::new(),
        };
        for at in 0..gates {
            let first = number + 1;
            let count = 1 + random.below(4);
            let mut units: Vec<UnitSketch> = (0..count)
                .map(|_| {
                    number += 1;
                    random_unit(random, number, first, sound)
                })
                .collect();
            if sound || !random.once_in(5) {
                units.extend(closing(random, at + 1, at + 1 == gates));
            }
            if at > 0 {
                units.iter_mut().for_each(|unit| unit.status = UnitStatus::Draft);
            }
            let budget_usd = random.once_in(4).then(|| 0.5 + 0.5 * small(random.below(8)));
            sketch.gates.push(GateSketch { units, budget_usd, oracle: has_oracle });
        }
        sketch
    }

    /// Every unit, gate by gate.
    pub fn units(&self) -> impl Iterator<Item = &UnitSketch> {
        self.gates.iter().flat_map(|gate| &gate.units)
    }

    /// The files of a repository with this plan.
    pub fn tree(&self) -> Tree {
        let mut tree = Tree::new();
        let mut put = |name: &str, text: String| {
            if let Ok(path) = RelPath::new(name) {
                tree.insert_text(path, text);
            }
        };
        put("README.md", "A simulated repository.\n".to_owned());
        put(".specfuse/verification.yml", self.verification());
        put(".specfuse/roadmap.md", ROADMAP.to_owned());
        put(".specfuse/LEARNINGS.md", "# Learnings\n".to_owned());
        put(&format!("{FOLDER}/PLAN.md"), self.plan());
        for (number, gate) in (1..).zip(&self.gates) {
            put(&format!("{FOLDER}/{}", gate::file_name(number)), gate_text(number, gate));
            for unit in &gate.units {
                put(&format!("{FOLDER}/WU-{}.md", unit.name), unit_text(unit));
            }
        }
        tree
    }

    fn verification(&self) -> String {
        let broad = if self.broad_fails {
            "  - name: everything\n    command: \"false\"\n    tier: broad\n"
        } else {
            ""
        };
        format!(
            "retain_on_guard_refusal: {}\ncode:\n  - name: tests\n    command: '{CHECK}'\n{broad}\
             doc:\n  - name: doc\n    command: '{CHECK}'\nplannext:\n  - name: plan\n    command: '{CHECK}'\n\
             ready:\n  - name: ready\n    command: \"true\"\nnot-ready:\n  - name: not-ready\n    command: \"false\"\n\
             oracle:\n  - name: oracle\n    command: echo It is so.\n",
            self.retain
        )
    }

    fn plan(&self) -> String {
        let mut text = PLAN.to_owned();
        for (number, gate) in (1..).zip(&self.gates) {
            let none = if gate.units.is_empty() { " []" } else { "" };
            let _ = write!(
                text,
                "  - gate: {number}\n    file: {}\n    work_units:{none}\n",
                gate::file_name(number)
            );
            for unit in &gate.units {
                let after: Vec<String> = unit.after.iter().map(|name| id(name)).collect();
                let _ = write!(
                    text,
                    "      - id: {}\n        file: WU-{}.md\n        depends_on: [{}]\n",
                    unit.id(),
                    unit.name,
                    after.join(", ")
                );
            }
        }
        text + "```\n"
    }
}

fn small(number: usize) -> f64 {
    f64::from(u16::try_from(number).unwrap_or(u16::MAX))
}

fn random_unit(random: &mut Random, number: usize, first: usize, sound: bool) -> UnitSketch {
    let mut unit = UnitSketch::new(&format!("T{number:02}"), UnitType::Implementation);
    if random.once_in(12) {
        let person = !sound && random.once_in(2);
        unit.kind = if person { UnitType::Human } else { UnitType::QaExecution };
    }
    let odd = [UnitStatus::Done, UnitStatus::Abandoned, UnitStatus::InProgress, UnitStatus::InReview];
    if !sound && random.once_in(8) {
        unit.status = *random.pick(&odd).unwrap_or(&UnitStatus::Ready);
    }
    for _ in 0..random.below(3) {
        let end = if sound { number } else { number + 2 };
        let other = if sound { first + random.below(number - first) } else { 1 + random.below(end) };
        let name = format!("T{other:02}");
        if other != number && !unit.after.contains(&name) {
            unit.after.push(name);
        }
    }
    unit.max_attempts = random.once_in(3).then(|| 1 + u32::try_from(random.below(4)).unwrap_or(0));
    unit.planned_usd = (sound || random.once_in(2)).then_some(0.25);
    if unit.kind == UnitType::Implementation {
        unit.produces = sound || random.once_in(2);
        unit.oracles = random.once_in(6);
        unit.prep = random.once_in(6).then_some(Prep::Passes);
        if !sound && random.once_in(20) {
            unit.prep = Some(Prep::Fails);
        }
    }
    unit
}

fn closing(random: &mut Random, gate: usize, last: bool) -> Vec<UnitSketch> {
    let full_close = random.once_in(3);
    let close = |name: &str, kind| UnitSketch {
        full_close,
        planned_usd: Some(0.25),
        ..UnitSketch::new(&format!("G{gate}-{name}"), kind)
    };
    if last {
        return vec![close("CLOSE", UnitType::Close)];
    }
    let first = close("CLOSE-INTERMEDIATE", UnitType::CloseIntermediate);
    let plan = UnitSketch {
        after: vec![first.name.clone()],
        full_close: false,
        ..close("PLAN", UnitType::PlanNext)
    };
    vec![first, plan]
}

fn gate_text(number: u32, gate: &GateSketch) -> String {
    let mut head = format!("gate: {number}\nstatus: open\n");
    if let Some(budget) = gate.budget_usd {
        let _ = writeln!(head, "cost_budget_usd: {budget:.2}");
    }
    if gate.oracle {
        head.push_str("feature_oracle: \"true\"\n");
    }
    format!(
        "---\n{head}---\n\n# Gate {number}\n\n## Definition of done\n\nEvery unit is done.\n\n## Arming discipline\n\n\
         - Read the drafts.\n"
    )
}

pub(super) fn unit_text(unit: &UnitSketch) -> String {
    let mut head = format!("id: {}\ntype: {}\nstatus: {}\n", unit.id(), unit.kind.word(), unit.status.word());
    if let Some(attempts) = unit.max_attempts {
        let _ = writeln!(head, "max_attempts: {attempts}");
    }
    if let Some(planned) = unit.planned_usd {
        let _ = writeln!(head, "planned_cost_usd: {planned}");
    }
    if unit.produces {
        let _ = writeln!(head, "produces:\n  - {}", deliverable(&unit.name));
    }
    match unit.prep {
        Some(Prep::Passes) => head.push_str("prep:\n  - ready\n"),
        Some(Prep::Fails) => head.push_str("prep:\n  - not-ready\n"),
        None => {}
    }
    if unit.oracles {
        head.push_str("oracles:\n  - oracle\n");
    }
    if unit.full_close {
        head.push_str("auto_close_disabled: true\n");
    }
    let criterion = match unit.kind {
        UnitType::Implementation | UnitType::QaExecution => {
            format!("`{}` says who made it.", deliverable(&unit.name))
        }
        UnitType::Human => "A person has looked.".to_owned(),
        _ => CLOSING.to_owned(),
    };
    format!(
        "---\n{head}---\n\n# Make {}\n\n**Objective.** One more file.\n\n**Context.** A simulated repository.\n\n\
         **Acceptance criteria.**\n\n1. {criterion}\n\n**Do not touch.** `README.md`.\n\n\
         **Verification.** The commands of its set.\n\n**Escalation triggers.** None.\n",
        unit.name
    )
}

/// The file that a unit's session makes.
pub fn deliverable(name: &str) -> String {
    format!("src/{name}.txt")
}

const CLOSING: &str = "RETROSPECTIVE.md has its Gate section, a Cost analysis, a Failure-class breakdown and the \
feature_oracle's result, or says that nothing generalizes; the verdict is given; FOLLOW-UPS.md holds what is \
missing; GATE-02-REVIEW.md is written and the next gate's units are at `status: draft`.";

const PLAN: &str = "---
feature_id: FEAT-2026-0099
title: Simulated
slug: simulated
branch: feat/FEAT-2026-0099-simulated
roadmap_goal: Something happens.
status: active
autonomy_default: review
---

# Simulated

## Existing-mechanism search

None.

## Escalation-predicate satisfiability

Yes.

## Task graph

```yaml
gates:
";

const ROADMAP: &str = "---
project: simulated
---

# Roadmap

| Feature ID | Title | Status | Folder | Detail |
|---|---|---|---|---|
| FEAT-2026-0099 | Simulated | active | `FEAT-2026-0099-simulated` | [detail](#feat-2026-0099) |

<a id=\"feat-2026-0099\"></a>
## FEAT-2026-0099 Simulated

**Status: active.**

Something is to happen.
";
