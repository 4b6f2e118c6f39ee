//! A world in memory that performs what the machine asks for: files in a tree, commits and saved trees as
//! values, sessions by a script. It keeps to what [`crate::drive`] says of each effect, as the program does.

use super::session::{self, Play, Played, REJECTED, Script, Turn};
use crate::close::{self, requirements};
use crate::drive::failure::{self, Ended, Failure};
use crate::drive::fix_unit;
use crate::drive::judge::Judgement;
use crate::drive::ledger::{self, Ledger, Trees};
use crate::drive::{
    Base, CheckResult, CheckVerdict, CheckView, Checks, Commit, Content, Effect, Event, Integration,
    PlanView, Role, Session, SessionEnd, SessionReport, SetKeys, TreeFacts, books, guards,
};
use crate::fix::Edits;
use crate::lint::Facts;
use crate::model::Feature;
use crate::model::status::Verdict;
use crate::ordered;
use crate::parse::Parser;
use crate::path::RelPath;
use crate::tree::{Entry, Tree};
use std::collections::{BTreeMap, BTreeSet};

/// A commit that was made.
#[derive(Clone, PartialEq, Debug)]
pub struct Made {
    /// Its first line.
    pub subject: String,
    /// The unit that its trailer names; the feature for the driver's own.
    pub about: String,
    /// All files after it.
    pub tree: Tree,
}

/// The world.
#[derive(Debug)]
pub struct World {
    /// The files as they are.
    pub tree: Tree,
    /// The commits, oldest first; the first is what the run began with.
    pub history: Vec<Made>,
    /// Trees kept under a name: what attempts started from, and what failed ones left.
    pub saved: BTreeMap<String, Tree>,
    /// What the driver wrote and did not commit.
    pub written: Ledger,
    /// Every session that was started: unit, attempt, role.
    pub sessions: Vec<(String, u32, Role)>,
    /// Every file a session wrote, with its text.
    pub works: Vec<(RelPath, String)>,
    /// What a person was told at each escalation, by the name of its file.
    pub briefs: BTreeMap<String, String>,
    /// How the sessions go.
    pub script: Script,
    /// How many commits of the driver's own are refused, counted down.
    pub refusals: u32,
    folder: RelPath,
    parser: Parser,
    concluded: Vec<String>,
    /// What attempts left in the tree for the next one, by the name of the tree they started from.
    retained: BTreeMap<String, Tree>,
}

impl World {
    /// A world with these files, all committed, in which the feature in `folder` is run.
    pub fn new(tree: Tree, folder: RelPath, script: Script) -> World {
        let start = Made { subject: "Start".into(), about: String::new(), tree: tree.clone() };
        World {
            tree,
            history: vec![start],
            saved: BTreeMap::new(),
            written: Ledger::default(),
            sessions: Vec::new(),
            works: Vec::new(),
            briefs: BTreeMap::new(),
            script,
            refusals: 0,
            folder,
            parser: Parser::default(),
            concluded: Vec::new(),
            retained: BTreeMap::new(),
        }
    }

    /// The feature as its files say.
    pub fn feature(&mut self) -> Feature {
        self.parser.feature(&self.tree, &self.folder)
    }

    /// Where the feature lies.
    pub fn folder(&self) -> &RelPath {
        &self.folder
    }

    /// The files as the last commit has them.
    pub fn committed(&self) -> &Tree {
        &self.history[self.history.len() - 1].tree
    }

    /// A person's edits, written and committed.
    pub fn person(&mut self, edits: &Edits, subject: &str) {
        let Ok(tree) = edits.apply(&self.tree) else { return };
        self.tree = tree;
        let mut committed = self.committed().clone();
        edits.iter().for_each(|(path, _)| copy(&self.tree, &mut committed, path));
        self.history.push(Made { subject: subject.to_owned(), about: String::new(), tree: committed });
    }

    /// The driver has written down how a session of `unit` ended: its turn is over.
    pub fn conclude(&mut self, unit: &str) {
        self.concluded.push(unit.to_owned());
    }

    /// How many sessions of `unit` are over.
    fn concluded(&self, unit: &str) -> usize {
        self.concluded.iter().filter(|one| *one == unit).count()
    }

