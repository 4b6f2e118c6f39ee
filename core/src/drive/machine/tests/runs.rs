//! Whole runs, outcome by outcome.

use super::*;

#[test]
fn a_feature_that_goes_well_is_finished() {
    let (world, stop) = run("T01; T02 < T01; G1-CLOSE", &[]);
    assert_eq!((stop.exit, stop.reason.as_str()), (0, "feature_complete"));
    assert_eq!(world.sessions(), ["T01", "T02", "G1-CLOSE"]);
    assert_eq!(world.disk.head.status, Some(PlanStatus::Done));
    assert_eq!(world.disk.head.roadmap, Some(PlanStatus::Done));
    assert_eq!(world.disk.gates[0].status, Some(GateStatus::Passed));
}

#[test]
fn a_gate_that_is_not_the_last_awaits_review_and_the_next_one_its_arming() {
    let (mut world, stop) =
        run("T01; G1-CLOSE-INTERMEDIATE; G1-PLAN < G1-CLOSE-INTERMEDIATE | T02!draft; G2-CLOSE!draft", &[]);
    assert_eq!((stop.exit, stop.reason.as_str()), (0, "gate_reached"));
    assert_eq!(world.disk.gates[0].status, Some(GateStatus::AwaitingReview));
    let again = world.run(&BTreeSet::new());
    assert_eq!((again.exit, again.reason.as_str()), (2, "not_armed"));
    world.disk.gates[0].status = Some(GateStatus::Passed);
    let drafts = world.run(&BTreeSet::new());
    assert_eq!(drafts.exit, 2);
    assert!(drafts.why[1].contains("GATE-02-REVIEW.md"), "{:?}", drafts.why);
    for unit in ["T02", "G2-CLOSE"] {
        world.disk.units.get_mut(&format!("FEAT-2026-0042/{unit}")).unwrap().status =
            Some(UnitStatus::Pending);
    }
    assert_eq!(world.run(&BTreeSet::new()).reason, "feature_complete");
}

#[test]
fn failures_are_tried_again_until_they_repeat_or_run_out() {
    ends("T01", &[Fail(1), Pass], 0, "gate_reached", &["T01", "T01"], "T01:done");
    ends("T01", &[Fail(1), Fail(1)], 1, "stranded", &["T01", "T01"], "T01:blocked_human");
    ends("T01", &[Fail(1), Fail(2), Fail(3)], 1, "stranded", &["T01"; 3], "T01:blocked_human");
    ends("T01", &[Fail(1), Fail(2), Pass], 0, "gate_reached", &["T01"; 3], "T01:done");
    ends("T01", &[Crash, Crash, Pass], 0, "gate_reached", &["T01"; 3], "T01:done");
    ends("T01", &[Tamper, Pass], 0, "gate_reached", &["T01"; 2], "T01:done");
    ends("T01", &[Refused, Pass], 0, "gate_reached", &["T01"; 2], "T01:done");
    ends("T01", &[NoToken; 3], 1, "stranded", &["T01"; 3], "T01:blocked_human");
    ends("T01", &[Idle, Idle], 1, "stranded", &["T01"; 2], "T01:blocked_human");
}

#[test]
fn what_stops_one_unit_does_not_stop_the_others() {
    ends(
        "T01; T02 < T01; T03",
        &[Blocked],
        1,
        "stranded",
        &["T01", "T03"],
        "T01:blocked_human T02:pending T03:done",
    );
    let (_, stop) = run("T01!abandoned; T02 < T01; T03 < T04; T04 < T03; T05!in_review; G1-CLOSE", &[]);
    let why = stop.why.join("\n");
    for cause in [
        "T02: it depends on T01, which was abandoned",
        "T03: it is in a cycle: T03 → T04 → T03",
        "T05: it stands at in_review",
        "G1-CLOSE: it waits for T02",
    ] {
        assert!(why.contains(cause), "{why}");
    }
}

