//! The sections that a file's readers look for, with what each is there to say.

use crate::schema::FileKind;

/// A section that is looked for by its name.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Its name.
    pub name: &'static str,
    /// What it says, in one sentence.
    pub meaning: &'static str,
}

const fn known(name: &'static str, meaning: &'static str) -> Known {
    Known { name, meaning }
}

const UNIT: &[Known] = &[
    known("Objective", "What will be there once the unit is done, in a sentence."),
    known("Context", "Why this unit, and what is there already."),
    known("Acceptance criteria", "What will be true, each in a form that a command can show."),
    known("Do not touch", "What is not this unit's to change."),
    known("Verification", "Which checks judge it."),
    known("Escalation triggers", "When to stop and say so."),
];

const PLAN: &[Known] = &[
    known(
        "Existing-mechanism search",
        "What was looked for before something new is built, and what was found.",
    ),
    known(
        "Escalation-predicate satisfiability",
        "Whether each trigger of a unit can be seen in its session.",
    ),
    known("Post-merge checklist", "What a person does once the branch is merged."),
];

const GATE: &[Known] = &[
    known("Definition of done", "What is true once the gate is behind us."),
    known("Arming discipline", "What a person looks at before the gate's drafts are armed."),
    known("Reflection notes", "What was learnt on the way."),
];

const REVIEW: &[Known] = &[known("Doubt", "What the planning session is not sure of.")];

/// The sections of a kind of file, in the order people write them.
pub fn sections(kind: FileKind) -> &'static [Known] {
    match kind {
        FileKind::Unit => UNIT,
        FileKind::Plan => PLAN,
        FileKind::Gate => GATE,
        FileKind::Review => REVIEW,
        FileKind::Verification | FileKind::Config => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::SECTION_NAMES;

    #[test]
    fn a_units_sections_are_those_that_are_read() {
        let names: Vec<_> = UNIT.iter().map(|known| known.name).collect();
        assert_eq!(names, SECTION_NAMES);
    }
}
