//! The site as a whole: what is written where, in which order, and how large it is.

use crate::wasm::{LINT, STUDIO};
use crate::{book, editor, links, playground, wasm};
use anyhow::{Context, Result, bail};
use flate2::write::GzEncoder;
use flate2::{Compression, Crc};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Files made of programs, and the gzip bytes that each may take; a chunk is listed without its version. A
/// build that needs more fails: grow them knowingly, with `docs/src/measurements.md`, or find what can go.
const LIMITS: [(&str, usize); 8] = [
    ("studio/specfuse_studio_bg.wasm", 204_800),
    ("studio/start.js", 8_192),
    ("studio/plan.wasm", 72_500),
    ("studio/plan-work.wasm", 203_500),
    ("studio/work.wasm", 716_000),
    ("studio/editor.js", 165_000),
    // The studio holds all of it and much more; its own budget, 60 KB, is to be measured against.
    ("lint/specfuse_lint_bg.wasm", 244_500),
    ("lint/specfuse_lint.js", 6_000),
];

/// Left in a folder that a build made, so that the next one knows it may replace it.
const MARK: &str = ".specfuse-site";

/// How much of the site is built, and how well.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// Everything, as it is published.
    Whole,
    /// Everything, with a studio that is large and soon made.
    Quick,
    /// All but the studio's program.
    PagesOnly,
}

/// Builds the site into `out`. Every link inside it is checked.
///
/// # Errors
/// When `out` holds something that no build made, when the studio does not compile or outgrows its
/// limits, or when a link leads nowhere.
pub fn build(out: &Path, how: How) -> Result<()> {
    let workspace = wasm::Workspace::find()?;
    let root = &workspace.root;
    prepare(out)?;
    copy(&root.join("www/assets"), out)?;
    let book = book::read(&root.join("docs"))?;
    book::write(&book, &out.join("book"))?;
    copy(&root.join("docs/src/pictures"), &out.join("book/pictures"))?;
    let studio = out.join("studio");
    copy(&root.join("studio/assets"), &studio)?;
    join(&root.join("studio/styles"), &studio.join("studio.css"))?;
    let lint = out.join("lint");
    copy(&root.join("www/lint/js"), &lint)?;
    playground::write(out)?;
    if how != How::PagesOnly {
        editor::bundle(&workspace, &studio)?;
    }
    let programs = [(&LINT, &*lint), (&STUDIO, &*studio)];
    match how {
        How::PagesOnly => {}
        How::Quick => wasm::build_quick(&workspace, &programs)?,
        How::Whole => weigh(out, wasm::build(&workspace, &programs)?)?,
    }
    offline(&studio)?;
    links::check(out)?;
    println!("the site is in {}", out.display());
    Ok(())
}

/// An empty folder at `out`, with the mark.
fn prepare(out: &Path) -> Result<()> {
    if out.join(MARK).exists() {
        fs::remove_dir_all(out).with_context(|| format!("could not clear {}", out.display()))?;
    } else if out.exists() && out.read_dir().map_or(true, |mut entries| entries.next().is_some()) {
        bail!("{} holds something that is no earlier build: choose another --out", out.display());
    }
    fs::create_dir_all(out).with_context(|| format!("could not make {}", out.display()))?;
    fs::write(out.join(MARK), "").with_context(|| format!("could not write into {}", out.display()))
}

/// Copies a folder with all below it; links are not followed.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("could not make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("could not read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy(&entry.path(), &target)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), &target)
                .with_context(|| format!("could not copy {}", entry.path().display()))?;
        }
    }
    Ok(())
}

/// Tells the studio's service worker which files to keep, and a version that changes when one of them does.
fn offline(studio: &Path) -> Result<()> {
    let worker = studio.join("sw.js");
    let mut files = vec![String::from("./")];
    let mut sum = Crc::new();
    for path in sorted(studio)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path != worker && path.is_file() {
            sum.update(name.as_bytes());
            sum.update(&fs::read(&path).with_context(|| format!("could not read {}", path.display()))?);
            files.push(format!("./{name}"));
        }
    }
    let text = fs::read_to_string(&worker).context("could not read the service worker")?;
    let text = text.replace("{{version}}", &format!("{:08x}", sum.sum()));
    let text = text.replace("{{files}}", &serde_json::to_string(&files)?);
    fs::write(&worker, text).context("could not write the service worker")
}

/// What is in a folder, in the order of names.
fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

/// The files of a folder, in the order of their names, as one file.
fn join(from: &Path, to: &Path) -> Result<()> {
    let mut all = String::new();
    for file in sorted(from)? {
        all += &fs::read_to_string(&file).with_context(|| format!("could not read {}", file.display()))?;
    }
    fs::write(to, all).with_context(|| format!("could not write {}", to.display()))
}

/// Says how large the programs are, raw and as a browser fetches it. One that was made small
/// must keep its limits.
fn weigh(out: &Path, small: bool) -> Result<()> {
    let mut over = Vec::new();
    for name in programs(out)? {
        let bytes = fs::read(out.join(&name)).with_context(|| format!("could not read {name}"))?;
        let limit = limit(&name).with_context(|| format!("{name} has no limit in www/src/site.rs"))?;
        let packed = compressed(&bytes)?;
        println!("{name}: {} bytes, {packed} gzip of at most {limit}", bytes.len());
        if packed > limit {
            over.push(name);
        }
    }
    if small && !over.is_empty() {
        bail!("larger than allowed (see docs/src/measurements.md): {}", over.join(", "));
    }
    Ok(())
}

/// The files that programs were made into, below `out`.
fn programs(out: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for (folder, program) in [("studio", &STUDIO), ("lint", &LINT)] {
        for file in sorted(&out.join(folder))? {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_of_program = name.ends_with(".wasm")
                || [editor::MODULE, wasm::START].contains(&&*name)
                || name == format!("{}.js", program.name);
            names.extend(is_of_program.then(|| format!("{folder}/{name}")));
        }
    }
    Ok(names)
}

/// The limit of a file: `plan.0123abcd.wasm` is `plan.wasm`.
fn limit(file: &str) -> Option<usize> {
    let parts: Vec<&str> = file.split('.').collect();
    let name = match parts[..] {
        [chunk, _, end] => format!("{chunk}.{end}"),
        _ => file.to_owned(),
    };
    LIMITS.iter().find(|(listed, _)| *listed == name).map(|(_, limit)| *limit)
}

fn compressed(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_has_its_limit_whatever_its_version() {
        assert!(limit("studio/start.js").is_some());
        assert!(limit("studio/plan.0123abcd.wasm").is_some());
        assert_eq!(limit("studio/other.wasm"), None);
    }
}
