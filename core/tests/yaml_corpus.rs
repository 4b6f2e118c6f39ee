//! The plan dialect against two other YAML readers, on every frontmatter and YAML fence that real
//! features hold. Says so and stops where the corpus is not beside the checkout.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::disallowed_macros,
    reason = "a test reads its corpus from the disk, and says what it compared"
)]

use saphyr::LoadableYamlNode as _;
use specfuse_core::span::Span;
use specfuse_core::yaml::{self, Node, NodeKind, ProblemKind};
use std::path::{Path, PathBuf};

#[test]
fn corpus_reads_as_two_other_readers_read_it() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    if !corpus.is_dir() {
        eprintln!("the corpus is missing; nothing was compared");
        return;
    }
    let mut tally = Tally::default();
    for file in files(&corpus) {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        if file.extension().is_some_and(|e| e == "yml" || e == "yaml") {
            tally.compare(&file, &text, Span::new(0, text.len()));
        } else if file.extension().is_some_and(|e| e == "md") {
            pieces(&text).into_iter().for_each(|span| tally.compare(&file, &text, span));
        }
    }
    println!("{} pieces, {} tolerated, {} refused", tally.compared, tally.tolerated, tally.refused);
    assert!(tally.differences.is_empty(), "{}", tally.differences.join("\n"));
    assert!(tally.compared > 500, "only {} pieces were compared", tally.compared);
}

#[derive(Default)]
struct Tally {
    compared: usize,
    tolerated: usize,
    refused: usize,
    differences: Vec<String>,
}

impl Tally {
    fn compare(&mut self, file: &Path, text: &str, span: Span) {
        let ours = yaml::read(text, span);
        let piece = span.slice(text);
        self.compared += 1;
        let line = text[..span.start as usize].lines().count() + 1;
        let mut differ = |what: String| self.differences.push(format!("{}:{line}: {what}", file.display()));
        let serde = serde_yaml::from_str::<serde_yaml::Value>(piece);
        let saphyr = saphyr::Yaml::load_from_str(piece);
        if ours.problems.is_empty() {
            match serde {
                Ok(value) => agree_serde(&ours.root, &value, &mut differ),
                Err(e) => differ(format!("only serde_yaml refuses: {e}")),
            }
            match saphyr {
                Ok(documents) => match documents.first() {
                    Some(value) => agree_saphyr(&ours.root, value, &mut differ),
                    None if ours.root.is_null() => {}
                    None => differ("saphyr finds nothing".to_owned()),
                },
                Err(e) => differ(format!("only saphyr refuses: {e}")),
            }
        } else {
            // What we tolerate or refuse, the others must refuse too: our tolerance adds to YAML,
            // it never changes what YAML says.
            if ours.problems.iter().all(|p| p.kind.is_tolerated()) {
                self.tolerated += 1;
            } else {
                self.refused += 1;
            }
            let quoted = ours.problems.iter().any(|p| matches!(p.kind, ProblemKind::NeedsQuotes { .. }));
            let problem = &ours.problems[0];
            if serde.is_ok() && saphyr.is_ok() {
                differ(format!(
                    "only we refuse ({quoted}) {:?}: {}",
                    problem.span.slice(text),
                    problem.message
                ));
            }
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .expect("a readable folder")
        .filter_map(Result::ok)
        .map(|e| e.path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// The frontmatter and the YAML fences of a Markdown text.
fn pieces(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut open: Option<(usize, &str)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let word = line.trim_end();
        match open {
            Some((start, end)) if word == end => {
                spans.push(Span::new(start, at));
                open = None;
            }
            None if at == 0 && word == "---" => open = Some((line.len(), "---")),
            None if matches!(word, "```yaml" | "```yml") => open = Some((at + line.len(), "```")),
            _ => {}
        }
        at += line.len();
    }
    spans
}

fn agree_serde(ours: &Node, theirs: &serde_yaml::Value, differ: &mut impl FnMut(String)) {
    use serde_yaml::Value;
    match (&ours.kind, theirs) {
        (NodeKind::Null, Value::Null) => {}
        (NodeKind::Scalar(s), Value::Bool(b)) if s.as_bool() == Some(*b) => {}
        (NodeKind::Scalar(s), Value::Number(n)) if s.as_number() == n.as_f64() => {}
        (NodeKind::Scalar(s), Value::String(t)) if &s.text == t && s.describe() == "text" => {}
        (NodeKind::Seq(s), Value::Sequence(t)) if s.items.len() == t.len() => {
            s.items.iter().zip(t).for_each(|(item, other)| agree_serde(&item.value, other, differ));
        }
        (NodeKind::Map(m), Value::Mapping(t)) if m.entries.len() == t.len() => {
            for (entry, (key, other)) in m.entries.iter().zip(t) {
                if key.as_str() != Some(&entry.key.value) {
                    differ(format!("serde_yaml has the key {key:?} for {:?}", entry.key.value));
                }
                agree_serde(&entry.value, other, differ);
            }
        }
        (kind, other) => differ(format!("serde_yaml has {other:?} for {kind:?}")),
    }
}

fn agree_saphyr(ours: &Node, theirs: &saphyr::Yaml, differ: &mut impl FnMut(String)) {
    use saphyr::{Scalar, Yaml};
    match (&ours.kind, theirs) {
        (NodeKind::Null, Yaml::Value(Scalar::Null)) => {}
        (NodeKind::Scalar(s), Yaml::Value(Scalar::Boolean(b))) if s.as_bool() == Some(*b) => {}
        (NodeKind::Scalar(s), Yaml::Value(Scalar::Integer(n))) if s.as_int() == Some(*n) => {}
        (NodeKind::Scalar(s), Yaml::Value(Scalar::FloatingPoint(n)))
            if s.as_number() == Some(n.into_inner()) => {}
        (NodeKind::Scalar(s), Yaml::Value(Scalar::String(t)))
            if s.text == t.as_ref() && s.describe() == "text" => {}
        (NodeKind::Seq(s), Yaml::Sequence(t)) if s.items.len() == t.len() => {
            s.items.iter().zip(t).for_each(|(item, other)| agree_saphyr(&item.value, other, differ));
        }
        (NodeKind::Map(m), Yaml::Mapping(t)) if m.entries.len() == t.len() => {
            for (entry, (key, other)) in m.entries.iter().zip(t) {
                if key.as_str() != Some(&entry.key.value) {
                    differ(format!("saphyr has the key {key:?} for {:?}", entry.key.value));
                }
                agree_saphyr(&entry.value, other, differ);
            }
        }
        (kind, other) => differ(format!("saphyr has {other:?} for {kind:?}")),
    }
}
