//! The studio's text editor: CodeMirror, bundled from npm by the lock file into one module.

use crate::wasm::Workspace;
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// The module, beside the studio's program.
pub const MODULE: &str = "editor.js";

/// The bundle leaves comments out; its parts want to be named.
const BANNER: &str =
    "/* Contains CodeMirror, Lezer and style-mod, copyright Marijn Haverbeke and others, MIT licence. */";

/// Bundles the editor into `studio`, when npm has put its parts into `www/node_modules`; answers whether
/// it has. Without it the studio shows texts in a plain field.
///
/// # Errors
/// When the bundler fails.
pub fn bundle(workspace: &Workspace, studio: &Path) -> Result<bool> {
    let modules = workspace.root.join("www/node_modules");
    let tool = modules.join(".bin").join(if cfg!(windows) { "esbuild.cmd" } else { "esbuild" });
    if !tool.exists() || !modules.join("@codemirror/view").exists() {
        eprintln!("note: the studio gets no text editor, only plain fields; for that: npm ci --prefix www");
        return Ok(false);
    }
    let mut outfile = "--outfile=".to_owned();
    outfile.push_str(&studio.join(MODULE).to_string_lossy());
    let output = Command::new(&tool)
        .current_dir(workspace.root.join("studio/editor"))
        .env("NODE_PATH", &modules)
        .args(["editor.js", "--bundle", "--format=esm", "--minify", "--target=es2022", "--log-level=warning"])
        .args(["--legal-comments=none", &format!("--banner:js={BANNER}"), &outfile])
        .output()
        .context("could not start esbuild")?;
    if !output.status.success() {
        bail!("the text editor was not bundled:\n{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(true)
}
