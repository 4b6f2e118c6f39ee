//! Takes the studio's program apart: what the page starts with, and chunks that it asks for later.
//! Functions that `studio/src/later.rs` marks, with all that only they use, go into their chunk.

use anyhow::{Context, Result, anyhow};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use wasm_split_cli_support::{Options, transform};

/// The module that fetches the chunks: beside the program, filled in from the studio's assets.
pub const LOADER: &str = "later.js";

/// Writes what the program at `wasm` starts with to `main`, and into `out` its chunks and [`LOADER`], made
/// of the text `loader`. Answers with the chunks' files.
///
/// A chunk fits only the program that it was split from. Its name therefore says which: a page that
/// is older than the site finds no chunk, and says so, instead of one that does not fit.
pub fn split(wasm: &Path, main: &Path, loader: &str, out: &Path) -> Result<Vec<PathBuf>> {
    let program = fs::read(wasm).with_context(|| format!("could not read {}", wasm.display()))?;
    let mut options = Options::new(&program);
    let link = format!("./{LOADER}");
    options.output_dir = out;
    options.main_out_path = main;
    options.link_name = &link;
    let split = transform(options).map_err(|why| anyhow!("the studio could not be split: {why:#}"))?;
    let version = version(&program);
    let parts: BTreeMap<String, Vec<String>> = split.prefetch_map.into_iter().collect();
    let versioned = |name: &str| format!("{}.{version}.wasm", parts_with(&parts, name));
    let mut chunks = Vec::new();
    for chunk in split.split_modules {
        let target = out.join(versioned(&chunk.file_stem().unwrap_or_default().to_string_lossy()));
        fs::rename(&chunk, &target).with_context(|| format!("could not name {}", target.display()))?;
        chunks.push(target);
    }
    let place = out.join(LOADER);
    let own = fs::read_to_string(&place).with_context(|| format!("could not read {}", place.display()))?;
    let loader = loader.replace("{{mark}}", mark(&own)).replace("{{parts}}", &exports(&parts, versioned)?);
    fs::write(&place, loader).with_context(|| format!("could not write {}", place.display()))?;
    Ok(chunks)
}

/// What a debug build's chunks import to know their program, as the splitter's own loader gives it.
fn mark(loader: &str) -> &str {
    let rest = loader.split_once("__wasm_split: {").map_or("", |(_, rest)| rest);
    rest.split_once('}').map_or("", |(mark, _)| mark.trim())
}

/// What the program imports to have its parts fetched, a line each.
fn exports(parts: &BTreeMap<String, Vec<String>>, file: impl Fn(&str) -> String) -> Result<String> {
    let line = |(part, needed): (&String, &Vec<String>)| {
        let needed: Vec<String> = needed.iter().map(|name| format!("./{}", file(name))).collect();
        Ok(format!("export const __wasm_split_load_{part} = part(...{});\n", serde_json::to_string(&needed)?))
    };
    parts.iter().map(line).collect()
}

/// The parts that need the file `name`, as its new name: what `plan` and `work` share is `plan-work`.
fn parts_with(parts: &BTreeMap<String, Vec<String>>, name: &str) -> String {
    let with = parts.iter().filter(|(_, files)| files.iter().any(|file| file == name));
    with.map(|(part, _)| part.as_str()).collect::<Vec<_>>().join("-")
}

fn version(program: &[u8]) -> String {
    Sha256::digest(program).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> BTreeMap<String, Vec<String>> {
        let files = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let plan = ("plan".to_owned(), files(&["chunk_1", "split_plan"]));
        let work = ("work".to_owned(), files(&["chunk_1", "split_work"]));
        BTreeMap::from([plan, work])
    }

    #[test]
    fn a_chunks_name_says_what_needs_it_and_which_program_it_fits() {
        assert_eq!(parts_with(&parts(), "split_work"), "work");
        assert_eq!(parts_with(&parts(), "chunk_1"), "plan-work");
        assert_eq!(version(b""), "e3b0c442");
    }

    #[test]
    fn the_mark_of_a_debug_build_is_handed_on() {
        assert_eq!(mark("shared = { __wasm_split: { __canary_1: ~0xdead, } };"), "__canary_1: ~0xdead,");
        assert_eq!(mark("shared = { __wasm_split: {  } };"), "");
    }

    #[test]
    fn a_part_asks_for_all_its_files() {
        let exports = exports(&parts(), |name| format!("{name}.wasm")).unwrap();
        assert_eq!(
            exports,
            "export const __wasm_split_load_plan = part(...[\"./chunk_1.wasm\",\"./split_plan.wasm\"]);\n\
             export const __wasm_split_load_work = part(...[\"./chunk_1.wasm\",\"./split_work.wasm\"]);\n"
        );
    }
}
