//! Bytes that are no text, odd line ends, byte order marks, and files that stop early, for every
//! kind of file.

use crate::table::{Case, gone, swap, whole};
use specfuse_tests::sample;

/// Every kind of file, and what stands at its place when it is empty, or when its first line is not
/// what it should be.
const KINDS: &[(&str, &[&str], &[&str])] = &[
    ("PLAN.md", &["file/frontmatter-missing 1"], &["file/frontmatter-missing 1"]),
    ("GATE-01.md", &["file/frontmatter-missing 1"], &["file/frontmatter-missing 1"]),
    ("WU-01-moon.md", &["file/frontmatter-missing 1"], &["file/frontmatter-missing 1"]),
    ("GATE-01-REVIEW.md", &["gate/open-questions 1"], &["gate/open-questions 1"]),
    ("verification.yml", &["verification/missing-set 1"], &["file/yaml 1"]),
    ("roadmap.md", &["roadmap/missing-row PLAN.md:2"], &["roadmap/missing-row PLAN.md:2"]),
    ("roadmap-archive.md", &[], &[]),
    ("config", &[], &["file/yaml 1"]),
    ("events.jsonl", &[], &["file/event-line 1"]),
];

/// A file whose head need not be first may start with two: the second is no text.
fn two_marks(file: &str, odd: &'static [&'static str]) -> &'static [&'static str] {
    if matches!(file, "verification.yml" | "config" | "roadmap.md" | "roadmap-archive.md") {
        &[]
    } else {
        odd
    }
}

