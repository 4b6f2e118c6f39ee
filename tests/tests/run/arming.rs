//! Gates that arm themselves, the baseline they are measured against, and taking an arming back.

use specfuse_tests::scene::{Plan, Scene, Unit};

const REVIEW: &str =
    "---\\nopen_questions: []\\n---\\n\\n# Review\\n\\nRead it.\\n\\n## Doubt\\n\\nLittle.\\n";

/// Two gates, the second of drafts; the plan says `head`.
fn two_gates(head: &str, review: &str) -> Scene {
    let planned = |name: &str| Unit::new(name).head("planned_cost_usd: 1.00");
    let mut plan = Plan::of([planned("T01"), planned("G1-CLOSE-INTERMEDIATE"), planned("G1-PLAN")]);
    plan.gates[0].retain(|unit| unit.name != "G1-CLOSE");
    let close = Unit::new("G2-CLOSE").head("planned_cost_usd: 5.00").status("draft");
    plan.gates.push(vec![planned("T02").status("draft").head("produces: src/T02.txt"), close]);
    plan.head = head.into();
    let agent = format!(
        "case $unit in\nT*) work; complete \"src/$unit.txt\";;\nG1-PLAN) printf -- '{review}' > \"$feature/GATE-02-REVIEW.md\"; complete;;\n*) close met; complete;; esac"
    );
    plan.agent(&agent).scene()
}

#[test]
fn under_auto_a_gate_arms_itself_and_the_arming_can_be_taken_back() {
    let scene = two_gates("autonomy_default: auto\n", REVIEW);
    let output = scene.expect(0);
    let evaluated = &scene.payloads("arm_predicate_evaluated")[0];
    assert_eq!(evaluated["would_arm"], true, "{evaluated}");
    assert_eq!(evaluated["classes"].as_object().unwrap().len(), 8);
    assert_eq!(scene.sessions(), ["T01 1", "G1-PLAN 1", "T02 1"], "{}", output.stdout);
    assert_eq!(scene.key_in("PLAN.md", "status"), "done");
    let armed = &scene.payloads("gate_auto_armed")[0];
    let tag = armed["tag"].as_str().unwrap();
    assert_eq!(scene.git(["log", "-1", "--format=%s", tag]), "chore(loop): arm gate 2\n");
    assert!(output.stdout.contains("arm 2 --undo"), "{}", output.stdout);
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
}

#[test]
fn an_arming_is_taken_back_until_it_has_begun() {
    let scene = two_gates("", REVIEW);
    scene.expect(0);
    assert_eq!(scene.run(["arm", "2"]).code, Some(0));
    let undone = scene.run(["arm", "2", "--undo"]);
    assert_eq!(undone.code, Some(0), "{}", undone.stderr);
    assert_eq!(
        (scene.status("T02"), scene.status("G2-CLOSE"), scene.key_in("GATE-01.md", "status")),
        ("draft".into(), "draft".into(), "awaiting_review".into())
    );
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
    let again = scene.run(["arm", "2", "--undo"]);
    assert_eq!(again.code, Some(2), "{}", again.stdout);
    assert_eq!(scene.expect(2).code, Some(2));
    assert_eq!(scene.run(["arm", "2"]).code, Some(0));
    scene.expect(0);
    assert_eq!(scene.key_in("PLAN.md", "status"), "done");
}

#[test]
fn in_every_mode_the_evaluation_is_logged_and_only_auto_arms() {
    for head in ["", "autonomy_default: supervised\n"] {
        let scene = two_gates(head, REVIEW);
        scene.expect(0);
        assert_eq!(scene.payloads("arm_predicate_evaluated")[0]["would_arm"], true);
        assert_eq!(scene.status("T02"), "draft");
        assert!(scene.payloads("gate_auto_armed").is_empty());
    }
}

#[test]
fn an_open_question_waits_for_a_person_also_under_auto() {
    let review = REVIEW.replace("[]", "[Which colour?]");
    let scene = two_gates("autonomy_default: auto\n", &review);
    let output = scene.expect(0);
    assert!(output.stdout.contains("open_questions_human_only"), "{}", output.stdout);
    assert_eq!(
        (scene.status("T02"), scene.key_in("GATE-01.md", "status")),
        ("draft".into(), "awaiting_review".into())
    );
    assert_eq!(scene.payloads("arm_predicate_evaluated")[0]["would_arm"], false);
}

#[test]
fn the_baseline_is_kept_once_and_drift_from_it_is_shown() {
    let scene = two_gates("", REVIEW);
    scene.expect(0);
    let path = format!("{}/PLAN.baseline.json", scene.folder);
    let baseline = scene.read(&path);
    assert!(baseline.contains("\"planned_cost_usd\": 1.0"), "{baseline}");
    let first = scene.git(["log", "--reverse", "--format=%s", "main..", "--", &path]);
    assert_eq!(first, "feat: Make T01\n");
    assert!(!scene.run(["plan"]).stdout.contains("Drift"));
    let unit = format!("{}/WU-T02.md", scene.folder);
    scene.write(&unit, scene.read(&unit).replace("planned_cost_usd: 1.00", "planned_cost_usd: 5.00"));
    let plan = scene.run(["plan"]).stdout;
    assert!(
        plan.contains("Drift since the baseline: 1 of 5 units changed (T02); planned $13.00, was $9.00"),
        "{plan}"
    );
    let status = scene.run(["status"]).stdout;
    assert!(status.contains("drifted from its baseline: 1 of 5 units changed (T02)"), "{status}");
    assert!(scene.run(["plan", "--json"]).stdout.contains("\"changed\""));
    scene.git(["commit", "--quiet", "--all", "--message=More"]);
    assert_eq!(scene.run(["arm", "2"]).code, Some(0));
    scene.expect(0);
    assert_eq!(scene.read(&path), baseline);
}
