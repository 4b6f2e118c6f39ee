//! Runs in which nothing goes wrong.

use specfuse_tests::scene::{FEATURE, Plan, Unit};

#[test]
fn units_pass_in_order_and_the_gate_closes_itself() {
    let scene = Plan::of([Unit::new("T02").after(&["T01"]), Unit::new("T01"), Unit::new("T03")]).scene();
    let output = scene.expect(0);
    assert_eq!(scene.sessions(), ["T01 1", "T03 1", "T02 1"]);
    assert_eq!(scene.outcomes(), ["T01 passed", "T03 passed", "T02 passed"]);
    assert_eq!(
        scene.subjects(),
        [
            "feat: Make T01",
            "feat: Make T03",
            "feat: Make T02",
            "chore(loop): auto-close gate 1",
            "chore(loop): finish the feature"
        ]
    );
    assert!(output.stdout.contains("is complete: every gate passed, verdict met"), "{}", output.stdout);
    assert_eq!(scene.git(["branch", "--show-current"]), "feat/scene\n");
    let trailers =
        scene.git(["log", "--format=%(trailers:key=Feature,valueonly,separator=)", "--reverse", "main.."]);
    let of_units: Vec<&str> = trailers.lines().take(3).collect();
    assert_eq!(of_units, [format!("{FEATURE}/T01"), format!("{FEATURE}/T03"), format!("{FEATURE}/T02")]);
    // One commit a unit, with its work and its books and nothing else.
    let first = scene.git(["log", "--format=%H", "--reverse", "main.."]);
    let files = scene.git(["show", "--format=", "--name-only", first.lines().next().unwrap()]);
    let folder = &scene.folder;
    assert_eq!(
        files,
        format!("{folder}/PLAN.baseline.json\n{folder}/WU-T01.md\n{folder}/events.jsonl\nsrc/T01.txt\n")
    );
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
    // Once more: there is nothing to do, and nothing is done.
    let again = scene.run(["run", "--feature", "7"]);
    assert_eq!(again.code, Some(2));
    assert!(again.stderr.contains("is done"), "{}", again.stderr);
    assert_eq!(scene.subjects().len(), 5);
}

/// Two gates; the second is drafted by the first one's planning session.
fn two_gates() -> Plan {
    let mut plan = Plan::of([Unit::new("T01"), Unit::new("G1-CLOSE-INTERMEDIATE"), Unit::new("G1-PLAN")]);
    plan.gates[0].retain(|unit| unit.name != "G1-CLOSE");
    plan.gates.push(vec![
        Unit::new("T02").status("draft"),
        Unit::new("G2-CLOSE").status("draft").head("auto_close_disabled: true"),
    ]);
    plan.agent(
        "case $unit in\nT*) work; complete \"src/$unit.txt\";;\nG1-PLAN)\n\
         printf -- '---\\nopen_questions:\\n- Which colour?\\n---\\n\\n# Review\\n\\nRead it.\\n\\n## Doubt\\n\\nLittle.\\n' > \"$feature/GATE-02-REVIEW.md\"; complete;;\n\
         *) close met; complete;; esac",
    )
}

