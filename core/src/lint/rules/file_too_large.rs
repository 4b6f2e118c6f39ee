//! `file/too-large`: a file is above 4 MiB.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink, files};
use crate::span::Span;
use crate::tree::Opaque;

/// See the page.
pub static RULE: Rule =
    Rule::new("file/too-large", Severity::Error, "A file is above 4 MiB.", Check::Feature(check));

fn check(context: &Context, sink: &mut Sink) {
    for (path, opaque, severity) in files::unreadable(context) {
        if let Opaque::TooLarge { bytes } = opaque {
            let message = format!("{} has {bytes} bytes; files above 4 MiB are not read", path.file_name());
            sink.report_in(path, Span::at(0), message)
                .severity(severity)
                .help("move logs and data out of the plan's file");
        }
    }
}
