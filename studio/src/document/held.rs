//! What was typed into a field and its file cannot hold: it is kept, with the reason, until it can be or is taken
//! back. It is no step of the undo log, since no file says it.

use super::Document;
use crate::command::{Refused, with_section};
use crate::pack::{Reader, Writer};
use crate::text::shown;
use specfuse_core::path::RelPath;

/// Words that their file cannot hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    /// The file.
    pub path: RelPath,
    /// The section, key or title that they were typed for.
    pub name: String,
    /// What was typed.
    pub text: String,
    /// Why that is not in the file.
    pub why: String,
    /// How many steps were done before.
    steps: u64,
}

impl Held {
    /// What is held, as a part of a sentence.
    fn label(&self) -> String {
        format!("what {} of {} cannot hold", self.name, self.path.file_name())
    }
}

impl Document {
    /// What is held for a section, key or title of a file.
    pub fn held(&self, path: &RelPath, name: &str) -> Option<&Held> {
        self.held.iter().find(|held| held.path == *path && held.name == name)
    }

    /// All that is held, as bytes.
    pub fn write_held(&self, to: &mut Writer) {
        to.number(self.held.len() as u64);
        for held in &self.held {
            to.text(held.path.as_str());
            [&held.name, &held.text, &held.why].into_iter().for_each(|text| to.text(text));
            to.number(held.steps);
        }
    }

    /// Goes on with what [`Document::write_held`] wrote; an earlier studio wrote nothing.
    pub fn read_held(&mut self, from: &mut Reader) -> Option<()> {
        for _ in 0..from.count()? {
            let (path, name) = (from.path()?, from.text()?.into());
            let (text, why) = (from.text()?.into(), from.text()?.into());
            self.held.push(Held { path, name, text, why, steps: from.number()? });
        }
        Some(())
    }

    /// Takes over what the field of a section shows; what cannot be is held.
    ///
    /// # Errors
    /// When the document can only be read.
    pub fn type_section(&mut self, path: &RelPath, name: &str, body: &str) -> Result<(), Refused> {
        self.refuse_if_locked()?;
        let after = with_section(self, path, name, body);
        let done = after.and_then(|after| self.type_into(path, &shown(&after)));
        self.hold(path, name, body, done.err());
        Ok(())
    }

    /// Holds what a field says when there is a reason; otherwise it holds nothing for that field any more.
    pub fn hold(&mut self, path: &RelPath, name: &str, text: &str, why: Option<Refused>) {
        let count = self.held.len();
        self.held.retain(|held| held.path != *path || held.name != name);
        if let Some(Refused(why)) = why.filter(|_| self.tree.text(path).is_some() && !self.is_locked()) {
            let steps = self.history.len() as u64;
            self.held.push(Held { path: path.clone(), name: name.into(), text: text.into(), why, steps });
        }
        self.revision += u64::from(count > 0 || !self.held.is_empty());
    }

    /// Lets go of what was held last, when no step was done since; what it is called.
    pub(super) fn let_go(&mut self) -> Option<String> {
        let steps = self.history.len() as u64;
        let held = self.held.pop_if(|held| held.steps >= steps)?;
        self.revision += 1;
        Some(held.label())
    }

    /// What an undo would let go.
    pub fn held_label(&self) -> Option<String> {
        let steps = self.history.len() as u64;
        self.held.last().filter(|held| held.steps >= steps).map(Held::label)
    }

    /// After what is handed out: what of the person's words is not in it, as a sentence.
    pub fn left_out(&self) -> Option<String> {
        let labels: Vec<String> = self.all_held().map(Held::label).collect();
        self.holds().then(|| format!("Not in it: {}.", labels.join("; ")))
    }

    /// Whether anything is held.
    pub(super) fn holds(&self) -> bool {
        self.all_held().next().is_some()
    }

    fn all_held(&self) -> impl Iterator<Item = &Held> {
        self.held.iter().filter(|held| self.tree.text(&held.path).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::persist;

    fn path(document: &Document) -> RelPath {
        document.feature().units[0].path.clone().unwrap()
    }

    fn title(document: &Document, title: &str) -> Command {
        Command::SetTitle { path: path(document), title: title.into() }
    }

    #[test]
    fn what_cannot_be_written_is_kept_until_it_can() {
        let mut document = Document::example();
        let path = path(&document);
        let opens = "One.\n\n**Verification.** is below.";
        document.type_section(&path, "Context", opens).unwrap();
        assert!(!document.is_changed());
        let form = crate::form::form(&document, &path).unwrap();
        let context = form.sections.iter().find(|section| section.name == "Context").unwrap();
        assert_eq!(context.value, opens);
        assert!(
            context.notes[0].1.starts_with("Not in the file yet: the section Context"),
            "{:?}",
            context.notes
        );
        assert_eq!(document.left_out().unwrap(), "Not in it: what Context of WU-01-greet.md cannot hold.");
        let kept = persist::document(&persist::base(&document), &persist::work(&document), None).unwrap();
        assert_eq!(kept.held(&path, "Context"), document.held(&path, "Context"), "over a crash, too");
        document.type_section(&path, "Context", "One. Verification is below.").unwrap();
        assert_eq!((document.held(&path, "Context"), document.left_out()), (None, None));
        assert!(document.tree().text(&path).unwrap().contains("**Context.** One. Verification is below."));
    }

    #[test]
    fn it_is_let_go_in_its_turn() {
        let mut document = Document::example();
        let path = path(&document);
        let held = |document: &Document| document.held(&path, "Title").is_some();
        let fill = |document: &mut Document, text: &str| {
            let done = document.fill(&title(document, text));
            document.hold(&path, "Title", text, done.err());
        };
        fill(&mut document, "Greet #");
        assert!(held(&document));
        document.perform(&title(&document, "Another")).unwrap();
        assert_eq!(document.undo(), Some(title(&document, "").label()), "the step after it goes first");
        assert!(held(&document));
        assert_eq!(document.undo().as_deref(), Some("what Title of WU-01-greet.md cannot hold"));
        assert!(!held(&document) && !document.is_changed());
        fill(&mut document, "Greet all");
        assert!(!held(&document));
    }
}
