//! Where the units of one gate stand: columns from what they wait for, and an order in each column in which
//! few lines cross.

use super::{BOX_HEIGHT, LANE, ROW_GAP};
use crate::ordered;
use std::ops::Range;

const SWEEPS: usize = 12;
/// Sweeps without a better order, after which the best is taken.
const PATIENCE: usize = 3;
/// How often all columns are moved towards each other, there and back.
const EVENINGS: usize = 4;
/// How much a lane's wish counts beside a box's, which counts once for each of its lines.
const LANE_WEIGHT: f64 = 4.0;
/// How much staying counts for a box without lines.
const IDLE_WEIGHT: f64 = 0.1;
/// As many units of a gate that nothing in it waits for, and that wait for nothing in it, stand below each
/// other; more are spread over columns.
const ALONE: usize = 4;
const MOST_COLUMNS: usize = 6;

/// What stands in a column of a band: a unit, or a lane kept free for a line that passes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Slot {
    Unit(usize),
    /// Of the line with this number.
    Lane(usize),
}

impl Slot {
    pub(super) fn height(self) -> f64 {
        match self {
            Slot::Unit(_) => BOX_HEIGHT,
            Slot::Lane(_) => LANE,
        }
    }
}

/// A gate's columns while they are being arranged.
pub(super) struct Arrangement {
    /// What stands where; columns and joins name them by their numbers.
    pub(super) slots: Vec<Slot>,
    /// The slots of each column, from the top.
    pub(super) columns: Vec<Vec<usize>>,
    /// For each slot those that its lines come from, one column before.
    pub(super) left: Vec<Vec<usize>>,
    right: Vec<Vec<usize>>,
    place: Vec<usize>,
}

/// The column of each unit: one more than the last of the units it waits for in its own gate.
/// Dependencies that close a circle are passed over.
pub(super) fn layers(units: &Range<usize>, waits: &[(usize, usize)]) -> Vec<usize> {
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); units.len()];
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); units.len()];
    for (from, to) in waits.iter().filter(|(from, to)| units.contains(from) && units.contains(to)) {
        before[to - units.start].push(from - units.start);
        after[from - units.start].push(to - units.start);
    }
    let mut waiting: Vec<usize> = before.iter().map(Vec::len).collect();
    let mut layers = vec![0; units.len()];
    let mut placed = vec![false; units.len()];
    let mut ready = ordered::set((0..units.len()).filter(|unit| waiting[*unit] == 0));
    let mut rest = ordered::set(0..units.len());
    // When only a circle is left, its first unit goes on as if it waited for nobody.
    while let Some(unit) = ready.pop_first().or_else(|| rest.first().copied()) {
        rest.remove(&unit);
        if std::mem::replace(&mut placed[unit], true) {
            continue;
        }
        for next in &after[unit] {
            waiting[*next] -= 1;
            if !placed[*next] {
                layers[*next] = layers[*next].max(layers[unit] + 1);
                if waiting[*next] == 0 {
                    ready.insert(*next);
                }
            }
        }
    }
    layers
}

/// Gives the units that no line of their own gate touches the columns that `known` gives them, and spreads
/// the others over all columns when they are many.
pub(super) fn spread_alone(
    units: &Range<usize>,
    layers: &mut [usize],
    waits: &[(usize, usize)],
    known: impl Fn(usize) -> Option<usize>,
) {
    let mut joined = vec![false; units.len()];
    for (from, to) in waits.iter().filter(|(from, to)| units.contains(from) && units.contains(to)) {
        joined[from - units.start] = true;
        joined[to - units.start] = true;
    }
    let alone: Vec<usize> = (0..units.len()).filter(|unit| !joined[*unit]).collect();
    if alone.len() <= ALONE {
        return;
    }
    let columns = layers.iter().max().map_or(0, |last| last + 1);
    let columns = columns.max(alone.len().isqrt()).clamp(1, MOST_COLUMNS.max(columns));
    let mut count = vec![0; columns];
    let known: Vec<Option<usize>> =
        alone.iter().map(|unit| known(unit + units.start).filter(|column| *column < columns)).collect();
    known.iter().flatten().for_each(|column| count[*column] += 1);
    for (unit, known) in alone.into_iter().zip(known) {
        let least = (0..columns).min_by_key(|column| count[*column]).unwrap_or(0);
        if known.is_none() {
            count[least] += 1;
        }
        layers[unit] = known.unwrap_or(least);
    }
}

