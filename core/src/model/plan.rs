//! `PLAN.md`: what a feature is, and the task graph that owns its shape.

use crate::frontmatter::Document;
use crate::markdown::{Fence, lines};
use crate::model::field::{self, Field};
use crate::model::id::FeatureId;
use crate::model::status::{Autonomy, PlanStatus, Vocabulary};
use crate::path::RelPath;
use crate::span::{Span, Spanned};
use crate::yaml::{self, Node};
use std::sync::Arc;

/// A plan as its file says it.
#[derive(Clone, PartialEq, Debug)]
pub struct Plan {
    /// Its file.
    pub path: RelPath,
    /// The file's text and structure.
    pub doc: Document,
    /// `feature_id`
    pub feature_id: Field<FeatureId>,
    /// `title`
    pub title: Field<String>,
    /// `branch`
    pub branch: Field<String>,
    /// `roadmap_goal`
    pub roadmap_goal: Field<String>,
    /// `status`; `complete` is read as done.
    pub status: Field<PlanStatus>,
    /// `autonomy_default`
    pub autonomy: Field<Autonomy>,
    /// `base`; an empty one is invalid.
    pub base: Field<String>,
    /// `planned_cost_usd`
    pub planned_cost_usd: Field<f64>,
    /// `auto_close_disabled`
    pub auto_close_disabled: Field<bool>,
    /// `judge_disabled`
    pub judge_disabled: Field<bool>,
    /// The task graph: the first fenced YAML block whose top level has `gates`.
    pub graph: Option<GraphBlock>,
    /// Later blocks of that kind, which do not count.
    pub further_graphs: Vec<Span>,
}

/// The fenced block that holds the task graph.
#[derive(Clone, PartialEq, Debug)]
pub struct GraphBlock {
    /// The fence it stands in.
    pub fence: Fence,
    /// The YAML as read.
    pub yaml: yaml::Document,
    /// Its gates in the order written. Entries that are no maps are left out (lint reports them).
    pub gates: Vec<Arc<GateEntry>>,
}

/// A gate as the graph lists it.
#[derive(Clone, PartialEq, Debug)]
pub struct GateEntry {
    /// `gate`: its number.
    pub number: Field<u32>,
    /// `file`
    pub file: Field<String>,
    /// The units in the order written.
    pub units: Vec<Arc<UnitEntry>>,
    /// The whole entry, dash included.
    pub span: Span,
}

/// A unit as the graph lists it.
#[derive(Clone, PartialEq, Debug)]
pub struct UnitEntry {
    /// `id`, as text: the graph may name anything.
    pub id: Field<String>,
    /// `file`
    pub file: Field<String>,
    /// `depends_on`; a bare text counts as a list of one.
    pub depends_on: Vec<Spanned<String>>,
    /// The value of `depends_on`, when the key is written.
    pub depends_on_span: Option<Span>,
    /// The whole entry, dash included.
    pub span: Span,
}

impl Plan {
    /// Reads a plan.
    pub fn read(path: RelPath, doc: Document) -> Plan {
        let (graph, further_graphs) = find_graphs(&doc);
        Plan {
            feature_id: Field::of(&doc, "feature_id", |n| FeatureId::parse(n.as_text()?)),
            title: Field::of(&doc, "title", field::non_blank),
            branch: Field::of(&doc, "branch", field::non_blank),
            roadmap_goal: Field::of(&doc, "roadmap_goal", field::non_blank),
            status: Field::of(&doc, "status", status),
            autonomy: Field::of(&doc, "autonomy_default", field::word),
            base: Field::of(&doc, "base", field::non_blank),
            planned_cost_usd: Field::of(&doc, "planned_cost_usd", field::amount),
            auto_close_disabled: Field::of(&doc, "auto_close_disabled", field::boolean),
            judge_disabled: Field::of(&doc, "judge_disabled", field::boolean),
            graph,
            further_graphs,
            path,
            doc,
        }
    }
}

fn status(node: &Node) -> Option<PlanStatus> {
    match node.as_text()? {
        "complete" => Some(PlanStatus::Done),
        word => PlanStatus::parse(word),
    }
}

