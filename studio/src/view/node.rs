//! A unit's box. It only shows: what pointers and keys do with it is in `graph.rs`, for all boxes together.

use super::live;
use crate::app::NodeSignal;
use crate::face::{Mark, class, face, label, node_id};
use crate::scene::{Node, status_word};
use leptos::prelude::*;
use specfuse_core::layout::Rect;

/// The box. Whatever changes of it, its elements stay and get what differs: one thing to follow for each box, not
/// one for each attribute, is what lets hundreds appear at once.
pub fn node(signals: &NodeSignal) -> impl IntoView {
    let NodeSignal { node, rect, mark, .. } = signals.clone();
    live(move || node.with(|node| drawn(node, rect.get(), mark.get()).into_any()))
}

fn drawn(node: &Node, rect: Rect, mark: Mark) -> impl IntoView {
    view! {
        <div
            class=class(node, mark) data-status=status_word(node.status)
            style:left=format!("{}px", rect.x) style:top=format!("{}px", rect.y)
        >
            <button
                class="face" id=node_id(node.unit)
                aria-label=label(node, mark)
                aria-pressed=mark.selected.to_string()
                inner_html=face(node)
            ></button>
            {wave(mark.wave).into_any()}
            <span class="handle" id=format!("grip-{}", node.unit) aria-hidden="true"
                title="Drag to the unit that should wait for this one"></span>
        </div>
    }
}

fn wave(wave: usize) -> Option<AnyView> {
    (wave > 0)
        .then(|| view! { <span class="wave" aria-hidden="true">{format!("Wave {wave}")}</span> }.into_any())
}