impl Arrangement {
    /// The units in their columns, in the order of the graph, with lanes for lines that pass a column.
    pub(super) fn of(units: &Range<usize>, layers: &[usize], waits: &[(usize, usize)]) -> Arrangement {
        let count = layers.iter().max().map_or(0, |last| last + 1);
        let mut new = Arrangement {
            slots: units.clone().map(Slot::Unit).collect(),
            columns: vec![Vec::new(); count],
            left: vec![Vec::new(); units.len()],
            right: vec![Vec::new(); units.len()],
            place: Vec::new(),
        };
        layers.iter().enumerate().for_each(|(slot, column)| new.columns[*column].push(slot));
        for (line, (from, to)) in waits.iter().enumerate() {
            if units.contains(from) && units.contains(to) {
                new.join(line, from - units.start, to - units.start, layers);
            }
        }
        new.place = vec![0; new.slots.len()];
        (0..count).for_each(|column| new.number(column));
        new
    }

    fn join(&mut self, line: usize, from: usize, to: usize, layers: &[usize]) {
        if layers[from] >= layers[to] {
            return;
        }
        let mut before = from;
        for column in layers[from] + 1..layers[to] {
            let lane = self.slots.len();
            self.slots.push(Slot::Lane(line));
            self.left.push(vec![before]);
            self.right.push(Vec::new());
            self.right[before].push(lane);
            self.columns[column].push(lane);
            before = lane;
        }
        self.right[before].push(to);
        self.left[to].push(before);
    }

    fn number(&mut self, column: usize) {
        for (at, slot) in self.columns[column].iter().enumerate() {
            self.place[*slot] = at;
        }
    }

    /// Moves each slot towards the middle of those it is joined to and then to its best place, as long as fewer
    /// lines cross by it.
    pub(super) fn order(&mut self) {
        let mut best = (self.crossings(), self.columns.clone());
        let mut waited = 0;
        for _ in 0..SWEEPS {
            for column in 1..self.columns.len() {
                self.settle(column, false);
            }
            for column in (0..self.columns.len().saturating_sub(1)).rev() {
                self.settle(column, true);
            }
            (0..self.columns.len()).for_each(|column| self.sift(column));
            let crossings = self.crossings();
            waited += 1;
            if crossings < best.0 {
                best = (crossings, self.columns.clone());
                waited = 0;
            }
            if best.0 == 0 || waited == PATIENCE {
                break;
            }
        }
        self.columns = best.1;
        (0..self.columns.len()).for_each(|column| self.number(column));
    }

    fn settle(&mut self, column: usize, backwards: bool) {
        let joined = if backwards { &self.right } else { &self.left };
        let middle = |slot: usize| match joined[slot].as_slice() {
            [] => self.place[slot] as f64,
            list => list.iter().map(|other| self.place[*other]).sum::<usize>() as f64 / list.len() as f64,
        };
        let mut weighed: Vec<(f64, usize)> =
            self.columns[column].iter().map(|slot| (middle(*slot), *slot)).collect();
        ordered::sort_by(&mut weighed, |a, b| a.0.total_cmp(&b.0));
        self.columns[column] = weighed.into_iter().map(|(_, slot)| slot).collect();
        self.number(column);
    }

    /// Takes each slot of a column to the place at which the fewest lines cross; it stays where it is as good.
    fn sift(&mut self, column: usize) {
        for slot in self.columns[column].clone() {
            let at = self.place[slot];
            let to = self.best_place(slot, &self.columns[column]);
            if to != at {
                let moved = self.columns[column].remove(at);
                self.columns[column].insert(to, moved);
                self.number(column);
            }
        }
    }

    /// The place in `list`, its column, at which the fewest lines of a slot cross; the nearest of equals.
    fn best_place(&self, slot: usize, list: &[usize]) -> usize {
        let at = self.place[slot];
        let gain = |upper: usize, lower: usize| self.crossed(lower, upper) - self.crossed(upper, lower);
        let mut best = (0, at);
        let mut sum = 0;
        for to in (0..at).rev() {
            sum += gain(list[to], slot);
            best = if sum < best.0 { (sum, to) } else { best };
        }
        sum = 0;
        for (to, other) in list.iter().enumerate().skip(at + 1) {
            sum += gain(slot, *other);
            best = if sum < best.0 { (sum, to) } else { best };
        }
        best.1
    }

    /// How many pairs of lines of two slots of a column cross, when `upper` stands above `lower`.
    fn crossed(&self, upper: usize, lower: usize) -> isize {
        let joins = [&self.left, &self.right];
        joins.iter().map(|joins| self.above(&joins[upper], &joins[lower])).sum::<usize>() as isize
    }

