//! The task graph as text: one change to its gates, units or edges at a time, and a proof that the
//! graph then says what was meant and nothing else.

use super::refused::EditRefused;
use super::splice::{NewItem, Piece, is_block};
use super::value::Value;
use crate::fix::{TextEdit, apply_text};
use crate::frontmatter::Document;
use crate::model::plan::Plan;
use crate::ordered;
use crate::path::RelPath;
use crate::yaml::{Entry, Item, Map, flow_scalar_for, scalar_for};

/// What a graph says, without places.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Outline {
    pub(super) gates: Vec<GateLine>,
}

/// What it says of a gate.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct GateLine {
    pub(super) number: Option<u32>,
    pub(super) file: Option<String>,
    pub(super) units: Vec<UnitLine>,
}

/// What it says of a unit.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct UnitLine {
    pub(super) id: String,
    pub(super) file: String,
    pub(super) depends_on: Vec<String>,
}

/// A place in the graph: gate and unit, both from 0.
pub(super) type Place = (usize, usize);

impl Outline {
    fn of(plan: &Plan) -> Outline {
        let texts = |list: &[crate::span::Spanned<String>]| list.iter().map(|t| t.value.clone()).collect();
        let gates = plan.graph.iter().flat_map(|g| &g.gates).map(|gate| GateLine {
            number: gate.number.get().copied(),
            file: gate.file.get().cloned(),
            units: gate
                .units
                .iter()
                .map(|unit| UnitLine {
                    id: unit.id.get().cloned().unwrap_or_default(),
                    file: unit.file.get().cloned().unwrap_or_default(),
                    depends_on: texts(&unit.depends_on),
                })
                .collect(),
        });
        Outline { gates: gates.collect() }
    }

    /// Every unit, to be changed.
    fn units_mut(&mut self) -> impl Iterator<Item = &mut UnitLine> {
        self.gates.iter_mut().flat_map(|g| &mut g.units)
    }
}

impl UnitLine {
    fn item(&self) -> NewItem {
        let deps = Value::Texts(self.depends_on.clone()).inline(true, None);
        let (id, file) = (scalar_for(&self.id), scalar_for(&self.file));
        let flow = format!(
            "{{id: {}, file: {}, depends_on: {deps}}}",
            flow_scalar_for(&self.id),
            flow_scalar_for(&self.file)
        );
        NewItem {
            flow,
            lines: vec![format!("id: {id}"), format!("file: {file}"), format!("depends_on: {deps}")],
        }
    }
}

impl GateLine {
    fn item(&self) -> NewItem {
        let (number, file) = (self.number.unwrap_or(1), self.file.as_deref().unwrap_or(""));
        let flow = format!("{{gate: {number}, file: {}, work_units: []}}", flow_scalar_for(file));
        let lines = vec![
            format!("gate: {number}"),
            format!("file: {}", scalar_for(file)),
            "work_units: []".to_owned(),
        ];
        NewItem { flow, lines }
    }
}

/// A plan's text with its graph, read.
pub(super) struct GraphText {
    plan: Plan,
    /// What the graph says.
    pub(super) outline: Outline,
}

impl GraphText {
    pub(super) fn read(path: &RelPath, text: &str) -> GraphText {
        let plan = Plan::read(path.clone(), Document::read(text.into()));
        let outline = Outline::of(&plan);
        GraphText { plan, outline }
    }

    /// Whether there is a graph to change.
    pub(super) fn exists(&self) -> bool {
        self.plan.graph.is_some()
    }

    fn text(&self) -> &str {
        &self.plan.doc.text
    }

