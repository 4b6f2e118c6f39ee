//! Where attempts work: the checkout, and the work trees of the lanes; and what the lanes work on beside the
//! driver.

use super::Driver;
use super::attempt::{object, origin};
use super::work::{Answer, Work};
use crate::error::{Error, Result};
use crate::repo::{Merged, Repo, State};
use git2::Oid;
use specfuse_core::drive::{Base, Effect, Event, Phase};
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

/// The folder of the lanes' work trees, below the checkout's top.
pub(crate) const LANES: &str = ".specfuse/.loop/lanes";

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

/// How the tree that a lane's attempt starts from is remembered.
#[derive(Clone)]
pub(super) struct LaneStart {
    /// The ref for it.
    start: String,
    /// The ref for it without the retained work.
    origin: String,
    /// Where the attempt began whose work goes on.
    retained: Option<Base>,
}

impl LaneStart {
    /// Remembers the tree, with the retained work put on it when it still fits.
    pub(super) fn remember(&self, repo: &Repo) -> Result<Base> {
        let work =
            self.retained.as_ref().and_then(|base| Some((base, repo.ref_target(base.work.as_ref()?)?)));
        let plain = repo.dispatch(if work.is_some() { &self.origin } else { &self.start })?;
        let base = |tree: Oid, origin| Base {
            head: plain.head.to_string(),
            tree: tree.to_string(),
            origin,
            work: None,
        };
        let Some((earlier, work)) = work else { return Ok(base(plain.commit, None)) };
        let (before, ours) = (repo.tree_id(object(origin(earlier))?)?, repo.tree_id(plain.commit)?);
        match repo.merge_three(before, ours, repo.tree_id(work)?)? {
            Merged::Tree(tree) => {
                repo.put(&repo.changes(ours, tree)?)?;
                let start = repo.dispatch(&self.start)?;
                Ok(base(start.commit, Some(plain.commit.to_string())))
            }
            Merged::Conflict { .. } => Ok(base(plain.commit, None)),
        }
    }
}

/// What a lane's worker came to.
type Done = (u32, Result<Option<Event>>);

/// What the lanes are at.
pub(super) struct Lanes {
    sites: BTreeMap<u32, Site>,
    workers: Vec<JoinHandle<()>>,
    busy: usize,
    answers: VecDeque<(u32, Event)>,
    sender: Sender<Done>,
    receiver: Receiver<Done>,
}

impl Default for Lanes {
    fn default() -> Lanes {
        let (sender, receiver) = channel();
        Lanes {
            sites: BTreeMap::new(),
            workers: Vec::new(),
            busy: 0,
            answers: VecDeque::new(),
            sender,
            receiver,
        }
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
    /// Where the attempt of a lane works; its work tree is made when it is not there.
    pub(super) fn site(&mut self, lane: u32) -> Result<Site> {
        if lane == 0 {
            return Ok(Site { lane, repo: Rc::clone(&self.repo), root: self.root.clone() });
        }
        let root = self.root.join(LANES).join(lane.to_string());
        let is_there = root.join(".git").is_file();
        if let Some(site) = self.lanes.sites.get(&lane).filter(|_| is_there) {
            return Ok(site.clone());
        }
        let repo = Rc::new(self.repo.lane(&root)?);
        let site = Site { lane, repo, root };
        self.lanes.sites.insert(lane, site.clone());
        Ok(site)
    }

    /// Lets go of what git's objects were read for: a handle keeps all that it ever read, and a run can be long.
    /// Lanes at work have handles of their own.
    pub(super) fn forget_objects(&mut self) -> Result<()> {
        self.repo = Rc::new(self.repo.again()?);
        self.lanes.sites.clear();
        Ok(())
    }

    /// Where the whole `code` set runs: in the checkout, or with lanes in one of them, on what is committed.
    pub(super) fn broad_site(&mut self) -> Result<Site> {
        if self.state.options.lanes() == 0 {
            return self.site(0);
        }
        let site = self.site(1)?;
        site.repo.bring_to(self.repo.head()?)?;
        Ok(site)
    }

    /// Brings a lane to the branch, with the plan as it stands in the checkout, and remembers the tree that
    /// its attempt starts from.
    pub(super) fn open_lane(
        &mut self,
        site: &Site,
        unit: &str,
        attempt: u32,
        retained: Option<Base>,
    ) -> Result<Answer> {
        let found = site.repo.snapshot(None)?;
        if !found.is_clean() {
            let name = self.refname(unit, &format!("{attempt}-found"));
            site.repo.save(&name, &found, &format!("Found in lane {}\n", site.lane))?;
        }
        let head = self.repo.head()?;
        site.repo.bring_to(head)?;
        site.repo.put(&self.plan_files()?)?;
        let start = LaneStart {
            start: self.refname(unit, &format!("{attempt}-start")),
            origin: self.refname(unit, &format!("{attempt}-origin")),
            retained,
        };
        match self.set_up(site, unit, attempt, start.clone())? {
            Some(work) => Ok(Work::SetUp(Box::new(work)).into()),
            None => Ok(Answer::Now(Box::new(Event::Opened { base: start.remember(&site.repo)? }))),
        }
    }

    /// What stands below `.specfuse` in the checkout and differs from what is committed.
    pub(super) fn plan_files(&self) -> Result<BTreeMap<PathBuf, State>> {
        let now = self.repo.snapshot(None)?;
        let plan = now.paths().filter(|path| path.starts_with(".specfuse"));
        Ok(plan.filter_map(|path| Some((path.to_owned(), now.get(path)?))).collect())
    }

    /// Asks a lane; its answer comes when it is ready.
    pub(super) fn ask_lane(&mut self, lane: u32, question: Effect) -> Result<()> {
        match self.answer(lane, question)? {
            Answer::Now(event) => self.lanes.answers.push_back((lane, *event)),
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
