//! Status changes and what a person decides at a gate.

use super::*;
use crate::fix::Edits;
use crate::fixture::{FOLDER, sketch_tree};
use crate::model::Feature;
use crate::model::status::{GateStatus, PlanStatus, UnitStatus};
use crate::parse;
use crate::path::RelPath;
use crate::tree::Tree;

fn at(name: &str) -> RelPath {
    RelPath::new(&format!("{FOLDER}/{name}")).unwrap()
}

fn read(tree: &Tree) -> Feature {
    parse::feature(tree, &RelPath::new(FOLDER).unwrap())
}

#[track_caller]
fn check(before: &str, action: impl Fn(&Tree, &Feature) -> Result<Edits, EditRefused>, after: &str) {
    let mut tree = sketch_tree("T01");
    tree.insert_text(at("WU-T01.md"), before);
    let edits = action(&tree, &read(&tree)).unwrap_or_else(|e| panic!("{e}"));
    let new = edits.apply(&tree).expect("edits fit");
    assert_eq!(&**new.text(&at("WU-T01.md")).unwrap(), after);
}

#[test]
fn only_legal_steps_are_made() {
    let to = |status| move |t: &Tree, f: &Feature| set_unit_status(t, f, 0, status);
    check("---\nstatus: draft # x\n---\n", to(UnitStatus::Pending), "---\nstatus: pending # x\n---\n");
    check("---\nstatus: 'odd'\n---\n", to(UnitStatus::Pending), "---\nstatus: 'pending'\n---\n");
    let tree = sketch_tree("T01!done | T02");
    let feature = read(&tree);
    let refused = set_unit_status(&tree, &feature, 0, UnitStatus::Pending).unwrap_err();
    assert_eq!(refused.to_string(), "FEAT-2026-0042/T01 is `done` and cannot become `pending` from there");
    assert!(set_unit_status(&tree, &feature, 0, UnitStatus::Done).unwrap().is_empty());
    assert!(set_gate_status(&tree, &feature, 0, GateStatus::Open).unwrap().is_empty());
    let plan = set_plan_status(&tree, &feature, PlanStatus::Blocked).unwrap().apply(&tree).unwrap();
    assert_eq!(read(&plan).status(), Some(PlanStatus::Blocked));
    assert!(set_plan_status(&plan, &read(&plan), PlanStatus::Done).is_err());
}

#[test]
fn a_gate_without_a_file_gets_one() {
    let mut tree = sketch_tree("T01");
    tree.remove(&at("GATE-01.md"));
    let after =
        set_gate_status(&tree, &read(&tree), 0, GateStatus::AwaitingReview).unwrap().apply(&tree).unwrap();
    assert_eq!(read(&after).gates[0].status(), Some(GateStatus::AwaitingReview));
}

#[test]
fn arming_gives_the_questions_back() {
    let mut tree = sketch_tree("T01!done; G1-PLAN!done | T02!draft; T03!draft; T04!abandoned | T05!draft");
    let gate = "---\ngate: 1\nstatus: awaiting_review # look\n---\n";
    assert!(
        arm_gate(&tree, &read(&tree), 1)
            .unwrap_err()
            .to_string()
            .ends_with("gate 1 does not await review yet")
    );
    tree.insert_text(at("GATE-01.md"), gate);
    tree.insert_text(at("GATE-02-REVIEW.md"), "---\nopen_questions:\n  - Really?\n  - a: b\n---\n");
    let arming = arm_gate(&tree, &read(&tree), 1).unwrap();
    assert_eq!((arming.open_questions, arming.units), (vec!["Really?".into(), "a: b".into()], vec![2, 3]));
    let after = read(&arming.edits.apply(&tree).unwrap());
    assert_eq!(after.gates[0].status(), Some(GateStatus::Passed));
    let standing: Vec<_> = after.units[2..5].iter().map(|u| u.status().unwrap().to_string()).collect();
    assert_eq!(standing, ["pending", "pending", "abandoned"]);
    assert!(arm_gate(&tree, &read(&tree), 2).is_err(), "gate 2 is open");
    assert!(arm_gate(&tree, &read(&tree), 0).unwrap_err().to_string().ends_with("it has no draft to arm"));
}

#[test]
fn a_person_marks_a_unit_done_or_blocked() {
    check(
        "---\nstatus: pending\ntype: human\n---\n",
        |t, f| mark_done(t, f, 0, " saw it: fine "),
        "---\nstatus: done\nevidence: \"saw it: fine\"\ntype: human\n---\n",
    );
    check(
        "---\nstatus: ready\n---\n",
        |t, f| block_unit(t, f, 0, "wait"),
        "---\nstatus: blocked_human\nescalation_reason: wait\n---\n",
    );
    let tree = sketch_tree("T01");
    assert!(mark_done(&tree, &read(&tree), 0, " ").is_err());
}

#[test]
fn a_rearmed_unit_keeps_its_books() {
    let again = |reproduced| Rearm {
        timestamp: "2026-06-15T02:40:05+00:00".into(),
        reason: "fixed: it".into(),
        reproduced,
        overridden: false,
    };
    let before = "---\nid: x\nstatus: blocked_human # b\nattempts: 3\ncost_usd: 0.1\nduration_seconds: 2.5\ninput_tokens: 7\nescalation_reason: spinning_signature_repeat\nescalation_failure_signature: sig\nre_arm_count: 1\nre_arm_history:\n  -\n    timestamp: a # old\n    reason: b\n# end\ncumulative_cost_usd: 0.2\n---\nbody\n";
    let after = "---\nid: x\nstatus: pending # b\nattempts: 0\nre_arm_count: 2\nre_arm_history:\n  -\n    timestamp: a # old\n    reason: b\n  - timestamp: 2026-06-15T02:40:05+00:00\n    prior_status: blocked_human\n    prior_attempts: 3\n    prior_cost_usd: 0.1\n    prior_duration_seconds: 2.5\n    reason: \"fixed: it\"\n# end\ncumulative_cost_usd: 0.3\ncumulative_duration_seconds: 2.5\ncumulative_input_tokens: 7\ncumulative_output_tokens: 0\ncumulative_attempts: 3\nreproduced_signature: sig\n---\nbody\n";
    check(before, |t, f| rearm(t, f, 0, &again(true)), after);
    let flow = "---\nstatus: blocked_human\nre_arm_history: [{reason: x}]\n---\n";
    let mut tree = sketch_tree("T01");
    tree.insert_text(at("WU-T01.md"), flow);
    let new = rearm(&tree, &read(&tree), 0, &again(false)).unwrap().apply(&tree).unwrap();
    let history = read(&new).units[0].file.as_ref().unwrap().doc.get("re_arm_history").cloned().unwrap();
    let last = history.as_seq().unwrap().items[1].value.as_map().unwrap().clone();
    assert_eq!(last.get("reason").unwrap().as_text(), Some("fixed: it"));
    assert_eq!(last.get("prior_attempts").unwrap().as_text(), Some("0"));
    tree.insert_text(at("WU-T01.md"), before);
    assert!(matches!(rearm(&tree, &read(&tree), 0, &again(false)), Err(EditRefused::NotReproduced(_))));
    tree.insert_text(at("WU-T01.md"), "---\nstatus: done\n---\n");
    assert!(matches!(rearm(&tree, &read(&tree), 0, &again(true)), Err(EditRefused::Step { .. })));
}
