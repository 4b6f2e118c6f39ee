//! What a repository is made with, told from the names and a few texts at its top, and the verification
//! that is proposed for it. A proposal: a person reads it, and `doctor --run` tries it.

use crate::load;
use specfuse_core::path::RelPath;
use specfuse_core::tree::Entry;
use specfuse_core::yaml::scalar_for;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Files whose text says more than their name.
const READ: [&str; 12] = [
    "package.json",
    "deno.json",
    "pyproject.toml",
    "requirements.txt",
    "requirements-dev.txt",
    "setup.cfg",
    "tox.ini",
    "Pipfile",
    "Gemfile",
    "Makefile",
    "justfile",
    "composer.json",
];

/// What stands at a repository's top.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Look {
    /// The names there.
    pub names: BTreeSet<String>,
    /// The texts of those that are read.
    pub texts: BTreeMap<String, String>,
}

impl Look {
    /// Looks at the repository at `root`. What cannot be read is passed over.
    pub fn at(root: &Path) -> Look {
        let names = load::top_level(root).unwrap_or_default();
        let text = |name: &str| match load::file(root, &RelPath::new(name).ok()?)? {
            Entry::Text(text) => Some((name.to_owned(), text.to_string())),
            Entry::Opaque(_) => None,
        };
        let texts = READ.iter().filter(|name| names.contains(**name)).filter_map(|name| text(name)).collect();
        Look { names, texts }
    }

    fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    fn any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.has(name))
    }

    fn ends(&self, ends: &[&str]) -> bool {
        self.names.iter().any(|name| ends.iter().any(|end| name.ends_with(end)))
    }

    fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    fn says(&self, files: &[&str], word: &str) -> bool {
        files.iter().any(|file| self.text(file).contains(word))
    }
}

/// A check that is proposed.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Gate {
    name: &'static str,
    command: String,
}

fn gate(name: &'static str, command: impl Into<String>) -> Gate {
    Gate { name, command: command.into() }
}

/// A stack that was found.
struct Stack {
    name: &'static str,
    gates: Vec<Gate>,
}

/// What is proposed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proposal {
    /// What the repository is made with, in words.
    pub stacks: Vec<&'static str>,
    /// The text of `verification.yml`.
    pub text: String,
}

/// Proposes a verification for what was seen.
pub fn propose(look: &Look) -> Proposal {
    let known: [fn(&Look) -> Option<Stack>; 12] =
        [rust, python, node, deno, go, java, dotnet, ruby, php, elixir, swift, zig];
    let mut stacks: Vec<Stack> = known.iter().filter_map(|known| known(look)).collect();
    if stacks.is_empty() {
        stacks.extend(tasks(look));
    }
    Proposal { stacks: stacks.iter().map(|stack| stack.name).collect(), text: text(&stacks) }
}

fn text(stacks: &[Stack]) -> String {
    let mut out = String::from(
        "# What must be green before a unit counts as done. Every command runs at the repository's top, with `sh`.\n\
         # Proposed by `specfuse-loop init`; read it, change it, and try it: specfuse-loop doctor --run\n\
         code:\n",
    );
    for stack in stacks {
        for Gate { name, command } in &stack.gates {
            let name = if stacks.len() > 1 {
                format!("{}-{name}", stack.name.to_lowercase())
            } else {
                (*name).to_owned()
            };
            entry(&mut out, &name, command, 900);
        }
    }
    if stacks.is_empty() {
        out.push_str(
            "  # Nothing was recognised here. Say which command must pass; until then nothing does.\n",
        );
        let command = "echo 'name the command that must pass, in .specfuse/verification.yml' >&2; exit 1";
        entry(&mut out, "name-a-check", command, 60);
    }
    out.push_str("# For units that write documents, and for those that plan or close a gate.\n");
    for set in ["doc", "plannext"] {
        out.push_str(&format!("{set}:\n"));
        entry(&mut out, "plan-present", "test -s {feature_dir}/PLAN.md", 60);
    }
    out
}

fn entry(out: &mut String, name: &str, command: &str, seconds: u32) {
    let name = scalar_for(&name.replace('.', "dot"));
    out.push_str(&format!(
        "  - name: {name}\n    command: {}\n    timeout_seconds: {seconds}\n",
        scalar_for(command)
    ));
}

