//! Views draw, nothing else: they read the studio's signals and send actions back.

pub mod add;
pub mod bar;
pub mod decide;
pub mod dialog;
pub mod diff;
pub mod features;
pub mod field;
pub mod find;
pub mod form;
pub mod graph;
pub mod inspector;
pub mod keys;
pub mod lines;
pub mod menu;
pub mod minimap;
pub mod new_feature;
pub mod node;
pub mod open;
pub mod outline;
pub mod palette;
pub mod panel;
pub mod play;
pub mod problems;
pub mod rename;
pub mod run;
pub mod save;
pub mod share;
pub mod snapshots;
pub mod table;
pub mod text;
pub mod welcome;

use crate::action::Action;
use crate::app::{NodeSignal, Panel, Studio};
use crate::later::{Came, Work, work};
use crate::markup::quoted;
use crate::scene::Scene;
use crate::text::capital;
use leptos::prelude::*;

/// What is made anew whenever something changes that it read. One type for all of them: how it is
/// drawn is then compiled once, not once for each closure.
pub type Live<T> = Box<dyn Fn() -> T + Send + Sync>;

/// `make`, as [`Live`].
pub fn live<T>(make: impl Fn() -> T + Send + Sync + 'static) -> Live<T> {
    Box::new(make)
}

/// One of a list of views, with a key that tells it from the others and stays when it moves.
pub struct Item {
    /// What tells it from the others.
    pub key: String,
    /// Draws it; called once.
    pub view: Live<AnyView>,
}

/// The views of `items`, each drawn once and kept as long as its key is there.
pub fn list(items: Live<Vec<Item>>) -> AnyView {
    view! { <For each=move || items() key=|item| item.key.clone() let:item>{(item.view)()}</For> }.into_any()
}

/// The choices of a list of words: none, each of the words, and what stands there although it is none of them.
pub fn options(value: &str, words: &[&'static str], none: &str) -> AnyView {
    let mut all: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
    if !value.is_empty() && !words.contains(&value) {
        all.insert(0, value.to_owned());
    }
    let option = |word: String| {
        view! { <option value=word.clone() selected=word == value>{word.clone()}</option> }.into_any()
    };
    view! {
        <option value="" selected=value.is_empty()>{none.to_owned()}</option>
        {all.into_iter().map(option).collect::<Vec<_>>()}
    }
    .into_any()
}

/// Words with what stands between backticks as code.
pub fn code(words: &str) -> Vec<AnyView> {
    let piece = |(is_code, words): (bool, &str)| {
        let words = words.to_owned();
        if is_code { view! { <code>{words}</code> }.into_any() } else { words.into_any() }
    };
    quoted(words).into_iter().map(piece).collect()
}

/// What the chunk `work` draws, once it is here.
fn later(studio: Studio, draw: impl Fn(&'static Work) -> AnyView + Send + Sync + 'static) -> AnyView {
    let view = live(move || match (studio.work.get(), work::here()) {
        (Came::Here, Some(work)) => draw(work),
        (Came::Failed, _) => {
            let again = move |_| studio.fetch_again();
            view! {
                <p class="empty" role="alert">"This part did not load. "<button on:click=again>"Load it again"</button></p>
            }
            .into_any()
        }
        _ => view! { <p class="empty">"Loading …"</p> }.into_any(),
    });
    view.into_any()
}

/// A button for an action, with its keys in the hint. One of class `square` shows a sign for its words.
pub fn button(studio: Studio, action: Action, words: &'static str, class: &'static str) -> AnyView {
    view! {
        <button
            class=class title=action.hint() aria-label=(class == "square").then_some(action.entry().title) disabled=live(move || !studio.can(action))
            on:click=move |_| { studio.run(action); }
        >{words}</button>
    }
    .into_any()
}

/// Why what a dialog asks for cannot be done, said there: what was typed stays.
fn refused(why: RwSignal<String>) -> impl IntoView {
    view! { <p class="wrong-words" role="alert">{live(move || capital(&why.get()))}</p> }
}

/// What stands where the gates would be.
fn no_gates(studio: Studio) -> AnyView {
    view! {
        <div class="nothing">
            <p><strong>"This plan has no gates."</strong></p>
            <p>"Add one, or mend PLAN.md: the problems say what is wrong with it."</p>
            {button(studio, Action::AddGate, "Add a gate", "")}
        </div>
    }
    .into_any()
}

/// The three panels of an open document.
pub fn workspace(studio: Studio) -> impl IntoView {
    view! {
        <main class="workspace" class:tall=live(move || studio.panel.get() != Panel::Problems)>
            {live(move || match studio.outlined.get() {
                true => outline::outline_panel(studio).into_any(),
                false => graph::graph(studio).into_any(),
            })}
            {live(move || studio.settled.get().then(|| later(studio, move |work| (work.inspector)(studio))).into_any())}
            {live(move || studio.settled.get().then(|| later(studio, move |work| (work.panel)(studio))).into_any())}
        </main>
    }
}

/// The panels of the open document, and the boxes of another.
pub fn unseen(studio: Studio, scene: Scene) -> impl IntoView {
    let node = |(node, rect)| node::node(&NodeSignal::new(node, rect)).into_any();
    let boxes: Vec<AnyView> = scene.nodes.into_iter().zip(scene.rects).map(node).collect();
    view! {
        {boxes}
        {workspace(studio).into_any()}
    }
}

/// What happened last, for eyes and for screen readers.
pub fn notice(studio: Studio) -> impl IntoView {
    let text = live(move || studio.notice.with(|notice| notice.text.clone()));
    let refused = live(move || studio.notice.with(|notice| notice.refused));
    let silent = live(move || studio.notice.with(|notice| notice.text.is_empty()));
    view! {
        <div class="notice" class:refused=refused class:silent=silent>
            <p id="notice" role="status" aria-live="polite">{text}</p>
            <button class="quiet" aria-label="Close message" on:click=move |_| studio.say(String::new())>"×"</button>
        </div>
    }
}
