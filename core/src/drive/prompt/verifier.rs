//! The prompt of a verifier: a fresh session that audits a unit's work and changes nothing.

use super::{Parts, fenced, section};
use crate::span::floor_boundary;

/// A diff in the prompt holds at most this many bytes; the verifier can read the files for the rest.
pub const DIFF_BYTES: usize = 60_000;

pub(in crate::drive) const INTRODUCTION: &str = "\
You audit the work of another session on one work unit, in the repository you are in. Its commands are \
green already; you judge what commands cannot.

- Change nothing: no file, no commit, no branch. Whatever you change is dropped.
- Take each acceptance criterion and look in the files for what shows that it is met. A claim is no evidence.
- Look for what the criteria mean and no test holds: a case left out, a test that cannot fail, a check that \
was weakened, work outside of what the unit may touch.
- A finding is something that must be mended before this unit is done, and names where it is seen. Taste is none.
- End with this block, as the last thing you print; `status: sound` and no findings when there are none:

```result
status: unsound   # or: sound
summary: one sentence
findings:
  - criterion: the criterion that is not met
    where: path:line
    what: what is wrong, and how one can see it
```
";

/// The whole prompt. `body` is the unit's text below its frontmatter, `diff` what the work changed.
pub fn build(parts: &Parts, body: &str, diff: &str) -> String {
    let mut out = String::from(INTRODUCTION);
    section(&mut out, &format!("# The unit\n\n- Unit: {}", parts.unit));
    section(&mut out, &fenced(body));
    let shown = &diff[..floor_boundary(diff, DIFF_BYTES.min(diff.len()))];
    let rest = match diff.len() - shown.len() {
        0 => String::new(),
        left => format!("\n\n{left} more bytes of it are left out; read the files."),
    };
    section(&mut out, &format!("# What the work changed\n\n{}{rest}", fenced(shown)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_diff_is_cut_and_said_to_be() {
        let parts = Parts { unit: "F/T01".into(), ..super::super::tests::parts() };
        let text = build(&parts, "Do ``` this.", &"é".repeat(DIFF_BYTES));
        assert!(text.contains("````\nDo ``` this.\n````"), "{}", &text[..2000]);
        assert!(text.len() < DIFF_BYTES + 4_000 && text.contains("60000 more bytes"), "{}", text.len());
        assert!(!build(&parts, "Do it.", "+a").contains("more bytes"));
    }
}
