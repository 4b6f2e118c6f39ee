//! A list of what can be done: with the selection, with a gate, with the picture.

use crate::action::{Action, shown};
use crate::app::{Menu, Studio, Target};
use crate::text::capital;
use leptos::prelude::*;

const EDGE: &[Action] = &[Action::Disconnect, Action::NextEdge];
const UNITS: &[Action] = &[
    Action::Rename,
    Action::Connect,
    Action::ConnectTo,
    Action::Disconnect,
    Action::NextEdge,
    Action::Duplicate,
    Action::Copy,
    Action::Cut,
    Action::Paste,
    Action::MoveForward,
    Action::MoveBack,
    Action::MoveUp,
    Action::MoveDown,
    Action::Upstream,
    Action::Downstream,
    Action::ZoomSelection,
    Action::Delete,
    Action::DeleteReconnect,
];
/// Of these, the ones that are about one unit.
const ONE: &[Action] = &[Action::Rename, Action::NextEdge];
const GATE: &[Action] =
    &[Action::AddUnit, Action::Paste, Action::GateUp, Action::GateDown, Action::AddGate, Action::DeleteGate];
const PICTURE: &[Action] = &[Action::SaveSvg, Action::SavePng, Action::SaveMermaid, Action::CopyMermaid];

/// What it is about.
pub fn title(studio: Studio, menu: Menu) -> String {
    match menu {
        Menu::Picture => "The graph as a picture or text".to_owned(),
        Menu::Gate => untrack(|| studio.gate()).map_or_else(String::new, |gate| format!("Gate {gate}")),
        Menu::Selection => selected(studio),
    }
}

fn selected(studio: Studio) -> String {
    let selection = studio.graph.selection.get_untracked();
    let name = |unit: usize| {
        studio
            .read(|d| d.feature().units.get(unit).map(|u| u.short_id().to_owned()))
            .flatten()
            .unwrap_or_default()
    };
    match (selection.edge(), selection.units().len(), selection.primary()) {
        (Some((first, then)), ..) => format!("{} waits for {}", name(then), name(first)),
        (None, 1, Some(unit)) => name(unit),
        (None, many, _) => format!("{many} units"),
    }
}

/// Its actions; those that make no sense now are left out.
pub fn menu(studio: Studio, menu: Menu) -> impl IntoView {
    let selection = studio.graph.selection.get_untracked();
    let actions = match menu {
        Menu::Picture => PICTURE,
        Menu::Gate => GATE,
        Menu::Selection if selection.edge().is_some() => EDGE,
        Menu::Selection => UNITS,
    };
    let item = |action: &Action| {
        let (action, entry) = (*action, action.entry());
        let choose = move |_| {
            studio.dialog.set(None);
            studio.run(action);
            studio.focus_shown();
        };
        let key = entry.keys.first().map(|key| view! { <kbd>{shown(key)}</kbd> });
        view! { <li><button type="button" on:click=choose><span>{entry.title}</span>{key}</button></li> }
            .into_any()
    };
    let many = selection.units().len() > 1;
    let fits = |action: Action| !(many && ONE.contains(&action)) && untrack(|| studio.can(action));
    let usable: Vec<AnyView> = actions.iter().filter(|action| fits(**action)).map(item).collect();
    let why = studio.read(|document| document.refuse_if_locked().err()).flatten();
    let nothing = why.filter(|_| usable.is_empty()).map(|why| {
        view! { <p>{capital(&format!("{why}."))}</p> }
    });
    view! {
        {nothing}
        <ul>{usable}</ul>
        <form method="dialog" class="buttons"><button>"Close"</button></form>
    }
}

/// Shows what can be done with a gate.
pub fn open_gate(studio: Studio, number: u32) {
    let path = studio.read(|d| {
        let feature = d.feature();
        feature.gates.get(feature.find_gate(number)?)?.path.clone().ok()
    });
    if let Some(path) = path.flatten() {
        studio.target.set(Some(Target::File(path)));
        studio.dialog.set(Some(crate::app::Dialog::Menu(Menu::Gate)));
    }
}
