//! Attempts that fail: verification, what a session says of itself, and the guards after green checks.

use serde_json::Value;
use specfuse_tests::scene::{FEATURE, Plan, Unit};

/// Green when `src/T01.txt` holds the word, and before it is there.
const WANTS_GOOD: &str = "[ ! -e src/T01.txt ] || { cat src/T01.txt; grep -q good src/T01.txt; }";

#[test]
fn evidence_of_the_first_failure_is_in_the_second_prompt() {
    let agent = "mkdir -p src; case $attempt in 1) echo bad-idea > src/T01.txt; echo x > src/stray.txt;; *) echo good > src/T01.txt;; esac; complete src/T01.txt";
    let scene = Plan::one(agent).check(WANTS_GOOD).scene();
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 failed", "T01 passed"]);
    let (first, second) = (scene.prompt("T01", 1), scene.prompt("T01", 2));
    assert!(!first.contains("bad-idea"));
    for words in ["bad-idea", "tests", WANTS_GOOD] {
        assert!(second.contains(words), "{words} is not in {second}");
    }
    // The first attempt is kept, and the second began without it.
    assert_eq!(scene.kept_file("T01/1", "src/stray.txt").as_deref(), Some("x\n"));
    assert!(!scene.at("src/stray.txt").exists());
    assert_eq!(scene.features(), ["feat: Make T01"]);
    assert_eq!((scene.key("T01", "attempts"), scene.key("T01", "cost_usd")), ("2".into(), "0.5".into()));
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
}

#[test]
fn three_different_failures_stop_the_unit_for_a_person() {
    let agent = "mkdir -p src; echo $attempt > src/T01.txt; complete src/T01.txt";
    let check = "[ -e src/T01.txt ] || exit 0; case $(cat src/T01.txt) in 1) echo 'error: apples are missing';; 2) echo 'error: no pears today'; exit 3;; *) echo 'error: cherries went bad'; exit 4;; esac; exit 1";
    let scene = Plan::one(agent).check(check).scene();
    let output = scene.expect(1);
    assert_eq!(scene.outcomes(), ["T01 failed"; 3]);
    assert_eq!(scene.status("T01"), "blocked_human");
    assert_eq!(scene.escalations()[0], "spinning_detected");
    assert_eq!(scene.key("T01", "escalation_reason"), "spinning_detected");
    assert!(scene.features().is_empty());
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
    for attempt in 1..=3 {
        let kept = scene.kept_file(&format!("T01/{attempt}"), "src/T01.txt");
        assert_eq!(kept, Some(format!("{attempt}\n")));
    }
    assert!(output.stdout.contains("cherries went bad"), "{}", output.stdout);
    // Nothing changes when it is run again.
    scene.expect(1);
    assert_eq!(scene.sessions().len(), 3);
}

#[test]
fn the_same_failure_twice_stops_early() {
    let agent = "mkdir -p src; echo $attempt > src/T01.txt; complete src/T01.txt";
    let scene =
        Plan::one(agent).check("[ ! -e src/T01.txt ] || { echo 'error: always the same'; exit 1; }").scene();
    scene.expect(1);
    assert_eq!(scene.outcomes(), ["T01 failed", "T01 failed"]);
    assert_eq!(scene.escalations()[0], "spinning_signature_repeat");
    assert_eq!(scene.status("T01"), "blocked_human");
    // It goes on when a person says that the failure is understood, and only then.
    let unit = format!("{}/WU-T01.md", scene.folder);
    scene.write(&unit, scene.read(&unit).replace("status: blocked_human", "status: pending"));
    scene.git(["commit", "--quiet", "--all", "--message=Again"]);
    let output = scene.expect(1);
    assert!(output.stdout.contains("does not say that it was reproduced"), "{}", output.stdout);
    assert_eq!((scene.status("T01"), scene.sessions().len()), ("blocked_human".into(), 2));
    assert_eq!(scene.payloads("re_arm_rejected")[0]["reason"], "spinning_reproduction_missing");
    let refused = scene.run(["rearm", "T01", "--reason", "mended"]);
    assert_ne!(refused.code, Some(0), "{}", refused.stdout);
    let armed = scene.run(["rearm", "T01", "--reason", "mended", "--reproduced"]);
    assert_eq!(armed.code, Some(0), "{}", armed.stderr);
    assert_eq!(scene.status("T01"), "pending");
    scene.write(".specfuse/verification.yml", specfuse_tests::scene::sets("true"));
    scene.git(["commit", "--quiet", "--all", "--message=Mend the check"]);
    scene.expect(0);
    // A gate with a stop in its history does not close itself.
    assert_eq!(scene.outcomes()[2..], ["T01 passed", "G1-CLOSE passed"]);
    assert_eq!(scene.key("T01", "re_arm_count"), "1");
    let again = scene.payloads("re_arm_dispatched");
    assert_eq!((&again[0]["re_arm_count"], &again[0]["reason"]), (&1.into(), &"mended".into()));
}

