//! A person works in the same checkout: their files stay theirs, byte for byte.

use specfuse_tests::scene::{Plan, Unit};
use std::fs;

#[test]
fn a_persons_files_are_neither_reset_nor_committed() {
    let agent = "if [ $attempt = 1 ]; then echo bad > README.md; echo bad > theirs.txt; rm staged.txt; else work; fi; complete";
    let scene = Plan::one(agent).check("! grep bad README.md").scene();
    scene.write("tracked.txt", "one\ntwo\n");
    scene.git(["add", "tracked.txt"]);
    scene.git(["commit", "--quiet", "--message=Add a file"]);
    scene.write("tracked.txt", "one\r\ntwo, edited\0");
    scene.write("README.md", "Mine now.\n");
    scene.write("staged.txt", "staged\n");
    scene.git(["add", "staged.txt"]);
    scene.write("staged.txt", "staged\nand more\n");
    scene.write("theirs.txt", "untracked\n");
    scene.write("cache.ignored", "ignored\n");
    let (dirt, staged) = (scene.dirt(), scene.git(["diff", "--cached"]));
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 failed", "T01 passed"]);
    assert_eq!(fs::read(scene.at("tracked.txt")).unwrap(), b"one\r\ntwo, edited\0");
    assert_eq!(scene.read("README.md"), "Mine now.\n");
    assert_eq!(scene.read("staged.txt"), "staged\nand more\n");
    assert_eq!(scene.read("theirs.txt"), "untracked\n");
    assert_eq!(scene.read("cache.ignored"), "ignored\n");
    assert_eq!((scene.dirt(), scene.git(["diff", "--cached"])), (dirt, staged));
    let committed = scene.git(["diff", "--name-only", "main..HEAD"]);
    for name in ["tracked.txt", "README.md", "staged.txt", "theirs.txt", "cache.ignored"] {
        assert!(!committed.contains(name), "{name} was committed: {committed}");
    }
    // What the failed attempt did to them is kept.
    assert_eq!(scene.kept_file("T01/1", "theirs.txt").as_deref(), Some("bad\n"));
    assert_eq!(scene.kept_file("T01/1-start", "README.md").as_deref(), Some("Mine now.\n"));
}

#[test]
fn a_commit_takes_only_the_sessions_part_of_a_file() {
    let text = |first: &str, last: &str| format!("{first}\n\n\nmiddle\n\n\n{last}\n");
    let agent = "sed -i 's/^last$/last, by the session/' shared.txt; complete shared.txt";
    let scene = Plan::one(agent).scene();
    scene.write("shared.txt", text("first", "last"));
    scene.git(["add", "shared.txt"]);
    scene.git(["commit", "--quiet", "--message=Add a file"]);
    scene.write("shared.txt", text("first, by a person", "last"));
    scene.expect(0);
    assert_eq!(scene.read("shared.txt"), text("first, by a person", "last, by the session"));
    assert_eq!(scene.git(["show", "HEAD:shared.txt"]), text("first", "last, by the session"));
    assert_eq!(scene.dirt(), [" M shared.txt"]);
}

#[test]
fn edits_on_the_same_lines_fail_the_attempt_and_come_back() {
    let agent = "echo 'by the session' > shared.txt; complete shared.txt";
    let scene = Plan::one(agent).scene();
    scene.write("shared.txt", "as committed\n");
    scene.git(["add", "shared.txt"]);
    scene.git(["commit", "--quiet", "--message=Add a file"]);
    scene.write("shared.txt", "by a person\n");
    let output = scene.expect(1);
    assert_eq!(scene.outcomes()[0], "T01 squash_commit_failed");
    assert!(output.stdout.contains("shared.txt"), "{}", output.stdout);
    assert_eq!(scene.read("shared.txt"), "by a person\n");
    assert_eq!(scene.dirt(), [" M shared.txt"]);
    assert_eq!(scene.kept_file("T01/1", "shared.txt").as_deref(), Some("by the session\n"));
}

#[test]
fn an_untracked_file_of_a_person_that_a_session_changes_is_not_swept_in() {
    let agent = "work; echo more >> notes.txt; complete src/T01.txt notes.txt";
    let scene = Plan::one(agent).scene();
    scene.write("notes.txt", "mine\n");
    scene.expect(1);
    assert_eq!(scene.outcomes(), ["T01 squash_commit_failed", "T01 squash_commit_failed"]);
    assert_eq!(scene.read("notes.txt"), "mine\n");
    assert_eq!(scene.dirt(), ["?? notes.txt"]);
    assert_eq!(scene.kept_file("T01/2", "notes.txt").as_deref(), Some("mine\nmore\n"));
}

#[test]
fn what_a_person_edits_while_verification_runs_stays_and_stays_out() {
    // The check plays the person: it edits while the driver waits for it.
    let check = "echo 'typed meanwhile' > typed.txt; echo 'Edited meanwhile.' > README.md; [ ! -e session.txt ] || test -f src/T01.txt";
    let agent = "[ $attempt = 1 ] || work; complete; echo x > session.txt";
    let scene = Plan::one(agent).check(check).scene();
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 failed", "T01 passed"]);
    assert_eq!(
        (scene.read("typed.txt"), scene.read("README.md")),
        ("typed meanwhile\n".into(), "Edited meanwhile.\n".into())
    );
    let committed = scene.git(["diff", "--name-only", "main..HEAD"]);
    assert!(!committed.contains("typed.txt") && !committed.contains("README.md"), "{committed}");
    let mut dirt = scene.dirt();
    dirt.sort();
    assert_eq!(dirt, [" M README.md", "?? typed.txt"]);
}

#[test]
fn a_second_driver_is_told_who_runs() {
    let scene = Plan::one(
        "touch \"$HOME/running\"; while [ ! -e \"$HOME/go\" ]; do sleep 0.02; done; work; complete",
    )
    .scene();
    let first = scene
        .command(specfuse_tests::program("specfuse-loop"))
        .arg("run")
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let pid = first.id();
    crate::wait_for(&scene.home.join("running"));
    let begun = std::time::Instant::now();
    let second = scene.drive();
    assert_eq!(second.code, Some(1));
    assert!(second.stderr.contains(&pid.to_string()), "{}", second.stderr);
    assert!(begun.elapsed().as_secs() < 5);
    let person = scene.run(["done", "T01", "--evidence", "x"]);
    assert_eq!(person.code, Some(1), "{}", person.stdout);
    fs::write(scene.home.join("go"), "").unwrap();
    assert_eq!(first.wait_with_output().unwrap().status.code(), Some(0));
    assert_eq!(scene.sessions(), ["T01 1"]);
}

#[test]
fn a_human_step_waits_for_its_evidence() {
    let plan = Plan::of([Unit::new("T01").kind("human"), Unit::new("T02").after(&["T01"])]);
    let scene = plan.scene();
    let output = scene.expect(1);
    assert!(output.stdout.contains("specfuse-loop done T01"), "{}", output.stdout);
    assert!(scene.sessions().is_empty());
    assert_eq!(scene.escalations(), ["human_step_required"]);
    let done = scene.run(["done", "T01", "--evidence", "seen: it works"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    scene.expect(0);
    assert_eq!(scene.sessions()[0], "T02 1");
}
