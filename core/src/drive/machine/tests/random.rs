//! Random runs, killed anywhere, keep the promises of the driver.

use super::*;
use proptest::prelude::*;

pub(super) fn script() -> impl Strategy<Value = Script> {
    prop_oneof![
        6 => Just(Pass),
        2 => (0u8..3).prop_map(Fail),
        1 => (0u8..3).prop_map(Red),
        1 => (0u64..4).prop_map(Left),
        1 => Just(Blocked),
        1 => Just(Crash),
        1 => Just(NoToken),
        1 => Just(Tamper),
        1 => Just(Idle),
        1 => Just(Refused),
        1 => Just(NotMet),
        1 => Just(Clash),
        1 => Just(Way),
        1 => Just(Moved),
        1 => (0u32..3000).prop_map(Limited),
        1 => Just(Overloaded),
        1 => Just(NotNow),
        1 => Just(Doubt),
        1 => Just(Silent),
    ]
}

/// One or two gates of up to six units each, with edges to any unit before or after.
pub(super) fn plan() -> impl Strategy<Value = String> {
    let status = prop_oneof![
        8 => Just(""), 1 => Just("!done"), 1 => Just("!abandoned"), 1 => Just("!in_progress"), 1 => Just("!odd"),
    ];
    let unit = (status, proptest::collection::vec(1usize..7, 0..3));
    let gate = (proptest::collection::vec(unit, 1..6), any::<bool>());
    proptest::collection::vec(gate, 1..3).prop_map(|gates| {
        let mut number = 0;
        let last = gates.len();
        let sketches = gates.into_iter().enumerate().map(|(at, (units, closes))| {
            let mut text: Vec<String> = units
                .into_iter()
                .map(|(status, deps)| {
                    number += 1;
                    let deps: Vec<String> = deps.iter().map(|dep| format!("T{dep:02}")).collect();
                    format!("T{number:02}{status} < {}", deps.join(" "))
                })
                .collect();
            if closes {
                let name = if at + 1 == last { "CLOSE" } else { "CLOSE-INTERMEDIATE" };
                text.push(format!("G{}-{name}", at + 1));
            }
            text.join("; ")
        });
        sketches.collect::<Vec<_>>().join(" | ")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// When all goes well, a run dispatches what the dry run says, in its order.
    #[test]
    fn a_run_goes_in_the_order_of_its_walk(plan in plan()) {
        let mut world = World::new(&plan, &[]);
        let feature = sketch(&plan);
        let order = crate::graph::Graph::of(&feature).walk(0);
        world.run(&BTreeSet::new());
        let expected: Vec<&str> = order.iter().map(|unit| feature.units[*unit].id()).collect();
        prop_assert_eq!(&world.sessions, &expected);
    }

    /// Whatever happens and whenever the driver is killed: the run ends, no unit starts before what
    /// it waits for (asserted in the world), none gets more charged attempts than it may, a gate is
    /// complete only when all of its units are behind it, and the journal is the whole truth.
    #[test]
    fn runs_hold_their_promises(
        plan in plan(),
        script in proptest::collection::vec(script(), 0..12),
        kills in proptest::collection::btree_set(1usize..60, 0..5),
        auto in any::<bool>(),
    ) {
        let mut world = World::new(&plan, &script);
        // Edges to units that are not there are kept: they strand.
        let known: BTreeSet<String> = world.disk.units.keys().cloned().collect();
        world.auto = auto;
        let stop = world.run(&kills);
        for unit in world.disk.units.values() {
            let charged = world.state.units.get(&unit.id).map_or(0, |record| record.charged);
            prop_assert!(charged <= unit.max_attempts);
            if world.sessions.contains(&unit.id) {
                prop_assert!(unit.depends_on.iter().all(|dep| known.contains(dep)));
            }
        }
        for (index, gate) in world.disk.gates.iter().enumerate() {
            if gate.status != Some(GateStatus::Open) {
                prop_assert!(choose::is_complete(&world.disk, index), "{}", world.statuses());
            }
        }
        if stop.exit == 0 {
            let gate = world.disk.current_gate().unwrap_or(0);
            prop_assert!(choose::is_complete(&world.disk, gate), "{}", world.statuses());
        }
        prop_assert!(!world.state.uncommitted);
        let unique: BTreeSet<&String> = world.commits.iter().collect();
        prop_assert_eq!(unique.len(), world.commits.len(), "a unit was committed twice");
        // From every prefix: replaying gives what the machine was, and going on gives the same.
        let mut state = State::default();
        for (at, record) in world.journal.iter().enumerate() {
            if at % 8 == 0 {
                prop_assert_eq!(&replay(&world.journal[..at]), &state);
                let saved = serde_json::to_string(&state).unwrap();
                prop_assert_eq!(&serde_json::from_str::<State>(&saved).unwrap(), &state);
            }
            step(&mut state, record.clone());
        }
        prop_assert_eq!(&state, &world.state);
    }
}
