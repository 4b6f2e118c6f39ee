//! Where a feature is drawn: each gate a band, each unit a box in it, each dependency a line that
//! runs between boxes and never through one.
//!
//! The same feature always gives the same picture. Columns have the same place in every band, so
//! the gutters between them are free from top to bottom, and lines turn only there. Cycles and
//! unknown names are no trouble: what cannot be drawn is left out.

use crate::model::Feature;
use crate::ordered;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Width of a unit's box, in the picture's own units (CSS pixels at zoom 1).
pub const BOX_WIDTH: f64 = 212.0;
/// Height of a unit's box.
pub const BOX_HEIGHT: f64 = 86.0;
/// Width of the gutter between two columns, where lines turn.
pub const GUTTER: f64 = 60.0;
/// Height of a band's title.
pub const BAND_TITLE: f64 = 40.0;
/// Height of a band in which nothing is planned yet.
pub const EMPTY_BAND: f64 = 56.0;

const ROW_GAP: f64 = 22.0;
const LANE: f64 = 14.0;
const BAND_PADDING: f64 = 20.0;
const BAND_GAP: f64 = 36.0;
const MARGIN: f64 = 16.0;
const SWEEPS: usize = 4;

/// A place in the picture; y grows downwards.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Point {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// An upright rectangle.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Rect {
    /// Its left edge.
    pub x: f64,
    /// Its top edge.
    pub y: f64,
    /// How wide it is.
    pub width: f64,
    /// How high it is.
    pub height: f64,
}

impl Rect {
    /// One past its right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// One past its lower edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }
}

/// A dependency as a line of straight pieces, from the unit that goes first to the one that waits.
#[derive(Clone, PartialEq, Debug)]
pub struct Edge {
    /// The unit that goes first, as an index into the feature's units.
    pub from: usize,
    /// The unit that waits for it.
    pub to: usize,
    /// Its corners: the right edge of `from`, turns, the left edge of `to`.
    pub points: Vec<Point>,
}

/// A feature's picture.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Layout {
    /// One band per gate, in the feature's order.
    pub bands: Vec<Rect>,
    /// One box per unit, in the feature's order.
    pub boxes: Vec<Rect>,
    /// The dependencies whose two ends exist, in the order of the units that wait.
    pub edges: Vec<Edge>,
    /// How wide all of it is.
    pub width: f64,
    /// How high all of it is.
    pub height: f64,
}

impl Layout {
    /// Draws a feature.
    pub fn of(feature: &Feature) -> Layout {
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, unit) in feature.units.iter().enumerate() {
            known.entry(unit.id()).or_insert(index);
        }
        let waits = feature.units.iter().enumerate().flat_map(|(to, unit)| {
            let known = &known;
            unit.entry.depends_on.iter().filter_map(move |name| Some((*known.get(name.value.as_str())?, to)))
        });
        let gates: Vec<Range<usize>> = feature.gates.iter().map(|gate| gate.units.clone()).collect();
        Layout::of_graph(&gates, &waits.collect::<Vec<_>>())
    }

    /// Draws a graph: the units of each gate as ranges that follow each other from 0, and the
    /// dependencies as (goes first, waits). Pairs beyond the last unit and pairs of a unit with
    /// itself are left out; a pair given twice counts once.
    pub fn of_graph(gates: &[Range<usize>], waits: &[(usize, usize)]) -> Layout {
        let count = gates.iter().map(|gate| gate.end).max().unwrap_or(0);
        let mut seen = BTreeSet::new();
        let waits: Vec<(usize, usize)> = waits
            .iter()
            .copied()
            .filter(|(from, to)| from != to && *from < count && *to < count && seen.insert((*from, *to)))
            .collect();
        let mut picture = Picture::new(gates, count);
        for gate in gates {
            picture.band(gate.clone(), &waits);
        }
        picture.finish(&waits)
    }

    /// The unit nearest to `unit` in a direction, for the arrow keys: (1, 0) is right, (0, -1) up.
    pub fn neighbour(&self, unit: usize, direction: (i8, i8)) -> Option<usize> {
        let here = self.boxes.get(unit)?;
        let (dx, dy) = (f64::from(direction.0), f64::from(direction.1));
        let distance = |other: &Rect| {
            let (x, y) = (other.x - here.x, other.y - here.y);
            let (along, across) = (x * dx + y * dy, (x * dy).abs() + (y * dx).abs());
            (along > 1.0).then_some(along + 2.0 * across)
        };
        let others = self.boxes.iter().enumerate().filter(|(index, _)| *index != unit);
        let reachable = others.filter_map(|(index, rect)| Some((index, distance(rect)?)));
        reachable.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(index, _)| index)
    }
}

