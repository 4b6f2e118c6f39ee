//! After a change: every signal in line with the document. What is equal stays as it is, so that only
//! what differs is drawn.

use super::{GroupSignal, Header, NodeSignal, Studio};
use crate::document::Document;
use crate::later::work;
use crate::problems::Group;
use crate::scene::{self, Node, Scene, Stale};
use crate::selection::{self, Mark};
use leptos::prelude::*;
use specfuse_core::layout::Rect;
use specfuse_core::ordered;

impl Studio {
    /// Brings every signal in line with the document; what is equal stays as it is.
    pub(super) fn refresh(self) {
        let Some(header) = self.read(header) else { return };
        set_if_new(self.header, header);
        if let Some(work) = work::here() {
            (work.refresh_panel)(self);
        }
        self.refresh_scene();
        self.list_problems();
        self.version.update(|version| *version += 1);
    }

    /// Brings the graph in line with the document and what is laid over it.
    pub(super) fn refresh_scene(self) {
        let overlay = self.overlay.get_value();
        let stale = |d: &Document| self.drawn.try_update_value(|drawn| drawn.stale(d, overlay.as_ref()));
        let Some(stale) = self.read(stale).flatten() else { return };
        if let Stale::Units(changed) = stale {
            let bands = self.read(|d| scene::bands(d, None));
            bands.into_iter().for_each(|bands| set_if_new(self.bands, bands));
            return self.refresh_changed(changed);
        }
        let Some(scene) = self.read(|d| Scene::of(d, overlay.as_ref())) else { return };
        set_if_new(self.bands, scene.bands);
        set_if_new(self.lines, scene.lines);
        set_if_new(self.size, (scene.width, scene.height));
        self.refresh_nodes(scene.nodes, &scene.rects);
        self.laid_out.update(|laid_out| *laid_out += 1);
    }

    /// Brings the boxes of some units in line; they are where they were.
    fn refresh_changed(self, changed: Vec<Node>) {
        self.nodes.with_untracked(|list| {
            for node in changed {
                if let Some(known) = list.get(node.unit) {
                    set_if_changed(&known.node, Node { key: known.key.clone(), ..node });
                }
            }
        });
    }

    fn refresh_nodes(self, nodes: Vec<Node>, rects: &[Rect]) {
        self.carry_selection(&nodes);
        let known = |list: &Vec<NodeSignal>| ordered::map(list.iter().map(|n| (n.key.clone(), n.clone())));
        let old = self.nodes.with_untracked(known);
        let mut new = Vec::with_capacity(nodes.len());
        for (node, rect) in nodes.into_iter().zip(rects) {
            let known = match old.get(&node.key) {
                Some(known) => {
                    set_if_changed(&known.rect, *rect);
                    set_if_changed(&known.node, node);
                    known.clone()
                }
                None => NodeSignal::new(node, *rect),
            };
            new.push(known);
        }
        let same =
            self.nodes.with_untracked(|list| list.iter().map(|n| &n.key).eq(new.iter().map(|n| &n.key)));
        if !same {
            self.nodes.set(new);
        }
    }

    /// Lets the selection go on meaning the same units.
    fn carry_selection(self, nodes: &[Node]) {
        let mark = |node: &Node| (node.key.clone(), node.file.clone());
        let new: Vec<Mark> = nodes.iter().map(mark).collect();
        let old: Vec<Mark> =
            self.nodes.with_untracked(|list| list.iter().map(|n| n.node.with_untracked(mark)).collect());
        if old != new {
            let now = selection::carried(&old, &new);
            let now = |unit: usize| now.get(unit).copied().flatten();
            set_if_new(self.graph.selection, self.graph.selection.with_untracked(|s| s.carried(now)));
            self.graph.connecting.set(None);
            // It holds a unit by its place.
            self.graph.drag.set(None);
        }
    }

    /// Brings the list of problems in line with the document and the filter.
    pub(super) fn list_problems(self) {
        let unit = self.selected_unit();
        let Some(work) = work::here() else { return };
        let listed = |d: &Document| self.filter.with_untracked(|filter| (work.problems)(d, filter, unit));
        let Some(groups) = self.read(listed) else { return };
        let known =
            |list: &Vec<GroupSignal>| ordered::map(list.iter().map(|g| (g.key.clone(), g.group.clone())));
        let old = self.groups.with_untracked(known);
        let signal = |group: Group| match old.get(&group.key) {
            Some(signal) => {
                if signal.with_untracked(|old| *old != group) {
                    signal.set(group);
                }
                signal.clone()
            }
            None => ArcRwSignal::new(group),
        };
        let new: Vec<GroupSignal> = groups
            .into_iter()
            .map(|group| GroupSignal { key: group.key.clone(), group: signal(group) })
            .collect();
        let same =
            self.groups.with_untracked(|list| list.iter().map(|g| &g.key).eq(new.iter().map(|g| &g.key)));
        if !same {
            self.groups.set(new);
        }
    }
}

pub(super) fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}

fn set_if_changed<T>(signal: &ArcRwSignal<T>, value: T)
where
    T: PartialEq + Send + Sync + 'static,
{
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}

fn header(document: &Document) -> Header {
    let feature = document.feature();
    Header {
        title: document.feature_title(),
        folder: feature.folder_name().to_owned(),
        features: document.features().len(),
        lock: document.locked(),
        changed: document.is_changed(),
        undo: document.held_label().or_else(|| document.history().undo_label().map(str::to_owned)),
        redo: document.history().redo_label().map(str::to_owned),
    }
}
