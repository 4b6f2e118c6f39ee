//! Programs for the browser: compiled to WebAssembly, bound to JavaScript, made small.

use crate::esbuild::Esbuild;
use crate::imports;
use crate::split;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::iter::once;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";

/// What is compiled.
pub struct Program {
    package: &'static str,
    /// What cargo calls the file, without `.wasm`.
    file: &'static str,
    /// What the result is called.
    pub name: &'static str,
    /// Whether parts of it come later.
    is_split: bool,
}

/// The studio.
pub const STUDIO: Program =
    Program { package: "specfuse-studio", file: "specfuse-studio", name: "specfuse_studio", is_split: true };

/// The linter for JavaScript.
pub const LINT: Program =
    Program { package: "specfuse-lint-wasm", file: "specfuse_lint", name: "specfuse_lint", is_split: false };

/// What browsers of today load. `--all-features` writes files that Chromium refuses.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What makes a file smaller by a few bytes and packs worse: without inlining gzip takes 8 % less, without shared
/// parts of expressions a further half of a hundredth.
const SKIPPED: [&str; 2] = ["--skip-pass=inlining-optimizing", "--skip-pass=local-cse"];

/// Leptos offers JavaScript the streams of server functions. There is no server, and nobody calls them.
const NO_STREAMS: &str = "--remove-exports=*intounderlying*";

/// The module that the studio's page asks for.
pub const START: &str = "start.js";

/// The text editor stays a module of its own.
const EDITOR: &str = "--external:./editor.js";

/// Leptos offers JavaScript classes for the same streams. They go when nothing seems to happen in making them.
const NO_DISPOSE: &str = "--define:Symbol.dispose=false";
const NO_TRACE: &str = "--pure:FinalizationRegistry";

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

/// Builds each program's wasm and its JavaScript into its folder: `<name>.js` and `<name>_bg.wasm`, which the
/// page starts with, and the chunks that come later. Answers whether all was made as small as it gets.
pub fn build(workspace: &Workspace, programs: &[(&Program, &Path)]) -> Result<bool> {
    let wasms = compile(workspace, programs, "wasm-release", &remap_flags(workspace))?;
    thread::scope(|scope| {
        let parts = programs.iter().zip(&wasms);
        let finish =
            |((program, out), wasm): (&(&Program, &Path), &PathBuf)| finish(workspace, program, wasm, out);
        let running: Vec<_> = parts.map(|part| scope.spawn(move || finish(part))).collect();
        running.into_iter().try_fold(true, |small, one| {
            let one = one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            Ok(one? && small)
        })
    })
}

/// Binds a compiled program to JavaScript, and makes it small; whether all of it is.
fn finish(workspace: &Workspace, program: &Program, wasm: &Path, out: &Path) -> Result<bool> {
    let chunks = split_and_bind(workspace, wasm, program, out)?;
    imports::shorten(
        &out.join(format!("{}_bg.wasm", program.name)),
        &out.join(format!("{}.js", program.name)),
    )?;
    let mut small = shorten(workspace, program, out)?;
    for wasm in once(out.join(format!("{}_bg.wasm", program.name))).chain(chunks) {
        small &= optimise(&workspace.root, &wasm)?;
        refuse_places(workspace, &wasm)?;
    }
    Ok(small)
}

/// As [`build`], in a fraction of the time: neither small nor the same on every machine.
pub fn build_quick(workspace: &Workspace, programs: &[(&Program, &Path)]) -> Result<()> {
    let wasms = compile(workspace, programs, "dev", &[])?;
    let mut parts = programs.iter().zip(&wasms);
    parts.try_for_each(|((program, out), wasm)| split_and_bind(workspace, wasm, program, out).map(drop))
}

/// Answers with the chunks that were split off.
fn split_and_bind(workspace: &Workspace, wasm: &Path, program: &Program, out: &Path) -> Result<Vec<PathBuf>> {
    if !program.is_split {
        return bind(wasm, program, out).map(|()| Vec::new());
    }
    let loader = workspace.root.join("studio/assets").join(split::LOADER);
    let loader =
        fs::read_to_string(&loader).with_context(|| format!("could not read {}", loader.display()))?;
    let main = out.join(format!("{}.wasm", program.name));
    let chunks = split::split(wasm, &main, &loader, out)?;
    bind(&main, program, out)?;
    fs::remove_file(&main).with_context(|| format!("could not remove {}", main.display()))?;
    Ok(chunks)
}

fn bind(wasm: &Path, program: &Program, out: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .web(true)?
        // The chunks find by name what the linker exported.
        .keep_lld_exports(program.is_split)
        .demangle(!program.is_split)
        .typescript(false)
        .omit_default_module_path(false)
        .remove_producers_section(true)
        .out_name(program.name)
        .generate(out)
        .with_context(|| format!("could not bind the wasm of {} to JavaScript", program.package))
}

/// Makes the JavaScript small, when npm has put the bundler into `www/node_modules`; answers whether it has.
/// What the studio's page starts with becomes one module, [`START`].
fn shorten(workspace: &Workspace, program: &Program, out: &Path) -> Result<bool> {
    let Some(esbuild) = Esbuild::find(workspace) else {
        eprintln!("note: the JavaScript is not made small; for that: npm ci --prefix www");
        return Ok(false);
    };
    let glue = format!("{}.js", program.name);
    if !program.is_split {
        esbuild.write(out, &glue, &out.join(&glue), &["--allow-overwrite"])?;
        return Ok(true);
    }
    esbuild.write(
        out,
        START,
        &out.join(START),
        &["--bundle", "--allow-overwrite", EDITOR, NO_DISPOSE, NO_TRACE],
    )?;
    for part in [&*glue, split::LOADER] {
        fs::remove_file(out.join(part)).with_context(|| format!("could not remove {part}"))?;
    }
    Ok(true)
}

/// All at once: they stand on the same packages, and the last step of each keeps one processor busy.
fn compile(
    workspace: &Workspace,
    programs: &[(&Program, &Path)],
    profile: &str,
    flags: &[OsString],
) -> Result<Vec<PathBuf>> {
    let packages = || programs.iter().map(|(program, _)| program.package);
    let status = cargo()
        .current_dir(&workspace.root)
        .args(["build", "--locked", "--target", TARGET, "--profile", profile])
        .args(packages().flat_map(|package| ["--package", package]))
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join(OsStr::new("\u{1f}")))
        .env("CARGO_TARGET_DIR", &workspace.target_directory)
        .status()
        .context("could not start cargo")?;
    if !status.success() {
        let names: Vec<&str> = packages().collect();
        bail!(
            "{} did not compile; if the target is missing: rustup target add {TARGET}",
            names.join(" and ")
        );
    }
    let folder = if profile == "dev" { "debug" } else { profile };
    let folder = workspace.target_directory.join(TARGET).join(folder);
    Ok(programs.iter().map(|(program, _)| folder.join(format!("{}.wasm", program.file))).collect())
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
        .args([NO_STREAMS, "-Oz", "--strip-debug", "--strip-producers"])
        .args(SKIPPED)
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
