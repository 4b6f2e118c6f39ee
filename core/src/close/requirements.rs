//! What a closing session must leave behind: one table, read by the guard after the session, by lint
//! (does the unit's text name it?), by the prompt and by the skeleton made before the session.

use super::skeleton;
use crate::markdown::{Heading, Markdown, lines};
use crate::model::gate::review_name;
use crate::model::status::{UnitStatus, UnitType, Verdict};
use crate::model::{Feature, Unit};
use crate::path::RelPath;
use crate::span::Span;
use crate::tree::Tree;

/// When a requirement applies, beside the unit's type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// Always.
    Always,
    /// The verdict is `met`, and a unit of the feature cost more or less than planned.
    MetOffPlan,
    /// An attempt of the gate failed.
    AttemptsFailed,
    /// The verdict is `not_met`.
    NotMet,
    /// The gate has a `feature_oracle`.
    HasOracle,
}

/// One thing a closing session must leave behind.
#[derive(Clone, Copy, Debug)]
pub struct Requirement {
    /// Its name, for messages.
    pub name: &'static str,
    /// The types it applies to.
    pub kinds: &'static [UnitType],
    /// When.
    pub when: When,
    /// What the unit's text should name; `{N}` is the gate's number, `{REVIEW}` the name of the next
    /// gate's review. Any of these is enough.
    pub literals: &'static [&'static str],
    /// What is wanted, as the session is told.
    pub wanted: &'static str,
}

const CLOSES: &[UnitType] = &[UnitType::Close, UnitType::CloseIntermediate];

/// Every requirement.
pub const REQUIREMENTS: &[Requirement] = &[
    Requirement {
        name: "retrospective",
        kinds: &[UnitType::Close, UnitType::CloseIntermediate, UnitType::Retrospective],
        when: When::Always,
        literals: &["RETROSPECTIVE.md"],
        wanted: "RETROSPECTIVE.md in the feature's folder is filled by this session: more than headings",
    },
    Requirement {
        name: "gate-section",
        kinds: &[UnitType::CloseIntermediate],
        when: When::Always,
        literals: &["Gate {N}"],
        wanted: "RETROSPECTIVE.md has a heading that names `Gate {N}`, with text below it",
    },
    Requirement {
        name: "learnings",
        kinds: &[UnitType::Close, UnitType::CloseIntermediate, UnitType::Lessons],
        when: When::Always,
        literals: &["LEARNINGS", "nothing generalizes"],
        wanted: ".specfuse/LEARNINGS.md gains a line, or RETROSPECTIVE.md says `nothing generalizes`",
    },
    Requirement {
        name: "documents",
        kinds: CLOSES,
        when: When::Always,
        literals: &["docs", "roadmap", "LEARNINGS", "RETROSPECTIVE.md"],
        wanted: "something under docs/, the roadmap, the learnings or the retrospective changes",
    },
    Requirement {
        name: "verdict",
        kinds: &[UnitType::Close],
        when: When::Always,
        literals: &["verdict"],
        wanted: "`verdict` in this unit's frontmatter is `met` or `not_met`",
    },
    Requirement {
        name: "cost-analysis",
        kinds: &[UnitType::Close],
        when: When::MetOffPlan,
        literals: &["Cost analysis"],
        wanted: "RETROSPECTIVE.md has a heading `Cost analysis` with text below it",
    },
    Requirement {
        name: "failure-classes",
        kinds: CLOSES,
        when: When::AttemptsFailed,
        literals: &["Failure-class breakdown"],
        wanted: "RETROSPECTIVE.md has a heading `### Failure-class breakdown` with text below it",
    },
    Requirement {
        name: "follow-ups",
        kinds: &[UnitType::Close],
        when: When::NotMet,
        literals: &["FOLLOW-UPS.md"],
        wanted: "FOLLOW-UPS.md in the feature's folder has an entry",
    },
    Requirement {
        name: "oracle-result",
        kinds: CLOSES,
        when: When::HasOracle,
        literals: &["feature_oracle"],
        wanted: "RETROSPECTIVE.md has a heading `### feature_oracle: PASS` or `### feature_oracle: FAIL`",
    },
    Requirement {
        name: "review",
        kinds: &[UnitType::PlanNext],
        when: When::Always,
        literals: &["{REVIEW}"],
        wanted: "{REVIEW} in the feature's folder is filled",
    },
    Requirement {
        name: "drafts",
        kinds: &[UnitType::PlanNext],
        when: When::Always,
        literals: &["status: draft", "draft"],
        wanted: "the next gate has at least one unit with `status: draft`",
    },
];