fn find_graphs(doc: &Document) -> (Option<GraphBlock>, Vec<Span>) {
    let mut found: Option<GraphBlock> = None;
    let mut further = Vec::new();
    for fence in &doc.body.fences {
        let fence = &unswallowed(&doc.text, fence);
        let language = fence.language();
        if !(language.eq_ignore_ascii_case("yaml") || language.eq_ignore_ascii_case("yml")) {
            continue;
        }
        let yaml = yaml::read(&doc.text, fence.content);
        match yaml.root.as_map().and_then(|m| m.entry("gates")) {
            Some(entry) if found.is_none() => {
                let gates =
                    list(&entry.value).filter_map(|(span, node)| gate(span, node)).map(Arc::new).collect();
                found = Some(GraphBlock { fence: fence.clone(), yaml, gates });
            }
            Some(_) => further.push(fence.span),
            None => {}
        }
    }
    (found, further)
}

/// The fence that a YAML block opens inside `fence`, or `fence` itself. A line of prose that happens to
/// start with three backticks opens a fence that nobody closes, and swallows the block below it.
fn unswallowed(text: &str, fence: &Fence) -> Fence {
    let mark = text[fence.span.start as usize..].bytes().next().unwrap_or(b'`');
    let marks = |words: &str| words.bytes().take_while(|b| *b == mark).count();
    let length = marks(&text[fence.span.start as usize..]);
    let opens = |line: &Span| {
        let words = line.slice(text).trim();
        let count = marks(words);
        count >= length && matches!(&words[count..], "yaml" | "yml")
    };
    let Some(line) = lines(text, fence.content).find(opens) else { return fence.clone() };
    let words = line.slice(text);
    let indent = words.len() - words.trim_start().len();
    let info = line.start as usize + indent + marks(words.trim_start());
    let after = text[line.end as usize..fence.content.end as usize]
        .find('\n')
        .map_or(fence.content.end, |n| line.end + n as u32 + 1);
    Fence {
        info: Spanned::new(
            words.trim()[info - line.start as usize - indent..].to_owned(),
            Span::new(info, line.start as usize + words.trim_end().len()),
        ),
        content: Span { start: after, end: fence.content.end },
        span: Span { start: line.start + indent as u32, end: fence.span.end },
        closed: fence.closed,
        indent,
    }
}

fn list(node: &Node) -> impl Iterator<Item = (Span, &Node)> {
    node.as_seq().into_iter().flat_map(|seq| seq.items.iter().map(|item| (item.span, &item.value)))
}

fn gate(span: Span, node: &Node) -> Option<GateEntry> {
    let map = node.as_map()?;
    let units = map
        .get("work_units")
        .into_iter()
        .flat_map(list)
        .filter_map(|(span, node)| unit(span, node))
        .map(Arc::new)
        .collect();
    Some(GateEntry {
        number: Field::of_node(map.get("gate"), field::positive),
        file: Field::of_node(map.get("file"), field::non_blank),
        units,
        span,
    })
}

fn unit(span: Span, node: &Node) -> Option<UnitEntry> {
    let map = node.as_map()?;
    Some(UnitEntry {
        id: Field::of_node(map.get("id"), field::non_blank),
        file: Field::of_node(map.get("file"), field::non_blank),
        depends_on: field::texts(map.get("depends_on")),
        depends_on_span: map.get("depends_on").map(|n| n.span),
        span,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gates(text: &str) -> Option<usize> {
        let path = RelPath::new("PLAN.md").unwrap();
        Plan::read(path, Document::read(text.into())).graph.map(|graph| graph.gates.len())
    }

    #[test]
    fn a_line_of_prose_does_not_swallow_the_graph() {
        let graph = "```yaml\ngates:\n  - gate: 1\n```\n";
        assert_eq!(gates(graph), Some(1));
        assert_eq!(gates(&format!("  ```yaml block from prose\nmore: prose\n\n{graph}")), Some(1));
        assert_eq!(gates(&format!("```text\nnever closed\n{graph}")), Some(1));
        assert_eq!(gates("````text\n```yaml\ngates:\n  - gate: 1\n```\n````\n"), None);
    }
}
