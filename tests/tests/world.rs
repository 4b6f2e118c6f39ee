//! The sealed world of whole-program tests is sealed.

use specfuse_tests::world::World;

#[test]
fn commands_see_only_their_own_world() {
    let world = World::repository();
    world.write(".specfuse/note.md", "a note\n");
    world.git(["add", "."]);
    world.git(["commit", "--quiet", "--message", "First"]);
    assert_eq!(world.git(["log", "--format=%an %at"]), "A Person 1772600767\n");
    assert_eq!(world.read(".specfuse/note.md"), "a note\n");
}

#[test]
fn both_programs_are_built_and_answer() {
    let world = World::empty();
    for output in [world.run(["--version"]), world.lint(["--version"])] {
        assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""));
        assert!(output.stdout.ends_with(&format!(" {}\n", env!("CARGO_PKG_VERSION"))), "{}", output.stdout);
    }
}
