//! What comes later. The page starts with what opens a plan and draws it; everything else is in chunks
//! of their own, fetched once the first page stands. A chunk is a table of functions: what only they
//! use goes with them, without any further mark.

use crate::action::Action;
use crate::app::{Dialog, Studio};
use crate::browser::{self, Opening};
use crate::command::{Command, Refused};
use crate::document::{Document, Lock};
use crate::folder::File;
use crate::judge;
use crate::problems::{self, Filter, Group};
use crate::scene::Scene;
use crate::server::OnDisk;
use crate::view;
use crate::zip::{self, ZipError};
use leptos::prelude::{AnyView, IntoAny};
use specfuse_core::diagnostic::Finding;
use specfuse_core::lint::Linter;
use specfuse_core::model::Feature;
use specfuse_core::tree::Tree;

/// How far a chunk is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Came {
    /// It is being fetched.
    NotYet,
    /// It is here.
    Here,
    /// It could not be fetched.
    Failed,
}

/// Makes a table of functions a chunk. `here` gives the table once it has come; `with` waits for it.
macro_rules! chunk {
    (
        $(#[$about:meta])*
        $chunk:ident, $Table:ident { $( $(#[$doc:meta])* $entry:ident: fn($($of:ty),*) $(-> $to:ty)? = $what:expr, )* }
    ) => {
        $(#[$about])*
        #[derive(Debug)]
        pub struct $Table { $( $(#[$doc])* pub $entry: fn($($of),*) $(-> $to)?, )* }

        $(#[$about])*
        pub mod $chunk {
            use super::*;
            use std::sync::OnceLock;
            use wasm_split_helpers::{SplitLoaderError, wasm_split};

            static TABLE: $Table = $Table { $($entry: $what),* };

            /// Calls `act` with the table: now when it is here, else once it has come; `failed` when it
            /// cannot be fetched.
            pub fn with(act: Box<dyn FnOnce(&'static $Table)>, failed: Box<dyn FnOnce()>) {
                match here() {
                    Some(table) => act(table),
                    None => browser::spawn(async move {
                        match fetch().await {
                            Some(table) => act(table),
                            None => failed(),
                        }
                    }),
                }
            }

            static HERE: OnceLock<&'static $Table> = OnceLock::new();

            // The only use of the table, so that the table, and what it names, is in the chunk.
            #[wasm_split($chunk, fallible)]
            fn table() -> Result<&'static $Table, SplitLoaderError> {
                Ok(&TABLE)
            }

            /// The table, once it has come.
            pub fn here() -> Option<&'static $Table> {
                HERE.get().copied()
            }

            async fn fetch() -> Option<&'static $Table> {
                let table = table().await.ok()?;
                Some(*HERE.get_or_init(|| table))
            }
        }
    };
}

chunk! {
    /// Opening a plan and drawing it.
    plan, Plan {
        /// Begins what goes on by itself.
        start: fn(Studio) = |studio| {
            studio.begin_keeping();
            studio.begin_server();
            studio.begin_links();
            studio.begin_marks();
        },
        /// Opens files.
        receive: fn(Studio, Opening) = Studio::receive_now,
        /// Opens the example.
        example: fn(Studio) = Studio::open_example_now,
        /// What was kept in this browser.
        kept: fn(Studio) -> AnyView = |studio| view::open::kept(studio).into_any(),
        /// What stands over a document that can only be read.
        lock: fn(Studio, Lock) -> AnyView = view::share::strip,
        /// Takes over what was pasted beside any field.
        paste: fn(Studio, String) = |studio, text| studio.with_work(move |work| (work.paste)(studio, text)),
        /// What a key does.
        key: fn(Studio, &browser::Key) -> bool = Studio::key,
        /// What the bar shows of an open document.
        bar: fn(Studio) -> AnyView = |studio| view::bar::of_document(studio).into_any(),
        /// The panels.
        workspace: fn(Studio) -> AnyView = |studio| view::workspace(studio).into_any(),
        /// Draws the panels and the boxes of a scene unseen.
        draw_unseen: fn(Studio, Scene) = |studio, scene| browser::draw_unseen(move || view::unseen(studio, scene)),
    }
}

chunk! {
    /// Judging a plan and working on it.
    work, Work {
        /// Finds what is wrong with what was opened before.
        start: fn(Studio) = Studio::work_came,
        /// What lint says.
        lint: fn(&mut Linter, &Tree, &Feature) -> Vec<Finding> = judge::lint,
        /// The findings as the panel lists them.
        problems: fn(&Document, &Filter, Option<usize>) -> Vec<Group> = problems::groups,
        /// What an action does.
        run: fn(Studio, Action) = Studio::run_now,
        /// Does a command.
        perform: fn(&mut Document, &Command) -> Result<Option<String>, Refused> = Document::perform,
        /// Adds the units of a text that was pasted.
        paste: fn(Studio, String) = Studio::paste,
        /// Takes over what another program has written.
        take: fn(&mut Document, Vec<OnDisk>) = Document::take_all_from_disk,
        /// Takes over what changed in the folder while the person was elsewhere.
        look_at_disk: fn(Studio) = Studio::look_at_disk,
        /// The panel on the right.
        inspector: fn(Studio) -> AnyView = |studio| view::inspector::inspector(studio).into_any(),
        /// The panel below.
        panel: fn(Studio) -> AnyView = |studio| view::panel::panel(studio).into_any(),
        /// What the panel shows, after a change.
        refresh_panel: fn(Studio) = Studio::refresh_panel,
        /// A dialog.
        dialog: fn(Studio, Dialog) -> AnyView = |studio, dialog| view::dialog::frame(studio, dialog).into_any(),
        /// The files in a zip.
        unzip: fn(&[u8]) -> Result<Vec<File>, ZipError> = zip::read,
    }
}
