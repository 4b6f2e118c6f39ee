//! Where a name leads, where else it stands, and what giving it another one changes.

use super::Assist;
use super::lookup::Thing;
use crate::diagnostic::Location;
use crate::edit::{EditRefused, rename_unit_everywhere};
use crate::fix::Edits;
use crate::model::Feature;
use crate::model::id::UnitId;
use crate::model::mention::places;
use crate::path::RelPath;
use crate::span::Span;

impl Assist<'_> {
    /// Where the thing at `offset` is written down, and the bytes that name it here. A unit leads to
    /// its file, and from its own head to the graph.
    pub fn definition(&self, offset: usize) -> Option<(Span, Location)> {
        let (thing, here) = self.thing(offset)?;
        let target = match thing {
            Thing::Unit(feature, unit) => self.of_unit(feature, unit, here)?,
            Thing::Gate(feature, gate) => match &gate.file {
                Some(file) if &file.path != self.path => {
                    let span = file.doc.title().map_or_else(|| file.doc.head_span(), |title| title.span);
                    Location::new(file.path.clone(), span)
                }
                _ => Location::new(plan_path(feature)?, start(gate.entry.span)),
            },
            Thing::Feature(feature) => Location::whole(plan_path(feature)?),
            Thing::Set(file, set) => Location::new(file.path.clone(), set.name.span),
            Thing::Check(file, check) => {
                Location::new(file.path.clone(), check.name.span().unwrap_or(start(check.span)))
            }
            Thing::Rule(_) | Thing::Key(..) | Thing::Section(_) => return None,
        };
        Some((here, target))
    }

    fn of_unit(&self, feature: &Feature, unit: usize, here: Span) -> Option<Location> {
        let unit = feature.units.get(unit)?;
        let in_graph = || Some(Location::new(plan_path(feature)?, unit.entry.id.span()?));
        let Some(file) = &unit.file else { return in_graph() };
        let span = file.id.span().unwrap_or_else(|| file.doc.head_span());
        if &file.path == self.path && span == here {
            return in_graph();
        }
        Some(Location::new(file.path.clone(), span))
    }

    /// Every place where the unit at `offset` is named, in the order of files and places: its whole id
    /// in every text of the feature and in the roadmap, its short one in the feature's own Markdown.
    pub fn references(&self, offset: usize) -> Option<Vec<Location>> {
        let (feature, unit, _) = self.unit_at(offset)?;
        let unit = feature.units.get(unit)?;
        let mut all = Vec::new();
        for (path, text, own) in texts(self, feature) {
            let mut spans: Vec<Span> = places(text, unit.id()).collect();
            if own {
                spans.extend(places(text, unit.short_id()));
            }
            crate::ordered::sort_by_key(&mut spans, |span| *span);
            spans.dedup();
            all.extend(spans.into_iter().map(|span| Location::new(path.clone(), span)));
        }
        Some(all)
    }

    /// The one of the references of the unit at `offset` that declares it: the id in its own file.
    pub fn declaration(&self, offset: usize) -> Option<Location> {
        let (feature, unit, _) = self.unit_at(offset)?;
        let unit = feature.units.get(unit)?;
        let file = unit.file.as_ref()?;
        let written = file.id.span()?;
        let at = places(written.slice(&file.doc.text), unit.id()).next()?;
        let start = (written.start + at.start) as usize;
        Some(Location::new(file.path.clone(), Span::new(start, start + at.len())))
    }

    /// The bytes that a new name would replace at `offset`, when a unit is named there.
    pub fn renameable(&self, offset: usize) -> Option<Span> {
        let (feature, unit, span) = self.unit_at(offset)?;
        let unit = feature.units.get(unit)?;
        let written = span.slice(self.text);
        let names = [unit.id(), unit.short_id()];
        let at = names.iter().find_map(|name| places(written, name).next())?;
        let start = span.start + at.start;
        Some(Span { start, end: start + at.len() as u32 })
    }

    /// Gives the unit at `offset` another id, whole or short, wherever [`Assist::references`] finds it.
    /// With `move_file`, a file whose name holds the unit's number gets the new one.
    ///
    /// # Errors
    /// When no unit is named there, or the id is malformed, foreign or taken.
    pub fn rename(&self, offset: usize, name: &str, move_file: bool) -> Result<Edits, EditRefused> {
        self.renameable(offset).ok_or(EditRefused::NoUnit)?;
        let (feature, index, _) = self.unit_at(offset).ok_or(EditRefused::NoUnit)?;
        let name = name.trim();
        let id = match feature.id() {
            Some(feature) if !name.contains('/') => format!("{feature}/{name}"),
            _ => name.to_owned(),
        };
        let file = move_file.then(|| self.renumbered(feature, index, &id)).flatten();
        rename_unit_everywhere(self.tree, feature, index, &id, file.as_deref())
    }

    /// The name that a unit's file gets when its number changes: `WU-07-x.md` of `WU-03-x.md`; `None`
    /// when the name does not hold the number, or the new one is taken.
    fn renumbered(&self, feature: &Feature, unit: usize, id: &str) -> Option<String> {
        use crate::model::id::UnitName::Substantive;
        let number = |id: &str| match UnitId::parse(id)?.name {
            Substantive(number) => Some(number),
            _ => None,
        };
        let unit = feature.units.get(unit)?;
        let (old, new) = (number(unit.id())?, number(id)?);
        let path = unit.path.as_ref().ok()?;
        let tail = path.file_name().strip_prefix(&format!("WU-{old:02}-"))?;
        let name = format!("WU-{new:02}-{tail}");
        let free = self.tree.get(&path.parent()?.join(&name).ok()?).is_none();
        let folder = path.below(&feature.folder)?.rsplit_once('/').map(|(folder, _)| folder);
        let name = folder.map_or(name.clone(), |folder| format!("{folder}/{name}"));
        (free && old != new).then_some(name)
    }
}

/// The texts in which units of `feature` are named; whether they are the feature's own Markdown.
fn texts<'t>(
    assist: &Assist<'t>,
    feature: &'t Feature,
) -> impl Iterator<Item = (&'t RelPath, &'t str, bool)> {
    let tree = assist.tree;
    crate::edit::naming(tree, feature)
        .into_iter()
        .filter_map(move |(path, own)| tree.text(path).map(|text| (path, &**text, own)))
}

fn plan_path(feature: &Feature) -> Option<RelPath> {
    feature.plan.as_ref().map(|plan| plan.path.clone())
}

fn start(span: Span) -> Span {
    Span::at(span.start as usize)
}
