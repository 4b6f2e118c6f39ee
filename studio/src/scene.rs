//! What the graph shows, as values: a unit's box, a gate's band, a dependency's line. Made from the
//! document after each change and compared with what is shown, so that only what differs is drawn.

use crate::command::counted;
use crate::document::{Counts, Document};
use specfuse_core::layout::{Layout, Point, Rect};
use specfuse_core::model::status::{GateStatus, UnitStatus};
use specfuse_core::model::work_unit::WorkUnit;
use specfuse_core::model::{Feature, Gate, Unit};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

/// A unit's box.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// Its index in the feature.
    pub unit: usize,
    /// Its id, with its count among equal ones when it is not the first: what tells it from others.
    pub key: String,
    /// Its file, empty when the graph names none.
    pub file: String,
    /// Its id as the graph gives it.
    pub id: String,
    /// Its id without the feature.
    pub short: String,
    /// Its title.
    pub title: String,
    /// Its type, as a word; empty when unknown.
    pub kind: String,
    /// Its status; `None` when unknown.
    pub status: Option<UnitStatus>,
    /// What it should cost, `$1.20`; with an [`Overlay`] what it has cost; empty when neither is known.
    pub cost: String,
    /// How often it was attempted, `2 attempts`, where an [`Overlay`] says so; else empty.
    pub attempts: String,
    /// Whether a session works on it now.
    pub running: bool,
    /// Whether it belongs to the closing sequence.
    pub closing: bool,
    /// What lint says of it.
    pub counts: Counts,
}

/// A gate's band.
#[derive(Clone, PartialEq, Debug)]
pub struct Band {
    /// Its number.
    pub number: u32,
    /// `Gate 1`
    pub name: String,
    /// `open`, `awaiting review`, `passed`, `unknown status`
    pub status: String,
    /// `$13.00 of $20.00`
    pub cost: String,
    /// How many drafts it holds that can be armed.
    pub drafts: usize,
    /// Whether more is planned than the budget allows.
    pub over: bool,
    /// Whether nothing is planned in it.
    pub empty: bool,
    /// Where it is drawn.
    pub rect: Rect,
}

/// A dependency's line.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// The id of the unit that goes first.
    pub from: String,
    /// The id of the unit that waits.
    pub to: String,
    /// The line as an SVG path.
    pub path: String,
    /// The two units, as places in the feature.
    pub units: (usize, usize),
    /// Where it ends.
    pub end: Point,
}

/// Where a play or a run stands, shown in place of what the files say.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Overlay {
    /// The units by id; one that is not among them has not begun.
    pub units: BTreeMap<String, Progress>,
    /// The gates by number; one that is not among them is as its file says.
    pub gates: BTreeMap<u32, GateStatus>,
}

/// Where a unit stands.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Progress {
    /// Its status; `None` leaves it as its file says.
    pub status: Option<UnitStatus>,
    /// How often it was attempted.
    pub attempts: u32,
    /// What that cost, in US dollars.
    pub cost_usd: f64,
    /// Whether a session works on it now.
    pub running: bool,
}

/// Everything that is drawn.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Scene {
    /// The gates.
    pub bands: Vec<Band>,
    /// The units.
    pub nodes: Vec<Node>,
    /// Where each unit is drawn.
    pub rects: Vec<Rect>,
    /// The dependencies.
    pub lines: Vec<Line>,
    /// How wide all of it is.
    pub width: f64,
    /// How high all of it is.
    pub height: f64,
}

impl Scene {
    /// What a document shows, with what is laid over it.
    pub fn of(document: &Document, overlay: Option<&Overlay>) -> Scene {
        let (feature, layout) = (document.feature(), document.layout());
        Scene {
            bands: bands(document, overlay),
            nodes: nodes(document, overlay),
            rects: layout.boxes.clone(),
            lines: lines(feature, layout),
            width: layout.width,
            height: layout.height,
        }
    }
}

