//! The guide's first plan is true: its files are written and its commands are run in a sealed world,
//! in the order of the page, and each says what the page says. So does the demo what the README says.

use specfuse_core::markdown::Markdown;
use specfuse_core::span::Span;
use specfuse_tests::world::{Output, World};
use specfuse_tests::{program, root};
use std::path::Path;
use std::{env, fs};

/// What a reader types goes on in the folder that the last command left.
struct Reader {
    world: World,
    folder: String,
}

impl Reader {
    /// Runs the lines of a block until one fails; what they wrote to standard output.
    fn run(&mut self, commands: &str) -> String {
        let mut shell = self.world.command("sh");
        let programs = program("specfuse-loop");
        let programs = programs.parent().map(Path::to_owned).expect("a program lies in a folder");
        let usual = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths([programs].into_iter().chain(env::split_paths(&usual)));
        let path = path.expect("no folder of the path has a colon");
        let here = self.world.home.join("here");
        let script = format!("cd '{}'\n{commands}\npwd > '{}'\n", self.folder, here.display());
        let output = Output::of(shell.args(["-e", "-c", &script]).env("PATH", path));
        assert_eq!(output.code, Some(0), "{commands}\n{}{}", output.stdout, output.stderr);
        self.folder = fs::read_to_string(here).expect("the shell wrote it").trim_end().to_owned();
        output.stdout
    }
}

/// That `said` has the lines of `expected`, where `…` stands for anything, also for whole lines.
fn check(commands: &str, said: &str, expected: &str) {
    let mut lines = said.lines();
    let mut skipping = false;
    for wanted in expected.lines() {
        if wanted == "…" {
            skipping = true;
            continue;
        }
        let fits = |line: &str| match wanted.split_once('…') {
            Some((head, tail)) => line.starts_with(head) && line.ends_with(tail),
            None => line == wanted,
        };
        let found = if skipping { lines.any(fits) } else { lines.next().is_some_and(fits) };
        assert!(found, "{commands}\nsays:\n{said}\nand not, where the page has it: {wanted}");
        skipping = false;
    }
    assert!(skipping || lines.next().is_none(), "{commands}\nsays more than the page:\n{said}");
}

#[test]
fn the_first_plan_runs_as_written() {
    let page = fs::read_to_string(root().join("docs/src/guide/first-plan.md")).unwrap();
    let markdown = Markdown::read(&page, Span::new(0, page.len()));
    let mut reader = Reader { world: World::empty(), folder: ".".to_owned() };
    let (mut commands, mut said) = ("", None::<String>);
    let (mut ran, mut compared) = (0, 0);
    for fence in &markdown.fences {
        let (info, body) = (fence.info.value.as_str(), fence.content.slice(&page));
        match info.split_once(" file=") {
            Some((_, file)) => reader.world.write(Path::new(&reader.folder).join(file), body),
            None if info == "sh" => {
                (commands, said) = (body, Some(reader.run(body)));
                ran += 1;
            }
            None if info == "text" => {
                check(commands, &said.take().expect("commands come before what they say"), body);
                compared += 1;
            }
            None => panic!("the page has a block `{info}` that is neither file, commands nor output"),
        }
    }
    assert!(ran >= 5 && compared >= 4, "only {ran} commands were run, {compared} compared");
}

#[test]
fn the_demo_says_what_the_readme_shows() {
    let page = fs::read_to_string(root().join("README.md")).unwrap();
    let markdown = Markdown::read(&page, Span::new(0, page.len()));
    let shown = markdown.fences.iter().find(|fence| fence.info.value == "text").expect("a transcript");
    let world = World::empty();
    let output = world.run(["demo", "--dir", "demo"]);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    check("demo", &output.stdout, &format!("…\n{}…", shown.content.slice(&page)));
}