/// The requirements that apply to `unit`, as the feature stands: those that depend on its verdict
/// apply once it has one.
pub fn of(feature: &Feature, unit: &Unit) -> Vec<&'static Requirement> {
    let kind = unit.kind();
    let mine = REQUIREMENTS.iter().filter(|r| kind.is_some_and(|kind| r.kinds.contains(&kind)));
    mine.filter(|requirement| applies(requirement.when, feature, unit)).collect()
}

pub(super) fn applies(when: When, feature: &Feature, unit: &Unit) -> bool {
    let verdict = unit.file.as_ref().and_then(|file| file.verdict.get().copied());
    let gate = &feature.gates[unit.gate];
    match when {
        When::Always => true,
        When::MetOffPlan => verdict == Some(Verdict::Met) && is_off_plan(feature),
        When::NotMet => verdict == Some(Verdict::NotMet),
        When::HasOracle => gate.file.as_ref().is_some_and(|file| file.feature_oracle.get().is_some()),
        When::AttemptsFailed => has_failed_attempts(feature, unit),
    }
}

/// Whether a substantive unit cost something else than planned: by more than a cent.
pub(super) fn is_off_plan(feature: &Feature) -> bool {
    feature.units.iter().filter(|unit| !unit.is_closing()).any(|unit| {
        let cost = unit.file.as_ref().map_or(0.0, |file| file.lifetime_cost_usd());
        unit.planned_cost_usd().is_some_and(|planned| cost > 0.0 && (cost - planned).abs() > 0.01)
    })
}

fn has_failed_attempts(feature: &Feature, closer: &Unit) -> bool {
    let gate = &feature.gates[closer.gate];
    let ids: Vec<&str> =
        feature.units_of(gate).filter(|(_, u)| !u.is_closing()).map(|(_, u)| u.id()).collect();
    feature.events.entries().any(|entry| {
        entry.event_type == "attempt_outcome"
            && ids.contains(&entry.correlation_id)
            && entry.event().text("outcome").is_some_and(|word| word != "passed" && word != "interrupted")
    })
}

impl Requirement {
    /// What is wanted of `unit`, with its gate's number and file names filled in.
    pub fn wanted(&self, feature: &Feature, unit: &Unit) -> String {
        filled(self.wanted, feature, unit)
    }

    /// The literals of `unit`, filled in.
    pub fn literals(&self, feature: &Feature, unit: &Unit) -> Vec<String> {
        self.literals.iter().map(|literal| filled(literal, feature, unit)).collect()
    }
}

fn filled(text: &str, feature: &Feature, unit: &Unit) -> String {
    let number = feature.gates[unit.gate].number;
    let next = feature.gates.get(unit.gate + 1).map_or(number.saturating_add(1), |gate| gate.number);
    text.replace("{N}", &number.to_string()).replace("{REVIEW}", &review_name(next))
}

/// The requirements that `unit`'s text does not name although the guard may demand them: those that
/// apply always, and those that its gate's `feature_oracle` brings.
pub fn unnamed(feature: &Feature, unit: &Unit) -> Vec<&'static Requirement> {
    let (Some(kind), Some(file)) = (unit.kind(), unit.file.as_deref()) else { return Vec::new() };
    let body = file.doc.body.span.slice(&file.doc.text).to_ascii_lowercase();
    let names = |requirement: &Requirement| {
        requirement.literals(feature, unit).iter().any(|literal| body.contains(&literal.to_ascii_lowercase()))
    };
    let mine = REQUIREMENTS.iter().filter(|r| r.kinds.contains(&kind));
    let asked = mine.filter(|r| match r.when {
        When::Always | When::HasOracle => applies(r.when, feature, unit),
        When::MetOffPlan | When::NotMet => true,
        When::AttemptsFailed => false,
    });
    asked.filter(|requirement| !names(requirement)).collect()
}

