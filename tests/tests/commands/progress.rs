//! How a run is told: moving lines on a terminal, a calm log elsewhere, JSON lines for programs.

use nix::pty::openpty;
use serde_json::Value;
use specfuse_tests::program;
use specfuse_tests::scene::{Plan, Scene};
use std::fs::File;
use std::io::Read;
use std::process::Stdio;

fn scene() -> Scene {
    Plan::one("work; complete src/T01.txt; sleep 0.5").check("sleep 0.5; test -f src/T01.txt").scene()
}

/// What a person at a terminal sees of a run, in the terminal's own words.
fn at_a_terminal(scene: &Scene, variables: &[(&str, &str)]) -> String {
    let pty = openpty(None, None).unwrap();
    let (ours, theirs) = (File::from(pty.master), File::from(pty.slave));
    let mut command = scene.command(program("specfuse-loop"));
    command.arg("run").envs(variables.iter().copied());
    command.stdout(Stdio::from(theirs.try_clone().unwrap())).stderr(Stdio::from(theirs));
    let mut child = command.spawn().unwrap();
    // The command holds the other end of the terminal, too: with it open, reading never ends.
    drop(command);
    let mut seen = Vec::new();
    let mut part = [0; 4096];
    let mut ours = ours;
    // A terminal that nobody holds any more answers with an error.
    while let Ok(n @ 1..) = ours.read(&mut part) {
        seen.extend_from_slice(&part[..n]);
    }
    assert_eq!(child.wait().unwrap().code(), Some(0), "{}", String::from_utf8_lossy(&seen));
    String::from_utf8_lossy(&seen).into_owned()
}

#[test]
fn a_terminal_shows_what_runs_now() {
    let seen = at_a_terminal(&scene(), &[("TERM", "xterm")]);
    for words in [
        "T01 attempt 1",
        "session: model sonnet, effort medium",
        "verify: tests",
        "gate 1: 0 of 2 units done, $0.00 this run",
        "gate 1: 1 of 2 units done, $0.25 this run",
        "0:00:00",
        "\u{1b}[",
    ] {
        assert!(seen.contains(words), "{words}: {seen}");
    }
    assert!(seen.contains("T01   tests passed"), "the log stands above: {seen}");
}

#[test]
fn a_terminal_that_asks_for_calm_gets_a_log() {
    for variables in [&[("TERM", "dumb")][..], &[("TERM", "xterm"), ("NO_COLOR", "1")], &[]] {
        let seen = at_a_terminal(&scene(), variables);
        assert!(!seen.contains('\u{1b}') && seen.contains("T01   tests passed"), "{variables:?}: {seen}");
    }
}

#[test]
fn a_log_that_is_no_terminal_has_each_step_once() {
    let output = scene().expect(0);
    assert_eq!(output.stderr, "");
    assert!(!output.stdout.contains('\u{1b}'), "{}", output.stdout);
    for words in ["T01 session: model", "T01 session finished", "T01 verify: tests", "T01   tests passed"] {
        assert_eq!(output.stdout.matches(words).count(), 1, "{words}: {}", output.stdout);
    }
}

#[test]
fn json_lines_are_all_that_a_program_reads() {
    let scene = scene();
    let output = scene.run(["run", "--output", "json"]);
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""));
    let lines: Vec<Value> =
        output.stdout.lines().map(|line| serde_json::from_str(line).expect("every line is JSON")).collect();
    assert!(lines.iter().all(|line| line["version"] == 1 && line["type"].is_string()), "{}", output.stdout);
    // The log of the feature goes by, line for line.
    let told: Vec<Value> =
        lines.iter().filter(|line| line["type"] == "event").map(|line| line["event"].clone()).collect();
    assert_eq!(told, scene.events());
    let ended = lines.iter().find(|line| line["type"] == "check_ended").unwrap();
    assert_eq!(
        (ended["unit"].as_str(), ended["purpose"].as_str()),
        (Some("FEAT-2026-0007/T01"), Some("verify"))
    );
    assert_eq!(lines.last().unwrap()["type"], "stop");
}
