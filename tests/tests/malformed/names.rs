//! Names that no careful person gives: files of the graph with blanks, symbols and shell characters.

use crate::table::{Case, swap};

/// A unit's file of the graph that is there under this very name would be clean; here it is not
/// there, and the finding shows the name in the right line.
#[rustfmt::skip]
const MISSING: &[(&str, &str)] = &[
    ("blanks", "file: WU 01 of the moon.md"),
    ("symbols", "file: WU-🌕.md"),
    ("letters from the right", "file: WU-ירח.md"),
    ("a turn of direction", "file: \"WU-\\u202Edm.noom\""),
    ("quotes", "file: 'WU-\"01\"''.md'"),
    ("a command", "file: \"WU-$(touch x).md\""),
    ("a semicolon", "file: \"WU-01.md;reboot\""),
    ("an option", "file: --help.md"),
    ("a star", "file: \"WU-*.md\""),
    ("a percent sign", "file: \"WU-%0A::error::x.md\""),
    ("a deep path", "file: a/b/c/d/e/f/g/h/i/j/k.md"),
    ("a name without an ending", "file: WU"),
    ("a name of 10,000 letters", "LONG"),
];

pub fn cases() -> Vec<Case> {
    let one = |(name, to): &(&'static str, &str)| {
        let to = if *to == "LONG" { format!("file: {}.md", "n".repeat(10_000)) } else { (*to).to_owned() };
        swap(name, "PLAN.md", "file: WU-01-moon.md", to, &["file/missing 27"])
    };
    MISSING.iter().map(one).collect()
}
