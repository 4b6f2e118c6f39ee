//! Reads what agents write on standard output.

use serde::Deserialize;
use serde_json::Value;
use specfuse_core::drive::Usage;

/// What was understood of an agent's output.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Answer {
    pub text: String,
    pub is_error: bool,
    pub usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Claude {
    #[serde(default)]
    is_error: Option<bool>,
    #[serde(default)]
    result: Option<String>,
    #[serde(default)]
    total_cost_usd: Option<f64>,
    #[serde(default)]
    usage: Option<ClaudeUsage>,
}

#[derive(Deserialize, Default)]
struct ClaudeUsage {
    #[serde(default)]
    input_tokens: Option<u64>,
    #[serde(default)]
    output_tokens: Option<u64>,
    #[serde(default)]
    cache_read_input_tokens: Option<u64>,
    #[serde(default)]
    cache_creation_input_tokens: Option<u64>,
}

/// The answer in `text`: one JSON object, a list of events that ends in one, or one on the last
/// line that is not blank. `None` when there is no such object.
pub(super) fn claude(text: &str) -> Option<Answer> {
    let last_line = text.lines().rev().find(|line| !line.trim().is_empty())?;
    let value: Value = serde_json::from_str(text).or_else(|_| serde_json::from_str(last_line)).ok()?;
    let value = match value {
        Value::Array(events) => events.into_iter().rev().find(|event| event["type"] == "result")?,
        other => other,
    };
    if !["result", "is_error", "usage", "total_cost_usd"].iter().any(|key| value.get(key).is_some()) {
        return None;
    }
    let read: Claude = serde_json::from_value(value).ok()?;
    Some(Answer {
        text: read.result.unwrap_or_default(),
        is_error: read.is_error.unwrap_or(false),
        usage: usage(read.total_cost_usd, read.usage),
    })
}

fn usage(cost: Option<f64>, tokens: Option<ClaudeUsage>) -> Option<Usage> {
    if cost.is_none() && tokens.is_none() {
        return None;
    }
    let counted = tokens.is_some();
    let tokens = tokens.unwrap_or_default();
    Some(Usage {
        cost_usd: cost.filter(|cost| cost.is_finite() && *cost >= 0.0),
        input_tokens: tokens.input_tokens.or(counted.then_some(0)),
        output_tokens: tokens.output_tokens.or(counted.then_some(0)),
        cache_read_input_tokens: tokens.cache_read_input_tokens,
        cache_creation_input_tokens: tokens.cache_creation_input_tokens,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESULT: &str = r#"{"type":"result","is_error":false,"result":"done","total_cost_usd":0.5,"usage":{"input_tokens":3,"output_tokens":4,"cache_read_input_tokens":5}}"#;

    #[test]
    fn the_object_is_found_alone_in_a_list_and_last() {
        let alone = claude(RESULT).unwrap();
        assert_eq!((alone.text.as_str(), alone.is_error), ("done", false));
        let usage = alone.usage.clone().unwrap();
        assert_eq!(
            (usage.cost_usd, usage.input_tokens, usage.cache_read_input_tokens),
            (Some(0.5), Some(3), Some(5))
        );
        assert_eq!(claude(&format!("[{{\"type\":\"system\"}},{RESULT}]")).unwrap(), alone);
        assert_eq!(claude(&format!("warning: x\n{RESULT}\n\n")).unwrap(), alone);
    }

    #[test]
    fn anything_else_is_no_answer() {
        for text in ["", "done", "{}", "[]", "3", "{\"result\": 3}", "{\"result\":"] {
            assert_eq!(claude(text), None, "{text}");
        }
        assert!(claude("{\"is_error\": true}").unwrap().is_error);
    }
}
