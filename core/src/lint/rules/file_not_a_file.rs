//! `file/not-a-file`: a directory, a dangling or looping link, or a device stands where a file should be.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink, files};
use crate::span::Span;
use crate::tree::Opaque;

/// See the page.
pub static RULE: Rule = Rule::new(
    "file/not-a-file",
    Severity::Error,
    "A directory, a dangling or looping link, or a device stands where a file should be.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    for (path, opaque, severity) in files::unreadable(context) {
        let what = match opaque {
            Opaque::Directory => "is a directory".to_owned(),
            Opaque::BrokenLink => "is a link that leads nowhere, or in a circle".to_owned(),
            Opaque::Special => "is a device, pipe or socket".to_owned(),
            Opaque::Unreadable(why) => format!("cannot be read: {why}"),
            Opaque::NotUtf8 { .. } | Opaque::TooLarge { .. } | Opaque::LinkOutside => continue,
        };
        sink.report_in(path, Span::at(0), format!("{} {what}", path.file_name()))
            .severity(severity)
            .help("put a plain text file there");
    }
}
