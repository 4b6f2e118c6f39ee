//! Actions on units and edges: connect and disconnect, add, rename, duplicate, delete and move.

use super::draft::Draft;
use super::keys::with_key;
use super::outline::{GraphText, Place, UnitLine};
use super::refused::EditRefused;
use super::slug::slug;
use super::splice::scalars;
use super::value::Value;
use crate::fix::{Edits, TextEdit, apply_text};
use crate::frontmatter::Document;
use crate::graph::Graph;
use crate::markdown::SECTION_NAMES;
use crate::model::Feature;
use crate::model::id::{ClosingName, UnitId, UnitName};
use crate::model::status::UnitType;
use crate::ordered;
use crate::path::RelPath;
use crate::schema::FileKind;
use crate::tree::Tree;

/// A unit to be added.
#[derive(Clone, PartialEq, Debug)]
pub struct NewUnit {
    /// Its title.
    pub title: String,
    /// What it is for.
    pub kind: UnitType,
    /// The units it waits for, as indices into [`Feature::units`].
    pub depends_on: Vec<usize>,
    /// Its place among the gate's units; at the end, but before the closing sequence, when `None`.
    pub position: Option<usize>,
}

/// Lets `unit` wait for `dependency`. An edge that is there gives no edit.
///
/// # Errors
/// When the edge leads to the unit itself, to a later gate, or closes a circle.
pub fn add_edge(
    tree: &Tree,
    feature: &Feature,
    unit: usize,
    dependency: usize,
) -> Result<Edits, EditRefused> {
    add_edges(tree, feature, unit, &[dependency])
}

/// Lets `unit` wait for all of `dependencies`, as [`add_edge`] does for one.
///
/// # Errors
/// As [`add_edge`]; then nothing is changed.
pub fn add_edges(
    tree: &Tree,
    feature: &Feature,
    unit: usize,
    dependencies: &[usize],
) -> Result<Edits, EditRefused> {
    let graph = Graph::of(feature);
    let waiting = graph.downstream(unit);
    let ids = dependencies.iter().map(|dependency| {
        let id = check_edge(feature, unit, *dependency)?;
        match waiting.contains(dependency).then(|| graph.would_cycle(unit, *dependency)).flatten() {
            Some(path) => Err(EditRefused::Cycle(
                path.iter().map(|unit| feature.units[*unit].id().to_owned()).collect(),
            )),
            None => Ok(id),
        }
    });
    let ids = ids.collect::<Result<Vec<_>, _>>()?;
    edit_graph(tree, feature, |graph| {
        let place = place_of(feature, unit)?;
        let mut deps = graph.line(place)?.depends_on.clone();
        ids.into_iter().for_each(|id| {
            if !deps.contains(&id) {
                deps.push(id);
            }
        });
        graph.with_deps(place, &deps)
    })
}

/// Lets `unit` no longer wait for the unit called `dependency`, which need not exist.
///
/// # Errors
/// When there is no graph, or it is too broken.
pub fn remove_edge(
    tree: &Tree,
    feature: &Feature,
    unit: usize,
    dependency: &str,
) -> Result<Edits, EditRefused> {
    edit_graph(tree, feature, |graph| {
        let place = place_of(feature, unit)?;
        let mut deps = graph.line(place)?.depends_on.clone();
        deps.retain(|d| d != dependency);
        graph.with_deps(place, &deps)
    })
}

/// Whether `unit` may wait for `dependency`, circles aside; the dependency's id.
fn check_edge(feature: &Feature, unit: usize, dependency: usize) -> Result<String, EditRefused> {
    let from = feature.units.get(unit).ok_or(EditRefused::NoUnit)?;
    let to = feature.units.get(dependency).ok_or(EditRefused::NoUnit)?;
    let id = |index: usize| feature.units[index].id().to_owned();
    if unit == dependency || from.id() == to.id() {
        return Err(EditRefused::SelfDependency(id(unit)));
    }
    if to.id().is_empty() || feature.find_unit(to.id()) != Some(dependency) {
        return Err(EditRefused::UnknownDependency(id(dependency)));
    }
    if to.gate > from.gate {
        return Err(EditRefused::LaterGate { unit: id(unit), dependency: id(dependency) });
    }
    Ok(id(dependency))
}

/// The path of the plan of a feature.
pub(super) fn plan_path(feature: &Feature) -> Result<RelPath, EditRefused> {
    feature.plan.as_ref().map(|plan| plan.path.clone()).ok_or(EditRefused::NoGraph)
}

