//! A text field that is a part of the plan: what is typed is in the file at each key, and one step of the undo log
//! until the field is left.

use super::{Live, live};
use crate::app::{Studio, When};
use crate::browser;
use crate::command::Command;
use leptos::ev::Event;
use leptos::prelude::*;
use std::sync::Arc;

/// What such a field shows and does.
#[derive(Clone)]
pub struct Typed {
    studio: Studio,
    id: String,
    current: Arc<dyn Fn() -> String + Send + Sync>,
    command: Arc<dyn Fn(String) -> Option<Command> + Send + Sync>,
}

impl Typed {
    /// The field with this id, which shows `current`; `command` is what its text means.
    pub fn new(
        studio: Studio,
        id: String,
        current: impl Fn() -> String + Send + Sync + 'static,
        command: impl Fn(String) -> Option<Command> + Send + Sync + 'static,
    ) -> Typed {
        Typed { studio, id, current: Arc::new(current), command: Arc::new(command) }
    }

    /// What it shows: what was typed, as long as that means the same but for white space around it.
    pub fn value(&self) -> Live<String> {
        let Typed { id, current, .. } = self.clone();
        live(move || {
            let text = current();
            browser::field_value(&id).filter(|field| field.trim() == text.trim()).unwrap_or(text)
        })
    }

    /// Takes over what it says now; what cannot be is put back once the field is left.
    pub fn take(&self, text: String, when: When) {
        let Some(command) = (self.command)(text) else { return };
        if !self.studio.take(&command, when) {
            browser::show_value(&self.id, &untrack(&*self.current));
        }
    }

    /// For each key.
    pub fn typing(&self) -> impl Fn(Event) + use<> {
        let field = self.clone();
        move |event| field.take(event_target_value(&event), When::Typing)
    }

    /// For its end.
    pub fn left(&self) -> impl Fn(Event) + use<> {
        let field = self.clone();
        move |event| field.take(event_target_value(&event), When::Left)
    }
}
