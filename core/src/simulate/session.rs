//! What a scripted session does to the tree and says of it: the same whether a simulated world plays it
//! or a program that stands in for an agent.

use super::sketch::{UnitSketch, deliverable, unit_text};
use super::world::differing;
use crate::drive::ResultBlock;
use crate::drive::event::Usage;
use crate::drive::result_block::{BlockedNext, ResultStatus};
use crate::edit::{self, NewUnit, Value};
use crate::model::gate::review_name;
use crate::model::id::short;
use crate::model::status::{UnitStatus, UnitType};
use crate::model::{Feature, Unit};
use crate::parse;
use crate::path::RelPath;
use crate::schema::FileKind;
use crate::tree::Tree;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a session goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Play {
    /// It does its job; a close says that the verdict is met.
    #[default]
    Works,
    /// It does its job and breaks a check, in this of several ways.
    Breaks(u8),
    /// A close says that the verdict is not met; any other does its job.
    NotMet,
    /// It does its job; where it says that the verdict is met, the judge says that it is not.
    Overruled,
    /// It does its job; where it says that the verdict is met, the judge says nothing that can be read.
    Unheard,
    /// It changes nothing.
    Idle,
    /// It does its job and says that it changed what it did not.
    Claims,
    /// It works beside its job: nothing it was to produce is there.
    Strays,
    /// It changes what verifies it.
    Tampers,
    /// It does its job and leaves what the repository's hook rejects.
    Rejected,
    /// It says that it cannot go on.
    Blocks,
    /// It says that it cannot go on, and drafts a unit that clears its way.
    Drafts,
    /// It ends with exit code 1 in the midst of its work.
    Crashes,
    /// It uses no token.
    Nothing,
    /// It runs into its time limit in the midst of its work.
    TimesOut,
    /// It cannot be started.
    Missing,
    /// The person ends it in the midst of its work.
    Ended,
    /// It reaches a limit of use in the midst of its work.
    Limited,
    /// The service behind it has too much to do.
    Overloaded,
    /// It cannot begin.
    NotNow,
    /// Nobody is signed in.
    Unauthorised,
    /// It outgrows what the model can read, in the midst of its work.
    Exhausted,
    /// It is refused what it needs.
    Refused,
}

/// A session of a script: how it goes and what it costs.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Turn {
    /// How it goes.
    pub play: Play,
    /// What it costs in US dollars; `None` when the agent does not say.
    pub cost_usd: Option<f64>,
}

impl Default for Turn {
    fn default() -> Turn {
        Turn { play: Play::Works, cost_usd: Some(0.25) }
    }
}

/// The sessions of each unit (by the last part of its id) in order; after them all goes well.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Script {
    /// The turns.
    pub turns: BTreeMap<String, Vec<Turn>>,
}

impl Script {
    /// The turn of the session that comes after `before` others of the unit.
    pub fn turn(&self, unit: &str, before: usize) -> Turn {
        self.turns.get(short(unit)).and_then(|turns| turns.get(before)).copied().unwrap_or_default()
    }

    /// Whether a session plays that.
    pub fn has(&self, play: Play) -> bool {
        self.turns.values().flatten().any(|turn| turn.play == play)
    }
}

/// What a session leaves and says.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Played {
    /// The files it writes, in order.
    pub files: Vec<(RelPath, String)>,
    /// What it says of itself at the end.
    pub result: Option<ResultBlock>,
    /// What it used.
    pub usage: Usage,
}

/// The name of the file that a repository's hook rejects.
pub const REJECTED: &str = "rejected.txt";

/// What the session of attempt `attempt` at `unit` does to `tree`, of which `feature` was read.
pub fn played(tree: &Tree, feature: &Feature, unit: &Unit, attempt: u32, turn: Turn) -> Played {
    let mut stage = Stage { tree, feature, unit, attempt, files: Vec::new() };
    let name = unit.short_id();
    let mut claims = stage.act(turn.play);
    if turn.play == Play::Claims {
        claims.push("LICENSE".to_owned());
    }
    let fix = stage.drafted().filter(|_| turn.play == Play::Drafts);
    let blocked = matches!(turn.play, Play::Blocks | Play::Drafts);
    let result = ResultBlock {
        status: Some(if blocked { ResultStatus::Blocked } else { ResultStatus::Complete }),
        summary: format!("attempt {attempt} at {name}"),
        files_changed: claims,
        blocked_reason: blocked.then(|| "the criteria contradict each other".to_owned()),
        blocked_next: fix.map(|fix| BlockedNext {
            kind: "fix_unit".to_owned(),
            file: format!("WU-{}.md", fix.name),
            id: fix.id(),
        }),
        ..ResultBlock::default()
    };
    let usage = usage(turn.cost_usd, if turn.play == Play::Nothing { 0 } else { 1000 });
    Played { files: stage.files, result: Some(result), usage }
}

