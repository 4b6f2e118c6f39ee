//! Puts the site that `SPECFUSE_EMBED_SITE` names into the program, for `specfuse-loop studio`. Without that
//! variable the program holds none, and building it needs nothing but Rust.

use std::fs;
use std::path::{Path, PathBuf};
use std::{env, io};

const VARIABLE: &str = "SPECFUSE_EMBED_SITE";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    let mut files = Vec::new();
    if let Some(site) = env::var_os(VARIABLE).filter(|site| !site.is_empty()) {
        let site = top().join(site);
        println!("cargo::rerun-if-changed={}", site.display());
        if !site.join("studio/specfuse_studio_bg.wasm").is_file() {
            let words = format!("{VARIABLE}: no built studio in {}", site.display());
            return Err(io::Error::other(format!("{words}; build one: cargo site build")));
        }
        collect(&site, "", &mut files)?;
    }
    files.sort();
    let table: String =
        files.iter().map(|(name, file)| format!("    ({name:?}, include_bytes!({file:?})),\n")).collect();
    fs::write(out().join("site.rs"), format!("&[\n{table}]\n"))
}

/// The top of the checkout, where a relative folder begins.
fn top() -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    package.parent().map(Path::to_owned).unwrap_or_default()
}

fn out() -> PathBuf {
    env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default()
}

/// Every file below `folder`, hidden ones aside, by its name in the site.
fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), files)?;
        } else if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            files.push((name, entry.path()));
        }
    }
    Ok(())
}