/// What stands in a column of a band: a unit, or a lane kept free for a line that passes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Slot {
    Unit(usize),
    Lane(usize),
}

impl Slot {
    fn height(self) -> f64 {
        match self {
            Slot::Unit(_) => BOX_HEIGHT,
            Slot::Lane(_) => LANE,
        }
    }
}

struct Picture {
    layout: Layout,
    /// The column of each unit.
    columns: Vec<usize>,
    /// The gate of each unit.
    gates: Vec<usize>,
    /// For each line that passes columns of its own band: the heights at which it does.
    lanes: BTreeMap<usize, Vec<f64>>,
    top: f64,
    last_column: usize,
}

/// The band's columns while it is being arranged, and who is joined to whom across a gutter.
struct Arrangement {
    columns: Vec<Vec<Slot>>,
    joins: Vec<Vec<(Slot, Slot)>>,
}

impl Picture {
    fn new(gates: &[Range<usize>], count: usize) -> Picture {
        let mut owner = vec![0; count];
        for (gate, range) in gates.iter().enumerate() {
            range.clone().for_each(|unit| owner[unit] = gate);
        }
        let layout = Layout { boxes: vec![Rect::default(); count], ..Layout::default() };
        Picture {
            layout,
            columns: vec![0; count],
            gates: owner,
            lanes: BTreeMap::new(),
            top: MARGIN,
            last_column: 0,
        }
    }

    /// Arranges one gate's units and puts its band below the ones before it.
    fn band(&mut self, units: Range<usize>, waits: &[(usize, usize)]) {
        if units.is_empty() {
            self.close_band(BAND_TITLE + EMPTY_BAND);
            return;
        }
        let layers = layers(&units, waits);
        for (unit, layer) in units.clone().zip(&layers) {
            self.columns[unit] = *layer;
        }
        let mut arrangement = arrange(&units, &layers, waits);
        arrangement.order();
        let heights = arrangement.heights();
        let inner = self.top + BAND_TITLE;
        let mut low: f64 = 0.0;
        for (column, slots) in arrangement.columns.iter().enumerate() {
            for (slot, y) in slots.iter().zip(&heights[column]) {
                low = low.max(y + slot.height());
                match slot {
                    Slot::Unit(unit) => self.layout.boxes[*unit] = unit_box(column, inner + y),
                    Slot::Lane(edge) => self.lanes.entry(*edge).or_default().push(inner + y + LANE / 2.0),
                }
            }
        }
        self.last_column = self.last_column.max(arrangement.columns.len().saturating_sub(1));
        self.close_band(BAND_TITLE + low + BAND_PADDING);
    }

    fn close_band(&mut self, height: f64) {
        self.layout.bands.push(Rect { x: MARGIN, y: self.top, width: 0.0, height });
        self.top += height + BAND_GAP;
    }

    fn finish(mut self, waits: &[(usize, usize)]) -> Layout {
        let width = column_left(self.last_column) + BOX_WIDTH + GUTTER;
        self.layout.bands.iter_mut().for_each(|band| band.width = width - MARGIN);
        self.layout.width = width + MARGIN;
        self.layout.height = (self.top - BAND_GAP + MARGIN).max(2.0 * MARGIN);
        let mut edges: Vec<Edge> =
            waits.iter().enumerate().map(|(index, (from, to))| self.route(index, *from, *to)).collect();
        spread(&mut edges);
        self.layout.edges = edges;
        self.layout
    }

