//! The outline of a file: gates with their units, sections, sets with their checks.

use super::Assist;
use crate::lint::Source;
use crate::markdown::{Heading, Markdown, is_section_name};
use crate::model::field::Field;
use crate::model::plan::{GateEntry, GraphBlock};
use crate::model::verification::Verification;
use crate::span::Span;
use crate::yaml::{Entry, Map};

/// Something that a file is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Symbol {
    /// Its name; never empty.
    pub name: String,
    /// A few words beside it.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// All of it.
    pub span: Span,
    /// What names it; inside `span`.
    pub name_span: Span,
    /// What it is made of, in the order of the text.
    pub inside: Vec<Symbol>,
}

/// What a symbol is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SymbolKind {
    /// A key at the top of a file.
    Key,
    /// A gate.
    Gate,
    /// A unit.
    Unit,
    /// A heading or a named section.
    Section,
    /// A verification set.
    Set,
    /// A check of a set.
    Check,
    /// A feature of the roadmap.
    Feature,
}

impl Symbol {
    fn new(name: &str, kind: SymbolKind, span: Span, name_span: Span) -> Symbol {
        let name = if name.trim().is_empty() { "(no name)" } else { name };
        let (name, detail) = (name.to_owned(), String::new());
        Symbol { name, detail, kind, span: span.to(name_span), name_span, inside: Vec::new() }
    }
}

impl Assist<'_> {
    /// The file's outline, in the order of its text.
    pub fn symbols(&self) -> Vec<Symbol> {
        match &self.source {
            Some(Source::Verification(file)) => sets(file),
            Some(Source::Config(config)) => config.yaml.root.as_map().map_or_else(Vec::new, keys),
            Some(Source::Plan(plan)) => {
                let graph = plan.graph.as_ref().map_or_else(Vec::new, |graph| self.gates(graph));
                let mut all = sections(&plan.doc.body);
                graph.into_iter().for_each(|gate| put(&mut all, gate));
                all
            }
            Some(Source::Roadmap(roadmap)) => {
                let mut all = sections(&roadmap.doc.body);
                let rows =
                    roadmap.table.iter().flat_map(|table| table.rows.iter().map(move |row| (table, row)));
                for (table, row) in rows {
                    let Some(id) = table.cell(row, "Feature ID") else { continue };
                    let mut symbol = Symbol::new(&id.value, SymbolKind::Feature, row.span, id.span);
                    symbol.detail =
                        table.cell(row, "Status").map_or_else(String::new, |cell| cell.value.clone());
                    put(&mut all, symbol);
                }
                all
            }
            Some(source) => source.document().map_or_else(Vec::new, |doc| sections(&doc.body)),
            None => Vec::new(),
        }
    }

    fn gates(&self, graph: &GraphBlock) -> Vec<Symbol> {
        let all = graph.gates.iter().enumerate();
        all.map(|(index, gate)| {
            let number = gate.number.get().copied().unwrap_or(index as u32 + 1);
            let name_span = gate.number.span().unwrap_or(first_byte(gate.span));
            let mut symbol = Symbol::new(&format!("Gate {number}"), SymbolKind::Gate, gate.span, name_span);
            symbol.detail = text(&gate.file).to_owned();
            symbol.inside = self.units(gate);
            symbol
        })
        .collect()
    }

    fn units(&self, gate: &GateEntry) -> Vec<Symbol> {
        let units = gate.units.iter().map(|entry| {
            let id = text(&entry.id);
            let name_span = entry.id.span().unwrap_or(first_byte(entry.span));
            let short = crate::model::id::short(id);
            let mut symbol = Symbol::new(short, SymbolKind::Unit, entry.span, name_span);
            let known = self.own().and_then(|feature| Some(&feature.units[feature.find_unit(id)?]));
            symbol.detail = known.map_or_else(String::new, |unit| unit.title().to_owned());
            symbol
        });
        units.collect()
    }
}

fn text(field: &Field<String>) -> &str {
    field.get().map_or("", String::as_str)
}

fn first_byte(span: Span) -> Span {
    Span::at(span.start as usize)
}

fn keys(map: &Map) -> Vec<Symbol> {
    map.entries.iter().map(|entry| of_entry(entry, SymbolKind::Key)).collect()
}

fn of_entry(entry: &Entry, kind: SymbolKind) -> Symbol {
    Symbol::new(&entry.key.value, kind, entry.span, entry.key.span)
}

fn sets(file: &Verification) -> Vec<Symbol> {
    let Some(map) = file.yaml.root.as_map() else { return Vec::new() };
    let entry = |entry: &Entry| {
        let Some(set) = file.sets.iter().find(|set| set.name.span == entry.key.span) else {
            return of_entry(entry, SymbolKind::Key);
        };
        let mut symbol = of_entry(entry, SymbolKind::Set);
        symbol.inside = set
            .checks
            .iter()
            .map(|check| {
                let name_span = check.name.span().unwrap_or(first_byte(check.span));
                let mut symbol = Symbol::new(text(&check.name), SymbolKind::Check, check.span, name_span);
                symbol.detail = text(&check.command).lines().next().unwrap_or_default().to_owned();
                symbol
            })
            .collect();
        symbol
    };
    map.entries.iter().map(entry).collect()
}

/// The most headings, and the most bold words, that an outline shows.
const MOST: usize = 2_000;

/// Headings in each other as their levels say, with the sections that bold words open.
fn sections(body: &Markdown) -> Vec<Symbol> {
    let mut all = Vec::new();
    for heading in body.headings.iter().take(MOST) {
        put(&mut all, of_heading(body, heading));
    }
    for lead_in in body.lead_ins.iter().take(MOST).filter(|l| is_section_name(&l.name.value)) {
        let section = body.lead_in_section(lead_in);
        let span = lead_in.span.to(section.body);
        put(&mut all, Symbol::new(&lead_in.name.value, SymbolKind::Section, span, lead_in.name.span));
    }
    all
}

fn of_heading(body: &Markdown, heading: &Heading) -> Symbol {
    let next = body.headings.iter().find(|h| h.span.start > heading.span.start && h.level <= heading.level);
    let end = next.map_or(body.span.end, |next| next.span.start);
    let span = Span { start: heading.span.start, end: end.max(heading.span.end) };
    Symbol::new(&heading.text.value, SymbolKind::Section, span, heading.text.span)
}

/// Puts `symbol` into the innermost one of `all` that holds it.
fn put(all: &mut Vec<Symbol>, symbol: Symbol) {
    match all.iter_mut().rev().find(|other| other.span != symbol.span && other.span.contains(symbol.span)) {
        Some(outer) => put(&mut outer.inside, symbol),
        None => {
            let at = all.partition_point(|other| other.span.start <= symbol.span.start);
            all.insert(at, symbol);
        }
    }
}
