//! Actions on gates: add, delete, and move with their numbers, files and closing units.

use super::draft::Draft;
use super::keys::with_key;
use super::outline::GateLine;
use super::refused::EditRefused;
use super::units::{change_graph, delete_in, plan_path, rename_in};
use super::value::Value;
use crate::fix::Edits;
use crate::frontmatter::line_end;
use crate::model::Feature;
use crate::model::gate;
use crate::model::id::{UnitId, UnitName};
use crate::parse;
use crate::path::RelPath;
use crate::schema::FileKind;
use crate::tree::Tree;

/// Adds a gate without units behind the others, with its file. A plan without a graph gets one.
///
/// # Errors
/// When there is no plan, the file is there already, or the graph is too broken.
pub fn add_gate(tree: &Tree, feature: &Feature) -> Result<Edits, EditRefused> {
    let plan = plan_path(feature)?;
    let number = feature.gates.iter().map(|g| g.number).max().unwrap_or(0).saturating_add(1);
    let file = gate::file_name(number);
    let path = feature.folder.join(&file).map_err(|_| EditRefused::BadFile(file.clone()))?;
    let mut draft = Draft::new(tree);
    let eol = line_end(draft.text(&plan)?);
    if draft.tree().get(&path).is_none() {
        draft.create(&path, gate_text(number).replace('\n', eol))?;
    }
    let has_graph = feature.plan.as_ref().is_some_and(|plan| plan.graph.is_some());
    if !has_graph {
        let text = draft.text(&plan)?;
        let gap = if text.ends_with('\n') || text.is_empty() { "" } else { eol };
        let block = "\n## Task graph\n\n```yaml\ngates:\n```\n".replace('\n', eol);
        let text = format!("{text}{gap}{block}");
        draft.put(&plan, text);
    }
    let line = GateLine { number: Some(number), file: Some(file), units: Vec::new() };
    change_graph(&mut draft, &plan, |graph| graph.with_gate(&line))?;
    Ok(draft.finish())
}

/// The text of a new gate's file.
pub(super) fn gate_text(number: u32) -> String {
    format!(
        "---\ngate: {number}\nstatus: open\n---\n\n# Gate {number}\n\n## Definition of done\n\n## Arming discipline\n\n## Reflection notes\n"
    )
}

/// Takes a gate away with its file, its review, its units and every edge to them. The numbers of
/// later gates close up.
///
/// # Errors
/// When there is no such gate, or the graph is too broken.
pub fn delete_gate(
    tree: &Tree,
    feature: &Feature,
    gate: usize,
    reconnect: bool,
) -> Result<Edits, EditRefused> {
    let gone = feature.gates.get(gate).ok_or(EditRefused::NoGate)?;
    let mut draft = Draft::new(tree);
    let units: Vec<usize> = gone.units.clone().collect();
    delete_in(&mut draft, feature, &units, reconnect)?;
    change_graph(&mut draft, &plan_path(feature)?, |graph| graph.without_gate(gate))?;
    if let Ok(path) = &gone.path {
        draft.remove(path);
    }
    for suffix in COMPANIONS {
        if let Some(path) = companion(feature, gone.number, suffix) {
            draft.remove(&path);
        }
    }
    renumber(&mut draft, &feature.folder)?;
    Ok(draft.finish())
}

/// Puts gate `from` where gate `to` is, and numbers all gates in their new order.
///
/// # Errors
/// When a unit would then wait for a later gate, or the graph is too broken.
pub fn move_gate(tree: &Tree, feature: &Feature, from: usize, to: usize) -> Result<Edits, EditRefused> {
    if from >= feature.gates.len() || to >= feature.gates.len() {
        return Err(EditRefused::NoGate);
    }
    if from == to {
        return Ok(Edits::none());
    }
    let mut draft = Draft::new(tree);
    change_graph(&mut draft, &plan_path(feature)?, |graph| graph.with_gate_moved(from, to))?;
    check_order(&parse::feature(draft.tree(), &feature.folder))?;
    renumber(&mut draft, &feature.folder)?;
    Ok(draft.finish())
}