#[test]
fn an_abandoned_unit_does_not_hold_its_gate() {
    ends(
        "T01; T02!abandoned; G1-CLOSE",
        &[],
        0,
        "feature_complete",
        &["T01", "G1-CLOSE"],
        "T01:done T02:abandoned G1-CLOSE:done",
    );
}

#[test]
fn a_verdict_that_is_not_met_finishes_nothing() {
    let (world, stop) = run("T01; G1-CLOSE", &[Pass, NotMet]);
    assert_eq!((stop.exit, stop.reason.as_str()), (1, "verdict_not_met"));
    assert_eq!(world.disk.head.status, Some(PlanStatus::Active));
    assert_eq!(world.disk.head.roadmap, None);
    assert_eq!(world.disk.gates[0].status, Some(GateStatus::AwaitingReview));
}

#[test]
fn a_gate_arms_itself_only_under_auto_and_when_nothing_speaks_against_it() {
    let plan = "T01; G1-CLOSE-INTERMEDIATE; G1-PLAN < G1-CLOSE-INTERMEDIATE | T02!draft; G2-CLOSE!draft";
    for (auto, arms) in [(true, true), (true, false), (false, true), (false, false)] {
        let mut world = World::new(plan, &[]);
        (world.disk.gates[1].auto, world.arms) = (auto, arms);
        let stop = world.run(&BTreeSet::new());
        let reason = if auto && arms { "feature_complete" } else { "gate_reached" };
        assert_eq!(stop.reason, reason, "auto {auto}, would arm {arms}");
        let evaluated =
            world.log.iter().filter(|(_, line)| line.ends_with("arm_predicate_evaluated")).count();
        assert_eq!((evaluated, world.baselines), (1, 1));
        assert_eq!(world.tags.len(), usize::from(auto && arms));
    }
}

#[test]
fn a_judge_can_only_lower_a_verdict() {
    let judged = |script: &[Script]| {
        let (world, stop) = run("T01; G1-CLOSE", script);
        let verdict = world.disk.units["FEAT-2026-0042/G1-CLOSE"].verdict;
        (world.judged, stop.reason, verdict)
    };
    assert_eq!(judged(&[Pass, Pass]), (1, "feature_complete".into(), Some(Verdict::Met)));
    assert_eq!(judged(&[Pass, Doubt]), (1, "verdict_not_met".into(), Some(Verdict::NotMet)));
    assert_eq!(judged(&[Pass, NotMet]), (0, "verdict_not_met".into(), Some(Verdict::NotMet)));
    // A judge that says nothing is asked once more, and then confirms nothing.
    assert_eq!(judged(&[Pass, Silent]), (2, "verdict_not_met".into(), Some(Verdict::NotMet)));
    let mut world = World::new("T01; G1-CLOSE", &[Pass, Doubt]);
    world.disk.head.judge_disabled = true;
    assert_eq!((world.run(&BTreeSet::new()).reason.as_str(), world.judged), ("feature_complete", 0));
    let mut world = World::new("T01; G1-CLOSE", &[Pass, Doubt]);
    world.auto = true;
    assert_eq!((world.run(&BTreeSet::new()).reason.as_str(), world.judged), ("feature_complete", 0));
}

#[test]
fn a_gate_on_plan_closes_itself() {
    let mut world = World::new("T01; G1-CLOSE", &[]);
    world.auto = true;
    assert_eq!(world.run(&BTreeSet::new()).reason, "feature_complete");
    assert_eq!(world.sessions(), ["T01"]);
    assert_eq!(world.disk.units["FEAT-2026-0042/G1-CLOSE"].verdict, Some(Verdict::Met));
}

#[test]
fn the_budget_is_looked_at_before_each_dispatch() {
    let mut world = World::new("T01; T02; T03", &[]);
    world.disk.gates[0].cost_budget_usd = Some(2.0);
    let stop = world.run(&BTreeSet::new());
    assert_eq!((stop.exit, stop.reason.as_str()), (1, "gate_budget_exceeded_post_dispatch"));
    assert_eq!(world.sessions(), ["T01", "T02"]);
    world.disk.gates[0].status = Some(GateStatus::Open);
    assert_eq!(world.run(&BTreeSet::new()).reason, "gate_budget_exceeded");
    assert_eq!(world.sessions().len(), 2);
}

