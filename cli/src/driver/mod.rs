//! Performs what the drive machine asks for and tells it what happened. Every event is in the
//! journal, on disk, before the machine acts on it; a driver that was killed replays the journal and
//! goes on. Nothing is decided here.

pub(crate) mod arming;
mod attempt;
mod branch;
mod checks;
mod commit;
pub mod dry_run;
mod ended;
mod files;
mod fix_unit;
mod hold;
mod in_flight;
mod integrate;
mod judge;
pub mod labels;
mod lane;
mod post_merge;
pub mod preflight;
mod prompts;
mod rewrite;
mod scaffold;
mod session;
mod setup;
mod skills;
mod takeover;
pub(crate) mod unfinished;
mod wait;
mod work;
pub(crate) mod written;

use crate::agent::Adapter;
use crate::config::LaneConfig;
use crate::env::{self, Clock};
use crate::error::{Error, Kind, Result};
use crate::exit_code::ExitCode;
use crate::journal::{self, Journal};
use crate::load::{self, Features, Loaded};
use crate::repo::Repo;
use crate::report::run::Progress;
use crate::shell::Placeholder;
use crate::signal;
pub(crate) use lane::LANES;
use lane::{Lanes, Site};
use specfuse_core::drive::{Effect, Event, Options, PlanView, Purpose, Record, State, Stop, step};
use specfuse_core::model::Feature;
use specfuse_core::parse::Parser;
use specfuse_core::path::RelPath;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use wait::WaitWork;
use work::{Answer, Work};
use written::Written;

/// The file below `.specfuse/` that ends a run after the running step.
pub(crate) const STOP_FILE: &str = ".specfuse/STOP";
/// Why a run ends that has finished its feature.
const FEATURE_COMPLETE: &str = "feature_complete";

/// A driver at work on one feature. It holds the lock as long as it lives, through its caller.
pub struct Driver<'a> {
    repo: Rc<Repo>,
    root: PathBuf,
    folder: RelPath,
    feature: String,
    agents: Vec<Adapter>,
    clock: Clock,
    stop: signal::Stop,
    progress: &'a mut Progress,
    journal: Journal,
    state: State,
    parser: Parser,
    written: Written,
    kill: env::KillPoint,
    /// What sessions changed under names that no tree can hold, by lane.
    unnamed: BTreeMap<u32, BTreeSet<PathBuf>>,
    lanes: Lanes,
    /// The branch that is checked out, in full.
    branch: Option<String>,
    /// What a lane needs besides what git knows.
    config: LaneConfig,
}

/// What a driver needs to begin.
pub struct Start<'a> {
    /// The repository, on the feature's branch.
    pub repo: Repo,
    /// The feature as it was checked.
    pub feature: &'a Feature,
    /// What runs sessions; the first of them first.
    pub agents: Vec<Adapter>,
    /// Tells the time.
    pub clock: Clock,
    /// What the person at the terminal asks for.
    pub stop: signal::Stop,
    /// What lanes need.
    pub lanes: LaneConfig,
    /// Tells the person what happens.
    pub progress: &'a mut Progress,
}

