//! Playing a plan through: core's driver over files in memory, its sessions going as a person or chance
//! says. What was played is kept as a tape of moments, so that going back is looking at an earlier one.

pub mod setup;

use self::setup::Setup;
use crate::scene::{Overlay, Progress};
use crate::watch::{Burn, Tone};
use specfuse_core::drive::{Effect, Event, Session, SetKeys, Stop, Tone as Said};
use specfuse_core::event_types::words;
use specfuse_core::graph::{Graph, Node};
use specfuse_core::model::Feature;
use specfuse_core::model::event::Event as Logged;
use specfuse_core::model::id::short;
use specfuse_core::model::status::{GateStatus, UnitStatus, UnitType, Vocabulary};
use specfuse_core::ordered;
use specfuse_core::path::RelPath;
use specfuse_core::simulate::person::Person;
use specfuse_core::simulate::{Simulation, Step, World};
use specfuse_core::tree::Tree;
use std::collections::BTreeMap;

/// A run that has more moments than this is not played on.
const LONGEST: usize = 20_000;
/// A moment takes at most so many steps of the driver.
const MOST_STEPS: usize = 1_000;

/// Whether a run that stopped like this has nothing left to do.
pub fn is_over(stop: &Stop) -> bool {
    stop.reason == "feature_complete"
}

/// A line of what the driver said.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// The unit it is about, in short; empty when it is about the run.
    pub about: String,
    /// How it is meant.
    pub tone: Tone,
    /// The words.
    pub text: String,
}

/// What changed with a step, and how far the run is after it.
#[derive(Clone, PartialEq, Debug, Default)]
struct Moment {
    units: Vec<(String, Progress)>,
    gates: Vec<(u32, GateStatus)>,
    lines: usize,
    burn: usize,
    stop: Option<Stop>,
}

/// A plan that is played.
#[derive(Debug)]
pub struct Player {
    start: Tree,
    folder: RelPath,
    setup: Setup,
    simulation: Simulation,
    person: Person,
    begin: Overlay,
    now: Overlay,
    files: Vec<(RelPath, File)>,
    planned: BTreeMap<String, f64>,
    places: Vec<Place>,
    tape: Vec<Moment>,
    lines: Vec<Line>,
    burn: Vec<Burn>,
}

/// Where a unit has its place in the plan.
#[derive(Clone, PartialEq, Debug)]
struct Place {
    id: String,
    gate: usize,
    number: u32,
    kind: Option<UnitType>,
    depends_on: Vec<String>,
}

/// What a file of the plan is about.
#[derive(Clone, PartialEq, Debug)]
enum File {
    Unit(String),
    Gate(u32),
}

impl Player {
    /// A run of `feature` that is about to begin.
    pub fn new(tree: &Tree, feature: &Feature, setup: &Setup) -> Player {
        let world = World::new(tree.clone(), feature.folder.clone(), setup.script(feature));
        let mut simulation = Simulation::new(world);
        simulation.start();
        let begin = standing(feature);
        let planned = feature.units.iter().map(|u| (u.id().to_owned(), u.planned_cost_usd().unwrap_or(0.0)));
        Player {
            start: tree.clone(),
            folder: feature.folder.clone(),
            setup: setup.clone(),
            simulation,
            person: Person::default(),
            now: begin.clone(),
            begin,
            files: files(feature),
            planned: ordered::map(planned),
            places: places(feature),
            tape: Vec::new(),
            lines: Vec::new(),
            burn: Vec::new(),
        }
    }

    /// Whether it plays this feature as `tree` has it, in this way.
    pub fn plays(&self, tree: &Tree, feature: &Feature, setup: &Setup) -> bool {
        self.folder == feature.folder && self.setup == *setup && self.start == *tree
    }

    /// How many moments were played.
    pub fn length(&self) -> usize {
        self.tape.len()
    }

    /// Why the run rests after so many moments; `None` while it goes on.
    pub fn stop(&self, at: usize) -> Option<&Stop> {
        self.tape.get(at.checked_sub(1)?)?.stop.as_ref()
    }

    /// What was said by then.
    pub fn lines(&self, at: usize) -> &[Line] {
        &self.lines[..self.moment(at).map_or(0, |moment| moment.lines)]
    }

    /// What was paid by then.
    pub fn burn(&self, at: usize) -> &[Burn] {
        &self.burn[..self.moment(at).map_or(0, |moment| moment.burn)]
    }

    /// What all units should cost.
    pub fn planned(&self) -> f64 {
        self.planned.values().sum()
    }

    fn moment(&self, at: usize) -> Option<&Moment> {
        self.tape.get(at.checked_sub(1)?)
    }

