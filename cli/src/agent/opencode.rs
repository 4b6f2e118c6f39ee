//! `opencode run --format json`: how it is called, and its events.

use super::Request;
use super::reading::{Reading, Reset, Trouble, asked, money, text};
use serde_json::{Map, Value, json};
use specfuse_core::drive::Usage;
use std::collections::BTreeMap;
use std::time::Duration;

pub(super) fn arguments(request: &Request, model: Option<&str>) -> Vec<String> {
    let mut args = ["run", "--format", "json"].map(str::to_owned).to_vec();
    args.extend(model.map(|model| ["--model".to_owned(), model.to_owned()]).into_iter().flatten());
    if request.read_only {
        args.extend(["--agent", "plan"].map(str::to_owned));
    }
    if request.unsandboxed {
        args.push("--dangerously-skip-permissions".to_owned());
    }
    args
}

/// Its permissions can be given in a variable: a pattern for each command.
pub(super) fn variables(deny: &[String]) -> BTreeMap<String, String> {
    if deny.is_empty() {
        return BTreeMap::new();
    }
    let patterns = deny.iter().flat_map(|words| [words.clone(), format!("{words} *")]);
    let rules: Map<String, Value> = patterns.map(|pattern| (pattern, json!("deny"))).collect();
    BTreeMap::from([("OPENCODE_PERMISSION".to_owned(), json!({"bash": rules}).to_string())])
}

pub(super) fn read(reading: &mut Reading, event: &Value) {
    let part = &event["part"];
    match text(event, "type") {
        "text" => {
            if !reading.text.is_empty() {
                reading.text.push('\n');
            }
            reading.text.push_str(text(part, "text"));
            reading.does("", text(part, "text"));
        }
        "tool_use" => reading.does(text(part, "tool"), &asked(&part["state"]["input"])),
        "step_finish" => {
            reading.ended = text(part, "reason") != "tool-calls";
            reading.uses(&usage(part));
        }
        "error" => failed(reading, &event["error"]),
        _ => {}
    }
}

fn usage(part: &Value) -> Usage {
    let tokens = &part["tokens"];
    Usage {
        cost_usd: money(&part["cost"]),
        input_tokens: tokens["input"].as_u64(),
        output_tokens: tokens["output"].as_u64(),
        cache_read_input_tokens: tokens["cache"]["read"].as_u64(),
        cache_creation_input_tokens: tokens["cache"]["write"].as_u64(),
    }
}

fn failed(reading: &mut Reading, error: &Value) {
    let data = &error["data"];
    let trouble = match text(error, "name") {
        "ProviderAuthError" => Trouble::Unauthorised,
        "ContextOverflowError" => Trouble::ContextExhausted,
        _ => match data["statusCode"].as_u64().map(Trouble::of_status) {
            Some(Trouble::RateLimited(_)) => Trouble::RateLimited(retry_after(&data["responseHeaders"])),
            other => other.unwrap_or(Trouble::Reported),
        },
    };
    let words = data["message"].as_str().unwrap_or_else(|| text(error, "name"));
    reading.fails(trouble, words);
}

fn retry_after(headers: &Value) -> Option<Reset> {
    let seconds = text(headers, "retry-after").trim().parse::<f64>().ok()?;
    Duration::try_from_secs_f64(seconds).ok().map(Reset::After)
}
