//! Saving into the opened folder: what would be written is shown first, and each file is compared with
//! the disk before it is written. What decides is in `save`.

use super::{Dialog, Studio};
use crate::browser::{self, DiskFolder};
use crate::document::{Document, Lock};
use crate::folder::Folder;
use crate::save::{self, Choice, Looked, Plan, Report};
use leptos::prelude::*;
use leptos::task::spawn_local;
use specfuse_core::path::RelPath;

/// Where the document is saved to, and what a save that is being looked at would do.
#[derive(Clone, Copy)]
pub struct State {
    /// The name of the folder; `None` when only a zip is possible.
    pub folder: RwSignal<Option<String>>,
    /// What would be done.
    pub plan: RwSignal<Plan>,
    /// The name of the folder that is being looked at.
    pub target: RwSignal<String>,
    /// That folder, when the document was never saved to it.
    next: StoredValue<Option<DiskFolder>, LocalStorage>,
    handle: StoredValue<Option<DiskFolder>, LocalStorage>,
}

/// So many files are named; the others are counted.
const MOST_NAMED: usize = 4;

fn taken_words(files: &[RelPath]) -> String {
    let mut names: Vec<&str> = files.iter().take(MOST_NAMED).map(RelPath::file_name).collect();
    let more = format!("and {} more", files.len().saturating_sub(MOST_NAMED));
    names.extend((files.len() > MOST_NAMED).then_some(more.as_str()));
    format!("Changed on disk, and taken over: {}.", names.join(", "))
}

impl State {
    /// No folder yet.
    pub fn new() -> State {
        State {
            folder: RwSignal::new(None),
            plan: RwSignal::new(Plan::default()),
            target: RwSignal::new(String::new()),
            next: StoredValue::new_local(None),
            handle: StoredValue::new_local(None),
        }
    }

    /// The folder that the document is saved to.
    pub(super) fn handle(self) -> Option<DiskFolder> {
        self.handle.get_value()
    }

    /// Whether the folder that is being looked at is one that the document was never saved to.
    pub fn is_new(self) -> bool {
        self.next.with_value(Option::is_some)
    }

    /// Saves to `folder` from now on.
    pub(super) fn set(self, folder: Option<DiskFolder>) {
        browser::keep_folder(folder.as_ref());
        self.folder.set(folder.as_ref().map(DiskFolder::name));
        self.handle.set_value(folder);
    }
}

impl Studio {
    /// Saves into the opened folder, after a look at what that changes; without a folder, asks for one or, where
    /// there is none to be had, hands out a zip.
    pub fn save(self) {
        if self.is_in_another_tab() {
            return;
        }
        match self.saving.handle() {
            Some(folder) => self.look_into(folder, false),
            None if browser::has_folders() => self.dialog.set(Some(Dialog::SaveAs)),
            None => self.export(),
        }
    }

    /// Whether the document can be saved into a folder that the person chooses.
    pub fn can_save_elsewhere(self) -> bool {
        // What a server opened is followed there.
        self.is_open.get()
            && browser::has_folders()
            && !self.saving.handle().is_some_and(|folder| folder.is_served())
    }

    /// Lets the person choose a folder, and shows what saving into it would write.
    pub fn save_elsewhere(self) {
        self.dialog.set(None);
        if self.is_in_another_tab() {
            return;
        }
        browser::pick_target(move |picked| match picked {
            Ok(folder) => self.look_into(folder, true),
            Err(why) => self.refuse(format!("Not saved: {why}. Your changes are kept here.")),
        });
    }

    /// Whether another tab has the document, so that only that one saves it; then the person is told.
    fn is_in_another_tab(self) -> bool {
        self.header.with_untracked(|header| header.lock) == Some(Lock::Elsewhere) && self.refuses_change()
    }

    /// Shows what saving into a folder would do; `new` is one that the document was never saved to.
    fn look_into(self, folder: DiskFolder, new: bool) {
        spawn_local(async move {
            if !folder.may_write().await {
                return self.refuse(format!(
                    "Not saved: the browser may not write into {}. Your changes are kept here; save again to be asked again.",
                    folder.name()
                ));
            }
            let looked = if new { Looked::default() } else { self.look_at_others(&folder).await };
            match self.plan_of(&folder, new, looked.gone).await {
                Err(why) => self.refuse(format!("Not saved: {why}. Your changes are kept here.")),
                Ok(plan) if plan.items.is_empty() && !looked.taken.is_empty() => {
                    self.say_saved(format!("Nothing to save. {}", taken_words(&looked.taken)));
                }
                Ok(plan) if plan.items.is_empty() => {
                    self.say_saved("Nothing to save: the folder has it all.".to_owned())
                }
                Ok(plan) => {
                    if !looked.taken.is_empty() {
                        self.say(taken_words(&looked.taken));
                    }
                    self.saving.plan.set(plan);
                    self.saving.target.set(folder.name());
                    self.saving.next.set_value(if new { Some(folder) } else { None });
                    self.dialog.set(Some(Dialog::Save));
                }
            }
        });
    }

