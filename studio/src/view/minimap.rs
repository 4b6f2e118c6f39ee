//! All of the graph, small, with the part that is in view: above so many units that one gets lost.

use super::live;
use crate::app::Studio;
use crate::browser;
use leptos::ev::PointerEvent;
use leptos::prelude::*;
use std::fmt::Write;

const MAP: &str = "minimap";
/// How many units a graph has at least that is shown small.
const MOST_WITHOUT: usize = 40;
const WIDTH: f64 = 180.0;
const HEIGHT: f64 = 130.0;

/// The map, when the graph is large.
pub fn minimap(studio: Studio) -> impl IntoView {
    let large = Memo::new(move |_| studio.nodes.with(Vec::len) > MOST_WITHOUT);
    live(move || large.get().then(|| map(studio).into_any()).into_any())
}

fn map(studio: Studio) -> impl IntoView {
    let scale = Memo::new(move |_| {
        let (width, height) = studio.size.get();
        (WIDTH / width.max(1.0)).min(HEIGHT / height.max(1.0))
    });
    let px = move |pick: fn((f64, f64)) -> f64| (pick(studio.size.get()) * scale.get()).to_string();
    let boxes = move || {
        studio.laid_out.track();
        let draw = |d: &crate::document::Document| {
            let mut path = String::new();
            for rect in &d.layout().boxes {
                let _ =
                    write!(path, "M{} {}h{}v{}h-{}z", rect.x, rect.y, rect.width, rect.height, rect.width);
            }
            path
        };
        studio.read(draw).unwrap_or_default()
    };
    let frame =
        move |pick: fn((f64, f64, f64, f64)) -> f64| live(move || pick(studio.graph.frame.get()).to_string());
    let held = RwSignal::new(false);
    let go = move |event: &PointerEvent| {
        if let Some((x, y)) = browser::place_in(MAP, event) {
            studio.center(x / scale.get_untracked(), y / scale.get_untracked());
        }
    };
    browser::after_frame(move || studio.note_frame());
    view! {
        <svg
            id=MAP class="minimap" aria-hidden="true" width=live(move || px(|s| s.0)) height=live(move || px(|s| s.1))
            viewBox=live(move || format!("0 0 {} {}", studio.size.get().0, studio.size.get().1))
            on:pointerdown=move |event: PointerEvent| { browser::capture(&event); held.set(true); go(&event) }
            on:pointermove=move |event: PointerEvent| if held.get_untracked() { go(&event) }
            on:pointerup=move |_| held.set(false)
            on:pointercancel=move |_| held.set(false)
        >
            <path class="boxes" d=live(boxes)></path>
            <rect class="frame" x=frame(|f| f.0) y=frame(|f| f.1) width=frame(|f| f.2) height=frame(|f| f.3)></rect>
        </svg>
    }
}
