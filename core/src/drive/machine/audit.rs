//! The verifier: after green checks, and before the commit, a fresh session may audit the work. It can
//! turn green to red and never red to green, and whatever it changes is dropped.

use super::Turn;
use crate::drive::effect::{Effect, Role, Session, Stop, Tone};
use crate::drive::event::{CheckResult, SessionEnd, SessionReport};
use crate::drive::prompt::Parts;
use crate::drive::state::{Attempt, AuditStep, Stage};
use crate::path::RelPath;

/// How many verifier sessions of an attempt may end without a judgement.
const SILENT: u32 = 2;

impl Turn<'_> {
    /// The checks and the guards let the work pass: on to its audit, when there is one, or else to its
    /// commit (of a close, by way of the judge).
    pub(super) fn audit_or_judge(&mut self, attempt: Attempt, results: &[CheckResult]) {
        // What was audited in its lane and then put on top of the branch is verified again, not audited.
        if is_sound(&attempt) || self.unit(&attempt).is_none_or(|unit| unit.verifier.is_none()) {
            return self.commit_or_judge(attempt, results);
        }
        self.audit(attempt);
    }

    /// Begins an audit, or begins it again: the tree is held first, so that it is the session's work
    /// that is looked at and nothing that an earlier audit left.
    pub(super) fn audit(&mut self, attempt: Attempt) {
        self.hold_tree(attempt, AuditStep::Holding);
    }

    /// Takes up an audit that a killed driver left.
    pub(super) fn resume_audit(&mut self, attempt: Attempt, step: AuditStep) {
        let unit = attempt.unit.clone();
        self.say(Tone::Progress, Some(&unit), "the work is verified; auditing it");
        match step {
            AuditStep::Holding | AuditStep::Session => self.audit(attempt),
            AuditStep::Restoring => self.hold_tree(attempt, step),
        }
    }

    fn hold_tree(&mut self, attempt: Attempt, step: AuditStep) {
        let question = Effect::Hold { unit: attempt.unit.clone(), attempt: attempt.number };
        self.stage(attempt, Stage::Auditing { step }, question);
    }

    pub(super) fn held(&mut self, attempt: Attempt, step: AuditStep, dropped: &[RelPath]) {
        if !dropped.is_empty() {
            let names: Vec<&str> = dropped.iter().take(5).map(RelPath::as_str).collect();
            let text = format!("the verifier changed {}; that is dropped", names.join(", "));
            self.say(Tone::Bad, Some(&attempt.unit), text);
        }
        match step {
            AuditStep::Holding | AuditStep::Session => self.run_audit(attempt),
            AuditStep::Restoring => self.audited(attempt),
        }
    }

    fn run_audit(&mut self, attempt: Attempt) {
        let Some(unit) = self.unit(&attempt).cloned() else { return self.load() };
        let Some(verifier) = unit.verifier else { return self.commit(attempt) };
        let prompt = Parts {
            unit: unit.id.clone(),
            kind: unit.kind,
            folder: self.state.plan.head.folder.clone(),
            attempt: attempt.number,
            max_attempts: unit.max_attempts,
            effort: verifier.effort.clone(),
            produces: unit.produces,
            oracle_output: String::new(),
            failure: None,
            continued: false,
            notes: Vec::new(),
        };
        let session = Session {
            agent: verifier.agent.or_else(|| self.agent_of(&unit.id)),
            unit: unit.id,
            attempt: attempt.number,
            role: Role::Verifier,
            base: Some(attempt.base.clone()),
            model: verifier.model,
            effort: verifier.effort,
            unsandboxed: None,
            prompt,
        };
        let stage = Stage::Auditing { step: AuditStep::Session };
        self.stage(attempt, stage, Effect::RunSession(Box::new(session)));
    }

    pub(super) fn audit_ended(&mut self, mut attempt: Attempt, report: SessionReport) {
        self.meter(&attempt.unit, attempt.number, Role::Verifier, &report);
        attempt.audit = Some(report);
        self.hold_tree(attempt, AuditStep::Restoring);
    }

    /// The verifier is done and its traces are gone: what it says counts now.
    fn audited(&mut self, mut attempt: Attempt) {
        let report = attempt.audit.clone().unwrap_or_default();
        let Some(again) = self.not_the_units(attempt, Role::Verifier, &report.end) else { return };
        attempt = again;
        match (&report.end, &report.audit) {
            (SessionEnd::Interrupted, _) => self.stopped_by_person(attempt),
            (SessionEnd::Finished, Some(audit)) => match audit.failure() {
                Some(failure) => self.fail(attempt, failure),
                None => {
                    self.say(Tone::Good, Some(&attempt.unit), "the verifier found nothing");
                    self.commit(attempt);
                }
            },
            _ => self.silent(attempt),
        }
    }

    /// A verifier that says nothing is no pass and no fault of the unit's.
    fn silent(&mut self, mut attempt: Attempt) {
        attempt.silent_audits += 1;
        if attempt.silent_audits < SILENT {
            self.say(Tone::Bad, Some(&attempt.unit), "the verifier gave no judgement; asking another one");
            return self.audit(attempt);
        }
        let why = vec![
            format!("The verifier gave no judgement, {SILENT} times. The work is kept, and not committed."),
            "See its output in the attempt's folder, or set `verifier: false`, and run again.".into(),
        ];
        self.interrupted(attempt, Some(Stop { exit: 1, reason: "agent_unavailable".into(), why }));
    }
}

/// Whether a verifier looked at the work and found nothing.
fn is_sound(attempt: &Attempt) -> bool {
    let audit = attempt.audit.as_ref().and_then(|report| report.audit.as_ref());
    audit.is_some_and(|audit| audit.findings.is_empty())
}
