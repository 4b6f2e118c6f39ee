//! The judge: what it is shown, what it may change, and what happens when it says nothing.

use specfuse_tests::scene::{Plan, Scene, Unit};
use std::fs;

/// A unit and a close that says `met`; the judge does `script`.
fn judged(script: &str) -> Scene {
    let mut plan = Plan::of([Unit::new("T01"), Unit::new("G1-CLOSE").head("auto_close_disabled: true")]);
    plan.judge = true;
    let scene = plan.scene();
    fs::write(scene.home.join("judge"), script).unwrap();
    scene
}

fn judges(scene: &Scene) -> usize {
    fs::read_to_string(scene.home.join("judges")).unwrap_or_default().lines().count()
}

fn told(scene: &Scene) -> String {
    fs::read_to_string(scene.home.join("prompts/G1-CLOSE-1-judge")).unwrap()
}

#[test]
fn a_judge_that_agrees_lets_the_feature_finish() {
    let scene = judged("");
    scene.expect(0);
    assert_eq!((judges(&scene), scene.key_in("PLAN.md", "status")), (1, "done".into()));
    let judged = &scene.payloads("judged")[0];
    assert_eq!((&judged["verdict"], &judged["lowered"]), (&"met".into(), &false.into()));
    let told = told(&scene);
    for words in ["It is made.", "It is.", "src/T01.txt", "+T01 1", "T01: done", "`plan` passed"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    // Its session counts: the close's own and the judge's.
    assert_eq!(scene.key("G1-CLOSE", "cost_usd"), "0.5");
}

#[test]
fn a_judge_sees_the_work_and_not_the_verdict() {
    // It looks for the verdict where it sits, and tries to change the work.
    let scene = judged(
        "judge() { grep -rl 'verdict: met' . > \"$HOME/seen\"; cat src/T01.txt >> \"$HOME/seen\"; \
         echo spoilt > src/T01.txt; block 'verdict: met'; }",
    );
    scene.expect(0);
    assert_eq!(fs::read_to_string(scene.home.join("seen")).unwrap(), "T01 1\n");
    assert!(!told(&scene).contains("Nothing generalizes"));
    assert_eq!(scene.read("src/T01.txt"), "T01 1\n");
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
    assert_eq!(scene.git(["worktree", "list"]).lines().count(), 1);
}

#[test]
fn a_judge_lowers_the_verdict_and_leaves_follow_ups() {
    let scene = judged(
        "judge() { block 'verdict: not_met\\nreasons: [no manual]\\nfollow_ups: [write the manual]'; }",
    );
    let output = scene.expect(1);
    assert_eq!(scene.outcomes(), ["T01 passed", "G1-CLOSE passed"]);
    assert_eq!(
        (scene.key("G1-CLOSE", "verdict"), scene.status("G1-CLOSE")),
        ("not_met".into(), "done".into())
    );
    assert_eq!(scene.key_in("PLAN.md", "status"), "active");
    assert_eq!(scene.key_in("GATE-01.md", "status"), "awaiting_review");
    let follow_ups = scene.read(format!("{}/FOLLOW-UPS.md", scene.folder));
    assert!(follow_ups.contains("no manual\n\n- write the manual"), "{follow_ups}");
    assert!(output.stdout.contains("no manual"), "{}", output.stdout);
    assert_eq!(scene.payloads("followups_recorded").len(), 1);
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
    let commit = scene.git(["show", "--format=%s", "--name-only", "HEAD~1"]);
    assert!(commit.contains("feat: Make G1-CLOSE") && commit.contains("FOLLOW-UPS.md"), "{commit}");
}

#[test]
fn a_judge_that_says_nothing_confirms_nothing() {
    let scene = judged("judge() { exit 7; }");
    scene.expect(1);
    assert_eq!(judges(&scene), 2);
    assert_eq!(scene.key("G1-CLOSE", "verdict"), "not_met");
    let follow_ups = scene.read(format!("{}/FOLLOW-UPS.md", scene.folder));
    assert!(
        follow_ups.contains("gave no answer") && follow_ups.contains("--recheck-verdict"),
        "{follow_ups}"
    );
}

#[test]
fn a_verdict_of_not_met_and_a_plan_without_judge_are_not_judged() {
    let scene = judged("");
    scene.play("case $unit in T*) work; complete;; *) close not_met; complete;; esac");
    scene.expect(1);
    assert_eq!(judges(&scene), 0);
    let mut plan = Plan::of([Unit::new("T01"), Unit::new("G1-CLOSE").head("auto_close_disabled: true")]);
    plan.judge = false;
    let scene = plan.scene();
    scene.expect(0);
    assert_eq!(judges(&scene), 0);
}

#[test]
fn a_verdict_is_looked_at_again_and_nothing_else_is_done() {
    let plan = Plan::of([Unit::new("T01"), Unit::new("G1-CLOSE").head("auto_close_disabled: true")]);
    let scene = plan.agent("case $unit in T*) work; complete;; *) close not_met; complete;; esac").scene();
    let recheck = || scene.run(["run", "--recheck-verdict", specfuse_tests::scene::FEATURE]);
    let early = recheck();
    assert_eq!(early.code, Some(1), "{}", early.stderr);
    assert!(early.stdout.contains("not complete") && scene.sessions().is_empty(), "{}", early.stdout);
    scene.expect(1);
    let (commits, sessions) = (scene.subjects().len(), scene.sessions().len());
    let still = recheck();
    assert_eq!(still.code, Some(1), "{}", still.stderr);
    assert!(still.stdout.contains("`not_met`; nothing was changed"), "{}", still.stdout);
    assert_eq!(scene.subjects().len(), commits);
    let close = format!("{}/WU-G1-CLOSE.md", scene.folder);
    scene.write(&close, scene.read(&close).replace("verdict: not_met", "verdict: met"));
    scene.git(["commit", "--quiet", "--all", "--message=Met after all"]);
    let now = recheck();
    assert_eq!(now.code, Some(0), "{}\n{}", now.stdout, now.stderr);
    assert_eq!(scene.sessions().len(), sessions);
    assert_eq!(scene.subjects().last().map(String::as_str), Some("chore(loop): finish the feature"));
    let stands = (scene.key_in("GATE-01.md", "status"), scene.key_in("PLAN.md", "status"));
    assert_eq!(stands, ("passed".into(), "done".into()));
    assert!(scene.read(".specfuse/roadmap-archive.md").contains("## FEAT-2026-0007"));
    let again = recheck();
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    assert!(again.stdout.contains("done already"), "{}", again.stdout);
}

#[test]
fn a_stop_file_says_that_it_is_there() {
    let scene = Plan::one("work; touch .specfuse/STOP; complete").scene();
    let output = scene.expect(1);
    assert!(output.stdout.contains("Remove it and run again"), "{}", output.stdout);
    assert_eq!(scene.outcomes(), ["T01 passed"]);
    assert_eq!(scene.drive().code, Some(1));
    fs::remove_file(scene.at(".specfuse/STOP")).unwrap();
    scene.expect(0);
}
