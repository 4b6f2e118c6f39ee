//! The examples of the rules' pages as whole plans: a small plan without a fault, and how a page lays its
//! blocks over it. The tests of rules read them, and so does the site's playground.
//!
//! A block of a page names its file and how it is laid over the plan:
//! `file=NAME` replaces the whole file; `head` its keys; `graph` the plan's task graph; `section` the
//! section that the block's first line opens (added when the file has none); `append` adds to the
//! end; `is=missing`, `directory`, `not-utf8`, `too-large`, `broken-link`, `link-outside` put that there
//! instead. A name without `.specfuse/` lies in the feature's folder. A block `facts` has lines
//! `directory: PATH`, `top-level: NAME`, `default-branch: NAME`.

use super::Facts;
use crate::frontmatter::Document;
use crate::markdown::{Fence, Markdown};
use crate::path::RelPath;
use crate::span::Span;
use crate::tree::{Entry, Opaque, Tree};

/// The folder of the feature.
pub const FOLDER: &str = ".specfuse/features/FEAT-2026-0001-sample";

const FILES: &[(&str, &str)] = &[
    (".specfuse/verification.yml", include_str!("examples/verification.yml")),
    (".specfuse/roadmap.md", include_str!("examples/roadmap.md")),
    (".specfuse/config", "lint:\n  graph/too-many-gates: off\n"),
    ("PLAN.md", include_str!("examples/PLAN.md")),
    ("GATE-01.md", include_str!("examples/GATE-01.md")),
    ("GATE-02.md", include_str!("examples/GATE-02.md")),
    ("WU-01-a.md", include_str!("examples/WU-01-a.md")),
    ("WU-02-b.md", include_str!("examples/WU-02-b.md")),
    ("WU-03-c.md", include_str!("examples/WU-03-c.md")),
    ("WU-90-close-1.md", include_str!("examples/WU-90-close-1.md")),
    ("WU-91-plan-2.md", include_str!("examples/WU-91-plan-2.md")),
    ("WU-92-close.md", include_str!("examples/WU-92-close.md")),
];

/// The folder of the feature, as a path.
pub fn folder() -> RelPath {
    RelPath::new(FOLDER).expect("a constant path that is relative")
}

/// The path of a file as the pages name it.
pub(crate) fn path(name: &str) -> RelPath {
    let whole = if name.starts_with(".specfuse/") { name.to_owned() } else { format!("{FOLDER}/{name}") };
    RelPath::new(&whole).expect("the pages name paths that stay inside")
}

/// The plan without a fault.
pub fn sample() -> Tree {
    let mut tree = Tree::new();
    for (name, text) in FILES {
        tree.insert_text(path(name), *text);
    }
    tree
}

/// The sample with the blocks of `markdown` laid over it. Meant for the pages, which are tested; panics on
/// blocks that no page has.
pub fn overlay(markdown: &str) -> (Tree, Facts) {
    let (mut tree, mut facts) = (sample(), Facts::default());
    let read = Markdown::read(markdown, Span::new(0, markdown.len()));
    for fence in &read.fences {
        lay(&mut tree, &mut facts, fence, fence.content.slice(markdown));
    }
    (tree, facts)
}

fn lay(tree: &mut Tree, facts: &mut Facts, fence: &Fence, content: &str) {
    let words: Vec<&str> = fence.info.value.split_whitespace().skip(1).collect();
    if words.contains(&"facts") {
        return content.lines().for_each(|line| fact(facts, line));
    }
    let Some(name) = words.iter().find_map(|w| w.strip_prefix("file=")) else { return };
    let path = path(name);
    if let Some(kind) = words.iter().find_map(|w| w.strip_prefix("is=")) {
        match opaque(kind) {
            Some(opaque) => tree.insert(path, Entry::Opaque(opaque)),
            None => tree.remove(&path),
        }
        return;
    }
    let old = tree.text(&path).map_or(String::new(), |t| t.to_string());
    let mode = words.iter().find(|w| !w.contains('=')).copied().unwrap_or("");
    tree.insert_text(path, laid(&old, mode, content));
}

fn laid(old: &str, mode: &str, content: &str) -> String {
    let doc = Document::read(old.into());
    let cut = |span: Span| format!("{}{content}{}", &old[..span.start as usize], &old[span.end as usize..]);
    match mode {
        "" => content.to_owned(),
        "append" => format!("{old}{content}"),
        "head" => match doc.block() {
            Some(block) => cut(block.content),
            None => format!("---\n{content}---\n{old}"),
        },
        "graph" => {
            let fence = doc.body.fences.iter().find(|f| f.language() == "yaml");
            cut(fence.expect("the file has a task graph").content)
        }
        "section" => {
            let read = Markdown::read(content, Span::new(0, content.len()));
            let lead = read.lead_ins.first().map(|l| (l.span.start, &l.name.value));
            let heading = read.headings.first().map(|h| (h.span.start, &h.text.value));
            let name = lead.into_iter().chain(heading).min().expect("the block opens a section").1;
            match doc.body.section(name) {
                Some(section) => {
                    cut(section.opener.to(section.body)).replacen(content, &format!("{content}\n"), 1)
                }
                None => format!("{old}\n{content}"),
            }
        }
        other => panic!("a block of a page says `{other}`"),
    }
}

fn opaque(kind: &str) -> Option<Opaque> {
    Some(match kind {
        "missing" => return None,
        "directory" => Opaque::Directory,
        "not-utf8" => Opaque::NotUtf8 { at: 7 },
        "too-large" => Opaque::TooLarge { bytes: 5_000_000 },
        "broken-link" => Opaque::BrokenLink,
        "link-outside" => Opaque::LinkOutside,
        other => panic!("a block of a page says `is={other}`"),
    })
}

fn fact(facts: &mut Facts, line: &str) {
    match line.split_once(": ") {
        Some(("directory", path)) => facts.directories.extend([path.to_owned()]),
        Some(("top-level", name)) => facts.top_level.get_or_insert_default().extend([name.to_owned()]),
        Some(("default-branch", name)) => facts.default_branch = Some(name.to_owned()),
        _ => panic!("a block of facts says `{line}`"),
    }
}

/// The part of a page below the heading `## name`.
pub fn part(page: &str, name: &str) -> String {
    let read = Markdown::read(page, Span::new(0, page.len()));
    let heading = read.headings.iter().find(|h| h.level == 2 && h.text.value == name);
    let heading = heading.unwrap_or_else(|| panic!("the page has no part `{name}`"));
    read.heading_section(heading).body.slice(page).to_owned()
}
