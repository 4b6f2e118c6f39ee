//! `unit/verdict`

use crate::diagnostic::Severity;
use crate::fix::{Fix, TextEdit};
use crate::lint::{Check, Rule, Sink};
use crate::model::field::Field;
use crate::model::status::{UnitStatus, UnitType, Verdict, Vocabulary};
use crate::model::work_unit::WorkUnit;
use crate::near::nearest;
use crate::schema::FileKind;
use crate::span::Spanned;

/// See the page.
pub static RULE: Rule = Rule::new(
    "unit/verdict",
    Severity::Error,
    "A verdict stands where none belongs, or is not one of the known words.",
    Check::Unit(check),
);

fn check(unit: &WorkUnit, sink: &mut Sink) {
    let Some(span) = unit.verdict.span() else { return };
    match (unit.kind(), &unit.verdict) {
        (Some(kind), _) if !kind.is_close() => misplaced(unit, kind, sink),
        (_, Field::Valid(verdict)) if verdict.value.is_retired() => {
            sink.report(span, format!("the verdict `{}` is no longer written", verdict.value))
                .severity(Severity::Warning)
                .help("a feature is `met` or `not_met`; what is left goes into FOLLOW-UPS.md");
        }
        (_, Field::Invalid(written)) => unknown(unit, written, sink),
        _ => {}
    }
}

fn misplaced(unit: &WorkUnit, kind: UnitType, sink: &mut Sink) {
    let Some(entry) = unit.doc.entry("verdict") else { return };
    let message = format!("a unit of type `{kind}` gives no verdict");
    let report =
        sink.report(entry.key.span.to(entry.value.span), message).help("only a close does; drop the key");
    if let Ok(edits) = crate::edit::remove_key(FileKind::Unit, &unit.path, &unit.doc.text, "verdict") {
        report.fix(Fix::unsafe_("drop `verdict`", edits));
    }
}

/// Before the close has run a wrong word is only a draft's mistake.
fn unknown(unit: &WorkUnit, written: &Spanned<String>, sink: &mut Sink) {
    let known = || Verdict::WORDS.iter().filter(|(v, _)| !v.is_retired()).map(|(_, word)| *word);
    let ran = matches!(unit.status(), Some(UnitStatus::Done | UnitStatus::InReview));
    let near = nearest(&written.value, known());
    let message = match written.value.as_str() {
        "" => "the verdict must be one word".to_owned(),
        word => format!("`{word}` is no known verdict{}", crate::near::did_you_mean(word, known())),
    };
    let report = sink
        .report(written.span, message)
        .severity(if ran { Severity::Error } else { Severity::Warning })
        .help("known are `met` and `not_met`");
    if let Some((word, _)) = near {
        report.fix_unsafe(format!("write `{word}`"), TextEdit::replace(written.span, word));
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::check;
    use insta::assert_snapshot;

    fn close(lines: &str) -> String {
        let head = format!(
            "---\nid: FEAT-2026-0001/G2-CLOSE\ntype: close\nplanned_cost_usd: 5\n{lines}\n---\n# Close\n"
        );
        check(&[("WU-92-close.md", &head)]).lines().filter(|l| l.contains("unit/verdict")).collect()
    }

    #[test]
    fn words_count_once_the_close_has_run() {
        assert_snapshot!(close("status: done\nverdict: not-met"), @"WU-92-close.md:6:10 error unit/verdict: `not-met` is no known verdict; did you mean `not_met`? [not-met]");
        assert_snapshot!(close("status: pending\nverdict: later"), @"WU-92-close.md:6:10 warning unit/verdict: `later` is no known verdict [later]");
        assert_snapshot!(close("status: done\nverdict: met_locally"), @"WU-92-close.md:6:10 warning unit/verdict: the verdict `met_locally` is no longer written [met_locally]");
        assert_eq!(close("status: done\nverdict: met"), "");
    }
}