    fn piece(&self) -> Result<Piece<'_>, EditRefused> {
        let graph = self.plan.graph.as_ref().ok_or(EditRefused::NoGraph)?;
        Ok(Piece { text: self.text(), span: graph.fence.content, eol: self.plan.doc.line_end() })
    }

    fn gates(&self) -> Option<(&Map, &Entry)> {
        let root = self.plan.graph.as_ref()?.yaml.root.as_map()?;
        Some((root, root.entry("gates")?))
    }

    /// The map of gate `gate`, and its place in the list.
    fn gate(&self, gate: usize) -> Result<(usize, &Map), EditRefused> {
        let found = self.gates().and_then(|(_, entry)| maps_of(entry).nth(gate));
        found.map(|(index, _, map)| (index, map)).ok_or(EditRefused::NoGate)
    }

    /// The list that unit `place` stands in, its place there, and the unit.
    fn unit(&self, place: Place) -> Result<(&Entry, usize, &Item, &Map), EditRefused> {
        let entry = self.gate(place.0)?.1.entry("work_units").ok_or(EditRefused::NoUnit)?;
        let (index, item, map) = maps_of(entry).nth(place.1).ok_or(EditRefused::NoUnit)?;
        Ok((entry, index, item, map))
    }

    /// What the graph says of the unit at `place`.
    pub(super) fn line(&self, place: Place) -> Result<&UnitLine, EditRefused> {
        self.outline.gates.get(place.0).and_then(|g| g.units.get(place.1)).ok_or(EditRefused::NoUnit)
    }

    /// The graph after `edits`, when it then reads as `wanted`.
    fn after(&self, mut edits: Vec<TextEdit>, wanted: Outline) -> Result<GraphText, EditRefused> {
        let broken = || EditRefused::Unreadable { key: "gates".to_owned() };
        ordered::sort_by_key(&mut edits, |e| e.span);
        let text = apply_text(self.text(), &edits).map_err(|_| broken())?;
        let new = GraphText::read(&self.plan.path, &text);
        if new.outline == wanted && new.errors() <= self.errors() { Ok(new) } else { Err(broken()) }
    }

    fn errors(&self) -> usize {
        let problems = self.plan.graph.iter().flat_map(|g| &g.yaml.problems);
        problems.filter(|p| !p.kind.is_tolerated()).count()
    }

    /// The plan's text.
    pub(super) fn into_text(self) -> String {
        self.plan.doc.text.to_string()
    }

    /// Gives the unit at `place` these dependencies.
    pub(super) fn with_deps(self, place: Place, deps: &[String]) -> Result<GraphText, EditRefused> {
        self.line(place)?;
        let mut wanted = self.outline.clone();
        let line = &mut wanted.gates[place.0].units[place.1].depends_on;
        if line == deps {
            return Ok(self);
        }
        *line = deps.to_vec();
        let edits = self.deps_edits(place, deps)?;
        self.after(edits, wanted)
    }

    fn deps_edits(&self, place: Place, deps: &[String]) -> Result<Vec<TextEdit>, EditRefused> {
        let (piece, (.., map)) = (self.piece()?, self.unit(place)?);
        let value = Value::Texts(deps.to_vec());
        Ok(match map.entry("depends_on") {
            Some(entry) => piece.set_value(map, entry, &value),
            None => piece.insert_entry(map, map.entries.len().checked_sub(1), "depends_on", &value),
        })
    }

    /// Takes every edge to one of `ids` away, and puts `instead` of each in its place.
    pub(super) fn with_edges_replaced(
        mut self,
        ids: &[String],
        instead: impl Fn(&str) -> Vec<String>,
    ) -> Result<GraphText, EditRefused> {
        for gate in 0..self.outline.gates.len() {
            for unit in 0..self.outline.gates[gate].units.len() {
                let line = &self.outline.gates[gate].units[unit];
                if !line.depends_on.iter().any(|d| ids.contains(d)) {
                    continue;
                }
                let mut deps: Vec<String> = Vec::new();
                for dep in &line.depends_on {
                    let new = if ids.contains(dep) { instead(dep) } else { vec![dep.clone()] };
                    let new = new.into_iter().filter(|d| *d != line.id);
                    new.for_each(|d| {
                        if !deps.contains(&d) {
                            deps.push(d)
                        }
                    });
                }
                self = self.with_deps((gate, unit), &deps)?;
            }
        }
        Ok(self)
    }

    /// Writes `new` wherever the graph has the unit id `old`.
    pub(super) fn with_id(self, place: Place, new: &str, everywhere: bool) -> Result<GraphText, EditRefused> {
        let (piece, (.., own)) = (self.piece()?, self.unit(place)?);
        let mut wanted = self.outline.clone();
        let old = std::mem::replace(&mut wanted.gates[place.0].units[place.1].id, new.to_owned());
        let value = Value::Text(new.to_owned());
        let mut edits = match own.entry("id") {
            Some(entry) => piece.set_value(own, entry, &value),
            None => piece.insert_entry(own, None, "id", &value),
        };
        if everywhere {
            let lists = wanted.units_mut().flat_map(|u| &mut u.depends_on);
            lists.filter(|d| **d == old).for_each(|d| *d = new.to_owned());
            for (_, map) in self.all_units() {
                edits.extend(map.get("depends_on").into_iter().flat_map(|node| {
                    super::splice::scalars(node, map.flow).into_iter().filter_map(|(node, flow)| {
                        let scalar = node.as_scalar().filter(|s| s.text == old)?;
                        Some(TextEdit::replace(node.span, value.inline(flow, Some(scalar.style))))
                    })
                }));
            }
        }
        self.after(edits, wanted)
    }

    fn all_units(&self) -> Vec<(Place, &Map)> {
        let mut all = Vec::new();
        for gate in 0..self.outline.gates.len() {
            for unit in 0..self.outline.gates[gate].units.len() {
                all.extend(self.unit((gate, unit)).ok().map(|(.., map)| ((gate, unit), map)));
            }
        }
        all
    }

    /// Names another file for the unit at `place`.
    pub(super) fn with_unit_file(self, place: Place, file: &str) -> Result<GraphText, EditRefused> {
        let (piece, (.., map)) = (self.piece()?, self.unit(place)?);
        let mut wanted = self.outline.clone();
        wanted.gates[place.0].units[place.1].file = file.to_owned();
        let edits = set_entry(&piece, map, "file", &Value::Text(file.to_owned()));
        self.after(edits, wanted)
    }

    /// Gives a gate another number and file.
    pub(super) fn with_gate_number(
        self,
        gate: usize,
        number: u32,
        file: &str,
    ) -> Result<GraphText, EditRefused> {
        let (piece, (_, map)) = (self.piece()?, self.gate(gate)?);
        let mut wanted = self.outline.clone();
        wanted.gates[gate].number = Some(number);
        wanted.gates[gate].file = Some(file.to_owned());
        let edits = set_entry(&piece, map, "gate", &Value::Int(i64::from(number)));
        let mut middle = wanted.clone();
        middle.gates[gate].file = self.outline.gates[gate].file.clone();
        let new = self.after(edits, middle)?;
        let (piece, (_, map)) = (new.piece()?, new.gate(gate)?);
        let edits = set_entry(&piece, map, "file", &Value::Text(file.to_owned()));
        new.after(edits, wanted)
    }

    /// Adds a unit to gate `place.0`, before its unit `place.1`.
    pub(super) fn with_unit(self, place: Place, unit: &UnitLine) -> Result<GraphText, EditRefused> {
        self.with_unit_item(place, unit, unit.item())
    }

    fn with_unit_item(self, place: Place, unit: &UnitLine, item: NewItem) -> Result<GraphText, EditRefused> {
        let mut wanted = self.outline.clone();
        let units = &mut wanted.gates.get_mut(place.0).ok_or(EditRefused::NoGate)?.units;
        units.insert(place.1.min(units.len()), unit.clone());
        let (piece, (_, map)) = (self.piece()?, self.gate(place.0)?);
        let edits = insert_item(&piece, map, "work_units", place.1, item);
        self.after(edits, wanted)
    }

    /// Takes the unit at `place` out of the graph; edges to it stay.
    pub(super) fn without_unit(self, place: Place) -> Result<GraphText, EditRefused> {
        let mut wanted = self.outline.clone();
        let (piece, (entry, index, ..)) = (self.piece()?, self.unit(place)?);
        wanted.gates[place.0].units.remove(place.1);
        let edits = piece.splice_seq(entry, index..index + 1, &[]);
        self.after(edits, wanted)
    }

    /// Puts the unit at `from` at `to`, as counted once it is gone from `from`.
    pub(super) fn with_unit_moved(self, from: Place, to: Place) -> Result<GraphText, EditRefused> {
        let line = self.line(from)?.clone();
        let item = {
            let (piece, (_, _, item, map)) = (self.piece()?, self.unit(from)?);
            raw_item(&piece, item, map).unwrap_or_else(|| line.item())
        };
        self.without_unit(from)?.with_unit_item(to, &line, item)
    }

    /// Adds a gate without units behind the others.
    pub(super) fn with_gate(self, gate: &GateLine) -> Result<GraphText, EditRefused> {
        let mut wanted = self.outline.clone();
        wanted.gates.push(gate.clone());
        let Some((root, _)) = self.gates() else { return Err(EditRefused::NoGraph) };
        let edits = insert_item(&self.piece()?, root, "gates", usize::MAX, gate.item());
        self.after(edits, wanted)
    }

    /// Takes a gate out of the graph with all units in it.
    pub(super) fn without_gate(self, gate: usize) -> Result<GraphText, EditRefused> {
        let mut wanted = self.outline.clone();
        let (index, _) = self.gate(gate)?;
        let (_, entry) = self.gates().ok_or(EditRefused::NoGraph)?;
        wanted.gates.remove(gate);
        let edits = self.piece()?.splice_seq(entry, index..index + 1, &[]);
        self.after(edits, wanted)
    }

    /// Puts gate `from` where gate `to` is; numbers and files stay as they are.
    pub(super) fn with_gate_moved(self, from: usize, to: usize) -> Result<GraphText, EditRefused> {
        let mut wanted = self.outline.clone();
        let item = {
            let (index, map) = self.gate(from)?;
            let (_, entry) = self.gates().ok_or(EditRefused::NoGraph)?;
            let seq = entry.value.as_seq().ok_or(EditRefused::NoGraph)?;
            raw_item(&self.piece()?, &seq.items[index], map)
        };
        let item = item.ok_or_else(|| EditRefused::Unreadable { key: "gates".to_owned() })?;
        let line = wanted.gates.remove(from);
        wanted.gates.insert(to.min(wanted.gates.len()), line);
        let rest = self.without_gate(from)?;
        let (root, _) = rest.gates().ok_or(EditRefused::NoGraph)?;
        let edits = insert_item(&rest.piece()?, root, "gates", to, item);
        rest.after(edits, wanted)
    }
}

