//! `stats` and `backtest`: over a run of our own, and over the logs of the Python tools.

use serde_json::Value;
use specfuse_core::tree::Entry;
use specfuse_tests::corpus;
use specfuse_tests::scene::{Plan, Scene, Unit};
use specfuse_tests::world::World;

fn json(world: &World, args: &[&str]) -> Value {
    let output = world.run(args);
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""), "{args:?}");
    serde_json::from_str(&output.stdout).unwrap()
}

/// T01 fails once, T02 passes at once.
fn ran() -> Scene {
    let agent = "case $unit in T*) [ $unit$attempt = T011 ] || work; complete; echo x > note.$unit;; *) close met; complete;; esac";
    let units = [Unit::new("T01"), Unit::new("T02").after(&["T01"]).head("model: opus")];
    let scene = Plan::of(units).agent(agent).check("[ ! -e note.T01 ] || test -f src/T01.txt").scene();
    scene.expect(0);
    scene
}

#[test]
fn what_a_run_cost_is_counted_by_type_model_and_feature() {
    let (one, two) = (ran(), ran());
    let stats = json(&one, &["stats", "--json"]);
    assert_eq!(stats["version"], 1);
    let total = &stats["total"];
    assert_eq!((total["units"].as_u64(), total["passed_at_once"].as_u64()), (Some(2), Some(1)), "{stats:#}");
    assert_eq!((total["attempts"].as_u64(), total["cost_usd"].as_f64()), (Some(3), Some(0.75)));
    assert_eq!(
        (total["outcomes"]["failed"].as_u64(), total["outcomes"]["passed"].as_u64()),
        (Some(1), Some(2))
    );
    assert_eq!((total["input_tokens"].as_u64(), total["output_tokens"].as_u64()), (Some(30), Some(15)));
    assert_eq!(stats["by_model"]["opus"]["passed_at_once"], 1);
    assert_eq!(stats["by_model"]["sonnet"]["attempts"], 2);
    assert_eq!(stats["by_type"]["implementation"]["units"], 2);
    assert_eq!(stats["by_feature"]["FEAT-2026-0007-scene"]["cost_usd"], 0.75);
    // Over two repositories; one that is named twice counts once.
    let roots = [one.root.to_str().unwrap(), two.root.to_str().unwrap()];
    let both = json(&one, &["stats", "--json", roots[0], roots[1], roots[1]]);
    assert_eq!(
        (both["total"]["attempts"].as_u64(), both["by_repository"].as_object().map(|r| r.len())),
        (Some(6), Some(2))
    );
    let text = one.run(["stats"]).stdout;
    assert!(text.starts_with("2 unit(s), 3 attempt(s), 0 escalation(s), $0.75, "), "{text}");
    assert!(text.contains("implementation") && text.contains("50 %"), "{text}");
    let nothing = World::empty();
    assert_eq!(nothing.run(["stats"]).code, Some(2));
}

#[test]
fn a_decision_is_compared_with_what_would_be_decided_now() {
    let scene = ran();
    let now = json(&scene, &["backtest", "--json"]);
    assert_eq!(
        (now["version"].as_u64(), now["gates"].as_array().map(Vec::len)),
        (Some(1), Some(1)),
        "{now:#}"
    );
    let gate = &now["gates"][0];
    assert_eq!((gate["gate"].as_u64(), gate["differs"].as_bool()), (Some(1), Some(false)), "{now:#}");
    assert_eq!((gate["decided"]["auto"].as_bool(), gate["now"]["auto"].as_bool()), (Some(true), Some(true)));
    // The wish of a closing unit counts now as it did then.
    let close = format!("{}/WU-G1-CLOSE.md", scene.folder);
    let text = scene.read(&close);
    scene.write(&close, text.replacen("type: close\n", "type: close\nauto_close_disabled: true\n", 1));
    let wish = json(&scene, &["backtest", "--json"]);
    assert_eq!(wish["gates"][0]["new"][0], "auto_close_disabled_per_wu: G1-CLOSE", "{wish:#}");
    scene.write(&close, text);
    // Somebody learns that a unit cost too much.
    let unit = format!("{}/WU-T02.md", scene.folder);
    scene.write(&unit, scene.read(&unit).replace("model: opus", "model: opus\nplanned_cost_usd: 0.01"));
    let text = scene.run(["backtest", "--differences"]).stdout;
    assert!(
        text.starts_with(
            "≠ FEAT-2026-0007-scene gate 1: then yes, now no\n    only now: per_wu_cost_overrun: T02"
        ),
        "{text}"
    );
    assert!(
        text.ends_with("1 gate(s): 1 decided then, 1 otherwise now; 0 would close themselves.\n"),
        "{text}"
    );
}

#[test]
fn the_logs_of_the_python_tools_are_counted_whole() {
    let Some(corpus) = corpus::corpus() else { return };
    let world = World::repository();
    let (mut attempts, mut cost, mut decisions) = (0, 0.0, 0);
    for (path, entry) in corpus.tree.iter() {
        let Entry::Text(text) = entry else { continue };
        world.write(path.as_str(), text.as_bytes());
        if path.file_name() != "events.jsonl" {
            continue;
        }
        let mut gates = std::collections::BTreeSet::new();
        for event in text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
            if event["event_type"] == "attempt_outcome" {
                attempts += 1;
                cost += event["payload"]["cost_usd"].as_f64().unwrap_or(0.0);
            }
            if event["event_type"] == "auto_close_decision" {
                gates.insert(event["payload"]["gate"].as_u64());
            }
        }
        decisions += gates.len();
    }
    let stats = json(&world, &["stats", "--json"]);
    assert_eq!(stats["total"]["attempts"], attempts);
    assert!(
        (stats["total"]["cost_usd"].as_f64().unwrap() - cost).abs() < 1e-6,
        "{} is not {cost}",
        stats["total"]
    );
    let of_features = stats["by_feature"].as_object().unwrap().values();
    assert_eq!(of_features.map(|group| group["attempts"].as_u64().unwrap()).sum::<u64>(), attempts);
    let tested = json(&world, &["backtest", "--json"]);
    let gates = tested["gates"].as_array().unwrap();
    assert_eq!(gates.iter().filter(|gate| gate["decided"].is_object()).count(), decisions);
    for gate in gates {
        let now = gate["now"]["reasons"].as_array().unwrap();
        assert_eq!(gate["now"]["auto"], now.is_empty(), "{gate:#}");
    }
}
