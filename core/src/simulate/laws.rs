//! What must hold after every step of a run, whoever is killed when. The laws keep books of their own, from
//! the journal and from what was done to the world, and never ask the machine what it thinks.

use super::case::Broken;
use super::run::{Simulation, Step, replay};
use super::world::{World, differing, failing};
use crate::drive::{Checks, Effect, Event, Purpose, Record, Role, Session, SetKeys, State, Stop, step};
use crate::model::event::Event as LogLine;
use crate::model::status::{GateStatus, UnitStatus, UnitType};
use crate::model::verification::DEFAULT_MAX_ATTEMPTS;
use crate::model::{Feature, Unit};
use crate::path::RelPath;
use crate::tree::Tree;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A person's uncommitted files: an edited one and a new one.
pub(super) fn theirs() -> impl Iterator<Item = (RelPath, &'static str)> {
    const THEIRS: [(&str, &str); 2] =
        [("README.md", "A simulated repository.\nEdited by a person.\n"), ("theirs.txt", "A person's.\n")];
    THEIRS.into_iter().filter_map(|(path, text)| Some((RelPath::new(path).ok()?, text)))
}

type Held = Result<(), Broken>;

/// No attempt takes more steps, what comes with it included.
const STEPS_OF_ATTEMPT: usize = 40;

/// The books.
#[derive(Debug)]
pub struct Laws {
    /// The state as the written journal gives it, read back record by record.
    shadow: State,
    records: usize,
    sessions: usize,
    commits: usize,
    /// The question that was asked last.
    asked: Option<Effect>,
    /// What each unit cost since ever, in US dollars.
    spent: BTreeMap<String, f64>,
    /// Units whose last session's work was verified.
    green: BTreeSet<String>,
    /// Units whose last session changed what was not its own to change.
    tampered: BTreeSet<String>,
    /// Units that were done without a session: before the run, by a person, by the predicate.
    given: BTreeSet<String>,
    committed: BTreeSet<String>,
    /// The lines of the log.
    lines: BTreeSet<String>,
    outcomes: BTreeMap<(String, u64), String>,
    charged: BTreeMap<String, u32>,
    /// Units that began in their cycle.
    begun: BTreeSet<String>,
    /// The units a person acted on, one entry for each time.
    acted: Vec<String>,
    opened: BTreeSet<(String, u32)>,
    worked: BTreeSet<(String, u32)>,
    refused: bool,
    steps: usize,
    bound: usize,
    before: Tree,
}

impl Laws {
    /// The books of a world in which nothing ran yet.
    pub fn new(world: &mut World) -> Laws {
        let feature = world.feature();
        let done = |unit: &&Unit| unit.status() == Some(UnitStatus::Done);
        let ids = |unit: &Unit| unit.id().to_owned();
        Laws {
            shadow: State::default(),
            records: 0,
            sessions: 0,
            commits: world.history.len(),
            asked: None,
            spent: feature.units.iter().map(|unit| (ids(unit), lifetime(unit))).collect(),
            green: BTreeSet::new(),
            tampered: BTreeSet::new(),
            given: feature.units.iter().filter(done).map(ids).collect(),
            committed: BTreeSet::new(),
            lines: BTreeSet::new(),
            outcomes: BTreeMap::new(),
            charged: BTreeMap::new(),
            begun: BTreeSet::new(),
            acted: Vec::new(),
            opened: BTreeSet::new(),
            worked: BTreeSet::new(),
            refused: false,
            steps: 0,
            bound: feature
                .units
                .iter()
                .map(|unit| STEPS_OF_ATTEMPT * (max_attempts(unit) as usize + 1))
                .sum::<usize>()
                + 60,
            before: world.tree.clone(),
        }
    }

    /// A driver began.
    ///
    /// # Errors
    /// The law that does not hold.
    pub fn started(&mut self, simulation: &Simulation) -> Held {
        self.steps = 0;
        self.refused = false;
        self.read_journal(simulation)
    }

    /// The person asked to stop.
    ///
    /// # Errors
    /// The law that does not hold.
    pub fn asked_to_stop(&mut self, simulation: &Simulation) -> Held {
        self.read_journal(simulation)
    }

    /// The driver is about to be killed.
    pub fn before_kill(&mut self, simulation: &Simulation) {
        self.before = simulation.world.tree.clone();
    }

