//! What the inspector shows, and typing into it.

use super::{Studio, Tab, Target};
use crate::browser;
use crate::document::Document;
use crate::view;
use leptos::prelude::*;
use specfuse_core::path::RelPath;
use specfuse_core::span::Span;

impl Studio {
    /// The file that the inspector shows.
    pub fn path(self) -> Option<RelPath> {
        match self.target.get()? {
            Target::File(path) => Some(path),
            Target::Unit(unit) => self.read(|d| d.feature().units.get(unit)?.path.clone().ok()).flatten(),
        }
    }

    /// Shows a place in a file: its unit, its text, and the place selected.
    pub fn show_place(self, path: &RelPath, span: Span) {
        let named = |d: &Document| d.feature().units.iter().position(|u| u.path.as_ref().ok() == Some(path));
        let unit = self.read(named).flatten();
        self.target.set(Some(unit.map_or_else(|| Target::File(path.clone()), Target::Unit)));
        self.tab.set(Tab::Text);
        let range = |d: &Document| {
            let text = d.tree().text(path)?;
            let at = |offset: u32| crate::text::in_field(text, offset as usize);
            Some((at(span.start), at(span.end)))
        };
        if let Some((start, end)) = self.read(range).flatten() {
            browser::after_frame(move || browser::select_text(view::text::FIELD, start, end));
        }
    }
}