/// What a scene was made of, so that after a change of the document only what may differ is made again.
#[derive(Debug, Default)]
pub struct Drawn {
    layout: Option<Arc<Layout>>,
    units: Vec<(Option<Arc<WorkUnit>>, Counts)>,
    laid_over: bool,
}

/// What may differ from what is drawn.
#[derive(Clone, PartialEq, Debug)]
pub enum Stale {
    /// Everything.
    All,
    /// The bands, and the boxes of these units.
    Units(Vec<Node>),
}

impl Drawn {
    /// What may differ from what was asked for last. Each new plan has a new layout; where that is the same,
    /// units have their ids and places, and a box shows its unit's file and findings.
    pub fn stale(&mut self, document: &Document, overlay: Option<&Overlay>) -> Stale {
        let before = std::mem::take(self);
        let units = &document.feature().units;
        self.layout = Some(document.layout().clone());
        self.units = units.iter().map(|unit| unit.file.clone()).zip(document.counts()).collect();
        self.laid_over = overlay.is_some();
        let kept = before.layout.is_some_and(|layout| Arc::ptr_eq(&layout, document.layout()));
        if !kept || before.laid_over || self.laid_over || before.units.len() != units.len() {
            return Stale::All;
        }
        let differs = |unit: &usize| {
            let ((old, before), (new, now)) = (&before.units[*unit], &self.units[*unit]);
            before != now || old.as_ref().map(Arc::as_ptr) != new.as_ref().map(Arc::as_ptr)
        };
        let changed = (0..units.len()).filter(differs);
        Stale::Units(changed.map(|unit| node(unit, &units[unit], self.units[unit].1)).collect())
    }

    /// Everything is drawn anew next time.
    pub fn forget(&mut self) {
        *self = Drawn::default();
    }
}

/// The gates of a document, with what is laid over them.
pub fn bands(document: &Document, overlay: Option<&Overlay>) -> Vec<Band> {
    let feature = document.feature();
    let gates = feature.gates.iter().zip(&document.layout().bands);
    gates.map(|(gate, rect)| band(feature, gate, *rect, overlay)).collect()
}

/// A unit's box; its key is for who knows the others.
fn node(unit: usize, read: &Unit, counts: Counts) -> Node {
    Node {
        unit,
        key: String::new(),
        file: read.path.as_ref().map_or(String::new(), |path| path.to_string()),
        id: read.id().to_owned(),
        short: read.short_id().to_owned(),
        title: read.title().to_owned(),
        kind: read.kind().map_or(String::new(), |kind| kind.to_string()),
        status: read.status(),
        cost: read.planned_cost_usd().map_or(String::new(), dollars),
        attempts: String::new(),
        running: false,
        closing: read.is_closing(),
        counts,
    }
}

fn nodes(document: &Document, overlay: Option<&Overlay>) -> Vec<Node> {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    let units = document.feature().units.iter().enumerate().zip(document.counts());
    let mut nodes: Vec<Node> = units.map(|((unit, read), counts)| node(unit, read, counts)).collect();
    for (node, unit) in nodes.iter_mut().zip(&document.feature().units) {
        let time = times.entry(unit.id()).or_default();
        *time += 1;
        node.key = counted(&node.id, *time);
    }
    if let Some(overlay) = overlay {
        nodes.iter_mut().for_each(|node| lay_over(node, overlay.units.get(&node.id)));
    }
    nodes
}

fn lay_over(node: &mut Node, progress: Option<&Progress>) {
    let Some(progress) = progress else { return };
    node.status = progress.status.or(node.status);
    node.running = progress.running;
    node.cost = if progress.cost_usd > 0.0 { dollars(progress.cost_usd) } else { String::new() };
    node.attempts = attempts_word(progress.attempts);
}

/// `2 attempts`; empty when there was none.
pub fn attempts_word(attempts: u32) -> String {
    match attempts {
        0 => String::new(),
        1 => "1 attempt".to_owned(),
        n => format!("{n} attempts"),
    }
}

