//! One attempt at a unit: from its dispatch to its commit, or to the snapshot of what failed.

use super::Turn;
use crate::drive::effect::{Append, Checks, Commit, Content, Effect, Purpose, Role, Session, Stop, Tone};
use crate::drive::event::{Base, CheckResult, Event, SessionEnd, SessionReport, TreeFacts, Usage};
use crate::drive::failure::{self, Class, Failure};
use crate::drive::plan::{AttemptRules, UnitView};
use crate::drive::prompt::{ORACLE_BYTES, Parts, Previous};
use crate::drive::result_block::ResultStatus;
use crate::drive::state::{
    Attempt, AttemptFailure, AuditStep, Ended, Outcome, Phase, Stage, UnitRecord, Waits,
};
use crate::drive::{CheckVerdict, guards, log, sets};
use crate::model::status::{UnitStatus, UnitType};
use crate::span::floor_boundary;
use serde_json::json;
use std::collections::BTreeMap;

/// The subject of a commit holds at most this many characters.
const SUBJECT_CHARS: usize = 72;

impl Turn<'_> {
    /// Begins an attempt: what the driver itself writes comes before the base is recorded, so that it
    /// never counts as the session's work.
    pub(super) fn begin(&mut self, id: &str, lane: u32) {
        let Some(unit) = self.state.plan.units.get(id).cloned() else { return self.load() };
        let record = self.state.units.entry(id.to_owned()).or_insert_with(|| first_record(&unit));
        record.last_attempt = record.last_attempt.max(unit.attempts_logged).max(unit.attempts) + 1;
        let (number, charged) = (record.last_attempt, record.charged);
        let first = record.attempts.is_empty() && !std::mem::replace(&mut record.started, true);
        // Work that stands elsewhere than where this attempt runs is no help to it.
        let retained = record.retained.clone().filter(|base| base.work.is_some() == (lane > 0));
        let work = record.best.filter(|_| unit.iterate_on_failure && retained.is_none());
        let work = work.map(|best| best.attempt).filter(|attempt| *attempt > 0);
        self.keep_baseline();
        let replans = self.is_replanned(&unit);
        self.state.dispatched = true;
        self.state.called = None;
        if let Some(view) = self.state.plan.units.get_mut(id) {
            view.status = Some(UnitStatus::InProgress);
        }
        let version = self.state.options.version.clone();
        let mut keys = vec![
            ("status", json!("in_progress")),
            ("attempts", json!(charged + 1)),
            ("gate_set", json!(unit.kind.and_then(UnitType::verification_set))),
            ("driver_version", json!(version)),
        ];
        if first {
            keys.push(("started_at", json!(self.at)));
            let kind = unit.kind.map(|kind| kind.to_string());
            self.log(id, "task_started", json!({"type": kind, "model": unit.model, "effort": unit.effort}));
        }
        self.set(unit.path.clone(), keys);
        if first && unit.re_arm_count > 0 {
            let payload = json!({"re_arm_count": unit.re_arm_count, "reason": unit.re_arm_reason});
            self.log(id, "re_arm_dispatched", payload);
        }
        if let Some(rationale) = unit.unsandboxed.as_ref().filter(|_| first) {
            self.log(id, "unsandboxed_dispatch", json!({"rationale": rationale}));
        }
        self.prepare_skeleton(&unit);
        let text = format!("{} — attempt {} of {}", unit.title, charged + 1, unit.max_attempts);
        self.say(Tone::Progress, Some(id), text);
        let attempt = Attempt {
            lane,
            unit: id.to_owned(),
            number,
            stage: Stage::Opening,
            base: Base::default(),
            oracle_output: String::new(),
            waits: Waits::default(),
            replans,
            work,
            audit: None,
            silent_audits: 0,
            report: None,
            facts: None,
            carried: Vec::new(),
            lowered: false,
            turn: false,
            held: false,
        };
        let question = Effect::Open { unit: id.to_owned(), attempt: number, retained, work };
        self.stage(attempt, Stage::Opening, question);
    }

    /// What a closing session must fill is made before it starts.
    fn prepare_skeleton(&mut self, unit: &UnitView) {
        for part in &unit.skeleton {
            if let Some(path) = self.in_folder(&part.file) {
                let (marker, text) = (part.marker.clone(), part.text.clone());
                self.out.push(Effect::Append(Append { path, marker, text }));
            }
        }
    }

    /// Takes an answer in the midst of an attempt; whether it was one.
    pub(super) fn attempt(&mut self, mut attempt: Attempt, event: Event) -> bool {
        match (attempt.stage.clone(), event) {
            (Stage::Opening, Event::Opened { base }) => {
                attempt.work = attempt.work.filter(|_| base.origin.is_some());
                if base.origin.is_none() {
                    // Retained work that does not fit any more is not there.
                    self.state.record(&attempt.unit).retained = None;
                }
                attempt.base = base;
                if attempt.replans { self.replan(attempt) } else { self.prepare(attempt) }
            }
            (Stage::Opening, Event::NotSetUp { reason }) => self.not_set_up(attempt, &reason),
            (Stage::Preparing, Event::ChecksRan { results }) => self.prepared(attempt, &results),
            (Stage::Counting { failure }, Event::ChecksRan { results }) => {
                self.fail(attempt, AttemptFailure { findings: counted(&results), ..*failure });
            }
            (Stage::Asking, Event::ChecksRan { results }) => {
                self.begin_to_iterate(&attempt, counted(&results));
                attempt.oracle_output = oracle_output(&results);
                self.run_session(attempt);
            }
            (Stage::Replanning, Event::SessionEnded(report)) => self.replan_ended(attempt, &report),
            (Stage::Rewriting { finished }, Event::Rewritten { text, why }) => {
                self.rewritten(&attempt, finished, text, &why);
            }
            (Stage::Session, Event::SessionEnded(report)) => self.session_ended(attempt, report),
            (Stage::Waiting { role }, Event::Waited { seconds, stopped }) => {
                self.waited(attempt, role, seconds, stopped);
            }
            (Stage::Auditing { step }, Event::Held { dropped }) => self.held(attempt, step, &dropped),
            (Stage::Auditing { step: AuditStep::Session }, Event::SessionEnded(report)) => {
                self.audit_ended(attempt, report);
            }
            (Stage::Inspecting, Event::Inspected(facts)) => self.inspected(attempt, facts),
            (Stage::Verifying, Event::ChecksRan { results }) => self.verified(attempt, &results),
            (Stage::Judging { asked, measured }, Event::SessionEnded(report)) => {
                self.judge_ended(attempt, asked, measured, &report);
            }
            (Stage::Integrating | Stage::Committing, Event::Integrated(how)) => self.integrated(attempt, how),
            (Stage::Committing, Event::Committed { .. }) => self.passed(&attempt),
            (Stage::Committing, Event::CommitRefused { reason }) => {
                let failure = Failure::plain(Class::Commit, &reason);
                let evidence =
                    failure::head_and_tail(&reason, failure::EVIDENCE_LINES, failure::EVIDENCE_CHARS);
                self.fail(attempt, AttemptFailure::new(Outcome::SquashCommitFailed, failure, evidence));
            }
            (Stage::FindingCommit, Event::CommitFound { commit: Some(_) }) => self.passed(&attempt),
            (Stage::FindingCommit, Event::CommitFound { commit: None }) => self.commit(attempt),
            (Stage::Settling { failure, escalate, halt }, Event::Settled { snapshot, tree }) => {
                let ended = Ended { failure: *failure, escalate, snapshot, red: Vec::new() };
                match tree.filter(|_| halt.is_none() && self.is_probed(&attempt, &ended)) {
                    Some(tree) => self.probe(attempt, ended, tree),
                    None => self.settled(attempt, ended, halt),
                }
            }
            (Stage::Drafting { ended }, Event::Drafted { files, why }) => {
                self.drafted(&attempt, *ended, files, &why);
            }
            (Stage::Probing { ended, tree }, Event::ChecksRan { results }) => {
                self.probed(attempt, *ended, tree, &results);
            }
            (Stage::PuttingBack { ended }, Event::PutBack) => self.attribute(attempt, *ended),
            _ => {
                self.put_back(attempt);
                return false;
            }
        }
        true
    }

    /// Takes up an attempt that a killed driver left.
    pub(super) fn resume_attempt(&mut self, attempt: Attempt) {
        let (unit, number) = (attempt.unit.clone(), attempt.number);
        self.out.push(Effect::EndSession { unit: unit.clone(), attempt: number });
        match attempt.stage.clone() {
            Stage::Opening
            | Stage::Replanning
            | Stage::Rewriting { .. }
            | Stage::Preparing
            | Stage::Asking
            | Stage::Session
            | Stage::Waiting { .. } => {
                self.say(
                    Tone::Bad,
                    Some(&unit),
                    format!("attempt {number} was interrupted; its work is kept"),
                );
                self.interrupted(attempt, None);
            }
            Stage::Inspecting | Stage::Verifying | Stage::Judging { .. } | Stage::Counting { .. } => {
                self.say(Tone::Progress, Some(&unit), "the session is done; verifying it");
                self.inspect(attempt);
            }
            Stage::Queued | Stage::Integrating | Stage::Held { .. } => self.wait_for_turn(attempt),
            Stage::Auditing { step } => self.resume_audit(attempt, step),
            Stage::Committing | Stage::FindingCommit => {
                let question = Effect::FindCommit { unit, base: attempt.base.clone() };
                self.stage(attempt, Stage::FindingCommit, question);
            }
            Stage::Settling { .. } => self.settle(attempt),
            Stage::Drafting { ended } => self.settled(attempt, *ended, None),
            Stage::Probing { ended, tree } => self.probe(attempt, *ended, tree),
            Stage::PuttingBack { ended } => self.put_tree_back(attempt, *ended),
        }
    }

    /// Goes on with an attempt: `question` is asked where it runs, in its lane or in the checkout.
    pub(super) fn stage(&mut self, mut attempt: Attempt, stage: Stage, question: Effect) {
        attempt.stage = stage;
        let lane = attempt.lane;
        self.put_back(attempt);
        self.out.push(match lane {
            0 => question,
            lane => Effect::Lane { lane, question: Box::new(question) },
        });
    }

    /// Keeps an attempt that is under way where it belongs.
    pub(super) fn put_back(&mut self, attempt: Attempt) {
        match attempt.lane {
            0 => self.state.phase = Phase::Attempt(Box::new(attempt)),
            lane => drop(self.state.lanes.insert(lane, attempt)),
        }
    }

    pub(super) fn unit(&self, attempt: &Attempt) -> Option<&UnitView> {
        self.state.plan.units.get(&attempt.unit)
    }

    pub(super) fn run_checks(
        &mut self,
        attempt: Attempt,
        stage: Stage,
        purpose: Purpose,
        checks: Vec<crate::drive::CheckView>,
    ) {
        let checks = Checks { purpose, unit: attempt.unit.clone(), attempt: attempt.number, checks };
        self.stage(attempt, stage, Effect::RunChecks(checks));
    }

    fn prepare(&mut self, attempt: Attempt) {
        let prep = self.unit(&attempt).map(|unit| unit.prep.clone()).unwrap_or_default();
        let checks = sets::named(&self.state.plan, prep.iter().map(String::as_str));
        if checks.is_empty() {
            return self.ask_oracles(attempt);
        }
        self.run_checks(attempt, Stage::Preparing, Purpose::Prep, checks);
    }

    fn prepared(&mut self, attempt: Attempt, results: &[CheckResult]) {
        if results.iter().all(CheckResult::passed) {
            return self.ask_oracles(attempt);
        }
        let failure = self.failed_checks(results, Outcome::PrepHalted, &[]);
        self.settle_with(attempt, failure, Some("prep_halted".into()), None);
    }

    /// A lane's setup failed: that is the project's to mend, not the unit's.
    fn not_set_up(&mut self, attempt: Attempt, reason: &str) {
        let failure =
            AttemptFailure::new(Outcome::PrepHalted, Failure::plain(Class::Other, reason), String::new());
        let why = vec![
            format!("A lane could not be set up: {reason}"),
            "Mend `setup` in .specfuse/config, then run again.".into(),
        ];
        let stop = Stop { exit: 1, reason: "configuration".into(), why };
        self.settle_with(attempt, failure, None, Some(stop));
    }

    fn ask_oracles(&mut self, attempt: Attempt) {
        let oracles = self.unit(&attempt).map(|unit| unit.oracles.clone()).unwrap_or_default();
        let checks = sets::named(&self.state.plan, oracles.iter().map(String::as_str));
        if checks.is_empty() {
            return self.run_session(attempt);
        }
        self.run_checks(attempt, Stage::Asking, Purpose::Oracle, checks);
    }

    pub(super) fn run_session(&mut self, attempt: Attempt) {
        let Some(session) = self.session(&attempt, Role::Work) else { return self.load() };
        self.stage(attempt, Stage::Session, Effect::RunSession(Box::new(session)));
    }

    /// A session of the unit itself: to carry it out, or to rewrite it.
    pub(super) fn session(&self, attempt: &Attempt, role: Role) -> Option<Session> {
        let unit = self.unit(attempt).cloned()?;
        let record = self.state.units.get(&attempt.unit).cloned().unwrap_or_default();
        let prompt = Parts {
            unit: unit.id.clone(),
            kind: unit.kind,
            folder: self.state.plan.head.folder.clone(),
            attempt: record.charged + 1,
            max_attempts: unit.max_attempts,
            effort: unit.effort.clone(),
            produces: unit.produces.clone(),
            oracle_output: attempt.oracle_output.clone(),
            failure: record.last_failure.clone().map(|last| Previous {
                outcome: last.outcome,
                instruction: last.failure.class.instruction().to_owned(),
                evidence: last.evidence,
                retained: record.retained.is_some() || attempt.work.is_some(),
            }),
            continued: attempt.waits.any(),
            notes: notes(&unit, &self.state.plan.head.attempts, &record, attempt),
        };
        Some(Session {
            unit: unit.id,
            attempt: attempt.number,
            role,
            base: None,
            agent: self.agent_of(&attempt.unit),
            model: unit.model,
            effort: unit.effort,
            unsandboxed: unit.unsandboxed,
            prompt,
        })
    }

    fn session_ended(&mut self, mut attempt: Attempt, report: SessionReport) {
        self.meter(&attempt.unit, attempt.number, Role::Work, &report);
        attempt.report = Some(report.clone());
        let agent = |outcome, what: &str| {
            let class = if outcome == Outcome::TimedOut { Class::Timeout } else { Class::Agent };
            AttemptFailure::plain(outcome, class, what)
        };
        let Some(attempt) = self.not_the_units(attempt, Role::Work, &report.end) else { return };
        match &report.end {
            SessionEnd::Interrupted => self.stopped_by_person(attempt),
            SessionEnd::Failed(cause) => self.fail(attempt, agent(Outcome::AgentFailed, cause)),
            SessionEnd::TimedOut => {
                self.fail(attempt, agent(Outcome::TimedOut, "the session ran into its time limit"));
            }
            SessionEnd::Blocked(why) => self.blocked(attempt, why),
            SessionEnd::Refused(what) => {
                let why = format!("{what}; allow it in the agent's own settings, or change the unit");
                self.blocked(attempt, &why);
            }
            SessionEnd::ContextExhausted(cause) => {
                let what = format!("{cause}\nRead less at a time, and do the unit in smaller steps.");
                self.fail(attempt, agent(Outcome::AgentFailed, &what));
            }
            SessionEnd::Unavailable(_)
            | SessionEnd::RateLimited { .. }
            | SessionEnd::Overloaded(_)
            | SessionEnd::NotNow(_)
            | SessionEnd::Unauthorised(_) => self.interrupted(attempt, None),
            SessionEnd::Finished if used_nothing(&report.usage) => {
                self.fail(attempt, agent(Outcome::ZeroTokenSkip, "the session used no token"));
            }
            SessionEnd::Finished => match &report.result {
                Some(result) if result.status == Some(ResultStatus::Blocked) => {
                    let why = result.blocked_reason.clone().unwrap_or_else(|| result.summary.clone());
                    self.blocked(attempt, &why);
                }
                _ => self.inspect(attempt),
            },
        }
    }

    fn blocked(&mut self, attempt: Attempt, why: &str) {
        let failure = AttemptFailure::plain(Outcome::Blocked, Class::Agent, why);
        self.settle_with(attempt, failure, Some("agent_reported_blocked".into()), None);
    }

    pub(super) fn interrupted(&mut self, attempt: Attempt, halt: Option<Stop>) {
        let what = halt.as_ref().map_or("the driver was ended during the session", |stop| &stop.reason);
        let failure =
            AttemptFailure::new(Outcome::Interrupted, Failure::plain(Class::Agent, what), String::new());
        self.settle_with(attempt, failure, None, halt);
    }

    pub(super) fn inspect(&mut self, attempt: Attempt) {
        let question = Effect::Inspect {
            unit: attempt.unit.clone(),
            attempt: attempt.number,
            base: attempt.base.clone(),
        };
        self.stage(attempt, Stage::Inspecting, question);
    }

    fn inspected(&mut self, mut attempt: Attempt, facts: TreeFacts) {
        attempt.facts = Some(facts.clone());
        if let Some(branch) = &facts.switched_branch {
            let text = format!("the session had checked out {branch}; the branch is put back");
            self.say(Tone::Bad, Some(&attempt.unit.clone()), text);
        }
        if !facts.tampered.is_empty() {
            let what = facts.tampered.join("\n");
            let evidence = format!("This is not a session's to change; it was dropped:\n{what}");
            let failure = Failure::plain(Class::Guard, &what);
            return self.fail(attempt, AttemptFailure::new(Outcome::OracleTampered, failure, evidence));
        }
        let gate = self.state.plan.gate_of(&attempt.unit).unwrap_or_default();
        let Some(unit) = self.unit(&attempt) else { return self.load() };
        let checks = sets::verification(&self.state.plan, gate, unit, &facts.touched);
        self.verify(attempt, checks);
    }

    fn failed_checks(
        &self,
        results: &[CheckResult],
        outcome: Outcome,
        checks: &[crate::drive::CheckView],
    ) -> AttemptFailure {
        let failed = results.iter().filter_map(|result| match &result.verdict {
            CheckVerdict::Failed(failure) => Some((result.name.as_str(), failure)),
            _ => None,
        });
        let mut failure = Failure::merged(failed);
        if failure == Failure::default() {
            // Nothing failed and not all passed: checks that wait for each other, or none at all.
            failure = Failure::plain(
                Class::Other,
                "no check ran for this attempt; see `needs` and `tier` in verification.yml",
            );
        }
        let command =
            |name: &str| checks.iter().find(|check| check.name == name).map(|check| check.command.clone());
        let failed = results.iter().filter(|result| matches!(result.verdict, CheckVerdict::Failed(_)));
        AttemptFailure {
            checks: failed.map(|result| result.name.clone()).collect(),
            findings: counted(results),
            ..AttemptFailure::new(outcome, failure, failure::evidence(results, command))
        }
    }

    pub(super) fn verified(&mut self, attempt: Attempt, results: &[CheckResult]) {
        let Some(unit) = self.unit(&attempt).cloned() else { return self.load() };
        let facts = attempt.facts.clone().unwrap_or_default();
        let results = &self.with_carried(&attempt, results);
        // No result is no pass.
        if results.is_empty() || !results.iter().all(CheckResult::passed) {
            let gate = self.state.plan.gate_of(&attempt.unit).unwrap_or_default();
            let checks = sets::verification(&self.state.plan, gate, &unit, &facts.touched);
            let failure = self.failed_checks(results, Outcome::Failed, &checks);
            return self.count_or_fail(attempt, failure);
        }
        let result = attempt.report.as_ref().and_then(|report| report.result.as_ref());
        let refusals = guards::refusals(&unit, &self.state.plan.head.attempts, &facts, result);
        let Some(first) = refusals.first() else { return self.audit_or_judge(attempt, results) };
        let what =
            refusals.iter().map(|refusal| format!("- {}", refusal.what)).collect::<Vec<_>>().join("\n");
        self.fail(attempt, AttemptFailure::plain(first.outcome, Class::Guard, &what));
    }

    pub(super) fn commit(&mut self, attempt: Attempt) {
        if attempt.lane > 0 { self.wait_for_turn(attempt) } else { self.commit_now(attempt) }
    }

    pub(super) fn commit_now(&mut self, attempt: Attempt) {
        let Some(unit) = self.state.plan.units.get_mut(&attempt.unit) else { return self.load() };
        let facts = attempt.facts.clone().unwrap_or_default();
        unit.status = Some(UnitStatus::Done);
        if facts.verdict.is_some() {
            unit.verdict = facts.verdict;
        }
        let unit = unit.clone();
        let mut keys = self.spent(&unit);
        keys.insert(0, ("status", json!("done")));
        let result = attempt.report.as_ref().and_then(|report| report.result.as_ref());
        let dropped = guards::amended(&self.state.plan.head.attempts, &facts, result);
        if !dropped.is_empty() {
            keys.push(("produces_dropped", json!(dropped)));
        }
        if attempt.lowered {
            keys.push(("verdict", json!(facts.verdict)));
        }
        self.set(unit.path.clone(), keys);
        let commit = Commit {
            subject: subject(&unit.title),
            trailers: BTreeMap::from([("Feature".to_owned(), unit.id.clone())]),
            content: Content::Unit { base: attempt.base.clone(), touched: facts.touched },
        };
        self.stage(attempt, Stage::Committing, Effect::Commit(commit));
    }

    /// The unit's commit is there.
    fn passed(&mut self, attempt: &Attempt) {
        let Some(unit) = self.unit(attempt).cloned() else { return self.load() };
        let outcome = log::attempt_outcome(self.state, attempt, Outcome::Passed, None);
        self.log(&unit.id, "attempt_outcome", outcome);
        let record = self.state.record(&unit.id);
        record.charged += 1;
        record.last_failure = None;
        record.retained = None;
        let completed = log::task_completed(record);
        self.log(&unit.id, "task_completed", completed);
        self.log_draft_lint(attempt, &unit);
        if let Some(gate) = self.state.plan.gate_of(&unit.id).filter(|_| !unit.is_closing()) {
            let number = self.state.plan.gates[gate].number;
            self.state.broad_green.remove(&number);
        }
        self.say(Tone::Good, Some(&unit.id), "done");
        self.load();
    }
}

