//! What a session may not touch besides the plan, what it may take back of its promises, and documents
//! that speak against it.

use specfuse_tests::scene::{Plan, Scene, Unit};

/// A unit that promises these files.
fn promising(files: &str, agent: &str) -> Plan {
    let mut plan = Plan::one(agent);
    plan.gates[0][0] = Unit::new("T01").head(&format!("produces: [{files}]"));
    plan
}

/// Runs a first session that also does `script`, and expects its attempt to fail and its change to go.
fn dropped(script: &str, words: &str) -> Scene {
    let agent = format!("work; if [ $attempt = 1 ]; then {script}\nfi; complete src/T01.txt");
    let scene = Plan::one(&agent).files();
    scene.write(".specfuse/rules/a.md", "Be kind.\n");
    scene.write(".specfuse/verification-nightly.yml", "code: []\n");
    scene.git(["add", "--all"]);
    scene.git(["commit", "--quiet", "--message=Start"]);
    let config = scene.read(".specfuse/config");
    scene.expect(0);
    assert_eq!(scene.outcomes()[..2], ["T01 oracle_tampered", "T01 passed"], "{script}");
    assert!(scene.prompt("T01", 2).contains(words), "{script}: {}", scene.prompt("T01", 2));
    assert_eq!(scene.read(".specfuse/config"), config);
    assert_eq!(scene.read(".specfuse/rules/a.md"), "Be kind.\n");
    assert_eq!(scene.read(".specfuse/verification-nightly.yml"), "code: []\n");
    assert!(scene.dirt().is_empty(), "{script}: {:?}", scene.dirt());
    scene
}

#[test]
fn config_other_oracles_and_rules_are_not_a_sessions_to_change() {
    dropped("echo 'lanes: 9' >> .specfuse/config", ".specfuse/config was changed");
    dropped("rm .specfuse/verification-nightly.yml", "verification-nightly.yml was changed");
    dropped("echo 'Be quick.' > .specfuse/rules/a.md", "rules/a.md was changed");
    let scene =
        dropped("mkdir .specfuse/rules-local; echo x > .specfuse/rules-local/b.md", "rules-local/b.md");
    assert!(!scene.at(".specfuse/rules-local").exists());
}

#[test]
fn a_rule_that_a_unit_produces_is_its_own_to_write() {
    let agent = "mkdir -p .specfuse/rules; echo Rule > .specfuse/rules/new.md; complete";
    let scene = promising(".specfuse/rules/new.md", agent).scene();
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 passed"]);
}

#[test]
fn a_promise_may_be_taken_back_where_the_project_allows_it() {
    let agent =
        "work; block 'status: complete\\nproduces_amended:\\n- path: src/b.txt\\n  reason: T01.txt does it'";
    let mut plan = promising("src/T01.txt, src/b.txt", agent);
    let scene = plan.clone().scene();
    scene.expect(1);
    assert_eq!(scene.outcomes()[0], "T01 deliverable_missing");
    plan.verification.push_str("produces_amendable: true\n");
    let scene = plan.scene();
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 passed"]);
    assert_eq!(scene.key("T01", "produces_dropped"), "[src/b.txt]");
}

#[test]
fn a_document_that_says_otherwise_is_no_pass() {
    let agent = "mkdir -p docs; if [ $attempt = 1 ]; then echo 'Status: not met' > docs/r.md; else echo 'Status: met' > docs/r.md; fi; complete docs/r.md";
    let scene = promising("docs/r.md", agent).scene();
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 deliverable_missing", "T01 passed"]);
    assert!(scene.prompt("T01", 2).contains("docs/r.md:1: Status: not met"), "{}", scene.prompt("T01", 2));
}

#[test]
fn generated_files_alone_are_no_work() {
    let agent = "mkdir -p gen src; echo $attempt > gen/x; if [ $attempt = 2 ]; then work; fi; complete gen/y";
    let mut plan = Plan::one(agent);
    plan.gates[0][0] = Unit::new("T01").head("generated_surfaces: ['gen/**']");
    let scene = plan.scene();
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 no_deliverable_files", "T01 passed"]);
}

#[test]
fn a_stop_file_of_the_person_is_in_no_commit_and_stays() {
    let scene = Plan::of([Unit::new("T01"), Unit::new("T02").after(&["T01"])])
        .agent("work; touch .specfuse/STOP; complete")
        .scene();
    scene.expect(1);
    assert_eq!(scene.sessions(), ["T01 1"]);
    assert!(scene.at(".specfuse/STOP").exists());
    assert!(!scene.git(["ls-tree", "-r", "--name-only", "HEAD"]).contains("STOP"));
}

#[test]
fn a_call_is_logged_once_while_nothing_changes() {
    let scene = Plan::one("block 'status: blocked\\nblocked_reason: no key'").scene();
    scene.expect(1);
    let calls = scene.escalations();
    assert_eq!(calls, ["agent_reported_blocked", "stranded"]);
    let output = scene.expect(1);
    assert!(output.stdout.contains("no key") || output.stdout.contains("T01"), "{}", output.stdout);
    assert_eq!(scene.escalations(), calls);
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
}