/// Where a unit stands, as people say it.
pub fn status_word(status: Option<UnitStatus>) -> String {
    match status {
        Some(UnitStatus::InProgress) => "in progress".to_owned(),
        Some(UnitStatus::InReview) => "in review".to_owned(),
        Some(UnitStatus::BlockedHuman) => "blocked".to_owned(),
        Some(status) => status.to_string(),
        None => "unknown".to_owned(),
    }
}

fn lines(feature: &Feature, layout: &Layout) -> Vec<Line> {
    let id = |unit: usize| feature.units.get(unit).map_or(String::new(), |u| u.id().to_owned());
    let line = |edge: &specfuse_core::layout::Edge| Line {
        from: id(edge.from),
        to: id(edge.to),
        path: rounded(&edge.points),
        units: (edge.from, edge.to),
        end: edge.points.last().copied().unwrap_or_default(),
    };
    layout.edges.iter().map(line).collect()
}

fn band(feature: &Feature, gate: &Gate, rect: Rect, overlay: Option<&Overlay>) -> Band {
    let planned: f64 = feature.units_of(gate).filter_map(|(_, unit)| unit.planned_cost_usd()).sum();
    let budget = gate.file.as_ref().and_then(|file| file.cost_budget_usd.get().copied());
    let spent = |overlay: &Overlay| -> f64 {
        let units = feature.units_of(gate).filter_map(|(_, unit)| overlay.units.get(unit.id()));
        // The sum of nothing is less than nothing: -0.
        units.map(|progress| progress.cost_usd).sum::<f64>() + 0.0
    };
    let cost = match (overlay.map(spent), budget) {
        (Some(spent), Some(budget)) => format!("{} spent of {}", dollars(spent), dollars(budget)),
        (Some(spent), None) => format!("{} spent", dollars(spent)),
        (None, Some(budget)) => format!("{} of {}", dollars(planned), dollars(budget)),
        (None, None) if planned > 0.0 => format!("{} planned", dollars(planned)),
        (None, None) => String::new(),
    };
    let is_draft = |(_, unit): &(usize, &Unit)| unit.status() == Some(UnitStatus::Draft);
    let drafts = feature.units_of(gate).filter(is_draft).count();
    let over = overlay.and_then(|overlay| overlay.gates.get(&gate.number).copied());
    Band {
        number: gate.number,
        name: format!("Gate {}", gate.number),
        status: gate_status(over.or(gate.status())),
        cost,
        drafts: if overlay.is_some() || gate.status() == Some(GateStatus::Passed) { 0 } else { drafts },
        over: budget.is_some_and(|budget| overlay.map_or(planned, spent) > budget),
        empty: gate.is_undrafted(),
        rect,
    }
}

/// A gate's status in words.
pub fn gate_status(status: Option<GateStatus>) -> String {
    match status {
        Some(GateStatus::AwaitingReview) => "awaiting review".to_owned(),
        Some(status) => status.to_string(),
        None => "unknown status".to_owned(),
    }
}

/// An amount as people write it.
pub fn dollars(amount: f64) -> String {
    // A sum of nothing is minus nothing.
    format!("${:.2}", amount + 0.0)
}

/// The head of a line that ends at `end`, as an SVG path: every line comes from the left.
pub fn head(end: Point) -> String {
    let (back, up, down) = (end.x - 7.0, end.y - 3.5, end.y + 3.5);
    format!("M{back} {up}L{} {}L{back} {down}z", end.x + 0.5, end.y)
}

/// How far a line's corner is rounded.
const RADIUS: f64 = 8.0;

/// A line of straight pieces as an SVG path with round corners.
pub fn rounded(points: &[Point]) -> String {
    let mut path = String::new();
    let Some(first) = points.first() else { return path };
    let _ = write!(path, "M{} {}", first.x, first.y);
    for corner in points.windows(3) {
        let (before, here, after) = (corner[0], corner[1], corner[2]);
        let (start, end) = (towards(here, before), towards(here, after));
        let _ = write!(path, "L{} {}Q{} {} {} {}", start.x, start.y, here.x, here.y, end.x, end.y);
    }
    if let Some(last) = points.last() {
        let _ = write!(path, "L{} {}", last.x, last.y);
    }
    path
}

