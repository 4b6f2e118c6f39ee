//! `doctor`: what it sees, and what it says mends it.

use crate::{commit, dirt, ok, program, repository};
use serde_json::Value;
use specfuse_tests::world::World;
use std::process::{Command, Stdio};

/// A repository in which everything is as it should be.
fn healthy() -> World {
    let mut world = repository();
    program(
        &mut world,
        "claude",
        "[ \"$1\" = --version ] && { echo '2.1.99 (Claude Code)'; exit 0; }\n[ \"$1 $2\" = 'auth status' ]\n",
    );
    ok(&world, &["init"]);
    world.write(
        ".specfuse/verification.yml",
        "code:\n  - name: tests\n    command: 'true'\n    timeout_seconds: 9\n",
    );
    commit(&world, "Set up");
    world
}

/// Name, health and mend of each finding.
fn findings(world: &World, args: &[&str]) -> (Option<i32>, Vec<(String, String, String)>) {
    let output = world.run([&["doctor", "--json"], args].concat());
    let wire: Value =
        serde_json::from_str(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", output.stdout));
    assert_eq!(wire["version"], 1);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = wire["findings"].as_array().unwrap().iter();
    let found = list.map(|f| {
        (text(&f["name"]), text(&f["health"]), format!("{} {}", text(&f["what"]), text(&f["mend"])))
    });
    (output.code, found.collect())
}

fn has(world: &World, args: &[&str], name: &str, health: &str, words: &str) {
    let (code, found) = findings(world, args);
    let it = found.iter().find(|(n, h, text)| n == name && h == health && text.contains(words));
    assert!(it.is_some(), "{name} {health} {words}: {found:#?}");
    let problems = found.iter().any(|(_, health, _)| health == "problem");
    assert_eq!(code, Some(if problems { 1 } else { 0 }), "{found:#?}");
}

#[test]
fn a_healthy_repository_has_no_problem_and_is_left_as_it_is() {
    let world = healthy();
    let output = ok(&world, &["doctor", "--run"]);
    for words in [
        "ok       git",
        "ok       identity",
        "logged in",
        "green after",
        "ok       disk",
        "Nothing stands in the way",
    ] {
        assert!(output.stdout.contains(words), "{words}: {}", output.stdout);
    }
    assert!(dirt(&world).is_empty() && !world.at(".specfuse/.loop.lock").exists());
}

#[test]
fn each_problem_is_named_with_its_mend() {
    let world = World::empty();
    has(&world, &[], "git", "problem", "git init");
    has(&world, &[], "plans", "problem", "specfuse-loop init");
    let world = healthy();
    world.write(".specfuse/STOP", "");
    has(&world, &[], "stop file", "problem", "rm .specfuse/STOP");
    let world = healthy();
    world.write(".specfuse/verification.yml", "code:\n  - {name: tests, command: no-such-program --all}\n");
    has(&world, &[], "code/tests", "problem", "no program `no-such-program`");
    world.write(
        ".specfuse/verification.yml",
        "code:\n  - {name: tests, command: 'echo so; echo it is red; exit 3'}\n",
    );
    has(&world, &[], "code/tests", "ok", "echo");
    has(&world, &["--run"], "code/tests", "problem", "it is red");
    world.write(".specfuse/verification.yml", "doc: []\n");
    has(&world, &[], "verification", "problem", "`code` is missing");
    world.write(".specfuse/config", "agent: nobody\n");
    has(&world, &[], "config", "problem", "nobody");
    world.write(".specfuse/config", "agent: codex\n");
    has(&world, &[], "agent codex", "problem", "install it");
    world.write(".specfuse/VERSION", "0.29.1\n");
    has(&world, &[], "scaffold", "note", "specfuse-loop upgrade");
    world.write(".gitignore", ".specfuse/\n");
    has(&world, &[], "place", "problem", ".gitignore");
}

#[test]
fn an_agent_that_is_not_logged_in_is_told_from_one_that_does_not_say() {
    let mut world = healthy();
    program(
        &mut world,
        "claude",
        "[ \"$1\" = --version ] && { echo '2.1.99 (Claude Code)'; exit 0; }\nexit 1\n",
    );
    has(&world, &[], "agent claude", "problem", "claude auth login");
    // An older one would take the words for a prompt, so it is not asked.
    program(
        &mut world,
        "claude",
        "[ \"$1\" = --version ] && { echo '1.0.3'; exit 0; }\ntouch asked; exit 1\n",
    );
    has(&world, &[], "agent claude", "note", "first session");
    assert!(!world.at("asked").exists());
    program(&mut world, "codex", "[ \"$1 $2\" = 'login status' ]\n");
    world.write(".specfuse/config", "agent: codex\n");
    has(&world, &[], "agent codex", "ok", "logged in");
}

#[test]
fn what_runs_left_is_seen() {
    let world = healthy();
    world.write(".specfuse/.loop/FEAT-2026-0009-gone/journal.jsonl", "");
    has(&world, &[], "feature FEAT-2026-0009-gone", "note", "rm -r .specfuse/.loop/FEAT-2026-0009-gone");
    let lane = world.home.join("lane");
    world.git(["worktree", "add", "--quiet", "--detach", &lane.display().to_string()]);
    std::fs::remove_dir_all(&lane).unwrap();
    has(&world, &[], "lanes", "problem", "git worktree prune");
    let mut holder = Command::new("flock")
        .args([
            "--exclusive",
            ".specfuse/.loop.lock",
            "sh",
            "-c",
            "echo \"pid $$ on x since now: held\" > .specfuse/.loop.lock; echo; read line",
        ])
        .current_dir(&world.root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(holder.stdout.as_mut().unwrap()), &mut line)
        .unwrap();
    has(&world, &[], "lock", "note", "held");
    drop(holder.stdin.take());
    holder.wait().unwrap();
    has(&world, &[], "lock", "ok", "no driver");
}
