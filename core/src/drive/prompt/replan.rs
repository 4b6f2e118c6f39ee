//! The prompt of a session that makes a unit narrower before its last attempt.

use super::{Parts, failure, fenced, section};
use crate::path::RelPath;

const PREAMBLE: &str = "\
You rewrite one work unit of a larger plan. Sessions have tried it as it stands and failed; one attempt is left. \
You do not carry it out.

- Find out from the failure below, and from the repository, why it went wrong.
- Rewrite the unit's text into a narrower one that a fresh session can finish: less at once, clearer steps, \
the trap named. Keep its sections and what it must produce; leave out what can wait, and say so in it.
- Change only the text below the head of the unit's own file. The head between the `---` lines, every other \
file and the history stay as they are; what else you change is thrown away.
- When the unit cannot be made narrower, say so with `status: blocked`.
- End with this block, as the last thing you print:

```result
status: complete   # or: blocked
summary: one sentence on what is narrower now
```
";

/// The whole prompt. `file` is the unit's file, `body` its text below the head.
pub fn build(parts: &Parts, file: &RelPath, body: &str) -> String {
    let mut out = String::from(PREAMBLE);
    let facts = format!("# The unit\n\n- Unit: {}\n- Its file: {file}", parts.unit);
    section(&mut out, &facts);
    section(&mut out, &format!("# Its text now\n\n{}", fenced(body)));
    if let Some(previous) = &parts.failure {
        section(&mut out, &failure(previous));
    }
    out
}
