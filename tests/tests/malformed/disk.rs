//! What only a real disk can hold: links, folders, pipes and odd names; and the programs' answer to
//! every broken plan, in every format.

use crate::all;
use serde_json::Value;
use specfuse_tests::sample::{self, FOLDER};
use specfuse_tests::world::{Output, World};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

const FORMATS: [&str; 5] = ["text", "short", "json", "sarif", "github"];

/// The sample on disk, broken by `change`, linted in every format. Each `rule file` of `expect` must
/// be found; nothing else decides.
fn check(change: impl FnOnce(&World), expect: &[&str]) {
    let world = World::empty();
    sample::write(&world);
    change(&world);
    let found = in_every_format(&world, &[FOLDER]);
    for wanted in expect {
        let (rule, file) = wanted.split_once(' ').expect("a rule and a file");
        let is = |f: &Value| f["rule"] == rule && f["path"].as_str().is_some_and(|path| path.ends_with(file));
        assert!(found.iter().any(is), "no {wanted}: {found:#?}");
    }
    assert!(!expect.is_empty() || found.is_empty(), "{found:#?}");
}

/// Runs `specfuse-lint` over `paths` in every format, and answers what the JSON says was found.
fn in_every_format(world: &World, paths: &[&str]) -> Vec<Value> {
    let run = |format: &str| world.lint(["--format", format].iter().chain(paths));
    let outputs = FORMATS.map(run);
    let json: Value =
        serde_json::from_str(&outputs[2].stdout).unwrap_or_else(|why| panic!("{why}: {:?}", outputs[2]));
    let folders = json["folders"].as_array().expect("the JSON has folders");
    let of = |folder: &Value| folder["findings"].as_array().expect("a folder has findings").clone();
    let findings: Vec<Value> = folders.iter().flat_map(of).collect();
    for (format, output) in FORMATS.into_iter().zip(&outputs) {
        assert!(matches!(output.code, Some(0 | 1)), "{format}: {output:?}");
        assert_eq!(output.code, outputs[0].code, "{format} has another exit code");
        nothing_steers_a_terminal(format, output);
    }
    let count =
        |format: usize, is: fn(&str) -> bool| outputs[format].stdout.lines().filter(|line| is(line)).count();
    assert_eq!(
        count(1, |line| line.contains(": error[") || line.contains(": warning[") || line.contains(": info[")),
        findings.len()
    );
    assert_eq!(
        count(4, |line| line.starts_with("::error ")
            || line.starts_with("::warning ")
            || line.starts_with("::notice ")),
        findings.len()
    );
    let sarif: Value = serde_json::from_str(&outputs[3].stdout).expect("SARIF is JSON");
    assert_eq!(sarif["version"], "2.1.0");
    assert_eq!(sarif["runs"][0]["results"].as_array().map(Vec::len), Some(findings.len()));
    findings
}

/// No control character, and none that turns the direction of what follows, is printed raw.
fn nothing_steers_a_terminal(format: &str, output: &Output) {
    let bare = !matches!(format, "json" | "sarif");
    let steers = |c: &char| {
        if !bare {
            return c.is_ascii_control() && *c != '\n';
        }
        c.is_control() && *c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    for text in [&output.stdout, &output.stderr] {
        let found = text.chars().find(steers);
        assert_eq!(found, None, "{format}: {:?}", text.lines().find(|line| line.contains(|c| steers(&c))));
    }
    if format == "github" {
        let line = |line: &&str| {
            !line.starts_with("::") && !line.starts_with("OK — ") && !line.starts_with("FAIL — ")
        };
        assert_eq!(output.stdout.lines().find(line), None, "a line that is no workflow command");
    }
}

/// Takes the file away and gives the place to `put`.
fn replace(world: &World, name: &str, put: impl FnOnce(&Path)) {
    let path = world.at(sample::full_name(name));
    fs::remove_file(&path).expect("the sample has the file");
    put(&path);
}

/// Every kind of file that the plan needs.
const KINDS: [&str; 7] =
    ["PLAN.md", "GATE-01.md", "WU-01-moon.md", "verification.yml", "roadmap.md", "config", "events.jsonl"];

fn check_kinds(rule: &str, put: impl Fn(&World, &Path)) {
    for name in KINDS {
        check(|world| replace(world, name, |path| put(world, path)), &[&format!("{rule} {name}")]);
    }
}

#[test]
fn folders_are_no_files() {
    check_kinds("file/not-a-file", |_, path| fs::create_dir(path).unwrap());
}

#[test]
fn links_that_lead_nowhere_or_round_are_no_files() {
    check_kinds("file/not-a-file", |_, path| symlink("nowhere.md", path).unwrap());
    check_kinds("file/not-a-file", |_, path| symlink(path, path).unwrap());
}

#[test]
fn links_that_leave_the_folder_are_not_followed() {
    check_kinds("file/outside-folder", |world, path| {
        let secret = world.home.join("secret");
        fs::write(&secret, "id: SECRET\n").unwrap();
        symlink(secret, path).unwrap();
    });
    check_kinds("file/outside-folder", |_, path| symlink("/dev/zero", path).unwrap());
    check_kinds("file/outside-folder", |_, path| symlink("/", path).unwrap());
    check(
        |world| replace(world, "WU-01-moon.md", |path| symlink("../../verification.yml", path).unwrap()),
        &["file/outside-folder WU-01-moon.md"],
    );
}

#[test]
fn links_that_stay_inside_are_followed() {
    check(
        |world| {
            let path = world.at(sample::full_name("WU-01-moon.md"));
            let other = path.with_file_name("moon.text");
            fs::rename(&path, &other).unwrap();
            symlink("moon.text", &path).unwrap();
        },
        &[],
    );
    let to_a_folder = |path: &Path| symlink(".", path).unwrap();
    check(|world| replace(world, "GATE-01.md", to_a_folder), &["file/not-a-file GATE-01.md"]);
}

#[test]
fn pipes_and_sockets_are_not_waited_for() {
    check_kinds("file/not-a-file", |_, path| {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    });
    check_kinds("file/not-a-file", |_, path| drop(UnixListener::bind(path).unwrap()));
}

#[test]
fn what_may_not_be_read_is_named() {
    if is_root() {
        eprintln!("skipped: root may read everything");
        return;
    }
    check_kinds("file/not-a-file", |_, path| {
        fs::write(path, "x").unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o0)).unwrap();
    });
}