/// Each spelling of a reason with what must be read from it.
const REASONS: &[(&str, &str)] = &[
    ("blocked_reason: no key", "no key"),
    ("blocked_reason: 'no ''key'''", "no 'key'"),
    ("blocked_reason: \"no \\\"key\\\"\"", "no \"key\""),
    ("blocked_reason: |\n  no key\n  at all", "no key\nat all"),
    ("blocked_reason: >\n  no key\n  at all", "no key at all"),
    ("blocked_reason: |-\n  no key", "no key"),
    ("blocked_reason: >-\n  no\n  key", "no key"),
    ("blocked_reason: |+\n  no key\n\n", "no key"),
    ("blocked_reason: sorry: no key", "sorry: no key"),
    ("reason: no key", "no key"),
    ("blocked_reason: no\n  key", "no key"),
    ("blocked_reason:\n  no key", "no key"),
    ("blocked_reason:\n  - no key\n  - no lock", "no key\nno lock"),
    ("blocked_reason: [no key]", "no key"),
    ("blocked_reason: no key # really", "no key"),
    ("blocked_reason: @nobody has the key", "@nobody has the key"),
    ("blocked_reason: `make` has no key", "`make` has no key"),
    ("blocked_reason: 'no key", "no key"),
    ("blocked_reason: 42", "42"),
    ("summary: no key", "no key"),
    ("blocked_reason: ключа нет", "ключа нет"),
];

#[test]
fn a_blocked_session_is_understood_however_its_reason_is_written() {
    let units = (1..=REASONS.len()).map(|number| Unit::new(&format!("T{number:02}")));
    let plan = Plan::of(units).adapter("output: text").agent("work; cat \"$HOME/answers/$unit\"");
    let scene = plan.scene();
    std::fs::create_dir(scene.home.join("answers")).unwrap();
    for (number, (spelling, _)) in (1..).zip(REASONS) {
        let answer = format!("I tried.\n\n```result\nstatus: blocked\n{spelling}\n```\n");
        std::fs::write(scene.home.join(format!("answers/T{number:02}")), answer).unwrap();
    }
    let output = scene.expect(1);
    assert!(output.stdout.contains("no key"), "{}", output.stdout);
    let reasons: Vec<(String, String)> = scene
        .events()
        .iter()
        .filter(|event| event["payload"]["reason"] == "agent_reported_blocked")
        .map(|event| {
            let text = |value: &Value| value.as_str().unwrap_or_default().trim().to_owned();
            (text(&event["correlation_id"]), text(&event["payload"]["blocked_reason"]))
        })
        .collect();
    let expected: Vec<(String, String)> = (1..)
        .zip(REASONS)
        .map(|(number, (_, reason))| (format!("{FEATURE}/T{number:02}"), (*reason).to_owned()))
        .collect();
    for (read, expected) in reasons.iter().zip(&expected) {
        assert_eq!(read, expected);
    }
    assert_eq!(reasons.len(), expected.len());
    for (number, (spelling, _)) in (1..).zip(REASONS) {
        let unit = format!("T{number:02}");
        assert_eq!(scene.status(&unit), "blocked_human", "{spelling}");
        assert_eq!(scene.key(&unit, "escalation_reason"), "agent_reported_blocked");
        // What it had done is kept, and taken back.
        assert!(scene.kept_file(&format!("{unit}/1"), &format!("src/{unit}.txt")).is_some());
    }
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
    assert_eq!(scene.sessions().len(), REASONS.len());
}

/// A plan whose one unit promises `src/T01.txt`.
fn promising(agent: &str) -> Plan {
    let mut plan = Plan::one(agent);
    plan.gates[0][0] = Unit::new("T01").head("produces: [src/T01.txt]");
    plan
}

/// Runs and expects that a guard refuses the first attempt so, and that the second passes.
fn refused_once(plan: Plan, outcome: &str, words: &str) {
    let scene = plan.scene();
    let output = scene.expect(0);
    assert_eq!(scene.outcomes(), [format!("T01 {outcome}"), "T01 passed".into()], "{}", output.stdout);
    let prompt = scene.prompt("T01", 2);
    assert!(prompt.contains(words), "{words:?} is not in {prompt}");
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
}

