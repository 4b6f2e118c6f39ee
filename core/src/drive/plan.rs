//! What the machine sees of a plan: the parts of a [`Feature`] that decide, read at dispatch and kept
//! in the journal as differences.
//!
//! Frontmatter is intent, the journal is facts. At every [`super::Effect::Load`] the files win on
//! everything written here; what the machine itself learnt (attempts charged, failures, money
//! spent in this cycle) is in [`super::UnitRecord`] and no file can take it back.

mod history;

use crate::close::arming::autonomy;
use crate::close::skeleton::{self, Part};
use crate::edit;
use crate::graph::{self, Graph};
use crate::model::field::{self, Field};
use crate::model::status::{Autonomy, GateStatus, PlanStatus, UnitStatus, UnitType, Verdict, Vocabulary};
use crate::model::verification::{Check, DEFAULT_MAX_ATTEMPTS, Verification};
use crate::model::work_unit::WorkUnit;
use crate::model::{Feature, Gate, Unit};
use crate::ordered;
use crate::path::RelPath;
use crate::schema;
use crate::yaml::Node;
use history::{attempts_logged, fix_units, re_arm_reason};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A feature as the machine sees it.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct PlanView {
    /// What is said once for the whole feature.
    pub head: Head,
    /// The gates in graph order, each with its units in graph order.
    pub gates: Vec<GateView>,
    /// The units by id. A second unit of an id does not count (lint refuses it).
    pub units: BTreeMap<String, UnitView>,
}

/// What a feature and its repository say once.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Head {
    /// The feature's id.
    pub feature: String,
    /// Its folder.
    pub folder: Option<RelPath>,
    /// `status` of the plan.
    pub status: Option<PlanStatus>,
    /// The status of its roadmap row, when it has one with a known word.
    pub roadmap: Option<PlanStatus>,
    /// `retain_on_guard_refusal`
    pub retain_on_guard_refusal: bool,
    /// What the project says of attempts.
    #[serde(default)]
    pub attempts: AttemptRules,
    /// `judge_disabled`
    #[serde(default)]
    pub judge_disabled: bool,
    /// The sets of `verification.yml` by name.
    pub sets: BTreeMap<String, Vec<CheckView>>,
}

/// What `verification.yml` says of attempts, defaults applied.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct AttemptRules {
    /// `baseline_probe`: after a failed attempt, look whether its checks were red before it.
    pub baseline_probe: bool,
    /// `produces_amendable`: a session may leave out what it promised, with a reason.
    pub produces_amendable: bool,
    /// `replan` of the project's `config`: before its last attempt a unit may be rewritten.
    pub replan: bool,
    /// `parallel_checks` of `config`: how many independent checks of one list run at a time.
    pub checks_at_once: u32,
    /// `cost_tracking`: cost and tokens are written down.
    pub cost_tracking: bool,
    /// `max_fix_units_per_unit`: how many units may be put in before one that is blocked; 0 without
    /// `fix_unit_insertion`.
    pub fix_units: u32,
    /// `carry_forward_narrow_greens`: narrow commands that were green on a tree are not repeated on it.
    pub carry_greens: bool,
    /// `dispatch_skills`: sessions are told of the skills that they may use.
    pub skills: bool,
}

impl Default for AttemptRules {
    fn default() -> AttemptRules {
        AttemptRules {
            baseline_probe: true,
            produces_amendable: false,
            replan: false,
            checks_at_once: 1,
            cost_tracking: true,
            fix_units: 2,
            carry_greens: true,
            skills: false,
        }
    }
}

/// A gate as the machine sees it.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct GateView {
    /// Its number.
    pub number: u32,
    /// Its file, there or not.
    pub path: Option<RelPath>,
    /// Where it stands; `None` when its file says something unknown.
    pub status: Option<GateStatus>,
    /// `cost_budget_usd`
    pub cost_budget_usd: Option<f64>,
    /// `feature_oracle`
    pub feature_oracle: Option<String>,
    /// Its units' ids in graph order.
    pub units: Vec<String>,
    /// Whether it may arm itself: the autonomy that holds for it is `auto`.
    #[serde(default)]
    pub auto: bool,
}

