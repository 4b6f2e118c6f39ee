//! The arrows between the packages, and what core must never reach: dependencies are architecture.

use serde_json::Value;
use specfuse_tests::{cargo, text};
use std::collections::{BTreeMap, BTreeSet};

/// Who may depend on whom inside the workspace. Nothing points out of core.
const ARROWS: [(&str, &[&str]); 6] = [
    ("specfuse-core", &[]),
    ("specfuse-lint-wasm", &["specfuse-core"]),
    ("specfuse-loop", &["specfuse-core"]),
    ("specfuse-studio", &["specfuse-core"]),
    ("specfuse-tests", &["specfuse-core", "specfuse-loop", "specfuse-studio", "specfuse-www"]),
    ("specfuse-www", &["specfuse-core"]),
];

/// Crates that read files, clocks, chance, the network or the browser, or that start threads or processes.
const FORBIDDEN: [&str; 40] = [
    "async-std",
    "chrono",
    "crossbeam",
    "dirs",
    "dirs-next",
    "fastrand",
    "fs-err",
    "futures-executor",
    "getrandom",
    "git2",
    "gloo",
    "hyper",
    "ignore",
    "indicatif",
    "is-terminal",
    "js-sys",
    "leptos",
    "libc",
    "libgit2-sys",
    "log",
    "memmap2",
    "mio",
    "nix",
    "notify",
    "num_cpus",
    "rand",
    "rayon",
    "reqwest",
    "rustix",
    "signal-hook",
    "smol",
    "socket2",
    "tempfile",
    "termcolor",
    "tokio",
    "tracing",
    "ureq",
    "walkdir",
    "wasm-bindgen",
    "web-sys",
];

fn metadata() -> Value {
    let output = cargo(&["metadata", "--locked", "--no-deps", "--format-version=1"]);
    serde_json::from_str(&text(&output)).expect("cargo's metadata is JSON")
}

/// What a package depends on, tests aside.
fn dependencies(package: &Value) -> impl Iterator<Item = &str> {
    let all = package["dependencies"].as_array().expect("a package lists its dependencies").iter();
    all.filter(|dependency| dependency["kind"] != "dev").filter_map(|dependency| dependency["name"].as_str())
}

#[test]
fn arrows_between_the_packages() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("a workspace has packages");
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    let names: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    assert_eq!(names, allowed.keys().copied().collect());
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let inside: Vec<&str> = dependencies(package).filter(|name| names.contains(name)).collect();
        let wrong: Vec<&&str> = inside.iter().filter(|to| !allowed[name].contains(to)).collect();
        assert!(wrong.is_empty(), "{name} may not depend on {wrong:?}");
        let expected_core = name != "specfuse-core";
        assert_eq!(inside.contains(&"specfuse-core"), expected_core, "{name} and core");
    }
}

#[test]
fn core_reaches_nothing_that_does_io() {
    let args = [
        "tree",
        "--locked",
        "--package=specfuse-core",
        "--edges=normal,build",
        "--target=all",
        "--prefix=none",
    ];
    let output = cargo(&args);
    let text = text(&output);
    let reached: BTreeSet<&str> = text.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(reached.contains("petgraph"), "cargo tree was not understood:\n{text}");
    let wrong: Vec<&str> = FORBIDDEN.into_iter().filter(|name| reached.contains(name)).collect();
    assert!(wrong.is_empty(), "core reaches {wrong:?}; see `cargo tree -p specfuse-core -i <crate>`");
}
