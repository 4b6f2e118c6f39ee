//! Repositories that the Python tools left: interrupted in the middle of an attempt, with an older scaffold.

use specfuse_tests::scene::{Plan, Scene};
use std::fs;
use std::process::Command;

const RULE: &str = ".specfuse/rules/never-touch.md";
const MANIFEST: &str = ".specfuse/.scaffold-manifest";

fn plan() -> Plan {
    Plan::one("work; complete src/T01.txt")
}

/// As the Python driver leaves a feature when it is killed in a session: on its branch, keys written and
/// not committed, half of the session's work in the tree, its lock's file.
fn interrupted() -> Scene {
    let scene = plan().scene();
    scene.git(["switch", "--quiet", "-c", "feat/scene"]);
    scene.write(format!("{}/PLAN.baseline.json", scene.folder), "{\"units\": 2}\n");
    scene.git(["add", "--all"]);
    scene.git(["commit", "--quiet", "--message=chore(loop): plan baseline snapshot"]);
    let unit = format!("{}/WU-T01.md", scene.folder);
    let text = scene.read(&unit).replace(
        "status: pending\n",
        "status: in_progress\nmodel: sonnet\neffort: medium\ngate_set: code\ndriver_version: 0.29.1\n\
         started_at: 2026-11-21T12:25:28.842323+00:00\nattempts: 1\n",
    );
    scene.write(&unit, text);
    let event = "{\"timestamp\": \"2026-11-21T12:25:28+00:00\", \"correlation_id\": \"FEAT-2026-0007/T01\", \
                 \"event_type\": \"task_started\", \"source\": \"loop\", \"source_version\": \"0.29.1\", \"payload\": {\"attempt\": 1}}\n";
    scene.write(format!("{}/events.jsonl", scene.folder), event);
    scene.write("half.txt", "half\n");
    scene.write("README.md", "A person, or a session, was here.\n");
    scene.write(".specfuse/.loop.lock", "4711\n");
    scene
}

#[test]
fn an_interrupted_feature_of_the_python_driver_is_taken_over() {
    let scene = interrupted();
    let dry = scene.run(["run", "--dry-run"]);
    assert_eq!(dry.code, Some(0), "{}", dry.stderr);
    let output = scene.drive();
    assert_eq!(output.code, Some(1), "whose the files are only a person can tell: {}", output.stdout);
    for words in
        ["T01 was left in progress at attempt 1 by driver 0.29.1 that is gone", "that attempt is not counted"]
    {
        assert!(output.stdout.contains(words), "{words}: {}", output.stdout);
    }
    assert!(output.stderr.contains("may be that session's work: README.md, half.txt"), "{}", output.stderr);
    assert!(output.stderr.contains("git stash push --include-untracked"), "{}", output.stderr);
    assert!(scene.sessions().is_empty());
    // The person has decided that they are theirs.
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 passed"]);
    assert_eq!((scene.status("T01").as_str(), scene.key("T01", "attempts").as_str()), ("done", "1"));
    let log = scene.read(format!("{}/events.jsonl", scene.folder));
    assert!(log.lines().next().unwrap().contains("0.29.1"), "the old log goes on: {log}");
    assert_eq!(scene.read("half.txt"), "half\n");
    assert_eq!(scene.read("README.md"), "A person, or a session, was here.\n");
    assert_eq!(scene.dirt(), [" M README.md", "?? half.txt"]);
    let subjects = scene.subjects();
    assert!(subjects.contains(&"chore(loop): take over FEAT-2026-0007-scene".to_owned()), "{subjects:?}");
}

#[test]
fn a_persons_edit_of_that_unit_is_still_a_persons() {
    let scene = interrupted();
    let unit = format!("{}/WU-T01.md", scene.folder);
    let text = scene.read(&unit).replace("# Make T01", "# Make T01 well");
    scene.write(&unit, &text);
    let output = scene.drive();
    assert_eq!(output.code, Some(1), "{}", output.stdout);
    assert!(
        output.stderr.contains("the plan is not committed") && output.stderr.contains("WU-T01.md"),
        "{}",
        output.stderr
    );
    assert_eq!(scene.read(&unit), text);
    fs::remove_file(scene.at("half.txt")).unwrap();
    scene.git(["restore", "README.md"]);
    let output = scene.run(["run", "--prepare"]);
    assert_eq!(output.code, Some(0), "{}\n{}", output.stdout, output.stderr);
    assert_eq!(scene.outcomes(), ["T01 passed"]);
    assert!(scene.features()[0].contains("Make T01 well"), "{:?}", scene.features());
}

