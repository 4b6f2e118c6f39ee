//! Every link inside the built site leads somewhere: to a file, and to an anchor in it.

use crate::markdown::scheme;
use anyhow::{Context, Result, bail};
use specfuse_core::path::RelPath;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The files of a site, with the text of its pages.
type Site = BTreeMap<String, Option<String>>;

/// Checks every `href` and `src` of every page below `site`.
///
/// # Errors
/// Names each link that leads nowhere, or that would break when the site is hosted under a path.
pub fn check(site: &Path) -> Result<()> {
    let mut files = Site::new();
    read(site, "", &mut files)?;
    let broken = broken(&files);
    if !broken.is_empty() {
        bail!("links that lead nowhere:\n  {}", broken.join("\n  "));
    }
    Ok(())
}

fn read(folder: &Path, prefix: &str, files: &mut Site) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read(&entry.path(), &format!("{name}/"), files)?;
            continue;
        }
        let page = name.ends_with(".html");
        let text = page.then(|| fs::read_to_string(entry.path())).transpose()?;
        files.insert(name, text);
    }
    Ok(())
}

fn broken(files: &Site) -> Vec<String> {
    let pages = files.iter().filter_map(|(name, text)| Some((name, text.as_ref()?)));
    let links = pages.flat_map(|(page, text)| {
        let targets = ["href", "src"].into_iter().flat_map(|key| attributes(text, key));
        targets.map(move |target| (page, target))
    });
    links
        .filter_map(|(page, target)| {
            why_broken(files, page, &target).map(|why| format!("{page}: `{target}`: {why}"))
        })
        .collect()
}

fn why_broken(files: &Site, page: &str, target: &str) -> Option<&'static str> {
    if scheme(target).is_some() {
        return None;
    }
    if target.starts_with('/') {
        return Some("it starts at the host's root, so the site could not live under a path");
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let file = match resolve(page, path) {
        Some(file) => file,
        None => return Some("it leaves the site"),
    };
    match files.get(&file) {
        None => Some("no such file"),
        Some(Some(text)) if !anchor.is_empty() && !anchors(text).contains(anchor) => Some("no such anchor"),
        Some(_) => None,
    }
}

/// The file that `path` means on `page`; a folder means its `index.html`.
fn resolve(page: &str, path: &str) -> Option<String> {
    if path.is_empty() {
        return Some(page.to_string());
    }
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    let index = if path.ends_with('/') || path.ends_with("..") || path == "." { "index.html" } else { "" };
    RelPath::new(&format!("./{folder}/{path}/{index}")).ok().map(|path| path.as_str().to_string())
}

fn anchors(text: &str) -> BTreeSet<String> {
    attributes(text, "id").into_iter().collect()
}

/// The values of ` key="…"` in `text`. The pages are ours, so every value is quoted.
fn attributes(text: &str, key: &str) -> Vec<String> {
    let opening = format!(" {key}=\"");
    let values = text.split(&opening).skip(1).filter_map(|rest| rest.split_once('"'));
    values.map(|(value, _)| value.replace("&amp;", "&")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(page: &str, html: &str, expected: &[&str]) {
        let mut files = Site::new();
        files.insert("a.css".into(), None);
        files.insert("index.html".into(), Some("<h1 id=\"top\">A</h1>".into()));
        files.insert("book/b.html".into(), Some("<h1 id=\"b\">B</h1>".into()));
        files.insert(page.into(), Some(html.into()));
        assert_eq!(broken(&files), expected);
    }

    #[test]
    fn good_links() {
        check("book/p.html", r##"<a href="b.html#b"></a> <a href="../"></a> <a href="#"></a>"##, &[]);
        check(
            "p.html",
            r#"<link href="a.css"> <a href="https://e.org/x"></a> <a href="book/b.html"></a>"#,
            &[],
        );
    }

    #[test]
    fn broken_links() {
        check("p.html", r#"<a href="x.html"></a>"#, &["p.html: `x.html`: no such file"]);
        check("p.html", r#"<a href="book/b.html#c"></a>"#, &["p.html: `book/b.html#c`: no such anchor"]);
        check("p.html", r#"<img src="../x.png">"#, &["p.html: `../x.png`: it leaves the site"]);
        let rooted =
            "p.html: `/a.css`: it starts at the host's root, so the site could not live under a path";
        check("p.html", r#"<link href="/a.css">"#, &[rooted]);
    }
}