/// A unit as the machine sees it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct UnitView {
    /// Its id.
    pub id: String,
    /// Its file; `None` when the graph's `file:` leads nowhere.
    pub path: Option<RelPath>,
    /// Its title.
    pub title: String,
    /// What it is for; `None` when unknown or its file is missing.
    pub kind: Option<UnitType>,
    /// Where it stands; `None` when unknown or its file is missing.
    pub status: Option<UnitStatus>,
    /// The ids it declares to depend on.
    pub depends_on: Vec<String>,
    /// The model of its sessions, defaults applied.
    pub model: String,
    /// The effort of its sessions, defaults applied.
    pub effort: String,
    /// How many charged attempts it gets in a cycle, defaults applied.
    pub max_attempts: u32,
    /// `produces`
    pub produces: Vec<String>,
    /// What `produces` holds that names no file of the repository.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub produces_invalid: Vec<String>,
    /// `generated_surfaces`
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub generated_surfaces: Vec<String>,
    /// `iterate_on_failure`
    #[serde(default)]
    pub iterate_on_failure: bool,
    /// `extra_gates`: sets that are added to its type's.
    pub extra_gates: Vec<String>,
    /// `prep`: sets that run before its session.
    pub prep: Vec<String>,
    /// `oracles`: sets whose output goes into its prompt.
    pub oracles: Vec<String>,
    /// `unsandboxed`, when a rationale is there: that rationale.
    pub unsandboxed: Option<String>,
    /// Who audits its work, when anybody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verifier: Option<VerifierView>,
    /// `verdict`
    pub verdict: Option<Verdict>,
    /// `auto_close_disabled`
    pub auto_close_disabled: bool,
    /// `attempts` as written.
    pub attempts: u32,
    /// The highest attempt number that the event log knows.
    pub attempts_logged: u32,
    /// `re_arm_count`
    pub re_arm_count: u32,
    /// Why it was re-armed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub re_arm_reason: Option<String>,
    /// Whether it stopped on a failure that came twice, and is pending again although nobody reproduced
    /// that or overrode it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unreproduced: bool,
    /// `escalation_reason`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_on: Option<String>,
    /// How many units were put in before it at the wish of its own sessions.
    #[serde(default, skip_serializing_if = "super::event::is_zero")]
    pub fix_units: u32,
    /// What its session finds prepared, when it is a closing unit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skeleton: Vec<Part>,
    /// `cost_usd` of this cycle, US dollars.
    pub cost_usd: f64,
    /// Cost over all cycles, US dollars.
    pub lifetime_cost_usd: f64,
    /// `duration_seconds` of this cycle.
    pub duration_seconds: f64,
    /// What a person is asked to do: the objective and the criteria of a `human` unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
}

/// The session that audits a unit's work.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct VerifierView {
    /// Its model.
    pub model: String,
    /// Its effort.
    pub effort: String,
    /// The agent that runs it; `None` for the unit's.
    #[serde(default)]
    pub agent: Option<String>,
}

/// One command of a set.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CheckView {
    /// Its name; one without gets its set and place (`code 2`).
    pub name: String,
    /// The shell command, placeholders still in it.
    pub command: String,
    /// The time limit of its whole process group, in seconds.
    pub timeout_seconds: f64,
    /// Names of checks that must have passed before it.
    pub needs: Vec<String>,
    /// Whether it runs once per gate instead of per attempt.
    pub broad: bool,
    /// `narrow_command`, with how its tests are found.
    pub narrow: Option<NarrowView>,
}

/// A cheaper command over the unit's own tests.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct NarrowView {
    /// The command; `{tests}` stands for the selection.
    pub command: String,
    /// Folders that hold tests.
    pub test_roots: Vec<String>,
    /// How one test is written; `{path}`, `{stem}` and `{module}` stand for its file.
    pub item_template: String,
    /// What stands between two.
    pub separator: String,
}