    /// Where everything stands after so many moments. A unit whose turn it is, is ready.
    pub fn overlay(&self, at: usize) -> Overlay {
        let mut overlay = self.begin.clone();
        for moment in self.tape.iter().take(at) {
            overlay.units.extend(moment.units.iter().cloned());
            overlay.gates.extend(moment.gates.iter().copied());
        }
        self.mark_ready(&mut overlay);
        overlay
    }

    /// Shows the units that may start now in the first gate that is not passed.
    fn mark_ready(&self, overlay: &mut Overlay) {
        let passed = |place: &&Place| overlay.gates.get(&place.number) == Some(&GateStatus::Passed);
        let Some(gate) = self.places.iter().find(|place| !passed(place)).map(|place| place.gate) else {
            return;
        };
        let nodes = self.places.iter().map(|place| Node {
            id: &place.id,
            gate: place.gate,
            kind: place.kind,
            status: overlay.units.get(&place.id).and_then(|progress| progress.status),
            depends_on: place.depends_on.iter().map(String::as_str).collect(),
        });
        let ready = Graph::new(nodes.collect()).ready(gate);
        for id in ready.into_iter().filter_map(|unit| self.places.get(unit)).map(|place| &place.id) {
            if let Some(progress) =
                overlay.units.get_mut(id).filter(|p| p.status == Some(UnitStatus::Pending))
            {
                progress.status = Some(UnitStatus::Ready);
            }
        }
    }

    /// Plays on until something can be seen that could not before. Returns whether the run goes on.
    pub fn step(&mut self) -> bool {
        if self.tape.len() >= LONGEST || self.stop(self.tape.len()).is_some() {
            return false;
        }
        let (before, lines) = (self.now.clone(), self.lines.len());
        let mut stop = None;
        for _ in 0..MOST_STEPS {
            match self.simulation.step() {
                Ok(Step::Performed(effect)) => self.see(&effect),
                Ok(Step::Learnt(event)) => self.learn(&event),
                Ok(Step::Stopped(end)) => stop = Some(end),
                Err(stuck) => {
                    stop = Some(Stop { exit: 1, reason: "stuck".into(), why: vec![stuck.to_string()] });
                }
            }
            if stop.is_some() || self.lines.len() > lines || self.now != before {
                break;
            }
        }
        if let Some(stop) = stop.as_ref().filter(|stop| !stop.why.is_empty()) {
            let tone = if stop.exit == 0 { Tone::Good } else { Tone::Needed };
            self.lines.push(line("", tone, &stop.why.join("\n")));
        }
        self.keep(&before, stop);
        self.stop(self.tape.len()).is_none()
    }

    /// Plays on to where the run rests.
    pub fn run(&mut self) {
        while self.step() {}
    }

    /// Whether the run rests after so many moments, its last, for what a person can do.
    pub fn can_answer(&self, at: usize) -> bool {
        let stop = self.stop(self.tape.len()).filter(|stop| at == self.tape.len() && !is_over(stop));
        let now = self.simulation.now();
        stop.is_some_and(|stop| self.person.can_answer(&self.simulation.world, stop, &now))
    }

    /// The person does what the run waits for, and a driver begins again. Returns whether there was something
    /// to do.
    pub fn answer(&mut self) -> bool {
        let Some(stop) = self.stop(self.tape.len()).cloned() else { return false };
        let now = self.simulation.now();
        if is_over(&stop) || !self.person.answer(&mut self.simulation.world, &stop, &now) {
            return false;
        }
        let before = self.now.clone();
        let feature = self.simulation.world.feature();
        (self.files, self.places) = (files(&feature), places(&feature));
        let stands = standing(&feature);
        self.now.gates = stands.gates;
        for (id, progress) in stands.units {
            self.now.units.entry(id).or_default().status = progress.status;
        }
        self.lines.push(line("", Tone::Plain, "You do what is asked for, and start the driver again."));
        self.simulation.start();
        self.keep(&before, None);
        true
    }

    /// Notes what differs from `before`.
    fn keep(&mut self, before: &Overlay, stop: Option<Stop>) {
        let units = self.now.units.iter().filter(|(id, progress)| before.units.get(*id) != Some(*progress));
        let gates = self.now.gates.iter().filter(|(gate, status)| before.gates.get(*gate) != Some(*status));
        self.tape.push(Moment {
            units: units.map(|(id, progress)| (id.clone(), progress.clone())).collect(),
            gates: gates.map(|(gate, status)| (*gate, *status)).collect(),
            lines: self.lines.len(),
            burn: self.burn.len(),
            stop,
        });
    }

