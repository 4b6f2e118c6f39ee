//! The order in which the plan names the units of a gate, which is the order in which those that are ready at
//! the same time are begun: where a unit goes when a person moves it by one place, or drags its box.

use specfuse_core::layout::{BOX_HEIGHT, BOX_WIDTH, GUTTER, Point, Rect};
use specfuse_core::model::Feature;
use std::collections::BTreeSet;

/// How thick the line is that shows where a box would go.
const LINE: f64 = 4.0;
/// The middle of the room between two boxes, from the edge of one.
const BETWEEN: f64 = 11.0;

/// A place among the units of a gate.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Place {
    /// The unit beside it.
    pub beside: usize,
    /// Whether it is behind that unit; otherwise it is before it.
    pub behind: bool,
    /// Where it is shown in the picture.
    pub line: Rect,
}

/// The unit that `chosen` units of one gate change places with, going forward or back in the plan. The units
/// that close a gate keep behind all others.
///
/// # Errors
/// Why there is none, in words for the person.
pub fn neighbour(feature: &Feature, chosen: &BTreeSet<usize>, back: bool) -> Result<usize, String> {
    let mut units = chosen.iter().filter_map(|unit| feature.units.get(*unit));
    let first = units.next().ok_or("no unit is selected")?;
    let (gate, closing) = (first.gate, first.is_closing());
    if units.any(|unit| unit.gate != gate) {
        return Err("the selected units are of several gates: select those of one".to_owned());
    }
    let alike = |unit: &usize| {
        let other = &feature.units[*unit];
        !chosen.contains(unit) && other.gate == gate && other.is_closing() == closing
    };
    let (lowest, highest) =
        (chosen.first().copied().unwrap_or_default(), chosen.last().copied().unwrap_or_default());
    let found = match back {
        true => (highest + 1..feature.units.len()).find(alike),
        false => (0..lowest).rev().find(alike),
    };
    let end = if back { "the last" } else { "the first" };
    let rest = if back && !closing { " that do not close it" } else { "" };
    found.ok_or_else(|| {
        format!("that is {end} place of the units of gate {}{rest}", feature.gates[gate].number)
    })
}

/// Where the box of `unit` goes that is dragged from one place to another: between other boxes of its column.
/// `None` when it does not pass one of them.
pub fn dropped(
    feature: &Feature,
    boxes: &[Rect],
    dragged: &BTreeSet<usize>,
    unit: usize,
    (from, to): (Point, Point),
) -> Option<Place> {
    let (own, read) = (boxes.get(unit)?, feature.units.get(unit)?);
    let fits = |other: usize| {
        let other = feature.units.get(other)?;
        (other.gate == read.gate && other.is_closing() == read.is_closing()).then_some(())
    };
    dragged.iter().try_for_each(|other| fits(*other))?;
    if (to.x - from.x).abs() > (BOX_WIDTH + GUTTER) / 2.0 {
        return None;
    }
    let beside = |(other, rect): &(usize, &Rect)| {
        rect.x == own.x && !dragged.contains(other) && fits(*other).is_some()
    };
    let mut others: Vec<(usize, &Rect)> = boxes.iter().enumerate().filter(beside).collect();
    specfuse_core::ordered::sort_by(&mut others, |a, b| a.1.y.total_cmp(&b.1.y));
    let place = |top: f64| others.partition_point(|(_, rect)| rect.y < top);
    let (old, new) = (place(own.y), place(own.y + to.y - from.y));
    if old == new {
        return None;
    }
    let (beside, rect, behind) = match others.get(new) {
        Some((other, rect)) => (*other, *rect, false),
        None => others.last().map(|(other, rect)| (*other, *rect, true))?,
    };
    let y = if behind { rect.y + BOX_HEIGHT + BETWEEN } else { rect.y - BETWEEN } - LINE / 2.0;
    Some(Place { beside, behind, line: Rect { x: rect.x, y, width: BOX_WIDTH, height: LINE } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn set(units: &[usize]) -> BTreeSet<usize> {
        units.iter().copied().collect()
    }

    #[test]
    fn a_unit_changes_places_with_those_of_its_gate() {
        let document = Document::example();
        let feature = document.feature();
        assert_eq!(neighbour(feature, &set(&[1]), true), Ok(2));
        assert_eq!(neighbour(feature, &set(&[1]), false), Ok(0));
        assert_eq!(neighbour(feature, &set(&[0, 1]), true), Ok(2));
        assert_eq!(
            neighbour(feature, &set(&[0, 2]), false),
            Err("that is the first place of the units of gate 1".into())
        );
        let last = neighbour(feature, &set(&[2]), true).unwrap_err();
        assert!(last.ends_with("gate 1 that do not close it"), "{last}");
        assert_eq!(neighbour(feature, &set(&[4]), false), Ok(3), "those that close change places as well");
        assert!(neighbour(feature, &set(&[3]), false).is_err(), "but not with others");
        assert!(neighbour(feature, &set(&[1, 5]), true).unwrap_err().contains("several gates"));
    }

    #[test]
    fn a_box_goes_where_it_passed_another() {
        let document = Document::example();
        let (feature, boxes) = (document.feature(), &document.layout().boxes);
        let (t02, t03) = (boxes[1], boxes[2]);
        assert_eq!(t02.x, t03.x, "one column");
        let by = |unit: usize, x: f64, y: f64| {
            let at = Point { x: boxes[unit].x + 20.0, y: boxes[unit].y + 20.0 };
            dropped(feature, boxes, &set(&[unit]), unit, (at, Point { x: at.x + x, y: at.y + y }))
        };
        let down = by(1, 30.0, t03.y - t02.y + 5.0).unwrap();
        assert_eq!((down.beside, down.behind), (2, true));
        assert!(down.line.y > t03.bottom());
        let up = by(2, -30.0, t02.y - t03.y - 5.0).unwrap();
        assert_eq!((up.beside, up.behind), (1, false));
        assert!(up.line.y < t02.y);
        assert_eq!(by(1, 0.0, 20.0), None, "it passed nothing");
        assert_eq!(by(1, 300.0, 200.0), None, "another column");
        let far = dropped(feature, boxes, &set(&[1, 5]), 1, (Point::default(), Point { x: 0.0, y: 500.0 }));
        assert_eq!(far, None, "one of another gate is dragged along");
    }
}
