//! A unit's box. It only shows: what pointers and keys do with it is in `graph.rs`, for all boxes together.

use super::live;
use crate::app::NodeSignal;
use crate::app::graph::Mark;
use crate::document::Counts;
use crate::problems::summary;
use crate::scene::{Node, status_word};
use leptos::prelude::*;

/// The id of a unit's box.
pub fn node_id(unit: usize) -> String {
    format!("unit-{unit}")
}

/// The unit of a box's id.
pub fn unit_of_id(id: &str) -> Option<usize> {
    id.strip_prefix("unit-")?.parse().ok()
}

/// The unit of the id of a box's grip.
pub fn unit_of_grip(id: &str) -> Option<usize> {
    id.strip_prefix("grip-")?.parse().ok()
}

/// The box.
pub fn node(signals: &NodeSignal) -> impl IntoView {
    let node = RwSignal::from(signals.node.clone());
    let (rect, mark) = (RwSignal::from(signals.rect.clone()), RwSignal::from(signals.mark.clone()));
    let unit = Memo::new(move |_| node.with(|n| n.unit));
    let class = live(move || class(node.with(|n| (n.closing, n.running)), mark.get()));
    view! {
        <div
            class=class data-status=live(move || node.with(|n| status_word(n.status)))
            style:left=live(move || format!("{}px", rect.get().x)) style:top=live(move || format!("{}px", rect.get().y))
        >
            <button
                class="face" id=live(move || node_id(unit.get()))
                aria-label=live(move || label(&node.get(), mark.get()))
                aria-pressed=live(move || mark.get().selected.to_string())
            >{live(move || face(&node.get()).into_any())}</button>
            {live(move || wave(mark.get().wave).into_any())}
            <span class="handle" id=live(move || format!("grip-{}", unit.get())) aria-hidden="true"
                title="Drag to the unit that should wait for this one"></span>
        </div>
    }
}

fn class((closing, running): (bool, bool), mark: Mark) -> String {
    let words = [
        (closing, " closing"),
        (running, " running"),
        (mark.selected, " selected"),
        (mark.primary, " primary"),
        (mark.source, " source"),
        (mark.dim, " dim"),
        (mark.critical, " critical"),
    ];
    let mut class = "node".to_owned();
    words.into_iter().filter(|(is, _)| *is).for_each(|(_, word)| class.push_str(word));
    class
}

/// What a box shows, in the order of its [`label`]; spaces part the words for those who hear them.
fn face(node: &Node) -> impl IntoView {
    view! {
        <span class="row">
            <span class="short">{node.short.clone()}</span>" "
            {badge(node.counts)}
            <span class="status">{status_word(node.status)}</span>
        </span>" "
        <span class="title" title=node.title.clone()>{node.title.clone()}</span>" "
        <span class="row small">
            <span class="kind">{kind(node)}</span>" "
            <span class="cost">{node.cost.clone()}</span>
        </span>
    }
}

/// What a unit is, or what it has been through once it was tried.
fn kind(node: &Node) -> String {
    if node.attempts.is_empty() { node.kind.clone() } else { node.attempts.clone() }
}

fn wave(wave: usize) -> Option<AnyView> {
    (wave > 0)
        .then(|| view! { <span class="wave" aria-hidden="true">{format!("Wave {wave}")}</span> }.into_any())
}

fn badge(counts: Counts) -> Option<AnyView> {
    let (class, mark, shown) = match counts {
        c if c.errors > 0 => ("badge error", "✕", c.errors),
        c if c.warnings > 0 => ("badge warning", "!", c.warnings),
        c => ("badge info", "i", c.infos),
    };
    let count = format!("{mark} {shown}");
    let badge =
        || view! { <span class=class data-glyph=count title=summary(counts) aria-hidden="true"></span> };
    (counts.total() > 0).then(|| badge().into_any())
}

/// The name of a box: what it shows, then what its colours and marks say.
fn label(node: &Node, mark: Mark) -> String {
    let mut parts = vec![
        format!("{}: {}", node.short, status_word(node.status)),
        node.title.clone(),
        kind(node),
        node.cost.clone(),
        summary(node.counts),
    ];
    if !node.attempts.is_empty() {
        parts.push(node.kind.clone());
    }
    if mark.critical {
        parts.push("on the critical path".to_owned());
    }
    if mark.wave > 0 {
        parts.push(format!("wave {}", mark.wave));
    }
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}
