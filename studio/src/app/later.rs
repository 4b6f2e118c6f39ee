//! What to do until a chunk is here, and once it has come.

use super::Studio;
use crate::browser;
use crate::document::Document;
use crate::later::{Came, Plan, Work, plan, work};
use crate::scene::Scene;
use crate::zip;
use leptos::prelude::*;

impl Studio {
    /// Fetches what comes later, once the first page stands.
    pub(super) fn fetch_later(self) {
        browser::after_frame(move || self.with_plan(|_| ()));
    }

    /// Asks again for what did not come.
    pub fn fetch_again(self) {
        self.with_work(|_| ());
    }

    /// Findings first: the views that waited are then drawn with them.
    pub fn work_came(self) {
        if self.is_open.get_untracked() {
            self.write(Document::judge);
        }
        self.work.set(Came::Here);
        browser::when_idle(move || {
            if !self.is_open.get_untracked() {
                self.warm_up();
            }
        });
    }

    /// Calls `act` with what opens and draws plans: now when that is here, else once it has come.
    pub(super) fn with_plan(self, act: impl FnOnce(&'static Plan) + 'static) {
        let act = move |plan: &'static Plan| {
            if self.plan.get_untracked() != Came::Here {
                self.plan.set(Came::Here);
                (plan.start)(self);
                self.with_work(|_| ());
            }
            act(plan);
        };
        plan::with(Box::new(act), Box::new(move || self.did_not_come(self.plan)));
    }

    /// Calls `act` with what works on plans: now when that is here, else once it has come.
    pub fn with_work(self, act: impl FnOnce(&'static Work) + 'static) {
        if self.work.get_untracked() == Came::Failed {
            self.work.set(Came::NotYet);
        }
        let act = move |work: &'static Work| {
            if self.work.get_untracked() != Came::Here {
                (work.start)(self);
            }
            act(work);
        };
        work::with(Box::new(act), Box::new(move || self.did_not_come(self.work)));
    }

    fn did_not_come(self, chunk: RwSignal<Came>) {
        chunk.set(Came::Failed);
        self.refuse(
            "A part of the studio did not load. No file was changed; try again when you are online."
                .to_owned(),
        );
    }

    /// Opens and draws the example unseen. A browser compiles each function of a program when it is called first: a
    /// person's plan then need not wait for that.
    fn warm_up(self) {
        let files = Document::example().files();
        let read = zip::write(&files).ok().and_then(|bytes| zip::read(&bytes).ok());
        let opened = read.and_then(|files| Document::open(files, "").ok());
        if let Some((document, plan)) = opened.zip(plan::here()) {
            (plan.draw_unseen)(self, Scene::of(&document, None));
        }
    }
}
