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

#[test]
fn what_was_red_before_is_refunded_and_halts_the_gate() {
    let (mut world, stop) = run("T01; T02", &[Red(1)]);
    assert_eq!((stop.exit, stop.reason.as_str()), (1, "preexisting_gate_failure"));
    assert_eq!(world.statuses(), "T01:pending T02:pending");
    assert_eq!(world.state.units["FEAT-2026-0042/T01"].charged, 0);
    assert_eq!(logged(&world, "FEAT-2026-0042 human_escalation"), 1);
    // While it is red, no session is paid for, and nobody is called twice.
    assert_eq!(world.run(&BTreeSet::new()).reason, "preexisting_gate_failure");
    assert_eq!(logged(&world, "FEAT-2026-0042 human_escalation"), 1);
    assert_eq!(world.sessions(), ["T01"]);
    world.now = Pass;
    assert_eq!(world.run(&BTreeSet::new()).reason, "gate_reached");
    assert_eq!(world.sessions(), ["T01", "T01", "T02"]);
}

#[test]
fn a_tree_is_probed_once() {
    let (world, _) = run("T01", &[Fail(1), Fail(2), Fail(3)]);
    let probes = world.journal.iter().filter(|record| record.event == Event::PutBack).count();
    assert_eq!(probes, 1);
    assert_eq!(logged(&world, "FEAT-2026-0042/T01 baseline_attribution"), 3);
    let mut world = World::new("T01", &[Red(1), Red(2), Red(3)]);
    world.disk.head.attempts.baseline_probe = false;
    assert_eq!(world.run(&BTreeSet::new()).reason, "stranded");
    assert_eq!(logged(&world, "FEAT-2026-0042/T01 baseline_attribution"), 0);
}

#[test]
fn a_unit_that_iterates_goes_on_from_its_best_tree_until_nothing_gets_better() {
    let iterate = |script: &[Script]| {
        let mut world = World::new("T01", script);
        let unit = world.disk.units.get_mut("FEAT-2026-0042/T01").unwrap();
        (unit.iterate_on_failure, unit.max_attempts) = (true, 9);
        world.run(&BTreeSet::new());
        world
    };
    let world = iterate(&[Left(9), Left(5), Left(7), Left(4), Pass]);
    assert_eq!(world.works, [None, Some(1), Some(2), Some(2), Some(4)]);
    assert_eq!(world.statuses(), "T01:done");
    let world = iterate(&[Left(9), Left(5), Left(5), Left(6), Pass]);
    assert_eq!(world.statuses(), "T01:blocked_human");
    assert_eq!(world.sessions.len(), 4);
    assert_eq!(world.disk.units["FEAT-2026-0042/T01"].attempts, 4);
}

#[test]
fn the_whole_set_runs_once_on_a_tree() {
    let broad = |world: &World| logged(world, "FEAT-2026-0042 broad_run_result");
    let (mut world, _) = run("T01; G1-CLOSE", &[Pass, Blocked]);
    assert_eq!(broad(&world), 1);
    world.disk.units.get_mut("FEAT-2026-0042/G1-CLOSE").unwrap().status = Some(UnitStatus::Pending);
    assert_eq!(world.run(&BTreeSet::new()).reason, "feature_complete");
    assert_eq!(broad(&world), 1);
}

#[test]
fn before_its_last_attempt_a_unit_may_be_rewritten() {
    let replan = |script: &[Script], rewrites: bool, kills: &[usize]| {
        let mut world = World::new("T01", script);
        world.disk.head.attempts.replan = true;
        world.rewrites = rewrites;
        world.run(&kills.iter().copied().collect());
        world
    };
    let world = replan(&[Fail(1), Fail(2), Pass], true, &[]);
    assert_eq!((world.statuses().as_str(), world.sessions.len(), world.replans), ("T01:done", 3, 1));
    assert_eq!(world.state.units["FEAT-2026-0042/T01"].last_attempt, 3);
    assert_eq!(logged(&world, "FEAT-2026-0042/T01 replan"), 1);
    assert_eq!(world.disk.units["FEAT-2026-0042/T01"].cost_usd, 4.0);
    let world = replan(&[Fail(1), Fail(2), Pass], false, &[]);
    assert_eq!((world.statuses().as_str(), world.sessions.len()), ("T01:blocked_human", 2));
    assert_eq!(logged(&world, "FEAT-2026-0042/T01 human_escalation"), 1);
    assert_eq!(replan(&[Fail(1), Pass], true, &[]).replans, 0);
    // Killed anywhere, it comes to the same end.
    for kill in 1..30 {
        let world = replan(&[Fail(1), Fail(2), Pass], true, &[kill]);
        assert_eq!(world.statuses(), "T01:done", "killed before answer {kill}");
    }
}
