//! `plan/branch`: `branch` or `base` is no name git accepts, or both are the same.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::field::Field;

/// See the page.
pub static RULE: Rule = Rule::new(
    "plan/branch",
    Severity::Error,
    "`branch` or `base` is no name git accepts, or both are the same.",
    Check::Feature(check),
)
.beyond_python();

fn check(context: &Context, sink: &mut Sink) {
    let Some(plan) = &context.feature.plan else { return };
    for field in [&plan.branch, &plan.base] {
        let Field::Valid(name) = field else { continue };
        if let Some(why) = problem(&name.value) {
            sink.report(name.span, format!("`{}` is no name of a branch: {why}", name.value))
                .help("letters, digits, `-`, `_`, `.` and `/` are always fine");
        }
    }
    let base = plan.base.get().or(context.facts.default_branch.as_ref());
    let (Field::Valid(branch), Some(base)) = (&plan.branch, base) else { return };
    if branch.value == *base {
        let message = format!("the feature's commits would go to `{base}`, its own base");
        let report = sink.report(branch.span, message);
        let report = report.help("give the feature a branch of its own: `feat/FEAT-…`");
        if let Some(span) = plan.base.span() {
            report.label(span, "the base");
        }
    }
}

/// Why git takes no branch of this name.
fn problem(name: &str) -> Option<&'static str> {
    let bad = |c: char| c.is_control() || matches!(c, ' ' | '~' | '^' | ':' | '?' | '*' | '[' | '\\');
    let part = |part: &str| part.is_empty() || part.starts_with('.') || part.ends_with(".lock");
    match name {
        _ if name.starts_with('-') => Some("it starts with `-`"),
        "@" | "HEAD" => Some("git uses this name itself"),
        _ if name.contains(bad) => Some("it holds a blank or one of `~^:?*[\\`"),
        _ if name.contains("..") => Some("it holds `..`"),
        _ if name.contains("@{") => Some("it holds `@{`"),
        _ if name.ends_with('.') => Some("it ends with a dot"),
        _ if name.split('/').any(part) => {
            Some("a part of it is empty, starts with a dot or ends with `.lock`")
        }
        _ => None,
    }
}
