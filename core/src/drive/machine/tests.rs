//! The machine against a scripted world: the world, and how its runs are told.

mod agents;
mod attempts;
mod audit;
mod lanes;
mod random;
mod runs;

use super::step;
use crate::close::Decision;
use crate::close::arming::Evaluation;
use crate::drive::failure::{Class, Failure};
use crate::drive::judge::Judgement;
use crate::drive::*;
use crate::fixture::sketch;
use crate::model::status::{GateStatus, PlanStatus, UnitStatus, UnitType, Verdict, Vocabulary};
use Script::*;
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
            Effect::Say(_) | Effect::EndSession { .. } | Effect::Append(_) | Effect::Brief { .. } => None,
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
            Effect::SetKeys(SetKeys { path, keys }) => {
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
            Effect::Draft { .. } => Some(Event::Drafted { files: Vec::new(), why: "no draft".into() }),
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
