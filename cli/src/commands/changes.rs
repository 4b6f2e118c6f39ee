//! Edits as a unified diff, for commands that show what they would do.

use crate::error::{Error, Kind, Result};
use crate::report::printable;
use similar::TextDiff;
use specfuse_core::fix::Edits;
use specfuse_core::tree::Tree;

/// What `edits` would change in `tree`, as `git diff` shows it. Empty when they change nothing.
///
/// # Errors
/// When they do not fit the tree.
pub fn diff(tree: &Tree, edits: &Edits) -> Result<String> {
    let after = edits.apply(tree).map_err(|e| Error::new(Kind::ChangedMeanwhile, e.to_string()))?;
    let mut out = String::new();
    for (path, _) in edits.iter() {
        let text = |tree: &Tree| tree.text(path).map(|text| text.to_string());
        let (old, new) = (text(tree), text(&after));
        let name = |side: &str, text: &Option<String>| match text {
            Some(_) => format!("{side}/{path}"),
            None => "/dev/null".to_owned(),
        };
        let (a, b) = (name("a", &old), name("b", &new));
        let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
        let lines = TextDiff::from_lines(&old, &new).unified_diff().header(&a, &b).to_string();
        if lines.is_empty() {
            out.push_str(&format!("--- {a}\n+++ {b}\n"));
        }
        lines.lines().for_each(|line| out.push_str(&(printable(line) + "\n")));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use specfuse_core::fix::TextEdit;
    use specfuse_core::path::RelPath;

    #[test]
    fn what_comes_goes_and_changes() {
        let path = |name: &str| RelPath::new(name).unwrap();
        let mut tree = Tree::new();
        tree.insert_text(path("a"), "one\ntwo\n");
        tree.insert_text(path("b"), "gone\n");
        let mut edits = Edits::none();
        edits.edit(path("a"), TextEdit::insert(4, "\u{1b}[2J\n"));
        edits.delete(path("b"));
        edits.create(path("c"), "new\n");
        edits.create(path("d"), "");
        assert_eq!(
            diff(&tree, &edits).unwrap(),
            "--- a/a\n+++ b/a\n@@ -1,2 +1,3 @@\n one\n+\u{fffd}[2J\n two\n\
             --- a/b\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n\
             --- /dev/null\n+++ b/c\n@@ -0,0 +1 @@\n+new\n\
             --- /dev/null\n+++ b/d\n"
        );
    }
}