#[test]
fn committed_in_progress_is_taken_over_as_well() {
    let scene = interrupted();
    fs::remove_file(scene.at(".specfuse/.loop.lock")).unwrap();
    scene.git(["add", "--all"]);
    scene.git(["commit", "--quiet", "--message=Everything"]);
    let output = scene.expect(0);
    assert!(output.stdout.contains("T01 was left in progress"), "{}", output.stdout);
    assert_eq!(scene.outcomes(), ["T01 passed"]);
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
}

fn sum(scene: &Scene, text: &str) -> String {
    let file = scene.home.join("sum");
    fs::write(&file, text).unwrap();
    let output = Command::new("sha256sum").arg(&file).output().unwrap();
    String::from_utf8(output.stdout).unwrap()[..64].to_owned()
}

/// A scene with a scaffold of another version: one rule that nobody changed, one that somebody did.
fn scaffolded(version: &str) -> Scene {
    let scene = plan().scene();
    let manifest = format!(
        "{{\"rules/never-touch.md\": \"{}\", \"rules/close-discipline.md\": \"{}\"}}\n",
        sum(&scene, "An old rule.\n"),
        sum(&scene, "Another old rule.\n")
    );
    scene.write(".specfuse/VERSION", format!("{version}\n"));
    scene.write(MANIFEST, manifest);
    scene.write(RULE, "An old rule.\n");
    scene.write(".specfuse/rules/close-discipline.md", "Our own rule.\n");
    scene.git(["add", "--all"]);
    scene.git(["commit", "--quiet", "--message=A scaffold"]);
    scene
}

#[test]
fn a_run_brings_an_older_scaffold_up_to_date_and_commits_just_that() {
    let scene = scaffolded("0.29.1");
    scene.write("mine.txt", "mine\n");
    scene.write("README.md", "Mine, too.\n");
    let output = scene.expect(0);
    assert!(output.stdout.contains("The scaffold is that of"), "{}", output.stdout);
    assert!(
        output.stdout.contains("left as they are: .specfuse/rules/close-discipline.md"),
        "{}",
        output.stdout
    );
    assert!(scene.read(RULE).starts_with("# What a session leaves alone"));
    assert_eq!(scene.read(".specfuse/rules/close-discipline.md"), "Our own rule.\n");
    assert_eq!(scene.dirt(), [" M README.md", "?? mine.txt"]);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(scene.subjects()[0], format!("chore(loop): scaffold {version}"));
    let names = scene.git(["log", "--format=", "--name-only", "--grep=^chore(loop): scaffold"]);
    assert!(
        names.lines().all(|name| name.starts_with(".specfuse/") && !name.contains("features")),
        "{names}"
    );
    assert_eq!(scene.outcomes(), ["T01 passed"]);
}

#[test]
fn a_newer_scaffold_one_that_is_not_wanted_and_none_stay_as_they_are() {
    let scene = scaffolded("99.0.0");
    let output = scene.expect(0);
    assert!(output.stdout.contains("newer than this program's"), "{}", output.stdout);
    assert_eq!(scene.read(RULE), "An old rule.\n");
    let scene = scaffolded("0.29.1");
    let config = scene.read(".specfuse/config");
    scene.write(".specfuse/config", format!("autosync: false\n{config}"));
    scene.git(["commit", "--quiet", "--all", "--message=No sync"]);
    scene.expect(0);
    assert_eq!(
        (scene.read(RULE).as_str(), scene.read(".specfuse/VERSION").as_str()),
        ("An old rule.\n", "0.29.1\n")
    );
    let scene = plan().scene();
    scene.expect(0);
    assert!(!scene.at(".specfuse/VERSION").exists());
}

#[test]
fn a_sync_that_was_cut_short_is_finished() {
    let scene = scaffolded("0.29.1");
    let output = scene.run(["upgrade"]);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    assert!(!scene.dirt().is_empty());
    scene.expect(0);
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
    assert!(scene.subjects()[0].starts_with("chore(loop): scaffold "), "{:?}", scene.subjects());
}
