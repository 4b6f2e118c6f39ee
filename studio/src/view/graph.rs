//! The graph: gates as bands, units as boxes that are buttons, dependencies as lines below them.
//! It scrolls as any page does; zooming scales it.

use super::{Item, button, list, live};
use crate::action::Action;
use crate::app::{Dialog, NodeSignal, Studio, Target};
use crate::browser;
use crate::gates::Ask;
use crate::scene::{Band, Line, Node, status_word};
use leptos::ev::{MouseEvent, PointerEvent, WheelEvent};
use leptos::prelude::*;
use specfuse_core::layout::Rect;

/// The element that scrolls.
pub const CANVAS: &str = "canvas";
const STAGE: &str = "stage";

/// The id of a unit's box.
pub fn node_id(unit: usize) -> String {
    format!("unit-{unit}")
}

/// The unit of a box's id.
pub fn unit_of_id(id: &str) -> Option<usize> {
    id.strip_prefix("unit-")?.parse().ok()
}

/// The end of a dependency that is being dragged, in the picture's units.
type Drag = RwSignal<Option<(usize, f64, f64)>>;

/// The graph's panel.
pub fn graph(studio: Studio) -> impl IntoView {
    let drag: Drag = RwSignal::new(None);
    let grab = RwSignal::new(None::<(i32, i32)>);
    let size = studio.size;
    let px = move |pick: fn((f64, f64)) -> f64| format!("{}px", pick(size.get()) * studio.zoom.get());
    let wheel = move |event: WheelEvent| {
        if event.ctrl_key() {
            event.prevent_default();
            studio.zoom_by((-event.delta_y() / 300.0).exp());
        }
    };
    let band = move |band: Band| Item {
        key: band_key(&band),
        view: live(move || band_view(studio, &band).into_any()),
    };
    let node = move |node: NodeSignal| Item {
        key: node.key.clone(),
        view: live(move || node_view(studio, &node, drag).into_any()),
    };
    view! {
        <section class="graph" class:connecting=live(move || studio.connecting.get().is_some()) aria-label="Graph">
            {tools(studio).into_any()}
            <div
                id=CANVAS class="canvas" tabindex="-1"
                on:wheel=wheel
                on:pointerdown=move |event: PointerEvent| grab_canvas(&event, grab)
                on:pointermove=move |event: PointerEvent| drag_canvas(&event, grab)
                on:pointerup=move |_| grab.set(None)
                on:pointercancel=move |_| grab.set(None)
            >
                <div class="extent" style:width=live(move || px(|s| s.0)) style:height=live(move || px(|s| s.1))>
                    <div id=STAGE class="stage" style:transform=live(move || format!("scale({})", studio.zoom.get()))>
                        {list(live(move || studio.bands.get().into_iter().map(band).collect()))}
                        {lines(studio, drag).into_any()}
                        {list(live(move || studio.nodes.get().into_iter().map(node).collect()))}
                    </div>
                </div>
            </div>
        </section>
    }
}

fn tools(studio: Studio) -> impl IntoView {
    view! {
        <div class="tools" role="toolbar" aria-label="Graph">
            {button(studio, Action::AddUnit, "+ Unit", "")}
            <button
                title=Action::Connect.hint() disabled=live(move || !studio.can(Action::Connect))
                aria-pressed=live(move || studio.connecting.get().is_some().to_string())
                on:click=move |_| studio.toggle_connect()
            >"Connect"</button>
            <span class="gap"></span>
            {button(studio, Action::ZoomOut, "−", "square")}
            <output class="zoom" aria-label="Zoom">{live(move || format!("{:.0} %", studio.zoom.get() * 100.0))}</output>
            {button(studio, Action::ZoomIn, "+", "square")}
            {button(studio, Action::Fit, "Fit", "")}
            {button(studio, Action::Outline, "Outline", "")}
        </div>
    }
}

fn grab_canvas(event: &PointerEvent, grab: RwSignal<Option<(i32, i32)>>) {
    let background = browser::id_under(event).is_some_and(|id| id == CANVAS || id == STAGE);
    if event.pointer_type() == "mouse" && event.button() == 0 && background {
        browser::capture(event);
        grab.set(Some((event.client_x(), event.client_y())));
    }
}

