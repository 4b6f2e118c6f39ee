//! The panel that plays the plan: its controls, how each unit goes, and what the driver says.

use super::{Item, button, list, live, run};
use crate::action::Action;
use crate::app::Studio;
use crate::app::play::SPEEDS;
use crate::browser;
use crate::player::setup::{Outcome, Setup};
use crate::player::{Line, is_over};
use leptos::ev::Event;
use leptos::prelude::*;
use specfuse_core::drive::Stop;

/// What sessions may cost, as a multiple of what is planned.
const FACTORS: [(&str, f64); 6] = [("½", 0.5), ("1", 1.0), ("1½", 1.5), ("2", 2.0), ("3", 3.0), ("5", 5.0)];

/// Starting, stopping, and the place on the tape.
pub fn tools(studio: Studio) -> impl IntoView {
    let play = studio.play;
    let end = move || play.at.get().1.to_string();
    let here = move || play.at.get().0.to_string();
    let slide = move |event| {
        play.running.set(false);
        studio.show_moment(event_target_value(&event).parse().unwrap_or(0));
    };
    let speed = move |event| play.speed.set(event_target_value(&event).parse().unwrap_or(1));
    let option = move |(at, (word, _)): (usize, &(&'static str, u64))| {
        view! { <option value=at.to_string() selected=at == play.speed.get_untracked()>{*word}</option> }
            .into_any()
    };
    view! {
        {button(studio, Action::RewindPlay, "Rewind", "")}
        <button
            class="primary" title=Action::Play.hint() on:click=move |_| { studio.run(Action::Play); }
        >{live(move || if play.running.get() { "Pause" } else { "Play" })}</button>
        {button(studio, Action::StepPlay, "Step", "")}
        {button(studio, Action::PlayToEnd, "To the end", "")}
        <input
            class="tape" type="range" min="0" max=live(end) prop:value=live(here) on:input=slide
            aria-label="Moment" disabled=live(move || play.at.get().1 == 0)
        />
        <output class="soft" id="moment">{live(move || { let (at, all) = play.at.get(); format!("{at} / {all}") })}</output>
        <select class="speed" aria-label="Speed" on:change=speed>{SPEEDS.iter().enumerate().map(option).collect::<Vec<_>>()}</select>
    }
}

/// The play.
pub fn play(studio: Studio) -> impl IntoView {
    let play = studio.play;
    let units = Memo::new(move |_| {
        studio.version.track();
        let unit = |unit: &specfuse_core::model::Unit| (unit.short_id().to_owned(), unit.title().to_owned());
        studio.read(|d| d.feature().units.iter().map(unit).collect::<Vec<_>>()).unwrap_or_default()
    });
    let rows =
        move || units.get().into_iter().map(|unit| outcome(studio, unit).into_any()).collect::<Vec<_>>();
    let entries = move || {
        let lines = play.lines();
        lines.into_iter().enumerate().rev().map(|(at, line)| row(at, line)).collect::<Vec<Item>>()
    };
    let figure = move || {
        let (burn, planned) = play.burn();
        run::burn(&burn, planned).into_any()
    };
    view! {
        <div class="run">
            <div class="run-side">
                {live(figure)}
                {chance(studio).into_any()}
                <div class="outcomes" role="group" aria-label="How each unit goes">{live(move || rows().into_any())}</div>
            </div>
            <div class="run-main" tabindex="0" role="group" aria-label="What the driver says">
                {live(move || play.stop().map(|stop| rests(studio, &stop).into_any()).into_any())}
                {live(move || (play.at.get().0 == 0).then(begin).into_any())}
                <ol class="happened" id="play-log" aria-label="What the driver says, newest first">{list(live(entries))}</ol>
            </div>
        </div>
    }
}

fn begin() -> impl IntoView {
    view! {
        <p class="empty">
            "Press Play to see in which order this plan runs, what it costs, and where it stops for you. "
            "Nothing is written: it is the driver's own logic, with sessions that go as you choose on the left."
        </p>
    }
}

/// Why the run rests, and the way on.
fn rests(studio: Studio, stop: &Stop) -> impl IntoView {
    let words: Vec<AnyView> = stop.why.iter().map(|why| view! { <p>{why.clone()}</p> }.into_any()).collect();
    let fine = stop.exit == 0;
    let can_answer = studio.play.can_answer();
    let is_last = studio.play.at.with(|(at, all)| at == all);
    let stuck = (is_last && !can_answer && !is_over(stop)).then(
        || view! { <p class="soft">"Nothing that a person could do in this play sets it going again."</p> },
    );
    let answer = can_answer.then(|| {
        view! {
            <button title="Arm the gate, re-arm what stopped, or raise the budget, as the stop asks" on:click=move |_| studio.answer_play()>
                "Do it and go on"
            </button>
        }
    });
    view! {
        <div class="rests" class:over=fine id="rests">
            <div><strong>{stop.reason.replace('_', " ")}</strong><span class="soft">{format!(" · exit {}", stop.exit)}</span>{words}{stuck}</div>
            {answer}
        </div>
    }
}

/// The seed, what is drawn, and what all of it costs.
fn chance(studio: Studio) -> impl IntoView {
    let setup = studio.play.setup;
    let factor = move |event| {
        let at: usize = event_target_value(&event).parse().unwrap_or(1);
        studio.set_up(|setup| setup.factor = FACTORS.get(at).map_or(1.0, |(_, factor)| *factor));
    };
    let option = |(at, (word, times)): (usize, &(&'static str, f64))| {
        view! { <option value=at.to_string() selected=*times == 1.0>{format!("{word} × plan")}</option> }
            .into_any()
    };
    let seed = drawn(studio, "seed", u64::MAX, |s| s.seed, |s, seed| s.seed = seed);
    let fails = drawn(studio, "fails", 100, |s| s.fails as u64, |s, n| s.fails = n as usize);
    let blocks = drawn(studio, "blocks", 100, |s| s.blocks as u64, |s, n| s.blocks = n as usize);
    view! {
        <div class="chance">
            <label>"Costs "<select aria-label="Costs" on:change=factor>{FACTORS.iter().enumerate().map(option).collect::<Vec<_>>()}</select></label>
            <label><input type="checkbox" prop:checked=live(move || setup.with(|s| s.drawn))
                on:change=move |event| studio.set_up(|setup| setup.drawn = event_target_checked(&event)) />"Draw outcomes"</label>
            <label>"Seed "{seed}</label>
            <label>"Fails "{fails}"%"</label>
            <label>"Blocks "{blocks}"%"</label>
        </div>
    }
}

/// A field for a number that counts while outcomes are drawn.
fn drawn(
    studio: Studio,
    id: &'static str,
    most: u64,
    read: fn(&Setup) -> u64,
    set: fn(&mut Setup, u64),
) -> AnyView {
    let setup = studio.play.setup;
    let change = move |event: Event| {
        if let Some(number) = whole(&event_target_value(&event), most) {
            studio.set_up(|setup| set(setup, number));
        }
        browser::show(&event, &setup.with_untracked(read).to_string());
    };
    view! {
        <input id=id type="number" min="0" max=most.to_string() step="1" disabled=live(move || !setup.with(|setup| setup.drawn))
            prop:value=live(move || setup.with(read).to_string()) on:change=change />
    }
    .into_any()
}

/// The whole number that was typed, brought within 0 and `most`.
fn whole(typed: &str, most: u64) -> Option<u64> {
    let number: i64 = typed.trim().parse().ok()?;
    Some(u64::try_from(number).unwrap_or(0).min(most))
}

fn outcome(studio: Studio, (short, title): (String, String)) -> impl IntoView {
    let setup = studio.play.setup;
    let mine = short.clone();
    let chosen = move || setup.with(|setup| setup.outcome(&mine));
    let chosen = Memo::new(move |_| chosen());
    let (name, label) = (short.clone(), format!("Outcome of {short}"));
    let choose = move |event| {
        let place = event_target_value(&event).parse().unwrap_or(0);
        studio.set_outcome(&name, Outcome::at(place));
    };
    let option = move |(place, (outcome, word)): (usize, &(Outcome, &'static str))| {
        let outcome = *outcome;
        let selected = live(move || chosen.get() == outcome);
        view! { <option value=place.to_string() prop:selected=selected>{*word}</option> }.into_any()
    };
    // A verdict is a closing unit's.
    let is_closing =
        studio.read(|d| d.feature().units.iter().any(|unit| unit.is_closing() && unit.short_id() == short));
    let is_closing = is_closing == Some(true);
    let offered =
        Outcome::ALL.iter().enumerate().filter(|(_, (outcome, _))| is_closing || *outcome != Outcome::NotMet);
    view! {
        <label class="outcome" title=title class:chosen=live(move || chosen.get() != Outcome::Unset)>
            <span class="about">{short}</span>
            <select aria-label=label on:change=choose>{offered.map(option).collect::<Vec<_>>()}</select>
        </label>
    }
}

fn row(at: usize, line: Line) -> Item {
    Item { key: at.to_string(), view: live(move || said(&line).into_any()) }
}

fn said(line: &Line) -> impl IntoView {
    view! {
        <li class="happening saying" data-tone=line.tone.word()>
            <span class="about">{line.about.clone()}</span>
            <span class="said">{line.text.clone()}</span>
        </li>
    }
}
