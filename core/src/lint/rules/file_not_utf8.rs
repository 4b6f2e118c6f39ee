//! `file/not-utf8`: a file is not UTF-8 text.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink, files};
use crate::span::Span;
use crate::tree::Opaque;

/// See the page.
pub static RULE: Rule =
    Rule::new("file/not-utf8", Severity::Error, "A file is not UTF-8 text.", Check::Feature(check));

fn check(context: &Context, sink: &mut Sink) {
    for (path, opaque, severity) in files::unreadable(context) {
        if let Opaque::NotUtf8 { at } = opaque {
            let message =
                format!("{} is not UTF-8 text: the byte at {at} fits no character", path.file_name());
            sink.report_in(path, Span::at(0), message)
                .severity(severity)
                .help("save the file as UTF-8; `file` and `iconv` tell and change encodings");
        }
    }
}
