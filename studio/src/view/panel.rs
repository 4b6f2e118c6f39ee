//! The panel below the graph: a tab for each of what can be up, with its own tools beside the tabs.

use super::{live, play, problems, run};
use crate::action::Action;
use crate::app::{Panel, Studio};
use leptos::prelude::*;

/// The panel with its tabs.
pub fn panel(studio: Studio) -> impl IntoView {
    view! {
        <section class="lower" aria-label="Panel">
            <div class="lower-head">
                <div class="tabs" role="tablist" aria-label="Panel">
                    {tab(studio, Panel::Problems, Action::ShowProblems, "Problems")}
                    {tab(studio, Panel::Play, Action::ShowPlay, "Play")}
                    {tab(studio, Panel::Watch, Action::ShowWatch, "Watch")}
                </div>
                <div class="lower-tools">
                    {live(move || match studio.panel.get() {
                        Panel::Problems => problems::tools(studio).into_any(),
                        Panel::Play => play::tools(studio).into_any(),
                        Panel::Watch => run::tools(studio).into_any(),
                    })}
                </div>
            </div>
            <div class="lower-body" id="lower-body" role="tabpanel" tabindex="-1">
                {live(move || match studio.panel.get() {
                    Panel::Problems => problems::problems(studio).into_any(),
                    Panel::Play => play::play(studio).into_any(),
                    Panel::Watch => run::run(studio).into_any(),
                })}
            </div>
        </section>
    }
}

fn tab(studio: Studio, panel: Panel, action: Action, words: &'static str) -> AnyView {
    let up = move || studio.panel.get() == panel;
    view! {
        <button
            role="tab" aria-controls="lower-body" title=action.hint()
            aria-selected=live(move || up().to_string())
            on:click=move |_| { studio.run(action); }
        >{words}</button>
    }
    .into_any()
}