fn rust(look: &Look) -> Option<Stack> {
    look.has("Cargo.toml").then(|| Stack {
        name: "Rust",
        gates: vec![
            gate("format", "cargo fmt --all --check"),
            gate("clippy", "cargo clippy --workspace --all-targets -- -D warnings"),
            gate("tests", "cargo test --workspace"),
        ],
    })
}

/// The word that runs a tool in the project's own environment, by the file that says so.
const PYTHON_RUNNERS: [(&str, &str); 4] = [
    ("uv.lock", "uv run "),
    ("poetry.lock", "poetry run "),
    ("pdm.lock", "pdm run "),
    ("Pipfile", "pipenv run "),
];

fn python(look: &Look) -> Option<Stack> {
    const CONFIGS: [&str; 6] =
        ["pyproject.toml", "requirements.txt", "requirements-dev.txt", "setup.cfg", "tox.ini", "Pipfile"];
    if !look.any(&CONFIGS) && !look.has("setup.py") && !look.ends(&[".py"]) {
        return None;
    }
    let run = PYTHON_RUNNERS.iter().find(|(file, _)| look.has(file)).map_or("", |(_, run)| run);
    let tool = |name: &str, files: &[&str], section: &str| {
        look.any(files)
            || look.says(&["pyproject.toml", "setup.cfg"], section)
            || look.says(&CONFIGS[1..3], name)
    };
    let mut gates = Vec::new();
    if tool("ruff", &["ruff.toml", ".ruff.toml"], "[tool.ruff") {
        gates.push(gate("ruff", format!("{run}ruff check .")));
    }
    if tool("mypy", &["mypy.ini", ".mypy.ini"], "[tool.mypy") {
        gates.push(gate("types", format!("{run}mypy .")));
    }
    let pytest = look.any(&["pytest.ini", "conftest.py"]) || look.says(&CONFIGS, "pytest");
    // Python's own droppings would count as work of the session.
    let quiet = "PYTHONDONTWRITEBYTECODE=1 ";
    let python = if run.is_empty() { "python3" } else { "python" };
    let tests = match (pytest, look.has("tests")) {
        (true, _) => "pytest -q -p no:cacheprovider",
        (false, true) => "unittest discover -s tests -t .",
        (false, false) => "unittest discover",
    };
    gates.push(gate("tests", format!("{quiet}{run}{python} -m {tests}")));
    Some(Stack { name: "Python", gates })
}

fn node(look: &Look) -> Option<Stack> {
    if !look.has("package.json") {
        return None;
    }
    let manager =
        [("pnpm-lock.yaml", "pnpm"), ("yarn.lock", "yarn"), ("bun.lock", "bun"), ("bun.lockb", "bun")]
            .into_iter()
            .find(|(file, _)| look.has(file))
            .map_or("npm", |(_, manager)| manager);
    let package: serde_json::Value = serde_json::from_str(look.text("package.json")).unwrap_or_default();
    let script = |name: &str| {
        package["scripts"][name].as_str().is_some_and(|script| !script.contains("no test specified"))
    };
    let mut gates = Vec::new();
    for (name, scripts) in [
        ("lint", &["lint"][..]),
        ("types", &["typecheck", "type-check", "check-types"]),
        ("build", &["build"]),
        ("tests", &["test"]),
    ] {
        if let Some(found) = scripts.iter().find(|name| script(name)) {
            gates.push(gate(name, format!("{manager} run {found}")));
        }
    }
    if look.has("tsconfig.json") && !gates.iter().any(|gate| gate.name == "types") {
        gates.insert(0, gate("types", "npx --no-install tsc --noEmit"));
    }
    if !gates.iter().any(|gate| gate.name == "tests") {
        gates.push(gate("tests", if manager == "bun" { "bun test" } else { "node --test" }));
    }
    Some(Stack { name: "Node", gates })
}

fn deno(look: &Look) -> Option<Stack> {
    look.any(&["deno.json", "deno.jsonc"]).then(|| Stack {
        name: "Deno",
        gates: vec![
            gate("format", "deno fmt --check"),
            gate("lint", "deno lint"),
            gate("tests", "deno test"),
        ],
    })
}

