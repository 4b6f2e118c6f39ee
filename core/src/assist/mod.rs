//! Help while a plan is being written: what stands at a caret, what could stand there, where it leads, what
//! each piece of a text is.
//! The same functions serve the language server and the studio. Values in, values out: a tree, the
//! features read from it, a file and an offset go in.

mod area;
mod caret;
mod complete;
mod hover;
mod lookup;
mod places;
mod sections;
mod symbols;
#[cfg(test)]
mod tests;
mod tokens;

pub use complete::{Completion, CompletionKind};
pub use hover::Hover;
pub use sections::{Known, sections};
pub use symbols::{Symbol, SymbolKind};
pub use tokens::{Token, TokenKind};

use crate::lint::Source;
use crate::model::Feature;
use crate::path::RelPath;
use crate::tree::Tree;

/// A file, and what is known around it.
#[derive(Clone, Debug)]
pub struct Assist<'a> {
    tree: &'a Tree,
    features: &'a [Feature],
    path: &'a RelPath,
    text: &'a str,
    source: Option<Source>,
}

impl<'a> Assist<'a> {
    /// Help in the file at `path`: `features` are the one that it belongs to, or all that share it, as
    /// read from `tree`. Without a text at `path` there is no help.
    pub fn new(tree: &'a Tree, features: &'a [Feature], path: &'a RelPath) -> Assist<'a> {
        let source = features.iter().find_map(|feature| Source::find(feature, path));
        Assist { tree, features, path, text: tree.text(path).map_or("", |text| text), source }
    }

    /// The feature whose folder holds the file.
    fn own(&self) -> Option<&'a Feature> {
        self.features.iter().find(|feature| self.path.below(&feature.folder).is_some())
    }

    /// The features to look things up in: the file's own, or all.
    fn near(&self) -> impl Iterator<Item = &'a Feature> + use<'a> {
        let own = self.own();
        self.features.iter().filter(move |feature| own.is_none_or(|own| own.folder == feature.folder))
    }
}
