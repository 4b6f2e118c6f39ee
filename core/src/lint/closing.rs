//! How each gate is closed: which of the known sequences its closing units make.

use super::context::Context;
use crate::model::Unit;
use crate::model::status::UnitType;
use crate::path::RelPath;
use crate::span::Span;

/// The sequences.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// `close`
    Close,
    /// `close-intermediate`, `plan-next`
    Intermediate,
    /// A `close-intermediate` without a `plan-next` behind it.
    IntermediateAlone,
    /// `retrospective`, `lessons`, `docs`, `plan-next`
    Legacy,
    /// Anything else.
    Unknown,
}

impl Shape {
    /// Whether it is one of today's sequences.
    pub(super) fn is_new(self) -> bool {
        matches!(self, Shape::Close | Shape::Intermediate)
    }
}

/// A drafted gate and how it is closed.
#[derive(Debug)]
pub(super) struct ClosedGate {
    /// Its index in the feature.
    pub(super) index: usize,
    /// Its number.
    pub(super) number: u32,
    /// The types of its closing units in graph order.
    pub(super) kinds: Vec<UnitType>,
    /// What they make.
    pub(super) shape: Shape,
    /// Whether it is the last gate.
    pub(super) terminal: bool,
    /// Where a finding about it points in the plan: the first closing unit's id, else its number.
    pub(super) at: Span,
}

/// The drafted gates whose units' types are all known.
pub(super) fn gates(context: &Context) -> Vec<ClosedGate> {
    let feature = context.feature;
    let known = |index: &usize| {
        let gate = &feature.gates[*index];
        !gate.is_undrafted() && feature.units_of(gate).all(|(_, unit)| unit.kind().is_some())
    };
    (0..feature.gates.len()).filter(known).map(|index| closed(context, index)).collect()
}

fn closed(context: &Context, index: usize) -> ClosedGate {
    let gate = &context.feature.gates[index];
    let closing: Vec<&Unit> =
        context.feature.units_of(gate).map(|(_, unit)| unit).filter(|unit| unit.is_closing()).collect();
    let kinds: Vec<UnitType> = closing.iter().filter_map(|unit| unit.kind()).collect();
    let first = closing.first().and_then(|unit| unit.entry.id.span());
    ClosedGate {
        index,
        number: gate.number,
        shape: shape(&kinds),
        kinds,
        terminal: context.feature.is_terminal(index),
        at: first.or(gate.entry.number.span()).unwrap_or(gate.entry.span),
    }
}

fn shape(kinds: &[UnitType]) -> Shape {
    use UnitType::*;
    match kinds {
        [Close] => Shape::Close,
        [CloseIntermediate, PlanNext] => Shape::Intermediate,
        [Retrospective, Lessons, Docs, PlanNext] => Shape::Legacy,
        kinds if intermediate_alone(kinds) => Shape::IntermediateAlone,
        _ => Shape::Unknown,
    }
}

fn intermediate_alone(kinds: &[UnitType]) -> bool {
    let place = kinds.iter().position(|kind| *kind == UnitType::CloseIntermediate);
    place.is_some_and(|place| kinds.get(place + 1) != Some(&UnitType::PlanNext))
}

/// The first path in backticks that lies outside the feature's folder: something only a session
/// would write.
pub(super) fn outside<'a>(text: &'a str, folder: &RelPath) -> Option<&'a str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let path = |word: &&str| {
        let plain = !word.contains(char::is_whitespace) && !word.contains("://");
        plain && (word.contains('/') || word.ends_with(".md") && SHARED.contains(word))
    };
    quoted.filter(path).find(|word| {
        !word.starts_with(folder.as_str()) && !word.contains(folder.file_name()) && !word.starts_with("FEAT-")
    })
}

/// Documents that people name without their folder and that belong to the repository.
const SHARED: [&str; 4] = ["LEARNINGS.md", "CHANGELOG.md", "README.md", "roadmap.md"];
