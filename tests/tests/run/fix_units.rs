//! Sessions that are blocked by a defect elsewhere and draft the unit that mends it.

use specfuse_tests::scene::{FEATURE, Plan, Scene, Unit};

/// The session drafts a unit with this name, whose head has these lines, too, and asks for it.
pub(super) fn asks_for(name: &str, head: &str) -> String {
    format!(
        "cat > \"$feature/WU-{name}.md\" <<'END'\n---\nid: {FEATURE}/{name}\ntype: implementation\nstatus: draft\n{head}---\n\n\
         # Make {name}\n\n**Objective.** Make it.\n\n**Context.** T01 needs it.\n\n**Acceptance criteria.**\n\n1. It is made.\n\n\
         **Do not touch.** `other/`.\n\n**Verification.** The `tests` check.\n\n**Escalation triggers.** None.\nEND\n\
         echo half > half.txt\n\
         block 'status: blocked\\nblocked_reason: the parser is broken\\nblocked_next:\\n  kind: fix_unit\\n  file: WU-{name}.md\\n  id: {FEATURE}/{name}'\n"
    )
}

/// A scene in which the session of `T01` does `first` in its first attempt, `second` in its second, and its work
/// after that.
fn scene(first: &str, second: &str, verification: &str) -> Scene {
    let mut plan = Plan::of([Unit::new("T01")]);
    plan.agent = format!(
        "case $unit in T01) case $(grep -c '^T01 ' \"$HOME/sessions\") in\n1)\n{first}\nexit;;\n2)\n{second}\nexit;;\nesac;; esac\n\
         case $unit in T*) work; complete src/$unit.txt;; *) close met; complete;; esac\n"
    );
    plan.verification += verification;
    plan.scene()
}

const WORKS: &str = "work; complete src/T01.txt";

#[test]
fn a_unit_that_clears_the_way_goes_in_before_the_blocked_one() {
    let scene = scene(&asks_for("T09", ""), WORKS, "");
    let output = scene.expect(0);
    assert_eq!(scene.outcomes()[..3], ["T01 blocked", "T09 passed", "T01 passed"]);
    assert!(output.stdout.contains("T09 goes first"), "{}", output.stdout);
    assert_eq!(scene.key("T01", "attempts"), "1", "the blocked attempt does not count");
    assert_eq!(scene.escalations(), [""; 0]);
    let inserted = scene.payloads("fix_unit_inserted");
    assert_eq!(inserted.len(), 1);
    assert_eq!(
        (&inserted[0]["fix_unit"], &inserted[0]["count"]),
        (&format!("{FEATURE}/T09").into(), &1.into())
    );
    let plan = scene.read(format!("{}/PLAN.md", scene.folder));
    assert!(plan.find("/T09\n").unwrap() < plan.find("file: 'WU-T01.md'").unwrap(), "{plan}");
    assert!(scene.subjects().iter().any(|subject| subject == "chore(loop): insert T09 before T01"));
    let told = scene.prompt("T01", 1);
    assert!(scene.read(format!("{}/WU-T09.md", scene.folder)).contains("provenance: "), "{told}");
    // What else the session did is kept, and not in the tree.
    assert!(!scene.at("half.txt").exists());
    assert_eq!(scene.kept_file("T01/1", "half.txt").as_deref(), Some("half\n"));
    // Such a gate has something to tell.
    let decision = &scene.payloads("auto_close_decision")[0];
    assert_eq!(decision["auto"], false);
    assert!(decision["reasons"].to_string().contains("replan_event"), "{decision}");
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
}

#[test]
fn no_unit_gets_more_of_them_than_it_may() {
    let most = "defaults:\n  max_fix_units_per_unit: 1\n";
    let scene = scene(&asks_for("T09", ""), &asks_for("T10", ""), most);
    let output = scene.expect(1);
    assert_eq!(scene.outcomes(), ["T01 blocked", "T09 passed", "T01 blocked"]);
    assert_eq!(
        (scene.status("T01"), scene.escalations()),
        ("blocked_human".into(), vec!["agent_reported_blocked".into(), "stranded".into()])
    );
    assert!(output.stdout.contains("max_fix_units_per_unit"), "{}", output.stdout);
    assert!(output.stdout.contains("the parser is broken"), "{}", output.stdout);
    assert!(!scene.at(format!("{}/WU-T10.md", scene.folder)).exists());
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
}

#[test]
fn a_bad_draft_calls_a_person_with_the_reason() {
    for (draft, words) in [
        (asks_for("T09", "unsandboxed: true\n"), "`unsandboxed` is not a session's to set"),
        (asks_for("T09", "").replace("**Context.** T01 needs it.\n\n", ""), "it does not lint"),
        (
            asks_for("T09", "").replace("file: WU-T09.md", "file: ../WU-T09.md"),
            "no Markdown file in the feature's folder",
        ),
        (
            asks_for("T09", "").replace("id: FEAT-2026-0007/T09'", "id: FEAT-2026-0008/T09'"),
            "no unit id of this feature",
        ),
        (asks_for("T09", "").replace("file: WU-T09.md", "file: WU-T01.md"), "was there before the session"),
    ] {
        let scene = scene(&draft, WORKS, "");
        let output = scene.expect(1);
        assert_eq!(scene.outcomes(), ["T01 blocked"], "{words}");
        assert_eq!(scene.status("T01"), "blocked_human", "{words}");
        assert!(output.stdout.contains(words), "{words}: {}", output.stdout);
        assert!(scene.payloads("fix_unit_inserted").is_empty());
        assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
    }
}

#[test]
fn where_the_project_does_not_want_them_a_person_is_called() {
    let scene = scene(&asks_for("T09", ""), WORKS, "fix_unit_insertion: false\n");
    scene.expect(1);
    assert_eq!((scene.outcomes(), scene.status("T01")), (vec!["T01 blocked".into()], "blocked_human".into()));
    assert!(!scene.prompt("T01", 1).contains("blocked_next: {kind"));
}