    /// Performs one effect; the answer, when it is a question. `view` is what the machine knows of the plan.
    pub fn perform(&mut self, effect: &Effect, view: &PlanView) -> Option<Event> {
        match effect {
            Effect::Say(_) | Effect::EndSession { .. } | Effect::Stop(_) => None,
            Effect::SetKeys(set) => {
                self.written.note(ledger::Entry::Keys(set.clone()));
                let SetKeys { path, keys } = set;
                let before = self.tree.text(path).cloned();
                let after = books::with_keys(path, before.as_deref(), keys).ok().flatten();
                self.write(path, after);
                None
            }
            Effect::Append(append) => {
                self.written.note(ledger::Entry::Append(append.clone()));
                let before = self.tree.text(&append.path).cloned();
                let after = books::with_appended(before.as_deref(), &append.marker, &append.text);
                self.write(&append.path, after);
                None
            }
            Effect::Log { lines } => {
                let path = self.log_path();
                let old = self.tree.text(&path).cloned().unwrap_or_default();
                let new = books::new_lines(old.as_bytes(), lines.clone());
                let text = new.iter().fold(old.to_string(), |text, line| text + line + "\n");
                self.written.note(ledger::Entry::Whole { path: path.clone() });
                self.write(&path, Some(text).filter(|_| !new.is_empty()));
                None
            }
            Effect::Brief { name, text } => {
                self.briefs.insert(name.clone(), text.clone());
                None
            }
            Effect::KeepBaseline | Effect::Tag { .. } => None,
            Effect::FinishRoadmap { feature } => {
                self.written.note(ledger::Entry::Roadmap { feature: feature.clone() });
                for edits in books::FINISH_ROADMAP {
                    if let Ok(after) = edits(&self.tree, feature).apply(&self.tree) {
                        self.tree = after;
                    }
                }
                None
            }
            Effect::Load => {
                let feature = self.feature();
                let change = view.change_to(&PlanView::of(&feature));
                Some(Event::Loaded { change, stop_file: false })
            }
            // Units of this world do not iterate: no earlier work is asked for.
            Effect::Open { retained, .. } => Some(self.open(retained.as_ref())),
            Effect::RunChecks(checks) => Some(self.run_checks(checks)),
            Effect::RunSession(session) if session.role == Role::Judge => Some(self.run_judge(session)),
            Effect::RunSession(session) => Some(self.run_session(session)),
            Effect::Wait { seconds, .. } => Some(Event::Waited { seconds: *seconds, stopped: false }),
            // No session of a simulation audits, so nothing ever changed.
            Effect::Hold { .. } => Some(Event::Held { dropped: Vec::new() }),
            Effect::Inspect { unit, base, .. } => Some(self.inspect(unit, base, view)),
            Effect::Settle { unit, attempt, base, retain } => {
                Some(self.settle(&format!("{unit}/{attempt}"), base, *retain))
            }
            Effect::Integrate { base, touched, .. } => {
                let (base, touched) = (base.clone(), touched.clone());
                Some(Event::Integrated(Integration::Fits { base, touched }))
            }
            // Checks leave nothing in this tree.
            Effect::PutBack { .. } => Some(Event::PutBack),
            // No plan of this world lets its units be rewritten, and no checks of it have narrow commands.
            Effect::WriteText { path, text } => {
                self.written.note(ledger::Entry::Body { path: path.clone(), text: text.clone() });
                self.write(path, Some(text.clone()));
                None
            }
            Effect::Draft { unit, attempt, file, id } => Some(self.look_at_draft(unit, *attempt, file, id)),
            Effect::Rewrite { .. } => Some(Event::Rewritten { text: None, why: "unchanged".into() }),
            Effect::KnowTree => Some(Event::TreeKnown { tree: self.tree_name() }),
            Effect::Commit(commit) => Some(self.commit(commit)),
            Effect::FindCommit { unit, base } => {
                let since = base.head.parse().unwrap_or(0);
                let made = (since..self.history.len()).find(|at| self.history[*at].about == *unit);
                if made.is_some() {
                    self.written.clear();
                }
                Some(Event::CommitFound { commit: made.map(|at| at.to_string()) })
            }
            Effect::Lane { question, .. } => self.perform(question, view),
            Effect::JudgeClose { gate, .. } => {
                Some(Event::CloseJudged(close::decide(&self.feature(), *gate)))
            }
            Effect::JudgeArming { gate } => {
                Some(Event::ArmingJudged(close::arming::evaluate(&self.feature(), None, *gate, &[])))
            }
        }
    }