/// The first record of a unit: attempts that an older driver charged count, unless they are used up (a
/// person who set the unit to pending wants it tried). One that was under way is not charged.
fn first_record(unit: &UnitView) -> UnitRecord {
    let running = u32::from(unit.status == Some(UnitStatus::InProgress));
    let charged = unit.attempts.saturating_sub(running);
    UnitRecord {
        last_attempt: unit.attempts.max(unit.attempts_logged),
        charged: if charged < unit.max_attempts { charged } else { 0 },
        cycle: unit.re_arm_count,
        ..UnitRecord::default()
    }
}

/// What else a session is told of its unit.
fn notes(unit: &UnitView, rules: &AttemptRules, record: &UnitRecord, attempt: &Attempt) -> Vec<String> {
    let mut notes = Vec::new();
    if !unit.generated_surfaces.is_empty() {
        notes.push(format!(
            "Generated files, which may change with the work: {}",
            unit.generated_surfaces.join(", ")
        ));
    }
    if rules.produces_amendable && !unit.produces.is_empty() {
        notes.push(
            "A produced file that turns out not to be needed: leave it out, and list it under \
             `produces_amended: [{path, reason}]` in the block"
                .into(),
        );
    }
    if unit.fix_units < rules.fix_units {
        notes.push(
            "When a defect outside of this unit blocks you: you may draft the unit that mends it (a file of the feature's \
             folder, `status: draft`, all sections filled), and name it beside `status: blocked` in the block: \
             `blocked_next: {kind: fix_unit, file, id}`"
                .into(),
        );
    }
    if let Some(best) = record.best.filter(|best| attempt.work == Some(best.attempt)) {
        notes.push(format!(
            "The tree holds the work of attempt {}, which left {} findings; leave fewer",
            best.attempt, best.findings
        ));
    }
    notes
}

fn used_nothing(usage: &Usage) -> bool {
    let cached = usage.cache_read_input_tokens.unwrap_or(0) + usage.cache_creation_input_tokens.unwrap_or(0);
    usage.input_tokens == Some(0) && cached == 0
}

/// What all of them counted, where any did.
fn counted(results: &[CheckResult]) -> Option<u64> {
    results.iter().filter_map(|result| result.findings).reduce(u64::saturating_add)
}

fn oracle_output(results: &[CheckResult]) -> String {
    let all: Vec<String> =
        results.iter().map(|result| format!("## {}\n{}", result.name, result.output.trim_end())).collect();
    let text = all.join("\n\n");
    text[..floor_boundary(&text, ORACLE_BYTES.min(text.len()))].to_owned()
}

fn subject(title: &str) -> String {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let whole = format!("feat: {title}");
    if whole.chars().count() <= SUBJECT_CHARS {
        return whole;
    }
    let cut: String = whole.chars().take(SUBJECT_CHARS - 1).collect();
    format!("{}…", cut.trim_end())
}
