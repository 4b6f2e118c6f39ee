//! Copies of units: as text for a clipboard, and back as units with ids of their own.

use super::diff::tree_edits;
use super::draft::Draft;
use super::keys::{with_key, without_key};
use super::outline::UnitLine;
use super::refused::EditRefused;
use super::sections::with_title;
use super::units::{change_graph, free_file, insert_unit, next_id, place_of, plan_path};
use super::value::Value;
use crate::fix::Edits;
use crate::frontmatter::Document;
use crate::model::status::{UnitStatus, UnitType, Vocabulary};
use crate::model::{Feature, Unit};
use crate::parse::Parser;
use crate::schema::{self, FileKind, Writer};
use crate::tree::Tree;
use std::collections::BTreeMap;

/// The line before each unit in a copied text.
const HEAD: &str = "<!-- specfuse unit ";
const WAITS: &str = " depends_on ";
const TAIL: &str = " -->";

/// A unit as it was copied.
struct Clip {
    id: String,
    depends_on: Vec<String>,
    text: String,
}

impl Clip {
    fn kind(&self) -> UnitType {
        let doc = Document::read(self.text.as_str().into());
        let kind = doc.get("type").and_then(|node| node.as_text()).and_then(UnitType::parse);
        kind.unwrap_or(UnitType::Implementation)
    }
}

/// Where a copy goes.
struct Goal {
    gate: usize,
    position: Option<usize>,
    title: Option<String>,
}

/// Units as one text: their files, each below a line with its id and what it waits for. A unit without a
/// file is left out.
pub fn copy_units(tree: &Tree, feature: &Feature, units: &[usize]) -> String {
    let mut copied = String::new();
    for unit in units.iter().filter_map(|unit| feature.units.get(*unit)) {
        let Some(text) = unit.path.as_ref().ok().and_then(|path| tree.text(path)) else { continue };
        let waits: Vec<&str> = unit.entry.depends_on.iter().map(|dep| dep.value.as_str()).collect();
        let waits = if waits.is_empty() { String::new() } else { format!("{WAITS}{}", waits.join(" ")) };
        let end = if text.ends_with('\n') { "" } else { "\n" };
        copied.push_str(&format!("{HEAD}{}{waits}{TAIL}\n{text}{end}", unit.id()));
    }
    copied
}

/// How many units a text holds that [`paste_units`] would add.
pub fn count_units(text: &str) -> usize {
    read(text).len()
}

/// Adds the units of a text that [`copy_units`] made, or of one unit's file, to `gate`: as drafts with
/// ids of their own. What they wait for among themselves they wait for again; beyond that, what is a unit
/// here and may be waited for. Closing units come along to a gate that has none; on their own, to one
/// that has none of their kind.
///
/// # Errors
/// When the text holds no unit, or only closing units that the gate has; when no id is free, or the graph
/// is too broken.
pub fn paste_units(tree: &Tree, feature: &Feature, gate: usize, text: &str) -> Result<Edits, EditRefused> {
    let clips = read(text);
    if clips.is_empty() {
        return Err(EditRefused::NoClip);
    }
    feature.gates.get(gate).ok_or(EditRefused::NoGate)?;
    add_copies(tree, feature, &clips, |_, _| Ok(Goal { gate, position: None, title: None }))
}

/// Adds a copy behind each of `units`, as a draft with an id of its own: same text, keys and
/// dependencies, without what the driver wrote. What units wait for among themselves, their copies do too.
/// Closing units are left out.
///
/// # Errors
/// When a unit has no file, no id is free, or there are only closing units.
pub fn duplicate_units(tree: &Tree, feature: &Feature, units: &[usize]) -> Result<Edits, EditRefused> {
    let clips = units.iter().map(|unit| {
        let unit = feature.units.get(*unit).ok_or(EditRefused::NoUnit)?;
        let path = unit.path.clone().map_err(|_| EditRefused::BadFile(unit.id().to_owned()))?;
        let text = tree.text(&path).ok_or(EditRefused::NoFile(path))?;
        let depends_on = unit.entry.depends_on.iter().map(|dep| dep.value.clone()).collect();
        Ok(Clip { id: unit.id().to_owned(), depends_on, text: text.to_string() })
    });
    let clips: Vec<Clip> = clips.collect::<Result<_, _>>()?;
    add_copies(tree, feature, &clips, |nth, now| {
        let original = if units.len() == 1 { Some(units[nth]) } else { now.find_unit(&clips[nth].id) };
        let original = original.ok_or(EditRefused::NoUnit)?;
        let (gate, position) = place_of(now, original)?;
        let title = format!("{} (copy)", now.units[original].title());
        Ok(Goal { gate, position: Some(position + 1), title: Some(title) })
    })
}

