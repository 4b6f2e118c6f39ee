//! Where a feature is drawn: each gate a band, each unit a box in it, each dependency a line that
//! runs between boxes and never through one.
//!
//! The same feature always gives the same picture. Columns have the same place in every band, so
//! the gutters between them are free from top to bottom, and lines turn only there. Cycles and
//! unknown names are no trouble: what cannot be drawn is left out.

mod arrange;
mod route;
mod settled;
#[cfg(test)]
mod tests;

pub use settled::{Place, Places};

use crate::model::Feature;
use arrange::{Arrangement, Slot};
use settled::Key;
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
    /// What can be noted: what it is, the unit whose gate it is in, its column, and how far down it is.
    noted: Vec<(Key, usize, usize, f64)>,
}

/// The column and the height in its band at which something was drawn.
type Known<'a> = &'a dyn Fn(Key) -> Option<(usize, f64)>;

impl Layout {
    /// Draws a feature.
    pub fn of(feature: &Feature) -> Layout {
        Layout::draw(&gates(feature), &waits(feature), &|_| None)
    }

    /// Draws a feature after an edit: what [`Layout::note`] noted stays where it was as far as that is
    /// possible. A gate of which nothing is known is drawn as [`Layout::of`] draws it.
    pub fn settled(feature: &Feature, places: &Places) -> Layout {
        let known = |key: Key| {
            let (Key::Unit(unit) | Key::Lane(unit, ..)) = key;
            let gate = feature.gates.get(feature.units.get(unit)?.gate)?.number;
            let place = places.get(&key.name(feature)?).filter(|place| place.gate == gate)?;
            Some((place.column, place.top))
        };
        Layout::draw(&gates(feature), &waits(feature), &known)
    }

    /// Draws a graph: the units of each gate as ranges that follow each other from 0, and the
    /// dependencies as (goes first, waits). Pairs beyond the last unit and pairs of a unit with
    /// itself are left out; a pair given twice counts once.
    pub fn of_graph(gates: &[Range<usize>], waits: &[(usize, usize)]) -> Layout {
        Layout::draw(gates, waits, &|_| None)
    }

    fn draw(gates: &[Range<usize>], waits: &[(usize, usize)], known: Known) -> Layout {
        let count = gates.iter().map(|gate| gate.end).max().unwrap_or(0);
        let mut seen = BTreeSet::new();
        let waits: Vec<(usize, usize)> = waits
            .iter()
            .copied()
            .filter(|(from, to)| from != to && *from < count && *to < count && seen.insert((*from, *to)))
            .collect();
        let mut picture = Picture::new(gates, count);
        for gate in gates {
            picture.band(gate.clone(), &waits, known);
        }
        picture.finish(&waits)
    }

    /// The line that runs nearest to a place, when it is not further away than `most`.
    pub fn edge_near(&self, at: Point, most: f64) -> Option<&Edge> {
        let away = |pair: &[Point]| {
            let x = at.x - at.x.clamp(pair[0].x.min(pair[1].x), pair[0].x.max(pair[1].x));
            let y = at.y - at.y.clamp(pair[0].y.min(pair[1].y), pair[0].y.max(pair[1].y));
            x.abs() + y.abs()
        };
        let nearest = |edge: &Edge| edge.points.windows(2).map(away).fold(f64::INFINITY, f64::min);
        let near = self.edges.iter().map(|edge| (nearest(edge), edge)).filter(|(away, _)| *away <= most);
        near.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, edge)| edge)
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

fn gates(feature: &Feature) -> Vec<Range<usize>> {
    feature.gates.iter().map(|gate| gate.units.clone()).collect()
}

/// The dependencies whose two ends are units, as (goes first, waits).
fn waits(feature: &Feature) -> Vec<(usize, usize)> {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, unit) in feature.units.iter().enumerate() {
        known.entry(unit.id()).or_insert(index);
    }
    let waits = feature.units.iter().enumerate().flat_map(|(to, unit)| {
        let known = &known;
        unit.entry.depends_on.iter().filter_map(move |name| Some((*known.get(name.value.as_str())?, to)))
    });
    waits.collect()
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
    fn band(&mut self, units: Range<usize>, waits: &[(usize, usize)], known: Known) {
        if units.is_empty() {
            self.close_band(BAND_TITLE + EMPTY_BAND);
            return;
        }
        let mut layers = arrange::layers(&units, waits);
        arrange::spread_alone(&units, &mut layers, waits, |unit| known(Key::Unit(unit)).map(|place| place.0));
        for (unit, layer) in units.clone().zip(&layers) {
            self.columns[unit] = *layer;
        }
        let mut arrangement = Arrangement::of(&units, &layers, waits);
        let key = |slot: Slot, column: usize| match slot {
            Slot::Unit(unit) => Key::Unit(unit),
            Slot::Lane(line) => Key::Lane(waits[line].0, waits[line].1, column),
        };
        let tops = if units.clone().any(|unit| known(Key::Unit(unit)).is_some()) {
            arrangement.settled_tops(|slot, column| known(key(slot, column)))
        } else {
            arrangement.order();
            arrangement.tops()
        };
        let inner = self.top + BAND_TITLE;
        let mut low: f64 = 0.0;
        for (column, slots) in arrangement.columns.iter().enumerate() {
            for slot in slots {
                let (top, slot) = (tops[*slot], arrangement.slots[*slot]);
                low = low.max(top + slot.height());
                self.layout.noted.push((key(slot, column), units.start, column, top));
                match slot {
                    Slot::Unit(unit) => self.layout.boxes[unit] = unit_box(column, inner + top),
                    Slot::Lane(line) => self.lanes.entry(line).or_default().push(inner + top + LANE / 2.0),
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
        route::spread(&mut edges);
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