/// The requirements that the closing session of `unit` left open, in words. `before` is the tree as
/// the session found it, `feature` and `tree` are as it left them; `touched` is what it changed.
pub fn unmet(before: &Tree, tree: &Tree, feature: &Feature, unit: &Unit, touched: &[RelPath]) -> Vec<String> {
    let look = Look { before, tree, feature, unit, touched };
    let open = of(feature, unit).into_iter().filter(|requirement| !look.is_met(requirement.name));
    open.map(|requirement| requirement.wanted(feature, unit)).collect()
}

struct Look<'a> {
    before: &'a Tree,
    tree: &'a Tree,
    feature: &'a Feature,
    unit: &'a Unit,
    touched: &'a [RelPath],
}

impl Look<'_> {
    fn is_met(&self, name: &str) -> bool {
        let number = self.feature.gates[self.unit.gate].number;
        match name {
            "retrospective" => self.has_retrospective(),
            "gate-section" => self.has_gate_section(number),
            "learnings" => self.learned(),
            "documents" => self.touched.iter().any(is_document),
            "verdict" => {
                let verdict = self.unit.file.as_ref().and_then(|file| file.verdict.get());
                verdict.is_some_and(|verdict| !verdict.is_retired())
            }
            "cost-analysis" => self.has_section("cost analysis"),
            "failure-classes" => self.has_section("failure-class breakdown"),
            "follow-ups" => self.has_follow_up(),
            "oracle-result" => self.has_heading(|heading| {
                let result = heading.strip_prefix("feature_oracle:").map(str::trim);
                result.is_some_and(|r| r.starts_with("pass") || r.starts_with("fail"))
            }),
            "review" => self.has_review(),
            "drafts" => self.has_drafts(),
            _ => true,
        }
    }

    fn text(&self, name: &str) -> &str {
        let path = self.feature.folder.join(name).ok();
        path.and_then(|path| self.tree.text(&path)).map_or("", |text| text)
    }

    fn retrospective(&self) -> &str {
        self.text("RETROSPECTIVE.md")
    }

    /// Whether the session wrote it: headings made before it started do not count.
    fn has_retrospective(&self) -> bool {
        let is_it = |path: &RelPath| self.feature.folder.join("RETROSPECTIVE.md").as_ref() == Ok(path);
        self.touched.iter().any(is_it) && self.retrospective().lines().any(is_said)
    }

    fn has_heading(&self, wanted: impl Fn(&str) -> bool) -> bool {
        let text = self.retrospective();
        let body = Markdown::read(text, Span::new(0, text.len()));
        body.headings.iter().any(|heading| wanted(&heading.text.value.to_ascii_lowercase()))
    }

    /// Whether a heading names the gate, with words below it or a heading below it.
    fn has_gate_section(&self, number: u32) -> bool {
        let text = self.retrospective();
        let body = Markdown::read(text, Span::new(0, text.len()));
        let of_gate = |heading: &&Heading| names_gate(&heading.text.value.to_ascii_lowercase(), number);
        body.headings.iter().filter(of_gate).any(|heading| {
            let next = body.headings.iter().filter(|other| other.span.start > heading.span.start);
            let mut others = next.filter(|other| {
                let name = other.text.value.to_ascii_lowercase();
                name.starts_with("gate ") && !names_gate(&name, number)
            });
            let end = others.next().map_or(body.span.end, |other| other.span.start);
            Span { start: heading.span.end, end }.slice(text).lines().any(is_said)
        })
    }

    /// Whether a heading with these words (in lower case) has something below it. An empty one counts when
    /// the session wrote it: then it is more than what was prepared.
    fn has_section(&self, words: &str) -> bool {
        let before = self.feature.folder.join("RETROSPECTIVE.md").ok();
        let before = before.and_then(|path| self.before.text(&path).cloned()).unwrap_or_default();
        let (old, new) = (sections(&before, words), sections(self.retrospective(), words));
        let number = self.feature.gates[self.unit.gate].number;
        let is_new = |section: &&Section<'_>| {
            section.gate.is_none_or(|gate| gate == number) || !old.iter().any(|old| old.text == section.text)
        };
        new.len() > old.len()
            || new.iter().filter(is_new).any(|section| section.text.lines().skip(1).any(is_said))
    }

    fn has_review(&self) -> bool {
        let Some(next) = self.feature.gates.get(self.unit.gate + 1) else { return false };
        let text = self.text(&review_name(next.number)).trim();
        !text.is_empty() && text != skeleton::review_text(next.number).trim()
    }

    fn learned(&self) -> bool {
        let count = |tree: &Tree, name: &str| {
            let path = RelPath::new(name).ok();
            let text = path.and_then(|path| tree.text(&path).cloned());
            text.map_or(0, |text| {
                let whole = Span::new(0, text.len());
                lines(&text, whole).filter(|line| !line.slice(&text).trim().is_empty()).count()
            })
        };
        let grew = |name| count(self.tree, name) > count(self.before, name);
        let says = self.retrospective().to_ascii_lowercase();
        grew(".specfuse/LEARNINGS.md")
            || grew(".specfuse/LEARNINGS-pending.md")
            || ["nothing generalizes", "nothing generalises"].iter().any(|words| says.contains(words))
    }

    fn has_follow_up(&self) -> bool {
        let text = self.text("FOLLOW-UPS.md");
        let body = Markdown::read(text, Span::new(0, text.len()));
        let has_item = !body.items(text, body.span).is_empty();
        has_item || body.headings.iter().any(|heading| heading.level > 1)
    }

    fn has_drafts(&self) -> bool {
        let Some(next) = self.feature.gates.get(self.unit.gate + 1) else { return false };
        self.feature.units_of(next).any(|(_, unit)| unit.status() == Some(UnitStatus::Draft))
    }
}

