//! A case: a plan, how its sessions go, and when the driver is killed. It comes from a seed, runs under the
//! laws, and what it comes to must not depend on the kills.

use super::laws::Laws;
use super::person::Person;
use super::random::Random;
use super::run::{Simulation, Step, Stuck};
use super::session::{Play, Script, Turn};
use super::sketch::{FOLDER, Sketch};
use super::world::World;
use crate::model::status::{GateStatus, PlanStatus, UnitStatus, UnitType, Vocabulary};
use crate::path::RelPath;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A person answers at most this many stops of a case.
const RUNS: usize = 16;

/// A case.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Case {
    /// The plan.
    pub sketch: Sketch,
    /// How the sessions go.
    pub script: Script,
    /// What goes wrong with the driver, by the step before which it does.
    pub troubles: BTreeMap<u32, Trouble>,
}

/// What goes wrong with the driver.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// It is killed, and started again.
    Kill,
    /// It is killed in the midst of the next effect, and started again.
    KillInside,
    /// The person asks it to stop, and runs it again.
    Stop,
    /// The next commit of its own is refused.
    Refuse,
}

/// A law that does not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Broken {
    /// The law.
    pub law: &'static str,
    /// How it is broken.
    pub how: String,
}

impl Broken {
    /// This law is broken like this.
    pub fn new(law: &'static str, how: impl Into<String>) -> Broken {
        Broken { law, how: how.into() }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.law, self.how)
    }
}

/// What a case came to.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Ran {
    /// The steps it took.
    pub steps: u32,
    /// Why its runs stopped, in order.
    pub stops: Vec<String>,
    /// Whether a kill came after a run's last decision, before anybody was told of it.
    pub unheard: bool,
    /// What is left at the end, as far as no kill may change it.
    pub end: End,
}

/// What is left at the end of a case.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct End {
    /// Feature, gates and units with their statuses.
    pub statuses: BTreeMap<String, String>,
    /// The attempts of each unit that were not interrupted: how they ended.
    pub outcomes: BTreeMap<String, Vec<String>>,
    /// What each unit cost, in hundredths of a cent.
    pub costs: BTreeMap<String, i64>,
    /// The subjects of the units' commits, in order.
    pub commits: Vec<String>,
    /// Why its runs stopped, in order.
    pub stops: Vec<String>,
}

impl Case {
    /// The case of a seed. A sound one has a plan that the linter accepts.
    pub fn random(seed: u64, sound: bool) -> Case {
        let mut random = Random::new(seed);
        let sketch = Sketch::random(&mut random, sound);
        let mut script = Script::default();
        for unit in sketch.units() {
            let turns: Vec<Turn> = (0..random.below(4)).map(|_| random_turn(&mut random, sound)).collect();
            if !turns.is_empty() {
                script.turns.insert(unit.name.clone(), turns);
            }
        }
        let mut troubles = BTreeMap::new();
        for _ in 0..random.below(6) {
            let at = u32::try_from(random.below(250)).unwrap_or(0);
            let trouble = match random.below(12) {
                0..5 => Trouble::Kill,
                5..9 => Trouble::KillInside,
                9..11 => Trouble::Stop,
                _ => Trouble::Refuse,
            };
            troubles.insert(at, trouble);
        }
        Case { sketch, script, troubles }
    }

    /// Runs the case under the laws, and once more undisturbed: both must come to the same.
    ///
    /// # Errors
    /// The first law that does not hold.
    pub fn run(&self) -> Result<Ran, Broken> {
        let ran = self.run_once()?;
        if self.troubles.is_empty() || self.troubles.values().any(|trouble| *trouble == Trouble::Refuse) {
            return Ok(ran);
        }
        let calm = Case { troubles: BTreeMap::new(), ..self.clone() };
        let undisturbed = calm.run_once()?;
        let stopped = self.troubles.values().any(|trouble| *trouble == Trouble::Stop);
        let (mut now, mut usual) = (ran.end.clone(), undisturbed.end);
        for end in [&mut now, &mut usual] {
            if stopped {
                // Its rounds begin anew: then the order of commits may differ.
                end.commits.sort();
            }
            // Each of these is one more stop, wherever it comes, or one that nobody heard of.
            if stopped || ran.unheard || self.script.has(Play::Ended) {
                end.stops.clear();
            }
        }
        if now != usual {
            let how = format!("disturbed:\n{now:#?}\nundisturbed:\n{usual:#?}");
            return Err(Broken::new("a kill changes nothing in the end", how));
        }
        Ok(Ran { steps: ran.steps + undisturbed.steps, ..ran })
    }

    fn world(&self) -> World {
        let folder = RelPath::new(FOLDER).expect("a constant path");
        let mut world = World::new(self.sketch.tree(), folder, self.script.clone());
        // A person's own files, which nothing may touch.
        for (path, text) in super::laws::theirs() {
            world.tree.insert_text(path, text);
        }
        world
    }

    fn run_once(&self) -> Result<Ran, Broken> {
        let mut simulation = Simulation::new(self.world());
        let mut laws = Laws::new(&mut simulation.world);
        let mut person = Person::default();
        let mut ran = Ran::default();
        for _ in 0..RUNS + self.troubles.len() {
            let stop = self.run_to_stop(&mut simulation, &mut laws, &mut ran)?;
            laws.stopped(&mut simulation, &stop)?;
            ran.stops.push(stop.reason.clone());
            let now = simulation.now();
            if !person.answer(&mut simulation.world, &stop, &now) {
                break;
            }
            laws.answered(&mut simulation.world, &person.acted);
        }
        ran.end = End { stops: ran.stops.clone(), ..End::of(&mut simulation.world) };
        Ok(ran)
    }

