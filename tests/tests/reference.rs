//! The reference pages of the book say what the program says: they are made from the schema, the
//! linter's rules, the programs' help and the table of exit codes. After a change of those:
//! `SPECFUSE_RENEW=1 cargo test -p specfuse-tests --test reference`.

use serde_json::Value;
use specfuse_core::close::requirements::{REQUIREMENTS, When};
use specfuse_core::event_types::{self, Field, Origin};
use specfuse_core::lint::rules::ALL;
use specfuse_core::model::status::Vocabulary;
use specfuse_core::schema::{self, FileKind, Key, Writer};
use specfuse_tests::world::{Output, World};
use specfuse_tests::{program, root};
use std::fmt::Write;
use std::fs;

const RENEW: &str = "SPECFUSE_RENEW";

/// The page `name` of the reference is `body` under its head; renews it when asked to.
fn check(name: &str, title: &str, description: &str, body: &str) {
    let note = "This page is made from the source; see [Contributing](../contributing.md#pages).";
    let text =
        format!("---\ndescription: {description}\n---\n\n# {title}\n\n{}\n\n{note}\n", body.trim_end());
    let file = root().join("docs/src/reference").join(format!("{name}.md"));
    if std::env::var_os(RENEW).is_some() {
        fs::write(&file, &text).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
    }
    let current = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        current == text,
        "docs/src/reference/{name}.md is not current; renew it: {RENEW}=1 cargo test -p specfuse-tests --test reference"
    );
}

/// A cell of a table: what would end it is escaped.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// Tables of keys: what a person writes, what the driver writes, and those that nothing acts on yet.
fn tables(keys: &[Key]) -> String {
    let (driver, person): (Vec<&Key>, Vec<&Key>) = keys.iter().partition(|key| key.writer == Writer::Driver);
    let mut out = String::from("| key | value | default | meaning |\n|---|---|---|---|\n");
    for key in person {
        let default = if key.required { "**required**" } else { key.default };
        let also = if key.writer == Writer::Both { " The driver writes it too." } else { "" };
        let (name, value, meaning) = (key.name, cell(&key.ty.describe()), cell(key.meaning));
        let _ = writeln!(out, "| `{name}` | {value} | {} | {meaning}{also} |", cell(default));
    }
    if !driver.is_empty() {
        out.push_str("\n## Written by the driver\n\n| key | value | meaning |\n|---|---|---|\n");
    }
    for key in driver {
        let (value, meaning) = (cell(&key.ty.describe()), cell(key.meaning));
        let _ = writeln!(out, "| `{}` | {value} | {meaning} |", key.name);
    }
    out
}

fn check_keys(name: &str, file: &str, kind: FileKind, intro: &str, more: &str) {
    let body = format!("{intro}\n\n{}{more}", tables(schema::keys(kind)));
    check(name, &format!("Keys of {file}"), &format!("Every key of {file}."), &body);
}

#[test]
fn keys_of_plan() {
    let intro = "The frontmatter of `PLAN.md`. The task graph below it is described in \
                 [Writing plans](../guide/writing-plans.md#the-task-graph).";
    check_keys("plan", "PLAN.md", FileKind::Plan, intro, "");
}

#[test]
fn keys_of_gate() {
    check_keys("gate", "GATE-NN.md", FileKind::Gate, "The frontmatter of a gate's file.", "");
}

#[test]
fn keys_of_work_unit() {
    let intro = "The frontmatter of a work unit's file. What the driver writes, a session must not.";
    check_keys("work-unit", "a work unit", FileKind::Unit, intro, "");
}

#[test]
fn keys_of_review() {
    let intro = "The frontmatter of a gate's review, which the planning session before that gate writes.";
    check_keys("review", "GATE-NN-REVIEW.md", FileKind::Review, intro, "");
}

#[test]
fn keys_of_verification() {
    let intro =
        "`.specfuse/verification.yml`. Every other key at the top is the name of a set: a list of checks.";
    let checks = tables(schema::VERIFICATION_GATE);
    let more = format!("\n## A check of a set\n\n{checks}");
    check_keys("verification", "verification.yml", FileKind::Verification, intro, &more);
}

#[test]
fn keys_of_config() {
    let intro = "`.specfuse/config` is YAML; all of it is optional. Adapters are described in \
                 [Agents](../guide/agents.md), `lint` in [Linting](../guide/linting.md#weights).";
    check_keys("config", ".specfuse/config", FileKind::Config, intro, "");
}

