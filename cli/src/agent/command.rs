//! Any command: its arguments are the configuration's, with placeholders.

use super::{Adapter, Request};

pub(super) fn arguments(adapter: &Adapter, request: &Request) -> Vec<String> {
    let unsandboxed = adapter.unsandboxed.iter().filter(|_| request.unsandboxed && !request.read_only);
    let read_only = adapter.read_only.iter().filter(|_| request.read_only);
    let model = Some(request.model.as_str());
    unsandboxed.chain(read_only).map(|arg| fill(arg, request, model)).collect()
}

/// Each of `args` with its placeholders replaced.
pub(super) fn fill_all(args: &[String], request: &Request, model: Option<&str>) -> Vec<String> {
    args.iter().map(|arg| fill(arg, request, model)).collect()
}

/// `arg` with its placeholders replaced, each once: what a value holds is not looked at again.
fn fill(arg: &str, request: &Request, model: Option<&str>) -> String {
    let value = |name: &str| match name {
        "model" => Some(model.unwrap_or(&request.model).to_owned()),
        "effort" => Some(request.effort.clone()),
        "prompt_file" => Some(request.folder.join("prompt.md").to_string_lossy().into_owned()),
        "workdir" => Some(request.workdir.to_string_lossy().into_owned()),
        "unit_id" => Some(request.unit_id.clone()),
        "role" => Some(request.role.word().to_owned()),
        "attempt" => Some(request.attempt.to_string()),
        _ => None,
    };
    let mut out = String::new();
    let mut rest = arg;
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        out.push_str(before);
        let end = from.find('}').unwrap_or(0);
        match from.get(1..end).and_then(value) {
            Some(value) => {
                out.push_str(&value);
                rest = &from[end + 1..];
            }
            None => {
                out.push('{');
                rest = &from[1..];
            }
        }
    }
    out + rest
}
