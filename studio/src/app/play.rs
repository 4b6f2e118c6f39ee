//! Playing the plan through: the tape, and where on it the person looks.

use super::{Panel, Studio};
use crate::browser;
use crate::player::setup::{Outcome, Setup};
use crate::player::{Line, Player};
use crate::watch::Burn;
use leptos::prelude::*;
use specfuse_core::drive::Stop;

/// How long a moment is shown while the run goes on, slow to fast, with its word.
pub const SPEEDS: [(&str, u64); 3] = [("slow", 1200), ("usual", 500), ("fast", 120)];

/// What the panel shows of a played plan.
#[derive(Clone, Copy)]
pub struct State {
    player: StoredValue<Option<Player>, LocalStorage>,
    /// How the plan is played.
    pub setup: RwSignal<Setup>,
    /// The moment that is shown, and how many there are.
    pub at: RwSignal<(usize, usize)>,
    /// Whether the run goes on by itself.
    pub running: RwSignal<bool>,
    /// Which of [`SPEEDS`] it goes at.
    pub speed: RwSignal<usize>,
}

impl State {
    pub(super) fn new() -> State {
        State {
            player: StoredValue::new_local(None),
            setup: RwSignal::new(Setup::default()),
            at: RwSignal::new((0, 0)),
            running: RwSignal::new(false),
            speed: RwSignal::new(1),
        }
    }

    /// Reads something of the run at the moment that is shown.
    fn read<T>(self, read: impl FnOnce(&Player, usize) -> T) -> Option<T> {
        let (at, _) = self.at.get();
        self.player.with_value(|player| player.as_ref().map(|player| read(player, at)))
    }

    /// What the driver said by then.
    pub fn lines(self) -> Vec<Line> {
        self.read(|player, at| player.lines(at).to_vec()).unwrap_or_default()
    }

    /// What was paid by then, and what all should cost.
    pub fn burn(self) -> (Vec<Burn>, f64) {
        self.read(|player, at| (player.burn(at).to_vec(), player.planned())).unwrap_or_default()
    }

    /// Why the run rests there; `None` while it goes on.
    pub fn stop(self) -> Option<Stop> {
        self.read(|player, at| player.stop(at).cloned()).flatten()
    }

    /// Whether the run rests there for what a person can do.
    pub fn can_answer(self) -> bool {
        self.read(Player::can_answer) == Some(true)
    }

    /// A unit is called otherwise from now on, by the last part of its id.
    pub(super) fn rename(self, old: &str, new: &str) {
        self.setup.update(|setup| {
            let of = setup.outcomes.iter_mut().find(|(of, _)| of == old);
            of.into_iter().for_each(|(of, _)| new.clone_into(of));
        });
    }
}

impl Studio {
    /// A run for the plan as it is: the one there is, or else a new one at its begin.
    pub(super) fn refresh_play(self) {
        let play = self.play;
        let setup = play.setup.get_untracked();
        let plays =
            |player: &Player| self.read(|d| player.plays(d.tree(), d.feature(), &setup)) == Some(true);
        if !play.player.with_value(|player| player.as_ref().is_some_and(plays)) {
            self.begin_play();
        }
        self.look();
    }

    fn begin_play(self) {
        let play = self.play;
        let setup = play.setup.get_untracked();
        play.running.set(false);
        play.player.set_value(self.read(|d| Player::new(d.tree(), d.feature(), &setup)));
        play.at.set((0, 0));
    }

    /// Lays the moment that is shown over the graph.
    fn look(self) {
        let (at, _) = self.play.at.get_untracked();
        self.lay_over(self.play.player.with_value(|player| player.as_ref().map(|player| player.overlay(at))));
    }

    /// Plays the plan another way, from its begin.
    pub fn set_up(self, change: impl FnOnce(&mut Setup)) {
        let old = self.play.setup.get_untracked();
        self.play.setup.update(change);
        if self.play.setup.with_untracked(|new| *new != old) {
            self.begin_play();
            self.show_moment(0);
        }
    }

    /// How the sessions of a unit go.
    pub fn set_outcome(self, unit: &str, outcome: Outcome) {
        self.set_up(|setup| setup.choose(unit, outcome));
    }

    /// Shows a moment that was played.
    pub fn show_moment(self, at: usize) {
        let length = self.play.player.with_value(|player| player.as_ref().map_or(0, Player::length));
        self.play.at.set((at.min(length), length));
        self.look();
        self.refresh_scene();
    }

    /// Shows the next moment, played now when it was not yet. Returns whether the run goes on after it.
    pub fn step_play(self) -> bool {
        self.show_play();
        let (at, length) = self.play.at.get_untracked();
        let resting = |player: &Player| player.stop(at).is_some();
        if at >= length && self.play.player.with_value(|player| player.as_ref().is_some_and(resting)) {
            return false;
        }
        if at >= length {
            self.play.player.update_value(|player| {
                if let Some(player) = player {
                    player.step();
                }
            });
        }
        self.show_moment(at + 1);
        untrack(|| self.play.stop()).is_none()
    }

    /// Plays on to where the run rests, and shows that.
    pub fn play_to_end(self) {
        self.show_play();
        self.play.running.set(false);
        self.play.player.update_value(|player| player.iter_mut().for_each(Player::run));
        self.show_moment(usize::MAX);
        self.tell_stop();
    }

    /// Back to the begin.
    pub fn rewind_play(self) {
        self.play.running.set(false);
        self.show_play();
        self.show_moment(0);
    }

    /// Lets the run go on by itself, or stops it. Who asks for less motion sees its end at once.
    pub fn toggle_play(self) {
        let goes = !self.play.running.get_untracked();
        if goes && browser::wants_less_motion() {
            return self.play_to_end();
        }
        self.show_play();
        self.play.running.set(goes);
        if goes {
            self.tick();
        }
    }

    fn tick(self) {
        if !self.play.running.get_untracked() || self.panel.get_untracked() != Panel::Play {
            self.play.running.set(false);
        } else if self.step_play() {
            let (_, millis) = SPEEDS[self.play.speed.get_untracked().min(SPEEDS.len() - 1)];
            browser::after_millis(millis, move || self.tick());
        } else {
            self.play.running.set(false);
            self.tell_stop();
        }
    }

    /// The person does what the run waits for; the run can go on.
    pub fn answer_play(self) {
        let mut done = false;
        self.play.player.update_value(|player| done = player.as_mut().is_some_and(Player::answer));
        match done {
            true => self.show_moment(usize::MAX),
            false => self.say("Nothing that a person could do here sets this run going again.".to_owned()),
        }
        self.keep_focus();
    }

    fn tell_stop(self) {
        if let Some(stop) = untrack(|| self.play.stop()) {
            // The rest is in the panel.
            self.say(stop.why.first().cloned().unwrap_or_default());
        }
    }

    fn show_play(self) {
        if self.panel.get_untracked() != Panel::Play {
            self.show_panel(Panel::Play);
        }
    }
}
