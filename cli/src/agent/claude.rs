//! `claude -p`: how it is called, and its JSON, as one object or as a stream of events.

use super::reading::{Reading, Reset, Trouble, asked, money, text};
use super::{Adapter, OutputFormat, Request};
use serde_json::Value;
use specfuse_core::drive::Usage;

/// What a session that must change nothing does without.
const WRITING: [&str; 3] = ["Edit", "Write", "NotebookEdit"];

pub(super) fn arguments(adapter: &Adapter, request: &Request, model: Option<&str>) -> Vec<String> {
    let mut args = vec!["-p".to_owned()];
    let mut add = |parts: &[&str]| args.extend(parts.iter().map(|&part| part.to_owned()));
    if let Some(model) = model {
        add(&["--model", model]);
    }
    add(&["--effort", &request.effort]);
    match adapter.output {
        OutputFormat::ClaudeStream => add(&["--output-format", "stream-json", "--verbose"]),
        _ => add(&["--output-format", "json"]),
    }
    if let Some(most) = adapter.max_cost_usd {
        add(&["--max-budget-usd", &most.to_string()]);
    }
    let commands = adapter.deny.iter().map(|words| format!("Bash({words}:*)"));
    let tools = WRITING.iter().filter(|_| request.read_only).map(|&tool| tool.to_owned());
    let denied: Vec<String> = commands.chain(tools).collect();
    if !denied.is_empty() {
        add(&["--disallowedTools", &denied.join(",")]);
    }
    if request.unsandboxed {
        add(&["--dangerously-skip-permissions"]);
    }
    args
}

pub(super) fn read(reading: &mut Reading, event: &Value) {
    if let Value::Array(events) = event {
        return events.iter().for_each(|event| read(reading, event));
    }
    match text(event, "type") {
        "assistant" => assistant(reading, event),
        "rate_limit_event" => limit(reading, &event["rate_limit_info"]),
        "system" if text(event, "subtype") == "api_retry" => {
            reading.does("waiting:", text(event, "error"));
        }
        "result" | "" if is_result(event) => result(reading, event),
        _ => {}
    }
}

fn is_result(event: &Value) -> bool {
    let has = |key: &str| event.get(key).is_some();
    ["result", "is_error", "usage", "total_cost_usd"].into_iter().any(has)
        && event.get("result").is_none_or(|text| text.is_string() || text.is_null())
}

fn assistant(reading: &mut Reading, event: &Value) {
    let message = &event["message"];
    for block in message["content"].as_array().into_iter().flatten() {
        match text(block, "type") {
            "text" => reading.does("", text(block, "text")),
            "tool_use" => reading.does(text(block, "name"), &asked(&block["input"])),
            _ => {}
        }
    }
    reading.hint = match text(event, "error") {
        "rate_limit" => Some(Trouble::RateLimited(None)),
        "overloaded" | "server_error" => Some(Trouble::Overloaded),
        "authentication_failed"
        | "oauth_org_not_allowed"
        | "account_on_hold"
        | "billing_error"
        | "verification_required"
        | "cloud_credential_error" => Some(Trouble::Unauthorised),
        _ => reading.hint.take(),
    };
    if let (Some(id), Some(usage)) = (message["id"].as_str(), tokens(&message["usage"])) {
        reading.messages.insert(id.to_owned(), usage);
        let mut all = Usage::default();
        reading.messages.values().for_each(|usage| all.add(usage));
        reading.usage = Some(all);
    }
}

fn limit(reading: &mut Reading, info: &Value) {
    if text(info, "status") == "rejected" {
        reading.hint = Some(Trouble::RateLimited(info["resetsAt"].as_f64().map(Reset::At)));
    }
}

/// The last event, which says it all; its numbers are the whole session's.
fn result(reading: &mut Reading, event: &Value) {
    reading.ended = true;
    reading.text = text(event, "result").to_owned();
    let used = tokens(&event["usage"]);
    if used.is_some() || event.get("total_cost_usd").is_some() {
        let cost_usd = money(&event["total_cost_usd"]);
        reading.usage = Some(Usage { cost_usd, ..used.unwrap_or_default() });
    }
    for denial in event["permission_denials"].as_array().into_iter().flatten() {
        reading.is_denied(text(denial, "tool_name"));
    }
    if event["is_error"] == true || text(event, "subtype").starts_with("error") {
        let errors = event["errors"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let said: Vec<&str> = errors.chain([reading.text.as_str()]).filter(|text| !text.is_empty()).collect();
        let words = match (said.is_empty(), text(event, "subtype")) {
            (false, _) => said.join("\n"),
            (true, "error_max_budget_usd") => "the session reached its spending cap".to_owned(),
            (true, subtype) => subtype.to_owned(),
        };
        let trouble = trouble(event, reading.hint.take());
        reading.fails(trouble, words);
    }
}

fn trouble(event: &Value, hint: Option<Trouble>) -> Trouble {
    if matches!(text(event, "terminal_reason"), "prompt_too_long" | "blocking_limit") {
        return Trouble::ContextExhausted;
    }
    match (event["api_error_status"].as_u64().map(Trouble::of_status), hint) {
        (Some(Trouble::RateLimited(_)), Some(limited @ Trouble::RateLimited(_))) => limited,
        (Some(Trouble::Reported) | None, Some(hint)) => hint,
        (Some(trouble), _) => trouble,
        (None, None) => Trouble::Reported,
    }
}

fn tokens(usage: &Value) -> Option<Usage> {
    usage.as_object()?;
    Some(Usage {
        cost_usd: None,
        input_tokens: Some(usage["input_tokens"].as_u64().unwrap_or(0)),
        output_tokens: Some(usage["output_tokens"].as_u64().unwrap_or(0)),
        cache_read_input_tokens: usage["cache_read_input_tokens"].as_u64(),
        cache_creation_input_tokens: usage["cache_creation_input_tokens"].as_u64(),
    })
}