/// What changed between two views. Small when little did: it goes into the journal.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct PlanChange {
    /// The new head, when it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Box<Head>>,
    /// The new gates, when any differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gates: Option<Vec<GateView>>,
    /// Units that are new or differ.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<UnitView>,
    /// Units that are gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<String>,
}

impl Head {
    /// Whether any check has a narrow command.
    pub fn has_narrow(&self) -> bool {
        self.sets.values().flatten().any(|check| check.narrow.is_some())
    }
}

impl PlanView {
    /// The view of a feature.
    pub fn of(feature: &Feature) -> PlanView {
        let logged = attempts_logged(feature);
        let mut units = BTreeMap::new();
        for unit in feature.units.iter().filter(|unit| !unit.id().is_empty()) {
            units.entry(unit.id().to_owned()).or_insert_with(|| unit_view(feature, unit, &logged));
        }
        PlanView {
            head: head(feature),
            gates: feature
                .gates
                .iter()
                .enumerate()
                .map(|(index, gate)| gate_view(feature, index, gate))
                .collect(),
            units,
        }
    }

    /// What must change to make this view `next`.
    pub fn change_to(&self, next: &PlanView) -> PlanChange {
        PlanChange {
            head: (self.head != next.head).then(|| Box::new(next.head.clone())),
            gates: (self.gates != next.gates).then(|| next.gates.clone()),
            units: next.units.values().filter(|u| self.units.get(&u.id) != Some(u)).cloned().collect(),
            gone: self.units.keys().filter(|id| !next.units.contains_key(*id)).cloned().collect(),
        }
    }

    /// Makes the change; `a.apply(a.change_to(b))` makes `a` equal to `b`.
    pub fn apply(&mut self, change: PlanChange) {
        if let Some(head) = change.head {
            self.head = *head;
        }
        if let Some(gates) = change.gates {
            self.gates = gates;
        }
        change.gone.iter().for_each(|id| drop(self.units.remove(id)));
        self.units.extend(change.units.into_iter().map(|unit| (unit.id.clone(), unit)));
    }

    /// The gate that the driver walks: the first that is not passed.
    pub fn current_gate(&self) -> Option<usize> {
        self.gates.iter().position(|gate| gate.status != Some(GateStatus::Passed))
    }

    /// The units of a gate in graph order.
    pub fn units_of(&self, gate: usize) -> impl Iterator<Item = &UnitView> {
        let ids = self.gates.get(gate).into_iter().flat_map(|gate| &gate.units);
        ids.filter_map(|id| self.units.get(id))
    }

    /// The task graph, with the units that its numbers stand for.
    pub fn graph(&self) -> (Graph, Vec<&UnitView>) {
        let units: Vec<(usize, &UnitView)> = (0..self.gates.len())
            .flat_map(|gate| self.units_of(gate).map(move |unit| (gate, unit)))
            .collect();
        let nodes = units.iter().map(|(gate, unit)| graph::Node {
            id: &unit.id,
            gate: *gate,
            kind: unit.kind,
            status: unit.status,
            depends_on: unit.depends_on.iter().map(String::as_str).collect(),
        });
        (Graph::new(nodes.collect()), units.iter().map(|(_, unit)| *unit).collect())
    }

    /// The gate that holds a unit.
    pub fn gate_of(&self, unit: &str) -> Option<usize> {
        self.gates.iter().position(|gate| gate.units.iter().any(|id| id == unit))
    }

    /// Whether `gate` is the last one.
    pub fn is_terminal(&self, gate: usize) -> bool {
        gate + 1 == self.gates.len()
    }

    /// What the gate's units have cost over all cycles, in US dollars.
    pub fn gate_cost_usd(&self, gate: usize) -> f64 {
        self.units_of(gate).map(|unit| unit.lifetime_cost_usd).sum()
    }
}

