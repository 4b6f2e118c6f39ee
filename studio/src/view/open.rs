//! The ways in: what was kept in this browser, a folder, a zip, the example.

use super::{Item, button, list, live};
use crate::action::Action;
use crate::app::Studio;
use crate::app::tabs::Hold;
use crate::browser;
use crate::later::plan;
use crate::persist::{Head, ago};
use leptos::prelude::*;

/// All ways to open something.
pub fn ways(studio: Studio) -> impl IntoView {
    let folder = move || browser::pick_folder(move |files| studio.receive(files));
    let zip = move || browser::pick_files(false, move |files| studio.receive(files));
    view! {
        {live(move || {
            let any = studio.keep.heads.with(|heads| !heads.is_empty());
            plan::here().filter(|_| any).map(|plan| (plan.kept)(studio)).into_any()
        })}
        <div class="ways">
            {way("Open the example", "A small plan with two gates, to look around in.", true, Box::new(move || studio.open_example()))}
            {way("New feature", "A form asks for title and goal.", false, Box::new(move || { studio.run(Action::NewFeature); }))}
            {way("Open a folder", "A repository or a feature on this computer.", false, Box::new(folder))}
            {way("Open a zip", "The same, packed. You get a zip back.", false, Box::new(zip))}
        </div>
    }
}

/// The ways in over what is open, and the way back to it.
pub fn instead(studio: Studio) -> impl IntoView {
    view! {
        {ways(studio).into_any()}
        <form method="dialog" class="buttons"><button>"Cancel"</button></form>
    }
}

/// A way to open or to save, as a large button.
pub fn way(title: &'static str, words: &'static str, primary: bool, open: Box<dyn Fn()>) -> AnyView {
    view! {
        <button class="way" class:primary=primary on:click=move |_| open()>
            <strong>{title}</strong>
            <span>{words}</span>
        </button>
    }
    .into_any()
}

/// What was kept, newest first.
pub fn kept(studio: Studio) -> impl IntoView {
    let heads = studio.keep.heads;
    let row = move |head: Head| Item {
        key: head.key.clone(),
        view: live(move || kept_row(studio, head.clone()).into_any()),
    };
    view! {
        <section class="kept" aria-labelledby="kept-title">
            <h3 id="kept-title">"Kept in this browser"</h3>
            <ul>{list(live(move || heads.get().into_iter().map(row).collect()))}</ul>
        </section>
    }
}

fn kept_row(studio: Studio, head: Head) -> impl IntoView {
    let (kept, gone) = (head.clone(), head.clone());
    let state = if head.changed { "not saved" } else { "saved" };
    let facts = format!("edited {}", ago(browser::now(), head.at));
    let label = format!("Go on with {}, {facts}, {state}, {}", head.title, head.name);
    view! {
        <li>
            <button class="go-on" aria-label=label on:click=move |_| studio.resume(kept.clone(), Hold::Ask)>
                <span class="go-on-title">"Go on with "<strong>{head.title.clone()}</strong></span>
                <span class="go-on-facts">{facts}</span>
                <span class="go-on-state" data-state=state>{state}</span>
                <span class="go-on-name">{head.name}</span>
            </button>
            <button class="quiet" title="Forget what was kept" aria-label=format!("Forget {}", head.title)
                on:click=move |_| studio.begin_forget(gone.clone())>"×"</button>
        </li>
    }
}

/// Asks whether a kept document with changes may be forgotten.
pub fn forget(studio: Studio, head: Head) -> impl IntoView {
    let (key, words) = (
        head.key,
        format!(
            "It has changes from {} that were not saved. They cannot be brought back.",
            ago(browser::now(), head.at)
        ),
    );
    view! {
        <p>{words}</p>
        <div class="buttons">
            <button autofocus on:click=move |_| studio.dialog.set(None)>"Keep it"</button>
            <button class="danger" on:click=move |_| studio.forget(&key)>"Forget it"</button>
        </div>
    }
}

/// Asks whether something else may take the place of what cannot be kept.
pub fn replace(studio: Studio) -> impl IntoView {
    view! {
        <p>"This browser cannot keep what you changed. Save or export it first, or it is lost."</p>
        <div class="buttons">
            <button autofocus on:click=move |_| studio.dialog.set(None)>"Stay here"</button>
            {button(studio, Action::ExportZip, "Export zip", "")}
            <button class="danger" on:click=move |_| studio.replace()>"Leave them behind"</button>
        </div>
    }
}

/// Says that another tab has a document, and asks what to do.
pub fn elsewhere(studio: Studio, head: Head) -> impl IntoView {
    let (look, take) = (head.clone(), head.clone());
    view! {
        <p>{format!("{} is open in another tab of this browser. Two tabs that edit it would lose each other's changes.", head.title)}</p>
        <div class="buttons">
            <button on:click=move |_| studio.dialog.set(None)>"Cancel"</button>
            <button on:click=move |_| studio.resume(look.clone(), Hold::Look)>"Only read here"</button>
            <button class="primary" autofocus on:click=move |_| studio.resume(take.clone(), Hold::Take)>"Take over here"</button>
        </div>
    }
}
