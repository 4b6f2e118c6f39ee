//! What sessions that plan are told of the work of others, and what is said on GitHub at the end, through a fake
//! `gh` and real branches.

use specfuse_tests::scene::{Plan, Scene, Unit};
use std::fs;

fn closing() -> Plan {
    Plan::of([Unit::new("T01"), Unit::new("G1-CLOSE").head("auto_close_disabled: true")])
}

fn fake_gh(scene: &mut Scene, script: &str) {
    scene.put_program("gh", &format!("#!/bin/sh\n{script}\n"));
}

#[test]
fn a_planning_session_is_told_of_pull_requests_and_branches() {
    let mut scene = closing().scene();
    fake_gh(
        &mut scene,
        "echo \"$*\" > \"$HOME/asked\"; echo '[{\"number\":12,\"title\":\"Greet  in Greek\",\"headRefName\":\"greek\"}]'",
    );
    scene.git(["branch", "behind"]);
    scene.git(["switch", "--quiet", "-c", "other"]);
    scene.git(["commit", "--quiet", "--allow-empty", "--message=Half a manual"]);
    scene.git(["switch", "--quiet", "main"]);
    scene.expect(0);
    let prompt = scene.prompt("G1-CLOSE", 1);
    for words in ["# In flight", "#12 Greet in Greek (greek)", "other: 1 commit(s), last: Half a manual"] {
        assert!(prompt.contains(words), "{words}: {prompt}");
    }
    assert!(!prompt.contains("behind:") && !prompt.contains("feat/scene:"), "{prompt}");
    assert!(!scene.prompt("T01", 1).contains("# In flight"));
    assert!(fs::read_to_string(scene.home.join("asked")).unwrap().starts_with("pr list --state open"));
}

#[test]
fn a_gh_that_fails_or_talks_nonsense_stops_nothing() {
    for script in ["echo '[{]'", "echo '[]'; exit 4"] {
        let mut scene = closing().scene();
        fake_gh(&mut scene, script);
        scene.expect(0);
        assert!(scene.prompt("G1-CLOSE", 1).contains("Not known here."));
    }
}

/// Keeps each word that it is given on a line of its own, and answers as GitHub would.
const ISSUES: &str =
    "printf '%s\n' \"$@\" >> \"$HOME/asked\"; [ \"$1\" = issue ] && echo https://github.com/o/r/issues/7";

#[test]
fn what_remains_after_the_merge_becomes_an_issue_where_that_is_wanted() {
    let with = |wanted: bool, script: &str| {
        let mut scene = Plan::of([Unit::new("T01"), Unit::new("G1-CLOSE")]).files();
        let plan = format!("{}/PLAN.md", scene.folder);
        scene.write(&plan, format!("{}\n## Post-merge checklist\n\n- Tell the users.\n", scene.read(&plan)));
        let sets = scene.read(".specfuse/verification.yml");
        scene
            .write(".specfuse/verification.yml", format!("{sets}defaults: {{post_merge_issue: {wanted}}}\n"));
        scene.git(["add", "--all"]);
        scene.git(["commit", "--quiet", "--message=Start"]);
        fake_gh(&mut scene, script);
        let output = scene.expect(0);
        (output.stdout, fs::read_to_string(scene.home.join("asked")).unwrap_or_default())
    };
    let (said, asked) = with(true, ISSUES);
    assert!(said.contains("What remains after the merge is in https://github.com/o/r/issues/7"), "{said}");
    assert!(asked.contains("issue\ncreate\n--title\nAfter the merge of FEAT-2026-0007: "), "{asked}");
    assert!(asked.contains("\n- Tell the users.\n"), "{asked}");
    let (said, _) = with(true, "echo 'not logged in' >&2; exit 4");
    assert!(
        said.contains("No issue was opened for the Post-merge checklist") && said.contains("not logged in"),
        "{said}"
    );
    let (said, asked) = with(false, ISSUES);
    assert!(!said.contains("issues/7") && !asked.contains("create"), "{said}{asked}");
}
