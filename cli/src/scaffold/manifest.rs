//! `.specfuse/.scaffold-manifest`: the SHA-256 of each file of the scaffold as it was shipped, so that a
//! file that nobody changed can be told from one that somebody did. One JSON object, from the path below
//! `.specfuse/` to the sum in hexadecimal, as the Python tools write it.

use super::{SHIPPED, VERSION};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Where it is.
pub const FILE: &str = ".specfuse/.scaffold-manifest";

/// Sums by path below `.specfuse/`.
pub type Manifest = BTreeMap<String, String>;

/// The SHA-256 of `text` in hexadecimal.
pub fn sum(text: &str) -> String {
    let mut out = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// Reads a manifest. One that cannot be read knows no file, so that every file counts as changed.
pub fn parse(text: &str) -> Manifest {
    serde_json::from_str(text).unwrap_or_default()
}

/// The manifest of what this program ships, with what `old` knows of files that are shipped no longer.
pub fn shipped(old: &Manifest) -> Manifest {
    let mut new = old.clone();
    new.extend(SHIPPED.iter().map(|(path, text)| ((*path).to_owned(), sum(text))));
    new.insert("VERSION".to_owned(), sum(&format!("{VERSION}\n")));
    new
}

/// A manifest's text.
pub fn render(manifest: &Manifest) -> String {
    let mut out = serde_json::to_string_pretty(manifest).expect("texts are JSON");
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_texts() {
        assert_eq!(sum("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let manifest = shipped(&parse("{\"rules/old.md\": \"00\", \"rules/never-touch.md\": \"11\"}"));
        assert_eq!(parse(&render(&manifest)), manifest);
        assert_eq!(manifest["rules/old.md"], "00");
        assert_eq!(manifest["rules/never-touch.md"].len(), 64);
        assert!(parse("not JSON").is_empty());
    }
}