    /// The driver was killed; what it was in the midst of may have been done by half.
    ///
    /// # Errors
    /// The law that does not hold.
    pub fn after_kill(&mut self, simulation: &mut Simulation) -> Held {
        if simulation.state != self.shadow {
            return broken("a replayed journal gives the state", "after a kill it does not");
        }
        self.look_at_sessions(&mut simulation.world)?;
        self.look_at_commits(&simulation.world)
    }

    /// A step was done.
    ///
    /// # Errors
    /// The law that does not hold.
    pub fn after(&mut self, simulation: &mut Simulation, step: &Step) -> Held {
        self.steps += 1;
        if self.steps > self.bound {
            return broken("every run ends", format!("it did not within {} steps", self.bound));
        }
        match step {
            Step::Performed(effect) => self.performed(simulation, effect),
            Step::Learnt(event) => {
                self.learnt(event);
                self.read_journal(simulation)
            }
            Step::Stopped(_) => Ok(()),
        }
    }

    /// A person answered a stop: units that go again begin a new cycle.
    pub fn answered(&mut self, world: &mut World, acted: &[String]) {
        self.commits = world.history.len();
        let times = |acted: &[String], id: &str| acted.iter().filter(|one| *one == id).count();
        for unit in &world.feature().units {
            let id = unit.id().to_owned();
            match unit.status() {
                Some(UnitStatus::Pending) if times(acted, &id) > times(&self.acted, &id) => {
                    self.charged.remove(&id);
                    self.begun.remove(&id);
                }
                Some(UnitStatus::Done) if !self.committed.contains(&id) => drop(self.given.insert(id)),
                _ => {}
            }
        }
        self.acted = acted.to_vec();
    }

    fn read_journal(&mut self, simulation: &Simulation) -> Held {
        for record in &simulation.journal[self.records..] {
            let text = serde_json::to_string(record).unwrap_or_default();
            let Ok(read) = serde_json::from_str::<Record>(&text) else {
                return broken("a written record can be read", text);
            };
            if read != *record {
                return broken("a written record reads back as it was", text);
            }
            step(&mut self.shadow, read);
            self.records += 1;
        }
        if self.shadow != simulation.state {
            return broken("a replayed journal gives the state", format!("after record {}", self.records));
        }
        let text =
            if self.records.is_multiple_of(16) { serde_json::to_string(&self.shadow).ok() } else { None };
        match text.map(|text| serde_json::from_str::<State>(&text).ok()) {
            Some(Some(read)) if read != self.shadow => {
                broken("a written state reads back as it was", format!("after record {}", self.records))
            }
            _ => Ok(()),
        }
    }

    fn learnt(&mut self, event: &Event) {
        match (event, self.asked.take()) {
            (Event::SessionEnded(report), Some(Effect::RunSession(session))) => {
                *self.spent.entry(session.unit.clone()).or_default() += report.usage.cost_usd.unwrap_or(0.0);
            }
            (Event::Opened { .. }, Some(Effect::Open { unit, attempt, .. })) => {
                self.opened.insert((unit, attempt));
            }
            (Event::Inspected(facts), Some(Effect::Inspect { unit, .. })) if !facts.tampered.is_empty() => {
                self.tampered.insert(unit);
            }
            (Event::ChecksRan { results }, Some(Effect::RunChecks(checks))) => {
                let Checks { purpose, unit, .. } = checks;
                if purpose == Purpose::Verify && !results.is_empty() && results.iter().all(|r| r.passed()) {
                    self.green.insert(unit);
                }
            }
            (Event::CloseJudged(decision), Some(Effect::JudgeClose { unit, .. })) if decision.auto => {
                self.given.insert(unit);
            }
            // After a wait the session of the same attempt runs again.
            (Event::Waited { .. }, Some(Effect::Wait { unit, attempt, .. })) => {
                self.worked.remove(&(unit, attempt));
            }
            (Event::CommitRefused { .. }, _) => self.refused = true,
            _ => {}
        }
    }