#[test]
fn a_killed_driver_still_knows_that_its_run_dispatched_something() {
    let stop = |kill: usize| {
        let mut world = World::new("T01; T02; T03", &[]);
        world.disk.gates[0].cost_budget_usd = Some(2.0);
        world.run(&BTreeSet::from([kill])).reason
    };
    for kill in 1..40 {
        assert_eq!(stop(kill), "gate_budget_exceeded_post_dispatch", "killed before answer {kill}");
    }
}

#[test]
fn a_missing_set_is_never_a_pass() {
    let mut world = World::new("T01", &[]);
    world.disk.head.sets.clear();
    assert_eq!(world.run(&BTreeSet::new()).reason, "configuration");
    assert!(world.sessions.is_empty());
}

#[test]
fn a_unit_left_in_progress_without_a_journal_is_taken_up() {
    let mut world = World::new("T01!in_progress", &[]);
    world.disk.units.get_mut("FEAT-2026-0042/T01").unwrap().attempts = 3;
    assert_eq!(world.run(&BTreeSet::new()).reason, "gate_reached");
    assert_eq!(world.state.units["FEAT-2026-0042/T01"].last_attempt, 4);
}

#[test]
fn a_person_may_set_a_stopped_unit_back() {
    let (mut world, _) = run("T01", &[Fail(1), Fail(1)]);
    world.disk.units.get_mut("FEAT-2026-0042/T01").unwrap().status = Some(UnitStatus::Pending);
    assert_eq!(world.run(&BTreeSet::new()).reason, "gate_reached");
}

#[test]
fn a_stop_request_waits_for_the_running_step() {
    let mut world = World::new("T01; T02", &[]);
    let mut effects = world.tell(Event::Started { options: Options::default() });
    let mut stop = None;
    while stop.is_none() {
        let mut answer = None;
        for effect in effects {
            if matches!(effect, Effect::RunSession(_)) {
                assert!(world.tell(Event::StopRequested).is_empty());
            }
            answer = world.perform(effect);
        }
        stop = world.stop.take();
        effects = answer.map(|answer| world.tell(answer)).unwrap_or_default();
    }
    assert_eq!(stop.unwrap().reason, "stop_requested");
    assert_eq!(world.statuses(), "T01:done T02:pending");
}

#[test]
fn answers_that_nobody_asked_for_change_nothing() {
    let (mut world, _) = run("T01", &[]);
    let before = world.state.clone();
    for event in [
        Event::CommitFound { commit: None },
        Event::Settled { snapshot: None, tree: None },
        Event::ChecksRan { results: Vec::new() },
        Event::SessionEnded(SessionReport::default()),
    ] {
        assert!(world.tell(event).is_empty());
        assert_eq!(world.state, before);
    }
}

#[test]
fn killed_during_the_session_costs_nothing_and_after_it_nothing_twice() {
    // Answers: 1 Load, 2 Open, 3 RunSession, 4 Inspect, 5 RunChecks, 6 Commit.
    for (kill, sessions) in [(1, 1), (2, 1), (3, 2), (4, 1), (5, 1), (6, 1)] {
        let mut world = World::new("T01", &[]);
        let stop = world.run(&BTreeSet::from([kill]));
        assert_eq!(stop.reason, "gate_reached", "killed before answer {kill}");
        assert_eq!(world.sessions.len(), sessions, "killed before answer {kill}");
        assert_eq!(world.state.units["FEAT-2026-0042/T01"].charged, 1);
        assert_eq!(world.commits.len(), 1);
        let outcomes = world.log.iter().filter(|(_, line)| line.ends_with("attempt_outcome")).count();
        assert_eq!(outcomes, sessions);
    }
}
