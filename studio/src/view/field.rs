//! A text field that is a part of the plan: what is typed is in the file at each key, and one step of the undo log
//! until the field is left.

use super::{Live, live};
use crate::app::{Place, Studio, When};
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
    /// What was typed last, and what it came to in the file.
    typed: ArcStoredValue<Option<(String, String)>>,
    place: Option<Place>,
}

impl Typed {
    /// The field with this id, which shows `current`; `command` is what its text means.
    pub fn new(
        studio: Studio,
        id: String,
        current: impl Fn() -> String + Send + Sync + 'static,
        command: impl Fn(String) -> Option<Command> + Send + Sync + 'static,
    ) -> Typed {
        let typed = ArcStoredValue::new(None);
        Typed { studio, id, current: Arc::new(current), command: Arc::new(command), typed, place: None }
    }

    /// What its file cannot hold is held for `place`.
    pub fn held_for(self, place: Place) -> Typed {
        Typed { place: Some(place), ..self }
    }

    /// What it shows: what was typed, as long as the file says what that came to. Nothing is put in order under a caret.
    pub fn value(&self) -> Live<String> {
        let Typed { current, typed, .. } = self.clone();
        live(move || {
            let now = current();
            let as_typed = typed.with_value(|typed| typed.clone().filter(|(_, then)| *then == now));
            as_typed.map_or(now, |(typed, _)| typed)
        })
    }

    /// Takes over what it says now. Once the field is left it shows what is in the file.
    pub fn take(&self, text: String, when: When) {
        let Some(command) = (self.command)(text.clone()) else { return };
        let is_typing = when == When::Typing;
        self.studio.take(&command, &text, self.place.as_ref(), when);
        let now = untrack(&*self.current);
        self.typed.set_value(is_typing.then(|| (text, now.clone())));
        if !is_typing {
            browser::show_value(&self.id, &now);
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
