//! The graph: gates as bands, units as boxes that are buttons, dependencies as lines below them.
//! It scrolls as any page does; zooming scales it. Pointers are followed here, for all of it at once.

use super::{Item, button, list, live};
use crate::action::Action;
use crate::app::graph::{Drag, Highlight};
use crate::app::{Dialog, Menu, NodeSignal, Studio, Target};
use crate::browser;
use crate::face::{unit_of_grip, unit_of_id};
use crate::gates::Ask;
use crate::geometry::{HARDLY, across, has_moved, touched};
use crate::scene::Band;
use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent, TouchEvent, WheelEvent};
use leptos::prelude::*;
use specfuse_core::layout::{Point, Rect};
use std::collections::BTreeSet;

/// The element that scrolls.
pub const CANVAS: &str = "canvas";
/// The picture in it.
pub const STAGE: &str = "stage";
/// Below this size nobody can read more of a box than its id.
const FAR: f64 = 0.35;

/// The graph's panel.
pub fn graph(studio: Studio) -> impl IntoView {
    let (size, state) = (studio.size, studio.graph);
    let px = move |pick: fn((f64, f64)) -> f64| format!("{}px", pick(size.get()) * state.zoom.get());
    let space = RwSignal::new(false);
    let fingers = RwSignal::new(None::<f64>);
    let wheel = move |event: WheelEvent| {
        if event.ctrl_key() {
            event.prevent_default();
            studio.zoom_by((-event.delta_y() / 300.0).exp(), browser::place_in(CANVAS, &event));
        }
    };
    let hold = move |event: KeyboardEvent| {
        if event.key() == " " {
            space.set(true);
            // On a box it selects; on the ground it would scroll.
            if browser::id_of(&event).as_deref() == Some(CANVAS) {
                event.prevent_default();
            }
        }
    };
    let touch = move |event: TouchEvent| pinch(studio, &event, fingers);
    let band = move |band: Band| Item {
        key: band_key(&band),
        view: live(move || band_view(studio, &band).into_any()),
    };
    let node = move |node: NodeSignal| Item {
        key: node.key.clone(),
        view: live(move || super::node::node(&node).into_any()),
    };
    let menu = move |event: MouseEvent| {
        if let Some(unit) = browser::id_of(&event).and_then(|id| unit_of_id(&id)) {
            event.prevent_default();
            if !state.selection.with_untracked(|s| s.units().contains(&unit)) {
                studio.target.set(Some(Target::Unit(unit)));
            }
            studio.dialog.set(Some(Dialog::Menu(Menu::Selection)));
        }
    };
    view! {
        <section
            class="graph" class:connecting=live(move || state.connecting.get().is_some()) class:panning=live(move || space.get())
            aria-label="Graph"
            on:keydown=hold
            on:keyup=move |event| if event.key() == " " { space.set(false) }
            on:focusout=move |_| space.set(false)
        >
            {tools(studio).into_any()}
            {super::find::find(studio).into_any()}
            <div class="canvas-frame">
                <div
                    id=CANVAS class="canvas" tabindex="-1"
                    on:wheel=wheel
                    on:scroll=move |_| studio.note_frame()
                    on:touchstart=touch on:touchmove=touch on:touchend=touch
                    on:pointerdown=move |event: PointerEvent| down(studio, &event, space.get_untracked())
                    on:pointermove=move |event: PointerEvent| moved(studio, &event)
                    on:pointerup=move |event: PointerEvent| up(studio, &event)
                    on:pointercancel=move |_| state.drag.set(None)
                    on:click=move |event: MouseEvent| click(studio, &event)
                    on:contextmenu=menu
                >
                    {live(move || studio.bands.with(Vec::is_empty).then(|| super::no_gates(studio)).into_any())}
                    <div class="extent" style:--picture=live(move || px(|s| s.0)) style:width=live(move || px(|s| s.0)) style:height=live(move || px(|s| s.1))>
                        <div
                            id=STAGE class="stage" class:far=live(move || state.zoom.get() < FAR)
                            style:transform=live(move || format!("scale({})", state.zoom.get()))
                        >
                            {list(live(move || studio.bands.get().into_iter().map(band).collect()))}
                            {live(move || drop_band(studio).into_any())}
                            {super::lines::lines(studio).into_any()}
                            {list(live(move || if studio.is_placed.get() { studio.nodes.get().into_iter().map(node).collect() } else { Vec::new() }))}
                        </div>
                    </div>
                </div>
                {live(move || studio.settled.get().then(|| super::minimap::minimap(studio)).into_any())}
            </div>
        </section>
    }
}

