//! The frame of every dialog: a heading, the browser's own modal behaviour, and Escape.

use super::live;
use crate::app::{Dialog, Studio};
use crate::browser;
use crate::later::work;
use leptos::prelude::*;

/// The id of whichever dialog is open.
pub const DIALOG: &str = "dialog";

/// The dialog that is open, if any.
pub fn dialog(studio: Studio) -> impl IntoView {
    live(move || {
        // What draws it may come later than the wish for it.
        studio.work.track();
        let asked = studio.dialog.get();
        if asked.is_none() {
            studio.leave_dialog();
        }
        asked.and_then(|dialog| Some((work::here()?.dialog)(studio, dialog))).into_any()
    })
}

/// The frame with what is inside.
pub fn frame(studio: Studio, dialog: Dialog) -> impl IntoView {
    let (title, class, body) = match dialog {
        Dialog::AddUnit(gate) => {
            (format!("New unit in gate {gate}"), "dialog", super::add::add_unit(studio, gate).into_any())
        }
        Dialog::Open => ("Open".to_owned(), "dialog wide", super::open::instead(studio).into_any()),
        Dialog::NewFeature => {
            ("New feature".to_owned(), "dialog", super::new_feature::new_feature(studio).into_any())
        }
        Dialog::Features => {
            ("Features".to_owned(), "dialog wide", super::features::features(studio).into_any())
        }
        Dialog::SaveAs => ("Save".to_owned(), "dialog", super::save::save_as(studio).into_any()),
        Dialog::Save => {
            let folder = studio.saving.target.get_untracked();
            (format!("Save to {folder}"), "dialog wide", super::save::save(studio).into_any())
        }
        Dialog::Snapshots => {
            ("History".to_owned(), "dialog widest", super::snapshots::snapshots(studio).into_any())
        }
        Dialog::Share => ("Share by link".to_owned(), "dialog", super::share::share(studio).into_any()),
        Dialog::Elsewhere(head) => {
            ("Open in another tab".to_owned(), "dialog", super::open::elsewhere(studio, head).into_any())
        }
        Dialog::Forget(head) => {
            (format!("Forget {}?", head.title), "dialog", super::open::forget(studio, head).into_any())
        }
        Dialog::Replace => {
            ("Leave the changes behind?".to_owned(), "dialog", super::open::replace(studio).into_any())
        }
        Dialog::Decide(ask) => (ask.title(), "dialog wide", super::decide::decide(studio, ask).into_any()),
        Dialog::Palette => {
            ("Find".to_owned(), "dialog wide palette-dialog", super::palette::palette(studio).into_any())
        }
        Dialog::Rename(unit) => {
            ("Rename".to_owned(), "dialog", super::rename::rename(studio, unit).into_any())
        }
        Dialog::DeleteGate(gate) => {
            (format!("Delete gate {gate}?"), "dialog", super::rename::delete_gate(studio, gate).into_any())
        }
        Dialog::Menu(menu) => {
            (super::menu::title(studio, menu), "dialog menu", super::menu::menu(studio, menu).into_any())
        }
        Dialog::Keys => ("Keys".to_owned(), "dialog wide", super::keys::keys().into_any()),
    };
    browser::soon(|| browser::show_dialog(DIALOG));
    // Between a person's closing one and this, a key may have opened the next.
    let closed = move |_| {
        if browser::is_shown(DIALOG) != Some(true) {
            studio.dialog.set(None);
        }
    };
    view! {
        <dialog id=DIALOG class=class aria-labelledby="dialog-title" on:close=closed>
            <h2 id="dialog-title">{title}</h2>
            {body}
        </dialog>
    }
}
