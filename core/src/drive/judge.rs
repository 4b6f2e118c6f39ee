//! The judge: a fresh session that sees what a feature was to be and what it has become, and not what its
//! close said of it. It can only lower a verdict of `met`.

use super::result_block;
use crate::model::status::{Verdict, Vocabulary};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How often the judge is asked when it gives no answer that can be read.
pub const TRIES: u32 = 2;

/// What the judge found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Judgement {
    /// Whether the goal is met.
    pub verdict: Verdict,
    /// Why, an entry a reason.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// What is left to do, an entry a follow-up.
    #[serde(default)]
    pub follow_ups: Vec<String>,
}

impl Judgement {
    /// What holds when the judge gave no answer: a verdict that nobody confirmed is not met.
    pub fn silent(why: &str) -> Judgement {
        Judgement {
            verdict: Verdict::NotMet,
            reasons: vec![format!("the judge gave no answer: {why}")],
            follow_ups: vec![
                "Look yourself whether the goal is met. If so, set `verdict: met` in the close, commit, and \
                 run with --recheck-verdict."
                    .to_owned(),
            ],
        }
    }

    /// The line that begins the judge's part of `FOLLOW-UPS.md`.
    pub fn marker(gate: u32) -> String {
        format!("## Gate {gate} — what the judge found")
    }

    /// That part.
    pub fn follow_ups_text(&self, gate: u32) -> String {
        let reasons = self.reasons.iter().map(|reason| format!("{}\n\n", one_line(reason)));
        let named = if self.follow_ups.is_empty() { &self.reasons } else { &self.follow_ups };
        let items = named.iter().map(|item| format!("- {}\n", one_line(item)));
        let items: String = items.collect();
        let items = if items.is_empty() { "- Find out what is missing.\n".to_owned() } else { items };
        format!("{}\n\n{}{items}", Judgement::marker(gate), reasons.collect::<String>())
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads the judge's answer: the last RESULT block of its text, with a `verdict` that is a word of today.
pub fn read(text: &str) -> Option<Judgement> {
    let block = result_block::value(text)?;
    let verdict = Verdict::parse(&block.get("verdict")?.as_str()?.trim().to_ascii_lowercase())?;
    if verdict.is_retired() {
        return None;
    }
    let list = |key: &str| result_block::texts(block.get(key).unwrap_or(&Value::Null));
    Some(Judgement { verdict, reasons: list("reasons"), follow_ups: list("follow_ups") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_the_last_block_with_a_verdict() {
        let text = "Thoughts.\n\n```result\nverdict: not_met\nreasons:\n  - no tests: none at all\n  - two\nfollow_ups: [write them]\n```\n";
        let judgement = read(text).unwrap();
        assert_eq!(judgement.verdict, Verdict::NotMet);
        assert_eq!((judgement.reasons.len(), &judgement.follow_ups[..]), (2, &["write them".to_owned()][..]));
        assert_eq!(read("```result\nverdict: MET\n```").unwrap().verdict, Verdict::Met);
        for text in [
            "met",
            "```result\nstatus: complete\n```",
            "```result\nverdict: partially_met\n```",
            "```result\nverdict: [met]\n```",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_judge_that_says_nothing_confirms_nothing() {
        let judgement = Judgement::silent("it crashed");
        assert_eq!(judgement.verdict, Verdict::NotMet);
        let text = judgement.follow_ups_text(2);
        assert!(text.starts_with(
            "## Gate 2 — what the judge found\n\nthe judge gave no answer: it crashed\n\n- Look"
        ));
    }
}