    /// The corners of a line, each upright piece in the middle of its gutter.
    fn route(&self, index: usize, from: usize, to: usize) -> Edge {
        let (first, last) = (self.layout.boxes[from], self.layout.boxes[to]);
        let start = Point { x: first.right(), y: first.y + BOX_HEIGHT / 2.0 };
        let end = Point { x: last.x, y: last.y + BOX_HEIGHT / 2.0 };
        let (out, into) = (self.columns[from], self.columns[to]);
        let onwards = self.gates[from] == self.gates[to] && out < into;
        let (gutters, heights): (Vec<usize>, Vec<f64>) = if onwards {
            ((out + 1..=into).collect(), self.lanes.get(&index).cloned().unwrap_or_default())
        } else {
            (vec![out + 1, into], vec![self.corridor(from, to)])
        };
        let mut points = vec![start];
        let mut y = start.y;
        for (gutter, next) in gutters.into_iter().zip(heights.into_iter().chain([end.y])) {
            if next != y {
                let x = gutter_middle(gutter);
                points.extend([Point { x, y }, Point { x, y: next }]);
                y = next;
            }
        }
        points.push(end);
        Edge { from, to, points }
    }

    /// The height of the free strip in which a line between gates, or a line back, crosses columns.
    fn corridor(&self, from: usize, to: usize) -> f64 {
        let lower = self.layout.bands[self.gates[from].max(self.gates[to])];
        let beside = (from % 5) as f64 * 4.0 - 8.0;
        if self.gates[from] == self.gates[to] {
            lower.y + BAND_TITLE - 8.0 + beside / 4.0
        } else {
            lower.y - BAND_GAP / 2.0 + beside
        }
    }
}

fn column_left(column: usize) -> f64 {
    MARGIN + GUTTER + column as f64 * (BOX_WIDTH + GUTTER)
}

/// The middle of the gutter to the left of `column`.
fn gutter_middle(column: usize) -> f64 {
    column_left(column) - GUTTER / 2.0
}

fn unit_box(column: usize, y: f64) -> Rect {
    Rect { x: column_left(column), y, width: BOX_WIDTH, height: BOX_HEIGHT }
}

