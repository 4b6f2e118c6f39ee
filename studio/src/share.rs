//! A feature inside of a link, without a server: packed, deflated, in letters that an address may hold.
//! What a link holds is anybody's: reading it is bounded, and opens files like any others.

use crate::document::Document;
use crate::folder::File;
use crate::pack::{Reader, Writer};
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use specfuse_core::path::RelPath;
use specfuse_core::tree::Tree;
use std::fmt;

/// What the part of an address after `#` begins with.
pub const PREFIX: &str = "plan=";
/// The longest link that is made, in bytes: chat programs and mail cut longer ones.
const LONGEST: usize = 32 * 1024;
/// The longest that is read.
const LONGEST_READ: usize = 256 * 1024;
/// What may come out of one (2 MiB).
const MOST_BYTES: usize = 2 * 1024 * 1024;
/// How many files may come out of one.
const MOST_FILES: usize = 500;
const VERSION: u64 = 1;
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What a link holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Shared {
    /// The whole feature, as the part of an address after `#`.
    Whole(String),
    /// Only the plan, the gates, and the heads of the units: the whole does not fit.
    Graph(String),
    /// Nothing fits.
    TooLarge,
}

/// Why a link cannot be opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkError {
    /// It is damaged, most often cut off.
    Broken,
    /// It would take more room than a shared feature may.
    TooLarge,
    /// It was made by another version.
    Version,
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LinkError::Broken => "the link is damaged or was cut off; ask for it again, or for a zip",
            LinkError::TooLarge => "the link holds more than a shared feature may; ask for a zip",
            LinkError::Version => "the link was made by another version of the studio; ask for a zip",
        })
    }
}

/// What of the open feature fits into a link.
pub fn share(document: &Document) -> Shared {
    let feature = document.feature();
    let whole = texts(document.tree(), &feature.folder, |_, text| text.to_owned());
    let is_unit = |path: &RelPath| feature.units.iter().any(|unit| unit.path.as_ref().ok() == Some(path));
    let graph = |path: &RelPath, text: &str| match is_unit(path) {
        true => head(text).to_owned(),
        false => text.to_owned(),
    };
    let title = document.feature_title();
    let link = link(&title, &whole);
    if link.len() <= LONGEST {
        return Shared::Whole(link);
    }
    let mut part = texts(document.tree(), &feature.folder, graph);
    part.retain(|(name, _)| {
        let name = name.rsplit('/').next().unwrap_or(name);
        name == "PLAN.md" || name.starts_with("GATE-") && !name.contains("REVIEW") || name.starts_with("WU-")
    });
    let link = self::link(&title, &part);
    if link.len() <= LONGEST { Shared::Graph(link) } else { Shared::TooLarge }
}

/// The feature's texts, and what is judged with it: the verification and the settings.
fn texts(tree: &Tree, folder: &RelPath, make: impl Fn(&RelPath, &str) -> String) -> Vec<(String, String)> {
    let beside = [".specfuse/verification.yml", ".specfuse/config"].map(RelPath::new);
    let beside = beside.iter().flatten().filter_map(|path| tree.get_key_value(path));
    let text = |path: &RelPath| tree.text(path).map(|text| (path.to_string(), make(path, text)));
    tree.below(folder).chain(beside).filter_map(|(path, _)| text(path)).collect()
}

/// A unit's frontmatter and title.
fn head(text: &str) -> &str {
    let end = text.match_indices('\n').map(|(at, _)| at + 1);
    let mut fences = 0;
    for at in end {
        let line = text[..at].trim_end().rsplit('\n').next().unwrap_or_default().trim_end();
        fences += u32::from(line == "---");
        if fences >= 2 && line.starts_with("# ") {
            return &text[..at];
        }
        if fences >= 2 && line.starts_with("## ") {
            break;
        }
    }
    text
}

fn link(title: &str, files: &[(String, String)]) -> String {
    let mut to = Writer::default();
    to.text(title);
    to.number(files.len() as u64);
    for (name, text) in files {
        to.text(name);
        to.text(text);
    }
    let mut packed = vec![VERSION as u8];
    packed.extend(compress_to_vec(&to.finish(), 9));
    format!("{PREFIX}{}", letters(&packed))
}

/// The files of a link, and the title of what it holds; `None` when `fragment` is no link of ours.
pub fn open(fragment: &str) -> Option<Result<(Vec<File>, String), LinkError>> {
    let packed = fragment.trim_start_matches('#').strip_prefix(PREFIX)?;
    Some(read(packed))
}

fn read(packed: &str) -> Result<(Vec<File>, String), LinkError> {
    if packed.len() > LONGEST_READ {
        return Err(LinkError::TooLarge);
    }
    let bytes = bytes(packed).ok_or(LinkError::Broken)?;
    let (version, packed) = bytes.split_first().ok_or(LinkError::Broken)?;
    if u64::from(*version) != VERSION {
        return Err(LinkError::Version);
    }
    use miniz_oxide::inflate::TINFLStatus::HasMoreOutput;
    let bytes = decompress_to_vec_with_limit(packed, MOST_BYTES).map_err(|e| match e.status {
        HasMoreOutput => LinkError::TooLarge,
        _ => LinkError::Broken,
    })?;
    files(&bytes).ok_or(LinkError::Broken)
}

