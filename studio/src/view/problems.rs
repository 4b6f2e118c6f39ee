//! The panel below: what lint finds, by file or by rule, with its mend where there is one.

use super::{Item, code, list, live};
use crate::app::{GroupSignal, Studio};
use crate::command::Command;
use crate::document::Counts;
use crate::problems::{Filter, Problem, page, summary, totals, word};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use specfuse_core::diagnostic::Severity;
use specfuse_core::fix::Safety;

/// The element that holds the rows.
const LIST: &str = "problems-list";

/// The list of problems.
pub fn problems(studio: Studio) -> impl IntoView {
    let group = move |group: GroupSignal| Item {
        key: group.key.clone(),
        view: live(move || group_view(studio, group.clone()).into_any()),
    };
    let empty = live(move || match studio.groups.with(Vec::is_empty) {
        false => "",
        true if studio.filter.with(Filter::is_open) => "Nothing is wrong with this plan.",
        true => "No problem fits the filter.",
    });
    Effect::new(move |_| studio.follow_filter());
    let keys = move |event: KeyboardEvent| {
        if studio.go_in_problems(LIST, &event.key()) {
            event.prevent_default();
        }
    };
    view! {
        <div class="problems-list" id=LIST on:keydown=keys>
            <p class="empty" hidden=live(move || !studio.groups.with(Vec::is_empty))>{empty}</p>
            {list(live(move || studio.groups.get().into_iter().map(group).collect()))}
        </div>
    }
}

/// How much is wrong, what of it is listed, and all safe fixes at once.
pub fn tools(studio: Studio) -> impl IntoView {
    let total = Memo::new(move |_| {
        studio.version.track();
        studio.read(totals).unwrap_or_default()
    });
    let filter = studio.filter;
    let weight = move |severity: Severity, count: fn(Counts) -> usize| {
        let shown = live(move || filter.with(|f| !f.hidden.contains(&severity)).to_string());
        let name = move || {
            let count = count(total.get().0);
            format!("{count} {}{}", word(severity), if count == 1 { "" } else { "s" })
        };
        view! {
            <button
                class="weight" data-severity=word(severity) aria-pressed=shown title="Show or hide these" aria-label=live(name)
                on:click=move |_| studio.toggle_severity(severity)
            >
                <span class="mark" aria-hidden="true" data-glyph=mark(severity)></span>
                {live(move || count(total.get().0).to_string())}
            </button>
        }
        .into_any()
    };
    let safe = Memo::new(move |_| total.get().1);
    view! {
        <span id="problem-count">{live(move || summary(total.get().0))}</span>
        <input
            type="search" class="problems-filter" placeholder="Filter" aria-label="Filter problems"
            prop:value=live(move || filter.with(|f| f.words.clone()))
            on:input=move |event| filter.update(|f| f.words = event_target_value(&event))
        />
        <span class="weights">
            {weight(Severity::Error, |c| c.errors)}
            {weight(Severity::Warning, |c| c.warnings)}
            {weight(Severity::Info, |c| c.infos)}
        </span>
        <button
            class="quiet toggle" aria-pressed=live(move || filter.with(|f| f.unit_only).to_string())
            on:click=move |_| filter.update(|f| f.unit_only = !f.unit_only)
        >"This unit"</button>
        <select
            class="problems-group" aria-label="Group problems"
            prop:value=live(move || if filter.with(|f| f.by_rule) { "rule" } else { "file" })
            on:change=move |event| filter.update(|f| f.by_rule = event_target_value(&event) == "rule")
        >
            <option value="file">"By file"</option>
            <option value="rule">"By rule"</option>
        </select>
        <button hidden=live(move || safe.get() == 0 || studio.is_locked()) on:click=move |_| studio.act(&Command::FixAll)>
            {live(move || format!("Apply all safe fixes ({})", safe.get()))}
        </button>
    }
}

fn mark(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "✕",
        Severity::Warning => "!",
        Severity::Info => "i",
    }
}

fn group_view(studio: Studio, signal: GroupSignal) -> impl IntoView {
    let group = signal.group;
    let (name, rule) = group.with_untracked(|g| (g.name.clone(), g.rule));
    let count = {
        let group = group.clone();
        live(move || group.with(|g| g.problems.len().to_string()))
    };
    let rows = live(move || {
        let rows = group.get().problems.into_iter().map(|p| row(studio, p, rule.is_some()).into_any());
        rows.collect::<Vec<_>>().into_any()
    });
    let name = match rule {
        Some(rule) => link(rule).into_any(),
        None => name.into_any(),
    };
    view! {
        <div class="group">
            <h3>{name}<span class="count">{count}</span></h3>
            <ul>{rows}</ul>
        </div>
    }
}

/// A rule's name, which leads to its page.
fn link(rule: &'static str) -> impl IntoView {
    view! { <a class="rule" href=page(rule) target="_blank" rel="noopener" title="What this rule is about">{rule}</a> }
}

fn row(studio: Studio, problem: Problem, by_rule: bool) -> impl IntoView {
    let Problem { line, file, finding } = problem;
    let place = finding.primary.clone();
    let fix = finding.fix.clone().map(|fix| {
        let title = if fix.safety == Safety::Safe { "Mend this" } else { "Mend this; look at it afterwards" };
        let words = code(&fix.title);
        let command = Command::Fix(fix);
        view! { <button class="fix" title=title disabled=live(move || studio.is_locked()) on:click=move |_| studio.act(&command)>"Fix: "{words}</button> }
    });
    let help = finding.help.as_deref().map(|help| view! { <span class="help">{code(help)}</span> });
    let at = by_rule.then(|| view! { <span class="place">{file}</span> });
    let rule = (!by_rule).then(|| link(finding.rule).into_any());
    view! {
        <li class="problem" data-severity=word(finding.severity)>
            <button class="go" on:click=move |_| studio.show_place(&place.file, place.span)>
                <span class="mark" role="img" aria-label=word(finding.severity)>{mark(finding.severity)}</span>
                <span class="line-number">{line}</span>
                <span class="message">{at}{code(&finding.message)}{help}</span>
            </button>
            {fix}
            {rule}
        </li>
    }
}