    fn see(&mut self, effect: &Effect) {
        match effect {
            Effect::Say(say) => {
                let about = say.unit.as_deref().map_or("", short);
                let tone = match say.tone {
                    Said::Progress => Tone::Plain,
                    Said::Good => Tone::Good,
                    Said::Bad => Tone::Bad,
                    Said::Needed => Tone::Needed,
                };
                self.lines.push(line(about, tone, &say.text));
            }
            Effect::RunSession(session) => self.begin_session(session),
            Effect::SetKeys(SetKeys { path, keys }) => {
                let status = keys.iter().find(|(key, _)| key == "status");
                self.set_status(path, status.and_then(|(_, value)| value.as_str()));
            }
            Effect::Log { lines } => lines.iter().for_each(|logged| self.log(logged)),
            _ => {}
        }
    }

    fn learn(&mut self, event: &Event) {
        if let Event::SessionEnded(_) = event {
            self.now.units.values_mut().for_each(|progress| progress.running = false);
        }
    }

    fn begin_session(&mut self, session: &Session) {
        let progress = self.now.units.entry(session.unit.clone()).or_default();
        progress.running = true;
        progress.attempts = progress.attempts.max(session.attempt);
        progress.status = Some(UnitStatus::InProgress);
    }

    fn set_status(&mut self, path: &RelPath, word: Option<&str>) {
        let file = self.files.iter().find(|(of, _)| of == path).map(|(_, file)| file);
        match (file, word) {
            (Some(File::Unit(id)), Some(word)) => {
                let progress = self.now.units.entry(id.clone()).or_default();
                progress.status = UnitStatus::parse(word).or(progress.status);
            }
            (Some(File::Gate(number)), Some(word)) => {
                self.now.gates.extend(GateStatus::parse(word).map(|status| (*number, status)));
            }
            _ => {}
        }
    }

    fn log(&mut self, logged: &Logged) {
        match logged.event_type.as_str() {
            "attempt_outcome" => self.pay(logged),
            // The driver decides against it in silence: the log alone has the reasons.
            "auto_close_decision"
                if logged.payload.get("auto").and_then(|auto| auto.as_bool()) == Some(false) =>
            {
                self.lines.push(line("", Tone::Bad, &crate::text::capital(&words(logged))));
            }
            _ => {}
        }
    }

    fn pay(&mut self, logged: &Logged) {
        let cost = logged.number("cost_usd").unwrap_or(0.0);
        let last = self.burn.last().copied().unwrap_or_default();
        let passed = logged.text("outcome") == Some("passed");
        let planned = self.planned.get(&logged.correlation_id).copied().filter(|_| passed).unwrap_or(0.0);
        self.burn.push(Burn { spent: last.spent + cost, planned: last.planned + planned });
        if let Some(progress) = self.now.units.get_mut(&logged.correlation_id) {
            progress.cost_usd += cost;
        }
    }
}

fn line(about: &str, tone: Tone, text: &str) -> Line {
    Line { about: about.to_owned(), tone, text: text.to_owned() }
}

/// Where everything stands as the files say; nothing has been attempted.
fn standing(feature: &Feature) -> Overlay {
    let unit = |unit: &specfuse_core::model::Unit| {
        (unit.id().to_owned(), Progress { status: unit.status(), ..Progress::default() })
    };
    let gates = feature.gates.iter().filter_map(|gate| Some((gate.number, gate.status()?)));
    Overlay { units: ordered::map(feature.units.iter().map(unit)), gates: ordered::map(gates) }
}

fn places(feature: &Feature) -> Vec<Place> {
    let place = |unit: &specfuse_core::model::Unit| Place {
        id: unit.id().to_owned(),
        gate: unit.gate,
        number: feature.gates.get(unit.gate).map_or(0, |gate| gate.number),
        kind: unit.kind(),
        depends_on: unit.entry.depends_on.iter().map(|id| id.value.clone()).collect(),
    };
    feature.units.iter().map(place).collect()
}

fn files(feature: &Feature) -> Vec<(RelPath, File)> {
    let units =
        feature.units.iter().filter_map(|u| Some((u.path.clone().ok()?, File::Unit(u.id().to_owned()))));
    let gates = feature.gates.iter().filter_map(|g| Some((g.path.clone().ok()?, File::Gate(g.number))));
    units.chain(gates).collect()
}

#[cfg(test)]
mod tests {
    use super::setup::Outcome;
    use super::*;
    use crate::document::Document;

    #[test]
    fn a_run_is_of_one_feature() {
        let document = Document::example();
        let (tree, feature) = (document.tree(), document.feature());
        let usual = Setup::default();
        let player = Player::new(tree, feature, &usual);
        assert!(player.plays(tree, feature, &usual));
        assert!(!player.plays(tree, feature, &Setup { seed: 2, ..usual.clone() }));
        let folder = RelPath::new(".specfuse/features/FEAT-2026-0002-other").unwrap();
        assert!(!player.plays(tree, &Feature { folder, ..feature.clone() }, &usual));
    }