/// The column of each unit: one more than the last of the units it waits for in its own gate.
/// Dependencies that close a circle are passed over.
fn layers(units: &Range<usize>, waits: &[(usize, usize)]) -> Vec<usize> {
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

/// The units in their columns, in the order of the graph, with lanes for lines that pass a column.
fn arrange(units: &Range<usize>, layers: &[usize], waits: &[(usize, usize)]) -> Arrangement {
    let count = layers.iter().max().map_or(0, |last| last + 1);
    let mut columns = vec![Vec::new(); count];
    for (unit, layer) in units.clone().zip(layers) {
        columns[*layer].push(Slot::Unit(unit));
    }
    let mut joins = vec![Vec::new(); count];
    for (index, (from, to)) in waits.iter().enumerate() {
        if !units.contains(from) || !units.contains(to) {
            continue;
        }
        let (first, last) = (layers[from - units.start], layers[to - units.start]);
        let mut previous = Slot::Unit(*from);
        for column in first + 1..last {
            columns[column].push(Slot::Lane(index));
            joins[column].push((previous, Slot::Lane(index)));
            previous = Slot::Lane(index);
        }
        if first < last {
            joins[last].push((previous, Slot::Unit(*to)));
        }
    }
    Arrangement { columns, joins }
}

impl Arrangement {
    /// Moves each slot towards the middle of those it is joined to, so that few lines cross.
    fn order(&mut self) {
        for _ in 0..SWEEPS {
            for column in 1..self.columns.len() {
                self.settle(column, column - 1, column, false);
            }
            for column in (1..self.columns.len()).rev() {
                self.settle(column - 1, column, column, true);
            }
        }
    }

    fn settle(&mut self, column: usize, beside: usize, joins: usize, backwards: bool) {
        let place: BTreeMap<SlotKey, usize> =
            ordered::map(self.columns[beside].iter().enumerate().map(|(at, slot)| (slot.key(), at)));
        let mut sums: BTreeMap<SlotKey, (usize, usize)> = BTreeMap::new();
        for (left, right) in &self.joins[joins] {
            let (own, other) = if backwards { (left, right) } else { (right, left) };
            if let Some(at) = place.get(&other.key()) {
                let sum = sums.entry(own.key()).or_default();
                *sum = (sum.0 + at, sum.1 + 1);
            }
        }
        let mut weighed: Vec<(f64, usize, Slot)> = self.columns[column]
            .iter()
            .enumerate()
            .map(|(at, slot)| {
                let middle = sums.get(&slot.key()).map_or(at as f64, |(sum, n)| *sum as f64 / *n as f64);
                (middle, at, *slot)
            })
            .collect();
        ordered::sort_by(&mut weighed, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        self.columns[column] = weighed.into_iter().map(|(_, _, slot)| slot).collect();
    }

    /// The top of each slot: beside those it waits for where there is room, below its neighbour
    /// otherwise.
    fn heights(&self) -> Vec<Vec<f64>> {
        let mut middles: BTreeMap<(usize, SlotKey), f64> = BTreeMap::new();
        let mut all: Vec<Vec<f64>> = Vec::with_capacity(self.columns.len());
        for (column, slots) in self.columns.iter().enumerate() {
            let mut next_free = 0.0;
            let mut tops = Vec::with_capacity(slots.len());
            for slot in slots {
                let before: Vec<f64> = self.joins[column]
                    .iter()
                    .filter(|(_, right)| right == slot)
                    .filter_map(|(left, _)| middles.get(&(column.wrapping_sub(1), left.key())).copied())
                    .collect();
                let wish = match before.as_slice() {
                    [] => 0.0,
                    list => list.iter().sum::<f64>() / list.len() as f64 - slot.height() / 2.0,
                };
                let top = wish.max(next_free);
                next_free = top + slot.height() + ROW_GAP;
                middles.insert((column, slot.key()), top + slot.height() / 2.0);
                tops.push(top);
            }
            all.push(tops);
        }
        all
    }
}

type SlotKey = (bool, usize);

impl Slot {
    fn key(self) -> SlotKey {
        match self {
            Slot::Unit(unit) => (false, unit),
            Slot::Lane(edge) => (true, edge),
        }
    }
}

/// An upright piece of a line: in which gutter, from where to where, and which corner begins it.
struct Upright {
    gutter: i64,
    top: f64,
    bottom: f64,
    source: usize,
    edge: usize,
    corner: usize,
}

/// Moves upright pieces that would lie on each other apart, within their gutter. Lines that leave
/// the same unit may share one.
fn spread(edges: &mut [Edge]) {
    let mut by_gutter: BTreeMap<i64, Vec<Upright>> = BTreeMap::new();
    for (index, edge) in edges.iter().enumerate() {
        for (corner, pair) in edge.points.windows(2).enumerate() {
            if pair[0].x == pair[1].x && pair[0].y != pair[1].y {
                let gutter = pair[0].x.round() as i64;
                let (top, bottom) = (pair[0].y.min(pair[1].y), pair[0].y.max(pair[1].y));
                let piece = Upright { gutter, top, bottom, source: edge.from, edge: index, corner };
                by_gutter.entry(gutter).or_default().push(piece);
            }
        }
    }
    for pieces in by_gutter.values_mut() {
        ordered::sort_by(pieces, |a, b| {
            a.top.total_cmp(&b.top).then(a.source.cmp(&b.source)).then(a.edge.cmp(&b.edge))
        });
        let tracks = tracks(pieces);
        let count = tracks.iter().max().map_or(1, |last| last + 1);
        let step = if count > 1 { ((GUTTER - 28.0) / (count - 1) as f64).min(9.0) } else { 0.0 };
        for (piece, track) in pieces.iter().zip(&tracks) {
            let x = piece.gutter as f64 + (*track as f64 - (count - 1) as f64 / 2.0) * step;
            edges[piece.edge].points[piece.corner].x = x;
            edges[piece.edge].points[piece.corner + 1].x = x;
        }
    }
}

/// The track of each piece: the first on which no other source's piece overlaps it.
fn tracks(pieces: &[Upright]) -> Vec<usize> {
    let mut taken: Vec<Vec<(f64, f64, usize)>> = Vec::new();
    let mut chosen = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let free = |used: &Vec<(f64, f64, usize)>| {
            used.iter().all(|(top, bottom, source)| {
                *source == piece.source || *bottom <= piece.top || piece.bottom <= *top
            })
        };
        let track = taken.iter().position(free).unwrap_or(taken.len());
        if track == taken.len() {
            taken.push(Vec::new());
        }
        taken[track].push((piece.top, piece.bottom, piece.source));
        chosen.push(track);
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn crosses(a: Point, b: Point, rect: &Rect) -> bool {
        a.x.min(b.x) < rect.right()
            && rect.x < a.x.max(b.x)
            && a.y.min(b.y) < rect.bottom()
            && rect.y < a.y.max(b.y)
            || (a.y == b.y
                && rect.y < a.y
                && a.y < rect.bottom()
                && a.x.min(b.x) < rect.right()
                && rect.x < a.x.max(b.x))
            || (a.x == b.x
                && rect.x < a.x
                && a.x < rect.right()
                && a.y.min(b.y) < rect.bottom()
                && rect.y < a.y.max(b.y))
    }

    fn overlap(a: &Rect, b: &Rect) -> bool {
        a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
    }

    fn check(layout: &Layout) {
        for (index, rect) in layout.boxes.iter().enumerate() {
            assert!(
                layout.boxes[..index].iter().all(|other| !overlap(rect, other)),
                "box {index} lies on another"
            );
            assert!(rect.right() < layout.width && rect.bottom() < layout.height, "box {index} is outside");
        }
        for edge in &layout.edges {
            for pair in edge.points.windows(2) {
                assert!(pair[0].x == pair[1].x || pair[0].y == pair[1].y, "{edge:?} is slanted");
                let hit = layout.boxes.iter().position(|rect| crosses(pair[0], pair[1], rect));
                assert_eq!(hit, None, "{edge:?} runs through a box");
            }
        }
    }

    #[test]
    fn the_example_reads_from_left_to_right() {
        let feature = crate::parse::feature(&crate::example::drafted(), &crate::example::folder());
        let layout = Layout::of(&feature);
        check(&layout);
        assert_eq!((layout.bands.len(), layout.boxes.len()), (2, 8));
        assert!(layout.edges.iter().all(|e| layout.boxes[e.from].right() < layout.boxes[e.to].x));
        assert_eq!(layout.boxes[1].x, layout.boxes[2].x, "units that wait for the same stand in one column");
        assert_eq!(layout.neighbour(0, (1, 0)), Some(1));
        assert_eq!(layout.neighbour(0, (-1, 0)), None);
        assert_eq!(layout.neighbour(1, (0, 1)), Some(2));
    }

    #[test]
    fn a_gate_without_units_is_a_band() {
        let layout = Layout::of_graph(&[0..1, 1..1], &[]);
        assert_eq!(layout.bands[1].height, BAND_TITLE + EMPTY_BAND);
        assert_eq!(Layout::of_graph(&[], &[]).boxes, []);
    }

    #[test]
    fn circles_and_nonsense_are_drawn_as_far_as_they_go() {
        let layout = Layout::of_graph(
            std::slice::from_ref(&(0..3)),
            &[(0, 1), (1, 2), (2, 0), (1, 1), (9, 0), (0, 1)],
        );
        check(&layout);
        assert_eq!(layout.edges.len(), 3);
        assert!(layout.boxes[0].x < layout.boxes[1].x && layout.boxes[1].x < layout.boxes[2].x);
    }

    proptest! {
        #[test]
        fn no_line_runs_through_a_box(
            sizes in proptest::collection::vec(0usize..9, 1..4),
            waits in proptest::collection::vec((0usize..24, 0usize..24), 0..40),
        ) {
            let mut start = 0;
            let gates: Vec<_> = sizes.iter().map(|n| { let range = start..start + n; start += n; range }).collect();
            let layout = Layout::of_graph(&gates, &waits);
            check(&layout);
            prop_assert_eq!(layout, Layout::of_graph(&gates, &waits));
        }
    }
}
