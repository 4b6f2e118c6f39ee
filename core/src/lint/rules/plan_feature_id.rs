//! `plan/feature-id`: `feature_id` is malformed, or is not the one in the folder's name.

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::field::Field;
use crate::model::plan::Plan;
use crate::path::RelPath;

/// See the page.
pub static RULE: Rule = Rule::new(
    "plan/feature-id",
    Severity::Error,
    "`feature_id` is malformed, or is not the one in the folder's name.",
    Check::Plan(check),
)
.beyond_python();

fn check(plan: &Plan, sink: &mut Sink) {
    let folder = plan.path.parent();
    let folder = folder.as_ref().map_or("", RelPath::file_name);
    match &plan.feature_id {
        Field::Invalid(text) if !text.value.trim().is_empty() => {
            sink.report(text.span, format!("`{}` is no feature id", text.value))
                .help("write `FEAT-YYYY-NNNN`, or `INIT-YYYY-NNNN/FNN` for a dispatched feature");
        }
        Field::Valid(id) if !starts_with_id(folder, &id.value.folder_prefix()) => {
            sink.report(
                id.span,
                format!(
                    "the folder is `{folder}`, and its name does not start with `{}`",
                    id.value.folder_prefix()
                ),
            )
            .severity(Severity::Warning)
            .help("rename the folder, or correct the id");
        }
        _ => {}
    }
}

fn starts_with_id(folder: &str, prefix: &str) -> bool {
    folder.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}
