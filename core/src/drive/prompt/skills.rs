//! What a session is told of the skills that the repository holds, where the project wants it told.

use crate::frontmatter::Document;
use std::sync::Arc;

/// A description in a prompt holds at most this many characters.
const MOST: usize = 200;

/// A skill of the repository.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Skill {
    /// Its file, from the repository's top.
    pub path: String,
    /// Its name.
    pub name: String,
    /// What it is for, in a line.
    pub description: String,
}

/// The skill that the file at `path` describes; `folder` is the name of the folder around it.
pub fn read(path: &str, folder: &str, text: &str) -> Skill {
    let doc = Document::read(Arc::from(text));
    let word = |key: &str| {
        let text = doc.get(key).and_then(|node| node.as_text()).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let name = Some(word("name")).filter(|name| !name.is_empty()).unwrap_or_else(|| folder.to_owned());
    let mut description = word("description");
    if description.chars().count() > MOST {
        description = description.chars().take(MOST - 1).collect::<String>() + "…";
    }
    Skill { path: path.to_owned(), name, description }
}

/// The part of a prompt that names them; empty when there are none.
pub fn build(skills: &[Skill]) -> String {
    if skills.is_empty() {
        return String::new();
    }
    let line = |skill: &Skill| {
        let what =
            if skill.description.is_empty() { String::new() } else { format!(": {}", skill.description) };
        format!("- {} (`{}`){what}", skill.name, skill.path)
    };
    let lines: Vec<String> = skills.iter().map(line).collect();
    format!("\n# Skills that you may use\n\nRead a skill's file before you use it.\n\n{}\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skills_are_named_with_what_they_are_for() {
        let text =
            "---\nname: migrate\ndescription: >\n  Writes a migration\n  and tries it.\n---\n\nSteps.\n";
        let skills =
            [read(".claude/skills/m/SKILL.md", "m", text), read("x/SKILL.md", "plain", "No head.\n")];
        let told = build(&skills);
        assert!(
            told.contains("- migrate (`.claude/skills/m/SKILL.md`): Writes a migration and tries it.\n"),
            "{told}"
        );
        assert!(told.contains("- plain (`x/SKILL.md`)\n"), "{told}");
        assert_eq!(build(&[]), "");
    }
}
