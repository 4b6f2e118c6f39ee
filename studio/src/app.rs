//! The page as a whole: what is open and what is selected. State lives here as signals; views read
//! it and send actions back. What they do is in the rooms below, one for each side of the page.

mod decide;
mod edit;
mod everyone;
mod focus;
pub mod graph;
pub mod keeping;
mod later;
mod look;
mod open;
mod order;
mod panel;
pub mod play;
mod problems;
mod refresh;
mod run;
pub mod saving;
mod server;
mod sharing;
pub mod tabs;
mod text;
pub mod watch;

use crate::app::everyone::THEME;
use crate::browser;
use crate::command::{Command, Refused};
use crate::document::{Document, Lock};
use crate::face::Mark;
use crate::gates::Ask;
use crate::later::{Came, plan, work};
use crate::persist::Head;
use crate::problems::{Filter, Group};
use crate::scene::{Band, Drawn, Line, Node, Overlay};
pub use crate::selection::Target;
use crate::text::capital;
use crate::theme::Theme;
use crate::view;
use leptos::prelude::*;
use specfuse_core::edit::{NewFeature, next_feature_id};
use specfuse_core::layout::Rect;
use specfuse_core::model::id::FeatureId;
use specfuse_core::path::RelPath;
pub use text::{Load, Place, When};

/// Which side of the inspector is up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tab {
    /// The keys as a form.
    Form,
    /// The file's text.
    Text,
    /// The plan's text; of a unit, its entry there.
    Plan,
}

/// Which panel is up below the graph.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Panel {
    /// What lint finds.
    Problems,
    /// The plan, played through.
    Play,
    /// What a driver did, from its log.
    Watch,
}

/// What is asked or shown over the page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Dialog {
    /// The title of a unit to be added to a gate, its type, and what it waits for.
    AddUnit(u32),
    /// Something that a person is about to decide.
    Decide(Ask),
    /// What can be done and gone to.
    Palette,
    /// Another title and id for the selected unit.
    Rename(usize),
    /// Whether a gate should go with its units.
    DeleteGate(u32),
    /// What can be done here.
    Menu(Menu),
    /// Every key.
    Keys,
    /// The ways to open something else.
    Open,
    /// What a new feature begins with.
    NewFeature,
    /// All features of what is open.
    Features,
    /// Where to save what comes from no folder.
    SaveAs,
    /// The look before a save.
    Save,
    /// The earlier states.
    Snapshots,
    /// A link that holds what is open.
    Share,
    /// What to do with a kept document that another tab has.
    Elsewhere(Head),
    /// Whether a kept document with changes may be forgotten.
    Forget(Head),
    /// Whether something else may be opened though what is open cannot be kept.
    Replace,
}

/// Something said to the person.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Notice {
    /// The words.
    pub text: String,
    /// Whether something was refused.
    pub refused: bool,
}

/// A list of actions to choose from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Menu {
    /// On the selection.
    Selection,
    /// On a gate.
    Gate,
    /// Ways to hand out the graph.
    Picture,
}

/// A unit's box with signals of its own: a change of one box draws one box.
#[derive(Clone)]
pub struct NodeSignal {
    /// What tells it from all others.
    pub key: String,
    /// What it shows.
    pub node: ArcRwSignal<Node>,
    /// Where it stands.
    pub rect: ArcRwSignal<Rect>,
    /// How it is marked.
    pub mark: ArcRwSignal<Mark>,
}

impl NodeSignal {
    /// With signals that hold this, unmarked.
    pub fn new(node: Node, rect: Rect) -> NodeSignal {
        NodeSignal {
            key: node.key.clone(),
            node: ArcRwSignal::new(node),
            rect: ArcRwSignal::new(rect),
            mark: ArcRwSignal::default(),
        }
    }
}

/// Some of the problems, with a signal of their own.
#[derive(Clone)]
pub struct GroupSignal {
    /// What tells them from the others.
    pub key: String,
    /// What is wrong there.
    pub group: ArcRwSignal<Group>,
}

