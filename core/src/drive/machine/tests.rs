//! The machine against a scripted world: whole runs, random runs, killed runs.

mod agents;
mod attempts;
mod audit;
mod lanes;

use super::step;
use crate::close::Decision;
use crate::close::arming::Evaluation;
use crate::drive::failure::{Class, Failure};
use crate::drive::judge::Judgement;
use crate::drive::*;
use crate::fixture::sketch;
use crate::model::status::{GateStatus, PlanStatus, UnitStatus, UnitType, Verdict, Vocabulary};
use Script::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// How a scripted attempt goes.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Script {
    Pass,
    /// The checks fail, with this failure.
    Fail(u8),
    /// The checks fail with this failure, and failed before.
    Red(u8),
    /// The checks fail and count so many findings.
    Left(u64),
    Blocked,
    Crash,
    NoToken,
    Tamper,
    /// The guards refuse.
    Idle,
    Refused,
    NotMet,
    /// Another lane changed the same lines; a person's file is in the way; the branch moved.
    Clash,
    Way,
    Moved,
    /// A limit of use, over after so many seconds.
    Limited(u32),
    Overloaded,
    NotNow,
    Missing,
    Unauthorised,
    /// The judge lowers the verdict.
    Doubt,
    /// The judge gives no answer.
    Silent,
}

/// A world that performs effects on a plan in memory.
struct World {
    disk: PlanView,
    script: Vec<Script>,
    auto: bool,
    journal: Vec<Record>,
    state: State,
    /// Dispatches in order: unit, and whether its dependencies were done.
    sessions: Vec<String>,
    log: Vec<(String, String)>,
    commits: Vec<String>,
    stop: Option<Stop>,
    judged: u32,
    arms: bool,
    baselines: u32,
    tags: BTreeSet<String>,
    now: Script,
    options: Options,
    /// The agent of each session, and each wait in seconds.
    agents: Vec<String>,
    waits: Vec<f64>,
    /// The sessions' roles, how often the tree was held, and what the verifiers say.
    roles: Vec<Role>,
    held: u32,
    audits: Vec<Option<&'static str>>,
    /// Which earlier attempt's work each attempt began with.
    works: Vec<Option<u32>>,
    /// Questions that lanes have not answered yet, and how it goes in each.
    pending: Vec<(u32, Effect)>,
    plays: BTreeMap<u32, Script>,
    first_done: BTreeSet<String>,
    /// Whether a session that may rewrite its unit does.
    rewrites: bool,
    replans: usize,
}

impl World {
    fn new(plan: &str, script: &[Script]) -> World {
        let mut disk = PlanView::of(&sketch(plan));
        disk.head.attempts.cost_tracking = true;
        for set in ["code", "doc", "plannext"] {
            let check = CheckView {
                name: format!("{set}-check"),
                command: "true".into(),
                timeout_seconds: 1.0,
                needs: Vec::new(),
                broad: false,
                narrow: None,
            };
            disk.head.sets.insert(set.into(), vec![check]);
        }
        let done = disk.units.values().filter(|unit| unit.status == Some(UnitStatus::Done));
        let first_done = done.map(|unit| unit.id.clone()).collect();
        World {
            disk,
            script: script.to_vec(),
            auto: false,
            journal: Vec::new(),
            state: State::default(),
            sessions: Vec::new(),
            log: Vec::new(),
            commits: Vec::new(),
            stop: None,
            judged: 0,
            arms: false,
            baselines: 0,
            tags: BTreeSet::new(),
            now: Pass,
            options: Options::default(),
            agents: Vec::new(),
            waits: Vec::new(),
            roles: Vec::new(),
            held: 0,
            audits: Vec::new(),
            works: Vec::new(),
            pending: Vec::new(),
            plays: BTreeMap::new(),
            first_done,
            rewrites: true,
            replans: 0,
        }
    }

    fn tell(&mut self, event: Event) -> Vec<Effect> {
        self.tell_from(0, event)
    }

