//! Reading and judging in one process, as the studio does it: every real feature, a keystroke in one
//! of many units, and how the work grows with the plan.

use crate::peer::Programs;
use crate::plans::{self, Shape};
use crate::table::ms;
use crate::timing::{Cost, Spread, call};
use specfuse_core::lint::{Facts, Linter};
use specfuse_core::parse::{self, Parser};
use specfuse_core::path::RelPath;
use specfuse_core::tree::Tree;
use specfuse_tests::corpus::corpus;

/// Measures without a peer: it has no such calls.
pub fn plan(_: &Programs, rounds: usize) {
    println!("### Read and judged in one process\n");
    println!("| measure | size | ms | cpu ms | per KB or unit, cpu µs |");
    println!("|---|---|---|---|---|");
    features(rounds);
    let per_unit: Vec<(Shape, [f64; 3])> = [Shape::Free, Shape::Chain, Shape::Fan, Shape::Layers]
        .map(|shape| (shape, [500, 1_000, 5_000].map(|units| growth(units, shape, rounds))))
        .to_vec();
    println!();
    for (shape, [small, middle, large]) in per_unit {
        let [twice, ten] = [middle / small, large / small];
        println!(
            "- {shape:?}: a unit among 1,000 costs {twice:.2} times one among 500, among 5,000 {ten:.2} times."
        );
    }
    println!("\nTarget: linear, so about 1.\n");
    println!("### A keystroke in one of many units\n");
    println!("| units | files read | files judged | ms | cpu ms | whole pass, cpu ms | times less |");
    println!("|---|---|---|---|---|---|---|");
    for units in [500, 5_000] {
        keystroke(units, rounds);
    }
    println!();
}

/// Parse and lint from nothing, keeping nothing.
fn whole(tree: &Tree, folder: &RelPath) -> usize {
    let feature = parse::feature(tree, folder);
    Linter::default().lint(tree, &feature, &Facts::default()).len()
}

fn repeat(rounds: usize, mut work: impl FnMut() -> usize) -> Vec<Cost> {
    work();
    (0..rounds).map(|_| call(&mut work)).collect()
}

fn row(name: &str, size: &str, costs: &[Cost], parts: f64) -> f64 {
    let wall = crate::table::cell(costs, |cost| cost.wall);
    let cpu = crate::table::cell(costs, |cost| cost.cpu);
    let part = Spread::of(costs.iter().map(|cost| cost.cpu)).median / parts;
    println!("| {name} | {size} | {wall} | {cpu} | {:.1} |", part * 1e6);
    part
}

/// Each real feature, the largest of them, and one of 350 KB.
fn features(rounds: usize) {
    if let Some(corpus) = corpus() {
        let folders = parse::feature_folders(&corpus.tree);
        let bytes = |folder: &RelPath| -> usize {
            corpus
                .tree
                .below(folder)
                .filter_map(|(path, _)| corpus.tree.text(path))
                .map(|text| text.len())
                .sum()
        };
        let kilobytes = folders.iter().map(bytes).sum::<usize>() as f64 / 1e3;
        let all = || folders.iter().map(|folder| whole(&corpus.tree, folder)).sum();
        let name = format!("all {} real features", folders.len());
        row(&name, &format!("{kilobytes:.0} KB"), &repeat(rounds, all), kilobytes);
        if let Some(folder) = folders.iter().max_by_key(|folder| bytes(folder)) {
            let kilobytes = bytes(folder) as f64 / 1e3;
            let costs = repeat(rounds, || whole(&corpus.tree, folder));
            row("the largest of them", &format!("{kilobytes:.0} KB"), &costs, kilobytes);
        }
    }
    let tree = plans::repository(35, Shape::Chain, 10_000);
    row("35 long units", "350 KB", &repeat(rounds, || whole(&tree, &folder())), 350.0);
}

fn folder() -> RelPath {
    RelPath::new(plans::FOLDER).expect("a plain path")
}

/// A whole pass over `units` units; the seconds for each.
fn growth(units: usize, shape: Shape, rounds: usize) -> f64 {
    let tree = plans::repository(units, shape, 0);
    let costs = repeat((rounds * 500 / units).max(3), || whole(&tree, &folder()));
    row(&format!("{shape:?}"), &format!("{units} units"), &costs, units as f64)
}

/// One character more in a unit in the middle, again and again.
fn keystroke(units: usize, rounds: usize) {
    let mut tree = plans::repository(units, Shape::Chain, 0);
    let path = folder().join(&plans::file(units / 2)).expect("a plain name");
    let (mut parser, mut linter) = (Parser::default(), Linter::default());
    let mut text = tree.text(&path).expect("the unit was just made").to_string();
    let mut costs = Vec::new();
    let (mut read, mut judged) = (0, 0);
    for key in 0..=rounds {
        text.push('x');
        tree.insert_text(path.clone(), text.as_str());
        let before = (parser.reads(), linter.files_linted());
        let cost = call(|| {
            let feature = parser.feature(&tree, &folder());
            linter.lint(&tree, &feature, &Facts::default())
        });
        if key > 0 {
            (read, judged) = (parser.reads() - before.0, linter.files_linted() - before.1);
            costs.push(cost);
        }
    }
    let pass =
        Spread::of(repeat(rounds.min(5), || whole(&tree, &folder())).iter().map(|cost| cost.cpu)).median;
    let wall = crate::table::cell(&costs, |cost| cost.wall);
    let key = Spread::of(costs.iter().map(|cost| cost.cpu)).median;
    let cpu = crate::table::cell(&costs, |cost| cost.cpu);
    println!("| {units} | {read} | {judged} | {wall} | {cpu} | {} | {:.1}× |", ms(pass), pass / key);
}