fn drag_canvas(event: &PointerEvent, grab: RwSignal<Option<(i32, i32)>>) {
    if let Some((x, y)) = grab.get_untracked() {
        browser::scroll_by(CANVAS, f64::from(x - event.client_x()), f64::from(y - event.client_y()));
        grab.set(Some((event.client_x(), event.client_y())));
    }
}

fn band_key(band: &Band) -> String {
    format!("{band:?}")
}

fn band_view(studio: Studio, band: &Band) -> impl IntoView {
    let (number, rect) = (band.number, band.rect);
    let file = move |_| {
        let path = studio.read(|d| {
            let feature = d.feature();
            feature.gates.get(feature.find_gate(number)?)?.path.clone().ok()
        });
        if let Some(path) = path.flatten() {
            studio.target.set(Some(Target::File(path)));
        }
    };
    let review = (band.drafts > 0).then(|| {
        let words = if band.drafts == 1 { "Review 1 draft".to_owned() } else { format!("Review {} drafts", band.drafts) };
        view! { <button class="quiet" on:click=move |_| studio.ask(Ask::Arm(number)) title="Look at the draft of this gate, and arm it">{words}</button> }
    });
    let empty = band.empty.then(|| {
        view! { <p class="undrafted">"Not drafted yet. Add a unit, or let the gate before it draft this one."</p> }
    });
    view! {
        <section
            class="band" aria-label=band.name.clone()
            style:left=format!("{}px", rect.x) style:top=format!("{}px", rect.y)
            style:width=format!("{}px", rect.width) style:height=format!("{}px", rect.height)
        >
            <div class="band-title">
                <button class="band-name" on:click=file title="Show the gate's file">{band.name.clone()}</button>
                <span class="band-status" data-status=band.status.clone()>{band.status.clone()}</span>
                <span class="band-cost">{band.cost.clone()}</span>
                {review}
                <button class="quiet" on:click=move |_| studio.dialog.set(Some(Dialog::AddUnit(number))) aria-label=format!("Add a unit to gate {number}")>
                    "+ Unit"
                </button>
            </div>
            {empty}
        </section>
    }
}

fn lines(studio: Studio, drag: Drag) -> impl IntoView {
    let chosen = move || match studio.target.get() {
        Some(Target::Unit(unit)) => {
            studio.read(|d| d.feature().units.get(unit).map(|u| u.id().to_owned())).flatten()
        }
        _ => None,
    };
    let chosen = Memo::new(move |_| chosen());
    let draw = move |line: &Line| {
        let Line { from, to, path } = line.clone();
        let near = live(move || chosen.with(|id| id.as_deref().is_some_and(|id| id == from || id == to)));
        view! { <path d=path class="line" class:near=near marker-end="url(#arrow)"></path> }.into_any()
    };
    let line = move |line: Line| Item {
        key: format!("{} {} {}", line.from, line.to, line.path),
        view: live(move || draw(&line)),
    };
    let dragged = move || {
        let (unit, x, y) = drag.get()?;
        let rect = studio.read(|d| d.layout().boxes.get(unit).copied()).flatten()?;
        Some(format!("M{} {}L{x} {y}", rect.right(), rect.y + rect.height / 2.0))
    };
    view! {
        <svg class="lines" aria-hidden="true" width=live(move || studio.size.get().0.to_string()) height=live(move || studio.size.get().1.to_string())>
            <defs>
                <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">
                    <path d="M0 0.5 7.5 4 0 7.5z"></path>
                </marker>
            </defs>
            {list(live(move || studio.lines.get().into_iter().map(line).collect()))}
            <path class="line dragged" d=live(move || dragged().unwrap_or_default())></path>
        </svg>
    }
}

