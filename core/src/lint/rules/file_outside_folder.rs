//! `file/outside-folder`: a `file:` of the task graph, or a link, leaves the feature's folder.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink, files};
use crate::model::field::Field;
use crate::span::Span;
use crate::tree::Opaque;

/// See the page.
pub static RULE: Rule = Rule::new(
    "file/outside-folder",
    Severity::Error,
    "A `file:` of the task graph, or a link, leaves the feature's folder.",
    Check::Feature(check),
)
.beyond_python();

fn check(context: &Context, sink: &mut Sink) {
    for (path, opaque, _) in files::unreadable(context) {
        if *opaque == Opaque::LinkOutside {
            let message = format!("{} is a link that leaves its folder", path.file_name());
            sink.report_in(path, Span::at(0), message).help("put the file itself into the feature's folder");
        }
    }
    let gates = context.feature.gates.iter().map(|gate| (&gate.path, &gate.entry.file));
    let units = context.feature.units.iter().map(|unit| (&unit.path, &unit.entry.file));
    for (path, file) in gates.chain(units) {
        let (Err(why), Field::Valid(written)) = (path, file) else { continue };
        sink.report(written.span, format!("`{}` names no file of this folder: {why}", written.value))
            .help("name a file below the feature's folder, without `/` in front and without `..`");
    }
}