fn read(text: &str) -> Vec<Clip> {
    let text = text.replace("\r\n", "\n");
    let mut clips: Vec<Clip> = Vec::new();
    for line in text.split_inclusive('\n') {
        match (head(line), clips.last_mut()) {
            (Some(clip), _) => clips.push(clip),
            (None, Some(clip)) => clip.text.push_str(line),
            (None, None) => {}
        }
    }
    if clips.is_empty() && Document::read(text.as_str().into()).get("type").is_some() {
        clips.push(Clip { id: String::new(), depends_on: Vec::new(), text });
    }
    clips
}

fn head(line: &str) -> Option<Clip> {
    let said = line.trim_end().strip_prefix(HEAD)?.strip_suffix(TAIL)?;
    let (id, waits) = said.split_once(WAITS).unwrap_or((said, ""));
    let depends_on = waits.split_whitespace().map(str::to_owned).collect();
    Some(Clip { id: id.to_owned(), depends_on, text: String::new() })
}

/// Adds each copy where `goal` says, given the feature as it is by then; their edges afterwards, when
/// every one has its id.
fn add_copies(
    tree: &Tree,
    feature: &Feature,
    clips: &[Clip],
    goal: impl Fn(usize, &Feature) -> Result<Goal, EditRefused>,
) -> Result<Edits, EditRefused> {
    let mut parser = Parser::default();
    let mut now = tree.clone();
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    let (mut added, mut left_out) = (Vec::new(), None);
    let only_closing = clips.iter().all(|clip| clip.kind().is_closing());
    for (nth, clip) in clips.iter().enumerate() {
        let read = parser.feature(&now, &feature.folder);
        let goal = goal(nth, &read)?;
        let has_closing = feature.units_of(&feature.gates[goal.gate]).any(|(_, unit)| unit.is_closing());
        if clip.kind().is_closing() && has_closing && !only_closing {
            continue;
        }
        let (edits, id) = match add_copy(&now, &read, clip, goal) {
            Err(EditRefused::IdTaken(id)) => {
                left_out = Some(EditRefused::Closes(id));
                continue;
            }
            added => added?,
        };
        now = edits.apply(&now).map_err(|_| EditRefused::Unreadable { key: "gates".to_owned() })?;
        names.insert(&clip.id, id.clone());
        added.push((id, clip));
    }
    if let Some(why) = left_out.filter(|_| added.is_empty()) {
        return Err(why);
    }
    let mut draft = Draft::new(&now);
    let read = parser.feature(&now, &feature.folder);
    for (id, clip) in added {
        let unit = read.find_unit(&id).ok_or(EditRefused::NoUnit)?;
        let deps = edges(&read, unit, clip, &names);
        let place = place_of(&read, unit)?;
        change_graph(&mut draft, &plan_path(feature)?, |graph| graph.with_deps(place, &deps))?;
    }
    Ok(tree_edits(tree, draft.tree()))
}

/// What a copy waits for.
fn edges(feature: &Feature, unit: usize, clip: &Clip, names: &BTreeMap<&str, String>) -> Vec<String> {
    let own = &feature.units[unit];
    let legal = |id: &str| {
        let waits_for_own = |dep: &Unit| dep.gate == own.gate && dep.is_closing() && !own.is_closing();
        feature
            .units
            .iter()
            .find(|u| u.id() == id)
            .is_some_and(|dep| dep.gate <= own.gate && !waits_for_own(dep))
    };
    let mut deps: Vec<String> = Vec::new();
    for dep in clip.depends_on.iter().filter(|dep| **dep != clip.id) {
        let dep = names.get(dep.as_str()).unwrap_or(dep);
        if legal(dep) && !deps.contains(dep) {
            deps.push(dep.clone());
        }
    }
    deps
}

