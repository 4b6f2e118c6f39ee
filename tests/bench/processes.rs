//! Whole programs that read: start-up, lint of real features, dry run.

use crate::peer::{Other, Programs};
use crate::plans::{self, Shape};
use crate::table;
use crate::timing::{Cost, Pairs, Spread, pairs, process};
use specfuse_core::parse;
use specfuse_core::tree::{Entry, Tree};
use specfuse_tests::corpus::corpus;
use specfuse_tests::world::World;
use std::process::Command;

/// What lint may end with.
const LINTED: &[i32] = &[0, 1];

/// A repository on disk with everything of `tree` committed.
pub fn world(tree: &Tree) -> World {
    let world = World::repository();
    for (path, entry) in tree.iter() {
        if let Entry::Text(text) = entry {
            world.write(path.as_str(), text.as_bytes());
        }
    }
    world.git(["add", "--all"]);
    world.git(["commit", "--quiet", "--message=Start"]);
    world
}

/// How the other side of a pair is called in a table.
pub fn title(programs: &Programs) -> &'static str {
    match programs.other("specfuse-loop") {
        Other::Peer(_) => "peer",
        Other::Floor => "floor",
    }
}

/// Measures our `program` with `args` in turns with the peer's, or with a start of git.
fn compare(
    world: &World,
    programs: &Programs,
    program: &str,
    args: [&[&str]; 2],
    expected: &[i32],
    rounds: usize,
) -> Pairs {
    let [our_args, peer_args] = args;
    let start = |command: &mut Command, args: &[&str]| process(command.args(args), expected);
    let ours = || start(&mut world.command(programs.ours(program)), our_args);
    match programs.other(program) {
        Other::Peer(path) => pairs(rounds, ours, || start(&mut world.command(&path), peer_args)),
        Other::Floor => pairs(rounds, ours, || start(&mut world.command("git"), &["--version"])),
    }
}

/// Start-up: the version or help, and lint of a tiny folder.
pub fn start(programs: &Programs, rounds: usize) {
    let world = world(&plans::repository(1, Shape::Free, 0));
    table::begin("Start-up", title(programs));
    let help = compare(&world, programs, "specfuse-loop", [&["--help"]; 2], &[0], rounds);
    table::row("`specfuse-loop --help`", &help);
    let help = compare(&world, programs, "specfuse-lint", [&["--help"]; 2], &[0], rounds);
    table::row("`specfuse-lint --help`", &help);
    let lint = compare(&world, programs, "specfuse-lint", [&[plans::FOLDER]; 2], LINTED, rounds);
    table::row("`specfuse-lint` of one unit", &lint);
    table::end("Least / **middle** / greatest. Target: 20 times faster than the peer.");
}

/// Lint of each real feature in a process of its own.
pub fn lint(programs: &Programs, rounds: usize) {
    let Some(corpus) = corpus() else { return };
    let world = world(&corpus.tree);
    table::begin("Lint of real features, each in its own process", title(programs));
    let mut every: Vec<(String, Pairs)> = Vec::new();
    for folder in parse::feature_folders(&corpus.tree) {
        let args: &[&str] = &[folder.as_str()];
        let rounds = (rounds / 3).max(1);
        let pairs = compare(&world, programs, "specfuse-lint", [args; 2], LINTED, rounds);
        every.push((folder.file_name().to_owned(), pairs));
    }
    let ratio = |pairs: &Pairs| pairs.ratio(|cost| cost.cpu);
    every.sort_by(|a, b| ratio(&a.1).total_cmp(&ratio(&b.1)));
    let shown = [0, every.len() / 2, every.len().saturating_sub(1)];
    for (name, pairs) in shown.iter().filter_map(|index| every.get(*index)) {
        table::row(&format!("`{}`", name.chars().take(14).collect::<String>()), pairs);
    }
    let ours = every.iter().flat_map(|(_, pairs)| pairs.ours.iter().copied()).collect();
    let other = every.iter().flat_map(|(_, pairs)| pairs.other.iter().copied()).collect();
    table::row(&format!("all {}", every.len()), &Pairs { ours, other });
    let wall = Spread::of(every.iter().map(|(_, pairs)| pairs.ratio(|cost| cost.wall)));
    let cpu = Spread::of(every.iter().map(|(_, pairs)| ratio(pairs)));
    table::end(&format!(
        "Rows: the feature with the least, the middle and the greatest ratio of processor time, and all. \
         Ratios per feature: clock {:.1} / **{:.1}** / {:.1}, processor {:.1} / **{:.1}** / {:.1}. Target: 20.",
        wall.min, wall.median, wall.max, cpu.min, cpu.median, cpu.max
    ));
}

/// The dry run of a gate of twenty units.
pub fn dry_run(programs: &Programs, rounds: usize) {
    let world = world(&plans::repository(20, Shape::Chain, 0));
    table::begin("Dry run", title(programs));
    let args: [&[&str]; 2] = [&["run", "--dry-run"], &["--dry-run", "--no-autosync", "--no-baseline-probe"]];
    let pairs = compare(&world, programs, "specfuse-loop", args, &[0], rounds);
    table::row("20 units", &pairs);
    table::end("The whole program, start-up included.");
    let left = world.git(["status", "--porcelain", "--ignored"]);
    assert_eq!(left, "", "a dry run writes nothing");
}

/// What a start of git costs.
pub fn floor(world: &World) -> Cost {
    process(world.command("git").arg("--version"), &[0])
}