/// A heading of a retrospective with what stands below it.
struct Section<'a> {
    text: &'a str,
    /// The gate that the last heading before it named.
    gate: Option<u32>,
}

/// The sections of a retrospective whose headings hold `words`, in lower case.
fn sections<'a>(text: &'a str, words: &str) -> Vec<Section<'a>> {
    let body = Markdown::read(text, Span::new(0, text.len()));
    let (mut gate, mut out) = (None, Vec::new());
    for (at, heading) in body.headings.iter().enumerate() {
        let name = heading.text.value.to_ascii_lowercase();
        if let Some(rest) = name.strip_prefix("gate ") {
            gate = rest.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok());
        }
        if name.contains(words) {
            let end = body.headings.get(at + 1).map_or(body.span.end, |next| next.span.start);
            let whole = Span { start: heading.span.start, end };
            out.push(Section { text: whole.slice(text).trim_end(), gate });
        }
    }
    out
}

/// Whether a line says something: it is no heading, no comment and not blank.
fn is_said(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#') && !line.starts_with("<!--")
}

/// Whether a heading (in lower case) names gate `number`, and not gate 12 when 1 is meant.
fn names_gate(heading: &str, number: u32) -> bool {
    heading.match_indices("gate ").any(|(at, found)| {
        let rest = &heading[at + found.len()..];
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse() == Ok(number)
    })
}

