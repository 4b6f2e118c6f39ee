//! Files as editors name them: `file://` URIs.

use lsp_types::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What stands in a path as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The file that a URI names; `None` when it is none on this machine.
pub(super) fn to_path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.as_str().strip_prefix("file://")?;
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    let path = path.split(['?', '#']).next().filter(|path| path.starts_with('/'))?;
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    (!decoded.contains('\0')).then(|| PathBuf::from(decoded.into_owned()))
}

/// The URI of an absolute path; `None` when its name is no text.
pub(super) fn from_path(path: &Path) -> Option<Uri> {
    let path = utf8_percent_encode(path.to_str()?, PLAIN);
    Uri::from_str(&format!("file://{path}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_come_back() {
        for path in ["/a/b.md", "/with blank/é#?%20[x]/WU-01.md", "/a:b"] {
            let uri = from_path(Path::new(path)).unwrap();
            assert_eq!(to_path(&uri).as_deref(), Some(Path::new(path)), "{}", uri.as_str());
        }
        let path = |uri: &str| to_path(&Uri::from_str(uri).unwrap());
        assert_eq!(path("file://localhost/a%20b"), Some("/a b".into()));
        assert_eq!(path("file:///c%3A/x"), Some("/c:/x".into()));
        for other in
            ["untitled:Untitled-1", "file://elsewhere/a", "https://e.org/a", "file:///a%00", "file:///%ff"]
        {
            assert_eq!(path(other), None, "{other}");
        }
    }
}
