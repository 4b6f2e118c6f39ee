//! Looking at the graph: magnification and place, what is marked, finding units, pictures.

use super::graph::Highlight;
use super::{Studio, Target};
use crate::browser;
use crate::face::Mark;
use crate::find;
use crate::geometry::{bounds, inset};
use crate::picture;
use crate::scene::Scene;
use crate::view;
use crate::view::graph::{CANVAS, STAGE};
use leptos::prelude::*;
use specfuse_core::graph::Graph;
use specfuse_core::layout::Point;
use specfuse_core::ordered;
use std::collections::BTreeSet;

const SMALLEST: f64 = 0.1;
const LARGEST: f64 = 2.5;
/// Room left around what is zoomed to.
const AROUND: f64 = 48.0;

impl Studio {
    /// Shows all of the graph.
    pub fn fit(self) {
        if let Some((width, height)) = browser::inner_size(CANVAS) {
            let (all_width, all_height) = self.size.get_untracked();
            let zoom = (width / all_width.max(1.0)).min(height / all_height.max(1.0));
            self.graph.zoom.set(zoom.clamp(SMALLEST, 1.0));
            browser::after_frame(move || self.note_frame());
        }
    }

    /// Changes the magnification; what is at `at` of the panel, or else in its middle, stays there.
    pub fn zoom_by(self, factor: f64, at: Option<(f64, f64)>) {
        let old = self.graph.zoom.get_untracked();
        let new = (old * factor).clamp(SMALLEST, LARGEST);
        self.graph.zoom.set(new);
        let width = browser::inner_size(CANVAS).map_or(0.0, |(width, _)| width);
        let inset = |zoom: f64| inset(width, self.size.get_untracked().0 * zoom);
        browser::keep_place(CANVAS, at, new / old, (inset(old), inset(new)));
        browser::after_frame(move || self.note_frame());
    }

    /// Shows the selected units as large as they fit.
    pub(super) fn zoom_to_selection(self) {
        let chosen = self.chosen();
        let around = self.read(|d| bounds(&d.layout().boxes, &chosen)).flatten();
        if let (Some(rect), Some((width, height))) = (around, browser::inner_size(CANVAS)) {
            let zoom = (width / (rect.width + 2.0 * AROUND)).min(height / (rect.height + 2.0 * AROUND));
            self.graph.zoom.set(zoom.clamp(SMALLEST, 1.5));
            self.center(rect.x + rect.width / 2.0, rect.y + rect.height / 2.0);
        }
    }

    /// Puts a place of the picture into the middle.
    pub fn center(self, x: f64, y: f64) {
        let zoom = self.graph.zoom.get_untracked();
        browser::after_frame(move || {
            if let Some((width, height)) = browser::inner_size(CANVAS) {
                browser::scroll_to(CANVAS, x * zoom - width / 2.0, y * zoom - height / 2.0);
            }
            self.note_frame();
        });
    }

    /// Takes down which part is in view.
    pub fn note_frame(self) {
        if let Some((left, top, width, height)) = browser::view_of(CANVAS, STAGE) {
            let zoom = self.graph.zoom.get_untracked();
            let frame = (left / zoom, top / zoom, width / zoom, height / zoom);
            if self.graph.frame.get_untracked() != frame {
                self.graph.frame.set(frame);
            }
        }
    }

    /// Lays the graph out anew.
    pub(super) fn tidy(self) {
        self.write(|document| document.tidy());
        self.say("Tidied.".to_owned());
    }

    /// Shows something over the graph, or no longer.
    pub(super) fn toggle_highlight(self, highlight: Highlight) {
        let on = self.graph.highlight.get_untracked() != Some(highlight);
        self.graph.highlight.set(on.then_some(highlight));
        let words = match (on, highlight) {
            (false, _) => "Shown as before.".to_owned(),
            (true, Highlight::Waves) => {
                let waves = self.read(|d| Graph::of(d.feature()).waves().len()).unwrap_or(0);
                format!("{waves} waves: units of one wave can be done at the same time.")
            }
            (true, Highlight::CriticalPath) => match self.critical_path() {
                (cost, path) if cost > 0.0 => {
                    format!(
                        "{} of {} units, {} planned.",
                        path.len(),
                        self.count(),
                        crate::scene::dollars(cost)
                    )
                }
                (_, path) => format!(
                    "{} of {} units; no cost is planned, so each counts the same.",
                    path.len(),
                    self.count()
                ),
            },
        };
        self.say(words);
    }

    fn count(self) -> usize {
        self.nodes.with_untracked(Vec::len)
    }

    /// What the critical path is planned to cost, and its units; without any planned cost each counts one.
    fn critical_path(self) -> (f64, Vec<usize>) {
        let path = self.read(|d| {
            let units = &d.feature().units;
            let cost = |unit: usize| units[unit].planned_cost_usd().unwrap_or(0.0);
            let graph = Graph::of(d.feature());
            match units.iter().any(|unit| unit.planned_cost_usd().is_some_and(|cost| cost > 0.0)) {
                true => graph.critical_path(cost),
                false => (0.0, graph.critical_path(|_| 1.0).1),
            }
        });
        path.unwrap_or_default()
    }

