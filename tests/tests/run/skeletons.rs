//! What a closing session finds prepared, and that nobody gets away with leaving it as it is.

use specfuse_tests::scene::{Plan, Unit};

#[test]
fn a_close_finds_the_headings_that_it_must_fill() {
    let fill = "sed -i 's/^### Failure-class breakdown$/&\\n\\nOne check./; s/^### feature_oracle:$/& PASS/; s/^### Cost analysis$/&\\n\\nMore than planned./' \"$feature/RETROSPECTIVE.md\"";
    let mut plan = Plan::of([
        Unit::new("T01").head("planned_cost_usd: 5"),
        Unit::new("G1-CLOSE").head("auto_close_disabled: true"),
    ]);
    plan.gate_head = "feature_oracle: 'true'\n".into();
    plan.agent = format!(
        "case $unit in T*) if [ $attempt = 1 ]; then complete LICENSE; else work; complete src/T01.txt; fi; exit;; esac\n\
         n=$(grep -c '^G1-CLOSE ' \"$HOME/sessions\"); cp \"$feature/RETROSPECTIVE.md\" \"$HOME/found-$n\"\n\
         sed -i 's/^type: close$/type: close\\nverdict: met/' \"$feature/WU-$unit.md\"\n\
         sed -i 's/^## Gate 1$/&\\n\\nNothing generalizes./' \"$feature/RETROSPECTIVE.md\"\n\
         if [ $n = 2 ]; then {fill}; fi; complete\n"
    );
    let scene = plan.scene();
    scene.expect(0);
    let found = std::fs::read_to_string(scene.home.join("found-1")).unwrap();
    assert_eq!(
        found,
        "## Gate 1\n\n### Cost analysis\n\n### Failure-class breakdown\n\n### feature_oracle:\n"
    );
    assert_eq!(scene.outcomes()[2..], ["G1-CLOSE closing_deliverable_missing", "G1-CLOSE passed"]);
    let told = scene.prompt("G1-CLOSE", 2);
    for words in ["`Cost analysis` with text", "Failure-class breakdown", "feature_oracle: PASS"] {
        assert!(told.split("The attempt before this one").last().unwrap().contains(words), "{words}: {told}");
    }
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
}

#[test]
fn a_planning_session_finds_the_review_that_it_must_write() {
    let mut plan = Plan::of([Unit::new("T01"), Unit::new("G1-CLOSE-INTERMEDIATE"), Unit::new("G1-PLAN")]);
    plan.gates[0].retain(|unit| unit.name != "G1-CLOSE");
    plan.gates.push(vec![Unit::new("T02").status("draft"), Unit::new("G2-CLOSE").status("draft")]);
    plan.agent = "case $unit in T*) work; complete src/$unit.txt;; *INTERMEDIATE) printf '\\nNothing generalizes.\\n' >> \"$feature/RETROSPECTIVE.md\"; complete;;\n\
        *) review=\"$feature/GATE-02-REVIEW.md\"; cp \"$review\" \"$HOME/found\"\n\
        if [ $attempt = 2 ]; then sed -i 's/^open_questions:$/open_questions: []/; s/^## Doubt$/&\\n\\nNone./' \"$review\"; fi; complete;; esac"
        .into();
    let scene = plan.scene();
    scene.expect(0);
    let found = std::fs::read_to_string(scene.home.join("found")).unwrap();
    assert!(
        found.starts_with("---\ngate: 2\nopen_questions:\n---\n") && found.contains("## Doubt\n"),
        "{found}"
    );
    let outcomes = scene.outcomes();
    assert_eq!(outcomes[outcomes.len() - 2..], ["G1-PLAN closing_deliverable_missing", "G1-PLAN passed"]);
    assert!(scene.read(format!("{}/GATE-02-REVIEW.md", scene.folder)).contains("open_questions: []"));
    let linted = scene.payloads("plan_next_draft_lint");
    assert_eq!((linted.len(), &linted[0]["gate"], &linted[0]["blocking"]), (1, &1.into(), &false.into()));
    assert!(linted[0]["warns"].is_array());
}
