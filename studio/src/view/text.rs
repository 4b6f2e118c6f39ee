//! A file's text in a plain field. Every key is an edit of the document; findings follow at once.

use super::live;
use crate::app::Studio;
use crate::text::shown;
use leptos::prelude::*;
use specfuse_core::path::RelPath;
use specfuse_core::tree::{Entry, Opaque};

/// The id of the text field.
pub const FIELD: &str = "text";

/// The text pane of the file at `path`.
pub fn text(studio: Studio, path: RelPath) -> impl IntoView {
    let file = path.clone();
    let entry = Memo::new(move |_| {
        studio.version.track();
        studio.read(|d| d.tree().get(&file).cloned()).flatten()
    });
    let is_text = Memo::new(move |_| entry.with(|e| matches!(e, Some(Entry::Text(_)))));
    live(move || {
        if !is_text.get() {
            let why = entry.with(|e| match e {
                Some(Entry::Opaque(Opaque::TooLarge { .. })) => "This file is too large to show.",
                Some(_) => "This file is no UTF-8 text, so it cannot be shown.",
                None => "This file is not there. Its unit or gate is named in PLAN.md only.",
            });
            return view! { <p class="empty">{why}" It travels through unchanged."</p> }.into_any();
        }
        let value = live(move || {
            entry.with(|e| match e {
                Some(Entry::Text(text)) => shown(text),
                _ => String::new(),
            })
        });
        let typed = path.clone();
        view! {
            <textarea
                id=FIELD class="text" spellcheck="false" autocomplete="off" autocapitalize="off" wrap="soft"
                aria-label=format!("Text of {}", path.file_name())
                prop:value=value prop:readOnly=live(move || studio.header.with(|h| h.lock.is_some()))
                on:input=move |event| studio.type_into(&typed, &event_target_value(&event))
                on:blur=move |_| studio.pause()
            ></textarea>
        }
        .into_any()
    })
}
