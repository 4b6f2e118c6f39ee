//! Several lanes at once: answers come in any order, drivers are killed at any of them, and what a run
//! promises holds as it does one unit at a time.

use super::random::{plan, script};
use super::*;
use proptest::prelude::*;

/// Runs until the machine stops. Which lane answers next is for `pick` to say; a kill loses what all of
/// them were at.
fn run_lanes(world: &mut World, kills: &BTreeSet<usize>, pick: &[u8]) -> Stop {
    let mut effects = world.tell(Event::Started { options: world.options.clone() });
    for answers in 0..20_000 {
        let killed = kills.contains(&(answers + 1));
        let mut answer =
            effects.drain(..).fold(None, |_, effect| world.perform(effect)).map(|event| (0, event));
        if let Some(stop) = world.stop.take() {
            return stop;
        }
        check_lanes(world);
        if answer.is_none() {
            assert_eq!(world.state.phase, Phase::Watching);
            assert!(!world.pending.is_empty(), "nobody will ever answer: {:#?}", world.state.lanes);
            let at = usize::from(pick.get(answers % pick.len().max(1)).copied().unwrap_or(0));
            let (lane, question) = world.pending.remove(at % world.pending.len());
            answer = Some((lane, perform_in(world, lane, question)));
        }
        effects = if killed {
            world.pending.clear();
            world.state = replay(&world.journal);
            world.tell(Event::Started { options: world.options.clone() })
        } else {
            let (lane, event) = answer.unwrap();
            world.tell_from(lane, event)
        };
    }
    panic!("the run does not end");
}

/// Performs a question as it goes in its lane: each has a script of its own.
fn perform_in(world: &mut World, lane: u32, question: Effect) -> Event {
    world.now = world.plays.get(&lane).copied().unwrap_or(Pass);
    let event = match &question {
        Effect::Integrate { base, touched, .. } => {
            let (base, touched) = (base.clone(), touched.clone());
            let how = match world.now {
                Clash => Integration::Conflict { paths: vec!["src/a".into()], text: "both".into() },
                Way => Integration::InTheWay { why: "your src/a".into() },
                _ if base.head == "h" && lane.is_multiple_of(2) => {
                    Integration::Rebased { base: Base { head: "h2".into(), ..base }, touched }
                }
                _ => Integration::Fits { base, touched },
            };
            if world.now == Clash {
                world.now = Pass;
            }
            Event::Integrated(how)
        }
        Effect::Commit(_) if world.now == Moved => {
            world.now = Pass;
            Event::Integrated(Integration::Moved)
        }
        _ => world.perform(question).unwrap(),
    };
    world.plays.insert(lane, world.now);
    event
}

/// What must hold whenever the machine waits.
fn check_lanes(world: &World) {
    let lanes = &world.state.lanes;
    assert!(lanes.len() <= world.options.lanes() as usize, "{lanes:#?}");
    assert!(lanes.values().filter(|attempt| attempt.turn).count() <= 1, "two at once: {lanes:#?}");
    let is_closing = |attempt: &Attempt| world.disk.units[&attempt.unit].is_closing();
    assert!(lanes.len() == 1 || !lanes.values().any(is_closing), "a close runs alone: {lanes:#?}");
    for attempt in lanes.values() {
        let unit = &world.disk.units[&attempt.unit];
        let is_there = |dep: &String| world.commits.contains(dep) || world.first_done.contains(dep);
        assert!(unit.depends_on.iter().all(is_there), "{} began too early", unit.id);
    }
    if world.state.phase == Phase::Watching {
        let asked: BTreeSet<u32> = world.pending.iter().map(|(lane, _)| *lane).collect();
        assert_eq!(asked.len(), world.pending.len(), "two questions to one lane");
    }
}

fn lanes(plan: &str, script: &[Script], count: u32) -> World {
    let mut world = World::new(plan, script);
    world.options = Options { lanes: count, isolate: true, ..Options::default() };
    world
}

#[test]
fn ready_units_begin_together_and_the_close_runs_alone() {
    let mut world = lanes("T01; T02; T03; T04 < T01; G1-CLOSE", &[], 2);
    assert_eq!(run_lanes(&mut world, &BTreeSet::new(), &[1, 0]).reason, "feature_complete");
    assert_eq!(world.sessions().len(), 5);
    assert_eq!(world.sessions()[4], "G1-CLOSE");
}

/// What all sessions of a unit have cost, as far as they said so.
fn metered(world: &World, unit: &str) -> f64 {
    let attempts = &world.state.units[unit].attempts;
    attempts.iter().filter_map(|attempt| attempt.usage.cost_usd).sum()
}