impl Played {
    /// The session's last words, with the RESULT block.
    pub fn text(&self) -> String {
        let Some(result) = &self.result else { return String::new() };
        let status = if result.status == Some(ResultStatus::Blocked) { "blocked" } else { "complete" };
        let mut more = String::new();
        if let Some(why) = &result.blocked_reason {
            more = format!("blocked_reason: {why}\n");
        }
        if let Some(BlockedNext { kind, file, id }) = &result.blocked_next {
            more += &format!("blocked_next:\n  kind: {kind}\n  file: {file}\n  id: {id}\n");
        }
        let (summary, files) = (&result.summary, result.files_changed.join(", "));
        format!("```result\nstatus: {status}\n{more}summary: {summary}\nfiles_changed: [{files}]\n```\n")
    }
}

/// What a session used that read so many tokens.
pub(super) fn usage(cost_usd: Option<f64>, tokens: u64) -> Usage {
    Usage { cost_usd, input_tokens: Some(tokens), output_tokens: Some(tokens / 4), ..Usage::default() }
}

/// A file that `pattern`, an entry of `produces`, names; where it leaves a choice, `name` is in it.
fn file_for(pattern: &str, name: &str) -> String {
    let pattern = pattern.trim().trim_start_matches("./");
    let parts = pattern.trim_end_matches('/').split('/').filter(|part| *part != "**");
    let mut file: Vec<String> =
        parts.map(|part| part.replace("**", "*").replace('*', name).replace('?', "x")).collect();
    if file.is_empty() || pattern.ends_with('/') || pattern.ends_with("/**") {
        file.push(format!("{name}.txt"));
    }
    file.join("/")
}

struct Stage<'a> {
    tree: &'a Tree,
    feature: &'a Feature,
    unit: &'a Unit,
    attempt: u32,
    files: Vec<(RelPath, String)>,
}

