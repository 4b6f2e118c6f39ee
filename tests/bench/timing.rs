//! Time, measured in turns: a busy machine slows both sides of a pair alike, and processor time, unlike
//! time on the clock, hardly sees the neighbours at all.

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use std::hint::black_box;
use std::process::{Command, Stdio};
use std::time::Instant;

/// What something took, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// On the clock.
    pub wall: f64,
    /// On processors, in user and system, with all processes that were waited for.
    pub cpu: f64,
}

impl Cost {
    /// This cost without `other`, spread over `parts`.
    pub fn less(self, other: Cost, parts: usize) -> Cost {
        let part = |whole: f64, less: f64| (whole - less) / parts.max(1) as f64;
        Cost { wall: part(self.wall, other.wall), cpu: part(self.cpu, other.cpu) }
    }
}

/// Runs `command` to its end, its output thrown away.
///
/// # Panics
/// When it cannot start, or ends otherwise than with one of the exit codes `expected`.
pub fn process(command: &mut Command, expected: &[i32]) -> Cost {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let (begin, cpu) = (Instant::now(), used(UsageWho::RUSAGE_CHILDREN));
    let status = command.status().unwrap_or_else(|why| panic!("{command:?} cannot start: {why}"));
    let cost = Cost { wall: begin.elapsed().as_secs_f64(), cpu: used(UsageWho::RUSAGE_CHILDREN) - cpu };
    assert!(status.code().is_some_and(|code| expected.contains(&code)), "{command:?} ended with {status}");
    cost
}

/// Calls `work` here.
pub fn call<T>(work: impl FnOnce() -> T) -> Cost {
    let (begin, cpu) = (Instant::now(), used(UsageWho::RUSAGE_SELF));
    let made = work();
    let cost = Cost { wall: begin.elapsed().as_secs_f64(), cpu: used(UsageWho::RUSAGE_SELF) - cpu };
    drop(black_box(made));
    cost
}

fn used(who: UsageWho) -> f64 {
    let usage = getrusage(who).expect("every process may ask what it used");
    (usage.user_time() + usage.system_time()).num_microseconds() as f64 / 1e6
}

/// What two sides took, round by round.
#[derive(Debug, Default)]
pub struct Pairs {
    /// Ours.
    pub ours: Vec<Cost>,
    /// The other side's.
    pub other: Vec<Cost>,
}

/// Measures both sides `rounds` times in turns, each first as often as the other, after one round that
/// does not count.
pub fn pairs(rounds: usize, mut ours: impl FnMut() -> Cost, mut other: impl FnMut() -> Cost) -> Pairs {
    ours();
    other();
    let mut pairs = Pairs::default();
    for round in 0..rounds {
        if round % 2 == 0 {
            pairs.ours.push(ours());
            pairs.other.push(other());
        } else {
            pairs.other.push(other());
            pairs.ours.push(ours());
        }
    }
    pairs
}

impl Pairs {
    /// How many times less ours took: the middle of the rounds' ratios.
    pub fn ratio(&self, of: impl Fn(&Cost) -> f64) -> f64 {
        let ratios = self.other.iter().zip(&self.ours).map(|(other, ours)| of(other) / of(ours));
        Spread::of(ratios).median
    }
}

/// Where measurements lie.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    /// The least.
    pub min: f64,
    /// The one in the middle.
    pub median: f64,
    /// The greatest.
    pub max: f64,
}

impl Spread {
    /// Of `values`; zeros when there are none.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Spread {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or_default();
        Spread { min: at(0), median: at(values.len() / 2), max: at(values.len().saturating_sub(1)) }
    }
}
