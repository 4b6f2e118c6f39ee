//! The page as a whole: what is open, what is selected, and what each key does. State lives here
//! as signals; views read it and send actions back.

use crate::browser;
use crate::command::{Command, Refused};
use crate::document::Document;
use crate::folder::File;
use crate::problems::{self, Group};
use crate::scene::{Band, Line, Node, Scene};
use crate::view;
use crate::zip;
use leptos::prelude::*;
use specfuse_core::ordered;
use specfuse_core::path::RelPath;
use specfuse_core::span::Span;
use std::collections::BTreeMap;

/// What the inspector shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// A unit, by its place in the feature.
    Unit(usize),
    /// A file that is no unit's.
    File(RelPath),
}

/// Which side of the inspector is up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tab {
    /// The keys as a form.
    Form,
    /// The file's text.
    Text,
}

/// Something said to the person.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Notice {
    /// The words.
    pub text: String,
    /// Whether something was refused.
    pub refused: bool,
}

/// A unit's box with a signal of its own: a change of one box draws one box.
#[derive(Clone)]
pub struct NodeSignal {
    /// What tells it from all others.
    pub key: String,
    /// What it shows.
    pub node: ArcRwSignal<Node>,
}

/// The problems of one file, with a signal of their own.
#[derive(Clone)]
pub struct GroupSignal {
    /// The file.
    pub path: RelPath,
    /// What is wrong in it.
    pub group: ArcRwSignal<Group>,
}

/// The head line of what is open.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Header {
    /// The feature's title.
    pub title: String,
    /// Its folder's name.
    pub folder: String,
    /// All features' folders.
    pub features: Vec<RelPath>,
    /// Whether there is something to save.
    pub changed: bool,
    /// What an undo would take back.
    pub undo: Option<String>,
    /// What a redo would do again.
    pub redo: Option<String>,
}

/// The studio's state. Copied into every view.
#[derive(Clone, Copy)]
pub struct Studio {
    document: StoredValue<Option<Document>, LocalStorage>,
    /// Whether something is open.
    pub is_open: RwSignal<bool>,
    /// The head line.
    pub header: RwSignal<Header>,
    /// The boxes.
    pub nodes: RwSignal<Vec<NodeSignal>>,
    /// The bands.
    pub bands: RwSignal<Vec<Band>>,
    /// The lines.
    pub lines: RwSignal<Vec<Line>>,
    /// Width and height of the picture.
    pub size: RwSignal<(f64, f64)>,
    /// The problems.
    pub groups: RwSignal<Vec<GroupSignal>>,
    /// Grows by one with every change of the document.
    pub version: RwSignal<u64>,
    /// What the inspector shows.
    pub target: RwSignal<Option<Target>>,
    /// Which side of it is up.
    pub tab: RwSignal<Tab>,
    /// The unit that a dependency is being drawn from.
    pub connecting: RwSignal<Option<usize>>,
    /// The gate that a unit is being added to.
    pub adding: RwSignal<Option<u32>>,
    /// The magnification of the graph.
    pub zoom: RwSignal<f64>,
    /// The last thing said.
    pub notice: RwSignal<Notice>,
}

/// The studio's page.
#[component]
pub fn App() -> impl IntoView {
    let studio = Studio::new();
    browser::on_key(move |key| studio.key(&key));
    browser::on_drop(move |files| studio.receive(files));
    view! {
        <div class="studio" class:studio-open=view::live(move || studio.is_open.get())>
            {view::bar::bar(studio).into_any()}
            {view::live(move || match studio.is_open.get() {
                true => view::workspace(studio).into_any(),
                false => view::welcome::welcome(studio).into_any(),
            })}
            {view::notice(studio).into_any()}
        </div>
    }
}

impl Studio {
    fn new() -> Studio {
        Studio {
            document: StoredValue::new_local(None),
            is_open: RwSignal::new(false),
            header: RwSignal::new(Header::default()),
            nodes: RwSignal::new(Vec::new()),
            bands: RwSignal::new(Vec::new()),
            lines: RwSignal::new(Vec::new()),
            size: RwSignal::new((0.0, 0.0)),
            groups: RwSignal::new(Vec::new()),
            version: RwSignal::new(0),
            target: RwSignal::new(None),
            tab: RwSignal::new(Tab::Form),
            connecting: RwSignal::new(None),
            adding: RwSignal::new(None),
            zoom: RwSignal::new(1.0),
            notice: RwSignal::new(Notice::default()),
        }
    }