    /// Performs one effect as far as a driver gets that is killed in the midst of it.
    pub fn perform_half(&mut self, effect: &Effect, view: &PlanView) {
        match effect {
            Effect::RunSession(session) if session.role == Role::Work => {
                let played = self.begin(session).0;
                let half = played.files.len().div_ceil(2);
                self.leave(&played.files[..half]);
            }
            Effect::Settle { unit, attempt, .. } => {
                let tree = self.tree.clone();
                self.saved.entry(format!("{unit}/{attempt}")).or_insert(tree);
            }
            Effect::Commit(_) => {
                let written = self.written.clone();
                self.perform(effect, view);
                self.written = written;
            }
            _ => {}
        }
    }

    fn log_path(&self) -> RelPath {
        self.folder.join("events.jsonl").unwrap_or_else(|_| self.folder.clone())
    }

    fn write(&mut self, path: &RelPath, text: Option<String>) {
        if let Some(text) = text {
            self.tree.insert_text(path.clone(), text);
        }
    }

    fn save(&mut self, kind: &str, tree: Tree) -> String {
        let name = format!("{kind}-{}", self.saved.len());
        self.saved.insert(name.clone(), tree);
        name
    }

    fn open(&mut self, retained: Option<&Base>) -> Event {
        let tree = self.save("start", self.tree.clone());
        let origin = retained.map(|base| self.origin_again(base));
        let origin = origin.map(|origin| self.save("origin", origin));
        Event::Opened { base: Base { head: self.history.len().to_string(), tree, origin, work: None } }
    }

    /// The files without the work that `base` says is there: what that attempt changed is as it was before it,
    /// or as it was committed since; all else is as it stands.
    fn origin_again(&self, base: &Base) -> Tree {
        let earlier = self.origin(base);
        let began = base.head.parse::<usize>().ok().and_then(|head| self.history.get(head.checked_sub(1)?));
        let committed_then = began.map(|made| made.tree.clone()).unwrap_or_default();
        let committed = self.committed();
        let own = self.written.standing(&self.tree);
        let trees =
            Trees { committed_then: &committed_then, earlier: &earlier, committed, files: &self.tree };
        let texts = own.origin(&trees);
        let mut origin = self.tree.clone();
        for path in differing(&earlier, self.retained.get(&base.tree).unwrap_or(&self.tree)) {
            let was_edited = committed_then.get(&path) != earlier.get(&path);
            let from = match was_edited && committed_then.get(&path) == committed.get(&path) {
                _ if own.has(&path) => &texts,
                true => &earlier,
                false => committed,
            };
            copy(from, &mut origin, &path);
        }
        copy(&self.tree, &mut origin, &self.log_path());
        origin
    }

    fn origin(&self, base: &Base) -> Tree {
        let name = base.origin.as_ref().unwrap_or(&base.tree);
        self.saved.get(name).cloned().unwrap_or_default()
    }

    fn run_checks(&self, checks: &Checks) -> Event {
        let mut passed = BTreeSet::new();
        let mut results = Vec::new();
        for check in &checks.checks {
            let missing = check.needs.iter().find(|need| !passed.contains(*need));
            let (verdict, output) = match missing {
                Some(need) => (CheckVerdict::Skipped(need.clone()), String::new()),
                None => self.check(check),
            };
            if verdict == CheckVerdict::Passed {
                passed.insert(check.name.clone());
            }
            let findings = failure::findings(&output);
            results.push(CheckResult {
                name: check.name.clone(),
                verdict,
                duration_seconds: 0.5,
                output,
                findings,
            });
        }
        Event::ChecksRan { results }
    }

    /// A check is red when its command says so, or when a file of the tree does.
    fn check(&self, check: &CheckView) -> (CheckVerdict, String) {
        if let Some(words) = check.command.strip_prefix("echo ") {
            return (CheckVerdict::Passed, words.to_owned());
        }
        let says = match check.command.as_str() {
            "true" => String::new(),
            "false" => "It is false.\n".to_owned(),
            _ => failing(&self.tree),
        };
        if says.is_empty() {
            return (CheckVerdict::Passed, says);
        }
        (CheckVerdict::Failed(Failure::read(&says, Ended::Exit(1))), says)
    }

    /// A session starts: what it will do.
    fn begin(&mut self, session: &Session) -> (Played, Turn) {
        self.sessions.push((session.unit.clone(), session.attempt, session.role));
        let before = self.concluded(&session.unit);
        let turn = self.script.turn(&session.unit, before);
        let feature = self.feature();
        let played = feature
            .find_unit(&session.unit)
            .map(|unit| session::played(&self.tree, &feature, &feature.units[unit], session.attempt, turn));
        (played.unwrap_or_default(), turn)
    }

