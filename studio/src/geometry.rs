//! Points and rectangles of the picture: what a pointer drags, and over what.

use specfuse_core::layout::{Point, Rect};
use std::collections::BTreeSet;

/// How far a pointer moves, on the screen, before a press is a drag.
pub const HARDLY: f64 = 4.0;

/// Whether a pointer that went from one place of the picture to another drags something.
pub fn has_moved(from: Point, to: Point, zoom: f64) -> bool {
    (from.x - to.x).hypot(from.y - to.y) * zoom > HARDLY
}

/// The rectangle between two corners.
pub fn across(a: Point, b: Point) -> Rect {
    Rect { x: a.x.min(b.x), y: a.y.min(b.y), width: (a.x - b.x).abs(), height: (a.y - b.y).abs() }
}

/// How far from the left edge of its panel a picture begins: one that is narrower stands in the middle, as the
/// styles put it.
pub fn inset(panel: f64, picture: f64) -> f64 {
    ((panel - picture) / 2.0).max(0.0)
}

/// The boxes that a rectangle meets.
pub fn touched(boxes: &[Rect], rect: &Rect) -> Vec<usize> {
    let meets = |other: &Rect| {
        other.x < rect.right() && rect.x < other.right() && other.y < rect.bottom() && rect.y < other.bottom()
    };
    boxes.iter().enumerate().filter(|(_, other)| meets(other)).map(|(unit, _)| unit).collect()
}

/// The smallest rectangle around some of the boxes.
pub fn bounds(boxes: &[Rect], units: &BTreeSet<usize>) -> Option<Rect> {
    let mut chosen = units.iter().filter_map(|unit| boxes.get(*unit));
    let first = *chosen.next()?;
    Some(chosen.fold(first, |all, rect| {
        let (x, y) = (all.x.min(rect.x), all.y.min(rect.y));
        Rect { x, y, width: all.right().max(rect.right()) - x, height: all.bottom().max(rect.bottom()) - y }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_hold_every_chosen_box() {
        let rect = |x: f64, y: f64| Rect { x, y, width: 10.0, height: 10.0 };
        let boxes = [rect(0.0, 50.0), rect(30.0, 5.0), rect(500.0, 500.0)];
        let all = bounds(&boxes, &BTreeSet::from([0, 1])).unwrap();
        assert_eq!(all, Rect { x: 0.0, y: 5.0, width: 40.0, height: 55.0 });
        assert_eq!(bounds(&boxes, &BTreeSet::new()), None);
    }
    #[test]
    fn a_rectangle_meets_what_it_touches() {
        let rect = |x: f64, y: f64| Rect { x, y, width: 10.0, height: 10.0 };
        let boxes = [rect(0.0, 0.0), rect(20.0, 0.0), rect(0.0, 20.0)];
        let from = |x: f64, y: f64| Point { x, y };
        assert_eq!(touched(&boxes, &across(from(25.0, 5.0), from(-5.0, 8.0))), [0, 1]);
        assert_eq!(touched(&boxes, &across(from(12.0, 12.0), from(15.0, 40.0))), [0usize; 0]);
    }

    #[test]
    fn a_press_is_a_drag_once_it_moves() {
        let (here, there) = (Point { x: 0.0, y: 0.0 }, Point { x: 5.0, y: 0.0 });
        assert!(has_moved(here, there, 1.0) && !has_moved(here, there, 0.5) && !has_moved(here, here, 1.0));
    }
}
