//! What was red before an attempt, what stays from the best of several, and the whole set before closing.

use specfuse_tests::scene::{Plan, Scene, Unit, sets};

/// A scene whose check is red until `mended` is there.
fn red(agent: &str) -> Scene {
    let check =
        "[ -e mended ] || { echo 'FAILED tests/test_a.py::test_old - x'; touch left-by-check; exit 1; }";
    Plan::one(agent).check(check).scene()
}

#[test]
fn what_was_red_before_is_refunded_and_halts_the_gate() {
    let scene = red("work; echo x > README.md; complete src/T01.txt README.md");
    scene.write("mine.txt", "a person's\n");
    let output = scene.expect(1);
    assert_eq!(scene.escalations(), ["preexisting_gate_failure"]);
    assert_eq!((scene.status("T01"), scene.key("T01", "attempts")), ("pending".into(), "0".into()));
    assert!(output.stdout.contains("test_old"), "{}", output.stdout);
    let outcome = &scene.payloads("attempt_outcome")[0];
    assert_eq!((&outcome["outcome"], &outcome["refunded"]), (&"failed".into(), &true.into()));
    let blamed = &scene.payloads("baseline_attribution")[0];
    assert_eq!((&blamed["preexisting"], &blamed["failing_gates"]), (&true.into(), &vec!["tests"].into()));
    assert!(scene.key_in("GATE-01.md", "baseline").contains("tests"));
    // The cost counts, the work is kept, and what the person and the checks left is as it was.
    assert_eq!(scene.key("T01", "cost_usd"), "0.25");
    assert_eq!(scene.kept_file("T01/1", "src/T01.txt").as_deref(), Some("T01 1\n"));
    assert_eq!(scene.kept_file("T01/1-baseline", "left-by-check").as_deref(), Some(""));
    assert_eq!(
        (scene.read("mine.txt"), scene.read("README.md")),
        ("a person's\n".into(), "A scene.\n".into())
    );
    assert_eq!(scene.dirt(), ["?? mine.txt"]);
    // Run again: no session, no second call.
    scene.expect(1);
    assert_eq!(scene.sessions().len(), 1);
    assert_eq!(scene.escalations().len(), 1);
    scene.write("mended", "");
    scene.git(["add", "mended"]);
    scene.git(["commit", "--quiet", "--message=Mend"]);
    scene.expect(0);
    assert_eq!(scene.outcomes()[..2], ["T01 failed", "T01 passed"]);
}

#[test]
fn an_attempt_that_breaks_what_was_green_is_charged_and_the_tree_is_looked_at_once() {
    let check = "echo ran >> \"$HOME/ran\"; [ ! -e src/T01.txt ] || { cat src/T01.txt; exit 1; }";
    let scene = Plan::one("mkdir -p src; echo \"error: no $attempt\" | tr 123 abc > src/T01.txt; complete")
        .check(check)
        .scene();
    scene.expect(1);
    assert_eq!(scene.escalations()[0], "spinning_detected");
    let blamed = scene.payloads("baseline_attribution");
    assert_eq!(blamed.len(), 3);
    assert!(blamed.iter().all(|payload| payload["preexisting"] == false));
    let ran = std::fs::read_to_string(scene.home.join("ran")).unwrap();
    assert_eq!(ran.lines().count(), 4, "three attempts, one look at the tree before them");
}

#[test]
fn without_the_probe_every_failure_is_the_attempts() {
    let mut plan = Plan::one("work; complete").check("echo 'error: red'; exit 1");
    plan.verification.push_str("baseline_probe: false\n");
    let scene = plan.scene();
    scene.expect(1);
    assert_eq!(scene.escalations()[0], "spinning_signature_repeat");
    assert!(scene.payloads("baseline_attribution").is_empty());
}

/// A unit that iterates: its check counts the lines of `todo.txt`.
fn iterating(lines: &str) -> Scene {
    let agent = format!(
        "cat todo.txt >> \"$HOME/began\"; echo - >> \"$HOME/began\"; set -- {lines}; shift $((attempt - 1)); seq $1 > todo.txt; echo $attempt > by.txt; complete todo.txt"
    );
    let mut plan = Plan::one(&agent).check("[ ! -s todo.txt ] || { echo \"error: some are left\"; exit 1; }");
    plan.verification += "todo:\n  - {name: todo, command: 'echo \"FINDINGS: $(wc -l < todo.txt)\"'}\n";
    plan.gates[0][0] = Unit::new("T01").head("iterate_on_failure: true\noracles: todo\nmax_attempts: 8");
    let scene = plan.files();
    scene.write("todo.txt", "1\n2\n3\n4\n5\n");
    scene.write("mine.txt", "");
    scene.git(["add", "--all"]);
    scene.git(["commit", "--quiet", "--message=Start"]);
    scene.write("mine.txt", "a person's\n");
    scene
}

