//! A unit that is rewritten before its last attempt.

use specfuse_tests::scene::{Plan, Scene};

/// The first two attempts fail; in between `script` is the session that may rewrite the unit, the third works
/// when the unit's text says so.
fn scene(script: &str) -> Scene {
    let agent = format!(
        "if grep -q 'You rewrite one work unit' \"$HOME/prompts/$unit-$attempt\"; then cp \"$HOME/prompts/$unit-$attempt\" \"$HOME/asked\"; echo x > stray.txt\n{script}\ncomplete; exit 0; fi; \
         mkdir -p src; if grep -q Narrower \"$feature/WU-T01.md\"; then echo good > src/T01.txt; else echo \"error: $attempt\" | tr 123 abc > src/T01.txt; fi; complete src/T01.txt"
    );
    let scene = Plan::one(&agent)
        .check("[ ! -e src/T01.txt ] || grep good src/T01.txt || { cat src/T01.txt; exit 1; }")
        .files();
    let config = scene.read(".specfuse/config");
    scene.write(".specfuse/config", format!("replan: true\n{config}"));
    scene.git(["add", "--all"]);
    scene.git(["commit", "--quiet", "--message=Start"]);
    scene
}

#[test]
fn a_narrower_unit_gets_the_last_attempt() {
    let scene = scene(
        "sed -i 's/A scene\\./Narrower than before./; s/^status: .*/status: done/' \"$feature/WU-T01.md\"",
    );
    scene.expect(0);
    assert_eq!(scene.outcomes()[..3], ["T01 failed", "T01 failed", "T01 passed"]);
    assert_eq!(scene.payloads("replan").len(), 1);
    let text = scene.read(format!("{}/WU-T01.md", scene.folder));
    assert!(text.contains("Narrower than before.") && text.contains("status: done"), "{text}");
    // The old body is in the history, the session's cost is counted, what else it did is gone and kept.
    let subject = "chore(loop): replan T01";
    assert!(scene.subjects().iter().any(|line| line == subject), "{:?}", scene.subjects());
    let change = scene.git(["log", "-1", "-p", "--format=", &format!("--grep={}", "replan T01")]);
    assert!(change.contains("-**Context.** A scene.") && !change.contains("+status: done"), "{change}");
    assert_eq!(scene.key("T01", "cost_usd"), "1");
    assert!(!scene.at("stray.txt").exists());
    assert_eq!(scene.kept_file("T01/3-replan", "stray.txt").as_deref(), Some("x\n"));
    let asked = std::fs::read_to_string(scene.home.join("asked")).unwrap();
    assert!(asked.contains("error: b") && asked.contains("WU-T01.md"), "{asked}");
    // A replanned gate does not close itself.
    let decision = &scene.payloads("auto_close_decision")[0];
    assert!(decision["reasons"].to_string().contains("replan_event: T01"), "{decision}");
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
}

#[test]
fn an_unchanged_or_broken_body_stops_the_unit() {
    for (script, words) in [
        ("true", "its body is unchanged"),
        ("sed -i '/Acceptance criteria/,$d' \"$feature/WU-T01.md\"", "does not lint"),
    ] {
        let scene = scene(script);
        let before = scene.read(format!("{}/WU-T01.md", scene.folder));
        let output = scene.expect(1);
        assert_eq!(scene.escalations()[0], "replan_unchanged_body", "{script}");
        assert_eq!(scene.key("T01", "escalation_reason"), "replan_unchanged_body");
        assert!(output.stdout.contains(words), "{}", output.stdout);
        assert_eq!(scene.outcomes(), ["T01 failed", "T01 failed"]);
        let after = scene.read(format!("{}/WU-T01.md", scene.folder));
        assert_eq!(after.split("\n---\n").nth(1), before.split("\n---\n").nth(1));
        assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
    }
}

#[test]
fn a_session_that_crashes_leaves_the_last_attempt() {
    let scene = scene("exit 3");
    scene.expect(1);
    assert_eq!(scene.outcomes(), ["T01 failed"; 3]);
    assert_eq!(scene.escalations()[0], "spinning_detected");
    assert_eq!(scene.key("T01", "attempts"), "3");
}
