//! The look before a save: what would be written, and what has to be decided first.

use super::diff::diff;
use super::live;
use super::open::way;
use crate::app::Studio;
use crate::document::Document;
use crate::save::{Choice, Item, count};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// What a save would do, and the buttons that do it or not.
pub fn save(studio: Studio) -> impl IntoView {
    let plan = studio.saving.plan;
    let items = plan.get_untracked().items;
    let (few, conflicts) = (items.len() <= 3, items.iter().filter(|item| item.conflict).count());
    let changes = items.into_iter().enumerate().filter(|(_, item)| !item.is_there());
    // What is to be decided comes first.
    let (asked, others): (Vec<_>, Vec<_>) = changes.partition(|(_, item)| item.conflict);
    let rows: Vec<AnyView> =
        asked.into_iter().chain(others).map(|(at, item)| row(studio, at, item, few)).collect();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        studio.confirm_save();
    };
    let words = move || match plan.with(|plan| plan.writes().count()) {
        0 => "Done".to_owned(),
        n => format!("Save {}", count(n)),
    };
    let warning = (conflicts > 0).then(|| {
        let files = if conflicts == 1 { "One file".to_owned() } else { count(conflicts) };
        let state = match (studio.saving.is_new(), conflicts) {
            (false, _) => "changed on disk since it was opened",
            (true, 1) => "is there already, with another text",
            (true, _) => "are there already, with other texts",
        };
        let words = format!("{files} {state}. Nothing is written over unasked: choose what is to stay.");
        view! { <p class="warning" role="alert">{words}</p> }
    });
    let aside = studio.read(|d| d.folder().aside()).filter(|aside| *aside > 0 && studio.saving.is_new());
    let left_out = aside.map(|aside| {
        view! { <p class="soft">{format!("{} beside the plan's folder left out; a zip has them.", left(aside))}</p> }
    });
    let held =
        studio.read(Document::left_out).flatten().map(|words| view! { <p class="warning">{words}</p> });
    view! {
        <form on:submit=submit>
            {warning}
            {held}
            {left_out}
            <div class="diffs">{rows}</div>
            <div class="buttons">
                <button type="button" on:click=move |_| studio.dialog.set(None)>"Cancel"</button>
                <button type="submit" class="primary" autofocus disabled=live(move || plan.with(|plan| !plan.is_decided()))>
                    {live(words)}
                </button>
            </div>
        </form>
    }
}

/// `1 file is`, `2 files are`.
fn left(files: usize) -> String {
    format!("{} {}", count(files), if files == 1 { "is" } else { "are" })
}

/// Where to save what comes from no folder.
pub fn save_as(studio: Studio) -> impl IntoView {
    let folder = move || studio.save_elsewhere();
    let zip = move || {
        studio.dialog.set(None);
        studio.export();
    };
    view! {
        <div class="ways">
            {way("Into a folder", "A repository on this computer. What would be written is shown first.", true, Box::new(folder))}
            {way("As a zip", "One file to unpack or hand on.", false, Box::new(zip))}
        </div>
        <div class="buttons"><button on:click=move |_| studio.dialog.set(None)>"Cancel"</button></div>
    }
}

fn row(studio: Studio, at: usize, item: Item, open: bool) -> AnyView {
    let state = if studio.saving.is_new() { "is there already" } else { "changed on disk" };
    let choices = item.conflict.then(|| {
        let theirs = item.can_take().then(|| {
            let words = if item.disk.is_some() { "Take theirs" } else { "Let it be gone" };
            choice(studio, at, Choice::Theirs, words)
        });
        view! {
            <fieldset class="choices">
                <legend>{format!("{} {state}", item.path.file_name())}</legend>
                {choice(studio, at, Choice::Mine, "Keep mine")}
                {theirs}
            </fieldset>
        }
    });
    view! { <div class="save-item">{choices}{diff(item.diff(), open || item.conflict)}</div> }.into_any()
}

fn choice(studio: Studio, at: usize, choice: Choice, words: &'static str) -> AnyView {
    view! {
        <label><input type="radio" name=format!("choice-{at}") on:change=move |_| studio.decide(at, choice) />{words}</label>
    }
    .into_any()
}
