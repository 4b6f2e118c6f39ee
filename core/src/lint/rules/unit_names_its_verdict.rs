//! `unit/names-its-verdict`

use crate::diagnostic::Severity;
use crate::frontmatter::Document;
use crate::lint::words::find_phrase;
use crate::lint::{Check, Rule, Sink};
use crate::markdown::lines;
use crate::model::status::{UnitStatus, UnitType};
use crate::model::work_unit::WorkUnit;
use crate::span::Span;

/// See the page.
pub static RULE: Rule = Rule::new(
    "unit/names-its-verdict",
    Severity::Error,
    "A close is told which verdict to give.",
    Check::Unit(check),
);

/// What stands between the word and its value. Older tools know the first two as errors.
const LINKS: [(&str, bool); 6] =
    [(":", true), (" is", true), (" =", false), (" to", false), (" must be", false), (" should be", false)];
const RETIRED: &[&str] = &["met_locally", "partially_met"];

fn check(unit: &WorkUnit, sink: &mut Sink) {
    let armed = unit.status().is_some_and(UnitStatus::is_dispatchable);
    if unit.kind() != Some(UnitType::Close) || !(armed || unit.status() == Some(UnitStatus::Draft)) {
        return;
    }
    for (span, certain) in dictated(&unit.doc) {
        let weight = if armed && certain { Severity::Error } else { Severity::Warning };
        let words = span.slice(&unit.doc.text).split_whitespace().collect::<Vec<_>>().join(" ");
        sink.report(span, format!("the close is told its verdict: `{words}`"))
            .severity(weight)
            .help("let it judge by the criteria: \"write `met` or `not_met`, with the reason\"");
    }
}

/// The first dictated verdict of each line of prose, and whether nothing else can be meant.
fn dictated(doc: &Document) -> Vec<(Span, bool)> {
    let prose = lines(&doc.text, doc.body.span).filter(|line| !doc.body.in_fence(line.start as usize));
    prose.filter_map(|line| in_line(&doc.text, line)).collect()
}

fn in_line(text: &str, line: Span) -> Option<(Span, bool)> {
    if let Some((span, _)) = find_phrase(text, line, RETIRED) {
        return Some((span, true));
    }
    let (word, _) = find_phrase(text, line, &["verdict"])?;
    let rest = &text[word.end as usize..line.end as usize];
    let (link, certain) = LINKS.iter().find(|(link, _)| rest.starts_with(link))?;
    let value = rest[link.len()..].trim_start();
    let bare = value.trim_start_matches(['`', '*', '"']);
    let named = ["not_met", "met"].into_iter().find(|v| starts_with_word(bare, v))?;
    let end = line.end as usize - bare.len() + named.len();
    let choice = has_other(&bare[named.len()..], named);
    let plain = bare.len() == value.len() && !(*link == " is" && named == "not_met");
    (!choice).then_some((Span::new(word.start as usize, end), *certain && plain))
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// Whether the other verdict is offered in the same breath: a choice dictates nothing.
fn has_other(rest: &str, named: &str) -> bool {
    let other = if named == "met" { "not_met" } else { "met" };
    find_phrase(rest, Span::new(0, rest.len()), if other == "met" { &["met"] } else { &["not_met"] })
        .is_some()
}

#[cfg(test)]
mod tests {
    use super::in_line;
    use crate::span::Span;

    fn found(text: &str) -> Option<(&str, bool)> {
        in_line(text, Span::new(0, text.len())).map(|(span, certain)| (span.slice(text), certain))
    }

    #[test]
    fn a_choice_dictates_nothing() {
        assert_eq!(found("write `verdict: met` into the head"), Some(("verdict: met", true)));
        assert_eq!(found("The Verdict is met."), Some(("Verdict is met", true)));
        assert_eq!(found("verdict must be `met`"), Some(("verdict must be `met", false)));
        assert_eq!(found("set met_locally"), Some(("met_locally", true)));
        assert_eq!(found("write `verdict: met` or `verdict: not_met`"), None);
        assert_eq!(found("verdict: met | not_met"), None);
        assert_eq!(found("the verdict is yours"), None);
        assert_eq!(found("verdict: methodical"), None);
    }
}
