//! What a case is, and how it is judged.

use specfuse_core::diagnostic::Finding;
use specfuse_core::path::RelPath;
use specfuse_core::span::LineIndex;
use specfuse_core::tree::{Entry, Tree};
use specfuse_tests::{laws, sample};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// One change of the sample plan, and what must be found then.
pub struct Case {
    /// What is odd.
    pub name: &'static str,
    /// The file that is changed, as the plan names it.
    pub file: &'static str,
    change: Change,
    /// `rule line` for the changed file, `rule file:line` for another; nothing for a change that is
    /// harmless and must pass without any finding.
    expect: Vec<&'static str>,
}

enum Change {
    Swap(&'static str, String),
    Bytes(Vec<u8>),
    Gone,
}

/// `file` where `from`, which must be there, reads `to`.
pub fn swap(
    name: &'static str,
    file: &'static str,
    from: &'static str,
    to: impl Into<String>,
    expect: &[&'static str],
) -> Case {
    Case { name, file, change: Change::Swap(from, to.into()), expect: expect.to_vec() }
}

/// `file` with this content.
pub fn whole(
    name: &'static str,
    file: &'static str,
    content: impl Into<Vec<u8>>,
    expect: &[&'static str],
) -> Case {
    Case { name, file, change: Change::Bytes(content.into()), expect: expect.to_vec() }
}

/// Without `file`.
pub fn gone(name: &'static str, file: &'static str, expect: &[&'static str]) -> Case {
    Case { name, file, change: Change::Gone, expect: expect.to_vec() }
}

impl Case {
    /// The file's whole name and, unless it is taken away, its bytes.
    pub fn content(&self) -> (String, Option<Vec<u8>>) {
        let bytes = match &self.change {
            Change::Swap(from, to) => {
                let text = sample::text(self.file);
                assert!(text.contains(from), "{} has no {from:?}", self.file);
                Some(text.replacen(from, to, 1).into_bytes())
            }
            Change::Bytes(bytes) => Some(bytes.clone()),
            Change::Gone => None,
        };
        (sample::full_name(self.file), bytes)
    }

    /// The plan with the change made.
    pub fn tree(&self) -> Tree {
        let mut tree = sample::tree();
        let (name, bytes) = self.content();
        let path = RelPath::new(&name).expect("a case names a file inside the repository");
        match bytes {
            Some(bytes) => tree.insert(path, Entry::from_bytes(bytes)),
            None => tree.remove(&path),
        }
        tree
    }

    /// What is wrong with how the plan was judged, when anything is.
    pub fn complaint(&self) -> Option<String> {
        let tree = self.tree();
        let judged = catch_unwind(AssertUnwindSafe(|| laws::hold(&tree, &sample::folder())));
        let title = format!("{}: {}", self.file, self.name);
        let Ok(findings) = judged else { return Some(format!("{title}: PANIC")) };
        let found: Vec<String> = findings.iter().map(|finding| short(&tree, finding)).collect();
        let missing: Vec<String> = self
            .expected()
            .into_iter()
            .filter(|wanted| !found.iter().any(|f| f.starts_with(wanted)))
            .collect();
        let unwanted = self.expect.is_empty() && !found.is_empty();
        (unwanted || !missing.is_empty())
            .then(|| format!("{title}\n  missing: {missing:?}\n  found:\n    {}\n", found.join("\n    ")))
    }

    /// The expected findings as [`short`] writes them, up to the line.
    fn expected(&self) -> Vec<String> {
        let full = |wanted: &&str| {
            let (rule, place) = wanted.split_once(' ').expect("a rule and a place");
            match place.contains(':') {
                true => format!("{rule} {place}: "),
                false => format!("{rule} {}:{place}: ", self.file),
            }
        };
        self.expect.iter().map(full).collect()
    }
}

/// A finding as `rule file:line: message`.
pub fn short(tree: &Tree, finding: &Finding) -> String {
    let at = &finding.primary;
    let text = tree.text(&at.file).map_or("", |text| text);
    let line = LineIndex::new(text).line_column(text, at.span.start as usize).line;
    let name = at.file.below(&sample::folder()).unwrap_or(at.file.file_name());
    format!("{} {name}:{line}: {}", finding.rule, finding.message)
}
