//! `chaos`: kills drivers at every step of several plans and says whether all of them came to what an
//! undisturbed run comes to.

use crate::args::ChaosArgs;
use crate::chaos::{self, Kill, Plan, Trial, Verdict};
use crate::commands;
use crate::error::{Error, Kind, Result};
use crate::exit_code::ExitCode;
use crate::scratch;
use specfuse_core::simulate::{Case, Random};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// At most this many differing lines of a run are shown.
const SHOWN: usize = 12;

/// Kills, starts again, compares, and reports.
///
/// # Errors
/// When no such plan is known, or a scratch repository cannot be made or run.
pub fn run(args: &ChaosArgs) -> Result<ExitCode> {
    let plans = plans(args)?;
    let dir = scratch::folder("chaos", args.dir.as_deref())?;
    say(&format!("Scratch repositories are in {}.", dir.display()));
    let mut failed = 0;
    for (at, plan) in plans.iter().enumerate() {
        let begun = Instant::now();
        let trial = Trial::new(plan, args.lanes, dir.join(format!("plan-{at}")))?;
        let tally = kill_all(&trial, args, at as u64)?;
        let took = begun.elapsed().as_secs();
        say(&format!("{}: {} ({took} s)", name(plan), tally.words()));
        tally.differing.iter().for_each(|report| say(report));
        failed += tally.differing.len();
    }
    if failed > 0 {
        say(&format!("{failed} killed runs came to something else. Their repositories are kept."));
        return Ok(ExitCode::Stopped);
    }
    std::fs::remove_dir_all(&dir).map_err(|e| Error::io(format_args!("remove {}", dir.display()), e))?;
    say("Every killed run came to the same files, history, events and costs as its undisturbed one.");
    Ok(ExitCode::Complete)
}

fn say(text: &str) {
    commands::print(&format!("{text}\n"));
}

fn plans(args: &ChaosArgs) -> Result<Vec<Plan>> {
    let generated = |number: u32| {
        let seed = args.seed.wrapping_mul(1000).wrapping_add(u64::from(number));
        let mut case = Case::random(seed, true);
        if args.lanes.is_some() {
            // How much runs before a budget is reached depends on which of several units ends first.
            case.sketch.gates.iter_mut().for_each(|gate| gate.budget_usd = None);
        }
        Plan::Generated(number, Box::new(case))
    };
    match args.plan.as_deref() {
        None => Ok(std::iter::once(Plan::Demo).chain((1..=args.plans).map(generated)).collect()),
        Some("demo") => Ok(vec![Plan::Demo]),
        Some(text) => match text.parse() {
            Ok(number) if number > 0 => Ok(vec![generated(number)]),
            _ if Path::new(text).is_dir() => Ok(vec![Plan::Own(Box::new(chaos::read(Path::new(text))?))]),
            _ => Err(Error::new(Kind::Usage, format!("{text:?} is no plan of chaos")).hint(
                "say `--plan demo`, the number of a generated plan (`--plan 3`), or the folder of a feature",
            )),
        },
    }
}

fn name(plan: &Plan) -> String {
    match plan {
        Plan::Demo => "The demo plan".to_owned(),
        Plan::Generated(number, case) => {
            format!("Generated plan {number} ({} units)", case.sketch.units().count())
        }
        Plan::Own(own) => format!("The plan {}", own.folder.file_name()),
    }
}

/// What the killed runs of a plan came to.
#[derive(Default)]
struct Tally {
    steps: u32,
    moments: u32,
    missed: u32,
    differing: Vec<String>,
}

impl Tally {
    fn words(&self) -> String {
        let verdict = match self.differing.len() {
            0 => "always the same end".to_owned(),
            n => format!("another end {n} times"),
        };
        let missed = match self.missed {
            0 => String::new(),
            n => format!(", {n} more were over before"),
        };
        format!("killed at {} steps and {} random moments{missed}; {verdict}", self.steps, self.moments)
    }
}

/// A run to kill.
#[derive(Clone, Copy)]
struct Order {
    run: usize,
    kill: Kill,
}

fn kill_all(trial: &Trial, args: &ChaosArgs, plan: u64) -> Result<Tally> {
    let tally = Mutex::new(Tally::default());
    for run in 0..trial.durations().count() {
        // Each worker takes the next step until one finds that the run has no such step.
        let (next, over) = (AtomicU32::new(0), AtomicU32::new(u32::MAX));
        work(args, || {
            let step = 1 + next.fetch_add(1, Ordering::Relaxed) * args.every;
            if step > over.load(Ordering::Relaxed) {
                return Ok(false);
            }
            if !one(trial, Order { run, kill: Kill::Step(step) }, &tally)? {
                over.fetch_min(step, Ordering::Relaxed);
            }
            Ok(true)
        })?;
    }
    let orders = Mutex::new(moments(trial, args, plan));
    work(args, || {
        let order = orders.lock().ok().and_then(|mut orders| orders.pop());
        order.map_or(Ok(false), |order| one(trial, order, &tally).map(|_| true))
    })?;
    tally.into_inner().map_err(|_| ended_early())
}

fn ended_early() -> Error {
    Error::new(Kind::Program, "a worker of chaos ended early")
}

/// Random moments, longer runs more often.
fn moments(trial: &Trial, args: &ChaosArgs, plan: u64) -> Vec<Order> {
    let mut random = Random::new(args.seed ^ plan.rotate_left(32));
    let total: Duration = trial.durations().sum();
    let moment = |_| {
        let micros = random.below(usize::try_from(total.as_micros()).unwrap_or(usize::MAX));
        let (mut run, mut time) = (0, Duration::from_micros(micros as u64));
        for (at, took) in trial.durations().enumerate() {
            run = at;
            if time < took {
                break;
            }
            time -= took;
        }
        Order { run, kill: Kill::After(time) }
    };
    (0..args.random).map(moment).collect()
}

/// Lets as many workers as asked for do `next` until there is nothing left for any of them.
fn work(args: &ChaosArgs, next: impl Fn() -> Result<bool> + Sync) -> Result<()> {
    let usual = || std::thread::available_parallelism().map_or(1, |n| n.get());
    let jobs = args.jobs.unwrap_or_else(usual).max(1);
    let toil = || {
        while next()? {}
        Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(toil)).collect();
        let ends = workers.into_iter().map(|worker| worker.join());
        ends.map(|end| end.unwrap_or_else(|_| Err(ended_early()))).fold(Ok(()), Result::and)
    })
}

/// Kills once; whether the driver was killed.
fn one(trial: &Trial, Order { run, kill }: Order, tally: &Mutex<Tally>) -> Result<bool> {
    let when = match kill {
        Kill::Step(step) => format!("step-{step}"),
        Kill::After(time) => format!("after-{}-us", time.as_micros()),
    };
    let (verdict, root) = trial.kill(run, kill, &format!("run-{}-{when}", run + 1))?;
    let Ok(mut tally) = tally.lock() else { return Ok(false) };
    match (&verdict, kill) {
        (Verdict::NotKilled, Kill::Step(_)) => {}
        (Verdict::NotKilled, Kill::After(_)) => tally.missed += 1,
        (_, Kill::Step(_)) => tally.steps += 1,
        (_, Kill::After(_)) => tally.moments += 1,
    }
    if let Verdict::Differs(lines) = &verdict {
        let mut report = format!("  {}: `-` undisturbed, `+` killed", root.display());
        lines.iter().take(SHOWN).for_each(|line| report.push_str(&format!("\n    {line}")));
        tally.differing.push(report);
    }
    Ok(verdict != Verdict::NotKilled)
}