/// Where a unit stands in the graph.
pub(super) fn place_of(feature: &Feature, unit: usize) -> Result<Place, EditRefused> {
    let gate = feature.units.get(unit).ok_or(EditRefused::NoUnit)?.gate;
    Ok((gate, unit - feature.gates[gate].units.start))
}

/// Changes the graph of `draft` by `change`.
pub(super) fn change_graph(
    draft: &mut Draft,
    plan: &RelPath,
    change: impl FnOnce(GraphText) -> Result<GraphText, EditRefused>,
) -> Result<(), EditRefused> {
    let graph = GraphText::read(plan, draft.text(plan)?);
    if !graph.exists() {
        return Err(EditRefused::NoGraph);
    }
    let text = change(graph)?.into_text();
    draft.put(plan, text);
    Ok(())
}

fn edit_graph(
    tree: &Tree,
    feature: &Feature,
    change: impl FnOnce(GraphText) -> Result<GraphText, EditRefused>,
) -> Result<Edits, EditRefused> {
    let mut draft = Draft::new(tree);
    change_graph(&mut draft, &plan_path(feature)?, change)?;
    Ok(draft.finish())
}

/// The id that a new unit of this kind gets in `gate`.
///
/// # Errors
/// When every number is used, or the gate has such a closing unit already.
pub fn next_id(feature: &Feature, gate: usize, kind: UnitType) -> Result<UnitId, EditRefused> {
    let owner = feature.id().ok_or_else(|| EditRefused::BadId(feature.folder_name().to_owned()))?;
    let number = feature.gates.get(gate).ok_or(EditRefused::NoGate)?.number;
    if let Some(name) = closing_name(kind) {
        let id = UnitId::new(owner, UnitName::Closing(number, name));
        let taken = feature.units.iter().any(|u| u.id() == id.as_str());
        return if taken { Err(EditRefused::IdTaken(id.to_string())) } else { Ok(id) };
    }
    let orphans = feature.documents.values().filter_map(|doc| doc.get("id")?.as_text());
    let ids = feature.units.iter().map(|u| u.id()).chain(orphans).filter_map(UnitId::parse);
    let used = ids.filter(|id| id.feature == owner).map(|id| match id.name {
        UnitName::Substantive(n) | UnitName::Hygiene(n, _) => n,
        UnitName::Closing(..) => 0,
    });
    let next = used.max().unwrap_or(0) + 1;
    if next > 99 { Err(EditRefused::NoFreeId) } else { Ok(UnitId::new(owner, UnitName::Substantive(next))) }
}

fn closing_name(kind: UnitType) -> Option<ClosingName> {
    Some(match kind {
        UnitType::Close => ClosingName::Close,
        UnitType::CloseIntermediate => ClosingName::CloseIntermediate,
        UnitType::PlanNext => ClosingName::Plan,
        UnitType::Retrospective => ClosingName::Retro,
        UnitType::Lessons => ClosingName::Lessons,
        UnitType::Docs => ClosingName::Docs,
        _ => return None,
    })
}

/// Adds a unit to a gate: an entry in the graph, and a draft file with the sections it needs. Its
/// id is [`next_id`].
///
/// # Errors
/// When no id is free, a dependency is not allowed, or the graph is too broken.
pub fn add_unit(tree: &Tree, feature: &Feature, gate: usize, new: &NewUnit) -> Result<Edits, EditRefused> {
    let id = next_id(feature, gate, new.kind)?;
    let depends_on = dependencies(feature, gate, &id, &new.depends_on)?;
    let (path, file) = free_file(tree, feature, &id, &new.title)?;
    let eol = feature.plan.as_ref().map_or("\n", |plan| plan.doc.line_end());
    let text = skeleton(&id, new).replace('\n', eol);
    let line = UnitLine { id: id.to_string(), file, depends_on };
    insert_unit(tree, feature, gate, new.position, new.kind.is_closing(), &line, &path, text)
}

#[allow(clippy::too_many_arguments)]
pub(super) fn insert_unit(
    tree: &Tree,
    feature: &Feature,
    gate: usize,
    position: Option<usize>,
    closing: bool,
    line: &UnitLine,
    path: &RelPath,
    text: String,
) -> Result<Edits, EditRefused> {
    let units: Vec<_> = feature.units_of(&feature.gates[gate]).map(|(_, u)| u.is_closing()).collect();
    let first_closing = units.iter().position(|c| *c).filter(|_| !closing);
    let position = position.unwrap_or(first_closing.unwrap_or(units.len())).min(units.len());
    let mut draft = Draft::new(tree);
    draft.create(path, text)?;
    change_graph(&mut draft, &plan_path(feature)?, |graph| graph.with_unit((gate, position), line))?;
    Ok(draft.finish())
}