impl Stage<'_> {
    /// Does what the play says; the files it will say it changed.
    fn act(&mut self, play: Play) -> Vec<String> {
        let name = self.unit.short_id();
        match play {
            Play::Idle
            | Play::Nothing
            | Play::Blocks
            | Play::Missing
            | Play::Overloaded
            | Play::NotNow
            | Play::Unauthorised
            | Play::Refused => return Vec::new(),
            Play::Drafts => {
                if let Some(fix) = self.drafted() {
                    self.write_own(&format!("WU-{}.md", fix.name), unit_text(&fix));
                    self.write(&format!("src/beside-{name}.txt"), self.line());
                }
                return Vec::new();
            }
            Play::Strays => self.write(&format!("src/beside-{name}.txt"), self.line()),
            Play::Tampers => {
                let path = ".specfuse/verification.yml";
                let old = RelPath::new(path).ok().and_then(|path| self.tree.text(&path).cloned());
                self.write(path, format!("{}# Made easier.\n", old.unwrap_or_default()));
            }
            _ => self.job(play),
        }
        match play {
            Play::Breaks(kind) => {
                self.write(&deliverable(name), format!("{}fail test_{kind}\n", self.line()));
                self.write(&format!("src/left-{name}-{}.txt", self.attempt), self.line());
            }
            Play::Rejected => self.write(REJECTED, self.line()),
            _ => {}
        }
        let mut names: Vec<String> = self.files.iter().map(|(path, _)| path.to_string()).collect();
        names.dedup();
        names
    }

    /// The unit that clears the way of one that does work: the first of its hygiene units that is not there.
    fn drafted(&self) -> Option<UnitSketch> {
        let name = self.unit.short_id();
        if self.unit.kind() != Some(UnitType::Implementation) || name.contains('H') {
            return None;
        }
        let names = std::iter::once(format!("{name}H")).chain((1..).map(|number| format!("{name}H{number}")));
        let free = |id: &String| self.feature.units.iter().all(|unit| unit.short_id() != id);
        let new = |name: String| UnitSketch {
            status: UnitStatus::Draft,
            ..UnitSketch::new(&name, UnitType::Implementation)
        };
        names.take(9).find(free).map(new)
    }

    fn line(&self) -> String {
        format!("{} attempt {}\n", self.unit.short_id(), self.attempt)
    }

    fn write(&mut self, path: &str, text: String) {
        if let Ok(path) = RelPath::new(path) {
            self.files.retain(|(known, _)| *known != path);
            self.files.push((path, text));
        }
    }

    fn job(&mut self, play: Play) {
        match self.unit.kind() {
            Some(UnitType::PlanNext) => self.review(),
            Some(kind) if kind.is_close() => self.close(play == Play::NotMet),
            _ => {
                for path in self.deliverables() {
                    self.write(&path, self.line());
                }
            }
        }
    }

    /// What the unit says that it produces, or else a file of its name.
    fn deliverables(&self) -> Vec<String> {
        let name = self.unit.short_id();
        let listed = self.unit.file.iter().flat_map(|file| &file.produces);
        let files: Vec<String> = listed.map(|pattern| file_for(&pattern.value, name)).collect();
        if files.is_empty() { vec![deliverable(name)] } else { files }
    }

    fn review(&mut self) {
        let number = self.feature.gates.get(self.unit.gate).map_or(0, |gate| gate.number);
        let text = format!("---\ngate: {}\n---\n\n# Review\n\n{}", number + 1, self.line());
        self.write_own(&review_name(number + 1), text);
        if self.feature.gates.get(self.unit.gate + 1).is_some_and(|gate| gate.is_undrafted()) {
            self.draft(self.unit.gate + 1);
        }
    }

    /// A gate without units gets one and its close.
    fn draft(&mut self, gate: usize) {
        let mut tree = self.tree.clone();
        let last = self.feature.is_terminal(gate);
        let close =
            if last { &[UnitType::Close][..] } else { &[UnitType::CloseIntermediate, UnitType::PlanNext] };
        for kind in [&[UnitType::Implementation], close].concat() {
            let feature = parse::feature(&tree, &self.feature.folder);
            let title = format!("A unit for {kind}");
            let new = NewUnit { title, kind, depends_on: Vec::new(), position: None };
            let drafted = edit::add_unit(&tree, &feature, gate, &new).ok();
            tree = drafted.and_then(|edits| edits.apply(&tree).ok()).unwrap_or(tree);
        }
        for path in differing(self.tree, &tree) {
            self.files.extend(tree.text(&path).map(|text| (path.clone(), text.to_string())));
        }
    }

    fn close(&mut self, not_met: bool) {
        let number = self.feature.gates.get(self.unit.gate).map_or(0, |gate| gate.number);
        let told = self.own("RETROSPECTIVE.md");
        let text = format!(
            "{}\n\n# Gate {number}, looked back at\n\n{}Nothing generalizes.\n\n## Cost analysis\n\nFine.\n\n\
             ### Failure-class breakdown\n\nSome.\n\n### feature_oracle: PASS\n",
            told.trim_end(),
            self.line()
        );
        self.write_own("RETROSPECTIVE.md", text.trim_start().to_owned());
        if not_met {
            self.write_own("FOLLOW-UPS.md", "# Follow-ups\n\n- One thing more.\n".to_owned());
        }
        let (Ok(path), true) = (&self.unit.path, self.unit.kind() == Some(UnitType::Close)) else { return };
        let word = if not_met { "not_met" } else { "met" };
        let old = self.tree.text(path).cloned().unwrap_or_default();
        if let Ok(text) = edit::with_key(FileKind::Unit, &old, &["verdict"], &Value::Text(word.into())) {
            self.files.push((path.clone(), text));
        }
    }

    fn own(&self, name: &str) -> String {
        let path = self.feature.folder.join(name).ok();
        path.and_then(|path| self.tree.text(&path).map(|text| text.to_string())).unwrap_or_default()
    }

    fn write_own(&mut self, name: &str, text: String) {
        if let Ok(path) = self.feature.folder.join(name) {
            self.files.push((path, text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::file_for;
    use crate::drive::guards::matches;

    #[test]
    fn a_pattern_is_met_by_the_file_that_is_made_for_it() {
        for (pattern, file) in [
            ("src/a.rs", "src/a.rs"),
            ("./src/*.rs", "src/T01.rs"),
            ("src/**/test_?.py", "src/test_x.py"),
            ("docs/", "docs/T01.txt"),
            ("docs/**", "docs/T01.txt"),
            ("**", "T01.txt"),
            ("a*b*c", "aT01bT01c"),
        ] {
            assert_eq!(file_for(pattern, "T01"), file);
            assert!(matches(pattern, file), "{pattern}");
        }
    }
}