fn go(look: &Look) -> Option<Stack> {
    let workspace = look.has("go.work");
    (workspace || look.has("go.mod")).then(|| Stack {
        name: "Go",
        gates: vec![
            // Says which files, for the session that is to mend them.
            gate("format", "files=$(gofmt -l .) && echo \"$files\" && test -z \"$files\""),
            gate("vet", "go vet ./..."),
            gate("tests", "go test ./..."),
        ],
    })
}

fn java(look: &Look) -> Option<Stack> {
    let wrapped = |wrapper: &str, plain: &str| {
        if look.has(wrapper) { format!("./{wrapper}") } else { plain.to_owned() }
    };
    let command = if look.has("pom.xml") {
        format!("{} --batch-mode --quiet verify", wrapped("mvnw", "mvn"))
    } else if look.any(&["build.gradle", "build.gradle.kts"]) {
        format!("{} check", wrapped("gradlew", "gradle"))
    } else {
        return None;
    };
    Some(Stack { name: "Java", gates: vec![gate("tests", command)] })
}

fn dotnet(look: &Look) -> Option<Stack> {
    look.ends(&[".sln", ".slnx", ".csproj", ".fsproj"]).then(|| Stack {
        name: ".NET",
        gates: vec![gate("build", "dotnet build --nologo"), gate("tests", "dotnet test --nologo")],
    })
}

fn ruby(look: &Look) -> Option<Stack> {
    let spec = look.any(&[".rspec", "spec"]) || look.says(&["Gemfile"], "rspec");
    let command = match (spec, look.has("Rakefile")) {
        (true, _) => "bundle exec rspec",
        (false, true) => "bundle exec rake test",
        (false, false) => {
            "bundle exec ruby -Itest -e 'Dir[\"test/**/*_test.rb\"].each { |f| require \"./#{f}\" }'"
        }
    };
    let rubocop = look.has(".rubocop.yml").then(|| gate("rubocop", "bundle exec rubocop"));
    let gates = rubocop.into_iter().chain([gate("tests", command)]).collect();
    look.has("Gemfile").then_some(Stack { name: "Ruby", gates })
}

fn php(look: &Look) -> Option<Stack> {
    let phpunit = look.any(&["phpunit.xml", "phpunit.xml.dist"]) || look.says(&["composer.json"], "phpunit");
    let tests = phpunit.then(|| gate("tests", "vendor/bin/phpunit"));
    let gates = [gate("composer", "composer validate --no-interaction")].into_iter().chain(tests).collect();
    look.has("composer.json").then_some(Stack { name: "PHP", gates })
}

fn elixir(look: &Look) -> Option<Stack> {
    look.has("mix.exs").then(|| Stack {
        name: "Elixir",
        gates: vec![gate("format", "mix format --check-formatted"), gate("tests", "mix test")],
    })
}

fn swift(look: &Look) -> Option<Stack> {
    look.has("Package.swift").then(|| Stack { name: "Swift", gates: vec![gate("tests", "swift test")] })
}

fn zig(look: &Look) -> Option<Stack> {
    look.has("build.zig").then(|| Stack { name: "Zig", gates: vec![gate("tests", "zig build test")] })
}