/// Whether permissions stop nobody here.
fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("the system has `id`");
    id.stdout == b"0\n"
}

#[test]
fn files_of_megabytes_are_named_and_not_read() {
    check_kinds("file/too-large", |_, path| fs::write(path, vec![b'x'; 10_000_000]).unwrap());
    check_kinds("file/too-large", |_, path| fs::File::create(path).unwrap().set_len(1 << 40).unwrap());
}

#[test]
fn other_things_beside_the_plan_do_no_harm() {
    check(
        |world| {
            let folder = world.at(FOLDER);
            fs::create_dir_all(folder.join("work/deep/deeper")).unwrap();
            symlink("/", folder.join("work/root")).unwrap();
            symlink("..", folder.join("up")).unwrap();
            symlink("/dev/zero", folder.join("zero")).unwrap();
            assert!(Command::new("mkfifo").arg(folder.join("pipe")).status().unwrap().success());
            for name in [
                &b"caf\xe9"[..],
                b"new\nline",
                b"tab\there",
                b"\x1b[2J",
                b"-rf",
                b"$(touch made)",
                b"; touch made",
            ] {
                fs::write(folder.join(OsStr::from_bytes(name)), "").unwrap();
            }
            fs::write(folder.join("picture.png"), [0xff, 0xd8, 0]).unwrap();
        },
        &[],
    );
}

#[test]
fn units_with_odd_names_are_read() {
    for name in [
        "WU 01 of the moon.md",
        "WU-🌕.md",
        "WU-ירח.md",
        "WU-$(touch made).md",
        "WU-`touch made`;&|<>*?.md",
        "-rf.md",
        "WU-'\"'.md",
        "deep/er/WU.md",
    ] {
        check(
            |world| {
                let plan = sample::text("PLAN.md").replace("WU-01-moon.md", &format!("{name:?}"));
                world.write(sample::full_name("PLAN.md"), plan);
                world.write(format!("{FOLDER}/{name}"), sample::text("WU-01-moon.md"));
                fs::remove_file(world.at(sample::full_name("WU-01-moon.md"))).unwrap();
                assert!(!world.at("made").exists());
            },
            &[],
        );
    }
}

#[test]
fn folders_with_odd_names_are_linted() {
    for name in [
        "a b",
        "$(touch made)",
        "'",
        "\"",
        "-x",
        "🌕",
        "a\nb",
        "a\u{1b}[31mb",
        "a\u{202e}b",
        "%0A::error::x",
        "é",
    ] {
        let world = World::empty();
        for (file, text) in sample::files() {
            world.write(file.replace("FEAT-2026-0007-tides", &format!("FEAT-2026-0007-{name}")), text);
        }
        let path = world.at(format!(".specfuse/features/FEAT-2026-0007-{name}"));
        for format in FORMATS {
            let output = world.lint([OsStr::new("--format"), OsStr::new(format), path.as_os_str()]);
            assert!(matches!(output.code, Some(0..=2)), "{name}: {output:?}");
            nothing_steers_a_terminal(format, &output);
        }
        assert!(!world.at("made").exists());
    }
}

#[test]
fn folders_that_are_no_plan_are_refused() {
    let world = World::empty();
    fs::create_dir_all(world.at("empty")).unwrap();
    fs::create_dir_all(world.at("half/.specfuse")).unwrap();
    world.write("file/.specfuse", "no folder");
    world.write("link/x", "");
    symlink("nowhere", world.at("link/.specfuse")).unwrap();
    for path in
        ["empty", "half", "file", "link", "nothing", "/dev/null", "file/.specfuse", "", "-", "a\u{1b}b"]
    {
        for format in FORMATS {
            let output = world.lint(["--format", format, "--", path]);
            assert_eq!(output.code, Some(2), "{path}: {output:?}");
            assert!(output.stderr.contains("error") && output.stdout.is_empty(), "{path}: {output:?}");
            nothing_steers_a_terminal(format, &output);
        }
    }
}

#[test]
fn the_program_answers_every_broken_plan_in_every_format() {
    let world = World::empty();
    let cases = all();
    let paths: Vec<String> = (0..cases.len()).map(|n| format!("{n}/{FOLDER}")).collect();
    for (n, case) in cases.iter().enumerate() {
        sample::files().for_each(|(name, text)| world.write(format!("{n}/{name}"), text));
        match case.content() {
            (name, Some(bytes)) => world.write(format!("{n}/{name}"), bytes),
            (name, None) => fs::remove_file(world.at(format!("{n}/{name}"))).unwrap(),
        }
    }
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let paths: Vec<&str> =
        paths.into_iter().filter(|path| Path::new(&world.at(path)).join("PLAN.md").exists()).collect();
    let found = in_every_format(&world, &paths);
    assert!(found.len() > cases.len() / 2, "only {} findings", found.len());
}