/// Puts a unit with this id and file into the graph before `unit`, which waits for it; it waits for what
/// `unit` waits for.
///
/// # Errors
/// When the id is malformed, foreign or taken, the file is there already, or the graph is too broken.
pub fn insert_before(
    tree: &Tree,
    feature: &Feature,
    unit: usize,
    id: &str,
    path: &RelPath,
    text: &str,
) -> Result<Edits, EditRefused> {
    let (gate, position) = place_of(feature, unit)?;
    check_free_id(feature, None, id)?;
    let depends_on: Vec<String> =
        feature.units[unit].entry.depends_on.iter().map(|id| id.value.clone()).collect();
    let mut waits = depends_on.clone();
    waits.push(id.to_owned());
    let line = UnitLine { id: id.to_owned(), file: path.file_name().to_owned(), depends_on };
    let mut draft = Draft::new(tree);
    draft.create(path, text.to_owned())?;
    change_graph(&mut draft, &plan_path(feature)?, |graph| {
        graph.with_unit((gate, position), &line)?.with_deps((gate, position + 1), &waits)
    })?;
    Ok(draft.finish())
}

/// The ids of the units that a new unit of `gate` waits for.
fn dependencies(
    feature: &Feature,
    gate: usize,
    id: &UnitId,
    units: &[usize],
) -> Result<Vec<String>, EditRefused> {
    let one = |index: &usize| {
        let unit = feature.units.get(*index).filter(|u| !u.id().is_empty()).ok_or(EditRefused::NoUnit)?;
        let later = EditRefused::LaterGate { unit: id.to_string(), dependency: unit.id().to_owned() };
        if unit.gate > gate { Err(later) } else { Ok(unit.id().to_owned()) }
    };
    units.iter().map(one).collect()
}

/// A file name that is not in use: `WU-03-parser.md`.
pub(super) fn free_file(
    tree: &Tree,
    feature: &Feature,
    id: &UnitId,
    title: &str,
) -> Result<(RelPath, String), EditRefused> {
    let stem = match &id.name {
        UnitName::Substantive(n) | UnitName::Hygiene(n, _) => format!("WU-{n:02}-{}", slug(title)),
        UnitName::Closing(gate, name) => {
            let number = if *name == ClosingName::Plan { 91 } else { 90 };
            let word = if *name == ClosingName::Plan { "plan-next".into() } else { slug(name.as_str()) };
            format!("WU-{number}-gate-{gate}-{word}")
        }
    };
    for nth in 1..1000 {
        let name = if nth == 1 { format!("{stem}.md") } else { format!("{stem}-{nth}.md") };
        let path = feature.folder.join(&name).map_err(|_| EditRefused::BadFile(name.clone()))?;
        let named = feature.units.iter().any(|u| u.path.as_ref() == Ok(&path));
        if tree.get(&path).is_none() && !named {
            return Ok((path, name));
        }
    }
    Err(EditRefused::NoFreeId)
}

fn skeleton(id: &UnitId, new: &NewUnit) -> String {
    let human = new.kind == UnitType::Human;
    let names = if human { &SECTION_NAMES[..3] } else { &SECTION_NAMES[1..] };
    let title = new.title.split_whitespace().collect::<Vec<_>>().join(" ");
    let title = if title.is_empty() { id.short().to_owned() } else { title };
    let sections: String = names.iter().map(|name| format!("\n**{name}.**\n")).collect();
    format!("---\nid: {id}\ntype: {}\nstatus: draft\nattempts: 0\n---\n\n# {title}\n{sections}", new.kind)
}

/// Gives a unit another id: in the graph, in every `depends_on`, and wherever the head of a file of
/// the feature holds the old id as a whole value. With `file`, its file gets that name too.
///
/// # Errors
/// When the id is malformed, foreign or taken, or the file's name is.
pub fn rename_unit(
    tree: &Tree,
    feature: &Feature,
    unit: usize,
    id: &str,
    file: Option<&str>,
) -> Result<Edits, EditRefused> {
    rename_with(tree, feature, unit, id, file, |_| {})
}