fn files(bytes: &[u8]) -> Option<(Vec<File>, String)> {
    let mut from = Reader::new(bytes);
    let title: String = from.text()?.chars().filter(|c| !c.is_control()).take(200).collect();
    let count = from.count().filter(|count| *count <= MOST_FILES)?;
    let mut files = Vec::new();
    for _ in 0..count {
        let (name, text) = (from.path()?.to_string().into_bytes(), from.text()?);
        files.push(File { name, bytes: text.as_bytes().into(), mode: None });
    }
    Some((files, title))
}

/// Bytes in letters that an address may hold (base64url without padding).
fn letters(bytes: &[u8]) -> String {
    let letter = |sextet: u32| char::from(LETTERS[sextet as usize & 63]);
    let group = |chunk: &[u8]| {
        let all = (0..3).fold(0, |all, at| all << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        [18, 12, 6, 0].into_iter().take(chunk.len() + 1).map(move |shift| letter(all >> shift))
    };
    bytes.chunks(3).flat_map(group).collect()
}

/// The bytes of [`letters`]; `None` when there is any other letter.
fn bytes(letters: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(letters.len() * 3 / 4);
    let (mut held, mut bits) = (0_u32, 0);
    for letter in letters.bytes() {
        let sextet = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        held = held << 6 | u32::from(sextet);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits) as u8);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_travels_whole() {
        let document = Document::example();
        let Shared::Whole(link) = share(&document) else { panic!("the example fits") };
        assert!(link.len() < 12_000, "{}", link.len());
        let (files, title) = open(&format!("#{link}")).unwrap().unwrap();
        assert_eq!(title, document.feature_title());
        let read = Document::open(files, &title).unwrap();
        assert_eq!(read.findings(), document.findings());
        assert_eq!(read.feature().units.len(), document.feature().units.len());
        assert_eq!(open("#other"), None);
    }

    /// The example with noise in a file of its feature, that no packing makes small.
    fn noisy(name: &str, bytes: usize) -> Document {
        let mut state = 1_u64;
        let mut noise = String::new();
        while noise.len() < bytes {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            noise.push(char::from(LETTERS[(state >> 58) as usize]));
        }
        let mut document = Document::example();
        let path = specfuse_core::example::folder().join(name).unwrap();
        let text = document.tree().text(&path).unwrap().to_string();
        document.type_into(&path, &format!("{text}\n{noise}\n")).unwrap();
        document
    }

    #[test]
    fn what_is_too_large_travels_as_its_graph_or_not_at_all() {
        let Shared::Graph(link) = share(&noisy("WU-01-greet.md", 40_000)) else { panic!("the graph fits") };
        let (files, title) = open(&link).unwrap().unwrap();
        let read = Document::open(files, &title).unwrap();
        assert_eq!(read.feature().units.len(), 8);
        assert_eq!(read.feature().units[0].title(), "Greet a person by name");
        assert_eq!(share(&noisy("PLAN.md", 60_000)), Shared::TooLarge);
    }

    #[test]
    fn hostile_links_are_refused() {
        let packed = |bytes: &[u8]| {
            let mut all = vec![VERSION as u8];
            all.extend(compress_to_vec(bytes, 9));
            format!("{PREFIX}{}", letters(&all))
        };
        let check = |link: &str, wanted| assert_eq!(open(link), Some(Err(wanted)), "{:.40}", link);
        check(&packed(&vec![0; 50_000_000]), LinkError::TooLarge);
        check(&format!("{PREFIX}{}", "A".repeat(LONGEST_READ + 1)), LinkError::TooLarge);
        check("plan=", LinkError::Broken);
        check("plan=<script>", LinkError::Broken);
        check("plan=CAAA", LinkError::Version);
        let mut climbing = Writer::default();
        climbing.text("t");
        climbing.number(1);
        climbing.text("../../etc/passwd");
        climbing.text("x");
        check(&packed(&climbing.finish()), LinkError::Broken);
        let Shared::Whole(link) = share(&Document::example()) else { panic!("the example fits") };
        for end in (PREFIX.len()..link.len()).step_by(101) {
            assert!(open(&link[..end]).unwrap().is_err(), "cut at {end}");
        }
    }

    #[test]
    fn letters_come_back_as_bytes() {
        let all: Vec<u8> = (0..=255).rev().collect();
        for length in 0..all.len() {
            let link = letters(&all[..length]);
            assert!(link.bytes().all(|letter| LETTERS.contains(&letter)));
            assert_eq!(bytes(&link).as_deref(), Some(&all[..length]));
        }
    }
}
