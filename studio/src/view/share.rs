//! Sharing by link, and what stands over a document that can only be read.

use super::{button, live};
use crate::action::Action;
use crate::app::Studio;
use crate::browser;
use crate::document::Lock;
use crate::share::{Shared, share as shared};
use leptos::prelude::*;

/// The id of the field that holds the link.
pub const FIELD: &str = "share-link";

/// A link that holds what is open, or the zip when none can.
pub fn share(studio: Studio) -> impl IntoView {
    let (link, words) = match studio.read(shared) {
        Some(Shared::Whole(link)) => (
            Some(link),
            "The link holds the whole feature. Whoever opens it sees it in their own browser; no server keeps it.",
        ),
        Some(Shared::Graph(link)) => (
            Some(link),
            "The whole feature is too large for a link. This one holds the graph alone: gates, units, their states and dependencies. For the texts, hand out the zip.",
        ),
        _ => (
            None,
            "This feature is too large for a link. Hand out the zip: it opens in the studio by dropping it on the page.",
        ),
    };
    let field = link.map(|link| {
        let address = format!("{}#{link}", browser::address());
        let copied = address.clone();
        view! {
            <div class="row">
                <textarea id=FIELD rows="3" readonly autofocus aria-label="Link" prop:value=address></textarea>
                <button class="primary" on:click=move |_| studio.copy_link(copied.clone())>"Copy"</button>
            </div>
        }
    });
    view! {
        <p>{words}</p>
        {field}
        <div class="buttons">
            {button(studio, Action::ExportZip, "Export zip", "")}
            <button on:click=move |_| studio.dialog.set(None)>"Close"</button>
        </div>
    }
}

/// Says why a document can only be read, and offers what changes that.
pub fn strip(studio: Studio, lock: Lock) -> AnyView {
    let (words, action) = match lock {
        Lock::Link => {
            ("Opened from a link, for reading. Nothing of it is kept until you say so.", "Keep as mine")
        }
        Lock::Elsewhere => ("This is open in another tab. Here it can only be read.", "Take over here"),
    };
    view! {
        <div class="strip" role="status">
            <p>{words}</p>
            <button class="primary" on:click=move |_| studio.unlock(lock)>{action}</button>
        </div>
    }
    .into_any()
}

/// The same in short, above fields that take nothing.
pub fn reminder(studio: Studio) -> AnyView {
    let line = move |lock: Lock| {
        let (words, action) = match lock {
            Lock::Link => ("Only to read: it came by a link.", "Keep it"),
            Lock::Elsewhere => ("Only to read: another tab has it.", "Take over"),
        };
        view! {
            <p class="read-only">
                <span>{words}</span>
                <button class="quiet" on:click=move |_| studio.unlock(lock)>{action}</button>
            </p>
        }
        .into_any()
    };
    live(move || studio.header.with(|header| header.lock).map(line).into_any()).into_any()
}