impl<'a> Driver<'a> {
    /// A driver that knows everything its predecessors wrote down.
    ///
    /// # Errors
    /// When the local state cannot be read or made.
    pub fn new(start: Start<'a>) -> Result<Driver<'a>> {
        let root = start.repo.root().to_owned();
        let name = start.feature.folder_name();
        let home = journal::state_dir(&root, name);
        let (journal, history) = Journal::open::<Record>(&home.join("journal.jsonl"))?;
        for warning in &history.warnings {
            start.progress.warn(warning);
        }
        let mut state = State::default();
        for record in history.records {
            step(&mut state, record);
        }
        let branch = start.repo.branch()?;
        Ok(Driver {
            written: Written::read(&home)?,
            folder: start.feature.folder.clone(),
            feature: name.to_owned(),
            repo: Rc::new(start.repo),
            root,
            agents: start.agents,
            clock: start.clock,
            stop: start.stop,
            progress: start.progress,
            journal,
            state,
            parser: Parser::default(),
            kill: env::KillPoint::from_env(),
            unnamed: BTreeMap::new(),
            lanes: Lanes::default(),
            branch,
            config: start.lanes,
        })
    }

    /// Runs until the machine stops; how it stopped.
    ///
    /// # Errors
    /// When the system refuses something that the machine cannot decide about. The journal then
    /// holds all that was learnt, and the next run goes on from there.
    pub fn run(&mut self, options: Options) -> Result<ExitCode> {
        let ended = self.walk(options);
        if ended.is_err() {
            self.stop.at_once();
        }
        self.lanes.join();
        ended
    }

    fn walk(&mut self, options: Options) -> Result<ExitCode> {
        let mut effects = self.learn(0, Event::Started { options })?;
        loop {
            effects = match self.perform_all(effects)? {
                Next::Answer(lane, event) => self.learn(lane, *event)?,
                Next::Stop(mut stop) => {
                    if stop.reason == FEATURE_COMPLETE {
                        let (_, feature) = self.read()?;
                        stop.why.extend(branch::hand_in(&self.repo, &feature));
                        stop.why.extend(post_merge::open_issue(&self.root, &feature));
                    }
                    self.progress.stop(&stop);
                    return Ok(exit_code(stop.exit));
                }
                Next::Ended => {
                    self.progress.ended_at_once();
                    return Ok(ExitCode::Stopped);
                }
            }
        }
    }

    /// Writes `event` down, and only then lets the machine act on it.
    fn learn(&mut self, lane: u32, event: Event) -> Result<Vec<Effect>> {
        if self.stop.soon() && !self.state.stopping {
            self.record(0, Event::StopRequested)?;
        }
        self.record(lane, event)
    }

    fn record(&mut self, lane: u32, event: Event) -> Result<Vec<Effect>> {
        let record = Record { at: self.clock.now(), lane, event };
        if self.journal.put_back()? {
            self.written.save()?;
        }
        self.journal.append(&record)?;
        self.kill.pass();
        let effects = step(&mut self.state, record);
        self.progress.follow(&self.state);
        Ok(effects)
    }

    fn perform_all(&mut self, effects: Vec<Effect>) -> Result<Next> {
        for effect in effects {
            let next = self.perform(effect)?;
            self.kill.pass();
            if let Some(next) = next {
                return Ok(next);
            }
        }
        Ok(match self.next_from_lanes()? {
            Some((lane, event)) => Next::Answer(lane, Box::new(event)),
            None => Next::Ended,
        })
    }

    /// Performs one effect. An answer, or the end, when it was the last of its list.
    fn perform(&mut self, effect: Effect) -> Result<Option<Next>> {
        let question = match effect {
            Effect::Stop(stop) => return Ok(Some(Next::Stop(stop))),
            Effect::Say(say) => {
                self.progress.say(&say);
                return Ok(None);
            }
            Effect::SetKeys(set) => return self.done(|d| d.set_keys(set)),
            Effect::Append(append) => return self.done(|d| d.append(append)),
            Effect::Log { lines } => return self.done(|d| d.log(lines)),
            Effect::Brief { name, text } => return self.done(|d| d.keep_brief(&name, &text)),
            Effect::KeepBaseline => return self.done(Driver::keep_baseline),
            Effect::Tag { name } => return self.done(|d| d.repo.tag(&name)),
            Effect::WriteText { path, text } => return self.done(|d| d.write_text(&path, &text)),
            Effect::FinishRoadmap { feature } => return self.done(|d| d.finish_roadmap(&feature)),
            Effect::EndSession { unit, attempt } => return self.done(|d| d.end_session(&unit, attempt)),
            Effect::Lane { lane, question } => return self.done(|d| d.ask_lane(lane, *question)),
            question => question,
        };
        let answer = match self.answer(0, question)? {
            Answer::Now(event) => Some(*event),
            Answer::Work(work) => work.run()?,
        };
        Ok(Some(answer.map_or(Next::Ended, |event| Next::Answer(0, Box::new(event)))))
    }

    /// The answer to a question about what goes on in a lane (0 for the checkout itself), or the work
    /// that leads to it.
    fn answer(&mut self, lane: u32, question: Effect) -> Result<Answer> {
        let site = self.site(lane)?;
        let event = match question {
            Effect::RunChecks(checks) if checks.purpose == Purpose::Broad => {
                let site = self.broad_site()?;
                return Ok(Work::Checks(Box::new(self.check_work(&site, checks))).into());
            }
            Effect::RunChecks(checks) => {
                return Ok(Work::Checks(Box::new(self.check_work(&site, checks))).into());
            }
            Effect::RunSession(session) => {
                return Ok(Work::Session(Box::new(self.session_work(&site, *session)?)).into());
            }
            Effect::Wait { seconds, .. } => {
                let (stop, root) = (self.stop.clone(), self.root.clone());
                return Ok(Work::Wait(WaitWork { seconds, stop, root }).into());
            }
            Effect::Hold { unit, attempt } => self.hold(&site, &unit, attempt)?,
            Effect::Load => self.load()?,
            Effect::Open { unit, attempt, retained, work } if lane > 0 => {
                let retained = retained.or(self.base_of_work(&unit, work)?);
                return self.open_lane(&site, &unit, attempt, retained);
            }
            Effect::Open { unit, attempt, retained, work } => {
                self.open(&site, &unit, attempt, retained, work)?
            }
            Effect::Inspect { unit, attempt, base } => self.inspect(&site, &unit, attempt, &base)?,
            Effect::Settle { unit, attempt, base, retain } => {
                self.settle(&site, &unit, attempt, &base, retain)?
            }
            Effect::Integrate { unit, attempt, base, touched } => {
                self.integrate(&site, &unit, attempt, &base, &touched)?
            }
            Effect::Commit(commit) if lane > 0 => self.commit_from_lane(&site, &commit)?,
            Effect::Rewrite { unit, attempt, base } => self.rewrite(&site, &unit, attempt, &base)?,
            Effect::Draft { unit, attempt, file, id } => self.look_at_draft(&unit, attempt, &file, &id)?,
            Effect::PutBack { unit, attempt, base } => self.put_back(&site, &unit, attempt, &base)?,
            Effect::KnowTree => Event::TreeKnown { tree: self.tree_name(&site)? },
            Effect::Commit(commit) => self.commit(&commit)?,
            Effect::FindCommit { unit, base } if lane > 0 => self.find_landed(&unit, &base)?,
            Effect::FindCommit { unit, base } => self.find_commit(&unit, &base)?,
            Effect::JudgeClose { unit, gate } => self.judge_close(&unit, gate)?,
            Effect::JudgeArming { gate } => self.judge_arming(gate)?,
            other => return Err(Error::new(Kind::Usage, format!("this is no question: {other:?}"))),
        };
        Ok(Answer::Now(Box::new(event)))
    }

    fn done(&mut self, perform: impl FnOnce(&mut Self) -> Result<()>) -> Result<Option<Next>> {
        perform(self).map(|()| None)
    }

    /// The plan's files as they are in the checkout now.
    fn read(&mut self) -> Result<(Loaded, Feature)> {
        let site = self.site(0)?;
        self.read_in(&site)
    }

    /// The plan's files as they are now where an attempt works.
    fn read_in(&mut self, site: &Site) -> Result<(Loaded, Feature)> {
        let loaded = load::load_repository(&site.root, Features::One(&self.feature))?;
        let feature = self.parser.feature(&loaded.tree, &self.folder);
        Ok((loaded, feature))
    }

    fn load(&mut self) -> Result<Event> {
        self.forget_objects()?;
        let (_, feature) = self.read()?;
        let change = self.state.plan.change_to(&PlanView::of(&feature));
        Ok(Event::Loaded { change, stop_file: self.root.join(STOP_FILE).exists() })
    }

    fn judge_close(&mut self, _unit: &str, gate: u32) -> Result<Event> {
        let (_, feature) = self.read()?;
        Ok(Event::CloseJudged(specfuse_core::close::decide(&feature, gate)))
    }

    /// Where this feature's local state is kept.
    fn home(&self) -> PathBuf {
        journal::state_dir(&self.root, &self.feature)
    }

    /// What stands for the placeholders of shell commands.
    fn placeholders(&self) -> Vec<Placeholder> {
        vec![Placeholder {
            name: "feature_dir".into(),
            variable: "SPECFUSE_FEATURE_DIR".into(),
            value: self.folder.as_str().to_owned(),
        }]
    }

    /// The text that tells the processes of one attempt from all others.
    fn mark(&self, unit: &str, attempt: u32) -> String {
        format!("{}:{}:{unit}:{attempt}", self.root.display(), self.feature)
    }
}

/// What comes after a list of effects.
enum Next {
    /// The answer to its question, or to one of a lane.
    Answer(u32, Box<Event>),
    /// The run's end.
    Stop(Stop),
    /// The person ended it in the middle of a step, which the next run takes up again.
    Ended,
}

fn exit_code(exit: u8) -> ExitCode {
    match exit {
        0 => ExitCode::Complete,
        2 => ExitCode::Usage,
        _ => ExitCode::Stopped,
    }
}

/// A path in the tree as a path for git.
fn git_path(path: &RelPath) -> PathBuf {
    PathBuf::from(path.as_str())
}

/// A path of git as a path in the tree; `None` for names that no tree can hold.
fn tree_path(path: &Path) -> Option<RelPath> {
    RelPath::new(path.to_str()?).ok()
}
