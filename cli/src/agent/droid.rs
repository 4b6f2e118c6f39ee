//! `droid exec --output-format stream-json`: how it is called, and its events.

use super::Request;
use super::reading::{Reading, Trouble, asked, text};
use serde_json::Value;
use specfuse_core::drive::Usage;

pub(super) fn arguments(request: &Request, model: Option<&str>) -> Vec<String> {
    let mut args = ["exec", "--output-format", "stream-json"].map(str::to_owned).to_vec();
    let mut add = |parts: &[&str]| args.extend(parts.iter().map(|&part| part.to_owned()));
    // Its levels are its way to deny: `medium` builds and tests and does not push; without a level it
    // only reads.
    match (request.unsandboxed, request.read_only) {
        (_, true) => {}
        (true, false) => add(&["--skip-permissions-unsafe"]),
        (false, false) => add(&["--auto", "medium"]),
    }
    if let Some(model) = model {
        add(&["--model", model]);
    }
    let effort = if matches!(request.effort.as_str(), "xhigh" | "max") { "high" } else { &request.effort };
    add(&["--reasoning-effort", effort]);
    args
}

pub(super) fn read(reading: &mut Reading, event: &Value) {
    match text(event, "type") {
        "message" if text(event, "role") == "assistant" => {
            reading.text = text(event, "text").to_owned();
            reading.does("", text(event, "text"));
        }
        "reasoning" => reading.does("", text(event, "text")),
        "tool_call" => reading.does(text(event, "toolName"), &asked(&event["parameters"])),
        "completion" => {
            reading.ended = true;
            reading.text = text(event, "finalText").to_owned();
            reading.usage = usage(&event["usage"]).or_else(|| reading.usage.take());
        }
        "error" => {
            let status = ["status", "statusCode", "code"].iter().find_map(|key| event[*key].as_u64());
            let trouble = status.map_or(Trouble::Reported, Trouble::of_status);
            reading.fails(trouble, text(event, "message"));
        }
        _ => {}
    }
}

fn usage(usage: &Value) -> Option<Usage> {
    Some(Usage {
        cost_usd: None,
        input_tokens: Some(usage["input_tokens"].as_u64()?),
        output_tokens: usage["output_tokens"].as_u64(),
        cache_read_input_tokens: usage["cache_read_input_tokens"].as_u64(),
        cache_creation_input_tokens: usage["cache_creation_input_tokens"].as_u64(),
    })
}
