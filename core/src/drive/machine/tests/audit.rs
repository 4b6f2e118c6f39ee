//! Verifier sessions.

use super::*;

const UNIT: &str = "FEAT-2026-0042/T01";

fn audited(audits: &[Option<&'static str>]) -> World {
    let mut world = World::new("T01; G1-CLOSE", &[]);
    let verifier = VerifierView { model: "opus".into(), effort: "high".into(), agent: None };
    world.disk.units.get_mut(UNIT).unwrap().verifier = Some(verifier);
    world.audits = audits.to_vec();
    world
}

fn run(mut world: World) -> (World, Stop) {
    let stop = world.run(&BTreeSet::new());
    (world, stop)
}

#[test]
fn a_verifier_that_finds_nothing_lets_the_work_pass_and_costs() {
    let (world, stop) = run(audited(&[]));
    assert_eq!(stop.reason, "feature_complete");
    assert_eq!(world.roles, [Role::Work, Role::Verifier, Role::Work]);
    assert_eq!(world.held, 2, "before and after");
    assert_eq!(world.disk.units[UNIT].cost_usd, 1.5);
}

#[test]
fn its_findings_fail_the_attempt_like_a_red_gate() {
    let (world, stop) = run(audited(&[Some("a criterion is not met"), None, Some("")]));
    assert_eq!(stop.reason, "feature_complete");
    let record = &world.state.units[UNIT];
    assert_eq!((record.charged, record.attempts.len()), (2, 5), "one of three verifiers was silent");
    assert_eq!(world.disk.units[UNIT].cost_usd, 3.5);
    let (world, stop) = run(audited(&[Some("the same"); 3]));
    assert_eq!((stop.reason.as_str(), world.state.units[UNIT].charged), ("stranded", 2), "twice the same");
    assert!(world.commits.is_empty());
}

#[test]
fn a_verifier_without_a_judgement_is_no_pass_and_no_charge() {
    let (world, stop) = run(audited(&[None, None]));
    assert_eq!((stop.exit, stop.reason.as_str()), (1, "agent_unavailable"));
    assert!(world.commits.is_empty());
    assert_eq!(world.state.units[UNIT].charged, 0);
}

#[test]
fn red_checks_are_never_audited() {
    let mut world = audited(&[]);
    world.script = vec![Fail(1)];
    let (world, _) = run(world);
    assert_eq!(world.roles, [Role::Work, Role::Work, Role::Verifier, Role::Work]);
}

#[test]
fn a_kill_at_any_step_of_an_audit_runs_no_second_session_of_work() {
    // Answers of T01: Load, Open, Session, Inspect, Checks, Hold, Session, Hold, Commit.
    for kill in 4..9 {
        let mut world = audited(&[]);
        world.run(&BTreeSet::from([kill]));
        assert_eq!(world.sessions(), ["T01", "G1-CLOSE"], "killed before answer {kill}");
        assert_eq!(world.commits.len(), 2);
    }
}