    /// Reads something of the document.
    pub fn read<T>(self, read: impl FnOnce(&Document) -> T) -> Option<T> {
        self.document.with_value(|document| document.as_ref().map(read))
    }

    fn write<T>(self, write: impl FnOnce(&mut Document) -> T) -> Option<T> {
        let done = self.document.try_update_value(|document| document.as_mut().map(write)).flatten();
        self.refresh();
        done
    }

    /// Opens what was picked, dropped or read: files, or why there are none.
    pub fn receive(self, opened: Result<(Vec<File>, String), String>) {
        let files = opened.and_then(|(mut files, title)| match files.as_slice() {
            [only] if only.name.to_ascii_lowercase().ends_with(b".zip") => {
                files = zip::read(&only.bytes).map_err(|why| why.to_string())?;
                Ok((files, title))
            }
            _ => Ok((files, title)),
        });
        match files.and_then(|(files, title)| Document::open(files, &title).map_err(|why| why.to_string())) {
            Ok(document) => self.open(document),
            Err(why) => self.refuse(format!("Not opened: {why}.")),
        }
    }

    /// Opens the bundled example.
    pub fn open_example(self) {
        self.open(Document::example());
    }

    fn open(self, document: Document) {
        self.document.set_value(Some(document));
        self.target.set(None);
        self.connecting.set(None);
        self.nodes.set(Vec::new());
        self.groups.set(Vec::new());
        self.refresh();
        self.is_open.set(true);
        let (units, title) =
            (self.nodes.with_untracked(Vec::len), self.header.with_untracked(|h| h.title.clone()));
        self.say(format!("Opened {title}: {units} units."));
        self.select_first();
    }

    fn select_first(self) {
        let first = self.read(|d| if d.feature().units.is_empty() { None } else { Some(Target::Unit(0)) });
        let plan = || self.read(|d| d.feature().folder.join("PLAN.md").ok()).flatten().map(Target::File);
        self.target.set(first.flatten().or_else(plan));
        if browser::is_wide() {
            browser::after_frame(move || self.fit());
        }
    }

    /// Shows another feature of what is open.
    pub fn choose(self, folder: &RelPath) {
        self.write(|document| document.choose(folder));
        self.select_first();
    }

    /// Does an action; refusals and results are said aloud.
    pub fn act(self, command: &Command) {
        self.perform(command);
    }

    /// As [`Studio::act`]; whether it was done.
    fn perform(self, command: &Command) -> bool {
        match self.write(|document| document.perform(command)) {
            Some(Ok(Some(label))) => self.say(capital(&format!("{label}."))),
            Some(Ok(None)) => self.say("Nothing to change.".to_owned()),
            Some(Err(Refused(why))) => {
                self.refuse(why);
                return false;
            }
            None => return false,
        }
        true
    }

    /// Takes over what a text field shows.
    pub fn type_into(self, path: &RelPath, field: &str) {
        if let Some(Err(Refused(why))) = self.write(|document| document.type_into(path, field)) {
            self.refuse(why);
        }
    }

    /// Ends a run of typing.
    pub fn pause(self) {
        self.document.update_value(|document| document.iter_mut().for_each(Document::pause));
    }

    /// Takes the last step back.
    pub fn undo(self) {
        match self.write(Document::undo).flatten() {
            Some(label) => self.say(format!("Undone: {label}.")),
            None => self.say("Nothing to undo.".to_owned()),
        }
    }

    /// Does the step again that was taken back last.
    pub fn redo(self) {
        match self.write(Document::redo).flatten() {
            Some(label) => self.say(format!("Done again: {label}.")),
            None => self.say("Nothing to redo.".to_owned()),
        }
    }

    /// Hands out everything as a zip.
    pub fn export(self) {
        let Some((files, title)) = self.read(|d| (d.files(), d.title().to_owned())) else { return };
        match zip::write(&files) {
            Ok(bytes) => {
                browser::download(&format!("{title}.zip"), &bytes);
                self.say(format!("Exported {title}.zip with {} files.", files.len()));
            }
            Err(why) => self.refuse(format!("Not exported: {why}.")),
        }
    }

    /// The file that the inspector shows.
    pub fn path(self) -> Option<RelPath> {
        match self.target.get()? {
            Target::File(path) => Some(path),
            Target::Unit(unit) => self.read(|d| d.feature().units.get(unit)?.path.clone().ok()).flatten(),
        }
    }