/// Renames as [`rename_unit`] does; `more` changes what else names the unit, before its file is moved.
pub(super) fn rename_with<'t>(
    tree: &'t Tree,
    feature: &Feature,
    unit: usize,
    id: &str,
    file: Option<&str>,
    more: impl FnOnce(&mut Draft<'t>),
) -> Result<Edits, EditRefused> {
    check_new_id(feature, unit, id)?;
    let mut draft = Draft::new(tree);
    rename_in(&mut draft, feature, unit, id)?;
    more(&mut draft);
    if let Some(file) = file {
        move_file(&mut draft, feature, unit, file)?;
    }
    Ok(draft.finish())
}

/// Whether `unit` is there and may be called `id`.
fn check_new_id(feature: &Feature, unit: usize, id: &str) -> Result<(), EditRefused> {
    feature.units.get(unit).ok_or(EditRefused::NoUnit)?;
    check_free_id(feature, Some(unit), id)
}

/// Whether no unit but `unit` is called `id`, and one of this feature may be.
fn check_free_id(feature: &Feature, unit: Option<usize>, id: &str) -> Result<(), EditRefused> {
    let foreign = |new: &UnitId| feature.id().is_some_and(|owner| owner != new.feature);
    UnitId::parse(id).filter(|new| !foreign(new)).ok_or_else(|| EditRefused::BadId(id.to_owned()))?;
    match feature.units.iter().enumerate().any(|(index, u)| Some(index) != unit && u.id() == id) {
        true => Err(EditRefused::IdTaken(id.to_owned())),
        false => Ok(()),
    }
}

/// Writes a unit's new id everywhere.
pub(super) fn rename_in(
    draft: &mut Draft,
    feature: &Feature,
    unit: usize,
    id: &str,
) -> Result<(), EditRefused> {
    let old = feature.units[unit].id().to_owned();
    let only = !old.is_empty() && feature.units.iter().filter(|u| u.id() == old).count() == 1;
    let place = place_of(feature, unit)?;
    change_graph(draft, &plan_path(feature)?, |graph| graph.with_id(place, id, only))?;
    if old == id {
        return Ok(());
    }
    if let Ok(path) = &feature.units[unit].path
        && let Ok(text) = draft.text(path)
    {
        let text = with_key(FileKind::Unit, text, &["id"], &Value::Text(id.to_owned()))?;
        draft.put(path, text);
    }
    let others: Vec<RelPath> =
        if only { draft.tree().below(&feature.folder).map(|(p, _)| p.clone()).collect() } else { Vec::new() };
    for path in others.iter().filter(|p| p.as_str().ends_with(".md")) {
        let Ok(text) = draft.text(path) else { continue };
        if let Some(text) = with_references(text, &old, id) {
            draft.put(path, text);
        }
    }
    Ok(())
}

/// `text` with each value of its head that is `old` replaced by `new`; `None` when there is none.
fn with_references(text: &str, old: &str, new: &str) -> Option<String> {
    if !text.contains(old) {
        return None;
    }
    let doc = Document::read(text.into());
    let found = scalars(&doc.block()?.yaml.root, false);
    let edits: Vec<TextEdit> = found
        .into_iter()
        .filter_map(|(node, flow)| {
            let scalar = node.as_scalar().filter(|s| s.text == old)?;
            Some(TextEdit::replace(node.span, Value::Text(new.to_owned()).inline(flow, Some(scalar.style))))
        })
        .collect();
    apply_text(text, &edits).ok().filter(|_| !edits.is_empty())
}

/// Gives a unit's file another name, in the folder and in the graph.
///
/// # Errors
/// When the name leads out of the folder or is taken.
pub fn rename_unit_file(
    tree: &Tree,
    feature: &Feature,
    unit: usize,
    file: &str,
) -> Result<Edits, EditRefused> {
    let mut draft = Draft::new(tree);
    feature.units.get(unit).ok_or(EditRefused::NoUnit)?;
    move_file(&mut draft, feature, unit, file)?;
    Ok(draft.finish())
}

fn move_file(draft: &mut Draft, feature: &Feature, unit: usize, file: &str) -> Result<(), EditRefused> {
    let to = feature.folder.join(file).map_err(|_| EditRefused::BadFile(file.to_owned()))?;
    let used = feature.units.iter().enumerate().any(|(i, u)| i != unit && u.path.as_ref() == Ok(&to));
    if used {
        return Err(EditRefused::FileTaken(to));
    }
    if let Ok(from) = &feature.units[unit].path
        && draft.tree().text(from).is_some()
    {
        draft.rename(from, &to)?;
    }
    let place = place_of(feature, unit)?;
    change_graph(draft, &plan_path(feature)?, |graph| graph.with_unit_file(place, file))
}

