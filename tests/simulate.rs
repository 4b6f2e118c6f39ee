//! Runs simulated drivers from seeds until they took as many steps as asked for, all of them under the laws of
//! `specfuse_core::simulate`. A seed that breaks one is made smaller and printed; the exit code is then 1.

use specfuse_core::simulate::{Case, shrink};
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

const USAGE: &str = "usage: cargo simulate [--steps N] [--seed FIRST] [--cases N] [--jobs N]";

struct Asked {
    steps: u64,
    seed: u64,
    cases: u64,
    jobs: u64,
}

#[derive(Default)]
struct Tally {
    cases: u64,
    stops: BTreeMap<String, u64>,
}

fn main() -> ExitCode {
    let Some(asked) = asked() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let begun = Instant::now();
    let (next, steps, failed) = (AtomicU64::new(0), AtomicU64::new(0), AtomicBool::new(false));
    let tally = Mutex::new(Tally::default());
    std::thread::scope(|scope| {
        for _ in 0..asked.jobs {
            scope.spawn(|| {
                while !failed.load(Ordering::Relaxed) && steps.load(Ordering::Relaxed) < asked.steps {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= asked.cases {
                        return;
                    }
                    let seed = asked.seed.wrapping_add(number);
                    steps.fetch_add(one(seed, &tally, &failed), Ordering::Relaxed);
                }
            });
        }
    });
    let Ok(tally) = tally.into_inner() else { return ExitCode::FAILURE };
    let (steps, seconds) = (steps.load(Ordering::Relaxed), begun.elapsed().as_secs_f64());
    println!("{} cases, {steps} steps, {seconds:.1} s", tally.cases);
    for (reason, count) in &tally.stops {
        println!("  {count:7} runs stopped with {reason}");
    }
    if failed.load(Ordering::Relaxed) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Runs the case of one seed; its steps.
fn one(seed: u64, tally: &Mutex<Tally>, failed: &AtomicBool) -> u64 {
    let case = Case::random(seed, seed.is_multiple_of(4));
    match case.run() {
        Ok(ran) => {
            let Ok(mut tally) = tally.lock() else { return 0 };
            tally.cases += 1;
            ran.stops.into_iter().for_each(|reason| *tally.stops.entry(reason).or_default() += 1);
            u64::from(ran.steps)
        }
        Err(broken) => {
            if !failed.swap(true, Ordering::Relaxed) {
                let (case, broken) = shrink::minimal(&case).unwrap_or((case, broken));
                println!("Seed {seed} breaks a law.\n\n{broken}\n\nThe smallest case found:\n\n{case}");
                println!("Again: cargo simulate --seed {seed} --cases 1");
            }
            0
        }
    }
}

fn asked() -> Option<Asked> {
    let jobs = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let mut asked = Asked { steps: 1_000_000, seed: 0, cases: u64::MAX, jobs };
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        let value: u64 = args.next()?.parse().ok()?;
        match name.as_str() {
            "--steps" => asked.steps = value,
            "--seed" => asked.seed = value,
            "--cases" => asked.cases = value,
            "--jobs" => asked.jobs = value.max(1),
            _ => return None,
        }
    }
    Some(asked)
}
