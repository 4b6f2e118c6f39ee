//! The reference pages of the book say what the program says: they are made from the schema, the
//! linter's rules, the programs' help and the table of exit codes. After a change of those:
//! `SPECFUSE_RENEW=1 cargo test -p specfuse-tests --test reference`.

use specfuse_core::lint::rules::ALL;
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

/// A table of keys, and below it those that nothing acts on yet.
fn table(kind: Option<FileKind>, keys: &[Key]) -> String {
    let mut out = String::from("| key | value | default | written by | meaning |\n|---|---|---|---|---|\n");
    for key in keys {
        let default = if key.required { "**required**" } else { key.default };
        let writer = match key.writer {
            Writer::Person => "person",
            Writer::Driver => "driver",
            Writer::Both => "both",
        };
        let (value, meaning) = (cell(&key.ty.describe()), cell(key.meaning));
        let _ = writeln!(out, "| `{}` | {value} | {} | {writer} | {meaning} |", key.name, cell(default));
    }
    let idle: Vec<String> = keys
        .iter()
        .filter(|key| kind.is_some_and(|kind| schema::is_without_effect(kind, key.name)))
        .map(|key| format!("`{}`", key.name))
        .collect();
    if !idle.is_empty() {
        let _ = write!(
            out,
            "\nRead, checked and kept, but without effect in this version: {}.\n",
            idle.join(", ")
        );
    }
    out
}

fn check_keys(name: &str, file: &str, kind: FileKind, intro: &str, more: &str) {
    let body = format!("{intro}\n\n{}{more}", table(Some(kind), schema::keys(kind)));
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
    let checks = table(None, schema::VERIFICATION_GATE);
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
    let source = fs::read_to_string(root().join("cli/src/exit_code.rs")).unwrap();
    let lines =
        source.lines().filter_map(|line| line.strip_prefix("//! ").filter(|line| line.starts_with('|')));
    let table: Vec<&str> = lines.collect();
    assert!(table.len() > 4, "the table of exit codes was not found");
    let body = format!("The same for every command.\n\n{}\n", table.join("\n"));
    check("exit-codes", "Exit codes", "What the exit code of a command means.", &body);
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

#[test]
fn keys_without_effect_are_not_acted_on() {
    let acting: Vec<String> =
        ["core/src/drive", "core/src/close", "cli/src"].into_iter().flat_map(sources).collect();
    assert!(acting.len() > 20, "only {} files were found", acting.len());
    for (kind, names) in schema::WITHOUT_EFFECT {
        // `autosync` is read from the configuration and given to nobody.
        for name in names.iter().filter(|name| **name != "autosync") {
            let uses = |text: &String| {
                text.contains(&format!("\"{name}\"")) || text.contains(&format!(".{name}.get()"))
            };
            assert!(
                !acting.iter().any(uses),
                "{kind:?}: `{name}` is acted on; take it out of WITHOUT_EFFECT"
            );
        }
    }
}