/// Adds a copy of a unit behind it, as [`super::duplicate_units`] does for several.
///
/// # Errors
/// As there.
pub fn duplicate_unit(tree: &Tree, feature: &Feature, unit: usize) -> Result<Edits, EditRefused> {
    super::clip::duplicate_units(tree, feature, &[unit])
}

/// Takes units out of the graph, with their files and every edge to them. With `reconnect`, what
/// waited for one of them waits for what it waited for.
///
/// # Errors
/// When there is no such unit, or the graph is too broken.
pub fn delete_units(
    tree: &Tree,
    feature: &Feature,
    units: &[usize],
    reconnect: bool,
) -> Result<Edits, EditRefused> {
    let mut units: Vec<usize> = units.to_vec();
    ordered::sort_by(&mut units, Ord::cmp);
    units.dedup();
    let mut draft = Draft::new(tree);
    delete_in(&mut draft, feature, &units, reconnect)?;
    Ok(draft.finish())
}

/// Deletes `units`, which are sorted.
pub(super) fn delete_in(
    draft: &mut Draft,
    feature: &Feature,
    units: &[usize],
    reconnect: bool,
) -> Result<(), EditRefused> {
    for unit in units.iter().rev() {
        let gone = feature.units.get(*unit).ok_or(EditRefused::NoUnit)?;
        let place = place_of(feature, *unit)?;
        let id = gone.id().to_owned();
        let again = feature.units.iter().enumerate().any(|(i, u)| !units.contains(&i) && u.id() == id);
        change_graph(draft, &plan_path(feature)?, |graph| {
            let line = graph.line(place)?.clone();
            let graph = graph.without_unit(place)?;
            if again {
                return Ok(graph);
            }
            let inherited: Vec<String> = line.depends_on.into_iter().filter(|d| *d != id).collect();
            graph.with_edges_replaced(std::slice::from_ref(&id), |_| {
                if reconnect { inherited.clone() } else { Vec::new() }
            })
        })?;
        let shared = |path: &RelPath| {
            feature.units.iter().enumerate().any(|(i, u)| !units.contains(&i) && u.path.as_ref() == Ok(path))
                || feature.gates.iter().any(|g| g.path.as_ref() == Ok(path))
        };
        if let Ok(path) = &gone.path
            && !shared(path)
            && path.file_name() != "PLAN.md"
        {
            draft.remove(path);
        }
    }
    Ok(())
}

/// Moves a unit to `gate`, before that gate's unit `position` (counted without the unit itself).
///
/// # Errors
/// When the unit would then wait for a later gate, or an earlier gate for it.
pub fn move_unit(
    tree: &Tree,
    feature: &Feature,
    unit: usize,
    gate: usize,
    position: usize,
) -> Result<Edits, EditRefused> {
    let from = place_of(feature, unit)?;
    let target = feature.gates.get(gate).ok_or(EditRefused::NoGate)?;
    check_move(feature, unit, gate)?;
    let others = target.units.len() - usize::from(from.0 == gate);
    let to = (gate, position.min(others));
    if from == to {
        return Ok(Edits::none());
    }
    edit_graph(tree, feature, |graph| graph.with_unit_moved(from, to))
}

/// Whether every declared edge of `unit` stays legal in `gate`.
fn check_move(feature: &Feature, unit: usize, gate: usize) -> Result<(), EditRefused> {
    let graph = Graph::of(feature);
    let id = |index: usize| feature.units[index].id().to_owned();
    let declared = graph.declared(unit);
    if let Some((dep, _)) = declared.iter().find(|(dep, _)| feature.units[*dep].gate > gate && *dep != unit) {
        return Err(EditRefused::LaterGate { unit: id(unit), dependency: id(*dep) });
    }
    let waits = |other: usize| graph.declared(other).iter().any(|(dep, _)| *dep == unit);
    let early = (0..feature.units.len()).find(|o| *o != unit && feature.units[*o].gate < gate && waits(*o));
    early.map_or(Ok(()), |other| Err(EditRefused::LaterGate { unit: id(other), dependency: id(unit) }))
}
