//! Agents that cannot work now.

use super::*;

const PLAN: &str = "T01; G1-CLOSE";

fn with(options: Options, script: &[Script]) -> (World, Stop) {
    let mut world = World::new(PLAN, script);
    world.options = options;
    let stop = world.run(&BTreeSet::new());
    (world, stop)
}

fn chain() -> Options {
    Options { chain: vec!["a".into(), "b".into()], ..Options::default() }
}

#[test]
fn a_limit_is_waited_for_and_charges_nothing() {
    let (world, stop) = with(Options::default(), &[Limited(60), Limited(0), Limited(0), Pass]);
    assert_eq!(stop.reason, "feature_complete");
    assert_eq!(world.waits, [60.0, 60.0, 120.0], "what it says, else more from try to try");
    let record = &world.state.units["FEAT-2026-0042/T01"];
    assert_eq!((record.charged, record.last_attempt), (1, 1));
    assert_eq!(world.disk.units["FEAT-2026-0042/T01"].cost_usd, 4.0, "what they cost counts");
    assert_eq!(world.disk.units["FEAT-2026-0042/T01"].duration_seconds, 8.0, "and no wait does");
}

#[test]
fn waits_are_bounded_each_and_in_all() {
    let mut options = Options::default();
    options.patience.run_seconds = 2000.0;
    let (world, stop) = with(options.clone(), &[Limited(1500), Limited(1500)]);
    assert_eq!(world.waits, [900.0], "a wait is at most a quarter of an hour");
    assert_eq!((stop.exit, stop.reason.as_str()), (1, "agent_unavailable"));
    assert!(stop.why[1].contains("in 25 min"), "{stop:?}");
    assert_eq!(world.state.units["FEAT-2026-0042/T01"].charged, 0);
    // Another run waits anew.
    let mut world = world;
    assert_eq!(world.run(&BTreeSet::new()).reason, "feature_complete");
    options.patience.run_seconds = 10.0;
    let (world, stop) = with(options, &[Limited(11)]);
    assert_eq!((world.waits.len(), stop.reason.as_str()), (0, "agent_unavailable"));
}

#[test]
fn each_class_has_a_budget_of_its_own() {
    let mut options = Options::default();
    options.patience.retries = 1;
    let (world, stop) = with(options.clone(), &[Overloaded, NotNow, Limited(1), Pass]);
    assert_eq!((world.waits.len(), stop.reason.as_str()), (3, "feature_complete"));
    let (world, stop) = with(options, &[Overloaded, Overloaded]);
    assert_eq!((world.waits.len(), stop.reason.as_str()), (1, "agent_unavailable"));
    assert!(stop.why[0].contains("tried 2 times"), "{stop:?}");
}

#[test]
fn the_next_of_the_chain_takes_over() {
    let (world, stop) = with(chain(), &[Missing, Pass, Pass]);
    assert_eq!(stop.reason, "feature_complete");
    assert_eq!(world.agents, ["a", "b", "a"], "each unit begins with the first");
    assert_eq!(world.state.units["FEAT-2026-0042/T01"].charged, 1);
    let (world, _) = with(chain(), &[Limited(901), Pass, Pass]);
    assert_eq!((world.agents[1].as_str(), world.waits.len()), ("b", 0));
    let (world, _) = with(chain(), &[Limited(600), Limited(600), Pass, Pass]);
    assert_eq!((world.agents[..3].join(""), world.waits.len()), ("aab".into(), 1));
    let (world, _) = with(chain(), &[Overloaded; 6]);
    assert_eq!((world.agents[5].as_str(), world.agents[6].as_str()), ("a", "b"));
    let (_, stop) = with(chain(), &[Missing, Missing]);
    assert_eq!(stop.reason, "agent_unavailable");
}

#[test]
fn missing_credentials_are_never_handed_over() {
    let (world, stop) = with(chain(), &[Unauthorised]);
    assert_eq!((stop.reason.as_str(), world.agents.len()), ("agent_unavailable", 1));
    let (world, stop) = with(chain(), &[NotNow; 6]);
    assert_eq!((stop.reason.as_str(), world.agents.concat()), ("agent_unavailable", "aaaaaa".into()));
}
