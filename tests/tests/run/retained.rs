//! Work that stands in the checkout for the next attempt, while the driver writes into the same files: its commits
//! hold its own words, and the unit's commit the rest.

use super::killed::{send, start};
use super::wait_for;
use specfuse_tests::scene::{Plan, Scene, Unit};

/// A close whose first session works and claims too much, and whose second one waits for the person to end it.
/// Further sessions do `later`.
fn ended(later: &str) -> Scene {
    let mut plan = Plan::of([Unit::new("T01"), Unit::new("G1-CLOSE").head("auto_close_disabled: true")]);
    plan.agent = format!(
        "case $unit in T*) work; complete src/T01.txt; exit;; esac\n\
         case $(grep -c '^G1-CLOSE' \"$HOME/sessions\") in\n\
         1) close met; complete LICENSE;;\n\
         2) echo half > half.txt; touch \"$HOME/running\"; sleep 60;;\n\
         *) {later};;\nesac\n"
    );
    let scene = plan.scene();
    let driver = start(&scene);
    wait_for(&scene.home.join("running"));
    send("-INT", &driver);
    std::thread::sleep(std::time::Duration::from_millis(100));
    send("-INT", &driver);
    assert_eq!(driver.wait_with_output().unwrap().status.code(), Some(1));
    assert_eq!(scene.outcomes()[1..], ["G1-CLOSE files_changed_mismatch", "G1-CLOSE interrupted"]);
    scene
}

/// A close that claims too much and thereby spends its gate's budget: its work stands while a person raises the
/// budget, and works beside it. Further sessions do `later`.
fn braked(later: &str) -> Scene {
    let mut plan = Plan::of([Unit::new("T01"), Unit::new("G1-CLOSE").head("auto_close_disabled: true")]);
    plan.gate_head = "cost_budget_usd: 0.40\n".into();
    plan.agent = format!(
        "case $unit in T*) work; complete src/T01.txt; exit;; esac\n\
         case $(grep -c '^G1-CLOSE' \"$HOME/sessions\") in 1) close met; complete LICENSE;; *) {later};; esac\n"
    );
    let scene = plan.scene();
    scene.expect(1);
    assert_eq!(scene.escalations(), ["gate_budget_exceeded_post_dispatch"]);
    assert_eq!(scene.outcomes()[1..], ["G1-CLOSE files_changed_mismatch"]);
    let gate = format!("{}/GATE-01.md", scene.folder);
    assert!(scene.read(&gate).contains("broad_run"), "{}", scene.read(&gate));
    scene.write(&gate, scene.read(&gate).replace("awaiting_review", "open").replace("0.40", "4.00"));
    scene.git(["commit", "--quiet", "--message=Raise", &gate]);
    scene.write("mine.txt", "A person's.\n");
    scene.write("src/T01.txt", "Edited by a person.\n");
    scene
}

/// What a person did while work stood is there, and theirs.
fn is_theirs(scene: &Scene) {
    assert_eq!(scene.dirt(), [" M src/T01.txt", "?? mine.txt"]);
    assert_eq!(scene.read("src/T01.txt"), "Edited by a person.\n");
    assert!(committed(scene, "GATE-01.md").contains("cost_budget_usd: 4.00"));
}

#[test]
fn what_a_person_did_while_work_stood_is_no_part_of_it() {
    let scene = braked("complete");
    scene.expect(0);
    assert_eq!(scene.outcomes().last().map(String::as_str), Some("G1-CLOSE passed"));
    assert!(committed(&scene, "RETROSPECTIVE.md").contains("Nothing generalizes"));
    is_theirs(&scene);
}

#[test]
fn what_a_person_did_while_work_stood_is_not_given_up_with_it() {
    let scene = braked("exit 1");
    scene.expect(1);
    assert_eq!(scene.status("G1-CLOSE"), "blocked_human");
    assert_eq!(scene.key("G1-CLOSE", "verdict"), "");
    is_theirs(&scene);
}

fn committed(scene: &Scene, name: &str) -> String {
    scene.git(["show", &format!("HEAD:{}/{name}", scene.folder)])
}

#[test]
fn a_commit_of_the_drivers_takes_no_unverified_work_along() {
    let scene = ended("complete");
    let (told, unit) = (committed(&scene, "RETROSPECTIVE.md"), committed(&scene, "WU-G1-CLOSE.md"));
    assert!(told.contains("## Gate 1") && !told.contains("Nothing generalizes"), "{told}");
    assert!(unit.contains("attempts: 1") && !unit.contains("verdict: met"), "{unit}");
    assert!(scene.read(format!("{}/RETROSPECTIVE.md", scene.folder)).contains("Nothing generalizes"));
    assert_eq!(scene.key("G1-CLOSE", "verdict"), "met");
    assert!(!scene.at("half.txt").exists());
    // The work that stands is the next attempt's, and is committed with it.
    scene.expect(0);
    assert_eq!(scene.outcomes().last().map(String::as_str), Some("G1-CLOSE passed"));
    assert!(committed(&scene, "RETROSPECTIVE.md").contains("Nothing generalizes"));
    assert!(committed(&scene, "WU-G1-CLOSE.md").contains("verdict: met"));
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
}

#[test]
fn standing_work_that_is_given_up_leaves_the_plan_as_committed() {
    let scene = ended("exit 1");
    scene.expect(1);
    assert_eq!(scene.status("G1-CLOSE"), "blocked_human");
    assert_eq!(scene.key("G1-CLOSE", "verdict"), "");
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
    let kept = format!("{}/RETROSPECTIVE.md", scene.folder);
    assert!(scene.kept_file("G1-CLOSE/1", &kept).is_some_and(|text| text.contains("Nothing generalizes")));
}
