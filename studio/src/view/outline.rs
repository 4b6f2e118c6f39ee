//! The outline: the graph's words in order, in its place.

use super::{button, live};
use crate::action::Action;
use crate::app::{Studio, Target};
use crate::outline::{Gate, Row, outline};
use leptos::prelude::*;

/// The id of what holds all rows.
pub const OUTLINE: &str = "outline";

/// The id of a unit's row.
pub fn row_id(unit: usize) -> String {
    format!("row-{unit}")
}

/// The unit of a row's id.
pub fn unit_of_row(id: &str) -> Option<usize> {
    id.strip_prefix("row-")?.parse().ok()
}

/// The outline's panel.
pub fn outline_panel(studio: Studio) -> impl IntoView {
    let gates = Memo::new(move |_| {
        studio.version.track();
        studio.read(outline).unwrap_or_default()
    });
    view! {
        <section class="graph" class:connecting=live(move || studio.graph.connecting.get().is_some()) aria-label="Outline">
            <div class="tools" role="toolbar" aria-label="Outline">
                {button(studio, Action::AddUnit, "+ Unit", "")}
                {button(studio, Action::Connect, "Connect", "")}
                <span class="gap"></span>
                {button(studio, Action::Outline, "Graph", "")}
            </div>
            <div id=OUTLINE class="outline" tabindex="-1">
                {live(move || gates.with(Vec::is_empty).then(|| super::no_gates(studio)).into_any())}
                {live(move || gates.get().into_iter().map(|g| gate(studio, g).into_any()).collect::<Vec<_>>().into_any())}
            </div>
        </section>
    }
}

fn gate(studio: Studio, gate: Gate) -> impl IntoView {
    let id = format!("outline-{}", gate.number);
    let nothing = gate.units.is_empty().then(|| view! { <p class="empty">"Not drafted yet."</p> });
    view! {
        <section aria-labelledby=id.clone()>
            <h2 id=id.clone()>{format!("Gate {}", gate.number)}<span class="band-status" data-status=gate.status.clone()>{gate.status.clone()}</span></h2>
            {nothing}
            <ol>{gate.units.into_iter().map(|unit| row(studio, unit).into_any()).collect::<Vec<_>>()}</ol>
        </section>
    }
}

fn row(studio: Studio, row: Row) -> impl IntoView {
    let unit = row.unit;
    let current = move || (studio.target.get() == Some(Target::Unit(unit))).then_some("true");
    view! {
        <li class="outline-unit" data-status=row.status>
            <button
                class="outline-row" id=row_id(unit) aria-current=live(current)
                on:click=move |_| studio.pick(unit, false)
            >
                <span class="short">{row.short}</span>
                <span class="title">{row.title}</span>
                <span class="facts status">{row.facts}</span>
                <span class="edges">{row.edges}</span>
            </button>
        </li>
    }
}
