//! Drivers killed at every step, by the kernel or by a person: the next run goes on, and nothing needs
//! repair by hand.

use crate::fix_units::asks_for;
use crate::wait_for;
use serde_json::Value;
use specfuse_tests::program;
use specfuse_tests::scene::{Plan, Scene, Unit};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Mutex;

/// Two units, one of which fails first, a check, a close that closes itself.
fn small() -> Scene {
    let agent = "case $unit in T01) mkdir -p src; case $attempt in 1) echo bad > src/T01.txt; echo x > stray;; *) echo good > src/T01.txt;; esac; complete src/T01.txt;; T*) work; complete src/$unit.txt;; *) close met; complete;; esac";
    // A session counts its attempts by what the plan says, so that an interrupted one is played again.
    let agent = format!("attempt=$(sed -n 's/^attempts: //p' \"$feature/WU-$unit.md\")\n{agent}");
    let check = "[ ! -e src/T01.txt ] || grep -q good src/T01.txt || { cat src/T01.txt; exit 1; }";
    let mut plan = Plan::of([Unit::new("T01"), Unit::new("T02").after(&["T01"])]);
    plan.agent = agent;
    let scene = plan.check(check).scene();
    scene.write("theirs.txt", "a person's\n");
    scene.write("README.md", "Edited by a person.\n");
    scene
}

/// What a run comes to, as far as it must not depend on kills: files, commits, and the log without
/// times, numbers of attempts, and attempts that were interrupted.
#[derive(PartialEq, Debug)]
struct Result {
    tree: String,
    subjects: Vec<String>,
    dirt: Vec<String>,
    units: BTreeMap<String, Vec<String>>,
    log: Vec<Value>,
}

fn result(scene: &Scene) -> Result {
    let tree = scene.git(["ls-tree", "-r", "--name-only", "HEAD"]);
    let keys = ["status", "attempts", "cost_usd", "input_tokens", "verdict", "auto_close"];
    let units = tree.lines().filter_map(|path| path.rsplit_once("/WU-")?.1.strip_suffix(".md"));
    let of = |unit: &str| (unit.to_owned(), keys.map(|key| scene.key(unit, key)).to_vec());
    Result {
        units: units.map(of).collect(),
        tree: tree.clone(),
        subjects: scene.subjects(),
        dirt: scene.dirt(),
        log: settled_log(scene),
    }
}

/// The log without what a kill may change. A close that was interrupted is judged again before its next
/// attempt: the decision counts once.
fn settled_log(scene: &Scene) -> Vec<Value> {
    let mut decided = BTreeSet::new();
    let mut log: Vec<Value> = scene.events().iter().filter_map(settled).collect();
    log.retain(|event| event["event_type"] != "auto_close_decision" || decided.insert(event.to_string()));
    log
}

/// An event without what a kill may change; `None` for an interrupted attempt.
fn settled(event: &Value) -> Option<Value> {
    let mut event = event.clone();
    let payload = event["payload"].as_object_mut()?;
    if payload.get("outcome").is_some_and(|outcome| outcome == "interrupted") {
        return None;
    }
    for key in
        ["attempt", "snapshot", "duration_seconds", "attempts_usage", "attempts", "metrics", "total_attempts"]
    {
        payload.remove(key);
    }
    Some(event)
}

/// Runs with a kill at step `n`, then until it is done; whether it was killed.
fn run_killed(scene: &Scene, n: u32) -> bool {
    let mut command = scene.command(program("specfuse-loop"));
    let first =
        command.arg("run").env("SPECFUSE_TEST_KILL", n.to_string()).stdout(Stdio::null()).status().unwrap();
    if first.code() == Some(0) {
        return false;
    }
    assert_eq!(first.code(), None, "step {n}");
    let output = scene.drive();
    // Killed when all was done: then there is nothing to run.
    if output.stderr.contains("no feature is active") {
        assert_eq!(scene.key_in("PLAN.md", "status"), "done", "step {n}");
        return true;
    }
    assert_eq!(output.code, Some(0), "after a kill at step {n}: {}\n{}", output.stdout, output.stderr);
    true
}

fn check(n: u32, scene: &Scene, (undisturbed, usual): &(Result, usize)) {
    let now = result(scene);
    let mut costs = now.units.clone();
    // A session that ran and was interrupted before anybody heard of it is paid again; the driver
    // then knows of one more session, at most.
    let sessions = scene.sessions().len();
    assert!((*usual..=usual + 1).contains(&sessions), "step {n}: {sessions} sessions");
    for (unit, keys) in costs.iter_mut().filter(|_| sessions > *usual) {
        keys[2..4].clone_from_slice(&undisturbed.units[unit][2..4]);
    }
    assert_eq!(costs, undisturbed.units, "step {n}");
    assert_eq!(now.tree, undisturbed.tree, "step {n}");
    assert_eq!(now.subjects, undisturbed.subjects, "step {n}");
    assert_eq!(now.dirt, undisturbed.dirt, "step {n}");
    let costless = |log: &[Value]| -> Vec<String> { log.iter().map(without_cost).collect() };
    assert_eq!(costless(&now.log), costless(&undisturbed.log), "step {n}");
    assert_eq!(scene.read("README.md"), "Edited by a person.\n", "step {n}");
    assert_eq!(scene.read("theirs.txt"), "a person's\n", "step {n}");
}