fn tools(studio: Studio) -> impl IntoView {
    let toggle = move |action: Action, words: &'static str, on: fn(Studio) -> bool| {
        view! {
            <button
                title=action.hint() disabled=live(move || !studio.can(action))
                aria-pressed=live(move || on(studio).to_string())
                on:click=move |_| { studio.run(action); }
            >{words}</button>
        }
        .into_any()
    };
    view! {
        <div class="tools" role="toolbar" aria-label="Graph">
            {button(studio, Action::AddUnit, "+ Unit", "")}
            {toggle(Action::Connect, "Connect", |s| s.graph.connecting.get().is_some())}
            <span class="rule-line"></span>
            {toggle(Action::Find, "Find", |s| s.graph.finding.get())}
            {toggle(Action::CriticalPath, "Critical path", |s| s.graph.highlight.get() == Some(Highlight::CriticalPath))}
            {toggle(Action::Waves, "Waves", |s| s.graph.highlight.get() == Some(Highlight::Waves))}
            <span class="gap"></span>
            {button(studio, Action::Tidy, "Tidy", "")}
            {button(studio, Action::Picture, "Picture …", "")}
            <span class="rule-line"></span>
            {button(studio, Action::ZoomOut, "−", "square")}
            <output class="zoom" aria-label="Zoom">{live(move || format!("{:.0} %", studio.graph.zoom.get() * 100.0))}</output>
            {button(studio, Action::ZoomIn, "+", "square")}
            {button(studio, Action::Fit, "Fit", "")}
            {button(studio, Action::Outline, "Outline", "")}
        </div>
    }
}

/// Where an event is in the picture.
fn place(studio: Studio, event: &MouseEvent) -> Option<Point> {
    let (x, y) = browser::place_in(STAGE, event)?;
    let zoom = studio.graph.zoom.get_untracked();
    Some(Point { x: x / zoom, y: y / zoom })
}

/// The units that move when the box of `unit` is dragged: all that are selected, or this one.
pub fn dragged(studio: Studio, unit: usize) -> BTreeSet<usize> {
    let chosen = studio.graph.selection.with_untracked(|selection| selection.units().clone());
    if chosen.contains(&unit) { chosen } else { BTreeSet::from([unit]) }
}

fn down(studio: Studio, event: &PointerEvent, space: bool) {
    let (Some(at), Some(id)) = (place(studio, event), browser::id_of(event)) else { return };
    let mouse = event.pointer_type() == "mouse" || event.pointer_type() == "pen";
    let pan = Drag::Pan(event.client_x(), event.client_y());
    let background = is_background(event, &id);
    let drag = match event.button() {
        1 => Some(pan),
        0 if space => Some(pan),
        0 => match (unit_of_grip(&id), unit_of_id(&id)) {
            (Some(unit), _) => Some(Drag::Line(unit, at)),
            (None, Some(unit)) if mouse => Some(Drag::Box(unit, at, at)),
            (None, None) if mouse && background && event.shift_key() => Some(Drag::Marquee(at, at)),
            (None, None) if mouse && background => Some(pan),
            _ => None,
        },
        _ => None,
    };
    // A press on a box becomes a drag only when it moves: until then its click must reach it.
    if drag.is_some() && !matches!(drag, Some(Drag::Box(..))) {
        browser::capture(event);
    }
    // What begins beside a box would select text, or scroll by itself.
    if event.button() == 1 || space || matches!(drag, Some(Drag::Marquee(..) | Drag::Line(..))) {
        event.prevent_default();
    }
    studio.graph.pressed.set((event.client_x(), event.client_y()));
    studio.graph.drag.set(drag);
}

fn moved(studio: Studio, event: &PointerEvent) {
    let Some(drag) = studio.graph.drag.get_untracked() else { return };
    let Some(at) = place(studio, event) else { return };
    let zoom = studio.graph.zoom.get_untracked();
    let next = match drag {
        Drag::Pan(x, y) => {
            browser::scroll_by(CANVAS, f64::from(x - event.client_x()), f64::from(y - event.client_y()));
            Drag::Pan(event.client_x(), event.client_y())
        }
        Drag::Marquee(from, _) => Drag::Marquee(from, at),
        Drag::Line(unit, _) => Drag::Line(unit, at),
        Drag::Box(unit, from, to) => {
            if has_moved(from, at, zoom) && !has_moved(from, to, zoom) {
                browser::capture(event);
            }
            Drag::Box(unit, from, at)
        }
    };
    studio.graph.drag.set(Some(next));
}