/// The items of a list that are maps, with their places.
fn maps_of(entry: &Entry) -> impl Iterator<Item = (usize, &Item, &Map)> {
    let items = entry.value.as_seq().into_iter().flat_map(|seq| seq.items.iter().enumerate());
    items.filter_map(|(index, item)| item.value.as_map().map(|map| (index, item, map)))
}

fn set_entry(piece: &Piece, map: &Map, key: &str, value: &Value) -> Vec<TextEdit> {
    match map.entry(key) {
        Some(entry) => piece.set_value(map, entry, value),
        None => piece.insert_entry(map, Some(0), key, value),
    }
}

/// Puts `item` before the `place`th map of the list under `key` of `map`; makes the list when
/// nothing is in it.
fn insert_item(piece: &Piece, map: &Map, key: &str, place: usize, item: NewItem) -> Vec<TextEdit> {
    let Some(entry) = map.entry(key) else {
        return piece.insert_entry(map, map.entries.len().checked_sub(1), key, &list_of(map, &item));
    };
    match entry.value.as_seq() {
        Some(seq) if !seq.items.is_empty() => {
            let at = maps_of(entry).nth(place).map_or(seq.items.len(), |(index, ..)| index);
            piece.splice_seq(entry, at..at, &[item])
        }
        _ => piece.set_value(map, entry, &list_of(map, &item)),
    }
}