    /// Shows a place in a file: its unit, its text, and the place selected.
    pub fn show_place(self, path: &RelPath, span: Span) {
        let named = |d: &Document| d.feature().units.iter().position(|u| u.path.as_ref().ok() == Some(path));
        let unit = self.read(named).flatten();
        self.target.set(Some(unit.map_or_else(|| Target::File(path.clone()), Target::Unit)));
        self.tab.set(Tab::Text);
        let range = |d: &Document| {
            let text = d.tree().text(path)?;
            let at = |offset: u32| crate::text::in_field(text, offset as usize);
            Some((at(span.start), at(span.end)))
        };
        if let Some((start, end)) = self.read(range).flatten() {
            browser::after_frame(move || browser::select_text(view::text::FIELD, start, end));
        }
    }

    /// Selects a unit, or ends the dependency that is being drawn at it.
    pub fn pick(self, unit: usize) {
        match self.connecting.get_untracked() {
            Some(first) => self.connect(first, unit),
            None => self.target.set(Some(Target::Unit(unit))),
        }
    }

    /// Makes `then` wait for `first`.
    pub fn connect(self, first: usize, then: usize) {
        self.connecting.set(None);
        let id = |unit: usize| move |d: &Document| d.feature().units.get(unit).map(|u| u.id().to_owned());
        if let (Some(Some(first)), Some(Some(then))) = (self.read(id(first)), self.read(id(then))) {
            self.perform(&Command::Connect { first, then });
        }
    }

    /// Begins a dependency at a unit.
    pub fn begin_connect(self, unit: usize) {
        self.connecting.set(Some(unit));
        let name = self.read(|d| d.feature().units.get(unit).map(|u| u.short_id().to_owned())).flatten();
        self.say(format!(
            "Choose the unit that should wait for {}: click it, or go there with the arrows and press Enter. Esc stops.",
            name.unwrap_or_default()
        ));
    }

    /// Adds a unit to a gate and selects it.
    pub fn add_unit(self, gate: u32, title: &str) {
        self.adding.set(None);
        let title = title.trim().to_owned();
        let known: Vec<String> = self.read(ids).unwrap_or_default();
        if !title.is_empty() && self.perform(&Command::AddUnit { gate, title }) {
            let new = self.read(ids).unwrap_or_default().iter().position(|id| !known.contains(id));
            if let Some(unit) = new {
                self.target.set(Some(Target::Unit(unit)));
                browser::after_frame(move || browser::focus(&view::graph::node_id(unit)));
            }
        }
    }

    /// Begins adding a unit to the gate of the selected one.
    pub fn begin_add(self) {
        let unit = match self.target.get_untracked() {
            Some(Target::Unit(unit)) => unit,
            _ => 0,
        };
        let gate = self.read(|d| {
            let feature = d.feature();
            let gate = feature.units.get(unit).map_or(0, |unit| unit.gate);
            feature.gates.get(gate).map(|gate| gate.number)
        });
        self.adding.set(gate.flatten());
    }

    /// Shows all of the graph.
    pub fn fit(self) {
        if let Some((width, height)) = browser::inner_size(view::graph::CANVAS) {
            let (all_width, all_height) = self.size.get_untracked();
            let zoom = (width / all_width.max(1.0)).min(height / all_height.max(1.0));
            self.zoom.set(zoom.clamp(0.25, 1.0));
        }
    }

    /// Changes the magnification, keeping the middle where it is.
    pub fn zoom_by(self, factor: f64) {
        let old = self.zoom.get_untracked();
        let new = (old * factor).clamp(0.25, 2.0);
        self.zoom.set(new);
        browser::keep_middle(view::graph::CANVAS, new / old);
    }

    /// Says something that happened; it goes by itself.
    pub fn say(self, text: String) {
        let notice = Notice { text, refused: false };
        self.notice.set(notice.clone());
        browser::after_seconds(6, move || {
            if self.notice.with_untracked(|shown| *shown == notice) {
                self.notice.set(Notice::default());
            }
        });
    }

    fn refuse(self, text: String) {
        self.notice.set(Notice { text: capital(&text), refused: true });
    }

    /// What a key does, wherever the focus is. Returns whether it did something.
    fn key(self, key: &browser::Key) -> bool {
        if !self.is_open.get_untracked() {
            return false;
        }
        match (key.command, key.name.as_str()) {
            (true, "z") if key.shift => self.redo(),
            (true, "z") => self.undo(),
            (true, "y") => self.redo(),
            (true, "s") => self.export(),
            (false, "Escape") => return self.escape(),
            _ if key.in_field || key.command => return false,
            (_, "c") => match self.target.get_untracked() {
                Some(Target::Unit(unit)) => self.begin_connect(unit),
                _ => return false,
            },
            (_, "n") => self.begin_add(),
            (_, "f") => self.fit(),
            (_, "+") => self.zoom_by(1.2),
            (_, "-") => self.zoom_by(1.0 / 1.2),
            (_, arrow) => return self.go(arrow),
        }
        true
    }

