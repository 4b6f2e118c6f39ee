//! `codex exec --json`: how it is called, and its events.

use super::Request;
use super::reading::{Reading, Reset, Trouble, text};
use serde_json::Value;
use specfuse_core::drive::Usage;
use std::time::Duration;

pub(super) fn arguments(request: &Request, model: Option<&str>) -> Vec<String> {
    let mut args = vec!["exec".to_owned(), "--json".to_owned()];
    let mut add = |parts: &[&str]| args.extend(parts.iter().map(|&part| part.to_owned()));
    // Its sandbox is its way to deny: without the network nothing is pushed.
    match (request.unsandboxed, request.read_only) {
        (_, true) => add(&["--sandbox", "read-only"]),
        (true, false) => add(&["--dangerously-bypass-approvals-and-sandbox"]),
        (false, false) => add(&["--sandbox", "workspace-write"]),
    }
    if let Some(model) = model {
        add(&["--model", model]);
    }
    let effort = if request.effort == "max" { "xhigh" } else { &request.effort };
    add(&["--config", &format!("model_reasoning_effort=\"{effort}\""), "-"]);
    args
}

pub(super) fn read(reading: &mut Reading, event: &Value) {
    match text(event, "type") {
        "item.started" | "item.updated" => item(reading, &event["item"], false),
        "item.completed" => item(reading, &event["item"], true),
        "turn.completed" => {
            reading.ended = true;
            reading.trouble = None;
            if let Some(usage) = usage(&event["usage"]) {
                reading.uses(&usage);
            }
        }
        "turn.failed" => failed(reading, &event["error"]),
        "error" => failed(reading, event),
        _ => {}
    }
}

fn item(reading: &mut Reading, item: &Value, completed: bool) {
    match text(item, "type") {
        "agent_message" => {
            reading.does("", text(item, "text"));
            if completed {
                reading.text = text(item, "text").to_owned();
            }
        }
        "command_execution" if text(item, "status") == "declined" => {
            reading.is_denied(text(item, "command"));
        }
        "command_execution" => reading.does("$", text(item, "command")),
        "file_change" => {
            let paths = item["changes"].as_array().into_iter().flatten().map(|change| text(change, "path"));
            reading.does("edit", &paths.collect::<Vec<_>>().join(", "));
        }
        "mcp_tool_call" => reading.does(text(item, "server"), text(item, "tool")),
        "web_search" => reading.does("search", text(item, "query")),
        "reasoning" => reading.does("", text(item, "text")),
        _ => {}
    }
}

/// What it counts as input holds what came from its cache.
fn usage(usage: &Value) -> Option<Usage> {
    let (input, cached) = (usage["input_tokens"].as_u64()?, usage["cached_input_tokens"].as_u64());
    Some(Usage {
        cost_usd: None,
        input_tokens: Some(input.saturating_sub(cached.unwrap_or(0))),
        output_tokens: usage["output_tokens"].as_u64(),
        cache_read_input_tokens: cached,
        cache_creation_input_tokens: usage["cache_write_input_tokens"].as_u64(),
    })
}

/// An error is a message; sometimes the message is the provider's answer, which is JSON.
fn failed(reading: &mut Reading, error: &Value) {
    let message = text(error, "message");
    let body: Value = serde_json::from_str(message).unwrap_or_default();
    let inner = if body["error"].is_object() { &body["error"] } else { &body };
    let status = body["status"].as_u64().or_else(|| inner["status"].as_u64());
    let reset = inner["resets_in_seconds"].as_f64().and_then(|s| Duration::try_from_secs_f64(s).ok());
    let reset = reset.map(Reset::After).or(inner["resets_at"].as_f64().map(Reset::At));
    let code = inner["code"].as_str().or(inner["type"].as_str()).unwrap_or_default();
    let trouble = match (code, status) {
        ("usage_limit_reached" | "rate_limit_exceeded" | "rate_limit_error", _) | (_, Some(429)) => {
            Trouble::RateLimited(reset)
        }
        ("context_length_exceeded", _) => Trouble::ContextExhausted,
        ("server_is_overloaded" | "slow_down" | "server_error" | "overloaded_error", _) => {
            Trouble::Overloaded
        }
        ("invalid_api_key" | "token_expired" | "authentication_error" | "insufficient_quota", _) => {
            Trouble::Unauthorised
        }
        (_, status) => status.map_or(Trouble::Reported, Trouble::of_status),
    };
    let words = inner["message"].as_str().unwrap_or(message);
    reading.fails(trouble, words);
}
