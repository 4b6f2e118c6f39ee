//! How a plan is played: what becomes of each unit's sessions, by a person's choice or by chance, and what they cost.

use specfuse_core::model::Feature;
use specfuse_core::simulate::{Play, Random, Script, Turn};

/// So many sessions of a unit are laid down; no unit has more attempts before a person is called twice.
const SESSIONS: usize = 12;
/// What a session costs of a unit that does not say what it should cost.
const USUAL_COST: f64 = 0.25;

/// How the sessions of a unit go.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Outcome {
    /// As chance or the usual course has it.
    #[default]
    Unset,
    /// It passes at once.
    Passes,
    /// It fails once, then passes.
    FailsOnce,
    /// It fails twice, each time differently, then passes.
    FailsTwice,
    /// It fails the same way again and again.
    FailsAlike,
    /// It fails in ever new ways.
    FailsOn,
    /// It says that it cannot go on.
    Blocks,
    /// Its agent crashes once, then it passes.
    Crashes,
    /// It runs into its time limit once, then passes.
    TimesOut,
    /// It leaves out what it was to produce once, then passes.
    Strays,
    /// It costs three times as much as planned.
    Costly,
    /// A close that says that the goal is not met.
    NotMet,
}

impl Outcome {
    /// All of them with their words, in the order in which they are offered.
    pub const ALL: &'static [(Outcome, &'static str)] = &[
        (Outcome::Unset, "as it comes"),
        (Outcome::Passes, "passes"),
        (Outcome::FailsOnce, "fails once, then passes"),
        (Outcome::FailsTwice, "fails twice, then passes"),
        (Outcome::FailsAlike, "fails the same way each time"),
        (Outcome::FailsOn, "keeps failing"),
        (Outcome::Blocks, "says it is blocked"),
        (Outcome::Crashes, "agent crashes once"),
        (Outcome::TimesOut, "times out once"),
        (Outcome::Strays, "leaves its files out once"),
        (Outcome::Costly, "costs three times its plan"),
        (Outcome::NotMet, "verdict: not met"),
    ];

    /// The outcome at a place of [`Outcome::ALL`].
    pub fn at(place: usize) -> Outcome {
        Outcome::ALL.get(place).map_or(Outcome::Unset, |(outcome, _)| *outcome)
    }

    fn plays(self) -> Vec<Play> {
        match self {
            Outcome::Unset | Outcome::Passes | Outcome::Costly => Vec::new(),
            Outcome::FailsOnce => vec![Play::Breaks(0)],
            Outcome::FailsTwice => vec![Play::Breaks(0), Play::TimesOut],
            Outcome::FailsAlike => vec![Play::Breaks(0); SESSIONS],
            Outcome::FailsOn => [Play::Breaks(0), Play::TimesOut].repeat(SESSIONS / 2),
            Outcome::Blocks => vec![Play::Blocks],
            Outcome::Crashes => vec![Play::Crashes],
            Outcome::TimesOut => vec![Play::TimesOut],
            Outcome::Strays => vec![Play::Strays],
            Outcome::NotMet => vec![Play::NotMet],
        }
    }
}

/// How a plan is played.
#[derive(Clone, PartialEq, Debug)]
pub struct Setup {
    /// Where chance begins: the same seed gives the same run.
    pub seed: u64,
    /// Whether outcomes and costs are drawn where no outcome was chosen.
    pub drawn: bool,
    /// In how many of a hundred attempts a check fails, when drawn.
    pub fails: usize,
    /// In how many of a hundred attempts a session says that it is blocked, when drawn.
    pub blocks: usize,
    /// What sessions cost, as a multiple of what is planned.
    pub factor: f64,
    /// The outcomes that were chosen, by the last part of the unit's id.
    pub outcomes: Vec<(String, Outcome)>,
}

impl Default for Setup {
    fn default() -> Setup {
        Setup { seed: 1, drawn: false, fails: 25, blocks: 5, factor: 1.0, outcomes: Vec::new() }
    }
}

impl Setup {
    /// The outcome that was chosen for a unit.
    pub fn outcome(&self, unit: &str) -> Outcome {
        self.outcomes.iter().find(|(of, _)| of == unit).map_or(Outcome::Unset, |(_, outcome)| *outcome)
    }

    /// Chooses the outcome of a unit.
    pub fn choose(&mut self, unit: &str, outcome: Outcome) {
        self.outcomes.retain(|(of, _)| of != unit);
        if outcome != Outcome::Unset {
            self.outcomes.push((unit.to_owned(), outcome));
        }
    }

    /// The sessions of every unit.
    pub fn script(&self, feature: &Feature) -> Script {
        let mut random = Random::new(self.seed);
        let mut script = Script::default();
        for unit in &feature.units {
            // Drawn for every unit, so that choosing the outcome of one changes no other.
            let drawn: Vec<(Play, f64)> = (0..SESSIONS).map(|_| self.draw(&mut random)).collect();
            let chosen = self.outcome(unit.short_id());
            let planned = unit.planned_cost_usd().unwrap_or(USUAL_COST) * self.factor;
            let plays = chosen.plays();
            let turn = |session: usize| {
                let (by_chance, times) = drawn[session];
                let chance = self.drawn && chosen == Outcome::Unset;
                let play = if chance { by_chance } else { plays.get(session).copied().unwrap_or_default() };
                let times = match chosen {
                    Outcome::Costly => 3.0,
                    _ if chance => times,
                    _ => 1.0,
                };
                Turn { play, cost_usd: Some(cents(planned * times)) }
            };
            script.turns.insert(unit.short_id().to_owned(), (0..SESSIONS).map(turn).collect());
        }
        script
    }

    fn draw(&self, random: &mut Random) -> (Play, f64) {
        let (chance, kind, cost) = (random.below(100), random.below(5), random.below(101));
        let play = match chance {
            n if n < self.fails => Play::Breaks(kind as u8),
            n if n < self.fails + self.blocks => Play::Blocks,
            _ => Play::Works,
        };
        (play, 0.5 + cost as f64 / 100.0)
    }
}

fn cents(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}
