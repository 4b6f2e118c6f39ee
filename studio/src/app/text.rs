//! What the inspector shows, and typing into it: the caret and the graph follow each other.

use super::{Studio, Tab, Target};
use crate::browser::{self, Asked, Editor, EditorModule};
use crate::command::{Command, Refused};
use crate::document::Document;
use crate::editor::{self, Cell};
use crate::text::{capital, from_field, in_field, shown};
use crate::view;
use leptos::prelude::*;
use specfuse_core::assist::TokenKind;
use specfuse_core::path::RelPath;
use specfuse_core::span::Span;

/// Whether the text editor can be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Load {
    /// Nobody asked for it yet.
    Unasked,
    /// It is being fetched; a plain field stands in.
    Fetching,
    /// It is here.
    Ready,
    /// It could not be fetched; the plain field stays.
    Failed,
}

/// When a field says something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// While it is typed into.
    Typing,
    /// When it is left after that.
    Left,
    /// At once, by a choice.
    Chosen,
}

/// A field of a form: its file, and the section, key or title it is for.
pub type Place = (RelPath, &'static str);

/// A place that is to be shown as soon as its text is.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Reveal {
    path: RelPath,
    from: u32,
    to: u32,
    focus: bool,
}

/// The text pane's state.
#[derive(Clone, Copy)]
pub struct Pane {
    /// Whether the editor can be used.
    pub load: RwSignal<Load>,
    module: StoredValue<Option<EditorModule>, LocalStorage>,
    editor: StoredValue<Option<Editor>, LocalStorage>,
    /// The version that the editor shows, and whether nothing can be typed.
    shown: StoredValue<Option<(u64, bool)>>,
    reveal: RwSignal<Option<Reveal>>,
    /// Whether the caret goes to what changes next, as after an undo.
    pub(super) goes: StoredValue<bool>,
    /// Where the caret is: a file and a byte of it.
    caret: StoredValue<Option<(RelPath, usize)>>,
}

impl Pane {
    pub(super) fn new() -> Pane {
        Pane {
            load: RwSignal::new(Load::Unasked),
            module: StoredValue::new_local(None),
            editor: StoredValue::new_local(None),
            shown: StoredValue::new(None),
            reveal: RwSignal::new(None),
            goes: StoredValue::new(false),
            caret: StoredValue::new(None),
        }
    }
}

impl Studio {
    /// The file of what is selected.
    pub fn own_path(self) -> Option<RelPath> {
        match self.target.get()? {
            Target::File(path) => Some(path),
            Target::Unit(unit) => self.read(|d| d.feature().units.get(unit)?.path.clone().ok()).flatten(),
        }
    }

    /// The file that the inspector shows: that of what is selected, or the plan with its entry.
    pub fn path(self) -> Option<RelPath> {
        match self.tab.get() {
            Tab::Plan if matches!(self.target.get(), Some(Target::Unit(_))) => self.plan_path(),
            _ => self.own_path(),
        }
    }

    /// The plan's file.
    pub fn plan_path(self) -> Option<RelPath> {
        self.read(|d| d.feature().plan.as_ref().map(|plan| plan.path.clone())).flatten()
    }

    /// Shows another side of what is selected.
    pub fn show_tab(self, tab: Tab) {
        self.tab.set(tab);
        // The plan's text goes with the graph, also when the file was chosen.
        if tab == Tab::Text && untrack(|| self.own_path()) == self.plan_path() {
            self.tab.set(Tab::Plan);
        }
    }

    /// Selects the unit whose file is at `path`, or else that file.
    pub fn choose_file(self, path: RelPath) {
        let plan = self.plan_path().as_ref() == Some(&path);
        match (self.tab.get_untracked(), plan) {
            // The plan's text goes with the graph; any other text stands alone.
            (Tab::Text, true) => self.tab.set(Tab::Plan),
            (Tab::Plan, false) => self.tab.set(Tab::Text),
            _ => {}
        }
        let named = |d: &Document| d.feature().units.iter().position(|u| u.path.as_ref().ok() == Some(&path));
        let unit = self.read(named).flatten();
        self.target.set(Some(unit.map_or(Target::File(path), Target::Unit)));
    }

    /// Shows a place in a file: its unit, its text, and the place selected.
    pub fn show_place(self, path: &RelPath, span: Span) {
        let unit = self.read(|d| editor::unit_at(d, path, span.start as usize)).flatten();
        self.tab.set(Tab::Text);
        self.choose_file(path.clone());
        if let Some(unit) = unit {
            self.target.set(Some(Target::Unit(unit)));
        }
        self.reveal(path, span, true);
    }

