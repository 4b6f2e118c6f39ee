//! A driver at work in a simulated world, step by step.

use super::world::World;
use crate::drive::{Effect, Event, Options, Record, Role, State, Stop, step};
use std::collections::VecDeque;
use std::fmt;

/// A run longer than this many steps has no end.
const ENDLESS: usize = 100_000;

/// A driver and its world.
#[derive(Debug)]
pub struct Simulation {
    /// Where it works.
    pub world: World,
    /// What the person asks of each run.
    pub options: Options,
    /// What the driver knows.
    pub state: State,
    /// What it wrote down.
    pub journal: Vec<Record>,
    queue: VecDeque<Effect>,
    answer: Option<Event>,
    log: Vec<String>,
    now: u64,
}

/// What a step did.
#[derive(Clone, PartialEq, Debug)]
pub enum Step {
    /// It performed an effect.
    Performed(Effect),
    /// It wrote down what was learnt.
    Learnt(Box<Event>),
    /// The run ended.
    Stopped(Stop),
}

/// A driver that does not come to an end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stuck {
    /// Nothing is to be done, nothing is asked, and the run has not ended.
    Silent,
    /// There is always something to be done.
    Endless,
}

impl fmt::Display for Stuck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stuck::Silent => "the driver asks for nothing and has not ended",
            Stuck::Endless => "the driver does not come to an end",
        })
    }
}

impl Simulation {
    /// A driver that has not begun.
    pub fn new(world: World) -> Simulation {
        let options = Options { version: "simulated".into(), ..Options::default() };
        let (state, journal, queue) = (State::default(), Vec::new(), VecDeque::new());
        Simulation { world, options, state, journal, queue, answer: None, log: Vec::new(), now: 0 }
    }

    /// A driver begins, or begins again.
    pub fn start(&mut self) {
        self.learn(Event::Started { options: self.options.clone() });
    }

    /// Does the next thing: performs an effect, or writes down its answer.
    ///
    /// # Errors
    /// When there is none although the run has not ended.
    pub fn step(&mut self) -> Result<Step, Stuck> {
        if let Some(effect) = self.queue.pop_front() {
            self.tell(&effect);
            if let Effect::Stop(stop) = effect {
                return Ok(Step::Stopped(stop));
            }
            self.answer = self.world.perform(&effect, &self.state.plan);
            return Ok(Step::Performed(effect));
        }
        let answer = self.answer.take().ok_or(Stuck::Silent)?;
        if let (Event::SessionEnded(_), Some((unit, _, Role::Work))) =
            (&answer, self.world.sessions.last().cloned())
        {
            self.world.conclude(&unit);
        }
        self.learn(answer.clone());
        Ok(Step::Learnt(Box::new(answer)))
    }

    /// Starts, and goes on to the end of the run.
    ///
    /// # Errors
    /// When it has none.
    pub fn run(&mut self) -> Result<Stop, Stuck> {
        self.start();
        for _ in 0..ENDLESS {
            if let Step::Stopped(stop) = self.step()? {
                return Ok(stop);
            }
        }
        Err(Stuck::Endless)
    }

    /// The person asks to stop after the running step.
    pub fn ask_to_stop(&mut self) {
        let record = self.record(Event::StopRequested);
        step(&mut self.state, record);
    }

    /// The driver is killed: what is not in the journal is forgotten. Another one may [`Simulation::start`].
    pub fn kill(&mut self) {
        self.queue.clear();
        self.answer = None;
        self.state = replay(&self.journal);
    }

    /// The driver is killed in the midst of what it is about to do.
    pub fn kill_inside(&mut self) {
        if let Some(effect) = self.queue.pop_front() {
            self.world.perform_half(&effect, &self.state.plan);
        }
        self.kill();
    }

    /// What the driver said so far, in its own words.
    pub fn log(&self) -> &[String] {
        &self.log
    }

    /// The time that the next record will carry, as RFC 3339.
    pub fn now(&self) -> String {
        let (hours, minutes, seconds) = (self.now / 3600, self.now / 60 % 60, self.now % 60);
        format!("2026-01-{:02}T{:02}:{minutes:02}:{seconds:02}.000000Z", 1 + hours / 24, hours % 24)
    }

    fn learn(&mut self, event: Event) {
        let record = self.record(event);
        self.queue = step(&mut self.state, record).into();
    }

    fn record(&mut self, event: Event) -> Record {
        let record = Record { at: self.now(), lane: 0, event };
        self.now += 1;
        self.journal.push(record.clone());
        record
    }

    fn tell(&mut self, effect: &Effect) {
        match effect {
            Effect::Say(say) => {
                let who = say.unit.as_deref().map(|unit| format!("{}: ", crate::model::id::short(unit)));
                self.log.push(format!("{}{}", who.unwrap_or_default(), say.text));
            }
            Effect::Stop(stop) => self.log.extend(stop.why.iter().cloned()),
            _ => {}
        }
    }
}

/// The state that a journal gives.
pub fn replay(journal: &[Record]) -> State {
    let mut state = State::default();
    for record in journal {
        step(&mut state, record.clone());
    }
    state
}
