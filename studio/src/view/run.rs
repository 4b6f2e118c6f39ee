//! The panel that shows a run: what it has cost, where its units stand, what happened.

use super::{Item, list, live};
use crate::app::Studio;
use crate::chart::{Chart, HEIGHT, WIDTH};
use crate::scene::dollars;
use crate::watch::{Burn, Entry, Run, UnitRun, cost_words, span};
use leptos::prelude::*;

/// More lines than this are not drawn; the log itself holds them.
const MOST_LINES: usize = 400;

/// How far the run is, and which of its units is listed.
pub fn tools(studio: Studio) -> impl IntoView {
    let run = studio.watch.run;
    let choose = move |event| {
        let id = event_target_value(&event);
        studio.watch_only(Some(id).filter(|id| !id.is_empty()));
    };
    let option = move |unit: &UnitRun| {
        let id = unit.id.clone();
        let chosen = studio.watch.only.get().as_deref() == Some(id.as_str());
        view! { <option value=id prop:selected=chosen>{unit.short.clone()}</option> }.into_any()
    };
    let follows = move || studio.watch.follows.get();
    view! {
        <Show when=follows><span class="live" title="The log on disk is read every second">"live"</span></Show>
        <span class="soft grow" id="watch-summary">{live(move || run.with(Run::summary))}</span>
        <label class="soft">"Show "
            <select id="watch-only" aria-label="Show" on:change=choose>
                <option value="" prop:selected=live(move || studio.watch.only.get().is_none())>"all units"</option>
                {live(move || run.with(|run| run.units.iter().map(option).collect::<Vec<_>>()).into_any())}
            </select>
        </label>
    }
}

/// The run.
pub fn run(studio: Studio) -> impl IntoView {
    let run = studio.watch.run;
    let has_log = Memo::new(move |_| run.with(|run| !run.entries.is_empty()));
    live(move || match has_log.get() {
        true => shown(studio).into_any(),
        false => view! {
            <p class="empty">
                "This feature has not been run: there is no "<code>"events.jsonl"</code>" yet. "
                "Once "<code>"specfuse-loop run"</code>" works on it, open the folder here to follow it."
            </p>
        }
        .into_any(),
    })
}

fn shown(studio: Studio) -> impl IntoView {
    let run = studio.watch.run;
    let unit = move |unit: &UnitRun| unit_row(studio, unit).into_any();
    let entries = move || {
        let only = studio.watch.only.get();
        let fits = |entry: &Entry| only.as_ref().is_none_or(|id| *id == entry.about);
        run.with(|run| {
            let newest = run.entries.iter().enumerate().rev().filter(|(_, entry)| fits(entry));
            newest.take(MOST_LINES).map(|(at, entry)| row(at, entry)).collect::<Vec<Item>>()
        })
    };
    let unreadable = move || match run.with(|run| run.unreadable) {
        0 => String::new(),
        1 => "1 line of the log could not be read; `specfuse-loop events validate` names it.".to_owned(),
        n => format!("{n} lines of the log could not be read; `specfuse-loop events validate` names them."),
    };
    view! {
        <div class="run">
            <div class="run-side">
                {live(move || run.with(|run| burn(&run.burn, run.planned).into_any()))}
                <ul class="run-units" aria-label="Units">
                    {live(move || run.with(|run| run.units.iter().map(unit).collect::<Vec<_>>()).into_any())}
                </ul>
            </div>
            <div class="run-main" tabindex="0" role="group" aria-label="What happened">
                <p class="hint">{live(unreadable)}</p>
                <ol class="happened" id="timeline" aria-label="What happened, newest first">{list(live(entries))}</ol>
            </div>
        </div>
    }
}

/// What was paid against what was planned.
pub fn burn(burn: &[Burn], planned: f64) -> impl IntoView {
    let chart = Chart::of(burn, planned);
    let spent = burn.last().map_or(0.0, |last| last.spent);
    let plan = chart.plan.map(|y| {
        let y = y.to_string();
        view! { <line class="burn-plan" x1="0" x2=WIDTH.to_string() y1=y.clone() y2=y></line> }
    });
    view! {
        <figure class="burn">
            <figcaption><strong>{cost_words(spent, planned)}</strong></figcaption>
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=chart.words>
                {plan}
                <path class="burn-area" d=chart.area></path>
                <path class="burn-planned" d=chart.planned></path>
                <path class="burn-spent" d=chart.spent></path>
            </svg>
            <p class="key" aria-hidden="true">
                <span class="key-spent">"spent"</span><span class="key-planned">"planned for what is done"</span>
            </p>
        </figure>
    }
}

fn unit_row(studio: Studio, unit: &UnitRun) -> impl IntoView {
    let progress = &unit.progress;
    let over = unit.planned > 0.0 && progress.cost_usd > unit.planned;
    let cost = match unit.planned > 0.0 {
        true => format!("{} of {}", dollars(progress.cost_usd), dollars(unit.planned)),
        false => dollars(progress.cost_usd),
    };
    let id = unit.id.clone();
    let mine = id.clone();
    let chosen = move || studio.watch.only.with(|only| only.as_ref() == Some(&mine));
    let pressed = chosen.clone();
    let click = move |_| studio.watch_only(if chosen() { None } else { Some(id.clone()) });
    view! {
        <li>
            <button class="run-unit" data-status=crate::scene::status_word(progress.status) aria-pressed=live(move || pressed().to_string()) on:click=click>
                <span class="status">{unit.short.clone()}</span>
                <span class="soft">{crate::scene::attempts_word(progress.attempts)}</span>
                <span class="soft">{span(unit.seconds)}</span>
                <span class="amount" class:over=over>{cost}</span>
            </button>
        </li>
    }
}

fn row(at: usize, entry: &Entry) -> Item {
    let entry = entry.clone();
    Item { key: at.to_string(), view: live(move || entry_view(&entry).into_any()) }
}

fn entry_view(entry: &Entry) -> impl IntoView {
    view! {
        <li class="happening" data-tone=entry.tone.word()>
            <time class="soft">{entry.time.clone()}</time>
            <span class="about">{entry.short.clone()}</span>
            <span class="what">{entry.kind.clone()}</span>
            <span class="said">{entry.words.clone()}</span>
        </li>
    }
}
