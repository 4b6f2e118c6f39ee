//! What each action and each key does.

use super::graph::Highlight;
use super::{Dialog, Menu, Panel, Studio};
use crate::action::{Action, Needs, works_in_fields};
use crate::browser;
use crate::command::Refused;
use crate::gates::Ask;
use crate::view::dialog::DIALOG;
use leptos::prelude::*;

impl Studio {
    /// Does what a person asked for, when what it needs is there. Returns whether it was.
    pub fn run(self, action: Action) -> bool {
        if action.changes() && self.refuses_change() {
            return true;
        }
        let can = untrack(|| self.can(action));
        if can {
            self.with_work(move |work| (work.run)(self, action));
        }
        can
    }

    /// As [`Studio::run`], in the chunk `work`.
    pub fn run_now(self, action: Action) {
        match action {
            Action::Undo => self.undo(),
            Action::Redo => self.redo(),
            Action::Open => self.begin_open(),
            Action::Save => self.save(),
            Action::SaveElsewhere => self.save_elsewhere(),
            Action::NewFeature => self.dialog.set(Some(Dialog::NewFeature)),
            Action::Features => self.dialog.set(Some(Dialog::Features)),
            Action::Snapshots => self.dialog.set(Some(Dialog::Snapshots)),
            Action::Share => self.dialog.set(Some(Dialog::Share)),
            Action::ExportZip => self.export(),
            Action::AddUnit => self.begin_add(),
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
            Action::ShowProblems => self.show_panel(Panel::Problems),
            Action::ShowWatch => self.show_panel(Panel::Watch),
            Action::Outline => {
                self.outlined.update(|outlined| *outlined = !*outlined);
                self.focus_shown();
            }
            Action::Theme => self.next_theme(),
            Action::Palette => self.dialog.set(Some(Dialog::Palette)),
            Action::Connect => self.toggle_connect(false),
            Action::Fit => self.fit(),
            Action::ZoomIn => self.zoom_by(1.2, None),
            Action::ZoomOut => self.zoom_by(1.0 / 1.2, None),
            Action::ZoomReset => self.zoom_by(1.0 / self.graph.zoom.get_untracked(), None),
            Action::ZoomSelection => self.zoom_to_selection(),
            Action::Tidy => self.tidy(),
            Action::CriticalPath => self.toggle_highlight(Highlight::CriticalPath),
            Action::Waves => self.toggle_highlight(Highlight::Waves),
            Action::Find => self.begin_find(),
            Action::Picture => self.dialog.set(Some(Dialog::Menu(Menu::Picture))),
            Action::SaveSvg => self.save_svg(),
            Action::SavePng => self.save_png(),
            Action::CopyMermaid => self.copy_mermaid(),
            Action::SaveMermaid => self.save_mermaid(),
            Action::Menu => self.dialog.set(Some(Dialog::Menu(Menu::Selection))),
            Action::ConnectTo
            | Action::Disconnect
            | Action::Rename
            | Action::Duplicate
            | Action::Copy
            | Action::Cut
            | Action::Paste
            | Action::Delete
            | Action::DeleteReconnect
            | Action::MoveUp
            | Action::MoveDown
            | Action::MoveForward
            | Action::MoveBack
            | Action::AddGate
            | Action::GateUp
            | Action::GateDown
            | Action::DeleteGate => self.edit(action),
            Action::SelectAll => self.select_all(),
            Action::Upstream => self.select_reach(true),
            Action::Downstream => self.select_reach(false),
            Action::NextEdge => self.next_edge(),
            Action::NextProblem => self.step_problem(false),
            Action::PreviousProblem => self.step_problem(true),
            Action::Fixes => self.show_fixes(),
            Action::Keys => self.dialog.set(Some(Dialog::Keys)),
        }
    }

    /// Whether an action makes sense now.
    pub fn can(self, action: Action) -> bool {
        let open = self.is_open.get();
        if action.changes() && self.is_locked() {
            return false;
        }
        match action.entry().needs {
            Needs::Nothing => true,
            Needs::Document => open,
            Needs::Folders => self.can_save_elsewhere(),
            Needs::Unit => open && self.graph.selection.with(|s| !s.units().is_empty()),
            Needs::Dependency => {
                open && self.graph.selection.with(|s| s.edge().is_some() || s.units().len() > 1)
            }
            Needs::Selection => {
                open && self.graph.selection.with(|s| s.edge().is_some() || !s.units().is_empty())
            }
            Needs::Gate => open && self.gate().is_some(),
            Needs::Clip => open && self.graph.clip.with(|clip| !clip.is_empty()),
            Needs::Undo => open && self.header.with(|h| h.undo.is_some()),
            Needs::Redo => open && self.header.with(|h| h.redo.is_some()),
        }
    }

    /// Whether what is open can only be read.
    pub fn is_locked(self) -> bool {
        self.header.with(|header| header.lock.is_some())
    }

    /// Whether nothing can be changed; then the person is told why.
    pub fn refuses_change(self) -> bool {
        let refused = self.read(|document| document.refuse_if_locked().err()).flatten();
        let is = refused.is_some();
        refused.into_iter().for_each(|Refused(why)| self.refuse(why));
        is
    }

    /// Whether a dialog is open.
    pub(super) fn is_asking(self) -> bool {
        self.dialog.with_untracked(Option::is_some) && browser::is_shown(DIALOG) != Some(false)
    }

    /// What a key does, wherever the focus is. Returns whether it did something.
    pub fn key(self, key: &browser::Key) -> bool {
        // An open dialog has its own keys.
        if self.is_asking() || key.in_field && !works_in_fields(&key.chord) {
            return false;
        }
        match Action::of_chord(&key.chord) {
            // The browser hands out what was copied elsewhere only with its own event.
            Some(Action::Paste) => false,
            Some(Action::Copy | Action::Cut) if browser::has_selected_text() => false,
            Some(Action::Undo | Action::Redo) if key.in_field && !key.in_plan => false,
            // The browser's own would put back what the page has taken out of a field.
            Some(action @ (Action::Undo | Action::Redo)) => {
                self.run(action);
                self.is_open.get_untracked()
            }
            Some(action) => {
                if matches!(action.entry().needs, Needs::Unit | Needs::Selection) {
                    self.mean_focused();
                }
                self.run(action)
            }
            None if matches!(key.chord.as_str(), "Escape" | "Shift+Escape") => self.escape(),
            None if key.in_field => false,
            None => self.go(&key.chord),
        }
    }

    /// Leaves, one at a time: what is being dragged, a dependency that is being drawn, a field, what is selected.
    fn escape(self) -> bool {
        if self.graph.connecting.get_untracked().is_some() || self.graph.drag.get_untracked().is_some() {
            self.graph.connecting.set(None);
            self.graph.drag.set(None);
            self.say("Stopped.".to_owned());
            return true;
        }
        if browser::is_focus_in(".inspector, .tools") {
            self.focus_shown();
            return true;
        }
        let some = self.graph.selection.with_untracked(|s| s.edge().is_some() || !s.units().is_empty());
        if some {
            self.target.set(None);
        }
        some
    }
}
