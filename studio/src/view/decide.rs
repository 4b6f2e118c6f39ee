//! The dialog in which a person decides something at a gate: what to look at first, what to say, and what
//! changes.

use super::{diff, live};
use crate::app::{Studio, Target};
use crate::browser;
use crate::gates::{Ask, Drafted, Review, Words};
use crate::problems::summary;
use crate::text::capital;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// Buttons for what can be decided about what the inspector shows.
pub fn offers(studio: Studio) -> impl IntoView {
    let asks = Memo::new(move |_| {
        studio.version.track();
        studio.asks()
    });
    let button = move |ask: Ask| {
        let title = ask.title();
        view! { <button disabled=live(move || studio.is_locked()) on:click=move |_| studio.ask(ask.clone())>{title}" …"</button> }.into_any()
    };
    live(move || {
        let asks = asks.get();
        let buttons = (!asks.is_empty()).then(|| {
            view! { <div class="offers" role="group" aria-label="Decide">{asks.into_iter().map(button).collect::<Vec<_>>()}</div> }
        });
        buttons.into_any()
    })
}

/// The dialog's content.
pub fn decide(studio: Studio, ask: Ask) -> impl IntoView {
    let words = RwSignal::new(Words { now: browser::timestamp(), ..Words::default() });
    let review = match &ask {
        Ask::Arm(number) => studio.read(|d| Review::of(d, *number)),
        _ => None,
    };
    let is_open = review.as_ref().is_some_and(|review| !review.questions.is_empty());
    let answered = RwSignal::new(!is_open);
    let twice = studio.read(|d| ask.asks_for_reproduction(d.tree(), d.feature())).unwrap_or(false);
    let (field, asked) = (ask.field(), ask.clone());
    // Before anything was said there is nothing to refuse.
    let unsaid = move || {
        field.is_some_and(|(_, may_be_empty)| !may_be_empty && words.with(|w| w.text.trim().is_empty()))
    };
    let outcome =
        Memo::new(move |_| if unsaid() { Ok(Vec::new()) } else { studio.preview(&asked, &words.get()) });
    let ready = move || answered.get() && outcome.with(|o| o.as_ref().is_ok_and(|files| !files.is_empty()));
    let changes = live(move || match outcome.get() {
        Err(why) => view! { <p class="refusal" role="alert">{capital(&why.0)}</p> }.into_any(),
        Ok(files) if files.is_empty() => ().into_any(),
        Ok(files) => {
            view! { <h3>"What changes"</h3><div class="diffs">{diff::diffs(files)}</div> }.into_any()
        }
    });
    let (verb, meaning) = (ask.verb(), ask.meaning());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if untrack(ready) {
            studio.settle(ask.clone(), words.get_untracked());
        }
    };
    view! {
        <form class="decide" on:submit=submit>
            <p class="soft">{meaning}</p>
            {review.map(|review| looked_at(studio, review, answered).into_any())}
            {field.map(|(name, may_be_empty)| said(name, may_be_empty, words).into_any())}
            {twice.then(|| reproduced(words).into_any())}
            {changes}
            <div class="buttons">
                <button type="button" on:click=move |_| studio.dialog.set(None)>"Cancel"</button>
                <button type="submit" class="primary" disabled=live(move || !ready())>{verb}</button>
            </div>
        </form>
    }
}

fn said(name: &'static str, may_be_empty: bool, words: RwSignal<Words>) -> impl IntoView {
    let typed = move |event| words.update(|words| words.text = event_target_value(&event));
    view! {
        <label for="decide-text">{name}</label>
        <textarea id="decide-text" rows="2" autofocus required=!may_be_empty on:input=typed></textarea>
    }
}

/// A failure that came twice: what became of it.
fn reproduced(words: RwSignal<Words>) -> impl IntoView {
    let one = move |event| words.update(|words| words.reproduced = event_target_checked(&event));
    let other = move |event| words.update(|words| words.overridden = event_target_checked(&event));
    view! {
        <label class="check"><input type="checkbox" on:change=one />"I have reproduced the failure (--reproduced)"</label>
        <label class="check"><input type="checkbox" on:change=other />"Go on although nobody has (--override)"</label>
    }
}

/// The review of a draft: questions first.
fn looked_at(studio: Studio, review: Review, answered: RwSignal<bool>) -> impl IntoView {
    let questions = match review.questions.is_empty() {
        true => view! { <p class="soft">"None."</p> }.into_any(),
        false => {
            let items = review.questions.iter().map(|q| view! { <li>{q.clone()}</li> }.into_any());
            view! {
                <ol class="questions">{items.collect::<Vec<_>>()}</ol>
                <label class="check">
                    <input type="checkbox" on:change=move |event| answered.set(event_target_checked(&event)) />
                    "They are answered in the drafts"
                </label>
            }
            .into_any()
        }
    };
    let doubt = (!review.doubt.is_empty())
        .then(|| view! { <h3>"Doubt"</h3><p class="doubt" tabindex="0">{review.doubt.clone()}</p> });
    let remarks: Vec<AnyView> = review
        .remarks
        .iter()
        .map(|words| view! { <p class="refusal mild">{capital(words)}</p> }.into_any())
        .collect();
    let drafts = review.drafts.iter().map(|draft| drafted(studio, draft).into_any()).collect::<Vec<_>>();
    let name = review.name.clone();
    let open = review.path.map(|path| {
        let show = move |_| studio.show_instead(Target::File(path.clone()));
        view! { <button type="button" class="quiet" on:click=show>"Read "{name}</button> }
    });
    view! {
        <div class="review">
            <div class="review-head"><h3>"Open questions"</h3>{open}</div>
            {questions}
            {doubt}
            {remarks}
            <h3>"Drafts"</h3>
            <ul class="drafts">{drafts}</ul>
        </div>
    }
}

fn drafted(studio: Studio, draft: &Drafted) -> impl IntoView {
    let unit = draft.unit;
    let problems =
        (draft.counts.total() > 0).then(|| view! { <span class="soft">{summary(draft.counts)}</span> });
    view! {
        <li>
            <button type="button" class="draft" title="Show this unit" on:click=move |_| studio.show_instead(Target::Unit(unit))>
                <span class="about">{draft.short.clone()}</span>
                <span>{draft.title.clone()}</span>
                {problems}
                <span class="amount">{draft.cost.clone()}</span>
            </button>
        </li>
    }
}
