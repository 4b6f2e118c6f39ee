//! `status`: one list of what needs a person, most urgent first, each with the command that resolves it.

use serde_json::Value;
use specfuse_tests::program;
use specfuse_tests::scene::{Plan, Scene, Unit};
use std::process::Stdio;

fn needs(scene: &Scene) -> Vec<(String, String, String)> {
    let output = scene.run(["status", "--json"]);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    let json: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(json["version"], 1);
    let word = |need: &Value, key: &str| need[key].as_str().unwrap_or_default().to_owned();
    let needs = json["needs"].as_array().unwrap().iter();
    needs.map(|need| (word(need, "urgency"), word(need, "subject"), word(need, "next"))).collect()
}

fn urgencies(scene: &Scene) -> Vec<String> {
    needs(scene).into_iter().map(|(urgency, _, _)| urgency).collect()
}

#[test]
fn stopped_units_come_first_with_the_decision_and_the_command() {
    let agent = "case $unit in T01) block 'status: blocked\\nblocked_reason: no key';; T*) work; complete;; *) close met; complete;; esac";
    let units = [
        Unit::new("T01"),
        Unit::new("T02").kind("human").after(&["T04"]),
        Unit::new("T03").after(&["T01"]),
        Unit::new("T04"),
    ];
    let scene = Plan::of(units).agent(agent).scene();
    scene.expect(1);
    let list = needs(&scene);
    let first = ("blocked".to_owned(), "FEAT-2026-0007/T01".to_owned());
    assert_eq!((list[0].0.clone(), list[0].1.clone()), first, "{list:?}");
    assert!(list[0].2.contains("specfuse-loop rearm T01 --reason …"), "{list:?}");
    assert_eq!(list[1].0, "person");
    assert!(list[1].2.contains("specfuse-loop done T02 --evidence …"), "{list:?}");
    assert_eq!(list.len(), 2, "what T01 holds up is not listed: {list:?}");
    let text = scene.run(["status"]).stdout;
    assert!(
        text.contains("(agent_reported_blocked): The session of T01 says that it cannot go on."),
        "{text}"
    );
    assert!(text.contains("    The answer to what the session asks"), "{text}");
    assert!(text.ends_with("2 thing(s) need you; 1 feature(s) active.\n"), "{text}");
    // The commands that are named do what they say.
    assert_eq!(scene.run(["rearm", "T01", "--reason", "there is a key"]).code, Some(0));
    assert_eq!(scene.run(["done", "T02", "--evidence", "seen"]).code, Some(0));
    assert_eq!(urgencies(&scene), ["run"]);
}

#[test]
fn a_gate_that_awaits_review_names_the_open_questions() {
    let agent = "case $unit in T*) work; complete;; *) printf '\\n## Gate 1\\n\\nNothing generalizes.\\n' >> \"$feature/RETROSPECTIVE.md\"; complete;; esac";
    let mut plan = Plan::of([
        Unit::new("T01"),
        Unit::new("G1-CLOSE-INTERMEDIATE"),
        Unit::new("G1-PLAN").after(&["G1-CLOSE-INTERMEDIATE"]),
    ]);
    plan.gates[0].retain(|unit| unit.name != "G1-CLOSE");
    plan.gates.push(vec![Unit::new("T02").status("draft"), Unit::new("G2-CLOSE").status("draft")]);
    let scene = plan.agent(agent).files();
    let review = "---\nopen_questions:\n  - Which key?\n---\n\n# Review\n\n## Doubt\n\nNone.\n";
    scene.write(format!("{}/GATE-02-REVIEW.md", scene.folder), review);
    scene.git(["add", "--all"]);
    scene.git(["commit", "--quiet", "--message=Start"]);
    scene.expect(0);
    let list = needs(&scene);
    assert_eq!((list[0].0.as_str(), list[0].1.as_str()), ("review", "gate 1"), "{list:?}");
    assert!(
        list[0].2.contains("read GATE-02-REVIEW.md and the drafts, then: specfuse-loop arm 2 --yes"),
        "{list:?}"
    );
    let text = scene.run(["status"]).stdout;
    assert!(text.contains("    open questions: Which key?\n"), "{text}");
    assert_eq!(scene.run(["arm", "2", "--yes"]).code, Some(0));
    assert_eq!(urgencies(&scene), ["run"]);
}

