//! Where rules put what they found.

use super::rule::Rule;
use crate::diagnostic::{Finding, Label, Location, Severity};
use crate::fix::{Edits, Fix, TextEdit};
use crate::path::RelPath;
use crate::span::{Span, floor_boundary};

/// Collects the findings of one rule; fills in the rule and the file.
#[derive(Debug)]
pub struct Sink<'a> {
    rule: &'static Rule,
    file: &'a RelPath,
    out: &'a mut Vec<Finding>,
}

impl<'a> Sink<'a> {
    /// A sink for `rule` whose findings lie in `file` unless they say otherwise.
    pub fn new(rule: &'static Rule, file: &'a RelPath, out: &'a mut Vec<Finding>) -> Self {
        Sink { rule, file, out }
    }

    /// The file that findings lie in unless they say otherwise: the file under check, or `PLAN.md`
    /// when the feature as a whole is.
    pub fn file(&self) -> &RelPath {
        self.file
    }

    /// Reports `message` at `span` of the file under check.
    pub fn report(&mut self, span: Span, message: impl Into<String>) -> Report<'_> {
        let file = self.file;
        self.report_in(file, span, message)
    }

    /// Reports `message` at `span` of `file`.
    pub fn report_in(&mut self, file: &RelPath, span: Span, message: impl Into<String>) -> Report<'_> {
        self.out.push(Finding {
            rule: self.rule.id,
            severity: self.rule.severity,
            message: shortened(message.into()),
            primary: Location::new(file.clone(), span),
            related: Vec::new(),
            help: None,
            fix: None,
        });
        let last = self.out.len() - 1;
        Report(&mut self.out[last])
    }
}

/// The longest message, in bytes; a value that it shows may have megabytes.
const LONGEST: usize = 2_000;

/// `message`, without its middle when it is very long.
fn shortened(message: String) -> String {
    if message.len() <= LONGEST {
        return message;
    }
    let half = LONGEST / 2;
    let (head, tail) = (floor_boundary(&message, half), floor_boundary(&message, message.len() - half));
    format!("{} … {}", &message[..head], &message[tail..])
}

/// A finding that was just reported: what else is known of it.
#[derive(Debug)]
pub struct Report<'a>(&'a mut Finding);

impl Report<'_> {
    /// Explains it by a second place in the same file.
    pub fn label(self, span: Span, text: impl Into<String>) -> Self {
        let file = self.0.primary.file.clone();
        self.label_in(&file, span, text)
    }

    /// Explains it by a place in `file`.
    pub fn label_in(self, file: &RelPath, span: Span, text: impl Into<String>) -> Self {
        self.0.related.push(Label { location: Location::new(file.clone(), span), text: text.into() });
        self
    }

    /// Says what to do about it.
    pub fn help(self, text: impl Into<String>) -> Self {
        self.0.help = Some(text.into());
        self
    }

    /// Gives it another weight than its rule's.
    pub fn severity(self, severity: Severity) -> Self {
        self.0.severity = severity;
        self
    }

    /// Offers a mend.
    pub fn fix(self, fix: Fix) -> Self {
        self.0.fix = Some(fix);
        self
    }

    /// Offers a safe mend by one edit in the finding's own file. `title` is an order: "quote the value".
    pub fn fix_safe(self, title: impl Into<String>, edit: TextEdit) -> Self {
        let edits = Edits::one(self.0.primary.file.clone(), edit);
        self.fix(Fix::safe(title, edits))
    }

    /// Offers a mend by one edit in the finding's own file that a person should look at first.
    pub fn fix_unsafe(self, title: impl Into<String>, edit: TextEdit) -> Self {
        let edits = Edits::one(self.0.primary.file.clone(), edit);
        self.fix(Fix::unsafe_(title, edits))
    }
}