#[test]
fn two_gates_go_to_the_end_with_a_person_between_them() {
    let scene = two_gates().scene();
    let output = scene.expect(0);
    assert!(output.stdout.contains("specfuse-loop arm 2"), "{}", output.stdout);
    assert_eq!(scene.sessions(), ["T01 1", "G1-PLAN 1"]);
    assert_eq!(scene.key_in("GATE-01.md", "status"), "awaiting_review");
    assert_eq!(scene.key("G1-CLOSE-INTERMEDIATE", "auto_close"), "true");
    assert!(
        scene
            .read(format!("{}/RETROSPECTIVE.md", scene.folder))
            .contains("## Gate 1 — auto-closed (predicate=v1)")
    );
    // Not armed: nothing is dispatched.
    let output = scene.expect(2);
    assert!(output.stdout.contains("GATE-02-REVIEW.md"), "{}", output.stdout);
    assert_eq!(scene.sessions().len(), 2);
    // The review's questions come first.
    let questions = scene.run(["arm", "2"]);
    assert_eq!(questions.code, Some(2), "{}", questions.stdout);
    assert!(questions.stdout.contains("Which colour?"));
    assert_eq!(scene.status("T02"), "draft");
    let armed = scene.run(["arm", "2", "--yes"]);
    assert_eq!(armed.code, Some(0), "{}", armed.stderr);
    assert_eq!(
        (scene.status("T02"), scene.key_in("GATE-01.md", "status")),
        ("pending".into(), "passed".into())
    );
    scene.expect(0);
    assert_eq!(scene.sessions()[2..], ["T02 1", "G2-CLOSE 1"]);
    assert_eq!(scene.key("G2-CLOSE", "verdict"), "met");
    assert_eq!(
        (scene.key_in("GATE-02.md", "status"), scene.key_in("PLAN.md", "status")),
        ("passed".into(), "done".into())
    );
    let roadmap = scene.read(".specfuse/roadmap.md");
    assert!(roadmap.contains("| A scene | done "), "{roadmap}");
    assert!(!scene.read(".specfuse/roadmap.md").contains("## FEAT-2026-0007"));
    assert!(scene.read(".specfuse/roadmap-archive.md").contains("## FEAT-2026-0007"));
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
    assert_eq!(
        scene.features(),
        ["feat: Make T01", "feat: Make G1-PLAN", "feat: Make T02", "feat: Make G2-CLOSE"]
    );
    assert_eq!(scene.run(["lint"]).code, Some(0));
    let decisions = scene.payloads("auto_close_decision");
    let autos: Vec<bool> = decisions
        .iter()
        .map(|d| d["auto"].as_bool().or(d["auto_close"].as_bool()).unwrap_or_else(|| panic!("{d}")))
        .collect();
    assert_eq!(autos, [true, false]);
}

#[test]
fn a_verdict_of_not_met_flips_nothing() {
    let mut plan = Plan::of([Unit::new("T01"), Unit::new("G1-CLOSE").head("auto_close_disabled: true")]);
    plan.agent = "case $unit in T*) work; complete;; *) close not_met; complete;; esac".into();
    let scene = plan.scene();
    let output = scene.expect(1);
    assert_eq!(scene.outcomes(), ["T01 passed", "G1-CLOSE passed"]);
    assert_eq!(scene.key_in("PLAN.md", "status"), "active");
    assert_eq!(scene.key_in("GATE-01.md", "status"), "awaiting_review");
    assert!(scene.read(".specfuse/roadmap.md").contains("| A scene | active |"));
    assert!(!scene.at(".specfuse/roadmap-archive.md").exists());
    assert!(output.stdout.contains("FOLLOW-UPS.md"), "{}", output.stdout);
}

#[test]
fn a_close_that_leaves_nothing_behind_is_told_what_is_missing() {
    let mut plan = Plan::of([Unit::new("T01"), Unit::new("G1-CLOSE").head("auto_close_disabled: true")]);
    plan.agent =
        "case $unit in T*) work; complete;; *) [ $attempt = 1 ] || close met; complete;; esac".into();
    let scene = plan.scene();
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 passed", "G1-CLOSE closing_deliverable_missing", "G1-CLOSE passed"]);
    let prompt = scene.prompt("G1-CLOSE", 2);
    for words in ["verdict", "nothing generalizes"] {
        assert!(prompt.contains(words), "{words}: {prompt}");
    }
    assert_eq!(scene.key_in("PLAN.md", "status"), "done");
}

#[test]
fn a_graph_is_found_behind_another_yaml_block() {
    let mut plan = Plan::of([Unit::new("T01")]);
    plan.before_graph = "```yaml\nsettings:\n  gates_open: 3\n```\n\nAnd a heading inside a fence:\n\n```yml\n# gates:\nother: [1]\n```\n".into();
    let scene = plan.scene();
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 passed"]);
}