    fn leave(&mut self, files: &[(RelPath, String)]) {
        for (path, text) in files {
            self.tree.insert_text(path.clone(), text.as_str());
            self.works.push((path.clone(), text.clone()));
        }
    }

    /// The judge says what the turn of the session before it has in store.
    fn run_judge(&mut self, session: &Session) -> Event {
        self.sessions.push((session.unit.clone(), session.attempt, session.role));
        let before = self.concluded(&session.unit);
        let verdict = match self.script.turn(&session.unit, before.saturating_sub(1)).play {
            Play::Overruled => Some(Verdict::NotMet),
            Play::Unheard => None,
            _ => Some(Verdict::Met),
        };
        let judged =
            |verdict| Judgement { verdict, reasons: vec!["it is so".into()], follow_ups: Vec::new() };
        let usage = session::usage(Some(0.125), 500);
        Event::SessionEnded(SessionReport {
            judgement: verdict.map(judged),
            usage,
            duration_seconds: 1.0,
            ..SessionReport::default()
        })
    }

    fn run_session(&mut self, session: &Session) -> Event {
        let (played, turn) = self.begin(session);
        let (end, share) = match turn.play {
            Play::Crashes => (SessionEnd::Failed("the agent ended with exit code 1".into()), 1),
            Play::TimesOut => (SessionEnd::TimedOut, 1),
            Play::Ended => (SessionEnd::Interrupted, 1),
            Play::Missing => (SessionEnd::Unavailable("no such program".into()), 0),
            Play::Limited => (limited(), 1),
            Play::Overloaded => (SessionEnd::Overloaded("too much to do".into()), 0),
            Play::NotNow => (SessionEnd::NotNow("not now".into()), 0),
            Play::Unauthorised => (SessionEnd::Unauthorised("nobody is signed in".into()), 0),
            Play::Exhausted => (SessionEnd::ContextExhausted("too long to read".into()), 1),
            Play::Refused => (SessionEnd::Refused("it may not write".into()), 0),
            _ => (SessionEnd::Finished, 2),
        };
        self.leave(&played.files[..played.files.len() * share / 2]);
        let result = played.result.filter(|_| end == SessionEnd::Finished);
        let usage = if end == SessionEnd::Finished { played.usage } else { Default::default() };
        Event::SessionEnded(SessionReport {
            end,
            result,
            usage,
            duration_seconds: 2.0,
            judgement: None,
            audit: None,
        })
    }

    /// Whether the fix unit that a session drafted may go in.
    fn look_at_draft(&mut self, unit: &str, attempt: u32, file: &str, id: &str) -> Event {
        let kept = self.saved.get(&format!("{unit}/{attempt}"));
        let path = fix_unit::path(&self.folder, file);
        let text = path.and_then(|path| kept?.text(&path).cloned());
        let draft = fix_unit::Draft { blocked: unit, file, id, text: text.as_deref() };
        let feature = self.feature();
        match fix_unit::insert(&self.tree, &feature, &Facts::default(), &draft) {
            Ok(files) => Event::Drafted { files, why: String::new() },
            Err(why) => Event::Drafted { files: Vec::new(), why },
        }
    }

    fn inspect(&mut self, unit: &str, base: &Base, view: &PlanView) -> Event {
        let before = self.origin(base);
        self.put_back_log(base);
        let touched = self.touched(&before);
        let feature = self.feature();
        let found = feature.find_unit(unit).map(|at| &feature.units[at]);
        let gate = view.gate_of(unit).and_then(|at| view.gates.get(at)).map_or(0, |gate| gate.number);
        let unit = view.units.get(unit);
        let sizes: Vec<(RelPath, u64)> =
            self.tree.iter().filter_map(|(path, entry)| Some((path.clone(), size(entry)?))).collect();
        let files = sizes.iter().map(|(path, size)| (path, *size));
        let closing = found.filter(|unit| unit.is_closing());
        Event::Inspected(TreeFacts {
            produced: unit.map(|unit| guards::produced(&unit.produces, files, &touched)).unwrap_or_default(),
            tampered: unit
                .map(|unit| guards::tampering(&before, &self.tree, &self.folder, unit, gate))
                .unwrap_or_default(),
            unmet: closing
                .map(|unit| requirements::unmet(&before, &self.tree, &feature, unit, &touched))
                .unwrap_or_default(),
            verdict: found.and_then(|unit| unit.file.as_ref()?.verdict.get().copied()),
            touched,
            ..TreeFacts::default()
        })
    }