    fn performed(&mut self, simulation: &mut Simulation, effect: &Effect) -> Held {
        if effect.is_question() {
            self.asked = Some(effect.clone());
        }
        let world = &mut simulation.world;
        for (path, text) in theirs() {
            if world.tree.text(&path).is_none_or(|now| **now != *text) {
                return broken("a person's files stay as they are", format!("{path} after {effect:?}"));
            }
        }
        match effect {
            Effect::SetKeys(SetKeys { path, keys }) => {
                let status =
                    keys.iter().find(|(key, _)| key == "status").and_then(|(_, value)| value.as_str());
                if let Some(status) = status {
                    self.look_at_status(world, path, status)?;
                }
                self.do_again(simulation, effect)
            }
            Effect::Log { lines } => {
                lines.iter().try_for_each(|line| self.look_at_line(world, line))?;
                self.do_again(simulation, effect)
            }
            Effect::Append(_) | Effect::FinishRoadmap { .. } => self.do_again(simulation, effect),
            Effect::RunSession(session) => {
                self.look_at_dispatch(world, session)?;
                self.look_at_sessions(world)
            }
            Effect::Commit(_) => self.look_at_commits(world),
            _ => Ok(()),
        }
    }

    /// An effect without an answer may be performed twice.
    fn do_again(&self, simulation: &mut Simulation, effect: &Effect) -> Held {
        let before = simulation.world.tree.clone();
        simulation.world.perform(effect, &simulation.state.plan);
        if simulation.world.tree != before {
            return broken("an effect performed twice changes nothing", format!("{effect:?}"));
        }
        Ok(())
    }

    fn look_at_status(&self, world: &mut World, path: &RelPath, status: &str) -> Held {
        let feature = world.feature();
        if let Some(unit) = feature.units.iter().find(|unit| unit.path.as_ref() == Ok(path)) {
            let id = unit.id();
            let proven = self.green.contains(id) && !self.tampered.contains(id);
            if status == "done" && !proven && !self.given.contains(id) {
                return broken("nothing is done without a green verification", id);
            }
        }
        let gate = feature.gates.iter().find(|gate| gate.path.as_ref() == Ok(path));
        if let Some(gate) = gate.filter(|_| status != "open") {
            let over = gate.file.as_ref().and_then(|file| file.cost_budget_usd.get().copied());
            let braked = over.is_some_and(|budget| self.spent_on(&feature, gate.units.clone()) >= budget);
            if !is_complete(&feature, gate.units.clone()) && (status == "passed" || !braked) {
                return broken("a gate is complete when all its units are", format!("{path}: {status}"));
            }
        }
        let is_plan = path.file_name() == "PLAN.md";
        if is_plan && status == "done" && !is_complete(&feature, 0..feature.units.len()) {
            return broken("a feature is done when all its units are", path.as_str());
        }
        Ok(())
    }

    fn spent_on(&self, feature: &Feature, units: std::ops::Range<usize>) -> f64 {
        feature.units[units].iter().filter_map(|unit| self.spent.get(unit.id())).sum()
    }

    fn look_at_line(&mut self, world: &mut World, line: &LogLine) -> Held {
        let text = serde_json::to_string(line).unwrap_or_default();
        if !self.lines.insert(text.clone()) {
            return Ok(());
        }
        if line.event_type == "task_started" && !self.begun.insert(line.correlation_id.clone()) {
            return broken("a unit begins once", text);
        }
        if line.event_type == "fix_unit_inserted" {
            // The attempt that asked for it does not count, and there is one unit more to walk.
            let count = self.charged.entry(line.correlation_id.clone()).or_default();
            *count = count.saturating_sub(1);
            self.bound += STEPS_OF_ATTEMPT * (DEFAULT_MAX_ATTEMPTS as usize + 2);
        }
        if line.event_type != "attempt_outcome" {
            return Ok(());
        }
        let attempt = line.payload.get("attempt").and_then(Value::as_u64).unwrap_or(0);
        let key = (line.correlation_id.clone(), attempt);
        if let Some(before) = self.outcomes.insert(key, text.clone()) {
            return broken("an attempt ends once", format!("{before}\n{text}"));
        }
        let charged = !matches!(line.text("outcome"), Some("interrupted" | "prep_halted"));
        let count = self.charged.entry(line.correlation_id.clone()).or_default();
        *count += u32::from(charged);
        let feature = world.feature();
        let unit = feature.find_unit(&line.correlation_id).map(|at| &feature.units[at]);
        match unit {
            Some(unit) if *count > max_attempts(unit) => {
                broken("no unit gets more attempts than it may", format!("{}: {count}", unit.id()))
            }
            _ => Ok(()),
        }
    }

