//! Which colours the page uses.

/// A choice of colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Theme {
    /// As the system has it.
    System,
    /// Light, always.
    Light,
    /// Dark, always.
    Dark,
}

impl Theme {
    /// The theme of a word that [`Theme::word`] gave; any other is the system's.
    pub fn of(word: &str) -> Theme {
        match word {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        }
    }

    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The one after it.
    pub fn next(self) -> Theme {
        match self {
            Theme::System => Theme::Light,
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::System,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn themes_go_round_and_their_names_lead_back() {
        let mut theme = Theme::System;
        for word in ["light", "dark", "system"] {
            theme = theme.next();
            assert_eq!((theme.word(), Theme::of(word)), (word, theme));
        }
    }
}
