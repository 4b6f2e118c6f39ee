//! The panel below: what lint finds, by file, with its mend where there is one.

use super::{Item, list, live};
use crate::app::{GroupSignal, Studio};
use crate::command::Command;
use crate::problems::{Group, Problem, counts, summary, word};
use leptos::prelude::*;
use specfuse_core::diagnostic::Severity;
use specfuse_core::fix::Safety;

/// How much is wrong, and the mend of all that can be mended unasked.
pub fn tools(studio: Studio) -> impl IntoView {
    let all = move || studio.groups.get().iter().map(|g| g.group.get()).collect::<Vec<Group>>();
    let total = Memo::new(move |_| summary(counts(&all())));
    let safe = Memo::new(move |_| all().iter().flat_map(|g| &g.problems).filter(|p| p.is_safe()).count());
    view! {
        <span id="problem-count">{total}</span>
        <Show when=move || { safe.get() > 0 }>
            <button on:click=move |_| studio.act(&Command::FixAll)>
                {live(move || format!("Apply all safe fixes ({})", safe.get()))}
            </button>
        </Show>
    }
}

/// The list of problems.
pub fn problems(studio: Studio) -> impl IntoView {
    let group = move |group: GroupSignal| Item {
        key: group.path.to_string(),
        view: live(move || group_view(studio, group.clone()).into_any()),
    };
    let nothing = Memo::new(move |_| studio.groups.with(Vec::is_empty));
    view! {
        <div class="problems-list">
            <Show when=move || nothing.get()>
                <p class="empty">"Nothing is wrong with this plan."</p>
            </Show>
            {list(live(move || studio.groups.get().into_iter().map(group).collect()))}
        </div>
    }
}

fn group_view(studio: Studio, signal: GroupSignal) -> impl IntoView {
    let group = signal.group;
    let name = group.with_untracked(|g| g.name.clone());
    let count = {
        let group = group.clone();
        live(move || group.with(|g| g.problems.len().to_string()))
    };
    let rows = live(move || {
        let rows = group.get().problems.into_iter().map(|p| row(studio, p).into_any());
        rows.collect::<Vec<_>>().into_any()
    });
    view! {
        <div class="group">
            <h3>{name}<span class="count">{count}</span></h3>
            <ul>{rows}</ul>
        </div>
    }
}

fn row(studio: Studio, problem: Problem) -> impl IntoView {
    let Problem { line, finding } = problem;
    let mark = match finding.severity {
        Severity::Error => "✕",
        Severity::Warning => "!",
        Severity::Info => "i",
    };
    let place = finding.primary.clone();
    let fix = finding.fix.clone().map(|fix| {
        let title = if fix.safety == Safety::Safe { "Mend this" } else { "Mend this; look at it afterwards" };
        let words = format!("Fix: {}", fix.title);
        let command = Command::Fix(fix);
        view! { <button class="fix" title=title on:click=move |_| studio.act(&command)>{words}</button> }
    });
    let help = finding.help.clone().map(|help| view! { <span class="help">{help}</span> });
    view! {
        <li class="problem" data-severity=word(finding.severity)>
            <button class="go" on:click=move |_| studio.show_place(&place.file, place.span)>
                <span class="mark" role="img" aria-label=word(finding.severity)>{mark}</span>
                <span class="line-number">{line}</span>
                <span class="message">{finding.message.clone()}{help}</span>
                <code class="rule">{finding.rule}</code>
            </button>
            {fix}
        </li>
    }
}
