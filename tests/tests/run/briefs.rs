//! Escalations: what a person is told, where it is kept, and what the log says of it.

use specfuse_tests::scene::{Plan, Scene, Unit};

/// The kept brief of the first escalation.
fn brief(scene: &Scene) -> String {
    let payload = scene.payloads("human_escalation").swap_remove(0);
    scene.read(payload["brief"].as_str().expect("it names its brief"))
}

#[test]
fn a_blocked_unit_leaves_a_brief_that_the_log_names() {
    let scene = Plan::one("block 'status: blocked\\nblocked_reason: which of the two keys?'").scene();
    let output = scene.expect(1);
    let brief = brief(&scene);
    for words in [
        "# T01 Make T01: agent_reported_blocked",
        "0 of 2 units finished",
        "which of the two keys?",
        "## Why it is not automatic",
        "specfuse-loop rearm T01",
    ] {
        assert!(brief.contains(words), "{words}: {brief}");
        assert!(output.stdout.contains(words), "{words}: {}", output.stdout);
    }
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
}

#[test]
fn a_brief_shows_what_failed() {
    let check = "[ ! -e src/T01.txt ] || { echo the third wheel is missing; exit 1; }";
    let scene = Plan::one("work; complete").check(check).scene();
    scene.expect(1);
    let brief = brief(&scene);
    assert!(brief.contains("spinning_signature_repeat") && brief.contains("the third wheel"), "{brief}");
    assert!(brief.contains("--reproduced"), "{brief}");
}

#[test]
fn a_persons_step_says_what_is_to_be_done() {
    let scene = Plan::of([Unit::new("T01").kind("human")]).scene();
    let output = scene.expect(1);
    let brief = brief(&scene);
    for words in ["Objective: Make it.", "Acceptance criteria: 1. It is made.", "done T01 --evidence"] {
        assert!(brief.contains(words), "{words}: {brief}");
    }
    assert!(output.stdout.contains("Objective: Make it."), "{}", output.stdout);
}

#[test]
fn a_step_for_a_person_is_done_only_with_evidence() {
    let scene = Plan::of([Unit::new("T01").kind("human")]).scene();
    scene.expect(1);
    let blank = scene.run(["done", "T01", "--evidence", "  "]);
    assert_eq!(blank.code, Some(2), "{}", blank.stderr);
    assert_eq!(scene.status("T01"), "pending");
    let done = scene.run(["done", "T01", "--evidence", "it: works"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert_eq!((scene.status("T01"), scene.key("T01", "evidence")), ("done".into(), "\"it: works\"".into()));
    assert!(scene.git(["log", "-1", "--format=%s"]).contains("T01 done by a person"));
    scene.expect(0);
}