fn without_cost(event: &Value) -> String {
    let mut event = event.clone();
    if let Some(payload) = event["payload"].as_object_mut() {
        payload.retain(|key, _| !key.contains("cost") && !key.contains("tokens"));
    }
    event.to_string()
}

#[test]
fn a_kill_at_any_step_changes_nothing_in_the_end() {
    let scene = small();
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 failed", "T01 passed", "T02 passed"]);
    every_step(&small, &scene, 1..);
}

/// Kills a run of what `make` makes at each of `steps`, until there are no more or the run has fewer, and
/// compares what it comes to with the run of `undisturbed`.
fn every_step(
    make: &(dyn Fn() -> Scene + Sync),
    undisturbed: &Scene,
    steps: impl Iterator<Item = u32> + Send,
) {
    let undisturbed = (result(undisturbed), undisturbed.sessions().len());
    let steps = Mutex::new(steps);
    let next = || steps.lock().unwrap().next();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(n) = next() {
                    let scene = make();
                    let killed = run_killed(&scene, n);
                    check(n, &scene, &undisturbed);
                    if !killed {
                        assert!(n > 60, "only {n} steps");
                        return;
                    }
                }
            });
        }
    });
}

#[test]
fn kills_at_every_third_step_of_every_run_come_to_an_end() {
    let scene = small();
    let mut kills = 0;
    loop {
        // Far enough to get on each time, and a little further the next.
        let n = 12 + kills % 7;
        let mut command = scene.command(program("specfuse-loop"));
        let end = command
            .arg("run")
            .env("SPECFUSE_TEST_KILL", n.to_string())
            .stdout(Stdio::null())
            .status()
            .unwrap();
        if end.code().is_some() {
            assert_eq!(end.code(), Some(0));
            break;
        }
        kills += 1;
        assert!(kills < 40, "it does not get on: {:?}", scene.outcomes());
    }
    assert!(kills > 3);
    assert_eq!(scene.key_in("PLAN.md", "status"), "done");
    assert_eq!(scene.key("T01", "attempts"), "2");
    assert_eq!(scene.features(), ["feat: Make T01", "feat: Make T02"]);
    assert_eq!(scene.dirt(), [" M README.md", "?? theirs.txt"]);
}