    /// The paths that differ from `before`, the log aside.
    fn touched(&self, before: &Tree) -> Vec<RelPath> {
        let log = self.log_path();
        differing(before, &self.tree).into_iter().filter(|path| *path != log).collect()
    }

    fn put_back_log(&mut self, base: &Base) {
        let log = self.log_path();
        if let Some(start) = self.saved.get(&base.tree) {
            copy(start, &mut self.tree, &log);
        }
    }

    fn settle(&mut self, name: &str, base: &Base, retain: bool) -> Event {
        if base.tree.is_empty() {
            return Event::Settled { snapshot: None, tree: None };
        }
        let before = self.origin(base);
        let touched = self.touched(&before);
        if retain {
            self.retained.insert(base.tree.clone(), self.tree.clone());
        }
        if touched.is_empty() {
            self.put_back_log(base);
            let snapshot = self.saved.contains_key(name).then(|| name.to_owned());
            return Event::Settled { snapshot, tree: Some(self.tree_name()) };
        }
        let tree = self.tree.clone();
        self.saved.entry(name.to_owned()).or_insert(tree);
        if !retain {
            touched.iter().for_each(|path| copy(&before, &mut self.tree, path));
        }
        self.put_back_log(base);
        Event::Settled { snapshot: Some(name.to_owned()), tree: Some(self.tree_name()) }
    }

    /// The name of what stands in the tree, the feature's own folder aside.
    fn tree_name(&self) -> String {
        let outside = self.tree.iter().filter(|(path, _)| path.below(&self.folder).is_none());
        let texts = outside.filter_map(|(path, _)| Some((path, self.tree.text(path)?)));
        let bytes =
            texts.flat_map(|(path, text)| path.as_str().bytes().chain([0]).chain(text.bytes()).chain([0]));
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        format!("{hash:016x}")
    }

    fn commit(&mut self, commit: &Commit) -> Event {
        let own = self.written.words(self.committed(), &self.tree);
        let mut tree = self.committed().clone();
        for path in self.written.paths() {
            copy(if self.written.is_whole(&path) { &self.tree } else { &own }, &mut tree, &path);
        }
        match &commit.content {
            Content::Unit { touched, .. } => {
                if touched.iter().any(|path| path.as_str() == REJECTED) {
                    return Event::CommitRefused { reason: format!("the hook rejects {REJECTED}") };
                }
                touched.iter().for_each(|path| copy(&self.tree, &mut tree, path));
            }
            Content::Bookkeeping if self.refusals > 0 => {
                self.refusals -= 1;
                return Event::CommitRefused { reason: "the hook rejects it".into() };
            }
            Content::Bookkeeping => {}
        }
        let is_new = tree != *self.committed();
        if is_new {
            let about = commit.trailers.get("Feature").cloned().unwrap_or_default();
            self.history.push(Made { subject: commit.subject.clone(), about, tree });
        }
        self.written.clear();
        Event::Committed { commit: is_new.then(|| self.history.len().to_string()) }
    }
}

fn limited() -> SessionEnd {
    SessionEnd::RateLimited { cause: "a limit was reached".into(), wait_seconds: Some(60.0) }
}

/// What the checks of a tree print: the lines of its files that say that something fails.
pub fn failing(tree: &Tree) -> String {
    let texts = tree.iter().filter(|(path, _)| path.as_str().starts_with("src/"));
    let lines = texts.filter_map(|(_, entry)| match entry {
        Entry::Text(text) => Some(text.lines().filter(|line| line.starts_with("fail "))),
        Entry::Opaque(_) => None,
    });
    lines.flatten().map(|line| format!("{line}\n")).collect()
}

/// The paths at which two trees differ, sorted.
pub fn differing(a: &Tree, b: &Tree) -> Vec<RelPath> {
    let one = a.iter().filter(|(path, entry)| b.get(path) != Some(entry)).map(|(path, _)| path.clone());
    let other = b.iter().filter(|(path, _)| a.get(path).is_none()).map(|(path, _)| path.clone());
    ordered::set(one.chain(other)).into_iter().collect()
}

fn copy(from: &Tree, to: &mut Tree, path: &RelPath) {
    match from.get(path) {
        Some(entry) => to.insert(path.clone(), entry.clone()),
        None => to.remove(path),
    }
}

fn size(entry: &Entry) -> Option<u64> {
    match entry {
        Entry::Text(text) => Some(text.len() as u64),
        Entry::Opaque(_) => None,
    }
}