#[test]
fn a_goal_that_is_not_met_names_its_follow_ups() {
    let scene = Plan::of([Unit::new("T01")])
        .agent("case $unit in T*) work; complete src/T01.txt;; *) close not_met; complete;; esac")
        .files();
    let close = format!("{}/WU-G1-CLOSE.md", scene.folder);
    let text =
        scene.read(&close).replace("status: pending\n", "status: pending\nauto_close_disabled: true\n");
    scene.write(&close, text);
    scene.git(["add", "--all"]);
    scene.git(["commit", "--quiet", "--message=Start"]);
    scene.expect(1);
    let list = needs(&scene);
    assert_eq!((list[0].0.as_str(), list[0].1.as_str()), ("verdict", "gate 1"), "{list:?}");
    assert!(list[0].2.contains("FOLLOW-UPS.md"), "{list:?}");
}

#[test]
fn a_run_that_was_cut_off_comes_before_all_else() {
    let scene = Plan::one("work; complete src/T01.txt").scene();
    let mut command = scene.command(program("specfuse-loop"));
    let killed = command.arg("run").env("SPECFUSE_TEST_KILL", "9").stdout(Stdio::null()).status().unwrap();
    assert_eq!(killed.code(), None);
    let before = scene.dirt();
    let list = needs(&scene);
    assert_eq!(list[0].0, "interrupted", "{list:?}");
    assert!(list[0].2.starts_with("specfuse-loop run goes on"), "{list:?}");
    assert_eq!(scene.dirt(), before);
    scene.expect(0);
    assert_eq!(urgencies(&scene), Vec::<String>::new());
}

#[test]
fn a_driver_that_runs_is_named_and_its_files_are_not_a_need() {
    let scene = Plan::one(
        "touch \"$HOME/running\"; while [ ! -e \"$HOME/go\" ]; do sleep 0.02; done; work; complete",
    )
    .scene();
    let mut command = scene.command(program("specfuse-loop"));
    let mut child = command.arg("run").stdout(Stdio::null()).spawn().unwrap();
    while !scene.home.join("running").exists() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let text = scene.run(["status"]).stdout;
    assert!(text.starts_with(&format!("A driver runs here now: pid {} on ", child.id())), "{text}");
    assert!(!text.contains("cut off") && !text.contains("no commit holds"), "{text}");
    std::fs::write(scene.home.join("go"), "").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn what_stands_in_the_way_of_a_run_is_named() {
    let scene = Plan::of([Unit::new("T01"), Unit::new("T02").status("draft")]).scene();
    scene.write(".specfuse/STOP", "");
    let plan = format!("{}/PLAN.md", scene.folder);
    scene.write(&plan, scene.read(&plan).replace("roadmap_goal: It is made.\n", ""));
    let list = needs(&scene);
    let words: Vec<&str> = list.iter().map(|(urgency, _, _)| urgency.as_str()).collect();
    assert_eq!(words, ["plan", "arm", "uncommitted", "stop_file"], "{list:?}");
    for (place, command) in [
        (0, "specfuse-loop lint "),
        (1, "specfuse-loop arm 1"),
        (2, "run --prepare"),
        (3, "rm .specfuse/STOP"),
    ] {
        assert!(list[place].2.contains(command), "{list:?}");
    }
}

#[test]
fn commands_say_which_feature_when_several_are_active() {
    let scene = Plan::of([Unit::new("T01")]).scene();
    let other = ".specfuse/features/FEAT-2026-0008-other";
    for name in ["PLAN.md", "GATE-01.md", "WU-T01.md", "WU-G1-CLOSE.md"] {
        let text = scene.read(format!("{}/{name}", scene.folder));
        scene.write(
            format!("{other}/{name}"),
            text.replace("FEAT-2026-0007", "FEAT-2026-0008").replace("feat/scene", "feat/other"),
        );
    }
    let list = needs(&scene);
    for feature in ["FEAT-2026-0007", "FEAT-2026-0008"] {
        let run = format!("specfuse-loop run --feature {feature}");
        assert!(list.iter().any(|(_, _, next)| *next == run), "{list:?}");
    }
    assert!(scene.run(["status", "8"]).stdout.contains("FEAT-2026-0008"));
}
