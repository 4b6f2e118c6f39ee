//! `specfuse-loop chaos`: drivers killed with SIGKILL at some of their steps and at random moments, over the demo
//! plan, a generated one and a person's; with lanes, too.

use specfuse_tests::scene::{Plan, Unit};
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
fn lanes_that_are_killed_come_to_what_undisturbed_ones_come_to() {
    let world = World::empty();
    let args = ["chaos", "--plan", "5", "--lanes", "3", "--every", "30", "--random", "2", "--dir", "scratch"];
    let output = world.run(args);
    assert_eq!(output.code, Some(0), "{}\n{}", output.stdout, output.stderr);
    assert!(output.stdout.contains("always the same end"), "{}", output.stdout);
    assert!(!output.stdout.contains("killed at 0 steps"), "{}", output.stdout);
}

#[test]
fn a_persons_plan_is_played_from_its_beginning_and_left_as_it_is() {
    let unit = |name: &str, head: &str| {
        Unit::new(name).status("done").head(&format!("attempts: 2\ncost_usd: 3.5\n{head}\n"))
    };
    let plan = Plan::of([
        unit("T01", "produces:\n  - src/one.txt\n  - docs/**/*.md"),
        Unit::new("T02").kind("human").after(&["T01"]),
        unit("T03", "produces:\n  - src/one.txt").after(&["T02"]),
    ]);
    let scene = plan.check("false").scene();
    let before = scene.git(["status", "--porcelain"]);
    let scratch = scene.home.join("scratch").to_string_lossy().into_owned();
    let args = ["chaos", "--plan", &scene.folder, "--every", "40", "--random", "1", "--dir", &scratch];
    let output = scene.run(args);
    assert_eq!(output.code, Some(0), "{}\n{}", output.stdout, output.stderr);
    assert!(output.stdout.contains("The plan FEAT-"), "{}", output.stdout);
    assert!(output.stdout.contains("always the same end"), "{}", output.stdout);
    assert!(!output.stdout.contains("killed at 0 steps"), "{}", output.stdout);
    assert_eq!(scene.git(["status", "--porcelain"]), before);
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