fn node_view(studio: Studio, signal: &NodeSignal, drag: Drag) -> impl IntoView {
    let node = RwSignal::from(signal.node.clone());
    let text = move |read: fn(&Node) -> String| live(move || node.with(read));
    let place = move |read: fn(&Rect) -> f64| live(move || format!("{}px", node.with(|n| read(&n.rect))));
    let unit = move || node.with(|n| n.unit);
    let selected = move || studio.target.get() == Some(Target::Unit(unit()));
    let source = move || studio.connecting.get() == Some(unit());
    view! {
        <div
            class="node" class:running=live(move || node.with(|n| n.running)) class:closing=live(move || node.with(|n| n.closing)) class:selected=live(selected) class:source=live(source)
            data-status=text(status)
            style:left=place(|r| r.x) style:top=place(|r| r.y)
            style:width=place(|r| r.width) style:height=place(|r| r.height)
        >
            <button
                class="face" id=live(move || node_id(unit())) aria-label=text(label)
                aria-pressed=live(move || selected().to_string())
                on:click=move |_: MouseEvent| studio.pick(node.with_untracked(|n| n.unit))
            >
                <span class="row">
                    <span class="short">{text(|n| n.short.clone())}</span>
                    <span class="status">{text(status)}</span>
                </span>
                <span class="title">{text(|n| n.title.clone())}</span>
                <span class="row small">
                    <span class="kind">{text(|n| if n.attempts.is_empty() { n.kind.clone() } else { n.attempts.clone() })}</span>
                    <span class="cost">{text(|n| n.cost.clone())}</span>
                </span>
            </button>
            {live(move || badge(node.with(|n| n.counts)).into_any())}
            {handle(studio, node, drag).into_any()}
        </div>
    }
}

/// The grip on a box's right edge: drag it to the unit that should wait.
fn handle(studio: Studio, node: RwSignal<Node>, drag: Drag) -> impl IntoView {
    let here = move |event: &PointerEvent| {
        let (x, y) = browser::place_in(STAGE, event)?;
        let zoom = studio.zoom.get_untracked();
        Some((x / zoom, y / zoom))
    };
    let down = move |event: PointerEvent| {
        // The canvas would take it for the begin of a pan.
        event.stop_propagation();
        browser::capture(&event);
        let unit = node.with_untracked(|n| n.unit);
        drag.set(here(&event).map(|(x, y)| (unit, x, y)));
    };
    let moved = move |event: PointerEvent| {
        if let (Some((unit, ..)), Some((x, y))) = (drag.get_untracked(), here(&event)) {
            drag.set(Some((unit, x, y)));
        }
    };
    let up = move |event: PointerEvent| {
        let from = drag.get_untracked();
        drag.set(None);
        let then = browser::id_under(&event).and_then(|id| unit_of_id(&id));
        if let (Some((first, ..)), Some(then)) = (from, then) {
            studio.connect(first, then);
        }
    };
    view! {
        <span
            class="handle" aria-hidden="true" title="Drag to the unit that should wait for this one"
            on:pointerdown=down on:pointermove=moved on:pointerup=up on:pointercancel=move |_| drag.set(None)
        ></span>
    }
}

fn badge(counts: crate::document::Counts) -> impl IntoView {
    let class = match counts {
        c if c.errors > 0 => "badge error",
        c if c.warnings > 0 => "badge warning",
        _ => "badge info",
    };
    let shown = if counts.errors > 0 {
        counts.errors
    } else if counts.warnings > 0 {
        counts.warnings
    } else {
        counts.infos
    };
    let mark = if counts.errors > 0 {
        "✕"
    } else if counts.warnings > 0 {
        "!"
    } else {
        "i"
    };
    (counts.total() > 0).then(|| {
        view! { <span class=class title=crate::problems::summary(counts) aria-hidden="true">{format!("{mark} {shown}")}</span> }
    })
}

fn status(node: &Node) -> String {
    status_word(node.status)
}

fn label(node: &Node) -> String {
    let more = |text: &String| if text.is_empty() { String::new() } else { format!(", {text}") };
    let more = more(&node.attempts) + &more(&node.cost);
    let problems = crate::problems::summary(node.counts);
    format!("{}: {}, {}, {}{more}, {problems}", node.short, status(node), node.title, node.kind)
}
