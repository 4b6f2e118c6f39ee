//! Units that iterate: the tree of the attempt that left the fewest findings is the next one's start.

use super::Turn;
use crate::drive::effect::Purpose;
use crate::drive::sets;
use crate::drive::state::{Attempt, AttemptFailure, Best, Outcome, Stage};

/// Attempts in a row that may leave no fewer findings.
const PLATEAU: u32 = 2;

impl Turn<'_> {
    /// Whether the unit goes on from its best tree, and this failure is one that its checks counted.
    pub(super) fn iterates(&self, attempt: &Attempt, failure: &AttemptFailure) -> bool {
        failure.outcome == Outcome::Failed && self.unit(attempt).is_some_and(|unit| unit.iterate_on_failure)
    }

    /// What there was to do before the first attempt.
    pub(super) fn begin_to_iterate(&mut self, attempt: &Attempt, findings: Option<u64>) {
        let Some(findings) = findings else { return };
        if self.unit(attempt).is_some_and(|unit| unit.iterate_on_failure) {
            self.state.record(&attempt.unit).best.get_or_insert(Best { attempt: 0, findings });
        }
    }

    /// The checks failed: where they count nothing themselves, the oracles of a unit that iterates do.
    pub(super) fn count_or_fail(&mut self, attempt: Attempt, failure: AttemptFailure) {
        let oracles = self.unit(&attempt).map(|unit| unit.oracles.clone()).unwrap_or_default();
        let checks = sets::named(&self.state.plan, oracles.iter().map(String::as_str));
        if failure.findings.is_some() || checks.is_empty() || !self.iterates(&attempt, &failure) {
            return self.fail(attempt, failure);
        }
        self.run_checks(attempt, Stage::Counting { failure: Box::new(failure) }, Purpose::Oracle, checks);
    }

    /// Notes what an attempt left; why the unit stops, if it does.
    pub(super) fn iterate(&mut self, attempt: &Attempt, findings: u64, last: bool) -> Option<String> {
        let record = self.state.record(&attempt.unit);
        if record.best.is_none_or(|best| findings < best.findings) {
            record.best = Some(Best { attempt: attempt.number, findings });
            record.no_better = 0;
        } else {
            record.no_better += 1;
        }
        let plateau = record.no_better >= PLATEAU;
        let reason = if plateau { Some("convergence_plateau") } else { last.then_some("spinning_detected") };
        reason.map(str::to_owned)
    }
}
