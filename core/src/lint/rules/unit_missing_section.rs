//! `unit/missing-section`

use crate::diagnostic::Severity;
use crate::edit::insert_section;
use crate::fix::Fix;
use crate::frontmatter::Document;
use crate::lint::{Check, Rule, Sink};
use crate::markdown::lines;
use crate::model::status::{UnitStatus, UnitType};
use crate::model::work_unit::WorkUnit;
use crate::span::Span;

/// See the page.
pub static RULE: Rule = Rule::new(
    "unit/missing-section",
    Severity::Error,
    "A unit that can be dispatched lacks a section that its session relies on.",
    Check::Unit(check),
);

const SECTIONS: &[&str] =
    &["Context", "Acceptance criteria", "Do not touch", "Verification", "Escalation triggers"];
const SECTIONS_OF_HUMAN: &[&str] = &["Objective", "Context", "Acceptance criteria"];

/// The sections that a unit of this type must have.
pub(crate) fn sections_of(kind: Option<UnitType>) -> &'static [&'static str] {
    if kind == Some(UnitType::Human) { SECTIONS_OF_HUMAN } else { SECTIONS }
}

fn check(unit: &WorkUnit, sink: &mut Sink) {
    use UnitStatus::{Draft, Pending, Ready};
    if !matches!(unit.status(), Some(Draft | Pending | Ready)) {
        return;
    }
    let missing = sections_of(unit.kind()).iter().filter(|name| unit.doc.body.section(name).is_none());
    for name in missing {
        match unmarked(&unit.doc, name) {
            Some(line) => {
                sink.report(line, format!("`{name}` is not marked as a section"))
                    .severity(Severity::Warning)
                    .help(format!("start it with `**{name}.**` or a heading, alone before its text"));
            }
            None => missing_section(unit, name, sink),
        }
    }
}

fn missing_section(unit: &WorkUnit, name: &str, sink: &mut Sink) {
    let span = unit.title().map_or_else(|| unit.doc.head_span(), |title| title.span);
    let report = sink
        .report(span, format!("the unit has no section `{name}`"))
        .help(format!("write `**{name}.** …` or a heading; one inside a code fence does not count"));
    if let Ok(edits) = insert_section(&unit.path, &unit.doc.text, name, "") {
        report.fix(Fix::unsafe_(format!("add an empty section `{name}`"), edits));
    }
}

/// A line that older tools took for the section's start, though nothing sets it apart: `Context: …`.
fn unmarked(doc: &Document, name: &str) -> Option<Span> {
    let starts = |line: &Span| {
        let words = line.slice(&doc.text).trim_start_matches(['#', '*', ' ']);
        words.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name))
    };
    lines(&doc.text, doc.body.span).filter(starts).find(|line| !doc.body.in_fence(line.start as usize))
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::check;

    fn unit(body: &str) -> String {
        let head = "---\nid: FEAT-2026-0001/T01\nplanned_cost_usd: 2\nproduces: src/date.rs\n---\n# Read\n";
        let rest = "\n**Acceptance criteria.** `x` passes.\n\n**Do not touch.** x\n\n**Verification.** x\n\n**Escalation triggers.** x\n";
        check(&[("WU-01-a.md", &format!("{head}\n{body}\n{rest}"))])
    }

    #[test]
    fn headings_and_lead_ins_count_and_fenced_ones_do_not() {
        for body in ["**Context.** c", "## Context\nc", "**CONTEXT:**\nc", "### context (short)\n\nc"] {
            assert_eq!(unit(body), "", "{body}");
        }
        for body in ["", "```\n## Context\n```", "- **Context.** c", "The context."] {
            let found = unit(body);
            assert!(found.starts_with("WU-01-a.md:6:3 error unit/missing-section: "), "{body}: {found}");
        }
    }

    #[test]
    fn what_older_tools_took_for_a_section_is_a_warning() {
        for body in ["Context: c", "*Context.* c", "## Contexts\nc", "Context\n-----\nc"] {
            assert!(unit(body).contains("warning unit/missing-section: `Context` is not marked"), "{body}");
        }
    }
}
