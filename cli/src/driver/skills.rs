//! The skills that the repository holds for agents, named to sessions where the project wants it
//! (`dispatch_skills`).

use super::Driver;
use super::lane::Site;
use specfuse_core::drive::prompt::skills::{self, Skill};
use specfuse_core::drive::{Role, Session};
use std::path::Path;

/// Folders that hold a folder for each skill.
const FOLDERS: [&str; 2] = [".claude/skills", ".specfuse/skills"];
/// The file in each.
const FILE: &str = "SKILL.md";

impl Driver<'_> {
    /// The part of a work session's prompt that names them.
    pub(super) fn skills(&self, site: &Site, session: &Session) -> String {
        let wanted = self.state.plan.head.attempts.skills && session.role == Role::Work;
        if wanted { skills::build(&found(&site.root)) } else { String::new() }
    }
}

fn found(root: &Path) -> Vec<Skill> {
    let mut skills = Vec::new();
    for folder in FOLDERS {
        let entries = std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
        let mut names: Vec<String> =
            entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        for name in names {
            let path = format!("{folder}/{name}/{FILE}");
            let file = root.join(&path);
            // What is no plain file here is not followed anywhere.
            let is_plain = file.symlink_metadata().is_ok_and(|meta| meta.is_file());
            if let Some(text) = std::fs::read_to_string(&file).ok().filter(|_| is_plain) {
                skills.push(skills::read(&path, &name, &text));
            }
        }
    }
    skills
}