impl UnitView {
    /// The id without the feature: `T01`.
    pub fn short(&self) -> &str {
        crate::model::id::short(&self.id)
    }

    /// Whether it belongs to its gate's closing sequence.
    pub fn is_closing(&self) -> bool {
        self.kind.is_some_and(UnitType::is_closing)
    }

    /// Whether nothing more will happen to it.
    pub fn is_final(&self) -> bool {
        self.status.is_some_and(UnitStatus::is_final)
    }

    /// Whether the driver may dispatch it. A unit found in progress was left by a driver that is
    /// gone (only one holds the lock), so it is as good as pending.
    pub fn is_dispatchable(&self) -> bool {
        let stands = self.status.is_some_and(|s| s.is_dispatchable() || s == UnitStatus::InProgress);
        stands && self.kind.is_some_and(|kind| kind != UnitType::Human)
    }
}

fn head(feature: &Feature) -> Head {
    let verification = feature.verification.as_deref();
    let retain = verification.and_then(|v| v.retain_on_guard_refusal.get().copied());
    let sets = verification.map(|v| &v.sets[..]).unwrap_or_default();
    Head {
        feature: feature.id().map(|id| id.to_string()).unwrap_or_default(),
        folder: Some(feature.folder.clone()),
        status: feature.status(),
        roadmap: roadmap_status(feature),
        retain_on_guard_refusal: retain.unwrap_or(true),
        attempts: AttemptRules {
            replan: of_config(feature, "replan").and_then(field::boolean).unwrap_or(false),
            checks_at_once: of_config(feature, "parallel_checks").and_then(field::positive).unwrap_or(1),
            ..verification.map(attempt_rules).unwrap_or_default()
        },
        judge_disabled: feature.plan.as_ref().is_some_and(|plan| plan.judge_disabled.get() == Some(&true)),
        sets: ordered::map(sets.iter().map(|set| {
            let name = set.name.value.clone();
            let checks = set.checks.iter().enumerate().filter_map(|(at, check)| check_view(&name, at, check));
            (name.clone(), checks.collect())
        })),
    }
}

fn attempt_rules(verification: &Verification) -> AttemptRules {
    let usual = AttemptRules::default();
    let is = |field: &Field<bool>, usual: bool| field.get().copied().unwrap_or(usual);
    AttemptRules {
        baseline_probe: is(&verification.baseline_probe, usual.baseline_probe),
        produces_amendable: is(&verification.produces_amendable, usual.produces_amendable),
        replan: usual.replan,
        checks_at_once: usual.checks_at_once,
        cost_tracking: is(&verification.cost_tracking, usual.cost_tracking),
        fix_units: match is(&verification.fix_unit_insertion, true) {
            true => verification.max_fix_units_per_unit.get().copied().unwrap_or(usual.fix_units),
            false => 0,
        },
        carry_greens: is(&verification.carry_forward_narrow_greens, usual.carry_greens),
        skills: is(&verification.dispatch_skills, usual.skills),
    }
}

fn roadmap_status(feature: &Feature) -> Option<PlanStatus> {
    let (roadmap, id) = (feature.roadmap.as_ref()?, feature.id()?);
    let table = roadmap.table.as_ref()?;
    let row = table.rows_of(id.as_str()).next()?;
    PlanStatus::parse(table.cell(row, "Status")?.value.trim())
}

fn check_view(set: &str, at: usize, check: &Check) -> Option<CheckView> {
    let narrow = check.narrow_command.get().zip(check.narrow_selection.as_ref());
    Some(CheckView {
        name: check.name.get().cloned().unwrap_or_else(|| format!("{set} {}", at + 1)),
        command: check.command.get()?.clone(),
        timeout_seconds: check.timeout(),
        needs: check.needs.iter().map(|need| need.value.clone()).collect(),
        broad: check.is_broad(),
        narrow: narrow.map(|(command, selection)| NarrowView {
            command: command.clone(),
            test_roots: selection.test_roots.iter().map(|root| root.value.clone()).collect(),
            item_template: selection.item_template.get().cloned().unwrap_or_else(|| "{path}".into()),
            separator: selection.separator.get().cloned().unwrap_or_else(|| " ".into()),
        }),
    })
}