/// The point [`RADIUS`] from `here` in the direction of `other`, at most half of the way.
fn towards(here: Point, other: Point) -> Point {
    let (dx, dy) = (other.x - here.x, other.y - here.y);
    let length = dx.hypot(dy);
    let share = if length > 0.0 { (RADIUS / length).min(0.5) } else { 0.0 };
    Point { x: here.x + dx * share, y: here.y + dy * share }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_has_bands_with_their_cost() {
        let scene = Scene::of(&Document::example(), None);
        let bands: Vec<_> =
            scene.bands.iter().map(|b| (b.name.as_str(), b.status.as_str(), b.cost.as_str())).collect();
        assert_eq!(bands, [("Gate 1", "open", "$13.00 of $20.00"), ("Gate 2", "open", "$6.50 of $10.00")]);
        assert_eq!(scene.nodes.len(), 8);
        assert_eq!(scene.nodes[0].title, "Greet a person by name");
        assert_eq!(scene.lines[0].from, "FEAT-2026-0001/T01");
    }

    #[test]
    fn only_what_a_change_touches_is_drawn_again() {
        let mut document = Document::example();
        let mut drawn = Drawn::default();
        assert_eq!(drawn.stale(&document, None), Stale::All);
        assert_eq!(drawn.stale(&document, None), Stale::Units(Vec::new()));
        let mut edit = |name: &str, from: &str, to: &str| {
            let path = specfuse_core::example::folder().join(name).unwrap();
            let text = document.tree().text(&path).unwrap().replace(from, to);
            document.type_into(&path, &text).unwrap();
            let stale = drawn.stale(&document, None);
            let mut nodes = Scene::of(&document, None).nodes;
            let Stale::Units(units) = stale else { return None };
            for unit in &units {
                let key = std::mem::take(&mut nodes[unit.unit].key);
                assert_eq!((unit, key.is_empty()), (&nodes[unit.unit], false));
            }
            Some(units.iter().map(|node| node.unit).collect::<Vec<_>>())
        };
        assert_eq!(edit("WU-01-greet.md", "status: pending", "status: pendin"), Some(vec![0]));
        assert_eq!(edit("GATE-01.md", "status: open", "status: opn"), Some(Vec::new()));
        assert_eq!(edit("PLAN.md", "depends_on: []", "depends_on: [] "), None, "another plan");
        assert_eq!(drawn.stale(&document, Some(&Overlay::default())), Stale::All);
        assert_eq!(drawn.stale(&document, None), Stale::All, "what was laid over goes");
    }

    #[test]
    fn an_overlay_is_shown_in_place_of_the_files() {
        let mut overlay = Overlay::default();
        let progress =
            Progress { status: Some(UnitStatus::InProgress), attempts: 2, cost_usd: 1.5, running: true };
        overlay.units.insert("FEAT-2026-0001/T01".into(), progress);
        overlay.gates.insert(2, GateStatus::Passed);
        let document = Document::example();
        let scene = Scene::of(&document, Some(&overlay));
        let (first, second) = (&scene.nodes[0], &scene.nodes[1]);
        assert_eq!(
            (first.cost.as_str(), first.attempts.as_str(), first.running),
            ("$1.50", "2 attempts", true)
        );
        assert_eq!(first.status, Some(UnitStatus::InProgress));
        let plain = Scene::of(&document, None);
        assert_eq!(second, &plain.nodes[1]);
        let bands: Vec<_> = scene.bands.iter().map(|b| (b.status.as_str(), b.cost.as_str())).collect();
        assert_eq!(bands, [("open", "$1.50 spent of $20.00"), ("passed", "$0.00 spent of $10.00")]);
    }

    #[test]
    fn corners_are_round() {
        let points = [Point { x: 0.0, y: 0.0 }, Point { x: 20.0, y: 0.0 }, Point { x: 20.0, y: 4.0 }];
        assert_eq!(rounded(&points), "M0 0L12 0Q20 0 20 2L20 4");
        assert_eq!(rounded(&[]), "");
    }
}
