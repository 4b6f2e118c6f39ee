//! `events`: queries, following, validation, and the published schema.

use serde_json::Value;
use specfuse_core::event_types;
use specfuse_tests::corpus;
use specfuse_tests::program;
use specfuse_tests::scene::{Plan, Scene, Unit};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

/// A scene in which T01 fails once, and T02 passes.
fn ran() -> Scene {
    let agent = "case $unit in T*) [ $unit$attempt = T011 ] || work; complete; echo x > note.$unit;; *) close met; complete;; esac";
    let scene = Plan::of([Unit::new("T01"), Unit::new("T02").after(&["T01"])])
        .agent(agent)
        .check("[ ! -e note.T01 ] || test -f src/T01.txt")
        .scene();
    scene.expect(0);
    scene
}

#[test]
fn a_query_filters_by_type_unit_outcome_and_time() {
    let scene = ran();
    let ask = |args: &[&str]| {
        let output = scene.run([&["events"][..], args].concat());
        assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""), "{args:?}");
        output.stdout
    };
    assert_eq!(ask(&[]).lines().count(), scene.events().len());
    let failed = ask(&["--type", "attempt_outcome", "--outcome", "failed", "--unit", "T01"]);
    assert!(failed.starts_with("2026-03-04 05:06:07  T01 ") && failed.lines().count() == 1, "{failed}");
    assert!(failed.contains("attempt 1 failed ($0.25)"), "{failed}");
    assert_eq!(ask(&["--outcome", "failed", "--unit", "T02"]), "No event fits.\n");
    assert_eq!(ask(&["--since", "2026-03-05"]), "No event fits.\n");
    assert_eq!(ask(&["--since", "1h"]), ask(&["--since", "2026-03-04T05:06:07"]));
    assert_eq!(ask(&["--last", "2"]).lines().count(), 2);
    let log = scene.read(format!("{}/events.jsonl", scene.folder));
    assert_eq!(ask(&["--json"]), log);
    assert_eq!(ask(&["--json", "--since", "2026-03-05"]), "");
}

#[test]
fn a_filter_that_can_match_nothing_is_refused() {
    let scene = Plan::of([Unit::new("T01")]).scene();
    for (args, hint) in [
        (["--type", "attempt_outcom"], "did you mean attempt_outcome?"),
        (["--outcome", "pased"], "did you mean passed?"),
        (["--since", "noon"], "write a time in UTC"),
        (["--feature", "none"], "FEAT-2026-0007"),
    ] {
        let output = scene.run([&["events"][..], &args].concat());
        assert_eq!(output.code, Some(2), "{args:?}: {}", output.stdout);
        assert!(output.stderr.contains(hint), "{args:?}: {}", output.stderr);
    }
}

#[test]
fn following_shows_what_comes_and_ends_with_ctrl_c() {
    let scene = Plan::one("work; complete src/T01.txt").scene();
    let mut command = scene.command(program("specfuse-loop"));
    let mut child = command
        .args(["events", "--follow", "--type", "task_completed"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    scene.expect(0);
    let line = lines.next().unwrap().unwrap();
    assert!(line.contains("T01") && line.contains("after 1 attempt(s)"), "{line}");
    let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(lines.next().is_none());
}

#[test]
fn lines_that_are_not_as_the_schema_wants_them_are_named() {
    let scene = ran();
    let output = scene.run(["events", "validate"]);
    assert_eq!(output.code, Some(0), "{}", output.stdout);
    assert!(output.stdout.ends_with("in 1 log(s), all as the schema wants them.\n"), "{}", output.stdout);
    let path = format!("{}/events.jsonl", scene.folder);
    let lines = scene.events().len();
    let good = scene.read(&path);
    let strange = good.lines().next().unwrap().replace("task_started", "task_begun");
    scene.write(&path, format!("{good}noon\n\n{strange}\n"));
    let output = scene.run(["events", "validate"]);
    assert_eq!(output.code, Some(1));
    assert!(output.stdout.contains(&format!("{path}:{}: it is no JSON", lines + 1)), "{}", output.stdout);
    let unknown = format!("{path}:{}: no type of event is called \"task_begun\"", lines + 3);
    assert!(output.stdout.contains(&unknown), "{}", output.stdout);
    assert!(output.stdout.ends_with("2 not as the schema wants them.\n"), "{}", output.stdout);
    let named = scene.run(["events", "validate", &path]);
    assert_eq!((named.code, named.stdout), (output.code, output.stdout));
}

/// The entry of a schema for one type, by the key that tells the types apart.
fn entry<'a>(schema: &'a Value, key: &str, name: &Value) -> &'a Value {
    let entries = schema["allOf"].as_array().unwrap();
    let found = entries.iter().find(|entry| entry["if"]["properties"][key]["const"] == *name);
    &found.unwrap_or_else(|| panic!("the schema lacks {name}"))["then"]
}

#[test]
fn the_schema_of_a_run_describes_every_line() {
    let schema =
        |world: &Scene| serde_json::from_str(&world.run(["events", "schema", "--stream"]).stdout).unwrap();
    let agent = "echo x > note; [ $attempt = 1 ] || work; complete";
    let scene = Plan::one(agent).check("[ ! -e note ] || test -f src/T01.txt").scene();
    let schema: Value = schema(&scene);
    let output = scene.run(["run", "--output", "json"]);
    let mut seen = std::collections::BTreeSet::new();
    for line in output.stdout.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let described = entry(&schema, "type", &line["type"]);
        let wanted: Vec<&str> =
            described["required"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let object = line.as_object().unwrap();
        assert!(wanted.iter().all(|key| object.contains_key(*key)), "{line}");
        let known = |key: &String| {
            described["properties"].get(key).is_some() || ["type", "version"].contains(&key.as_str())
        };
        assert!(object.keys().all(known), "{line}");
        seen.insert(line["type"].as_str().unwrap().to_owned());
    }
    for name in ["say", "event", "session_began", "session_ended", "checks_began", "check_ended", "stop"] {
        assert!(seen.contains(name), "{name}: {seen:?}");
    }
}

/// The logs of the Python tools hold what the table says that they hold.
#[test]
fn the_corpus_is_as_the_schema_wants_it() {
    let Some(corpus) = corpus::corpus() else { return };
    let mut lines = 0;
    for (path, _) in corpus.tree.iter().filter(|(path, _)| path.file_name() == "events.jsonl") {
        let text = corpus.tree.text(path).unwrap();
        for (number, line) in (1..).zip(text.lines()) {
            assert_eq!(event_types::complaints(line), Vec::<String>::new(), "{path}:{number}");
            lines += 1;
        }
    }
    assert!(lines > 500, "only {lines} lines were found");
}
