//! `specfuse-loop chaos`: drivers killed with SIGKILL at some of their steps and at random moments, over the demo
//! plan and a generated one.

use specfuse_tests::world::World;

#[test]
fn killed_runs_come_to_what_undisturbed_ones_come_to() {
    let world = World::empty();
    for (plan, random, name) in [("demo", "2", "The demo plan: "), ("2", "2", "Generated plan 2 (")] {
        let args = ["chaos", "--plan", plan, "--every", "45", "--random", random, "--dir", "scratch"];
        let output = world.run(args);
        assert_eq!(output.code, Some(0), "{}\n{}", output.stdout, output.stderr);
        assert!(output.stdout.contains(name), "{}", output.stdout);
        assert!(output.stdout.contains("always the same end"), "{}", output.stdout);
        assert!(!output.stdout.contains("killed at 0 steps"), "{}", output.stdout);
        assert!(!world.at("scratch").exists(), "the scratch repositories are left behind");
    }
}

#[test]
fn a_plan_that_is_not_known_is_refused() {
    let world = World::empty();
    let output = world.run(["chaos", "--plan", "all"]);
    assert_eq!(output.code, Some(2));
    assert!(output.stderr.contains("\"all\" is no plan of chaos"), "{}", output.stderr);
    world.write("scratch/mine.txt", "A person's.\n");
    let output = world.run(["chaos", "--plan", "demo", "--dir", "scratch"]);
    assert_eq!(output.code, Some(2));
    assert!(output.stderr.contains("is not empty"), "{}", output.stderr);
    assert_eq!(world.read("scratch/mine.txt"), "A person's.\n");
}
