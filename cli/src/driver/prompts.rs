//! What each role's prompt is made of, read from the files as they are now.

use super::Driver;
use super::lane::Site;
use crate::error::{Error, Kind, Result};
use specfuse_core::close::requirements;
use specfuse_core::drive::{Role, Session, prompt};
use specfuse_core::model::{Feature, Unit};

impl Driver<'_> {
    /// The whole prompt of a session.
    pub(super) fn prompt(&mut self, site: &Site, session: &Session) -> Result<String> {
        let (_, feature) = self.read_in(site)?;
        let text = match session.role {
            Role::Work => work(&feature, session),
            Role::Replan => {
                let (unit, body) = unit_and_body(&feature, session)?;
                let file = unit.file.as_ref().map_or(&self.folder, |file| &file.path);
                Ok(prompt::replan::build(&session.prompt, file, body))
            }
            Role::Judge => Ok(prompt::judge::build(&self.case(&feature, session)?)),
            Role::Verifier => {
                let diff = self.kept_diff(&session.unit, session.attempt);
                Ok(prompt::verifier::build(&session.prompt, unit_and_body(&feature, session)?.1, &diff))
            }
        };
        Ok(text? + &self.skills(site, session) + &self.in_flight(&feature, session))
    }
}

fn work(feature: &Feature, session: &Session) -> Result<String> {
    let (unit, body) = unit_and_body(feature, session)?;
    let wanted: Vec<String> = match unit.is_closing() {
        true => requirements::of(feature, unit).iter().map(|r| r.wanted(feature, unit)).collect(),
        false => Vec::new(),
    };
    Ok(prompt::build(&session.prompt, body, &wanted))
}

/// The session's unit, and its text below the frontmatter.
fn unit_and_body<'a>(feature: &'a Feature, session: &Session) -> Result<(&'a Unit, &'a str)> {
    let unit = feature.find_unit(&session.unit).map(|index| &feature.units[index]);
    let found = unit.and_then(|unit| Some((unit, unit.file.as_ref()?)));
    let (unit, file) = found.ok_or_else(|| {
        Error::new(Kind::NotFound, format!("the file of {} is gone", session.unit))
            .hint("put it back: git status; then run again")
    })?;
    Ok((unit, file.doc.body.span.slice(&file.doc.text)))
}
