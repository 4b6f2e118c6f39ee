//! What each action and each key does.

use super::{Dialog, Panel, Studio, Target};
use crate::action::{Action, Needs, works_in_fields};
use crate::browser;
use crate::gates::Ask;
use leptos::prelude::*;

impl Studio {
    /// Does what a person asked for, when what it needs is there. Returns whether it was.
    pub fn run(self, action: Action) -> bool {
        if !untrack(|| self.can(action)) {
            return false;
        }
        match action {
            Action::Undo => self.undo(),
            Action::Redo => self.redo(),
            Action::Open => self.begin_open(),
            Action::Save => self.save(),
            Action::NewFeature => self.dialog.set(Some(Dialog::NewFeature)),
            Action::Features => self.dialog.set(Some(Dialog::Features)),
            Action::Snapshots => self.dialog.set(Some(Dialog::Snapshots)),
            Action::Share => self.dialog.set(Some(Dialog::Share)),
            Action::ExportZip => self.export(),
            Action::AddUnit => self.begin_add(),
            Action::Connect => self.toggle_connect(),
            Action::ReviewGate => self.ask_arm(),
            Action::DisarmGate => self.ask_disarm(),
            Action::MarkDone => self.ask_unit(Ask::Done),
            Action::Rearm => self.ask_unit(Ask::Rearm),
            Action::Block => self.ask_unit(Ask::Block),
            Action::Defer => self.ask_defer(),
            Action::Archive => self.ask(Ask::Archive),
            Action::Play => self.toggle_play(),
            Action::StepPlay => {
                self.step_play();
            }
            Action::PlayToEnd => self.play_to_end(),
            Action::RewindPlay => self.rewind_play(),
            Action::ShowPlay => self.show_panel(Panel::Play),
            Action::Fit => self.fit(),
            Action::ZoomIn => self.zoom_by(1.2),
            Action::ZoomOut => self.zoom_by(1.0 / 1.2),
            Action::ShowProblems => self.show_panel(Panel::Problems),
            Action::ShowWatch => self.show_panel(Panel::Watch),
            Action::Outline => self.outlined.update(|outlined| *outlined = !*outlined),
            Action::Theme => self.next_theme(),
            Action::Palette => self.dialog.set(Some(Dialog::Palette)),
            Action::Keys => self.dialog.set(Some(Dialog::Keys)),
        }
        true
    }

    /// Whether an action makes sense now.
    pub fn can(self, action: Action) -> bool {
        let open = self.is_open.get();
        match action.entry().needs {
            Needs::Nothing => true,
            Needs::Document => open,
            Needs::Unit => open && matches!(self.target.get(), Some(Target::Unit(_))),
            Needs::Undo => open && self.header.with(|h| h.undo.is_some()),
            Needs::Redo => open && self.header.with(|h| h.redo.is_some()),
        }
    }

    /// What a key does, wherever the focus is. Returns whether it did something.
    pub(super) fn key(self, key: &browser::Key) -> bool {
        // An open dialog has its own keys.
        if self.dialog.with_untracked(Option::is_some) || key.in_field && !works_in_fields(&key.chord) {
            return false;
        }
        match Action::of_chord(&key.chord) {
            Some(action) => self.run(action),
            None if key.chord == "Escape" => self.escape(),
            None if self.outlined.get_untracked() => self.go_in_outline(&key.chord),
            None => self.go(&key.chord),
        }
    }

    fn escape(self) -> bool {
        let busy = self.connecting.get_untracked().is_some();
        self.connecting.set(None);
        if busy {
            self.say("Stopped.".to_owned());
        }
        busy
    }
}