    /// Lets the marks follow whatever they show, from now on.
    pub fn begin_marks(self) {
        Effect::new(move |_| self.mark());
    }

    /// Marks every box anew; called whenever something changes that marks depend on.
    pub(super) fn mark(self) {
        self.version.track();
        let (selection, find) = (self.graph.selection.get(), self.graph.find.get());
        let (highlight, connecting) = (self.graph.highlight.get(), self.graph.connecting.get());
        let source = connecting.map(|begun| begun.units).unwrap_or_default();
        let nodes = self.nodes.get_untracked();
        let critical: Option<BTreeSet<usize>> =
            (highlight == Some(Highlight::CriticalPath)).then(|| ordered::set(self.critical_path().1));
        let mut waves = vec![0; nodes.len()];
        if highlight == Some(Highlight::Waves) {
            let all = self.read(|d| Graph::of(d.feature()).waves()).unwrap_or_default();
            let numbered =
                all.iter().enumerate().flat_map(|(at, wave)| wave.iter().map(move |unit| (at, *unit)));
            numbered.for_each(|(at, unit)| waves[unit] = at + 1);
        }
        let mut found = Vec::new();
        for (unit, signals) in nodes.iter().enumerate() {
            let sought = find.is_empty() || signals.node.with_untracked(|node| find.matches(node));
            let on_path = critical.as_ref().is_none_or(|path| path.contains(&unit));
            if sought && !find.is_empty() {
                found.push(unit);
            }
            let mark = Mark {
                selected: selection.units().contains(&unit),
                primary: selection.primary() == Some(unit),
                source: source.contains(&unit),
                dim: !sought || !on_path,
                critical: critical.is_some() && on_path,
                wave: waves[unit],
            };
            if signals.mark.with_untracked(|old| *old != mark) {
                signals.mark.set(mark);
            }
        }
        if self.graph.found.with_untracked(|old| *old != found) {
            self.graph.found.set(found);
        }
    }

    /// Opens the search, or goes into it.
    pub(super) fn begin_find(self) {
        self.graph.finding.set(true);
        // At once, or the first letters would go elsewhere.
        browser::soon(|| browser::focus(view::find::FIELD));
    }

    /// Closes the search and shows everything again.
    pub fn end_find(self) {
        self.graph.finding.set(false);
        self.graph.find.set(find::Find::default());
    }

    /// Goes to the next unit that is meant; the search keeps the focus.
    pub fn find_next(self, back: bool) {
        let here = self.graph.selection.with_untracked(|selection| selection.primary());
        if let Some(unit) = self.graph.found.with_untracked(|found| find::next(found, here, back)) {
            self.target.set(Some(Target::Unit(unit)));
            if let Some(rect) = self.read(|d| d.layout().boxes.get(unit).copied()).flatten() {
                self.center(rect.x + rect.width / 2.0, rect.y + rect.height / 2.0);
            }
        }
    }

    /// The picture's name without its end.
    fn picture_name(self) -> String {
        self.read(|d| d.feature().folder_name().to_owned()).unwrap_or_default()
    }

    fn svg(self) -> String {
        let theme = if browser::is_dark() { picture::DARK } else { picture::LIGHT };
        let title = self.header.with_untracked(|header| header.title.clone());
        self.read(|d| picture::svg(&Scene::of(d, None), &title, &theme)).unwrap_or_default()
    }

    pub(super) fn save_svg(self) {
        let name = format!("{}.svg", self.picture_name());
        browser::download(&name, self.svg().as_bytes());
        self.say(format!("Saved {name}."));
    }

    pub(super) fn save_png(self) {
        let (name, (width, height)) = (format!("{}.png", self.picture_name()), self.size.get_untracked());
        browser::png(&self.svg(), width, height, move |png| match png {
            Some(bytes) => {
                browser::download(&name, &bytes);
                self.say(format!("Saved {name}."));
            }
            None => {
                self.refuse("The picture is too large for this browser. Save it as SVG instead.".to_owned())
            }
        });
    }

    fn mermaid(self) -> String {
        self.read(|d| picture::mermaid(d.feature())).unwrap_or_default()
    }

    pub(super) fn save_mermaid(self) {
        let name = format!("{}.mmd", self.picture_name());
        browser::download(&name, self.mermaid().as_bytes());
        self.say(format!("Saved {name}."));
    }

    pub(super) fn copy_mermaid(self) {
        browser::hand_out(self.mermaid());
        self.say("Copied the graph as Mermaid text.".to_owned());
    }

    /// The dependency that runs near a place of the picture.
    pub fn edge_at(self, at: Point) -> Option<(usize, usize)> {
        let near = 6.0 / self.graph.zoom.get_untracked();
        self.read(|d| d.layout().edge_near(at, near).map(|edge| (edge.from, edge.to))).flatten()
    }
}
