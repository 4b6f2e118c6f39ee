//! What a rule is: an id, a weight, one line of meaning, and a function over one file or over the
//! feature as a whole.

use super::context::Context;
use super::sink::Sink;
use super::source::Source;
use crate::diagnostic::Severity;
use crate::frontmatter::Document;
use crate::model::gate::GateFile;
use crate::model::plan::Plan;
use crate::model::roadmap::Roadmap;
use crate::model::verification::Verification;
use crate::model::work_unit::WorkUnit;
use crate::path::RelPath;

/// One rule. Its page is not reachable from here, so that the browser's build stays small; see
/// [`super::pages`].
#[derive(Debug)]
pub struct Rule {
    /// `group/name`.
    pub id: &'static str,
    /// The weight of its findings, unless the rule or the project says otherwise.
    pub severity: Severity,
    /// Whether it catches what the Python linters let through.
    pub beyond_python: bool,
    /// Whether it reports only when the project asks for it.
    pub off_by_default: bool,
    /// When it fires, in one sentence.
    pub summary: &'static str,
    /// What it looks at, and the looking.
    pub check: Check,
}

/// What a rule looks at. All but [`Check::Feature`] depend on one file alone: their findings are
/// kept as long as that file stays the same.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// `PLAN.md`.
    Plan(fn(&Plan, &mut Sink)),
    /// Each `GATE-NN.md` that the graph names.
    Gate(fn(&GateFile, &mut Sink)),
    /// Each work unit that the graph names.
    Unit(fn(&WorkUnit, &mut Sink)),
    /// Each other Markdown file of the feature's folder: reviews, criteria, decisions, follow-ups.
    Document(fn(&RelPath, &Document, &mut Sink)),
    /// `verification.yml`.
    Verification(fn(&Verification, &mut Sink)),
    /// `roadmap.md` and `roadmap-archive.md`, each on its own.
    Roadmap(fn(&Roadmap, &mut Sink)),
    /// Every file of the above kinds and `config`, for what is common to all.
    Source(fn(&Source, &mut Sink)),
    /// The feature as a whole. Runs at every change, so it takes linear time and stays cheap.
    Feature(fn(&Context, &mut Sink)),
}

impl Rule {
    /// A rule that the Python linters know too.
    pub const fn new(id: &'static str, severity: Severity, summary: &'static str, check: Check) -> Rule {
        Rule { id, severity, beyond_python: false, off_by_default: false, summary, check }
    }

    /// The same rule, marked as one that the Python linters lack.
    pub const fn beyond_python(self) -> Rule {
        Rule { beyond_python: true, ..self }
    }

    /// The same rule, silent unless the project's `config` gives it a weight.
    pub const fn off_by_default(self) -> Rule {
        Rule { off_by_default: true, ..self }
    }
}
