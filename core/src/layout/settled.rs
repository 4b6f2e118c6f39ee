//! Drawing again after an edit: what was drawn stays where it was; what is new goes where there is room.

use super::arrange::{Arrangement, Slot};
use super::{Layout, ROW_GAP};
use crate::model::Feature;
use crate::ordered;
use std::collections::BTreeMap;

/// The room that a lane leaves to what is above and below it: between two boxes there is room for one.
const LANE_GAP: f64 = 4.0;

/// Where something was drawn last: in which gate, by its number; in which column; how far down in the band.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Place {
    pub(super) gate: u32,
    pub(super) column: usize,
    pub(super) top: f64,
    /// Which in the plan it was when the last picture was noted; `None` of a line, and of what was gone then.
    order: Option<usize>,
}

/// Where units and lines were drawn last, by their names. What goes is remembered, so that it comes back to
/// where it was.
pub type Places = BTreeMap<String, Place>;

/// What of a picture is remembered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Key {
    Unit(usize),
    /// A line's lane in a column: from, to, column.
    Lane(usize, usize, usize),
}

impl Key {
    /// Its name among the [`Places`].
    pub(super) fn name(self, feature: &Feature) -> Option<String> {
        let id = |unit: usize| feature.units.get(unit).map(|unit| unit.id()).filter(|id| !id.is_empty());
        Some(match self {
            Key::Unit(unit) => id(unit)?.to_owned(),
            Key::Lane(from, to, column) => format!("{} {} {column}", id(from)?, id(to)?),
        })
    }
}

impl Layout {
    /// Notes where everything is drawn, for [`Layout::settled`].
    pub fn note(&self, feature: &Feature, places: &mut Places) {
        places.values_mut().for_each(|place| place.order = None);
        for (key, unit, column, top) in &self.noted {
            let gate = feature.units.get(*unit).and_then(|unit| feature.gates.get(unit.gate));
            if let (Some(name), Some(gate)) = (key.name(feature), gate) {
                let order = if let Key::Unit(unit) = key { Some(*unit) } else { None };
                places.insert(name, Place { gate: gate.number, column: *column, top: *top, order });
            }
        }
    }

    /// Lets the boxes of a column change places where the plan names them in another order than it did.
    pub fn follow_order(feature: &Feature, places: &mut Places) {
        for gate in &feature.gates {
            let mut columns: BTreeMap<usize, Vec<(&str, Place)>> = BTreeMap::new();
            for (_, unit) in feature.units_of(gate) {
                let place = places.get(unit.id()).filter(|place| place.gate == gate.number);
                if let Some(place) = place.filter(|place| place.order.is_some()) {
                    columns.entry(place.column).or_default().push((unit.id(), *place));
                }
            }
            for column in columns.into_values().filter(|column| !column.is_sorted_by_key(|(_, p)| p.order)) {
                let mut tops: Vec<f64> = column.iter().map(|(_, place)| place.top).collect();
                ordered::sort_by(&mut tops, f64::total_cmp);
                for ((name, place), top) in column.into_iter().zip(tops) {
                    places.insert(name.to_owned(), Place { top, ..place });
                }
            }
        }
    }
}

/// What stands in a column already: its top, its bottom, and whether it is a box.
type Taken = Vec<(f64, f64, bool)>;

impl Arrangement {
    /// The top of each slot: where it was as far as `known` says so and nothing else stands there, otherwise
    /// as near as there is room.
    pub(super) fn settled_tops(&self, known: impl Fn(Slot, usize) -> Option<(usize, f64)>) -> Vec<f64> {
        let mut tops = vec![f64::NAN; self.slots.len()];
        let mut taken: Vec<Taken> = vec![Taken::new(); self.columns.len()];
        for wanted in [true, false] {
            for (column, slots) in self.columns.iter().enumerate() {
                let boxes = slots.iter().filter(|slot| matches!(self.slots[**slot], Slot::Unit(_)) == wanted);
                for slot in boxes {
                    if let Some((old, top)) = known(self.slots[*slot], column)
                        && old == column
                        && nearest(&taken[column], self.slots[*slot], top) == top
                    {
                        put(&mut taken[column], &mut tops[*slot], self.slots[*slot], top);
                    }
                }
            }
        }
        for (column, slots) in self.columns.iter().enumerate() {
            for slot in slots {
                if tops[*slot].is_nan() {
                    let old = known(self.slots[*slot], column).map(|(_, top)| top);
                    let wish = old.or_else(|| self.wish(*slot, &tops)).filter(|wish| wish.is_finite());
                    let top = nearest(&taken[column], self.slots[*slot], wish.unwrap_or(0.0).max(0.0));
                    put(&mut taken[column], &mut tops[*slot], self.slots[*slot], top);
                }
            }
        }
        tops
    }
}

