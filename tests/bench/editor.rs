//! How long a person at an editor waits for the language server, in a feature of many units.

#[path = "../tests/lsp/client.rs"]
#[allow(dead_code, reason = "the editor of the tests can do more than is measured")]
mod client;

use crate::peer::Programs;
use crate::plans::{self, Shape};
use crate::processes::world;
use crate::table::cell;
use crate::timing::Cost;
use client::{Editor, modern, uri};
use serde_json::json;
use std::time::Instant;

/// Units of the feature.
const UNITS: usize = 200;
/// Bytes of each unit's text, or more.
const BYTES: usize = 3_000;
/// The line of a unit's file that holds its status, counted from 0.
const STATUS: u32 = 3;

/// Measures without a peer: it has no language server.
pub fn lsp(programs: &Programs, rounds: usize) {
    let world = world(&plans::repository(UNITS, Shape::Layers, BYTES));
    let path = world.at(plans::FOLDER).join(plans::file(UNITS / 2));
    let (file, text) = (uri(&path), std::fs::read_to_string(&path).expect("the file was just made"));
    let mut editor = Editor::of(&world, &programs.ours("specfuse-loop"));
    editor.begin(modern());
    println!("### The language server, {UNITS} units of {BYTES} bytes\n");
    println!("| from | to | ms |\n|---|---|---|");
    let opened = clock(|| {
        editor.open(&file, &text);
        editor.until("findings", |editor| editor.findings.contains_key(&file));
    });
    row("opening the first file", "its findings", &[opened]);
    let changed: Vec<Cost> = (0..rounds).map(|round| change(&mut editor, &file, round)).collect();
    row("a key that makes or mends a mistake", "the new findings", &changed);
    for (name, method, at) in [
        ("asking for completion of a status", "textDocument/completion", 8),
        ("asking for hover on a key", "textDocument/hover", 2),
    ] {
        let asked: Vec<Cost> = (0..rounds)
            .map(|_| {
                clock(|| {
                    let answer = editor.at(method, &file, STATUS, at);
                    assert!(!answer.is_null(), "{method} has no answer");
                })
            })
            .collect();
        row(name, "the answer", &asked);
    }
    assert_eq!(editor.goodbye(), Some(0));
    println!();
}

/// Writes a wrong status, or puts the right one back, and waits for the findings of that.
fn change(editor: &mut Editor, file: &str, round: usize) -> Cost {
    let (old, new) = if round.is_multiple_of(2) { ("pending", "pendign") } else { ("pendign", "pending") };
    let version = i32::try_from(round).expect("few rounds") + 2;
    let place = |column: usize| json!({"line": STATUS, "character": "status: ".len() + column});
    let change = json!([{"range": {"start": place(0), "end": place(old.len())}, "text": new}]);
    let cost = clock(|| {
        editor.change(file, version, change);
        editor.findings_at(file, version);
    });
    let is_wrong = editor.rules(file).iter().any(|rule| rule.ends_with(" unit/status"));
    assert_eq!(is_wrong, new == "pendign", "{:?}", editor.rules(file));
    cost
}

fn clock(work: impl FnOnce()) -> Cost {
    let begin = Instant::now();
    work();
    Cost { wall: begin.elapsed().as_secs_f64(), cpu: 0.0 }
}

fn row(from: &str, to: &str, costs: &[Cost]) {
    println!("| {from} | {to} | {} |", cell(costs, |cost| cost.wall));
}