fn of_kind(file: &'static str, empty: &'static [&'static str], odd: &'static [&'static str]) -> Vec<Case> {
    let text = sample::text(file);
    let utf16 = |unit: u16| unit.to_le_bytes();
    let little: Vec<u8> = text.encode_utf16().flat_map(utf16).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let not_utf8: &[&str] = &["file/not-utf8 1"];
    vec![
        whole("line ends of Windows", file, text.replace('\n', "\r\n"), &[]),
        whole("a byte order mark", file, format!("\u{feff}{text}"), &[]),
        whole("both", file, format!("\u{feff}{}", text.replace('\n', "\r\n")), &[]),
        whole("no line end at the end", file, text.trim_end(), &[]),
        whole("blank lines at the end", file, format!("{text}\n\n \n"), &[]),
        whole("two byte order marks", file, format!("\u{feff}\u{feff}{text}"), two_marks(file, odd)),
        whole("UTF-16, little end first", file, [&[0xff, 0xfe][..], &little].concat(), not_utf8),
        whole("UTF-16, big end first", file, [&[0xfe, 0xff][..], &big].concat(), not_utf8),
        whole("UTF-16 without a mark", file, little, odd),
        whole("Latin-1", file, [text.as_bytes(), b"caf\xe9\n"].concat(), not_utf8),
        whole(
            "half a character at the end",
            file,
            [text.as_bytes(), "é".as_bytes().split_at(1).0].concat(),
            not_utf8,
        ),
        whole("a surrogate as bytes", file, [text.as_bytes(), b"\xed\xa0\x80"].concat(), not_utf8),
        whole("an overlong slash", file, [text.as_bytes(), b"\xc0\xaf"].concat(), not_utf8),
        whole(
            "random bytes",
            file,
            (0..4096_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect::<Vec<_>>(),
            not_utf8,
        ),
        whole("nothing", file, "", empty),
        whole("one blank line", file, "\n", empty),
    ]
}

#[rustfmt::skip]
pub fn cases() -> Vec<Case> {
    let kinds = KINDS.iter().flat_map(|(file, empty, odd)| of_kind(file, empty, odd));
    let unit = sample::text("WU-01-moon.md");
    let own = [
        whole("line ends of an old Mac", "PLAN.md", sample::text("PLAN.md").replace('\n', "\r"), &["file/frontmatter-missing 1"]),
        whole("line ends of an old Mac", "WU-01-moon.md", unit.replace('\n', "\r"), &["file/frontmatter-missing 1"]),
        whole("line ends of an old Mac", "verification.yml", sample::text("verification.yml").replace('\n', "\r"), &[]),
        whole("only a rule", "PLAN.md", "---", &["file/frontmatter-unclosed 1"]),
        whole("only a rule", "GATE-01.md", "---\n", &["file/frontmatter-unclosed 1"]),
        whole("only a rule", "WU-01-moon.md", "---\r\n", &["file/frontmatter-unclosed 1"]),
        whole("only a rule", "GATE-01-REVIEW.md", "---", &["file/frontmatter-unclosed 1"]),
        whole("two rules", "WU-01-moon.md", "---\n---\n", &["unit/missing-section 1"]),
        swap("the head never closed", "PLAN.md", "planned_cost_usd: 9\n---\n", "planned_cost_usd: 9\n", &["file/frontmatter-unclosed 1"]),
        swap("the head never closed", "GATE-01.md", "tides\n---\n", "tides\n", &["file/frontmatter-unclosed 1"]),
        swap("the head never closed", "WU-01-moon.md", "moon.rs\n---\n", "moon.rs\n", &["file/frontmatter-unclosed 1"]),
        swap("the head closed by four dashes", "WU-01-moon.md", "moon.rs\n---\n", "moon.rs\n----\n", &["file/frontmatter-unclosed 1"]),
        swap("the head closed by dots", "WU-01-moon.md", "moon.rs\n---\n", "moon.rs\n...\n", &["file/frontmatter-unclosed 1"]),
        swap("the head's end indented", "WU-01-moon.md", "moon.rs\n---\n", "moon.rs\n ---\n", &["file/frontmatter-unclosed 1"]),
        swap("blanks behind the rules", "WU-01-moon.md", "moon.rs\n---\n", "moon.rs\n--- \t\n", &[]),
        whole("the head not first", "PLAN.md", format!("\n{}", sample::text("PLAN.md")), &["file/frontmatter-missing 1"]),
        whole("the head not first", "GATE-01.md", format!("# Gate\n{}", sample::text("GATE-01.md")), &["file/frontmatter-missing 1"]),
        whole("the head not first", "WU-01-moon.md", format!(" {unit}"), &["file/frontmatter-missing 1"]),
        whole("four dashes", "WU-01-moon.md", format!("-{unit}"), &["file/frontmatter-missing 1"]),
        swap("a line separator", "WU-01-moon.md", "src/moon.rs", "src/\u{2028}moon.rs", &[]),
        swap("a paragraph separator in the body", "WU-01-moon.md", "The almanac", "The\u{2029}almanac", &[]),
        swap("a turn of direction", "WU-01-moon.md", "src/moon.rs", "src/\u{202e}sr.noom", &[]),
        swap("a turn of direction in the body", "WU-01-moon.md", "The almanac", "The \u{202e}almanac", &[]),
        swap("a zero-width blank in an id", "WU-01-moon.md", "0007/T01", "0007\u{200b}/T01", &["unit/id-malformed 2"]),
        swap("NULs in the body", "WU-01-moon.md", "The almanac", "The \0\0almanac", &[]),
        swap("an escape sequence in the body", "WU-01-moon.md", "# Compute", "# \u{1b}[31mCompute", &["unit/title 8"]),
        gone("not there", "PLAN.md", &["file/missing 1"]),
        gone("not there", "GATE-01.md", &["file/missing PLAN.md:24"]),
        gone("not there", "WU-01-moon.md", &["file/missing PLAN.md:27"]),
        gone("not there", "verification.yml", &["verification/missing-set verification.yml:1"]),
        gone("not there", "roadmap.md", &[]),
        gone("not there", "config", &[]),
        gone("not there", "events.jsonl", &[]),
    ];
    kinds.chain(own).collect()
}