#[test]
fn a_session_that_changes_nothing_has_not_worked() {
    let agent = "[ $attempt = 1 ] || work; complete";
    refused_once(Plan::one(agent), "no_deliverable_files", "changed nothing");
}

#[test]
fn a_claim_about_an_untouched_file_is_refused() {
    let agent = "work; if [ $attempt = 1 ]; then complete README.md; else complete src/T01.txt; fi";
    refused_once(Plan::one(agent), "files_changed_mismatch", "README.md");
}

#[test]
fn a_missing_and_an_empty_deliverable_are_refused() {
    let missing = "if [ $attempt = 1 ]; then mkdir src; echo x > src/other.txt; else work; fi; complete";
    refused_once(promising(missing), "deliverable_missing", "no such file");
    let empty = "if [ $attempt = 1 ]; then mkdir src; : > src/T01.txt; else work; fi; complete";
    refused_once(promising(empty), "deliverable_missing", "it is empty");
}

#[test]
fn a_promised_file_that_was_not_changed_wants_a_reason() {
    let other = "echo $attempt > other.txt;";
    let changed = format!("{other} [ $attempt = 1 ] || work; complete");
    let scene = promising(&changed).files();
    scene.write("src/T01.txt", "old\n");
    scene.git(["add", "--all"]);
    scene.git(["commit", "--quiet", "--message=Start"]);
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 produces_not_in_diff", "T01 passed"]);

    let justified = format!(
        "{other} block 'status: complete\\nproduces_unchanged:\\n- path: src/T01.txt\\n  justification: it is right already'"
    );
    let scene = promising(&justified).files();
    scene.write("src/T01.txt", "old\n");
    scene.git(["add", "--all"]);
    scene.git(["commit", "--quiet", "--message=Start"]);
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 passed"]);
    assert_eq!(scene.read("src/T01.txt"), "old\n");
}

#[test]
fn after_a_refusal_only_the_paperwork_is_missing() {
    // The second session finds the work of the first and only mends what it said of it.
    let agent = "if [ $attempt = 1 ]; then work; rm README.md; complete LICENSE; else cp src/T01.txt \"$HOME/found\"; complete src/T01.txt README.md; fi";
    let scene = Plan::one(agent).scene();
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 files_changed_mismatch", "T01 passed"]);
    assert_eq!(std::fs::read_to_string(scene.home.join("found")).unwrap(), "T01 1\n");
    assert_eq!(scene.read("src/T01.txt"), "T01 1\n");
    assert!(!scene.at("README.md").exists());
    let commit = scene.git(["log", "--format=%H", "--grep=^feat: Make T01", "-1"]);
    let files = scene.git(["show", "--format=", "--name-status", commit.trim()]);
    assert!(files.contains("D\tREADME.md") && files.contains("A\tsrc/T01.txt"), "{files}");
    assert!(scene.prompt("T01", 2).contains("LICENSE"));
}

#[test]
fn a_refusal_that_comes_twice_stops_and_leaves_a_clean_tree() {
    let scene = Plan::one("work; complete LICENSE").scene();
    scene.expect(1);
    assert_eq!(scene.outcomes(), ["T01 files_changed_mismatch", "T01 files_changed_mismatch"]);
    assert_eq!(scene.escalations()[0], "deterministic_refusal_repeat");
    assert!(!scene.at("src/T01.txt").exists());
    assert_eq!(scene.kept_file("T01/2", "src/T01.txt").as_deref(), Some("T01 2\n"));
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
}

#[test]
fn without_retaining_each_attempt_begins_anew() {
    let agent = "if [ $attempt = 1 ]; then work; complete LICENSE; else ls src > \"$HOME/found\" 2>&1; work; complete src/T01.txt; fi";
    let mut plan = Plan::one(agent);
    plan.verification.push_str("retain_on_guard_refusal: false\n");
    let scene = plan.scene();
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 files_changed_mismatch", "T01 passed"]);
    assert_eq!(
        std::fs::read_to_string(scene.home.join("found")).unwrap(),
        "ls: cannot access 'src': No such file or directory\n"
    );
}

#[test]
fn a_missing_result_block_leaves_the_verdict_to_verification() {
    let scene = Plan::one("work; answer 'I am done, believe me.'").scene();
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 passed"]);
    let payload = &scene.payloads("attempt_outcome")[0];
    assert!(payload["agent_status"].is_null() || payload["agent_status"] == "missing", "{payload}");
}