fn is_document(path: &RelPath) -> bool {
    let text = path.as_str();
    let name = path.file_name();
    text.starts_with("docs/")
        || text.contains("/docs/")
        || ["roadmap.md", "roadmap-archive.md", "LEARNINGS.md", "LEARNINGS-pending.md", "RETROSPECTIVE.md"]
            .contains(&name)
        || ["README.md", "CHANGELOG.md"].contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{FOLDER, sketch_tree};
    use crate::parse;

    fn path(name: &str) -> RelPath {
        RelPath::new(&format!("{FOLDER}/{name}")).unwrap()
    }

    /// What is open after a session of `unit` that left `files`.
    fn open(plan: &str, unit: &str, files: &[(&str, &str)]) -> Vec<&'static str> {
        let before = sketch_tree(plan);
        let mut after = before.clone();
        let mut touched = Vec::new();
        for (name, text) in files {
            after.insert_text(path(name), *text);
            touched.push(path(name));
        }
        let feature = parse::feature(&after, &RelPath::new(FOLDER).unwrap());
        let unit = &feature.units[feature.find_unit(unit).unwrap()];
        let words = unmet(&before, &after, &feature, unit, &touched);
        let all = of(&feature, unit);
        let named =
            all.iter().filter(|r| words.contains(&r.wanted(&feature, unit))).map(|r| r.name).collect();
        assert_eq!(words.len(), Vec::len(&named));
        named
    }

    const CLOSE: &str =
        "---\nid: FEAT-2026-0042/G1-CLOSE\ntype: close\nstatus: in_progress\nverdict: met\n---\n";
    const RETRO: &str = "## Gate 1\n\nIt went well; nothing generalizes.\n";

    #[test]
    fn a_close_leaves_a_retrospective_learnings_and_a_verdict() {
        let plan = "T01!done; G1-CLOSE";
        assert_eq!(open(plan, "G1-CLOSE", &[]), ["retrospective", "learnings", "documents", "verdict"]);
        let files = [("RETROSPECTIVE.md", RETRO), ("WU-G1-CLOSE.md", CLOSE)];
        assert_eq!(open(plan, "G1-CLOSE", &files), [""; 0]);
        let headings = [("RETROSPECTIVE.md", "## Gate 1\n"), ("WU-G1-CLOSE.md", CLOSE)];
        assert_eq!(open(plan, "G1-CLOSE", &headings), ["retrospective", "learnings"]);
        let not_met = CLOSE.replace("met\n", "not_met\n");
        let files = [("RETROSPECTIVE.md", RETRO), ("WU-G1-CLOSE.md", not_met.as_str())];
        assert_eq!(open(plan, "G1-CLOSE", &files), ["follow-ups"]);
        let more = [files[0], files[1], ("FOLLOW-UPS.md", "- the rest\n")];
        assert_eq!(open(plan, "G1-CLOSE", &more), [""; 0]);
    }

    #[test]
    fn a_skeleton_that_nobody_fills_meets_nothing() {
        let event = r#"{"timestamp":"t","correlation_id":"FEAT-2026-0042/T01","event_type":"attempt_outcome","payload":{"outcome":"failed"}}"#;
        let gate = "---\ngate: 1\nstatus: open\nfeature_oracle: make it\n---\n";
        let plan = "T01!done; G1-CLOSE-INTERMEDIATE; G1-PLAN | T02!draft";
        let mut before = sketch_tree(plan);
        before.insert_text(path("events.jsonl"), event);
        before.insert_text(path("GATE-01.md"), gate);
        let folder = RelPath::new(FOLDER).unwrap();
        let prepared = |name: &str| {
            let feature = parse::feature(&before, &folder);
            let unit = &feature.units[feature.find_unit(name).unwrap()];
            let texts: Vec<String> = skeleton::of(&feature, unit).into_iter().map(|part| part.text).collect();
            texts[0].clone()
        };
        let left = |name: &str, file: &str, text: &str| {
            let mut found = before.clone();
            found.insert_text(path(file), prepared(name));
            let mut after = found.clone();
            after.insert_text(path(file), text);
            let feature = parse::feature(&after, &folder);
            let unit = &feature.units[feature.find_unit(name).unwrap()];
            unmet(&found, &after, &feature, unit, &[path(file)]).len()
        };
        let (close, retro) = ("G1-CLOSE-INTERMEDIATE", "RETROSPECTIVE.md");
        let skeleton = prepared(close);
        assert_eq!(skeleton, "## Gate 1\n\n### Failure-class breakdown\n\n### feature_oracle:\n");
        // Retrospective, gate section, learnings, failure classes, oracle.
        assert_eq!(left(close, retro, &skeleton), 5);
        let said = format!("{skeleton}\nNothing generalizes.\n");
        assert_eq!(left(close, retro, &said), 2, "failure classes and oracle");
        let filled = said.replace("oracle:", "oracle: PASS").replace("breakdown\n", "breakdown\n\nOne.\n");
        assert_eq!(left(close, retro, &filled), 0);
        let own = format!("{said}\n### Failure-class breakdown\n\nOne.\n\n### feature_oracle: FAIL\n");
        assert_eq!(left(close, retro, &own), 0, "headings of its own will do");
        let review = prepared("G1-PLAN");
        assert_eq!(left("G1-PLAN", "GATE-02-REVIEW.md", &review), 1);
        assert_eq!(left("G1-PLAN", "GATE-02-REVIEW.md", &review.replace("questions:", "questions: []")), 0);
    }

    #[test]
    fn an_intermediate_close_names_its_gate() {
        let plan = "T01!done; G1-CLOSE-INTERMEDIATE; G1-PLAN | T02!draft";
        let retro = |text| open(plan, "G1-CLOSE-INTERMEDIATE", &[("RETROSPECTIVE.md", text)]);
        assert_eq!(retro("## Gate 1: done\nnothing generalizes\n"), [""; 0]);
        assert_eq!(retro("## Gate 12\nnothing generalizes\n"), ["gate-section"]);
    }

    #[test]
    fn plan_next_leaves_drafts_and_their_review() {
        let plan = "T01!done; G1-CLOSE-INTERMEDIATE!done; G1-PLAN | T02!draft";
        assert_eq!(open(plan, "G1-PLAN", &[]), ["review"]);
        assert_eq!(open(plan, "G1-PLAN", &[("GATE-02-REVIEW.md", "x")]), [""; 0]);
        let bare = plan.replace("!draft", "");
        assert_eq!(open(&bare, "G1-PLAN", &[("GATE-02-REVIEW.md", "x")]), ["drafts"]);
    }

    #[test]
    fn a_gates_oracle_and_failed_attempts_ask_for_sections() {
        let plan = "T01!done; G1-CLOSE";
        let gate = ("GATE-01.md", "---\ngate: 1\nstatus: open\nfeature_oracle: make it\n---\n");
        let event = r#"{"timestamp":"t","correlation_id":"FEAT-2026-0042/T01","event_type":"attempt_outcome","payload":{"outcome":"failed"}}"#;
        let files = [("RETROSPECTIVE.md", RETRO), ("WU-G1-CLOSE.md", CLOSE), gate, ("events.jsonl", event)];
        assert_eq!(open(plan, "G1-CLOSE", &files), ["failure-classes", "oracle-result"]);
        let retro = format!("{RETRO}### Failure-class breakdown\n### feature_oracle: PASS\n");
        let files = [("RETROSPECTIVE.md", retro.as_str()), files[1], files[2], files[3]];
        assert_eq!(open(plan, "G1-CLOSE", &files), [""; 0]);
    }

    #[test]
    fn a_unit_that_names_what_is_checked_has_nothing_unnamed() {
        let mut tree = sketch_tree("T01; G1-CLOSE");
        let body =
            "Write RETROSPECTIVE.md (a `## Cost analysis` too), LEARNINGS.md, FOLLOW-UPS.md, the verdict.";
        let names = |tree: &Tree| {
            let feature = parse::feature(tree, &RelPath::new(FOLDER).unwrap());
            let unit = &feature.units[feature.find_unit("G1-CLOSE").unwrap()];
            unnamed(&feature, unit).into_iter().map(|r| r.name).collect::<Vec<_>>()
        };
        assert!(names(&tree).contains(&"verdict"));
        tree.insert_text(path("WU-G1-CLOSE.md"), format!("{CLOSE}{body}"));
        assert_eq!(names(&tree), [""; 0]);
    }
}
