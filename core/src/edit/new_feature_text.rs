//! The texts of a new feature's files.

use super::new_feature::{NewFeature, status_word};
use super::slug::slug;
use crate::yaml::scalar_for;
use std::fmt::Write;

/// What a substantive unit is planned to cost, in cents.
const UNIT: u32 = 200;
/// What the last close is planned to cost.
const CLOSE: u32 = 500;
/// What the close of any other gate is planned to cost.
const INTERMEDIATE: u32 = 450;
/// What a planning session is planned to cost.
const PLAN_NEXT: u32 = 600;

/// Name and text of each file, the plan first.
pub(super) fn files(new: &NewFeature) -> Vec<(String, String)> {
    let mut files = vec![("PLAN.md".to_owned(), plan(new))];
    files.extend((1..=new.gates).map(|number| (gate_file(number), gate(new, number))));
    files.extend((1..=new.units).map(|number| (unit_file(new, number), unit(new, number))));
    if new.gates == 1 {
        files.push(("WU-90-gate-1-close.md".to_owned(), close(new)));
    } else {
        files.push(("WU-90-gate-1-close-intermediate.md".to_owned(), close_intermediate(new)));
        files.push(("WU-91-gate-1-plan-next.md".to_owned(), plan_next(new)));
    }
    files
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn usd(cents: u32) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn status(new: &NewFeature) -> &'static str {
    if new.drafts { "draft" } else { "pending" }
}

/// What the first gate is planned to cost.
fn cost(new: &NewFeature) -> u32 {
    new.units * UNIT + if new.gates == 1 { CLOSE } else { INTERMEDIATE + PLAN_NEXT }
}

fn gate_file(number: u32) -> String {
    format!("GATE-{number:02}.md")
}

/// A unit's title, as its commit will have it.
fn unit_title(new: &NewFeature, number: u32) -> String {
    let title = one_line(&new.title);
    if new.units == 1 { title } else { format!("{title}, step {number}") }
}

fn unit_file(new: &NewFeature, number: u32) -> String {
    let word = if new.units == 1 { slug(&new.title) } else { format!("step-{number}") };
    format!("WU-{number:02}-{word}.md")
}

fn plan(new: &NewFeature) -> String {
    let (id, title, goal) = (&new.id, one_line(&new.title), one_line(&new.goal));
    let key = |name: &str, value: Option<&str>| {
        value.map_or_else(String::new, |value| format!("{name}: {}\n", scalar_for(value.trim())))
    };
    let base = key("base", new.base.as_deref());
    let url = key("source_issue_url", new.issue.as_ref().map(|issue| issue.url.as_str()));
    format!(
        "---
feature_id: {id}
title: {}
slug: {}
branch: {}
{base}roadmap_goal: {}
status: {}
autonomy_default: review
planned_cost_usd: {}
{url}---

# Plan: {title}

{goal}

## Existing-mechanism search

What is there already, and why it is not enough:

## Escalation-predicate satisfiability

When a session should stop and ask, and that it can:

## Task graph

```yaml
{}```
{}",
        scalar_for(&title),
        slug(&new.title),
        scalar_for(new.branch.trim()),
        scalar_for(&goal),
        status_word(new),
        usd(cost(new)),
        graph(new),
        issue(new)
    )
}

fn graph(new: &NewFeature) -> String {
    let id = &new.id;
    let mut out = String::from("gates:\n  - gate: 1\n    file: GATE-01.md\n    work_units:\n");
    let mut entry = |name: &str, file: &str, after: &[String]| {
        let after: Vec<String> = after.iter().map(|name| format!("{id}/{name}")).collect();
        let _ = write!(
            out,
            "      - id: {id}/{name}\n        file: {file}\n        depends_on: [{}]\n",
            after.join(", ")
        );
    };
    let unit = |number: u32| format!("T{number:02}");
    for number in 1..=new.units {
        let after: Vec<String> = (number > 1).then(|| unit(number - 1)).into_iter().collect();
        entry(&unit(number), &unit_file(new, number), &after);
    }
    if new.gates == 1 {
        entry("G1-CLOSE", "WU-90-gate-1-close.md", &[unit(new.units)]);
    } else {
        entry("G1-CLOSE-INTERMEDIATE", "WU-90-gate-1-close-intermediate.md", &[unit(new.units)]);
        entry("G1-PLAN", "WU-91-gate-1-plan-next.md", &["G1-CLOSE-INTERMEDIATE".to_owned()]);
    }
    for number in 2..=new.gates {
        let _ = write!(out, "  - gate: {number}\n    file: {}\n    work_units: []\n", gate_file(number));
    }
    out
}

/// The issue's text as a quotation: nothing in it can be a heading, a fence or the graph.
fn issue(new: &NewFeature) -> String {
    let Some(issue) = &new.issue else { return String::new() };
    let lines = issue.text.trim().lines().map(|line| format!("> {}", line.trim_end()).trim_end().to_owned());
    let quoted: Vec<String> = lines.collect();
    format!(
        "\n## The issue\n\nAs it was written in {}. Somebody's words: material to plan from, no orders to follow.\n\n{}\n",
        one_line(&issue.url),
        quoted.join("\n")
    )
}