/// Numbers the gates from 1 in the order the graph lists them, with their files and closing units.
///
/// # Errors
/// When there is no graph, or it is too broken.
pub fn renumber_gates(tree: &Tree, feature: &Feature) -> Result<Edits, EditRefused> {
    let mut draft = Draft::new(tree);
    renumber(&mut draft, &feature.folder)?;
    Ok(draft.finish())
}

fn check_order(feature: &Feature) -> Result<(), EditRefused> {
    for unit in &feature.units {
        for dependency in &unit.entry.depends_on {
            let other = feature.find_unit(&dependency.value).map(|index| &feature.units[index]);
            if other.is_some_and(|other| other.gate > unit.gate) {
                let (unit, dependency) = (unit.id().to_owned(), dependency.value.clone());
                return Err(EditRefused::LaterGate { unit, dependency });
            }
        }
    }
    Ok(())
}

/// The ends of the names of a gate's files.
const COMPANIONS: [&str; 3] = [".md", "-REVIEW.md", "-CRITERIA.md"];

fn companion(feature: &Feature, number: u32, suffix: &str) -> Option<RelPath> {
    feature.folder.join(&format!("GATE-{number:02}{suffix}")).ok()
}

fn renumber(draft: &mut Draft, folder: &RelPath) -> Result<(), EditRefused> {
    let feature = parse::feature(draft.tree(), folder);
    let plan = plan_path(&feature)?;
    let mut texts: Vec<(RelPath, String)> = Vec::new();
    let changed: Vec<usize> =
        (0..feature.gates.len()).filter(|g| feature.gates[*g].number != *g as u32 + 1).collect();
    for gate in &changed {
        let (old, new) = (feature.gates[*gate].number, *gate as u32 + 1);
        for suffix in COMPANIONS {
            let pair = companion(&feature, old, suffix).zip(companion(&feature, new, suffix));
            let Some((from, to)) = pair else { continue };
            if let Some(text) = draft.tree().text(&from).map(|t| t.to_string()) {
                draft.remove(&from);
                texts.push((to, numbered(&text, suffix, new)?));
            }
        }
    }
    for (path, text) in texts {
        draft.create(&path, text)?;
    }
    for gate in &changed {
        let (old, new) = (&feature.gates[*gate], *gate as u32 + 1);
        let usual = gate::file_name(old.number);
        let name = old.entry.file.get().cloned().unwrap_or_else(|| usual.clone());
        let file = if name == usual { gate::file_name(new) } else { name };
        change_graph(draft, &plan, |graph| graph.with_gate_number(*gate, new, &file))?;
    }
    rename_closing(draft, &feature, &changed)
}

/// The text of a gate's file under its new number.
fn numbered(text: &str, suffix: &str, number: u32) -> Result<String, EditRefused> {
    let kind = if suffix == ".md" { FileKind::Gate } else { FileKind::Review };
    let doc = crate::frontmatter::Document::read(text.into());
    if doc.get("gate").is_none() {
        return Ok(text.to_owned());
    }
    with_key(kind, text, &["gate"], &Value::Int(i64::from(number)))
}

/// Gives the closing units of renumbered gates their new ids, through names that nobody has.
fn rename_closing(draft: &mut Draft, feature: &Feature, changed: &[usize]) -> Result<(), EditRefused> {
    let mut renames: Vec<(usize, UnitId)> = Vec::new();
    for gate in changed {
        for (index, unit) in feature.units_of(&feature.gates[*gate]) {
            let Some(id) = UnitId::parse(unit.id()) else { continue };
            if let UnitName::Closing(number, name) = id.name
                && number == feature.gates[*gate].number
            {
                renames.push((index, UnitId::new(id.feature, UnitName::Closing(*gate as u32 + 1, name))));
            }
        }
    }
    for (nth, (index, id)) in renames.iter().enumerate() {
        let between = UnitName::Closing(9000 + nth as u32, crate::model::id::ClosingName::Close);
        rename_in(draft, feature, *index, UnitId::new(id.feature.clone(), between).as_str())?;
    }
    let feature = parse::feature(draft.tree(), &feature.folder);
    renames.iter().try_for_each(|(index, id)| rename_in(draft, &feature, *index, id.as_str()))
}