fn gate_view(feature: &Feature, index: usize, gate: &Gate) -> GateView {
    let file = gate.file.as_deref();
    GateView {
        number: gate.number,
        path: gate.path.clone().ok(),
        status: gate.status(),
        cost_budget_usd: file.and_then(|f| f.cost_budget_usd.get().copied()),
        feature_oracle: file.and_then(|f| f.feature_oracle.get().cloned()),
        units: feature.units_of(gate).map(|(_, unit)| unit.id().to_owned()).collect(),
        auto: autonomy(feature, index) == Autonomy::Auto,
    }
}

fn unit_view(feature: &Feature, unit: &Unit, logged: &BTreeMap<&str, u32>) -> UnitView {
    let file = unit.file.as_deref();
    let texts = |read: fn(&WorkUnit) -> &[crate::span::Spanned<String>]| {
        let list = file.map(read).unwrap_or_default();
        list.iter().map(|text| text.value.clone()).collect::<Vec<_>>()
    };
    let number = |field: Option<&f64>| field.copied().unwrap_or(0.0);
    let count = |field: Option<&u32>| field.copied().unwrap_or(0);
    let (model, effort) = model_and_effort(feature, unit);
    let unsandboxed = file.filter(|f| f.unsandboxed.get() == Some(&true));
    let verifier = verifier(feature, unit, &model, &effort);
    UnitView {
        id: unit.id().to_owned(),
        path: unit.path.clone().ok(),
        title: unit.title().to_owned(),
        kind: unit.kind(),
        status: unit.status(),
        depends_on: unit.entry.depends_on.iter().map(|id| id.value.clone()).collect(),
        model,
        effort,
        max_attempts: max_attempts(feature, unit),
        produces: texts(|f| &f.produces),
        produces_invalid: file.map(produces_invalid).unwrap_or_default(),
        generated_surfaces: texts(|f| &f.generated_surfaces),
        iterate_on_failure: file.is_some_and(|f| f.iterate_on_failure.get() == Some(&true)),
        extra_gates: texts(|f| &f.extra_gates),
        prep: texts(|f| &f.prep),
        oracles: texts(|f| &f.oracles),
        verifier,
        unsandboxed: unsandboxed.and_then(|f| f.unsandboxed_rationale.get().cloned()),
        verdict: file.and_then(|f| f.verdict.get().copied()),
        auto_close_disabled: file.is_some_and(|f| f.auto_close_disabled.get() == Some(&true)),
        attempts: count(file.and_then(|f| f.attempts.get())),
        attempts_logged: logged.get(unit.id()).copied().unwrap_or(0),
        re_arm_count: count(file.and_then(|f| f.re_arm_count.get())),
        re_arm_reason: file.and_then(re_arm_reason),
        unreproduced: file.is_some_and(edit::is_unreproduced),
        stopped_on: file.and_then(|f| f.escalation_reason.get().cloned()),
        fix_units: fix_units(feature, unit.id()),
        skeleton: skeleton::of(feature, unit),
        cost_usd: number(file.and_then(|f| f.cost_usd.get())),
        lifetime_cost_usd: file.map_or(0.0, |f| f.lifetime_cost_usd()),
        duration_seconds: number(file.and_then(|f| f.duration_seconds.get())),
        task: file.filter(|_| unit.kind() == Some(UnitType::Human)).and_then(task),
    }
}

/// The sections of a unit that tell a person what to do.
fn task(file: &WorkUnit) -> Option<String> {
    let body = &file.doc.body;
    let sections = ["Objective", "Acceptance criteria"].into_iter().filter_map(|name| {
        let text = body.section(name)?.body.slice(&file.doc.text).trim();
        (!text.is_empty()).then(|| format!("{name}: {text}"))
    });
    let text = sections.collect::<Vec<_>>().join("\n\n");
    (!text.is_empty()).then_some(text)
}

