//! `init` and `upgrade`: what they write, and what they leave alone.

use crate::{commit, dirt, ok, repository};
use specfuse_tests::world::World;
use std::fs;

const RULE: &str = ".specfuse/rules/never-touch.md";
const MANIFEST: &str = ".specfuse/.scaffold-manifest";

/// A repository whose scaffold was written by an older program: one rule nobody changed, one that
/// somebody did, and one that is shipped no longer.
fn older() -> World {
    let world = repository();
    ok(&world, &["init"]);
    let current = world.read(MANIFEST);
    let mut manifest: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&current).unwrap();
    let sum = |text: &str| {
        world.write("sum", text);
        let output = std::process::Command::new("sha256sum").arg(world.at("sum")).output().unwrap();
        fs::remove_file(world.at("sum")).unwrap();
        String::from_utf8(output.stdout).unwrap()[..64].to_owned()
    };
    world.write(RULE, "An old rule.\n");
    manifest.insert("rules/never-touch.md".into(), sum("An old rule.\n").into());
    world.write(".specfuse/rules/close-discipline.md", "Our own rule.\n");
    world.write(".specfuse/rules/retired.md", "Retired.\n");
    manifest.insert("rules/retired.md".into(), sum("Retired.\n").into());
    world.write(".specfuse/VERSION", "0.29.1\n");
    world.write(MANIFEST, serde_json::to_string_pretty(&manifest).unwrap());
    commit(&world, "An older scaffold");
    world
}

#[test]
fn init_makes_what_is_missing_and_touches_nothing_else() {
    let world = repository();
    world.write("Cargo.toml", "[package]\n");
    world.write(".gitignore", "/target\n");
    world.write(".specfuse/roadmap.md", "ours\n");
    world.write(RULE, "ours\n");
    commit(&world, "Before");
    let shown = ok(&world, &["init", "--dry-run"]);
    assert!(dirt(&world).is_empty(), "{:?}", dirt(&world));
    assert!(shown.stdout.contains("+++ b/.specfuse/verification.yml"), "{}", shown.stdout);
    assert!(shown.stdout.contains("+    command: cargo test --workspace"), "{}", shown.stdout);
    let output = ok(&world, &["init"]);
    assert!(output.stdout.contains(": Rust\n"), "{}", output.stdout);
    assert!(output.stdout.contains("kept     .specfuse/roadmap.md"), "{}", output.stdout);
    assert!(output.stdout.contains(&format!("kept     {RULE}")), "{}", output.stdout);
    assert_eq!((world.read(".specfuse/roadmap.md"), world.read(RULE)), ("ours\n".into(), "ours\n".into()));
    assert!(world.read(".gitignore").starts_with("/target\n.specfuse/.loop/\n"));
    for path in
        [".specfuse/verification.yml", ".specfuse/rules-local/README.md", ".specfuse/features/.gitkeep"]
    {
        assert!(world.at(path).exists(), "{path}");
    }
    let lines: Vec<String> = dirt(&world);
    assert!(lines.iter().all(|line| line.starts_with("??") || line == " M .gitignore"), "{lines:?}");
    commit(&world, "Set up");
    let again = ok(&world, &["init"]);
    assert!(dirt(&world).is_empty() && again.stdout.contains("kept"), "{}", again.stdout);
    assert_eq!(ok(&world, &["init", "--dry-run"]).stdout, "");
}

#[test]
fn init_works_from_a_folder_below_and_needs_git() {
    let world = repository();
    fs::create_dir(world.at("deep")).unwrap();
    let program = specfuse_tests::program("specfuse-loop");
    let mut command = world.command(&program);
    assert!(command.arg("init").current_dir(world.at("deep")).status().unwrap().success());
    assert!(world.at(".specfuse/VERSION").exists() && !world.at("deep/.specfuse").exists());
    let bare = World::empty();
    let output = bare.run(["init"]);
    assert_eq!(output.code, Some(1), "{}", output.stderr);
    assert!(output.stderr.contains("git init"), "{}", output.stderr);
    assert!(!bare.at(".specfuse").exists());
}

#[test]
fn init_says_when_git_would_leave_the_plans_out() {
    let world = repository();
    world.write(".gitignore", ".specfuse\n");
    assert!(ok(&world, &["init"]).stdout.contains("git ignores .specfuse/"));
}

#[test]
fn upgrade_overlays_what_nobody_changed() {
    let world = older();
    let shown = ok(&world, &["upgrade", "--dry-run"]);
    assert!(
        shown.stdout.contains("-An old rule.") && !shown.stdout.contains("Our own rule"),
        "{}",
        shown.stdout
    );
    assert!(dirt(&world).is_empty());
    let output = ok(&world, &["upgrade"]);
    assert!(output.stdout.contains(&format!("updated   {RULE}")), "{}", output.stdout);
    assert!(output.stdout.contains("close-discipline.md (changed here, left)"), "{}", output.stdout);
    assert!(output.stderr.contains("rules/retired.md"), "{}", output.stderr);
    assert!(world.read(RULE).starts_with("# What a session leaves alone"));
    assert_eq!(world.read(".specfuse/rules/close-discipline.md"), "Our own rule.\n");
    assert_eq!(world.read(".specfuse/VERSION"), format!("{}\n", env!("CARGO_PKG_VERSION")));
    commit(&world, "Upgraded");
    ok(&world, &["upgrade"]);
    assert!(dirt(&world).is_empty(), "a second one changes nothing: {:?}", dirt(&world));
}

#[test]
fn upgrade_replaces_changed_files_only_when_told_and_never_uncommitted_edits() {
    let world = older();
    world.write(".specfuse/templates/WU.template.md", "not committed\n");
    fs::remove_file(world.at(".specfuse/templates/GATE.template.md")).unwrap();
    let output = ok(&world, &["upgrade", "--yes", "--prune"]);
    assert!(world.read(".specfuse/rules/close-discipline.md").starts_with("# Closing"));
    assert_eq!(world.read(".specfuse/templates/WU.template.md"), "not committed\n");
    assert!(output.stderr.contains("WU.template.md holds edits that are not committed"), "{}", output.stderr);
    assert!(world.at(".specfuse/templates/GATE.template.md").exists());
    assert!(!world.at(".specfuse/rules/retired.md").exists());
    assert!(!world.read(MANIFEST).contains("retired"));
}

#[test]
fn upgrade_never_goes_back() {
    let world = repository();
    ok(&world, &["init"]);
    world.write(".specfuse/VERSION", "99.0.0\n");
    world.write(RULE, "A rule of the future.\n");
    commit(&world, "Newer");
    let output = world.run(["upgrade", "--yes"]);
    assert_eq!(output.code, Some(1), "{}", output.stdout);
    assert!(output.stderr.contains("99.0.0") && output.stderr.contains("install"), "{}", output.stderr);
    assert!(dirt(&world).is_empty());
}
