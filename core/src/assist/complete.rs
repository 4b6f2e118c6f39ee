//! What could stand at a caret: keys, values, ids, sections.

use super::Assist;
use super::area::{Area, is_set};
use super::caret::{At, Caret, caret};
use super::hover::{of_gate, of_key, plain, unit_in_short};
use super::sections;
use crate::frontmatter::Frontmatter;
use crate::lint::rules;
use crate::model::Feature;
use crate::model::gate::{file_name, number_of};
use crate::model::id::{FeatureId, short};
use crate::model::mention::{is_part, word_at};
use crate::schema::{FileKind, Key, Type};
use crate::span::Span;

/// Something that could stand at the caret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Completion {
    /// How it is listed.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// A few words beside the label.
    pub detail: String,
    /// More about it, as Markdown.
    pub documentation: String,
    /// The bytes that it takes the place of: what is typed so far.
    pub replace: Span,
    /// What comes there.
    pub insert: String,
}

/// What a completion is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompletionKind {
    /// A key.
    Key,
    /// A word of a closed list, or a name from elsewhere.
    Value,
    /// A unit's id.
    Unit,
    /// A gate.
    Gate,
    /// A file.
    File,
    /// A section's heading.
    Section,
}

/// What is offered, before it has a place.
struct Offer {
    label: String,
    kind: CompletionKind,
    detail: String,
    documentation: String,
    insert: String,
}

impl Offer {
    fn new(label: impl Into<String>, kind: CompletionKind) -> Offer {
        let label = label.into();
        Offer { insert: label.clone(), label, kind, detail: String::new(), documentation: String::new() }
    }

    fn value(label: impl Into<String>) -> Offer {
        Offer::new(label, CompletionKind::Value)
    }

    fn detail(mut self, detail: impl Into<String>) -> Offer {
        self.detail = detail.into();
        self
    }

    fn documentation(mut self, text: impl Into<String>) -> Offer {
        self.documentation = text.into();
        self
    }

    fn at(self, replace: Span) -> Completion {
        let Offer { label, kind, detail, documentation, insert } = self;
        Completion { label, kind, detail, documentation, replace, insert }
    }
}

