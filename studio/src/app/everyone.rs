//! Colours, and going through the outline by keys.

use super::Studio;
use crate::browser;
use crate::view::outline::row_id;
use leptos::prelude::*;

/// Under which name the browser keeps the choice of colours.
pub const THEME: &str = "specfuse-theme";

impl Studio {
    /// Goes on to the next choice of colours and keeps it.
    pub fn next_theme(self) {
        self.theme.update(|theme| *theme = theme.next());
        self.show_theme();
        let word = self.theme.get_untracked().word();
        browser::remember(THEME, word);
        self.say(["Colours: ", word, "."].concat());
    }

    /// Tells the page which colours to use.
    pub fn show_theme(self) {
        browser::set_theme(self.theme.get_untracked().word());
    }

    /// Goes to the row above or below the one that has the focus.
    pub(super) fn go_in_outline(self, arrow: &str) -> bool {
        let Some(here) = browser::focused().and_then(|id| id.strip_prefix("row-")?.parse::<usize>().ok())
        else {
            return false;
        };
        let last = self.nodes.with_untracked(Vec::len).saturating_sub(1);
        let there = match arrow {
            "ArrowDown" => (here + 1).min(last),
            "ArrowUp" => here.saturating_sub(1),
            _ => return false,
        };
        browser::focus(&row_id(there));
        true
    }
}
