//! What to show of the thing under a pointer, as Markdown.

use super::Assist;
use super::lookup::{Thing, shorts, waiting};
use crate::model::feature::{Feature, Gate};
use crate::model::status::Vocabulary;
use crate::model::verification::Set;
use crate::schema::{Key, Writer};
use crate::span::Span;

/// What is known of a thing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hover {
    /// Where the thing is written.
    pub span: Span,
    /// What is to be said, as Markdown.
    pub text: String,
    /// The rule whose page says more.
    pub rule: Option<&'static str>,
}

impl Assist<'_> {
    /// What is known of the thing at `offset`.
    pub fn hover(&self, offset: usize) -> Option<Hover> {
        let (thing, span) = self.thing(offset)?;
        let rule = match &thing {
            Thing::Rule(rule) => Some(rule.id),
            _ => None,
        };
        Some(Hover { span, text: describe(&thing), rule })
    }
}

fn describe(thing: &Thing<'_>) -> String {
    match thing {
        Thing::Unit(feature, unit) => of_unit(feature, *unit),
        Thing::Gate(feature, gate) => of_gate(feature, gate),
        Thing::Feature(feature) => of_feature(feature),
        Thing::Set(_, set) => of_set(set),
        Thing::Check(_, check) => match check.command.get() {
            Some(command) => fenced(command),
            None => "a check without a command".to_owned(),
        },
        Thing::Rule(rule) => format!("**{}** ({})\n\n{}", rule.id, rule.severity, rule.summary),
        Thing::Key(key, word) => of_key(key, word.as_deref()),
        Thing::Section(known) => format!("**{}**\n\n{}", known.name, known.meaning),
    }
}

/// A key's line of the reference.
pub(super) fn of_key(key: &Key, word: Option<&str>) -> String {
    let mut parts = Vec::new();
    let meaning = word.map_or("", |word| key.ty.meaning(word));
    if let (Some(word), false) = (word, meaning.is_empty()) {
        parts.push(format!("**{word}**: {meaning}"));
    }
    parts.push(format!("**{}**: {}", key.name, key.meaning));
    let default = match (key.required, key.default) {
        (true, _) => " Required.".to_owned(),
        (false, "") => String::new(),
        (false, default) => format!(" When it is not there: {default}."),
    };
    parts.push(format!("Value: {}.{default}", key.ty.describe()));
    match key.writer {
        Writer::Person => {}
        Writer::Driver => parts.push("Written by the driver; leave it alone.".to_owned()),
        Writer::Both => parts.push("The driver writes it too.".to_owned()),
    }
    parts.join("\n\n")
}

/// A unit in a few lines, with what it waits for and what waits for it.
fn of_unit(feature: &Feature, index: usize) -> String {
    let mut parts = vec![unit_in_short(feature, index)];
    let Some(unit) = feature.units.get(index) else { return String::new() };
    let after = shorts(unit.entry.depends_on.iter().map(|d| d.value.as_str()));
    if !after.is_empty() {
        parts.push(format!("Waits for {after}."));
    }
    let before = shorts(waiting(feature, unit));
    if !before.is_empty() {
        parts.push(format!("Before: {before}."));
    }
    parts.join("\n\n")
}

/// A unit in two lines.
pub(super) fn unit_in_short(feature: &Feature, index: usize) -> String {
    let Some(unit) = feature.units.get(index) else { return String::new() };
    let word = |word: Option<&'static str>| word.unwrap_or("unknown");
    let mut parts = vec![format!("**{}** {}", unit.short_id(), plain(unit.title()))];
    let gate = feature.gates.get(unit.gate).map_or(0, |gate| gate.number);
    match &unit.file {
        None => parts.push(format!("Its file is not there. Gate {gate}.")),
        Some(file) => {
            let kind = word(file.kind().map(Vocabulary::word));
            let status = word(file.status().map(Vocabulary::word));
            let cost = file.planned_cost_usd.get().map_or(String::new(), |usd| format!(", planned ${usd}"));
            parts.push(format!("{kind}, `{status}`, gate {gate}{cost}"));
        }
    }
    parts.join("\n\n")
}

/// A gate in a few lines.
pub(super) fn of_gate(feature: &Feature, gate: &Gate) -> String {
    let status = gate.status().map_or("unknown", Vocabulary::word);
    let mut parts = vec![format!("**Gate {}**, `{status}`", gate.number)];
    let ids: Vec<&str> = feature.units_of(gate).map(|(_, unit)| unit.id()).collect();
    match ids.as_slice() {
        [] => parts.push("Not drafted yet.".to_owned()),
        ids if ids.len() > 30 => parts.push(format!("{} units.", ids.len())),
        ids => parts.push(format!("Units: {}.", shorts(ids.iter().copied()))),
    }
    if let Some(oracle) = gate.file.as_ref().and_then(|file| file.feature_oracle.get()) {
        parts.push(format!("Done when this is green:\n\n{}", fenced(oracle)));
    }
    parts.join("\n\n")
}

fn of_feature(feature: &Feature) -> String {
    let plan = feature.plan.as_deref();
    let id = feature.id().map_or_else(|| feature.folder_name().to_owned(), |id| id.to_string());
    let title = plan.and_then(|plan| plan.title.get()).map_or("", String::as_str);
    let status = feature.status().map_or("unknown", Vocabulary::word);
    let goal = plan.and_then(|plan| plan.roadmap_goal.get()).map_or("", String::as_str);
    let size = format!("{} gates, {} units", feature.gates.len(), feature.units.len());
    format!("**{id}** {}\n\n`{status}`, {size}\n\n{}", plain(title), plain(goal)).trim_end().to_owned()
}

fn of_set(set: &Set) -> String {
    let checks: Vec<String> = set
        .checks
        .iter()
        .map(|check| {
            let name = check.name.get().map_or("(no name)", String::as_str);
            format!("- {}: {}", plain(name), check.command.get().map_or(String::new(), |c| code(c)))
        })
        .collect();
    format!("**{}**: {} checks\n\n{}", plain(&set.name.value), checks.len(), checks.join("\n"))
}

/// A person's words in one line, with nothing in them that Markdown would act on.
pub(super) fn plain(words: &str) -> String {
    let mut out = String::new();
    for c in words.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        if matches!(c, '*' | '_' | '`' | '[' | ']' | '<' | '>' | '#' | '\\' | '|' | '!' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn code(command: &str) -> String {
    let line = command.split_whitespace().collect::<Vec<_>>().join(" ");
    let marks = "`".repeat(longest_run(&line) + 1);
    format!("{marks} {line} {marks}")
}

fn fenced(command: &str) -> String {
    let marks = "`".repeat((longest_run(command) + 1).max(3));
    format!("{marks}sh\n{}\n{marks}", command.trim_end())
}

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