    fn look_at_dispatch(&mut self, world: &mut World, session: &Session) -> Held {
        // A judge changes nothing.
        if session.role != Role::Judge {
            self.green.remove(&session.unit);
        }
        self.tampered.remove(&session.unit);
        let feature = world.feature();
        let wrong = |how: String| broken("a session starts only when its unit's turn has come", how);
        let Some(at) = feature.find_unit(&session.unit) else { return wrong("there is no such unit".into()) };
        let unit = &feature.units[at];
        let status = |id: &str| feature.find_unit(id).and_then(|at| feature.units[at].status());
        if unit.kind() == Some(UnitType::Human) {
            return wrong(format!("{} is a person's", unit.id()));
        }
        if unit.status() != Some(UnitStatus::InProgress) {
            return wrong(format!("{} stands at {:?}", unit.id(), unit.status()));
        }
        let waits = unit.entry.depends_on.iter().find(|id| status(&id.value) != Some(UnitStatus::Done));
        if let Some(id) = waits {
            return wrong(format!("{} waits for {}", unit.id(), id.value));
        }
        let gate = &feature.gates[unit.gate];
        let open = feature.units_of(gate).any(|(_, other)| !other.is_closing() && !is_final(other));
        if unit.is_closing() && open {
            return wrong(format!("{} closes a gate with open units", unit.id()));
        }
        if gate.status() != Some(GateStatus::Open) {
            return wrong(format!("{} is in a gate that is not open", unit.id()));
        }
        let budget = gate.file.as_ref().and_then(|file| file.cost_budget_usd.get().copied());
        let spent = self.spent_on(&feature, gate.units.clone());
        match budget {
            Some(budget) if session.role == Role::Work && spent >= budget => {
                broken("no session starts beyond the budget", format!("${spent} of ${budget}: {}", unit.id()))
            }
            _ => Ok(()),
        }
    }

    fn look_at_sessions(&mut self, world: &mut World) -> Held {
        for (unit, attempt, role) in &world.sessions[self.sessions..] {
            self.sessions += 1;
            if *role == Role::Work && !self.worked.insert((unit.clone(), *attempt)) {
                return broken("no attempt's number is used twice", format!("{unit} {attempt}"));
            }
        }
        Ok(())
    }

    fn look_at_commits(&mut self, world: &World) -> Held {
        for at in std::mem::replace(&mut self.commits, world.history.len())..world.history.len() {
            let (made, before) = (&world.history[at], &world.history[at - 1].tree);
            let wrong = |how: String| broken("a commit holds what it should and no more", how);
            if !failing(&made.tree).is_empty() {
                return wrong(format!("{:?} commits red work", made.subject));
            }
            let changed = differing(before, &made.tree);
            if let Some((path, _)) = theirs().find(|(path, _)| changed.contains(path)) {
                return wrong(format!("{:?} takes {path} along", made.subject));
            }
            if changed.iter().any(|path| path.as_str() == ".specfuse/verification.yml") {
                return wrong(format!("{:?} changes verification.yml", made.subject));
            }
            if made.subject.starts_with("feat: ") {
                let proven = self.green.contains(&made.about) && !self.tampered.contains(&made.about);
                if !proven {
                    return broken("nothing is done without a green verification", made.subject.as_str());
                }
                if !self.committed.insert(made.about.clone()) {
                    return broken("a unit is committed once", made.about.as_str());
                }
            } else if let Some(path) = changed.iter().find(|path| !path.as_str().starts_with(".specfuse/")) {
                return wrong(format!("{:?} takes {path} along", made.subject));
            } else if let Some((path, line)) = of_a_session(world, before, &made.tree, &changed) {
                return wrong(format!("{:?} takes {line:?} of {path} along, a session's", made.subject));
            }
        }
        Ok(())
    }