/// How many lines each session found.
fn began(scene: &Scene) -> Vec<usize> {
    let text = std::fs::read_to_string(scene.home.join("began")).unwrap();
    text.split("-\n").map(|part| part.lines().count()).take(text.matches("-\n").count()).collect()
}

#[test]
fn while_findings_fall_each_session_goes_on_from_the_best() {
    let scene = iterating("4 2 3 0");
    scene.expect(0);
    assert_eq!(scene.outcomes()[..4], ["T01 failed", "T01 failed", "T01 failed", "T01 passed"]);
    assert_eq!(began(&scene), [5, 4, 2, 2]);
    assert!(scene.prompt("T01", 2).contains("left 4 findings"), "{}", scene.prompt("T01", 2));
    assert_eq!(scene.read("todo.txt"), "");
    assert_eq!(scene.git(["show", "--format=", "--name-only", "HEAD~0", "--", "mine.txt"]), "");
    assert_eq!(scene.dirt(), [" M mine.txt"]);
}

#[test]
fn an_attempt_that_makes_it_worse_leaves_nothing() {
    let scene = iterating("9 2 0");
    scene.expect(0);
    assert_eq!(began(&scene), [5, 5, 2]);
}

#[test]
fn twice_no_fewer_findings_is_a_plateau() {
    let scene = iterating("4 2 2 3 0");
    scene.expect(1);
    assert_eq!(scene.escalations()[0], "convergence_plateau");
    assert_eq!(scene.sessions().len(), 4);
    assert_eq!(scene.read("todo.txt").lines().count(), 5);
    assert_eq!(scene.kept_file("T01/2", "todo.txt").as_deref(), Some("1\n2\n"));
    assert_eq!(scene.dirt(), [" M mine.txt"]);
}

#[test]
fn what_a_person_changed_meanwhile_is_not_overwritten_by_the_best() {
    let scene = iterating("4 2 0");
    // The person stops the run after the first attempt and mends the file by hand.
    scene.play("touch .specfuse/STOP; seq 4 > todo.txt; complete todo.txt");
    scene.expect(1);
    std::fs::remove_file(scene.at(".specfuse/STOP")).unwrap();
    scene.write("todo.txt", "by hand\n");
    scene.git(["commit", "--quiet", "--message=By hand", "todo.txt"]);
    scene.play("cat todo.txt > \"$HOME/found\"; : > todo.txt; work; complete");
    scene.expect(0);
    assert_eq!(std::fs::read_to_string(scene.home.join("found")).unwrap(), "by hand\n");
}

#[test]
fn the_whole_set_runs_once_before_closing_and_again_when_the_tree_changed() {
    let agent = "case $unit in T*) work; complete;; *) [ -e allowed ] || exit 1; close met; complete;; esac";
    let mut plan = Plan::of([Unit::new("T01")]).agent(agent);
    plan.verification = sets("true").replacen(
        "doc:",
        "  - {name: slow, tier: broad, command: 'echo slow >> \"$HOME/slow\"; touch left'}\ndoc:",
        1,
    );
    plan.head = "auto_close_disabled: true\n".into();
    let scene = plan.scene();
    let ran = || std::fs::read_to_string(scene.home.join("slow")).unwrap_or_default().lines().count();
    scene.expect(1);
    assert_eq!((ran(), scene.status("G1-CLOSE").as_str()), (1, "blocked_human"));
    assert!(
        scene.key_in("GATE-01.md", "broad_run").contains("passed: true")
            || scene.key_in("GATE-01.md", "broad_run").contains("\"passed\"")
    );
    let again = || {
        let armed = scene.run(["rearm", "G1-CLOSE", "--reason", "again"]);
        assert_eq!(armed.code, Some(0), "{}", armed.stderr);
    };
    again();
    scene.expect(1);
    assert_eq!(ran(), 1, "nothing has changed");
    again();
    scene.write("allowed", "");
    scene.expect(0);
    assert_eq!(ran(), 2);
}