    fn escape(self) -> bool {
        let busy = self.connecting.get_untracked().is_some() || self.adding.get_untracked().is_some();
        self.connecting.set(None);
        self.adding.set(None);
        if busy {
            self.say("Stopped.".to_owned());
        }
        busy
    }

    /// Goes to the neighbour of the unit that has the focus.
    fn go(self, arrow: &str) -> bool {
        let direction = match arrow {
            "ArrowRight" => (1, 0),
            "ArrowLeft" => (-1, 0),
            "ArrowDown" => (0, 1),
            "ArrowUp" => (0, -1),
            _ => return false,
        };
        let Some(here) = browser::focused().and_then(|id| view::graph::unit_of_id(&id)) else { return false };
        let Some(there) = self.read(|d| d.layout().neighbour(here, direction)).flatten() else { return true };
        browser::focus(&view::graph::node_id(there));
        if self.connecting.get_untracked().is_none() {
            self.target.set(Some(Target::Unit(there)));
        }
        true
    }

    /// Brings every signal in line with the document; what is equal stays as it is.
    fn refresh(self) {
        let Some((scene, groups, header)) = self.read(|d| (Scene::of(d), problems::groups(d), header(d)))
        else {
            return;
        };
        set_if_new(self.header, header);
        set_if_new(self.bands, scene.bands);
        set_if_new(self.lines, scene.lines);
        set_if_new(self.size, (scene.width, scene.height));
        self.refresh_nodes(scene.nodes);
        self.refresh_groups(groups);
        self.version.update(|version| *version += 1);
    }

    fn refresh_nodes(self, nodes: Vec<Node>) {
        let known =
            |list: &Vec<NodeSignal>| ordered::map(list.iter().map(|n| (n.key.clone(), n.node.clone())));
        let old = self.nodes.with_untracked(known);
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        let mut new = Vec::with_capacity(nodes.len());
        for node in nodes {
            let time = times.entry(node.id.clone()).or_default();
            *time += 1;
            let key = format!("{} {time}", node.id);
            let signal = match old.get(&key) {
                Some(signal) => {
                    if signal.with_untracked(|old| *old != node) {
                        signal.set(node);
                    }
                    signal.clone()
                }
                None => ArcRwSignal::new(node),
            };
            new.push(NodeSignal { key, node: signal });
        }
        let same =
            self.nodes.with_untracked(|list| list.iter().map(|n| &n.key).eq(new.iter().map(|n| &n.key)));
        if !same {
            self.nodes.set(new);
        }
    }

    fn refresh_groups(self, groups: Vec<Group>) {
        let known =
            |list: &Vec<GroupSignal>| ordered::map(list.iter().map(|g| (g.path.clone(), g.group.clone())));
        let old = self.groups.with_untracked(known);
        let signal = |group: Group| match old.get(&group.path) {
            Some(signal) => {
                if signal.with_untracked(|old| *old != group) {
                    signal.set(group);
                }
                signal.clone()
            }
            None => ArcRwSignal::new(group),
        };
        let new: Vec<GroupSignal> = groups
            .into_iter()
            .map(|group| GroupSignal { path: group.path.clone(), group: signal(group) })
            .collect();
        let same =
            self.groups.with_untracked(|list| list.iter().map(|g| &g.path).eq(new.iter().map(|g| &g.path)));
        if !same {
            self.groups.set(new);
        }
    }
}

fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}

fn ids(document: &Document) -> Vec<String> {
    document.feature().units.iter().map(|unit| unit.id().to_owned()).collect()
}

fn header(document: &Document) -> Header {
    let feature = document.feature();
    let title = feature.plan.as_ref().and_then(|plan| plan.title.get().cloned());
    Header {
        title: title.unwrap_or_else(|| feature.folder_name().to_owned()),
        folder: feature.folder_name().to_owned(),
        features: document.features(),
        changed: document.is_changed(),
        undo: document.history().undo_label().map(str::to_owned),
        redo: document.history().redo_label().map(str::to_owned),
    }
}

fn capital(text: &str) -> String {
    let mut text = text.to_owned();
    text.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
    text
}