    fn play(setup: &Setup) -> Player {
        let document = Document::example();
        let mut player = Player::new(document.tree(), document.feature(), setup);
        player.run();
        player
    }

    fn with(unit: &str, outcome: Outcome) -> Setup {
        Setup { outcomes: vec![(unit.to_owned(), outcome)], ..Setup::default() }
    }

    fn said(player: &Player) -> String {
        let lines = player.lines(player.length()).iter();
        lines.map(|line| format!("{}: {}\n", line.about, line.text)).collect()
    }

    fn stands(player: &Player, unit: &str) -> Progress {
        player.overlay(player.length()).units[&format!("FEAT-2026-0001/{unit}")].clone()
    }

    #[test]
    fn a_plan_without_trouble_goes_to_its_gate_and_on_after_an_answer() {
        let mut player = play(&Setup::default());
        assert_eq!(player.stop(player.length()).unwrap().reason, "gate_reached", "{}", said(&player));
        assert_eq!(stands(&player, "T01").status, Some(UnitStatus::Done));
        assert_eq!(stands(&player, "T04").status, Some(UnitStatus::Draft));
        assert!(said(&player).contains("closes itself"), "{}", said(&player));
        let rested = player.length();
        assert!(player.can_answer(rested) && !player.can_answer(rested - 1));
        assert!(player.answer());
        assert!(!player.can_answer(rested), "it was answered");
        player.run();
        assert_eq!(stands(&player, "T04").status, Some(UnitStatus::Done));
        assert!(player.stop(player.length()).is_some_and(is_over), "{}", said(&player));
        assert!(player.stop(rested).is_some() && player.stop(rested + 1).is_none());
        assert!(!player.can_answer(player.length()) && !player.answer(), "there is nothing left to do");
    }

    #[test]
    fn going_back_is_looking_at_an_earlier_moment() {
        let player = play(&Setup::default());
        let first = player.overlay(0);
        assert!(first.units.values().all(|progress| progress.attempts == 0 && !progress.running));
        let ready = |at: usize| {
            let overlay = player.overlay(at);
            let ready = overlay.units.iter().filter(|(_, p)| p.status == Some(UnitStatus::Ready));
            ready.map(|(id, _)| short(id).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(ready(0), ["T01"], "the first wave");
        assert!((0..player.length()).any(|at| ready(at) == ["T02", "T03"]), "the second");
        let running = |at: usize| player.overlay(at).units.values().filter(|p| p.running).count();
        assert!((0..player.length()).any(|at| running(at) == 1), "a session is seen at work");
        assert!(player.lines(1).len() <= player.lines(player.length()).len());
    }

    #[test]
    fn a_unit_that_fails_twice_is_seen_to_try_again_and_costs_more() {
        let player = play(&with("T01", Outcome::FailsTwice));
        let unit = stands(&player, "T01");
        assert_eq!((unit.status, unit.attempts), (Some(UnitStatus::Done), 3), "{}", said(&player));
        let plain = stands(&play(&Setup::default()), "T01");
        assert!(unit.cost_usd > 1.5 * plain.cost_usd, "{unit:?} {plain:?}");
    }

    #[test]
    fn what_stops_is_said_with_the_reason() {
        for (outcome, reason) in [
            (Outcome::Blocks, "agent_reported_blocked"),
            (Outcome::FailsAlike, "spinning_signature_repeat"),
            (Outcome::FailsOn, "spinning_detected"),
        ] {
            let player = play(&with("T01", outcome));
            assert_eq!(stands(&player, "T01").status, Some(UnitStatus::BlockedHuman), "{outcome:?}");
            let stop = player.stop(player.length()).unwrap();
            assert_eq!(stop.exit, 1);
            assert!(said(&player).contains(reason), "{outcome:?}: {}", said(&player));
        }
    }

    #[test]
    fn a_plan_that_costs_too_much_meets_its_budget_and_is_not_closed_by_itself() {
        let costly = play(&with("T01", Outcome::Costly));
        assert!(said(&costly).contains("per_wu_hard_overrun"), "{}", said(&costly));
        let dear = play(&Setup { factor: 4.0, ..Setup::default() });
        let stop = dear.stop(dear.length()).unwrap();
        assert!(stop.reason.starts_with("gate_budget_exceeded"), "{stop:?}");
    }

    #[test]
    fn a_seed_is_a_run() {
        let drawn = |seed: u64| play(&Setup { seed, drawn: true, ..Setup::default() });
        let (one, again) = (drawn(7), drawn(7));
        assert_eq!((&one.tape, &one.lines), (&again.tape, &again.lines));
        assert!((1..9).any(|seed| drawn(seed).lines != one.lines), "another seed is another run");
    }
}
