//! The house is in order: the agreed names, a purpose in every file, a page beside every rule.

use specfuse_core::lint::rules;
use specfuse_tests::{git, root, text};
use std::collections::BTreeSet;
use std::env;
use std::fs;

/// What the top level holds, dotfiles aside.
const TOP: [&str; 11] = [
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "cli",
    "core",
    "docs",
    "rust-toolchain.toml",
    "studio",
    "tests",
    "www",
];

/// The files of the checkout that git knows or would add, sorted.
fn files() -> Vec<String> {
    let output = git(&["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let mut files: Vec<String> =
        text(&output).split('\0').filter(|name| !name.is_empty()).map(String::from).collect();
    files.retain(|file| root().join(file).exists());
    files.sort();
    files
}

/// The files whose text `is_wrong`, each of which fails the test.
fn check(files: &[String], complaint: &str, is_wrong: impl Fn(&str, &str) -> bool) {
    let wrong: Vec<&String> = files
        .iter()
        .filter(|file| fs::read_to_string(root().join(file)).is_ok_and(|text| is_wrong(file, &text)))
        .collect();
    assert!(wrong.is_empty(), "{complaint}: {wrong:#?}");
}

#[test]
fn the_top_level_holds_exactly_the_agreed_names() {
    let files = files();
    let tops: BTreeSet<&str> = files.iter().filter_map(|file| file.split('/').next()).collect();
    let named: Vec<&str> = tops.into_iter().filter(|name| !name.starts_with('.')).collect();
    assert_eq!(named, TOP);
}

#[test]
fn every_rust_file_says_what_it_answers_for() {
    let mut files = files();
    files.retain(|file| file.ends_with(".rs"));
    assert!(files.len() > 10, "only {} Rust files were found", files.len());
    check(&files, "files that do not open with `//!`", |_, text| !text.starts_with("//! "));
}

#[test]
fn no_file_names_a_machines_folders() {
    let home = env::home_dir().map(|home| format!("{}/", home.display())).filter(|home| home.len() > 2);
    let checkout = format!("{}/", root().display());
    // Two halves, so that this file does not name them itself.
    let usual = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/tmp/", "target")].map(String::from);
    let places: Vec<String> = usual.into_iter().chain(home).chain([checkout]).collect();
    check(&files(), "files that name a folder of one machine", |_, text| {
        places.iter().any(|place| text.contains(place.as_str()))
    });
}

#[test]
fn every_rule_of_the_folder_is_listed_with_its_page() {
    let files = files();
    let names = |end: &str| -> Vec<String> {
        let here =
            files.iter().filter_map(|file| file.strip_prefix("core/src/lint/rules/")?.strip_suffix(end));
        here.filter(|name| *name != "mod").map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect()
    };
    let listed: BTreeSet<String> = rules::ALL.iter().map(|rule| rule.id.replace(['/', '-'], "_")).collect();
    let listed: Vec<String> = listed.into_iter().collect();
    assert_eq!(names(".rs"), listed);
    assert_eq!(names(".md"), listed);
}

#[test]
fn unfinished_work_is_not_left_behind() {
    let mut files = files();
    files.retain(|file| file.ends_with(".rs"));
    let marks =
        [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("unimplemented", "!("), concat!("todo", "!(")];
    check(&files, "files with unfinished work", |_, text| marks.iter().any(|mark| text.contains(mark)));
}

#[test]
fn only_one_room_of_the_studio_touches_the_browser() {
    let mut files = files();
    files.retain(|file| file.starts_with("studio/src/") && file.ends_with(".rs"));
    let (room, rest): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|file| file.starts_with("studio/src/browser/"));
    assert!(!room.is_empty() && rest.len() > 10);
    let doors = ["web_sys", "js_sys", "wasm_bindgen::"];
    check(&rest, "files that touch the browser themselves", |_, text| {
        doors.iter().any(|door| text.contains(door))
    });
}

/// The rows of the invariants' table as (file, test).
fn held_by(page: &str) -> Vec<(String, String)> {
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| always"));
    let cell = |row: &str| row.trim_end_matches([' ', '|']).rsplit('|').next().map(String::from);
    rows.filter_map(cell)
        .map(|cell| {
            let code: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
            assert_eq!(code.len(), 2, "an invariant names a file and a test: {cell}");
            (code[0].to_string(), code[1].to_string())
        })
        .collect()
}

#[test]
fn every_invariant_names_a_test_that_exists() {
    let page = fs::read_to_string(root().join("docs/src/architecture.md")).unwrap();
    let invariants = held_by(page.split("## Invariants").nth(1).unwrap());
    assert!(invariants.len() > 10, "only {} invariants were found", invariants.len());
    for (file, test) in invariants {
        let text = fs::read_to_string(root().join(&file)).unwrap_or_else(|why| panic!("{file}: {why}"));
        assert!(text.contains(&format!("fn {test}(")), "{file} has no test `{test}`");
    }
}

#[test]
fn what_the_studio_promises_is_shown_by_tests_that_exist() {
    let page = fs::read_to_string(root().join("docs/src/contributing.md")).unwrap();
    let promises = page.split("## What the studio promises").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows: Vec<&str> = promises.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert_eq!(rows.len(), 30, "a row for each");
    for row in rows {
        let mut text = String::new();
        let mut tests = 0;
        for word in row.split('`').skip(1).step_by(2) {
            if word.ends_with(".test.mjs") {
                text = fs::read_to_string(root().join("tests/browser").join(word)).unwrap();
            } else {
                assert!(text.contains(word), "no test is called `{word}`");
                tests += 1;
            }
        }
        assert!(tests > 0, "nothing shows it: {row}");
    }
}

/// The files and folders of the source that a page names in code marks.
fn named_in(page: &str) -> Vec<&str> {
    let words = page.split('`').skip(1).step_by(2);
    let tops = ["core/", "cli/", "studio/", "www/", "tests/", "docs/"];
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    words.filter(|word| tops.iter().any(|top| word.starts_with(top)) && word.chars().all(plain)).collect()
}

#[test]
fn pages_name_files_that_exist() {
    let mut named = 0;
    for page in ["README.md", "docs/src/architecture.md", "docs/src/contributing.md", "docs/src/decisions.md"]
    {
        let text = fs::read_to_string(root().join(page)).unwrap();
        for file in named_in(&text) {
            named += 1;
            assert!(root().join(file).exists(), "{page} names `{file}`, which does not exist");
        }
    }
    assert!(named > 50, "only {named} files were named");
}
