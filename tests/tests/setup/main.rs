//! Setting a repository up, as whole programs: `init`, `upgrade`, `new` and what comes of them.

#![allow(clippy::unwrap_used, reason = "what is not as expected fails the test")]

mod adopt;
mod doctor;
mod new;
mod scaffold;
mod stacks;

use specfuse_tests::world::{Output, World};
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// A repository with one commit.
fn repository() -> World {
    let world = World::repository();
    world.write("README.md", "A project.\n");
    commit(&world, "Start");
    world
}

/// Commits all that stands in the repository.
fn commit(world: &World, message: &str) {
    world.git(["add", "--all"]);
    world.git(["commit", "--quiet", "--message", message]);
}

/// Runs a command that must succeed; what it printed.
fn ok(world: &World, args: &[&str]) -> Output {
    let output = world.run(args);
    assert_eq!(output.code, Some(0), "{args:?}: {}\n{}", output.stdout, output.stderr);
    output
}

/// What `git status` says, one line a path.
fn dirt(world: &World) -> Vec<String> {
    let status = world.git(["status", "--porcelain", "--untracked-files=all"]);
    status.lines().map(str::to_owned).collect()
}

/// Puts a program, a piece of shell, in front of all others.
fn program(world: &mut World, name: &str, script: &str) {
    let folder = world.home.join("bin");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let usual = std::env::var_os("PATH").unwrap_or_default();
    let all = std::env::join_paths([folder].into_iter().chain(std::env::split_paths(&usual))).unwrap();
    world.set("PATH", all);
}