    fn reveal(self, path: &RelPath, span: Span, focus: bool) {
        let range = |d: &Document| {
            let text = d.tree().text(path)?;
            Some((in_field(text, span.start as usize), in_field(text, span.end as usize)))
        };
        let Some((from, to)) = self.read(range).flatten() else { return };
        self.pane.caret.set_value(Some((path.clone(), span.start as usize)));
        self.pane.reveal.set(Some(Reveal { path: path.clone(), from, to, focus }));
        if focus && self.pane.load.get_untracked() != Load::Ready {
            browser::after_frame(move || {
                if self.pane.load.get_untracked() != Load::Ready {
                    browser::select_text(view::text::FIELD, from, to);
                }
            });
        }
    }

    /// Fetches the editor, once; after a failure it is tried again with the next text.
    pub fn fetch_editor(self) {
        if matches!(self.pane.load.get_untracked(), Load::Fetching | Load::Ready) {
            return;
        }
        let first = self.pane.load.get_untracked() == Load::Unasked;
        if first {
            self.pane.load.set(Load::Fetching);
        }
        browser::fetch_editor(move |module| {
            let Some(module) = module else { return self.pane.load.set(Load::Failed) };
            // What is being typed in the plain field goes on in the editor.
            if let (Some((from, to)), Some(path)) =
                (browser::text_selection(view::text::FIELD), untrack(|| self.path()))
            {
                self.pane.reveal.set(Some(Reveal { path, from, to, focus: true }));
            }
            self.pane.module.set_value(Some(module));
            self.pane.load.set(Load::Ready);
        });
    }

    /// Brings the editor in the element `place` in line with the file at `path`; opens it at first.
    pub fn show_text(self, place: &str, path: &RelPath) {
        let now = (self.version.get(), self.is_locked());
        if self.pane.shown.get_value() != Some(now) {
            self.open_editor(place, path);
            self.show_now(path, now);
        }
        let reveal = self.pane.reveal.get().filter(|reveal| reveal.path == *path);
        if let Some(Reveal { from, to, focus, .. }) = reveal {
            self.pane.reveal.set(None);
            self.with_editor(|editor| editor.select(from, to, focus));
        }
    }

    fn open_editor(self, place: &str, path: &RelPath) {
        if self.pane.editor.with_value(Option::is_some) {
            return;
        }
        let Some(text) = self.read(|d| d.tree().text(path).map(|text| shown(text))).flatten() else { return };
        let file = path.clone();
        let label = format!("Text of {}", path.file_name());
        let answer = move |asked| self.answer(&file, asked);
        let opened = self
            .pane
            .module
            .with_value(|module| module.as_ref()?.open(place, &text, &label, &TokenKind::NAMES, answer));
        self.pane.editor.set_value(opened);
    }

    /// Hands the editor the file at `path` as it is at `now`: a version, and whether nothing can be typed.
    fn show_now(self, path: &RelPath, now: (u64, bool)) {
        let all = self.read(|d| {
            let text = shown(d.tree().text(path)?);
            Some((text, editor::colours(d, path), editor::findings(d, path)))
        });
        if let Some((text, colours, findings)) = all.flatten() {
            let goes = self.pane.goes.try_update_value(std::mem::take) == Some(true);
            self.with_editor(|editor| editor.show(&text, &colours, findings, now.1, goes));
            self.pane.shown.set_value(Some(now));
        }
    }

    /// Takes over what was typed, and answers with what is to be seen of it, before the editor draws either.
    fn take_typed(self, path: &RelPath, text: &str) {
        self.type_into(path, text);
        let locked = self.header.with_untracked(|header| header.lock.is_some());
        self.show_now(path, (self.version.get_untracked(), locked));
    }

    fn with_editor(self, act: impl FnOnce(&Editor)) {
        self.pane.editor.with_value(|editor| {
            if let Some(editor) = editor {
                act(editor);
            }
        });
    }

    /// Takes the editor away.
    pub fn close_editor(self) {
        // Out of the store first: closing tells that the focus left.
        let editor = self.pane.editor.try_update_value(Option::take);
        self.pane.shown.set_value(None);
        drop(editor);
    }

