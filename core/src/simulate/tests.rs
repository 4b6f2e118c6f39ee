//! Cases from seeds under the laws, and the plans they are made of.

use super::*;
use crate::lint;
use crate::model::status::UnitType;
use crate::path::RelPath;

/// Runs cases until they took this many steps.
fn hold(from: u64, steps: u32) {
    let (mut seed, mut done) = (from, 0);
    while done < steps {
        let case = Case::random(seed, seed % 4 == 0);
        match case.run() {
            Ok(ran) => done += ran.steps,
            Err(_) => {
                let (case, broken) = shrink::minimal(&case).expect("it was broken");
                panic!("seed {seed}: {broken}\n\nThe smallest case found:\n\n{case}");
            }
        }
        seed += 1;
    }
}

#[test]
fn the_laws_hold_for_some_thousand_steps() {
    hold(0, 4_000);
}

#[test]
fn work_that_stands_while_a_budget_is_raised_holds_no_older_gate() {
    let units = [("T01", UnitType::Implementation), ("G1-CLOSE", UnitType::Close)];
    let units = units
        .map(|(name, kind)| sketch::UnitSketch { full_close: true, ..sketch::UnitSketch::new(name, kind) });
    let gate = sketch::GateSketch { units: units.into(), budget_usd: Some(0.5), oracle: false };
    let sketch = Sketch { gates: vec![gate], retain: true, broad_fails: false };
    for later in [Play::Works, Play::Idle, Play::Crashes] {
        let mut case = Case { sketch: sketch.clone(), ..Case::default() };
        let plays = [Play::Claims, later, later, later];
        let turns = plays.map(|play| Turn { play, ..Turn::default() });
        case.script.turns.insert("G1-CLOSE".into(), turns.into());
        let ran = case.run().unwrap_or_else(|broken| panic!("{later:?}: {broken}"));
        assert_eq!(ran.stops[0], "gate_budget_exceeded_post_dispatch", "{later:?}");
    }
}

#[test]
fn a_raised_budget_lets_the_next_session_start() {
    let units = ["T01", "T02"].map(|name| sketch::UnitSketch::new(name, UnitType::Implementation));
    let gate = sketch::GateSketch { units: units.into(), budget_usd: Some(0.5), oracle: false };
    let sketch = Sketch { gates: vec![gate], retain: false, broad_fails: false };
    let mut case = Case { sketch, ..Case::default() };
    let dear = Turn { cost_usd: Some(9.25), ..Turn::default() };
    case.script.turns = ["T01", "T02"].map(|name| (name.to_owned(), vec![dear])).into();
    let stops = case.run().unwrap_or_else(|broken| panic!("{broken}")).stops;
    assert_eq!(stops[0], "gate_budget_exceeded_post_dispatch");
    assert!(!stops.contains(&"gate_budget_exceeded".to_owned()), "{stops:?}");
}

#[test]
fn sound_plans_are_accepted() {
    for seed in 0..40 {
        let tree = Sketch::random(&mut Random::new(seed), true).tree();
        let found = lint::lint(&tree, &RelPath::new(sketch::FOLDER).unwrap(), &lint::Facts::default());
        let errors: Vec<_> =
            found.iter().filter(|f| f.severity == crate::diagnostic::Severity::Error).collect();
        assert!(errors.is_empty(), "seed {seed}: {errors:#?}");
    }
}

#[test]
fn the_example_can_be_played_through() {
    let world = World::new(crate::example::tree(), crate::example::folder(), Script::default());
    let mut simulation = Simulation::new(world);
    let mut person = person::Person::default();
    let mut stops = Vec::new();
    loop {
        let stop = simulation.run().unwrap();
        stops.push(stop.reason.clone());
        let now = simulation.now();
        if !person.answer(&mut simulation.world, &stop, &now) {
            break;
        }
    }
    assert_eq!(stops, ["gate_reached", "feature_complete"], "{:#?}", simulation.log());
    let log = simulation.log();
    assert!(log.iter().any(|line| line.starts_with("T01: ") && line.contains("attempt 1 of 3")), "{log:#?}");
    let units = simulation.world.feature().units;
    assert!(units.iter().all(|unit| unit.status() == Some(crate::model::status::UnitStatus::Done)));
}

#[test]
fn a_case_is_made_as_small_as_its_broken_law_allows() {
    // As if a driver that is killed while a unit breaks a check broke a law.
    let look = |case: &Case| {
        let breaks = case.script.turns.values().flatten().any(|turn| matches!(turn.play, Play::Breaks(_)));
        let killed = case.troubles.values().any(|trouble| *trouble != Trouble::Stop);
        (breaks && killed).then(|| Broken::new("a law", case.sketch.units().count().to_string()))
    };
    let case = (0..).map(|seed| Case::random(seed, false)).find(|case| look(case).is_some()).unwrap();
    let (small, broken) = shrink::minimal_by(&case, look).unwrap();
    assert_eq!((small.sketch.units().count(), small.script.turns.len(), small.troubles.len()), (0, 1, 1));
    assert_eq!(broken.to_string(), "a law: 0");
    assert!(small.to_string().ends_with("before step 0: Kill\n"), "{small}");
    assert_eq!(shrink::minimal(&Case::default()), None);
}