    /// How many pairs cross when what is joined to `first` stands above what is joined to `second`.
    fn above(&self, first: &[usize], second: &[usize]) -> usize {
        let below =
            |one: &usize| second.iter().filter(|other| self.place[**other] < self.place[*one]).count();
        first.iter().map(below).sum()
    }

    /// How many lines cross, between columns side by side.
    pub(super) fn crossings(&self) -> usize {
        self.columns.iter().skip(1).map(|column| self.crossings_before(column)).sum()
    }

    fn crossings_before(&self, column: &[usize]) -> usize {
        let most = column.iter().flat_map(|slot| &self.left[*slot]).map(|slot| self.place[*slot] + 1).max();
        // Sums over a tree of counts: how many lines so far begin above a place.
        let mut tree = vec![0; most.unwrap_or(0) + 1];
        let (mut crossings, mut count) = (0, 0);
        for slot in column {
            for other in &self.left[*slot] {
                let mut at = self.place[*other] + 1;
                crossings += count;
                while at > 0 {
                    crossings -= tree[at];
                    at &= at - 1;
                }
            }
            for other in &self.left[*slot] {
                count += 1;
                let mut at = self.place[*other] + 1;
                while at < tree.len() {
                    tree[at] += 1;
                    at += at & at.wrapping_neg();
                }
            }
        }
        crossings
    }

    /// The top of each slot: as near to the middle of all it is joined to as its neighbours allow. The
    /// highest is at 0.
    pub(super) fn tops(&self) -> Vec<f64> {
        let mut tops = vec![0.0; self.slots.len()];
        for column in &self.columns {
            let mut next_free: f64 = 0.0;
            for slot in column {
                tops[*slot] = self.wish(*slot, &tops).unwrap_or(0.0).max(next_free);
                next_free = tops[*slot] + self.slots[*slot].height() + ROW_GAP;
            }
        }
        for _ in 0..EVENINGS {
            self.columns.iter().rev().for_each(|column| self.even(column, &mut tops));
            self.columns.iter().for_each(|column| self.even(column, &mut tops));
        }
        let highest = tops.iter().copied().fold(f64::INFINITY, f64::min);
        tops.iter_mut().for_each(|top| *top -= highest);
        tops
    }

    /// Moves the slots of a column towards what they are joined to on both sides, in their order and apart:
    /// the squares of what is missing are least (pool adjacent violators).
    fn even(&self, column: &[usize], tops: &mut [f64]) {
        // Slots that have to move as one: their number, their weight, and where the first of them wants to be.
        let mut blocks: Vec<(usize, f64, f64)> = Vec::new();
        let mut below = 0.0;
        for slot in column {
            let (wish, weight) = self.pull(*slot, tops);
            let mut block = (1, weight, wish - below);
            while let Some((count, weight, start)) = blocks.pop_if(|last| last.2 > block.2) {
                let sum = weight + block.1;
                block = (count + block.0, sum, (start * weight + block.2 * block.1) / sum);
            }
            blocks.push(block);
            below += self.slots[*slot].height() + ROW_GAP;
        }
        let mut slots = column.iter();
        below = 0.0;
        for (count, _, start) in blocks {
            for slot in slots.by_ref().take(count) {
                tops[*slot] = start + below;
                below += self.slots[*slot].height() + ROW_GAP;
            }
        }
    }

    /// Where a slot wants its top to be, and how much: a lane more, for its line to be straight.
    fn pull(&self, slot: usize, tops: &[f64]) -> (f64, f64) {
        let joined = || self.left[slot].iter().chain(&self.right[slot]);
        let Some(top) = self.top_amid(slot, joined(), tops) else { return (tops[slot], IDLE_WEIGHT) };
        let is_lane = matches!(self.slots[slot], Slot::Lane(_));
        (top, if is_lane { LANE_WEIGHT } else { joined().count() as f64 })
    }

    /// The top at which a slot stands in the middle of what its lines come from.
    pub(super) fn wish(&self, slot: usize, tops: &[f64]) -> Option<f64> {
        self.top_amid(slot, self.left[slot].iter(), tops)
    }

    /// The top at which a slot stands in the middle of those others, if there are any.
    fn top_amid<'a>(
        &self,
        slot: usize,
        others: impl Iterator<Item = &'a usize>,
        tops: &[f64],
    ) -> Option<f64> {
        let middle = |other: &usize| tops[*other] + self.slots[*other].height() / 2.0;
        let (sum, count) =
            others.map(middle).fold((0.0, 0.0), |(sum, count), middle| (sum + middle, count + 1.0));
        (count > 0.0).then(|| sum / count - self.slots[slot].height() / 2.0)
    }
}