#[test]
fn rules() {
    let mut body = format!(
        "{} rules. ◆ marks a rule that the Python linters lack. `specfuse-loop explain RULE` prints the same \
         page as the link.\n",
        ALL.len()
    );
    let mut group = "";
    for rule in ALL {
        let (of, _) = rule.id.split_once('/').expect("an id is group/name");
        if of != group {
            let _ = write!(body, "\n## {of}\n\n| rule | severity | fires when |\n|---|---|---|\n");
            group = of;
        }
        let mark = if rule.beyond_python { " ◆" } else { "" };
        let severity = match rule.off_by_default {
            true => format!("off ({})", rule.severity),
            false => rule.severity.to_string(),
        };
        let page = rule.id.replace('/', "-");
        let _ = writeln!(
            body,
            "| [`{}`](rules/{page}.md){mark} | {severity} | {} |",
            rule.id,
            cell(rule.summary)
        );
    }
    check("rules", "Lint rules", "Every rule of the linter, by group.", &body);
}

#[test]
fn exit_codes() {
    let help = help("specfuse-loop", &["--help"]);
    let lines = help.lines().skip_while(|line| *line != "Exit codes:").skip(1);
    let rows: Vec<(&str, &str)> = lines.map_while(|line| line.trim().split_once("  ")).collect();
    assert!(rows.len() > 3, "the exit codes were not found in the help");
    let rows: String =
        rows.iter().map(|(code, meaning)| format!("| {code} | {} |\n", cell(meaning.trim()))).collect();
    let body = format!("The same for every command.\n\n| code | meaning |\n|---|---|\n{rows}");
    check("exit-codes", "Exit codes", "What the exit code of a command means.", &body);
}

/// A table of fields.
fn fields(fields: &[Field]) -> String {
    let rows = fields.iter().map(|field| {
        let must = if field.needed { "always" } else { "" };
        let null = if field.nullable { ", or null" } else { "" };
        format!("| `{}` | {}{null} | {must} | {} |\n", field.name, field.shape, cell(field.meaning))
    });
    format!("| field | holds | there | meaning |\n|---|---|---|---|\n{}", rows.collect::<String>())
}

#[test]
fn events() {
    let mut body = format!(
        "`events.jsonl` in a feature's folder: one JSON object a line, appended, never rewritten, committed \
         with the work. [`specfuse-loop events`](../guide/looking-back.md) queries and follows it, `events \
         validate` compares it with the [schema](events-schema.md).\n\n{}\n\
         Home folders and values that look like secrets are replaced before a line is written. A line that \
         cannot be read is passed over, and lint names it (`file/event-line`). A payload may hold more \
         fields than are listed here.\n\n## Types\n\n",
        fields(event_types::FIELDS)
    );
    for known in event_types::TYPES {
        let python =
            if known.origin == Origin::Python { " Only the Python tools write it; it is kept." } else { "" };
        let _ = write!(body, "### {}\n\nWhen: {}.{python}\n\n", known.name, known.when);
        if !known.fields.is_empty() {
            let _ = writeln!(body, "{}", fields(known.fields));
        }
    }
    body.push_str("## Outcomes of an attempt\n\n| outcome | what happened |\n|---|---|\n");
    for (word, meaning) in event_types::OUTCOMES {
        let _ = writeln!(body, "| `{word}` | {} |", cell(meaning));
    }
    body.push_str("\n## Reasons for calling a person\n\nSee [When it stops](../guide/stopped.md).\n");
    check("events", "Events", "What the driver writes to events.jsonl.", &body);
}

/// What a program prints.
fn printed(args: &[&str]) -> String {
    let output = World::empty().run(args);
    assert_eq!(output.code, Some(0), "{args:?}: {}", output.stderr);
    output.stdout
}

#[test]
fn schema_of_events() {
    let schema = printed(&["events", "schema"]);
    let body = format!("`specfuse-loop events schema` prints it, too.\n\n```json\n{schema}```\n");
    check("events-schema", "Schema of events", "The JSON Schema of a line of events.jsonl.", &body);
}

#[test]
fn lines_of_a_run() {
    let text = printed(&["events", "schema", "--stream"]);
    let schema: Value = serde_json::from_str(&text).expect("a schema is JSON");
    let mut body = String::from(
        "`specfuse-loop run --output json` writes one JSON object a line to standard output, and nothing \
         else. Each has `type` and `version`; the version changes when a field changes its meaning or goes, \
         not when one is added.\n",
    );
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for line in schema["allOf"].as_array().expect("a schema for each type") {
        let (name, then) = (word(&line["if"]["properties"]["type"]["const"]), &line["then"]);
        let _ = write!(
            body,
            "\n## {name}\n\nWhen: {}.\n\n| field | meaning |\n|---|---|\n",
            word(&then["description"])
        );
        for (field, shape) in then["properties"].as_object().expect("a line has fields") {
            let _ = writeln!(body, "| `{field}` | {} |", cell(&word(&shape["description"])));
        }
    }
    let _ = write!(
        body,
        "\n## Schema\n\n`specfuse-loop events schema --stream` prints it, too.\n\n```json\n{text}```\n"
    );
    check("run-output", "Lines of a run", "What `run --output json` writes.", &body);
}

