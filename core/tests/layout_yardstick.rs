//! Our layout beside another crate's: bands and lanes are our own, but lines that can be drawn without
//! crossing should be, as often as there. Counted with straight lines between the middles of boxes.
#![cfg(not(target_arch = "wasm32"))]

use rust_sugiyama::configure::Config;
use specfuse_core::layout::Layout;
use std::collections::BTreeMap;

type Lines = [(usize, usize)];
type Places = BTreeMap<usize, (f64, f64)>;

fn crossings(lines: &Lines, places: &Places) -> usize {
    let turn = |a: (f64, f64), b: (f64, f64), c: (f64, f64)| {
        ((b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)).signum()
    };
    let mut count = 0;
    for (at, (a, b)) in lines.iter().enumerate() {
        for (c, d) in &lines[..at] {
            if [c, d].contains(&a) || [c, d].contains(&b) {
                continue;
            }
            let [a, b, c, d] = [a, b, c, d].map(|unit| places[unit]);
            let apart = |a, b, c, d| turn(a, b, c) * turn(a, b, d) < 0.0;
            count += usize::from(apart(a, b, c, d) && apart(c, d, a, b));
        }
    }
    count
}

fn ours(units: usize, lines: &Lines) -> usize {
    let layout = Layout::of_graph(std::slice::from_ref(&(0..units)), lines);
    let places = layout
        .boxes
        .iter()
        .enumerate()
        .map(|(unit, rect)| (unit, (rect.x + rect.width / 2.0, rect.y + rect.height / 2.0)));
    crossings(lines, &places.collect())
}

fn theirs(lines: &Lines) -> usize {
    let edges: Vec<(u32, u32)> = lines.iter().map(|(from, to)| (*from as u32, *to as u32)).collect();
    let mut count = 0;
    for (places, ..) in rust_sugiyama::from_edges(&edges, &Config::default()) {
        let places: Places = places.into_iter().collect();
        let own: Vec<(usize, usize)> =
            lines.iter().copied().filter(|(from, _)| places.contains_key(from)).collect();
        count += crossings(&own, &places);
    }
    count
}

/// Lines from earlier units to later ones, `most` a unit at most, the same for the same seed.
fn plan(units: usize, most: u64, reach: u64, seed: u64) -> Vec<(usize, usize)> {
    let mut state = seed;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) % below
    };
    let mut lines = Vec::new();
    for to in 1..units {
        for _ in 0..=random(most) {
            let from = to - 1 - random(reach.min(to as u64)) as usize;
            if !lines.contains(&(from, to)) {
                lines.push((from, to));
            }
        }
    }
    lines
}

#[test]
fn as_few_lines_cross_as_elsewhere() {
    let (mut all_ours, mut all_theirs) = (0, 0);
    for (units, most, reach) in [(8, 2, 4), (15, 2, 6), (30, 2, 8), (30, 1, 12), (60, 2, 10)] {
        for seed in 1..6 {
            let lines = plan(units, most, reach, seed);
            let (mine, other) = (ours(units, &lines), theirs(&lines));
            assert!(
                mine <= 2 * other + 10,
                "{units} units, seed {seed}: {mine} crossings, elsewhere {other}"
            );
            (all_ours, all_theirs) = (all_ours + mine, all_theirs + other);
        }
    }
    // Ours keeps the order of the plan where it can, which costs some: 214 beside 200 when this was written.
    assert!(all_ours * 10 <= all_theirs * 11, "{all_ours} crossings in all, elsewhere {all_theirs}");
}

#[test]
fn trees_and_chains_are_drawn_without_a_crossing() {
    let tree: Vec<(usize, usize)> = (1..31).map(|to| ((to - 1) / 2, to)).collect();
    let chains: Vec<(usize, usize)> = (4..32).map(|to| (to - 4, to)).collect();
    for lines in [tree, chains] {
        assert_eq!((ours(32, &lines), theirs(&lines)), (0, 0));
    }
}
