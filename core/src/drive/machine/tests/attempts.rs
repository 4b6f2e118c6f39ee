//! What attempts cost, keep and call for.

use super::*;

/// How often the log has a line of this type about this unit or feature.
fn logged(world: &World, line: &str) -> usize {
    world.log.iter().filter(|(_, known)| known == line).count()
}

#[test]
fn a_call_is_logged_once_while_nothing_changes() {
    let (mut world, _) = run("T01!abandoned; T02 < T01", &[]);
    let stranded = "FEAT-2026-0042 human_escalation";
    assert_eq!(logged(&world, stranded), 1);
    assert_eq!(world.run(&BTreeSet::new()).reason, "stranded");
    assert_eq!(logged(&world, stranded), 1);
    world.disk.units.get_mut("FEAT-2026-0042/T02").unwrap().depends_on.clear();
    assert_eq!(world.run(&BTreeSet::new()).reason, "gate_reached");
}

#[test]
fn a_decision_is_logged_once_however_often_its_session_is_interrupted() {
    // Answers of T01: Load to Commit are 6; then the close: Load, Checks, Load, Judge, Open, Session.
    for kill in 7..16 {
        let mut world = World::new("T01; G1-CLOSE", &[]);
        world.run(&BTreeSet::from([kill, kill + 3]));
        assert_eq!(logged(&world, "FEAT-2026-0042 auto_close_decision"), 1, "killed before answer {kill}");
    }
}

#[test]
fn a_promise_that_nobody_can_keep_is_not_dispatched() {
    let mut world = World::new("T01; T02", &[]);
    world.disk.units.get_mut("FEAT-2026-0042/T01").unwrap().produces_invalid =
        vec!["`/etc` is not below".into()];
    assert_eq!(world.run(&BTreeSet::new()).reason, "stranded");
    assert_eq!(world.sessions(), ["T02"]);
    assert_eq!(world.statuses(), "T01:blocked_human T02:done");
    assert_eq!(logged(&world, "FEAT-2026-0042/T01 human_escalation"), 1);
}
