//! Setting a repository up, as whole programs: `init`, `upgrade`, `new` and what comes of them.

#![allow(clippy::unwrap_used, reason = "what is not as expected fails the test")]

mod new;
mod scaffold;

use specfuse_tests::world::{Output, World};

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
