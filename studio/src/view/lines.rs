//! The dependencies, and over them, each as one path however many lines it has: those of the selection,
//! the critical path, what is being dragged.

use super::{Item, list, live};
use crate::app::Studio;
use crate::app::graph::Drag;
use crate::geometry::{across, has_moved};
use crate::scene::{Line, head};
use leptos::prelude::*;
use specfuse_core::layout::{Point, Rect};
use std::fmt::Write;

/// How many lines are one element: few enough that one out of sight costs no frame, many enough that
/// hundreds appear at once.
const TOGETHER: usize = 16;

/// The lines.
pub fn lines(studio: Studio) -> impl IntoView {
    let some = move |lines: &[Line]| {
        let path = paths(lines.iter().map(|line| line.path.clone()));
        let heads = paths(lines.iter().map(|line| head(line.end)));
        Item { key: path.clone(), view: live(move || drawn(path.clone(), heads.clone())) }
    };
    let near = move || {
        let selection = studio.graph.selection.get();
        joined(studio, |from, to| selection.units().contains(&from) || selection.units().contains(&to))
    };
    let chosen = move || {
        let edge = studio.graph.selection.with(|selection| selection.edge());
        joined(studio, |from, to| edge == Some((from, to)))
    };
    let critical = move || {
        if studio.graph.highlight.get().is_none() {
            return String::new();
        }
        let marks =
            studio.nodes.with(|nodes| nodes.iter().map(|n| n.mark.get().critical).collect::<Vec<_>>());
        let on = |unit: usize| marks.get(unit).copied().unwrap_or(false);
        joined(studio, |from, to| on(from) && on(to))
    };
    view! {
        <svg class="lines" aria-hidden="true" width=live(move || studio.size.get().0.to_string()) height=live(move || studio.size.get().1.to_string())>
            {list(live(move || studio.lines.with(|lines| lines.chunks(TOGETHER).map(some).collect())))}
            <path class="line near" d=live(near)></path>
            <path class="line critical" d=live(critical)></path>
            <path class="line chosen" d=live(chosen)></path>
            <path class="line dragged" d=live(move || held_line(studio))></path>
            <path class="marquee" d=live(move || marquee(studio.graph.drag.get()))></path>
            <path class="ghost" d=live(move || ghost(studio))></path>
        </svg>
    }
}

/// Some lines with their heads.
fn drawn(path: String, heads: String) -> AnyView {
    view! {
        <path d=path class="line"></path>
        <path d=heads class="heads"></path>
    }
    .into_any()
}

fn paths(all: impl Iterator<Item = String>) -> String {
    all.collect::<Vec<_>>().concat()
}

/// The lines that `wanted` says, as one path.
fn joined(studio: Studio, wanted: impl Fn(usize, usize) -> bool) -> String {
    studio.lines.with(|lines| {
        let chosen = lines.iter().filter(|line| wanted(line.units.0, line.units.1));
        chosen.map(|line| line.path.as_str()).collect::<Vec<_>>().concat()
    })
}

fn held_line(studio: Studio) -> String {
    let Some(Drag::Line(unit, Point { x, y })) = studio.graph.drag.get() else { return String::new() };
    let rect = studio.read(|d| d.layout().boxes.get(unit).copied()).flatten().unwrap_or_default();
    format!("M{} {}L{x} {y}", rect.right(), rect.y + rect.height / 2.0)
}

fn marquee(drag: Option<Drag>) -> String {
    let mut path = String::new();
    if let Some(Drag::Marquee(a, b)) = drag {
        outline(&mut path, &across(a, b));
    }
    path
}

fn outline(path: &mut String, rect: &Rect) {
    let _ = write!(path, "M{} {}h{}v{}h-{}z", rect.x, rect.y, rect.width, rect.height, rect.width);
}

/// The outlines of the boxes that are being dragged.
fn ghost(studio: Studio) -> String {
    let mut path = String::new();
    let Some(Drag::Box(unit, from, to)) = studio.graph.drag.get() else { return path };
    if has_moved(from, to, studio.graph.zoom.get_untracked()) {
        let units = super::graph::dragged(studio, unit);
        studio.read(|d| {
            for rect in units.iter().filter_map(|unit| d.layout().boxes.get(*unit)) {
                outline(&mut path, &Rect { x: rect.x + to.x - from.x, y: rect.y + to.y - from.y, ..*rect });
            }
        });
    }
    path
}
