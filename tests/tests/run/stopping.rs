//! Plans on which a run stops, or does not begin: cycles, stranded units, drafts, budgets, reviews.

use specfuse_tests::scene::{Plan, Unit};

#[test]
fn a_cycle_is_refused_before_anything_is_written() {
    let scene = Plan::of([Unit::new("T01").after(&["T02"]), Unit::new("T02").after(&["T01"])]).scene();
    let output = scene.drive();
    assert_eq!(output.code, Some(2), "{}", output.stderr);
    assert!(output.stderr.contains("graph/cycle"), "{}", output.stderr);
    assert!(!scene.at(".specfuse/.loop").exists());
    assert_eq!(scene.git(["branch", "--show-current"]), "main\n");
}

#[test]
fn units_that_wait_for_a_blocked_one_are_stranded_each_with_its_cause() {
    let agent = "case $unit in T01) block 'status: blocked\\nblocked_reason: no key';; T*) work; complete;; *) close met; complete;; esac";
    let units = [
        Unit::new("T01"),
        Unit::new("T02").after(&["T01"]),
        Unit::new("T03").after(&["T02"]),
        Unit::new("T04"),
    ];
    let scene = Plan::of(units).agent(agent).scene();
    let output = scene.expect(1);
    assert_eq!(scene.outcomes(), ["T01 blocked", "T04 passed"]);
    for words in ["T01: it is blocked", "T02: it waits for T01", "T03: it waits for T02", "G1-CLOSE: it "] {
        assert!(output.stdout.contains(words), "{words}: {}", output.stdout);
    }
    assert_eq!(scene.key_in("GATE-01.md", "status"), "open");
    assert_eq!(scene.escalations(), ["agent_reported_blocked", "stranded"]);
}

#[test]
fn a_unit_that_depends_on_an_abandoned_one_is_stranded() {
    let scene = Plan::of([Unit::new("T01").status("abandoned"), Unit::new("T02").after(&["T01"])]).scene();
    let output = scene.expect(1);
    assert!(output.stdout.contains("T02: it depends on T01, which was abandoned"), "{}", output.stdout);
    assert!(scene.sessions().is_empty());
    assert_eq!(scene.escalations(), ["stranded"]);
}

#[test]
fn an_abandoned_unit_does_not_hold_up_the_gate() {
    let scene = Plan::of([Unit::new("T01").status("abandoned"), Unit::new("T02")]).scene();
    scene.expect(0);
    assert_eq!(scene.outcomes()[0], "T02 passed");
    assert_eq!((scene.status("T01"), scene.key_in("PLAN.md", "status")), ("abandoned".into(), "done".into()));
}

#[test]
fn drafts_name_their_review_and_change_nothing() {
    let scene = Plan::of([Unit::new("T01").status("draft")]).scene();
    let output = scene.expect(2);
    assert!(output.stdout.contains("GATE-01-REVIEW.md"), "{}", output.stdout);
    assert!(scene.sessions().is_empty() && scene.subjects().is_empty());
    assert_eq!(scene.status("T01"), "draft");
}

#[test]
fn the_budget_is_a_brake_between_units() {
    let mut plan = Plan::of([Unit::new("T01"), Unit::new("T02"), Unit::new("T03")]);
    plan.gate_head = "cost_budget_usd: 0.40\n".into();
    let scene = plan.scene();
    let output = scene.expect(1);
    assert_eq!(scene.outcomes(), ["T01 passed", "T02 passed"]);
    assert_eq!(scene.escalations(), ["gate_budget_exceeded_post_dispatch"]);
    assert_eq!(scene.key_in("GATE-01.md", "status"), "awaiting_review");
    assert!(output.stdout.contains("$0.50") && output.stdout.contains("$0.40"), "{}", output.stdout);
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
    // A gate that awaits review runs nothing.
    let again = scene.expect(1);
    assert!(again.stdout.contains("awaits review"), "{}", again.stdout);
    assert_eq!(scene.sessions().len(), 2);
    // A person who opens it without more money is braked at once.
    let gate = format!("{}/GATE-01.md", scene.folder);
    scene.write(&gate, scene.read(&gate).replace("awaiting_review", "open"));
    scene.git(["commit", "--quiet", "--all", "--message=Open"]);
    scene.expect(1);
    assert_eq!(scene.escalations().last().map(String::as_str), Some("gate_budget_exceeded"));
    scene.write(&gate, scene.read(&gate).replace("awaiting_review", "open").replace("0.40", "4.00"));
    scene.git(["commit", "--quiet", "--all", "--message=Raise"]);
    scene.expect(0);
    assert_eq!(scene.sessions().iter().filter(|s| s.starts_with("T03")).count(), 1);
}