    fn run_to_stop(
        &self,
        simulation: &mut Simulation,
        laws: &mut Laws,
        ran: &mut Ran,
    ) -> Result<crate::drive::Stop, Broken> {
        let stuck = |stuck: Stuck| Broken::new("every run ends", stuck.to_string());
        simulation.start();
        laws.started(simulation)?;
        loop {
            let trouble = self.troubles.get(&ran.steps).copied();
            ran.steps += 1;
            match trouble {
                Some(Trouble::Kill | Trouble::KillInside) => {
                    laws.before_kill(simulation);
                    ran.unheard |= simulation.state.stop().is_some();
                    if trouble == Some(Trouble::Kill) {
                        simulation.kill()
                    } else {
                        simulation.kill_inside()
                    }
                    laws.after_kill(simulation)?;
                    simulation.start();
                    laws.started(simulation)?;
                    continue;
                }
                Some(Trouble::Stop) => {
                    simulation.ask_to_stop();
                    laws.asked_to_stop(simulation)?;
                }
                Some(Trouble::Refuse) => simulation.world.refusals += 1,
                None => {}
            }
            let step = simulation.step().map_err(stuck)?;
            laws.after(simulation, &step)?;
            if let Step::Stopped(stop) = step {
                return Ok(stop);
            }
        }
    }
}

fn random_turn(random: &mut Random, sound: bool) -> Turn {
    use Play::*;
    let usual = [Works, Works, Works, Works, Breaks(1), Breaks(2), Breaks(1), Idle, Claims, Rejected, Blocks];
    let rare = [
        NotMet,
        Overruled,
        Unheard,
        Strays,
        Tampers,
        Drafts,
        Drafts,
        Crashes,
        Nothing,
        TimesOut,
        Missing,
        Ended,
        Limited,
        Overloaded,
        NotNow,
        Unauthorised,
        Exhausted,
        Refused,
    ];
    // A program that plays a session has no way to be missing, and only takes longer by running out of time.
    let played = [NotMet, Strays, Tampers, Drafts, Crashes, Nothing];
    let rare = if sound { &played[..] } else { &rare[..] };
    let play = if random.once_in(3) { random.pick(rare) } else { random.pick(&usual) };
    // Sums of these are exact.
    let cost = [Some(0.25), Some(0.25), Some(0.125), Some(0.75), None];
    let cost_usd = random.pick(&cost).copied().flatten();
    Turn { play: play.copied().unwrap_or_default(), cost_usd }
}

impl End {
    fn of(world: &mut World) -> End {
        let feature = world.feature();
        let word = |status: Option<&'static str>| status.unwrap_or("?").to_owned();
        let mut end = End::default();
        end.statuses.insert(String::new(), word(feature.status().map(PlanStatus::word)));
        for gate in &feature.gates {
            end.statuses.insert(format!("gate {}", gate.number), word(gate.status().map(GateStatus::word)));
        }
        for unit in &feature.units {
            let name = unit.short_id().to_owned();
            let cost = unit.file.as_ref().map_or(0.0, |file| file.lifetime_cost_usd());
            end.costs.insert(name.clone(), (cost * 10_000.0).round() as i64);
            end.statuses.insert(name, word(unit.status().map(UnitStatus::word)));
        }
        for entry in feature.events.entries().filter(|entry| entry.event_type == "attempt_outcome") {
            let event = entry.event();
            let outcome = event.text("outcome").unwrap_or_default().to_owned();
            if outcome != "interrupted" {
                end.outcomes.entry(event.correlation_id).or_default().push(outcome);
            }
        }
        let commits = world.history.iter().map(|made| &made.subject);
        end.commits = commits.filter(|subject| subject.starts_with("feat: ")).cloned().collect();
        end
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sketch { retain, broad_fails, gates } = &self.sketch;
        if !retain {
            writeln!(f, "retain_on_guard_refusal: false")?;
        }
        if *broad_fails {
            writeln!(f, "a broad check fails")?;
        }
        for (number, gate) in (1..).zip(gates) {
            write!(f, "gate {number}")?;
            if let Some(budget) = gate.budget_usd {
                write!(f, ", budget ${budget:.2}")?;
            }
            writeln!(f, "{}", if gate.oracle { ", feature_oracle" } else { "" })?;
            for unit in &gate.units {
                write!(f, "  {unit}")?;
                for turn in self.script.turns.get(&unit.name).into_iter().flatten() {
                    let cost = turn.cost_usd.map_or("unknown".to_owned(), |cost| format!("${cost}"));
                    write!(f, "; {:?} at {cost}", turn.play)?;
                }
                writeln!(f)?;
            }
        }
        for (at, trouble) in &self.troubles {
            writeln!(f, "before step {at}: {trouble:?}")?;
        }
        Ok(())
    }
}

impl fmt::Display for super::sketch::UnitSketch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)?;
        if self.kind != UnitType::Implementation {
            write!(f, " {}", self.kind.word())?;
        }
        if self.status != UnitStatus::Pending {
            write!(f, " {}", self.status.word())?;
        }
        if !self.after.is_empty() {
            write!(f, " after {}", self.after.join(", "))?;
        }
        if let Some(attempts) = self.max_attempts {
            write!(f, ", max_attempts {attempts}")?;
        }
        if let Some(planned) = self.planned_usd {
            write!(f, ", planned ${planned}")?;
        }
        if let Some(prep) = self.prep {
            write!(f, ", prep {prep:?}")?;
        }
        for (has, word) in
            [(self.produces, "produces"), (self.oracles, "oracles"), (self.full_close, "full close")]
        {
            if has {
                write!(f, ", {word}")?;
            }
        }
        Ok(())
    }
}
