//! Which part of a file an offset lies in, and which table describes the keys there.

use super::Assist;
use crate::frontmatter::{Document, Frontmatter};
use crate::lint::Source;
use crate::model::gate::number_of;
use crate::schema::{self, FileKind, Key};
use crate::span::Span;
use crate::yaml::{self, Entry, Node, NodeKind};

/// A piece of YAML in a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Area {
    /// The keys of a file: its head, or all of it.
    Keys(FileKind),
    /// The task graph of a plan.
    Graph,
}

/// What stands at an offset in YAML that was read.
#[derive(Clone, Debug)]
pub(super) struct YamlSpot<'a> {
    /// The keys around the entry, outermost first.
    pub path: Vec<&'a str>,
    /// The innermost entry.
    pub entry: &'a Entry,
    /// Whether the offset lies on the entry's key.
    pub on_key: bool,
    /// The scalar at the offset.
    pub scalar: Option<&'a Node>,
}

impl Area {
    /// The keys that may stand below `path` here; none where they are not ours to name.
    pub(super) fn table(self, path: &[&str]) -> &'static [Key] {
        use FileKind::Verification;
        match (self, path) {
            (Area::Keys(kind), []) => schema::keys(kind),
            (Area::Keys(Verification), ["defaults"]) => schema::VERIFICATION_DEFAULTS,
            (Area::Keys(Verification), [set, "narrow_selection"]) if is_set(set) => schema::NARROW_SELECTION,
            (Area::Keys(Verification), [set]) if is_set(set) => schema::VERIFICATION_GATE,
            (Area::Keys(_), _) => &[],
            (Area::Graph, []) => schema::GRAPH,
            (Area::Graph, ["gates"]) => schema::GRAPH_GATE,
            (Area::Graph, ["gates", "work_units"]) => schema::GRAPH_UNIT,
            (Area::Graph, _) => &[],
        }
    }

    /// The key `name` below `path`.
    pub(super) fn key(self, path: &[&str], name: &str) -> Option<&'static Key> {
        self.table(path).iter().find(|key| key.name == name)
    }
}

/// Whether a key at the top of `verification.yml` names a set.
pub(super) fn is_set(name: &str) -> bool {
    schema::find(FileKind::Verification, name).is_none()
}

impl Assist<'_> {
    /// What kind of file this is: as the graph says, or else as its name does.
    pub(super) fn kind(&self) -> Option<FileKind> {
        let name = self.path.file_name();
        let by_name = || match name {
            _ if name.starts_with("WU-") && name.ends_with(".md") => Some(FileKind::Unit),
            _ if number_of(name, ".md").is_some() => Some(FileKind::Gate),
            _ => None,
        };
        self.source.as_ref()?.kind().or_else(by_name)
    }

    /// The file's head and body, when it has them.
    pub(super) fn document(&self) -> Option<&Document> {
        self.source.as_ref().and_then(Source::document)
    }

    /// The YAML around `offset`: what it is for, and its bytes. A head that is not closed yet reaches
    /// to the first blank line.
    pub(super) fn area(&self, offset: usize) -> Option<(Area, Span)> {
        let kind = self.kind();
        let Some(doc) = self.document() else {
            return Some((Area::Keys(kind?), Span::new(0, self.text.len())));
        };
        let head = match &doc.frontmatter {
            Frontmatter::Present(block) => Some(block.content),
            Frontmatter::Unclosed { open } => {
                let start = (open.end as usize + 1).min(self.text.len());
                let len = self.text.get(start..).and_then(|rest| rest.find("\n\n"));
                Some(Span::new(start, len.map_or(self.text.len(), |len| start + len + 1)))
            }
            Frontmatter::Absent => None,
        };
        if let Some(head) = head.filter(|head| head.touches(offset)) {
            // A head that is closed ends where the closing fence starts.
            let closed = doc.block().is_some() && offset == head.end as usize;
            return if closed { None } else { Some((Area::Keys(kind?), head)) };
        }
        let graph = self.graph_content(offset).filter(|_| kind == Some(FileKind::Plan))?;
        Some((Area::Graph, graph))
    }

    /// The lines of the fence around `offset`, when they are the task graph or could become it.
    fn graph_content(&self, offset: usize) -> Option<Span> {
        let Some(Source::Plan(plan)) = &self.source else { return None };
        let inside = |content: &Span| content.touches(offset) && offset < content.end as usize;
        match &plan.graph {
            Some(graph) => Some(graph.fence.content).filter(inside),
            None => {
                let yaml = plan.doc.body.fences.iter().filter(|f| matches!(f.language(), "yaml" | "yml"));
                yaml.map(|fence| fence.content).find(inside)
            }
        }
    }

    /// What stands at `offset` in the YAML that was read.
    pub(super) fn yaml_spot(&self, offset: usize) -> Option<(Area, YamlSpot<'_>)> {
        let (area, _) = self.area(offset)?;
        let source = self.source.as_ref()?;
        let yaml: &yaml::Document = match (area, source) {
            (Area::Graph, Source::Plan(plan)) => &plan.graph.as_ref()?.yaml,
            _ => source.keys()?,
        };
        spot(&yaml.root, offset, Vec::new()).map(|spot| (area, spot))
    }
}

fn spot<'a>(node: &'a Node, offset: usize, path: Vec<&'a str>) -> Option<YamlSpot<'a>> {
    match &node.kind {
        NodeKind::Map(map) => {
            let entry = map.entries.iter().find(|e| e.span.touches(offset))?;
            let on_key = entry.key.span.touches(offset);
            if on_key {
                return Some(YamlSpot { path, entry, on_key, scalar: None });
            }
            let mut inner = path.clone();
            inner.push(&entry.key.value);
            let deeper = spot(&entry.value, offset, inner);
            deeper.or_else(|| Some(YamlSpot { path, entry, on_key, scalar: scalar_at(&entry.value, offset) }))
        }
        NodeKind::Seq(seq) => {
            let item = seq.items.iter().find(|item| item.span.touches(offset))?;
            spot(&item.value, offset, path)
        }
        NodeKind::Null | NodeKind::Scalar(_) => None,
    }
}

/// The scalar of a value, or of the list that is the value, at `offset`.
fn scalar_at(node: &Node, offset: usize) -> Option<&Node> {
    match &node.kind {
        NodeKind::Scalar(_) => Some(node).filter(|node| node.span.touches(offset)),
        NodeKind::Seq(seq) => seq.items.iter().find_map(|item| scalar_at(&item.value, offset)),
        NodeKind::Null | NodeKind::Map(_) => None,
    }
}