impl Assist<'_> {
    /// What could stand at `offset`, most likely first. All of it is given: filtering by what is typed
    /// is the editor's.
    pub fn complete(&self, offset: usize) -> Vec<Completion> {
        let offset = crate::span::floor_boundary(self.text, offset);
        match self.area(offset) {
            Some((area, block)) => {
                let caret = caret(self.text, block, offset);
                caret.map_or_else(Vec::new, |caret| self.complete_yaml(area, &caret, offset))
            }
            None => self.in_body(offset),
        }
    }

    fn complete_yaml(&self, area: Area, caret: &Caret<'_>, offset: usize) -> Vec<Completion> {
        let (offers, before) = match caret.at {
            At::Key { colon } => (self.keys(area, caret, colon), ""),
            At::Value { tight } => (self.of_last(area, &caret.path, offset), if tight { " " } else { "" }),
            At::Item => match self.keys(area, caret, false) {
                keys if keys.is_empty() => (self.of_last(area, &caret.path, offset), ""),
                keys => (keys, ""),
            },
        };
        offers
            .into_iter()
            .map(|offer| Offer { insert: format!("{before}{}", offer.insert), ..offer }.at(caret.word))
            .collect()
    }

    fn keys(&self, area: Area, caret: &Caret<'_>, colon: bool) -> Vec<Offer> {
        let tail = if colon { "" } else { ": " };
        let free = |name: &str| !caret.siblings.contains(&name);
        let table = area.table(&caret.path).iter().filter(|key| free(key.name));
        let (hands_off, ours): (Vec<&Key>, Vec<&Key>) =
            table.partition(|key| key.writer == crate::schema::Writer::Driver);
        let mut offers: Vec<Offer> = ours.into_iter().chain(hands_off).map(of_table).collect();
        if area == Area::Keys(FileKind::Config) && caret.path == ["lint"] {
            offers.extend(rules::ALL.iter().filter(|rule| free(rule.id)).map(|rule| {
                Offer::new(rule.id, CompletionKind::Key)
                    .detail(rule.severity.to_string())
                    .documentation(rule.summary)
            }));
        }
        if area == Area::Keys(FileKind::Verification) && caret.path.is_empty() {
            let sets = SETS.iter().filter(|(name, _)| free(name));
            let sets = sets.map(|(name, text)| Offer::new(*name, CompletionKind::Key).documentation(*text));
            offers.splice(0..0, sets);
        }
        offers.into_iter().map(|o| Offer { insert: format!("{}{tail}", o.insert), ..o }).collect()
    }

    /// The values of the last key of `path`.
    fn of_last(&self, area: Area, path: &[&str], offset: usize) -> Vec<Offer> {
        let Some((name, around)) = path.split_last() else { return Vec::new() };
        if area == Area::Keys(FileKind::Config) && around == ["lint"] {
            return ["off", "warning", "error"].map(Offer::value).into();
        }
        let Some(key) = area.key(around, name) else { return Vec::new() };
        let words = key.ty.words();
        if !words.is_empty() {
            let offer = |word| Offer::value(word).documentation(key.ty.meaning(word));
            return words.into_iter().map(offer).collect();
        }
        self.names(area, around, key, offset)
    }

    /// Names from elsewhere that a key may hold.
    fn names(&self, area: Area, around: &[&str], key: &Key, offset: usize) -> Vec<Offer> {
        match (area, key.name) {
            (Area::Graph, "depends_on") => self.dependencies(offset),
            (Area::Graph, "file") => self.files(around),
            (Area::Graph, "gate") => {
                let next = self.own().and_then(|f| f.gates.iter().map(|g| g.number).max()).unwrap_or(0) + 1;
                vec![Offer::value(next.to_string())]
            }
            (Area::Keys(FileKind::Gate | FileKind::Review), "gate") => self.gate_of_name(),
            (Area::Keys(FileKind::Unit), "id") => self.id_of_file(),
            (Area::Keys(FileKind::Unit), "extra_gates" | "prep" | "oracles") => self.sets(),
            (Area::Keys(FileKind::Plan), "feature_id") => {
                let id = self.own().and_then(|feature| FeatureId::of_folder(feature.folder_name()));
                id.map(|id| Offer::value(id.to_string())).into_iter().collect()
            }
            (Area::Keys(FileKind::Verification), "needs") => self.checks(around),
            (Area::Keys(FileKind::Verification), "tier") => vec![Offer::value("broad")],
            (Area::Keys(FileKind::Config), "agent") => self.agents(),
            _ if matches!(key.ty, Type::Model) => self.models(),
            _ => Vec::new(),
        }
    }

    /// What the unit of the graph's entry at `offset` may wait for: units of its gate and of earlier ones.
    fn dependencies(&self, offset: usize) -> Vec<Offer> {
        let Some(feature) = self.own() else { return Vec::new() };
        let entry = feature.units.iter().rposition(|unit| unit.entry.span.start as usize <= offset);
        let gate = entry.map_or(usize::MAX, |entry| feature.units[entry].gate);
        let taken = |id: &str| {
            entry.is_some_and(|entry| {
                let unit = &feature.units[entry];
                let other = |d: &&crate::span::Spanned<String>| !d.span.touches(offset);
                unit.id() == id || unit.entry.depends_on.iter().filter(other).any(|d| d.value == id)
            })
        };
        let fit = |index: &usize| {
            let unit = &feature.units[*index];
            unit.gate <= gate && !unit.id().is_empty() && !taken(unit.id())
        };
        (0..feature.units.len()).filter(fit).map(|index| of_unit_id(feature, index, true)).collect()
    }

    /// Files of the folder that a gate's or a unit's entry could name and none does.
    fn files(&self, around: &[&str]) -> Vec<Offer> {
        let Some(feature) = self.own() else { return Vec::new() };
        let units = around.last() == Some(&"work_units");
        let fits = |name: &str| match units {
            true => name.starts_with("WU-") && name.ends_with(".md"),
            false => number_of(name, ".md").is_some(),
        };
        let gates = feature.gates.iter().filter_map(|gate| gate.path.as_ref().ok());
        let named =
            crate::ordered::set(gates.chain(feature.units.iter().filter_map(|u| u.path.as_ref().ok())));
        let free =
            self.tree.below(&feature.folder).map(|(path, _)| path).filter(|path| !named.contains(path));
        let names = free.filter_map(|path| path.below(&feature.folder)).filter(|name| fits(name));
        let mut offers: Vec<Offer> = names.map(|name| Offer::new(name, CompletionKind::File)).collect();
        if !units && offers.is_empty() {
            let next = feature.gates.iter().map(|gate| gate.number).max().unwrap_or(0);
            offers.push(Offer::new(file_name(next.max(1)), CompletionKind::File));
        }
        offers
    }

    fn gate_of_name(&self) -> Vec<Offer> {
        let name = self.path.file_name();
        let number = number_of(name, ".md").or_else(|| number_of(name, "-REVIEW.md"));
        number.map(|number| Offer::value(number.to_string())).into_iter().collect()
    }

    /// The id that the graph gives to this file.
    fn id_of_file(&self) -> Vec<Offer> {
        let Some(feature) = self.own() else { return Vec::new() };
        let here = |index: &usize| feature.units[*index].path.as_ref() == Ok(self.path);
        let units = (0..feature.units.len()).filter(here);
        units.map(|index| of_unit_id(feature, index, true)).filter(|offer| !offer.label.is_empty()).collect()
    }

    fn sets(&self) -> Vec<Offer> {
        let file = self.near().find_map(|feature| feature.verification.as_deref());
        let sets = file.into_iter().flat_map(|file| &file.sets).filter(|set| is_set(&set.name.value));
        sets.map(|set| Offer::value(set.name.value.clone()).detail(format!("{} checks", set.checks.len())))
            .collect()
    }

    fn checks(&self, around: &[&str]) -> Vec<Offer> {
        let file = self.near().find_map(|feature| feature.verification.as_deref());
        let set = around.first().and_then(|set| file?.set(set));
        let names = set.into_iter().flat_map(|set| &set.checks).filter_map(|check| check.name.get());
        names.map(Offer::value).collect()
    }

    fn agents(&self) -> Vec<Offer> {
        let config = self.near().find_map(|feature| feature.config.as_deref());
        let agents = config.and_then(|config| config.yaml.root.as_map()?.get("agents")?.as_map());
        let names = agents.into_iter().flat_map(|map| &map.entries);
        names.map(|entry| Offer::value(entry.key.value.clone())).collect()
    }

    fn models(&self) -> Vec<Offer> {
        self.own()
            .map_or_else(Vec::new, |feature| rules::models(feature).into_iter().map(Offer::value).collect())
    }

    fn in_body(&self, offset: usize) -> Vec<Completion> {
        let sections = self.missing_sections(offset);
        if sections.is_empty() { self.ids(offset) } else { sections }
    }

    /// The sections that the file lacks, where a line starts like a heading or like one of their names.
    fn missing_sections(&self, offset: usize) -> Vec<Completion> {
        let (Some(doc), Some(kind)) = (self.document(), self.kind()) else { return Vec::new() };
        let outside = matches!(doc.frontmatter, Frontmatter::Unclosed { .. }) || doc.body.in_fence(offset);
        if outside || offset < doc.body.span.start as usize {
            return Vec::new();
        }
        let start = self.text[..offset].rfind('\n').map_or(0, |at| at + 1);
        let typed = &self.text[start..offset];
        let marks = typed.len() - typed.trim_start_matches(['#', '*']).len();
        let word = typed[marks..].trim_start();
        let missing = sections(kind).iter().filter(|known| match doc.body.section(known.name) {
            None => true,
            Some(section) => section.opener.touches(offset),
        });
        let like = |name: &str| {
            let named = name.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
            named && (marks > 0 || !word.is_empty())
        };
        let end = offset + self.text[offset..].find(['\r', '\n']).unwrap_or(self.text.len() - offset);
        let replace = Span::new(
            start,
            if self.text[offset..end].trim_matches(['*', '#', ' ']).is_empty() { end } else { offset },
        );
        let bold = match &typed[..marks] {
            "" => !doc.body.lead_ins.is_empty(),
            marks => marks.starts_with('*'),
        };
        let insert = |name: &str| match bold {
            true => format!("**{name}.** "),
            false => format!("{} {name}\n\n", if typed.starts_with('#') { &typed[..marks] } else { "##" }),
        };
        let offer = |known: &sections::Known| {
            let offer = Offer::new(known.name, CompletionKind::Section).documentation(known.meaning);
            Offer { insert: insert(known.name), ..offer }.at(replace)
        };
        missing.filter(|known| like(known.name)).map(offer).collect()
    }

    /// Ids of units and gates, where the start of one is typed.
    fn ids(&self, offset: usize) -> Vec<Completion> {
        let part = |b| is_part(b) || b == b'/';
        let Some(word) = word_at(self.text, offset, part) else { return Vec::new() };
        let typed = &self.text[word.start as usize..offset];
        let Some(feature) = self.own() else { return Vec::new() };
        let whole = ["FEAT-", "INIT-"].iter().any(|head| typed.starts_with(head));
        let short =
            typed.starts_with(['T', 'G']) && typed[1..].bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let mut offers = Vec::new();
        if whole || short {
            let units = (0..feature.units.len()).filter(|index| !feature.units[*index].id().is_empty());
            offers.extend(units.map(|index| of_unit_id(feature, index, whole)));
        }
        if typed == "G" || !typed.is_empty() && "GATE-".starts_with(typed) || typed.starts_with("GATE-") {
            offers.extend(feature.gates.iter().map(|gate| {
                let name = format!("GATE-{:02}", gate.number);
                Offer::new(name, CompletionKind::Gate).documentation(of_gate(feature, gate))
            }));
        }
        let replace = Span::new(word.start as usize, word.end as usize);
        offers.into_iter().map(|offer| offer.at(replace)).collect()
    }
}

/// The sets that types of unit need.
const SETS: [(&str, &str); 3] = [
    ("code", "Judges units of type implementation and qa."),
    ("doc", "Judges the legacy closing units: retrospective, lessons, docs."),
    ("plannext", "Judges closing and planning units."),
];

fn of_table(key: &'static Key) -> Offer {
    let detail = if key.required { "required" } else { key.default };
    Offer::new(key.name, CompletionKind::Key).detail(detail).documentation(of_key(key, None))
}

fn of_unit_id(feature: &Feature, index: usize, whole: bool) -> Offer {
    let unit = &feature.units[index];
    let id = if whole { unit.id() } else { short(unit.id()) };
    let offer = Offer::new(id, CompletionKind::Unit).detail(plain(unit.title()));
    offer.documentation(unit_in_short(feature, index))
}