fn add_copy(tree: &Tree, feature: &Feature, clip: &Clip, goal: Goal) -> Result<(Edits, String), EditRefused> {
    let kind = clip.kind();
    let id = next_id(feature, goal.gate, kind)?;
    let doc = Document::read(clip.text.as_str().into());
    let title = goal.title.or_else(|| doc.title().map(|title| title.value.clone()));
    let title = title.filter(|title| !title.is_empty()).unwrap_or_else(|| id.short().to_owned());
    let (path, file) = free_file(tree, feature, &id, &title)?;
    let text = with_title(&fresh(&clip.text, id.as_str())?, &title)?;
    let eol = feature.plan.as_ref().map_or("\n", |plan| plan.doc.line_end());
    let text = if text.contains('\r') { text } else { text.replace('\n', eol) };
    let line = UnitLine { id: id.to_string(), file, depends_on: Vec::new() };
    let edits = insert_unit(tree, feature, goal.gate, goal.position, kind.is_closing(), &line, &path, text)?;
    Ok((edits, id.to_string()))
}

/// A unit's text as that of a draft called `id`, without what the driver wrote.
fn fresh(text: &str, id: &str) -> Result<String, EditRefused> {
    let mut text = with_key(FileKind::Unit, text, &["id"], &Value::Text(id.to_owned()))?;
    text = with_key(FileKind::Unit, &text, &["status"], &UnitStatus::Draft.word().into())?;
    for key in schema::keys(FileKind::Unit).iter().filter(|k| k.writer == Writer::Driver) {
        text = without_key(FileKind::Unit, &text, &[key.name])?;
    }
    for key in ["verdict", "evidence"] {
        text = without_key(FileKind::Unit, &text, &[key])?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{FOLDER, sketch_tree};
    use crate::parse;
    use crate::path::RelPath;
    use proptest::prelude::*;

    fn read(tree: &Tree) -> Feature {
        parse::feature(tree, &RelPath::new(FOLDER).unwrap())
    }

    /// `T01; T02<T01`, gates apart by `|`.
    fn outline(feature: &Feature) -> String {
        let unit = |unit: &Unit| {
            let waits: Vec<&str> =
                unit.entry.depends_on.iter().map(|d| crate::model::id::short(&d.value)).collect();
            let waits = if waits.is_empty() { String::new() } else { format!("<{}", waits.join(",")) };
            format!("{}{waits}", unit.short_id())
        };
        let gates = feature
            .gates
            .iter()
            .map(|gate| feature.units_of(gate).map(|(_, u)| unit(u)).collect::<Vec<_>>().join("; "));
        gates.collect::<Vec<_>>().join(" | ")
    }

    #[track_caller]
    fn check(before: &str, act: impl Fn(&Tree, &Feature) -> Result<Edits, EditRefused>, after: &str) {
        let tree = sketch_tree(before);
        let edits = act(&tree, &read(&tree)).unwrap_or_else(|e| panic!("{e}"));
        let new = edits.apply(&tree).unwrap();
        assert_eq!(outline(&read(&new)), after);
        assert_eq!(edits.invert(&tree).unwrap().apply(&new).unwrap(), tree);
    }

    #[test]
    fn pasted_units_wait_for_each_other_and_for_what_is_there() {
        let paste = |units: &'static [usize], gate: usize| {
            move |tree: &Tree, feature: &Feature| {
                paste_units(tree, feature, gate, &copy_units(tree, feature, units))
            }
        };
        let plan = "T01; T02 < T01; T03 < T02 T01; G1-CLOSE < T03 | T04 < T01";
        let gate_1 = "T01; T02<T01; T03<T02,T01; ";
        check(plan, paste(&[1, 2], 0), &format!("{gate_1}T05<T01; T06<T05,T01; G1-CLOSE<T03 | T04<T01"));
        check(plan, paste(&[2], 1), &format!("{gate_1}G1-CLOSE<T03 | T04<T01; T05<T02,T01"));
        check("T01 | T02; T03 < T02", paste(&[2], 0), "T01; T04 | T02; T03<T02");
        check("T01; T02 < T03; T03 |", paste(&[1, 2], 1), "T01; T02<T03; T03 | T04<T05; T05");
    }

    #[test]
    fn what_is_no_unit_is_refused() {
        let tree = sketch_tree("T01");
        let paste = |text: &str| paste_units(&tree, &read(&tree), 0, text);
        assert_eq!(paste("hello"), Err(EditRefused::NoClip));
        assert_eq!(paste(""), Err(EditRefused::NoClip));
        let after =
            paste("---\r\ntype: human\r\ncost_usd: 3\r\n---\r\n\r\n# Ask\r\n").unwrap().apply(&tree).unwrap();
        let unit = &read(&after).units[1];
        assert_eq!((unit.title(), unit.kind(), unit.short_id()), ("Ask", Some(UnitType::Human), "T02"));
        let text = &unit.file.as_ref().unwrap().doc.text;
        assert!(!text.contains('\r') && !text.contains("cost_usd"), "{text}");
    }

    #[test]
    fn copies_stand_behind_their_originals() {
        let two = |tree: &Tree, feature: &Feature| duplicate_units(tree, feature, &[0, 1]);
        check("T01; T02 < T01; T03 < T02", two, "T01; T04; T02<T01; T05<T04; T03<T02");
        let tree = sketch_tree("T01");
        assert_eq!(duplicate_units(&tree, &read(&tree), &[7]), Err(EditRefused::NoUnit));
    }

    #[test]
    fn a_gate_keeps_its_own_closing_units() {
        let all = |tree: &Tree, feature: &Feature| duplicate_units(tree, feature, &[0, 1, 2, 3]);
        let plan = "T01; G1-CLOSE < T01 | T02 < G1-CLOSE; G2-CLOSE < T02";
        let copied = "T01; T03; G1-CLOSE<T01 | T02<G1-CLOSE; T04<G1-CLOSE; G2-CLOSE<T02";
        check(plan, all, copied);
        let paste = |units: &'static [usize], gate: usize| {
            move |tree: &Tree, feature: &Feature| {
                paste_units(tree, feature, gate, &copy_units(tree, feature, units))
            }
        };
        check(plan, paste(&[0, 1, 2], 0), "T01; T03; T04; G1-CLOSE<T01 | T02<G1-CLOSE; G2-CLOSE<T02");
        check(
            "T01; G1-CLOSE-INTERMEDIATE | T02; G2-CLOSE < T02",
            paste(&[2, 3], 0),
            "T01; T03; G1-CLOSE-INTERMEDIATE | T02; G2-CLOSE<T02",
        );
    }

    #[test]
    fn closing_units_go_where_there_are_none() {
        let paste = |units: &'static [usize]| {
            move |tree: &Tree, feature: &Feature| {
                paste_units(tree, feature, 1, &copy_units(tree, feature, units))
            }
        };
        let plan = "T01; G1-CLOSE < T01 |";
        check(plan, paste(&[0, 1]), "T01; G1-CLOSE<T01 | T02; G2-CLOSE<T02");
        check(plan, paste(&[1]), "T01; G1-CLOSE<T01 | G2-CLOSE<T01");
        check(
            "T01; G1-PLAN < T01 | G2-CLOSE-INTERMEDIATE",
            paste(&[1]),
            "T01; G1-PLAN<T01 | G2-CLOSE-INTERMEDIATE; G2-PLAN<T01",
        );
    }

    #[test]
    fn closing_units_on_their_own_are_refused_where_their_kind_is() {
        let tree = sketch_tree("T01; G1-CLOSE < T01");
        let feature = read(&tree);
        let refused = Err(EditRefused::Closes("FEAT-2026-0042/G1-CLOSE".to_owned()));
        assert_eq!(duplicate_units(&tree, &feature, &[1]), refused);
        assert_eq!(paste_units(&tree, &feature, 0, &copy_units(&tree, &feature, &[1])), refused);
    }

    proptest! {
        #[test]
        fn any_text_is_pasted_or_refused(lines in proptest::collection::vec(
            proptest::sample::select(vec!["---", "id: x", "type: close", "type: human", "# T", "", "text",
                "<!-- specfuse unit A -->", "<!-- specfuse unit B depends_on A FEAT-2026-0042/T01 -->", "\t: [}"]), 0..14)) {
            let tree = sketch_tree("T01; T02 < T01");
            let feature = read(&tree);
            if let Ok(edits) = paste_units(&tree, &feature, 0, &lines.join("\n")) {
                let after = edits.apply(&tree).unwrap();
                let new = read(&after);
                prop_assert!(new.units.len() > feature.units.len());
                prop_assert!(crate::graph::Graph::of(&new).unknown().is_empty());
            }
        }
    }
}