/// A task runner with a task that says `test` or `check`, where nothing else was recognised.
fn tasks(look: &Look) -> Option<Stack> {
    for (file, run, name) in [("Makefile", "make", "Make"), ("justfile", "just", "Just")] {
        let has = |task: &str| look.text(file).lines().any(|line| line.starts_with(&format!("{task}:")));
        if let Some(task) = ["check", "test"].into_iter().find(|task| has(task)) {
            return Some(Stack { name, gates: vec![gate("tests", format!("{run} {task}"))] });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use specfuse_core::lint::{self, Facts};
    use specfuse_core::tree::Tree;

    fn look(files: &[(&str, &str)]) -> Look {
        Look {
            names: files.iter().map(|(name, _)| (*name).to_owned()).collect(),
            texts: files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect(),
        }
    }

    /// The proposed commands of `code`, after the whole text was found to be sound.
    fn commands(files: &[(&str, &str)]) -> Vec<String> {
        let proposal = propose(&look(files));
        let mut tree = Tree::new();
        let path = RelPath::new(".specfuse/verification.yml").unwrap();
        tree.insert_text(path, proposal.text.clone());
        let folder = RelPath::new(".specfuse/features/FEAT-2026-0001-x").unwrap();
        let findings = lint::lint(&tree, &folder, &Facts::default());
        let wrong: Vec<_> = findings.iter().filter(|f| f.rule.starts_with("verification/")).collect();
        assert!(wrong.is_empty(), "{wrong:?}\n{}", proposal.text);
        let value: serde_yaml::Value = serde_yaml::from_str(&proposal.text).unwrap();
        let names: BTreeSet<&str> =
            value["code"].as_sequence().unwrap().iter().map(|g| g["name"].as_str().unwrap()).collect();
        assert_eq!(names.len(), value["code"].as_sequence().unwrap().len(), "{}", proposal.text);
        let gates = value["code"].as_sequence().unwrap().iter();
        gates.map(|gate| gate["command"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn each_stack_has_its_commands() {
        let last = |files: &[(&str, &str)]| commands(files).pop().unwrap();
        assert_eq!(last(&[("Cargo.toml", "")]), "cargo test --workspace");
        assert_eq!(last(&[("go.mod", "")]), "go test ./...");
        assert_eq!(last(&[("pom.xml", ""), ("mvnw", "")]), "./mvnw --batch-mode --quiet verify");
        assert_eq!(last(&[("build.gradle.kts", "")]), "gradle check");
        assert_eq!(last(&[("App.sln", "")]), "dotnet test --nologo");
        assert_eq!(last(&[("Gemfile", "gem 'rspec'")]), "bundle exec rspec");
        assert_eq!(last(&[("composer.json", "phpunit/phpunit")]), "vendor/bin/phpunit");
        assert_eq!(last(&[("mix.exs", "")]), "mix test");
        assert_eq!(last(&[("Package.swift", "")]), "swift test");
        assert_eq!(last(&[("deno.json", "")]), "deno test");
        assert_eq!(last(&[("build.zig", "")]), "zig build test");
        assert_eq!(last(&[("Makefile", "all:\n\ntest: all\n\ttrue\n")]), "make test");
        assert_eq!(last(&[("justfile", "check:\n  true\n")]), "just check");
        assert!(last(&[]).ends_with("exit 1"));
    }

    #[test]
    fn python_says_how_it_tests() {
        let tests = "PYTHONDONTWRITEBYTECODE=1 ";
        let last = |files: &[(&str, &str)]| commands(files).pop().unwrap();
        assert_eq!(last(&[("pyproject.toml", "")]), format!("{tests}python3 -m unittest discover"));
        assert_eq!(
            last(&[("a.py", ""), ("tests", "")]),
            format!("{tests}python3 -m unittest discover -s tests -t .")
        );
        let pytest = [("pyproject.toml", "[tool.pytest]\n[tool.ruff]\n[tool.mypy]"), ("uv.lock", "")];
        assert_eq!(
            commands(&pytest),
            [
                "uv run ruff check .",
                "uv run mypy .",
                &format!("{tests}uv run python -m pytest -q -p no:cacheprovider")
            ]
        );
        assert!(last(&[("requirements.txt", "pytest==8")]).contains(" python3 -m pytest"));
    }

    #[test]
    fn node_says_how_it_tests() {
        let empty = "{\"scripts\": {\"test\": \"echo \\\"Error: no test specified\\\" && exit 1\"}}";
        assert_eq!(commands(&[("package.json", empty)]), ["node --test"]);
        let full = "{\"scripts\": {\"test\": \"jest\", \"lint\": \"eslint .\", \"type-check\": \"tsc\"}}";
        assert_eq!(
            commands(&[("package.json", full), ("pnpm-lock.yaml", ""), ("tsconfig.json", "")]),
            ["pnpm run lint", "pnpm run type-check", "pnpm run test"]
        );
        assert_eq!(
            commands(&[("package.json", "broken {"), ("tsconfig.json", "")]),
            ["npx --no-install tsc --noEmit", "node --test"]
        );
    }

    #[test]
    fn several_stacks_share_a_set() {
        let proposal = propose(&look(&[("Cargo.toml", ""), ("package.json", "{}"), ("App.csproj", "")]));
        assert_eq!(proposal.stacks, ["Rust", "Node", ".NET"]);
        for name in ["name: rust-tests\n", "name: node-tests\n", "name: dotnet-tests\n"] {
            assert!(proposal.text.contains(name), "{name}: {}", proposal.text);
        }
        assert_eq!(commands(&[("Cargo.toml", ""), ("package.json", "{}"), ("App.csproj", "")]).len(), 6);
    }
}
