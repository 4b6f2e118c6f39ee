//! What sessions that plan are told of the work of others, through a fake `gh` and real branches.

use specfuse_tests::scene::{Plan, Scene, Unit};
use std::fs;
use std::os::unix::fs::PermissionsExt;

fn closing() -> Plan {
    Plan::of([Unit::new("T01"), Unit::new("G1-CLOSE").head("auto_close_disabled: true")])
}

/// Puts a program `gh` in front of all others.
fn fake_gh(scene: &mut Scene, script: &str) {
    let folder = scene.world.home.join("bin");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("gh"), format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(folder.join("gh"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    scene.world.set("PATH", format!("{}:{path}", folder.display()));
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