#[test]
fn what_a_session_cost_is_not_forgotten_when_the_plan_is_read_again() {
    // T02's session is over when T01 is done, and the plan is read again before T02 is.
    let mut world = lanes("T01; T02; G1-CLOSE", &[], 2);
    run_lanes(&mut world, &BTreeSet::new(), &[0, 0, 1, 0]);
    for unit in ["FEAT-2026-0042/T01", "FEAT-2026-0042/T02"] {
        let view = &world.disk.units[unit];
        assert_eq!((view.cost_usd, view.lifetime_cost_usd, view.duration_seconds), (1.0, 1.0, 2.0), "{unit}");
    }
    let mut world = lanes("T01", &[], 1);
    run_lanes(&mut world, &BTreeSet::from([5]), &[]);
    assert_eq!(world.disk.units["FEAT-2026-0042/T01"].cost_usd, metered(&world, "FEAT-2026-0042/T01"));
}

#[test]
fn a_conflict_is_charged_and_tried_again() {
    let mut world = lanes("T01", &[Clash, Clash, Pass], 1);
    assert_eq!(run_lanes(&mut world, &BTreeSet::new(), &[]).reason, "gate_reached");
    assert_eq!(world.sessions().len(), 3);
    assert_eq!(world.state.units["FEAT-2026-0042/T01"].charged, 3);
}

#[test]
fn what_waits_for_a_person_ends_the_run_and_goes_on_without_a_session() {
    let mut world = lanes("T01; T02", &[Way, Pass], 2);
    let stop = run_lanes(&mut world, &BTreeSet::new(), &[]);
    assert_eq!((stop.exit, stop.reason.as_str()), (1, "edits_in_the_way"));
    assert!(stop.why.iter().any(|why| why.contains("your src/a")), "{stop:?}");
    assert_eq!(world.commits.len(), 1);
    world.plays.clear();
    assert_eq!(run_lanes(&mut world, &BTreeSet::new(), &[]).reason, "gate_reached");
    assert_eq!((world.sessions().len(), world.commits.len()), (2, 2));
}

#[test]
fn asked_to_stop_the_lanes_go_to_their_ends_and_nothing_new_begins() {
    let mut world = lanes("T01; T02; T03", &[], 2);
    let mut effects = world.tell(Event::Started { options: world.options.clone() });
    while world.pending.len() < 2 {
        let answer = effects.drain(..).fold(None, |_, effect| world.perform(effect)).unwrap();
        effects = world.tell(answer);
        effects.retain(|effect| !matches!(effect, Effect::Lane { lane, question } if { world.pending.push((*lane, (**question).clone())); true }));
    }
    assert!(world.tell(Event::StopRequested).is_empty());
    let mut stop = None;
    while stop.is_none() {
        let mut answer =
            effects.drain(..).fold(None, |_, effect| world.perform(effect)).map(|event| (0, event));
        stop = world.stop.take();
        if stop.is_none() && answer.is_none() {
            let (lane, question) = world.pending.remove(0);
            answer = Some((lane, perform_in(&mut world, lane, question)));
        }
        if let Some((lane, event)) = answer.filter(|_| stop.is_none()) {
            effects = world.tell_from(lane, event);
        }
    }
    assert_eq!(stop.unwrap().reason, "stop_requested");
    assert_eq!(world.statuses(), "T01:done T02:done T03:pending");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// As one unit at a time: the run ends, nothing is committed twice, nothing starts too early, no unit
    /// gets more attempts than it may, and the journal is the whole truth.
    #[test]
    fn lanes_hold_their_promises(
        plan in plan(),
        script in proptest::collection::vec(script(), 0..14),
        kills in proptest::collection::btree_set(1usize..80, 0..6),
        pick in proptest::collection::vec(any::<u8>(), 1..12),
        count in 1u32..5,
    ) {
        let mut world = lanes(&plan, &script, count);
        let stop = run_lanes(&mut world, &kills, &pick);
        for unit in world.disk.units.values() {
            let charged = world.state.units.get(&unit.id).map_or(0, |record| record.charged);
            prop_assert!(charged <= unit.max_attempts);
            if world.commits.contains(&unit.id) {
                prop_assert_eq!(unit.cost_usd, metered(&world, &unit.id), "{} cost something else", unit.id);
            }
        }
        if stop.exit == 0 {
            let gate = world.disk.current_gate().unwrap_or(0);
            prop_assert!(choose::is_complete(&world.disk, gate), "{}", world.statuses());
        }
        prop_assert!(!world.state.uncommitted);
        let unique: BTreeSet<&String> = world.commits.iter().collect();
        prop_assert_eq!(unique.len(), world.commits.len(), "a unit was committed twice");
        prop_assert_eq!(&replay(&world.journal), &world.state);
        let held = world.state.lanes.values().all(|attempt| matches!(attempt.stage, Stage::Held { .. }));
        prop_assert!(held, "{:#?}", world.state.lanes);
    }
}
