//! What names in a file stand for: units, gates, features, sets of checks, rules.

use super::Assist;
use super::area::{Area, YamlSpot};
use crate::lint::{Rule, find_rule};
use crate::model::feature::{Feature, Gate, Unit};
use crate::model::gate::number_of;
use crate::model::mention::{self, Named, is_part, word_at};
use crate::model::verification::{Check, Set, Verification};
use crate::schema::{FileKind, Key};
use crate::span::Span;

/// What stands at an offset.
#[derive(Clone, Debug)]
pub(super) enum Thing<'a> {
    /// A unit of a feature.
    Unit(&'a Feature, usize),
    /// A gate of a feature.
    Gate(&'a Feature, &'a Gate),
    /// A feature.
    Feature(&'a Feature),
    /// A verification set.
    Set(&'a Verification, &'a Set),
    /// A check of a set.
    Check(&'a Verification, &'a Check),
    /// A lint rule.
    Rule(&'static Rule),
    /// A key, and the word that is its value when that is what stands there.
    Key(&'static Key, Option<String>),
    /// The title of a section that is looked for by its name.
    Section(&'static super::sections::Known),
}

impl<'a> Assist<'a> {
    /// What stands at `offset`, and where it is written.
    pub(super) fn thing(&self, offset: usize) -> Option<(Thing<'a>, Span)> {
        self.in_yaml(offset).or_else(|| self.named(offset)).or_else(|| self.section(offset))
    }

    /// A unit that stands at `offset`: its feature, its index there, and where it is written.
    pub(super) fn unit_at(&self, offset: usize) -> Option<(&'a Feature, usize, Span)> {
        match self.thing(offset)? {
            (Thing::Unit(feature, unit), span) => Some((feature, unit, span)),
            _ => None,
        }
    }

    fn in_yaml(&self, offset: usize) -> Option<(Thing<'a>, Span)> {
        let (area, spot) = self.yaml_spot(offset)?;
        let key = area.key(&spot.path, &spot.entry.key.value);
        if spot.on_key {
            let span = spot.entry.key.span;
            let rule = (spot.path == ["lint"]).then(|| find_rule(&spot.entry.key.value)).flatten();
            let rule = rule.map(|rule| (Thing::Rule(rule), span));
            let set = || self.set(&spot.entry.key.value).filter(|_| spot.path.is_empty());
            let set = || Some((set()?, span)).filter(|_| area == Area::Keys(FileKind::Verification));
            return rule.or_else(|| Some((Thing::Key(key?, None), span))).or_else(set);
        }
        let value = spot.scalar?;
        let text = value.as_text()?;
        let thing = self.value(area, &spot, key, text, offset).map(|thing| (thing, value.span));
        let word = || Some((Thing::Key(key?, Some(text.to_owned())), value.span));
        thing.or_else(|| self.named(offset)).or_else(word)
    }

    /// What the value `text` of a key names.
    fn value(
        &self,
        area: Area,
        spot: &YamlSpot<'_>,
        key: Option<&Key>,
        text: &str,
        offset: usize,
    ) -> Option<Thing<'a>> {
        match (area, key?.name) {
            (Area::Graph, "id" | "depends_on") | (Area::Keys(FileKind::Unit), "id") => self.unit(text),
            (Area::Graph, "file" | "gate") => {
                let feature = self.own()?;
                let touches = |span: Span| span.touches(offset);
                let unit = feature.units.iter().position(|unit| touches(unit.entry.span));
                let gate = || feature.gates.iter().find(|gate| touches(gate.entry.span));
                unit.map(|unit| Thing::Unit(feature, unit))
                    .or_else(|| gate().map(|gate| Thing::Gate(feature, gate)))
            }
            (Area::Keys(FileKind::Gate | FileKind::Review), "gate") => {
                let feature = self.own()?;
                let gate = feature.gates.get(feature.find_gate(text.parse().ok()?)?)?;
                Some(Thing::Gate(feature, gate))
            }
            (Area::Keys(FileKind::Plan), "feature_id") => self.feature(text).map(Thing::Feature),
            (Area::Keys(FileKind::Unit), "extra_gates" | "prep" | "oracles") => self.set(text),
            (Area::Keys(FileKind::Verification), "needs") => {
                let (file, set) = self.verification_set(spot.path.first()?)?;
                let check = set.checks.iter().find(|check| check.name.get().is_some_and(|n| n == text))?;
                Some(Thing::Check(file, check))
            }
            _ => None,
        }
    }

    /// An id, a gate's file or a rule that stands in running text.
    fn named(&self, offset: usize) -> Option<(Thing<'a>, Span)> {
        if let Some((named, span)) = mention::at(self.text, offset) {
            let thing = match named {
                Named::Unit(id) | Named::Short(id) => self.unit(id),
                Named::Feature(id) => self.feature(id).map(Thing::Feature),
            };
            return thing.map(|thing| (thing, span));
        }
        let word = word_at(self.text, offset, |b| is_part(b) || b == b'/')?;
        if let Some(rule) = find_rule(word.slice(self.text)) {
            return Some((Thing::Rule(rule), word));
        }
        let word = word_at(self.text, offset, is_part)?;
        let number = number_of(word.slice(self.text), "")?;
        let feature = self.own()?;
        Some((Thing::Gate(feature, feature.gates.get(feature.find_gate(number)?)?), word))
    }

    fn section(&self, offset: usize) -> Option<(Thing<'a>, Span)> {
        let body = &self.document()?.body;
        let headings = body.headings.iter().map(|h| &h.text);
        let mut names = headings.chain(body.lead_ins.iter().map(|l| &l.name));
        let name = names.find(|name| name.span.touches(offset))?;
        let known = super::sections::sections(self.kind()?)
            .iter()
            .find(|k| k.name.eq_ignore_ascii_case(&name.value))?;
        Some((Thing::Section(known), name.span))
    }

    /// The unit of this id, whole or, in a feature's own files, short.
    pub(super) fn unit(&self, id: &str) -> Option<Thing<'a>> {
        let own = self.own().is_some();
        let mut features = self.near();
        features.find_map(|feature| {
            let unit = feature.find_unit(id).filter(|_| own || id.contains('/'))?;
            Some(Thing::Unit(feature, unit))
        })
    }

    fn feature(&self, id: &str) -> Option<&'a Feature> {
        self.near().find(|feature| feature.id().is_some_and(|own| own.as_str() == id))
    }

    fn verification_set(&self, name: &str) -> Option<(&'a Verification, &'a Set)> {
        let file = self.near().find_map(|feature| feature.verification.as_deref())?;
        file.set(name).map(|set| (file, set))
    }

    fn set(&self, name: &str) -> Option<Thing<'a>> {
        self.verification_set(name).map(|(file, set)| Thing::Set(file, set))
    }
}

/// How a unit's list of ids reads: short ids, one after the other.
pub(super) fn shorts<'u>(ids: impl Iterator<Item = &'u str>) -> String {
    let shorts: Vec<String> = ids.map(|id| format!("`{}`", crate::model::id::short(id))).collect();
    shorts.join(", ")
}

/// The units that wait for `unit`.
pub(super) fn waiting<'u>(feature: &'u Feature, unit: &'u Unit) -> impl Iterator<Item = &'u str> {
    let waits = |other: &&Unit| other.entry.depends_on.iter().any(|d| d.value == unit.id());
    feature.units.iter().filter(waits).map(Unit::id)
}