fn up(studio: Studio, event: &PointerEvent) {
    let drag = studio.graph.drag.get_untracked();
    studio.graph.drag.set(None);
    match drag {
        Some(Drag::Line(first, _)) => {
            if let Some(then) = browser::id_under(event).and_then(|id| unit_of_id(&id)) {
                studio.connect(&BTreeSet::from([first]), &BTreeSet::from([then]));
            }
        }
        Some(Drag::Marquee(from, to)) => {
            let units = studio.read(|d| touched(&d.layout().boxes, &across(from, to)));
            studio.pick_all(units.unwrap_or_default(), true);
        }
        Some(Drag::Box(unit, from, to))
            if has_moved(from, to, studio.graph.zoom.get_untracked()) && browser::is_over(CANVAS, event) =>
        {
            let units = dragged(studio, unit);
            match (studio.place_in_plan(&units, unit, from, to), band_at(studio, to)) {
                (Some(place), _) => studio.put_in_plan(&units, place),
                (None, Some(band)) => studio.move_to(&units, band.number),
                (None, None) => {}
            }
        }
        _ => {}
    }
}

fn click(studio: Studio, event: &MouseEvent) {
    let id = browser::id_of(event).unwrap_or_default();
    let add = event.shift_key() || event.ctrl_key() || event.meta_key();
    match unit_of_id(&id) {
        Some(unit) => studio.pick(unit, add),
        None if is_background(event, &id) && !add && !has_dragged(studio, event) => {
            match place(studio, event).and_then(|at| studio.edge_at(at)) {
                Some(edge) => studio.pick_edge(edge),
                None => studio.target.set(None),
            }
        }
        None => {}
    }
}

/// Whether an event came from beside the boxes, and from none of a band's buttons.
fn is_background(event: &MouseEvent, id: &str) -> bool {
    (id == CANVAS || id == STAGE) && !browser::is_on_control(event)
}

/// Whether a click ends a drag.
fn has_dragged(studio: Studio, event: &MouseEvent) -> bool {
    let (x, y) = studio.graph.pressed.get_untracked();
    f64::from(x - event.client_x()).hypot(f64::from(y - event.client_y())) > HARDLY
}

fn pinch(studio: Studio, event: &TouchEvent, fingers: RwSignal<Option<f64>>) {
    match browser::pinch(CANVAS, event) {
        Some((apart, middle)) => {
            if event.cancelable() {
                event.prevent_default();
            }
            if let Some(before) = fingers.get_untracked().filter(|before| *before > 0.0) {
                studio.zoom_by(apart / before, Some(middle));
            }
            fingers.set(Some(apart));
        }
        None => fingers.set(None),
    }
}

/// The band at a height of the picture.
fn band_at(studio: Studio, at: Point) -> Option<Band> {
    let inside = |band: &&Band| at.y >= band.rect.y && at.y < band.rect.bottom();
    studio.bands.with_untracked(|bands| bands.iter().find(inside).cloned())
}

/// The band that dragged boxes would move to.
fn drop_band(studio: Studio) -> Option<AnyView> {
    let Some(Drag::Box(unit, from, to)) = studio.graph.drag.get() else { return None };
    let rect = has_moved(from, to, studio.graph.zoom.get_untracked()).then(|| band_at(studio, to))??.rect;
    let line = studio.place_in_plan(&dragged(studio, unit), unit, from, to).map(|place| place.line);
    let (rect, class) = line.map_or((rect, "drop"), |line| (line, "drop between"));
    let px = |value: f64| format!("{value}px");
    let view = view! {
        <div class=class style:left=px(rect.x) style:top=px(rect.y) style:width=px(rect.width) style:height=px(rect.height)></div>
    };
    Some(view.into_any())
}

fn band_key(band: &Band) -> String {
    let Rect { x, y, width, height } = band.rect;
    let places = [x, y, width, height].map(|value| format!(" {value}")).concat();
    let flags = [band.over, band.empty].map(|flag| if flag { " y" } else { " n" }).concat();
    let drafts = format!(" {}", band.drafts);
    [band.name.as_str(), &band.status, &band.cost, &drafts, &flags, &places].concat()
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
    let over = if band.over { "More is planned than the budget allows" } else { "Planned, of the budget" };
    view! {
        <section
            class="band" class:undrafted-band=band.empty aria-label=band.name.clone() data-status=band.status.clone()
            style:left=format!("{}px", rect.x) style:top=format!("{}px", rect.y)
            style:width=format!("{}px", rect.width) style:height=format!("{}px", rect.height)
        >
            <div class="band-title">
                <button class="band-name" on:click=file title="Show the gate's file">{band.name.clone()}</button>
                <span class="band-status" data-status=band.status.clone()>{band.status.clone()}</span>
                <span class="band-cost" class:over=band.over title=over>{band.cost.clone()}</span>
                {review}
                <button class="quiet" on:click=move |_| studio.begin_add_to(number) aria-label=format!("Add a unit to gate {number}")>
                    "+ Unit"
                </button>
                <button class="quiet" on:click=move |_| super::menu::open_gate(studio, number) title="What can be done with this gate" aria-label=format!("What can be done with gate {number}")>
                    "⋯"
                </button>
            </div>
            {empty}
        </section>
    }
}
