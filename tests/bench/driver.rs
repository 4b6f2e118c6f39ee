//! What a driver adds to each unit: a gate of units whose agent only touches a file and whose
//! verification is `true`, less what the agent takes on its own.

use crate::agent;
use crate::peer::{Other, Programs};
use crate::plans::{self, Shape};
use crate::processes::{floor, title, world};
use crate::table;
use crate::timing::{Cost, Pairs, Spread, pairs, process};
use specfuse_tests::world::World;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Units in the gate.
const UNITS: usize = 20;
/// What a run may end with: the gate waits for a person.
const RAN: &[i32] = &[0, 1, 2];

/// Measures the work per unit.
pub fn unit(programs: &Programs, rounds: usize) {
    let rounds = (rounds / 3).max(1);
    // Some file systems are slow to make files just after many were removed: all stay until the end.
    let used = RefCell::new(Vec::new());
    let keep = |(cost, world)| {
        used.borrow_mut().push(world);
        cost
    };
    let ours = || keep(overhead(&programs.ours("specfuse-loop"), &["run"]));
    let args = ["--no-autosync", "--no-baseline-probe"];
    let pairs = match programs.other("specfuse-loop") {
        Other::Peer(path) => pairs(rounds, ours, || keep(overhead(&path, &args))),
        Other::Floor => pairs(rounds, ours, || floor(&World::repository())),
    };
    table::begin("The driver's own work per unit", title(programs));
    table::row(&format!("one of {UNITS} units"), &pairs);
    table::end(&verdict(programs, &pairs));
}

/// Measures lanes: a gate of eight units of two seconds in four of them, against the least it can take; and
/// what a work tree adds to a unit.
pub fn lanes(programs: &Programs, rounds: usize) {
    const LANES: usize = 4;
    const WIDE: usize = 8;
    const SECONDS: usize = 2;
    let rounds = (rounds / 5).max(1);
    let used = RefCell::new(Vec::new());
    let keep = |(cost, world)| {
        used.borrow_mut().push(world);
        cost
    };
    let least = || Cost { wall: (WIDE / LANES * SECONDS) as f64, cpu: 0.0 };
    let wide = || {
        let seconds = SECONDS.to_string();
        let set = |world: &mut World| world.set(agent::SECONDS, &seconds);
        let args = ["run", "--lanes", &LANES.to_string()];
        let (run, _, world) = walk(&programs.ours("specfuse-loop"), &args, WIDE, set);
        keep((run, world))
    };
    let ours = programs.ours("specfuse-loop");
    let pairs_wide = pairs(rounds, wide, least);
    let pairs_unit =
        pairs(rounds, || keep(overhead(&ours, &["run", "--isolate"])), || keep(overhead(&ours, &["run"])));
    table::begin("Lanes", "in the checkout, or the least possible");
    table::row(&format!("{WIDE} units of {SECONDS} s in {LANES} lanes"), &pairs_wide);
    table::row(&format!("the driver's own work, one of {UNITS} units, in a work tree"), &pairs_unit);
    let over = 1.0 / pairs_wide.ratio(|cost| cost.wall);
    table::end(&format!("The gate takes {over:.2} times its longest possible chain (target: at most 1.25)."));
    assert!(over <= 1.25, "lanes do not run side by side as they should");
}

fn verdict(programs: &Programs, pairs: &Pairs) -> String {
    if programs.peer("specfuse-loop").is_none() {
        return "Against one start of git, the least that a commit with a person's hooks can cost."
            .to_owned();
    }
    let share = |of: fn(&Cost) -> f64| {
        Spread::of(pairs.ours.iter().zip(&pairs.other).map(|(ours, peer)| of(ours) / of(peer))).median * 100.0
    };
    format!(
        "A whole run less {UNITS} calls of the agent, divided by {UNITS}. Ours is {:.0} % of the peer's on the clock, \
         {:.0} % on processors. Target: a third.",
        share(|cost| cost.wall),
        share(|cost| cost.cpu)
    )
}

/// A run of a fresh repository, per unit, without the agent.
fn overhead(program: &Path, args: &[&str]) -> (Cost, World) {
    let (run, agent, world) = walk(program, args, UNITS, |_| {});
    let cost = run.less(sessions(&world, &agent), UNITS);
    (cost, world)
}

/// A run of a fresh repository with `units` units; also where the agent is.
fn walk(program: &Path, args: &[&str], units: usize, set: impl Fn(&mut World)) -> (Cost, PathBuf, World) {
    let (mut world, agent) = prepared(units);
    set(&mut world);
    let run = process(world.command(program).args(args), RAN);
    check_done(&world, units);
    (run, agent, world)
}

/// A fresh repository with `units` units that wait for nothing, and where the agent is.
pub fn prepared(units: usize) -> (World, PathBuf) {
    let mut world = world(&plans::repository(units, Shape::Free, 0));
    let folder = world.home.join("bin");
    agent::install(&folder);
    let path = std::env::var("PATH").unwrap_or_default();
    world.set("PATH", format!("{}:{path}", folder.display()));
    world.git(["switch", "--quiet", "-c", "feat/FEAT-2026-0001-bench"]);
    (world, folder.join(agent::NAME))
}

/// That a run made all units.
///
/// # Panics
/// When it did not.
pub fn check_done(world: &World, units: usize) {
    let done = world.git(["log", "--format=%s", "--grep=^feat: "]).lines().count();
    assert_eq!(done, units, "the driver did not run the units");
}

/// The agent alone, as often as the driver called it.
fn sessions(world: &World, program: &Path) -> Cost {
    let alone = |_| process(Command::new(program).arg("-p").current_dir(&world.home), &[0]);
    (0..UNITS)
        .map(alone)
        .fold(Cost::default(), |sum, cost| Cost { wall: sum.wall + cost.wall, cpu: sum.cpu + cost.cpu })
}