    /// Saves to `folder` from now on; all of the document is kept anew, with the folder's handle. What came by a
    /// link is the person's own by that.
    fn belong_to(self, folder: DiskFolder) {
        let name = folder.name();
        if self.header.with_untracked(|header| header.lock) == Some(Lock::Link) {
            self.unlock(Lock::Link);
        }
        self.saving.set(Some(folder));
        self.keep.begin_anew();
        self.write(|document| document.move_to(&name));
    }

    /// Back on the page: takes over what changed in the folder meanwhile.
    pub fn look_at_disk(self) {
        let is_saving = self.read(|d| !d.writing().is_empty() || d.is_locked()) != Some(false);
        if let Some(folder) = self.saving.handle().filter(|folder| !folder.is_served() && !is_saving) {
            spawn_local(async move {
                let looked = self.look_at_others(&folder).await;
                self.tell_both(&looked.both);
                if looked.both.is_empty() && !looked.taken.is_empty() {
                    self.say(taken_words(&looked.taken));
                }
            });
        }
    }

    /// Looks at the folder, and takes over what was changed there and not here.
    async fn look_at_others(self, folder: &DiskFolder) -> Looked {
        let state = || (self.keep.key(), self.read(Document::revision));
        let before = state();
        // What cannot be read now is asked for again when it is to be written.
        let files = folder.plans().await.unwrap_or_default();
        // Something may have been changed or saved meanwhile, or another document opened: then this is outdated.
        let Some((_, disk)) = Folder::open(files, &folder.name()).ok().filter(|_| state() == before) else {
            return Looked::default();
        };
        let (take, mut looked) = self.read(|document| save::look(document, &disk)).unwrap_or_default();
        looked.taken = take.iter().map(|(path, _)| path.clone()).collect();
        if !take.is_empty() {
            self.write(|document| document.take_all_from_disk(take));
        }
        looked
    }

    async fn plan_of(
        self,
        folder: &DiskFolder,
        new: bool,
        gone: Vec<(RelPath, String)>,
    ) -> Result<Plan, String> {
        let files = |document: &Document| match new {
            true => save::all(document, &folder.name()),
            false => save::changed(document),
        };
        let mut changed = self.read(files).unwrap_or_default();
        changed.extend(gone);
        let mut disk = Vec::with_capacity(changed.len());
        for (_, name) in &changed {
            disk.push(folder.read(name).await.map_err(|why| format!("{name} cannot be read ({why})"))?);
        }
        let plan = if new { Plan::anew } else { Plan::new };
        self.read(|document| plan(document, changed, disk)).ok_or_else(|| "nothing is open".to_owned())
    }

    /// Decides what becomes of a file that changed here and on disk.
    pub fn decide(self, item: usize, choice: Choice) {
        self.saving
            .plan
            .update(|plan| plan.items.get_mut(item).into_iter().for_each(|i| i.choice = Some(choice)));
    }

    /// Writes what was looked at.
    pub fn confirm_save(self) {
        let next = self.saving.next.try_update_value(Option::take).flatten();
        if let Some(folder) = &next {
            self.belong_to(folder.clone());
        }
        let Some(folder) = next.or(self.saving.handle()) else { return };
        let plan = self.saving.plan.get_untracked();
        self.dialog.set(None);
        spawn_local(async move {
            self.write(|document: &mut Document| document.before_save(&plan));
            let key = self.keep.key();
            self.keep_at_once().await;
            let mut report = Report { taken: plan.taken().count(), ..Report::default() };
            for item in plan.writes() {
                // Between the look and now, the file may have changed again.
                let written = match folder.read(&item.name).await {
                    Ok(disk) if disk != item.disk => Err("it changed on disk just now".to_owned()),
                    Ok(_) => folder.write(&item.name, item.disk.as_deref(), item.bytes()).await,
                    Err(why) => Err(why),
                };
                match written {
                    Ok(()) => report.written.push(item.path.clone()),
                    Err(why) => report.failed.push((item.path.clone(), why)),
                }
            }
            let now = browser::now();
            // Another document may have been opened meanwhile: this one looks at its files when it is saved again.
            if self.keep.key() == key {
                self.write(|document: &mut Document| document.after_save(&plan, &report.written, now));
                self.keep_at_once().await;
            }
            match report.words(&folder.name()) {
                (words, true) => self.say_saved(words),
                (words, false) => self.refuse(words),
            }
        });
    }
}