    fn tell_from(&mut self, lane: u32, event: Event) -> Vec<Effect> {
        let record = Record { at: format!("t{}", self.journal.len()), lane, event };
        // What goes into the journal must come out of it.
        let text = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::from_str::<Record>(&text).unwrap(), record);
        self.journal.push(record.clone());
        step(&mut self.state, record)
    }

    /// Runs until the machine stops; `kills` are the answers, counted from the start, that never reach
    /// the journal because the driver was killed just before, and whether the effects were performed.
    fn run(&mut self, kills: &BTreeSet<usize>) -> Stop {
        let mut effects = self.tell(Event::Started { options: self.options.clone() });
        for answers in 0..20_000 {
            let (mut answer, mut first) = (None, answers);
            let killed = kills.contains(&(answers + 1));
            for effect in effects {
                // A killed driver may have performed all of them, or some.
                if killed && answers % 3 == 1 && first % 2 == 1 {
                    break;
                }
                first += 1;
                answer = self.perform(effect);
            }
            if let Some(stop) = self.stop.take() {
                return stop;
            }
            effects = if killed {
                self.state = replay(&self.journal);
                self.tell(Event::Started { options: self.options.clone() })
            } else {
                self.tell(answer.expect("a step ends with a question or a stop"))
            };
        }
        panic!("the run does not end");
    }

    fn perform(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Say(_) | Effect::EndSession { .. } | Effect::Append { .. } | Effect::Brief { .. } => None,
            Effect::KeepBaseline => {
                self.baselines += 1;
                None
            }
            Effect::Tag { name } => {
                self.tags.insert(name);
                None
            }
            Effect::JudgeArming { gate } => {
                let would_arm = self.arms;
                Some(Event::ArmingJudged(Evaluation { gate, would_arm, ..Evaluation::default() }))
            }
            Effect::FinishRoadmap { .. } => {
                self.disk.head.roadmap = Some(PlanStatus::Done);
                None
            }
            Effect::Log { lines } => {
                for line in lines {
                    described(&line);
                    let entry = (line.timestamp, format!("{} {}", line.correlation_id, line.event_type));
                    if !self.log.contains(&entry) {
                        self.log.push(entry);
                    }
                }
                None
            }
            Effect::SetKeys { path, keys } => {
                self.set_keys(path.file_name(), &keys);
                None
            }
            Effect::Stop(stop) => {
                self.stop = Some(stop);
                None
            }
            Effect::Load => {
                let change = self.state.plan.change_to(&self.disk);
                Some(Event::Loaded { change, stop_file: false })
            }
            Effect::Open { retained, work, .. } => {
                self.works.push(work);
                let taken = work.map(|_| "t".to_owned());
                let origin = retained.map(|base| base.origin.unwrap_or(base.tree)).or(taken);
                Some(Event::Opened { base: Base { head: "h".into(), tree: "t".into(), origin, work: None } })
            }
            Effect::RunChecks(checks) => Some(self.checks(&checks)),
            Effect::RunSession(session) => Some(self.session(&session)),
            Effect::Wait { seconds, .. } => {
                self.waits.push(seconds);
                Some(Event::Waited { seconds, stopped: false })
            }
            Effect::Hold { .. } => {
                self.held += 1;
                Some(Event::Held { dropped: Vec::new() })
            }
            Effect::Inspect { unit, .. } => Some(self.inspect(&unit)),
            Effect::Settle { .. } => {
                Some(Event::Settled { snapshot: Some("ref".into()), tree: Some("tree".into()) })
            }
            Effect::PutBack { .. } => Some(Event::PutBack),
            Effect::WriteText { .. } => None,
            Effect::Rewrite { .. } => {
                let text = self.rewrites.then(|| "text".to_owned());
                Some(Event::Rewritten { text, why: "unchanged".into() })
            }
            Effect::KnowTree => Some(Event::TreeKnown { tree: "tree".into() }),
            Effect::Commit(commit) => Some(self.commit(&commit)),
            Effect::Lane { lane, question } => {
                self.pending.push((lane, *question));
                None
            }
            Effect::Integrate { .. } => None,
            Effect::FindCommit { unit, .. } => {
                let made = self.commits.contains(&unit);
                Some(Event::CommitFound { commit: made.then(|| "c".into()) })
            }
            Effect::JudgeClose { gate, .. } => {
                let reasons = if self.auto { vec![] } else { vec!["because".to_owned()] };
                let decision = Decision { auto: self.auto, reasons, gate_id: gate, ..Decision::default() };
                Some(Event::CloseJudged(decision))
            }
        }
    }

    fn set_keys(&mut self, file: &str, keys: &[(String, serde_json::Value)]) {
        for (key, value) in keys {
            let word = value.as_str().unwrap_or("");
            match (file, key.as_str()) {
                ("PLAN.md", "status") => self.disk.head.status = PlanStatus::parse(word),
                (gate, "status") if gate.starts_with("GATE") => {
                    let view =
                        self.disk.gates.iter_mut().find(|g| g.path.as_ref().unwrap().file_name() == gate);
                    view.unwrap().status = GateStatus::parse(word);
                }
                (gate, _) if gate.starts_with("GATE") => {}
                (unit, key) => {
                    let mut views = self.disk.units.values_mut();
                    let view = views.find(|u| u.path.as_ref().unwrap().file_name() == unit).unwrap();
                    match key {
                        "status" => view.status = UnitStatus::parse(word),
                        "attempts" => view.attempts = value.as_u64().unwrap() as u32,
                        "verdict" => view.verdict = Verdict::parse(word),
                        "cost_usd" => {
                            let cost = value.as_f64().unwrap();
                            view.lifetime_cost_usd += cost - view.cost_usd;
                            view.cost_usd = cost;
                        }
                        "duration_seconds" => view.duration_seconds = value.as_f64().unwrap(),
                        _ => {}
                    }
                }
            }
        }
    }

    fn checks(&mut self, checks: &Checks) -> Event {
        let fails = match (checks.purpose, self.now) {
            (Purpose::Verify, Fail(kind) | Red(kind)) => Some(kind),
            (Purpose::Verify, Left(_)) => Some(0),
            (Purpose::Baseline, Red(kind)) => Some(kind),
            _ => None,
        };
        let result = |check: &CheckView| CheckResult {
            name: check.name.clone(),
            verdict: match fails {
                None => CheckVerdict::Passed,
                Some(kind) => CheckVerdict::Failed(Failure {
                    class: Class::Tests,
                    signature: format!("test_{kind}"),
                    excerpt: "x".into(),
                    failing_tests: vec![format!("test_{kind}")],
                }),
            },
            duration_seconds: 0.1,
            output: "out".into(),
            findings: if let Left(findings) = self.now { Some(findings) } else { None },
        };
        Event::ChecksRan { results: checks.checks.iter().map(result).collect() }
    }

    fn session(&mut self, session: &Session) -> Event {
        if session.role == Role::Judge {
            return self.judge();
        }
        if session.role == Role::Replan {
            self.replans += 1;
            let usage = Usage { cost_usd: Some(1.0), input_tokens: Some(5), ..Usage::default() };
            return Event::SessionEnded(SessionReport { usage, ..SessionReport::default() });
        }
        let unit = &self.disk.units[&session.unit];
        assert_ne!(unit.kind, Some(UnitType::Human), "a person's step was dispatched");
        for dep in &unit.depends_on {
            assert_eq!(self.disk.units[dep].status, Some(UnitStatus::Done), "{} before {dep}", unit.id);
        }
        self.roles.push(session.role);
        if session.role == Role::Verifier {
            return self.verify();
        }
        self.sessions.push(session.unit.clone());
        self.agents.push(session.agent.clone().unwrap_or_default());
        self.now = if self.script.is_empty() { Pass } else { self.script.remove(0) };
        let mut report = SessionReport {
            result: Some(ResultBlock::default()),
            usage: Usage { cost_usd: Some(1.0), input_tokens: Some(5), ..Usage::default() },
            duration_seconds: 2.0,
            ..SessionReport::default()
        };
        match self.now {
            Blocked => report.end = SessionEnd::Blocked("cannot".into()),
            Crash => report.end = SessionEnd::Failed("crashed".into()),
            Limited(seconds) => {
                let wait_seconds = Some(f64::from(seconds)).filter(|seconds| *seconds > 0.0);
                report.end = SessionEnd::RateLimited { cause: "limited".into(), wait_seconds };
            }
            Overloaded => report.end = SessionEnd::Overloaded("busy".into()),
            NotNow => report.end = SessionEnd::NotNow("not now".into()),
            Missing => report.end = SessionEnd::Unavailable("no program".into()),
            Unauthorised => report.end = SessionEnd::Unauthorised("not signed in".into()),
            NoToken => report.usage.input_tokens = Some(0),
            _ => {}
        }
        Event::SessionEnded(report)
    }

    fn judge(&mut self) -> Event {
        self.judged += 1;
        let verdict = if self.now == Doubt { Verdict::NotMet } else { Verdict::Met };
        let judgement = Judgement { verdict, reasons: vec!["so".into()], follow_ups: Vec::new() };
        let judgement = (self.now != Silent).then_some(judgement);
        Event::SessionEnded(SessionReport { judgement, ..SessionReport::default() })
    }

    fn verify(&mut self) -> Event {
        let says = if self.audits.is_empty() { Some("") } else { self.audits.remove(0) };
        let audit = says.map(|what| {
            let finding = Finding { what: what.to_owned(), ..Finding::default() };
            Audit {
                findings: Some(finding).into_iter().filter(|f| !f.what.is_empty()).collect(),
                ..Audit::default()
            }
        });
        let usage = Usage { cost_usd: Some(0.5), input_tokens: Some(5), ..Usage::default() };
        Event::SessionEnded(SessionReport { audit, usage, duration_seconds: 1.0, ..SessionReport::default() })
    }

    fn inspect(&mut self, unit: &str) -> Event {
        let unit = &self.disk.units[unit];
        let mut facts = TreeFacts::default();
        if self.now == Tamper {
            facts.tampered.push("verification.yml was changed".into());
        }
        if self.now != Idle {
            facts.touched.push(crate::path::RelPath::new("src/a").unwrap());
        } else {
            facts.unmet.push("something".into());
        }
        if unit.kind == Some(UnitType::Close) {
            let verdict = if self.now == NotMet { Verdict::NotMet } else { Verdict::Met };
            facts.verdict = Some(verdict);
        }
        Event::Inspected(facts)
    }

    fn commit(&mut self, commit: &Commit) -> Event {
        match &commit.content {
            Content::Bookkeeping => {}
            Content::Unit { .. } if self.now == Refused => {
                self.now = Pass;
                return Event::CommitRefused { reason: "hook says no".into() };
            }
            Content::Unit { .. } => {
                let unit = commit.trailers["Feature"].clone();
                if let Event::Inspected(facts) = self.inspect(&unit) {
                    let view = self.disk.units.get_mut(&unit).unwrap();
                    view.verdict = view.verdict.or(facts.verdict);
                }
                self.commits.push(unit);
            }
        }
        Event::Committed { commit: Some("c".into()) }
    }

    fn statuses(&self) -> String {
        let word =
            |unit: &UnitView| format!("{}:{}", unit.short(), unit.status.map_or("?", Vocabulary::word));
        self.disk
            .gates
            .iter()
            .flat_map(|g| &g.units)
            .map(|id| word(&self.disk.units[id]))
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn sessions(&self) -> Vec<&str> {
        self.sessions.iter().map(|id| crate::model::id::short(id)).collect()
    }
}

