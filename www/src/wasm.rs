//! Programs for the browser: compiled to WebAssembly, bound to JavaScript, made small.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";

/// What is compiled.
pub struct Program {
    package: &'static str,
    /// What cargo calls the file, without `.wasm`.
    file: &'static str,
    /// What the result is called.
    name: &'static str,
}

/// The studio.
pub const STUDIO: Program =
    Program { package: "specfuse-studio", file: "specfuse-studio", name: "specfuse_studio" };

/// The linter for JavaScript.
pub const LINT: Program =
    Program { package: "specfuse-lint-wasm", file: "specfuse_lint", name: "specfuse_lint" };

/// What browsers of today load. `--all-features` writes files that Chromium refuses.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Leptos offers JavaScript the streams of server functions. There is no server, and nobody calls them.
const NO_STREAMS: &str = "--remove-exports=*intounderlying*";

/// Where cargo keeps this workspace and what it makes.
#[derive(Deserialize)]
pub struct Workspace {
    /// The top of the checkout.
    #[serde(rename = "workspace_root")]
    pub root: PathBuf,
    target_directory: PathBuf,
}

impl Workspace {
    /// Asks cargo about the workspace around the current folder.
    pub fn find() -> Result<Workspace> {
        let output = cargo()
            .args(["metadata", "--no-deps", "--format-version=1"])
            .output()
            .context("could not start cargo")?;
        if !output.status.success() {
            bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        serde_json::from_slice(&output.stdout).context("cargo metadata was not understood")
    }
}

/// Builds a program's wasm and its JavaScript into `out`, as `<name>.js` and `<name>_bg.wasm`. Answers whether the wasm was made as small as it gets.
pub fn build(workspace: &Workspace, program: &Program, out: &Path) -> Result<bool> {
    let wasm = compile(workspace, program, "wasm-release", &remap_flags(workspace))?;
    bind(&wasm, program, out)?;
    let bound = out.join(format!("{}_bg.wasm", program.name));
    shorten(&out.join(format!("{}.js", program.name)))?;
    let small = optimise(&workspace.root, &bound)?;
    refuse_places(workspace, &bound)?;
    Ok(small)
}

/// As [`build`], in a fraction of the time: neither small nor the same on every machine.
pub fn build_quick(workspace: &Workspace, program: &Program, out: &Path) -> Result<()> {
    bind(&compile(workspace, program, "dev", &[])?, program, out)
}

fn bind(wasm: &Path, program: &Program, out: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(false)
        .remove_producers_section(true)
        .out_name(program.name)
        .generate(out)
        .with_context(|| format!("could not bind the wasm of {} to JavaScript", program.package))
}

fn shorten(glue: &Path) -> Result<()> {
    let text = fs::read_to_string(glue).with_context(|| format!("could not read {}", glue.display()))?;
    fs::write(glue, shortened(&text)).with_context(|| format!("could not write {}", glue.display()))
}

/// JavaScript without comments and indentation, line by line: wasm-bindgen writes both on lines of their
/// own, and no text that goes over several lines.
fn shortened(text: &str) -> String {
    let is_comment = |line: &str| ["//", "/*", "* ", "*/"].iter().any(|mark| line.starts_with(mark));
    let kept =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && *line != "*" && !is_comment(line));
    kept.flat_map(|line| [line, "\n"]).collect()
}

fn compile(workspace: &Workspace, program: &Program, profile: &str, flags: &[OsString]) -> Result<PathBuf> {
    let status = cargo()
        .current_dir(&workspace.root)
        .args(["build", "--locked", "--package", program.package, "--target", TARGET, "--profile", profile])
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join(OsStr::new("\u{1f}")))
        .env("CARGO_TARGET_DIR", &workspace.target_directory)
        .status()
        .context("could not start cargo")?;
    if !status.success() {
        bail!("{} did not compile; if its target is missing: rustup target add {TARGET}", program.package);
    }
    let folder = if profile == "dev" { "debug" } else { profile };
    let folder = workspace.target_directory.join(TARGET).join(folder);
    Ok(folder.join(format!("{}.wasm", program.file)))
}

/// This machine's folders that a compiler may write down, and what stands for each in the wasm. The
/// same source then gives the same bytes anywhere.
fn places(workspace: &Workspace) -> Vec<(PathBuf, &'static str)> {
    let here = [(workspace.root.clone(), "/specfuse"), (workspace.target_directory.clone(), "/target")];
    let home = cargo_home().map(|home| (home, "/cargo"));
    let rust = sysroot().map(|sysroot| (sysroot, "/rust"));
    here.into_iter().chain(home).chain(rust).collect()
}

fn remap_flags(workspace: &Workspace) -> Vec<OsString> {
    let flag = |(from, to): (PathBuf, &str)| {
        let mut flag = OsString::from("--remap-path-prefix=");
        flag.push(from);
        flag.push(format!("={to}"));
        flag
    };
    places(workspace).into_iter().map(flag).collect()
}

/// Fails when a folder of this machine got into the wasm after all.
fn refuse_places(workspace: &Workspace, wasm: &Path) -> Result<()> {
    let bytes = fs::read(wasm).with_context(|| format!("could not read {}", wasm.display()))?;
    let holds = |place: &Path| {
        let name = place.as_os_str().as_encoded_bytes();
        bytes.windows(name.len()).any(|window| window == name)
    };
    match places(workspace).into_iter().find(|(place, _)| holds(place)) {
        Some((place, _)) => bail!("the wasm names this machine's folder {}", place.display()),
        None => Ok(()),
    }
}

fn cargo_home() -> Option<PathBuf> {
    let given = env::var_os("CARGO_HOME").map(PathBuf::from);
    given.or_else(|| env::home_dir().map(|home| home.join(".cargo")))
}

fn sysroot() -> Option<PathBuf> {
    let output = Command::new("rustc").args(["--print", "sysroot"]).output().ok()?;
    let path = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| PathBuf::from(path.trim()))
}

/// Makes the wasm smaller with binaryen, when npm has put it into `www/node_modules`; answers whether
/// it has.
fn optimise(root: &Path, wasm: &Path) -> Result<bool> {
    let tool = root.join("www/node_modules/binaryen/bin/wasm-opt");
    if !tool.exists() {
        eprintln!("note: the wasm is not optimised; for that: npm ci --prefix www");
        return Ok(false);
    }
    let smaller = wasm.with_extension("opt");
    let status = Command::new("node")
        .arg(&tool)
        .args([NO_STREAMS, "-Oz", "--converge", "--strip-debug", "--strip-producers"])
        .args(FEATURES)
        .arg(wasm)
        .arg("-o")
        .arg(&smaller)
        .status()
        .context("could not start node for wasm-opt")?;
    if !status.success() {
        bail!("wasm-opt failed on {}", wasm.display());
    }
    fs::rename(&smaller, wasm).with_context(|| format!("could not write {}", wasm.display()))?;
    Ok(true)
}

fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_go() {
        let text = "/**\n * Frees it.\n */\nfree() {\n\n    // twice\n    return `a // b` * 2;\n}\n";
        assert_eq!(shortened(text), "free() {\nreturn `a // b` * 2;\n}\n");
    }
}
