//! Markdown tables of measurements.

use crate::timing::{Cost, Pairs, Spread};

/// Begins a section with a table of pairs.
pub fn begin(title: &str, other: &str) {
    println!("### {title}\n");
    println!("| measure | ours, ms | {other}, ms | ratio | ours, cpu ms | {other}, cpu ms | cpu ratio |");
    println!("|---|---|---|---|---|---|---|");
}

/// One row of a table of pairs.
pub fn row(name: &str, pairs: &Pairs) {
    let wall = |cost: &Cost| cost.wall;
    let cpu = |cost: &Cost| cost.cpu;
    println!(
        "| {name} | {} | {} | {:.1}× | {} | {} | {:.1}× |",
        cell(&pairs.ours, wall),
        cell(&pairs.other, wall),
        pairs.ratio(wall),
        cell(&pairs.ours, cpu),
        cell(&pairs.other, cpu),
        pairs.ratio(cpu),
    );
}

/// Least, middle and greatest of some costs, in milliseconds.
pub fn cell(costs: &[Cost], of: impl Fn(&Cost) -> f64) -> String {
    let spread = Spread::of(costs.iter().map(of));
    format!("{} / **{}** / {}", ms(spread.min), ms(spread.median), ms(spread.max))
}

/// Seconds as milliseconds, in three digits or so.
pub fn ms(seconds: f64) -> String {
    let ms = seconds * 1e3;
    match ms.abs() {
        0.0..1.0 => format!("{ms:.3}"),
        1.0..10.0 => format!("{ms:.2}"),
        10.0..100.0 => format!("{ms:.1}"),
        _ => format!("{ms:.0}"),
    }
}

/// Ends a section with what its numbers mean.
pub fn end(note: &str) {
    println!("\n{note}\n");
}