/// The head line of what is open.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Header {
    /// The feature's title.
    pub title: String,
    /// Its folder's name.
    pub folder: String,
    /// How many features there are.
    pub features: usize,
    /// Why it can only be read, if that is so.
    pub lock: Option<Lock>,
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
    /// Whether the graph of what was opened has been seen: findings and the panels beside it come then.
    pub settled: RwSignal<bool>,
    /// Whether it is known how large the graph is drawn: its boxes wait for that.
    pub is_placed: RwSignal<bool>,
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
    /// Which of them are listed.
    pub filter: RwSignal<Filter>,
    /// Grows by one with every change of the document.
    pub version: RwSignal<u64>,
    /// What the inspector shows.
    pub target: graph::Shown,
    /// What is selected, sought and shown in the graph.
    pub graph: graph::State,
    /// Which side of it is up.
    pub tab: RwSignal<Tab>,
    /// Which panel is up below the graph.
    pub panel: RwSignal<Panel>,
    /// The plan as it is played.
    pub play: play::State,
    /// The run that is watched.
    pub watch: watch::Watch,
    /// What the graph shows in place of what the files say.
    overlay: StoredValue<Option<Overlay>>,
    /// What the graph was drawn from.
    drawn: StoredValue<Drawn>,
    /// Grows by one whenever the graph was drawn from another layout.
    pub laid_out: RwSignal<u64>,
    /// The text pane.
    pub pane: text::Pane,
    /// What is asked or shown over the page.
    pub dialog: RwSignal<Option<Dialog>>,
    /// Whether the outline stands in the graph's place.
    pub outlined: RwSignal<bool>,
    /// Which colours are used.
    pub theme: RwSignal<Theme>,
    /// How far the part is that opens and draws plans.
    pub plan: RwSignal<Came>,
    /// How far the part is that works on plans.
    pub work: RwSignal<Came>,
    /// The last thing said.
    pub notice: RwSignal<Notice>,
    /// What is kept in the browser.
    pub keep: keeping::State,
    /// Where it is saved.
    pub saving: saving::State,
}

/// The studio's page.
#[component]
pub fn App() -> impl IntoView {
    let studio = Studio::new();
    studio.show_theme();
    studio.fetch_later();
    browser::on_key(move |key| plan::here().is_some_and(|plan| (plan.key)(studio, &key)));
    browser::on_drop(move |files| studio.receive(files));
    browser::on_paste(move |text| {
        if let Some(plan) = plan::here() {
            (plan.paste)(studio, text);
        }
    });
    view! {
        <div class="studio" class:studio-open=view::live(move || studio.is_open.get())>
            {view::bar::bar(studio).into_any()}
            {view::live(move || studio.header.with(|h| h.lock).zip(plan::here()).map(|(lock, plan)| (plan.lock)(studio, lock)).into_any())}
            {view::live(move || match studio.is_open.get() {
                true => plan::here().map(|plan| (plan.workspace)(studio)).into_any(),
                false => view::welcome::welcome(studio).into_any(),
            })}
            {view::dialog::dialog(studio).into_any()}
            {view::notice(studio).into_any()}
        </div>
    }
}

impl Studio {
    fn new() -> Studio {
        let graph = graph::State::new();
        Studio {
            document: StoredValue::new_local(None),
            is_open: RwSignal::new(false),
            settled: RwSignal::new(false),
            is_placed: RwSignal::new(false),
            header: RwSignal::new(Header::default()),
            nodes: RwSignal::new(Vec::new()),
            bands: RwSignal::new(Vec::new()),
            lines: RwSignal::new(Vec::new()),
            size: RwSignal::new((0.0, 0.0)),
            groups: RwSignal::new(Vec::new()),
            filter: RwSignal::new(Filter::default()),
            version: RwSignal::new(0),
            target: graph::Shown(graph.selection),
            graph,
            tab: RwSignal::new(Tab::Form),
            panel: RwSignal::new(Panel::Problems),
            play: play::State::new(),
            watch: watch::Watch::new(),
            overlay: StoredValue::new(None),
            drawn: StoredValue::new(Drawn::default()),
            laid_out: RwSignal::new(0),
            pane: text::Pane::new(),
            dialog: RwSignal::new(None),
            outlined: RwSignal::new(false),
            theme: RwSignal::new(browser::remembered(THEME).map_or(Theme::System, |word| Theme::of(&word))),
            plan: RwSignal::new(Came::NotYet),
            work: RwSignal::new(Came::NotYet),
            notice: RwSignal::new(Notice::default()),
            keep: keeping::State::new(),
            saving: saving::State::new(),
        }
    }

    /// Reads something of the document.
    pub fn read<T>(self, read: impl FnOnce(&Document) -> T) -> Option<T> {
        self.document.with_value(|document| document.as_ref().map(read))
    }

    fn write<T>(self, write: impl FnOnce(&mut Document) -> T) -> Option<T> {
        let done = self.document.try_update_value(|document| document.as_mut().map(write)).flatten();
        self.refresh();
        self.keep_focus();
        self.keep_soon();
        done
    }

    /// Does an action; refusals and results are said aloud.
    pub fn act(self, command: &Command) {
        self.perform(command);
    }

    /// As [`Studio::act`]; whether it was done.
    pub fn perform(self, command: &Command) -> bool {
        let done = self.attempt(command);
        let is_done = done.is_ok();
        done.unwrap_or_else(|why| self.refuse(why));
        is_done
    }

    /// As [`Studio::act`], for who says a refusal in another place.
    ///
    /// # Errors
    /// Why it was not done, in words for the person.
    pub fn attempt(self, command: &Command) -> Result<(), String> {
        let Some(work) = work::here() else {
            self.fetch_again();
            return Err("The studio is still loading: try again in a moment.".to_owned());
        };
        let done = self.write(|document| (work.perform)(document, command));
        self.tell(done)
    }

