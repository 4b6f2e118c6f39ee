//! `verification/stale-binaries`: a check skips the build, and no check before it builds.

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::field::Field;
use crate::model::verification::Verification;

/// See the page.
pub static RULE: Rule = Rule::new(
    "verification/stale-binaries",
    Severity::Warning,
    "A check skips the build, and no check before it builds.",
    Check::Verification(check),
)
.beyond_python();

/// Options by which a tool uses what was built before.
const SKIPS: [&str; 6] =
    ["--no-build", "--no-restore", "--no-compile", "--skip-build", "--offline-build", "-Dmaven.main.skip"];

fn check(file: &Verification, sink: &mut Sink) {
    for set in &file.sets {
        let mut built = false;
        for check in &set.checks {
            let Field::Valid(command) = &check.command else { continue };
            for step in command.value.split(['\n', ';', '&', '|']) {
                let skip = step.split_whitespace().find(|word| SKIPS.contains(word));
                if let Some(option) = skip.filter(|_| !built) {
                    sink.report(
                        command.span,
                        format!("`{option}` judges what was built before this session's change"),
                    )
                    .help("build in the same command, or in a check before it");
                    break;
                }
                built |= skip.is_none() && step.split_whitespace().any(is_build);
            }
        }
    }
}

fn is_build(word: &str) -> bool {
    let word = word.rsplit(['/', ':']).next().unwrap_or(word);
    matches!(word, "build" | "rebuild" | "compile" | "publish" | "package" | "install" | "make" | "all")
}
