//! Where attempts work: the checkout, and the work trees of the lanes; and what the lanes work on beside the
//! driver.

use super::Driver;
use super::work::{Answer, Work};
use crate::error::{Error, Result};
use crate::repo::Repo;
use specfuse_core::drive::{Effect, Event, Phase};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

/// Where an attempt works.
#[derive(Clone)]
pub(super) struct Site {
    /// The lane's number; 0 for the checkout itself.
    pub lane: u32,
    /// The work tree as git sees it.
    pub repo: Rc<Repo>,
    /// Its top folder.
    pub root: PathBuf,
}

/// What a lane's worker came to.
type Done = (u32, Result<Option<Event>>);

/// What the lanes are at.
pub(super) struct Lanes {
    workers: Vec<JoinHandle<()>>,
    busy: usize,
    answers: VecDeque<(u32, Event)>,
    sender: Sender<Done>,
    receiver: Receiver<Done>,
}

impl Default for Lanes {
    fn default() -> Lanes {
        let (sender, receiver) = channel();
        Lanes { workers: Vec::new(), busy: 0, answers: VecDeque::new(), sender, receiver }
    }
}

impl Lanes {
    /// Waits until nobody works any more.
    pub(super) fn join(&mut self) {
        for worker in self.workers.drain(..) {
            // What a worker had to say, it said through the channel.
            let _ = worker.join();
        }
    }

    /// Lets a thread of its own work for `lane`.
    fn hire(&mut self, lane: u32, work: Work) -> Result<()> {
        self.workers.retain(|worker| !worker.is_finished());
        let sender = self.sender.clone();
        let run = move || {
            // Nobody listens any more when the driver ends early; then nobody needs to know.
            let _ = sender.send((lane, work.run()));
        };
        let worker = std::thread::Builder::new().name(format!("lane {lane}")).spawn(run);
        self.workers.push(worker.map_err(|e| Error::io("start a thread", e))?);
        self.busy += 1;
        Ok(())
    }
}

impl Driver<'_> {
    /// Where the attempt of a lane works.
    pub(super) fn site(&self, lane: u32) -> Result<Site> {
        Ok(Site { lane, repo: Rc::clone(&self.repo), root: self.root.clone() })
    }

    /// Asks a lane; its answer comes when it is ready.
    pub(super) fn ask_lane(&mut self, lane: u32, question: Effect) -> Result<()> {
        match self.answer(lane, question)? {
            Answer::Now(event) => self.lanes.answers.push_back((lane, event)),
            Answer::Work(work) => self.lanes.hire(lane, work)?,
        }
        Ok(())
    }

    /// The next answer of any lane, waited for. `None` when the machine waits for none, or none comes
    /// since the person ended the run.
    pub(super) fn next_from_lanes(&mut self) -> Result<Option<(u32, Event)>> {
        if self.state.phase != Phase::Watching {
            return Ok(None);
        }
        loop {
            if let Some(answer) = self.lanes.answers.pop_front() {
                return Ok(Some(answer));
            }
            if self.lanes.busy == 0 {
                return Ok(None);
            }
            match self.lanes.receiver.recv() {
                Ok((lane, answer)) => {
                    self.lanes.busy -= 1;
                    self.lanes.answers.extend(answer?.map(|event| (lane, event)));
                }
                Err(_) => return Ok(None),
            }
        }
    }
}