    /// Says what came of an action.
    ///
    /// # Errors
    /// Why it was refused.
    fn tell(self, done: Option<Result<Option<String>, Refused>>) -> Result<(), String> {
        match done {
            Some(Ok(Some(label))) => self.say(capital(&format!("{label}."))),
            Some(Ok(None)) => self.say("Nothing to change.".to_owned()),
            Some(Err(Refused(why))) => return Err(why),
            None => return Err("Nothing is open.".to_owned()),
        }
        Ok(())
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
        if self.refuses_change() {
            return;
        }
        match self.travel(Document::undo) {
            Some(label) => self.say(format!("Undone: {label}.")),
            None => self.say("Nothing to undo.".to_owned()),
        }
    }

    /// Goes back or forth in the undo log, and to the feature in which that is.
    fn travel(self, go: fn(&mut Document) -> Option<String>) -> Option<String> {
        let folder = || self.read(|d| d.feature().folder.clone());
        let here = folder();
        self.pane.goes.set_value(true);
        let label = self.write(go).flatten();
        if folder() != here {
            self.arrive();
        }
        label
    }

    /// Does the step again that was taken back last.
    pub fn redo(self) {
        if self.refuses_change() {
            return;
        }
        match self.travel(Document::redo) {
            Some(label) => self.say(format!("Done again: {label}.")),
            None => self.say("Nothing to redo.".to_owned()),
        }
    }

    /// Keeps the state as it is under a name.
    pub fn name_snapshot(self, name: &str) {
        let name = name.trim();
        if !name.is_empty()
            && self.write(|document| document.name_snapshot(name, browser::now())) == Some(false)
        {
            self.refuse("There are as many named states as can be kept.".to_owned());
        }
    }

    /// Takes an earlier state away.
    pub fn forget_snapshot(self, at: usize) {
        self.write(|document| document.forget_snapshot(at));
    }

    /// Goes back to an earlier state.
    pub fn restore(self, at: usize) {
        self.dialog.set(None);
        let done = self.write(|document| document.restore(at, browser::now()));
        self.tell(done).unwrap_or_else(|why| self.refuse(why));
    }

    /// Makes a feature: in what is open, or as the beginning of a plan.
    ///
    /// # Errors
    /// Why it cannot be made, in words for the person.
    pub fn new_feature(self, id: &str, title: &str, branch: &str, goal: &str) -> Result<(), String> {
        let new = new_feature(id, title, branch, goal)?;
        if !self.is_open.get_untracked() {
            let document = Document::fresh(&new).map_err(|why| capital(&format!("{why}.")))?;
            self.open(document, None);
            return Ok(());
        }
        let done = self.write(|document| document.perform(&Command::NewFeature(new.clone())));
        self.tell(done).map_err(|why| capital(&format!("{why}.")))?;
        if let Ok(folder) = RelPath::new(&format!("{}/{}", specfuse_core::parse::FEATURES, new.folder_name()))
        {
            self.choose(&folder);
        }
        Ok(())
    }

    /// The id that a new feature would have.
    pub fn next_id(self) -> String {
        let folders = self.read(Document::features).unwrap_or_default();
        next_feature_id(&folders, browser::year()).map_or(String::new(), |id| id.to_string())
    }

    /// The branch that a new feature would have.
    pub fn suggested_branch(self, id: &str, title: &str) -> String {
        if title.trim().is_empty() {
            return String::new();
        }
        new_feature(id, title, "", "").map_or(String::new(), |new| new.branch)
    }

    /// Hands out everything as a zip.
    pub fn export(self) {
        let Some((files, title)) = self.read(|d| (d.files(), d.title().to_owned())) else { return };
        match crate::zip::write(&files) {
            Ok(bytes) => {
                browser::download(&format!("{title}.zip"), &bytes);
                if self.saving.folder.with_untracked(Option::is_none) {
                    self.write(Document::mark_saved);
                }
                self.say_saved(format!("Exported {title}.zip with {} files.", files.len()));
            }
            Err(why) => self.refuse(format!("Not exported: {why}.")),
        }
    }

    /// Says what was handed out, and what of the person's words is not in it.
    fn say_saved(self, words: String) {
        match self.read(Document::left_out).flatten() {
            Some(left_out) => self.refuse(format!("{words} {left_out}")),
            None => self.say(words),
        }
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
}

fn new_feature(id: &str, title: &str, branch: &str, goal: &str) -> Result<NewFeature, String> {
    let id = FeatureId::parse(id.trim())
        .ok_or_else(|| format!("{id} is no id of a feature: it looks like FEAT-2026-0001."))?;
    let mut new = NewFeature::draft(id, title.trim(), goal.trim());
    if !branch.trim().is_empty() {
        branch.trim().clone_into(&mut new.branch);
    }
    Ok(new)
}