    fn answer(self, path: &RelPath, asked: Asked) -> Vec<Cell> {
        match asked {
            Asked::Changed(text) => self.take_typed(path, &text),
            Asked::Selected(at) => self.caret_at(path, at),
            Asked::Left => self.pause(),
            Asked::Complete(at) => return self.read(|d| editor::complete(d, path, at)).unwrap_or_default(),
            Asked::Hover(at) => return self.read(|d| editor::hover(d, path, at)).unwrap_or_default(),
            Asked::Fix(number) => {
                let fix = self.read(|d| d.findings().get(number as usize)?.fix.clone()).flatten();
                fix.into_iter().for_each(|fix| self.act(&Command::Fix(fix)));
            }
        }
        Vec::new()
    }

    /// The caret moved: in the plan, the unit whose entry it is in becomes the selected one.
    pub fn caret_at(self, path: &RelPath, units: u32) {
        let place = |d: &Document| {
            let at = from_field(d.tree().text(path)?, units);
            Some((at, editor::unit_at(d, path, at)))
        };
        let Some((at, unit)) = self.read(place).flatten() else { return };
        self.pane.caret.set_value(Some((path.clone(), at)));
        let target = unit.map(Target::Unit);
        if target.is_some() && self.target.get_untracked() != target {
            self.tab.set(Tab::Plan);
            self.target.set(target);
        }
    }

    /// Shows the selected unit's entry, when the plan's text is shown and the caret is elsewhere.
    pub fn follow_selection(self, path: &RelPath) {
        let Some(Target::Unit(unit)) = self.target.get() else { return };
        let entry = |d: &Document| {
            let feature = d.feature();
            feature.plan.as_ref().filter(|plan| plan.path == *path)?;
            Some(feature.units.get(unit)?.entry.span)
        };
        let Some(entry) = self.read(entry).flatten() else { return };
        let here = self
            .pane
            .caret
            .with_value(|caret| matches!(caret, Some((file, at)) if file == path && entry.touches(*at)));
        if !here {
            self.reveal(path, Span::at(entry.start as usize), false);
        }
    }

    /// Takes over what the field of a section shows.
    pub fn type_section(self, path: &RelPath, name: &str, body: &str) {
        if let Some(Err(Refused(why))) = self.write(|document| document.type_section(path, name, body)) {
            self.refuse(why);
        }
    }

    /// Takes over what a field of a form or table says. What cannot be is held, where there is a `place` for it.
    pub fn take(self, command: &Command, text: &str, place: Option<&Place>, when: When) {
        if when == When::Chosen {
            return self.act(command);
        }
        let take = |document: &mut Document| {
            let done = match when {
                When::Left => document.leave_field(command),
                _ => document.fill(command).map(|()| None),
            };
            if let Some((path, name)) = place {
                // A field that is left blank has nothing to lose.
                let is_held = when == When::Typing || !text.trim().is_empty();
                document.hold(path, name, text, done.clone().err().filter(|_| is_held));
            }
            done
        };
        match self.write(take) {
            Some(Ok(Some(label))) => self.say(capital(&format!("{label}."))),
            Some(Err(Refused(why))) if when == When::Left => self.refuse(why),
            _ => {}
        }
    }

    /// Goes to the next finding after the caret, or the one before it, over all files.
    pub fn step_problem(self, back: bool) {
        let shown = untrack(|| self.path());
        let caret = self.pane.caret.get_value().filter(|(path, _)| Some(path) == shown.as_ref());
        let here = caret.or(shown.map(|path| (path, 0)));
        let step = |d: &Document| {
            let findings = d.findings();
            let key = |at: usize| (&findings[at].primary.file, findings[at].primary.span.start as usize);
            let mut order: Vec<usize> = (0..findings.len()).collect();
            specfuse_core::ordered::sort_by(&mut order, |a, b| key(*a).cmp(&key(*b)));
            let here = here.as_ref().map(|(path, at)| (path, *at));
            let behind = order.partition_point(|at| Some(key(*at)) <= here);
            let before = order.partition_point(|at| Some(key(*at)) < here);
            let at = match back {
                true => before.checked_sub(1).unwrap_or(order.len().checked_sub(1)?),
                false => behind % order.len().max(1),
            };
            let finding = findings.get(*order.get(at)?)?;
            let words = format!("{} of {}: {}", at + 1, order.len(), finding.message);
            Some((finding.primary.clone(), words))
        };
        match self.read(step).flatten() {
            Some((place, words)) => {
                self.show_place(&place.file, place.span);
                self.say(format!("Problem {words}"));
            }
            None => self.say("Nothing is wrong with this plan.".to_owned()),
        }
    }

    /// Shows the fixes for the caret's line.
    pub fn show_fixes(self) {
        let mut some = false;
        self.with_editor(|editor| some = editor.fixes());
        if !some {
            self.say("Nothing is wrong on this line.".to_owned());
        }
    }
}