/// Entries of `produces` that can name no file of the repository, and a value that is no list of texts.
fn produces_invalid(file: &WorkUnit) -> Vec<String> {
    let mut bad: Vec<String> = Vec::new();
    if let Some(node) = file.doc.get("produces")
        && let Err(wanted) = schema::Type::Texts.check(node)
        && !node.is_null()
    {
        bad.push(format!("it is not {wanted}"));
    }
    let names = |text: &str| RelPath::new(text.trim().trim_start_matches("./").trim_end_matches('/')).is_ok();
    let odd = file.produces.iter().filter(|entry| !names(&entry.value));
    bad.extend(odd.map(|entry| format!("`{}` is not a path below the repository's root", entry.value)));
    bad
}

fn max_attempts(feature: &Feature, unit: &Unit) -> u32 {
    let own = unit.file.as_ref().and_then(|f| f.max_attempts.get().copied());
    let project = || feature.verification.as_ref().and_then(|v| v.max_attempts.get().copied());
    own.or_else(project).unwrap_or(DEFAULT_MAX_ATTEMPTS)
}

/// The model and effort of a unit's sessions: the unit's own, else the project's default for its
/// type (`defaults.by_type` in `config`), else the built-in one.
pub fn model_and_effort(feature: &Feature, unit: &Unit) -> (String, String) {
    let kind = unit.kind().unwrap_or(UnitType::Implementation);
    let (model, effort) = kind.default_model_and_effort();
    let project = |key: &str| by_type(feature, kind)?.as_map()?.get(key)?.as_text().map(str::to_owned);
    let file = unit.file.as_deref();
    let own_model = file.and_then(|f| f.model.get().cloned());
    let own_effort = file.and_then(|f| f.effort.get().map(|e| e.word().to_owned()));
    (
        own_model.or_else(|| project("model")).unwrap_or_else(|| model.to_owned()),
        own_effort.or_else(|| project("effort")).unwrap_or_else(|| effort.word().to_owned()),
    )
}

/// Who audits a unit's work: the unit says whether, else its gate, else `verifier` in `config`, which
/// also says who. Closing units have checks of their own, and a person's step has none.
fn verifier(feature: &Feature, unit: &Unit, model: &str, effort: &str) -> Option<VerifierView> {
    if unit.is_closing() || unit.kind() == Some(UnitType::Human) {
        return None;
    }
    let config = feature.config.as_ref().and_then(|config| config.yaml.root.as_map()?.get("verifier"));
    let map = config.and_then(Node::as_map);
    let project =
        || map.is_some() || config.and_then(Node::as_scalar).and_then(|s| s.as_bool()) == Some(true);
    let of_unit = unit.file.as_ref().and_then(|file| file.verifier.get().copied());
    let of_gate = || {
        let gate = feature.gates.iter().find(|gate| feature.units_of(gate).any(|(_, u)| u.id() == unit.id()));
        gate.and_then(|gate| gate.file.as_ref()?.verifier.get().copied())
    };
    if !of_unit.or_else(of_gate).unwrap_or_else(project) {
        return None;
    }
    let text = |key: &str| map.and_then(|map| map.get(key)?.as_text()).map(str::to_owned);
    Some(VerifierView {
        model: text("model").unwrap_or_else(|| model.to_owned()),
        effort: text("effort").unwrap_or_else(|| effort.to_owned()),
        agent: text("agent"),
    })
}

fn of_config<'a>(feature: &'a Feature, key: &str) -> Option<&'a Node> {
    feature.config.as_ref()?.yaml.root.as_map()?.get(key)
}

fn by_type(feature: &Feature, kind: UnitType) -> Option<&Node> {
    let config = feature.config.as_ref()?.yaml.root.as_map()?;
    config.get("defaults")?.as_map()?.get("by_type")?.as_map()?.get(kind.word())
}
