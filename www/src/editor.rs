//! The studio's text editor: CodeMirror, bundled from npm by the lock file into one module.

use crate::esbuild::Esbuild;
use crate::wasm::Workspace;
use anyhow::Result;
use std::path::Path;

/// The module, beside the studio's program.
pub const MODULE: &str = "editor.js";

/// The bundle leaves comments out; its parts want to be named.
const BANNER: &str = "--banner:js=/* Contains CodeMirror, Lezer and style-mod, copyright Marijn Haverbeke and others, MIT licence. */";

/// Bundles the editor into `studio`, when npm has put its parts into `www/node_modules`; without them
/// the studio shows texts in a plain field.
///
/// # Errors
/// When the bundler fails.
pub fn bundle(workspace: &Workspace, studio: &Path) -> Result<()> {
    let Some(esbuild) = Esbuild::find(workspace).filter(|esbuild| esbuild.has("@codemirror/view")) else {
        eprintln!("note: the studio gets no text editor, only plain fields; for that: npm ci --prefix www");
        return Ok(());
    };
    let args = ["--bundle", "--legal-comments=none", BANNER];
    esbuild.write(&workspace.root.join("studio/editor"), "editor.js", &studio.join(MODULE), &args)
}
