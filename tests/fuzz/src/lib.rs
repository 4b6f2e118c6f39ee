//! How bytes become a plan: files laid over the sample.

use specfuse_core::path::RelPath;
use specfuse_core::tree::{Entry, Tree};
use specfuse_tests::sample;

/// What divides the files of an input.
const DIVIDER: u8 = 0x1e;

/// What `data` says before its first divider, and the rest.
pub fn split(data: &[u8]) -> (&[u8], &[u8]) {
    match data.iter().position(|byte| *byte == DIVIDER) {
        Some(at) => (&data[..at], &data[at + 1..]),
        None => (data, &[]),
    }
}

/// The plan that `data` makes.
pub fn plan(data: &[u8]) -> Tree {
    let mut tree = sample::tree();
    data.split(|byte| *byte == DIVIDER).for_each(|part| lay(&mut tree, part));
    tree
}

fn lay(tree: &mut Tree, part: &[u8]) {
    let Some((first, rest)) = part.split_first() else { return };
    if *first == b'x' {
        if let Some(path) = rest.first().and_then(|letter| known(*letter)) {
            tree.remove(&path);
        }
        return;
    }
    let (path, content) = match known(*first) {
        Some(path) => (Some(path), rest),
        None => named(part),
    };
    if let Some(path) = path {
        tree.insert(path, Entry::from_bytes(content.to_vec()));
    }
}

/// The file that a letter stands for.
pub fn known(letter: u8) -> Option<RelPath> {
    let name = match letter {
        b'P' => "PLAN.md",
        b'G' => "GATE-01.md",
        b'U' => "WU-01-moon.md",
        b'W' => "WU-02-tide.md",
        b'C' => "WU-90-close.md",
        b'R' => "GATE-01-REVIEW.md",
        b'V' => "verification.yml",
        b'M' => "roadmap.md",
        b'A' => "roadmap-archive.md",
        b'F' => "config",
        b'E' => "events.jsonl",
        _ => return None,
    };
    RelPath::new(&sample::full_name(name)).ok()
}

/// A file whose name is the part's first line.
fn named(part: &[u8]) -> (Option<RelPath>, &[u8]) {
    let end = part.iter().position(|byte| *byte == b'\n').unwrap_or(part.len());
    let name = std::str::from_utf8(&part[..end]).ok();
    (name.and_then(|name| sample::folder().join(name).ok()), part.get(end + 1..).unwrap_or(&[]))
}
