//! `scope/produces-directory`

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::path::{PathError, RelPath};

/// See the page.
pub static RULE: Rule = Rule::new(
    "scope/produces-directory",
    Severity::Error,
    "A unit declares a folder as its product.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    for file in context.feature.units.iter().filter_map(|unit| unit.file.as_ref()) {
        if file.status().is_some_and(|status| status.is_final()) {
            continue;
        }
        for path in file.produces.iter().filter(|path| is_folder(context, &path.value)) {
            sink.report_in(&file.path, path.span, format!("`{}` is a folder", path.value))
                .help(format!("name the files in it, or a glob: `{}/**`", path.value.trim_end_matches('/')));
        }
    }
}

fn is_folder(context: &Context, path: &str) -> bool {
    let written = path.trim();
    let bare = written.strip_prefix("./").unwrap_or(written).trim_end_matches('/');
    let known = &context.facts.directories;
    let here =
        !written.is_empty() && RelPath::new(written) == Err(PathError::Empty) && !written.starts_with('/');
    let named = written.ends_with('/') && RelPath::new(written).is_ok();
    here || named || known.contains(path) || known.contains(bare)
}