/// The table of event types knows the line.
fn described(line: &crate::model::event::Event) {
    let timed = crate::model::event::Event { timestamp: "2026-03-04T05:06:07Z".into(), ..line.clone() };
    let text = serde_json::to_string(&timed).unwrap();
    let wrong = crate::event_types::complaints(&text);
    let more = crate::event_types::undescribed(&line.event_type, &line.payload);
    assert!(
        wrong.is_empty() && more.is_empty(),
        "core/src/event_types/table.rs does not describe {text}: {wrong:?}, unknown {more:?}"
    );
}

fn replay(journal: &[Record]) -> State {
    let mut state = State::default();
    for record in journal {
        step(&mut state, record.clone());
    }
    state
}

fn run(plan: &str, script: &[Script]) -> (World, Stop) {
    let mut world = World::new(plan, script);
    let stop = world.run(&BTreeSet::new());
    (world, stop)
}

fn ends(plan: &str, script: &[Script], exit: u8, reason: &str, sessions: &[&str], statuses: &str) {
    let (world, stop) = run(plan, script);
    assert_eq!((stop.exit, stop.reason.as_str()), (exit, reason), "{stop:?}");
    assert_eq!(world.sessions(), sessions);
    assert_eq!(world.statuses(), statuses);
    assert!(!world.state.uncommitted, "something was left uncommitted");
}

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

fn script() -> impl Strategy<Value = Script> {
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
fn plan() -> impl Strategy<Value = String> {
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
