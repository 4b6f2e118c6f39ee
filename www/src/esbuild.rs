//! JavaScript, bundled and made small by the bundler that npm has put into `www/node_modules`.

use crate::wasm::Workspace;
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The bundler, where it was put.
pub struct Esbuild {
    tool: PathBuf,
    modules: PathBuf,
}

impl Esbuild {
    /// The bundler of this workspace, when npm has put it there.
    pub fn find(workspace: &Workspace) -> Option<Esbuild> {
        let modules = workspace.root.join("www/node_modules");
        let tool = modules.join(".bin").join(if cfg!(windows) { "esbuild.cmd" } else { "esbuild" });
        tool.exists().then_some(Esbuild { tool, modules })
    }

    /// Whether npm has put the package `name` beside the bundler.
    pub fn has(&self, name: &str) -> bool {
        self.modules.join(name).exists()
    }

    /// Writes the module `entry` of `folder` to `out`, small.
    ///
    /// # Errors
    /// When the bundler fails.
    pub fn write(&self, folder: &Path, entry: &str, out: &Path, args: &[&str]) -> Result<()> {
        let mut outfile = OsString::from("--outfile=");
        // The bundler works in `folder`, from where a relative path would lead elsewhere.
        outfile.push(std::path::absolute(out).with_context(|| format!("no path: {}", out.display()))?);
        let output = Command::new(&self.tool)
            .current_dir(folder)
            .env("NODE_PATH", &self.modules)
            .args([entry, "--format=esm", "--minify", "--target=es2022", "--log-level=warning"])
            .args(args)
            .arg(outfile)
            .output()
            .context("could not start esbuild")?;
        if !output.status.success() {
            bail!("{entry} was not bundled:\n{}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(())
    }
}
