//! An empty repository of each stack: `init`, `new`, `run --dry-run`, `run` with a scripted agent. Where the
//! tool chain is not on this machine, the proposal and the dry run are still tested, and the test says so.

use crate::{commit, ok, program};
use specfuse_tests::world::World;
use std::io::Write;
use std::process::Command;

/// The way from an empty repository with the files of `start` to a finished feature, with an agent that
/// does `agent`, a piece of shell.
fn story(start: &[(&str, &str)], tools: &[&str], proposed: &[&str], agent: &str, made: &str) {
    let mut world = World::repository();
    start.iter().for_each(|(file, text)| world.write(file, text));
    // Toolchains keep caches and settings in the home of whoever runs the tests.
    for name in ["CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "GOCACHE", "PYENV_ROOT"] {
        std::env::var_os(name).into_iter().for_each(|value| world.set(name, value));
    }
    if let Some(home) = std::env::home_dir() {
        for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup"), ("PYENV_ROOT", ".pyenv")]
        {
            if std::env::var_os(name).is_none() && home.join(folder).is_dir() {
                world.set(name, home.join(folder));
            }
        }
    }
    ok(&world, &["init"]);
    commit(&world, "Set up");
    let sets = world.read(".specfuse/verification.yml");
    proposed.iter().for_each(|command| assert!(sets.contains(command), "{command}: {sets}"));
    let output =
        ok(&world, &["new", "Greet people", "--produces", made, "--oracle", &format!("test -s {made}")]);
    assert!(output.stdout.contains("FEAT-2026-0001"), "{}", output.stdout);
    let lint = ok(&world, &["lint"]);
    assert!(lint.stdout.contains("0 errors"), "{}", lint.stdout);
    program(&mut world, "agent", &format!("cat > /dev/null\nset -e\n{agent}\n"));
    world.write(".specfuse/config", "agent: mine\nagents: {mine: {command: [agent]}}\n");
    let dry = ok(&world, &["run", "--dry-run"]);
    assert!(dry.stdout.contains("T01 [implementation]"), "{}", dry.stdout);
    let missing: Vec<&&str> = tools.iter().filter(|tool| !works(&world, tool)).collect();
    if !missing.is_empty() {
        // Past the test runner, which shows what a test that passes prints to nobody.
        let told = writeln!(std::io::stderr(), "{made}: NOT RUN to its end here, for want of {missing:?}");
        assert!(told.is_ok());
        let doctor = world.run(["doctor"]);
        assert!(doctor.code == Some(1) || doctor.stdout.contains("code/"), "{}", doctor.stdout);
        return;
    }
    let output = world.run(["run", "--prepare"]);
    assert_eq!(output.code, Some(0), "{}\n{}", output.stdout, output.stderr);
    assert!(output.stdout.contains("T01 done") && output.stdout.contains("is complete"), "{}", output.stdout);
    let log = world.git(["log", "--format=%s"]);
    assert!(log.contains("feat: Greet people"), "{log}");
    let names = world.git(["log", "-1", "--format=", "--name-only", "--grep=^feat: Greet"]);
    assert!(names.lines().all(|name| name.starts_with(".specfuse/") || !name.contains("cache")), "{names}");
}

fn works(world: &World, tool: &str) -> bool {
    let mut command: Command = world.command("sh");
    command.args(["-c", tool]).output().is_ok_and(|output| output.status.success())
}

#[test]
fn rust() {
    story(
        &[
            ("Cargo.toml", "[package]\nname = \"hello\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
            ("src/main.rs", "fn main() {\n    println!(\"Hello, world!\");\n}\n"),
            (".gitignore", "/target\n"),
        ],
        &["cargo --version", "cargo fmt --version", "cargo clippy --version"],
        &["cargo fmt --all --check", "cargo clippy", "cargo test --workspace"],
        "printf '#[test]\\nfn greets() {\\n    assert_eq!(format!(\"Hello, {}\", \"Ada\"), \"Hello, Ada\");\\n}\\n' > tests.tmp\n\
         mkdir -p tests && mv tests.tmp tests/greet.rs",
        "tests/greet.rs",
    );
}

#[test]
fn python() {
    story(
        &[("pyproject.toml", "[project]\nname = \"hello\"\nversion = \"0.1.0\"\n")],
        &["python3 --version"],
        &["python3 -m unittest discover"],
        "printf 'def greet(name):\\n    return \"Hello, \" + name\\n' > greet.py\n\
         printf 'import unittest\\nfrom greet import greet\\n\\n\\nclass Greets(unittest.TestCase):\\n    def test_name(self):\\n        self.assertEqual(greet(\"Ada\"), \"Hello, Ada\")\\n' > test_greet.py",
        "greet.py",
    );
}

#[test]
fn node() {
    story(
        &[(
            "package.json",
            "{\"name\": \"hello\", \"version\": \"1.0.0\", \"scripts\": {\"test\": \"echo \\\"Error: no test specified\\\" && exit 1\"}}\n",
        )],
        &["node --version"],
        &["node --test"],
        "printf 'exports.greet = (name) => \"Hello, \" + name;\\n' > greet.js\n\
         printf 'const test = require(\"node:test\");\\nconst assert = require(\"node:assert\");\\nconst { greet } = require(\"./greet\");\\ntest(\"greets\", () => assert.strictEqual(greet(\"Ada\"), \"Hello, Ada\"));\\n' > greet.test.js",
        "greet.js",
    );
}

#[test]
fn go() {
    story(
        &[("go.mod", "module example.org/hello\n\ngo 1.19\n")],
        &["go version"],
        &["go vet ./...", "go test ./..."],
        "printf 'package hello\\n\\n// Greet greets.\\nfunc Greet(name string) string {\\n\\treturn \"Hello, \" + name\\n}\\n' > greet.go\n\
         printf 'package hello\\n\\nimport \"testing\"\\n\\nfunc TestGreet(t *testing.T) {\\n\\tif Greet(\"Ada\") != \"Hello, Ada\" {\\n\\t\\tt.Fatal(\"no greeting\")\\n\\t}\\n}\\n' > greet_test.go",
        "greet.go",
    );
}
