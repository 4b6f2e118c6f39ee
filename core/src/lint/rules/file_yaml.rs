//! `file/yaml`: the keys, the task graph or verification.yml cannot be read as YAML.

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink, Source, files};
use crate::yaml::ProblemKind;

/// See the page.
pub static RULE: Rule = Rule::new(
    "file/yaml",
    Severity::Error,
    "The keys, the task graph or verification.yml cannot be read as YAML.",
    Check::Source(check),
);

fn check(source: &Source, sink: &mut Sink) {
    let severity = files::weight(source);
    for document in source.yaml() {
        for problem in document.problems.iter().filter(|p| p.kind == ProblemKind::Syntax) {
            sink.report(problem.span, problem.message.as_str()).severity(severity);
        }
    }
    if let Source::Config(config) = source {
        let root = &config.yaml.root;
        if !root.is_null() && root.as_map().is_none() {
            let message = format!("the file holds {}, not keys", root.describe());
            sink.report(root.span, message).severity(severity).help("write `key: value`, one a line");
        }
    }
    let head = source.document().and_then(|doc| doc.block());
    let root = head.map(|block| &block.yaml.root).filter(|root| !root.is_null() && root.as_map().is_none());
    if let Some(root) = root.filter(|_| source.kind().is_some()) {
        let message = format!("between the `---` lines stands {}, not keys", root.describe());
        sink.report(root.span, message).severity(severity).help("write `key: value`, one a line");
    }
}
