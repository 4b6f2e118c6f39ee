//! Doubting a verdict: between the green verification of a close that says `met` and its commit, a judge is
//! asked. What it says can only lower the verdict.

use super::Turn;
use crate::drive::effect::{Append, Effect, Role, Session, Stop, Tone};
use crate::drive::event::{CheckResult, SessionEnd, SessionReport};
use crate::drive::judge::{Judgement, TRIES};
use crate::drive::prompt::Parts;
use crate::drive::state::{Attempt, Stage};
use crate::model::status::{UnitType, Verdict, Vocabulary};
use serde_json::json;

impl Turn<'_> {
    /// Commits green work; that of a close which says `met` goes to the judge first.
    pub(super) fn commit_or_judge(&mut self, attempt: Attempt, results: &[CheckResult]) {
        let claimed = attempt.facts.as_ref().and_then(|facts| facts.verdict);
        let closes = self.unit(&attempt).is_some_and(|unit| unit.kind == Some(UnitType::Close));
        if !closes || claimed != Some(Verdict::Met) || self.state.plan.head.judge_disabled {
            return self.commit(attempt);
        }
        let passed: Vec<String> = results.iter().map(|result| format!("`{}` passed", result.name)).collect();
        self.say(Tone::Progress, Some(&attempt.unit.clone()), "its verdict is `met`; a judge looks at it");
        self.ask_judge(attempt, 1, passed.join("\n"));
    }

    fn ask_judge(&mut self, attempt: Attempt, asked: u32, measured: String) {
        let Some(unit) = self.unit(&attempt).cloned() else { return self.load() };
        let session = Session {
            unit: unit.id.clone(),
            attempt: attempt.number,
            role: Role::Judge,
            agent: self.agent_of(&unit.id),
            base: Some(attempt.base.clone()),
            model: unit.model,
            effort: unit.effort.clone(),
            unsandboxed: None,
            prompt: Parts {
                unit: unit.id,
                kind: unit.kind,
                folder: self.state.plan.head.folder.clone(),
                attempt: asked,
                max_attempts: TRIES,
                effort: unit.effort,
                produces: Vec::new(),
                oracle_output: measured.clone(),
                failure: None,
                continued: false,
                notes: Vec::new(),
            },
        };
        let stage = Stage::Judging { asked, measured };
        self.stage(attempt, stage, Effect::RunSession(Box::new(session)));
    }

    /// The judge's session is over.
    pub(super) fn judge_ended(
        &mut self,
        attempt: Attempt,
        asked: u32,
        measured: String,
        report: &SessionReport,
    ) {
        self.meter(&attempt.unit, attempt.number, Role::Judge, report);
        let Some(mut attempt) = self.not_the_units(attempt, Role::Judge, &report.end) else { return };
        let silence = match &report.end {
            SessionEnd::Interrupted => {
                // The close's work is verified; the next run verifies it again and asks again.
                attempt.stage = Stage::Verifying;
                self.put_back(attempt);
                let why = vec!["Stopped as asked. Run again to go on.".into()];
                return self.out.push(Effect::Stop(Stop { exit: 1, reason: "stop_requested".into(), why }));
            }
            SessionEnd::Blocked(why)
            | SessionEnd::Failed(why)
            | SessionEnd::Refused(why)
            | SessionEnd::ContextExhausted(why) => why.clone(),
            SessionEnd::TimedOut => "it ran into its time limit".to_owned(),
            _ => "its answer holds no verdict".to_owned(),
        };
        // One that was refused a tool and answers all the same has answered.
        let spoke = matches!(report.end, SessionEnd::Finished | SessionEnd::Refused(_));
        let answer = report.judgement.clone().filter(|_| spoke);
        match answer {
            Some(judgement) => self.verdict_judged(attempt, judgement),
            None if asked < TRIES => self.ask_judge(attempt, asked + 1, measured),
            None => self.verdict_judged(attempt, Judgement::silent(&silence)),
        }
    }

    fn verdict_judged(&mut self, mut attempt: Attempt, judgement: Judgement) {
        let id = attempt.unit.clone();
        let gate = self.state.plan.gate_of(&id).map_or(1, |gate| self.state.plan.gates[gate].number);
        let lowered = judgement.verdict != Verdict::Met;
        let payload = json!({
            "gate": gate, "claimed": Verdict::Met.word(), "verdict": judgement.verdict.word(),
            "lowered": lowered, "reasons": judgement.reasons, "follow_ups": judgement.follow_ups,
        });
        self.log(&id, "judged", payload);
        if !lowered {
            self.say(Tone::Good, Some(&id), "the judge agrees: `met`");
            return self.commit(attempt);
        }
        self.say(
            Tone::Bad,
            Some(&id),
            format!("the judge lowers it to `not_met`: {}", judgement.reasons.join("; ")),
        );
        if let Some(path) = self.in_folder("FOLLOW-UPS.md") {
            self.state.uncommitted = true;
            let (marker, text) = (Judgement::marker(gate), judgement.follow_ups_text(gate));
            self.out.push(Effect::Append(Append { path, marker, text }));
        }
        if let Some(facts) = &mut attempt.facts {
            facts.verdict = Some(Verdict::NotMet);
        }
        attempt.lowered = true;
        self.commit(attempt);
    }
}
