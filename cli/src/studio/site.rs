//! The built site: inside the program when it was built with one, or a folder.

use super::Answer;
use crate::error::{Error, Kind, Result};
use percent_encoding::percent_decode_str;
use specfuse_core::path::RelPath;
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// What `build.rs` put in: the files' names, sorted, and what is in them.
const INSIDE: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/site.rs"));

/// The studio's page; a folder without it holds no site.
const PAGE: &str = "studio/index.html";

/// Where the site's files come from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Site {
    /// The program itself.
    Inside,
    /// A folder, with links resolved.
    Folder(PathBuf),
}

impl Site {
    /// The site in `folder`, or the one inside the program.
    ///
    /// # Errors
    /// [`Kind::NotFound`] when there is none, with how to get one.
    pub fn find(folder: Option<&Path>) -> Result<Site> {
        let Some(folder) = folder else { return Site::inside(INSIDE) };
        let missing = || {
            Error::new(Kind::NotFound, format!("no built site in {}", folder.display()))
                .hint("build one in a checkout of Specfuse: cargo site build")
        };
        let folder = std::fs::canonicalize(folder).map_err(|_| missing())?;
        if folder.join(PAGE).is_file() { Ok(Site::Folder(folder)) } else { Err(missing()) }
    }

    fn inside(files: &[(&str, &[u8])]) -> Result<Site> {
        if files.is_empty() {
            return Err(Error::new(Kind::NotFound, "this program was built without the studio inside").hint(
                "give a built site with --site DIR, or build the program with one, in a checkout of Specfuse: \
                 cargo site build && SPECFUSE_EMBED_SITE=site cargo install --path cli",
            ));
        }
        Ok(Site::Inside)
    }

    /// The file that the path of a request means; a folder means its `index.html`.
    pub(super) fn answer(&self, path: &str) -> Answer {
        let Some(name) = file_name(path) else { return Answer::plain(404, "not found") };
        match self.read(&name) {
            Some(body) => Answer { status: 200, kind: kind(name.file_name()), body },
            None => Answer::plain(404, "not found"),
        }
    }

    fn read(&self, name: &RelPath) -> Option<Cow<'static, [u8]>> {
        match self {
            Site::Inside => {
                let at = INSIDE.binary_search_by(|(one, _)| (*one).cmp(name.as_str())).ok()?;
                Some(Cow::Borrowed(INSIDE[at].1))
            }
            Site::Folder(folder) => {
                let file = std::fs::canonicalize(folder.join(name.as_str())).ok()?;
                let inside = file.starts_with(folder) && file.is_file();
                inside.then(|| std::fs::read(file).ok()).flatten().map(Cow::Owned)
            }
        }
    }
}

/// The file that is meant, when the path has no way out.
fn file_name(path: &str) -> Option<RelPath> {
    let name = percent_decode_str(path.strip_prefix('/')?).decode_utf8().ok()?;
    if name.split('/').any(|part| part == "..") {
        return None;
    }
    let index = if name.is_empty() || name.ends_with('/') { "index.html" } else { "" };
    RelPath::new(&format!("{name}{index}")).ok()
}

fn kind(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let known = KINDS.iter().find(|(one, _)| *one == ending);
    known.map_or("application/octet-stream", |(_, kind)| kind)
}

/// What a browser wants to hear of the files of a site, by the ends of their names.
const KINDS: [(&str, &str); 10] = [
    ("html", "text/html; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("wasm", "application/wasm"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("webmanifest", "application/manifest+json"),
    ("txt", "text/plain; charset=utf-8"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn nothing_outside_the_site_is_served() {
        let dir = tempfile::tempdir().unwrap();
        let site = dir.path().join("site");
        fs::create_dir_all(site.join("studio")).unwrap();
        fs::write(dir.path().join("secret"), "secret").unwrap();
        fs::write(site.join(PAGE), "page").unwrap();
        symlink(dir.path().join("secret"), site.join("link")).unwrap();
        let site = Site::find(Some(&site)).unwrap();
        let status = |path: &str| site.answer(path).status;
        assert_eq!(site.answer("/studio/").kind, "text/html; charset=utf-8");
        assert_eq!(status("/stud%69o/index.html"), 200);
        for path in [
            "/../secret",
            "/%2e%2e/secret",
            "/studio/..%2f..%2fsecret",
            "/link",
            "//etc/passwd",
            "",
            "/studio",
        ] {
            assert_eq!(status(path), 404, "{path}");
        }
    }

    #[test]
    fn a_missing_site_says_how_to_get_one() {
        let dir = tempfile::tempdir().unwrap();
        let errors = [Site::find(Some(dir.path())), Site::inside(&[])].map(Result::unwrap_err);
        assert!(errors.iter().all(|e| e.hint.as_ref().is_some_and(|hint| hint.contains("cargo site build"))));
        assert_eq!(Site::inside(&[("a", b"")]), Ok(Site::Inside));
    }

    #[test]
    fn what_is_inside_is_sorted() {
        assert!(INSIDE.is_sorted_by(|a, b| a.0 < b.0));
    }
}
