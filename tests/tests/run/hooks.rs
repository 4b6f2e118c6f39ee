//! The repository's own hooks, identity and signing, as `git commit` has them.

use specfuse_tests::scene::{Plan, Scene};
use std::fs;
use std::os::unix::fs::PermissionsExt;

fn hook(scene: &Scene, name: &str, script: &str) {
    let path = scene.at(format!(".git/hooks/{name}"));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_hook_that_rejects_fails_the_attempt_with_its_words() {
    let scene = Plan::one("[ $attempt = 1 ] && echo tab > src.txt; work; complete src/T01.txt").scene();
    hook(
        &scene,
        "pre-commit",
        "if git diff --cached --name-only | grep -q src.txt; then echo 'no src.txt here, says the hook' >&2; exit 1; fi",
    );
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 squash_commit_failed", "T01 passed"]);
    assert!(scene.prompt("T01", 2).contains("no src.txt here, says the hook"));
    assert!(!scene.at("src.txt").exists());
    assert_eq!(scene.kept_file("T01/1", "src.txt").as_deref(), Some("tab\n"));
    assert_eq!(scene.features(), ["feat: Make T01"]);
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
}

#[test]
fn a_hook_that_changes_files_has_its_way() {
    let scene = Plan::one("work; complete src/T01.txt").scene();
    hook(
        &scene,
        "pre-commit",
        "[ -f src/T01.txt ] && echo formatted >> src/T01.txt && git add src/T01.txt; exit 0",
    );
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 passed"]);
    assert!(scene.git(["show", "HEAD:src/T01.txt"]).starts_with("T01 1\nformatted\n"));
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
}

#[test]
fn a_commit_message_hook_is_heard() {
    let scene = Plan::one("work; complete src/T01.txt").scene();
    hook(&scene, "commit-msg", "echo 'Reviewed-by: a hook' >> \"$1\"");
    scene.expect(0);
    let message = scene.git(["log", "--format=%B", "--grep=^feat: Make T01"]);
    assert!(message.contains("Feature: FEAT-2026-0007/T01\nReviewed-by: a hook"), "{message}");

    let scene = Plan::one("work; complete src/T01.txt").scene();
    hook(&scene, "commit-msg", "grep -q '^JIRA-' \"$1\" || { echo 'name an issue' >&2; exit 1; }");
    let output = scene.expect(1);
    assert_eq!(scene.outcomes(), ["T01 squash_commit_failed", "T01 squash_commit_failed"]);
    assert!(output.stdout.contains("name an issue"), "{}", output.stdout);
    assert_eq!(scene.status("T01"), "blocked_human");
    assert!(!scene.at("src/T01.txt").exists());
    // The driver's own commit was refused, too: its books are in the files, and it says so.
    assert!(output.stdout.contains("not committed"), "{}", output.stdout);
    fs::remove_file(scene.at(".git/hooks/commit-msg")).unwrap();
    // The next run commits its books; then the unit can be set going again.
    scene.expect(1);
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
    let armed = scene.run(["rearm", "T01", "--reason", "the hook is gone", "--reproduced"]);
    assert_eq!(armed.code, Some(0), "{}", armed.stderr);
    scene.expect(0);
    assert_eq!(scene.outcomes()[2..], ["T01 passed", "G1-CLOSE passed"]);
}

#[test]
fn signing_that_is_broken_is_a_refused_commit() {
    let scene = Plan::one("work; complete src/T01.txt").scene();
    scene.git(["config", "commit.gpgsign", "true"]);
    scene.git(["config", "gpg.program", "/nowhere/gpg"]);
    let output = scene.expect(1);
    assert_eq!(scene.outcomes()[0], "T01 squash_commit_failed");
    assert!(output.stdout.contains("gpg"), "{}", output.stdout);
    assert!(scene.kept_file("T01/1", "src/T01.txt").is_some());
    assert_eq!(scene.subjects(), [""; 0]);
    // Mended, the next run goes on from what the files say.
    scene.git(["config", "--unset", "commit.gpgsign"]);
    let again = scene.expect(1);
    assert!(again.stdout.contains("T01: it is blocked"), "{}", again.stdout);
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
}

#[test]
fn a_slow_hook_that_leaves_a_child_holds_nobody_up() {
    let scene = Plan::one("work; complete src/T01.txt").scene();
    hook(&scene, "post-commit", "sleep 3 &\nexit 0");
    let begun = std::time::Instant::now();
    scene.expect(0);
    assert!(begun.elapsed().as_secs() < 20);
    assert_eq!(scene.outcomes(), ["T01 passed"]);
}
