//! What a retry need not do again, and what sessions are told of what is there.

use specfuse_tests::scene::{Plan, Scene};
use std::fs;

const CHECKS: &str = "code:\n  - name: tests\n    command: 'echo whole >> \"$HOME/ran\"'\n    narrow_command: 'echo narrow {tests} >> \"$HOME/ran\"'\n    narrow_selection: {test_roots: [src], item_template: '{path}'}\n\
doc:\n  - name: doc\n    command: 'true'\nplannext:\n  - name: plan\n    command: 'true'\n";

/// Runs a session that claims too much, and then one that does `then`; what the checks of `T01` ran.
fn ran(then: &str, more: &str) -> (Scene, Vec<String>) {
    let mut plan = Plan::one(&format!("if [ $attempt = 1 ]; then work; complete LICENSE; else {then}; fi"));
    plan.verification = format!("{CHECKS}{more}");
    let scene = plan.scene();
    scene.expect(0);
    assert_eq!(scene.outcomes()[..2], ["T01 files_changed_mismatch", "T01 passed"]);
    let ran = fs::read_to_string(scene.home.join("ran")).unwrap();
    (scene, ran.lines().filter(|line| line.starts_with("narrow")).map(str::to_owned).collect())
}

#[test]
fn a_narrow_check_that_was_green_on_this_very_tree_is_not_run_again() {
    let paperwork = "complete src/T01.txt";
    assert_eq!(ran(paperwork, "").1, ["narrow src/T01.txt"]);
    // What is called done was verified: another tree, or another selection, is looked at.
    assert_eq!(ran("work; complete src/T01.txt", "").1, ["narrow src/T01.txt"; 2]);
    assert_eq!(
        ran("echo more > src/more.txt; complete src/T01.txt src/more.txt", "").1,
        ["narrow src/T01.txt", "narrow src/T01.txt src/more.txt"]
    );
    assert_eq!(ran("echo beside > beside.txt; complete src/T01.txt", "").1, ["narrow src/T01.txt"; 2]);
    let never = "defaults:\n  carry_forward_narrow_greens: false\n";
    assert_eq!(ran(paperwork, never).1, ["narrow src/T01.txt"; 2]);
}

#[test]
fn skills_are_named_where_the_project_wants_it() {
    let told = |more: &str| {
        let mut plan = Plan::one("work; complete src/T01.txt");
        plan.verification += more;
        let scene = plan.files();
        scene.write(
            ".claude/skills/migrate/SKILL.md",
            "---\nname: migrate\ndescription: Writes a migration.\n---\n",
        );
        scene.git(["add", "--all"]);
        scene.git(["commit", "--quiet", "--message=Start"]);
        scene.expect(0);
        scene.prompt("T01", 1)
    };
    let named = "- migrate (`.claude/skills/migrate/SKILL.md`): Writes a migration.";
    assert!(told("dispatch_skills: true\n").contains(named));
    assert!(told("defaults:\n  dispatch_skills: true\n").contains(named));
    assert!(!told("").contains("migrate"));
}
