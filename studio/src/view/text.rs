//! A file's text: in the editor once that is here, in a plain field until then or without it. Every key
//! is an edit of the document; findings follow at once.

use super::live;
use crate::app::{Load, Studio};
use crate::browser;
use crate::text::shown;
use leptos::prelude::*;
use specfuse_core::path::RelPath;
use specfuse_core::tree::{Entry, Opaque};

/// The id of the plain field.
pub const FIELD: &str = "text";
/// The id of the element that holds the editor.
const EDITOR: &str = "editor";

/// The text pane of the file at `path`.
pub fn text(studio: Studio, path: RelPath) -> impl IntoView {
    let file = path.clone();
    let entry = Memo::new(move |_| {
        studio.version.track();
        studio.read(|d| d.tree().get(&file).cloned()).flatten()
    });
    let is_text = Memo::new(move |_| entry.with(|e| matches!(e, Some(Entry::Text(_)))));
    studio.fetch_editor();
    let followed = path.clone();
    Effect::new(move |_| studio.follow_selection(&followed));
    live(move || match (is_text.get(), studio.pane.load.get()) {
        (false, _) => {
            let why = entry.with(|e| match e {
                Some(Entry::Opaque(Opaque::TooLarge { .. })) => "This file is too large to show.",
                Some(_) => "This file is no UTF-8 text, so it cannot be shown.",
                None => "This file is not there. Its unit or gate is named in PLAN.md only.",
            });
            view! { <p class="empty">{why}" It travels through unchanged."</p> }.into_any()
        }
        (true, Load::Ready) => editor(studio, path.clone()).into_any(),
        (true, load) => field(studio, path.clone(), entry, load == Load::Failed).into_any(),
    })
}

/// The editor. It is opened by the effect, when its place is there.
fn editor(studio: Studio, path: RelPath) -> impl IntoView {
    Effect::new(move |_| studio.show_text(EDITOR, &path));
    on_cleanup(move || studio.close_editor());
    view! { <div id=EDITOR class="editor"></div> }
}

fn field(studio: Studio, path: RelPath, entry: Memo<Option<Entry>>, failed: bool) -> impl IntoView {
    let value = live(move || {
        entry.with(|e| match e {
            Some(Entry::Text(text)) => shown(text),
            _ => String::new(),
        })
    });
    let label = format!("Text of {}", path.file_name());
    let (typed, moved) = (path.clone(), path);
    let note = failed.then(|| {
        view! { <p class="note">"Plain text: the editor could not be fetched. Findings are in the panel below."</p> }
    });
    view! {
        {note}
        <textarea
            id=FIELD class="text" spellcheck="false" autocomplete="off" autocapitalize="off" wrap="soft"
            aria-label=label
            prop:value=value prop:readOnly=live(move || studio.header.with(|h| h.lock.is_some()))
            on:input=move |event| studio.type_into(&typed, &event_target_value(&event))
            on:select=move |_| {
                if let Some((_, at)) = browser::text_selection(FIELD) {
                    studio.caret_at(&moved, at);
                }
            }
            on:blur=move |_| studio.pause()
        ></textarea>
    }
}