fn put(taken: &mut Taken, place: &mut f64, slot: Slot, top: f64) {
    *place = top;
    let at = taken.partition_point(|other| other.0 < top);
    taken.insert(at, (top, top + slot.height(), matches!(slot, Slot::Unit(_))));
}

/// The top nearest to `wish` at which there is room for a slot.
fn nearest(taken: &Taken, slot: Slot, wish: f64) -> f64 {
    let is_box = matches!(slot, Slot::Unit(_));
    let gap = |other: bool| if is_box && other { ROW_GAP } else { LANE_GAP };
    let mut best = f64::INFINITY;
    for at in 0..=taken.len() {
        let first = at.checked_sub(1).map_or(0.0, |above| taken[above].1 + gap(taken[above].2));
        let last = taken.get(at).map_or(f64::INFINITY, |below| below.0 - gap(below.2) - slot.height());
        if first <= last {
            let top = wish.clamp(first, last);
            if (top - wish).abs() < (best - wish).abs() {
                best = top;
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::sketch;

    /// The corner of each box: the unit, x, y.
    type Corners = Vec<(String, f64, f64)>;

    /// Where the boxes are before an edit and after it.
    fn after(before: &str, edited: &str) -> (Corners, Corners) {
        let (old, new) = (sketch(before), sketch(edited));
        let mut places = Places::new();
        let first = Layout::of(&old);
        first.note(&old, &mut places);
        let tops = |feature: &Feature, layout: &Layout| {
            let units = feature.units.iter().zip(&layout.boxes);
            units.map(|(unit, rect)| (unit.short_id().to_owned(), rect.x, rect.y)).collect()
        };
        (tops(&old, &first), tops(&new, &Layout::settled(&new, &places)))
    }

    #[test]
    fn nothing_moves_without_an_edit() {
        let plan =
            "T01; T02 < T01; T03 < T02; T04 < T01 T03; T05 < T01; T06; G1-CLOSE < T04 | T07 < T02; T08";
        let (before, after) = after(plan, plan);
        assert_eq!(before, after);
        let feature = sketch(plan);
        let mut places = Places::new();
        let first = Layout::of(&feature);
        first.note(&feature, &mut places);
        assert_eq!(Layout::settled(&feature, &places), first, "nor does a line");
        assert_eq!(Layout::settled(&feature, &Places::new()), first);
    }

    #[test]
    fn what_is_left_stays() {
        let (before, after) =
            after("T01; T02 < T01; T03 < T01; T04 < T01", "T01; T03 < T01; T04 < T01; T05 < T01");
        for (name, x, y) in &after {
            let old = before.iter().find(|old| old.0 == *name);
            match old {
                Some(old) => assert_eq!((old.1, old.2), (*x, *y), "{name}"),
                None => assert_eq!((before[1].1, before[1].2), (*x, *y), "T05 takes the room of T02"),
            }
        }
    }

    #[test]
    fn one_more_dependency_moves_what_must_move() {
        let (before, after) =
            after("T01; T02 < T01; T03 < T01; T04 < T03", "T01; T02 < T01; T03 < T01 T02; T04 < T03");
        assert_eq!(before[..2], after[..2]);
        assert!(after[2].1 > before[2].1 && after[3].1 > before[3].1);
        assert_eq!((before[2].2, before[3].2), (after[2].2, after[3].2), "to the side, not up or down");
    }
}
