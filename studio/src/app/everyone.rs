//! Colours.

use super::Studio;
use crate::browser;
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
}