fn list_of(map: &Map, item: &NewItem) -> Value {
    if map.flow {
        return Value::Raw(format!("[{}]", item.flow));
    }
    let mark = |i: usize| if i == 0 { "- " } else { "  " };
    let lines = item.lines.iter().enumerate().map(|(i, l)| format!("{}{l}\n", mark(i)));
    Value::Raw(lines.collect())
}

/// An item as it is written, comments included; `None` when its spelling cannot be taken along.
fn raw_item(piece: &Piece, item: &Item, map: &Map) -> Option<NewItem> {
    let text = piece.text;
    let node = item.value.span.slice(text);
    if map.flow {
        let one_line = !node.contains('\n');
        return one_line.then(|| NewItem { flow: node.to_owned(), lines: vec![node.to_owned()] });
    }
    let start = item.value.span.start as usize;
    let line = piece.line_start(start);
    let end = piece.line_end(item.value.span.end as usize);
    if !is_block(&item.value) || piece.line_start(item.span.start as usize) != line {
        return None;
    }
    let hang = start - line;
    let dedent = |l: &str| {
        let blanks = l.len() - l.trim_start_matches(' ').len();
        l[blanks.min(hang)..].trim_end_matches('\r').to_owned()
    };
    let mut lines = text[start..end].split('\n');
    let first = lines.next()?.trim_end_matches('\r').to_owned();
    let lines: Vec<String> = std::iter::once(first).chain(lines.map(dedent)).collect();
    Some(NewItem { flow: String::new(), lines })
}