    /// A run ended.
    ///
    /// # Errors
    /// The law that does not hold.
    pub fn stopped(&mut self, simulation: &mut Simulation, stop: &Stop) -> Held {
        if stop.why.is_empty() {
            return broken("a stop says why", stop.reason.as_str());
        }
        if replay(&simulation.journal) != simulation.state {
            return broken("a replayed journal gives the state", "at the end of a run");
        }
        let retained = simulation.state.units.values().any(|record| record.retained.is_some());
        let world = &mut simulation.world;
        let feature = world.feature();
        if let Some((unit, attempt)) =
            self.opened.iter().find(|(unit, n)| !self.outcomes.contains_key(&(unit.clone(), u64::from(*n))))
        {
            return broken("every attempt's end is in the log", format!("{unit} {attempt}"));
        }
        feature.units.iter().try_for_each(|unit| self.look_at_books(unit))?;
        let gate = feature.current_gate().map(|gate| feature.gates[gate].units.clone());
        if stop.exit == 0 && !is_complete(&feature, gate.unwrap_or(0..feature.units.len())) {
            return broken("exit code 0 is a gate that is complete", stop.reason.as_str());
        }
        self.look_at_rest(world, retained)?;
        self.look_for_works(world)
    }

    fn look_at_books(&self, unit: &Unit) -> Held {
        let id = unit.id();
        let (spent, said) = (self.spent.get(id).copied().unwrap_or(0.0), lifetime(unit));
        if (spent - said).abs() > 1e-5 {
            return broken("money adds up", format!("{id} cost ${spent}, and its file says ${said}"));
        }
        let attempts = unit.file.as_ref().and_then(|file| file.attempts.get().copied()).unwrap_or(0);
        if attempts > max_attempts(unit) {
            return broken("no unit gets more attempts than it may", format!("{id}: {attempts} in its file"));
        }
        let known = self.committed.contains(id) || self.given.contains(id);
        if unit.status() == Some(UnitStatus::Done) && !known {
            return broken("nothing is done without its commit", id);
        }
        Ok(())
    }

    /// When a run has ended, all is committed but a person's files, and work that waits for its paperwork.
    fn look_at_rest(&self, world: &World, retained: bool) -> Held {
        if self.refused {
            return Ok(());
        }
        let left = differing(world.committed(), &world.tree);
        let own = |path: &RelPath| theirs().any(|(own, _)| own == *path);
        let work = |path: &RelPath| retained && !path.as_str().ends_with("events.jsonl");
        match left.iter().find(|path| !own(path) && !work(path)) {
            Some(path) => broken("nothing is left uncommitted", path.as_str()),
            None => Ok(()),
        }
    }

    fn look_for_works(&self, world: &World) -> Held {
        let kept = world.saved.values().chain(world.history.iter().map(|made| &made.tree));
        let trees: Vec<&Tree> = kept.chain([&world.tree]).collect();
        for (path, text) in world.works.iter().filter(|(path, _)| !path.as_str().starts_with(".specfuse/")) {
            let has = |tree: &&Tree| tree.text(path).is_some_and(|now| **now == **text);
            if !trees.iter().rev().any(has) {
                return broken("no work is lost", format!("{path}: {text}"));
            }
        }
        Ok(())
    }
}

/// A line that a session wrote among those that a commit of the driver's own brings.
fn of_a_session<'a>(
    world: &World,
    before: &Tree,
    after: &'a Tree,
    changed: &'a [RelPath],
) -> Option<(&'a RelPath, &'a str)> {
    let is_work = |line: &str| line.contains(" attempt ") || line.starts_with("Nothing generalizes");
    changed.iter().find_map(|path| {
        let written = |line: &&str| world.works.iter().any(|(at, text)| at == path && text.contains(*line));
        let old = before.text(path).map_or("", |text| text);
        let mut new = after.text(path)?.lines().filter(|line| !old.contains(line));
        new.find(|line| is_work(line) && written(line) && !path.as_str().ends_with("events.jsonl"))
            .map(|line| (path, line))
    })
}

fn broken(law: &'static str, how: impl Into<String>) -> Held {
    Err(Broken::new(law, how))
}

fn is_final(unit: &Unit) -> bool {
    matches!(unit.status(), Some(UnitStatus::Done | UnitStatus::Abandoned))
}

fn is_complete(feature: &Feature, units: std::ops::Range<usize>) -> bool {
    feature.units[units].iter().all(is_final)
}

fn lifetime(unit: &Unit) -> f64 {
    unit.file.as_ref().map_or(0.0, |file| file.lifetime_cost_usd())
}

fn max_attempts(unit: &Unit) -> u32 {
    unit.file.as_ref().and_then(|file| file.max_attempts.get().copied()).unwrap_or(DEFAULT_MAX_ATTEMPTS)
}