#[test]
fn a_set_that_is_needed_and_missing_or_empty_is_never_a_pass() {
    for text in ["doc:\n  - name: doc\n    command: 'true'\n", "code: []\n", "code:\n"] {
        let mut plan = Plan::of([Unit::new("T01")]);
        plan.verification = text.into();
        let scene = plan.scene();
        let output = scene.drive();
        assert!(matches!(output.code, Some(1 | 2)), "{text:?}: {}", output.stdout);
        assert!(scene.sessions().is_empty() && scene.outcomes().is_empty(), "{text:?}");
        assert_eq!(scene.status("T01"), "pending");
        let said = output.stdout + &output.stderr;
        assert!(said.contains("code"), "{text:?}: {said}");
    }
    let mut plan = Plan::of([Unit::new("T01").head("extra_gates: [slow]")]);
    plan.verification = specfuse_tests::scene::sets("true");
    let scene = plan.scene();
    let output = scene.drive();
    assert!(matches!(output.code, Some(1 | 2)), "{}", output.stdout);
    assert!(scene.sessions().is_empty());
}

#[test]
fn the_gates_own_command_has_the_last_word() {
    let mut plan = Plan::one("mkdir -p src; echo $attempt > src/T01.txt; complete src/T01.txt");
    plan.gate_head = "feature_oracle: 'grep -q 2 src/T01.txt'\n".into();
    let scene = plan.scene();
    scene.drive();
    assert_eq!(scene.outcomes()[..2], ["T01 failed", "T01 passed"]);
    assert!(scene.prompt("T01", 2).contains("feature_oracle"));
}

#[test]
fn a_gate_whose_whole_code_set_is_red_is_not_closed() {
    let mut plan = Plan::of([Unit::new("T01")]);
    plan.verification =
        format!("{}  - name: again\n    command: 'true'\n", specfuse_tests::scene::sets("true")).replace(
            "doc:\n",
            "  - name: whole\n    command: 'echo the whole is red; exit 1'\n    tier: broad\ndoc:\n",
        );
    let scene = plan.scene();
    let output = scene.expect(1);
    assert_eq!(scene.outcomes(), ["T01 passed"]);
    assert_eq!(scene.escalations(), ["broad_run_gate_failure"]);
    assert!(output.stdout.contains("whole"), "{}", output.stdout);
    assert_eq!(scene.status("G1-CLOSE"), "pending");
}

#[test]
fn preparation_that_fails_blocks_at_no_cost() {
    let mut plan = Plan::of([Unit::new("T01").head("prep: [ready]\noracles: [facts]")]);
    plan.verification += "ready:\n  - name: ready\n    command: 'test -e go || { echo not ready yet; exit 1; }'\nfacts:\n  - name: facts\n    command: 'echo forty-two facts'\n";
    let scene = plan.scene();
    let output = scene.expect(1);
    assert!(scene.sessions().is_empty());
    assert_eq!(scene.outcomes(), ["T01 prep_halted"]);
    assert_eq!((scene.status("T01"), scene.key("T01", "attempts")), ("blocked_human".into(), "0".into()));
    assert!(output.stdout.contains("not ready yet"), "{}", output.stdout);
    scene.write("go", "");
    let rearmed = scene.run(["rearm", "T01", "--reason", "it is ready"]);
    assert_eq!(rearmed.code, Some(0), "{}", rearmed.stderr);
    scene.drive();
    assert!(scene.prompt("T01", 2).contains("forty-two facts"));
}