pub(super) fn start(scene: &Scene) -> Child {
    let mut command = scene.command(program("specfuse-loop"));
    command.arg("run").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

pub(super) fn send(signal: &str, child: &Child) {
    let sent = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// Whether the process whose number stands in `file` still runs.
fn runs(file: &Path) -> bool {
    let pid = fs::read_to_string(file).unwrap();
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

/// An agent whose first session starts a child, leaves a trace and waits for ever.
const WAITS: &str = "if [ ! -e \"$HOME/pid\" ]; then echo half > half.txt; (trap '' HUP; echo x > \"$HOME/child-began\"; sleep 61) & echo $$ > \"$HOME/pid.tmp\"; mv \"$HOME/pid.tmp\" \"$HOME/pid\"; sleep 60; fi; work; complete src/T01.txt";

#[test]
fn a_session_that_outlives_its_driver_is_ended_by_the_next_one() {
    let scene = Plan::one(WAITS).scene();
    let mut driver = start(&scene);
    wait_for(&scene.home.join("pid"));
    driver.kill().unwrap();
    driver.wait().unwrap();
    assert!(runs(&scene.home.join("pid")), "the session ended with its driver");
    scene.expect(0);
    assert!(!runs(&scene.home.join("pid")));
    assert_eq!(scene.outcomes(), ["T01 interrupted", "T01 passed"]);
    assert_eq!(scene.key("T01", "attempts"), "1");
    assert_eq!(scene.kept_file("T01/1", "half.txt").as_deref(), Some("half\n"));
    assert!(!scene.at("half.txt").exists());
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
}

#[test]
fn a_driver_killed_during_verification_goes_on_with_verification_alone() {
    let check = "touch \"$HOME/verifying\"; [ -e \"$HOME/go\" ] || { echo $$ > \"$HOME/pid\"; sleep 60; }";
    let scene = Plan::one("work; complete src/T01.txt").check(check).scene();
    let mut driver = start(&scene);
    wait_for(&scene.home.join("pid"));
    driver.kill().unwrap();
    driver.wait().unwrap();
    fs::write(scene.home.join("go"), "").unwrap();
    scene.expect(0);
    assert!(!runs(&scene.home.join("pid")), "the old check still runs");
    assert_eq!(scene.sessions(), ["T01 1"]);
    assert_eq!(scene.outcomes(), ["T01 passed"]);
}

#[test]
fn ctrl_c_once_finishes_the_step() {
    let agent = "touch \"$HOME/running\"; while [ ! -e \"$HOME/go\" ]; do sleep 0.02; done; work; complete src/$unit.txt";
    let mut plan = Plan::of([Unit::new("T01"), Unit::new("T02")]);
    plan.agent = format!("case $unit in T*) {agent};; *) close met; complete;; esac");
    let scene = plan.scene();
    let driver = start(&scene);
    wait_for(&scene.home.join("running"));
    send("-INT", &driver);
    std::thread::sleep(std::time::Duration::from_millis(50));
    fs::write(scene.home.join("go"), "").unwrap();
    let output = driver.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("Stopped as asked"));
    assert_eq!(scene.outcomes(), ["T01 passed"]);
    assert_eq!(scene.status("T02"), "pending");
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 passed", "T02 passed"]);
}

#[test]
fn ctrl_c_twice_stops_at_once_and_resumes_later() {
    let scene = Plan::one(WAITS).scene();
    let driver = start(&scene);
    wait_for(&scene.home.join("pid"));
    send("-INT", &driver);
    std::thread::sleep(std::time::Duration::from_millis(100));
    send("-INT", &driver);
    let begun = std::time::Instant::now();
    let output = driver.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(begun.elapsed().as_secs() < 10);
    assert!(!runs(&scene.home.join("pid")));
    assert_eq!(scene.outcomes(), ["T01 interrupted"]);
    assert_eq!((scene.status("T01"), scene.key("T01", "attempts")), ("pending".into(), "0".into()));
    assert_eq!(scene.kept_file("T01/1", "half.txt").as_deref(), Some("half\n"));
    assert!(!scene.at("half.txt").exists() && scene.dirt().is_empty(), "{:?}", scene.dirt());
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 interrupted", "T01 passed"]);
}

#[test]
fn what_a_killed_session_did_to_the_plan_is_not_the_persons() {
    let harm = "git rm -q --cached .specfuse/verification.yml; rm .specfuse/verification.yml; rm \"$feature/PLAN.md\"; \
                echo x > \"$feature/more.md\"; git checkout -q -b elsewhere; touch \"$(git rev-parse --git-dir)/MERGE_HEAD\"";
    let script = format!(
        "if [ ! -e \"$HOME/pid\" ]; then {harm}; echo $$ > \"$HOME/pid\"; sleep 60; fi; work; complete src/T01.txt"
    );
    let scene = Plan::one(&script).scene();
    let mut driver = start(&scene);
    wait_for(&scene.home.join("pid"));
    driver.kill().unwrap();
    driver.wait().unwrap();
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 interrupted", "T01 passed"]);
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
    assert!(scene.kept_file("T01/1", ".specfuse/features/FEAT-2026-0007-scene/more.md").is_some());
}

#[test]
fn ctrl_c_twice_during_verification_keeps_the_session() {
    let check = "[ -e \"$HOME/go\" ] || { echo $$ > \"$HOME/pid\"; sleep 60; }";
    let scene = Plan::one("work; complete src/T01.txt").check(check).scene();
    let driver = start(&scene);
    wait_for(&scene.home.join("pid"));
    send("-TERM", &driver);
    let output = driver.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(!runs(&scene.home.join("pid")));
    fs::write(scene.home.join("go"), "").unwrap();
    scene.expect(0);
    assert_eq!((scene.sessions(), scene.outcomes()), (vec!["T01 1".into()], vec!["T01 passed".into()]));
}

#[test]
fn a_stop_file_ends_the_run_after_the_step() {
    let mut plan = Plan::of([Unit::new("T01"), Unit::new("T02")]);
    plan.agent = "case $unit in T*) work; touch .specfuse/STOP; complete src/$unit.txt;; *) close met; complete;; esac".into();
    let scene = plan.scene();
    scene.expect(1);
    assert_eq!(scene.sessions(), ["T01 1"]);
    assert_eq!(scene.status("T02"), "pending");
}

#[test]
fn a_folder_where_another_driver_was_killed_is_taken_up() {
    let plan = Plan::of([
        Unit::new("T01").status("in_progress").head("attempts: 2\nstarted_at: 2026-01-01T00:00:00Z"),
        Unit::new("T02").status("in_progress"),
    ]);
    let scene = plan.scene();
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 passed", "T02 passed"]);
    // The attempt that was under way is not charged.
    assert_eq!(scene.key("T01", "attempts"), "2");
    assert_eq!(scene.sessions(), ["T01 2", "T02 1"]);
}

/// A run with most of what can happen in one: a refusal by a guard, a commit that a hook rejects, a
/// unit that blocks, a person's answer, a full close.
fn rich() -> Scene {
    let agent = "attempt=$(sed -n 's/^attempts: //p' \"$feature/WU-$unit.md\")\ncase $unit in\nT01) if [ $attempt = 1 ]; then work; complete LICENSE; else complete src/T01.txt; fi;;\nT02) work; if [ $attempt = 1 ]; then echo x > rejected; fi; complete src/T02.txt;;\n*) close met; complete;; esac";
    let mut plan = Plan::of([
        Unit::new("T01"),
        Unit::new("T02"),
        Unit::new("G1-CLOSE").head("auto_close_disabled: true"),
    ]);
    plan.agent = agent.into();
    let scene = plan.scene();
    let hook = scene.at(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, "#!/bin/sh\n! git diff --cached --name-only | grep -q rejected\n").unwrap();
    fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    scene.write("theirs.txt", "a person's\n");
    scene.write("README.md", "Edited by a person.\n");
    scene
}

#[test]
fn a_kill_at_any_step_of_a_run_with_refusals_changes_nothing_either() {
    let scene = rich();
    scene.expect(0);
    assert_eq!(
        scene.outcomes(),
        [
            "T01 files_changed_mismatch",
            "T01 passed",
            "T02 squash_commit_failed",
            "T02 passed",
            "G1-CLOSE passed"
        ]
    );
    every_step(&rich, &scene, (2..).step_by(5));
}

/// A session that drafts the unit which clears its way, as long as nobody has put one in.
fn drafting() -> Scene {
    let draft = asks_for("T09", "");
    let agent = format!(
        "attempt=$(sed -n 's/^attempts: //p' \"$feature/WU-$unit.md\")\ncase $unit in T01) if ! grep -q /T09 \"$feature/PLAN.md\"; then\n{draft}exit; fi;; esac\n\
         case $unit in T*) work; complete src/$unit.txt;; *) close met; complete;; esac\n"
    );
    let scene = Plan::of([Unit::new("T01")]).agent(&agent).scene();
    scene.write("theirs.txt", "a person's\n");
    scene.write("README.md", "Edited by a person.\n");
    scene
}

#[test]
fn a_kill_at_any_step_of_a_run_that_inserts_a_unit_changes_nothing_either() {
    let scene = drafting();
    scene.expect(0);
    assert_eq!(scene.outcomes()[..3], ["T01 blocked", "T09 passed", "T01 passed"]);
    // Up to the commit of the inserted unit.
    every_step(&drafting, &scene, 5..40);
}

#[test]
fn what_a_killed_driver_had_locked_in_git_is_free_again() {
    let scene = small();
    for name in ["index.lock", "specfuse-writing-1-0", "refs/heads/main.lock"] {
        fs::write(scene.at(".git").join(name), "").unwrap();
    }
    scene.expect(0);
    assert_eq!(scene.features(), ["feat: Make T01", "feat: Make T02"]);
    assert_eq!(scene.dirt(), [" M README.md", "?? theirs.txt"]);
}

#[test]
fn a_commit_that_outlives_its_driver_is_waited_for() {
    let scene = Plan::one("work; complete src/T01.txt").scene();
    let hook = scene.at(".git/hooks/pre-commit");
    let script = "#!/bin/sh\necho >> \"$HOME/hooks\"\nif ! [ -e \"$HOME/in-hook\" ]; then echo > \"$HOME/in-hook\"; sleep 2; fi\n";
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, script).unwrap();
    fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mut driver = start(&scene);
    wait_for(&scene.home.join("in-hook"));
    send("-KILL", &driver);
    driver.wait().unwrap();
    scene.expect(0);
    assert_eq!(scene.features(), ["feat: Make T01"]);
    assert_eq!((scene.outcomes(), scene.sessions()), (vec!["T01 passed".into()], vec!["T01 1".into()]));
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
    let hooks = fs::read_to_string(scene.home.join("hooks")).unwrap();
    assert_eq!(hooks.lines().count(), scene.subjects().len(), "no commit was tried twice");
}

#[test]
fn a_lock_that_may_be_a_persons_is_named_and_stays() {
    let scene = small();
    let lock = scene.at(".git/index.lock");
    fs::write(&lock, "").unwrap();
    let output = scene.drive();
    assert_ne!(output.code, Some(0));
    assert!(output.stderr.contains("index.lock") && output.stderr.contains("remove"), "{}", output.stderr);
    fs::remove_file(&lock).unwrap();
    scene.expect(0);
    assert_eq!(scene.features(), ["feat: Make T01", "feat: Make T02"]);
}
