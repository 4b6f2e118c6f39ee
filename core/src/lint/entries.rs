//! Registries written as Markdown: `### NAME` headings, each with a list of `- **field:** value` lines.

use crate::frontmatter::Document;
use crate::markdown::lines;
use crate::span::{Span, Spanned};

/// One entry of a registry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The heading's text.
    pub name: Spanned<String>,
    /// Its fields in the order written.
    pub fields: Vec<EntryField>,
}

/// One `- **field:** value` line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryField {
    /// The field's name, in lower case.
    pub name: String,
    /// The value without blanks and backticks around it.
    pub value: Spanned<String>,
    /// The whole line.
    pub line: Span,
}

impl Entry {
    /// The first field of that name.
    pub fn field(&self, name: &str) -> Option<&EntryField> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The value of that field, when it is not blank.
    pub fn value(&self, name: &str) -> Option<&Spanned<String>> {
        self.field(name).map(|field| &field.value).filter(|value| !value.value.is_empty())
    }
}

/// The entries of a file: its headings of level three with what stands below them.
pub fn entries(doc: &Document) -> Vec<Entry> {
    let headings = &doc.body.headings;
    let ends = headings.iter().skip(1).map(|h| h.span.start).chain([doc.body.span.end]);
    let pairs = headings.iter().zip(ends).filter(|(heading, _)| heading.level == 3);
    pairs
        .map(|(heading, end)| Entry {
            name: heading.text.clone(),
            fields: fields(doc, Span { start: heading.span.end, end }),
        })
        .collect()
}

fn fields(doc: &Document, body: Span) -> Vec<EntryField> {
    let all = lines(&doc.text, body).filter(|line| !doc.body.in_fence(line.start as usize));
    all.filter_map(|line| field(&doc.text, line)).collect()
}

fn field(text: &str, line: Span) -> Option<EntryField> {
    let words = line.slice(text);
    let item = words.trim_start();
    let bold = item.strip_prefix(['-', '*', '+'])?.trim_start().strip_prefix("**")?;
    let (name, rest) = bold.split_once("**")?;
    let rest = if name.ends_with(':') { rest } else { rest.trim_start().strip_prefix(':')? };
    let name = name.trim_end_matches(':').trim().to_ascii_lowercase();
    let value = rest.trim().trim_matches('`').trim();
    let start = value.as_ptr() as usize - text.as_ptr() as usize;
    Some(EntryField {
        name,
        value: Spanned::new(value.to_owned(), Span::new(start, start + value.len())),
        line,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_have_fields() {
        let text = "# T\n### D1\n\n- **Status:** `ratified`\n* **owner**: Ann\n- **note** none\n```\n- **status:** no\n```\n### D2\n- **status:**\n";
        let read = entries(&Document::read(text.into()));
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].value("status").unwrap().value, "ratified");
        assert_eq!(read[0].value("status").unwrap().span.slice(text), "ratified");
        assert_eq!(read[0].value("owner").unwrap().value, "Ann");
        assert_eq!(read[0].fields.len(), 2);
        assert!(read[1].field("status").is_some() && read[1].value("status").is_none());
    }
}
