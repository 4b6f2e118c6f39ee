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