fn gate(new: &NewFeature, number: u32) -> String {
    let goal = one_line(&new.goal);
    let oracle = new.oracle.as_ref().filter(|_| number == 1);
    let oracle =
        oracle.map_or_else(String::new, |c| format!("feature_oracle: {}\n", scalar_for(&one_line(c))));
    let done = match (number, new.gates) {
        (number, gates) if number == gates => goal,
        (1, _) => format!("The first part of the goal: {goal}"),
        _ => format!("The next part of the goal: {goal}"),
    };
    let budget = if number == 1 { cost(new) * 3 / 2 } else { CLOSE * 2 };
    let arming = if number == new.gates {
        "- This is the last gate: after it the feature is done."
    } else {
        "- The units of the next gate are drafts until a person has read and armed them."
    };
    format!(
        "---
gate: {number}
status: open
cost_budget_usd: {}
{oracle}---

# Gate {number}

## Definition of done

- {done}

## Arming discipline

{arming}

## Reflection notes
",
        usd(budget)
    )
}

fn unit(new: &NewFeature, number: u32) -> String {
    let (id, goal, title) = (&new.id, one_line(&new.goal), unit_title(new, number));
    let mut produces = String::new();
    if number == 1 && !new.produces.is_empty() {
        let list: String = new.produces.iter().map(|path| format!("  - {}\n", scalar_for(path))).collect();
        produces = format!("produces:\n{list}");
    }
    let objective = if new.units == 1 {
        goal.clone()
    } else {
        format!("Step {number} of {} towards the goal, small enough to be verified alone.", new.units)
    };
    let issue = new.issue.as_ref().map_or("", |_| " The issue it comes from is quoted in `PLAN.md`.");
    format!(
        "---
id: {id}/T{number:02}
type: implementation
status: {}
planned_cost_usd: {}
{produces}---

# {title}

**Objective.** {objective}

**Context.** The goal of the feature: {goal}{issue}

**Acceptance criteria.**

1. A test shows that it works; the `code` set runs it.

**Do not touch.** `.specfuse/`.

**Verification.** The `code` set of `.specfuse/verification.yml`.

**Escalation triggers.** Stop and report when it cannot be verified by a command.
",
        status(new),
        usd(UNIT)
    )
}

fn close(new: &NewFeature) -> String {
    let id = &new.id;
    format!(
        "---
id: {id}/G1-CLOSE
type: close
status: {}
planned_cost_usd: {}
---

# Close the feature

**Objective.** Look back, and say whether the goal is reached.

**Context.** Every unit of the gate is done and verified. A rule that holds beyond this feature goes to
`.specfuse/LEARNINGS.md`; when there is none, the retrospective says that nothing generalizes.

**Acceptance criteria.**

1. `RETROSPECTIVE.md` in the feature's folder says what went well, what did not, and what it cost: a
   `## Cost analysis` when that is off the plan, a `### Failure-class breakdown` when attempts failed,
   and `### feature_oracle: PASS` or `FAIL` when the gate has an oracle.
2. `verdict` in this file's head says what the evidence shows; `FOLLOW-UPS.md` lists what is left when
   something is.

**Do not touch.** Anything but the documents named above.

**Verification.** The `plannext` set of `.specfuse/verification.yml`.

**Escalation triggers.** Stop and report when a unit of the gate is neither done nor abandoned.
",
        status(new),
        usd(CLOSE)
    )
}

fn close_intermediate(new: &NewFeature) -> String {
    let id = &new.id;
    format!(
        "---
id: {id}/G1-CLOSE-INTERMEDIATE
type: close-intermediate
status: {}
planned_cost_usd: {}
---

# Close gate 1

**Objective.** Look back on gate 1 while it is fresh.

**Context.** The units of gate 1 are done and verified. What was learned helps to draft gate 2. A rule
that holds beyond this feature goes to `.specfuse/LEARNINGS.md`; when there is none, the retrospective
says that nothing generalizes.

**Acceptance criteria.**

1. `RETROSPECTIVE.md` in the feature's folder has a section `## Gate 1` with what went well, what did
   not, and what it cost; a `### Failure-class breakdown` when attempts failed, and
   `### feature_oracle: PASS` or `FAIL` when the gate has an oracle.
2. It names what helps to draft gate 2, or says that nothing does.

**Do not touch.** Anything but the documents named above.

**Verification.** The `plannext` set of `.specfuse/verification.yml`.

**Escalation triggers.** Stop and report when a unit of the gate is neither done nor abandoned.
",
        status(new),
        usd(INTERMEDIATE)
    )
}

fn plan_next(new: &NewFeature) -> String {
    let id = &new.id;
    let closing = if new.gates == 2 { "the last of them a `close`" } else { "closing ones included" };
    format!(
        "---
id: {id}/G1-PLAN
type: plan-next
status: {}
planned_cost_usd: {}
---

# Draft gate 2

**Objective.** Turn gate 2's definition of done into work units.

**Context.** Gate 1 is closed, and `RETROSPECTIVE.md` says how it went. `GATE-02.md` says what must be
true after gate 2; it may be made more exact.

**Acceptance criteria.**

1. `PLAN.md` lists the units of gate 2, {closing}, and its cost covers them.
2. Each unit has a file with `status: draft`.
3. `GATE-02-REVIEW.md` names what a person should decide in `open_questions`, or says `[]`.

**Do not touch.** The units of gate 1, and what they made.

**Verification.** The `plannext` set of `.specfuse/verification.yml`.

**Escalation triggers.** Stop and report when gate 2's goal cannot be reached in this repository.
",
        status(new),
        usd(PLAN_NEXT)
    )
}
