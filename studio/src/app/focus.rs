//! Where the focus is, and where it goes: no key may find that nothing has it. A unit is its box, or its row while
//! the outline stands in the graph's place.

use super::{Studio, Target};
use crate::browser;
use crate::face::{node_id, unit_of_id};
use crate::view::dialog::DIALOG;
use crate::view::graph::CANVAS;
use crate::view::outline::{OUTLINE, row_id, unit_of_row};
use leptos::prelude::*;

/// The id of the field before that of an entry of a list, which is that of the list and the entry's place.
fn entry_before(id: &str) -> Option<String> {
    let (list, place) = id.rsplit_once('-')?;
    let place: usize = place.parse().ok()?;
    Some(if place > 1 { format!("{list}-{}", place - 1) } else { list.to_owned() })
        .filter(|_| id.starts_with("key-"))
}

/// What goes on having the focus when an element in it is gone.
const REGIONS: [(&str, &str); 2] = [
    (".inspector", ".inspector [role=tab][aria-selected=true]"),
    (".lower", ".lower [role=tab][aria-selected=true]"),
];

impl Studio {
    /// The unit that has the focus.
    pub(super) fn focused_unit(self) -> Option<usize> {
        let id = browser::focused()?;
        unit_of_id(&id).or_else(|| unit_of_row(&id))
    }

    /// Moves the focus to a unit.
    pub fn focus_unit(self, unit: usize) {
        let id = if self.outlined.get_untracked() { row_id(unit) } else { node_id(unit) };
        browser::focus(&id);
    }

    /// As [`Studio::focus_unit`], once what changes now is drawn.
    pub(super) fn focus_unit_soon(self, unit: usize) {
        browser::soon(move || self.focus_unit(unit));
    }

    /// Gives the focus back to the unit that is shown, or else to the graph, when nothing is asked.
    pub fn focus_shown(self) {
        browser::soon(move || {
            let unit = self.graph.selection.with_untracked(|selection| selection.primary());
            match unit {
                _ if self.is_asking() => {}
                Some(unit) => self.focus_unit(unit),
                None if self.outlined.get_untracked() => browser::focus(OUTLINE),
                None => browser::focus(CANVAS),
            }
        });
    }

    /// Moves the focus to what the inspector shows.
    pub fn focus_pane() {
        browser::focus_first(".inspector [role=tab][aria-selected=true]");
        browser::focus_first("#pane input, #pane select, #pane textarea, #pane .cm-content");
    }

    /// After something that takes away what has the focus once it is drawn: then what is nearest gets it.
    pub fn keep_focus(self) {
        if !browser::is_focus_lost() {
            let before = browser::focused().and_then(|id| entry_before(&id));
            let region = REGIONS.iter().find(|(region, _)| browser::is_focus_in(region));
            browser::soon(move || self.find_focus(before, region.map(|(_, tab)| *tab)));
        }
    }

    fn find_focus(self, entry: Option<String>, nearest: Option<&'static str>) {
        if !browser::is_focus_lost() || self.is_asking() {
            return;
        }
        entry.iter().for_each(|id| browser::focus(id));
        if browser::is_focus_lost() {
            nearest.into_iter().for_each(browser::focus_first);
        }
        if browser::is_focus_lost() {
            self.focus_shown();
        }
    }

    /// Closes the dialog that is drawn, if any: the focus goes back to where it was before, or to the unit that is shown.
    pub fn leave_dialog(self) {
        if browser::close_dialog(DIALOG) {
            browser::soon(move || self.find_focus(None, None));
        }
    }

    /// Who went to a unit, by Tab for one, and has one other selected means the unit that has the focus.
    pub(super) fn mean_focused(self) {
        let Some(unit) = self.focused_unit().filter(|unit| self.graph.let_go.get_value() != Some(*unit))
        else {
            return;
        };
        let means_other = |s: &crate::selection::Selection| {
            s.edge().is_none() && s.units().len() <= 1 && !s.units().contains(&unit)
        };
        if self.graph.selection.with_untracked(means_other) {
            self.target.set(Some(Target::Unit(unit)));
        }
    }
}
