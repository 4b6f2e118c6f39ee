//! Performs what the drive machine asks for and tells it what happened. Every event is in the
//! journal, on disk, before the machine acts on it; a driver that was killed replays the journal and
//! goes on. Nothing is decided here.

mod attempt;
mod checks;
mod commit;
pub mod dry_run;
mod files;
pub mod preflight;
mod prompts;
mod session;
pub(crate) mod written;

use crate::agent::Adapter;
use crate::env::{self, Clock};
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::journal::{self, Journal};
use crate::load::{self, Features, Loaded};
use crate::repo::Repo;
use crate::report::run::Progress;
use crate::shell::Placeholder;
use crate::signal;
use specfuse_core::drive::{Effect, Event, Options, PlanView, Record, State, Stop, step};
use specfuse_core::model::Feature;
use specfuse_core::parse::Parser;
use specfuse_core::path::RelPath;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use written::Written;

/// The file below `.specfuse/` that ends a run after the running step.
const STOP_FILE: &str = ".specfuse/STOP";

/// A driver at work on one feature. It holds the lock as long as it lives, through its caller.
pub struct Driver<'a> {
    repo: Repo,
    root: PathBuf,
    folder: RelPath,
    feature: String,
    adapter: Adapter,
    clock: Clock,
    stop: signal::Stop,
    progress: &'a mut Progress,
    journal: Journal,
    state: State,
    parser: Parser,
    written: Written,
    kill: env::KillPoint,
    /// What the session changed under names that no tree can hold.
    unnamed: BTreeSet<PathBuf>,
}

/// What a driver needs to begin.
pub struct Start<'a> {
    /// The repository, on the feature's branch.
    pub repo: Repo,
    /// The feature as it was checked.
    pub feature: &'a Feature,
    /// What runs sessions.
    pub adapter: Adapter,
    /// Tells the time.
    pub clock: Clock,
    /// What the person at the terminal asks for.
    pub stop: signal::Stop,
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
        Ok(Driver {
            written: Written::read(&home)?,
            folder: start.feature.folder.clone(),
            feature: name.to_owned(),
            repo: start.repo,
            root,
            adapter: start.adapter,
            clock: start.clock,
            stop: start.stop,
            progress: start.progress,
            journal,
            state,
            parser: Parser::default(),
            kill: env::KillPoint::from_env(),
            unnamed: BTreeSet::new(),
        })
    }

    /// Runs until the machine stops; how it stopped.
    ///
    /// # Errors
    /// When the system refuses something that the machine cannot decide about. The journal then
    /// holds all that was learnt, and the next run goes on from there.
    pub fn run(&mut self, options: Options) -> Result<ExitCode> {
        let mut effects = self.learn(Event::Started { options })?;
        loop {
            match self.perform_all(effects)? {
                Next::Answer(event) => effects = self.learn(*event)?,
                Next::Stop(stop) => {
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
    fn learn(&mut self, event: Event) -> Result<Vec<Effect>> {
        if self.stop.soon() && !self.state.stopping {
            self.record(Event::StopRequested)?;
        }
        self.record(event)
    }

    fn record(&mut self, event: Event) -> Result<Vec<Effect>> {
        let record = Record { at: self.clock.now(), lane: 0, event };
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
        Ok(Next::Ended)
    }

    /// Performs one effect. An answer, or the end, when it was the last of its list.
    fn perform(&mut self, effect: Effect) -> Result<Option<Next>> {
        let answer = match effect {
            Effect::Stop(stop) => return Ok(Some(Next::Stop(stop))),
            Effect::Say(say) => {
                self.progress.say(&say);
                return Ok(None);
            }
            Effect::SetKeys { path, keys } => return self.done(|d| d.set_keys(&path, &keys)),
            Effect::Append { path, marker, text } => return self.done(|d| d.append(&path, &marker, &text)),
            Effect::Log { lines } => return self.done(|d| d.log(lines)),
            Effect::Brief { name, text } => return self.done(|d| d.keep_brief(&name, &text)),
            Effect::FinishRoadmap { feature } => return self.done(|d| d.finish_roadmap(&feature)),
            Effect::EndSession { unit, attempt } => return self.done(|d| d.end_session(&unit, attempt)),
            Effect::Load => self.load()?,
            Effect::Open { unit, attempt, retained } => self.open(&unit, attempt, retained)?,
            Effect::RunChecks(checks) => match self.run_checks(&checks)? {
                Some(event) => event,
                None => return Ok(Some(Next::Ended)),
            },
            Effect::RunSession(session) => self.run_session(&session)?,
            Effect::Inspect { unit, attempt, base } => self.inspect(&unit, attempt, &base)?,
            Effect::Settle { unit, attempt, base, retain } => self.settle(&unit, attempt, &base, retain)?,
            Effect::Commit(commit) => self.commit(&commit)?,
            Effect::FindCommit { unit, base } => self.find_commit(&unit, &base)?,
            Effect::JudgeClose { unit, gate } => self.judge_close(&unit, gate)?,
            Effect::Lane { .. } => return Ok(None),
        };
        Ok(Some(Next::Answer(Box::new(answer))))
    }

    fn done(&mut self, perform: impl FnOnce(&mut Self) -> Result<()>) -> Result<Option<Next>> {
        perform(self).map(|()| None)
    }

    /// The plan's files as they are on disk now.
    fn read(&mut self) -> Result<(Loaded, Feature)> {
        let loaded = load::load_repository(&self.root, Features::One(&self.feature))?;
        let feature = self.parser.feature(&loaded.tree, &self.folder);
        Ok((loaded, feature))
    }

    fn load(&mut self) -> Result<Event> {
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
    /// The answer to its question.
    Answer(Box<Event>),
    /// The run's end.
    Stop(Stop),
    /// The person ended it in the middle of a step, which the next run takes up again.
    Ended,
}

fn exit_code(exit: u8) -> ExitCode {
    match exit {
        0 => ExitCode::Complete,
        2 => ExitCode::Usage,
        3 => ExitCode::Restart,
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