#[test]
fn what_a_close_must_leave_behind() {
    let mut body = String::from(
        "What a closing session is checked against, after its verification is green. The session is told \
         the same.\n\n| of | wanted | when |\n|---|---|---|\n",
    );
    for requirement in REQUIREMENTS {
        let kinds: Vec<String> = requirement.kinds.iter().map(|kind| format!("`{}`", kind.word())).collect();
        let when = match requirement.when {
            When::Always => "always",
            When::MetOffPlan => "the verdict is `met`, and a unit cost more or less than planned",
            When::AttemptsFailed => "an attempt of the gate failed",
            When::NotMet => "the verdict is `not_met`",
            When::HasOracle => "the gate has a `feature_oracle`",
        };
        let wanted =
            requirement.wanted.replace("{N}", "N").replace("{REVIEW}", "the next gate's GATE-NN-REVIEW.md");
        let _ = writeln!(body, "| {} | {} | {when} |", kinds.join(", "), cell(&wanted));
    }
    let description = "What a closing unit owes, and when.";
    check("closing", "What a close must leave behind", description, &body);
}

/// The words in code marks in the first cells of the tables of `page`.
fn reasons(page: &str) -> Vec<&str> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let cells = rows.filter_map(|row| row.split(" |").next());
    cells
        .flat_map(|cell| cell.split('`').step_by(2))
        .filter(|word| word.contains('_') && !word.contains(' '))
        .collect()
}

#[test]
fn words_of_the_log_are_those_of_the_machine() {
    let machine = sources("core/src/drive").join("\n");
    let text = fs::read_to_string(root().join("docs/src/guide/stopped.md")).unwrap();
    let named = reasons(&text);
    assert!(named.len() >= 15, "only {named:?} were found");
    for word in named {
        assert!(
            machine.contains(&format!("\"{word}\"")),
            "guide/stopped.md names `{word}`, which nothing writes"
        );
    }
}

/// The table of event types says who writes them; its outcomes are those of the machine.
#[test]
fn event_types_are_those_that_are_written() {
    let writers = ["core/src/drive", "core/src/edit", "cli/src"].map(sources).concat().join("\n");
    for known in event_types::TYPES.iter().filter(|known| known.origin == Origin::Here) {
        let written = writers.contains(&format!("\"{}\"", known.name));
        assert!(written, "{}: nothing writes it, says core/src/event_types/table.rs otherwise", known.name);
    }
    let state = fs::read_to_string(root().join("core/src/drive/state.rs")).unwrap();
    let words = state.split_once("pub fn word(self)").expect("outcomes have words").1;
    let words = words.split_once("\n    }").expect("the function ends").0;
    let words: Vec<&str> = words.split('"').skip(1).step_by(2).collect();
    assert!(words.len() > 10, "only {words:?} were found");
    for word in words {
        assert!(
            event_types::OUTCOMES.iter().any(|(known, _)| *known == word),
            "the table lacks the outcome {word}"
        );
    }
}

/// What a program says when it is asked for help.
fn help(name: &str, args: &[&str]) -> String {
    let output = Output::of(World::empty().command(program(name)).args(args));
    assert_eq!(output.code, Some(0), "{name} {args:?}: {}", output.stderr);
    let lines: Vec<&str> = output.stdout.lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// The commands that a program's help lists.
fn commands(help: &str) -> Vec<&str> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = lines.take_while(|line| line.starts_with("  "));
    listed.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect()
}

#[test]
fn commands_and_options() {
    let top = help("specfuse-loop", &["--help"]);
    let mut body =
        format!("What the programs say of themselves.\n\n## specfuse-loop\n\n```text\n{top}\n```\n");
    let names = commands(&top);
    assert!(names.len() > 5, "only {} commands were found", names.len());
    for name in names {
        let _ = write!(body, "\n## {name}\n\n```text\n{}\n```\n", help("specfuse-loop", &[name, "--help"]));
    }
    let _ = write!(body, "\n## specfuse-lint\n\n```text\n{}\n```\n", help("specfuse-lint", &["--help"]));
    check("commands", "Commands", "Every command with its options.", &body);
}

/// The Rust files below `folder`, tests aside.
fn sources(folder: &str) -> Vec<String> {
    let listed = specfuse_tests::git(&["ls-files", "--cached", "--others", "--exclude-standard", folder]);
    let text = specfuse_tests::text(&listed);
    let files = text.lines().filter(|file| file.ends_with(".rs") && !file.contains("tests"));
    files.filter_map(|file| fs::read_to_string(root().join(file)).ok()).collect()
}
