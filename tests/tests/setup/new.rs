//! `new`: a feature from a title.

use crate::{commit, dirt, ok, repository};
use std::fs;

#[test]
fn a_title_becomes_a_feature_that_lints() {
    let world = repository();
    ok(&world, &["init"]);
    commit(&world, "Set up");
    let args = ["new", "Say \"hello\": twice", "--goal", "It says hello.", "--produces", "src/hello.rs"];
    let shown = ok(&world, &[&args[..], &["--dry-run"]].concat());
    assert!(dirt(&world).is_empty() && shown.stdout.contains("+status: active"), "{}", shown.stdout);
    let output = ok(&world, &[&args[..], &["--oracle", "test -s src/hello.rs"]].concat());
    let folder = ".specfuse/features/FEAT-2026-0001-say-hello-twice";
    assert!(output.stdout.contains(folder) && output.stdout.contains("run --prepare"), "{}", output.stdout);
    let lint = ok(&world, &["lint"]);
    assert!(lint.stdout.contains("0 errors, 0 warnings"), "{}", lint.stdout);
    assert!(
        world.read(".specfuse/roadmap.md").contains("| FEAT-2026-0001 | Say \"hello\": twice | active |")
    );
    let dry = ok(&world, &["run", "--dry-run"]);
    assert!(dry.stdout.contains("T01") && dry.stdout.contains("G1-CLOSE"), "{}", dry.stdout);
}

#[test]
fn ids_go_on_and_a_second_feature_is_planned() {
    let world = repository();
    ok(&world, &["init"]);
    ok(&world, &["new", "First"]);
    fs::create_dir_all(world.at(".specfuse/features/FEAT-2026-0041-given-up")).unwrap();
    let output = ok(&world, &["new", "Second", "--gates", "2", "--units", "3", "--base", "main"]);
    assert!(
        output.stdout.contains("FEAT-2026-0042") && output.stdout.contains("is `planned`"),
        "{}",
        output.stdout
    );
    let plan = world.read(".specfuse/features/FEAT-2026-0042-second/PLAN.md");
    assert!(plan.contains("status: planned") && plan.contains("base: main"), "{plan}");
    let lint = ok(&world, &["lint"]);
    assert!(lint.stdout.contains("0 errors"), "{}", lint.stdout);
    let dry = ok(&world, &["run", "--dry-run", "--feature", "42"]);
    assert!(dry.stdout.contains("G1-PLAN") && dry.stdout.contains("T03"), "{}", dry.stdout);
    ok(&world, &["new", "Third", "--draft"]);
    let dry = world.run(["run", "--dry-run", "--feature", "43"]);
    assert_eq!(dry.code, Some(2), "{}", dry.stdout);
}

#[test]
fn what_cannot_be_is_refused_and_nothing_is_written() {
    let world = repository();
    assert_eq!(world.run(["new", "x"]).code, Some(2), "there is no .specfuse yet");
    ok(&world, &["init"]);
    ok(&world, &["new", "Taken"]);
    commit(&world, "Set up");
    for (args, words) in [
        (&["new", "  "][..], "title"),
        (&["new", "x", "--id", "FEAT-1"], "FEAT-2026-0042"),
        (&["new", "x", "--id", "FEAT-2026-0001"], "is taken"),
        (&["new", "x", "--branch", "a b"], "no name for a branch"),
        (&["new", "x", "--base", "a..b"], "no name for a branch"),
        (&["new", "x", "--gates", "0"], "take 1 to"),
        (&["new", "x", "--units", "51"], "take 1 to"),
        (&["new", "x", "--goal", " "], "roadmap_goal"),
    ] {
        let output = world.run(args);
        assert_eq!(output.code, Some(2), "{args:?}: {}", output.stdout);
        assert!(output.stderr.contains(words), "{args:?}: {}", output.stderr);
        assert!(dirt(&world).is_empty(), "{args:?}");
    }
}
